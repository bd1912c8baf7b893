"""Reading the practice, its staff, and what was done."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_

from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.tokens import digest, normal_email
from mediator.practice.models import Practice, Staff, StaffLink

#: What participants read as the name of their pages, as one value of any statement.
ALIAS = db.select(Practice.alias).where(Practice.id == 1).scalar_subquery()
_ALIAS = db.select(ALIAS)
#: Where the practice is, likewise: staff read times on its clock.
ZONE = db.select(Practice.zone).where(Practice.id == 1).scalar_subquery()


def practice() -> Practice | None:
    """The practice, or None on an empty instance."""
    return db.session.get(Practice, 1)


def alias() -> str:
    """What participants read as the name of their pages; empty on an empty instance."""
    return db.session.scalar(_ALIAS) or ""


def has_owner() -> bool:
    """Whether somebody owns this instance; until then only the set-up page opens."""
    return db.session.scalar(db.select(Staff.id).where(Staff.is_owner).limit(1)) is not None


def may_come_in(staff: Staff) -> bool:
    """Whether a member of staff still works here, for the sign-in session."""
    return staff.active


def staff(staff_id: uuid.UUID) -> Staff | None:
    """A member of staff, whether or not they may come in."""
    return db.session.get(Staff, staff_id)


def staff_by_email(address: str) -> Staff | None:
    """Whoever has this address, however it is spelled."""
    found: Staff | None = db.session.scalar(db.select(Staff).where(Staff.email == normal_email(address)))
    return found


def everybody() -> Sequence[Staff]:
    """All staff: who may come in first, each by name."""
    return db.session.scalars(db.select(Staff).order_by(Staff.active.desc(), Staff.name, Staff.id)).all()


def set_up_link(token: str) -> StaffLink | None:
    """The open link to the set-up page, as long as nobody has set the instance up."""
    link = _open_link(token)
    if link is None or link.staff_id is not None or has_owner() or practice() is not None:
        return None
    return link


def welcomed(token: str) -> Staff | None:
    """Who may choose a password by this link."""
    link = _open_link(token)
    if link is None or link.staff_id is None:
        return None
    found = staff(link.staff_id)
    return found if found is not None and found.active else None


def _open_link(token: str) -> StaffLink | None:
    """A link neither used nor over. One from the future is none either: the clock went back."""
    at = now()
    link: StaffLink | None = db.session.scalar(
        db.select(StaffLink).where(
            StaffLink.token_hash == digest(token),
            StaffLink.used_at.is_(None),
            StaffLink.made_at <= at,
            StaffLink.expires_at > at,
        )
    )
    return link


def entries(
    *,
    nouns: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int,
) -> Sequence[AuditEntry]:
    """Lines of the audit log, newest first: of these nouns, from `since` to before `until`, older than `before`."""
    wanted = db.select(AuditEntry).order_by(AuditEntry.number.desc()).limit(limit)
    if nouns:
        wanted = wanted.where(
            or_(
                *(AuditEntry.verb == noun for noun in nouns),
                *(AuditEntry.verb.startswith(f"{noun}.") for noun in nouns),
            )
        )
    if since is not None:
        wanted = wanted.where(AuditEntry.at >= since)
    if until is not None:
        wanted = wanted.where(AuditEntry.at < until)
    if before is not None:
        wanted = wanted.where(AuditEntry.number < before)
    return db.session.scalars(wanted).all()


def mediators() -> list[Staff]:
    """Who mediates here and may come in, by name."""
    rows = db.session.scalars(db.select(Staff).where(Staff.is_mediator, Staff.active).order_by(Staff.name, Staff.id))
    return list(rows)
