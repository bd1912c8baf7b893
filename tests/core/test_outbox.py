"""Claim, lease and settle, and sending by them: nothing is lost, sent twice, sent in plain, or `sending` for ever."""

from __future__ import annotations

import ssl
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import false, true

from mediator.core import audit, mail, outbox
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.delivery import Post, Sender, deliver
from mediator.core.errors import Refused
from mediator.core.outbox import LEASE, Message, MessageState
from tests.mailbox import Authority, Mailbox, Served

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def box() -> Mailbox:
    return Mailbox()


@pytest.fixture
def sender(box: Mailbox, authority: Authority) -> Iterator[Sender]:
    server = Served(box, starttls=authority.server)
    server.start()
    yield Sender(server.settings(), authority.client, "notes.example")
    server.stop()


def write(message_id: uuid.UUID) -> mail.Mail:
    """A mail that says which message it is."""
    return mail.Mail(to="alex@people.example", subject="A message from Notes", text=f"{message_id}\n")


POST = Post(needed=true(), ready=true(), write=write)


def put(**values: Any) -> uuid.UUID:
    """A message that waits since nine o'clock."""
    row = Message(**{"template": "door", "recipient_id": uuid.uuid4(), "made_at": AT, "due_at": AT, **values})
    made = row.id
    db.session.add(row)
    db.session.commit()
    return made


def read(message: uuid.UUID) -> Message:
    """The row as it is now."""
    db.session.rollback()
    row: Message = db.session.get_one(Message, message)
    return row


def states() -> set[MessageState]:
    """Every state there is a message in."""
    db.session.rollback()
    return set(db.session.scalars(db.select(Message.state)))


def claim(at: datetime = AT, limit: int = 10, **more: Any) -> list[outbox.Claimed]:
    """Claim and commit."""
    found = outbox.claim(limit, at=at, **more)
    db.session.commit()
    return found


def send(sender: Sender, at: datetime = AT, post: Post = POST) -> int:
    """One round at a given time."""
    return deliver(sender, post, clock=lambda: at)


def test_the_next_try_waits_longer_each_time_for_a_day() -> None:
    pauses = [outbox.pause_after(tries) for tries in range(1, 40)]
    made = [pause for pause in pauses if pause is not None]
    assert [pause / MINUTE for pause in made[:6]] == [1, 5, 15, 60, 60, 60]
    assert set(made[4:]) == {timedelta(hours=1)}
    assert timedelta(days=1) <= sum(made, timedelta()) < timedelta(days=1, hours=1)
    assert pauses[len(made) :] == [None] * (39 - len(made)), "and then it has failed"


def test_a_lease_is_longer_than_sending_one_mail_may_take() -> None:
    assert LEASE > mail.LONGEST


def test_claiming_takes_what_is_due_the_longest_waiting_first_and_once(app: Flask) -> None:
    late, early = put(due_at=AT), put(due_at=AT - MINUTE)
    put(due_at=AT + MINUTE)
    put(state=MessageState.SENT)
    assert outbox.any_due(AT)
    (first,) = claim(limit=1)
    (second,) = claim(limit=5)
    assert (first.id, second.id) == (early, late)
    assert claim() == []
    assert not outbox.any_due(AT)
    assert read(early).state is MessageState.SENDING
    assert read(early).attempts == 1


def test_a_lapsed_lease_is_taken_up_and_the_old_sender_settles_nothing(app: Flask) -> None:
    message = put()
    (old,) = claim()
    assert claim(AT + LEASE - timedelta(seconds=1)) == []
    (new,) = claim(AT + LEASE)
    assert new.attempts == 2
    assert outbox.message_id(new, "notes.example") == outbox.message_id(old, "notes.example")
    outbox.settle_waiting(old, AT)
    outbox.settle_failed(old, AT)
    outbox.settle_dropped(old, AT)
    outbox.give_back(old)
    assert outbox.standing(old, needed=true(), ready=true()) is outbox.Standing.GONE
    db.session.commit()
    assert (read(message).state, read(message).leased_until) == (MessageState.SENDING, new.leased_until)
    outbox.settle_sent(old, AT)  # the server took it: that is so, whoever holds the lease
    db.session.commit()
    assert read(message).state is MessageState.SENT


def test_a_lease_from_the_future_is_taken_up_when_the_clock_went_back(app: Flask) -> None:
    put()
    claim(AT + timedelta(days=1))
    assert len(claim(AT)) == 1


def test_a_lapsed_lease_is_taken_up_even_where_it_may_not_go_now(app: Flask, sender: Sender, box: Mailbox) -> None:
    message = put()
    claim()
    assert send(sender, AT + LEASE, Post(needed=true(), ready=false(), write=write)) == 0
    assert (read(message).state, read(message).attempts) == (MessageState.WAITING, 1)
    assert box.letters == []


