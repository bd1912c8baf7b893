"""One leader among processes: whoever holds the lock ticks, the others wait.

On SQLite the lock is a flock on a file in `instance/` (one machine by definition), on PostgreSQL an advisory lock on a
connection of its own (several machines). Both are free at once when the process dies, however it dies.
"""

from __future__ import annotations

import fcntl
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

LOCK_FILE = "jobs.lock"
#: Advisory locks are numbers, one space per database: "mediator" and "jobs" as two 32-bit halves.
_NUMBERS = {"space": 0x4D656469, "lock": 0x4A6F6273}


class Leader:
    """A candidate for leadership. `acquire` may be asked again and again; leaving the block lets go."""

    def __init__(self, engine: Engine, instance: Path) -> None:
        self._engine = engine
        self._path = instance / LOCK_FILE
        self._file: IO[bytes] | None = None
        self._connection: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def acquire(self) -> bool:
        """Become the leader, or be told that another one is. Whoever leads already stays it. Never waits."""
        if self.leads():
            return True
        return self._lock_database() if self._engine.dialect.name == "postgresql" else self._lock_file()

    def leads(self) -> bool:
        """Whether this process is still the leader. A lost connection loses the lock; a lock on a file is kept."""
        if self._connection is not None:
            try:
                self._connection.execute(text("SELECT 1"))
            except SQLAlchemyError:
                self.release()
        return self._file is not None or self._connection is not None

    def release(self) -> None:
        """Let somebody else lead. Asking twice changes nothing."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._connection is not None:
            connection, self._connection = self._connection, None
            # Where the connection is broken the server lets go by itself.
            with suppress(SQLAlchemyError):
                connection.execute(text("SELECT pg_advisory_unlock(:space, :lock)"), _NUMBERS)
            connection.invalidate()
            connection.close()

    def _lock_file(self) -> bool:
        file = self._path.open("ab")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def _lock_database(self) -> bool:
        try:
            connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        except SQLAlchemyError:
            return False  # nobody leads without a database
        try:
            got = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:space, :lock)"), _NUMBERS))
        except SQLAlchemyError:
            got = False
        if not got:
            connection.close()
            return False
        self._connection = connection
        return True
