"""Readings of a pair: each person's latest 0 to 10 line per step. Nothing is averaged or computed from answers."""

from __future__ import annotations

from mediator.cases.models import Case
from mediator.core.db import db
from mediator.core.visibility import Letter
from mediator.questionnaires.models import Reading

READY = "ready"


def latest(case: Case, line: str = READY) -> dict[tuple[Letter, str], int]:
    """By person and step, the latest value of a line. For a mediator of the case only: it needs their ring."""
    letters = {person.id: person.letter for person in case.participants}
    rows = db.session.scalars(
        db.select(Reading).where(Reading.case_id == case.id, Reading.line == line).order_by(Reading.at, Reading.id)
    )
    return {(letters[row.participant_id], row.step): int(row.value) for row in rows}
