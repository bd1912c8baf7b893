"""Reading forms: what is sent to a participant, and one assignment's questions with the answers so far.

Which answers come along is decided by the ring in use: a participant reads their own drafts and answers, a
mediator of the case what was handed in. Safety answers are never among them; only that there are some.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property, lru_cache
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Row, Select, bindparam
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import NotFound

from mediator.cases.models import Participant
from mediator.core import sealed
from mediator.core.db import db, read_rows
from mediator.core.sealed import Words
from mediator.core.visibility import Viewer, Visibility, readable_rows
from mediator.guide.content import KEYS, Question, whole
from mediator.guide.reading import guide
from mediator.questionnaires.models import Answer, Assignment, AssignmentQuestion
from mediator.questionnaires.spec import from_spec
from mediator.questionnaires.terms import TO_DO, AnswerState, AssignmentState
from mediator.questionnaires.values import Outcome

#: The states in which a participant finds the form at its address. To them the others do not exist.
SEEN: frozenset[AssignmentState] = TO_DO | {AssignmentState.SUBMITTED}

#: The states of a form that was closed before it was handed in.
ENDED: frozenset[AssignmentState] = frozenset({AssignmentState.WITHDRAWN, AssignmentState.LAPSED})

#: How words are opened on rows that are not objects: on the class itself the attribute refuses every use.
_SPEC: Words = vars(AssignmentQuestion)["spec"]
_VALUE: Words = vars(Answer)["value"]
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_STATES: BindParameter[Any] = bindparam("states", expanding=True)
_ONE = (
    db.select(Assignment)
    .where(
        Assignment.id == bindparam("id"),
        Assignment.participant_id == bindparam("participant"),
        Assignment.state.in_(_STATES),
    )
    .options(joinedload(Assignment.form, innerjoin=True))
)
_SENT = (
    db.select(Assignment)
    .where(Assignment.participant_id == bindparam("participant"), Assignment.state.in_(_STATES))
    .options(joinedload(Assignment.form, innerjoin=True))
    .order_by(Assignment.due_at.nulls_first(), Assignment.sent_at, Assignment.id)
)
_QUESTIONS = (
    db.select(
        AssignmentQuestion.id,
        AssignmentQuestion.case_id,
        AssignmentQuestion.participant_id,
        AssignmentQuestion.assignment_id,
        AssignmentQuestion.rev,
        AssignmentQuestion.spec_bytes.label("spec_bytes"),
    )
    .where(AssignmentQuestion.assignment_id.in_(_IDS))
    .order_by(AssignmentQuestion.position)
)
_KEYS_OF = db.select(AssignmentQuestion.assignment_id, AssignmentQuestion.key).where(
    AssignmentQuestion.assignment_id.in_(_IDS)
)

#: What an answer is read by where it is only read: its words open through the ring, as on the object.
ANSWER = (
    Answer.case_id,
    Answer.participant_id,
    Answer.assignment_id,
    Answer.part_key,
    Answer.visibility,
    Answer.state,
    Answer.kept,
    Answer.offered,
    Answer.value_bytes.label("value_bytes"),
)


@lru_cache(maxsize=256)
def _answers(viewer: Viewer) -> Select[Any]:
    """Answers that this viewer may read, of forms. Kept, since making a statement takes as long as asking it."""
    found: Select[Any] = db.select(*ANSWER, Answer.saved_at).where(
        Answer.assignment_id.in_(_IDS),
        Answer.visibility != Visibility.SAFETY,
        readable_rows(viewer, visibility=Answer.visibility, case=Answer.case_id, author=Answer.participant_id),
    )
    return found


@dataclass(frozen=True)
class Asked:
    """One question of an assignment: its number on the way through (from 1). `rev` counts the saves.

    `spec` is the stored copy, opened where it is read: most pages show one question and count the others.
    """

    id: uuid.UUID
    assignment_id: uuid.UUID
    number: int
    rev: int
    spec: Mapping[str, Any]

    @cached_property
    def question(self) -> Question:
        """The question as it was copied."""
        return from_spec(self.spec)

    @property
    def minutes(self) -> float:
        """About how many minutes it takes."""
        return float(self.spec["minutes"])


One = TypeVar("One", bound=Asked)


@dataclass(frozen=True)
class Sheet(Asked):
    """The same with what stands there now: the stored rows by part key, opened where they are read.

    A part without a row is empty.
    """

    answers: Mapping[str, Row[Any]]

    @cached_property
    def given(self) -> Mapping[str, Outcome]:
        """What was answered, by part key. Raises RingClosed where the ring in use does not open it."""
        return {key: outcome(row) for key, row in self.answers.items()}

    @property
    def saved_at(self) -> datetime | None:
        """When something of it was saved last (UTC)."""
        return max((row.saved_at for row in self.answers.values()), default=None)

    @property
    def open(self) -> bool:
        """Whether nothing has been answered or passed over yet."""
        return all(row.state is AnswerState.EMPTY for row in self.answers.values())

    def outcome(self, part_key: str) -> Outcome:
        """What stands at one part."""
        return self.given.get(part_key, Outcome(AnswerState.EMPTY))


@dataclass(frozen=True)
class Filled:
    """One assignment as it is read: its questions in order, and the safety questions that close the form."""

    assignment: Assignment
    sheets: tuple[Sheet, ...]
    safety: tuple[Question, ...]

    def sheet(self, number: int) -> Sheet:
        """The question with this number. Raises NotFound."""
        return numbered(self.sheets, number)

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
        return sum(sheet.minutes for sheet in self.sheets if sheet.open)


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
    told = {"id": assignment_id, "participant": participant.id, "states": list(states)}
    row: Assignment | None = db.session.scalar(_ONE, told)
    if row is None:
        raise NotFound
    return row


def sent_to(participant: Participant) -> list[Assignment]:
    """Every form this participant finds on their pages: to do by its date, those without one first; then handed in."""
    rows = db.session.scalars(_SENT, {"participant": participant.id, "states": list(SEEN)}).all()
    return sorted(rows, key=lambda row: row.state is AssignmentState.SUBMITTED)


def filled(assignments: Sequence[Assignment]) -> list[Filled]:
    """Assignments with their questions and the answers the ring in use may read. Two queries in all."""
    ids = [assignment.id for assignment in assignments]
    asked, safety = _asked(ids)
    answers: dict[uuid.UUID, dict[str, Row[Any]]] = {one: {} for one in ids}
    for row in read_rows(_answers(sealed.viewer()), {"ids": ids}):
        answers[row.assignment_id][row.part_key] = row
    return [
        Filled(
            assignment,
            tuple(_with_answers(one, answers[assignment.id]) for one in asked[assignment.id]),
            tuple(safety[assignment.id]),
        )
        for assignment in assignments
    ]


def asked(assignment: Assignment) -> Sequence[Asked]:
    """The questions on the way through one form, without the safety questions that close it. No answer is read."""
    found, _safety = _asked([assignment.id])
    return found[assignment.id]


def numbered(asked: Sequence[One], number: int) -> One:
    """The question with this number. Raises NotFound."""
    if not 1 <= number <= len(asked):
        raise NotFound
    return asked[number - 1]


def safety_given(assignment: Assignment) -> frozenset[str]:
    """The safety parts that have an answer; what it was is not read."""
    rows = db.session.scalars(
        db.select(Answer.part_key).where(Answer.assignment_id == assignment.id, Answer.visibility == Visibility.SAFETY)
    )
    return frozenset(rows)


def numbers(assignments: Sequence[Assignment]) -> Mapping[uuid.UUID, int]:
    """How many questions each form has on the way through it, as `Filled.sheets` counts them. No word is read."""
    rows = read_rows(_KEYS_OF, {"ids": [assignment.id for assignment in assignments]})
    return Counter(owner for owner, key in rows if key not in _safety_keys())


@cache
def _safety_keys() -> frozenset[str]:
    """The guide's questions of the safety compartment: a key stays what it is for good (docs/content.md)."""
    told = guide()
    asked = [*told.questions.values(), *(item for step in told.steps for item in told.standing(step))]
    return frozenset(question.key for question in asked if for_safety(question))


