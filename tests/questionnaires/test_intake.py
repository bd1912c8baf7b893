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
from mediator.guide.content import FIRST, PartType
from mediator.guide.reading import guide
from mediator.questionnaires import actions, intake, sending, sent
from mediator.questionnaires.building import Draft, Own
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


OWN = "You told me of the bruises in March. What do you say?"


@pytest.mark.parametrize("to", [[], [Letter.B]])
def test_a_form_a_mediator_made_goes_to_nobody_by_itself(pair: Pair, to: list[Letter]) -> None:
    """A draft, or one sent to B alone, is not what A gets: it may hold what one person told the mediator."""
    with ring(pair):
        case = db.session.get_one(Case, pair.case)
        own = Own(1, PartType.LONG, OWN)
        draft = Draft(step=FIRST, title="Only one thing", due_at=None, keys=("0.5",), own=(own,))
        (form,) = actions.make(pair.mediator, case, guide(), uuid.uuid4(), draft)
        form_id = form.id
        if to:
            sending.send(case, form, to)
        db.session.commit()
    made = come(pair.a)
    assert made is not None
    assert made.form_id != form_id
    assert OWN not in asked(pair.a, pair)
    come(pair.b)
    assert [row.form_id for row in copies(pair.b)] == [form_id if to else made.form_id]


def test_the_form_everybody_gets_stays_in_the_words_of_the_guide(pair: Pair, mediator: Person) -> None:
    """Its draft can't be changed into something meant for one person."""
    with ring(pair):
        form_id = intake.make(pair.mediator, db.session.get_one(Case, pair.case), guide()).id
        db.session.commit()
    page = f"/work/cases/{pair.case}/forms/{form_id}"
    assert "Change the draft" not in mediator.get(page).words
    assert mediator.get(f"{page}/edit").response.request.path == page
    new = mediator.get(f"/work/cases/{pair.case}/forms/new?step=0").form("/forms/new").fields
    sent = {**new, "go": "save", "own.1.text": OWN, "own.1.type": "text"}
    assert mediator.post(f"{page}/edit", sent).status == 409
    come(pair.a)
    assert OWN not in asked(pair.a, pair)


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


def test_among_all_forms_of_a_case_it_is_the_same_one(pair: Pair) -> None:
    with ring(pair):
        case = db.session.get_one(Case, pair.case)
        draft = Draft(step=FIRST, title="By hand", due_at=None, keys=("0.5",))
        actions.make(pair.mediator, case, guide(), uuid.uuid4(), draft)
        db.session.commit()
        assert intake.made_for(case) is None
        assert intake.among(case, sent.forms(case.id)) is None
        made = intake.make(pair.mediator, case, guide())
        db.session.commit()
        found = intake.among(case, sent.forms(case.id))
        assert found is not None
        assert (found.id, found.title, found.copies) == (made.id, "Intake form", ())
