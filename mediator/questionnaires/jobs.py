"""What the jobs process asks of questionnaires: whether a message about a form is still to be sent."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_

from mediator.cases.door_actions import SOMETHING_TO_ANSWER
from mediator.core.db import db
from mediator.core.outbox import Message
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.terms import TO_DO


def needed() -> ColumnElement[bool]:
    """Messages that are not about a form, or about one its participant still has to do."""
    to_do = db.select(Assignment.id).where(Assignment.state.in_(TO_DO))
    return or_(Message.template != SOMETHING_TO_ANSWER, Message.subject_id.is_(None), Message.subject_id.in_(to_do))
