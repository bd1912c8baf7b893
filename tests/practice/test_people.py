"""Staff and their roles: links that work once, people kept out at once, and an owner who can't be lost."""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask

from mediator import jobs
from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.permissions import StaffRole
from mediator.practice.models import Staff, StaffLink
from tests.factories import PASSWORD, Pair, make_staff
from tests.mailbox import Mailbox
from tests.people import Page, Person

NEW: dict[str, str | None] = {"name": "Jonas Weber", "email": "Jonas@practice.example", "mediator": "y"}


def staff(email: str) -> Staff:
    db.session.rollback()
    found: Staff = db.session.scalars(db.select(Staff).where(Staff.email == email)).one()
    db.session.expunge(found)
    db.session.rollback()
    return found


def verbs() -> list[str]:
    db.session.rollback()
    found = list(db.session.scalars(db.select(AuditEntry.verb).order_by(AuditEntry.number)))
    db.session.rollback()
    return found


def link_on(page: Page) -> str:
    """The path of the one-time link a page shows."""
    text = next("".join(code.itertext()) for code in page.all("code") if code.get("id") == "welcome-link")
    assert text.startswith("http://127.0.0.1:8000/welcome/")
    return text.removeprefix("http://127.0.0.1:8000")


def add(owner: Person, changes: dict[str, str | None] | None = None) -> Page:
    return owner.submit(owner.get("/work/people/new"), {**NEW, **(changes or {})}, action="/work/people/new")


def stop(owner: Person, staff_id: uuid.UUID, successor: uuid.UUID | None = None) -> Page:
    """Stop somebody from coming in, through the page that asks who leads their cases."""
    page = owner.get(f"/work/people/{staff_id}/stop")
    return owner.submit(page, {"successor": str(successor)} if successor else None, action="/stop")


def press(person: Person, staff_id: uuid.UUID, act: str) -> Page:
    page = person.get(f"/work/people/{staff_id}")
    return person.submit(page, action=f"/work/people/{staff_id}/{act}")


def choose(person: Person, path: str, password: str = "four words that differ") -> Page:
    return person.submit(person.get(path), {"password": password, "again": password}, action="/welcome/")


def joined_long_ago() -> None:
    """Everybody has been here for a while."""
    db.session.rollback()
    for one in db.session.scalars(db.select(Staff)):
        one.created_at = now() - timedelta(days=30)
    db.session.commit()


def clear(app: Flask, at: datetime) -> None:
    """Run the job that clears what is past, at a given time."""
    db.session.rollback()
    assert jobs.tick(app, next(job for job in jobs.JOBS if job.name == "clearing"), lambda: at)


def send(app: Flask) -> None:
    """Run the job that sends what is due."""
    db.session.rollback()
    assert jobs.tick(app, next(job for job in jobs.JOBS if job.name == "mail"))


def enter(person: Person, email: str) -> Page:
    """Sign in with the password chosen anew: the page one lands on."""
    told = {"email": email, "password": "four words that differ"}
    return person.submit(person.get("/sign-in"), {**told}, action="/sign-in")


def the_owner() -> Staff:
    return staff(db.session.scalars(db.select(Staff.email).where(Staff.is_owner)).one())


def test_somebody_new_chooses_a_password_by_a_link_that_works_once(
    owner: Person, new_person: Callable[[], Person]
) -> None:
    path = link_on(add(owner))
    assert staff("jonas@practice.example").password_hash is None
    jonas = new_person()
    assert jonas.get(path).status == 200
    assert jonas.get(path).status == 200, "looking uses nothing up"
    assert choose(jonas, path).response.request.path.startswith("/work/")
    other = new_person()
    assert other.get(path).status == 404
    other.sign_in("jonas@practice.example", "four words that differ")
    assert {"staff.added", "staff.link.made", "staff.password.chosen"} <= set(verbs())


