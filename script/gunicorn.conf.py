"""How gunicorn serves Mediator: threads in one process on SQLite, several processes on PostgreSQL."""

import os
import signal
from types import FrameType
from typing import Any

from gunicorn.glogging import Logger

_one_file = (os.environ.get("DATABASE_URL") or "sqlite").startswith("sqlite")

worker_class = "gthread"
workers = 1 if _one_file else int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.setdefault("WEB_THREADS", "128"))  # the application caps its live streams by the same number
reuse_port = workers > 1  # without it one worker took all connections in 4 of 9 runs
keepalive = 75
graceful_timeout = 5
forwarder_headers = ""  # nobody says by a header below which path the application is mounted
# Links hold tokens, so requests are not written down.
accesslog = None
loglevel = "warning"
control_socket_disable = True


class logger_class(Logger):  # noqa: N801  gunicorn's setting of this name
    """Gunicorn's own log, without the requests it names where one fails or cannot be read: links hold tokens."""

    def exception(self, msg: object, *args: object, **kwargs: Any) -> None:
        """An error with the way it came about. What follows the message are method and address."""
        super().exception(str(msg).partition("%")[0].rstrip(), **kwargs)

    def warning(self, msg: object, *args: object, **kwargs: Any) -> None:
        """A request that is none is quoted, its first line with it."""
        text = str(msg)
        super().warning("Invalid request" if text.startswith("Invalid request") else text, *args, **kwargs)


def when_ready(_server: object) -> None:
    """Say where, once it can be opened."""
    print(f"Mediator serves on {os.environ['PUBLIC_URL']} (Ctrl-C ends it).", flush=True)


def post_worker_init(worker: Any) -> None:
    """Open streams end when the process is asked to, so that it need not be killed while it waits for them."""
    from mediator.core import live

    asked = signal.getsignal(signal.SIGTERM)

    def end(number: int, frame: FrameType | None) -> None:
        live.end(worker.wsgi)
        if callable(asked):
            asked(number, frame)

    signal.signal(signal.SIGTERM, end)


def worker_int(worker: Any) -> None:
    """The same where it is to end at once."""
    from mediator.core import live

    live.end(worker.wsgi)
