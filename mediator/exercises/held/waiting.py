"""Where words for the other wait for somebody, as conditions of a query over them: the twin in SQL of `rows.machine`.

For lists over many cases, and for what is asked right before a message goes. No words are read here. Runs and forms are
looked up for each of these rows, never joined: there are few of them and many forms, and a list begins at the few.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, select

from mediator.core.db import among
from mediator.exercises.models import ExerciseRun, HeldWords, RunStage
from mediator.exercises.terms import UNDER_WAY, Way
from mediator.questionnaires.models import Assignment, Form
from mediator.questionnaires.terms import AssignmentState


def of_run(*where: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether this holds of the run."""
    found = select(ExerciseRun.id).where(ExerciseRun.id == HeldWords.run_id, *where)
    return found.correlate(HeldWords).exists()


def _forms() -> Select[Any]:
    """The form on which the author writes: such an exercise has one stage."""
    wanted: Select[Any] = (
        select(Assignment.id)
        .join(RunStage, RunStage.form_id == Assignment.form_id)
        .where(RunStage.run_id == HeldWords.run_id, Assignment.participant_id == HeldWords.author_id)
        .correlate(HeldWords)
    )
    return wanted


#: The id of the author's form, as a value beside the row.
FORM: ColumnElement[Any] = _forms().scalar_subquery()
_HANDED_IN = among(Assignment.state, AssignmentState.SUBMITTED)
#: Whether it goes on: whatever is over waits for nobody.
GOING_ON: ColumnElement[bool] = of_run(among(ExerciseRun.state, *UNDER_WAY))
HANDED_IN: ColumnElement[bool] = _forms().where(_HANDED_IN).exists()
#: The receiver was asked on their page and has said nothing. It counts while the author's form is closed as it was when
#: the mediator accepted it: what was handed back since, by whatever page, is asked about anew.
UNANSWERED: ColumnElement[bool] = and_(
    among(HeldWords.way, Way.ASKED),
    HeldWords.asked_at.is_not(None),
    GOING_ON,
    _forms().where(_HANDED_IN, Assignment.locked_at == HeldWords.accepted_at).exists(),
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
