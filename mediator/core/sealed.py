"""Written words: one descriptor over a binary column, and the ring that says which words a viewer may open.

Format byte 0 is plain UTF-8; 1 is kept for sealed text. The descriptor knows table, column, row, visibility and ring,
so that sealing changes this file and no other. The ring is a second wall behind the queries: a wrong query that loads
somebody else's row yields bytes that this viewer's ring does not open.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NoReturn

from mediator.core.visibility import NOBODY, Viewer, Visibility, may_read

PLAIN = b"\x00"


class RingClosed(Exception):
    """Words were asked for that the present viewer's ring does not open. Pages answer as if nothing were there."""


_viewer: ContextVar[Viewer] = ContextVar("viewer", default=NOBODY)


def viewer() -> Viewer:
    """Whose ring is in use now. Nobody's, unless somebody was let in."""
    return _viewer.get()


def hold_ring(who: Viewer) -> None:
    """From here on this request (or job) reads with this viewer's ring."""
    _viewer.set(who)


@contextmanager
def ring_of(who: Viewer) -> Iterator[None]:
    """Read with this viewer's ring inside the block."""
    token = _viewer.set(who)
    try:
        yield
    finally:
        _viewer.reset(token)


class _Unusable:
    """What a written column is on the class: any use in a query raises."""

    def __init__(self, name: str) -> None:
        self.name = name

    def _refuse(self, *_: Any) -> NoReturn:
        raise TypeError(f"{self.name} holds written words and cannot stand in a query")

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __hash__ = None  # type: ignore[assignment]
    __getattr__ = __clause_element__ = _refuse


class Words:
    """Text of one visibility in a binary column.

    `visibility` is fixed, or the name of the row's attribute that holds it. `person` names the attribute with the
    participant the words belong to (None for the mediator's and for what both may read). The row has `case_id`.
    Reading raises RingClosed where the ring does not open them. Setting needs no ring: who writes need not read.
    """

    def __init__(
        self, column: str, *, visibility: Visibility | str, person: str | None = None, case: str = "case_id"
    ) -> None:
        self.column = column
        self.visibility = visibility
        self.person = person
        self.case = case

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = f"{owner.__name__}.{name}"

    def __get__(self, row: Any, owner: type) -> Any:
        if row is None:
            return _Unusable(self.name)
        stored: bytes | None = getattr(row, self.column)
        if stored is None:
            return None
        visibility, case, person = self.scope(row)
        if not may_read(visibility, case, person, _viewer.get()):
            raise RingClosed(self.name)
        if stored[:1] != PLAIN:
            raise RingClosed(f"{self.name}: unknown format")
        return self.load(stored[1:])

    def __set__(self, row: Any, value: Any) -> None:
        if row.id is None:
            raise TypeError(f"{self.name} was set before its row had an id")
        setattr(row, self.column, None if value is None else PLAIN + self.dump(value))

    def scope(self, row: Any) -> tuple[Visibility, uuid.UUID, uuid.UUID | None]:
        """Which words these are: visibility, case, and the person they belong to."""
        visibility = (
            self.visibility if isinstance(self.visibility, Visibility) else Visibility(getattr(row, self.visibility))
        )
        return visibility, getattr(row, self.case), getattr(row, self.person) if self.person else None

    def dump(self, value: Any) -> bytes:
        """Text to bytes, exactly as typed."""
        if not isinstance(value, str):
            raise TypeError(f"{self.name} takes text")
        return value.encode("utf-8")

    def load(self, stored: bytes) -> Any:
        """Bytes back to the text that went in."""
        return stored.decode("utf-8")


class Document(Words):
    """Words in a small JSON document (answers, copies of questions, frozen copies of openings)."""

    def dump(self, value: Any) -> bytes:
        """Plain values to bytes."""
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")

    def load(self, stored: bytes) -> Any:
        """Bytes back to plain values."""
        return json.loads(stored)


class File(Words):
    """A whole file (a report's PDF) under the same rule as words."""

    def dump(self, value: Any) -> bytes:
        """Bytes as they are."""
        if not isinstance(value, bytes):
            raise TypeError(f"{self.name} takes bytes")
        return value

    def load(self, stored: bytes) -> Any:
        """Bytes as they went in."""
        return stored
