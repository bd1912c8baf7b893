"""What the application is told from outside: what it cannot be is said in a sentence at start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mediator.core import config
from mediator.core.config import Config, ConfigError, MailServer

ROOT = Path(__file__).parents[2]
MAIL = {"MAIL_SERVER": "mail.example", "MAIL_FROM": "notes@practice.example"}


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """A folder with a key."""
    config.make_secret(tmp_path)
    return tmp_path


def read(instance: Path, **told: str) -> Config:
    """The configuration with mail set up, and what is told beside or in its place."""
    return config.read({**MAIL, **told}, instance)


@pytest.mark.parametrize(
    ("server", "host", "port", "starttls"),
    [
        ("mail.example", "mail.example", 587, True),
        ("mail.example:25", "mail.example", 25, True),
        ("mail.example:465", "mail.example", 465, False),
        ("192.0.2.7:2525", "192.0.2.7", 2525, True),
        ("[::1]:25", "::1", 25, True),
        ("[2001:db8::7]", "2001:db8::7", 587, True),
    ],
)
def test_a_mail_server_is_a_host_and_perhaps_a_port(
    instance: Path, server: str, host: str, port: int, starttls: bool
) -> None:
    assert read(instance, MAIL_SERVER=server).mail == MailServer(
        host, port, None, None, "notes@practice.example", starttls
    )


@pytest.mark.parametrize(
    "server",
    ["mail.example:abc", "mail.example:", "mail.example:0", "mail.example:65536", "mail.example:٢٥", ":25", "::1",
     "[::1", "[::1]25", "[mail.example]:25", "smtp://mail.example", "mail example", "mail.example:25/tls", " "],
)  # fmt: skip
def test_a_mail_server_that_is_none_is_said(instance: Path, server: str) -> None:
    with pytest.raises(ConfigError, match=r"^MAIL_SERVER must be .*mail\.example:587"):
        read(instance, MAIL_SERVER=server)


@pytest.mark.parametrize("sender", ["notes@practice.example", "Mill Lane Practice <notes@practice.example>", "a@b"])
def test_mails_come_from_one_address_perhaps_with_a_name(instance: Path, sender: str) -> None:
    told = read(instance, MAIL_FROM=sender).mail
    assert told is not None
    assert told.sender == sender


@pytest.mark.parametrize(
    "sender",
    ["Practice", "@practice.example", "notes@", "a@b.example, c@d.example", "Mill, Lane <a@b.example>",
     "a@b.example\nBcc: c@d.example", "nötes@practice.example", "notes@präxis.example", "<>", " ", "<a@b.example",
     "Notes a@b.example"],
)  # fmt: skip
def test_a_sender_that_is_no_address_is_said(instance: Path, sender: str) -> None:
    with pytest.raises(ConfigError, match=r"^MAIL_FROM must be one address"):
        read(instance, MAIL_FROM=sender)


@pytest.mark.parametrize("told", [{"MAIL_USERNAME": "notes"}, {"MAIL_PASSWORD": "s3cret"}])
def test_a_user_and_a_password_go_together(instance: Path, told: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"MAIL_USERNAME .* MAIL_PASSWORD") as said:
        read(instance, **told)
    assert "s3cret" not in str(said.value)
    both = read(instance, MAIL_USERNAME="notes", MAIL_PASSWORD="s3cret").mail
    assert both is not None
    assert (both.username, both.password) == ("notes", "s3cret")
    neither = read(instance, MAIL_USERNAME="", MAIL_PASSWORD="").mail
    assert neither is not None
    assert (neither.username, neither.password) == (None, None)


def test_without_a_server_nothing_else_is_asked(instance: Path) -> None:
    assert read(instance, MAIL_SERVER="", MAIL_FROM="Practice", MAIL_USERNAME="notes").mail is None


def test_what_is_wrong_is_one_sentence_when_the_server_is_started(tmp_path: Path) -> None:
    """`script/server` makes the key and reads what it was told before it does anything else."""
    told = os.environ | MAIL | {"MEDIATOR_INSTANCE": str(tmp_path), "MAIL_SERVER": "mail.example:abc"}
    start = [sys.executable, "-m", "mediator.core.config"]
    wrong = subprocess.run(start, cwd=ROOT, env=told, capture_output=True, text=True, check=False)
    assert (wrong.returncode, wrong.stderr.count("\n")) == (1, 1)
    assert wrong.stderr.startswith("MAIL_SERVER must be")
    told["MAIL_SERVER"] = "mail.example"
    right = subprocess.run(start, cwd=ROOT, env=told, capture_output=True, text=True, check=False)
    assert (right.returncode, right.stderr) == (0, "")
