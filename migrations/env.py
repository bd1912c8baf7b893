"""Alembic's environment: each migration runs in one explicit transaction, on SQLite begun with BEGIN IMMEDIATE.

By default an error on SQLite left half the schema behind; with `mediator.core.db.prepare` (isolation_level None
and our own BEGIN) nothing stays.
"""

from __future__ import annotations

from alembic import context

from mediator.core.db import Base, StoredEnum, UtcDateTime, db


def render_item(kind: str, item: object, autogen_context: object) -> str | bool:
    """Write our column types as the plain ones they are stored as: a migration never imports the application."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, StoredEnum):
        return "sa.String(length=32)"
    return False


def run() -> None:
    """Run the migrations on the application's own engine (through flask: `flask --app wsgi db upgrade`)."""
    with db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
            transaction_per_migration=True,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
