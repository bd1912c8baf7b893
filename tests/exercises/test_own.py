"""Words of one's own: their author alone reads them, nobody learns of them, and nothing else takes them away."""

from __future__ import annotations

import sqlite3
import uuid
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from mediator.cases.models import Case, Participant
from mediator.cases.terms import CaseState, Suitability
from mediator.core import live, sealed
from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.outbox import Message
from mediator.core.sealed import RingClosed
from mediator.core.visibility import Letter, Viewer, Visibility
from mediator.exercises import actions, queries
from mediator.exercises.models import ExerciseRun, OwnWords
from mediator.exercises.modes import MEDIATOR, Piece
from mediator.exercises.own import sheets as own
from mediator.exercises.terms import Outcome, Place, RunState
from tests.counting import counted
from tests.exercises.phones import acting, case_is
from tests.exercises.running import at, start
from tests.factories import Pair
from tests.people import Page, Person

HOME = "/notes/"
WORDS = "\n  Sam,\n\n\tthe blue door… 🚪 e\u0301 ﷽ “you”  \n\n"


def give(pair: Pair, key: str = "E12", only: Letter = Letter.A) -> uuid.UUID:
    """Give an exercise to one person."""
    with acting(pair) as case:
        return actions.start(pair.mediator, case, uuid.uuid4(), key, Place.HOME, only=only).id


def page(run: uuid.UUID, tail: str = "") -> str:
    return f"/notes/writing/{run}{tail}"


def write(person: Person, run: uuid.UUID, words: str = WORDS, go: str = "stop") -> Page:
    """Type on the page and press a button of it."""
    return person.submit(person.get(page(run)), {"text": words, "go": go}, action="/writing/")


def rows() -> list[OwnWords]:
    db.session.rollback()
    return list(db.session.scalars(db.select(OwnWords)))


def typed(person: Person, run: uuid.UUID) -> str:
    """What stands in the field, as a browser reads it: the first line break after the tag is none of the text."""
    (field,) = [one for one in person.get(page(run)).all("textarea") if one.get("name") == "text"]
    return "".join(field.itertext())


def choose(person: Person, run: uuid.UUID, what: str) -> Page:
    """Choose what should happen with it."""
    return person.submit(person.get(page(run)), {"next": what, "go": "next"}, action="/writing/")


def seal(person: Person, run: uuid.UUID, day: date | str) -> Page:
    asked = choose(person, run, "seal")
    return person.submit(asked, {"day": str(day)}, action="/seal")


def lines() -> list[tuple[str, object]]:
    """The audit log, but for coming in."""
    db.session.rollback()
    found = db.session.execute(db.select(AuditEntry.verb, AuditEntry.subject_id).order_by(AuditEntry.number)).all()
    return [(verb, subject) for verb, subject in found if not verb.startswith(("signin", "door"))]


# -- giving it ---------------------------------------------------------------------------------------------------------


def test_it_is_given_to_one_person_and_the_other_learns_nothing(
    mediator: Person, participant_a: Person, participant_b: Person, pair: Pair
) -> None:
    before = participant_b.get(HOME).text
    versions = live.version(pair.case, live.BOTH)
    run = start(mediator, pair, "E12", only="A", place="home")
    assert page(run) in participant_a.get(HOME).links()
    assert participant_b.get(HOME).text == before
    assert live.version(pair.case, live.BOTH) == versions
    assert db.session.scalars(db.select(Message)).all() == []
    for tail in ("", "/both", "/seal", "/print", "/delete"):
        assert participant_b.get(page(run, tail)).status == 404
        unknown = participant_b.get(page(uuid.uuid4(), tail))
        assert unknown.text == participant_b.get(page(run, tail)).text


def test_the_start_page_and_the_title_say_nothing(participant_a: Person, pair: Pair) -> None:
    run = give(pair, "E10")
    home = participant_a.get(HOME)
    assert "A page for yourself" in home.words
    assert "etting go" not in home.words
    assert participant_a.get(page(run)).title == "Writing · Notes"


