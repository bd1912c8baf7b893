"""What Today asks the database: a fixed number of queries, whatever the number of cases.

Only columns, each list with a limit and the count of all there are. Of written words these read names, and places,
which are the mediator's own; nothing here touches what a participant wrote. Every instant is UTC.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, Subquery, bindparam, case, func, literal_column, not_, union_all

from mediator.agreements.models import Agreement
from mediator.agreements.terms import OPEN
from mediator.agreements.terms import Kind as Agreed
from mediator.cases import contact_queries
from mediator.cases.models import Case, CaseMediator, Participant, SafeContact
from mediator.cases.states import LIVING
from mediator.cases.terms import CaseState
from mediator.core import sealed
from mediator.core.db import UtcDateTime, among, db, read_rows
from mediator.core.permissions import StaffRole
from mediator.core.sealed import Words
from mediator.core.visibility import Letter, Viewer
from mediator.exercises.held import waiting as held
from mediator.exercises.models import HeldWords
from mediator.overview.waiting import NEW, Kind, Waiting, Waits, to_do, together, unread
from mediator.practice.models import Staff
from mediator.questionnaires.models import Assignment, Form
from mediator.questionnaires.terms import TO_DO, AssignmentState
from mediator.sessions.models import AgendaItem, MediationSession
from mediator.sessions.queries import AHEAD, HELD, LINE, place_of
from mediator.sessions.terms import SessionState

#: Rows of one list; what is beyond is counted.
MOST = 10
MOST_NEXT = 5
#: And of the next sessions on a day that has some of its own.
MOST_BESIDE = 3
#: How opened words are read from rows that are not objects: on the class itself the attribute refuses every use.
_NAME: Words = vars(Participant)["name"]

Rows = Sequence[Row[Any]]


class Someone(NamedTuple):
    """One person of a case: their name, and whether the agreement to mediate is signed.

    How much they have to do (forms, and what an exercise asks), when they last handed a form in, and how many notes of
    theirs are to be read first, is for mediators: for assistants nothing of it is asked.
    """

    id: uuid.UUID
    letter: Letter
    name: str
    signed: bool
    to_do: int = 0
    handed_in: datetime | None = None
    read_first: int = 0


@dataclass(frozen=True)
class Part:
    """Some rows of a list, and how many there are in all."""

    rows: Rows
    found: int


_SESSION = (
    *LINE,
    Case.state.label("case_state"),
    Case.hold,
    Case.relation,
    Case.zone,
)


def sessions(staff: Staff, begin: datetime, end: datetime, until: datetime) -> tuple[Part, Part]:
    """The sessions of the day from `begin` to before `end`, with whatever is still under way, and those planned from
    then to before `until`: each by their time.

    A mediator's rows say how much of an agenda there is and what was committed to; an assistant's are times.
    """
    told = {"me": staff.id, "begin": begin, "end": end, "until": until, "new": begin - NEW}
    rows = read_rows(_sessions(mediator=StaffRole.MEDIATOR in staff.roles), told)
    today, ahead = ([row for row in rows if row.part == part] for part in (0, 1))
    return _part(today, MOST), _part(ahead, MOST_BESIDE if today else MOST_NEXT)


def _part(rows: Rows, most: int) -> Part:
    return Part(rows[:most], rows[0].found if rows else 0)


@cache
def _sessions(*, mediator: bool) -> Select[Any]:
    state, at = MediationSession.state, MediationSession.planned_at
    begin, end, until = (bindparam(name, type_=UtcDateTime()) for name in ("begin", "end", "until"))
    of_the_day = db.select(MediationSession.id).where(among(state, *AHEAD | HELD), at >= begin, at < end)
    going = db.select(MediationSession.id).where(among(state, *AHEAD - {SessionState.PLANNED}))
    today = _of_cases(0, mediator=mediator).where(MediationSession.id.in_(of_the_day.union_all(going)))
    ahead = _of_cases(1, mediator=mediator).where(among(state, SessionState.PLANNED), at >= end, at < until)
    parts = (today.limit(MOST), ahead.limit(MOST_NEXT))
    listed = union_all(*(db.select(part.subquery()) for part in parts)).subquery()
    found: Select[Any] = db.select(listed, *(_ready(listed) if mediator else ()))
    return found.order_by(listed.c.part, listed.c.planned_at, listed.c.id)


def _of_cases(part: int, *, mediator: bool) -> Select[Any]:
    """The sessions somebody may know of: a mediator (`me`) those of their own cases, an assistant all.

    Whose case it is is asked row by row: what is looked for is a day, not every case.
    """
    wanted: Select[Any] = (
        db.select(literal_column(str(part)).label("part"), *_SESSION, func.count().over().label("found"))
        .join(Case, Case.id == MediationSession.case_id)
        .where(not_(among(Case.state, CaseState.ERASED)))
        .order_by(MediationSession.planned_at, MediationSession.id)
    )
    if not mediator:
        return wanted
    mine = db.select(CaseMediator.case_id).where(
        CaseMediator.case_id == MediationSession.case_id, CaseMediator.staff_id == bindparam("me")
    )
    return wanted.where(mine.correlate(MediationSession).exists())


def _ready(listed: Subquery) -> tuple[ColumnElement[Any], ...]:
    """Items and planned minutes of a session's agenda, commitments of its case that are open, and when the last form
    came in that `me` has not read since.
    """

    def total(what: ColumnElement[Any], *where: ColumnElement[bool]) -> Any:
        return db.select(func.coalesce(what, 0)).where(*where).correlate(listed).scalar_subquery()

    items, count = AgendaItem.session_id == listed.c.id, func.count()
    committed = among(Agreement.kind, Agreed.COMMITMENT), among(Agreement.standing, *OPEN)
    return (
        total(count, items).label("items"),
        total(func.sum(AgendaItem.minutes), items).label("planned"),
        total(count, Agreement.case_id == listed.c.case_id, *committed, Agreement.removed_at.is_(None)).label("open"),
        _came_in(listed).label("came_in"),
    )


def _came_in(listed: Subquery) -> Any:
    """Of the forms of a case's people, as these can be found; the moment within a `CASE`, as in `_forms`."""
    of_case = db.select(Participant.id).where(Participant.case_id == listed.c.case_id).correlate(listed)
    found = (
        db.select(func.max(case((among(Assignment.state, AssignmentState.SUBMITTED), Assignment.submitted_at))))
        .join(Form, Form.id == Assignment.form_id)
        .where(Assignment.participant_id.in_(of_case), unread())
    )
    return found.correlate(listed).scalar_subquery()


