"""Reading forms: what is sent to a participant, and one assignment's questions with the answers so far.

Which answers come along is decided by the ring in use: a participant reads their own drafts and answers, a
mediator of the case what was handed in. Safety answers are never among them; only that there are some.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import joinedload
from werkzeug.exceptions import NotFound

from mediator.cases.models import Participant
from mediator.core import sealed
from mediator.core.db import db
from mediator.core.visibility import Visibility, readable_rows
from mediator.guide.content import KEYS, Question, whole
from mediator.questionnaires.models import Answer, Assignment, AssignmentQuestion
from mediator.questionnaires.spec import from_spec
from mediator.questionnaires.terms import TO_DO, AnswerState, AssignmentState
from mediator.questionnaires.values import Outcome

#: The states in which a participant finds the form at its address. To them the others do not exist.
SEEN: frozenset[AssignmentState] = TO_DO | {AssignmentState.SUBMITTED}

#: The states of a form that was closed before it was handed in.
ENDED: frozenset[AssignmentState] = frozenset({AssignmentState.WITHDRAWN, AssignmentState.LAPSED})


@dataclass(frozen=True)
class Sheet:
    """One question of an assignment: its number on the way through (from 1), and what stands there now.

    `given` holds what was answered, by part key; a part without a row is empty. `rev` counts the saves.
    """

    id: uuid.UUID
    number: int
    rev: int
    question: Question
    given: Mapping[str, Outcome]
    saved_at: datetime | None

    @property
    def open(self) -> bool:
        """Whether nothing has been answered or passed over yet."""
        return all(self.outcome(part.key).state is AnswerState.EMPTY for part in self.question.parts)

    def outcome(self, part_key: str) -> Outcome:
        """What stands at one part."""
        return self.given.get(part_key, Outcome(AnswerState.EMPTY))


@dataclass(frozen=True)
class Filled:
    """One assignment as it is read: its questions in order, and the safety questions that close the form.

    `safety_given` are the safety parts that have an answer; what it was is not read.
    """

    assignment: Assignment
    sheets: tuple[Sheet, ...]
    safety: tuple[Question, ...]
    safety_given: frozenset[str]

    def sheet(self, number: int) -> Sheet:
        """The question with this number. Raises NotFound."""
        if not 1 <= number <= len(self.sheets):
            raise NotFound
        return self.sheets[number - 1]

    @property
    def next_open(self) -> Sheet | None:
        """The first question nobody has answered or passed over; None when all were seen."""
        return next((sheet for sheet in self.sheets if sheet.open), None)

    @property
    def answered(self) -> int:
        """How many questions were answered or passed over."""
        return sum(not sheet.open for sheet in self.sheets)

    @property
    def minutes(self) -> float:
        """About how many minutes the open questions take."""
        return sum(sheet.question.minutes for sheet in self.sheets if sheet.open)


def editable(assignment: Assignment) -> bool:
    """Whether its author may still write in it: to do, and the session has not begun."""
    return assignment.state in TO_DO and assignment.locked_at is None


def may_take_back(assignment: Assignment) -> bool:
    """Whether its author may still change what was handed in."""
    return assignment.state is AssignmentState.SUBMITTED and assignment.locked_at is None


def mine(participant: Participant, assignment_id: uuid.UUID) -> Assignment:
    """A form sent to this participant. Raises NotFound for every other one alike."""
    return _theirs(participant, assignment_id, SEEN)


def written(participant: Participant, assignment_id: uuid.UUID) -> Assignment:
    """The same for words that were typed: one that was withdrawn or lapsed meanwhile is found, to give them back."""
    return _theirs(participant, assignment_id, SEEN | ENDED)


def _theirs(participant: Participant, assignment_id: uuid.UUID, states: frozenset[AssignmentState]) -> Assignment:
    row: Assignment | None = db.session.scalar(
        db.select(Assignment)
        .where(
            Assignment.id == assignment_id,
            Assignment.participant_id == participant.id,
            Assignment.state.in_(states),
        )
        .options(joinedload(Assignment.form))
    )
    if row is None:
        raise NotFound
    return row


def sent_to(participant: Participant) -> list[Assignment]:
    """Every form this participant finds on their pages: to do by its date, those without one first; then handed in."""
    rows = db.session.scalars(
        db.select(Assignment)
        .where(Assignment.participant_id == participant.id, Assignment.state.in_(SEEN))
        .options(joinedload(Assignment.form))
        .order_by(Assignment.due_at.nulls_first(), Assignment.sent_at, Assignment.id)
    ).all()
    return sorted(rows, key=lambda row: row.state is AssignmentState.SUBMITTED)


def filled(assignments: Sequence[Assignment]) -> list[Filled]:
    """Assignments with their questions and the answers the ring in use may read. Three queries in all."""
    ids = [assignment.id for assignment in assignments]
    questions = db.session.scalars(
        db.select(AssignmentQuestion)
        .where(AssignmentQuestion.assignment_id.in_(ids))
        .order_by(AssignmentQuestion.position)
    ).all()
    answers = db.session.scalars(
        db.select(Answer).where(
            Answer.assignment_id.in_(ids),
            Answer.visibility != Visibility.SAFETY,
            readable_rows(
                sealed.viewer(),
                visibility=Answer.visibility,
                case=Answer.case_id,
                author=Answer.participant_id,
            ),
        )
    ).all()
    safety = db.session.execute(
        db.select(Answer.assignment_id, Answer.part_key).where(
            Answer.assignment_id.in_(ids), Answer.visibility == Visibility.SAFETY
        )
    ).all()
    return [
        _filled(
            assignment,
            [row for row in questions if row.assignment_id == assignment.id],
            {row.part_key: row for row in answers if row.assignment_id == assignment.id},
            frozenset(part for owner, part in safety if owner == assignment.id),
        )
        for assignment in assignments
    ]


def _filled(
    assignment: Assignment,
    questions: Sequence[AssignmentQuestion],
    answers: Mapping[str, Answer],
    safety_given: frozenset[str],
) -> Filled:
    sheets: list[Sheet] = []
    safety: list[Question] = []
    for row in questions:
        question = from_spec(row.spec)
        if for_safety(question):
            safety.append(question)
            continue
        rows = [answers[part.key] for part in question.parts if part.key in answers]
        sheets.append(
            Sheet(
                id=row.id,
                number=len(sheets) + 1,
                rev=row.rev,
                question=question,
                given={answer.part_key: outcome(answer) for answer in rows},
                saved_at=max((answer.saved_at for answer in rows), default=None),
            )
        )
    return Filled(assignment, tuple(sheets), tuple(safety), safety_given)


def for_safety(question: Question) -> bool:
    """Whether a question is of the safety compartment: sent only with the whole form, never shown again."""
    return any(part.visibility is Visibility.SAFETY for part in question.parts)


def outcome(answer: Answer) -> Outcome:
    """One stored answer as plain values. Raises RingClosed where the ring in use does not open it."""
    return Outcome(answer.state, answer.value, answer.kept, answer.offered)


def step_name(key: str) -> str:
    """The guide's name of a step or meeting by its key ("5", "7a", "close"); empty where the guide has none."""
    return KEYS.get(whole(key), "")