def test_it_asks_for_nobody_to_be_chosen_and_for_no_day(mediator: Person, pair: Pair) -> None:
    asked = mediator.get(at(pair, "/start/E12"))
    assert not [one for one in asked.all("input") if one.get("type") == "date"]
    assert "No message goes out" in asked.words
    refused = mediator.submit(asked, {"place": "home"}, action="/exercises")
    assert refused.status == 422
    assert "Choose who it is for." in refused.words


def test_a_run_of_it_is_nothing_that_can_be_opened(pair: Pair) -> None:
    run = give(pair)
    with acting(pair) as case:
        state = queries.state_of(case, queries.run_of(case, run))
        assert state.reads(MEDIATOR) == frozenset()
        assert not any(isinstance(one, Piece) for who in Letter for one in state.reads(who))


# -- writing -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [WORDS, "\n", " ", "x" * own.MOST, "🚪" * own.MOST], ids=str.__len__)
def test_words_are_kept_exactly_as_typed(participant_a: Person, pair: Pair, words: str) -> None:
    run = give(pair)
    done = write(participant_a, run, words)
    assert done.response.request.path == HOME
    assert "Only you can open it." in done.words
    assert typed(participant_a, run) == words
    assert write(participant_a, run, words).status == 200
    assert len(rows()) == 1


def test_line_ends_of_browsers_become_one_kind(participant_a: Person, pair: Pair) -> None:
    run = give(pair)
    write(participant_a, run, "one\r\ntwo")
    assert typed(participant_a, run) == "one\ntwo"


def test_too_long_is_said_at_the_field_and_nothing_is_lost(participant_a: Person, pair: Pair) -> None:
    run = give(pair)
    write(participant_a, run, "Before.")
    long = "x" * (own.MOST + 1)
    refused = write(participant_a, run, long)
    assert refused.status == 422
    assert "longer than 20,000 letters" in refused.words
    assert long in refused.text
    assert typed(participant_a, run) == "Before."


def test_an_empty_page_leaves_no_row(participant_a: Person, pair: Pair) -> None:
    run = give(pair)
    assert write(participant_a, run, "").status == 200
    assert "There is nothing on the page yet." in choose(participant_a, run, "print").words
    assert rows() == []
    write(participant_a, run, "The choir.")
    shown = participant_a.get(page(run))
    cleared = save_quietly(participant_a, run, "", shown)
    assert cleared.response.get_json()["rev"] == 0
    assert rows() == [], "what was cleared by hand is as if it had never stood there"
    assert save_quietly(participant_a, run, "The choir. And more", shown).status == 409


def save_quietly(person: Person, run: uuid.UUID, words: str, shown: Page) -> Page:
    """What autosave sends from a page as it was shown."""
    fields = {**shown.form("/writing/").fields, "text": words}
    return person.post(page(run), fields, headers={"X-Requested-With": "autosave"})


def test_what_was_saved_elsewhere_is_never_written_over(participant_a: Person, pair: Pair) -> None:
    run = give(pair)
    shown = participant_a.get(page(run))
    first = save_quietly(participant_a, run, "At home.", shown)
    assert first.status == 200
    told = first.response.get_json()
    assert told["rev"] == rows()[0].version
    again = save_quietly(participant_a, run, "At home.", shown)
    assert again.status == 200, "the same words again are no conflict"
    other = save_quietly(participant_a, run, "On the bus.", shown)
    assert (other.status, other.response.get_json()) == (409, {"url": page(run, "/both")})
    both = participant_a.post(page(run, "/both"), {**shown.form("/writing/").fields, "text": "On the bus."})
    assert both.status == 409
    assert "At home." in both.words
    assert "On the bus." in both.words
    assert typed(participant_a, run) == "At home."
    participant_a.submit(both, action="/writing/")
    assert typed(participant_a, run) == "On the bus."


def test_a_button_pressed_on_an_older_page_shows_both(participant_a: Person, pair: Pair) -> None:
    run = give(pair)
    shown = participant_a.get(page(run))
    write(participant_a, run, "At home.")
    both = participant_a.submit(shown, {"text": "On the bus.", "next": "delete", "go": "next"}, action="/writing/")
    assert both.status == 409
    assert "Which words stay?" in both.words
    assert typed(participant_a, run) == "At home."


# -- what should happen with it ----------------------------------------------------------------------------------------


