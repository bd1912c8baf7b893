"""Handing over the cases of somebody who leaves. Needs no ring: no word of any case is read."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from mediator.cases.door_actions import SHUT
from mediator.cases.models import Case, CaseMediator
from mediator.core import audit
from mediator.core.db import db
from mediator.practice.models import Staff


def led_by(staff_id: uuid.UUID) -> Sequence[Case]:
    """The cases this person leads whose people still come in: those under way, and closed ones, which both read on."""
    return db.session.scalars(
        db.select(Case)
        .join(CaseMediator, CaseMediator.case_id == Case.id)
        .where(CaseMediator.staff_id == staff_id, CaseMediator.lead, Case.state.not_in(SHUT))
        .order_by(Case.opened_on, Case.id)
    ).all()


def hand_over(cases: Sequence[Case], lead: Staff, to: Staff) -> None:
    """Make a colleague the lead of these cases; whoever led them is no part of them any more."""
    for case in cases:
        rows = {row.staff_id: row for row in case.mediators}
        if to.id in rows:
            rows[to.id].lead = True
        else:
            case.mediators.append(CaseMediator(case_id=case.id, staff_id=to.id, lead=True))
        case.mediators.remove(rows[lead.id])
        audit.record("case.lead.handed-over", case=case.id, subject=to.id)
