"""The form of the first meeting: made by itself, once for each person, the same for both; or by hand for paper."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select

from mediator.cases.models import Case, Participant
from mediator.cases.terms import CaseState
from mediator.core import sealed
from mediator.core.audit import AuditEntry
from mediator.core.db import db
from mediator.core.outbox import Message
from mediator.core.visibility import Letter, Viewer
from mediator.guide.content import FIRST
from mediator.guide.reading import guide
from mediator.questionnaires import actions, intake, sending
from mediator.questionnaires.building import Draft
from mediator.questionnaires.models import Assignment, Form
from mediator.questionnaires.spec import from_spec
from mediator.questionnaires.terms import AssignmentState
from tests.factories import Pair
from tests.people import Person
from tests.questionnaires.making import ring


def come(participant: uuid.UUID) -> Assignment | None:
    """A first visit, with nobody's ring but the participant's own."""
    person = db.session.get_one(Participant, participant)
    with sealed.ring_of(Viewer.participant(person.id, person.case_id)):
        made = intake.at_first_visit(person, guide())
        db.session.commit()
    return made


def copies(participant: uuid.UUID) -> list[Assignment]:
    db.session.rollback()
    return list(db.session.scalars(select(Assignment).where(Assignment.participant_id == participant)))


def forms() -> list[Form]:
    db.session.rollback()
    return list(db.session.scalars(select(Form).where(Form.step == FIRST)))


def asked(participant: uuid.UUID, pair: Pair) -> list[str]:
    """The questions of somebody's copy, with the other's name taken out."""
    (copy,) = copies(participant)
    with ring(pair):
        return [from_spec(row.spec).text.replace("Sam", "OTHER").replace("Alex", "OTHER") for row in copy.questions]


def test_the_guide_has_a_first_meeting() -> None:
    assert guide().step(FIRST).ticked


def test_it_is_there_from_the_first_visit_without_due_time_or_mail(pair: Pair) -> None:
    made = come(pair.a)
    assert made is not None
    assert (made.state, made.due_at) == (AssignmentState.SENT, None)
    assert db.session.scalars(select(Message)).all() == []
    assert [len(copies(one)) for one in (pair.a, pair.b)] == [1, 0], "the other's comes with their own visit"
    verbs = db.session.scalars(select(AuditEntry.verb).where(AuditEntry.case_id == pair.case)).all()
    assert list(verbs) == ["form.made-for-first-meeting", "form.came-with-first-visit"]


@pytest.mark.parametrize("first", ["a", "b"])
def test_both_get_the_same_whoever_comes_first(pair: Pair, first: str) -> None:
    people = [pair.a, pair.b] if first == "a" else [pair.b, pair.a]
    for one in people:
        come(one)
    assert len(forms()) == 1
    assert asked(pair.a, pair) == asked(pair.b, pair)
    kept = [question for question in guide().step(FIRST).questions if question.ticked]
    assert len(asked(pair.a, pair)) == len(kept) + len(guide().standing(FIRST))


def test_however_often_somebody_comes_it_is_one(pair: Pair) -> None:
    first = come(pair.a)
    assert first is not None
    again = come(pair.a)
    assert again is not None
    assert (again.id, len(copies(pair.a)), len(forms())) == (first.id, 1, 1)


@pytest.mark.parametrize("state", list(AssignmentState))
def test_whoever_has_one_already_gets_no_second(pair: Pair, state: AssignmentState) -> None:
    """Sent by the mediator before, in whatever state by now: withdrawn is not asked for again."""
    with ring(pair):
        case = db.session.get_one(Case, pair.case)
        form = intake.make(pair.mediator, case, guide())
        (copy,) = sending.send(case, form, [Letter.A])
        copy.state = state
        db.session.commit()
    come(pair.a)
    assert [row.id for row in copies(pair.a)] == [copy.id]


def test_a_form_a_mediator_made_of_the_first_meeting_serves_for_whoever_comes(pair: Pair) -> None:
    with ring(pair):
        case = db.session.get_one(Case, pair.case)
        draft = Draft(step=FIRST, title="Only one thing", due_at=None, keys=("0.5",))
        (form,) = actions.make(pair.mediator, case, guide(), uuid.uuid4(), draft)
        form_id = form.id
        db.session.commit()
    made = come(pair.b)
    assert made is not None
    assert (made.form_id, len(forms())) == (form_id, 1)


def test_a_hold_does_not_show_by_it(pair: Pair) -> None:
    db.session.get_one(Case, pair.case).hold = True
    db.session.commit()
    assert come(pair.a) is not None


@pytest.mark.parametrize("state", [CaseState.CLOSED, CaseState.RETENTION, CaseState.ENDED])
def test_a_case_that_is_over_asks_nothing(pair: Pair, state: CaseState) -> None:
    db.session.get_one(Case, pair.case).state = state
    db.session.commit()
    assert come(pair.a) is None
    assert forms() == []


def test_made_by_hand_it_is_printed_and_typed_in(pair: Pair, mediator: Person) -> None:
    db.session.get_one(Case, pair.case).state = CaseState.INTAKE
    db.session.commit()
    case = f"/work/cases/{pair.case}"
    page = mediator.submit(mediator.get(case), action="/first-meeting")
    (form,) = forms()
    assert page.response.request.path == f"{case}/forms/{form.id}"
    assert copies(pair.a) == []
    assert guide().step(FIRST).ticked[0].text in mediator.get(f"{case}/forms/{form.id}/print/A").words
    paper = mediator.get(f"{case}/forms/{form.id}/paper/A")
    assert mediator.submit(paper, {"0.2.way": "By a friend"}, action="/paper/").status == 200
    (copy,) = copies(pair.a)
    assert (copy.state, copy.from_paper) == (AssignmentState.SUBMITTED, True)
    come(pair.a)
    assert len(copies(pair.a)) == 1
    assert "Intake form is in since" in mediator.get(case).words
    assert len(forms()) == 1


def test_made_twice_by_hand_it_is_one(pair: Pair, mediator: Person) -> None:
    db.session.get_one(Case, pair.case).state = CaseState.INTAKE
    db.session.commit()
    page = mediator.get(f"/work/cases/{pair.case}")
    for _ in range(2):
        assert mediator.submit(page, action="/first-meeting").status == 200
    assert len(forms()) == 1
