"""Whom mail could harm gets none: nothing leaves for their address, and the mediator passes on what waits."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from flask import Flask

from mediator import jobs
from mediator.cases import door_actions
from mediator.cases.contact import Way
from mediator.cases.models import Case, Participant
from mediator.cases.terms import CaseState
from mediator.core import outbox
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.outbox import Message, MessageState
from tests.cases.test_contact import SENT
from tests.cases.ways_in import address_of, doors_path, waiting
from tests.factories import Pair
from tests.mailbox import Mailbox
from tests.people import Person
from tests.questionnaires.making import make

NOT_BY_MAIL: list[dict[str, str]] = [
    {"way": "call"},
    {"way": "text"},
    {"way": "letter"},
    {"way": "meeting", "place": ""},
    *(
        {"way": "email", "place": "", "message": "yes", "named": "yes"} | said
        for said in (
            {"others": "yes"},
            {"others": "not_sure"},
            {"place": "another@people.example"},
            {"message": "no"},
            {"message": "not_sure"},
            {"named": "no"},
            {"named": "not_sure"},
        )
    ),
]
BY_MAIL: dict[str, str] = {"way": "email", "place": "", "message": "yes", "named": "yes"}


def tick(app: Flask) -> None:
    """Send what is due, as the jobs process does."""
    db.session.rollback()
    moment = now()
    assert jobs.tick(app, next(job for job in jobs.JOBS if job.name == "mail"), lambda: moment)


def put(person: uuid.UUID) -> uuid.UUID:
    """A way in that waits to be sent."""
    case = db.session.get_one(Participant, person).case_id
    made = outbox.put(door_actions.INVITATION, recipient=person, case=case).id
    db.session.commit()
    return made


def state(message: uuid.UUID) -> MessageState:
    """Where a message stands now."""
    db.session.rollback()
    row: Message = db.session.get_one(Message, message)
    return row.state


def say(person: Person, **changes: str) -> None:
    """Give safe contact through the page."""
    page = person.submit(person.get("/notes/contact"), {**SENT, "go": "next", **changes}, action="/contact")
    assert page.status == 200, page.words


def by_mail(participant: uuid.UUID) -> bool:
    db.session.rollback()
    return db.session.get_one(Participant, participant).by_mail


def test_until_somebody_says_otherwise_mail_goes(app: Flask, box: Mailbox, pair: Pair) -> None:
    message = put(pair.a)
    tick(app)
    assert state(message) is MessageState.SENT


@pytest.mark.parametrize("said", NOT_BY_MAIL, ids=lambda said: "-".join(said.values()))
def test_nothing_is_sent_to_an_address_that_is_not_safe(
    app: Flask,
    box: Mailbox,
    pair: Pair,
    mediator: Person,
    participant_a: Person,
    anyone: Person,
    said: dict[str, str],
) -> None:
    """Not an invitation, not a form, not a link they ask for themselves; each waits for the mediator's own hand."""
    say(participant_a, **said)
    assert not by_mail(pair.a)
    mediator.submit(mediator.get(doors_path(pair)), action="/mail")
    address = address_of(pair.a)
    answer = anyone.submit(anyone.get("/new-link"), {"email": address}, action="/new-link")
    other = anyone.submit(anyone.get("/new-link"), {"email": "nobody@people.example"}, action="/new-link")
    assert answer.words == other.words
    make(mediator, pair, {"to.B": None}, go="send")
    put(pair.a)
    tick(app)
    assert box.commands == []
    left = waiting(pair.a)
    assert {message.state for message in left} == {MessageState.WAITING}
    assert {message.template for message in left} == {door_actions.INVITATION, door_actions.SOMETHING_TO_ANSWER}
    assert all(message.attempts == 0 for message in left)


def test_a_message_that_waited_already_stays(app: Flask, box: Mailbox, pair: Pair, participant_a: Person) -> None:
    message = put(pair.a)
    say(participant_a, way="text")
    tick(app)
    assert (state(message), box.commands) == (MessageState.WAITING, [])


