"""The only clock: every time in the application comes from `now()` and is stored in UTC."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present moment, aware, in UTC, to the second."""
    return datetime.now(UTC).replace(microsecond=0)