def test_where_nobody_sends_any_more_a_lapsed_lease_waits_again(app: Flask) -> None:
    message = put()
    claim()
    assert outbox.give_back_lapsed(AT) == 0
    assert outbox.give_back_lapsed(AT + LEASE) == 1
    db.session.commit()
    assert read(message).state is MessageState.WAITING


def test_two_senders_at_once_send_nothing_twice(app: Flask, sender: Sender, box: Mailbox) -> None:
    messages = {put() for _ in range(40)}
    start, failures = threading.Barrier(4), []

    def round_of_one() -> None:
        with app.app_context():
            start.wait()
            try:
                send(sender)
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=round_of_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(letter.text for letter in box.letters) == sorted(map(str, messages))
    assert states() == {MessageState.SENT}


def test_a_mail_goes_once_with_nothing_open_in_the_database(app: Flask, sender: Sender, box: Mailbox) -> None:
    message = put()
    written: list[uuid.UUID] = []

    def somebody_writes() -> None:
        with app.app_context():
            written.append(put(due_at=AT + timedelta(days=1)))

    box.during = somebody_writes
    audit.act_as(audit.Actor("job"))
    assert send(sender) == 1
    assert send(sender) == 0
    assert len(written) == 1, "a write in the middle of sending had to wait"
    (letter,) = box.letters
    assert letter.secure
    assert letter.mail["Message-ID"] == f"<{message}@notes.example>"
    assert (read(message).state, read(message).done_at, read(message).leased_until) == (MessageState.SENT, AT, None)
    lines = db.session.execute(db.select(audit.AuditEntry.verb, audit.AuditEntry.subject_id)).all()
    assert [tuple(line) for line in lines] == [("message.sent", message)]


def test_one_mail_says_all_that_waits_for_a_person(app: Flask, sender: Sender, box: Mailbox) -> None:
    person = uuid.uuid4()
    both = [put(recipient_id=person), put(recipient_id=person, template="form", subject_id=uuid.uuid4())]
    later = put(recipient_id=person, template="form", due_at=AT + MINUTE)
    assert send(sender) == 1
    assert len(box.letters) == 1
    assert {read(message).state for message in both} == {MessageState.SENT}
    assert read(later).state is MessageState.WAITING


def test_a_certificate_that_does_not_hold_keeps_the_mail_waiting(app: Flask, sender: Sender, box: Mailbox) -> None:
    first, second = put(), put()
    stranger = Sender(sender.server, ssl.create_default_context(), sender.host)
    assert send(stranger) == 0
    assert box.commands == []
    assert sorted(read(m).attempts for m in (first, second)) == [0, 1], "the next would fare no better now"
    assert states() == {MessageState.WAITING}
    assert send(sender, AT + MINUTE) == 2


def test_not_now_waits_and_is_sent_later_as_the_same_mail(app: Flask, sender: Sender, box: Mailbox) -> None:
    message = put()
    box.rcpt = "451 Greylisted"
    send(sender)
    assert (read(message).state, read(message).due_at) == (MessageState.WAITING, AT + MINUTE)
    assert send(sender, AT + timedelta(seconds=59)) == 0
    assert box.commands.count("RCPT") == 1
    send(sender, AT + MINUTE)
    assert read(message).due_at == AT + 6 * MINUTE
    box.rcpt = "250 Yes"
    assert send(sender, AT + 6 * MINUTE) == 1
    assert box.letters[0].mail["Message-ID"] == f"<{message}@notes.example>"


def test_a_server_away_for_a_day_gets_every_mail_once_when_it_is_back(app: Flask, sender: Sender, box: Mailbox) -> None:
    message = put()
    box.answer = "421 Closing"
    at = AT
    while at < AT + timedelta(days=1):
        send(sender, at)
        at = read(message).due_at
    assert read(message).state is MessageState.WAITING
    box.answer = "250 Taken"
    assert send(sender, at) == 1
    assert len(box.letters) == 1


def test_what_waits_for_another_try_goes_at_once_when_somebody_asks_again(
    app: Flask, sender: Sender, box: Mailbox
) -> None:
    """The server is back: nobody waits an hour for it. Asking often while it is away gives nothing up sooner."""
    person = uuid.uuid4()
    outbox.put("door", recipient=person)
    db.session.commit()
    box.answer = "451 Not now"
    for tried in range(40):
        assert send(sender, now()) == 0
        (message,) = db.session.scalars(db.select(Message)).all()
        assert (message.state, message.due_at > now()) == (MessageState.WAITING, True), tried
        assert outbox.put("door", recipient=person, sooner=True) is message
        db.session.commit()
    assert read(message.id).attempts == 1, "the sign that it was tried in vain stays"
    box.answer = "250 Taken"
    assert send(sender, now()) == 1
    assert states() == {MessageState.SENT}


