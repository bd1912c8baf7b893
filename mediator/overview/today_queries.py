"""What Today asks the database: a fixed number of queries, whatever the number of cases.

Only columns, each list with a limit and the count of all there are. Of written words these read names, and places,
which are the mediator's own; nothing here touches what a participant wrote. Every instant is UTC.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, Uuid, and_, bindparam, func, literal, union_all

from mediator.agreements.models import Agreement
from mediator.agreements.terms import OPEN
from mediator.agreements.terms import Kind as Agreed
from mediator.cases import contact_queries
from mediator.cases.models import Case, CaseMediator, Participant, SafeContact
from mediator.cases.states import LIVING
from mediator.cases.terms import CaseState
from mediator.core import sealed
from mediator.core.db import db
from mediator.core.permissions import StaffRole
from mediator.core.sealed import Words
from mediator.core.visibility import Letter, Viewer
from mediator.overview.waiting import LIMIT, Kind, Waiting, Waits, to_do, together
from mediator.practice.models import Staff
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.terms import TO_DO, AssignmentState
from mediator.sessions.models import AgendaItem, MediationSession
from mediator.sessions.queries import AHEAD, HELD
from mediator.sessions.terms import SessionState

#: Rows of one list; what is beyond is counted.
MOST = 10
MOST_NEXT = 5
#: How opened words are read from rows that are not objects: on the class itself the attribute refuses every use.
_NAME: Words = vars(Participant)["name"]
_PLACE: Words = vars(MediationSession)["place"]

Rows = Sequence[Row[Any]]


@dataclass(frozen=True)
class Someone:
    """One person of a case: their name, and whether the agreement to mediate is signed."""

    id: uuid.UUID
    letter: Letter
    name: str
    signed: bool
    declined: bool


@dataclass(frozen=True)
class Part:
    """Some rows of a list, and how many there are in all."""

    rows: Rows
    found: int


_SESSION = (
    MediationSession.id,
    MediationSession.case_id,
    MediationSession.number,
    MediationSession.attendees,
    MediationSession.state,
    MediationSession.step,
    MediationSession.planned_at,
    MediationSession.minutes,
    MediationSession.place_bytes,
    Case.state.label("case_state"),
    Case.hold,
    Case.relation,
    Case.zone,
)


def today(staff: Staff, begin: datetime, end: datetime) -> Part:
    """The sessions of the day from `begin` to before `end`, by their time, and whatever is still under way."""
    return _part(_of_day(mediator=StaffRole.MEDIATOR in staff.roles), me=staff.id, begin=begin, end=end)


@cache
def _of_day(*, mediator: bool) -> Select[Any]:
    state, at = MediationSession.state, MediationSession.planned_at
    of_the_day = db.select(MediationSession.id).where(
        state.in_(AHEAD | HELD), at >= bindparam("begin"), at < bindparam("end")
    )
    going = db.select(MediationSession.id).where(state.in_(AHEAD - {SessionState.PLANNED}))
    return _sessions(mediator=mediator).where(MediationSession.id.in_(of_the_day.union_all(going))).limit(MOST)


def ahead(staff: Staff, begin: datetime, end: datetime) -> Part:
    """The sessions planned from `begin` to before `end`, by their time."""
    return _part(_ahead(mediator=StaffRole.MEDIATOR in staff.roles), me=staff.id, begin=begin, end=end)


@cache
def _ahead(*, mediator: bool) -> Select[Any]:
    at = MediationSession.planned_at
    planned = and_(MediationSession.state == SessionState.PLANNED, at >= bindparam("begin"), at < bindparam("end"))
    return _sessions(mediator=mediator).where(planned).limit(MOST_NEXT)


def _sessions(*, mediator: bool) -> Select[Any]:
    """The sessions somebody may know of: a mediator (`me`) those of their own cases, an assistant all.

    Whose case it is is asked row by row: what is looked for is a day, not every case.
    """
    wanted: Select[Any] = (
        db.select(*_SESSION, func.count().over().label("found"))
        .join(Case, Case.id == MediationSession.case_id)
        .where(Case.state != CaseState.ERASED)
        .order_by(MediationSession.planned_at, MediationSession.id)
    )
    if not mediator:
        return wanted
    mine = db.select(CaseMediator.case_id).where(
        CaseMediator.case_id == MediationSession.case_id, CaseMediator.staff_id == bindparam("me")
    )
    return wanted.where(mine.correlate(MediationSession).exists())


def _part(wanted: Select[Any], **told: Any) -> Part:
    rows = db.session.execute(wanted, told).all()
    return Part(rows, rows[0].found if rows else 0)


@dataclass(frozen=True)
class Readiness:
    """What is ready for the sessions shown: planned minutes and items by session, forms by person, the rest by case."""

    agendas: dict[uuid.UUID, tuple[int, int]]
    to_do: dict[uuid.UUID, int]
    handed_in: dict[uuid.UUID, int]
    commitments: dict[uuid.UUID, int]
    read_first: dict[uuid.UUID, int]


def readiness(sessions: Iterable[uuid.UUID], people: Mapping[uuid.UUID, Sequence[Someone]]) -> Readiness:
    """How far things are for these sessions, and in the cases of these people. One query; numbers only."""
    found: dict[str, dict[uuid.UUID, tuple[int, int]]] = {}
    told = {
        "sessions": list(sessions),
        "cases": list(people),
        "people": [one.id for of_case in people.values() for one in of_case],
    }
    for kind, of, count, minutes in db.session.execute(_readiness(), told):
        found.setdefault(kind, {})[of] = (count, minutes)

    def counts(kind: str) -> dict[uuid.UUID, int]:
        return {of: count for of, (count, _minutes) in found.get(kind, {}).items()}

    first = counts("contact")
    for case_id, count in counts("read-first").items():
        first[case_id] = first.get(case_id, 0) + count
    return Readiness(found.get("agenda", {}), counts("to-do"), counts("handed-in"), counts("commitments"), first)


_SESSIONS, _CASES, _PEOPLE = (bindparam(name, expanding=True, type_=Uuid()) for name in ("sessions", "cases", "people"))


@cache
def _readiness() -> Any:
    """Put together once, asked with `sessions`, `cases` and `people`: forms are found by their people."""

    def counted(kind: str, of: Any, minutes: Any = None) -> Select[Any]:
        total = literal(0) if minutes is None else func.sum(minutes)
        found: Select[Any] = db.select(literal(kind), of, func.count(), total).group_by(of)
        return found

    person, state = Assignment.participant_id, Assignment.state
    unread = and_(Assignment.read_first_at.is_not(None), Assignment.read_at.is_(None))
    agreed = and_(Agreement.standing.in_(OPEN), Agreement.kind == Agreed.COMMITMENT, Agreement.removed_at.is_(None))
    return union_all(
        counted("agenda", AgendaItem.session_id, AgendaItem.minutes).where(AgendaItem.session_id.in_(_SESSIONS)),
        counted("to-do", person).where(person.in_(_PEOPLE), state.in_(TO_DO)),
        counted("handed-in", person).where(person.in_(_PEOPLE), state == AssignmentState.SUBMITTED),
        counted("read-first", Assignment.case_id).where(person.in_(_PEOPLE), unread),
        counted("contact", SafeContact.case_id).where(SafeContact.case_id.in_(_CASES), contact_queries.UNREAD),
        counted("commitments", Agreement.case_id).where(Agreement.case_id.in_(_CASES), agreed),
    )


def people(cases: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Someone]]:
    """The people of these cases, A first. The directory's ring is enough."""
    found: dict[uuid.UUID, list[Someone]] = {}
    for row in db.session.execute(
        db.select(
            Participant.id,
            Participant.case_id,
            Participant.letter,
            Participant.name_bytes,
            Participant.signed_on,
            Participant.declined_on,
        )
        .where(Participant.case_id.in_(list(cases)))
        .order_by(Participant.letter)
    ):
        name = _NAME.__get__(row, Participant)  # through the same ring as on the object
        one = Someone(row.id, row.letter, name, row.signed_on is not None, row.declined_on is not None)
        found.setdefault(row.case_id, []).append(one)
    return found


