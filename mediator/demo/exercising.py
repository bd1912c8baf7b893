"""Exercises of the demo: on both phones in a session, or given to both at home, by the acts of the pages."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from mediator.core import audit
from mediator.core.errors import Refused
from mediator.core.visibility import Letter
from mediator.demo import hands
from mediator.demo.hands import Pair
from mediator.demo.stories import Story
from mediator.exercises import actions, queries
from mediator.exercises.modes import Do
from mediator.exercises.reading import exercises
from mediator.exercises.terms import Heard, Outcome, Place
from mediator.questionnaires import comparing, opening

#: What is done in a turn, after how many seconds, and whether by the speaker.
_TURN = ((Do.FINISHED, 100, True), (Do.SAID_BACK, 40, False), (Do.HEARD, 15, True))
#: What each needs to write, and the mediator to open something or to go on, in seconds.
_WRITES, _OPENS = 120, 60
#: An act, so many seconds after the one before.
_Act = tuple[int, Callable[[], None]]


@dataclass(frozen=True)
class Exercise:
    """One exercise of a pair: what each writes, by name and field, and which parts are opened."""

    id: uuid.UUID
    key: str
    words: Mapping[str, Mapping[str, str]]
    opens: tuple[str, ...] = ()


def in_the_room(pair: Pair, session: uuid.UUID, exercise: Exercise, at: datetime) -> Story:
    """On both phones from `at`: its turns, what each writes, what is opened; kept in the joint record."""
    yield at
    case = hands.at_the_desk(pair.lead, pair.case)
    actions.start(pair.lead, case, exercise.id, exercise.key, Place.PHONES, session_id=session)
    for seconds, act in _acts(pair, exercise):
        at += timedelta(seconds=seconds)
        yield at
        act()


def at_home(pair: Pair, exercise: Exercise, at: datetime, due_at: datetime, in_at: Mapping[str, datetime]) -> Story:
    """Given to both at home, with messages passed on by hand; who is named hands it in at that moment."""
    yield at
    case = hands.at_the_desk(pair.lead, pair.case)
    actions.start(pair.lead, case, exercise.id, exercise.key, Place.HOME, due_at=due_at)
    for person in case.participants:
        hands.pass_on(person)
    for name, moment in in_at.items():
        yield moment
        _write(pair, exercise, name)


def _acts(pair: Pair, exercise: Exercise) -> Iterator[_Act]:
    """Everything from the first act to the last, stage by stage."""
    for stage in exercises()[exercise.key].stages:
        if stage.turns is not None:
            for number in range(2 * stage.turns.rounds):
                speaker = Letter.A if number % 2 == 0 else Letter.B
                for do, seconds, speaks in _TURN:
                    yield seconds, partial(_turn, pair, exercise, speaker if speaks else speaker.other, do)
        else:
            for name in exercise.words:
                yield _WRITES, partial(_write, pair, exercise, name)
            for part in exercise.opens:
                yield _OPENS, partial(_open, pair, exercise, part)
        yield _OPENS, partial(_go_on, pair, exercise)
    yield _OPENS, partial(_keep_for_both, pair, exercise)


def _turn(pair: Pair, exercise: Exercise, letter: Letter, do: Do) -> None:
    me = hands.on_the_phone(hands.id_of(pair, letter), pair.case)
    run = queries.run_of(me.case, exercise.id)
    actions.take_turn(me.case, run, letter, do, run.rev, Heard.GOT_IT if do is Do.HEARD else None)


def _write(pair: Pair, exercise: Exercise, name: str) -> None:
    me = hands.on_the_phone(hands.ids(pair)[name], pair.case)
    assignment = queries.assignment_here(queries.run_of(me.case, exercise.id), me)
    if assignment is None:
        raise Refused("there is nothing to write in this part")
    hands.answer(me, assignment, exercise.words[name])


def _open(pair: Pair, exercise: Exercise, part: str) -> None:
    case = hands.at_the_desk(pair.lead, pair.case)
    audit.reading("exercise.read", case=case.id, subject=exercise.id)
    run = queries.run_of(case, exercise.id)
    form = queries.stage_here(run).form_id
    if form is None:
        raise Refused("there is nothing to open in this part")
    audit.reading("opening.previewed", case=case.id, subject=form)
    seen = opening.preview(case, comparing.sides(case, form), part, None, allowed=True).seen
    actions.open_piece(pair.lead, case, run, form, part, None, seen)


def _go_on(pair: Pair, exercise: Exercise) -> None:
    case = hands.at_the_desk(pair.lead, pair.case)
    run = queries.run_of(case, exercise.id)
    actions.go_on(pair.lead, case, run, run.rev)


def _keep_for_both(pair: Pair, exercise: Exercise) -> None:
    case = hands.at_the_desk(pair.lead, pair.case)
    actions.settle(case, queries.run_of(case, exercise.id), Outcome.JOINT)
