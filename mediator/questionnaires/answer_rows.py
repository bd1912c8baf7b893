"""One answer's row: made empty for its author, and written. Whoever calls this has decided that it may be."""

from __future__ import annotations

from datetime import datetime

from mediator.core.db import db
from mediator.core.visibility import Visibility
from mediator.guide.content import Part
from mediator.questionnaires.models import Answer, Assignment
from mediator.questionnaires.terms import AnswerState
from mediator.questionnaires.values import Outcome


def new(assignment: Assignment, question: str, part: Part, visibility: Visibility) -> Answer:
    """A row without an answer to this part of a question (its key)."""
    row = Answer(
        case_id=assignment.case_id,
        participant_id=assignment.participant_id,
        assignment_id=assignment.id,
        question_key=question,
        part_key=part.key,
        sharing=part.sharing,
        visibility=visibility,
        state=AnswerState.EMPTY,
    )
    db.session.add(row)
    return row


def write(row: Answer, outcome: Outcome, at: datetime) -> None:
    """Put an outcome into a row; `at` is UTC."""
    row.state, row.kept, row.offered = outcome.state, outcome.kept, outcome.offered
    row.value = outcome.value
    row.saved_at = at
