"""Running a session through its pages, for tests: starting, pressing buttons, letting time pass, reading notes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from mediator.core import sealed
from mediator.core.audit import AuditEntry
from mediator.core.db import db
from mediator.core.visibility import Viewer
from mediator.sessions.models import AgendaItem, Caucus, MediationSession, Note
from mediator.sessions.terms import ItemState, NoteKind
from tests.factories import Pair
from tests.people import HTML, Form, Page, Person
from tests.sessions.plan import make_session


def at(pair: Pair, session: uuid.UUID, tail: str = "") -> str:
    """A page of a session."""
    return f"/work/cases/{pair.case}/sessions/{session}{tail}"


def begin(mediator: Person, pair: Pair, session: uuid.UUID, live: str = "yes") -> Page:
    """Start it through the page."""
    return mediator.submit(mediator.get(at(pair, session, "/run")), {"live": live}, action="/run/start")


def running(mediator: Person, pair: Pair, **values: Any) -> uuid.UUID:
    """A session of this pair that has just begun."""
    session = make_session(pair, **values)
    page = begin(mediator, pair, session)
    assert page.status == 200, page.words
    return session


def press(mediator: Person, page: Page, do: str, **more: str) -> Page:
    """Press one of the buttons of the page as it was when it was loaded."""
    for element in page.all("form"):
        if any((one.get("name"), one.get("value")) == ("do", do) for one in element.iter(HTML + "button")):
            form = Form(element)
            return mediator.post(form.action, {**form.fields, "do": do, **more})
    raise AssertionError(f"no button for {do}: {page.words}")


def later(session: uuid.UUID, minutes: float) -> None:
    """Let time pass: everything that was, was so much earlier."""
    db.session.rollback()
    row, by = db.session.get_one(MediationSession, session), timedelta(minutes=minutes)
    clocks: list[MediationSession | AgendaItem] = [row, *row.items]
    for one in clocks:
        if one.running_since is not None:
            one.running_since -= by
    if row.started_at is not None:
        row.started_at -= by
    for alone in row.caucuses:
        alone.started_at -= by
        alone.ended_at = alone.ended_at - by if alone.ended_at else None
    db.session.commit()


def row_of(session: uuid.UUID) -> MediationSession:
    """The session as it stands now."""
    db.session.rollback()
    return db.session.get_one(MediationSession, session)


def states(session: uuid.UUID) -> list[str]:
    """Where the items stand, in order."""
    return [item.state.value for item in row_of(session).items]


def present(session: uuid.UUID) -> AgendaItem:
    """The item that runs."""
    return next(item for item in row_of(session).items if item.state is ItemState.RUNNING)


@contextmanager
def ring(pair: Pair) -> Iterator[None]:
    """Read as the mediator of the case."""
    with sealed.ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))):
        yield


def words(pair: Pair, session: uuid.UUID, kind: NoteKind, about: uuid.UUID | None = None) -> str:
    """What stands in a note; empty where there is none."""
    db.session.rollback()
    found = db.session.scalars(
        db.select(Note).where(Note.session_id == session, Note.kind == kind, Note.about_id == (about or session))
    ).first()
    with ring(pair):
        return str(found.text) if found is not None else ""


def note_form(page: Page, kind: NoteKind) -> Form:
    """The form of a note on a page."""
    for element in page.all("form"):
        form = Form(element)
        if form.fields.get("kind") == kind:
            return form
    raise AssertionError(f"no {kind} note on {page.title}")


def write(mediator: Person, page: Page, kind: NoteKind, text: str, *, script: bool = True) -> Page:
    """Type into a note of a page, as its script sends it (or as the form does without)."""
    form = note_form(page, kind)
    headers = {"X-Requested-With": "autosave"} if script else {}
    return mediator.post(form.action, {**form.fields, "text": text}, headers=headers)


def caucus_of(session: uuid.UUID) -> Caucus:
    """The latest caucus."""
    return row_of(session).caucuses[-1]


def verbs(session: uuid.UUID) -> list[str]:
    """What the log says was done to the session, in order, without readings."""
    db.session.rollback()
    found = db.session.scalars(
        db.select(AuditEntry.verb).where(AuditEntry.subject_id == session).order_by(AuditEntry.number)
    )
    return [verb for verb in found if verb not in {"session.read", "session.presented"}]


def told(mediator: Person, pair: Pair, session: uuid.UUID) -> dict[str, Any]:
    """What the windows that follow are told."""
    answer: dict[str, Any] = mediator.get(at(pair, session, "/run/state")).response.get_json()
    return answer
