"""The only clock: every time in the application comes from `now()` and is stored in UTC.

It can be set back for a stretch of code, by `as_of`. The demo alone does that, to make a practice with a past.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

#: Years a calendar of ours may hold; beyond them times can't be told in every zone.
YEARS = range(2000, 2101)

#: The moment it is said to be. Its value belongs to one thread's work: no request and no job can meet another's.
_said: ContextVar[datetime | None] = ContextVar("said", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC, to the second."""
    return (_said.get() or datetime.now(UTC)).replace(microsecond=0)


@contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Inside the block it is this past moment, and time stands still.

    Raises ValueError for a time without a zone, and for one to come: nothing has happened there yet.
    """
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    if moment > datetime.now(UTC):
        raise ValueError("nothing has happened yet at a time to come")
    token = _said.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _said.reset(token)
