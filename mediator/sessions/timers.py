"""Time in a session, worked out from stored instants: what ran, what is left, when it ends, and how to make it fit.

Pure. Nothing here ticks: a page loaded again, a laptop that slept and two windows read the same stored instants and so
agree. Lengths of items are whole minutes, what ran is whole seconds, instants are aware and in UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mediator.sessions.terms import ItemKind, ItemState

#: No item is made shorter than this, unless it was planned shorter.
SHORTEST = 3
#: No item is made longer than this.
LONGEST = 240


@dataclass(frozen=True)
class Stretch:
    """Something that runs in stretches: seconds that ran before, and since when it runs now (None: it stands)."""

    spent: int
    running_since: datetime | None

    def elapsed(self, at: datetime) -> int:
        """Seconds that ran until `at`. A clock that goes back takes nothing away and never makes it negative."""
        if self.running_since is None:
            return self.spent
        return self.spent + max(0, int((at - self.running_since).total_seconds()))

    def stopped(self, at: datetime) -> Stretch:
        """The same, standing still from `at` on."""
        return Stretch(self.elapsed(at), None)

    def going(self, at: datetime) -> Stretch:
        """The same, running from `at` on; one that runs already goes on as it is."""
        return self if self.running_since is not None else Stretch(self.spent, at)


@dataclass(frozen=True)
class Face:
    """What a clock shows: seconds that ran, and of how many planned."""

    elapsed: int
    planned: int

    @property
    def left(self) -> int:
        """Seconds still to come; 0 once the time is up."""
        return max(0, self.planned - self.elapsed)

    @property
    def over(self) -> int:
        """Seconds beyond the plan; 0 before."""
        return max(0, self.elapsed - self.planned)


@dataclass(frozen=True)
class Block:
    """An agenda item as the clock sees it. `fixed` is the instant before which it is not begun, or None."""

    minutes: int
    kind: ItemKind
    state: ItemState
    stretch: Stretch
    fixed: datetime | None = None

    def face(self, at: datetime) -> Face:
        """The item's own clock."""
        return Face(self.stretch.elapsed(at), self.minutes * 60)


def ends_at(started_at: datetime, minutes: int) -> datetime:
    """When the session should be over by the clock on the wall. A pause does not move it: people have to leave."""
    return started_at + timedelta(minutes=minutes)


def fixed_at(locked_start: int, planned_at: datetime, started_at: datetime, minutes: int) -> datetime:
    """When an item with a fixed start begins: so many minutes after the planned beginning, for somebody comes then.

    A session that begins late or early does not move it. One begun outside its planned time (of so many `minutes`), on
    another day say, does: there the distance from its own beginning is kept.
    """
    near = abs(started_at - planned_at) <= timedelta(minutes=minutes)
    return (planned_at if near else started_at) + timedelta(minutes=locked_start)


def projected_end(blocks: Sequence[Block], at: datetime) -> datetime:
    """When it will be over if everything waiting takes its minutes and no fixed start is begun before its time."""
    cursor = at + timedelta(seconds=_left_now(blocks, at))
    for block in _waiting(blocks):
        cursor = max(cursor, block.fixed or cursor) + timedelta(minutes=block.minutes)
    return cursor


def fitted(blocks: Sequence[Block], started_at: datetime, minutes: int, at: datetime) -> list[int]:
    """Minutes for every block so that what waits is over when the session ends; only waiting blocks get shorter.

    A fixed start is kept: what stands before it has to fit before it. Breaks give way last, nothing is longer than it
    was, and nothing goes below `SHORTEST`; so it may still not fit, and the page says by how much.
    """
    lengths = [block.minutes for block in blocks]
    cursor = at + timedelta(seconds=_left_now(blocks, at))
    waiting = [place for place, block in enumerate(blocks) if block.state is ItemState.WAITING]
    end = ends_at(started_at, minutes)
    while waiting:
        first, group = blocks[waiting[0]], [waiting.pop(0)]
        cursor = max(cursor, first.fixed or cursor)
        while waiting and blocks[waiting[0]].fixed is None:
            group.append(waiting.pop(0))
        until = min(end, blocks[waiting[0]].fixed or end) if waiting else end
        room = int((until - cursor).total_seconds()) // 60
        for place, length in zip(group, _squeezed([blocks[place] for place in group], room), strict=True):
            lengths[place] = length
            cursor += timedelta(minutes=length)
    return lengths


def takeable(minutes: int, wanted: int) -> int:
    """How many of the wanted minutes a waiting item can give away."""
    return max(0, min(wanted, minutes - SHORTEST))


def extended(minutes: int, more: int) -> int:
    """An item's minutes with some more, within what an item can have."""
    return min(max(LONGEST, minutes), minutes + max(0, more))


def _squeezed(group: Sequence[Block], room: int) -> list[int]:
    """Minutes that fit into the room: first what is no break gives way, each by its share, then the breaks."""
    lengths = [block.minutes for block in group]
    for breaks in (False, True):
        some = [place for place, block in enumerate(group) if (block.kind is ItemKind.BREAK) is breaks]
        while sum(lengths) > room:
            can = [place for place in some if lengths[place] > SHORTEST]
            if not can:
                break
            longest = max(can, key=lambda place: (lengths[place] / group[place].minutes, lengths[place]))
            lengths[longest] -= 1
    return lengths


def _left_now(blocks: Sequence[Block], at: datetime) -> int:
    return sum(block.face(at).left for block in blocks if block.state is ItemState.RUNNING)


def _waiting(blocks: Sequence[Block]) -> list[Block]:
    return [block for block in blocks if block.state is ItemState.WAITING]
