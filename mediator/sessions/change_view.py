"""What still waits of a running agenda, as plain values: from when on each item comes if nothing else changes."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mediator.cases.models import Case
from mediator.sessions import budget, changing, room
from mediator.sessions.models import MediationSession
from mediator.sessions.terms import ItemKind


@dataclass(frozen=True)
class Row:
    """One item that waits. `begins` and `locked` are clock times in the case's zone; `minutes` is as typed."""

    id: uuid.UUID
    title: str
    kind: ItemKind
    minutes: str
    begins: str
    locked: str
    late: int
    error: str


def rows(case: Case, meeting: MediationSession, at: datetime, typed: Mapping[uuid.UUID, tuple[str, str]]) -> list[Row]:
    """What waits, from when on if nothing else changes. `typed` holds minutes that could not be read, by item."""
    zone, present = ZoneInfo(case.zone), room.current(meeting)
    left = room.stretch(present).elapsed(at) if present is not None else 0
    cursor = at + timedelta(seconds=max(0, present.minutes * 60 - left) if present is not None else 0)
    items = changing.waiting(meeting)
    fixed = {item.id: locked for item in items if (locked := room.fixed(meeting, item)) is not None}
    timed = [
        budget.Timed(
            item.minutes,
            math.ceil((fixed[item.id] - cursor).total_seconds() / 60) if item.id in fixed else None,
        )
        for item in items
    ]
    found = []
    for item, begin in zip(items, budget.begins(timed), strict=True):
        text, error = typed.get(item.id, (str(item.minutes), ""))
        found.append(
            Row(
                id=item.id,
                title=str(item.title),
                kind=item.kind,
                minutes=text,
                begins=_clock(cursor + timedelta(minutes=begin.at), zone),
                locked=_clock(fixed[item.id], zone) if item.id in fixed else "",
                late=begin.late,
                error=error,
            )
        )
    return found


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"
