"""The folder of a demo: what is not marked as one is never touched, and nothing in it reaches outside."""

from __future__ import annotations

import fcntl
from pathlib import Path

import pytest
from flask import Flask

from mediator.core import config
from mediator.core.config import DEMO_FILE, KEY_FILE, ConfigError
from mediator.core.leader import LOCK_FILE
from mediator.demo import place


def everything(folder: Path) -> dict[str, bytes]:
    """What lies in a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_new_folder_is_marked_and_has_a_key_of_its_own(tmp_path: Path) -> None:
    assert place.make_room(tmp_path / "demo")
    assert set(everything(tmp_path / "demo")) == {DEMO_FILE, KEY_FILE}
    assert not place.is_whole(tmp_path / "demo")


def test_the_next_start_removes_the_earlier_demo(tmp_path: Path) -> None:
    place.make_room(tmp_path)
    place.mark_whole(tmp_path)
    (tmp_path / "mediator.db").write_text("Alex")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "file").write_text("Sam")
    before = everything(tmp_path)
    assert place.make_room(tmp_path)
    after = everything(tmp_path)
    assert set(after) == {DEMO_FILE, KEY_FILE}
    assert after[KEY_FILE] != before[KEY_FILE]
    assert not place.is_whole(tmp_path)


def test_any_other_folder_stays_exactly_as_it_is(tmp_path: Path) -> None:
    config.make_secret(tmp_path)
    (tmp_path / "mediator.db").write_text("a practice")
    before = everything(tmp_path)
    for keep in (False, True):
        with pytest.raises(ConfigError, match="no demo"):
            place.make_room(tmp_path, keep=keep)
    assert everything(tmp_path) == before


def test_a_link_to_a_folder_is_not_followed(tmp_path: Path) -> None:
    real = tmp_path / "real"
    place.make_room(real)
    (tmp_path / "demo").symlink_to(real)
    before = everything(real)
    with pytest.raises(ConfigError, match="plain folder"):
        place.make_room(tmp_path / "demo")
    assert everything(real) == before


def test_a_demo_that_is_served_is_not_pulled_away(tmp_path: Path) -> None:
    place.make_room(tmp_path)
    before = everything(tmp_path)
    with (tmp_path / LOCK_FILE).open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(ConfigError, match="being served"):
            place.make_room(tmp_path)
    assert everything(tmp_path) == before | {LOCK_FILE: b""}
    assert place.make_room(tmp_path)


def test_a_whole_demo_is_kept_on_request_and_one_half_made_is_made_anew(tmp_path: Path) -> None:
    place.make_room(tmp_path)
    (tmp_path / "mediator.db").write_text("half")
    assert place.make_room(tmp_path, keep=True)
    assert not (tmp_path / "mediator.db").exists()
    (tmp_path / "mediator.db").write_text("whole")
    place.mark_whole(tmp_path)
    before = everything(tmp_path)
    assert not place.make_room(tmp_path, keep=True)
    assert everything(tmp_path) == before


def test_a_demo_has_its_own_database_and_sends_nothing_whatever_is_set(tmp_path: Path) -> None:
    place.make_room(tmp_path / "demo")
    config.make_secret(tmp_path / "real")
    outside = {
        "DATABASE_URL": "postgresql+psycopg://db/practice",
        "MAIL_SERVER": "mail.example",
        "MAIL_FROM": "a@b.example",
    }
    demo, real = config.read(outside, tmp_path / "demo"), config.read(outside, tmp_path / "real")
    assert demo.demo
    assert demo.database_url == f"sqlite:///{tmp_path / 'demo' / 'mediator.db'}"
    assert demo.mail is None
    assert not real.demo
    assert real.database_url == outside["DATABASE_URL"]
    assert real.mail is not None


def test_the_commands_of_the_demo_refuse_everywhere_else(app: Flask) -> None:
    for command in ("demo", "demo-doors"):
        done = app.test_cli_runner().invoke(args=[command])
        assert done.exit_code == 1
        assert "is no demo" in done.output