def test_sealed_words_are_sent_to_nobody_before_their_day(participant_a: Person, pair: Pair) -> None:
    run = give(pair)
    write(participant_a, run, "The choir.")
    tomorrow = own.today(db.session.get_one(Participant, pair.a)) + timedelta(days=1)
    shown = participant_a.get(page(run))
    done = seal(participant_a, run, tomorrow)
    assert "Sealed until" in done.words
    for tail in ("", "/both", "/seal", "/print", "/delete"):
        assert "The choir." not in participant_a.get(page(run, tail)).text
    late = save_quietly(participant_a, run, "More.", shown)
    assert late.status == 409
    assert "url" not in late.response.get_json()
    given_back = participant_a.submit(shown, {"text": "More."}, action="/writing/")
    assert (given_back.status, "More." in given_back.text, "The choir." in given_back.text) == (409, True, False)
    compared = participant_a.post(page(run, "/both"), {**shown.form("/writing/").fields, "text": "More."})
    assert "The choir." not in compared.text
    token = shown.form("/writing/").fields
    for day in (tomorrow + timedelta(days=1), tomorrow - timedelta(days=1), ""):
        participant_a.post(page(run, "/seal"), {**token, "day": str(day)})
        assert rows()[0].sealed_until == tomorrow, "a seal is never moved"


def test_it_opens_by_itself_on_its_day_where_its_author_is(participant_a: Person, pair: Pair) -> None:
    run = give(pair)
    write(participant_a, run, "The choir.")
    person = db.session.get_one(Participant, pair.a)
    person.zone = "Pacific/Kiritimati"
    rows_then = db.session.scalars(db.select(OwnWords)).one()
    rows_then.sealed_until = own.today(person)  # where it is still the day before, it is closed
    db.session.commit()
    assert typed(participant_a, run) == "The choir."
    db.session.get_one(Participant, pair.a).zone = "Pacific/Pago_Pago"
    db.session.commit()
    assert "The choir." not in participant_a.get(page(run)).text


@pytest.mark.parametrize("day", ["", "tomorrow", "2020-01-01", "today", "9999-12-31"])
def test_a_day_that_cannot_be_is_said_at_the_field(participant_a: Person, pair: Pair, day: str) -> None:
    run = give(pair)
    write(participant_a, run)
    here = own.today(db.session.get_one(Participant, pair.a))
    refused = seal(participant_a, run, here if day == "today" else day)
    assert refused.status == 422
    assert "Choose a day after today" in refused.words
    assert rows()[0].sealed_until is None


def test_what_was_changed_elsewhere_is_neither_sealed_nor_deleted(participant_a: Person, pair: Pair) -> None:
    run = give(pair)
    write(participant_a, run, "First.")
    sealing, deleting = choose(participant_a, run, "seal"), choose(participant_a, run, "delete")
    write(participant_a, run, "Second.")
    for asked, tail in ((sealing, "/seal"), (deleting, "/delete")):
        told = participant_a.submit(asked, {"day": "2999-01-01"} if tail == "/seal" else {}, action=tail)
        assert told.status in {200, 422}
    assert typed(participant_a, run) == "Second."
    assert rows()[0].sealed_until is None


def test_deleted_is_gone_from_the_database_and_an_older_page_does_not_bring_it_back(
    participant_a: Person, pair: Pair
) -> None:
    run = give(pair)
    write(participant_a, run, "qz-only-here " * 600)
    shown = participant_a.get(page(run))
    asked = choose(participant_a, run, "delete")
    assert "qz-only-here" not in asked.text
    gone = participant_a.submit(asked, action="/delete")
    assert gone.response.request.path == HOME
    assert rows() == []
    again = participant_a.submit(asked, action="/delete")
    assert again.status == 200, "deleted twice is deleted once"
    late = save_quietly(participant_a, run, "qz-only-here, and more", shown)
    assert late.status == 409
    offered = participant_a.post(page(run, "/both"), {**shown.form("/writing/").fields, "text": "From before."})
    assert "Deleted elsewhere" in offered.words
    assert rows() == []
    write(participant_a, run, "Anew.")
    assert save_quietly(participant_a, run, "From before.", shown).status == 409
    assert typed(participant_a, run) == "Anew."


