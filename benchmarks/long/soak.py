"""Minutes of mixed requests: what the server's memory, threads and open files are at the start and at the end."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import data
from benchmarks.instance import Instance, csrf, instance
from benchmarks.long.results import Result
from benchmarks.memory import family
from benchmarks.people import Browser, type_all
from benchmarks.saving import typists
from benchmarks.serving import answers, free_port, running, web

PEOPLE, MINUTES = 10, 5.0
#: By how much the memory may grow from the middle to the end: until then caches fill and the heap settles.
MOST_GROWTH = 1.10


def run(minutes: float = MINUTES) -> Iterator[Result]:
    """People save, a mediator looks at everything, PDFs are made; for so many minutes."""
    with instance(500) as on:
        port = free_port()
        with running(*web("wsgi:app", port), environment=on.environment) as server:
            answers(port, "/healthz")
            people = typists(on, port, PEOPLE)
            asked: list[int] = []
            _look(on, port, time.monotonic() + 30, asked)  # everything once and more: the caches are full then
            first = _state(server.pid)
            ends = time.monotonic() + minutes * 60
            mediator = threading.Thread(target=_look, args=(on, port, ends, asked), daemon=True)
            mediator.start()
            type_all(people, minutes * 30)
            middle = _state(server.pid)
            type_all(people, minutes * 30)
            mediator.join()
            last = _state(server.pid)
    failed = sum(status >= 400 for status in asked) + sum(len(one.errors) for one in people)
    saves = sum(len(one.acknowledged) for one in people)
    found = (
        f"{minutes:g} minutes, {len(asked)} pages and {saves} saves, {failed} failed: "
        f"memory {first[0]:.0f}, {middle[0]:.0f}, {last[0]:.0f} MB, threads {first[1]} to {last[1]}, "
        f"open files {first[2]} to {last[2]}"
    )
    fine = failed == 0 and last[0] <= middle[0] * MOST_GROWTH and last[1] <= first[1] + 16
    yield Result("soak", found, fine)


def _look(on: Instance, port: int, ends: float, asked: list[int]) -> None:
    """The mediator walks through every page of the rich pair, again and again."""
    rich, browser = on.filled.rich, Browser(port)
    _, page = browser.ask("GET", "/sign-in")
    browser.ask("POST", "/sign-in", {"csrf_token": csrf(page), "email": data.EMAIL, "password": data.PASSWORD})
    paths = ["/work/cases", on.case, f"{on.case}/comparison", f"{on.case}/sessions/{rich.planned}",
             f"{on.case}/sessions/{rich.running}/run", f"{on.case}/agreements", "/work/guide",
             f"{on.case}/sessions/{rich.over}/reports", "/work/nothing-here"]  # fmt: skip
    turn = 0
    while time.monotonic() < ends:
        path = paths[turn % len(paths)]
        try:
            status, page = browser.ask("GET", path)
            if path.endswith("/reports") and turn % 4 == 0:
                status, _ = browser.ask("POST", f"{path}/full", {"csrf_token": csrf(page)})
        except (OSError, http.client.HTTPException):
            status = 599
            browser.again()
        asked.append(200 if path == "/work/nothing-here" and status == 404 else status)
        turn += 1
        time.sleep(0.05)


def _state(pid: int) -> tuple[float, int, int]:
    """Memory in MB, threads and open files of a program and all it started that stays."""
    memory = threads = files = 0
    for one in family(pid):
        told = dict(line.split(":", 1) for line in Path(f"/proc/{one}/status").read_text().splitlines() if ":" in line)
        memory += int(told["VmRSS"].split()[0])
        threads += int(told["Threads"])
        files += len(list(Path(f"/proc/{one}/fd").iterdir()))
    return memory * 1024 / 1e6, threads, files
