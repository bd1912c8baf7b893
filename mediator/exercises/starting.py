"""The page on which an exercise is started: what may be started where, and the runs so far, as plain values."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam

from mediator.cases.models import Case
from mediator.core.db import db, read_rows
from mediator.core.words import say as _
from mediator.exercises import locks, queries
from mediator.exercises.content import Exercise
from mediator.exercises.models import ExerciseRun
from mediator.exercises.reading import exercises
from mediator.exercises.terms import UNDER_WAY, Outcome, Place, RunState
from mediator.exercises.where import PLACES, STARTABLE

STATES = {
    RunState.RUNNING: _l("Under way"),
    RunState.PAUSED: _l("Paused"),
    RunState.STOPPED: _l("Ended early"),
    RunState.FINISHED: _l("Finished"),
}
OUTCOMES = {
    Outcome.JOINT: _l("In the joint record"),
    Outcome.MEDIATOR: _l("With you alone"),
    Outcome.DISCARDED: _l("Discarded"),
}

_LISTED = (
    db.select(
        ExerciseRun.id, ExerciseRun.key, ExerciseRun.place, ExerciseRun.state, ExerciseRun.outcome,
        ExerciseRun.started_at, ExerciseRun.only,
    )
    .where(ExerciseRun.case_id == bindparam("case"))
    .order_by(ExerciseRun.started_at.desc(), ExerciseRun.id)
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """One run in a list. `started_at` is UTC; `state` says what became of it once that is settled.

    `going`: both are in it now, on their phones or on one screen. `one`: it was given to one person, and the other
    learns nothing of it: it stands in no list that both may see.
    """

    id: uuid.UUID
    name: str
    place: str
    state: str
    under_way: bool
    going: bool
    started_at: datetime
    one: bool


@dataclass(frozen=True)
class Choice:
    """One exercise on the start page: where it may be started now, and why not (for the mediator alone).

    `elsewhere` says of other places why it can't be done there at all. `not_derived`: what is derived stays closed.
    `left_out` are the parts that are not done, by place (no place: at none); `no_own_part`: nobody is asked for one.
    """

    exercise: Exercise
    places: tuple[Place, ...]
    reasons: tuple[str, ...]
    elsewhere: tuple[tuple[str, str], ...]
    not_derived: bool
    left_out: tuple[tuple[str, tuple[str, ...]], ...] = ()
    no_own_part: bool = False


@dataclass(frozen=True)
class Choices:
    """The exercises in the order of the catalogue: to be started now, not now, and never, being only spoken about."""

    ready: Sequence[Choice]
    closed: Sequence[Choice]
    spoken: Sequence[Exercise]


def choices(case: Case, wanted: str = "") -> Choices:
    """What the start page offers. `wanted` narrows it to the names and lines that hold it."""
    facts = queries.facts(case)
    ready: list[Choice] = []
    closed: list[Choice] = []
    spoken: list[Exercise] = []
    for exercise in exercises().values():
        if wanted.casefold() not in f"{exercise.name}\n{exercise.line}".casefold():
            continue
        if not exercise.may_start:
            spoken.append(exercise)
            continue
        choice = choice_of(exercise, facts)
        (ready if choice.places else closed).append(choice)
    return Choices(ready, closed, spoken)


def choice_of(exercise: Exercise, facts: locks.Facts) -> Choice:
    """Where one exercise may be started as the case stands now."""
    found = {place: locks.locks(exercise, place, facts) for place in STARTABLE}
    places = tuple(place for place in STARTABLE if not found[place])
    # That it is not made for one of the places says nothing while there is another reason.
    reasons = frozenset().union(*found.values()) if not places else frozenset()
    telling = reasons - locks.OF_PLACE or reasons
    closed = facts.safeguards
    return Choice(
        exercise,
        places,
        tuple(_(locks.SENTENCES[lock]) for lock in sorted(telling)),
        tuple(_elsewhere(found)),
        exercise.derived and closed,
        tuple(_left_out(exercise, places, safeguards=closed)),
        closed and any(not question.safeguards for stage in exercise.stages for question in stage.questions),
    )


def _left_out(
    exercise: Exercise, places: Sequence[Place], *, safeguards: bool
) -> Iterable[tuple[str, tuple[str, ...]]]:
    """The titles of what is not done at each place; once, without a place, where it is the same at all of them."""
    found = {place: exercise.left_out(place, safeguards=safeguards) for place in places}
    if len(set(found.values())) == 1:
        return [("", titles) for titles in set(found.values()) if titles]
    return [(str(PLACES[place]), titles) for place, titles in found.items() if titles]


def _elsewhere(found: Mapping[Place, frozenset[locks.Lock]]) -> Iterable[tuple[str, str]]:
    for place, shut in found.items():
        for lock in sorted(shut & {locks.Lock.SCREEN, locks.Lock.TURNS}):
            if place is not Place.HOME:  # nobody looks for turns at home
                yield str(PLACES[place]), _(locks.SENTENCES[lock])


def listed(case_id: uuid.UUID) -> list[Listed]:
    """The runs of a case, newest first: one statement, no words."""
    return [
        Listed(
            id=row.id,
            name=exercises()[row.key].name if row.key in exercises() else row.key,
            place=str(PLACES[row.place]),
            state=str(OUTCOMES[row.outcome] if row.outcome is not None else STATES[row.state]),
            under_way=row.state in UNDER_WAY,
            going=row.state in UNDER_WAY and row.place is not Place.HOME,
            started_at=row.started_at,
            one=row.only is not None,
        )
        for row in read_rows(_LISTED, {"case": case_id})
    ]
