"""What the jobs process clears for everybody who signs in: sessions that are over, and wrong tries nobody counts."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from mediator.core import audit
from mediator.core.db import db
from mediator.core.signin import LONGEST, SigninSession
from mediator.practice import tries
from mediator.practice.models import SigninTry

#: How long a session that is over is kept beyond its longest life; that somebody signed in stays in the audit log.
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
