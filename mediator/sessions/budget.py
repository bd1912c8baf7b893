"""What an agenda adds up to: when each item begins, and the minutes to spare or over. Pure; all in whole minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mediator.sessions.terms import ItemKind

#: Drawn plain and without a number: the frame of a session, not its work.
PLAIN: frozenset[ItemKind] = frozenset({ItemKind.OPENING, ItemKind.BREAK, ItemKind.CLOSE, ItemKind.PRIVATE_CHECK})


@dataclass(frozen=True)
class Timed:
    """An item as the budget sees it: minutes, and when it has to start (minutes after the start), if it has to."""

    minutes: int
    locked_start: int | None = None


@dataclass(frozen=True)
class Begin:
    """When an item begins, in minutes after the start, and how late that is for a locked start."""

    at: int
    late: int = 0


def begins(items: Sequence[Timed]) -> list[Begin]:
    """When each item begins: when the one before ends, and never before its locked start."""
    found, clock = [], 0
    for item in items:
        locked = clock if item.locked_start is None else item.locked_start
        found.append(Begin(max(clock, locked), max(0, clock - locked)))
        clock = max(clock, locked) + item.minutes
    return found


def used(items: Sequence[Timed]) -> int:
    """The minutes from the start to the end of the last item, waiting for locked starts included."""
    last = begins(items)
    return last[-1].at + items[-1].minutes if last else 0


@dataclass(frozen=True)
class Part:
    """One part of the bar, in percent of its width. `label` is the step's number, empty for plain parts."""

    x: float
    width: float
    kind: str  # "seg", "seg-plain" or "seg-spare"
    label: str = ""


@dataclass(frozen=True)
class Bar:
    """The bar over an agenda. `limit` is where the planned end lies, in percent, where the agenda goes past it."""

    used: int
    planned: int
    parts: tuple[Part, ...]
    limit: float | None = None

    @property
    def spare(self) -> int:
        """Minutes to spare; 0 where there are none."""
        return max(0, self.planned - self.used)

    @property
    def over(self) -> int:
        """Minutes past the planned end; 0 where there are none."""
        return max(0, self.used - self.planned)


def bar(items: Sequence[tuple[Timed, ItemKind, str]], planned: int) -> Bar:
    """The bar for these items (each with its kind and the number of its step, or "") and so many planned minutes."""
    timed = [item for item, _kind, _step in items]
    taken = used(timed)
    whole = max(taken, planned, 1)
    parts = [
        Part(
            _percent(begin.at, whole),
            _percent(item.minutes, whole),
            "seg-plain" if kind in PLAIN else "seg",
            "" if kind in PLAIN else step,
        )
        for begin, (item, kind, step) in zip(begins(timed), items, strict=True)
    ]
    if taken < planned:
        parts.append(Part(_percent(taken, whole), _percent(planned - taken, whole), "seg-spare"))
    return Bar(taken, planned, tuple(parts), _percent(planned, whole) if taken > planned else None)


def _percent(minutes: int, whole: int) -> float:
    return round(100 * minutes / whole, 2)