def test_what_is_deleted_is_overwritten_in_the_file(participant_a: Person, pair: Pair) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL lets go of it at its next vacuum")
    run = give(pair)
    write(participant_a, run, "qz-only-here " * 600)
    participant_a.submit(choose(participant_a, run, "delete"), action="/delete")
    db.session.remove()
    file = Path(str(db.engine.url.database))
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"qz-only-here" not in file.read_bytes()


def test_printed_are_the_words_and_nobodys_name(participant_a: Person, pair: Pair) -> None:
    run = give(pair)
    write(participant_a, run, "The blue door.")
    printed = choose(participant_a, run, "print")
    assert printed.response.request.path == page(run, "/print")
    assert printed.title == "Writing"
    assert "The blue door." in printed.words
    assert not [name for name in ("Alex", "Sam", "Mediator") if name in printed.words]


# -- what else happens -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "how",
    [{"hold": True}, {"state": CaseState.PAUSED}, {"suitability": Suitability.NOT_SUITABLE},
     {"state": CaseState.CLOSED}, {"state": CaseState.ENDED}],
    ids=str,
)  # fmt: skip
def test_a_lock_leaves_what_is_written_to_its_author(participant_a: Person, pair: Pair, how: dict[str, object]) -> None:
    written, empty = give(pair), give(pair, "E10")
    write(participant_a, written, "The choir.")
    case_is(pair, **how)
    home = participant_a.get(HOME)
    assert page(written) in home.links()
    assert page(empty) not in home.links()
    assert participant_a.get(page(empty)).response.request.path == HOME
    shown = participant_a.get(page(written))
    assert "The choir." in shown.words
    assert not shown.all("textarea")
    assert "The choir." in choose(participant_a, written, "print").words
    participant_a.submit(choose(participant_a, written, "delete"), action="/delete")
    assert rows() == []
    assert page(written) not in participant_a.get(HOME).links()


def test_a_hold_looks_like_a_break(participant_a: Person, pair: Pair) -> None:
    run = give(pair)
    write(participant_a, run, "The choir.")
    case_is(pair, hold=True)
    held = [participant_a.get(path).text for path in (HOME, page(run), page(run, "/seal"))]
    case_is(pair, hold=False, state=CaseState.PAUSED)
    assert [participant_a.get(path).text for path in (HOME, page(run), page(run, "/seal"))] == held


def test_words_of_a_page_that_was_open_when_a_lock_came_are_kept(participant_a: Person, pair: Pair) -> None:
    run = give(pair)
    shown = participant_a.get(page(run))
    case_is(pair, hold=True)
    assert save_quietly(participant_a, run, "Half a sentence", shown).status == 200
    assert "Half a sentence" in participant_a.get(page(run)).words


def test_ending_and_settling_touch_no_word(mediator: Person, participant_a: Person, pair: Pair) -> None:
    run = give(pair)
    write(participant_a, run, "The choir.")
    shown = participant_a.get(page(run))
    console = mediator.get(at(pair, f"/{run}"))
    mediator.submit(console, {"do": "go_on"}, action="/steps")
    with acting(pair) as case:
        ended = queries.run_of(case, run)
        assert ended.state is RunState.FINISHED
        actions.settle(case, ended, Outcome.DISCARDED)
    assert "The choir." in participant_a.get(page(run)).words
    refused = participant_a.submit(shown, {"text": "The choir. And more"}, action="/writing/")
    assert (refused.status, "And more" in refused.text) == (409, True)
    assert "The choir." in participant_a.get(page(run, "/print")).words


def test_it_goes_with_its_author_and_with_the_case(participant_a: Person, participant_b: Person, pair: Pair) -> None:
    for person, only in ((participant_a, Letter.A), (participant_b, Letter.B)):
        write(person, give(pair, only=only), "Mine.")
    assert len(rows()) == 2
    db.session.execute(db.delete(Participant).where(Participant.id == pair.b))
    db.session.commit()
    assert [row.participant_id for row in rows()] == [pair.a]
    db.session.execute(db.delete(Case).where(Case.id == pair.case))
    db.session.commit()
    assert rows() == []


# -- nobody else -------------------------------------------------------------------------------------------------------


