"""The forms of a case, and where each person's copy stands, as plain values: one query whatever the number of forms.

Of written words only the titles, which are the mediator's own. For a mediator of the case: it needs their ring.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam

from mediator.core.db import db, read_rows
from mediator.core.sealed import Words
from mediator.questionnaires.models import Assignment, Form
from mediator.questionnaires.terms import AssignmentState

#: How a title is opened on rows that are not objects: on the class itself the attribute refuses every use.
_TITLE: Words = vars(Form)["title"]
#: Every form of a case, newest first, each with its copies; one without any is a row of its own.
_FORMS = (
    db.select(
        Form.id,
        Form.case_id,
        Form.step,
        Form.task,
        Form.title_bytes.label("title_bytes"),
        Form.due_at,
        Form.run_id,
        Assignment.id.label("copy_id"),
        Assignment.participant_id,
        Assignment.state,
        Assignment.from_paper,
        Assignment.sent_at,
        Assignment.started_at,
        Assignment.submitted_at,
        Assignment.ended_at,
        Assignment.read_first_at,
        Assignment.read_at,
    )
    .outerjoin(Assignment, Assignment.form_id == Form.id)
    .where(Form.case_id == bindparam("case"))
    .order_by(Form.created_at.desc(), Form.id, Assignment.id)
)


@dataclass(frozen=True)
class Copy:
    """One person's copy of a form. Times are UTC. `unread`: a safety answer of it waits to be read first."""

    id: uuid.UUID
    form_id: uuid.UUID
    participant_id: uuid.UUID
    state: AssignmentState
    from_paper: bool
    sent_at: datetime
    started_at: datetime | None
    submitted_at: datetime | None
    ended_at: datetime | None
    unread: bool


@dataclass(frozen=True)
class SentForm:
    """One form with the copies there are of it; none while it was sent to nobody. `due_at` is UTC.

    `run_id` is the exercise it belongs to: it is opened there.
    """

    id: uuid.UUID
    case_id: uuid.UUID
    step: str
    task: bool
    title: str
    due_at: datetime | None
    run_id: uuid.UUID | None
    copies: tuple[Copy, ...]

    def of(self, participant_id: uuid.UUID) -> Copy | None:
        """The copy of this person."""
        return next((copy for copy in self.copies if copy.participant_id == participant_id), None)


def forms(case_id: uuid.UUID) -> list[SentForm]:
    """Every form of a case, newest first, also those that were sent to nobody yet."""
    by_form: dict[uuid.UUID, list[Row[Any]]] = {}
    for row in read_rows(_FORMS, {"case": case_id}):
        by_form.setdefault(row.id, []).append(row)
    return [_form(copies) for copies in by_form.values()]


def _form(copies: Sequence[Row[Any]]) -> SentForm:
    one = copies[0]
    return SentForm(
        one.id,
        one.case_id,
        one.step,
        one.task,
        _TITLE.__get__(one, Form),
        one.due_at,
        one.run_id,
        tuple(_copy(row) for row in copies if row.copy_id is not None),
    )


def _copy(row: Row[Any]) -> Copy:
    return Copy(
        row.copy_id,
        row.id,
        row.participant_id,
        row.state,
        row.from_paper,
        row.sent_at,
        row.started_at,
        row.submitted_at,
        row.ended_at,
        row.read_first_at is not None and row.read_at is None,
    )
