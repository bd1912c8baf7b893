"""Who did or read what, without content.

Three ways in: `record` for a change (in the request's own transaction), `reading` for somebody's words about to be read
(committed before they are shown; if that fails the page is refused), `refused` for a refusal (after the rollback).
"""

from __future__ import annotations

import uuid
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, bindparam, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from mediator.core.clock import now
from mediator.core.db import Base, beside, db, writing


@dataclass(frozen=True)
class Actor:
    """Who acts: a member of staff, a participant, the command line, a job, or nobody signed in."""

    kind: str  # "staff", "participant", "command", "job", "nobody"
    id: uuid.UUID | None = None


NOBODY = Actor("nobody")
_actor: ContextVar[Actor] = ContextVar("actor", default=NOBODY)


class AuditEntry(Base):
    """One line of the audit log: ids and a verb, never words. Ordered by its number, not by its time."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_case", "case_id", "number"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[uuid.UUID | None]
    verb: Mapped[str] = mapped_column(String(64))
    case_id: Mapped[uuid.UUID | None]
    subject_id: Mapped[uuid.UUID | None]


_LINE = insert(AuditEntry.__table__)  # type: ignore[arg-type]  # a mapped class has a table

#: The same done to the same by the same since then.
_SAME = (
    select(AuditEntry.number)
    .where(
        AuditEntry.case_id == bindparam("case"),
        AuditEntry.subject_id == bindparam("subject"),
        AuditEntry.verb == bindparam("verb"),
        AuditEntry.actor_id.is_not_distinct_from(bindparam("actor")),
        AuditEntry.at >= bindparam("since"),
    )
    .limit(1)
)


def act_as(actor: Actor) -> None:
    """From here on what happens is this actor's doing."""
    _actor.set(actor)


def actor() -> Actor:
    """Who acts now."""
    return _actor.get()


def _values(verb: str, case: uuid.UUID | None, subject: uuid.UUID | None) -> dict[str, Any]:
    who = _actor.get()
    return {"at": now(), "actor_kind": who.kind, "actor_id": who.id, "verb": verb, "case_id": case,
            "subject_id": subject}  # fmt: skip


def _beside(verb: str, case: uuid.UUID | None, subject: uuid.UUID | None) -> None:
    """One line in a transaction of its own, committed before anything else happens."""
    token = writing.set(True)
    try:
        with beside().begin() as connection:
            connection.execute(_LINE, _values(verb, case, subject))
    finally:
        writing.reset(token)


def record(verb: str, *, case: uuid.UUID | None = None, subject: uuid.UUID | None = None) -> None:
    """Note a change, in the same transaction: either both are there or neither."""
    db.session.add(AuditEntry(**_values(verb, case, subject)))


def record_once(verb: str, *, case: uuid.UUID, subject: uuid.UUID, since: datetime) -> None:
    """Note a change unless the same actor did the same to the same since then: one line per answer and sitting."""
    told = {"case": case, "subject": subject, "verb": verb, "actor": _actor.get().id, "since": since}
    seen = db.session.scalar(_SAME, told)
    if seen is None:
        record(verb, case=case, subject=subject)
    else:
        db.session.info["noted"] = True  # for the watch over every request (tests/audited.py)


def reading(verb: str, *, case: uuid.UUID, subject: uuid.UUID | None = None) -> None:
    """Note that somebody's words are about to be read. Call it before loading them; an error refuses the page."""
    if writing.get():
        record(verb, case=case, subject=subject)
        return
    _beside(verb, case, subject)


def refused(verb: str = "refused") -> None:
    """Note a refusal. Called after the rollback, so that the line stays."""
    if writing.get():
        record(verb)
        return
    _beside(verb, None, None)