def _asked(ids: Sequence[uuid.UUID]) -> tuple[dict[uuid.UUID, list[Asked]], dict[uuid.UUID, list[Question]]]:
    """By assignment, the questions on the way through, and those of the safety compartment."""
    asked: dict[uuid.UUID, list[Asked]] = {one: [] for one in ids}
    safety: dict[uuid.UUID, list[Question]] = {one: [] for one in ids}
    for row in read_rows(_QUESTIONS, {"ids": ids}):
        spec: Mapping[str, Any] = _SPEC.__get__(row, AssignmentQuestion)
        if any(part["visibility"] == Visibility.SAFETY for part in spec["parts"]):
            safety[row.assignment_id].append(from_spec(spec))
        else:
            before = asked[row.assignment_id]
            before.append(Asked(row.id, row.assignment_id, len(before) + 1, row.rev, spec))
    return asked, safety


def _with_answers(one: Asked, answers: Mapping[str, Row[Any]]) -> Sheet:
    given = {part["key"]: answers[part["key"]] for part in one.spec["parts"] if part["key"] in answers}
    return Sheet(one.id, one.assignment_id, one.number, one.rev, one.spec, given)


def for_safety(question: Question) -> bool:
    """Whether a question is of the safety compartment: sent only with the whole form, never shown again."""
    return any(part.visibility is Visibility.SAFETY for part in question.parts)


def outcome(answer: Answer | Row[Any]) -> Outcome:
    """One stored answer as plain values. Raises RingClosed where the ring in use does not open it."""
    return Outcome(answer.state, _VALUE.__get__(answer, Answer), answer.kept, answer.offered)


def step_name(key: str) -> str:
    """The guide's name of a step or meeting by its key ("5", "7a", "close"); empty where the guide has none."""
    return KEYS.get(whole(key), "")
