"""An agenda through its page."""

from __future__ import annotations

import uuid
from typing import NamedTuple

from mediator.core.db import db
from mediator.core.sealed import ring_of
from mediator.core.visibility import Viewer
from mediator.sessions.models import AgendaItem
from mediator.sessions.terms import ItemKind
from tests.factories import Pair


def at(pair: Pair, session_id: uuid.UUID, tail: str = "") -> str:
    """Where the session of this pair lies."""
    return f"/work/cases/{pair.case}/sessions/{session_id}{tail}"


def stored(pair: Pair, session_id: uuid.UUID) -> list[tuple[str, int, str]]:
    """The items as they are stored: title, minutes, kind."""
    return [(row.title, row.minutes, row.kind.value) for row in rows(pair, session_id)]


class Stored(NamedTuple):
    """One item as it is stored."""

    id: uuid.UUID
    position: int
    title: str
    minutes: int
    kind: ItemKind
    step: str
    reason: str | None
    locked_start: int | None


def rows(pair: Pair, session_id: uuid.UUID) -> list[Stored]:
    """The items in order, read with the mediator's ring."""
    db.session.rollback()
    db.session.expire_all()
    wanted = db.select(AgendaItem).where(AgendaItem.session_id == session_id).order_by(AgendaItem.position)
    with ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))):
        return [
            Stored(row.id, row.position, row.title, row.minutes, row.kind, row.step, row.reason, row.locked_start)
            for row in db.session.scalars(wanted)
        ]
