"""How comfortable each says they are: a reading like how ready they feel, and the mediator's alone."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask import Flask

from mediator.cases.models import Case
from mediator.core import sealed
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Letter, Viewer
from mediator.exercises.models import ExerciseRun
from mediator.exercises.terms import Outcome
from mediator.questionnaires import readings
from mediator.questionnaires.models import Assignment, Form, Reading
from mediator.sessions.terms import SessionState
from tests import papers
from tests.counting import counted
from tests.exercises.running import console, outside_folds, press, start, write
from tests.factories import Pair
from tests.people import Page, Person
from tests.reports import scene
from tests.sessions.plan import make_session

FOLD = "Only you: how comfortable each is"
SIGN = "A sign to look at, 8 the time before: a short time alone, the same for both."


def said(pair: Pair, person: uuid.UUID, value: int, *, line: str = "comfort", days_ago: int = 0) -> None:
    """One 0 to 10, said so many days ago."""
    row = Reading(case_id=pair.case, participant_id=person, line=line, step="8", at=now() - timedelta(days=days_ago),
                  source_kind="assignment", source_id=uuid.uuid4())  # fmt: skip
    row.value = value
    db.session.add(row)
    db.session.commit()


def stored(pair: Pair) -> set[tuple[uuid.UUID, str, str, int]]:
    """Every reading of the case: whose, which line, of which step, and the value."""
    db.session.rollback()
    with sealed.ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))):
        return {(row.participant_id, row.line, row.step, row.value) for row in db.session.scalars(db.select(Reading))}


def case_page(mediator: Person, pair: Pair) -> Page:
    return mediator.get(f"/work/cases/{pair.case}")


def fold(page: Page) -> str:
    """What stands in the fold of the mediator's."""
    (found,) = [one for one in page.all("details") if FOLD in "".join(one.itertext())]
    return " ".join(" ".join(found.itertext()).split())


def test_what_is_handed_in_on_a_phone_is_a_reading_of_its_step_and_goes_with_it_when_taken_back(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    run = start(mediator, pair, "E23", place="phones")
    write(participant_a, run, {"E23.2.comfort": "7"})
    write(participant_b, run, {"E23.2.comfort": "not-said"})
    assert stored(pair) == {(pair.a, "comfort", "8", 7)}
    mine = db.session.scalars(
        db.select(Assignment).join(Form).where(Form.run_id == run, Assignment.participant_id == pair.a)
    ).one()
    back = participant_a.get(f"/notes/questions/{mine.id}")
    participant_a.submit(back, action="/change")
    assert stored(pair) == set()
    write(participant_a, run, {"E23.2.comfort": "4"})
    assert stored(pair) == {(pair.a, "comfort", "8", 4)}


def test_what_was_answered_on_paper_at_home_is_one_too(pair: Pair, mediator: Person) -> None:
    run = start(mediator, pair, "E23", place="home")
    db.session.rollback()
    form = db.session.get_one(ExerciseRun, run).stages[0].form_id
    for letter, value in (("A", "6"), ("B", "0")):
        page = mediator.get(f"/work/cases/{pair.case}/forms/{form}/paper/{letter}")
        assert mediator.submit(page, {"E23.2.comfort": value}, action="/paper/").status == 200
    assert stored(pair) == {(pair.a, "comfort", "8", 6), (pair.b, "comfort", "8", 0)}


def test_the_guides_question_writes_one_line_for_each_moment(pair: Pair, mediator: Person) -> None:
    """Before, during and after contact are no history of each other: none of them is a drop from another."""
    page = mediator.get(f"/work/cases/{pair.case}/forms/new?step=8")
    mediator.submit(page, {"q.8.4": "yes", "go": "send"}, action="/forms/new")
    db.session.rollback()
    (form,) = [form.id for form in db.session.scalars(db.select(Form)) if "8.4" in {row.key for row in form.questions}]
    page = mediator.get(f"/work/cases/{pair.case}/forms/{form}/paper/A")
    told: dict[str, str | None] = {"8.ready": "5", "8.4.before": "9", "8.4.during": "2", "8.4.after": "6"}
    assert mediator.submit(page, told, action="/paper/").status == 200
    assert stored(pair) == {
        (pair.a, "ready", "8", 5), (pair.a, "comfort_before", "8", 9), (pair.a, "comfort_during", "8", 2),
        (pair.a, "comfort_after", "8", 6),
    }  # fmt: skip
    shown = fold(case_page(mediator, pair))
    for words in ("9 of 10 before contact", "2 of 10 during contact", "6 of 10 after contact"):
        assert words in shown
    assert "A sign to look at" not in shown


def test_the_mediator_reads_what_each_said_newest_first_with_where_it_was_asked(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    said(pair, pair.a, 8, days_ago=9)
    run = start(mediator, pair, "E23", place="phones")
    write(participant_a, run, {"E23.2.comfort": "5"})
    write(participant_b, run, {"E23.2.comfort": "9"})
    page = case_page(mediator, pair)
    shown = fold(page)
    assert shown.index("A Alex") < shown.index("5 of 10") < shown.index("8 of 10") < shown.index("B Sam")
    assert shown.count("How fast") == 2
    assert page.links().count(f"/work/cases/{pair.case}/exercises/{run}") >= 2
    assert shown.count(SIGN) == 1  # it fell by three; that it is fine otherwise is said by nothing
    outside = outside_folds(page)
    for words in (" of 10", "A sign to look at", "the time before"):
        assert words not in outside


def test_the_fold_is_there_whether_or_not_anybody_said_anything(pair: Pair, mediator: Person) -> None:
    before = outside_folds(case_page(mediator, pair))
    assert fold(case_page(mediator, pair)).count("Nothing said yet.") == 2
    said(pair, pair.a, 1)
    assert outside_folds(case_page(mediator, pair)) == before


def test_what_is_older_is_folded_once_more_and_costs_no_statement(pair: Pair, mediator: Person) -> None:
    case_page(mediator, pair)
    with counted() as none:
        case_page(mediator, pair)
    for number in range(9):
        said(pair, pair.b, number, days_ago=20 - number)
    with counted() as many:
        page = case_page(mediator, pair)
    assert len(many) == len(none)
    assert len([one for one in many if "FROM readings" in one]) == 1
    shown = fold(page)
    assert shown.index("5 of 10") < shown.index("Earlier") < shown.index("4 of 10")


@pytest.mark.parametrize(
    ("values", "before"),
    [([8, 5], 8), ([8, 6], None), ([5], None), ([2, 9], None), ([9, 4, 4], None), ([9, 8, 5], 8), ([3, 0], 3)],
)
def test_a_fall_by_three_since_the_one_before_is_a_prompt_for_the_newest_alone(
    pair: Pair, values: list[int], before: int | None
) -> None:
    for number, value in enumerate(values):
        said(pair, pair.a, value, days_ago=20 - number)
        said(pair, pair.b, 10, days_ago=20 - number)
        said(pair, pair.a, 10 - value, line="comfort_after", days_ago=40)
    with sealed.ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))):
        found = readings.of_case(db.session.get_one(Case, pair.case)).comfort
    told = [(one.letter, one.before) for one in found if one.fell and one.line == "comfort"]
    assert told == ([(Letter.A, before)] if before is not None else [])
    assert [one.value for one in found if one.letter is Letter.A and one.line == "comfort"] == values[::-1]


