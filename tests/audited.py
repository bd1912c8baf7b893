"""Every change has an audit line, and none is made by a request that reads: watched over each request of every test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import has_request_context
from sqlalchemy import event
from sqlalchemy.orm import Session

from mediator.core.audit import AuditEntry
from mediator.core.db import writing
from mediator.core.signin import SigninSession
from mediator.exercises.models import OwnWords, TextDraft
from mediator.practice.models import SigninTry

#: Last seen and wrong tries are counters, not changes somebody makes.
COUNTERS: tuple[type, ...] = (SigninSession, SigninTry)
#: What somebody writes for themselves alone: a line would tell that they wrote, and when (docs/decisions/0015, 0016).
UNSAID: tuple[type, ...] = (OwnWords, TextDraft)


class Unaudited(AssertionError):
    """A request changed rows and left no line in the log."""


@contextmanager
def watched() -> Iterator[None]:
    """Raise Unaudited where a request commits changes without an audit line."""

    def note(session: Session, *_: Any) -> None:
        if has_request_context():
            changed = session.info.setdefault("changed", set())
            rows = [*session.new, *(row for row in session.dirty if session.is_modified(row)), *session.deleted]
            if rows and not writing.get():
                raise Unaudited(f"a request that reads changed rows, and they are lost: {rows}")
            changed.update(type(row) for row in rows)

    def settle(session: Session) -> None:
        session.flush()
        changed: set[type] = session.info.pop("changed", set())
        noted = session.info.pop("noted", False)  # the line of this sitting stands already (audit.record_once)
        if changed - set(COUNTERS) - set(UNSAID) and AuditEntry not in changed and not noted:
            raise Unaudited(f"changed without an audit line: {sorted(kind.__name__ for kind in changed)}")

    def forget(session: Session) -> None:
        session.info.pop("changed", None)
        session.info.pop("noted", None)

    event.listen(Session, "before_flush", note)
    event.listen(Session, "before_commit", settle)
    event.listen(Session, "after_rollback", forget)
    try:
        yield
    finally:
        event.remove(Session, "before_flush", note)
        event.remove(Session, "before_commit", settle)
        event.remove(Session, "after_rollback", forget)
