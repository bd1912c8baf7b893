"""The mediator's page of an exercise that somebody writes in for themselves alone: that it was given, and no more.

It is made from the run and asks nowhere whether anything was written (docs/decisions/0015).
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from mediator.cases.models import Case
from mediator.core.visibility import Letter
from mediator.core.words import say as _
from mediator.exercises import locks, queries
from mediator.exercises.models import ExerciseRun
from mediator.exercises.terms import UNDER_WAY


@dataclass(frozen=True)
class OwnConsole:
    """What was given to whom and since when, whether it goes on, and why it is closed now (the mediator's alone)."""

    run: uuid.UUID
    session: uuid.UUID | None
    rev: int
    key: str
    name: str
    letter: Letter
    to: str
    other: str
    started_at: datetime
    ended_at: datetime | None
    under_way: bool
    locked: tuple[str, ...]


def build(case: Case, run: ExerciseRun) -> OwnConsole:
    """The page of a run that was given to one person. Needs the ring of a mediator of the case."""
    letter = run.only or Letter.A
    names = {person.letter: str(person.called) for person in case.participants}
    going = run.state in UNDER_WAY
    return OwnConsole(
        run=run.id,
        session=run.session_id,
        rev=run.rev,
        key=run.key,
        name=run.spec["name"],
        letter=letter,
        to=names.get(letter, ""),
        other=names.get(letter.other) or _("the other person"),
        started_at=run.started_at,
        ended_at=run.ended_at,
        under_way=going,
        locked=tuple(_(locks.SENTENCES[lock]) for lock in sorted(queries.locked(case, run))) if going else (),
    )
