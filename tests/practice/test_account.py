"""One's own account: details, password, sessions."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mediator.core.audit import AuditEntry
from mediator.core.db import db
from mediator.core.signin import SigninSession
from mediator.practice.models import Staff
from tests.factories import PASSWORD, Pair
from tests.people import Page, Person

NEW = "four words that differ"


def verbs() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(db.select(AuditEntry.verb).order_by(AuditEntry.number)))


def change(person: Person, current: str = PASSWORD, password: str = NEW, again: str | None = None) -> Page:
    given: dict[str, str | None] = {"current": current, "password": password, "again": again or password}
    return person.submit(person.get("/work/account"), given, action="/account/password")


def test_name_and_time_zone_are_ones_own_to_change(assistant: Person) -> None:
    page = assistant.submit(
        assistant.get("/work/account"), {"name": "Ada Brandt", "zone": "Asia/Tokyo"}, action="/account/details"
    )
    assert 'value="Ada Brandt"' in page.text
    db.session.rollback()
    assert db.session.scalars(db.select(Staff.zone).where(Staff.name == "Ada Brandt")).one() == "Asia/Tokyo"
    assert "staff.details.changed" in verbs()


def test_a_name_in_any_script_is_kept_as_it_is_written(mediator: Person) -> None:
    name = "علی\N{ZERO WIDTH NON-JOINER}رضا 👩\N{ZERO WIDTH JOINER}⚖️"
    page = mediator.submit(mediator.get("/work/account"), {"name": name}, action="/account/details")
    assert (page.status, name in page.text) == (200, True)


@pytest.mark.parametrize("changes", [{"name": ""}, {"name": "x" * 121}, {"name": "a\x07b"}, {"zone": "Mars/Olympus"}])
def test_details_that_do_not_go_are_refused(mediator: Person, changes: dict[str, str | None]) -> None:
    assert mediator.submit(mediator.get("/work/account"), changes, action="/account/details").status == 422


def test_a_new_password_ends_the_sessions_elsewhere(
    mediator: Person, pair: Pair, new_person: Callable[[], Person]
) -> None:
    elsewhere = new_person().sign_in(pair.mediator_email)
    assert change(mediator).status == 200
    assert mediator.get("/work/account").response.request.path == "/work/account"
    assert elsewhere.get("/work/account").response.request.path == "/sign-in"
    new_person().sign_in(pair.mediator_email, NEW)
    assert "staff.password.changed" in verbs()


@pytest.mark.parametrize(
    ("current", "password", "again", "words"),
    [
        ("not the right words", NEW, None, "That didn’t match"),
        (PASSWORD, "too short", None, "at least 12 characters"),
        (PASSWORD, "Mill Lane Practice", None, "mostly a name"),
        (PASSWORD, NEW, "four words that differ!", "The two are not the same"),
    ],
)
def test_a_password_is_not_changed_without_the_present_one_or_to_a_weak_one(
    mediator: Person, pair: Pair, anyone: Person, current: str, password: str, again: str | None, words: str
) -> None:
    answer = change(mediator, current, password, again)
    assert answer.status == 422
    assert words in answer.words
    assert password not in answer.text
    anyone.sign_in(pair.mediator_email, PASSWORD)


def test_guessing_the_present_password_pauses_too(mediator: Person) -> None:
    for _ in range(5):
        change(mediator, "not the right words")
    assert change(mediator).status == 422


def test_one_session_or_all_others_can_be_ended(mediator: Person, pair: Pair, new_person: Callable[[], Person]) -> None:
    second, third = (new_person().sign_in(pair.mediator_email) for _ in range(2))
    page = mediator.get("/work/account")
    assert page.words.count("This browser") == 1
    mediator.submit(page, action="/end")  # the newest, which is one of the two others
    still = [p for p in (second, third) if p.get("/work/account").response.request.path == "/work/account"]
    assert len(still) == 1
    third_again = new_person().sign_in(pair.mediator_email)
    mediator.submit(mediator.get("/work/account"), action="/end-others")
    for person in (second, third, third_again):
        assert person.get("/work/account").response.request.path == "/sign-in"
    assert mediator.get("/work/account").response.request.path == "/work/account"
    assert verbs().count("signin.ended-elsewhere") == 2


def test_somebody_elses_session_cannot_be_ended(mediator: Person, other_mediator: Person) -> None:
    mine = db.session.scalars(db.select(SigninSession).order_by(SigninSession.started_at, SigninSession.id)).all()
    token = other_mediator.get("/work/account").form("/account/details").fields["csrf_token"]
    ids = [row.id for row in mine]
    answers = [other_mediator.post(f"/work/account/sessions/{each}/end", {"csrf_token": token}).status for each in ids]
    assert answers == [404, 404]
    assert mediator.get("/work/account").response.request.path == "/work/account"


def test_everybody_has_an_account_page(owner: Person, assistant: Person, mediator: Person) -> None:
    for person in (owner, assistant, mediator):
        assert person.get("/work/account").status == 200
