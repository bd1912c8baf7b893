"""Reading sessions of one case, and what an agenda is drafted from. Needs the ring of a mediator of the case."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, func, or_
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.exceptions import NotFound

from mediator.agreements.models import Agreement
from mediator.agreements.terms import OPEN
from mediator.cases.models import Case
from mediator.core.db import db, read_rows
from mediator.core.sealed import Words
from mediator.core.visibility import Letter
from mediator.guide.agendas import Agendas
from mediator.guide.reading import guide
from mediator.questionnaires import comparing, comparison, readings, sent
from mediator.sessions import agenda, steps
from mediator.sessions.models import AgendaItem, MediationSession
from mediator.sessions.terms import Attendees, ItemState, SessionState

#: Sessions that took place, or are taking place.
HELD: frozenset[SessionState] = frozenset(
    {SessionState.RUNNING, SessionState.PAUSED, SessionState.ENDED, SessionState.WRITTEN_UP}
)
#: Sessions that are over.
OVER: frozenset[SessionState] = frozenset({SessionState.ENDED, SessionState.WRITTEN_UP})
#: Sessions still to come or under way.
AHEAD: frozenset[SessionState] = frozenset({SessionState.PLANNED, SessionState.RUNNING, SessionState.PAUSED})

#: One session and its items in one statement, prepared once: two took half as long again.
_WITH_AGENDA = (
    db.select(MediationSession)
    .where(MediationSession.id == bindparam("session"), MediationSession.case_id == bindparam("case"))
    .options(joinedload(MediationSession.items))
)
#: How a place is opened on rows that are not objects: on the class itself the attribute refuses every use.
_PLACE: Words = vars(MediationSession)["place"]
#: What every list shows of a session; `place_of` opens where it is.
LINE = (
    MediationSession.id,
    MediationSession.case_id,
    MediationSession.number,
    MediationSession.attendees,
    MediationSession.state,
    MediationSession.step,
    MediationSession.planned_at,
    MediationSession.minutes,
    MediationSession.place_bytes.label("place_bytes"),
)
_LISTED = (
    db.select(*LINE)
    .where(MediationSession.case_id == bindparam("case"), MediationSession.state.in_(AHEAD | OVER))
    .order_by(MediationSession.planned_at, MediationSession.id)
)
#: How many items an agenda has, and the minutes planned for them.
_PLANNED = db.select(func.count(), func.coalesce(func.sum(AgendaItem.minutes), 0)).where(
    AgendaItem.session_id == bindparam("session")
)

#: What is looked at again by a day: the open ones without a day of their own, or with one that is not later.
_OPEN = db.select(func.count()).where(
    Agreement.case_id == bindparam("case"),
    Agreement.standing.in_(OPEN),
    Agreement.removed_at.is_(None),
    or_(Agreement.review_on.is_(None), Agreement.review_on <= bindparam("last")),
)


def session_of(case: Case, session_id: uuid.UUID) -> MediationSession:
    """A session of this case with its agenda. Raises NotFound for any other."""
    rows = db.session.scalars(_WITH_AGENDA, {"session": session_id, "case": case.id})
    found: MediationSession | None = rows.unique().one_or_none()
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True)
class Listed:
    """One session as lists show it, without its agenda and summary. `planned_at` is UTC."""

    id: uuid.UUID
    number: int | None
    attendees: Attendees
    state: SessionState
    step: str
    planned_at: datetime
    minutes: int
    place: str | None


@dataclass(frozen=True)
class Meetings:
    """The sessions of a case as its page lists them: the one that runs or comes next, the later ones, and the past."""

    next: Listed | None
    later: tuple[Listed, ...]
    past: tuple[Listed, ...]
    items: int = 0
    minutes: int = 0


def place_of(row: Row[Any]) -> str | None:
    """Where a session of a list is: the mediator's own words. Needs the ring of a mediator of its case."""
    place: str | None = _PLACE.__get__(row, MediationSession)
    return place


def meetings(case_id: uuid.UUID) -> Meetings:
    """What is ahead, soonest first (what runs stands before all), and what is over, latest first. Two queries."""
    rows = [
        Listed(row.id, row.number, row.attendees, row.state, row.step, row.planned_at, row.minutes,
               place_of(row))
        for row in read_rows(_LISTED, {"case": case_id})
    ]  # fmt: skip
    ahead = sorted((row for row in rows if row.state in AHEAD), key=lambda row: row.state is SessionState.PLANNED)
    past = tuple(row for row in reversed(rows) if row.state in OVER)
    if not ahead:
        return Meetings(None, (), past)
    ((items, minutes),) = read_rows(_PLANNED, {"session": ahead[0].id})
    return Meetings(ahead[0], tuple(ahead[1:]), past, items, minutes)


