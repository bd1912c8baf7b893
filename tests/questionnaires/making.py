"""Making forms through the pages, and looking at the rows, for the tests of forms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from mediator.core import sealed
from mediator.core.audit import AuditEntry
from mediator.core.db import db
from mediator.core.visibility import Viewer
from mediator.questionnaires.models import Assignment, Form
from tests.factories import Pair
from tests.people import Page, Person


def forms_at(pair: Pair) -> str:
    """Where the pages of a case's forms lie."""
    return f"/work/cases/{pair.case}/forms"


def make(mediator: Person, pair: Pair, changes: dict[str, str | None] | None = None, go: str = "save") -> Page:
    """Fill in the page of a new form and send it, as a draft or at once."""
    page = mediator.get(f"{forms_at(pair)}/new?step=5")
    return mediator.submit(page, {"go": go, **(changes or {})}, action="/forms/new")


def form_of(pair: Pair) -> Form:
    """The one form with questions (or the only one)."""
    db.session.rollback()
    return db.session.scalars(select(Form).where(Form.case_id == pair.case).order_by(Form.task)).first() or none()


def none() -> Form:
    """There should be a form."""
    raise AssertionError("there is no form")


def assignments() -> list[Assignment]:
    """Everybody's copies, as they stand now."""
    db.session.rollback()
    return list(db.session.scalars(select(Assignment).order_by(Assignment.sent_at)))


def at(form: Form, tail: str = "") -> str:
    """A page of a form."""
    return f"/work/cases/{form.case_id}/forms/{form.id}{tail}"


@contextmanager
def ring(pair: Pair) -> Iterator[None]:
    """Read as the mediator of the case."""
    with sealed.ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))):
        yield


def verbs() -> list[str]:
    """What the log says about forms, in order."""
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.verb).where(AuditEntry.verb.like("form.%"))))
