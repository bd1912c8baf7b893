"""A whole session with four exercises, two of them at home, as three people go it: its PDFs hold each outcome for
exactly its readers, and the screen that everybody sees held nothing private while they went on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import expect

from tests.browser import way_exercises, way_papers, way_session
from tests.browser.conftest import Come
from tests.browser.serving import Served
from tests.browser.visitor import DESK, PHONE, Visitor
from tests.browser.way_exercises import DISCARDED, HOME, JOINT, MEDIATOR, PHONES, heading
from tests.browser.way_papers import Paper
from tests.browser.way_session import AGREED, PRIVATE, PROMISED
from tests.factories import Pair, make_pair, make_practice, make_staff
from tests.sessions.live import at
from tests.sessions.plan import make_session

#: Which paper somebody reads: the summary of both, either own copy, the mediator's full record.
ALL = frozenset({"joint", "Alex", "Sam", "full"})
ALEX, SAM, SAM_AND_MEDIATOR = frozenset({"Alex"}), frozenset({"Sam"}), frozenset({"Sam", "full"})
THE_MEDIATOR, NOBODY = frozenset({"full"}), frozenset[str]()


@dataclass(frozen=True)
class Row:
    """One line of the rule: what becomes of something written, and in exactly which papers it stands."""

    what: str
    words: str
    papers: frozenset[str]


THANKS_ALEX = {"E13.1.first": "zza thanks for the soup", "E13.1.second": "zza thanks for the call"}
THANKS_SAM = {"E13.1.first": "zzb thanks for the lift", "E13.1.second": "zzb thanks for the quiet",
              "E13.1.second.keep": "yes"}  # fmt: skip
LIGHTS_ALEX = {"E22.1.limits.late": "yes", "E22.1.limits.messages": "if",
               "E22.1.limits.messages.note": "zza between meals"}  # fmt: skip
LIGHTS_SAM = {"E22.1.limits.late": "no", "E22.1.limits.messages": "yes"}
LATE = "Messages late in the evening"
IF_ALEX = {"E22.6.conditions.0.statement": "Messages", "E22.6.conditions.0.example": "zza after breakfast",
           "E22.6.conditions.offer": "yes"}  # fmt: skip
IF_SAM = {"E22.6.conditions.0.statement": "Calls", "E22.6.conditions.0.example": "zzb not from work"}
HEARD_ALEX, HEARD_SAM = {"E01.1.heard": "zza heard the worry"}, {"E01.1.heard": "zzb heard the hurry"}
WISH_ALEX = {"E30.1.wish": "zza wish about winter", "E30.1.wish.offer": "yes"}
WISH_SAM = {"E30.1.wish": "zzb wish about summer"}
SUMMARY = "zzj what both would like to keep of today"

RULE = (
    Row("at home, opened item by item, in the joint record: A", THANKS_ALEX["E13.1.first"], ALL),
    Row("at home, opened item by item, in the joint record: B", THANKS_SAM["E13.1.first"], ALL),
    Row("kept by its author between them and the mediator", THANKS_SAM["E13.1.second"], SAM_AND_MEDIATOR),
    Row("so never opened: what the other wrote there", THANKS_ALEX["E13.1.second"], ALEX),
    Row("at home, worked out of two answers and opened", LATE, ALL),
    Row("a note beside one's own answer, of which a line was worked out", "zza between meals", ALEX),
    Row("offered by its author and opened", "zza after breakfast", ALL),
    Row("not offered", "zzb not from work", SAM),
    Row("in the room, opened, then kept for the mediator: A", HEARD_ALEX["E01.1.heard"], NOBODY),
    Row("in the room, opened, then kept for the mediator: B", HEARD_SAM["E01.1.heard"], NOBODY),
    Row("written down of it as an agreement", AGREED, ALL),
    Row("written down of it as a commitment", PROMISED, ALL),
    Row("offered and opened, then discarded", WISH_ALEX["E30.1.wish"], NOBODY),
    Row("not offered, then discarded", WISH_SAM["E30.1.wish"], NOBODY),
    Row("the summary that was read to both", SUMMARY, ALL),
    Row("the mediator's private note", PRIVATE, THE_MEDIATOR),
)


@dataclass(frozen=True)
class Three:
    """The mediator at the desk, and the two on their phones."""

    noor: Visitor
    alex: Visitor
    sam: Visitor
    pair: Pair


def test_four_exercises_end_in_papers_for_exactly_their_readers(come: Come, served: Served) -> None:
    make_practice()
    pair = make_pair(make_staff("mediator", name="Noor Haddad"))
    three = Three(
        come(DESK).sign_in(pair.mediator_email), come(PHONE).come_in(pair.a), come(PHONE).come_in(pair.b), pair
    )
    thanks_at_home(three)
    lights_at_home(three)
    session = at(pair, make_session(pair), "/run")
    three.noor.go(session)
    three.noor.press("Start the session")
    for phone in (three.alex, three.sam):
        phone.go("/notes/exercise")
    turns_in_the_room(three)
    wishes_in_the_room(three)
    end(three.noor, session)
    texts = {name: paper.text for name, paper in papers(three, served).items()}
    stands = {row.what: frozenset(name for name, text in texts.items() if row.words in text) for row in RULE}
    assert stands == {row.what: row.papers for row in RULE}


def thanks_at_home(three: Three) -> None:
    """Reciprocal, each at home: one of two things opened, the other kept by one of them. In the joint record."""
    noor = three.noor
    noor.go(way_exercises.BASE.format(three.pair.case))
    way_exercises.start(noor, "Thanks for three things", HOME)
    way_exercises.at_home(three.alex, THANKS_ALEX)
    way_exercises.at_home(three.sam, THANKS_SAM)
    noor.page.reload()
    way_exercises.open_item(noor, "One thing, and what it did for me", THANKS_SAM["E13.1.first"])
    way_exercises.finish(noor, JOINT)


def lights_at_home(three: Three) -> None:
    """Derived, each at home, then a condition that one of them offers. In the joint record."""
    noor = three.noor
    noor.go(way_exercises.BASE.format(three.pair.case))
    way_exercises.start(noor, "Yes, if and no", HOME)
    way_exercises.at_home(three.alex, LIGHTS_ALEX)
    way_exercises.at_home(three.sam, LIGHTS_SAM)
    noor.page.reload()
    way_exercises.open_item(noor, "Being in touch: which of these are all right for you now?", LATE)
    noor.press("Go on to: Yes, if")
    way_exercises.at_home(three.alex, IF_ALEX)
    way_exercises.at_home(three.sam, IF_SAM)
    noor.page.reload()
    way_exercises.open_item(
        noor, "Where you say “yes, if”: what would make it all right?", "zza after breakfast",
        link="Open what Alex offers",
    )  # fmt: skip
    way_exercises.finish(noor, JOINT)


def turns_in_the_room(three: Three) -> None:
    """Turns, then a sentence each; two things are written down of it, and the sentences are kept for the mediator."""
    noor, alex, sam = three.noor, three.alex, three.sam
    way_session.write_note(noor, "joint", SUMMARY)
    noor.pick(noor.page.locator("#own-note > summary"))
    way_session.write_note(noor, "private", PRIVATE)
    noor.follow("Exercises")
    way_exercises.start(noor, "Speaker and listener", PHONES)
    shown_to_everybody(three)
    way_exercises.turns(noor, alex, sam, left=3)
    noor.press("Go on to: What I heard")
    way_exercises.here(alex, "What I heard", HEARD_ALEX)
    way_exercises.here(sam, "What I heard", HEARD_SAM)
    way_exercises.open_item(noor, "What I heard matters to", HEARD_SAM["E01.1.heard"])
    for phone in (alex, sam):
        expect(heading(phone)).to_have_text("What you can both read now")
    way_exercises.finish(noor, MEDIATOR)
    for words in (*HEARD_ALEX.values(), *HEARD_SAM.values()):
        expect(noor.page.locator("#own-1")).to_contain_text(words)
    over = noor.page.url
    way_session.agree(noor)
    noor.go(over)
    way_session.promise(noor)


def shown_to_everybody(three: Three) -> None:
    """The presenting view while somebody speaks, and while the other tells the mediator something unseen."""
    noor, sam = three.noor, three.sam
    expect(heading(sam)).to_contain_text("is speaking")
    noor.follow("Show to both")
    expect(heading(noor)).to_have_text("Speaker and listener")
    shown = everybody_sees(noor)
    assert "Alex speaks" in shown
    assert "Sam listens" in shown
    sam.follow("Tell Noor Haddad something")
    sam.pick(sam.page.get_by_role("button", name="Slower, please"))
    expect(sam.page.get_by_text("Sent.")).to_be_visible()
    sam.follow("Go back to the exercise")
    noor.page.reload()
    assert everybody_sees(noor) == shown
    for words in (*(row.words for row in RULE), "Slower", "New"):
        assert words not in shown, words
    assert noor.page.title() == "Together · Mediator"
    listed = way_exercises.back_list(noor)
    assert len(listed) > 20
    for words in (*(row.words for row in RULE), "Alex", "Sam", "zza", "zzb"):
        assert not [one for one in listed if words in one], words
    noor.follow("Back to my screen")
    noor.follow("Exercises")
    noor.follow("Go to it")


def everybody_sees(noor: Visitor) -> str:
    """Every word of the presenting view, without the clock of the agenda's item."""
    return re.sub(r"\d+:\d\d", "", noor.page.locator("body").inner_text())


