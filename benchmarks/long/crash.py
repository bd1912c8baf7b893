"""The web server is killed while people save: no word it acknowledged may be missing afterwards.

SIGKILL ends the process, not the machine: that a commit outlives a power cut is SQLite's promise at synchronous=FULL
and cannot be tried here.
"""

from __future__ import annotations

import html
import random
import re
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence

from benchmarks.instance import instance
from benchmarks.long.results import Result
from benchmarks.people import Typist, type_all
from benchmarks.saving import typists
from benchmarks.serving import answers, end, free_port, start, web

PEOPLE, KILLS = 20, 10


def run(kills: int = KILLS) -> Iterator[Result]:
    """Kill it so many times at moments of chance while everybody saves once a second."""
    chance = random.Random(2)
    lost = saved = 0
    with instance(PEOPLE * 5) as on:
        port = free_port()
        server = start(*web("wsgi:app", port), environment=on.environment)
        try:
            answers(port, "/healthz")
            people = typists(on, port, PEOPLE)
            for _ in range(kills):
                typing = threading.Thread(target=type_all, args=(people, 3), daemon=True)
                typing.start()
                time.sleep(chance.uniform(1.0, 2.5))
                end(server, signal.SIGKILL)
                typing.join()
                server = start(*web("wsgi:app", port), environment=on.environment)
                answers(port, "/healthz")
                lost += sum(not _stands(one) for one in people)
            saved = sum(len(one.acknowledged) for one in people)
        finally:
            end(server)
        sound = _sound(str(on.folder / "mediator.db"))
    refused = sum(error.isdigit() for error in _errors(people))
    found = f"{saved} saves, {kills} kills: {lost} acknowledged texts lost, {refused} refused; database {sound}"
    yield Result("saves, server killed", found, lost == 0 and refused == 0 and sound == "sound")


def _stands(one: Typist) -> bool:
    """Whether the page holds what was acknowledged last (or what was sent after it); goes on from its revision."""
    one.browser.again()
    _, page = one.browser.ask("GET", one.path)
    rev = re.search(r'name="rev" value="(\d+)"', page)
    one.rev = int(rev[1]) if rev else None
    known = [one.tried, *one.acknowledged[-1:]]
    return rev is not None and any(html.escape(words, quote=False) in page for words in known if words)


def _errors(people: Sequence[Typist]) -> list[str]:
    """What went wrong, but for the connections that the kills broke."""
    return [error for one in people for error in one.errors]


def _sound(path: str) -> str:
    with sqlite3.connect(path) as connection:
        (said,) = connection.execute("PRAGMA integrity_check").fetchone()
        orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    return "sound" if said == "ok" and not orphans else f"{said}, {len(orphans)} orphans"