def test_the_other_gets_theirs_as_before(app: Flask, box: Mailbox, pair: Pair, participant_a: Person) -> None:
    say(participant_a, way="text")
    message = put(pair.b)
    tick(app)
    assert state(message) is MessageState.SENT


def test_with_email_as_the_safe_way_mail_goes_again(
    app: Flask,
    box: Mailbox,
    pair: Pair,
    mediator: Person,
    participant_a: Person,
) -> None:
    """Not before the mediator has read it: whoever holds the phone could have asked for that."""
    say(participant_a, way="text", place="heron 0187")
    say(participant_a, **BY_MAIL)
    assert not by_mail(pair.a)
    say(participant_a, **BY_MAIL)
    assert not by_mail(pair.a), "said again it waits all the same"
    message = put(pair.a)
    tick(app)
    assert state(message) is MessageState.WAITING
    at = f"/work/cases/{pair.case}/contact/A"
    page = mediator.get(at)
    assert "Ask in the way safe before: Text message heron 0187" in page.words
    mediator.submit(page, action="/contact/A/read")
    tick(app)
    assert state(message) is MessageState.SENT


def test_a_corrected_address_is_not_the_one_they_spoke_of(pair: Pair, mediator: Person, participant_a: Person) -> None:
    say(participant_a, **BY_MAIL)
    assert by_mail(pair.a)
    page = mediator.get(f"/work/cases/{pair.case}/participants/a")
    mediator.submit(page, {"email": "family@people.example"}, action="/participants")
    assert not by_mail(pair.a)


@pytest.mark.parametrize("change", [{"state": CaseState.PAUSED}, {"hold": True}])
def test_what_a_break_keeps_from_mail_is_not_passed_on_by_hand_either(
    pair: Pair, mediator: Person, participant_a: Person, change: dict[str, Any]
) -> None:
    say(participant_a, way="text")
    make(mediator, pair, {"to.B": None}, go="send")
    shown = mediator.get("/work/messages")
    db.session.execute(db.update(Case).values(**change))
    db.session.commit()
    assert "/link" not in mediator.get("/work/messages").text
    assert mediator.submit(shown, action="/link").status == 409
    put(pair.a)
    given = mediator.submit(mediator.get("/work/messages"), action="/link")
    assert re.search(r"/d/[\w-]{43}", given.text)
    assert mediator.submit(given, action="/passed-on").status == 200
    stood = {message.template: message.state for message in waiting(pair.a)}
    assert stood == {
        door_actions.INVITATION: MessageState.PASSED_ON,
        door_actions.SOMETHING_TO_ANSWER: MessageState.WAITING,  # it goes when the break is over
    }
    form = next(message.id for message in waiting(pair.a) if message.template == door_actions.SOMETHING_TO_ANSWER)
    assert mediator.post(f"/work/messages/{form}/passed-on", given.form("/passed-on").fields).status == 409
    assert mediator.submit(given, action="/passed-on").status == 200, "twice is as good as once"
    assert state(form) is MessageState.WAITING
    db.session.execute(db.update(Case).values(hold=False, state=CaseState.ACTIVE))
    db.session.commit()
    given = mediator.submit(mediator.get("/work/messages"), action="/link")
    mediator.submit(given, action="/passed-on")
    assert state(form) is MessageState.PASSED_ON


def test_in_a_closed_case_a_way_in_alone_is_passed_on(pair: Pair, mediator: Person) -> None:
    make(mediator, pair, {"to.B": None}, go="send")
    shown = mediator.get("/work/messages")
    assert "For 1 person" in mediator.get("/work").words
    db.session.execute(db.update(Case).values(state=CaseState.CLOSED))
    db.session.commit()
    assert "/link" not in mediator.get("/work/messages").text
    assert "For 1 person" not in mediator.get("/work").words
    answer = mediator.submit(shown, action="/link")
    assert answer.status == 409
    assert "nothing to answer in it any more" in answer.words
    put(pair.a)
    assert re.search(r"/d/[\w-]{43}", mediator.submit(mediator.get("/work/messages"), action="/link").text)


