"""The session: its agenda drafted and changed, run with the clock, written down as it is said, ended and summed up."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.visitor import Visitor
from tests.browser.way_in import to_today

JOINT = "Both said that changed plans are where the worry starts."
LATER_NOTE = "Sundays at five stay as they are."
PRIVATE = "Alex looked at the door each time money came up."
CAUCUS = "Sam is afraid of hearing about the move from others."
BROUGHT = "Sam would like to hear early when something big changes."
AGREED, SEEN = "Plans for Sunday change only by message before six", "We look at the messages together next time"
PROMISED, OTHERWISE = "Reply “I saw it” the same day", "I write by when I will"


def draft_agenda(noor: Visitor) -> None:
    """Drafted in one click; one item goes, one is moved, one gets more minutes."""
    to_today(noor)
    noor.follow("Build agenda", exact=False)
    noor.reads(re.compile("session 1", re.IGNORECASE))
    noor.press("Draft the agenda")
    expect(items(noor).first).to_be_visible()
    noor.reads(re.compile("session 1", re.IGNORECASE))
    budget = noor.page.locator(".budget strong")
    expect(budget).to_have_text("85 of 90 minutes")
    noor.press("Remove If a promise slips")
    expect(items(noor).filter(has_text="If a promise slips")).to_have_count(0)
    noor.press("Move Time alone, both up")
    expect(items(noor).nth(2)).to_contain_text("Time alone, both")
    minutes = noor.page.get_by_label("Minutes for New promises, small and dated")
    noor.type_into(minutes, "30")
    minutes.blur()
    expect(budget).to_have_text("82 of 90 minutes")
    noor.follow("What both will see")
    noor.reads("What both will see")
    noor.follow("Back to the agenda")


def start(noor: Visitor) -> None:
    """Open the session and start its clock."""
    noor.follow("Open session")
    noor.reads("Session 1")
    noor.press("Start the session")
    expect(noor.page.locator(".timer")).to_be_visible()
    noor.reads(re.compile("."))


def run(noor: Visitor) -> None:
    """Notes, the shared screen, the next item, a caucus, two things written down."""
    write_note(noor, "joint", JOINT)
    noor.pick(noor.page.locator("#own-note > summary"))
    write_note(noor, "private", PRIVATE)
    first = noor.page.get_by_role("heading", level=1).inner_text()
    noor.follow("Show to both")
    noor.reads(first)
    for words in (JOINT, PRIVATE, "Alex", "Sam"):
        expect(noor.page.locator("body")).not_to_contain_text(words)
    noor.follow("Back to my screen")
    noor.pick(noor.page.get_by_role("button", name=re.compile("^Next:")))
    expect(noor.page.get_by_role("heading", level=1)).not_to_have_text(first)
    noor.reads(re.compile("."))
    caucus(noor)
    write_note(noor, "joint", LATER_NOTE, more=True)
    agree(noor)
    promise(noor)


def write_note(noor: Visitor, kind: str, words: str, *, more: bool = False) -> None:
    """Type into a note and wait until it is kept. An earlier "Saved at" may still stand there: the answer counts."""
    form = noor.page.locator(f"form[data-note^={kind}][data-watched]")
    field = form.locator("textarea")
    noor.count.presses += 1
    noor.count.letters += len(words)
    with noor.page.expect_response(re.compile("/run/notes$")) as answer:
        field.fill(f"{field.input_value()}\n{words}" if more else words)
    assert answer.value.ok
    expect(form.locator("[data-note-status]")).to_contain_text("Saved at")


def caucus(noor: Visitor) -> None:
    """Time with Sam alone, and the one sentence that may be said in the room."""
    noor.press("Caucus")
    noor.press("Speak with Sam alone", exact=False)
    noor.reads("Caucus: you and Sam only")
    write_note(noor, "caucus", CAUCUS)
    noor.write("A sentence, as it would be said in the room", BROUGHT)
    noor.press("Keep sentences and yeses")
    noor.tick(BROUGHT, exact=False)
    noor.press("Bring Alex back")
    expect(noor.page.locator(".timer")).to_be_visible()
    noor.reads(re.compile("."))
    noor.pick(noor.page.locator("#caucuses > summary"))
    noor.press("Put it into the joint note")
    expect(note(noor, "joint")).to_have_value(re.compile(re.escape(BROUGHT)))


def agree(noor: Visitor) -> None:
    """An agreement of both, said aloud by both."""
    noor.follow("Agreement")
    noor.reads("Agreement")
    noor.write("What do both agree on?", AGREED)
    noor.write("How will both see it?", SEEN)
    spoken = noor.page.get_by_role("group", name="Both said yes, aloud")
    noor.tick("Alex", inside=spoken, exact=False)
    noor.tick("Sam", inside=spoken, exact=False)
    noor.press("Write it down")
    expect(noor.page.locator("#written")).to_contain_text(AGREED)


def promise(noor: Visitor) -> None:
    """A commitment of one of them."""
    noor.follow("Commitment")
    noor.reads("Commitment")
    noor.tick("Alex", inside=noor.page.get_by_role("group", name="Who promises?"), exact=False)
    noor.write("What, in one small step?", PROMISED)
    noor.write("If it can’t be kept", OTHERWISE)
    noor.press("Write it down")
    expect(noor.page.locator("#written")).to_contain_text(PROMISED)


def end(noor: Visitor) -> None:
    """End it; the summary begins with the joint notes and is read aloud, and Sam confirms what it says of them."""
    noor.press("End session")
    noor.reads("Close the session")
    summary = note(noor, "summary")
    for words in (JOINT, LATER_NOTE, BROUGHT):
        expect(summary).to_have_value(re.compile(re.escape(words)))
    for words in (PRIVATE, CAUCUS):
        assert words not in summary.input_value()
    noor.press("This is written up")
    noor.tick(BROUGHT, exact=False)
    noor.press("Keep what is confirmed")
    expect(noor.page.get_by_text("All confirmed")).to_be_visible()


def note(noor: Visitor, kind: str) -> Locator:
    """The field of a note."""
    return noor.page.locator(f"form[data-note^={kind}] textarea")


def items(noor: Visitor) -> Locator:
    """The items of the agenda."""
    return noor.page.locator(".agenda > li")
