"""A planned session with its agenda, made straight from the models and committed, for tests of everything after it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func

from mediator.cases.models import Case
from mediator.core.clock import now
from mediator.core.db import db
from mediator.sessions import planning
from mediator.sessions.models import AgendaItem, MediationSession
from mediator.sessions.terms import Attendees, ItemKind, SessionState
from tests.factories import Pair


@dataclass(frozen=True)
class Item:
    """One agenda item to make. `more` are further columns by name (state, spent, locked_start, …)."""

    title: str
    minutes: int
    kind: ItemKind = ItemKind.TALK
    reason: str | None = None
    step: str = ""
    more: tuple[tuple[str, Any], ...] = ()


#: An hour and a half as a mediator might plan it: 85 minutes, 5 to spare.
ITEMS: tuple[Item, ...] = (
    Item("Arrive and check in", 7, ItemKind.OPENING, "So that everybody arrives."),
    Item("What was promised", 15, ItemKind.TALK, "Two agreements to look back at.", "5"),
    Item("Which part of trust", 25, ItemKind.EXERCISE, "Furthest apart: what to work on first, 8 apart.", "5"),
    Item("Break", 5, ItemKind.BREAK),
    Item("New promises, small and dated", 27, ItemKind.EXERCISE, "From the guide, for this step.", "5"),
    Item("Close", 6, ItemKind.CLOSE, "What holds until next time."),
)


def make_session(
    pair: Pair,
    attendees: str = "both",
    minutes: int = 90,
    items: Sequence[Item] = ITEMS,
    state: SessionState = SessionState.PLANNED,
    *,
    at: datetime | None = None,
    place: str | None = "Room 2",
    step: str = "5",
    **values: Any,
) -> uuid.UUID:
    """One session of this pair, tomorrow unless told otherwise; returns its id. `values` are further columns.

    Joint sessions take the next number of their case, as planning does. The items' ids are read with `items_of`.
    """
    row = MediationSession(
        case_id=pair.case,
        attendees=Attendees(attendees),
        state=state,
        minutes=minutes,
        step=step,
        planned_at=at or now() + timedelta(days=1),
        **values,
    )
    if row.attendees is Attendees.BOTH and row.number is None:
        taken = db.session.scalar(
            db.select(func.max(MediationSession.number)).where(MediationSession.case_id == pair.case)
        )
        row.number = (taken or 0) + 1
    row.place = place
    db.session.add(row)
    db.session.flush()
    for position, item in enumerate(items, start=1):
        line = AgendaItem(
            case_id=pair.case,
            session_id=row.id,
            position=position,
            kind=item.kind,
            step=item.step,
            minutes=item.minutes,
            **dict(item.more),
        )
        line.title = item.title
        line.reason = item.reason
        db.session.add(line)
    planning.note_next(db.session.get_one(Case, pair.case))
    db.session.commit()
    return row.id


def items_of(session_id: uuid.UUID) -> list[uuid.UUID]:
    """The ids of a session's items, in order."""
    db.session.rollback()
    return list(
        db.session.scalars(
            db.select(AgendaItem.id).where(AgendaItem.session_id == session_id).order_by(AgendaItem.position)
        )
    )
