"""A text of both through the pages, for tests: writing on it and saying yes to it."""

from __future__ import annotations

from tests.exercises.phones import PHONE
from tests.people import Form, Page, Person


def save(person: Person, words: str, page: Page | None = None) -> Page:
    """Write the words into the form of one's phone, as it was when it was loaded, and save them."""
    return fill(person, page or person.get(PHONE), words=words)


def fill(person: Person, page: Page, **given: str) -> Page:
    """Send the form of the words as it stands on a page, with some fields filled in (`who_1` is who-1)."""
    form = next(Form(one) for one in page.all("form") if (one.get("action") or "").endswith("/text"))
    return person.post(form.action, {**form.fields, **{name.replace("_", "-"): one for name, one in given.items()}})


def agree(person: Person, page: Page | None = None) -> Page:
    return person.submit(page or person.get(PHONE), action="/text/yes")
