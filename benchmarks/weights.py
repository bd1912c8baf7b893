"""What a participant's phone fetches: the first page (English) and each later one, compressed by a front server.

A real Chromium opens the pages in the order a person does; the server notes what it was asked for, so that fonts are
counted when text needs them and nothing is counted that the browser had kept. Text counts as gzip makes it (level 6),
fonts as they are.
"""

from __future__ import annotations

import gzip
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from benchmarks import data
from benchmarks.figures import Figure
from benchmarks.instance import Instance, instance

FIRST_KB, LATER_KB = 80.0, 15.0
TEXT = ("text/", "application/javascript", "application/json", "image/svg")


def measure(wanted: Callable[[str], bool]) -> Iterator[Figure]:
    """The lines that are asked for; one visit whatever was asked."""
    with instance(0) as on, _served(on) as server:
        visited = list(_visit(on, server))
    for place, (name, weight) in enumerate(visited):
        if wanted(f"weight {name}"):
            yield Figure(f"weight {name}", weight / 1000, LATER_KB if place else FIRST_KB, 1.0, "KB")


@dataclass
class _Recorder:
    """A WSGI application around ours that notes the weight of every answer until it is asked."""

    app: Any
    port: int = 0
    weight: int = 0
    asked: list[str] = field(default_factory=list)
    counting: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as ours does, and note the weight."""
        told: list[str] = []

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            told.extend(value for name, value in headers if name.lower() == "content-type")
            return start_response(status, headers, *more)

        body = b"".join(self.app(environ, start))
        weight = len(gzip.compress(body, 6)) if told and told[0].startswith(TEXT) else len(body)
        with self.counting:  # a browser asks for many files at once: without it some were not counted
            self.weight += weight
            self.asked.append(environ["PATH_INFO"])
        return [body]

    def taken(self) -> int:
        """The weight since this was last asked, in bytes."""
        with self.counting:
            weight, self.weight = self.weight, 0
        return weight


class _Quiet(WSGIRequestHandler):
    """Says nothing about requests."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  Werkzeug's own name
        """Say nothing."""


@contextmanager
def _served(on: Instance) -> Iterator[_Recorder]:
    recorder = _Recorder(on.app.wsgi_app)
    server = make_server("127.0.0.1", 0, recorder, threaded=True, request_handler=_Quiet)
    recorder.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield recorder
    finally:
        server.shutdown()
        thread.join()


def _visit(on: Instance, server: _Recorder) -> Iterator[tuple[str, int]]:
    """The first visit, page by page: the door, what was accepted, home, a question, the check page, who sees what."""
    rich = on.filled.rich
    with on.app.app_context():
        door = data.door(rich.a, rich.case)
    base = f"http://127.0.0.1:{server.port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 390, "height": 844}, locale="en-GB").new_page()
        yield "first page", _opened(page, server, lambda: page.goto(f"{base}/d/{door}"))
        yield "home", _opened(page, server, lambda: page.locator("main form button").click())
        for name, path in (("question", "/2"), ("question, a grid", "/8"), ("check page", "/check")):
            address = f"{base}/notes/questions/{rich.waiting}{path}"
            yield name, _opened(page, server, lambda address=address: page.goto(address))  # type: ignore[misc]
        for name, path in (("who sees what", "who-sees-what"), ("what both can read", "together")):
            address = f"{base}/notes/{path}"
            yield name, _opened(page, server, lambda address=address: page.goto(address))  # type: ignore[misc]
        browser.close()


def _opened(page: Page, server: _Recorder, go: Callable[[], object]) -> int:
    """What was fetched for a page until nothing more was, fonts included."""
    server.taken()
    go()
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready.then(() => true)")
    if re.search(r"/(sign-in|new-link)", page.url):
        raise RuntimeError(f"the browser ended at {page.url}")
    return server.taken()
