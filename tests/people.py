"""People as fixtures: each has a browser of their own, signs in through the real pages, and looks at every answer."""

from __future__ import annotations

import contextvars
import re
import uuid
from typing import Any
from xml.etree.ElementTree import Element

from flask import Flask
from werkzeug.test import TestResponse

from mediator.core.db import db
from tests import html, papers
from tests.factories import PASSWORD, make_door

HTML = html.NAMESPACE

#: The hidden field of a form. Its letters are of chance and name the second it was made in: any short word may be found
#: among them one day, and two answers with the same words in them differ by it.
CSRF, NO_CSRF = re.compile(r'name="csrf_token" value="[^"]*"'), 'name="csrf_token"'


class Page:
    """One answer, checked as it arrived: one h1, a title, labels, no id twice, headers, nothing inline.

    `text` is what was sent, but for the CSRF tokens in it; of a PDF it is the words.
    """

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        pdf = response.mimetype == "application/pdf"
        sent = papers.read(response.get_data()) if pdf else response.get_data(as_text=True)
        self.text = CSRF.sub(NO_CSRF, sent)
        self.root: Element | None = None
        if response.mimetype == "text/html" and self.status != 204 and not 300 <= self.status < 400:
            self.root = html.parse(sent)
            look(self)

    def all(self, tag: str) -> list[Element]:
        """Every element with this tag."""
        return [] if self.root is None else list(self.root.iter(HTML + tag))

    @property
    def words(self) -> str:
        """What a person reads, white space folded."""
        if self.root is None:
            return self.text
        body = next(iter(self.all("body")))
        return " ".join(" ".join(body.itertext()).split())

    @property
    def title(self) -> str:
        """The title of the page."""
        return "".join(self.all("title")[0].itertext()).strip()

    def links(self) -> list[str]:
        """Where the page's links lead."""
        return [a.get("href", "") for a in self.all("a")]

    def form(self, action: str | None = None) -> Form:
        """The form that posts to an address holding `action` (or the first that posts)."""
        for element in self.all("form"):
            target = element.get("action", "")
            if (element.get("method") or "get").lower() == "post" and (action is None or action in target):
                return Form(element)
        raise AssertionError(f"no form posts to {action!r} on {self.title!r}")


class Form:
    """A form as a browser would send it untouched."""

    def __init__(self, element: Element) -> None:
        self.action = element.get("action", "")
        self.fields: dict[str, str] = {}
        for field in element.iter():
            name = field.get("name")
            if not name or field.get("disabled") is not None:
                continue
            match field.tag.removeprefix(HTML):
                case "input":
                    kind = field.get("type", "text")
                    if kind in {"submit", "button"}:
                        continue
                    if kind in {"checkbox", "radio"} and field.get("checked") is None:
                        continue
                    self.fields[name] = field.get("value", "on" if kind == "checkbox" else "")
                case "textarea":
                    text = "".join(field.itertext())
                    self.fields[name] = text.removeprefix("\n")
                case "select":
                    options = list(field.iter(HTML + "option"))
                    chosen = [o for o in options if o.get("selected") is not None] or options[:1]
                    if chosen:
                        self.fields[name] = chosen[0].get("value", "".join(chosen[0].itertext()))


def look(page: Page) -> None:
    """What must be true of every page, whoever asked for it."""
    where = f"{page.status} {page.response.request.path}"
    assert len(page.all("h1")) == 1, f"{where}: {len(page.all('h1'))} h1"
    assert page.title, f"{where}: no title"
    assert "<use href=" not in page.words, f"{where}: an icon shown as its source"
    ids = [element.get("id") for element in (page.root or Element("x")).iter() if element.get("id")]
    twice = {name for name in ids if ids.count(name) > 1}
    assert not twice, f"{where}: ids twice: {twice}"
    labelled = {label.get("for") for label in page.all("label")}
    wrapped = {
        id(field)
        for label in page.all("label")
        for tag in ("input", "select", "textarea")
        for field in label.iter(HTML + tag)
    }
    for tag in ("input", "select", "textarea"):
        for field in page.all(tag):
            if field.get("type") in {"hidden", "submit", "button"}:
                continue
            named = field.get("aria-label") or field.get("aria-labelledby")
            assert named or field.get("id") in labelled or id(field) in wrapped, (
                f"{where}: {tag} {field.get('name')!r} has no label"
            )
    for script in page.all("script"):
        assert script.get("src"), f"{where}: inline script"
        assert not "".join(script.itertext()).strip(), f"{where}: inline script"
    for element in (page.root or Element("x")).iter():
        assert element.get("style") is None, f"{where}: inline style"
        assert not any(name.startswith("on") for name in element.attrib), f"{where}: inline handler"
    headers = page.response.headers
    assert "default-src 'none'" in headers["Content-Security-Policy"], where
    assert headers["X-Content-Type-Options"] == "nosniff", where
    assert headers["Referrer-Policy"] == "no-referrer", where
    assert headers["Cache-Control"] == "no-store", where


class Person:
    """Somebody with a browser. Posts carry the CSRF token of the page they were read from."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.client = app.test_client()
        self.id: uuid.UUID | None = None

    def get(self, path: str, **more: Any) -> Page:
        """Open a page; redirects are followed as a browser does."""
        return self._ask("GET", path, follow_redirects=True, **more)

    def look_at(self, path: str) -> Page:
        """Open a page without following redirects."""
        return self._ask("GET", path)

    def post(self, path: str, data: dict[str, Any] | None = None, *, follow: bool = True, **more: Any) -> Page:
        """Send a form exactly as given (the CSRF token must be in it)."""
        return self._ask("POST", path, data=data or {}, follow_redirects=follow, **more)

    def _ask(self, method: str, path: str, **more: Any) -> Page:
        """One request in a context of its own, as a server would answer it: the test's session and ring stay out."""
        changed = [*db.session.new, *db.session.dirty, *db.session.deleted]
        assert not changed, "commit before somebody opens a page"
        db.session.rollback()  # gives the write lock back, and shows the test what the request changed
        return Page(contextvars.Context().run(self.client.open, path, method=method, **more))

    def submit(self, page: Page, changes: dict[str, str | None] | None = None, *, action: str | None = None,
               follow: bool = True) -> Page:  # fmt: skip
        """Fill in a form of a page and send it. A change to None leaves a field out."""
        form = page.form(action)
        fields: dict[str, str | None] = {**form.fields, **(changes or {})}
        data = {name: value for name, value in fields.items() if value is not None}
        return self.post(form.action or page.response.request.path, data, follow=follow)

    def sign_in(self, email: str, password: str = PASSWORD) -> Person:
        """Sign in as staff through the page."""
        page = self.submit(self.get("/sign-in"), {"email": email, "password": password}, action="/sign-in")
        assert page.status == 200, page.words
        assert "/sign-in" not in page.response.request.path, page.words
        return self

    def come_in(self, participant: uuid.UUID) -> Person:
        """Come in through a fresh door: open the link, press the button."""
        path = f"/d/{make_door(participant)}"
        page = self.submit(self.get(path), action="/d/")
        assert page.status == 200, page.words
        assert page.response.request.path.startswith("/notes"), page.words
        self.id = participant
        return self
