"""Reminders of forms, from the form to the mail: one for each, apart from the other's, and only where it is wanted."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from mediator import jobs
from mediator.cases.door_actions import REMINDER, REMINDER_ASKED_FOR
from mediator.cases.models import Case, Participant
from mediator.cases.terms import CaseState
from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.outbox import Message, MessageState
from mediator.questionnaires import answering, sending
from mediator.questionnaires.models import Assignment, Form
from mediator.questionnaires.reminding import LATE, awake
from mediator.questionnaires.terms import AssignmentState
from tests.factories import Pair
from tests.mailbox import Mailbox
from tests.people import Person
from tests.questionnaires.making import assignments, at, form_of, make, ring

REMINDERS = next(job for job in jobs.JOBS if job.name == "reminders")
MAIL = next(job for job in jobs.JOBS if job.name == "mail")
CLEARING = next(job for job in jobs.JOBS if job.name == "clearing")
#: A noon to come: nobody of the pair (London) sleeps.
NOON = datetime.combine(now().date() + timedelta(days=10), datetime.min.time(), UTC) + timedelta(hours=12)
SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))


def tick(app: Flask, moment: datetime, job: jobs.Job = REMINDERS) -> None:
    """One round of a job at a given time."""
    db.session.rollback()
    assert jobs.tick(app, job, lambda: moment)
    db.session.rollback()


def sent(pair: Pair, *people: uuid.UUID, remind_at: datetime | None = NOON, **values: Any) -> list[uuid.UUID]:
    """A form these people have, due a day after the noon they are reminded at."""
    form = Form(case_id=pair.case, step="5", created_at=now(), created_by=pair.mediator, due_at=NOON + DAY)
    form.title = "Trust"
    db.session.add(form)
    db.session.flush()
    made = []
    for person in people or (pair.a,):
        row = Assignment(**{"case_id": pair.case, "form_id": form.id, "participant_id": person, "sent_at": now(),
                            "due_at": NOON + DAY, "remind_at": remind_at, **values})  # fmt: skip
        db.session.add(row)
        made.append(row)
    db.session.commit()
    return [row.id for row in made]


def row(assignment: uuid.UUID) -> Assignment:
    db.session.rollback()
    found: Assignment = db.session.get_one(Assignment, assignment)
    return found


def change(kind: type, key: uuid.UUID, **values: Any) -> None:
    """Change a row by hand."""
    found: Any = db.session.get_one(kind, key)
    for name, value in values.items():
        setattr(found, name, value)
    db.session.commit()


def messages(template: str = REMINDER) -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(select(Message).where(Message.template == template)))


def verbs(noun: str = "form.remind") -> list[tuple[str, str]]:
    db.session.rollback()
    lines = db.session.execute(
        select(AuditEntry.verb, AuditEntry.actor_kind)
        .where(AuditEntry.verb.startswith(noun))
        .order_by(AuditEntry.number)
    )
    return [(verb, kind) for verb, kind in lines]


# ---- The moment is kept right while a form goes its way


def test_a_form_that_is_sent_has_a_moment_of_its_own_for_each(mediator: Person, pair: Pair) -> None:
    make(mediator, pair, go="send")
    first, second = (one.remind_at for one in assignments())
    due = assignments()[0].due_at
    assert first is not None
    assert second is not None
    assert due is not None
    assert first != second
    for moment in (first, second):
        assert 8 * HOUR <= due - moment <= 36 * HOUR


def test_a_form_that_is_due_tomorrow_has_none(mediator: Person, pair: Pair) -> None:
    soon = (now() + 30 * HOUR).strftime("%Y-%m-%d")
    make(mediator, pair, {"due_date": soon, "due_time": "06:00"}, go="send")
    assert [one.remind_at for one in assignments()] == [None, None]


def test_a_new_due_time_is_a_new_moment(mediator: Person, pair: Pair) -> None:
    make(mediator, pair, go="send")
    before = [one.remind_at for one in assignments()]
    later = (now() + 20 * DAY).strftime("%Y-%m-%d")
    mediator.submit(mediator.get(at(form_of(pair))), {"due_date": later, "due_time": "12:00"}, action="/due")
    for one, old in zip(assignments(), before, strict=True):
        assert old is not None
        assert one.remind_at is not None
        assert one.remind_at > old + 5 * DAY
        assert one.due_at is not None
        assert one.remind_at < one.due_at
    tomorrow = (now() + DAY).strftime("%Y-%m-%d")
    mediator.submit(mediator.get(at(form_of(pair))), {"due_date": tomorrow, "due_time": "06:00"}, action="/due")
    assert [one.remind_at for one in assignments()] == [None, None]


def test_what_was_handed_in_or_withdrawn_is_not_called_to_mind_and_what_is_handed_back_is(
    mediator: Person, pair: Pair
) -> None:
    make(mediator, pair, go="send")
    mediator.submit(mediator.get(at(form_of(pair))), action="/withdraw/B")
    a, b = sorted(assignments(), key=lambda one: one.participant_id != pair.a)
    assert (b.state, b.remind_at) == (AssignmentState.WITHDRAWN, None)
    with ring(pair):
        answering.submit(db.session.get_one(Participant, pair.a), a, {})
        db.session.commit()
        assert row(a.id).remind_at is None
        sending.reopen(db.session.get_one(Case, pair.case), form_of(pair), db.session.get_one(Participant, pair.a))
        db.session.commit()
    assert row(a.id).remind_at is not None


def test_who_was_reminded_once_is_not_again_for_a_new_due_time(mediator: Person, pair: Pair) -> None:
    make(mediator, pair, go="send")
    change(Assignment, assignments()[0].id, reminded_at=now(), remind_at=None)
    later = (now() + 20 * DAY).strftime("%Y-%m-%d")
    mediator.submit(mediator.get(at(form_of(pair))), {"due_date": later, "due_time": "12:00"}, action="/due")
    assert sum(one.remind_at is not None for one in assignments()) == 1


# ---- By itself


def test_each_gets_one_neutral_mail_at_their_own_moment(app: Flask, box: Mailbox, pair: Pair, anyone: Person) -> None:
    (a,) = sent(pair, pair.a)
    (b,) = sent(pair, pair.b, remind_at=NOON + 2 * HOUR)
    tick(app, NOON - SECOND)
    assert messages() == []
    for moment in (NOON, NOON, NOON + MINUTE):
        tick(app, moment)
        tick(app, moment, MAIL)
    assert len(box.letters) == 1
    assert (row(a).reminded_at, row(a).remind_at) == (NOON, None)
    assert row(b).reminded_at is None
    tick(app, NOON + 2 * HOUR)
    tick(app, NOON + 2 * HOUR, MAIL)
    assert len(box.letters) == 2
    first, second = (letter.mail.get_content().splitlines() for letter in box.letters)
    assert (first[0], second[0]) == ("Hello Alex,", "Hello Sam,")
    assert first[1:3] == second[1:3] == ["", "something on your page is waiting for you. This link opens it:"]
    off = "You can switch reminders off on your page, under “Reminders”."
    assert first[-3:] == second[-3:] == [off, "", "Notes"]
    said = " ".join(line for line in first if "/d/" not in line).lower()  # a link is letters of chance
    assert not any(word in said for word in ("sam", "trust", "form", "question", "not yet", "have not", "due", " late"))
    assert {letter.mail["Subject"] for letter in box.letters} == {"A message from Notes"}
    link = next(line for line in first if "/d/" in line).partition("8000")[2]
    assert anyone.submit(anyone.get(link), action="/d/").response.request.path.startswith("/notes")
    assert verbs() == [("form.reminded", "job")] * 2


@pytest.mark.parametrize(
    "person",
    [{"reminders": False}, {"by_mail": False}, {"email_index": None}, {"declined_on": now().date()}],
    ids=["off", "not by mail", "no address", "declined"],
)
def test_whoever_does_not_want_it_or_is_not_reached_by_mail_gets_none(
    app: Flask, box: Mailbox, pair: Pair, person: dict[str, Any]
) -> None:
    (a,) = sent(pair)
    change(Participant, pair.a, **person)
    tick(app, NOON)
    assert messages() == []
    tick(app, NOON + DAY)
    assert (row(a).remind_at, row(a).reminded_at) == (None, None)


@pytest.mark.parametrize(
    "form",
    [
        *({"state": state} for state in AssignmentState if state not in {"sent", "started", "reopened"}),
        {"locked_at": NOON},
        {"reminded_at": NOON},
    ],
    ids=str,
)
def test_a_form_that_is_not_to_do_or_was_called_to_mind_is_left(
    app: Flask, box: Mailbox, pair: Pair, form: dict[str, Any]
) -> None:
    sent(pair, **form)
    tick(app, NOON)
    assert messages() == []


@pytest.mark.parametrize("stop", [{"hold": True}, {"state": CaseState.PAUSED}], ids=["hold", "break"])
def test_a_hold_and_a_break_keep_it_back_and_after_that_the_two_are_not_called_at_once(
    app: Flask, box: Mailbox, pair: Pair, stop: dict[str, Any]
) -> None:
    both = sent(pair, pair.a, pair.b)
    change(Case, pair.case, **stop)
    over = NOON + HOUR
    for moment in (NOON, over):
        tick(app, moment)
        assert messages() == []
        assert [row(one).remind_at for one in both] == [NOON, NOON]
    change(Case, pair.case, hold=False, state=CaseState.ACTIVE)
    tick(app, over)
    assert messages() == []
    first, second = (row(one).remind_at for one in both)
    assert first is not None
    assert second is not None
    assert first != second
    assert over < min(first, second)
    tick(app, max(first, second))
    assert messages(), "and then they go"


@pytest.mark.parametrize("stop", [{"hold": True}, {"state": CaseState.PAUSED}], ids=["hold", "break"])
def test_a_break_that_outlasts_the_due_time_ends_it(app: Flask, box: Mailbox, pair: Pair, stop: dict[str, Any]) -> None:
    (a,) = sent(pair)
    change(Case, pair.case, **stop)
    tick(app, NOON + DAY)
    change(Case, pair.case, hold=False, state=CaseState.ACTIVE)
    tick(app, NOON + DAY)
    assert messages() == []
    assert row(a).remind_at is None
    assert verbs() == [("form.reminder.dropped", "job")]


@pytest.mark.parametrize("over", [CaseState.CLOSED, CaseState.RETENTION, CaseState.ENDED])
def test_a_case_that_is_over_reminds_nobody(app: Flask, box: Mailbox, pair: Pair, over: CaseState) -> None:
    sent(pair)
    change(Case, pair.case, state=over)
    tick(app, NOON)
    assert messages() == []


def test_nobody_is_woken_when_the_process_was_away(app: Flask, box: Mailbox, pair: Pair) -> None:
    night = NOON + 10 * HOUR
    (a,) = sent(pair, remind_at=night - MINUTE, due_at=NOON + 3 * DAY)
    tick(app, night)
    assert messages() == []
    moved = row(a).remind_at
    assert moved is not None
    assert awake(moved, ZoneInfo("Europe/London"))


def test_handed_in_while_the_mail_waits_it_is_not_sent(app: Flask, box: Mailbox, pair: Pair) -> None:
    (a,) = sent(pair)
    tick(app, NOON)
    change(Assignment, a, state=AssignmentState.SUBMITTED)
    tick(app, NOON, MAIL)
    assert [one.state for one in messages()] == [MessageState.CANCELLED]
    assert box.letters == []


def test_what_the_server_did_not_take_in_time_is_taken_back_and_drawn_anew(
    app: Flask, box: Mailbox, pair: Pair
) -> None:
    both = sent(pair, pair.a, pair.b)
    tick(app, NOON)
    box.answer = "451 Not now"
    tick(app, NOON, MAIL)
    box.answer = "250 Taken"
    late = NOON + LATE
    tick(app, late, MAIL)
    assert box.letters == [], "not so late, and not both in one second"
    tick(app, late)
    assert {one.state for one in messages()} == {MessageState.CANCELLED}
    assert len({row(one).remind_at for one in both}) == 2
    for one in sorted(both, key=lambda one: row(one).remind_at or NOON):  # at the later moment both would be due
        moment = row(one).remind_at
        assert moment is not None
        assert row(one).reminded_at is None
        tick(app, moment)
        tick(app, moment, MAIL)
    assert len(box.letters) == 2


def test_without_a_mail_server_nobody_is_asked_to_pass_one_on(app: Flask, pair: Pair, mediator: Person) -> None:
    sent(pair, pair.a, pair.b)
    tick(app, NOON)
    assert messages() == []
    assert "something on your page" not in mediator.get("/work/messages").words


def test_switched_off_or_past_the_due_time_a_waiting_one_is_cleared(app: Flask, box: Mailbox, pair: Pair) -> None:
    sent(pair)
    sent(pair, pair.b)
    tick(app, NOON)
    change(Participant, pair.a, reminders=False)
    tick(app, NOON, CLEARING)
    assert sorted(one.state for one in messages()) == [MessageState.CANCELLED, MessageState.WAITING]
    tick(app, NOON + DAY, CLEARING)
    assert {one.state for one in messages()} == {MessageState.CANCELLED}


# ---- At a mediator's wish


def test_the_mediator_sends_one_at_once_and_no_second_within_a_day(
    app: Flask, box: Mailbox, pair: Pair, mediator: Person
) -> None:
    make(mediator, pair, go="send")
    form = form_of(pair)
    page = mediator.get(at(form))
    done = mediator.submit(page, action="/remind/A")
    assert "A reminder is on its way to Alex." in done.words
    assert "Reminded on" in done.words
    assert "/remind/A" not in done.text
    assert "/remind/B" in done.text
    assert "within the last day" in mediator.submit(page, action="/remind/A").words, "sent twice it goes once"
    (message,) = messages(REMINDER_ASKED_FOR)
    assert (message.recipient_id, message.state) == (pair.a, MessageState.WAITING)
    a = message.subject_id
    assert a is not None
    assert row(a).remind_at is None, "it took the place of the one by itself"
    assert verbs() == [("form.reminder.asked", "staff")]
    change(Assignment, a, reminded_at=now() - DAY - SECOND)
    assert "/remind/A" in mediator.get(at(form)).text


def test_without_a_mail_server_it_waits_under_ready_to_send(pair: Pair, mediator: Person) -> None:
    make(mediator, pair, go="send")
    for one in db.session.scalars(select(Message)):
        one.state = MessageState.PASSED_ON
    db.session.commit()
    done = mediator.submit(mediator.get(at(form_of(pair))), action="/remind/B")
    assert "Pass it on under Ready to send." in done.words
    ready = mediator.get("/work/messages")
    shown = mediator.submit(ready, action="/link")
    assert "something on your page is waiting for you" in shown.text


def test_whoever_does_not_want_reminders_is_not_sent_one_by_hand_either(pair: Pair, mediator: Person) -> None:
    make(mediator, pair, go="send")
    before = mediator.get(at(form_of(pair)))
    change(Participant, pair.a, reminders=False)
    page = mediator.get(at(form_of(pair)))
    assert "/remind/A" not in page.text
    assert "Does not want reminders by email." in page.words
    assert "/remind/B" in page.text
    assert mediator.submit(before, action="/remind/A").status == 409
    assert messages(REMINDER_ASKED_FOR) == []


@pytest.mark.parametrize("stop", [{"hold": True}, {"state": CaseState.PAUSED}, {"state": CaseState.CLOSED}], ids=str)
def test_nobody_is_reminded_by_hand_where_there_is_nothing_to_do(
    pair: Pair, mediator: Person, stop: dict[str, Any]
) -> None:
    make(mediator, pair, go="send")
    change(Case, pair.case, **stop)
    assert "/remind/" not in mediator.get(at(form_of(pair))).text


def test_one_by_hand_waits_for_no_hour_and_goes_after_the_due_time_too(
    app: Flask, box: Mailbox, pair: Pair, mediator: Person
) -> None:
    (a,) = sent(pair, remind_at=None)
    change(Assignment, a, due_at=now() - DAY)
    mediator.submit(mediator.get(at(form_of(pair))), action="/remind/A")
    tick(app, now(), MAIL)
    assert "something on your page" in box.letters[0].text


# ---- The participant's choice


def test_the_page_is_the_same_for_both_whatever_they_have(
    pair: Pair, participant_a: Person, participant_b: Person
) -> None:
    sent(pair, pair.a)
    change(Participant, pair.b, email_index=None, by_mail=False)
    a, b = (person.get("/notes/reminders") for person in (participant_a, participant_b))
    assert a.status == b.status == 200
    assert a.words == b.words
    assert "/notes/reminders" in participant_a.get("/notes/").links()
    assert "/notes/reminders" in participant_b.get("/notes/").links()


def test_off_and_on_again_is_ones_own_choice(
    app: Flask, box: Mailbox, pair: Pair, participant_a: Person, participant_b: Person
) -> None:
    sent(pair, pair.a)
    tick(app, NOON)
    theirs = participant_b.get("/notes/reminders").words
    page = participant_a.get("/notes/reminders")
    assert page.form("/reminders").fields["reminders"] == "on"
    for _again in range(2):
        page = participant_a.submit(page, {"reminders": "off"}, action="/reminders")
        assert "Your choice is saved." in page.words
    assert page.form("/reminders").fields["reminders"] == "off"
    assert [one.state for one in messages()] == [MessageState.CANCELLED]
    assert participant_b.get("/notes/reminders").words == theirs
    assert db.session.get_one(Participant, pair.b).reminders
    assert verbs("participant.reminders") == [("participant.reminders.chosen", "participant")]
    participant_a.submit(page, {"reminders": "on"}, action="/reminders")
    assert db.session.get_one(Participant, pair.a).reminders


@pytest.mark.parametrize("said", ["", "perhaps", "ON"])
def test_a_choice_that_is_none_is_said_at_the_field(pair: Pair, participant_a: Person, said: str) -> None:
    page = participant_a.submit(participant_a.get("/notes/reminders"), {"reminders": said}, action="/reminders")
    assert page.status == 422
    assert "Choose one of the two." in page.words
    assert db.session.get_one(Participant, pair.a).reminders
