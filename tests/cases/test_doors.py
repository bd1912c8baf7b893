"""Doors: a link opens once, for one person, and tells nobody anything; leaving ends everything."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from mediator.cases.models import Case, Participant
from mediator.cases.terms import CaseState
from mediator.core import outbox, tokens
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.outbox import MessageState
from mediator.core.visibility import Letter
from tests.cases.ways_in import (
    address_of,
    ask,
    neutral,
    open_door,
    sessions,
    show_qr,
    shown,
    the_door,
    verbs,
    waiting,
)
from tests.factories import Pair, make_case, make_door, make_participant, make_staff
from tests.people import Page, Person

NewPerson = Callable[[], Person]


# ---- The link -----------------------------------------------------------------------------------------------


def test_looking_at_a_link_changes_nothing(pair: Pair, anyone: Person) -> None:
    token = make_door(pair.a)
    before = (the_door(token).used_at, verbs())
    for _ in range(50):
        assert anyone.look_at(f"/d/{token}").status == 200
        assert ask(anyone, "HEAD", f"/d/{token}").status_code == 200
    db.session.rollback()
    assert (the_door(token).used_at, verbs()) == before
    assert sessions(pair.a) == 0
    assert open_door(anyone, token).words.count("Hello Alex") == 1


def test_every_link_looks_the_same(pair: Pair, anyone: Person) -> None:
    used, fresh, unknown = make_door(pair.a), make_door(pair.b), tokens.mint()
    open_door(anyone, used)
    ask(anyone, "POST", "/exit")
    pages = [neutral(anyone.look_at(f"/d/{token}"), token) for token in (used, fresh, unknown, "too-short")]
    assert len(set(pages)) == 1
    page = anyone.look_at(f"/d/{fresh}")
    assert page.title == "Welcome · Notes"
    assert "Alex" not in page.text
    assert "Sam" not in page.text


def test_a_link_opens_once(pair: Pair, new_person: NewPerson) -> None:
    token = make_door(pair.a)
    first, second = new_person(), new_person()
    assert "Hello Alex" in open_door(first, token).words
    page = open_door(second, token)
    assert page.status == 410
    assert "This link can’t be opened any more" in page.words
    assert "/new-link" in page.links()
    assert second.look_at("/notes/").status == 302
    assert verbs().count("door.used") == 1
    assert "door.refused" in verbs()
    assert sessions(pair.a) == 1


def test_the_token_leaves_the_address(pair: Pair, anyone: Person) -> None:
    token = make_door(pair.a)
    page = anyone.submit(anyone.get(f"/d/{token}"), action="/d/", follow=False)
    assert page.status == 303
    assert page.response.headers["Location"] == "/notes/"


def test_twenty_at_once_make_one_session(app: Flask, pair: Pair) -> None:
    token = make_door(pair.a)
    people = [Person(app) for _ in range(20)]
    forms = [person.get(f"/d/{token}").form("/d/") for person in people]
    db.session.rollback()

    def use(number: int) -> int:
        return people[number].client.post(forms[number].action, data=forms[number].fields).status_code

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(use, range(20)))
    assert sorted(answers) == [303] + [410] * 19
    assert sessions(pair.a) == 1


@pytest.mark.parametrize("change", ["expired", "revoked", "future"])
def test_a_door_that_does_not_open(pair: Pair, anyone: Person, change: str) -> None:
    token, at = make_door(pair.a), now()
    door = the_door(token)
    if change == "expired":
        door.made_at, door.expires_at = at - timedelta(hours=2), at
    elif change == "revoked":
        door.revoked_at = at
    else:
        door.made_at = at + timedelta(minutes=2)
    db.session.commit()
    page, unknown = open_door(anyone, token), open_door(anyone, tokens.mint())
    assert page.status == unknown.status == 410
    assert page.text == unknown.text
    assert sessions(pair.a) == 0


@pytest.mark.parametrize("state", [CaseState.ENDED, CaseState.RETENTION, CaseState.ERASED])
def test_nobody_comes_into_a_case_that_is_over(pair: Pair, anyone: Person, state: CaseState) -> None:
    token = make_door(pair.a)
    db.session.get_one(Case, pair.case).state = state
    db.session.commit()
    page = open_door(anyone, token)
    assert page.status == 410
    assert page.text == open_door(anyone, tokens.mint()).text


def test_signing_in_as_b_ends_the_session_of_a_in_this_browser(pair: Pair, anyone: Person) -> None:
    open_door(anyone, make_door(pair.a))
    cookie = anyone.client.get_cookie("session")
    assert cookie is not None
    page = open_door(anyone, make_door(pair.b))
    assert "Hello Sam" in page.words
    assert "Alex" not in page.words
    assert sessions(pair.a) == 0
    anyone.client.set_cookie("session", cookie.value)
    assert anyone.look_at("/notes/").response.headers["Location"] == "/new-link"


def test_a_link_shut_leaves_whoever_is_here_alone(pair: Pair, anyone: Person) -> None:
    open_door(anyone, make_door(pair.a))
    assert open_door(anyone, tokens.mint()).status == 410
    assert "Hello Alex" in anyone.get("/notes/").words


def test_no_token_is_kept_or_logged(
    pair: Pair, mediator: Person, new_person: NewPerson, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    person = db.session.get_one(Participant, pair.a)
    outbox.put("door", recipient=person.id, case=person.case_id)
    db.session.commit()
    qr = shown(show_qr(mediator, pair))
    mail = shown(mediator.submit(mediator.get("/work/messages"), action="/link"))
    assert qr != mail
    token = mail.rpartition("/")[2]
    assert open_door(new_person(), token).status == 200
    assert open_door(new_person(), token).status == 410
    db.session.rollback()
    kept = b"".join(file.read_bytes() for file in Path(app.instance_path).glob("mediator.db*"))
    if kept:
        assert tokens.digest(token) in kept, "the search looks in the right place"
    for secret in (token, qr.rpartition("/")[2]):
        assert secret.encode() not in kept
        assert all(secret not in record.getMessage() for record in caplog.records if record.name != "urllib3")


@contextmanager
def nothing_is_kept() -> Iterator[None]:
    """Every commit fails, as on a full disk."""

    def full(_: Any) -> None:
        raise OperationalError("COMMIT", None, sqlite3.OperationalError("database or disk is full"))

    event.listen(db.engine, "commit", full)
    try:
        yield
    finally:
        event.remove(db.engine, "commit", full)


def test_a_link_that_still_opens_is_in_no_log_where_it_could_not_be_used(
    pair: Pair, mediator: Person, anyone: Person, caplog: pytest.LogCaptureFixture
) -> None:
    """The commit fails after the page is made, so the link opens afterwards: its address is written down nowhere."""
    caplog.set_level(logging.DEBUG)
    token = shown(show_qr(mediator, pair)).rpartition("/")[2]
    page = anyone.get(f"/d/{token}")
    with nothing_is_kept():
        assert anyone.submit(page, action="/d/").status == 500
    said = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert any("public.doors.open_link" in line and "disk is full" in line for line in said)
    assert token not in caplog.text
    assert open_door(anyone, token).status == 200


# ---- A new link ---------------------------------------------------------------------------------------------


def ask_for_link(person: Person, email: str) -> Page:
    return person.submit(person.get("/new-link"), {"email": email}, action="/new-link")


def test_asking_for_a_link_tells_nobody_who_is_known(pair: Pair, anyone: Person) -> None:
    email = address_of(pair.a)
    count = len(verbs())
    known = ask_for_link(anyone, f"  {email.upper()} ")
    unknown = ask_for_link(anyone, "nobody@people.example")
    empty = ask_for_link(anyone, "")
    assert known.status == unknown.status == empty.status == 200
    assert known.text == unknown.text == empty.text
    assert "If this address is known here, a new link is on its way." in known.words
    assert [message.template for message in waiting(pair.a)] == ["door"]
    assert waiting(pair.b) == []
    assert verbs()[count:] == ["door.new-link-asked"] * 3


def test_three_links_an_hour(pair: Pair, anyone: Person) -> None:
    email, answers = address_of(pair.a), set()
    for _ in range(5):
        answers.add(ask_for_link(anyone, email).text)
        for message in waiting(pair.a):
            message.state = MessageState.SENT
        db.session.commit()
    assert len(answers) == 1
    assert len(waiting(pair.a)) == 3
    for message in waiting(pair.a):
        message.made_at -= timedelta(hours=1, seconds=1)
    db.session.commit()
    ask_for_link(anyone, email)
    assert len(waiting(pair.a)) == 4


def test_whoever_works_in_two_cases_gets_a_link_for_each(pair: Pair, anyone: Person) -> None:
    email = address_of(pair.a)
    second = make_participant(make_case(make_staff("mediator")), Letter.A, "Alex", email=email).id
    over = make_participant(make_case(make_staff("mediator"), state=CaseState.ENDED), Letter.B, "Al", email=email).id
    ask_for_link(anyone, email)
    assert [len(waiting(one)) for one in (pair.a, second, over)] == [1, 1, 0]


# ---- Leaving ------------------------------------------------------------------------------------------------


def test_leaving_ends_the_session_at_the_server(pair: Pair, participant_a: Person) -> None:
    cookie = participant_a.client.get_cookie("session")
    assert cookie is not None
    answer = ask(participant_a, "POST", "/exit")  # no CSRF token: it works from a page of any age
    assert answer.status_code == 303
    assert answer.headers["Location"] == "https://www.wikipedia.org/"
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert participant_a.client.get_cookie("session") is None
    assert sessions(pair.a) == 0
    participant_a.client.set_cookie("session", cookie.value)
    assert participant_a.look_at("/notes/").response.headers["Location"] == "/new-link"


def test_leaving_works_for_nobody_too(pair: Pair, anyone: Person) -> None:
    assert ask(anyone, "POST", "/exit").status_code == 303
    assert ask(anyone, "GET", "/exit").status_code == 404
