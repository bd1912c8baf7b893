"""Readings of a pair: how ready each is per step, and how comfortable over time. Nothing is averaged or computed.

The mediators' alone: a participant reads none of it, not even their own line side by side.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Row, bindparam

from mediator.cases.models import Case
from mediator.core.db import db, read_rows
from mediator.core.sealed import Words
from mediator.core.visibility import Letter
from mediator.guide.content import READY
from mediator.questionnaires.models import Reading

#: From here a value below the one before is worth a look (practice, "signal panel"). A prompt, never a lock.
FELL = 3
_ABOUT = {
    "comfort_before": _l("before contact"),
    "comfort_during": _l("during contact"),
    "comfort_after": _l("after contact"),
}
#: How a value is opened on rows that are not objects: on the class itself the attribute refuses every use.
_VALUE: Words = vars(Reading)["value"]
_OLDEST_FIRST = (
    db.select(
        Reading.case_id,
        Reading.participant_id,
        Reading.line,
        Reading.step,
        Reading.at,
        Reading.source_id,
        Reading.value_bytes.label("value_bytes"),
    )
    .where(Reading.case_id == bindparam("case"))
    .order_by(Reading.at, Reading.id)
)
_OLDEST_FIRST_OF_LINE = _OLDEST_FIRST.where(Reading.line == bindparam("line"))


@dataclass(frozen=True)
class Comfort:
    """How comfortable one person was at one time (UTC), 0 to 10. `before` is what they said on this line last time.

    `source_id` is their copy of the form that asked.
    """

    letter: Letter
    line: str
    value: int
    at: datetime
    source_id: uuid.UUID
    before: int | None
    latest: bool = False

    @property
    def about(self) -> str:
        """Before, during or after contact, in words for the mediator; empty for how it is right now."""
        return str(_ABOUT.get(self.line, ""))

    @property
    def fell(self) -> bool:
        """Whether it is where they are now, and clearly below the time before: a prompt to speak with each alone."""
        return self.latest and self.before is not None and self.before - self.value >= FELL


@dataclass(frozen=True)
class Readings:
    """Every reading of a pair: by person and step the latest "how ready", and how comfortable, newest first."""

    ready: Mapping[tuple[Letter, str], int]
    comfort: tuple[Comfort, ...]


def latest(case: Case, line: str = READY) -> dict[tuple[Letter, str], int]:
    """By person and step, the latest value of a line. For a mediator of the case only: it needs their ring."""
    return _latest(_letters(case), read_rows(_OLDEST_FIRST_OF_LINE, {"case": case.id, "line": line}))


def of_case(case: Case) -> Readings:
    """Every line of a case in one statement. For a mediator of the case only: it needs their ring."""
    letters, found = _letters(case), read_rows(_OLDEST_FIRST, {"case": case.id})
    ready = _latest(letters, [row for row in found if row.line == READY])
    return Readings(ready, _comfort(letters, [row for row in found if row.line != READY]))


def _letters(case: Case) -> dict[uuid.UUID, Letter]:
    return {person.id: person.letter for person in case.participants}


def _latest(letters: Mapping[uuid.UUID, Letter], rows: Iterable[Row[Any]]) -> dict[tuple[Letter, str], int]:
    last = {(letters[row.participant_id], row.step): row for row in rows}
    return {whose: int(_VALUE.__get__(row, Reading)) for whose, row in last.items()}


def _comfort(letters: Mapping[uuid.UUID, Letter], rows: Iterable[Row[Any]]) -> tuple[Comfort, ...]:
    """Newest first, each beside the one before of the same person on the same line."""
    before: dict[tuple[Letter, str], int] = {}
    found: list[Comfort] = []
    for row in rows:
        whose = letters[row.participant_id], row.line
        value = int(_VALUE.__get__(row, Reading))
        found.append(Comfort(*whose, value, row.at, row.source_id, before.get(whose)))
        before[whose] = value
    newest: set[tuple[Letter, str]] = set()
    told: list[Comfort] = []
    for one in reversed(found):
        told.append(replace(one, latest=(one.letter, one.line) not in newest))
        newest.add((one.letter, one.line))
    return tuple(told)
