"""Saving: fifty people once a second on a real gunicorn with SQLite, alone and while PDFs are made.

The floor is a bare page that commits one text, served by the same gunicorn with the same settings and pragmas, and
called by the same people in the same way. The two take turns; nobody's words may be missing at the end.
"""

from __future__ import annotations

import html
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from tempfile import TemporaryDirectory

from benchmarks import data
from benchmarks.figures import Figure, percentile
from benchmarks.instance import Instance, csrf, instance
from benchmarks.people import Browser, Typist, type_all
from benchmarks.serving import answers, free_port, running, web
from mediator.core.db import db
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.terms import AssignmentState

PEOPLE = 50
#: So many stretches of so many seconds for ours and for the floor, taking turns.
STRETCHES, SECONDS = 2, 10
BAR, BAR_WITH_PDFS = 3.0, 2.0
#: How often four PDFs (joint, A, B and the full record) are asked for while people save.
SETS = 6
#: So many seconds without any before each set.
BETWEEN = 4


def measure(wanted: Callable[[str], bool]) -> Iterator[Figure]:
    """The lines that are asked for. Errors and lost words are counted against none at all."""
    names = ("save p95", "save errors", "save lost words")
    with ExitStack() as stack:
        on = stack.enter_context(instance(PEOPLE * 5))
        port = free_port()
        stack.enter_context(running(*web("wsgi:app", port), environment=on.environment))
        answers(port, "/healthz")
        people = typists(on, port, PEOPLE)
        if any(map(wanted, names)):
            bare = stack.enter_context(_floor(on))
            for _ in range(STRETCHES):
                type_all(bare, SECONDS)
                type_all(people, SECONDS)
            yield Figure(names[0], _p95(people), _p95(bare), BAR, "ms")
            yield Figure(names[1], sum(len(one.errors) for one in people), 0, 0.0, "errors")
            yield Figure(names[2], lost(people), 0, 0.0, "texts")
        if wanted("save p95 while PDFs are made"):
            stack.enter_context(running("flask", "--app", "wsgi", "jobs", environment=on.environment))
            yield _with_pdfs(on, port, people)


def typists(on: Instance, port: int, number: int) -> list[Typist]:
    """People of different pairs, each come in through a door and looking at the long text of their waiting form."""
    with on.app.app_context():
        rows = db.session.execute(
            db.select(Assignment.id, Assignment.participant_id, Assignment.case_id)
            .where(Assignment.state == AssignmentState.STARTED, Assignment.case_id != on.filled.rich.case)
            .order_by(Assignment.id)
            .limit(number)
        ).all()
        doors = [data.door(person, case) for _assignment, person, case in rows]
        db.session.remove()
    return [_typist(port, door, row[0]) for door, row in zip(doors, rows, strict=True)]


def _typist(port: int, door: str, assignment: uuid.UUID) -> Typist:
    browser = Browser(port)
    _, page = browser.ask("GET", f"/d/{door}")
    browser.ask("POST", f"/d/{door}", {"csrf_token": csrf(page)})
    path = f"/notes/questions/{assignment}/2"
    status, page = browser.ask("GET", path)
    if status != 200:
        raise RuntimeError(f"the question was answered with {status}")
    rev = re.search(r'name="rev" value="(\d+)"', page)
    name = re.search(r'<textarea [^>]*name="([^"]+)"', page)
    if rev is None or name is None:
        raise RuntimeError("the question's page holds no text to type")
    return Typist(browser, path, name[1], {"csrf_token": csrf(page)}, int(rev[1]))


def lost(people: Sequence[Typist]) -> int:
    """How many people's page does not hold what was acknowledged last, or counts fewer saves than were."""
    missing = 0
    for one in people:
        one.browser.again()
        _, page = one.browser.ask("GET", one.path)
        rev = re.search(r'name="rev" value="(\d+)"', page)
        there = bool(one.acknowledged) and html.escape(one.acknowledged[-1], quote=False) in page
        missing += not (there and rev is not None and int(rev[1]) == one.rev)
    return missing


@contextmanager
def _floor(on: Instance) -> Iterator[list[Typist]]:
    """The floor, served, with its people."""
    with TemporaryDirectory() as folder:
        port = free_port()
        told = {**on.environment, "FLOOR_FOLDER": folder}
        with running(*web("benchmarks.floor:served()", port), environment=told):
            answers(port, "/")
            yield [Typist(Browser(port), f"/save/{n}", "words", {}) for n in range(1, PEOPLE + 1)]


def _p95(people: Sequence[Typist]) -> float:
    return percentile([taken for one in people for _begin, taken in one.times], 0.95)


def _with_pdfs(on: Instance, port: int, people: Sequence[Typist]) -> Figure:
    """Saves that began while PDFs were made, beside those of stretches without, taking turns: machines get busy."""
    without: list[float] = []
    inside: list[float] = []
    browser = Browser(port)
    _, page = browser.ask("GET", "/sign-in")
    browser.ask("POST", "/sign-in", {"csrf_token": csrf(page), "email": data.EMAIL, "password": data.PASSWORD})
    base = f"{on.case}/sessions/{on.filled.rich.over}/reports"
    for _ in range(SETS):
        without += [taken for _begin, taken in _times(people, partial(type_all, people, BETWEEN))]
        made: list[tuple[float, float]] = []
        mediator = threading.Thread(target=_make, args=(browser, base, made), daemon=True)
        mediator.start()
        times = _times(people, partial(_type_while, people, mediator))
        inside += [taken for begin, taken in times if any(first <= begin <= last for first, last in made)]
    return Figure(
        "save p95 while PDFs are made", percentile(inside, 0.95), percentile(without, 0.95), BAR_WITH_PDFS, "ms"
    )


def _times(people: Sequence[Typist], typing: Callable[[], None]) -> list[tuple[float, float]]:
    """When each save of a stretch began and how long it took."""
    for one in people:
        one.times.clear()
    typing()
    return [taken for one in people for taken in one.times]


def _type_while(people: Sequence[Typist], other: threading.Thread) -> None:
    while other.is_alive():
        type_all(people, 2)


def _make(browser: Browser, base: str, made: list[tuple[float, float]]) -> None:
    """The mediator asks for the set and the full record and waits until they are there. `made` gets the stretch."""
    _, page = browser.ask("GET", base)
    token, begin = csrf(page), time.monotonic()
    browser.ask("POST", f"{base}/make", {"csrf_token": token})
    status, _paper = browser.ask("POST", f"{base}/full", {"csrf_token": token})
    if status != 200:
        raise RuntimeError(f"the full record was answered with {status}")
    while "true" in browser.ask("GET", f"{base}/state")[1]:
        time.sleep(0.1)
    made.append((begin, time.monotonic()))
