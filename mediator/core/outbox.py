"""The outbox: mail is a row written in the request's transaction and sent by the jobs process (or passed on by hand).

A row holds the template and the recipient, never a token and never words: whoever sends it mints the link then. Sending
is three short transactions (claim with a lease, prepare, settle) with none open while the server is spoken to. A lease
that lapsed is claimed again, so that a sender that died loses nothing.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Index, String, and_, not_, or_, true, update
from sqlalchemy.orm import Mapped, mapped_column

from mediator.core import audit
from mediator.core.clock import now
from mediator.core.db import Base, StoredEnum, WithId, db

#: How long a claimed message is its sender's alone. Longer than handing in one mail may take (`mail.LONGEST`).
LEASE = timedelta(minutes=3)
#: After a try that failed the next waits this long, then an hour each time; a day after the first it is the last.
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
A_DAY = timedelta(days=1)


class MessageState(enum.StrEnum):
    """Where a message stands. `passed_on` is sent by the mediator's own hand; `cancelled` was not needed any more."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    PASSED_ON = "passed_on"
    FAILED = "failed"
    CANCELLED = "cancelled"


#: Something over the columns of `Message` that is true of some rows.
Condition = ColumnElement[bool]
#: Not said yet: what a hold, an end or a change of mind still stops.
UNDER_WAY = frozenset({MessageState.WAITING, MessageState.SENDING})
#: Neither said nor given up: what failed waits for the mediator, who tries again or passes it on by hand.
UNSETTLED = frozenset({MessageState.WAITING, MessageState.FAILED})


class Message(WithId, Base):
    """One mail to one recipient. `subject_id` is what it is about (an assignment), for finding it again."""

    __tablename__ = "messages"
    __table_args__ = (
        Index("ix_messages_due", "state", "due_at"),
        Index("ix_messages_recipient", "recipient_id"),
        Index("ix_messages_case", "case_id"),
    )

    template: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[uuid.UUID | None]
    recipient_id: Mapped[uuid.UUID]
    subject_id: Mapped[uuid.UUID | None]
    state: Mapped[MessageState] = mapped_column(StoredEnum(MessageState), default=MessageState.WAITING)
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    @property
    def never_taken(self) -> bool:
        """Of one that failed: the server took it on no try of a day. Else mail to this address was refused for good."""
        return pause_after(self.attempts) is None


@dataclass(frozen=True)
class Claimed:
    """A message that is one sender's until its lease lapses. `attempts` counts this try too."""

    id: uuid.UUID
    case_id: uuid.UUID | None
    recipient_id: uuid.UUID
    attempts: int
    leased_until: datetime


class Standing(enum.Enum):
    """What to do with a claimed message, asked right before it is sent."""

    SEND = enum.auto()
    HOLD_BACK = enum.auto()  # not now: it waits until it may go
    DROP = enum.auto()  # not needed any more
    GONE = enum.auto()  # somebody else settled it meanwhile


