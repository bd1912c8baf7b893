"""Programs of ours as they run in earnest: gunicorn with the settings of script/, and the jobs process."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
PATIENCE = 20.0


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@contextlib.contextmanager
def running(*command: str, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A program of the virtual environment, asked to end afterwards, in a session of its own."""
    child = start(*command, environment=environment)
    try:
        yield child
    finally:
        end(child)


def start(*command: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """The same, to be ended by whoever asked for it."""
    return subprocess.Popen(
        command, executable=BIN / command[0], cwd=ROOT, env=dict(environment), start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def end(child: subprocess.Popen[bytes], number: signal.Signals = signal.SIGTERM) -> None:
    """Send a signal to a program and all it started, and wait until it has ended."""
    if child.poll() is None:
        os.killpg(child.pid, number)
    try:
        child.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def web(application: str, port: int) -> tuple[str, ...]:
    """The command that serves an application as script/server does."""
    return ("gunicorn", "--config", "script/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}", application)


def answers(port: int, path: str) -> None:
    """Wait until a server answers. Raises TimeoutError where it does not."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, http.client.HTTPException):
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            line.request("GET", path)
            if line.getresponse().status < 500:
                return
        time.sleep(0.1)
    raise TimeoutError(f"nothing answers on port {port}")
