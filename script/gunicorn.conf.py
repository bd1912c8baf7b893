"""How gunicorn serves Mediator: threads in one process on SQLite, several processes on PostgreSQL."""

import os

_one_file = (os.environ.get("DATABASE_URL") or "sqlite").startswith("sqlite")

worker_class = "gthread"
workers = 1 if _one_file else int(os.environ.get("WEB_WORKERS", "2"))
threads = 16
reuse_port = workers > 1  # without it one worker took all connections in 4 of 9 runs
keepalive = 75
graceful_timeout = 5
forwarder_headers = ""  # nobody says by a header below which path the application is mounted
# Links hold tokens, so requests are not written down.
accesslog = None
loglevel = "warning"
control_socket_disable = True


def when_ready(_server: object) -> None:
    """Say where, once it can be opened."""
    print(f"Mediator serves on {os.environ['PUBLIC_URL']} (Ctrl-C ends it).", flush=True)
