"""The check every request passes, and the headers every answer carries."""

from __future__ import annotations

import contextvars
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from mediator.app import create_app, limiter
from mediator.cases.models import Case
from mediator.core.db import close, db
from tests.cases.ways_in import ask, verbs
from tests.conftest import Databases, config
from tests.factories import PASSWORD, Pair
from tests.people import Page, Person

NEW = "/work/cases/new"


def csrf(who: Person) -> str:
    return who.get(NEW).form(NEW).fields["csrf_token"]


def send(who: Person, body: bytes, kind: str = "application/x-www-form-urlencoded") -> Page:
    return who.post(NEW, body, content_type=kind)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value"),
    [("NUL", b"%00"), ("not UTF-8", b"%FF%FE"), ("overlong", b"%C0%80"), ("a lone surrogate", b"%ED%A0%80")],
)
def test_bytes_no_browser_sends_are_refused_with_the_text_given_back(mediator: Person, name: str, value: bytes) -> None:
    page = send(mediator, b"csrf_token=" + csrf(mediator).encode() + b"&name=Rosa " + value)
    assert page.status == 400, name
    assert "Rosa" in page.text


def test_a_name_given_twice_is_refused(mediator: Person) -> None:
    assert send(mediator, b"policy=caucus&policy=limited").status == 400
    assert mediator.get(f"{NEW}?a=1&a=2").status == 400


def test_ten_megabytes_are_refused_and_nothing_is_stored(mediator: Person) -> None:
    before = db.session.scalar(db.select(db.func.count()).select_from(Case))
    assert send(mediator, b"name=" + b"x" * 10_485_760).status == 413
    assert db.session.scalar(db.select(db.func.count()).select_from(Case)) == before


def test_line_ends_become_one(mediator: Person, pair: Pair, app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={"text": "one\r\ntwo\rthree\n"}):
        from flask import request

        from mediator.core.requests import check

        check()
        assert request.form["text"] == "one\ntwo\nthree\n"


@pytest.mark.parametrize("origin", ["https://evil.test", "null"])
def test_no_other_site_may_read_or_post(anyone: Person, mediator: Person, origin: str) -> None:
    page = mediator.get("/work/cases", headers={"Origin": origin})
    assert "Access-Control-Allow-Origin" not in page.response.headers
    assert mediator.post(NEW, {"name": "Rosa"}, headers={"Origin": origin}).status == 400


def test_a_token_of_another_session_is_refused(mediator: Person, other_mediator: Person) -> None:
    assert other_mediator.post(NEW, {"csrf_token": csrf(mediator)}).status == 400


def test_forged_proxy_headers_change_no_link(mediator: Person) -> None:
    page = mediator.get("/work/cases", headers={"X-Forwarded-Host": "evil.test", "Host": "evil.test"})
    assert "evil.test" not in page.text


def test_files_with_a_hash_in_their_address_are_kept_and_others_asked_for_again(anyone: Person) -> None:
    kept = anyone.client.get("/static/css/base.css?v=1")
    asked = anyone.client.get("/static/css/base.css")
    assert "immutable" in kept.headers["Cache-Control"]
    assert "immutable" not in asked.headers.get("Cache-Control", "")


@pytest.fixture
def https(databases: Databases, tmp_path: Path) -> Iterator[Person]:
    url = databases.fresh(tmp_path)
    app = create_app(config(tmp_path, url, "https://mediation.example"))
    with app.app_context():
        from tests.factories import make_practice, make_staff

        make_practice()
        make_staff("owner", email="owner@practice.example")
        yield Person(app)
        db.session.remove()
        close()
    databases.drop(url)


def test_over_https_the_cookie_is_locked_to_the_host_and_https_is_remembered(https: Person) -> None:
    page = https.client.get("/sign-in", base_url="https://mediation.example")
    cookie = page.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    missing = https.client.get("/nothing-here", base_url="https://mediation.example")
    assert missing.status_code == 404
    assert "Strict-Transport-Security" in missing.headers


def test_the_outer_limit_answers_with_a_page_of_ours(databases: Databases, tmp_path: Path) -> None:
    url = databases.fresh(tmp_path)
    app = create_app(replace(config(tmp_path, url), public_limit="3 per minute"))
    with app.app_context():
        client = app.test_client()
        answers = [client.get("/new-link").status_code for _ in range(5)]
        assert answers.count(429) >= 1
        assert answers[0] == 200
        db.session.remove()
        close()
    databases.drop(url)


