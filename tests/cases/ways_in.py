"""What the tests of doors share: opening a link as a person does, and looking at what was kept."""

from __future__ import annotations

import contextvars
import re
import uuid
from typing import Any

from werkzeug.test import TestResponse

from mediator.cases.models import Door, Participant
from mediator.core import sealed, signin, tokens
from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.outbox import Message
from mediator.core.visibility import Viewer
from mediator.questionnaires.models import Assignment, AssignmentQuestion, Form
from tests.factories import Pair
from tests.people import Page, Person


def ask(person: Person, method: str, path: str, **more: Any) -> TestResponse:
    """One bare request, for answers that are no page."""
    db.session.rollback()
    return contextvars.Context().run(person.client.open, path, method=method, **more)


def verbs() -> list[str]:
    return list(db.session.scalars(db.select(AuditEntry.verb).order_by(AuditEntry.number)))


def the_door(token: str) -> Door:
    door: Door = db.session.scalars(db.select(Door).where(Door.token_hash == tokens.digest(token))).one()
    return door


def sessions(participant: uuid.UUID) -> int:
    db.session.rollback()
    return len(signin.live_sessions(signin.PARTICIPANT, participant))


def neutral(page: Page, token: str) -> str:
    """A page's body without the two things that must differ: its own address and the CSRF token."""
    return page.text.replace(token, "TOKEN")


def open_door(person: Person, token: str) -> Page:
    return person.submit(person.get(f"/d/{token}"), action="/d/")


def make_form(pair: Pair, participant: uuid.UUID, *, minutes: float = 2) -> uuid.UUID:
    """A form of one question sent to one person."""
    form = Form(case_id=pair.case, step="5", title="Trust", created_at=now(), created_by=pair.mediator)
    sent = Assignment(case_id=pair.case, form_id=form.id, participant_id=participant, sent_at=now())
    part: dict[str, Any] = {"key": "5.1.one", "type": "short", "sharing": "closed", "visibility": "private",
            "label": "", "anchors": None, "options": [], "rows": [], "scale": None, "max_items": 3, "reading": None,
            "fields": None}  # fmt: skip
    sent.questions.append(
        AssignmentQuestion(
            case_id=pair.case,
            participant_id=participant,
            assignment_id=sent.id,
            position=1,
            key="5.1",
            spec={"key": "5.1", "text": "What helps?", "hint": "", "step": "5", "minutes": minutes, "parts": [part]},
        )
    )
    db.session.add_all([form, sent])
    db.session.commit()
    return sent.id


def waiting(participant: uuid.UUID) -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Message).where(Message.recipient_id == participant)))


def address_of(participant: uuid.UUID) -> str:
    person = db.session.get_one(Participant, participant)
    with sealed.ring_of(Viewer.participant(person.id, person.case_id)):
        email: str = person.email
    return email


def doors_path(pair: Pair, letter: str = "A") -> str:
    return f"/work/cases/{pair.case}/doors/{letter}"


def show_qr(mediator: Person, pair: Pair) -> Page:
    return mediator.submit(mediator.get(doors_path(pair)), action="/qr")


def shown(page: Page) -> str:
    """The link a page shows."""
    found = re.search(r"http://127\.0\.0\.1:8000/d/[\w-]{43}", page.text)
    assert found, page.words
    return found.group()
