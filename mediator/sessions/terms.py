"""The words of a session: attendees, states, kinds of agenda items and of notes. Pure."""

from __future__ import annotations

import enum


class Attendees(enum.StrEnum):
    """With whom. Sessions with one person never appear for the other; joint ones are numbered among themselves."""

    BOTH = "both"
    A = "A"
    B = "B"


class SessionState(enum.StrEnum):
    """Where a session stands."""

    PLANNED = "planned"
    RUNNING = "running"
    PAUSED = "paused"
    ENDED = "ended"
    WRITTEN_UP = "written_up"
    CANCELLED = "cancelled"


#: Which state may follow which. A session held without the app goes straight from planned to ended ("written up
#: afterwards"); an ending taken back within the undo runs again.
MOVES: dict[SessionState, frozenset[SessionState]] = {
    SessionState.PLANNED: frozenset({SessionState.RUNNING, SessionState.ENDED, SessionState.CANCELLED}),
    SessionState.RUNNING: frozenset({SessionState.PAUSED, SessionState.ENDED}),
    SessionState.PAUSED: frozenset({SessionState.RUNNING, SessionState.ENDED}),
    SessionState.ENDED: frozenset({SessionState.WRITTEN_UP, SessionState.RUNNING}),
    SessionState.WRITTEN_UP: frozenset(),
    SessionState.CANCELLED: frozenset({SessionState.PLANNED}),
}


class ItemKind(enum.StrEnum):
    """The kinds of agenda items (PRODUCT.md)."""

    OPENING = "opening"
    TALK = "talk"
    EXERCISE = "exercise"
    BREAK = "break"
    PRIVATE_CHECK = "private_check"
    CLOSE = "close"


class ItemState(enum.StrEnum):
    """Where an agenda item stands in the run."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"


class NoteKind(enum.StrEnum):
    """Joint notes are record until released; private and caucus notes are working; process notes are record."""

    JOINT = "joint"
    PRIVATE = "private"
    CAUCUS = "caucus"
    PROCESS = "process"
