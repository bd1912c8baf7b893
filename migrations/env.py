"""Alembic's environment: each migration runs in one explicit transaction, on SQLite begun with BEGIN IMMEDIATE.

By default an error on SQLite left half the schema behind; with `mediator.core.db.prepare` (isolation_level None
and our own BEGIN) nothing stays.

SQLite changes a table by making it anew and dropping the old one. With foreign keys on, dropping it deletes its rows
first, and ON DELETE CASCADE takes everything along that belongs to them (measured: going down one step emptied the
database). So they are off while migrations run, and each migration is checked before it is committed, as
sqlite.org/lang_altertable.html says.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from sqlalchemy import Connection, text

from mediator.core.db import Base, StoredEnum, UtcDateTime, db


def render_item(kind: str, item: object, autogen_context: object) -> str | bool:
    """Write our column types as the plain ones they are stored as: a migration never imports the application."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, StoredEnum):
        return "sa.String(length=32)"
    return False


class Orphaned(RuntimeError):
    """A migration left rows that belong to nothing. It is rolled back."""


@contextmanager
def without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Switch SQLite's foreign keys off, which works only outside transactions, and on again whatever happens."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101  an open connection has one
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


def check(ctx: object, **_more: object) -> None:
    """After each migration, before it is committed: every row still belongs to something that is there."""
    connection = context.get_bind()
    if connection.dialect.name == "sqlite":
        orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
        if orphans:
            raise Orphaned(f"{len(orphans)} rows of {', '.join(sorted({row[0] for row in orphans}))}")


def run() -> None:
    """Run the migrations on the application's own engine (through flask: `flask --app wsgi db upgrade`)."""
    with db.engine.connect() as connection, without_foreign_keys(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            render_item=render_item,
            compare_type=True,
            transaction_per_migration=True,
            transactional_ddl=True,
            on_version_apply=check,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
