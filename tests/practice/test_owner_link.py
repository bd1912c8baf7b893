"""The machine's administrator lets an owner in again who forgot the password, and nobody else."""

from __future__ import annotations

import pytest
from click.testing import Result
from flask import Flask

from mediator.core.audit import AuditEntry
from mediator.core.db import db
from mediator.practice.models import Staff, StaffLink
from tests.factories import make_practice, make_staff
from tests.people import Person

NO_OWNER = "Nobody who owns this practice and may come in has this address."


@pytest.fixture
def noor(app: Flask) -> Staff:
    """The only owner of a practice, who works there alone."""
    make_practice()
    return make_staff("owner", name="Noor Haddad", email="noor@practice.example", is_mediator=True)


def ask(app: Flask, address: str) -> Result:
    """Run the command for an address."""
    done = app.test_cli_runner().invoke(args=["owner-link", address])
    db.session.rollback()
    return done


def test_an_owner_who_forgot_their_password_gets_a_link_from_the_command_line(
    app: Flask, noor: Staff, anyone: Person
) -> None:
    assert "Whoever looks after the machine can make one for an owner" in anyone.get("/sign-in").words
    done = ask(app, " Noor@Practice.example")
    assert done.exit_code == 0
    assert noor.name not in done.output
    path = done.output.split()[-1].removeprefix("http://127.0.0.1:8000")
    page = anyone.submit(anyone.get(path), {"password": "four words that differ", "again": "four words that differ"})
    assert page.response.request.path.startswith("/work/")
    line = db.session.scalars(db.select(AuditEntry).where(AuditEntry.verb == "staff.link.made")).one()
    assert (line.actor_kind, line.subject_id) == ("command", noor.id)
    assert "The command line" in anyone.get("/work/audit").words
    assert anyone.get(path).status == 404, "it works once"


def test_a_newer_link_stops_the_one_before(app: Flask, noor: Staff, anyone: Person) -> None:
    first, second = (ask(app, noor.email).output.split()[-1].rpartition("/")[2] for _ in range(2))
    assert anyone.get(f"/welcome/{first}").status == 404
    assert anyone.get(f"/welcome/{second}").status == 200


def test_everybody_else_gets_none_and_all_are_answered_alike(app: Flask, noor: Staff) -> None:
    make_staff("mediator", email="jonas@practice.example")
    make_staff("owner", email="eva@practice.example", active=False)
    said = set()
    for address in ("jonas@practice.example", "eva@practice.example", "nobody@practice.example", ""):
        done = ask(app, address)
        assert done.exit_code == 1
        said.add(done.output)
    assert said == {f"Error: {NO_OWNER}\n"}
    assert db.session.scalars(db.select(StaffLink)).all() == []
