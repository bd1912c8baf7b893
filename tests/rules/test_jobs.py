"""The jobs of the whole application: neutral mails, what stops them, each job done twice, and the process itself."""

from __future__ import annotations

import dataclasses
import os
import re
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, func

from mediator import jobs
from mediator.cases import door_actions
from mediator.cases.doors import DoorKind
from mediator.cases.models import Case, Door, Participant
from mediator.cases.terms import CaseState
from mediator.core import audit, config, outbox, tokens
from mediator.core.clock import as_of, now
from mediator.core.db import Base, db
from mediator.core.delivery import Clock
from mediator.core.outbox import Message, MessageState
from mediator.core.signin import SigninSession
from mediator.exercises.models import HeldWords
from mediator.exercises.terms import Way
from mediator.practice.models import SigninTry, StaffLink
from mediator.questionnaires.models import Assignment, Form
from mediator.questionnaires.terms import TO_DO, AssignmentState
from tests.factories import Pair
from tests.mailbox import Authority, Letter, Mailbox, Served
from tests.people import Person
from tests.rules.world import World, build

MAIL, CLEARING, REPORTS, REMINDERS = jobs.JOBS
ROOT = Path(__file__).parents[2]
TOKEN = re.compile(r"qz\d+[a-z]{3}x")
LINK = re.compile(r"http://127\.0\.0\.1:8000/d/(\S+)")
#: Seconds a process may take to start and do its first round, on a machine that does much else.
PATIENCE = 120.0


@pytest.fixture
def server(authority: Authority) -> Iterator[Served]:
    """A mail server whose mailbox is `server.mailbox`."""
    served = Served(Mailbox(), starttls=authority.server)
    served.start()
    yield served
    served.stop()


