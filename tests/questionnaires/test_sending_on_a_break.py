"""What a mediator is told of a form's mail: on a break it waits, and to some it does not go by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from mediator.cases.models import Case, Participant
from mediator.cases.terms import CaseState
from mediator.core.config import MailServer
from mediator.core.db import db
from tests.factories import Pair
from tests.people import HTML, Page, Person
from tests.questionnaires.making import at as form_at
from tests.questionnaires.making import form_of, make


@pytest.fixture(autouse=True)
def with_mail(app: Flask) -> None:
    """There is a mail server."""
    server = MailServer("mail.example", 587, None, None, "notes@practice.example", True)
    app.extensions["mediator"] = replace(app.extensions["mediator"], mail=server)


def who_gets_it(page: Page) -> list[str]:
    """What stands under each name beside the box that chooses them, A then B."""
    found = [label for label in page.all("label") if label.find(f"{HTML}input[@type='checkbox']") is not None]
    return ["".join(small.itertext()) for label in found for small in label.iter(f"{HTML}small")]


def test_what_is_said_of_a_mail_on_a_break_is_true(pair: Pair, mediator: Person) -> None:
    """A mail about a form waits until the break is over, and nobody is told that it is on its way."""
    db.session.get_one(Case, pair.case).state = CaseState.PAUSED
    db.session.commit()
    page = make(mediator, pair, go="send")
    assert "It waits until the break is over" in page.words
    assert "on its way" not in page.words


def test_before_sending_too(pair: Pair, mediator: Person) -> None:
    db.session.get_one(Case, pair.case).state = CaseState.PAUSED
    db.session.commit()
    make(mediator, pair)
    once = "Gets a mail with a link once the break is over"
    assert who_gets_it(mediator.get(form_at(form_of(pair)))) == [once, once]


def test_a_mail_is_promised_only_to_whom_it_goes_by_itself(pair: Pair, mediator: Person) -> None:
    """Not where the address is not a safe way: there the mediator passes the message on, as the page then says."""
    db.session.get_one(Participant, pair.a).by_mail = False
    db.session.commit()
    make(mediator, pair)
    page = mediator.get(form_at(form_of(pair)))
    assert who_gets_it(page) == ["You pass on a message with a link", "Gets a mail with a link"]
    sent = mediator.submit(page, action="/send")
    ready = [link for link in sent.all("a") if link.get("href") == "/work/messages" and "btn" in link.get("class", "")]
    assert ["".join(link.itertext()) for link in ready] == ["Ready to send Alex"]


def test_nor_to_somebody_without_an_address(pair: Pair, mediator: Person) -> None:
    person = db.session.get_one(Participant, pair.b)
    person.email = person.email_index = None
    db.session.commit()
    make(mediator, pair)
    assert who_gets_it(mediator.get(form_at(form_of(pair))))[1].startswith("No email address here")
