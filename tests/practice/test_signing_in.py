"""Signing in: one answer for unknown, wrong and paused; a pause after five; what a right password does."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.practice import passwords
from mediator.practice.models import SigninTry, Staff
from mediator.practice.tries import pause_after
from mediator.practice.wayback import safe_next
from tests.factories import PASSWORD, Pair, make_staff
from tests.people import Page, Person


def attempt(person: Person, email: str, password: str) -> Page:
    return person.submit(person.get("/sign-in"), {"email": email, "password": password}, action="/sign-in")


def without_token(page: Page, email: str) -> str:
    return page.text.replace(email, "")


def verbs() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(db.select(AuditEntry.verb).order_by(AuditEntry.number)))


def move_tries_back(by: timedelta) -> None:
    db.session.rollback()
    for row in db.session.scalars(db.select(SigninTry)):
        row.at -= by
    db.session.commit()


def test_unknown_wrong_disabled_and_paused_are_answered_alike(pair: Pair, anyone: Person) -> None:
    gone = make_staff("mediator", active=False)
    fresh = make_staff("mediator", password_hash=None)
    answers = [
        (email, attempt(anyone, email, password))
        for email, password in (
            ("nobody@practice.example", PASSWORD),
            (pair.mediator_email, "not the right words"),
            (gone.email, PASSWORD),
            (fresh.email, PASSWORD),
        )
    ]
    for _ in range(4):
        attempt(anyone, pair.mediator_email, "not the right words")
    answers.append((pair.mediator_email, attempt(anyone, pair.mediator_email, PASSWORD)))
    assert {page.status for _, page in answers} == {422}
    assert len({without_token(page, email) for email, page in answers}) == 1
    assert "That didn’t match, or there were too many tries." in answers[0][1].words


def test_unknown_and_wrong_take_the_same_time(pair: Pair, new_person: Callable[[], Person]) -> None:
    real = make_staff("mediator", password_hash=passwords.hashed(PASSWORD))
    person = new_person()
    emails = (real.email, "nobody@practice.example")
    taken: dict[str, list[float]] = {email: [] for email in emails}
    for _ in range(5):
        for email in emails:
            page = person.get("/sign-in")
            began = time.process_time()  # what else the machine does meanwhile is not in it
            person.submit(page, {"email": email, "password": "not the right words"}, action="/sign-in")
            taken[email].append(time.process_time() - began)
    wrong, unknown = (min(times) for times in taken.values())
    assert 0.4 < wrong / unknown < 2.5, taken


def test_after_five_wrong_tries_the_right_password_waits_and_then_works(pair: Pair, anyone: Person) -> None:
    for _ in range(5):
        attempt(anyone, pair.mediator_email, "not the right words")
    assert attempt(anyone, pair.mediator_email, PASSWORD).status == 422
    move_tries_back(timedelta(minutes=2))
    assert attempt(anyone, pair.mediator_email, PASSWORD).status == 200
    assert db.session.scalars(db.select(SigninTry)).all() == []


def test_tries_during_a_pause_do_not_lengthen_it(pair: Pair, anyone: Person) -> None:
    for _ in range(9):
        attempt(anyone, "nobody@practice.example", "not the right words")
    db.session.rollback()
    assert len(db.session.scalars(db.select(SigninTry)).all()) == 5


def test_somebody_elses_tries_count_for_themselves_only(pair: Pair, anyone: Person) -> None:
    for _ in range(6):
        attempt(anyone, "nobody@practice.example", "not the right words")
    assert attempt(anyone, pair.mediator_email, PASSWORD).status == 200


@pytest.mark.parametrize(
    ("minutes", "pause"),
    [
        ([], 0),
        ([0, 1, 2, 3], 0),
        ([0, 1, 2, 3, 4], 1),
        ([0, 5, 10, 15, 20], 0),
        ([0, 1, 2, 3, 4, 6], 2),
        ([0, 1, 2, 3, 4, 6, 9], 4),
        ([0, 1, 2, 3, 4, 6, 9, 14], 8),
        ([0, 1, 2, 3, 4, 6, 9, 14, 23], 15),
        ([0, 1, 2, 3, 4, 6, 9, 14, 23, 39, 55, 71, 87, 103], 15),
        ([0, 1, 2, 3, 4, 60], 0),
    ],
)
def test_the_pause_grows_to_fifteen_minutes_and_forgets(minutes: list[int], pause: int) -> None:
    start = now()
    assert pause_after([start + timedelta(minutes=each) for each in minutes]) == timedelta(minutes=pause)


@pytest.mark.costly_passwords
def test_a_hash_of_lower_cost_is_replaced_at_the_next_sign_in(pair: Pair, anyone: Person) -> None:
    before = db.session.scalar(db.select(Staff.password_hash).where(Staff.id == pair.mediator))
    anyone.sign_in(pair.mediator_email)
    db.session.rollback()
    after = db.session.scalar(db.select(Staff.password_hash).where(Staff.id == pair.mediator))
    assert before != after
    assert after is not None
    assert not passwords.outdated(after)
    assert passwords.matches(after, PASSWORD)


def test_empty_fields_are_named(pair: Pair, anyone: Person) -> None:
    page = attempt(anyone, "", "")
    assert page.status == 422
    assert "Type your email address" in page.words


def test_signing_in_and_out_is_noted(mediator: Person, pair: Pair) -> None:
    page = mediator.get("/work/account")
    answer = mediator.submit(page, action="/work/sign-out", follow=False).response
    assert answer.headers["Location"] == "/sign-in"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert mediator.look_at("/work/account").status == 302
    noted = verbs()
    assert noted.index("signin.started") < noted.index("signin.ended")


def test_the_address_is_found_however_it_is_spelled(pair: Pair, anyone: Person) -> None:
    anyone.sign_in(f"  {pair.mediator_email.upper()} ")


def test_after_signing_in_one_lands_where_one_wanted(pair: Pair, anyone: Person) -> None:
    page = anyone.get("/sign-in?next=/work/account")
    landed = anyone.submit(page, {"email": pair.mediator_email, "password": PASSWORD}, action="/sign-in")
    assert landed.response.request.path == "/work/account"
    assert anyone.look_at("/sign-in?next=/work/account").response.location == "/work/account"


def test_a_page_of_the_workspace_leads_to_sign_in_and_back(pair: Pair, anyone: Person) -> None:
    page = anyone.get("/work/account")
    assert page.response.request.path == "/sign-in"
    landed = anyone.submit(page, {"email": pair.mediator_email, "password": PASSWORD}, action="/sign-in")
    assert landed.response.request.path == "/work/account"


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("/work/cases", "/work/cases"),
        ("/work/audit?kind=people&day=2026-03-12", "/work/audit?kind=people&day=2026-03-12"),
        (None, None),
        ("", None),
        ("/notes/", None),
        ("/workshop", None),
        ("//elsewhere.example/work/", None),
        ("/work//elsewhere.example", None),
        ("/work/\\elsewhere.example", None),
        ("/work/\nx", None),
        ("https://elsewhere.example/work/", None),
    ],
)
def test_a_way_back_stays_in_the_workspace(target: str | None, kept: str | None) -> None:
    assert safe_next(target) == kept


def test_a_disabled_persons_open_session_is_refused_at_the_next_request(mediator: Person, pair: Pair) -> None:
    assert mediator.get("/work/account").response.request.path == "/work/account"
    db.session.rollback()
    db.session.execute(update(Staff).where(Staff.id == pair.mediator).values(active=False))
    db.session.commit()
    assert mediator.get("/work/account").response.request.path == "/sign-in"


def test_an_instance_nobody_set_up_says_so(anyone: Person) -> None:
    for path in ("/", "/sign-in"):
        page = anyone.get(path)
        assert page.status == 200
        assert "This instance is not set up yet" in page.words
        assert ".venv/bin/flask --app wsgi init" in page.words