def test_health_tells_no_names_and_no_counts(anyone: Person) -> None:
    answer = anyone.client.get("/healthz")
    assert answer.get_json() == {"status": "ok"}


def test_past_the_outer_limit_a_stranger_leaves_no_more_lines(app: Flask, pair: Pair) -> None:
    """Unknown addresses, pages of the workspace and forms without their token each leave a line, but not for ever."""
    app.extensions["mediator"] = replace(app.extensions["mediator"], public_limit="4 per minute")
    limiter.reset()
    staff, participant, stranger = Person(app), Person(app), Person(app)
    staff.sign_in(pair.mediator_email)
    participant.come_in(pair.a)

    def asks(method: str, path: str) -> list[int]:
        return [ask(stranger, method, path).status_code for _ in range(9)]

    before = len(verbs())
    for method, path, answer in (("GET", "/nothing", 404), ("POST", "/nothing-else", 0), ("GET", "/work/cases", 302),
                                 ("GET", "/work/nothing", 0), ("POST", "/new-link", 400)):  # fmt: skip
        allowed = [answer] * 4 if answer else []
        assert asks(method, path) == allowed + [429] * (9 - len(allowed)), path
    assert len(verbs()) - before == 12
    assert ask(stranger, "GET", "/sign-in").status_code == 200, "what is refused takes nothing from who signs in"
    for person, path in ((staff, "/work/cases"), (participant, "/notes/")):
        assert {person.look_at(path).status for _ in range(9)} == {200}
    assert participant.look_at("/work/cases").status == 429, "signed in somewhere else is a stranger here"


def test_words_that_meet_the_outer_limit_are_given_back(app: Flask) -> None:
    app.extensions["mediator"] = replace(app.extensions["mediator"], public_limit="1 per minute")
    limiter.reset()
    answers = [Person(app).post("/notes/questions/x/1", {"5.only": "Ten minutes"}) for _ in range(2)]
    assert [answer.status for answer in answers] == [401, 429]
    assert all("Ten minutes" in answer.text for answer in answers)


AT = "https://mediation.example"


def over_https(person: Person, method: str, path: str, **more: Any) -> TestResponse:
    """One bare request behind a server with TLS. Our pages send no referrer."""
    db.session.rollback()
    return contextvars.Context().run(person.client.open, path, method=method, base_url=AT, **more)


def signing_in(https: Person) -> dict[str, str]:
    token = re.search(r'name="csrf_token" value="([^"]+)"', over_https(https, "GET", "/sign-in").text)
    assert token
    return {"csrf_token": token[1], "email": "owner@practice.example", "password": PASSWORD}


def test_forms_work_over_https_without_a_referrer(https: Person) -> None:
    """Every page says `no-referrer`, so nothing may ask a browser for one."""
    answer = over_https(https, "POST", "/sign-in", data=signing_in(https))
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/work")


def test_a_form_on_another_site_changes_nothing(https: Person) -> None:
    """What the referrer was asked for is what browsers say themselves (Fetch Metadata)."""
    fields = signing_in(https)
    refused = over_https(https, "POST", "/sign-in", data=fields, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 400
    assert PASSWORD not in refused.text
    own = over_https(https, "POST", "/sign-in", data=fields, headers={"Sec-Fetch-Site": "same-origin"})
    assert own.status_code == 302


@pytest.mark.parametrize("trusted", [True, False])
def test_one_proxy_is_believed_only_when_told(databases: Databases, tmp_path: Path, trusted: bool) -> None:
    """Behind a trusted proxy each address has its own limit; without the word nobody names an address of their own."""
    url = databases.fresh(tmp_path)
    app = create_app(replace(config(tmp_path, url), public_limit="2 per minute", proxy=trusted))
    with app.app_context():
        forwarded = [{"X-Forwarded-For": f"192.0.2.{number}", "X-Forwarded-Proto": "https"} for number in range(5)]
        answers = [app.test_client().get("/new-link", headers=one).status_code for one in forwarded]
        assert (429 in answers) is not trusted
        db.session.remove()
        close()
    databases.drop(url)


def test_exit_is_never_limited(databases: Databases, tmp_path: Path) -> None:
    """Two people in one home share an address: no number of requests keeps either of them from leaving."""
    url = databases.fresh(tmp_path)
    app = create_app(replace(config(tmp_path, url), public_limit="3 per minute"))
    with app.app_context():
        client = app.test_client()
        answers = [client.get("/new-link").status_code for _ in range(5)]
        assert 429 in answers
        assert [client.post("/exit").status_code for _ in range(6)] == [303] * 6
        db.session.remove()
        close()
    databases.drop(url)
