"""The watch over every request notices a change without an audit line (it runs in every test, `tests/audited.py`)."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import delete, update

from mediator.cases.models import Case
from mediator.core import audit
from mediator.core.db import Base, db, writing
from tests.audited import Unaudited
from tests.factories import Pair


def test_a_change_without_a_line_is_noticed(app: Flask, pair: Pair) -> None:
    with app.test_request_context():
        db.session.get_one(Case, pair.case).hold = True
        with pytest.raises(Unaudited):
            db.session.commit()
    db.session.rollback()


def test_a_statement_without_a_line_is_noticed(app: Flask, pair: Pair) -> None:
    """What is executed goes past the unit of work, and is a change all the same."""
    for statement in (
        update(Case).values(hold=True),
        delete(Case),
        update(Base.metadata.tables["cases"]).values(hold=True),
    ):
        with app.test_request_context():
            db.session.execute(statement)
            with pytest.raises(Unaudited):
                db.session.commit()
        db.session.rollback()
    token = writing.set(False)
    try:
        with app.test_request_context(), pytest.raises(Unaudited, match="reads"):
            db.session.execute(update(Case).values(hold=True))
    finally:
        db.session.rollback()
        writing.reset(token)
    assert not db.session.get_one(Case, pair.case).hold


def test_a_change_with_its_line_passes(app: Flask, pair: Pair) -> None:
    with app.test_request_context():
        db.session.get_one(Case, pair.case).hold = True
        audit.record("case.hold.set", case=pair.case)
        db.session.commit()
    assert db.session.get_one(Case, pair.case).hold


def test_reading_somebodys_words_is_noted_before_it_is_shown(app: Flask, pair: Pair) -> None:
    """If the line cannot be written, the page is refused."""
    from sqlalchemy import text

    from tests.people import Person

    mediator = Person(app).sign_in(pair.mediator_email)
    db.session.execute(text("DROP TABLE audit_entries"))
    db.session.commit()
    page = mediator.client.get(f"/work/cases/{pair.case}/read-first")
    assert page.status_code in {500, 503}
