"""Reading one case and its people. Its pages start with `mediated` or `listed`, which take up the ring."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, or_
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import NotFound

from mediator.cases.models import Case, CaseMediator, Door, Participant
from mediator.cases.states import Facts, PersonFacts
from mediator.cases.terms import CaseState
from mediator.core import sealed
from mediator.core.db import db
from mediator.core.permissions import StaffRole
from mediator.core.visibility import Letter, Viewer
from mediator.practice.models import Staff


def mediated(staff_id: uuid.UUID, case_id: uuid.UUID) -> Case:
    """A case this person mediates, and from here on its words. Raises NotFound for every other case alike."""
    found = _one(
        db.select(Case)
        .join(CaseMediator, CaseMediator.case_id == Case.id)
        .where(Case.id == case_id, CaseMediator.staff_id == staff_id)
    )
    sealed.hold_ring(Viewer.staff(staff_id, frozenset({found.id})))
    return found


def listed(staff: Staff, case_id: uuid.UUID) -> Case:
    """A case for its names, contacts and dates: the ring stays that of the directory.

    Assistants find every case. Raises NotFound for everybody else: mediators have `mediated` for their own.
    """
    if StaffRole.ASSISTANT not in staff.roles:
        raise NotFound
    return _one(db.select(Case).where(Case.id == case_id))


def _one(select: Select[Any]) -> Case:
    # Two people and a few mediators in one statement: three statements took twice as long.
    rows = db.session.scalars(select.options(joinedload(Case.participants), joinedload(Case.mediators)))
    found: Case | None = rows.unique().one_or_none()
    if found is None or found.state is CaseState.ERASED:
        raise NotFound
    return found


def participant_who_may_come_in(participant_id: uuid.UUID) -> Participant | None:
    """A participant whose door still leads somewhere, for the sign-in session."""
    person: Participant | None = db.session.scalar(
        db.select(Participant).where(Participant.id == participant_id).options(joinedload(Participant.case))
    )
    if person is None or person.case.state is CaseState.ERASED:
        return None
    return person


def facts(case: Case) -> Facts:
    """What the moves of a case depend on. Whoever declined is not waited for while the other is there."""
    ids = [person.id for person in case.participants]  # doors are found by whose they are
    made = set(db.session.scalars(db.select(Door.participant_id).where(Door.participant_id.in_(ids)).distinct()))
    people = {
        person.letter: PersonFacts(
            door_made=person.id in made,
            accepted=person.accepted_at is not None or person.signed_on is not None,
            seen_alone_on=person.seen_alone_on,
            signed_on=person.signed_on,
        )
        for person in ([one for one in case.participants if one.declined_on is None] or case.participants)
    }
    return Facts(
        a=people.get(Letter.A),
        b=people.get(Letter.B),
        suitability=case.suitability,
        hold=case.hold,
    )


def ever_came_in(case: Case) -> bool:
    """Whether anybody of the case used a door, accepted, signed or was seen: then it was no mistake."""
    if any(person.accepted_at or person.signed_on or person.seen_alone_on for person in case.participants):
        return True
    used = db.select(Door.id).where(Door.case_id == case.id, Door.used_at.is_not(None)).limit(1)
    return db.session.scalar(used) is not None


def other_mediators(staff_id: uuid.UUID) -> Sequence[Staff]:
    """The practice's other mediators who still work here, by name."""
    return db.session.scalars(
        db.select(Staff).where(Staff.is_mediator, Staff.active, Staff.id != staff_id).order_by(Staff.name, Staff.id)
    ).all()


def may_co_mediate(case: Case, lead_id: uuid.UUID) -> Sequence[Staff]:
    """Whom the lead may add or remove: the other mediators, and those in the case who mediate no more."""
    inside = [row.staff_id for row in case.mediators]
    return db.session.scalars(
        db.select(Staff)
        .where(or_(and_(Staff.is_mediator, Staff.active), Staff.id.in_(inside)), Staff.id != lead_id)
        .order_by(Staff.name, Staff.id)
    ).all()


def team(case_id: uuid.UUID) -> list[tuple[Staff, bool]]:
    """Who mediates a case, and whether they lead it; the lead first, then by name."""
    rows = db.session.execute(
        db.select(Staff, CaseMediator.lead)
        .join(CaseMediator, CaseMediator.staff_id == Staff.id)
        .where(CaseMediator.case_id == case_id)
        .order_by(CaseMediator.lead.desc(), Staff.name, Staff.id)
    )
    return [(staff, lead) for staff, lead in rows]
