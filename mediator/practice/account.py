"""One's own account: password, details, sessions. Every change writes its audit line."""

from __future__ import annotations

import uuid

from werkzeug.exceptions import NotFound

from mediator.core import audit, signin
from mediator.core.clock import now
from mediator.practice import passwords, queries, tries
from mediator.practice.models import Staff


def match_password(account: bytes, email: str, password: str) -> Staff | None:
    """Whoever this address and password belong to, or None.

    Unknown, wrong, without a password, disabled and paused are answered alike and take the same time. `account` is
    the address's keyed hash, under which wrong tries are counted.
    """
    at = now()
    staff = queries.staff_by_email(email)
    waits = tries.paused(account, at)
    kept = staff.password_hash if staff is not None and staff.active and not waits else None
    right = passwords.matches(kept, password)
    if staff is None or kept is None or not right:
        if not waits:
            tries.count(account, at)
        audit.record("signin.refused", subject=staff.id if staff is not None else None)
        return None
    tries.forget(account)
    if passwords.outdated(kept):
        staff.password_hash = passwords.hashed(password)
    return staff


def signed_in(staff: Staff) -> None:
    """From here on this request is theirs, and the log says since when."""
    audit.act_as(audit.Actor(signin.STAFF, staff.id))
    audit.record("signin.started")


def change_details(staff: Staff, *, name: str, zone: str) -> None:
    """One's own name and time zone."""
    staff.name, staff.zone = name, zone
    audit.record("staff.details.changed", subject=staff.id)


def change_password(staff: Staff, password: str, *, keep: uuid.UUID) -> None:
    """A new password for oneself; every session but the one to keep ends."""
    staff.password_hash = passwords.hashed(password)
    signin.end_sessions(signin.STAFF, staff.id, but=keep)
    audit.record("staff.password.changed", subject=staff.id)


def read_of_another_password(staff: Staff) -> None:
    """Somebody has read that another password was chosen for them by a link (practice/anew.py)."""
    audit.record("staff.password.read-of", subject=staff.id)


def end_session(staff: Staff, session: uuid.UUID) -> None:
    """End one of one's own sessions. Raises NotFound for anybody else's and for one that is over."""
    row = next((row for row in signin.live_sessions(signin.STAFF, staff.id) if row.id == session), None)
    if row is None:
        raise NotFound
    row.ended_at = now()
    audit.record("signin.ended-elsewhere", subject=staff.id)


def end_other_sessions(staff: Staff, *, keep: uuid.UUID) -> None:
    """End all of one's own sessions but this one."""
    signin.end_sessions(signin.STAFF, staff.id, but=keep)
    audit.record("signin.ended-elsewhere", subject=staff.id)
