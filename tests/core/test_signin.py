"""Sign-in sessions are kept at the server: they idle out, grow old, end, and never revive."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from mediator.core import tokens
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.signin import IDLE, LONGEST, SigninSession, alive
from tests.factories import Pair
from tests.people import Person

HOME = {"staff": "/work/cases", "participant": "/notes/"}


def row(kind: str, *, seen: timedelta, started: timedelta, ended: bool = False) -> SigninSession:
    at = now()
    return SigninSession(
        token_hash=b"", kind=kind, person_id=None, device="", started_at=at - started, seen_at=at - seen,
        ended_at=at if ended else None,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["staff", "participant"])
def test_idle_old_and_ended_sessions_open_nothing(kind: str) -> None:
    second = timedelta(seconds=1)
    assert alive(row(kind, seen=IDLE[kind] - second, started=IDLE[kind]), now())
    assert not alive(row(kind, seen=IDLE[kind], started=IDLE[kind]), now())
    assert not alive(row(kind, seen=second, started=LONGEST), now())
    assert not alive(row(kind, seen=second, started=second, ended=True), now())


def test_a_clock_that_goes_back_revives_nothing() -> None:
    ended = row("staff", seen=timedelta(minutes=1), started=timedelta(minutes=2), ended=True)
    assert not alive(ended, now() - timedelta(days=1))


@pytest.mark.parametrize("kind", ["staff", "participant"])
def test_an_idle_page_leads_to_the_door(mediator: Person, participant_a: Person, kind: str) -> None:
    who = mediator if kind == "staff" else participant_a
    assert who.look_at(HOME[kind]).status == 200
    for session in db.session.scalars(db.select(SigninSession).where(SigninSession.kind == kind)):
        session.seen_at = now() - IDLE[kind]
    db.session.commit()
    page = who.look_at(HOME[kind])
    assert page.status == 302
    assert page.response.headers["Location"].startswith("/sign-in" if kind == "staff" else "/new-link")


def test_the_database_holds_only_the_hash_of_the_token(app: Flask, mediator: Person) -> None:
    with mediator.client.session_transaction() as cookie:
        token = cookie["_user_id"]
    stored = db.session.scalars(db.select(SigninSession.token_hash)).all()
    assert tokens.digest(token) in stored
    assert token.encode() not in stored


@pytest.mark.parametrize("kind", ["staff", "participant", "nobody", None])
def test_a_token_opens_pages_for_its_own_kind_of_person_only(
    mediator: Person, participant_a: Person, kind: str | None
) -> None:
    """The cookie says which kind it is for; what counts is the row."""
    for who, own in ((mediator, "staff"), (participant_a, "participant")):
        with who.client.session_transaction() as cookie:
            cookie["kind"] = kind
        assert (who.look_at(HOME[own]).status == 200) is (kind == own)


def test_signing_in_starts_from_an_empty_cookie(pair: Pair, app: Flask) -> None:
    who = Person(app)
    with who.client.session_transaction() as cookie:
        cookie["left_over"] = "somebody else's"
    who.sign_in(pair.mediator_email)
    with who.client.session_transaction() as cookie:
        assert "left_over" not in cookie


def test_last_seen_is_written_once_a_minute_and_not_on_every_page(mediator: Person) -> None:
    before = db.session.scalars(db.select(SigninSession.seen_at)).one()
    mediator.get("/work/cases")
    db.session.expire_all()
    assert db.session.scalars(db.select(SigninSession.seen_at)).one() == before
    session = db.session.scalars(db.select(SigninSession)).one()
    session.seen_at = now() - timedelta(minutes=5)
    db.session.commit()
    mediator.get("/work/cases")
    db.session.expire_all()
    assert db.session.scalars(db.select(SigninSession.seen_at)).one() > now() - timedelta(minutes=1)


@pytest.mark.parametrize("asks", [{"X-Requested-With": "live"}, {"Accept": "text/event-stream"}])
def test_a_page_that_follows_by_itself_keeps_nobody_signed_in(participant_a: Person, asks: dict[str, str]) -> None:
    """A phone that lies open asks every two seconds; only somebody who does something is there."""
    session = db.session.scalars(db.select(SigninSession)).one()
    session.seen_at = at = now() - timedelta(minutes=5)
    db.session.commit()
    assert participant_a.client.get("/notes/live/version", headers=asks).status_code in {200, 304}
    db.session.rollback()
    assert db.session.scalars(db.select(SigninSession.seen_at)).one() == at
    participant_a.get("/notes/exercise")
    db.session.rollback()
    assert db.session.scalars(db.select(SigninSession.seen_at)).one() > at