def wishes_in_the_room(three: Three) -> None:
    """Offered, on both phones: what one offers is opened, then all of it is discarded."""
    noor = three.noor
    noor.follow("Exercises")
    way_exercises.start(noor, "What I wish you understood", PHONES)
    way_exercises.here(three.alex, "What I wish you understood", WISH_ALEX)
    way_exercises.here(three.sam, "What I wish you understood", WISH_SAM)
    way_exercises.open_item(
        noor, "One to three sentences, about me", WISH_ALEX["E30.1.wish"], link="Open what Alex offers"
    )
    expect(heading(three.sam)).to_have_text("What you can both read now")
    way_exercises.finish(noor, DISCARDED)
    expect(heading(three.sam)).to_have_text("This exercise is over")


def end(noor: Visitor, session: str) -> None:
    """End it; the summary begins with the joint notes and is read to both."""
    noor.go(session)
    noor.press("End session")
    noor.reads("Close the session")
    expect(way_session.note(noor, "summary")).to_have_value(re.compile(SUMMARY))
    noor.press("This is written up")


def papers(three: Three, served: Served) -> dict[str, Paper]:
    """The four papers: made by the jobs process, released, kept on both phones, and the full copy at the desk."""
    way_papers.make(three.noor, served)
    kept = {}
    for name, visitor in (("Alex", three.alex), ("Sam", three.sam)):
        visitor.go("/notes/")
        kept[name] = way_papers.confirm_and_keep(visitor)
    assert kept["Alex"]["joint"].data == kept["Sam"]["joint"].data
    return {
        "joint": kept["Alex"]["joint"],
        "Alex": kept["Alex"]["own"],
        "Sam": kept["Sam"]["own"],
        "full": way_papers.full_copy(three.noor),
    }
