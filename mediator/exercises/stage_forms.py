"""The forms on which each writes in a stage of an exercise: giving them out, taking them back, closing them.

Both are given theirs at the same moment, or the one it is for. What is written there is kept by `questionnaires`.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update

from mediator.cases.models import Case, Participant
from mediator.cases.terms import CaseState
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.visibility import Letter
from mediator.exercises import marks
from mediator.exercises.content import Stage
from mediator.exercises.models import ExerciseRun
from mediator.exercises.terms import Place
from mediator.exercises.together import queries as text_queries
from mediator.exercises.together import texts
from mediator.guide.content import Question
from mediator.questionnaires import case_forms, sending
from mediator.questionnaires.building import as_asked
from mediator.questionnaires.models import Assignment, Form, FormQuestion
from mediator.questionnaires.spec import PLACEHOLDERS
from mediator.questionnaires.spec import to_spec as question_spec

#: Said to the mediator, who goes on before there is a list.
NO_LIST = "The list has fewer than {fewest} lines, or more than {most}. Each idea is a line of its own."


def give(staff_id: uuid.UUID, case: Case, run: ExerciseRun, content: Stage, due_at: datetime | None) -> Form:
    """The form of a writing stage, given to all it is for at once: at home with a message, in the room without.

    Under a hold no message goes out, and so none on a break: it waits on both start pages. Raises Refused where there
    is to be a choice from a list that has not been written yet.
    """
    form = Form(
        id=uuid.uuid5(run.id, content.key),
        case_id=case.id,
        step="",
        task=True,
        due_at=due_at,
        run_id=run.id,
        created_at=now(),
        created_by=staff_id,
    )
    form.title = run.spec["name"]
    asked = as_asked(content.questions, case.relation, case.closure)
    for position, question in enumerate(_on_the_list(run, content.marks, asked) if content.marks else asked):
        row = FormQuestion(case_id=case.id, form_id=form.id, position=position, key=question.key)
        row.spec = question_spec(question, "", PLACEHOLDERS)
        form.questions.append(row)
    db.session.add(form)
    db.session.flush()
    for person in people(case, run):
        if run.place is Place.HOME:
            sending.assign(case, form, person, mail=not quiet(case))
        else:
            sending.hand(case, form, person, verb="form.came-with-exercise")
    return form


def _on_the_list(run: ExerciseRun, key: str, questions: Sequence[Question]) -> tuple[Question, ...]:
    """The questions about the lines of the list that was written before. Raises Refused where there is none yet."""
    position = next(stage.position for stage in run.stages if stage.key == key)
    row = text_queries.of_stage(run, position)
    try:
        return marks.among(questions, marks.ideas(texts.from_body(row.body).words if row is not None else ""))
    except ValueError:
        raise Refused(NO_LIST.format(fewest=marks.FEWEST, most=marks.MOST)) from None


def quiet(case: Case) -> bool:
    """Whether no message goes out for what is begun at home now: under a hold, and on a break, which look alike."""
    return case.hold or case.state is CaseState.PAUSED


def people(case: Case, run: ExerciseRun) -> list[Participant]:
    """Whom a run is for: both, or the one it was given to."""
    return [person for person in case_forms.present(case) if run.only in {None, person.letter}]


def take_back(case: Case, run: ExerciseRun) -> None:
    """What is still to be written when an exercise is over is asked for no more. What was handed in stays."""
    for stage in run.stages:
        if stage.form_id is None:
            continue
        form = case_forms.form_of(case, stage.form_id)
        for person in case_forms.present(case):
            row = case_forms.assignment_of(form, person)
            if row is not None and row.submitted_at is None:
                sending.withdraw(case, form, person)


def close(case: Case, form_id: uuid.UUID, author: Letter | None) -> None:
    """Whoever's words were shown takes them back no more: nobody writes theirs anew after reading the other's.

    The mediator can still hand a form back. `author` is None where both people's answers are in it.
    """
    of = [person.id for person in case.participants if author in {None, person.letter}]
    db.session.execute(
        update(Assignment)
        .where(Assignment.form_id == form_id, Assignment.participant_id.in_(of), Assignment.locked_at.is_(None))
        .values(locked_at=now())
    )
