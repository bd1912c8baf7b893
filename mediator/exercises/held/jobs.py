"""What the jobs process asks about words held for their receiver: which messages about them are still to be sent.

Asked when a message is sent, so that none leads to a page on which there is nothing: a mail may have waited since for
the end of a break, or for an address that is safe.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select

from mediator.cases import gates
from mediator.cases.door_actions import SOMETHING_NEW
from mediator.cases.models import Case
from mediator.cases.terms import CaseState, Suitability
from mediator.core.outbox import Message
from mediator.exercises.content import Under
from mediator.exercises.held import waiting
from mediator.exercises.models import ExerciseRun, HeldWords
from mediator.exercises.reading import exercises
from mediator.exercises.terms import Outcome, Way

#: A break keeps a message back (`cases.jobs.ready`) and makes none of them needless.
_ASKING = gates.OPENING_STATES | {CaseState.PAUSED}
_READING = gates.SHOWING_STATES | {CaseState.PAUSED}


def needed() -> ColumnElement[bool]:
    """Messages that are about nothing held, or about what its receiver may still answer, or read."""
    still = (
        select(HeldWords.id)
        .join(ExerciseRun, ExerciseRun.id == HeldWords.run_id)
        .join(Case, Case.id == HeldWords.case_id)
        .where(_open(), or_(waiting.UNANSWERED, _given()))
    )
    return or_(Message.template != SOMETHING_NEW, Message.subject_id.in_(still))


def _given() -> ColumnElement[bool]:
    return and_(
        HeldWords.way == Way.DELIVERED,
        HeldWords.copy_bytes.is_not(None),
        HeldWords.closed_at.is_(None),
        or_(ExerciseRun.outcome.is_(None), ExerciseRun.outcome == Outcome.JOINT),
    )


def _open() -> ColumnElement[bool]:
    """Whether the case leaves the exercise open, as far as its state and its status say (`locks`)."""
    shut = {one.key for one in exercises().values() if one.safeguards is Under.CLOSED}
    shut_at_the_end = {one.key for one in exercises().values() if one.closure is Under.CLOSED}
    return and_(
        or_(
            and_(HeldWords.way == Way.DELIVERED, Case.state.in_(_READING)),
            and_(HeldWords.way != Way.DELIVERED, Case.state.in_(_ASKING)),
        ),
        or_(
            Case.suitability == Suitability.USUAL,
            and_(Case.suitability == Suitability.SAFEGUARDS, ExerciseRun.key.not_in(shut)),
        ),
        or_(Case.closure.is_(False), ExerciseRun.key.not_in(shut_at_the_end)),
    )
