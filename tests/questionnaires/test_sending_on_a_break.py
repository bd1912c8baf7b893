"""What a mediator is told of mails that wait."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask

from mediator.cases.models import Case
from mediator.cases.terms import CaseState
from mediator.core.config import MailServer
from mediator.core.db import db
from tests.factories import Pair
from tests.people import Person
from tests.questionnaires.making import make


def test_what_is_said_of_a_mail_on_a_break_is_true(pair: Pair, app: Flask, mediator: Person) -> None:
    """A mail about a form waits until the break is over, and nobody is told that it is on its way."""
    server = MailServer("mail.example", 587, None, None, "notes@practice.example", True)
    app.extensions["mediator"] = replace(app.extensions["mediator"], mail=server)
    db.session.get_one(Case, pair.case).state = CaseState.PAUSED
    db.session.commit()
    page = make(mediator, pair, go="send")
    assert "It waits until the break is over" in page.words
    assert "on its way" not in page.words
