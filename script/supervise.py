"""Run the web server and the jobs process side by side: when one ends, or somebody asks, both end.

The exit status is that of the process that ended by itself, 1 at least; 0 after Ctrl-C or TERM.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

PATIENCE = 12  # seconds from asking to end until killing; gunicorn gives open requests 5
BIN = Path(sys.executable).parent


class Asked(Exception):
    """Somebody asked the whole to end."""


def asked(_signal: int, _frame: FrameType | None) -> None:
    """Signal handler: break the waiting, once."""
    on_signal(heard)
    raise Asked


def heard(_signal: int, _frame: FrameType | None) -> None:
    """Signal handler: it is ending already. (Of an ignored signal that came just before, Python would complain.)"""


def on_signal(handler: Callable[[int, FrameType | None], None]) -> None:
    """What Ctrl-C, TERM and a closed terminal do from here on."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def start(*command: str) -> subprocess.Popen[bytes]:
    """A child in a session of its own, so that Ctrl-C reaches it through here and only once."""
    return subprocess.Popen(command, executable=BIN / command[0], start_new_session=True)


def end(children: list[subprocess.Popen[bytes]]) -> None:
    """Ask every child that still runs to end, and end it if it does not in time."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + PATIENCE
    for child in children:
        try:
            child.wait(max(0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def main(bind: str) -> int:
    """Serve on `bind` (host:port) until one child ends or a signal comes."""
    children: list[subprocess.Popen[bytes]] = []
    early: list[int] = []
    on_signal(lambda number, _frame: early.append(number))  # broken off, a start would leave behind what it started
    try:
        children.append(start("gunicorn", "--config", "script/gunicorn.conf.py", "--bind", bind, "wsgi:app"))
        children.append(start("flask", "--app", "wsgi", "jobs"))
        on_signal(asked)
        if early:
            on_signal(heard)
            return 0
        names = {child.pid: name for child, name in zip(children, ("The web server", "The jobs process"), strict=True)}
        pid, raw = os.wait()
        on_signal(heard)  # not left to the end of this, where breaking off would end nothing
        ended = next(child for child in children if child.pid == pid)
        ended.returncode = os.waitstatus_to_exitcode(raw)
        print(f"{names[pid]} has ended ({ended.returncode}), so the rest ends too.", file=sys.stderr)
        return ended.returncode if ended.returncode > 0 else 1
    except Asked:
        return 0
    finally:
        end(children)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
