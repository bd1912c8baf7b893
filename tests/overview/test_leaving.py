"""Whoever leaves hands their cases over first, so that nobody's words stand where nobody reads them."""

from __future__ import annotations

import uuid

import pytest

from mediator.cases.door_actions import SHUT
from mediator.cases.models import Case, CaseMediator
from mediator.cases.terms import CaseState
from mediator.core.audit import AuditEntry
from mediator.core.db import db
from mediator.core.permissions import StaffRole
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
    assert "There is no other mediator in this practice. Add one first." in page.words
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
    assert "no other mediator" not in page.words
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


def mediate_no_more(owner: Person, staff_id: uuid.UUID, role: str = "owner") -> Page:
    """Untick the role of a mediator on the person's page."""
    page = owner.get(f"/work/people/{staff_id}")
    return owner.submit(page, {"mediator": None, role: "y"}, action="/roles")


def test_whoever_is_to_mediate_no_more_hands_their_cases_over_in_the_same_act(owner: Person, pair: Pair) -> None:
    colleague = make_staff("mediator")
    colleague_id, email = colleague.id, colleague.email
    asked = mediate_no_more(owner, pair.mediator)
    assert "Who leads their case from now on?" in asked.words
    assert "Alex" not in asked.text
    refused = owner.submit(asked, action="/mediate-no-more/")
    assert refused.status == 422
    assert "Choose who is to lead" in refused.words
    assert db.session.get_one(Staff, pair.mediator).is_mediator, "nothing is half saved"
    assert leads(pair) == [pair.mediator]
    for _ in range(2):
        assert owner.submit(asked, {"successor": str(colleague_id)}, action="/mediate-no-more/").status == 200
    staff = db.session.get_one(Staff, pair.mediator)
    assert (staff.is_mediator, staff.is_owner, staff.active) == (False, True, True)
    assert leads(pair) == [colleague_id]
    assert Person(owner.app).sign_in(email).get(f"/work/cases/{pair.case}").status == 200
    verbs = list(db.session.scalars(db.select(AuditEntry.verb)))
    assert (verbs.count("case.lead.handed-over"), verbs.count("staff.roles.changed")) == (1, 1)


def test_roles_changed_while_the_page_was_open_stay_and_no_case_moves(owner: Person, pair: Pair) -> None:
    colleague = make_staff("mediator").id
    asked = mediate_no_more(owner, pair.mediator, "assistant")
    owner.submit(owner.get(f"/work/people/{pair.mediator}"), {"owner": "y"}, action="/roles")
    answer = owner.submit(asked, {"successor": str(colleague)}, action="/mediate-no-more/")
    assert answer.status == 409
    assert set(db.session.get_one(Staff, pair.mediator).roles) == {StaffRole.OWNER, StaffRole.MEDIATOR}
    assert leads(pair) == [pair.mediator]


def test_whoever_leads_no_case_is_asked_for_no_colleague(owner: Person, pair: Pair) -> None:
    other = make_staff("mediator").id
    asked = mediate_no_more(owner, other, "assistant")
    assert "from now on?" not in asked.words
    assert owner.submit(asked, action="/mediate-no-more/").status == 200
    assert db.session.get_one(Staff, other).roles == (StaffRole.ASSISTANT,)
    assert owner.get(f"/work/people/{other}/mediate-no-more/owner").response.request.path == f"/work/people/{other}"


def test_an_owner_who_leaves_themselves_the_role_of_an_assistant_lands_on_their_own_page(
    owner: Person, pair: Pair
) -> None:
    both = make_staff("mediator", is_owner=True)
    me, email = both.id, both.email
    page = Person(owner.app).sign_in(email)
    asked = page.submit(page.get(f"/work/people/{me}"), {"mediator": None, "owner": None, "assistant": "y"},
                        action="/roles")  # fmt: skip
    assert page.submit(asked, action="/mediate-no-more/").response.request.path == "/work/account"
