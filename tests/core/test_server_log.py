"""What the server in front of the application writes down of a request: never its address, which may be a link."""

from __future__ import annotations

import logging
import runpy
import socket
from pathlib import Path

import pytest
from gunicorn.config import Config
from gunicorn.http.errors import InvalidRequestLine
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader
from gunicorn.workers.base import Worker

SETTINGS = Path(__file__).parents[2] / "script" / "gunicorn.conf.py"
LINK = "/d/this-is-a-token"


@pytest.fixture
def worker(caplog: pytest.LogCaptureFixture) -> Worker:
    settings = Config()
    settings.set("logger_class", runpy.run_path(str(SETTINGS))["logger_class"])
    log = settings.logger_class(settings)
    log.error_log.addHandler(caplog.handler)  # gunicorn's goes nowhere else
    log.error_log.setLevel(logging.DEBUG)
    return Worker(1, 1, [], None, 30, settings, log)


def test_a_request_that_fails_or_cannot_be_read_is_not_quoted(worker: Worker, caplog: pytest.LogCaptureFixture) -> None:
    here, there = socket.socketpair()
    with here, there:
        sent = Request(worker.cfg, IterUnreader([f"POST {LINK} HTTP/1.1\r\nHost: a\r\n\r\n".encode()]), ("", 0))
        for request, error in ((sent, RuntimeError("it failed")), (None, InvalidRequestLine(f"POST {LINK} nonsense"))):
            worker.handle_error(request, here, ("192.0.2.1", 1), error)
    said = caplog.text
    assert "Error handling request" in said
    assert "Invalid request" in said
    assert LINK not in said
