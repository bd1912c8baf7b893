"""PDFs: time and peak memory against WeasyPrint alone on the same HTML, with the stylesheet parsed beforehand.

Ours is all that the jobs process does between two transactions and inside them: gathering the words, the template, the
layout. The floor gets the finished HTML. Both run in a child process of its own for memory (the highest resident set,
which is what a machine must have), and take turns in one process for time. Time is the process's own (nothing in it
waits for anything): what else the machine does then counts for neither.

The full record is laid out by a process of its own, which loads while its page is being read (`core/pdf.get_ready`).
So there ours is the time from the press to the last byte, with that process and the pipes to it, and the floor's is
taken by the same clock.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from weasyprint import HTML

from benchmarks.figures import Figure
from benchmarks.instance import Instance, instance
from mediator.cases import queries as cases
from mediator.cases.models import Case
from mediator.core import layout, pdf
from mediator.core.db import db
from mediator.reports import documents, full, gathering
from mediator.reports import queries as reports
from mediator.reports.content import JointCopy, OwnCopy
from mediator.reports.terms import Reader

BAR, MEMORY_BAR = 1.25, 1.3
ROUNDS = 7
#: Seconds somebody looks at the page of the reports before they press for the full record; few read it faster.
READING = 3.0
PAIRS = 20
LINEAR = "pdf full, fifty items more"
#: Each paper by reader and the blocks of its session.
PAPERS: dict[str, tuple[Reader, int]] = {
    "joint": (Reader.JOINT, 9),
    "A": (Reader.A, 9),
    "B": (Reader.B, 9),
    "full": (Reader.FULL, 9),
    "joint, 100 items": (Reader.JOINT, 100),
    "A, 100 items": (Reader.A, 100),
    "full, 100 items": (Reader.FULL, 100),
}


def measure(wanted: Callable[[str], bool]) -> Iterator[Figure]:
    """The lines of all papers that are asked for."""
    with instance(PAIRS) as on, on.app.app_context():
        for name, (reader, items) in PAPERS.items():
            if wanted(f"pdf {name}"):
                yield _time(f"pdf {name}", on, reader, items)
            if wanted(f"pdf {name}, memory"):
                yield _memory(f"pdf {name}, memory", on, reader, items)
        if wanted(LINEAR):
            yield _linear(on)


def ours(on: Instance, reader: Reader, items: int) -> bytes:
    """One paper from the database to its bytes, laid out in this process, as the jobs process makes them."""
    db.session.rollback()
    copy = _copy(on, reader, items)
    db.session.rollback()
    return documents.render(copy).data


def downloaded(on: Instance, items: int) -> bytes:
    """The full record from the database to its bytes, as the web process makes it."""
    db.session.rollback()
    copy = _copy(on, Reader.FULL, items)
    db.session.rollback()
    return documents.render_apart(copy)


def html(on: Instance, reader: Reader, items: int) -> str:
    """What WeasyPrint is given."""
    text = documents.html(_copy(on, reader, items))
    db.session.rollback()
    return text


def alone(text: str) -> bytes:
    """WeasyPrint and nothing else: the stylesheet is parsed once, as ours is."""
    style, fonts, fetcher = layout.shared()
    document = HTML(string=text, url_fetcher=fetcher).render(stylesheets=[style], font_config=fonts)
    data: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    return data


def _copy(on: Instance, reader: Reader, items: int) -> documents.Copy:
    rich = on.filled.rich
    case = db.session.get_one(Case, rich.case)
    session = reports.session_of(case, {9: rich.over, 50: rich.fifty, 100: rich.hundred}[items])
    if reader is Reader.FULL:
        cases.mediated(on.filled.mediator, rich.case)  # takes up the mediator's ring
        return full.record(case, session, on.filled.mediator)
    shared = gathering.shared(case, session, on.filled.mediator).part
    person = reports.person_of(case, reader)
    return JointCopy(shared) if person is None else OwnCopy(shared, gathering.own(case, session, person))


def _time(name: str, on: Instance, reader: Reader, items: int) -> Figure:
    text = html(on, reader, items)
    rounds = ROUNDS if items < 50 else 5
    if reader is Reader.FULL:
        mine, least = _from_the_press(on, items, text, rounds)
    else:
        mine, least = _shortest([lambda: ours(on, reader, items), lambda: alone(text)], rounds)
    return Figure(name, mine, least, BAR, "ms")


def _from_the_press(on: Instance, items: int, text: str, rounds: int) -> tuple[float, float]:
    """The shortest times of the full record as it is downloaded, and of WeasyPrint alone, by the clock on the wall."""
    alone(text)
    gc.collect()
    mine, least = [], []
    for _ in range(rounds):
        pdf.get_ready()
        time.sleep(READING)
        mine.append(_by_the_clock(lambda: downloaded(on, items)))
        least.append(_by_the_clock(lambda: alone(text)))
    return min(mine), min(least)


def _by_the_clock(make: Callable[[], bytes]) -> float:
    begin = time.perf_counter()
    make()
    return (time.perf_counter() - begin) * 1000


def _linear(on: Instance) -> Figure:
    """What fifty items more cost from 50 to 100, against the first fifty (reckoned from 9 to 50)."""

    def full_of(items: int) -> Callable[[], bytes]:
        return lambda: ours(on, Reader.FULL, items)

    few, half, whole = _shortest([full_of(9), full_of(50), full_of(100)], 5)
    return Figure(LINEAR, whole - half, (half - few) / 41 * 50, BAR, "ms")


def _shortest(makes: Sequence[Callable[[], bytes]], rounds: int) -> list[float]:
    """The shortest time of each in milliseconds, taking turns: what is left when nothing else disturbs."""
    for make in makes:
        make()
    gc.collect()
    return [min(times) for times in zip(*([_taken(make) for make in makes] for _ in range(rounds)), strict=True)]


def _taken(make: Callable[[], bytes]) -> float:
    begin = time.process_time()
    make()
    return (time.process_time() - begin) * 1000


def _memory(name: str, on: Instance, reader: Reader, items: int) -> Figure:
    """The peak of a process that makes the paper from the database, and of one that only has its HTML."""
    page = on.folder / f"{uuid.uuid4()}.html"
    page.write_text(html(on, reader, items), encoding="utf-8")
    mine = _peak("ours", str(on.folder), str(on.filled.mediator), json.dumps(_ids(on)), reader.value, str(items))
    return Figure(name, mine, _peak("alone", str(page)), MEMORY_BAR, "MB")


def _ids(on: Instance) -> dict[str, str]:
    return {name: str(value) for name, value in vars(on.filled.rich).items()}


def _peak(*arguments: str) -> float:
    """The highest resident set of a child, in MB."""
    said = subprocess.run(
        [sys.executable, "-m", "benchmarks.paper_child", *arguments],
        check=True, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1], env={**os.environ},
    )  # fmt: skip
    return float(said.stdout)


def peak() -> float:
    """This program's highest resident set, in MB.

    Linux's own count is read from /proc, since getrusage begins with what the parent had when it started this program.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (found,) = (line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(found) * 1024 / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # macOS counts bytes
