"""Safety answers as they come in: written straight into their compartment, and none of them over one nobody has read.

What somebody told is not taken back by a later answer, whoever held the phone then: while it waits to be read, what
stood there stays beside the new answer (docs/practice.md, "Visibility").
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mediator.core import sealed
from mediator.core.visibility import Viewer, Visibility
from mediator.guide.content import Part, Question
from mediator.questionnaires import answer_rows
from mediator.questionnaires.models import Answer, Assignment
from mediator.questionnaires.terms import AnswerState
from mediator.questionnaires.values import Outcome

#: The safety answer that asks for no talk beforehand, where the part does not say which do.
NOTHING = ("no",)


@dataclass(frozen=True)
class Said:
    """What stands at a safety part: the answer, and those before it that nobody had read, newest first."""

    now: Any
    before: tuple[Any, ...] = ()

    def replaced_by(self, value: Any) -> Said:
        """The same with a new answer in front. Each answer stands once."""
        earlier = (one for one in (self.now, *self.before) if one is not None and one != value)
        return Said(value, tuple(earlier))


def said(value: Any) -> Said:
    """What a stored value says. A safety answer is a text or a list; a mapping holds earlier ones beside it."""
    return Said(value["now"], tuple(value["before"])) if isinstance(value, dict) else Said(value)


def _to_value(one: Said) -> Any:
    return {"now": one.now, "before": list(one.before)} if one.before else one.now


def take(
    assignment: Assignment,
    questions: Sequence[Question],
    rows: Mapping[str, Answer],
    outcomes: Mapping[str, Outcome],
    at: datetime,
    *,
    again: bool = False,
) -> bool:
    """Write the safety answers of these questions; whether any was. A part left empty leaves an earlier answer.

    Anything but a calm answer asks the mediator to read it first. `rows` are the copy's answers, held by the caller, by
    part; `at` is UTC. With `again` the form is handed in already, and the very answer that stands is not given anew.
    """
    taken = False
    for question in questions:
        for part in question.parts:
            if part.visibility is Visibility.SAFETY:
                outcome = outcomes[part.key]
                taken = _take(assignment, question, part, rows.get(part.key), outcome, at, again=again) or taken
    return taken


def _take(
    assignment: Assignment,
    question: Question,
    part: Part,
    row: Answer | None,
    outcome: Outcome,
    at: datetime,
    *,
    again: bool,
) -> bool:
    if outcome.state is AnswerState.EMPTY:
        return False
    stands = _standing(row) if row is not None else Said(None)
    if again and stands.now == outcome.value:
        return False
    unread = assignment.read_first_at is not None and assignment.read_at is None
    new = stands.replaced_by(outcome.value) if unread else Said(outcome.value)
    row = row or answer_rows.new(assignment, question.key, part, Visibility.SAFETY)
    answer_rows.write(row, replace(outcome, value=_to_value(new)), at)
    if not _calm(part, outcome):
        assignment.read_first_at = at
        assignment.read_at = None
    return True


def _standing(row: Answer) -> Said:
    """What stands there, to be compared and kept and not to be shown: its own author reads it nowhere any more."""
    with sealed.ring_of(Viewer.staff(uuid.UUID(int=0), frozenset({row.case_id}))):
        return said(row.value)


def _calm(part: Part, outcome: Outcome) -> bool:
    """Whether an answer about safety asks for no talk first: only options the part names. Words always ask for one."""
    if outcome.state is not AnswerState.ANSWERED or not part.options:
        return False
    chosen = {outcome.value} if isinstance(outcome.value, str) else set(outcome.value)
    return chosen <= set(part.calm or NOTHING)
