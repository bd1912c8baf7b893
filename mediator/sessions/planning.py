"""Planning a session: making, changing and cancelling it. Joint ones are numbered by their dates, among themselves.

Here is also noted on the case when its next session is, after every act that plans, runs or ends one.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case as either
from sqlalchemy import func

from mediator.cases.models import Case
from mediator.cases.queries import gate_facts
from mediator.core import audit
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.seen import version
from mediator.core.visibility import Letter
from mediator.sessions import planning_gates, queries
from mediator.sessions.models import MediationSession
from mediator.sessions.terms import MOVES, Attendees, SessionState

STALE = "Somebody changed this session in the meantime. Nothing was saved. Open it again and look before you go on."
BEGUN = "This session is not only planned any more. Open it again to see where it stands."
#: Says no reason: the screen may be seen by others. The reasons stand on the page, inside the private layer.
NOT_TOGETHER = "A session with both is not possible as the case stands now."
NOT_ALONE = "A session with this person is not possible as the case stands now."


@dataclass(frozen=True)
class Plan:
    """A session as it is planned. `at` is UTC; `live` is False where it will be written up without a clock."""

    attendees: Attendees
    at: datetime
    minutes: int
    place: str | None
    step: str
    live: bool


def may_attend(case: Case) -> list[Attendees]:
    """With whom a session may be planned now: both where the gates allow it, and each person who takes part."""
    found = [] if closed(case) else [Attendees.BOTH]
    if planning_gates.alone(case.state):
        there = {person.letter for person in case.participants if person.declined_on is None}
        found.extend(Attendees(letter.value) for letter in Letter if letter in there)
    return found


def closed(case: Case) -> list[str]:
    """Why the two may not be met together now, as sentences for the mediator alone; empty where they may."""
    return [planning_gates.SENTENCES[gate] for gate in planning_gates.closed(gate_facts(case))]


def safer_apart(case: Case) -> bool:
    """Whether going between two rooms is the safer format in this case."""
    return planning_gates.safer_apart(gate_facts(case))


def plan(case: Case, session_id: uuid.UUID, told: Plan) -> MediationSession:
    """Plan a session; sent twice it is made once. Raises Refused where these people may not be met now."""
    there = db.session.get(MediationSession, session_id)
    if there is not None:
        return queries.session_of(case, session_id)
    _refuse(case, told.attendees)
    row = MediationSession(id=session_id, case_id=case.id, state=SessionState.PLANNED)
    _write(row, told)
    db.session.add(row)
    _number(case.id, row)
    note_next(case)
    audit.record("session.planned", case=case.id, subject=row.id)
    return row


def change(case: Case, row: MediationSession, told: Plan, seen: str) -> bool:
    """Change a planned session. Returns whether anything changed. Raises Refused for a stale page and once it began."""
    _only_planned(row)
    if told == as_planned(row):
        return False
    if seen != mark(row):
        raise Refused(STALE)
    if told.attendees is not row.attendees:
        _refuse(case, told.attendees)
    _write(row, told)
    row.rev += 1
    _number(case.id, row)
    note_next(case)
    audit.record("session.changed", case=case.id, subject=row.id)
    return True


def cancel(row: MediationSession) -> None:
    """Cancel a planned session; its number goes to the next. Twice is once. Raises Refused once it has begun."""
    if row.state is SessionState.CANCELLED:
        return
    _move(row, SessionState.CANCELLED)
    row.number = None
    _number(row.case_id, row)
    note_next(db.session.get_one(Case, row.case_id))
    audit.record("session.cancelled", case=row.case_id, subject=row.id)


def plan_again(case: Case, row: MediationSession) -> None:
    """Take a cancellation back. Raises Refused where these people may not be met now."""
    if row.state is SessionState.PLANNED:
        return
    _refuse(case, row.attendees)
    _move(row, SessionState.PLANNED)
    _number(case.id, row)
    note_next(case)
    audit.record("session.planned-again", case=case.id, subject=row.id)


def note_next(case: Case) -> None:
    """Note on the case when its next session and its next with both are (UTC): planned, running or paused, or None.

    Lists and Today read it there. Called by every act that changes the state, the time or the people of a session.
    """
    at, together = MediationSession.planned_at, MediationSession.attendees == Attendees.BOTH
    case.next_session_at, case.next_joint_at = db.session.execute(
        db.select(func.min(at), func.min(either((together, at)))).where(
            MediationSession.case_id == case.id, MediationSession.state.in_(queries.AHEAD)
        )
    ).one()


def as_planned(row: MediationSession) -> Plan:
    """The plan as it is stored."""
    return Plan(row.attendees, row.planned_at, row.minutes, row.place, row.step, row.live)


def mark(row: MediationSession) -> str:
    """A short mark of what a page about this plan showed."""
    return version(as_planned(row))


def _refuse(case: Case, attendees: Attendees) -> None:
    if attendees not in may_attend(case):
        raise Refused(NOT_TOGETHER if attendees is Attendees.BOTH else NOT_ALONE)


def _only_planned(row: MediationSession) -> None:
    if row.state is not SessionState.PLANNED:
        raise Refused(BEGUN)


def _move(row: MediationSession, to: SessionState) -> None:
    if to not in MOVES[row.state]:
        raise Refused(BEGUN)
    row.state = to
    row.rev += 1


def _write(row: MediationSession, told: Plan) -> None:
    row.attendees, row.planned_at, row.minutes = told.attendees, told.at, told.minutes
    row.place, row.step, row.live = told.place, told.step, told.live


def _number(case_id: uuid.UUID, changed: MediationSession) -> None:
    """Number the joint sessions: those held keep their numbers, planned ones follow in the order of their dates.

    So no number tells of a session with one person, of a cancelled one, or of the order they were planned in.
    """
    if changed.attendees is not Attendees.BOTH:
        changed.number = None
    db.session.flush()
    joint = [row for row in queries.in_order(case_id) if row.attendees is Attendees.BOTH]
    last = max((row.number or 0 for row in joint if row.state in queries.HELD), default=0)
    planned = [row for row in joint if row.state is SessionState.PLANNED]
    wanted = {row.id: number for number, row in enumerate(planned, start=last + 1)}
    moving = [row for row in planned if row.number != wanted[row.id]]
    for row in moving:
        row.number = None
    db.session.flush()  # a number is free before another session takes it
    for row in moving:
        row.number = wanted[row.id]
    db.session.flush()
