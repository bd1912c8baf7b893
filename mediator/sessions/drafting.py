"""Changing the agenda of a planned session: drafting it, adding, moving, removing and changing items."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mediator.cases.models import Case
from mediator.core import audit
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.seen import version
from mediator.sessions import agenda, planning, queries
from mediator.sessions.models import AgendaItem, MediationSession
from mediator.sessions.terms import ItemKind, SessionState

#: Most items of one agenda, letters of a title and of a reason, and minutes of one item.
MOST, TITLE, REASON, MINUTES = 100, 120, 600, 240
FULL = "An agenda holds at most a hundred items."


@dataclass(frozen=True)
class Item:
    """One agenda item as it is typed or chosen. `locked_start` is minutes after its planned start, or None."""

    title: str
    kind: ItemKind
    minutes: int
    step: str = ""
    reason: str | None = None
    locked_start: int | None = None


def fresh(case: Case, session: MediationSession) -> list[agenda.DraftItem]:
    """The draft the facts of the case give now."""
    return agenda.draft(session.minutes, queries.facts(case, session))


def is_draft(session: MediationSession, draft: Sequence[agenda.DraftItem]) -> bool:
    """Whether the agenda is empty or exactly this draft, so that nothing of the mediator's own would be lost."""
    there = [(item.kind, item.title, item.minutes, item.locked_start, item.reason or "") for item in session.items]
    return not there or there == [(one.kind, one.title, one.minutes, None, one.reason) for one in draft]


def redraft(session: MediationSession, draft: Sequence[agenda.DraftItem]) -> None:
    """Replace the agenda by this draft. Raises Refused once the session has begun."""
    _only_planned(session)
    session.items.clear()
    db.session.flush()
    for position, one in enumerate(draft, start=1):
        told = Item(one.title, one.kind, one.minutes, one.step, one.reason or None)
        session.items.append(_row(session, uuid.uuid4(), position, told))
    _changed(session, "agenda.drafted", session.id)


def add(session: MediationSession, item_id: uuid.UUID, told: Item, *, place: int | None = None) -> AgendaItem:
    """Add an item at a place (from 1), else before the close, else last; sent twice it is added once.

    Raises Refused once the session has begun, and for more than a hundred items.
    """
    _only_planned(session)
    there = next((item for item in session.items if item.id == item_id), None)
    if there is not None:
        return there
    if db.session.get(AgendaItem, item_id) is not None:
        raise Refused(planning.STALE)
    if len(session.items) >= MOST:
        raise Refused(FULL)
    rows = list(session.items)
    closes = bool(rows) and rows[-1].kind is ItemKind.CLOSE and told.kind is not ItemKind.CLOSE
    at = len(rows) - closes if place is None else max(0, min(place - 1, len(rows)))
    row = _row(session, item_id, at + 1, told)
    session.items.append(row)
    _place([*rows[:at], row, *rows[at:]])
    _changed(session, "agenda.item.added", row.id)
    return row


def is_stale(session: MediationSession, rev: str) -> bool:
    """Whether a page showed another agenda than the one that stands now; `rev` is the number it came with."""
    _only_planned(session)
    return rev != str(session.rev)


def save_minutes(session: MediationSession, minutes: Mapping[uuid.UUID, int]) -> bool:
    """Set the minutes of items. Returns whether anything changed."""
    _only_planned(session)
    changed = [item for item in session.items if item.minutes != minutes.get(item.id, item.minutes)]
    for item in changed:
        item.minutes = minutes[item.id]
    if changed:
        _changed(session, "agenda.minutes.changed", session.id)
    return bool(changed)


def move(session: MediationSession, item_id: uuid.UUID, by: int) -> bool:
    """Move an item so many places (up is negative), as far as there are places. Returns whether it moved."""
    _only_planned(session)
    rows = list(session.items)
    at = next((place for place, item in enumerate(rows) if item.id == item_id), None)
    if at is None:
        raise Refused(planning.STALE)
    row = rows.pop(at)
    to = max(0, min(at + by, len(rows)))
    rows.insert(to, row)
    _place(rows)
    if to != at:
        _changed(session, "agenda.item.moved", item_id)
    return to != at


def order(session: MediationSession, ids: Sequence[uuid.UUID]) -> bool:
    """Put the items in this order. Returns whether it changed. Raises Refused where these are not the items."""
    _only_planned(session)
    rows = {item.id: item for item in session.items}
    if set(ids) != set(rows) or len(ids) != len(rows):
        raise Refused(planning.STALE)
    if list(ids) == list(rows):
        return False
    _place([rows[one] for one in ids])
    _changed(session, "agenda.item.moved", session.id)
    return True


def remove(session: MediationSession, item_id: uuid.UUID) -> tuple[int, Item] | None:
    """Remove an item; returns its place and what it said, so that it can be put back. None where it is gone already."""
    _only_planned(session)
    row = next((item for item in session.items if item.id == item_id), None)
    if row is None:
        return None
    place, told = row.position, as_told(row)
    session.items.remove(row)
    _place(session.items)
    _changed(session, "agenda.item.removed", item_id)
    return place, told


def change(session: MediationSession, row: AgendaItem, told: Item) -> bool:
    """Change an item. Returns whether anything changed."""
    _only_planned(session)
    if told == as_told(row):
        return False
    row.title, row.kind, row.minutes = told.title, told.kind, told.minutes
    row.step, row.reason, row.locked_start = told.step, told.reason, told.locked_start
    _changed(session, "agenda.item.changed", row.id)
    return True


def as_told(row: AgendaItem) -> Item:
    """An item as it is stored."""
    return Item(row.title, row.kind, row.minutes, row.step, row.reason, row.locked_start)


def mark(row: AgendaItem) -> str:
    """A short mark of what a page about this item showed."""
    return version(as_told(row))


def _row(session: MediationSession, item_id: uuid.UUID, position: int, told: Item) -> AgendaItem:
    row = AgendaItem(
        id=item_id,
        case_id=session.case_id,
        session_id=session.id,
        position=position,
        kind=told.kind,
        step=told.step,
        minutes=told.minutes,
        locked_start=told.locked_start,
    )
    row.title, row.reason = told.title, told.reason
    return row


def _place(rows: Sequence[AgendaItem]) -> None:
    for position, row in enumerate(rows, start=1):
        row.position = position


def _only_planned(session: MediationSession) -> None:
    if session.state is not SessionState.PLANNED:
        raise Refused(planning.BEGUN)


def _changed(session: MediationSession, verb: str, subject: uuid.UUID) -> None:
    session.rev += 1
    audit.record(verb, case=session.case_id, subject=subject)
