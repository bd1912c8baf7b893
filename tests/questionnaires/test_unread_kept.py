"""What somebody told about safety is lost nowhere: not to a later answer while it waits, not on a page left open."""

from __future__ import annotations

import uuid

import pytest

from mediator.core.audit import AuditEntry
from mediator.core.db import db
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.terms import AssignmentState
from tests.factories import Pair
from tests.people import HTML, Page, Person
from tests.questionnaires.answering import at
from tests.questionnaires.test_read_first import read_first, unread
from tests.questionnaires.test_safety_parts import CALM, hand_in, sent

GUN = "He has a gun"


@pytest.fixture
def intake(pair: Pair) -> uuid.UUID:
    return sent(pair, "0.7", "0.4", "0.6", "0.11")


def change(person: Person, copy: uuid.UUID, answers: dict[str, str]) -> None:
    """Take the form back, and hand it in with these answers about safety."""
    person.submit(person.get(at(copy, "done")), action="/change")
    assert hand_in(person, copy, answers).status == 200


def said(page: Page) -> list[list[str]]:
    """The answers that stand on "Read first", line by line."""
    return [["".join(line.itertext()) for line in dd.iter(f"{HTML}strong")] for dd in page.all("dd")]


def mark(mediator: Person, pair: Pair) -> None:
    mediator.submit(read_first(mediator, pair), action="/read-first")


@pytest.mark.parametrize(
    ("first", "then", "stand"),
    [
        ({"0.6.words": GUN}, {"0.6.words": "all fine"}, ["all fine", f"Before: {GUN}"]),
        ({"0.11.body": "yes"}, {"0.11.body": "sometimes"}, None),
        ({"0.11.body": "yes"}, {"0.11.body": "no"}, None),  # a calm one, too, stands beside it and not in its place
        ({"0.4.orders": "unsure", "0.6.free": "yes"}, {"0.6.free": "no"}, None),
    ],
)
def test_while_unread_an_earlier_answer_stays_beside_the_new_one(
    intake: uuid.UUID,
    pair: Pair,
    participant_a: Person,
    mediator: Person,
    first: dict[str, str],
    then: dict[str, str],
    stand: list[str] | None,
) -> None:
    hand_in(participant_a, intake, first)
    before = said(read_first(mediator, pair))
    change(participant_a, intake, then)
    assert unread(intake)
    after = said(read_first(mediator, pair))
    changed = [lines for lines in after if len(lines) == 2]
    assert len(changed) == 1
    assert [changed[0][1].removeprefix("Before: ")] in before
    assert stand is None or changed == [stand]
    mark(mediator, pair)
    assert not unread(intake)


def test_all_that_was_told_before_stays_and_the_same_once(
    intake: uuid.UUID, pair: Pair, participant_a: Person, mediator: Person
) -> None:
    hand_in(participant_a, intake, {"0.6.words": GUN})
    for words in ("all fine", GUN, "all fine", "please forget it"):
        change(participant_a, intake, {"0.6.words": words})
    (lines,) = said(read_first(mediator, pair))
    assert lines[0] == "please forget it"
    assert sorted(lines[1:]) == sorted(f"Before: {words}" for words in ("all fine", GUN))


def test_left_empty_nothing_changes(intake: uuid.UUID, pair: Pair, participant_a: Person, mediator: Person) -> None:
    hand_in(participant_a, intake, {"0.6.words": GUN})
    change(participant_a, intake, {})
    assert said(read_first(mediator, pair)) == [[GUN]]


def test_once_read_a_new_answer_takes_its_place(
    intake: uuid.UUID, pair: Pair, participant_a: Person, mediator: Person
) -> None:
    hand_in(participant_a, intake, {"0.6.words": GUN})
    mark(mediator, pair)
    change(participant_a, intake, {"0.6.words": "all fine"})
    assert said(read_first(mediator, pair)) == [["all fine"]]
    assert unread(intake)


def test_a_page_from_before_the_change_marks_nothing_as_read(
    intake: uuid.UUID, pair: Pair, participant_a: Person, mediator: Person
) -> None:
    hand_in(participant_a, intake, {"0.11.body": "yes"})
    page = read_first(mediator, pair)
    change(participant_a, intake, {"0.11.body": "no"})
    mediator.submit(page, action="/read-first")
    assert unread(intake)


@pytest.mark.parametrize("locked", [False, True])
def test_told_on_a_page_that_was_open_before_handing_in_it_arrives(
    intake: uuid.UUID, pair: Pair, participant_a: Person, mediator: Person, locked: bool
) -> None:
    """The form was handed in elsewhere meanwhile (or the session has begun); the page says it is with the mediator."""
    page = participant_a.get(at(intake, "check"))
    hand_in(participant_a, intake, {**CALM})
    if locked:
        row = db.session.get_one(Assignment, intake)
        row.locked_at = row.submitted_at
        db.session.commit()
    assert not unread(intake)
    done = participant_a.submit(page, {"0.6.words": GUN, "0.11.body": "yes"}, action="/check")
    assert "Your answers are with" in done.words
    assert unread(intake)
    assert [GUN] in said(read_first(mediator, pair))


def test_told_on_the_phone_while_paper_was_typed_in_it_arrives(
    intake: uuid.UUID, pair: Pair, participant_a: Person, mediator: Person
) -> None:
    form = db.session.get_one(Assignment, intake).form_id
    page = participant_a.get(at(intake, "check"))
    paper = mediator.get(f"/work/cases/{pair.case}/forms/{form}/paper/A")
    assert mediator.submit(paper, {"0.7.limit": "from paper", "0.6.words": "on paper"}, action="/paper").status == 200
    participant_a.submit(page, {"0.6.words": GUN}, action="/check")
    assert said(read_first(mediator, pair)) == [[GUN, "Before: on paper"]]
    assert db.session.get_one(Assignment, intake).state is AssignmentState.SUBMITTED


def test_pressed_twice_is_as_once(intake: uuid.UUID, pair: Pair, participant_a: Person, mediator: Person) -> None:
    page = participant_a.get(at(intake, "check"))
    told: dict[str, str | None] = {"0.6.words": GUN, "0.11.body": "yes"}
    for _ in range(2):
        assert participant_a.submit(page, dict(told), action="/check").status == 200
    assert [GUN] in said(read_first(mediator, pair))
    mark(mediator, pair)
    participant_a.submit(page, dict(told), action="/check")
    assert not unread(intake), "the very same words, once read, are not there to be read anew"
    verbs = list(db.session.scalars(db.select(AuditEntry.verb).where(AuditEntry.subject_id == intake)))
    assert verbs.count("assignment.submitted") == 1


def test_words_too_long_on_such_a_page_are_said_and_can_be_made_shorter(
    intake: uuid.UUID, pair: Pair, participant_a: Person, mediator: Person
) -> None:
    page = participant_a.get(at(intake, "check"))
    hand_in(participant_a, intake, {})
    again = participant_a.submit(page, {"0.6.words": "w" * 301}, action="/check")
    assert again.status == 422
    assert "Your answers are handed in already." in again.words
    participant_a.submit(again, {"0.6.words": GUN}, action="/check")
    assert said(read_first(mediator, pair)) == [[GUN]]
