"""The two commands' own code: what `script/server` is told, what it starts, and that nothing goes on alone."""

from __future__ import annotations

import ipaddress
import os
import runpy
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "script"
#: A stand-in that says how it was started, and goes on until it is ended.
GOES_ON = "#!/bin/sh\necho $0 $*\nexec sleep 90\n"
#: Seconds, for what takes a tenth of one, on a machine that does much else.
PATIENCE = 60
NO_NETWORK = "This machine is in no network, so a phone cannot reach it: connect it, or start without --lan."


def program(path: Path, text: str) -> Path:
    """A program that stands in for one of others."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


# ---- script/supervise.py ------------------------------------------------------------------------------------


@pytest.fixture
def beside(tmp_path: Path) -> Path:
    """A folder of programs with a Python of its own: there `supervise.py` looks for what it starts."""
    (tmp_path / "python").symlink_to(sys.executable)
    for name in ("gunicorn", "flask"):
        program(tmp_path / name, GOES_ON)
    return tmp_path


def supervise(beside: Path) -> subprocess.Popen[str]:
    """Begin to serve with these programs."""
    return subprocess.Popen(
        [beside / "python", SCRIPT / "supervise.py", "127.0.0.1:8123"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(running: subprocess.Popen[str]) -> tuple[int, str]:
    """How it ended and what it said of it. What it started has ended, too: its output is waited for to its end."""
    _, errors = running.communicate(timeout=PATIENCE)
    return running.returncode, errors


@pytest.mark.parametrize(
    ("name", "does", "said", "status"),
    [
        ("flask", "exit 3", "The jobs process has ended (3), so the rest ends too.", 3),
        ("gunicorn", "exit 0", "The web server has ended (0), so the rest ends too.", 1),
        ("gunicorn", "kill -9 $$", "The web server has ended (-9), so the rest ends too.", 1),
    ],
)
def test_when_one_ends_both_end(beside: Path, name: str, does: str, said: str, status: int) -> None:
    program(beside / name, f"#!/bin/sh\n{does}\n")
    assert ended(supervise(beside)) == (status, f"{said}\n")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_whoever_asks_ends_both(beside: Path, number: signal.Signals) -> None:
    running = supervise(beside)
    assert running.stdout is not None
    started = sorted(running.stdout.readline().rstrip("\n").removeprefix(f"{beside}/") for _ in range(2))
    assert started == [
        "flask --app wsgi jobs",
        "gunicorn --config script/gunicorn.conf.py --bind 127.0.0.1:8123 wsgi:app",
    ]
    running.send_signal(number)
    assert ended(running) == (0, "")


@pytest.mark.parametrize("name", ["gunicorn", "flask"])
def test_asked_while_it_starts_it_leaves_nothing_behind(beside: Path, name: str) -> None:
    """Twice, as a terminal that closes does: what is just being started is ended like the rest."""
    program(beside / name, "#!/bin/sh\nkill -HUP $PPID; kill -TERM $PPID\nexec sleep 90\n")
    assert ended(supervise(beside)) == (0, "")


def test_what_cannot_be_started_leaves_nothing_behind(beside: Path) -> None:
    (beside / "flask").unlink()
    status, errors = ended(supervise(beside))
    assert status == 1
    assert "FileNotFoundError" in errors


# ---- script/own_address.py ----------------------------------------------------------------------------------


def test_the_own_address_is_one_that_can_be_served_on() -> None:
    done = subprocess.run(
        [sys.executable, SCRIPT / "own_address.py"], capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    if done.returncode:
        assert (done.stdout, done.stderr) == ("", f"{NO_NETWORK}\n")
        return
    address = ipaddress.ip_address(done.stdout.strip())
    assert not address.is_loopback
    with socket.socket() as bound:
        bound.bind((str(address), 0))


def test_a_machine_in_no_network_is_told_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_route(_probe: socket.socket, _address: tuple[str, int]) -> None:
        raise OSError("Network is unreachable")

    monkeypatch.setattr(socket.socket, "connect", no_route)
    with pytest.raises(SystemExit, match=NO_NETWORK):
        runpy.run_path(str(SCRIPT / "own_address.py"))
    assert capsys.readouterr().out == ""


# ---- script/server ------------------------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """`script/server` in a checkout where every program it starts only says so."""
    (tmp_path / "script").mkdir()
    for name in ("server", "env"):
        shutil.copy(SCRIPT / name, tmp_path / "script")
    program(tmp_path / "script/bootstrap", "#!/bin/sh\necho bootstrap\n")
    says = "#!/bin/sh\n[ $1 = script/own_address.py ] && echo 192.0.2.9 && exit\necho ${0##*/} $*\n"
    served = "if [ $1 = script/supervise.py ]; then echo $PUBLIC_URL ${MAIL_SERVER-none}; fi\n"
    program(tmp_path / ".venv/bin/flask", says)
    program(tmp_path / ".venv/bin/python", says + served)
    return tmp_path


def server(checkout: Path, *told: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run it to its end, from another folder."""
    known = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [checkout / "script/server", *told],
        cwd="/",
        env=known | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.parametrize(
    "told",
    [["--port"], ["--port", "abc"], ["--port="], ["--port=0"], ["--port=65536"], ["--port", "--lan"], ["--keep"],
     ["--what"], ["8000"], ["--help"]],
    ids=" ".join,
)  # fmt: skip
def test_what_it_does_not_know_is_answered_with_its_usage(checkout: Path, told: list[str]) -> None:
    done = server(checkout, *told)
    assert (done.returncode, done.stdout) == (2, ""), "and nothing is set up or started"
    assert done.stderr.startswith("usage: script/server [--port N] [--lan] [--demo [--keep]]\n")


def test_it_sets_up_and_serves(checkout: Path) -> None:
    done = server(checkout, "--port", "8123", MAIL_SERVER="mail.example")
    assert done.stdout.splitlines() == [
        "bootstrap",
        "python -m mediator.core.config",
        "flask --app wsgi init",
        "python script/supervise.py 127.0.0.1:8123",
        "http://127.0.0.1:8123 mail.example",
    ]


def test_in_the_network_it_serves_on_its_own_address_and_says_what_that_means(checkout: Path) -> None:
    done = server(checkout, "--lan")
    assert "never with real people's words" in done.stdout
    assert done.stdout.splitlines()[-2:] == ["python script/supervise.py 192.0.2.9:8000", "http://192.0.2.9:8000 none"]


def test_a_demo_lives_in_a_folder_of_its_own_and_sends_nothing(checkout: Path) -> None:
    done = server(checkout, "--demo", "--keep", MAIL_SERVER="mail.example", PUBLIC_URL="https://notes.example")
    assert done.stdout.splitlines() == [
        "bootstrap",
        f"python -m mediator.demo.place {checkout}/instance/demo --keep",
        "flask --app wsgi demo",
        "python script/supervise.py 127.0.0.1:8000",
        "https://notes.example none",
    ]


def test_what_is_set_wrongly_starts_nothing(checkout: Path) -> None:
    program(checkout / ".venv/bin/python", "#!/bin/sh\necho MAIL_SERVER must be a host >&2; exit 1\n")
    done = server(checkout)
    assert (done.returncode, done.stdout, done.stderr) == (1, "bootstrap\n", "MAIL_SERVER must be a host\n")