def places(staff_id: uuid.UUID, rows: Iterable[Row[Any]]) -> dict[uuid.UUID, str]:
    """Where these sessions are: the mediator's own words, of cases `rows` were found in as theirs."""
    held = list(rows)
    with sealed.ring_of(Viewer.staff(staff_id, frozenset(row.case_id for row in held))):
        return {row.id: _PLACE.__get__(row, MediationSession) or "" for row in held}


def leads(cases: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Who leads these cases, by name."""
    rows = db.session.execute(
        db.select(CaseMediator.case_id, Staff.name)
        .join(Staff, Staff.id == CaseMediator.staff_id)
        .where(CaseMediator.case_id.in_(list(cases)), CaseMediator.lead)
    )
    return {row.case_id: row.name for row in rows}


def has_cases(staff_id: uuid.UUID) -> bool:
    """Whether this mediator has any case that is not erased."""
    wanted = (
        db.select(CaseMediator.case_id)
        .join(Case, Case.id == CaseMediator.case_id)
        .where(CaseMediator.staff_id == staff_id, Case.state != CaseState.ERASED)
    )
    return db.session.scalar(wanted.limit(1)) is not None


def with_something_to_do() -> Waiting:
    """For an assistant: who has something to do, and since when, in living cases. Not how much, and not what."""
    found: dict[uuid.UUID, Waits] = {}
    rows = db.session.execute(_to_do()).all()
    for _kind, case_id, person, since, _times in sorted(rows, key=lambda row: row.at):
        found.setdefault(person, Waits(Kind.TO_DO, case_id, person, since))
    return Waiting(tuple(found.values()), frozenset({Kind.TO_DO} if len(rows) >= LIMIT else ()))


@cache
def _to_do() -> Any:
    living = db.select(Case.id).where(Case.id == Assignment.case_id, Case.state.in_(LIVING))
    return together(to_do(living.correlate(Assignment).exists()))
