"""The database: typed models, UTC times, and the transactions of SQLite and PostgreSQL.

On SQLite a request that writes begins with BEGIN IMMEDIATE and one that reads with BEGIN: a deferred transaction that
later wants to write fails when somebody else wrote in between (measured: 6 to 39 % of saves).
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Dialect,
    Engine,
    Executable,
    Index,
    MetaData,
    Row,
    String,
    Uuid,
    event,
    literal_column,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.types import TypeDecorator

#: Whether the transaction that begins next means to write. Requests set it from their method; all else writes.
writing: ContextVar[bool] = ContextVar("writing", default=True)

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def partial_index(name: str, column: str, where: str) -> Index:
    """An index over few rows, those that something waits for, on both databases; `where` is SQL over columns."""
    return Index(name, column, sqlite_where=text(where), postgresql_where=text(where))


def spelled(value: enum.StrEnum) -> ColumnElement[str]:
    """A value as it stands in SQL, for statements put together once: what never changes is no parameter.

    A statement with two hundred of them took longer to fill in than to run.
    """
    return literal_column(f"'{value.value}'")


def among(column: Any, *values: enum.StrEnum) -> ColumnElement[bool]:
    """Whether a column holds one of these values, spelled out."""
    texts = [spelled(value) for value in sorted(values)]
    found: ColumnElement[bool] = column == texts[0] if len(texts) == 1 else column.in_(texts)
    return found


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC. A naive time is a programming error and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware times go in as UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone reached the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """SQLite forgets the zone; it is UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class StoredEnum(TypeDecorator[enum.StrEnum]):
    """A StrEnum stored by its value."""

    impl = String(32)
    cache_ok = True

    def __init__(self, kind: type[enum.StrEnum]) -> None:
        super().__init__()
        self.kind = kind
        self._members: dict[str | None, enum.StrEnum | None] = {None: None, **{one.value: one for one in kind}}

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Only a member goes in."""
        return None if value is None else self.kind(value).value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], enum.StrEnum | None]:
        """A member comes out. A look-up and nothing around it: a page reads a hundred of them."""
        return self._members.__getitem__


@lru_cache(maxsize=16384)
def _id_of(text: str | None) -> uuid.UUID | None:
    """An id from its text. The same few ids stand in many rows of a page, and making one takes a microsecond."""
    return None if text is None else uuid.UUID(text)


class Id(Uuid[uuid.UUID]):
    """A UUID as SQLAlchemy keeps it, read more quickly where a database (SQLite) keeps it as text."""

    def __init__(self) -> None:
        super().__init__(as_uuid=True)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], uuid.UUID | None] | None:
        """None where the driver gives UUIDs by itself (PostgreSQL)."""
        return None if dialect.supports_native_uuid else _id_of


class Base(DeclarativeBase):
    """Every table: snake_case names given by hand, constraints named by rule (migrations need the names)."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {datetime: UtcDateTime, uuid.UUID: Id()}  # noqa: RUF012  SQLAlchemy reads it so


class WithId:
    """A row whose id is made in Python, before any text of it is set."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)

    def __init__(self, **values: Any) -> None:
        self.id = values.pop("id", None) or uuid.uuid4()
        for name, value in values.items():
            setattr(self, name, value)


#: The name of the second engine (`beside`).
BESIDE = "beside"
db = SQLAlchemy(metadata=Base.metadata)
migrate = Migrate()


def init_app(app: Flask) -> None:
    """Bind the database to the application and set up its engine."""
    app.config["SQLALCHEMY_BINDS"] = {BESIDE: app.config["SQLALCHEMY_DATABASE_URI"]}
    db.init_app(app)
    migrate.init_app(app, db, directory=str(app.config["MIGRATIONS"]), render_as_batch=True)
    with app.app_context():
        for engine in db.engines.values():
            prepare(engine)


def prepare(engine: Engine) -> None:
    """Make an engine keep the rules of this module. PostgreSQL needs none of them."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours, below
        cursor = connection.cursor()
        # What is deleted is overwritten: SQLite else leaves it in the file until something else needs the room.
        overwrite = "secure_delete=ON"
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=10000", overwrite):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.connection.dbapi_connection.execute("BEGIN IMMEDIATE" if writing.get() else "BEGIN")


def beside() -> Engine:
    """The same database by connections of their own, for a small transaction beside the request's.

    From one pool, as many requests as it has connections would each hold one and wait for a second for ever.
    """
    return db.engines[BESIDE]


def close() -> None:
    """Close every connection of this application that nobody holds."""
    for engine in db.engines.values():
        engine.dispose()


def read_rows(statement: Executable, told: Mapping[str, Any] | None = None) -> Sequence[Row[*tuple[Any, ...]]]:
    """Plain rows of named columns in the request's transaction, without the ORM's way to objects: half the time.

    Changes not written yet are written first, as before any other reading.
    """
    db.session.flush()
    return db.session.connection().execute(statement, told).all()


@contextmanager
def short_transaction() -> Iterator[Session]:
    """A small transaction of its own that writes and commits, beside the request's (audit of reading, last seen).

    Only for requests that read: a request that writes already holds the database's one write lock.
    """
    token = writing.set(True)
    try:
        with Session(beside(), expire_on_commit=False) as session, session.begin():
            yield session
    finally:
        writing.reset(token)
