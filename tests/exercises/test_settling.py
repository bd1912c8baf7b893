"""From what was opened to what is written down: the page begins with open words, and only saving it writes anything."""

from __future__ import annotations

import uuid

from mediator.agreements.models import Agreement
from mediator.agreements.terms import Kind, Who
from mediator.core import sealed
from mediator.core.db import db
from mediator.core.visibility import Viewer
from mediator.exercises.models import ExerciseRun
from mediator.practice.models import Staff
from mediator.sessions.terms import SessionState
from tests.exercises.phones import case_is
from tests.exercises.running import console, outside_folds, press, start, write
from tests.exercises.test_lanes import open_all
from tests.factories import Pair, make_pair
from tests.people import Page, Person
from tests.sessions.plan import make_session

PROMISE = {
    "E17.1.what": "I write by noon", "E17.1.what.offer": "yes", "E17.1.seen": "A short message",
    "E17.1.seen.offer": "yes", "E17.1.slip": "I say so at once", "E17.1.slip.offer": "yes",
    "E17.1.when.from": "2026-12-01", "E17.1.when.to": "2026-12-12", "E17.1.when.offer": "yes",
}  # fmt: skip
LIMITS = {"E22.1.limits.messages": "yes", "E22.1.limits.late": "no"}


def promised(mediator: Person, pair: Pair, who: Person, leave: str = "nothing at all") -> uuid.UUID:
    """A small promise, opened but for what is left closed."""
    run = start(mediator, pair, "E17")
    write(who, run, PROMISE)
    open_all(mediator, pair, run, leave)
    return run


def ways(page: Page) -> list[str]:
    """Where what is open may be written down."""
    return [link for link in page.links() if "/write-down/" in link or "opened=" in link]


def said(page: Page) -> dict[str, str]:
    return page.form("/agreements/new/").fields


def agreements(pair: Pair) -> list[Agreement]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Agreement).where(Agreement.case_id == pair.case)))


def test_a_promise_begins_a_commitment_of_its_author(pair: Pair, mediator: Person, participant_b: Person) -> None:
    run = promised(mediator, pair, participant_b)
    page = console(mediator, pair, run)
    assert "Write it down as a commitment" in outside_folds(page)
    (way,) = ways(page)
    assert "noon" not in way, "an address holds no words"
    begun = mediator.get(way)
    fields = said(begun)
    assert [fields[name] for name in ("who", "what", "seen", "otherwise", "from_on", "until")] == [
        "B", "I write by noon", "A short message", "I say so at once", "2026-12-01", "2026-12-12",
    ]  # fmt: skip
    assert agreements(pair) == [], "nothing becomes one by itself"
    done = mediator.submit(begun, {"until": ""}, action="/agreements/new/commitment")
    assert done.status == 200, done.words
    (row,) = agreements(pair)
    assert (row.kind, row.who) == (Kind.COMMITMENT, Who.B)
    with sealed.ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))):
        assert row.what == "I write by noon"


def test_only_what_stands_open_comes_along(pair: Pair, mediator: Person, participant_a: Person) -> None:
    run = promised(mediator, pair, participant_a, leave="E17.1.s")
    (way,) = ways(console(mediator, pair, run))
    begun = mediator.get(way)
    fields = said(begun)
    assert (fields["who"], fields["what"], fields["until"]) == ("A", "I write by noon", "2026-12-12")
    assert (fields["seen"], fields["otherwise"]) == ("", "")
    assert "A short message" not in begun.words


def test_a_day_that_was_not_opened_is_today(pair: Pair, mediator: Person, participant_a: Person) -> None:
    run = promised(mediator, pair, participant_a, leave="E17.1.when")
    fields = said(mediator.get(ways(console(mediator, pair, run))[0]))
    assert fields["from_on"] not in {"", "2026-12-01"}
    assert fields["until"] == ""


def test_the_page_of_an_exercise_that_is_over_leads_there_too(
    pair: Pair, mediator: Person, participant_a: Person
) -> None:
    run = promised(mediator, pair, participant_a)
    over = press(mediator, console(mediator, pair, run), "go_on")
    (way,) = ways(over)
    assert said(mediator.get(way))["what"] == "I write by noon"
    kept = mediator.submit(over, {"outcome": "mediator"}, action="/outcome")
    assert ways(kept) == []
    assert mediator.look_at(way).status == 404


