"""Error pages: one h1, a way on, the same for unknown and forbidden, and what was typed is given back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask, render_template

from mediator.agreements.terms import Standing
from mediator.cases.models import Case
from mediator.cases.terms import CaseState
from mediator.core import requests
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.signin import SigninSession
from mediator.sessions.models import MediationSession
from mediator.sessions.terms import SessionState
from tests.agreements.saying import row_of, say
from tests.factories import PASSWORD, Pair
from tests.people import Page, Person
from tests.questionnaires import build
from tests.questionnaires.making import at, form_of, forms_at, make
from tests.sessions.plan import make_session


def way_on(page: Page) -> list[str]:
    return [link for link in page.links() if link.startswith("/")]


def test_unknown_and_forbidden_are_one_page(mediator: Person) -> None:
    unknown, forbidden = mediator.get("/work/nothing-here"), mediator.get("/work/audit")
    assert unknown.status == forbidden.status == 404
    assert unknown.text == forbidden.text
    assert "There is nothing here" in unknown.words
    assert way_on(unknown)


def test_a_wrong_method_is_answered_as_unknown(mediator: Person) -> None:
    assert mediator.get("/work/sign-out").status == 404


def test_a_signed_out_visitor_finds_a_way_on(anyone: Person) -> None:
    page = anyone.get("/nothing-here")
    assert page.status == 404
    assert "/new-link" in page.links()
    assert "Mediator" not in page.title, "a phone may be looked at"
    staff = anyone.get(f"/welcome/{uuid.uuid4()}")
    assert staff.status == 404
    assert "/sign-in" in staff.links()


def test_a_participant_finds_home_and_exit(participant_a: Person) -> None:
    page = participant_a.get("/notes/nothing-here")
    assert page.status == 404
    assert "/notes/" in page.links()
    assert "Exit this page" in page.words


def test_a_page_without_its_token_says_what_to_do(anyone: Person) -> None:
    page = anyone.post("/sign-in", {"email": "a@b.example", "password": "x"})
    assert page.status == 400
    assert "This page was open for too long" in page.words
    assert "/sign-in" in page.links()


def test_unreadable_text_is_given_back(mediator: Person) -> None:
    page = mediator.post("/work/account/details", {"name": "What I wrote \x00 <b>here</b>"})
    assert page.status == 400
    area = page.all("textarea")[0]
    assert area.get("readonly") is not None
    assert "<b>here</b>" in "".join(area.itertext())
    assert "&lt;b&gt;" in page.text


def test_a_field_sent_twice_is_refused(anyone: Person) -> None:
    page = Page(anyone.client.post("/sign-in", data={"email": ["a@b.example", "c@d.example"]}))
    assert page.status == 400


@pytest.mark.parametrize("surface", ["public", "workspace", "portal"])
@pytest.mark.parametrize("name", ["missing", "bad", "failed"])
def test_every_surface_has_the_three_pages(app: Flask, surface: str, name: str) -> None:
    with app.test_request_context("/"):
        text = render_template(f"{surface}/errors/{name}.html", message="A sentence.", text="")
    assert text.count("<h1") == 1
    assert ("A sentence." in text) == (name == "bad")
    assert "<textarea" not in text


def test_failing_says_nothing_was_half_saved(app: Flask) -> None:
    with app.test_request_context("/work/"):
        text = render_template("workspace/errors/failed.html")
    assert "Nothing was half saved" in text
    assert "main-nav" not in text


def lapse(person: uuid.UUID) -> None:
    """Nobody touched a page for half an hour."""
    db.session.rollback()
    for row in db.session.scalars(db.select(SigninSession).where(SigninSession.person_id == person)):
        row.seen_at = now() - timedelta(minutes=31)
    db.session.commit()


def given_back(page: Page) -> str:
    return "".join("".join(area.itertext()) for area in page.all("textarea") if area.get("readonly") is not None)


def test_words_sent_after_the_session_lapsed_are_given_back(pair: Pair, participant_a: Person) -> None:
    """They are not stored, but nobody has to write them again, and the way to a new link stands beside them."""
    form = build.send(pair.a, (build.LONG,))
    page = participant_a.get(f"/notes/questions/{form}/1")
    lapse(pair.a)
    answer = participant_a.submit(page, {"5.only": "Ten minutes of words"}, action="/questions/")
    assert answer.status == 401
    assert given_back(answer).strip() == "Ten minutes of words", "no token and no number of a version"
    assert "/new-link" in answer.links()
    assert "Exit this page" in answer.words
    quiet = participant_a.post(f"/notes/questions/{form}/1", {"5.only": "x"}, headers={"X-Requested-With": "autosave"})
    assert quiet.status == 401
    assert quiet.response.get_json()["message"]


def test_words_of_staff_are_given_back_with_the_way_to_sign_in(pair: Pair, mediator: Person) -> None:
    """The way leads back to the page the words came from, where its address can be opened."""
    record, new = mediator.get(f"/work/cases/{pair.case}/record"), mediator.get("/work/cases/new")
    lapse(pair.mediator)
    held = mediator.submit(record, {"reason": "She was afraid"}, action="/hold")
    assert held.status == 401
    assert "She was afraid" in given_back(held)
    assert "/sign-in" in held.links()
    opened = mediator.submit(new, {"a_name": "Somebody new"}, action="/new")
    assert opened.status == 401
    assert "Somebody new" in given_back(opened)
    assert "/sign-in?next=/work/cases/new" in opened.links()
    assert mediator.look_at("/work/cases/new").response.headers["Location"].startswith("/sign-in")


def test_words_of_a_page_with_a_stale_token_are_given_back(pair: Pair, participant_a: Person, mediator: Person) -> None:
    """The page was opened before somebody came in anew; passwords never come back."""
    form = build.send(pair.a, (build.LONG,))
    page = participant_a.get(f"/notes/questions/{form}/1")
    participant_a.come_in(pair.a)
    answer = participant_a.submit(page, {"5.only": "Typed before the lapse"}, action="/questions/")
    assert answer.status == 400
    assert "Typed before the lapse" in given_back(answer)
    account = mediator.get("/work/account")
    changes: dict[str, str | None] = dict.fromkeys(account.form("/password").fields, PASSWORD)
    secret = mediator.submit(account, {**changes, "csrf_token": "stale"}, action="/password")
    assert secret.status == 400
    assert PASSWORD not in secret.text


def begin(session: uuid.UUID) -> None:
    db.session.get_one(MediationSession, session).state = SessionState.RUNNING
    db.session.commit()


def hold(pair: Pair) -> None:
    db.session.get_one(Case, pair.case).hold = True
    db.session.commit()


def release(agreement: uuid.UUID) -> None:
    row_of(agreement).standing = Standing.RELEASED
    db.session.commit()


def test_words_of_a_refused_act_are_given_back(pair: Pair, mediator: Person) -> None:
    """Somebody was quicker, or the case was stopped: nothing is saved, and nobody types it again."""
    case = f"/work/cases/{pair.case}"
    agreement, session = say(pair), make_session(pair)
    make(mediator, pair)
    draft = form_of(pair)
    own: dict[str, str | None] = {"own.1.text": "What about the garden?", "own.1.offered": "yes"}
    forms: list[tuple[str, str, dict[str, str | None], Callable[[], object]]] = [
        (
            f"{case}/agreements/{agreement}/edit",
            "/edit",
            {"what": "Reply the same day", "seen": "We read the messages"},
            lambda: release(agreement),
        ),
        (f"{case}/sessions/{session}/plan", "/plan", {"place": "The blue room"}, lambda: begin(session)),
        (
            f"{case}/participants/A",
            "/participants/",
            {"name": "Sasha Without"},
            lambda: mediator.submit(mediator.get(f"{case}/participants/A"), {"name": "Al"}, action="/participants/"),
        ),
        (at(draft, "/edit"), "/edit", own, lambda: mediator.submit(mediator.get(at(draft)), action="/send")),
        (f"{forms_at(pair)}/new?step=5", "/forms/new", {**own, "go": "send"}, lambda: hold(pair)),
    ]
    for path, action, words, meanwhile in forms:
        page = mediator.get(path)
        meanwhile()
        got = mediator.submit(page, words, action=action)
        assert got.status == 409, path
        lines = given_back(got).split("\n")
        for name, text in words.items():
            assert text in lines or text == "yes" or name == "go", f"{path}: {name}"
        assert "yes" not in lines, "a box holds no words"
        assert not any(requests.MARK.fullmatch(line) for line in lines), "nobody typed a mark"


def test_a_refused_button_gives_nothing_back(pair: Pair, mediator: Person) -> None:
    """Nobody typed what it carries."""
    say(pair)
    preview, end = (mediator.get(f"/work/cases/{pair.case}/{path}") for path in ("agreements/release", "end"))
    hold(pair)
    for page, action in ((preview, "/release"), (end, "/move")):
        if action == "/move":
            db.session.get_one(Case, pair.case).state = CaseState.PAUSED
            db.session.commit()
        got = mediator.submit(page, action=action)
        assert got.status == 409
        assert not got.all("textarea")
