"""Whoever leaves hands their cases over first, so that nobody's words stand where nobody reads them."""

from __future__ import annotations

import uuid

import pytest

from mediator.cases.door_actions import SHUT
from mediator.cases.models import Case, CaseMediator
from mediator.cases.terms import CaseState
from mediator.core.audit import AuditEntry
from mediator.core.db import db
from mediator.practice.models import Staff
from tests.factories import Pair, make_staff
from tests.people import Page, Person


def stop(owner: Person, staff_id: uuid.UUID, successor: str) -> Page:
    page = owner.get(f"/work/people/{staff_id}/stop")
    return owner.submit(page, {"successor": successor}, action="/stop")


def leads(pair: Pair) -> list[uuid.UUID]:
    rows = db.select(CaseMediator.staff_id).where(CaseMediator.case_id == pair.case, CaseMediator.lead)
    return list(db.session.scalars(rows))


def test_nobody_is_stopped_while_a_case_would_stand_without_a_lead(owner: Person, pair: Pair) -> None:
    page = stop(owner, pair.mediator, "")
    assert page.status == 422
    assert "Choose who is to lead" in page.words
    assert db.session.get_one(Staff, pair.mediator).active
    assert stop(owner, pair.mediator, str(uuid.uuid4())).status == 422


def test_the_cases_go_to_the_colleague_and_the_owner_reads_none_of_them(
    owner: Person, pair: Pair, new_person: object
) -> None:
    colleague = make_staff("mediator")
    colleague_id, email = colleague.id, colleague.email
    page = owner.get(f"/work/people/{pair.mediator}/stop")
    assert "Who leads their case from now on?" in page.words
    assert "Alex" not in page.text
    assert stop(owner, pair.mediator, str(colleague_id)).status == 200
    assert leads(pair) == [colleague_id]
    assert not db.session.get_one(Staff, pair.mediator).active
    assert Person(owner.app).sign_in(email).get(f"/work/cases/{pair.case}").status == 200
    verbs = db.session.scalars(db.select(AuditEntry.verb)).all()
    assert {"case.lead.handed-over", "staff.disabled"} <= set(verbs)


def test_sent_twice_it_is_done_once(owner: Person, pair: Pair) -> None:
    colleague = make_staff("mediator").id
    page = owner.get(f"/work/people/{pair.mediator}/stop")
    for _ in range(2):
        assert owner.submit(page, {"successor": str(colleague)}, action="/stop").status == 200
    assert leads(pair) == [colleague]


@pytest.mark.parametrize("state", [CaseState.PAUSED, CaseState.CLOSED, CaseState.ENDED])
def test_a_case_whose_people_still_come_in_is_never_left_without_a_mediator(
    owner: Person, pair: Pair, state: CaseState
) -> None:
    """A closed one, too: both go on reading, and somebody has to be there who can put it on hold."""
    colleague = make_staff("mediator").id
    db.session.get_one(Case, pair.case).state = state
    db.session.commit()
    page = owner.get(f"/work/people/{pair.mediator}/stop")
    assert ("Who leads their case from now on?" in page.words) is (state not in SHUT)
    assert owner.submit(page, {"successor": str(colleague)}, action="/stop").status == 200
    assert leads(pair) == [colleague if state not in SHUT else pair.mediator]
