"""Safety answers: read by the case's mediators on one page, after a click that is recorded, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import selectinload

from mediator.cases.models import Case
from mediator.core import audit
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Letter, Visibility
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.spec import from_spec
from mediator.questionnaires.terms import AnswerState
from mediator.questionnaires.values import show


@dataclass(frozen=True)
class Told:
    """What one person told on one form. `unread` where it waits to be read."""

    letter: Letter
    name: str
    at: datetime
    unread: bool
    answers: Sequence[tuple[str, Sequence[str]]]


def told(case: Case) -> list[Told]:
    """Every safety answer of the case, newest first. Needs the ring of a mediator of the case."""
    people = {person.id: person for person in case.participants}
    rows = db.session.scalars(
        db.select(Assignment)
        .where(Assignment.case_id == case.id, Assignment.submitted_at.is_not(None))
        .options(selectinload(Assignment.answers), selectinload(Assignment.questions))
        .order_by(Assignment.submitted_at.desc(), Assignment.id)
    )
    found = []
    for row in rows:
        copies = [from_spec(copy.spec) for copy in row.questions]
        parts = {part.key: (question.text, part) for question in copies for part in question.parts}
        answers = [
            (parts[answer.part_key][0], show(parts[answer.part_key][1], answer.value))
            for answer in row.answers
            if answer.visibility is Visibility.SAFETY and answer.state is AnswerState.ANSWERED
        ]
        if answers and row.submitted_at is not None:
            person = people[row.participant_id]
            unread = row.read_first_at is not None and row.read_at is None
            found.append(Told(person.letter, str(person.called), row.submitted_at, unread, answers))
    return found


def mark_read(case: Case) -> None:
    """What waited has been read. Nothing else changes: what follows is the mediator's to decide."""
    at = now()
    for row in db.session.scalars(
        db.select(Assignment).where(
            Assignment.case_id == case.id, Assignment.read_first_at.is_not(None), Assignment.read_at.is_(None)
        )
    ):
        row.read_at = at
        audit.record("safety.marked-read", case=case.id, subject=row.id)
