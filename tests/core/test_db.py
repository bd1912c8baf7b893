"""Transactions: a request that writes holds the lock from its beginning, and an error leaves nothing behind."""

from __future__ import annotations

import threading
import uuid
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import StatementError

from mediator.app import create_app
from mediator.cases.models import Case
from mediator.core import audit
from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import close, db, writing
from tests.conftest import config
from tests.factories import Pair, make_case, make_practice, make_staff


def test_many_writers_lose_no_update(app: Flask, tmp_path: Path) -> None:
    """Fifty read-modify-writes of one row over five threads: on SQLite none fails and none is lost."""
    make_practice()
    case = make_case(make_staff("mediator"), zone="0")
    case_id, url = case.id, app.config["SQLALCHEMY_DATABASE_URI"]
    db.session.commit()
    errors: list[Exception] = []

    def write(other: Flask) -> None:
        with other.app_context():
            try:
                for _ in range(10):
                    row = db.session.get_one(Case, case_id, with_for_update=True)
                    row.zone = str(int(row.zone) + 1)
                    db.session.commit()
            except Exception as error:
                errors.append(error)
            finally:
                db.session.remove()
                close()

    # The applications are made one after another: Python 3.11 cannot compile in several threads at once.
    threads = [threading.Thread(target=write, args=[create_app(config(tmp_path, url))]) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    db.session.expire_all()
    assert db.session.get_one(Case, case_id).zone == "50"


def test_a_time_without_a_zone_is_refused(pair: Pair) -> None:
    case = db.session.get_one(Case, pair.case)
    case.created_at = datetime(2026, 3, 12, 10, 0)  # noqa: DTZ001  the mistake itself
    with pytest.raises(StatementError, match="without a zone"):
        db.session.commit()
    db.session.rollback()


def test_times_come_back_in_utc(pair: Pair) -> None:
    case = db.session.get_one(Case, pair.case)
    case.created_at = datetime(2026, 7, 12, 10, 0, tzinfo=timezone(timedelta(hours=2)))
    db.session.commit()
    db.session.expire_all()
    assert db.session.get_one(Case, pair.case).created_at == datetime(2026, 7, 12, 8, 0, tzinfo=UTC)
    assert now().tzinfo is UTC


def test_a_line_of_the_log_waits_for_nobody_who_waits_for_one_himself(app: Flask) -> None:
    """As many pages at once as there are connections hold one each, and each needs a second one for its line."""
    db.session.remove()
    with ExitStack() as held:
        pool = db.engine.pool
        for _ in range(pool.size() + pool._max_overflow):  # type: ignore[attr-defined]  # what a full pool is
            held.enter_context(db.engine.connect())
        token = writing.set(False)
        try:
            audit.reading("case.read", case=uuid.uuid4())
        finally:
            writing.reset(token)
    assert db.session.scalars(db.select(AuditEntry.verb)).all()[-1] == "case.read"
