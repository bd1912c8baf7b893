"""Setting an instance up: everything at once, once only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.practice import actions, passwords
from mediator.practice.models import Practice, Staff, StaffLink
from tests.people import Person

PASSWORD = "four words that differ"
GIVEN: dict[str, str | None] = {
    "name": "Noor Haddad",
    "email": "Noor@MillLane.example",
    "password": PASSWORD,
    "again": PASSWORD,
    "practice": "Mill Lane Practice",
    "alias": "Notes",
    "zone": "Europe/Lisbon",
    "phone": "+351 000 000 000",
    "help_lines": "Emergency: 112\nSomebody to talk to: 000 000",
}


@pytest.fixture
def token(app: Flask) -> str:
    """A link from the console."""
    made = actions.make_set_up_link()
    db.session.commit()
    return made


def test_one_page_makes_the_practice_and_its_owner_and_signs_them_in(token: str, anyone: Person) -> None:
    page = anyone.get(f"/set-up/{token}")
    assert "What Mediator is not" in page.words
    landed = anyone.submit(page, GIVEN, action="/set-up/")
    assert landed.status == 200
    assert landed.response.request.path.startswith("/work/")
    db.session.rollback()
    practice, owner = db.session.get_one(Practice, 1), db.session.scalars(db.select(Staff)).one()
    assert (practice.name, practice.alias, practice.zone) == ("Mill Lane Practice", "Notes", "Europe/Lisbon")
    assert practice.help_lines == GIVEN["help_lines"]
    assert (owner.email, owner.zone) == ("noor@milllane.example", "Europe/Lisbon")
    assert owner.is_owner
    assert owner.is_mediator
    assert not owner.is_assistant
    assert passwords.matches(owner.password_hash, PASSWORD)
    verbs = db.session.scalars(db.select(AuditEntry.verb)).all()
    assert {"practice.set-up-link.made", "practice.set-up", "signin.started"} <= set(verbs)


def test_the_owner_need_not_mediate(token: str, anyone: Person) -> None:
    landed = anyone.submit(anyone.get(f"/set-up/{token}"), {**GIVEN, "mediates": None}, action="/set-up/")
    assert landed.response.request.path == "/work/"
    assert "/work/people" in landed.links()
    db.session.rollback()
    assert not db.session.scalars(db.select(Staff)).one().is_mediator


def test_names_of_practice_and_owner_are_kept_as_they_are_written(token: str, anyone: Person) -> None:
    """In any script: letters that a mark nobody sees keeps apart, pictures put together from several."""
    names = {"name": "علی\N{ZERO WIDTH NON-JOINER}رضا", "practice": "👩\N{ZERO WIDTH JOINER}⚖️ Mill Lane"}
    assert anyone.submit(anyone.get(f"/set-up/{token}"), {**GIVEN, **names}, action="/set-up/").status == 200
    db.session.rollback()
    assert db.session.scalars(db.select(Staff.name)).one() == names["name"]
    assert db.session.get_one(Practice, 1).name == names["practice"]


def test_a_page_with_an_error_saves_nothing_and_keeps_what_was_typed(token: str, anyone: Person) -> None:
    answer = anyone.submit(anyone.get(f"/set-up/{token}"), {**GIVEN, "email": "noor"}, action="/set-up/")
    assert answer.status == 422
    assert 'value="Mill Lane Practice"' in answer.text
    assert PASSWORD not in answer.text
    db.session.rollback()
    assert db.session.get(Practice, 1) is None
    assert db.session.scalars(db.select(Staff)).all() == []
    assert anyone.submit(answer, GIVEN, action="/set-up/").status == 200


def test_the_same_page_sent_twice_makes_one_owner(token: str, anyone: Person) -> None:
    page = anyone.get(f"/set-up/{token}")
    anyone.submit(page, GIVEN, action="/set-up/")
    fresh = anyone.get("/work/account").form("/account/details").fields["csrf_token"]
    again = anyone.submit(page, {**GIVEN, "csrf_token": fresh}, action="/set-up/")
    assert again.status == 200
    db.session.rollback()
    assert len(db.session.scalars(db.select(Staff)).all()) == 1


def test_once_set_up_the_page_is_gone_for_every_link(token: str, new_person: Callable[[], Person]) -> None:
    late = new_person()
    page = late.get(f"/set-up/{token}")
    first = new_person()
    first.submit(first.get(f"/set-up/{token}"), GIVEN, action="/set-up/")
    assert late.get(f"/set-up/{token}").status == 404
    assert late.submit(page, {**GIVEN, "email": "other@milllane.example"}, action="/set-up/").status == 404
    db.session.rollback()
    fresh = actions.make_set_up_link()
    db.session.commit()
    assert late.get(f"/set-up/{fresh}").status == 404
    db.session.rollback()
    assert len(db.session.scalars(db.select(Staff)).all()) == 1


def test_an_unknown_an_old_and_a_replaced_link_open_nothing(token: str, anyone: Person) -> None:
    newer = actions.make_set_up_link()
    db.session.commit()
    assert anyone.get("/set-up/unknown").status == 404
    assert anyone.get(f"/set-up/{token}").status == 404
    assert anyone.get(f"/set-up/{newer}").status == 200
    link = db.session.scalars(db.select(StaffLink).where(StaffLink.used_at.is_(None))).one()
    link.expires_at = now() - timedelta(seconds=1)
    db.session.commit()
    assert anyone.get(f"/set-up/{newer}").status == 404
    link.made_at, link.expires_at = now() + timedelta(hours=1), now() + timedelta(hours=2)
    db.session.commit()
    assert anyone.get(f"/set-up/{newer}").status == 404
