"""One session as it stands: loading it, who is in the room, where the agenda is, and the changes acts are made of.

Every change counts up `rev`, which two windows follow. Instants are UTC.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value
from werkzeug.exceptions import NotFound

from mediator.cases.models import Case
from mediator.cases.queries import gate_facts
from mediator.core import audit
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.visibility import Letter
from mediator.sessions import planning_gates, timers
from mediator.sessions.models import AgendaItem, Caucus, MediationSession
from mediator.sessions.terms import MOVES, Attendees, ItemKind, ItemState, SessionState

UNDER_WAY = frozenset({SessionState.RUNNING, SessionState.PAUSED})
#: When notes may be written: while it runs and once it is over.
WRITABLE = UNDER_WAY | {SessionState.ENDED, SessionState.WRITTEN_UP}

STALE = "The session went on in another window. Nothing was changed. Look at the page and try again."
IN_CAUCUS = "You are in a caucus. Bring the other person back first."
NOT_RUNNING = "This session is not running."
#: Said on pages that people in the room may see: why stands in the private layer only.
NOT_NOW = "This session can’t go on now. The column that only you see says why."
PAUSED = "The session is paused. Carry on first."

_ONE = db.select(MediationSession).where(
    MediationSession.id == bindparam("session"), MediationSession.case_id == bindparam("case")
)
#: For reading, what everybody has comes with the session itself: each statement more is a tenth of the page.
_READ = _ONE.add_columns(
    db.select(Caucus.id).where(Caucus.session_id == MediationSession.id).exists().label("apart")
).options(joinedload(MediationSession.items), joinedload(MediationSession.attendance))
_CAUCUSES = (
    db.select(Caucus)
    .where(Caucus.session_id == bindparam("session"))
    .options(joinedload(Caucus.back))
    .order_by(Caucus.started_at)
)
#: A row that was waited for is as it is now; what was joined to it would be as it was before. So the rest comes after.
_LOCKED = (
    _ONE.options(
        selectinload(MediationSession.items),
        selectinload(MediationSession.caucuses).selectinload(Caucus.back),
        selectinload(MediationSession.attendance),
    )
    .with_for_update()
    .execution_options(populate_existing=True)
)


def load(case: Case, session_id: uuid.UUID, *, lock: bool = False) -> MediationSession:
    """A session of this case with its items and caucuses. Raises NotFound for any other.

    `lock` keeps the row for the rest of the request, so that two windows act one after the other.
    """
    wanted = {"session": session_id, "case": case.id}
    row = db.session.execute(_LOCKED if lock else _READ, wanted).unique().one_or_none()
    if row is None:
        raise NotFound
    found: MediationSession = row[0]
    if not lock:  # most sessions have no caucus, and are spared the statement
        apart = db.session.scalars(_CAUCUSES, wanted).unique().all() if row.apart else ()
        set_committed_value(found, "caucuses", list(apart))
    return found


def people(meeting: MediationSession) -> tuple[Letter, ...]:
    """Whom the session is with, A first."""
    return tuple(Letter) if meeting.attendees is Attendees.BOTH else (Letter(meeting.attendees.value),)


def is_joint(meeting: MediationSession) -> bool:
    """Whether it is with both. Only then are there joint notes, caucuses, captures and a summary for both."""
    return meeting.attendees is Attendees.BOTH


def current(meeting: MediationSession) -> AgendaItem | None:
    """The item that runs now (or stands during a pause or a caucus)."""
    return next((item for item in meeting.items if item.state is ItemState.RUNNING), None)


def following(meeting: MediationSession) -> AgendaItem | None:
    """What comes next: the first waiting item after the present one, else the first that waits at all."""
    present = current(meeting)
    waiting = [item for item in meeting.items if item.state is ItemState.WAITING]
    after = [item for item in waiting if present is None or item.position > present.position]
    return next(iter(after or waiting), None)


def item_of(meeting: MediationSession, item_id: uuid.UUID) -> AgendaItem:
    """An item of this session. Raises NotFound for any other."""
    found = next((item for item in meeting.items if item.id == item_id), None)
    if found is None:
        raise NotFound
    return found


def left(meeting: MediationSession) -> list[AgendaItem]:
    """What nobody got to or was passed over. Breaks and closings are not taken up another time."""
    kinds = {ItemKind.TALK, ItemKind.EXERCISE, ItemKind.PRIVATE_CHECK}
    return [
        item for item in meeting.items if item.state in {ItemState.WAITING, ItemState.SKIPPED} and item.kind in kinds
    ]


def took_place(meeting: MediationSession) -> list[AgendaItem]:
    """The blocks that took place. A session written up afterwards was not clicked through: all but the skipped."""
    done = {ItemState.DONE, ItemState.RUNNING}
    return [
        item for item in meeting.items
        if item.state in done or (not meeting.live and item.state is ItemState.WAITING)
    ]  # fmt: skip


def open_caucus(meeting: MediationSession) -> Caucus | None:
    """The caucus that goes on now."""
    return next((one for one in meeting.caucuses if one.ended_at is None), None)


def stretch(row: AgendaItem | MediationSession) -> timers.Stretch:
    """What ran of an item or of the whole session."""
    return timers.Stretch(row.spent, row.running_since)


def blocks(meeting: MediationSession) -> list[timers.Block]:
    """The items as the clock sees them, in order."""
    return [
        timers.Block(item.minutes, item.kind, item.state, stretch(item), fixed(meeting, item)) for item in meeting.items
    ]


def fixed(meeting: MediationSession, item: AgendaItem) -> datetime | None:
    """When an item begins that has a fixed start."""
    if item.locked_start is None:
        return None
    began = meeting.started_at or meeting.planned_at
    return timers.fixed_at(item.locked_start, meeting.planned_at, began, meeting.minutes)


def closed(case: Case, meeting: MediationSession) -> tuple[str, ...]:
    """Why the room may not be open now, in sentences for the mediator's private layer; empty means that it may.

    Both meet only where everything joint is allowed now; one person in any case that lives, under a hold too.
    """
    if is_joint(meeting):
        return tuple(planning_gates.SENTENCES[gate] for gate in planning_gates.closed(gate_facts(case)))
    if not planning_gates.alone(case.state):
        return ("This case is over.",)
    return () if case.participant(people(meeting)[0]) is not None else ("This person is not in the case yet.",)


def in_the_room(meeting: MediationSession) -> datetime:
    """The present moment, if the session runs with everybody in the room. Raises Refused otherwise."""
    if meeting.state is SessionState.PAUSED:
        raise Refused(PAUSED)
    if meeting.state is not SessionState.RUNNING:
        raise Refused(NOT_RUNNING)
    if open_caucus(meeting) is not None:
        raise Refused(IN_CAUCUS)
    return now()


def fresh(meeting: MediationSession, rev: int) -> None:
    """That the page was not out of date and the session is under way. Raises Refused."""
    if meeting.state not in UNDER_WAY:
        raise Refused(NOT_RUNNING)
    if rev != meeting.rev:
        raise Refused(STALE)


def run(item: AgendaItem, at: datetime) -> None:
    """Make it the present item, its clock running."""
    item.state = ItemState.RUNNING
    go(item, at)


def go(row: AgendaItem | MediationSession, at: datetime) -> None:
    """Let its clock run from now on."""
    row.running_since = stretch(row).going(at).running_since


def stop(row: AgendaItem | MediationSession, at: datetime) -> None:
    """Let its clock stand, with what it has run."""
    still = stretch(row).stopped(at)
    row.spent, row.running_since = still.spent, None


def state(meeting: MediationSession, to: SessionState) -> None:
    """Move the session to another state. Raises Refused where the states do not follow each other."""
    if to not in MOVES[meeting.state]:
        raise Refused(STALE)
    meeting.state = to


def changed(meeting: MediationSession, verb: str) -> None:
    """Count the change and note it."""
    meeting.rev += 1
    audit.record(verb, case=meeting.case_id, subject=meeting.id)
