"""The mail with a link to choose another password, where it has not arrived: how it stands, and trying it again.

Nobody but its recipient sees the link. So whoever asked for it sees whether it went, and nothing more.
"""

from __future__ import annotations

from mediator.core import audit, outbox
from mediator.core.db import db
from mediator.core.outbox import Message, MessageState
from mediator.practice.actions import ANOTHER_PASSWORD
from mediator.practice.models import Staff


def unsent(staff: Staff) -> Message | None:
    """The mail that waits, is being sent or has failed; of several the newest."""
    found: Message | None = db.session.scalar(
        db.select(Message)
        .where(
            Message.template == ANOTHER_PASSWORD,
            Message.recipient_id == staff.id,
            Message.state.in_(outbox.UNDER_WAY | outbox.UNSETTLED),
        )
        .order_by(Message.made_at.desc(), Message.id)
        .limit(1)
    )
    return found


def in_vain(message: Message) -> bool:
    """Whether it has failed, or waits after a try that the mail server did not take."""
    return message.state is MessageState.FAILED or (message.state is MessageState.WAITING and message.attempts > 0)


def try_again(staff: Staff) -> bool:
    """Let a mail that was tried in vain go now; any other stays as it is. Returns whether there was one.

    Nothing is asked for anew: who made the link, and which ones open, stays as it was.
    """
    message = unsent(staff)
    if message is None or not in_vain(message):
        return False
    if message.state is MessageState.FAILED:
        outbox.try_again(message)
    else:
        message = outbox.put(ANOTHER_PASSWORD, recipient=staff.id, sooner=True)
    audit.record("message.tried-again", subject=message.id)
    return True
