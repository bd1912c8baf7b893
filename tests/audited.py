"""Every change has an audit line, and none is made by a request that reads: watched over each request of every test."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import has_request_context
from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from mediator.core.audit import AuditEntry
from mediator.core.db import writing
from mediator.core.live import Channel
from mediator.core.signin import SigninSession
from mediator.exercises.models import OwnWords, TextDraft
from mediator.practice.models import SigninTry
from mediator.questionnaires.models import AssignmentQuestion

log = logging.getLogger(__name__)

#: Last seen and wrong tries are counters, not changes somebody makes.
COUNTERS: tuple[type, ...] = (SigninSession, SigninTry)
#: Counted up with what it counts, whose own change has the line; where the number does not fit, nothing is changed.
REVISIONS: tuple[type, ...] = (AssignmentQuestion, Channel)
#: What somebody writes for themselves alone: a line would tell that they wrote, and when (docs/decisions/0015, 0016).
UNSAID: tuple[type, ...] = (OwnWords, TextDraft)


class Unmapped:
    """What a statement changed that names no class of ours."""


class Unaudited(AssertionError):
    """A request changed rows and left no line in the log.

    It says so in the test's log, too: the page that answers tells nobody what an error says.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        log.error(what)


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

    def execute(state: ORMExecuteState) -> None:
        """A statement that changes rows past the unit of work: `update`, `delete` and `insert` that are executed."""
        if has_request_context() and (state.is_insert or state.is_update or state.is_delete):
            mapper = state.bind_mapper
            kind = mapper.class_ if mapper is not None else Unmapped
            if not writing.get():
                raise Unaudited(f"a request that reads changed rows, and they are lost: {state.statement}")
            state.session.info.setdefault("changed", set()).add(kind)

    def settle(session: Session) -> None:
        session.flush()
        changed: set[type] = session.info.pop("changed", set())
        noted = session.info.pop("noted", False)  # the line of this sitting stands already (audit.record_once)
        if changed - {*COUNTERS, *REVISIONS, *UNSAID} and AuditEntry not in changed and not noted:
            raise Unaudited(f"changed without an audit line: {sorted(kind.__name__ for kind in changed)}")

    def forget(session: Session) -> None:
        session.info.pop("changed", None)
        session.info.pop("noted", None)

    event.listen(Session, "before_flush", note)
    event.listen(Session, "do_orm_execute", execute)
    event.listen(Session, "before_commit", settle)
    event.listen(Session, "after_rollback", forget)
    try:
        yield
    finally:
        event.remove(Session, "before_flush", note)
        event.remove(Session, "do_orm_execute", execute)
        event.remove(Session, "before_commit", settle)
        event.remove(Session, "after_rollback", forget)