def test_the_same_page_sent_twice_adds_one_person(owner: Person) -> None:
    page = owner.get("/work/people/new")
    owner.submit(page, NEW, action="/work/people/new")
    again = owner.submit(page, NEW, action="/work/people/new")
    assert again.status == 200
    assert again.response.request.path == f"/work/people/{staff('jonas@practice.example').id}"


def test_a_link_replaced_over_or_of_somebody_kept_out_opens_nothing(
    owner: Person, new_person: Callable[[], Person]
) -> None:
    first = link_on(add(owner))
    jonas = staff("jonas@practice.example")
    second = link_on(press(owner, jonas.id, "link"))
    anyone = new_person()
    assert anyone.get(first).status == 404
    assert anyone.get(second).status == 200
    stop(owner, jonas.id)
    assert anyone.get(second).status == 404
    press(owner, jonas.id, "enable")
    assert anyone.get(second).status == 404, "letting somebody in again revives no link"
    third = link_on(press(owner, jonas.id, "link"))
    link = db.session.scalars(db.select(StaffLink).where(StaffLink.used_at.is_(None))).one()
    assert link.expires_at - link.made_at == timedelta(days=3)
    link.expires_at = now()
    db.session.commit()
    assert anyone.get(third).status == 404


def test_a_weak_password_does_not_use_the_link_up(owner: Person, new_person: Callable[[], Person]) -> None:
    path, jonas = link_on(add(owner)), new_person()
    answer = choose(jonas, path, "Jonas Weber 2026")
    assert answer.status == 422
    assert "mostly a name" in answer.words
    assert choose(jonas, path).status == 200


def test_a_new_link_for_a_forgotten_password_ends_open_sessions(
    owner: Person, mediator: Person, pair: Pair, new_person: Callable[[], Person]
) -> None:
    path = link_on(press(owner, pair.mediator, "link"))
    assert mediator.get("/work/account").response.request.path == "/work/account"
    assert choose(new_person(), path).status == 200
    assert mediator.get("/work/account").response.request.path == "/sign-in"


def test_whoever_has_a_password_reads_who_made_the_link_for_another_one(
    owner: Person, pair: Pair, new_person: Callable[[], Person]
) -> None:
    """The owner could open the link where no mail goes out. So it is said at every sign-in until it is read."""
    joined_long_ago()
    page = press(owner, pair.mediator, "link")
    assert "When they sign in they read that you made it" in page.words
    mediator = new_person()
    assert "Another password was chosen for you" in choose(mediator, link_on(page)).words
    for _ in range(2):
        mediator = new_person()
        assert "Another password was chosen for you by a link" in enter(mediator, pair.mediator_email).words
    account = mediator.get("/work/account")
    said = f"with a link that {the_owner().name} made"
    assert said in account.words
    assert "I have read this" not in mediator.submit(account, action="/password/read").words
    again = new_person()
    assert "Another password" not in enter(again, pair.mediator_email).words
    assert said in again.get("/work/account").words, "it stays with their details"
    assert "with a link that" not in owner.get("/work/account").words
    assert {"staff.link.made-anew", "staff.password.read-of"} <= set(verbs())


def test_the_news_of_another_password_outlasts_the_clearing_until_it_is_read(
    app: Flask, owner: Person, pair: Pair, new_person: Callable[[], Person]
) -> None:
    """Whoever is away for more than a month after the owner used such a link reads of it all the same."""
    joined_long_ago()
    press(owner, pair.mediator, "link")
    choose(new_person(), link_on(press(owner, pair.mediator, "link")))
    clear(app, now() + timedelta(days=34))
    mediator = new_person()
    assert "Another password was chosen for you by a link" in enter(mediator, pair.mediator_email).words
    mediator.submit(mediator.get("/work/account"), action="/password/read")
    clear(app, now() + timedelta(days=34))
    assert db.session.scalars(db.select(StaffLink)).all() == [], "read, it is forgotten"
    assert "staff.link.cleared" in verbs()


