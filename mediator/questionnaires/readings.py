"""Readings of a pair: each person's latest 0 to 10 line per step. Nothing is averaged or computed from answers."""

from __future__ import annotations

from sqlalchemy import bindparam

from mediator.cases.models import Case
from mediator.core.db import db, read_rows
from mediator.core.sealed import Words
from mediator.core.visibility import Letter
from mediator.questionnaires.models import Reading

READY = "ready"
#: How a value is opened on rows that are not objects: on the class itself the attribute refuses every use.
_VALUE: Words = vars(Reading)["value"]
_OLDEST_FIRST = (
    db.select(Reading.case_id, Reading.participant_id, Reading.step, Reading.value_bytes.label("value_bytes"))
    .where(Reading.case_id == bindparam("case"), Reading.line == bindparam("line"))
    .order_by(Reading.at, Reading.id)
)


def latest(case: Case, line: str = READY) -> dict[tuple[Letter, str], int]:
    """By person and step, the latest value of a line. For a mediator of the case only: it needs their ring."""
    letters = {person.id: person.letter for person in case.participants}
    found = read_rows(_OLDEST_FIRST, {"case": case.id, "line": line})
    last = {(letters[row.participant_id], row.step): row for row in found}
    return {whose: int(_VALUE.__get__(row, Reading)) for whose, row in last.items()}
