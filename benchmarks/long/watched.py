"""Mediator as gunicorn serves it, with one more page for the run of phones: its threads and its open streams."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask

from mediator.app import create_app
from mediator.core import live

#: Where it stands. Mediator itself knows no such page.
PATH = "/-threads"
#: The watcher's thread is called so, and gunicorn's begin so.
WATCHER, POOL = "live", "ThreadPoolExecutor"


def told(found: live.Watcher | None, threads: Iterable[threading.Thread]) -> dict[str, int]:
    """How many threads of each kind there are among these, and how many streams are registered."""
    kinds = Counter(
        "watchers" if one.name == WATCHER else "pool" if one.name.startswith(POOL) else "other" for one in threads
    )
    streams = 0 if found is None else len(found._streams)  # only this run asks, so the watcher has no word for it
    return {"pool": kinds["pool"], "watchers": kinds["watchers"], "other": kinds["other"], "streams": streams}


class Watched:
    """Answers the one page, and hands everything else on. It has `extensions` as Flask has: a server's hooks ask."""

    def __init__(self, inner: Flask) -> None:
        self.inner, self.extensions = inner, inner.extensions

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """One request."""
        if environ["PATH_INFO"] != PATH:
            return self.inner(environ, start_response)
        body = json.dumps(told(self.extensions.get("live"), threading.enumerate())).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]


def served() -> Watched:
    """What gunicorn is given."""
    return Watched(create_app())
