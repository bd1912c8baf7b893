"""Today before the work: where a decision waits on the mediator, in one line that tells nothing of any answer."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from mediator.cases.models import Case, CaseMediator, Participant, SafeContact
from mediator.cases.terms import CaseState, Suitability
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Letter
from mediator.practice.models import Staff
from mediator.questionnaires.models import Assignment, Form
from mediator.questionnaires.terms import AssignmentState
from tests.counting import counted
from tests.factories import Pair, make_door, safe_contact
from tests.people import Person

LINE = "Decide how to go on Alex and Sam. Look at it"


@pytest.fixture(autouse=True)
def getting_started(pair: Pair) -> None:
    """Nobody has come, been seen or signed."""
    db.session.execute(db.delete(SafeContact))
    case_is(pair, state=CaseState.INTAKE, suitability=None)
    for person in (pair.a, pair.b):
        person_is(person, accepted_at=None, seen_alone_on=None, signed_on=None)


def case_is(pair: Pair, **values: object) -> None:
    row = db.session.get_one(Case, pair.case)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.commit()


def person_is(person: uuid.UUID, **values: object) -> None:
    row = db.session.get_one(Participant, person)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.commit()


def hand_in(pair: Pair, *people: uuid.UUID, **more: object) -> uuid.UUID:
    """A form that these people handed in and the others did not."""
    form = Form(case_id=pair.case, step="first", created_at=now(), created_by=pair.mediator)
    form.title = "x"
    at = now() - timedelta(minutes=5)
    for person in (pair.a, pair.b):
        state = AssignmentState.SUBMITTED if person in people else AssignmentState.SENT
        row = Assignment(case_id=pair.case, participant_id=person, state=state, sent_at=at,
                         submitted_at=at if person in people else None, **more)  # fmt: skip
        form.assignments.append(row)
    db.session.add(form)
    db.session.commit()
    return form.id


def waits(mediator: Person, pair: Pair) -> bool:
    """Whether the line stands on Today, and leads to where the case's page says where it stands."""
    found = mediator.get("/work/")
    on_you = found.words.partition("Waiting on you")[2].partition("Waiting on clients")[0]
    assert (f"/work/cases/{pair.case}#stands" in found.links()) == (LINE.partition(" Look")[0] in on_you)
    return LINE.partition(" Look")[0] in on_you


def read(mediator: Person, pair: Pair, form: uuid.UUID) -> None:
    assert mediator.get(f"/work/cases/{pair.case}/comparison?form={form}").status == 200


def test_what_was_read_waits_for_an_assessment(pair: Pair, mediator: Person) -> None:
    assert not waits(mediator, pair)
    form = hand_in(pair, pair.a, pair.b)
    assert not waits(mediator, pair), "reading it comes first"
    read(mediator, pair, form)
    assert waits(mediator, pair)
    assert any(one.get("id") == "stands" for one in mediator.get(f"/work/cases/{pair.case}").all("h2"))
    case_is(pair, suitability=Suitability.SAFEGUARDS)
    assert not waits(mediator, pair), "now each is seen alone"


def test_what_came_in_long_ago_waits_here_once_no_other_line_says_so(pair: Pair, mediator: Person) -> None:
    form = hand_in(pair, pair.a, pair.b)
    assert "Compare what was handed in" in mediator.get("/work/").words
    for row in db.session.scalars(db.select(Assignment).where(Assignment.form_id == form)):
        row.submitted_at = now() - timedelta(days=32)
    db.session.commit()
    assert waits(mediator, pair)
    assert "Compare what was handed in" not in mediator.get("/work/").words


def test_while_one_of_two_has_not_handed_in_nothing_waits_on_the_mediator(pair: Pair, mediator: Person) -> None:
    read(mediator, pair, hand_in(pair, pair.b))
    assert not waits(mediator, pair)
    person_is(pair.a, declined_on=now().date())
    assert waits(mediator, pair), "whoever declined is not waited for"


@pytest.mark.parametrize("waiting", ["read_first_at", "contact"])
def test_what_asks_to_be_read_first_comes_first(pair: Pair, mediator: Person, waiting: str) -> None:
    form = hand_in(pair, pair.a, pair.b)
    read(mediator, pair, form)
    assert waits(mediator, pair)
    if waiting == "contact":
        contact = safe_contact(db.session.get_one(Participant, pair.a))
        contact.read_first_at = now()
        db.session.add(contact)
    else:
        row = db.session.scalars(db.select(Assignment).where(Assignment.form_id == form)).first()
        assert row is not None
        row.read_first_at = now()
    db.session.commit()
    assert not waits(mediator, pair)


def test_a_state_whose_conditions_are_met_waits_in_the_same_words(pair: Pair, mediator: Person) -> None:
    day = now().date()
    case_is(pair, state=CaseState.ENQUIRY)
    assert not waits(mediator, pair)
    make_door(pair.b)
    assert waits(mediator, pair), "a way in was made"
    case_is(pair, state=CaseState.INTAKE, suitability=Suitability.USUAL)
    person_is(pair.a, seen_alone_on=day)
    assert not waits(mediator, pair)
    person_is(pair.b, seen_alone_on=day)
    assert waits(mediator, pair), "both were seen alone"
    for state in (CaseState.ASSESSED, CaseState.AGREED):
        case_is(pair, state=state)
        assert not waits(mediator, pair)
        for person in (pair.a, pair.b):
            person_is(person, signed_on=day)
        assert waits(mediator, pair), "both have signed"
        case_is(pair, hold=True)
        assert not waits(mediator, pair), "under a hold nothing moves towards joint work"
        case_is(pair, hold=False)
        for person in (pair.a, pair.b):
            person_is(person, signed_on=None)
    for state in (CaseState.ACTIVE, CaseState.PAUSED, CaseState.CLOSING, CaseState.ENDED):
        case_is(pair, state=state)
        assert not waits(mediator, pair), state


def test_only_of_ones_own_cases(pair: Pair, mediator: Person, other_mediator: Person, assistant: Person) -> None:
    case_is(pair, state=CaseState.ENQUIRY)
    make_door(pair.a)
    assert waits(mediator, pair)
    assert not waits(other_mediator, pair)
    assert "Decide" not in assistant.get("/work/").words


def test_it_costs_one_query_whatever_the_number_of_cases(pair: Pair, mediator: Person) -> None:
    lead = db.session.get_one(Staff, pair.mediator)

    def cost() -> int:
        mediator.get("/work/")
        with counted() as sent:
            mediator.get("/work/")
        return len(sent)

    def more(count: int) -> None:
        for _number in range(count):
            case = Case(state=CaseState.AGREED, relation="siblings", route="repair", policy="caucus", zone="UTC",
                        opened_on=now().date(), created_at=now(), suitability=Suitability.USUAL)  # fmt: skip
            case.mediators.append(CaseMediator(case_id=case.id, staff_id=lead.id, lead=True))
            case.participants.extend(
                Participant(case_id=case.id, letter=letter, zone="UTC", created_at=now(), name=letter.value,
                            called="x", accepted_at=now(), signed_on=now().date()) for letter in Letter
            )  # fmt: skip
            db.session.add(case)
        db.session.commit()

    before = cost()
    more(1)
    one = cost()
    more(30)
    assert cost() == one
    assert one <= before + 1
    found = mediator.get("/work/?waiting=all").words
    assert found.count("Decide how to go on") == 31