def test_it_stands_beside_the_agenda_as_a_prompt_and_locks_nothing(pair: Pair, mediator: Person) -> None:
    session = make_session(pair)
    where = f"/work/cases/{pair.case}/sessions/{session}"
    start_page = f"/work/cases/{pair.case}/exercises"
    quiet, ready = mediator.get(where), mediator.get(start_page).words
    assert "How comfortable" not in quiet.words
    said(pair, pair.b, 8, days_ago=5)
    said(pair, pair.b, 4)
    private = next(one for one in mediator.get(where).all("section") if one.get("class") == "private")
    words = " ".join(" ".join(private.itertext()).split())
    assert "How comfortable Sam feels 4 of 10, 8 the time before. A short time alone, the same for both." in words
    assert mediator.get(start_page).words == ready


def test_neither_reads_anything_of_it_and_what_one_said_changes_nothing_for_the_other(
    pair: Pair, participant_a: Person, participant_b: Person
) -> None:
    pages = ("/notes", "/notes/exercise", "/notes/together")
    before = {(who, page): who.get(page).words for who in (participant_a, participant_b) for page in pages}
    assert all(who.get(page).status == 200 for who, page in before)
    said(pair, pair.a, 9, days_ago=3)
    said(pair, pair.a, 1)
    assert {(who, page): who.get(page).words for who, page in before} == before


@pytest.mark.parametrize("outcome", [Outcome.JOINT, Outcome.DISCARDED])
def test_the_mediators_record_has_it_and_no_other_paper(
    app: Flask, pair: Pair, mediator: Person, participant_a: Person, participant_b: Person, outcome: Outcome
) -> None:
    """What each wrote themselves stays in their own copy, as any answer; a list over time is in nobody's but one."""
    at = now() - timedelta(hours=1)
    session = make_session(pair, state=SessionState.ENDED, at=at, started_at=at, ended_at=now() + timedelta(minutes=1))
    run = start(mediator, pair, "E23", session=str(session), place="phones")
    write(participant_a, run, {"E23.2.comfort": "3"})
    write(participant_b, run, {"E23.2.comfort": "9"})
    over = press(mediator, console(mediator, pair, run), "go_on")
    mediator.submit(over, {"outcome": outcome.value}, action="/outcome")
    made = scene.Scene(pair, session, uuid.uuid4())
    scene.make(app, mediator, made)
    full = mediator.submit(mediator.get(made.base), action="/full").response
    record = " ".join(papers.read(full.data).split())
    heading = "Only you, how comfortable each said they are"
    kept = outcome is Outcome.JOINT
    assert (heading in record) is kept
    assert ("3 of 10" in record, "9 of 10" in record) == (kept, kept)
    joint, of_a, of_b = (papers.read(scene.stored(made, reader)) for reader in ("joint", "A", "B"))
    for copy in (joint, of_a, of_b):
        assert heading not in copy
        assert "how comfortable each" not in copy
    for copy, value in ((joint, "3 of 10"), (joint, "9 of 10"), (of_a, "9 of 10"), (of_b, "3 of 10")):
        assert value not in copy
