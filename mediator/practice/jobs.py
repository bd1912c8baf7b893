"""What the jobs process does for staff: clear sessions that are over, tries nobody counts and old links, and write the
mail by which somebody chooses another password.
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, delete, not_

from mediator.core import audit, mail
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.outbox import Message
from mediator.core.signin import LONGEST, SigninSession
from mediator.practice import actions, anew, queries, tries
from mediator.practice.models import SigninTry, Staff, StaffLink

#: How long a session that is over is kept beyond its longest life, and a link beyond the day on which it stopped
#: opening (a used one perhaps longer, see below); that somebody signed in, and that a link was made, stays in the
#: audit log.
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
    """Delete staff's one-time links that stopped opening a month ago, used or not: their hashes go with them.

    A used one stays until whoever it belongs to has read of it (practice/anew.py), however long they are away.
    """
    over = StaffLink.expires_at <= at - KEPT
    theirs = db.select(StaffLink.staff_id).where(over, StaffLink.used_at.is_not(None))
    untold = [one.id for one in db.session.scalars(db.select(Staff).where(Staff.id.in_(theirs))) if anew.unread(one)]
    untold_of = and_(StaffLink.used_at.is_not(None), StaffLink.staff_id.is_not(None), StaffLink.staff_id.in_(untold))
    rows = db.session.execute(
        delete(StaffLink).where(over, not_(untold_of)).returning(StaffLink.id),
        execution_options={"synchronize_session": False},
    ).all()
    if rows:
        audit.record("staff.link.cleared")
    return len(rows)


def needed() -> ColumnElement[bool]:
    """Mails to staff who may come in. They go whatever becomes of a case."""
    there = db.select(Staff.id).where(Staff.active)
    return and_(Message.template == actions.ANOTHER_PASSWORD, Message.recipient_id.in_(there))


def write(message_id: uuid.UUID) -> mail.Mail:
    """The mail of one message to staff with a fresh link, at the moment it is sent."""
    message = db.session.get_one(Message, message_id)
    staff = db.session.get_one(Staff, message.recipient_id)
    token, until = actions.mint_for_mail(staff.id, again=message.attempts > 1), now() + actions.WELCOME_LINK_LASTS
    practice = queries.practice()
    sender = practice.name if practice is not None else ""
    # Not render_template: what pages have in common needs a request, and a job has none.
    text = current_app.jinja_env.get_template("email/staff/another_password.txt").render(
        name=staff.name,
        sender=sender,
        link=f"{current_app.extensions['mediator'].public_url}/welcome/{token}",
        until=until.astimezone(ZoneInfo(staff.zone)).replace(tzinfo=None),
    )
    return mail.Mail(to=staff.email, subject=_("A message from %(sender)s", sender=sender), text=text.strip() + "\n")
