"""Which exercise may be done now: the exercise × status matrix of the trade, asked whenever something is shown. Pure.

Source: practice, "Exercise × gate matrix" (docs/practice.md, "Exercises"). Both read one sentence for every lock; the
reason is the mediator's alone.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from mediator.cases import gates, states
from mediator.cases.terms import Suitability
from mediator.exercises.content import APART, Exercise, Under
from mediator.exercises.terms import Place


class Lock(enum.StrEnum):
    """Why an exercise can't be done now."""

    CASE = "case"  # not both signed, not suitable, a hold, a break, or not under way
    SAFEGUARDS = "safeguards"
    SAFEGUARDS_TOGETHER = "safeguards_together"
    SAFEGUARDS_PART = "safeguards_part"
    CLOSURE = "closure"
    CLOSURE_TOGETHER = "closure_together"
    PLACE = "place"
    SCREEN = "screen"
    TURNS = "turns"
    NOTHING = "nothing"


#: What says only that another place is the right one.
OF_PLACE: frozenset[Lock] = frozenset({Lock.PLACE, Lock.SCREEN, Lock.TURNS})

#: For the mediator and nobody else.
SENTENCES: dict[Lock, str] = {
    Lock.CASE: "Joint work is not open as the case stands now.",
    Lock.SAFEGUARDS: "With safeguards this exercise stays closed.",
    Lock.SAFEGUARDS_TOGETHER: "With safeguards only at home, or with you going between the two.",
    Lock.SAFEGUARDS_PART: "With safeguards this part of it stays closed. What each does alone stays open.",
    Lock.CLOSURE: "It is not for two who are ending well: it can raise a hope that is not there.",
    Lock.CLOSURE_TOGETHER: "For two who are ending well only at home, or with you going between the two.",
    Lock.PLACE: "This exercise is not made for that place.",
    Lock.SCREEN: "Somebody writes alone in it, and nobody writes alone on a screen that all of you see.",
    Lock.TURNS: "It has turns, and for them both have to be in one room.",
    Lock.NOTHING: "There is nothing to do on phones in this exercise.",
}


@dataclass(frozen=True)
class Facts:
    """What the locks depend on: the facts of the gates, and whether the two aim at ending well."""

    case: gates.CaseFacts
    closure: bool

    @property
    def safeguards(self) -> bool:
        """Whether the case goes on with safeguards."""
        return self.case.suitability is Suitability.SAFEGUARDS


def locks(exercise: Exercise, place: Place, facts: Facts) -> frozenset[Lock]:
    """What keeps this exercise from being started, or shown, at this place now; empty means that it may be.

    Something that waits under "Read first" is no lock: it is asked for where something is opened. With safeguards
    both may answer what is derived, each apart; that nothing derived is opened then is a gate (`cases.gates`).

    What stays open under a hold (`Exercise.hold`) asks at home for nothing but a case that is not over: each does it
    alone and nothing of it is opened, so it is no joint work. On a break it is the same, or a hold would show by it.
    """
    case, there = facts.case, exercise.left(place, safeguards=False)
    found = _place(there, place)
    if not exercise.may_start:
        found.add(Lock.NOTHING)
    elif not there.may_start:  # all of it asks for one room
        found.add(Lock.PLACE)
    elif not exercise.left(place, safeguards=facts.safeguards).may_start:
        found.add(Lock.SAFEGUARDS)
    alone = exercise.hold and place is Place.HOME
    if not (case.state in states.LIVING if alone else gates.joint_work(case)):
        found.add(Lock.CASE)
    if facts.safeguards:
        found |= _under(exercise.safeguards, place, Lock.SAFEGUARDS, Lock.SAFEGUARDS_TOGETHER)
    if facts.closure:
        found |= _under(exercise.closure, place, Lock.CLOSURE, Lock.CLOSURE_TOGETHER)
    return frozenset(found)


def part(exercise: Exercise, stage: str, facts: Facts) -> frozenset[Lock]:
    """What keeps one stage of an exercise from being shown now: with safeguards some are closed and the others not.

    A run that began without it has no such stage; in one that had it before, it is closed whenever it is shown.
    """
    closed = {one.key for one in exercise.stages if one.safeguards is Under.CLOSED} if facts.safeguards else set()
    return frozenset({Lock.SAFEGUARDS_PART}) if stage in closed else frozenset()


def kept_from_both(exercise: Exercise | None, stage: str, place: Place, facts: Facts) -> bool:
    """Whether what was opened of one stage is shown to nobody now, as long as the case itself lets both read.

    A case that is over shows what was opened while it was under way; the gates ask for the state themselves. None: an
    exercise that is in the catalogue no more.
    """
    if exercise is None:
        return True
    return bool(locks(exercise, place, facts) - {Lock.CASE} or part(exercise, stage, facts))


def _place(exercise: Exercise, place: Place) -> set[Lock]:
    """Why it can't be done there, whatever the case. What is given to one person never shows where both look."""
    if not all(stage.fits(place) for stage in exercise.stages):
        return {Lock.SCREEN if place is Place.SCREEN else Lock.TURNS}
    made_for = place in exercise.places and (place is Place.HOME or not exercise.one)
    return set() if made_for else {Lock.PLACE}


def _under(under: Under, place: Place, closed: Lock, together: Lock) -> set[Lock]:
    if under is Under.CLOSED:
        return {closed}
    return {together} if under is Under.APART and place not in APART else set()
