"""Reading one case and its people. Its pages start with `mediated` or `listed`, which take up the ring."""

from __future__ import annotations

import uuid
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, or_
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import NotFound

from mediator.cases.gates import CaseFacts, joint_work
from mediator.cases.models import Case, CaseMediator, Door, Participant
from mediator.cases.states import Facts, PersonFacts
from mediator.cases.terms import CaseState, Suitability, participant_word
from mediator.core import sealed
from mediator.core.db import db, read_rows
from mediator.core.permissions import StaffRole
from mediator.core.sealed import Words
from mediator.core.visibility import Letter, Viewer
from mediator.practice.models import Staff

#: A participant is loaded with their case in one statement: every page of theirs asks how it stands.
WITH_CASE = joinedload(Participant.case, innerjoin=True)

#: How the name is opened on a row that is no object: on the class itself the attribute refuses every use.
_CALLED: Words = vars(Participant)["called"]
_AROUND = (
    db.select(Case.id.label("case_id"), Participant.called_bytes.label("called_bytes"), Staff.name)
    .outerjoin(Participant, and_(Participant.case_id == Case.id, Participant.letter == bindparam("other")))
    .outerjoin(CaseMediator, and_(CaseMediator.case_id == Case.id, CaseMediator.lead))
    .outerjoin(Staff, Staff.id == CaseMediator.staff_id)
    .where(Case.id == bindparam("case"))
    .order_by(Staff.name, Staff.id)
    .limit(1)
)


def mediated(staff_id: uuid.UUID, case_id: uuid.UUID) -> Case:
    """A case this person mediates, and from here on its words. Raises NotFound for every other case alike."""
    found = _one(_mediated(), case=case_id, staff=staff_id)
    sealed.hold_ring(Viewer.staff(staff_id, frozenset({found.id})))
    return found


def listed(staff: Staff, case_id: uuid.UUID) -> Case:
    """A case for its names, contacts and dates: the ring stays that of the directory.

    Assistants find every case. Raises NotFound for everybody else: mediators have `mediated` for their own.
    """
    if StaffRole.ASSISTANT not in staff.roles:
        raise NotFound
    return _one(_whole(), case=case_id)


@cache
def _mediated() -> Select[Any]:
    """Every page of a case begins with it, so it is put together once."""
    mine = _whole().join(CaseMediator, CaseMediator.case_id == Case.id)
    return mine.where(CaseMediator.staff_id == bindparam("staff"))


def _whole() -> Select[Any]:
    # Two people and a few mediators in one statement: three statements took twice as long.
    one: Select[Any] = db.select(Case).where(Case.id == bindparam("case"))
    return one.options(joinedload(Case.participants), joinedload(Case.mediators))


def _one(select: Select[Any], **told: uuid.UUID) -> Case:
    found: Case | None = db.session.scalars(select, told).unique().one_or_none()
    if found is None or found.state is CaseState.ERASED:
        raise NotFound
    return found


def participant_who_may_come_in(participant_id: uuid.UUID) -> Participant | None:
    """A participant whose door still leads somewhere."""
    person = db.session.get(Participant, participant_id, options=(WITH_CASE,))
    return person if person is not None and may_come_in(person) else None


def may_come_in(person: Participant) -> bool:
    """Whether somebody's pages are still there, for the sign-in session."""
    return person.case.state is not CaseState.ERASED


def gate_facts(case: Case, *, read_first: bool = False) -> CaseFacts:
    """What the gates depend on in this case, now. Whoever declined is absent: a signature of theirs counts no more.

    Whether something waits to be read first is asked where something is opened, not where it is shown.
    """
    return CaseFacts(
        state=case.state,
        hold=case.hold,
        suitability=case.suitability,
        a_signed=_signed(case.participant(Letter.A)),
        b_signed=_signed(case.participant(Letter.B)),
        read_first=read_first,
    )


def both_may_know(case: Case) -> tuple[object, ...]:
    """What of the record of a case shows on the pages of both, and nothing that one of them alone could be behind.

    The word they read and, only while joint work is open, what locks exercises for both. So nobody's page learns
    that somebody was seen alone, has signed or declined, or that a hold was put on before the work or on a break.
    """
    word = participant_word(case.state, case.hold)
    if not joint_work(gate_facts(case)):
        return (word,)
    return (word, case.suitability, case.closure)


def _signed(person: Participant | None) -> bool:
    return person is not None and person.signed_on is not None and person.declined_on is None


@dataclass(frozen=True)
class Around:
    """Whose names a participant reads: how the other wishes to be called, and who leads the case. None: nobody yet."""

    other: str | None
    mediator: str | None


def around(person: Participant) -> Around:
    """The names around one participant, with the ring of anybody who may read what is joint in the case."""
    (row,) = read_rows(_AROUND, {"case": person.case_id, "other": person.letter.other})
    return Around(_CALLED.__get__(row, Participant), row.name)


def facts(case: Case) -> Facts:
    """What the moves of a case depend on.

    Doors are looked for where a move asks for one: once intake has begun none does.
    """
    made = set()
    if case.state is CaseState.ENQUIRY:
        ids = [person.id for person in case.participants]  # doors are found by whose they are
        made = set(db.session.scalars(db.select(Door.participant_id).where(Door.participant_id.in_(ids)).distinct()))
    return facts_of(case.participants, made, suitability=case.suitability, hold=case.hold)


def facts_of(
    people: Sequence[Participant] | Sequence[Row[Any]],
    made: Set[uuid.UUID],
    *,
    suitability: Suitability | None,
    hold: bool,
) -> Facts:
    """The same, of people or of rows with their dates; `made` is who has a door.

    Whoever declined is not waited for while the other is there.
    """
    found = {
        person.letter: PersonFacts(
            door_made=person.id in made,
            accepted=person.accepted_at is not None or person.signed_on is not None,
            seen_alone_on=person.seen_alone_on,
            signed_on=person.signed_on,
        )
        for person in ([one for one in people if one.declined_on is None] or people)
    }
    return Facts(a=found.get(Letter.A), b=found.get(Letter.B), suitability=suitability, hold=hold)


def ever_came_in(case: Case) -> bool:
    """Whether anybody of the case used a door, accepted, signed or was seen: then it was no mistake."""
    if any(person.accepted_at or person.signed_on or person.seen_alone_on for person in case.participants):
        return True
    ids = [person.id for person in case.participants]  # doors are found by whose they are
    used = db.select(Door.id).where(Door.participant_id.in_(ids), Door.used_at.is_not(None)).limit(1)
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