def test_a_first_link_and_one_for_oneself_are_no_news(owner: Person, new_person: Callable[[], Person]) -> None:
    add(owner)
    joined_long_ago()
    jonas = staff("jonas@practice.example")
    assert "Another password" not in choose(new_person(), link_on(press(owner, jonas.id, "link"))).words
    assert "Another password" not in enter(new_person(), jonas.email).words
    me = the_owner()
    assert "Another password" not in choose(new_person(), link_on(press(owner, me.id, "link"))).words


def test_with_a_mail_server_the_link_for_another_password_is_theirs_alone(
    owner: Person,
    pair: Pair,
    box: Mailbox,
    app: Flask,
    new_person: Callable[[], Person],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    joined_long_ago()
    old = link_on(add(owner, {"email": "kim@practice.example"}))
    page = press(owner, pair.mediator, "link")
    assert "/welcome/" not in page.text
    assert f"A link is on its way to {pair.mediator_email}." in page.words
    send(app)
    send(app)
    [letter] = box.letters
    assert letter.recipients == [pair.mediator_email]
    path = re.search(r"http://127.0.0.1:8000(/welcome/\S+)", letter.text)
    assert path is not None
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]
    assert path[1].rpartition("/")[2] not in "\n".join(ours)
    assert "Another password was chosen for you" in choose(new_person(), path[1]).words
    assert new_person().get(path[1]).status == 404
    assert new_person().get(old).status == 200, "somebody new has their link from the owner"


def test_a_link_that_mail_did_not_carry_is_seen_on_the_persons_page_and_tried_again(
    app: Flask, owner: Person, pair: Pair, box: Mailbox
) -> None:
    assert "Try again" not in owner.get(f"/work/people/{pair.mediator}").text
    assert "The link waits to be sent" in press(owner, pair.mediator, "link").words

    box.answer = "451 Later"
    send(app)
    page = owner.get(f"/work/people/{pair.mediator}")
    assert "The mail server has not taken it yet" in page.words
    assert "tried again now" in owner.submit(page, action="/link/again").words

    box.answer, box.rcpt = "250 Taken", "550 Unknown here"
    send(app)
    page = owner.get(f"/work/people/{pair.mediator}")
    assert "The link could not be delivered by mail" in page.words
    assert "Mail to this address was refused" in page.words
    assert "Whoever looks after the machine can make a link there" in page.words

    box.rcpt = "250 Yes"
    assert "The link waits to be sent" in owner.submit(page, action="/link/again").words
    send(app)
    assert [letter.recipients for letter in box.letters] == [[pair.mediator_email]]
    told = verbs()
    gone = owner.submit(page, action="/link/again")
    assert "The link waits" not in gone.words
    assert "could not be delivered" not in gone.words
    assert verbs() == told, "what went is not sent once more from an older page"
    assert told.count("message.tried-again") == 2


def test_whoever_is_stopped_is_out_at_the_next_request(owner: Person, mediator: Person, pair: Pair) -> None:
    assert mediator.get("/work/account").response.request.path == "/work/account"
    stop(owner, pair.mediator, make_staff("mediator").id)
    assert mediator.get("/work/account").response.request.path == "/sign-in"
    press(owner, pair.mediator, "enable")
    assert mediator.get("/work/account").response.request.path == "/sign-in", "the old session stays ended"
    mediator.sign_in(pair.mediator_email)
    assert {"staff.disabled", "staff.enabled"} <= set(verbs())


