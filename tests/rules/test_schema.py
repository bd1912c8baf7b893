"""Migrations go up, down and up again, and end where the models are."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from mediator.core.db import Base, db


def test_migrations_lead_to_the_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    assert len(Base.metadata.tables) > 10


def test_partial_indexes_hold_the_rows_the_models_say(app: Flask) -> None:
    """A condition is compared by nothing else, and a statement that asks for other rows finds no index."""
    if db.engine.dialect.name != "sqlite":
        return  # PostgreSQL writes conditions its own way
    conditions = {
        index.name: str(where)
        for table in Base.metadata.tables.values()
        for index in table.indexes
        if (where := index.dialect_kwargs.get("sqlite_where")) is not None
    }
    assert len(conditions) > 3
    for name, where in conditions.items():
        made = db.session.scalar(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name})
        assert str(made).endswith(f"WHERE {where}")


def test_migrations_go_down_and_up_again(app: Flask) -> None:
    before = set(inspect(db.engine).get_table_names())
    db.session.remove()
    downgrade(revision="base")
    assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
    upgrade()
    assert set(inspect(db.engine).get_table_names()) == before
