"""What the jobs process does for cases: writing the mails that carry a door, and clearing links long expired."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, update

from mediator.cases import door_actions, messages
from mediator.cases.models import Case, Door, Participant
from mediator.core import audit, mail
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.outbox import Message

#: How long the hash of a link that no longer opens is kept.
KEPT = timedelta(days=30)


def needed() -> ColumnElement[bool]:
    """Messages whose recipient may still come in: they have not declined, and their case has not ended."""
    return _recipient(Case.state.not_in(door_actions.SHUT), Participant.declined_on.is_(None))


def ready() -> ColumnElement[bool]:
    """Messages that may go by mail now: an address that is safe for them, and neither a hold nor a break.

    Under a hold everything under way stops, and it looks like a break to both (PRODUCT.md): so a break stops it too.
    A way in goes always. It opens only its owner's own pages, and whoever asked for it waits for it. Nothing at all
    goes to somebody who is not reached by mail: the mediator passes it on by the way that is safe.
    """
    return or_(
        and_(Message.template == door_actions.INVITATION, _recipient(*door_actions.BY_MAIL)),
        _recipient(*door_actions.BY_MAIL, *door_actions.GOING_ON),
    )


def _recipient(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    people = db.select(Participant.id).join(Case, Case.id == Participant.case_id).where(*where)
    return Message.recipient_id.in_(people)


def write(message_id: uuid.UUID) -> mail.Mail:
    """The mail of one message with a fresh link, at the moment it is sent.

    Read with a ring that opens directory words: the address. Raises Refused where the person has none, or for a case
    that has ended.
    """
    message = db.session.get_one(Message, message_id)
    address: str | None = db.session.get_one(Participant, message.recipient_id).email
    if address is None:
        raise Refused("There is no email address to send to.")
    composed = messages.compose(message, messages.mint_for(message))
    return mail.Mail(to=address, subject=composed.subject, text=composed.text)


def clear_doors(at: datetime) -> int:
    """Forget the hashes of links that stopped opening a month ago; that there was a door stays."""
    rows = db.session.execute(
        update(Door)
        .where(Door.token_hash.is_not(None), Door.expires_at <= at - KEPT)
        .values(token_hash=None)
        .returning(Door.id),
        execution_options={"synchronize_session": False},
    ).all()
    if rows:
        audit.record("door.cleared")
    return len(rows)