def test_a_later_no_brings_no_mail_back_before_somebody_has_read_the_first_answer(
    app: Flask,
    box: Mailbox,
    pair: Pair,
    mediator: Person,
    participant_a: Person,
) -> None:
    """Whoever reads along could answer in their place. Only once it is read does a new answer stand alone."""
    say(participant_a, **BY_MAIL, others="yes")
    say(participant_a, **BY_MAIL)
    assert not by_mail(pair.a)
    at = f"/work/cases/{pair.case}/contact/A"
    mediator.submit(mediator.get(at), action="/contact/A/read")
    assert not by_mail(pair.a), "reading alone lets nothing out"
    put(pair.a)
    tick(app)
    assert box.commands == []
    mediator.submit(mediator.get(at), {**SENT, **BY_MAIL}, action="/contact/A")
    assert by_mail(pair.a)


def test_what_waits_is_passed_on_by_hand_and_says_how(
    app: Flask,
    box: Mailbox,
    pair: Pair,
    mediator: Person,
    participant_a: Person,
) -> None:
    say(participant_a, way="text", place="heron 0187")
    sent = mediator.submit(mediator.get(doors_path(pair)), action="/mail")
    assert "goes out now" not in sent.words
    assert "A message for Alex is ready. Pass it on under Ready to send." in sent.words
    made = make(mediator, pair, go="send")
    assert "Ready for Alex. Pass the message on under Ready to send." in made.words
    assert "A mail with a link is on its way to Sam." in made.words
    page = mediator.get("/work/messages")
    assert "Not by email: see how to reach this person." in page.words
    assert f"/work/cases/{pair.case}/contact/A" in page.links()
    assert f"/work/cases/{pair.case}/contact/B" not in page.links()
    assert "heron" not in page.text
    shown = mediator.submit(page, action="/link")
    assert "Not by email: see how to reach this person." in shown.words
    assert re.search(r"/d/[\w-]{43}", shown.text)
    mediator.submit(shown, action="/passed-on")
    assert {message.state for message in waiting(pair.a)} == {MessageState.PASSED_ON}
    tick(app)
    assert [letter.recipients for letter in box.letters] == [[address_of(pair.b)]]


def test_tried_again_it_waits_too(
    app: Flask, box: Mailbox, pair: Pair, mediator: Person, participant_a: Person
) -> None:
    box.rcpt = "550 No such person"
    message = put(pair.a)
    tick(app)
    assert state(message) is MessageState.FAILED
    say(participant_a, way="text")
    box.commands.clear()
    page = mediator.submit(mediator.get("/work/messages"), action="/again")
    assert "Pass it on under Ready to send." in page.words
    tick(app)
    assert (state(message), box.commands) == (MessageState.WAITING, [])


def test_nobody_outside_the_case_reads_that_it_is_not_by_mail(
    pair: Pair, other_mediator: Person, assistant: Person, owner: Person, participant_a: Person
) -> None:
    say(participant_a, way="text", others="yes")
    for page in (
        other_mediator.get("/work/messages"),
        assistant.get(f"/work/cases/{pair.case}"),
        owner.get("/work/audit"),
    ):
        assert "not by email" not in page.words.lower()
    assert Way.TEXT.value not in owner.get("/work/audit").words


def test_the_other_reads_nothing_of_it(pair: Pair, participant_a: Person, participant_b: Person) -> None:
    pages: dict[str, Any] = {path: participant_b.get(path).words for path in ("/notes/", "/notes/contact")}
    say(participant_a, way="text", others="yes", order="yes", speak="yes")
    assert {path: participant_b.get(path).words for path in pages} == pages
