"""HTML to PDF, in this process or in one of its own that ends with the paper.

What the pages say is the callers'; here stand the rules that hold for every file that leaves the house: neutral
metadata, no time of making, the same bytes for the same words.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: How long a paper may wait for the one before it and be laid out, together (seconds): fronts give up after sixty.
LIMIT = 45.0
#: How long the process may take to tidy up once it was asked to end (seconds).
PATIENCE = 2.0
#: All that the process of its own learns of this one's environment: where libraries and fonts are, and the language.
TOLD = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "DYLD_FALLBACK_LIBRARY_PATH", "LD_LIBRARY_PATH",
        "FONTCONFIG_FILE", "FONTCONFIG_PATH", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")  # fmt: skip
#: What the name of an error, or a sentence of ours, looks like.
REASON = re.compile(r"[A-Za-z ]{1,60}")
#: How long a process that was made ready waits for its words (seconds), and how close to that nobody counts on it.
KEPT, ENDING = 600.0, 30.0
_one_at_a_time = threading.Lock()
_making_ready = threading.Lock()
_ready: list[tuple[subprocess.Popen[bytes], float]] = []


class NotMade(Exception):
    """A paper could not be laid out. The message names the kind of reason and holds no word of the document."""


@dataclass(frozen=True)
class Pdf:
    """A finished file and how many pages it has."""

    data: bytes
    pages: int


def render(html: str, *, title: str, language: str) -> Pdf:
    """One document as PDF/UA-1 with bookmarks and this title and language as its only metadata, laid out right here.

    The same HTML gives the same bytes. Takes no transaction and needs none open. Raises NotMade where the HTML
    points to anything outside itself. Whoever answers others meanwhile uses `render_apart`.
    """
    from mediator.core import layout  # loads WeasyPrint: a web process never does

    return layout.render(html, title=title, language=language)


def get_ready() -> None:
    """Let the process of the next paper load meanwhile: whoever looks at the page with its button may press it soon.

    Loading takes longer than most papers. A process that is not asked for anything ends by itself after KEPT seconds.
    Where none can be started now, that is said when a paper is asked for.
    """
    with _making_ready, suppress(OSError):
        _ready[:] = [one for one in _ready if _counts(*one)]
        if not _ready:
            _ready.append((_start(), time.monotonic()))


def render_apart(html: str, *, title: str, language: str) -> bytes:
    """The same bytes, laid out by a process made for this one paper (`core/apart.py`); the caller's thread waits.

    Laying out holds Python's lock for a second and more, and everybody else's saves would wait for it. The words go
    through a pipe, never to a disk, an argument or the environment. One at a time: machines have few cores. Raises
    NotMade where the process fails, or LIMIT has passed.
    """
    ends = time.monotonic() + LIMIT
    if not _one_at_a_time.acquire(timeout=LIMIT):
        raise NotMade("another paper took too long")
    try:
        with _next() as child:
            try:
                given = json.dumps({"html": html, "title": title, "language": language}).encode()
                said, _nothing = child.communicate(given, timeout=max(0.0, ends - time.monotonic()))
            except subprocess.TimeoutExpired:
                raise NotMade("it took too long") from None
            finally:
                _end(child)
    finally:
        _one_at_a_time.release()
    if child.returncode != 0:
        raise NotMade(reason(child.returncode, said))
    return said


def reason(status: int, said: bytes) -> str:
    """Why no paper came, for the log. What a process said counts only where it ended by itself, and named an error.

    One that crashed may have said the paper itself: not a byte of that is passed on.
    """
    named = said.decode("ascii", errors="replace")
    return named if status == 1 and REASON.fullmatch(named) else f"its process ended with {status}"


def file_name(what: str, day: date) -> str:
    """A name that tells nothing to whoever sees a folder: `summary-2026-11-22.pdf`."""
    return f"{what}-{day.isoformat()}.pdf"


def _next() -> subprocess.Popen[bytes]:
    """The process that was made ready, or a fresh one. It is given to nobody else."""
    with _making_ready:
        fit = [child for child, since in _ready if _counts(child, since)]
        _ready.clear()
    return fit[0] if fit else _start()


def _counts(child: subprocess.Popen[bytes], since: float) -> bool:
    return child.poll() is None and time.monotonic() - since < KEPT - ENDING


def _start() -> subprocess.Popen[bytes]:
    told = {name: os.environ[name] for name in TOLD if name in os.environ}
    return subprocess.Popen(
        [sys.executable, "-m", "mediator.core.apart"], cwd=ROOT, env=told,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def _end(child: subprocess.Popen[bytes]) -> None:
    """Nothing goes on after the answer: asked to end, so that it tidies up, and ended where it does not."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            child.kill()
