"""Error pages: one h1, a way on, the same for unknown and forbidden, and what was typed is given back."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask, render_template

from tests.people import Page, Person


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
