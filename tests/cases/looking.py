"""What tests of a case's pages look up and make."""

from __future__ import annotations

import uuid

from mediator.cases.models import Case
from mediator.cases.terms import CaseState
from mediator.core.db import db
from mediator.core.sealed import ring_of
from mediator.core.visibility import Letter, Viewer
from mediator.practice.models import Staff
from tests.factories import Pair, make_case, make_participant


def fresh(case_id: uuid.UUID) -> Case:
    """A case as it is stored now."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Case, case_id)


def people(case: Case) -> list[tuple[str, str, str | None, str | None]]:
    """Letter, name, pronouns and address of a case's people."""
    with ring_of(Viewer.staff(uuid.uuid4(), frozenset())):
        return [(one.letter.value, one.name, one.pronouns, one.email) for one in case.participants]


def lead_of(pair: Pair) -> Staff:
    """The pair's mediator."""
    return db.session.get_one(Staff, pair.mediator)


def enquiry(pair: Pair) -> Case:
    """A case with A alone that has hardly begun."""
    case = make_case(lead_of(pair), state=CaseState.ENQUIRY, suitability=None)
    make_participant(case, Letter.A, "Robin", accepted_at=None, seen_alone_on=None, signed_on=None)
    return case
