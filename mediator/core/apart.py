"""The process that lays out one paper: `python -m mediator.core.apart`, started by `core/pdf`, at best ahead of time.

It reads the words from its standard input, writes the PDF to its standard output and ends. It yields to whoever
answers people, knows no database, and once its own code and type are loaded it can open no socket, start no program
and write no file. When whoever waits for it has ended, however that was, it ends too.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from mediator.core.pdf import KEPT, NotMade
from mediator.core.priority import step_back

PATIENCE = 2.0
READING = os.O_RDONLY
#: What is refused once the words are there, by the beginnings of Python's own names for it (its audit events).
REFUSED = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "urllib.", "ctypes.dlopen")


class Refused(Exception):
    """Something tried a way out of the process."""


def main() -> int:
    """Lay out what comes in. Ends with 1, and the kind of the error and none of its words, where that fails."""
    step_back()
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(1))
    threading.Thread(target=end_with_the_reader, args=(sys.stdout.fileno(), _asked_to_end), daemon=True).start()
    try:
        from mediator.core import layout  # after stepping back: loading it is half of the work

        layout.shared()
        shut()
        if not select.select([sys.stdin], [], [], KEPT)[0]:
            return 0  # nobody asked for a paper
        given = json.load(sys.stdin.buffer)
        made = layout.render(given["html"], title=given["title"], language=given["language"]).data
        status = 0
    except NotMade as error:
        made, status = str(error).encode(), 1
    except Exception as error:
        made, status = type(error).__name__.encode(), 1  # its text may hold words
    sys.stdout.buffer.write(made)
    sys.stdout.buffer.flush()
    return status


def shut() -> None:
    """From here on this process opens no socket, starts no program and writes no file: trying raises Refused.

    A second wall behind the fetcher of `core/layout.py`. It cannot be taken down again.
    """
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: Sequence[Any]) -> None:
    if event.startswith(REFUSED):
        raise Refused(event)
    if event == "open":
        _path, mode, flags = arguments
        writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else flags & os.O_ACCMODE != READING
        if writes:
            raise Refused(event)


def end_with_the_reader(pipe: int, end: Callable[[], None]) -> None:
    """Wait until nobody can read from `pipe` any more, then end."""
    waiting = select.poll()
    waiting.register(pipe, 0)  # an error is told unasked: the other end is closed
    waiting.poll()
    end()


def leave(status: int) -> None:
    """End with everything written and the folder of fonts cleared, without Python's own tidying up.

    That crashed now and then (signal 11), with the thread that waits for the reader still there: the paper was whole,
    and its process seemed to have failed.
    """
    if (layout := sys.modules.get("mediator.core.layout")) is not None:
        layout.shared.cache_clear()
    gc.collect()
    os._exit(status)


def _asked_to_end() -> None:
    """As if asked by TERM, so that the folder of fonts is cleared; at once where that does not help."""
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(PATIENCE)
    os._exit(1)


if __name__ == "__main__":
    leave(main())
