"""Safety answers: read by the case's mediators on one page, after a click that is recorded, and nowhere else."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy.orm import selectinload

from mediator.cases.models import Case
from mediator.core import audit
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Letter, Visibility
from mediator.guide.content import Part
from mediator.questionnaires.comparison_view import WITHOUT
from mediator.questionnaires.models import Answer, Assignment
from mediator.questionnaires.safety_answers import said
from mediator.questionnaires.spec import from_spec
from mediator.questionnaires.terms import AnswerState
from mediator.questionnaires.values import show

#: Answers that are shown. Nobody gives "prefer not to say" here now; what stands of it is shown all the same.
SHOWN = frozenset({AnswerState.ANSWERED, AnswerState.NOT_SAID})


@dataclass(frozen=True)
class Told:
    """What one person told on one form. `unread` where it waits to be read; `mark` says exactly what was shown."""

    id: uuid.UUID
    letter: Letter
    name: str
    at: datetime
    unread: bool
    answers: Sequence[tuple[str, Sequence[str]]]
    mark: str


def told(case: Case, *, fresh: bool = False) -> list[Told]:
    """Every safety answer of the case, newest form first, each as it was asked, and whatever waits.

    Needs the ring of a mediator of the case.

    With `fresh` rows are read anew.
    """
    people = {person.id: person for person in case.participants}
    rows = db.session.scalars(
        db.select(Assignment)
        .where(Assignment.case_id == case.id, Assignment.submitted_at.is_not(None))
        .options(selectinload(Assignment.answers), selectinload(Assignment.questions))
        .order_by(Assignment.submitted_at.desc(), Assignment.id),
        execution_options={"populate_existing": fresh},
    )
    found = []
    for row in rows:
        copies = [from_spec(copy.spec) for copy in row.questions]
        parts = {part.key: (question.text, part) for question in copies for part in question.parts}
        order = {key: place for place, key in enumerate(parts)}
        answers = [
            (_asked(*parts[answer.part_key]), _lines(parts[answer.part_key][1], answer))
            for answer in sorted(row.answers, key=lambda answer: order[answer.part_key])
            if answer.visibility is Visibility.SAFETY and answer.state in SHOWN
        ]
        unread = row.read_first_at is not None and row.read_at is None
        if row.submitted_at is not None and (answers or unread):
            person, name = people[row.participant_id], str(people[row.participant_id].called)
            mark = _mark(row, answers)
            found.append(Told(row.id, person.letter, name, row.submitted_at, unread, answers, mark))
    return found


def mark_read(case: Case, marks: Mapping[str, str]) -> bool:
    """What a page showed has been read; `marks` are the marks it carried, by the id of the form's copy.

    What came in or changed since stays unread. Returns whether nothing waits any more. Nothing else changes: what
    follows is the mediator's to decide.
    """
    waiting = db.select(Assignment.id).where(
        Assignment.case_id == case.id, Assignment.read_first_at.is_not(None), Assignment.read_at.is_(None)
    )
    db.session.execute(waiting.order_by(Assignment.id).with_for_update())
    at, left = now(), False
    for one in told(case, fresh=True):
        if not one.unread:
            continue
        if marks.get(str(one.id)) != one.mark:
            left = True
            continue
        db.session.get_one(Assignment, one.id).read_at = at
        audit.record("safety.marked-read", case=case.id, subject=one.id)
    return not left


def _asked(text: str, part: Part) -> str:
    """The question, and the part of it where it has several."""
    return f"{text} {part.label}" if part.label else text


def _lines(part: Part, answer: Answer) -> Sequence[str]:
    """The answer, then each that it took the place of before anybody had read it."""
    if answer.state is AnswerState.NOT_SAID:
        return [WITHOUT[AnswerState.NOT_SAID]]
    stands = said(answer.value)
    before = (_("Before: %(answer)s", answer="\n".join(show(part, one))) for one in stands.before)
    return [*show(part, stands.now), *before]


def _mark(row: Assignment, answers: Sequence[tuple[str, Sequence[str]]]) -> str:
    """SHA-256 over when it came in and every word shown of it."""
    came_in = row.read_first_at.isoformat() if row.read_first_at is not None else ""
    return hashlib.sha256(json.dumps([came_in, answers]).encode()).hexdigest()