def put(
    template: str,
    *,
    recipient: uuid.UUID,
    case: uuid.UUID | None = None,
    subject: uuid.UUID | None = None,
    due_at: datetime | None = None,
    sooner: bool = False,
) -> Message:
    """Write a message that waits. A waiting one of the same kind about the same thing is used again.

    `sooner`: somebody of the practice asks for it, who waits for no pause between two tries. Nobody else shortens
    one: a stranger who asks often would have us call the mail server as often. One that failed makes room for it: it
    is not needed any more.
    """
    alike: Sequence[Message] = db.session.scalars(
        db.select(Message)
        .where(
            Message.template == template,
            Message.recipient_id == recipient,
            Message.subject_id == subject if subject is not None else Message.subject_id.is_(None),
            Message.state.in_(UNSETTLED),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    at = now()
    for one in alike:
        if one.state is MessageState.WAITING:
            if sooner:
                _bring_forward(one, due_at or at)
            return one
        one.state, one.done_at = MessageState.CANCELLED, at
    message = Message(
        template=template, recipient_id=recipient, case_id=case, subject_id=subject, made_at=at, due_at=due_at or at
    )
    db.session.add(message)
    return message


def _bring_forward(message: Message, at: datetime) -> None:
    """Whoever asks again waits for no pause. The try this makes is not counted, or asking often would give up sooner.

    That there were tries in vain stays to be seen.
    """
    if message.due_at > at:
        message.due_at = at
        message.attempts = max(message.attempts - 1, min(message.attempts, 1))


def try_again(message: Message) -> None:
    """Let a message that failed wait once more, as if it had just been written. Any other stays as it is."""
    if message.state is not MessageState.FAILED:
        return
    message.state, message.attempts, message.done_at = MessageState.WAITING, 0, None
    message.made_at = message.due_at = now()


def cancel(*, subject: uuid.UUID | None = None, recipient: uuid.UUID | None = None) -> None:
    """What was to be said about this subject, or to this person, is not needed any more.

    A message that is being sent at this moment may still arrive; one whose sender died is not sent again.
    """
    about = Message.subject_id == subject if subject is not None else Message.recipient_id == recipient
    for message in db.session.scalars(db.select(Message).where(about, Message.state.in_(UNDER_WAY | UNSETTLED))):
        message.state = MessageState.CANCELLED
        message.done_at = now()


def cancel_unneeded(needed: Condition, at: datetime) -> int:
    """Cancel every message that waits or failed and is not needed any more, and say how many there were."""
    return _settle_where(
        MessageState.CANCELLED, at, Message.state.in_(UNSETTLED), not_(needed), verb="message.cancelled"
    )


def any_due(at: datetime, *, ready: Condition | None = None) -> bool:
    """Whether there is anything to send at all: the cheap question of every second."""
    found = db.session.scalar(db.select(Message.id).where(_due(at, LEASE, ready)).limit(1))
    return found is not None


def claim(limit: int, lease: timedelta = LEASE, *, at: datetime, ready: Condition | None = None) -> list[Claimed]:
    """Take up to `limit` due messages, the longest waiting first, for this sender alone until the lease lapses.

    `ready` says which waiting ones may go now; a message whose sender died is taken up whatever it says, so that
    none stays `sending` for ever. Commit before sending. Two senders never get the same one: SQLite has one writer at
    a time, PostgreSQL skips rows that are being claimed.
    """
    due = (
        db.select(Message.id)
        .where(_due(at, lease, ready))
        .order_by(Message.due_at, Message.made_at, Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Message)
        .cte("due")
    )
    rows = db.session.execute(
        update(Message)
        .where(Message.id.in_(db.select(due.c.id)))
        .values(state=MessageState.SENDING, leased_until=at + lease, attempts=Message.attempts + 1)
        .returning(Message.id, Message.case_id, Message.recipient_id, Message.attempts),
        execution_options={"synchronize_session": False},
    ).all()
    return [Claimed(row.id, row.case_id, row.recipient_id, row.attempts, at + lease) for row in rows]


def _due(at: datetime, lease: timedelta, ready: Condition | None) -> Condition:
    """Waiting and due, or left behind by a sender that died (a lease from the future too: the clock went back)."""
    waiting = and_(Message.state == MessageState.WAITING, Message.due_at <= at, true() if ready is None else ready)
    lapsed = or_(Message.leased_until <= at, Message.leased_until > at + lease)
    return or_(waiting, and_(Message.state == MessageState.SENDING, lapsed))


def standing(claimed: Claimed, *, needed: Condition, ready: Condition) -> Standing:
    """What to do with a claimed message now. Between claim and sending a case may have been put on hold or ended."""
    row = db.session.execute(db.select(needed, ready).where(*_held(claimed)).with_for_update(of=Message)).first()
    if row is None:
        return Standing.GONE
    if not row[0]:
        return Standing.DROP
    return Standing.SEND if row[1] else Standing.HOLD_BACK


def waiting_beside(claimed: Claimed, at: datetime, *, needed: Condition) -> list[uuid.UUID]:
    """What else is due for the same person: one mail says it all, since a second link would stop the first."""
    return list(
        db.session.scalars(
            db.select(Message.id).where(
                Message.recipient_id == claimed.recipient_id,
                Message.state == MessageState.WAITING,
                Message.due_at <= at,
                needed,
            )
        )
    )


def settle_sent(claimed: Claimed, at: datetime, *, beside: Sequence[uuid.UUID] = ()) -> None:
    """The server took the mail, and with it what waited beside it. True whatever was decided in between."""
    _settle_where(
        MessageState.SENT,
        at,
        or_(
            and_(Message.id == claimed.id, Message.state.in_(UNDER_WAY | {MessageState.CANCELLED})),
            and_(Message.id.in_(beside), Message.state == MessageState.WAITING),
        ),
        verb="message.sent",
    )


def settle_failed(claimed: Claimed, at: datetime) -> None:
    """The mail cannot be delivered; the mediator reads that on the messages page."""
    _settle_where(MessageState.FAILED, at, *_held(claimed), verb="message.failed")


def settle_dropped(claimed: Claimed, at: datetime) -> None:
    """The message was not needed any more when its turn came."""
    _settle_where(MessageState.CANCELLED, at, *_held(claimed), verb="message.cancelled")


def settle_waiting(claimed: Claimed, at: datetime) -> None:
    """This try was in vain: it waits for the next, or has failed where this was the last."""
    pause = pause_after(claimed.attempts)
    if pause is None:
        settle_failed(claimed, at)
        return
    _update(*_held(claimed), state=MessageState.WAITING, leased_until=None, due_at=at + pause)


def give_back(claimed: Claimed) -> None:
    """It may not go now (a hold, a break): it waits as if it had not been claimed, and no try is counted."""
    _update(*_held(claimed), state=MessageState.WAITING, leased_until=None, attempts=Message.attempts - 1)


def give_back_lapsed(at: datetime) -> int:
    """Let messages wait again whose sender died, where nobody may take them up (mail was switched off since)."""
    return _update(
        Message.state == MessageState.SENDING, Message.leased_until <= at, state=MessageState.WAITING, leased_until=None
    )


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after this many tries in vain: 1, 5, 15, 60 minutes, then hourly; None a day after the first."""
    since = sum(PAUSES[: attempts - 1], timedelta()) + max(0, attempts - 1 - len(PAUSES)) * PAUSES[-1]
    if since >= A_DAY:
        return None
    return PAUSES[min(attempts, len(PAUSES)) - 1]


def message_id(claimed: Claimed, host: str) -> str:
    """The same at every try: a mail that comes twice is known as one."""
    return f"<{claimed.id}@{host}>"


def _held(claimed: Claimed) -> tuple[Condition, ...]:
    """The claimed message while it is still this sender's: a lease taken over by another settles nothing here."""
    return (
        Message.id == claimed.id,
        Message.state == MessageState.SENDING,
        Message.leased_until == claimed.leased_until,
    )


def _settle_where(state: MessageState, at: datetime, *where: Condition, verb: str) -> int:
    rows = db.session.execute(
        update(Message)
        .where(*where)
        .values(state=state, leased_until=None, done_at=at)
        .returning(Message.id, Message.case_id),
        execution_options={"synchronize_session": False},
    ).all()
    for row in rows:
        audit.record(verb, case=row.case_id, subject=row.id)
    return len(rows)


def _update(*where: Condition, **values: object) -> int:
    rows = db.session.execute(
        update(Message).where(*where).values(**values).returning(Message.id),
        execution_options={"synchronize_session": False},
    ).all()
    return len(rows)
