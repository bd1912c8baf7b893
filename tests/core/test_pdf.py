"""A paper laid out by a process of its own: the same bytes, no words on the way, no way out, and nobody left behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mediator.core import pdf

ROOT = Path(__file__).parents[2]
PAGE = "<html lang=en><body><h1>qzwords</h1><p>Привет, naïve “quotes”.</p></body></html>"
#: Asks for a paper that takes long, and says which process lays it out.
ASKING = """
import subprocess
from mediator.core import pdf

class Told(subprocess.Popen):
    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        print(self.pid, flush=True)

subprocess.Popen = Told
pdf.render_apart("<html lang=en><body>" + "<p>Some words.</p>" * 50000, title="Summary", language="en")
"""
#: Tries every way out, and says which of them were open.
TRYING = """
import os, socket, subprocess, sys
from mediator.core import apart

apart.shut()
ways = {
    "socket": lambda: socket.socket(),
    "name": lambda: socket.getaddrinfo("localhost", 80),
    "program": lambda: subprocess.run(["true"]),
    "shell": lambda: os.system("true"),
    "fork": lambda: os.fork(),
    "file": lambda: open("qzfile", "w"),
    "descriptor": lambda: os.open("qzfile", os.O_CREAT | os.O_RDWR),
}
for name, way in ways.items():
    try:
        way()
    except apart.Refused:
        continue
    print(name)
open(sys.executable, "rb").close()
print("reads")
"""


@pytest.fixture(autouse=True)
def nothing_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process waits that another test made ready."""
    monkeypatch.setattr(pdf, "_ready", [])


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[subprocess.Popen[bytes], dict[str, Any]]]:
    """Every process started from here on, with what it was started with."""
    seen: list[tuple[subprocess.Popen[bytes], dict[str, Any]]] = []

    class Seen(subprocess.Popen[bytes]):
        def __init__(self, command: list[str], **more: Any) -> None:
            super().__init__(command, **more)
            seen.append((self, {**more, "command": command}))

    monkeypatch.setattr(subprocess, "Popen", Seen)
    return seen


def test_a_paper_laid_out_apart_is_the_same_byte_for_byte() -> None:
    apart = pdf.render_apart(PAGE, title="Summary", language="en")
    assert apart == pdf.render(PAGE, title="Summary", language="en").data


def test_the_process_is_told_no_words_and_no_secrets_and_leaves_no_file(
    started: list[tuple[subprocess.Popen[bytes], dict[str, Any]]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://qzpassword")
    monkeypatch.setenv("MEDIATOR_INSTANCE", "/qzinstance")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    pdf.render_apart(PAGE, title="Summary", language="en")
    ((child, told),) = started
    assert "qz" not in repr(told["command"]) + repr(told["env"])
    assert told["stderr"] is subprocess.DEVNULL
    assert child.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_a_process_made_ready_is_the_one_that_is_used_and_used_once(
    started: list[tuple[subprocess.Popen[bytes], dict[str, Any]]],
) -> None:
    pdf.get_ready()
    pdf.get_ready()
    ((child, _told),) = started
    assert pdf.render_apart(PAGE, title="Summary", language="en").startswith(b"%PDF")
    assert (child.returncode, len(started)) == (0, 1)
    assert pdf.render_apart(PAGE, title="Summary", language="en").startswith(b"%PDF")
    assert len(started) == 2


def test_a_process_that_ended_while_it_waited_is_not_counted_on(
    started: list[tuple[subprocess.Popen[bytes], dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf.get_ready()
    started[0][0].kill()
    started[0][0].wait()
    assert pdf.render_apart(PAGE, title="Summary", language="en").startswith(b"%PDF")
    pdf.get_ready()
    monkeypatch.setattr(pdf, "KEPT", pdf.ENDING)  # as if it were about to end by itself
    pdf.get_ready()
    assert len(started) == 4
    for child, _told in started[2:]:
        with child:
            child.kill()


def test_where_no_process_can_be_started_ahead_the_page_is_shown_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    pdf.get_ready()
    with pytest.raises(FileNotFoundError):
        pdf.render_apart(PAGE, title="Summary", language="en")


def test_a_process_nobody_asks_ends_by_itself() -> None:
    waiting = "from mediator.core import apart; apart.KEPT = 0.1; apart.leave(apart.main())"
    with subprocess.Popen([sys.executable, "-c", waiting], cwd=ROOT, stdin=subprocess.PIPE) as child:
        assert child.wait(60) == 0


def test_what_goes_wrong_is_told_without_a_word_of_the_document() -> None:
    with pytest.raises(pdf.NotMade, match=r"^it asked for something from outside$"):
        pdf.render_apart("<h1>qzwords</h1><img src='http://127.0.0.1:9/qz.png'>", title="Summary", language="en")
    with pytest.raises(pdf.NotMade, match=r"^TypeError$"):
        pdf.render_apart(None, title="Summary", language="en")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "said", "told"),
    [
        (1, b"TypeError", "TypeError"),
        (1, b"it asked for something from outside", "it asked for something from outside"),
        (1, b"%PDF-1.7 qzwords", "its process ended with 1"),
        (-11, b"%PDF-1.7 qzwords", "its process ended with -11"),
        (-11, b"qzwords", "its process ended with -11"),
    ],
)
def test_what_a_process_leaves_when_it_crashes_is_never_told(status: int, said: bytes, told: str) -> None:
    assert pdf.reason(status, said) == told


def test_a_paper_that_takes_too_long_is_given_up_and_its_process_ends(
    started: list[tuple[subprocess.Popen[bytes], dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as hurry:
        hurry.setattr(pdf, "LIMIT", 0.3)
        with pytest.raises(pdf.NotMade, match="took too long"):
            pdf.render_apart("<p>Some words.</p>" * 50000, title="Summary", language="en")
    ((child, _told),) = started
    assert child.returncode is not None
    assert pdf.render_apart(PAGE, title="Summary", language="en").startswith(b"%PDF"), "the next one is whole"


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="waits for a process that is not its child, as Linux can")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_when_the_asking_process_ends_the_paper_ends_too(number: signal.Signals) -> None:
    asking = subprocess.Popen([sys.executable, "-c", ASKING], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert asking.stdout is not None
    child = os.pidfd_open(int(asking.stdout.readline()))
    assert select.select([child], [], [], 0)[0] == [], "it runs"
    asking.send_signal(number)
    asking.wait(10)
    asking.stdout.close()
    assert select.select([child], [], [], 10)[0] == [child]
    os.close(child)


def test_once_it_has_the_words_the_process_has_no_way_out(tmp_path: Path) -> None:
    said = subprocess.run(
        [sys.executable, "-c", TRYING], cwd=tmp_path, check=True, capture_output=True, text=True,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
    ).stdout.split()  # fmt: skip
    assert said == ["reads"]
    assert list(tmp_path.iterdir()) == []


def test_whoever_answers_people_never_loads_what_lays_pages_out() -> None:
    check = "import sys, mediator.app; sys.exit('weasyprint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", check], cwd=ROOT, check=False).returncode == 0
