"""Answering a form through the portal's pages."""

from __future__ import annotations

import uuid
from typing import Any

from mediator.cases.models import Case
from mediator.core.db import db
from mediator.questionnaires.models import Answer, Assignment
from tests.factories import Pair
from tests.people import Page, Person

WORDS = "  Ünïcode שלום 👩‍👩‍👧 e\u0301 <b>{{ 7*7 }}</b>\nSecond line  "


AUTOSAVE = {"X-Requested-With": "autosave"}


def at(form: uuid.UUID, rest: object = "") -> str:
    """The address of a form's page."""
    return f"/notes/questions/{form}" + (f"/{rest}" if rest != "" else "")


def row(form: uuid.UUID) -> Assignment:
    """The form as it stands in the database now."""
    db.session.rollback()
    return db.session.get_one(Assignment, form)


def stored(form: uuid.UUID, part: str) -> Answer | None:
    """An answer as it stands in the database now."""
    db.session.rollback()
    found: Answer | None = db.session.scalar(
        db.select(Answer).where(Answer.assignment_id == form, Answer.part_key == part)
    )
    return found


def raw(form: uuid.UUID, part: str) -> str:
    """What is stored of an answer, without a ring."""
    found = stored(form, part)
    assert found is not None
    assert found.value_bytes is not None
    return found.value_bytes[1:].decode()


def autosave(person: Person, page: Page, changes: dict[str, str]) -> Any:
    """Save what is on a page without leaving it, as autosave.js does."""
    form = page.form("/questions/")
    return person.client.post(form.action, data={**form.fields, **changes}, headers=AUTOSAVE)


def case_is(pair: Pair, **values: object) -> None:
    """Something happened to the case meanwhile."""
    case = db.session.get_one(Case, pair.case)
    for name, value in values.items():
        setattr(case, name, value)
    db.session.commit()


#: What a person fills in, by question in order, and how the check page says it.
FILLED: tuple[tuple[dict[str, str], str], ...] = (
    ({"5.ready": "7"}, "7 of 10"),
    ({"5.12.how": "money", "5.12.how.keep": "yes"}, "Money"),
    ({"5.7.open.truth": "yes", "5.7.open.family": "yes"}, "Children and family"),
    ({"5.3.parts.money": "1", "5.3.parts.truth": "2"}, "1. Money"),
    ({"5.13.one": "How we tell each other", "5.13.one.offer": "yes", "5.13.how": "not-said"}, "How we tell each other"),
    ({"5.only": WORDS}, "Second line"),
    ({"5.6.cannot.0": "Every evening"}, "Every evening"),
    ({"5.4.sign.0.statement": "A call", "5.4.sign.0.example": "On Friday"}, "A small thing: A call"),
    ({"5.5.slip.0.if": "It rains", "5.5.slip.0.then": "I call"}, "then I could: I call"),
    ({"5.14.until.from": "2026-12-01", "5.14.until.to": "2026-12-14"}, "1 December 2026 to 14 December 2026"),
    ({"5.11.kinds.truth": "if", "5.11.kinds.truth.note": "by day"}, "Telling the truth: Yes, if. by day"),
    ({"5.1.now.money": "3", "5.1.now.money.note": "Later"}, "Money: 3 of 10. Later"),
    ({"5.15.cards.truth": "some"}, "Telling the truth: Partly"),
)


def fill_in(person: Person, form: uuid.UUID) -> Page:
    """Answer every question through its page, one after the other; the check page."""
    page = person.get(at(form))
    for number, (changes, _) in enumerate(FILLED, start=1):
        assert page.response.request.path == at(form, number)
        page = person.submit(page, {**changes, "go": "next"}, action="/questions/")
        assert page.status == 200
    assert page.response.request.path == at(form, "check")
    return page
