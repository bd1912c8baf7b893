"""Another password chosen by a link that somebody else made: what the person it belongs to is told.

A link opens for whoever holds it, and where no mail goes out that is the owner first. So who made one, and that another
password was chosen with it, is said to the person at every sign-in until they have read it, and stays with their
details while a link made later is kept: a used one at least until they have read it (practice/jobs.py). It is read from
the log, which nobody changes.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from mediator.core import signin
from mediator.core.audit import AuditEntry
from mediator.core.db import db
from mediator.practice.models import Staff, StaffLink

#: The first link is made with the person. The log is asked only where there is one that was made later.
WITH_THE_PERSON = timedelta(minutes=1)
_CHOSEN, _READ, _MADE = "staff.password.chosen", "staff.password.read-of", "staff.link.made-anew"


@dataclass(frozen=True)
class Anew:
    """When another password was chosen, and who made the link for it: a name, or none for the command line."""

    at: datetime
    by: str | None
    read: bool


def of(staff: Staff) -> Anew | None:
    """The last time another password was chosen by a link that somebody else made, or None where that never was."""
    later = StaffLink.made_at > staff.created_at + WITH_THE_PERSON
    if db.session.scalar(db.select(StaffLink.id).where(StaffLink.staff_id == staff.id, later).limit(1)) is None:
        return None
    chosen = _last(staff.id, _CHOSEN)
    made = _last(staff.id, _MADE, before=chosen.number) if chosen is not None else None
    if chosen is None or made is None or made.actor_id == staff.id:
        return None
    return Anew(chosen.at, _name(made), _last(staff.id, _READ, after=chosen.number) is not None)


def unread(staff: Staff) -> bool:
    """Whether there is such a time, and they have not read of it yet."""
    another = of(staff)
    return another is not None and not another.read


def _last(staff: uuid.UUID, verb: str, *, before: int | None = None, after: int | None = None) -> AuditEntry | None:
    wanted = db.select(AuditEntry).where(
        AuditEntry.case_id.is_(None), AuditEntry.subject_id == staff, AuditEntry.verb == verb
    )
    if before is not None:
        wanted = wanted.where(AuditEntry.number < before)
    if after is not None:
        wanted = wanted.where(AuditEntry.number > after)
    found: AuditEntry | None = db.session.scalar(wanted.order_by(AuditEntry.number.desc()).limit(1))
    return found


def _name(made: AuditEntry) -> str | None:
    if made.actor_kind != signin.STAFF or made.actor_id is None:
        return None
    return db.session.get_one(Staff, made.actor_id).name
