"""Reading across features for pages that show everything at once. No words: states and whether there is something."""

from __future__ import annotations

import uuid

from mediator.core.db import db
from mediator.questionnaires.models import Answer, Assignment
from mediator.questionnaires.terms import TO_DO


def with_something_to_do(case_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """The participants of a case who still have a form to do. How many, and which, is the mediator's to know."""
    return frozenset(
        db.session.scalars(
            db.select(Assignment.participant_id)
            .where(Assignment.case_id == case_id, Assignment.state.in_(TO_DO))
            .distinct()
        )
    )


def answered(case_id: uuid.UUID) -> bool:
    """Whether anybody of the case has written any answer, handed in or not."""
    return db.session.scalar(db.select(Answer.id).where(Answer.case_id == case_id).limit(1)) is not None
