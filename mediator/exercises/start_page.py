"""What of exercises a participant's start page has to look for: one statement, which reads no words.

Most days there is nothing, and the page asks nothing more.
"""

from __future__ import annotations

from sqlalchemy import and_, bindparam, exists, or_

from mediator.cases.models import Participant
from mediator.core.db import db, read_rows
from mediator.exercises.models import ExerciseRun, HeldWords, RunStage
from mediator.exercises.terms import ON_PHONES, UNDER_WAY, Mode

_TOGETHER = exists().where(
    RunStage.run_id == ExerciseRun.id, RunStage.position == ExerciseRun.at, RunStage.mode == Mode.TOGETHER
)
_THERE = db.select(
    exists()
    .where(
        ExerciseRun.case_id == bindparam("case"),
        ExerciseRun.ended_at.is_(None),
        ExerciseRun.state.in_(UNDER_WAY),
        or_(ExerciseRun.place.in_(ON_PHONES), and_(ExerciseRun.only.is_(None), _TOGETHER)),
    )
    .label("followed"),
    exists().where(ExerciseRun.case_id == bindparam("case"), ExerciseRun.only == bindparam("letter")).label("own"),
    exists()
    .where(
        HeldWords.receiver_id == bindparam("person"),
        or_(HeldWords.asked_at.is_not(None), HeldWords.delivered_at.is_not(None)),
    )
    .label("held"),
)


def there(person: Participant) -> tuple[bool, bool, bool]:
    """Whether there may be a run to follow, a page of one's own, and something that was held for this person."""
    (row,) = read_rows(_THERE, {"case": person.case_id, "letter": person.letter, "person": person.id})
    return bool(row.followed), bool(row.own), bool(row.held)
