"""One leader among processes, and the next at once when it dies."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from flask import Flask

from mediator.core.db import db
from mediator.core.leader import Leader

#: Leads until it is killed, and says so.
OTHER = """
import sys
from pathlib import Path
from sqlalchemy import create_engine
from mediator.core.leader import Leader
leader = Leader(create_engine(sys.argv[1]), Path(sys.argv[2]))
print("leads" if leader.acquire() else "busy", flush=True)
sys.stdin.read()
"""


def other(app: Flask, folder: Path) -> subprocess.Popen[str]:
    """Another process that would lead."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    return subprocess.Popen(
        [sys.executable, "-c", OTHER, url, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def says(process: subprocess.Popen[str]) -> str:
    """What it found out."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_the_second_is_told_that_another_leads_until_it_lets_go(app: Flask, tmp_path: Path) -> None:
    with Leader(db.engine, tmp_path) as first, Leader(db.engine, tmp_path) as second:
        assert first.acquire()
        assert not second.acquire()
        assert first.acquire(), "whoever leads stays it"
        assert first.leads()
        assert not second.leads()
        first.release()
        first.release()
        assert second.acquire()
        assert not first.acquire()
    with Leader(db.engine, tmp_path) as third:
        assert third.acquire(), "leaving the block lets go"


def test_the_lock_is_free_at_once_when_its_process_is_killed(app: Flask, tmp_path: Path) -> None:
    process = other(app, tmp_path)
    try:
        assert says(process) == "leads"
        with Leader(db.engine, tmp_path) as leader:
            assert not leader.acquire()
            process.kill()
            process.wait()
            assert _soon(leader)
            late = other(app, tmp_path)
            assert says(late) == "busy"
            late.communicate()
    finally:
        process.kill()
        process.communicate()


def _soon(leader: Leader) -> bool:
    """PostgreSQL notices a closed connection a moment later; each question is a round trip to it."""
    return any(leader.acquire() for _ in range(10_000))


def test_a_leader_whose_connection_is_cut_knows_it_and_may_lead_again(app: Flask, tmp_path: Path) -> None:
    with Leader(db.engine, tmp_path) as leader:
        assert leader.acquire()
        assert leader.leads()
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect() as connection:
                connection.exec_driver_sql("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
            assert not leader.leads()
            assert leader.acquire()