def people(cases: Iterable[uuid.UUID], *, counted: bool = False) -> dict[uuid.UUID, list[Someone]]:
    """The people of these cases, A first; with `counted` what is to do, handed in and to be read first.

    Numbers and moments only, and names: the directory's ring is enough.
    """
    found: dict[uuid.UUID, list[Someone]] = {}
    for row in read_rows(_people(counted=counted), {"cases": list(cases)}):
        person, case_id, letter, _sealed, signed_on, *counts = row
        name = _NAME.__get__(row, Participant)  # through the same ring as on the object
        found.setdefault(case_id, []).append(Someone(person, letter, name, signed_on is not None, *counts))
    return found


@cache
def _people(*, counted: bool) -> Select[Any]:
    person = Participant.id, Participant.case_id, Participant.letter, Participant.name_bytes.label("name_bytes")
    wanted: Select[Any] = (
        db.select(*person, Participant.signed_on, *(_forms() if counted else ()))
        .where(Participant.case_id.in_(bindparam("cases", expanding=True)))
        .order_by(Participant.letter)
    )
    return wanted


def _forms() -> tuple[ColumnElement[Any], ...]:
    """What there is to do, when a form was last handed in, and what is to be read first, of one person."""

    def of_person(what: ColumnElement[Any], table: type[Any], *where: ColumnElement[bool]) -> Any:
        found = db.select(what).select_from(table).where(table.participant_id == Participant.id, *where)
        return found.correlate(Participant).scalar_subquery()

    # The moment within a `CASE`, or SQLite looks for the last of all forms ever handed in, and goes on from there.
    handed_in = case((among(Assignment.state, AssignmentState.SUBMITTED), Assignment.submitted_at))
    count = func.count()
    asked = db.select(count).select_from(HeldWords).where(HeldWords.receiver_id == Participant.id, held.UNANSWERED)
    unread = Assignment.read_first_at.is_not(None), Assignment.read_at.is_(None)
    return (
        of_person(count, Assignment, among(Assignment.state, *TO_DO)) + asked.correlate(Participant).scalar_subquery(),
        of_person(func.max(handed_in), Assignment, not_(held.OF_ONE)),
        of_person(count, Assignment, *unread) + of_person(count, SafeContact, contact_queries.UNREAD),
    )


def places(staff_id: uuid.UUID, rows: Iterable[Row[Any]]) -> dict[uuid.UUID, str]:
    """Where these sessions are: the mediator's own words, of cases `rows` were found in as theirs."""
    held = list(rows)
    with sealed.ring_of(Viewer.staff(staff_id, frozenset(row.case_id for row in held))):
        return {row.id: place_of(row) or "" for row in held}


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


def with_something_to_do(limit: int) -> Waiting:
    """For an assistant: who has something to do, and since when, in living cases. Not how much, and not what."""
    found: dict[uuid.UUID, Waits] = {}
    rows = read_rows(_to_do(limit))
    for _kind, case_id, person, since, _times in sorted(rows, key=lambda row: row.at):
        found.setdefault(person, Waits(Kind.TO_DO, case_id, person, since))
    return Waiting(tuple(found.values()), frozenset({Kind.TO_DO} if len(rows) >= limit else ()))


@cache
def _to_do(limit: int) -> Any:
    living = db.select(Case.id).where(Case.id == Assignment.case_id, among(Case.state, *LIVING))
    return together(to_do(living.correlate(Assignment).exists()), limit)
