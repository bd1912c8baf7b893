"""Whoever is waited for in words for the other hears of it: in the words of a form, and only where one may go."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from mediator import jobs
from mediator.cases.door_actions import SOMETHING_NEW, SOMETHING_TO_ANSWER
from mediator.cases.models import Case, Participant
from mediator.cases.terms import CaseState, Suitability
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.outbox import Message, MessageState
from mediator.exercises.terms import Outcome, Way
from tests.exercises import running
from tests.exercises.holding import NOS, WHAT, YES, Three
from tests.factories import Pair
from tests.mailbox import Letter, Mailbox
from tests.people import Person

MAIL, CLEARING = (next(job for job in jobs.JOBS if job.name == name) for name in ("mail", "clearing"))
WAITING, SENT, CANCELLED = MessageState.WAITING, MessageState.SENT, MessageState.CANCELLED


@pytest.fixture
def three(pair: Pair, mediator: Person, participant_a: Person, participant_b: Person) -> Three:
    """An apology was given to A to write."""
    run = running.start(mediator, pair, "E09", place="home", only="A")
    return Three(pair, mediator, participant_a, participant_b, run)


def tick(app: Flask, job: jobs.Job = MAIL) -> None:
    """One round of a job now."""
    db.session.rollback()
    moment = now()
    assert jobs.tick(app, job, lambda: moment)
    db.session.rollback()


def messages(person: uuid.UUID) -> list[tuple[str, MessageState]]:
    """Every message to somebody: what was called off, what went, and what waits (all within one second)."""
    db.session.rollback()
    rows = db.session.scalars(db.select(Message).where(Message.recipient_id == person))
    order = (CANCELLED, SENT, MessageState.PASSED_ON, WAITING)
    return sorted(((one.template, one.state) for one in rows), key=lambda one: order.index(one[1]))


def change(kind: type, key: uuid.UUID, **values: Any) -> None:
    """Something changed by another way."""
    row: Any = db.session.get_one(kind, key)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.commit()


def bare(letter: Letter, name: str) -> tuple[str, str]:
    """Subject and words of a mail without what differs for everybody: the link, the day it opens until, the name."""
    words = re.sub(r"http\S+|until .*?\.", "", letter.text)
    assert name in words
    return str(letter.mail["Subject"]), words.replace(name, "")


def test_both_kinds_of_message_are_the_same_to_the_letter(app: Flask, box: Mailbox, three: Three) -> None:
    tick(app)
    (form,) = box.letters  # A's, with the form to write on
    three.until("accepted")
    tick(app)
    assert len(box.letters) == 1
    assert messages(three.pair.b) == [], "nobody hears of anything before they are asked"
    three.ask()
    assert messages(three.pair.b) == [(SOMETHING_NEW, WAITING)]
    tick(app)
    asked = box.letters[-1]
    three.answer()
    three.give()
    tick(app)
    given = box.letters[-1]
    assert messages(three.pair.b) == [(SOMETHING_NEW, SENT)] * 2
    assert len(box.letters) == 3
    assert bare(asked, "Sam") == bare(given, "Sam") == bare(form, "Alex")
    for letter in (asked, given):
        assert letter.recipients != form.recipients
        for word in ("Alex", "apolog", "letter", "words", "question", "exercise", WHAT):
            assert word not in f"{letter.mail['Subject']} {letter.text}"
    assert len(messages(three.pair.a)) == 1, "its author hears of none of it"


def test_the_link_in_it_leads_to_the_question(app: Flask, box: Mailbox, three: Three, anyone: Person) -> None:
    three.until("asked")
    tick(app)
    link = re.search(r"http://127\.0\.0\.1:8000(/d/\S+)", box.letters[-1].text)
    assert link is not None
    page = anyone.submit(anyone.get(link[1]), action="/d/")
    assert "Your mediator has a question for you" in page.words


def test_the_author_hears_when_the_words_are_handed_back(app: Flask, box: Mailbox, three: Three) -> None:
    tick(app)
    three.until("asked")
    three.press("hand_back")
    assert messages(three.pair.a) == [(SOMETHING_TO_ANSWER, SENT), (SOMETHING_TO_ANSWER, WAITING)]
    assert messages(three.pair.b) == [(SOMETHING_NEW, CANCELLED)], "the question is gone from B's page"
    tick(app)
    assert messages(three.pair.a)[-1] == (SOMETHING_TO_ANSWER, SENT)
    first, again = box.letters
    assert bare(first, "Alex") == bare(again, "Alex")


def test_pressed_twice_is_one_message(three: Three) -> None:
    three.until("accepted")
    desk = three.desk()
    three.press("ask", desk)
    three.press("ask", desk)
    assert messages(three.pair.b) == [(SOMETHING_NEW, WAITING)]
    three.answer()
    preview = three.mediator.get(three.at("/give"))
    for _ in range(2):
        three.mediator.submit(preview, {"again": "yes", "where": "phone"}, action="/give")
    assert messages(three.pair.b) == [(SOMETHING_NEW, CANCELLED), (SOMETHING_NEW, WAITING)]


# -- where none may go -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["asked", "given"])
@pytest.mark.parametrize("closed", [{"hold": True}, {"state": CaseState.PAUSED}])
def test_a_hold_keeps_it_back_like_a_break(
    app: Flask, box: Mailbox, three: Three, where: str, closed: dict[str, object]
) -> None:
    tick(app)
    three.until(where)
    change(Case, three.pair.case, **closed)
    tick(app)
    tick(app, CLEARING)
    assert messages(three.pair.b)[-1] == (SOMETHING_NEW, WAITING)
    assert len(box.letters) == 1
    change(Case, three.pair.case, hold=False, state=CaseState.ACTIVE)
    tick(app)
    assert messages(three.pair.b)[-1] == (SOMETHING_NEW, SENT)


def test_under_a_hold_the_mediator_does_not_pass_it_on_either(three: Three) -> None:
    three.until("asked")
    assert "B Sam" in three.mediator.get("/work/messages").words
    change(Case, three.pair.case, hold=True)
    assert "B Sam" not in three.mediator.get("/work/messages").words


def test_to_an_address_that_is_not_safe_the_mediator_passes_it_on(app: Flask, box: Mailbox, three: Three) -> None:
    tick(app)
    change(Participant, three.pair.b, by_mail=False)
    three.until("asked")
    tick(app)
    assert len(box.letters) == 1
    assert messages(three.pair.b) == [(SOMETHING_NEW, WAITING)]
    ready = three.mediator.get("/work/messages")
    assert "B Sam A message with a link waits since" in ready.words
    assert "apolog" not in ready.words.lower()
    passed = three.mediator.submit(ready, action="/passed-on")
    assert "B Sam" not in passed.words
    assert messages(three.pair.b) == [(SOMETHING_NEW, MessageState.PASSED_ON)]


def test_without_a_mail_server_it_waits_for_the_mediator(app: Flask, three: Three) -> None:
    three.until("asked")
    tick(app)
    assert messages(three.pair.b) == [(SOMETHING_NEW, WAITING)]
    assert "B Sam A message with a link waits since" in three.mediator.get("/work/messages").words


def test_without_an_address_there_is_none(three: Three) -> None:
    person = db.session.get_one(Participant, three.pair.b)
    person.email = person.email_index = None
    db.session.commit()
    three.until("given")
    assert messages(three.pair.b) == []


@pytest.mark.parametrize("want", [*NOS, "yes"])
def test_what_was_answered_is_not_announced(app: Flask, box: Mailbox, three: Three, want: str) -> None:
    tick(app)
    three.until("asked")
    three.answer(**{**YES, "want": want})
    assert messages(three.pair.b) == [(SOMETHING_NEW, CANCELLED)]
    tick(app)
    assert len(box.letters) == 1


def test_what_was_said_in_person_is_announced_neither_before_nor_after(three: Three) -> None:
    three.until("accepted")
    three.mediator.submit(three.desk(), {"want": "not_now", "know": "no"}, action="/answers")
    assert three.way() is Way.NOT_WANTED
    three.ask()
    assert messages(three.pair.b) == []


@pytest.mark.parametrize("how", ["aloud", "mediator", "paper"])
def test_what_comes_to_no_phone_is_not_announced(three: Three, how: str) -> None:
    three.until("asked")
    three.answer(**{**YES, "how": how})
    assert three.give(where="paper").status == 200
    assert three.way() is Way.DELIVERED
    assert messages(three.pair.b) == [(SOMETHING_NEW, CANCELLED)]


def _stop(three: Three) -> None:
    running.press(three.mediator, three.desk(), "stop")


def _close(three: Three) -> None:
    three.mediator.post(three.at("/steps"), {**three.desk().form("/steps").fields, "do": "close"})


def _finish(three: Three, outcome: Outcome) -> None:
    desk = running.press(three.mediator, three.desk(), "go_on")
    assert three.mediator.submit(desk, {"outcome": outcome.value}, action="/outcome").status == 200


@pytest.mark.parametrize(
    ("where", "act", "left"),
    [
        ("asked", _stop, CANCELLED),
        ("given", _close, CANCELLED),
        ("given", lambda three: _finish(three, Outcome.MEDIATOR), CANCELLED),
        ("given", lambda three: _finish(three, Outcome.DISCARDED), CANCELLED),
        ("given", lambda three: _finish(three, Outcome.JOINT), WAITING),
    ],
)
def test_what_is_over_or_closed_is_not_announced(
    three: Three, where: str, act: Callable[[Three], None], left: MessageState
) -> None:
    three.until(where)
    act(three)
    assert messages(three.pair.b)[-1] == (SOMETHING_NEW, left)


# -- asked once more right before it goes ------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["asked", "given"])
@pytest.mark.parametrize(
    ("changes", "left"),
    [
        ({}, SENT),
        ({"suitability": Suitability.SAFEGUARDS}, CANCELLED),  # an apology is closed then
        ({"suitability": Suitability.NOT_SUITABLE}, CANCELLED),
    ],
)
def test_it_goes_only_while_there_is_something_on_the_page(
    app: Flask, box: Mailbox, three: Three, where: str, changes: dict[str, object], left: MessageState
) -> None:
    three.until(where)
    change(Case, three.pair.case, **changes)
    tick(app)
    assert messages(three.pair.b)[-1] == (SOMETHING_NEW, left)
    db.session.rollback()
    home = three.b.get("/notes/")
    there = "Your mediator has a question" in home.words or "There is something for you to read" in home.words
    assert there is (left is SENT)


def test_a_form_handed_back_on_its_own_page_takes_the_question_along(app: Flask, box: Mailbox, three: Three) -> None:
    three.until("asked")
    form = running.state(three.run).stages[0].form_id
    page = three.mediator.get(f"/work/cases/{three.pair.case}/forms/{form}")
    assert three.mediator.submit(page, action="/reopen").status == 200
    tick(app)
    assert messages(three.pair.b) == [(SOMETHING_NEW, CANCELLED)]
    assert "has a question" not in three.b.get("/notes/").words