@pytest.fixture
def box(app: Flask, server: Served, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """The mailbox behind the application's mail server, whose authority OpenSSL is told of."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    told: config.Config = app.extensions["mediator"]
    app.extensions["mediator"] = dataclasses.replace(told, mail=server.settings())
    return server.mailbox


def tick(app: Flask, job: jobs.Job = MAIL, at: datetime | None = None) -> None:
    """Run one job once, at a given time, and see that it did not fail."""
    db.session.rollback()
    moment = at or now()
    assert jobs.tick(app, job, lambda: moment)


def put(person: uuid.UUID, template: str = door_actions.INVITATION, **values: Any) -> uuid.UUID:
    """A message that waits for a person."""
    case = db.session.get_one(Participant, person).case_id
    made = outbox.put(template, recipient=person, case=case, **values).id
    db.session.commit()
    return made


def state(message: uuid.UUID) -> MessageState:
    """Where a message stands now."""
    db.session.rollback()
    row: Message = db.session.get_one(Message, message)
    return row.state


def change(case: uuid.UUID, **values: Any) -> None:
    """Change a case by hand."""
    row = db.session.get_one(Case, case)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.commit()


def assignment(pair: Pair, where: AssignmentState) -> uuid.UUID:
    """A form of A's in this state."""
    form = Form(case_id=pair.case, step="5", created_at=now(), created_by=pair.mediator)
    form.title = "Trust"
    db.session.add(form)
    db.session.flush()
    row = Assignment(case_id=pair.case, form_id=form.id, participant_id=pair.a, state=where, sent_at=now())
    made = row.id
    db.session.add(row)
    db.session.commit()
    return made


def test_each_mail_holds_nobody_elses_words_and_its_link_opens(app: Flask, box: Mailbox, anyone: Person) -> None:
    world: World = build()
    people = {"a": "A", "b": "B"}
    addresses = {}
    at = now() + timedelta(hours=2)
    for name in people:
        put(world.people[name], door_actions.SOMETHING_TO_ANSWER,
            subject=db.session.scalar(db.select(Assignment.id).where(
                Assignment.participant_id == world.people[name], Assignment.state.in_(TO_DO))))  # fmt: skip
    tick(app, at=at)
    by_person: dict[str, Letter] = {}
    for letter in box.letters:
        (address,) = letter.recipients
        assert letter.mail["To"] == address
        index = tokens.email_index(bytes(range(32)), address)
        person = db.session.scalar(db.select(Participant.id).where(Participant.email_index == index))
        by_person |= {name: letter for name, who in world.people.items() if who == person}
        addresses[address] = person
    assert set(by_person) == {"a", "b", "c", "d"}
    assert len(box.letters) == 4, "a door and a form that wait for one person are one mail"
    called = {c.token: c for c in world.canaries if c.place == "participant.called"}
    for name, letter in by_person.items():
        assert not TOKEN.search(f"{letter.mail['Subject']} {letter.mail['From']} {letter.mail['Message-ID']}")
        mine = [c.token for c in world.canaries if c.person == world.people[name] and c.place == "participant.email"]
        seen = set(TOKEN.findall(letter.text)) | set(TOKEN.findall(letter.raw.decode()))
        assert len(seen & set(called)) == 1, "the greeting names its recipient"
        assert seen - set(called) == set(mine), "beside the address nothing of the case is in it"
        assert letter.mail["Subject"] == by_person["a"].mail["Subject"]
    greeted = [TOKEN.findall(letter.text)[0] for letter in by_person.values()]
    assert len(set(greeted)) == 4, "each is greeted by their own name"
    link = LINK.search(by_person["a"].text)
    assert link is not None
    door = db.session.scalars(db.select(Door).where(Door.token_hash == tokens.digest(link[1]))).one()
    assert (door.kind, door.participant_id) == (DoorKind.MAIL, world.people["a"])
    page = anyone.submit(anyone.get(f"/d/{link[1]}"), action="/d/")
    assert page.response.request.path.startswith("/notes")


def test_a_reminder_holds_nobody_elses_words_and_nothing_of_the_form(app: Flask, box: Mailbox) -> None:
    world: World = build()
    for message in db.session.scalars(db.select(Message)):
        message.state = MessageState.PASSED_ON
    noon = now().replace(hour=12, minute=0) + timedelta(days=3)
    for row in db.session.scalars(db.select(Assignment).where(Assignment.state.in_(TO_DO))):
        row.due_at, row.remind_at = noon + timedelta(days=1), noon
    db.session.commit()
    tick(app, REMINDERS, noon)
    tick(app, at=noon)
    assert len(box.letters) == len(world.people) == 4
    texts = set()
    for letter in box.letters:
        (address,) = letter.recipients
        index = tokens.email_index(bytes(range(32)), address)
        who = db.session.scalar(db.select(Participant.id).where(Participant.email_index == index))
        seen = {c for c in world.canaries if c.token in f"{letter.raw.decode()} {letter.text}"}
        assert {(c.place, c.person) for c in seen} == {("participant.called", None), ("participant.email", who)}
        assert len(seen) == 2
        texts.add(LINK.sub("", TOKEN.sub("", letter.text)))
    assert len(texts) == 1, "the same words for everybody"


def test_what_an_exercise_asks_or_gives_is_announced_in_a_forms_words(app: Flask, box: Mailbox) -> None:
    world: World = build()
    for message in db.session.scalars(db.select(Message)):
        message.state = MessageState.PASSED_ON
    rows = db.session.scalars(db.select(HeldWords)).all()
    for row in rows:
        if row.copy_bytes is None:  # the one that somebody is asked about: they have not answered yet
            row.way, row.answered_at, row.wanted = Way.ASKED, None, None
    held = [(row.receiver_id, row.id) for row in rows]
    db.session.commit()
    with as_of(now()):  # the words name the minute until which a link opens
        for receiver, row_id in held:
            put(receiver, door_actions.SOMETHING_NEW, subject=row_id)
        tick(app)
        form = put(world.people["a"], door_actions.SOMETHING_TO_ANSWER)
        tick(app)
    *letters, of_form = box.letters
    assert len(letters) == len(held) == len(world.people) == 4
    texts = set()
    for letter in letters:
        (address,) = letter.recipients
        index = tokens.email_index(bytes(range(32)), address)
        who = db.session.scalar(db.select(Participant.id).where(Participant.email_index == index))
        seen = {c for c in world.canaries if c.token in f"{letter.raw.decode()} {letter.text}"}
        assert {(c.place, c.person) for c in seen} == {("participant.called", None), ("participant.email", who)}
        texts.add(LINK.sub("", TOKEN.sub("", letter.text)))
    assert state(form) is MessageState.SENT
    texts.add(LINK.sub("", TOKEN.sub("", of_form.text)))
    assert len(texts) == 1, "the same words for everybody, and for a form"


def test_the_log_and_the_database_hold_no_link(
    app: Flask, box: Mailbox, pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    put(pair.a)
    box.answer = "451 Not now"
    tick(app)
    box.answer = "250 Taken"
    tick(app, at=now() + timedelta(minutes=2))
    (letter,) = box.letters
    link = LINK.search(letter.text)
    assert link is not None
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]  # that is the test's server
    assert any("451" in line for line in ours)
    assert not any(link[1] in line or "@people.example" in line for line in ours)
    db.session.rollback()
    rows = [str(row) for table in Base.metadata.tables.values() for row in db.session.execute(table.select())]
    assert len(rows) > 10
    assert not any(link[1] in row for row in rows)


@pytest.mark.parametrize("stop", [{"hold": True}, {"state": CaseState.PAUSED}])
def test_a_hold_keeps_mails_back_like_a_break_until_it_is_lifted(
    app: Flask, box: Mailbox, pair: Pair, stop: dict[str, Any]
) -> None:
    first, second = put(pair.a, door_actions.SOMETHING_TO_ANSWER), put(pair.b, door_actions.SOMETHING_TO_ANSWER)
    change(pair.case, **stop)
    tick(app)
    assert {state(first), state(second)} == {MessageState.WAITING}
    assert db.session.get_one(Message, first).attempts == 0
    tick(app, CLEARING)
    assert {state(first), state(second)} == {MessageState.WAITING}
    assert box.commands == []
    change(pair.case, hold=False, state=CaseState.ACTIVE)
    tick(app)
    assert {state(first), state(second)} == {MessageState.SENT}
    assert len(box.letters) == 2


@pytest.mark.parametrize("stop", [{"hold": True}, {"state": CaseState.PAUSED}])
def test_a_way_in_goes_out_on_a_break_and_under_a_hold_and_takes_nothing_with_it(
    app: Flask, box: Mailbox, pair: Pair, stop: dict[str, Any]
) -> None:
    """A link opens only its owner's own pages. What there is to answer waits, and is announced afterwards."""
    door, form = put(pair.a), put(pair.a, door_actions.SOMETHING_TO_ANSWER)
    change(pair.case, **stop)
    tick(app)
    assert (state(door), state(form)) == (MessageState.SENT, MessageState.WAITING)
    assert len(box.letters) == 1
    change(pair.case, hold=False, state=CaseState.ACTIVE)
    tick(app)
    assert state(form) is MessageState.SENT


def test_whoever_declined_gets_no_mail(app: Flask, box: Mailbox, pair: Pair) -> None:
    """Recorded by hand or in between: what is not needed any more is dropped."""
    message = put(pair.b)
    db.session.get_one(Participant, pair.b).declined_on = now().date()
    db.session.commit()
    tick(app)
    assert box.commands == []
    assert state(message) is MessageState.CANCELLED


def test_a_hold_stops_a_mail_that_was_claimed_already(app: Flask, box: Mailbox, pair: Pair) -> None:
    """Its sender died and the hold came in between; the next one asks again right before it sends."""
    message, at = put(pair.a, door_actions.SOMETHING_TO_ANSWER), now()
    assert len(outbox.claim(1, at=at)) == 1
    db.session.commit()
    change(pair.case, hold=True)
    tick(app, at=at + outbox.LEASE)
    assert state(message) is MessageState.WAITING
    assert box.commands == []


@pytest.mark.parametrize("end", [CaseState.ENDED, CaseState.RETENTION, CaseState.ERASED])
def test_the_end_of_a_case_cancels_its_mails(app: Flask, box: Mailbox, pair: Pair, end: CaseState) -> None:
    message, held = put(pair.a), put(pair.b)
    change(pair.case, state=end)
    tick(app)
    assert state(message) is MessageState.CANCELLED
    change(pair.case, hold=True)
    tick(app, CLEARING)
    assert state(held) is MessageState.CANCELLED
    assert box.commands == []


@pytest.mark.parametrize("where", list(AssignmentState))
def test_a_form_that_is_not_to_do_any_more_is_not_announced(
    app: Flask, box: Mailbox, pair: Pair, where: AssignmentState
) -> None:
    message = put(pair.a, door_actions.SOMETHING_TO_ANSWER, subject=assignment(pair, where))
    tick(app)
    assert state(message) is (MessageState.SENT if where in TO_DO else MessageState.CANCELLED)
    assert len(box.letters) == (1 if where in TO_DO else 0)


@pytest.mark.parametrize("over", ["closed", "locked"])
def test_a_form_that_nobody_may_answer_any_more_is_not_announced_and_a_way_in_is(
    app: Flask, box: Mailbox, pair: Pair, over: str
) -> None:
    """Both go on reading in a closed case: the page they would be called to has nothing to do on it."""
    row = assignment(pair, AssignmentState.SENT)
    form, door = put(pair.a, door_actions.SOMETHING_TO_ANSWER, subject=row), put(pair.b)
    if over == "closed":
        change(pair.case, state=CaseState.CLOSED)
    else:
        db.session.get_one(Assignment, row).locked_at = now()
        db.session.commit()
    tick(app, CLEARING)
    assert (state(form), state(door)) == (MessageState.CANCELLED, MessageState.WAITING)
    tick(app)
    assert (state(door), len(box.letters)) == (MessageState.SENT, 1)


def test_whoever_has_no_address_is_left_to_the_mediator(app: Flask, box: Mailbox, pair: Pair) -> None:
    person = db.session.get_one(Participant, pair.b)
    person.email = person.email_index = None
    message = put(pair.b)
    tick(app)
    assert state(message) is MessageState.WAITING
    assert box.commands == []


def test_without_a_mail_server_messages_wait(app: Flask, pair: Pair) -> None:
    message = put(pair.a)
    tick(app)
    assert (state(message), db.session.get_one(Message, message).attempts) == (MessageState.WAITING, 0)
    assert db.session.scalar(db.select(func.count()).select_from(Door)) == 0


def test_clearing_forgets_what_nobody_needs_and_nothing_else(app: Flask, pair: Pair) -> None:
    at = now()
    old, fresh = at - timedelta(days=40), at - timedelta(days=20)
    for made in (old, fresh):
        db.session.add(
            Door(
                case_id=pair.case,
                participant_id=pair.a,
                kind=DoorKind.MAIL,
                token_hash=os.urandom(32),
                made_at=made,
                expires_at=made + timedelta(days=3),
            )
        )
        db.session.add(
            SigninSession(
                token_hash=os.urandom(32),
                kind="staff",
                person_id=pair.mediator,
                device="",
                started_at=made,
                seen_at=made,
            )
        )
        for used_at in (None, made):
            db.session.add(
                StaffLink(
                    staff_id=pair.mediator,
                    token_hash=os.urandom(32),
                    made_at=made,
                    expires_at=made + timedelta(days=3),
                    used_at=used_at,
                )
            )
    db.session.add_all(SigninTry(account=b"x" * 32, at=at - timedelta(hours=hours)) for hours in (23, 24, 50))
    db.session.commit()
    tick(app, CLEARING, at)
    assert [door.made_at for door in db.session.scalars(db.select(Door)) if door.token_hash] == [fresh]
    assert db.session.scalar(db.select(func.count()).select_from(Door)) == 2, "that there was a door stays"
    assert db.session.scalars(db.select(SigninSession.started_at)).all() == [fresh]
    assert db.session.scalar(db.select(func.count()).select_from(SigninTry)) == 1
    assert db.session.scalars(db.select(StaffLink.made_at)).all() == [fresh, fresh], "used or not"
    lines = db.session.execute(db.select(audit.AuditEntry.verb, audit.AuditEntry.actor_kind)).all()
    assert {tuple(line) for line in lines} == {
        ("door.cleared", "job"),
        ("signin.cleared", "job"),
        ("staff.link.cleared", "job"),
    }


def everything() -> dict[str, list[Any]]:
    """Every row of every table."""
    db.session.rollback()
    tables: dict[str, Table] = dict(Base.metadata.tables)
    return {name: sorted(map(str, db.session.execute(table.select()))) for name, table in tables.items()}


@pytest.mark.parametrize("job", jobs.JOBS, ids=lambda job: job.name)
def test_a_job_done_twice_changes_nothing_the_second_time(app: Flask, box: Mailbox, job: jobs.Job) -> None:
    world = build()
    change(world.other_case, state=CaseState.ENDED)
    at = now() + timedelta(days=60)
    before = everything()
    tick(app, job, at)
    once = everything()
    assert once != before, "it found something to do"
    tick(app, job, at)
    assert everything() == once


def test_an_error_is_told_without_words_and_stops_nothing(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def fails(_: Clock) -> None:
        db.session.add(SigninTry(account=b"x" * 32, at=now()))
        db.session.flush()
        raise ValueError("private words")

    assert not jobs.tick(app, jobs.Job("failing", 1, fails))
    assert "failing" in caplog.text
    assert "ValueError" in caplog.text
    assert "private words" not in caplog.text
    assert db.session.scalar(db.select(func.count()).select_from(SigninTry)) == 0
    assert audit.actor() == audit.NOBODY


@pytest.mark.parametrize(
    ("address", "host"),
    [("https://notes.example", "notes.example"), ("http://127.0.0.1:8000", "[127.0.0.1]"), ("http://[::1]", "[::1]")],
)
def test_message_ids_name_the_public_host(address: str, host: str) -> None:
    assert jobs.host_of(address) == host


def process(app: Flask, server: Served, authority: Authority, folder: Path) -> subprocess.Popen[str]:
    """`flask --app wsgi jobs` on the test's database."""
    instance = {"MEDIATOR_INSTANCE": str(folder)}
    subprocess.run([sys.executable, "-m", "mediator.core.config"], cwd=ROOT, check=True, env=os.environ | instance)
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "jobs"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ
        | instance
        | {
            "DATABASE_URL": app.config["SQLALCHEMY_DATABASE_URI"],
            "MAIL_SERVER": f"127.0.0.1:{server.port}",
            "MAIL_FROM": "notes@practice.example",
            "SSL_CERT_FILE": str(authority.file),
        },
    )


def heard(running: subprocess.Popen[str], word: str) -> bool:
    """Wait until the process says a line with this word."""
    assert running.stderr is not None
    return any(word in line for line in running.stderr)


def test_the_process_sends_ends_when_asked_and_loses_nothing_when_killed(
    app: Flask, box: Mailbox, server: Served, authority: Authority, pair: Pair, tmp_path: Path
) -> None:
    first = put(pair.a)
    db.session.rollback()
    running = process(app, server, authority, tmp_path)
    waiting = None
    try:
        assert box.taken.wait(PATIENCE)
        waiting = process(app, server, authority, tmp_path)
        assert heard(waiting, "Another process does the jobs")
        box.taken.clear()
        box.silent = True  # the next mail is taken and never answered
        second = put(pair.b)
        db.session.rollback()
        assert box.taken.wait(PATIENCE)
        assert state(first) is MessageState.SENT
        running.kill()
        assert heard(waiting, "This process does the jobs")
        assert state(second) is MessageState.SENDING
        waiting.send_signal(signal.SIGTERM)
        assert waiting.wait(PATIENCE) == 0
    finally:
        for one in (running, waiting):
            if one is not None:
                one.kill()
                one.communicate()
    box.silent = False
    tick(app, at=now() + outbox.LEASE)
    assert state(second) is MessageState.SENT
    assert [letter.mail["Message-ID"] for letter in box.letters] == [
        f"<{message}@[127.0.0.1]>" for message in (first, second, second)
    ]


def test_a_mail_that_never_ends_does_not_keep_the_process(
    app: Flask, box: Mailbox, server: Served, authority: Authority, pair: Pair, tmp_path: Path
) -> None:
    box.silent = True
    message = put(pair.a)
    db.session.rollback()
    running = process(app, server, authority, tmp_path)
    try:
        assert box.taken.wait(PATIENCE)
        running.terminate()
        assert running.wait(45) == 0, "it did not wait for the mail server's answer, which takes a minute"
    finally:
        running.kill()
        running.communicate()
    assert state(message) is MessageState.SENDING
