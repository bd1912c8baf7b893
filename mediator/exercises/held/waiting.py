"""Where words for the other wait for somebody, as conditions of a query: the twin in SQL of `rows.machine`.

For lists over many cases, and for what is asked right before a message goes. No words are read here.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select

from mediator.core.db import among
from mediator.exercises.models import ExerciseRun, HeldWords, RunStage
from mediator.exercises.terms import UNDER_WAY, Way
from mediator.questionnaires.models import Assignment, Form
from mediator.questionnaires.terms import AssignmentState

#: Whether it goes on: whatever is over waits for nobody.
GOING_ON: ColumnElement[bool] = among(ExerciseRun.state, *UNDER_WAY)
HANDED_IN: ColumnElement[bool] = among(Assignment.state, AssignmentState.SUBMITTED)
#: The receiver was asked on their page and has said nothing. It counts while the author's form is closed as it was when
#: the mediator accepted it: what was handed back since, by whatever page, is asked about anew.
UNANSWERED: ColumnElement[bool] = and_(
    GOING_ON,
    HANDED_IN,
    Assignment.locked_at == HeldWords.accepted_at,
    among(HeldWords.way, Way.ASKED),
    HeldWords.asked_at.is_not(None),
)


#: A form of what was given to one person alone, in a query over forms: it is read on its exercise's page, and no line
#: that may lie open says that it came in.
OF_ONE: ColumnElement[bool] = (
    select(Form.id)
    .join(ExerciseRun, ExerciseRun.id == Form.run_id)
    .where(Form.id == Assignment.form_id, ExerciseRun.only.is_not(None))
    .correlate(Assignment)
    .exists()
)


def joined(wanted: Select[Any]) -> Select[Any]:
    """The same query over words for the other, with their run and the form of their author beside."""
    return (
        wanted.select_from(HeldWords)
        .join(ExerciseRun, ExerciseRun.id == HeldWords.run_id)
        .join(RunStage, (RunStage.run_id == HeldWords.run_id) & (RunStage.position == ExerciseRun.at))
        .join(Assignment, (Assignment.form_id == RunStage.form_id) & (Assignment.participant_id == HeldWords.author_id))
    )
