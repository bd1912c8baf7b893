"""The machine's administrator lets somebody in again who forgot the password and whom no mail reaches."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import Result
from flask import Flask

from mediator.core import audit, outbox
from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.outbox import Message, MessageState
from mediator.practice import actions
from mediator.practice.models import Staff, StaffLink
from tests.factories import make_practice, make_staff
from tests.people import Person

NOBODY = "Nobody who works here and may come in has this address."


@pytest.fixture
def noor(app: Flask) -> Staff:
    """The only owner of a practice, who works there alone."""
    make_practice()
    return make_staff("owner", name="Noor Haddad", email="noor@practice.example", is_mediator=True)


def ask(app: Flask, address: str) -> Result:
    """Run the command for an address."""
    done = app.test_cli_runner().invoke(args=["staff-link", address])
    db.session.rollback()
    return done


def test_an_owner_who_forgot_their_password_gets_a_link_from_the_command_line(
    app: Flask, noor: Staff, anyone: Person
) -> None:
    assert "and so can whoever looks after the machine" in anyone.get("/sign-in").words
    done = ask(app, " Noor@Practice.example")
    assert done.exit_code == 0
    assert noor.name not in done.output
    path = done.output.split()[-1].removeprefix("http://127.0.0.1:8000")
    page = anyone.submit(anyone.get(path), {"password": "four words that differ", "again": "four words that differ"})
    assert page.response.request.path.startswith("/work/")
    line = db.session.scalars(db.select(AuditEntry).where(AuditEntry.verb == "staff.link.made-anew")).one()
    assert (line.actor_kind, line.subject_id) == ("command", noor.id)
    assert "The command line" in anyone.get("/work/audit").words
    assert anyone.get(path).status == 404, "it works once"


def test_a_newer_link_stops_the_one_before(app: Flask, noor: Staff, anyone: Person) -> None:
    first, second = (ask(app, noor.email).output.split()[-1].rpartition("/")[2] for _ in range(2))
    assert anyone.get(f"/welcome/{first}").status == 404
    assert anyone.get(f"/welcome/{second}").status == 200


def test_a_mediator_reads_that_the_link_was_made_on_the_command_line_and_not_by_the_owner(
    app: Flask, noor: Staff, anyone: Person
) -> None:
    """The owner's mail that waits goes no more: what they read is about the link that was used."""
    jonas = make_staff("mediator", email="jonas@practice.example", created_at=now() - timedelta(days=30))
    audit.act_as(audit.Actor("staff", noor.id))
    actions.mail_welcome_link(jonas)
    db.session.commit()
    path = ask(app, jonas.email).output.split()[-1].removeprefix("http://127.0.0.1:8000")
    assert [message.state for message in db.session.scalars(db.select(Message))] == [MessageState.CANCELLED]
    page = anyone.submit(anyone.get(path), {"password": "four words that differ", "again": "four words that differ"})
    assert "Another password was chosen for you by a link" in page.words
    account = anyone.get("/work/account").words
    assert "with a link that was made from the command line of the server, not from the owner’s pages" in account
    assert "speak with whoever looks after the machine" in account
    assert noor.name not in account


def test_a_password_chosen_by_a_link_takes_back_the_mail_that_waits(app: Flask, noor: Staff) -> None:
    token = actions.make_welcome_link(noor)
    outbox.put(actions.ANOTHER_PASSWORD, recipient=noor.id)
    actions.choose_password(token, "four words that differ")
    db.session.commit()
    assert [message.state for message in db.session.scalars(db.select(Message))] == [MessageState.CANCELLED]


def test_whoever_may_not_come_in_gets_none_and_all_are_answered_alike(app: Flask, noor: Staff) -> None:
    make_staff("mediator", email="jonas@practice.example", active=False)
    make_staff("owner", email="eva@practice.example", active=False)
    said = set()
    for address in ("jonas@practice.example", "eva@practice.example", "nobody@practice.example", ""):
        done = ask(app, address)
        assert done.exit_code == 1
        said.add(done.output)
    assert said == {f"Error: {NOBODY}\n"}
    assert db.session.scalars(db.select(StaffLink)).all() == []