def test_whoever_asks_from_outside_shortens_no_pause_and_keeps_nothing_from_failing(
    app: Flask, sender: Sender, box: Mailbox
) -> None:
    person = uuid.uuid4()
    outbox.put("door", recipient=person)
    db.session.commit()
    box.answer = "451 Not now"
    assert send(sender, now()) == 0
    (message,) = db.session.scalars(db.select(Message)).all()
    due, tried = message.due_at, message.attempts
    assert outbox.put("door", recipient=person) is message
    db.session.commit()
    assert (read(message.id).due_at, read(message.id).attempts) == (due, tried)


def test_asking_again_puts_nothing_off(app: Flask) -> None:
    person, early = uuid.uuid4(), now() - MINUTE
    outbox.put("door", recipient=person, due_at=early)
    db.session.commit()
    again = outbox.put("door", recipient=person)
    assert (again.due_at, again.attempts) == (early, 0)


def test_after_a_day_in_vain_it_has_failed(app: Flask, sender: Sender, box: Mailbox) -> None:
    message = put()
    box.answer = "421 Closing"
    for _ in range(40):
        send(sender, read(message).due_at)
    assert read(message).state is MessageState.FAILED
    assert box.commands.count("DATA") == 28


def test_refused_for_good_has_failed_at_once(app: Flask, sender: Sender, box: Mailbox) -> None:
    message, other = put(), put()
    box.rcpt = "550 No such person"
    assert send(sender) == 0
    assert states() == {MessageState.FAILED}
    assert box.commands.count("RCPT") == 2, "one refusal keeps no other mail back"
    send(sender, AT + timedelta(days=1))
    assert box.commands.count("RCPT") == 2
    assert read(message).done_at == read(other).done_at == AT


def test_a_mail_whose_answer_was_lost_comes_again_as_the_same(app: Flask, sender: Sender, box: Mailbox) -> None:
    message = put()
    box.dies = True
    assert send(sender) == 0
    assert read(message).state is MessageState.WAITING
    box.dies = False
    assert send(sender, AT + MINUTE) == 1
    assert [letter.mail["Message-ID"] for letter in box.letters] == [f"<{message}@notes.example>"] * 2


class Killed(BaseException):
    """What no handler stops, like kill -9."""


def test_a_sender_that_dies_after_claiming_loses_nothing(app: Flask, sender: Sender, box: Mailbox) -> None:
    message = put()

    def dies(_: uuid.UUID) -> mail.Mail:
        raise Killed

    with pytest.raises(Killed):
        send(sender, AT, Post(true(), true(), dies))
    assert read(message).state is MessageState.SENDING
    assert send(sender, AT + MINUTE) == 0
    assert send(sender, AT + LEASE) == 1
    assert [letter.mail["Message-ID"] for letter in box.letters] == [f"<{message}@notes.example>"]
    assert read(message).state is MessageState.SENT


def test_one_message_that_cannot_be_written_keeps_no_other_back(
    app: Flask, sender: Sender, box: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    broken, refused, nowhere, good = (put(due_at=AT - n * MINUTE) for n in (4, 3, 2, 1))

    def some(message_id: uuid.UUID) -> mail.Mail:
        if message_id == broken:
            raise KeyError("private words")
        if message_id == refused:
            raise Refused("This case has ended.")
        return mail.Mail("no address" if message_id == nowhere else "alex@people.example", "A message", "Hello")

    assert send(sender, AT, Post(true(), true(), some)) == 1
    assert [read(m).state for m in (broken, refused, nowhere, good)] == [
        MessageState.WAITING, MessageState.CANCELLED, MessageState.FAILED, MessageState.SENT,
    ]  # fmt: skip
    assert "private words" not in caplog.text
    assert "KeyError" in caplog.text


def test_what_is_not_needed_any_more_is_not_sent(app: Flask, sender: Sender, box: Mailbox) -> None:
    message, about = put(subject_id=uuid.uuid4()), uuid.uuid4()
    send(sender, AT, Post(needed=Message.id != message, ready=true(), write=write))
    assert read(message).state is MessageState.CANCELLED
    under_way = put(subject_id=about)
    (claimed,) = claim()
    outbox.cancel(subject=about)
    db.session.commit()
    assert outbox.standing(claimed, needed=true(), ready=true()) is outbox.Standing.GONE
    db.session.rollback()
    send(sender, AT + LEASE)
    assert read(under_way).state is MessageState.CANCELLED
    assert box.letters == []


def test_asking_stops_between_two_mails(app: Flask, sender: Sender, box: Mailbox) -> None:
    for _ in range(3):
        put()
    asked = iter((False, True))
    assert deliver(sender, POST, clock=lambda: AT, stopping=lambda: next(asked)) == 1
    assert states() == {MessageState.SENT, MessageState.WAITING}
