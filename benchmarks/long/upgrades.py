"""Migrations on a database with data: step by step down to the first and up again, every row and word still there."""

from __future__ import annotations

from collections.abc import Iterator

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, inspect, text

from benchmarks.instance import instance
from benchmarks.long.results import Result
from mediator.core.db import close, db

PAIRS = 200
Contents = dict[str, dict[str, list[object]]]


def run() -> Iterator[Result]:
    """Down and up with 200 pairs. At each step everything must be as it was, in every column both sides of it have."""
    with instance(PAIRS) as on:
        steps = _steps(on.app)
        problems: list[str] = []
        before = _contents(on.app)
        rows = sum(len(next(iter(columns.values()), [])) for columns in before.values())
        for revision in [*reversed(steps[:-1]), *steps[1:]]:
            with on.app.app_context():
                going_up = steps.index(revision) > steps.index(_now())
                (upgrade if going_up else downgrade)(revision=revision)
                close()
                with db.engine.connect() as connection:
                    problems += [f"{revision}: {problem}" for problem in _broken(connection)]
            after = _contents(on.app)
            problems += [f"{revision}: {place} changed" for place in _changed(before, after)]
            before = after
    found = f"{len(steps)} steps down and up, {rows} rows: " + ("; ".join(problems) or "nothing lost, nothing changed")
    yield Result("migrations with data", found, not problems)


def _changed(before: Contents, after: Contents) -> list[str]:
    """The columns that both have and that hold something else now."""
    return [
        f"{table}.{column}"
        for table in sorted(before.keys() & after.keys())
        for column in sorted(before[table].keys() & after[table].keys())
        if before[table][column] != after[table][column]
    ]


def _steps(app: Flask) -> list[str]:
    folder = str(app.config["MIGRATIONS"])
    return [step.revision for step in reversed(list(ScriptDirectory(folder).walk_revisions()))]


def _now() -> str:
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def _contents(app: Flask) -> Contents:
    """By table and column everything that stands there, in the order of the rows' keys."""
    with app.app_context(), db.engine.connect() as connection:
        inspector, found = inspect(connection), {}
        for table in inspector.get_table_names():
            if table != "alembic_version":
                names = [column["name"] for column in inspector.get_columns(table)]
                key = ", ".join(inspector.get_pk_constraint(table)["constrained_columns"])
                rows = connection.execute(text(f"SELECT * FROM {table} ORDER BY {key}")).all()  # noqa: S608  our names
                found[table] = {name: [row[place] for row in rows] for place, name in enumerate(names)}
        return found


def _broken(connection: Connection) -> list[str]:
    said = connection.execute(text("PRAGMA integrity_check")).scalar_one()
    orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
    return ([] if said == "ok" else [str(said)]) + ([f"{len(orphans)} orphans"] if orphans else [])
