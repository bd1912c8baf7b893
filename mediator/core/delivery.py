"""Sending what is due: claim, prepare and settle are a transaction each; none is open while the server is spoken to.

Core knows no feature: what may go, what is still needed and what a mail says is handed in as `Post`.
"""

from __future__ import annotations

import logging
import ssl
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_

from mediator.core import mail, outbox
from mediator.core.config import MailServer
from mediator.core.db import db, writing
from mediator.core.errors import Refused
from mediator.core.outbox import Claimed, Standing

#: How many mails one round sends at most, so that a round ends and the next begins with a fresh look.
MOST = 50
Clock = Callable[[], datetime]
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Post:
    """What the features say about messages, over the columns of `outbox.Message`.

    `needed`: what it is about still stands (else it is cancelled). `ready`: it may go now (else it waits). `write`
    makes the mail of one message at the moment it is sent, with its link; it raises Refused where there is nothing to
    send, and Undeliverable where the address is none.
    """

    needed: ColumnElement[bool]
    ready: ColumnElement[bool]
    write: Callable[[uuid.UUID], mail.Mail]


@dataclass(frozen=True)
class Sender:
    """How mail goes out: the server, how its certificate is checked, and the host that message ids name."""

    server: MailServer
    context: ssl.SSLContext
    host: str


@contextmanager
def step(*, writes: bool = True) -> Iterator[None]:
    """One transaction of a job: committed at the end of the block, rolled back when an error is raised."""
    token = writing.set(writes)
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise
    finally:
        writing.reset(token)


def deliver(sender: Sender, post: Post, *, clock: Clock, stopping: Callable[[], bool] = lambda: False) -> int:
    """Send what is due, one after the other, and say how many went. A round ends early where the server is away."""
    with step(writes=False):
        if not outbox.any_due(clock(), ready=post.ready):
            return 0
    sent = 0
    for _ in range(MOST):
        if stopping():
            break
        with step():
            claimed = outbox.claim(1, at=clock(), ready=post.ready)
        if not claimed:
            break
        try:
            sent += _one(sender, post, claimed[0], clock)
        except mail.Unreachable:
            break
    return sent


def _one(sender: Sender, post: Post, claimed: Claimed, clock: Clock) -> bool:
    """Send one claimed message and settle it. Whatever kills the process in between, its lease brings it back."""
    try:
        with step():
            letter, beside = _prepare(post, claimed, clock())
        if letter is None:
            return False
        mail.send(sender.server, letter, outbox.message_id(claimed, sender.host), context=sender.context)
    except Refused:
        _settle(outbox.settle_dropped, claimed, clock)
    except mail.Undeliverable as error:
        log.warning("message %s was refused for good: %s", claimed.id, error)
        _settle(outbox.settle_failed, claimed, clock)
    except mail.NotNow as error:
        log.warning("message %s waits for another try: %s", claimed.id, error)
        _settle(outbox.settle_waiting, claimed, clock)
        if isinstance(error, mail.Unreachable):
            raise
    except Exception as error:
        # One message that cannot be written must not stand in the way of all others.
        log.error("message %s could not be written: %s", claimed.id, type(error).__name__)
        _settle(outbox.settle_waiting, claimed, clock)
    else:
        with step():
            outbox.settle_sent(claimed, clock(), beside=beside)
        return True
    return False


def _settle(how: Callable[[Claimed, datetime], None], claimed: Claimed, clock: Clock) -> None:
    with step():
        how(claimed, clock())


def _prepare(post: Post, claimed: Claimed, at: datetime) -> tuple[mail.Mail | None, list[uuid.UUID]]:
    """The mail to send and what else it settles; None where there is nothing to send now."""
    match outbox.standing(claimed, needed=post.needed, ready=post.ready):
        case Standing.SEND:
            beside = outbox.waiting_beside(claimed, at, needed=and_(post.needed, post.ready))
            return post.write(claimed.id), beside
        case Standing.HOLD_BACK:
            outbox.give_back(claimed)
        case Standing.DROP:
            outbox.settle_dropped(claimed, at)
        case Standing.GONE:
            pass
    return None, []
