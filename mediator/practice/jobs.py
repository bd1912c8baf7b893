"""What the jobs process clears for everybody who signs in: sessions that are over, tries nobody counts, old links."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from mediator.core import audit
from mediator.core.db import db
from mediator.core.signin import LONGEST, SigninSession
from mediator.practice import tries
from mediator.practice.models import SigninTry, StaffLink

#: How long a session that is over is kept beyond its longest life, and a link beyond the day on which it stopped
#: opening; that somebody signed in, and that a link was made, stays in the audit log.
KEPT = timedelta(days=30)


def forget_signins(at: datetime) -> int:
    """Delete sessions that ended long ago (all do after twelve hours) and tries that no pause depends on."""
    statements = (
        delete(SigninSession).where(SigninSession.started_at <= at - LONGEST - KEPT).returning(SigninSession.id),
        delete(SigninTry).where(SigninTry.at <= at - tries.KEPT).returning(SigninTry.id),
    )
    gone = sum(
        len(db.session.execute(statement, execution_options={"synchronize_session": False}).all())
        for statement in statements
    )
    if gone:
        audit.record("signin.cleared")
    return gone


def forget_links(at: datetime) -> int:
    """Delete staff's one-time links that stopped opening a month ago, used or not: their hashes go with them."""
    rows = db.session.execute(
        delete(StaffLink).where(StaffLink.expires_at <= at - KEPT).returning(StaffLink.id),
        execution_options={"synchronize_session": False},
    ).all()
    if rows:
        audit.record("staff.link.cleared")
    return len(rows)
