"""The real application on a port of this machine, and an everyday page on another, as the exit button finds it."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseServer

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from mediator.app import create_app
from mediator.core.db import close, db
from tests.conftest import Databases, config

EVERYDAY = "An everyday page"


@dataclass(frozen=True)
class Served:
    """A running application: its address, the everyday page's address, and the application to make rows with."""

    app: Flask
    url: str
    everyday: str


class _Quiet(WSGIRequestHandler):
    """Says nothing about requests: links hold tokens."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # Werkzeug's own name
        """Say nothing."""


class _Everyday(BaseHTTPRequestHandler):
    """The page that leaving leads to. It may be kept, so that going back and forth never waits for it."""

    def do_GET(self) -> None:
        """Answer every address alike."""
        body = f'<!doctype html><html lang="en"><title>{EVERYDAY}</title><h1>{EVERYDAY}</h1>'.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's own name
        """Say nothing."""


@contextlib.contextmanager
def serve(databases: Databases, folder: Path) -> Iterator[Served]:
    """Serve a fresh copy of the database until the block ends, with an application context open for rows."""
    neutral = ThreadingHTTPServer(("127.0.0.1", 0), _Everyday)
    neutral.daemon_threads = True
    everyday = f"http://127.0.0.1:{neutral.server_address[1]}/"
    # The port must be known before the application is made, since links begin with it.
    running: list[Callable[..., Iterable[bytes]]] = []
    server = make_server("127.0.0.1", 0, lambda *call: running[0](*call), threaded=True, request_handler=_Quiet)
    url = f"http://127.0.0.1:{server.server_port}"
    database = databases.fresh(folder)
    app = create_app(dataclasses.replace(config(folder, database, url), exit_url=everyday))
    running.append(app.wsgi_app)
    with _in_thread(neutral), _in_thread(server), app.app_context():
        yield Served(app, url, everyday)
        db.session.remove()
        close()
    databases.drop(database)


@contextlib.contextmanager
def _in_thread(server: BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
