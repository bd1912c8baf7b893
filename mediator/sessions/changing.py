"""Changing the agenda while the session runs: the order and minutes of what still waits, and what is left out.

What is done, what runs and what was left out stay as they are. Nothing is removed: what is left out can be taken up
again, today or in a later session. Every change asks for the `rev` the page showed, so that two windows agree.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mediator.core.clock import now
from mediator.core.errors import Refused
from mediator.sessions import room, running
from mediator.sessions.models import AgendaItem, MediationSession
from mediator.sessions.terms import ItemState

Act = Callable[[MediationSession], None]
_STATES = {state.value[0]: state for state in ItemState}


def waiting(meeting: MediationSession) -> list[AgendaItem]:
    """What still waits, in the order it will come: what stands after the present item, then what stands before it."""
    present = room.current(meeting)
    here = present.position if present is not None else 0
    rows = [item for item in meeting.items if item.state is ItemState.WAITING]
    return sorted(rows, key=lambda item: (item.position < here, item.position))


def left_out(meeting: MediationSession) -> list[AgendaItem]:
    """What was passed over or left out and can be taken up again."""
    return [item for item in meeting.items if item.state is ItemState.SKIPPED]


def change(
    meeting: MediationSession, rev: int, minutes: Mapping[uuid.UUID, int], act: Act | None = None
) -> dict[str, Any] | None:
    """Set the minutes of waiting items and do one act more; what is needed to take that back, None where all stood so.

    Raises Refused for a page that is out of date, outside a running session, and in a caucus.
    """
    room.fresh(meeting, rev)
    if room.open_caucus(meeting) is not None:
        raise Refused(room.IN_CAUCUS)
    before = _standing(meeting)
    for item in waiting(meeting):
        item.minutes = minutes.get(item.id, item.minutes)
    if act is not None:
        act(meeting)
    if _standing(meeting) == before:
        return None
    meeting.items.sort(key=lambda item: item.position)
    room.changed(meeting, "session.agenda.changed")
    return {"session": str(meeting.id), "rev": meeting.rev, "at": now().isoformat(), **before}


def move(item_id: uuid.UUID, by: int) -> Act:
    """Move a waiting item so many places (up is negative), as far as there are places."""

    def act(meeting: MediationSession) -> None:
        rows = waiting(meeting)
        at = next((place for place, item in enumerate(rows) if item.id == item_id), None)
        if at is None:
            raise Refused(room.STALE)
        row = rows.pop(at)
        rows.insert(max(0, min(at + by, len(rows))), row)
        _place(meeting, rows)

    return act


def order(ids: Sequence[uuid.UUID]) -> Act:
    """Put what waits in this order. Refuses ids that are not exactly those of what waits."""

    def act(meeting: MediationSession) -> None:
        rows = {item.id: item for item in waiting(meeting)}
        if set(ids) != set(rows) or len(ids) != len(rows):
            raise Refused(room.STALE)
        _place(meeting, [rows[one] for one in ids])

    return act


def leave_out(item_id: uuid.UUID) -> Act:
    """Leave a waiting item out; it stands under what is left for another time."""
    return _to(item_id, ItemState.WAITING, ItemState.SKIPPED)


def take_up(item_id: uuid.UUID) -> Act:
    """Take up again what was left out or passed over."""
    return _to(item_id, ItemState.SKIPPED, ItemState.WAITING)


def take_back(meeting: MediationSession, step: Mapping[str, Any]) -> None:
    """Put the agenda back to where it stood. Raises Refused where it is too late or something happened since."""
    if step["session"] != str(meeting.id) or step["rev"] != meeting.rev:
        raise Refused(room.STALE)
    if not running.in_time(dict(step), now()):
        raise Refused(running.TOO_LATE)
    for item, place, minutes, state in zip(
        _by_id(meeting), step["places"], step["minutes"], step["states"], strict=True
    ):
        item.position, item.minutes, item.state = place, minutes, _STATES[state]
    meeting.items.sort(key=lambda item: item.position)
    room.changed(meeting, "session.step.taken-back")


def _to(item_id: uuid.UUID, was: ItemState, to: ItemState) -> Act:
    def act(meeting: MediationSession) -> None:
        item = room.item_of(meeting, item_id)
        if item.state is to:
            return
        if item.state is not was:
            raise Refused(room.STALE)
        item.state = to

    return act


def _place(meeting: MediationSession, rows: Sequence[AgendaItem]) -> None:
    """Number the agenda anew where the order changes: what does not wait first, as it stood, then what waits."""
    if list(rows) == waiting(meeting):
        return
    settled = [item for item in meeting.items if item.state is not ItemState.WAITING]
    for position, item in enumerate((*settled, *rows), start=1):
        item.position = position


def _by_id(meeting: MediationSession) -> list[AgendaItem]:
    return sorted(meeting.items, key=lambda item: item.id)


def _standing(meeting: MediationSession) -> dict[str, Any]:
    """Places, minutes and states in the order of the ids: small enough for the mediator's cookie, and no words."""
    rows = _by_id(meeting)
    return {
        "places": [item.position for item in rows],
        "minutes": [item.minutes for item in rows],
        "states": "".join(item.state.value[0] for item in rows),
    }