def test_the_last_owner_can_be_neither_stopped_nor_stripped_of_the_role(owner: Person) -> None:
    me = db.session.scalars(db.select(Staff).where(Staff.is_owner)).one().id
    make_staff("owner", active=False)
    make_staff("owner", password_hash=None)
    assert stop(owner, me).status == 409
    page = owner.get(f"/work/people/{me}")
    answer = owner.submit(page, {"owner": None, "mediator": "y"}, action="/roles")
    assert answer.status == 409
    assert "Make somebody else an owner first" in answer.words
    assert owner.get("/work/people").status == 200
    make_staff("owner")
    assert owner.submit(page, {"owner": None, "mediator": "y"}, action="/roles").status == 200
    assert owner.get("/work/people").status == 404, "roles hold from the next request on"
    assert "staff.roles.changed" in verbs()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"mediator": None}, "Choose at least one role"),
        ({"assistant": "y"}, "An assistant can’t be owner or mediator as well"),
        ({"mediator": None, "assistant": "y", "owner": "y"}, "An assistant can’t be owner or mediator as well"),
        ({"email": "jonas"}, "Please write an address"),
        ({"name": "  "}, "Write the name"),
    ],
)
def test_what_does_not_go_is_said_and_nothing_is_made(
    owner: Person, changes: dict[str, str | None], words: str
) -> None:
    answer = add(owner, changes)
    assert answer.status == 422
    assert words in answer.words
    db.session.rollback()
    assert db.session.scalar(db.select(Staff).where(Staff.name == "Jonas Weber")) is None


def test_one_address_is_one_person(owner: Person, pair: Pair) -> None:
    answer = add(owner, {"email": pair.mediator_email.upper()})
    assert answer.status == 422
    assert "Somebody with this email is here already" in answer.words


def test_an_assistant_stays_an_assistant_alone(owner: Person) -> None:
    helper = make_staff("assistant")
    page = owner.get(f"/work/people/{helper.id}")
    assert owner.submit(page, {"mediator": "y"}, action="/roles").status == 422
    assert staff(helper.email).is_mediator is False


@pytest.mark.parametrize("path", ["/work/people", "/work/people/new", "/work/practice", "/work/audit"])
def test_only_the_owner_opens_these_pages(owner: Person, mediator: Person, assistant: Person, path: str) -> None:
    assert owner.get(path).status == 200
    assert mediator.get(path).status == 404
    assert assistant.get(path).status == 404


def test_an_unknown_person_is_nobody(owner: Person) -> None:
    assert owner.get(f"/work/people/{uuid.uuid4()}").status == 404
    assert owner.get("/work/people/unknown").status == 404


def test_the_owner_changes_the_practice(owner: Person) -> None:
    page = owner.get("/work/practice")
    assert 'value="Mill Lane Practice"' in page.text
    answer = owner.submit(
        page, {"practice": " Mill  Lane ", "help_lines": "Emergency: 112\nTalk: 000"}, action="/practice"
    )
    assert "Saved." in answer.words
    assert 'value="Mill Lane"' in answer.text
    assert "Emergency: 112\nTalk: 000" in answer.text
    assert owner.submit(page, {"alias": ""}, action="/practice").status == 422
    assert verbs().count("practice.changed") == 1


def test_an_older_tab_of_the_practice_or_of_a_persons_roles_overwrites_nothing(owner: Person, pair: Pair) -> None:
    practice, person = owner.get("/work/practice"), owner.get(f"/work/people/{pair.mediator}")
    owner.submit(practice, {"phone": "0100"}, action="/practice")
    owner.submit(person, {"owner": "y"}, action="/roles")
    stale = owner.submit(practice, {"alias": "Papers"}, action="/practice")
    assert stale.status == 409
    assert "Somebody changed this in the meantime" in stale.words
    for roles in ({}, {"mediator": None, "assistant": "y"}):
        assert owner.submit(person, roles, action="/roles").status == 409
    now_there = owner.get("/work/practice").form("/practice").fields
    assert (now_there["phone"], now_there["alias"]) == ("0100", practice.form("/practice").fields["alias"])
    assert staff(pair.mediator_email).roles == (StaffRole.OWNER, StaffRole.MEDIATOR)
    assert (verbs().count("practice.changed"), verbs().count("staff.roles.changed")) == (1, 1)


def test_a_password_of_a_new_person_is_asked_for_by_nobody_else(owner: Person) -> None:
    page = owner.get("/work/people/new")
    assert not [field for field in page.all("input") if field.get("type") == "password"]
    assert PASSWORD not in page.text
