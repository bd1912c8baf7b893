"""Pages: time against the floor page, queries and time at 200 and at 5,000 pairs.

Ours and the floor are called the same way: in this process, through Flask's test client, with real cookies, templates
and database files; what differs is the application alone. Over gunicorn the server's own work (parsing, threads,
sockets) would stand in both and make every ratio look better than the page is. Ours and the floor take turns, request
by request, so that whatever else the machine does meets both; the middle of all is taken. The garbage collector stays
on, as it does when serving, and starts from an emptied heap: what a page leaves behind is part of its cost.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from werkzeug.routing import Map

from benchmarks import floor
from benchmarks.figures import Figure, median
from benchmarks.instance import Instance, instance, participant, staff
from mediator.core.db import db

FEW, MANY = 200, 5000
#: How many times each page is asked for, after the warm-up.
ROUNDS, WARM_UP = 60, 8
#: Times the floor a page may take; and times itself with few pairs when there are many.
BAR, GROWTH_BAR = 2.5, 1.3

Call = Callable[[], None]


def measure(wanted: Callable[[str], bool]) -> Iterator[Figure]:
    """The lines of all pages that are asked for."""
    with ExitStack() as stack:
        bare = floor.create_app(Path(stack.enter_context(TemporaryDirectory()))).test_client()
        few, many = stack.enter_context(instance(FEW)), stack.enter_context(instance(MANY))
        with_few, with_many = addresses(few), addresses(many)
        for name in with_few:
            names = [f"page {name}", f"page {name}, 5,000 pairs", f"page {name}, queries"]
            if not any(map(wanted, names)):
                continue
            calls = [_call(bare, "/"), _call(*with_few[name]), _call(*with_many[name])]
            least, ours, grown = in_turns(calls, ROUNDS)
            yield Figure(names[0], ours, least, BAR, "ms")
            yield Figure(names[1], grown, ours, GROWTH_BAR, "ms")
            yield Figure(names[2], queries(many, calls[2]), queries(few, calls[1]), 1.0, "queries")


def addresses(on: Instance) -> Mapping[str, tuple[FlaskClient, str]]:
    """Every measured page with the browser that asks for it; a page that does not exist (yet) is left out."""
    rich = on.filled.rich
    mediator = staff(on.app)
    person = participant(on.app, rich.a, rich.case)
    found = {
        "today": (mediator, "/work/"),
        "list of pairs": (mediator, "/work/cases"),
        "case": (mediator, on.case),
        "comparison": (mediator, f"{on.case}/comparison"),
        "agenda": (mediator, f"{on.case}/sessions/{rich.planned}"),
        "session": (mediator, f"{on.case}/sessions/{rich.running}/run"),
        "portal home": (person, "/notes/"),
        "question": (person, f"/notes/questions/{rich.waiting}/2"),
        "question, a grid": (person, f"/notes/questions/{rich.waiting}/8"),
    }
    rules: Map = on.app.url_map
    return {name: (client, path) for name, (client, path) in found.items() if rules.bind("").test(path)}


def in_turns(calls: Sequence[Call], rounds: int) -> list[float]:
    """The middle time of each call in milliseconds, the calls taking turns."""
    for _ in range(WARM_UP):
        for call in calls:
            call()
    gc.collect()
    taken: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds):
        for call, times in zip(calls, taken, strict=True):
            begin = time.perf_counter()
            call()
            times.append((time.perf_counter() - begin) * 1000)
    return [median(times) for times in taken]


def queries(on: Instance, call: Call) -> float:
    """How many statements one call sends to the database (BEGIN, COMMIT and pragmas are none)."""
    with on.app.app_context():
        engines = list(db.engines.values())
    with ExitStack() as stack:
        sent = [stack.enter_context(counted(engine)) for engine in engines]
        call()
    return sum(map(len, sent))


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """The statements an engine sends inside the block."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def _call(client: FlaskClient, path: str) -> Call:
    def call() -> None:
        answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} was answered with {answer.status_code}")
        answer.close()

    return call