def test_what_is_closed_again_begins_nothing(pair: Pair, mediator: Person, participant_a: Person) -> None:
    run = promised(mediator, pair, participant_a)
    page = console(mediator, pair, run)
    (way,) = ways(page)
    opened = way.split("/write-down/")[1].partition("?")[0]
    mediator.submit(page, action=f"/close/{opened}")
    assert mediator.look_at(way).status == 404
    assert ways(console(mediator, pair, run)) == []


def test_during_a_hold_and_for_anybody_else_it_begins_nothing(
    pair: Pair, mediator: Person, participant_a: Person
) -> None:
    run = promised(mediator, pair, participant_a)
    (way,) = ways(console(mediator, pair, run))
    other = make_pair(db.session.get_one(Staff, pair.mediator))
    db.session.commit()
    theirs = start(mediator, other, "E17")
    for run_id in (run, theirs):  # with the other pair’s own run, too: the opening is none of theirs
        elsewhere = way.replace(str(pair.case), str(other.case)).replace(str(run), str(run_id))
        assert mediator.look_at(elsewhere).status == 404
    assert mediator.look_at(way.replace("line=0", "line=7")).status == 404
    assert mediator.look_at(way.replace("line=0", "line=x")).status == 404
    assert participant_a.look_at(way).status != 200
    again = start(mediator, pair, "E13", place="home")
    assert mediator.look_at(way.replace(str(run), str(again))).status == 404, "of another run of this pair"
    case_is(pair, hold=True)
    assert mediator.look_at(way).status == 404


def test_only_what_says_what_begins_something(pair: Pair, mediator: Person, participant_a: Person) -> None:
    run = promised(mediator, pair, participant_a)
    page = console(mediator, pair, run)
    (way,) = ways(page)
    own = way.split("/write-down/")[1].partition("?")[0]
    actions = [form.get("action", "") for form in page.all("form")]
    others = {action.rpartition("/")[2] for action in actions if "/close/" in action} - {own}
    assert len(others) == 3
    assert all(mediator.look_at(way.replace(own, other)).status == 404 for other in others)


def test_limits_begin_boundaries_line_by_line(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    run = start(mediator, pair, "E22")
    for person in (participant_a, participant_b):
        write(person, run, LIMITS)
    open_all(mediator, pair, run)
    first, second = ways(console(mediator, pair, run))
    begun = mediator.get(second)
    assert said(begun)["what"] == "Messages late in the evening: No"
    assert "Messages during the day" not in said(begun)["what"]
    assert "who" not in {one.get("name") for one in begun.all("input")}, "a rule for both, with nobody’s name to it"
    done = mediator.submit(begun, action="/agreements/new/boundary")
    assert done.status == 200, done.words
    assert [(row.kind, row.who) for row in agreements(pair)] == [(Kind.BOUNDARY, Who.BOTH)]
    assert said(mediator.get(first))["what"] == "Messages during the day: Yes"


def test_in_a_session_it_is_written_beside_the_session(pair: Pair, mediator: Person, participant_a: Person) -> None:
    run = promised(mediator, pair, participant_a)
    session = make_session(pair, state=SessionState.RUNNING)
    row = db.session.get_one(ExerciseRun, run)
    row.session_id = session
    db.session.commit()
    (way,) = ways(console(mediator, pair, run))
    assert f"/sessions/{session}/" in way
    begun = mediator.get(way)
    fields = begun.form("/capture/commitment").fields
    assert [fields[name] for name in ("who", "what", "seen", "otherwise", "from_on", "until")] == [
        "A", "I write by noon", "A short message", "I say so at once", "2026-12-01", "2026-12-12",
    ]  # fmt: skip
    assert mediator.look_at(way.replace("/commitment", "/boundary")).status == 404
    assert mediator.look_at(f"{way.partition('?')[0]}?opened=x").status == 404