def in_order(case_id: uuid.UUID) -> Sequence[MediationSession]:
    """Every session of the case that was not cancelled, by its time."""
    rows: Sequence[MediationSession] = db.session.scalars(
        db.select(MediationSession)
        .where(MediationSession.case_id == case_id, MediationSession.state != SessionState.CANCELLED)
        .order_by(MediationSession.planned_at, MediationSession.id)
    ).all()
    return rows


def next_step(case: Case, attendees: Attendees = Attendees.BOTH) -> str:
    """The step a new session is about unless changed: the next of the route after those planned or held."""
    rows = db.session.execute(
        db.select(MediationSession.step)
        .where(
            MediationSession.case_id == case.id,
            MediationSession.attendees == attendees,
            MediationSession.state != SessionState.CANCELLED,
        )
        .order_by(MediationSession.planned_at, MediationSession.id)
    )
    together = attendees is Attendees.BOTH
    return steps.following(case.route, [step for (step,) in rows], together=together)


def open_agreements(case: Case, session: MediationSession) -> int:
    """How many agreements, commitments and boundaries are to be looked at again in this session. Reads no words.

    Those without a day of their own in each session, the others from their day on (the session's day, in the case's
    zone); at the closing all of them.
    """
    day = session.planned_at.astimezone(ZoneInfo(case.zone)).date()
    last = date.max if session.step == steps.CLOSING else day
    return db.session.scalar(_OPEN, {"case": case.id, "last": last}) or 0


def readiness(case: Case) -> tuple[agenda.Readiness, ...]:
    """Both people's latest "how ready for this topic now" by step, where both have answered; in the guide's order."""
    return readiness_of(readings.latest(case))


def readiness_of(values: Mapping[tuple[Letter, str], int]) -> tuple[agenda.Readiness, ...]:
    """The same, made of readings that are there already."""
    found = sorted({step for _letter, step in values}, key=lambda step: (len(step), step))
    return tuple(
        agenda.Readiness(step, values[Letter.A, step], values[Letter.B, step])
        for step in found
        if (Letter.A, step) in values and (Letter.B, step) in values
    )


def facts(case: Case, session: MediationSession) -> agenda.Facts:
    """What a draft for this session depends on. Of answers only how far apart they are; `safety` is never looked at."""
    together = session.attendees is Attendees.BOTH
    return agenda.Facts(
        step=session.step,
        attendees=session.attendees,
        blocks=blocks(session.step, together=together),
        readiness=readiness(case) if together else (),
        gaps=_gaps(case) if together else (),
        open_agreements=open_agreements(case, session) if together else 0,
        left=_left(case.id, session),
    )


def blocks(step: str, *, together: bool) -> Agendas:
    """The guide's agendas for a session: the first meeting's are for one person, all others for both."""
    if together:
        return guide().agendas(step) if step != steps.FIRST else {}
    return guide().agendas(steps.FIRST) if step in {steps.FIRST, ""} else {}


def _gaps(case: Case) -> tuple[agenda.Gap, ...]:
    """The measured answers of both, each part by the form that the comparison shows, in the words of that form."""
    forms = [form for form in sent.forms(case.id) if form.copies]
    asked = [one for sides in comparing.all_sides(case, forms) for one in comparing.asked(sides)]
    lists = comparison.compare(comparison.newest(asked))
    return tuple(
        agenda.Gap(line.asked.step, line.asked.text, line.apart) for line in lists.apart if line.apart is not None
    )


def _left(case_id: uuid.UUID, session: MediationSession) -> tuple[agenda.Left, ...]:
    """What was not reached or was skipped in the last session with the same people that is over."""
    last: MediationSession | None = db.session.scalar(
        db.select(MediationSession)
        .where(
            MediationSession.case_id == case_id,
            MediationSession.attendees == session.attendees,
            MediationSession.state.in_(OVER),
            MediationSession.id != session.id,
        )
        .options(selectinload(MediationSession.items))
        .order_by(MediationSession.planned_at.desc(), MediationSession.id)
        .limit(1)
    )
    if last is None:
        return ()
    return tuple(
        agenda.Left(item.title, item.kind, item.step, item.minutes, skipped=item.state is ItemState.SKIPPED)
        for item in last.items
        if item.state in {ItemState.WAITING, ItemState.SKIPPED}
    )
