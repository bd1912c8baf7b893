"""Live updates: from a tap to the other pages of the pair, with as many pages open as a busy practice has, and more.

Real clients over real sockets; every page that hears of something fetches itself, as pages do, so the server has that
to do as well. What stands as the floor is the figure of the bar itself.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from benchmarks import postgres
from benchmarks.figures import Figure, percentile
from benchmarks.following import living
from benchmarks.instance import Instance, instance
from benchmarks.memory import memory
from benchmarks.room import Room, health, waited
from benchmarks.serving import answers, free_port, running, web

#: Pairs of the usual room: sixty open pages, a console and two phones each.
PAIRS = 20
#: Pairs for three times the cap of 64 streams that a process of 128 threads has.
MANY = 64
#: So long somebody taps, so often in a second.
SECONDS, A_SECOND = 12.0, 8.0
#: Milliseconds from a tap to another page: one process on SQLite, and two on PostgreSQL, where one process finds what
#: the other committed by reading.
TAP, TAP_OF_TWO = 150.0, 500.0
#: Milliseconds within which pages past the cap have heard: they ask every two seconds.
ASKED = 2500.0
HEALTH = 200.0
MEMORY_KB = 100.0
#: Seconds until every stream has asked once whether it may go on: that is what it holds for good.
A_LOOK = 4.0

SQLITE = ("live tap", "live tap, page there", "live memory of an open page")
THRICE = ("live tap, thrice the cap", "live asking page, thrice the cap", "live /healthz, thrice the cap")
#: What is noted of each page: that it was told, and that it stood there.
WHAT = ("heard", "seen")
TWO = ("live tap, PostgreSQL", "live tap, PostgreSQL, page there")
LOST = "live pages that missed a tap"


def measure(wanted: Callable[[str], bool]) -> Iterator[Figure]:
    """The lines that are asked for. What was missed or refused in any of them is counted against none at all."""
    lost: list[str] = []
    if any(map(wanted, (*SQLITE, *THRICE, LOST))):
        with instance(MANY * 5) as on, _room(on) as (room, pid):
            yield from _sixty(room, pid, lost)
            if any(map(wanted, (*THRICE, LOST))):
                yield from _thrice(room, lost)
    if any(map(wanted, (*TWO, LOST))):
        if postgres.there():
            with postgres.database() as url, instance(PAIRS * 5, url) as on, _room(on) as (room, _):
                yield from _of_two(room, lost)
        else:
            print(f"{TWO[0]}: not measured, there is no server for this system.", flush=True)
    for one, times in Counter(lost).items():
        print(f"{times} times: {one}", flush=True)
    yield Figure(LOST, len(lost), 0, 0.0, "missed")


@contextmanager
def _room(on: Instance) -> Iterator[tuple[Room, int]]:
    """Served as script/server does; nobody is there yet. With the process that serves."""
    port = free_port()
    with running(*web("wsgi:app", port), environment=on.environment) as server:
        answers(port, "/healthz")
        room = Room(on, port)
        try:
            yield room, server.pid
        finally:
            room.close()


def _sixty(room: Room, pid: int, lost: list[str]) -> Iterator[Figure]:
    pages = room.enter(living(room.on, PAIRS))
    before = memory(pid)
    room.follow(pages)
    time.sleep(A_LOOK)
    each = (memory(pid) - before) / 1000 / len(pages)
    room.go_on(SECONDS, A_SECOND)
    for name, what in zip(SQLITE, WHAT, strict=False):
        yield Figure(name, percentile(_times(room, what, lost), 0.95), TAP, 1.0, "ms")
    yield Figure(SQLITE[2], each, MEMORY_KB, 1.0, "KB")
    lost += room.failed


def _thrice(room: Room, lost: list[str]) -> Iterator[Figure]:
    """The same room, with three times as many pages as there may be streams."""
    room.failed.clear()
    room.follow(room.enter(living(room.on, MANY)[PAIRS:]))
    over, well = threading.Event(), list[float]()
    asking = threading.Thread(target=health, args=(room.port, over, well))
    asking.start()
    room.go_on(SECONDS, A_SECOND)
    over.set()
    asking.join()
    yield Figure(THRICE[0], percentile(_times(room, "heard", lost), 0.95), TAP, 1.0, "ms")
    yield Figure(THRICE[1], max(_times(room, "heard", lost, following=False)), ASKED, 1.0, "ms")
    yield Figure(THRICE[2], max(well), HEALTH, 1.0, "ms")
    lost += room.failed


def _of_two(room: Room, lost: list[str]) -> Iterator[Figure]:
    """Two processes: half of the pages hear from the one that did not commit."""
    room.follow(room.enter(living(room.on, PAIRS)))
    room.go_on(SECONDS, A_SECOND)
    for name, what in zip(TWO, WHAT, strict=True):
        yield Figure(name, percentile(_times(room, what, lost), 0.95), TAP_OF_TWO, 1.0, "ms")
    lost += room.failed


def _times(room: Room, what: str, lost: list[str], *, following: bool = True) -> list[float]:
    times, missed = waited(room.taps, room.pages, what, following=following)
    lost += [f"a tap was never {what}"] * missed
    return times