def test_no_ring_but_the_authors_opens_them(participant_a: Person, pair: Pair) -> None:
    write(participant_a, give(pair), "The choir.")
    (row,) = rows()
    for viewer in (
        Viewer.staff(pair.mediator, frozenset({pair.case})),
        Viewer.participant(pair.b, pair.case),
        Viewer.participant(uuid.UUID(int=0), pair.case),  # whoever reads for the joint copy
        Viewer.nobody(),
    ):
        with sealed.ring_of(viewer), pytest.raises(RingClosed):
            _ = row.words
    with sealed.ring_of(Viewer.participant(pair.a, pair.case)):
        assert row.words == "The choir."
    assert vars(OwnWords)["words"].visibility is Visibility.OWN


def test_the_mediators_pages_are_the_same_whether_or_not_anything_is_written(
    mediator: Person, participant_a: Person, pair: Pair
) -> None:
    run = give(pair)
    paths = [at(pair), at(pair, f"/{run}"), f"/work/cases/{pair.case}", "/work/", "/work/exercises/E12"]
    before = {path: mediator.get(path).text for path in paths}
    desk = live.version(pair.case, live.DESK)
    write(participant_a, run, "The choir.")
    seal(participant_a, run, own.today(db.session.get_one(Participant, pair.a)) + timedelta(days=1))
    for path in paths:
        with counted() as sent:
            after = mediator.get(path)
        assert after.text == before[path]
        assert not [one for one in sent if "exercise_own" in one], "nobody asks whether anything stands there"
    assert live.version(pair.case, live.DESK) == desk
    assert "Nobody but Alex reads it, you included" in mediator.get(at(pair, f"/{run}")).words


def test_what_was_given_to_one_stands_in_no_list_that_both_may_see(mediator: Person, pair: Pair) -> None:
    run = give(pair)
    link = at(pair, f"/{run}")
    assert link not in mediator.get(f"/work/cases/{pair.case}").links()
    (fold,) = [one for one in mediator.get(at(pair)).all("details") if "Given to one person" in "".join(one.itertext())]
    assert fold.get("open") is None
    assert link in mediator.get(at(pair)).links()
    listed = mediator.get("/work/exercises", query_string={"case": str(pair.case)})
    assert "Used on" not in listed.words


def test_nothing_of_it_stands_in_the_log(participant_a: Person, pair: Pair) -> None:
    run = give(pair)
    before = lines()
    shown = participant_a.get(page(run))
    write(participant_a, run, "The choir.")
    save_quietly(participant_a, run, "Another.", shown)
    participant_a.submit(shown, {"text": "Another."}, action="/writing/")
    write(participant_a, run, "x" * (own.MOST + 1))
    choose(participant_a, run, "print")
    seal(participant_a, run, "2020-01-01")
    seal(participant_a, run, own.today(db.session.get_one(Participant, pair.a)) + timedelta(days=1))
    save_quietly(participant_a, run, "Another.", shown)
    participant_a.submit(choose(participant_a, run, "delete"), action="/delete")
    assert lines() == before


def test_a_handed_over_device_opens_no_page_of_it(participant_a: Person, pair: Pair) -> None:
    from mediator.core.signin import SigninSession

    run = give(pair)
    write(participant_a, run)
    session = db.session.scalars(db.select(SigninSession).where(SigninSession.person_id == pair.a)).one()
    session.scope_id = uuid.uuid4()
    db.session.commit()
    assert participant_a.look_at(page(run)).status == 404


def test_every_way_to_write_carries_a_token(participant_a: Person, pair: Pair) -> None:
    run = give(pair)
    for tail in ("", "/both", "/seal", "/delete"):
        refused = participant_a.client.post(page(run, tail), data=urlencode({"text": "x"}),
                                            content_type="application/x-www-form-urlencoded")  # fmt: skip
        assert refused.status_code == 400
    assert rows() == []


def test_times_are_utc_and_the_run_is_no_forms(participant_a: Person, pair: Pair) -> None:
    run = give(pair)
    write(participant_a, run)
    assert rows()[0].changed_at <= now()
    stored = db.session.get_one(ExerciseRun, run)
    assert stored.only is Letter.A
    assert [stage.form_id for stage in stored.stages] == [None]
