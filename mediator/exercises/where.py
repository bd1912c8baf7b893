"""Where an exercise is done, in words, and the catalogue's choice of it. Changes nothing and reads no case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from mediator.core.words import say as _
from mediator.exercises.content import Exercise
from mediator.exercises.terms import Place

#: Places that can be chosen, in the order they are offered.
STARTABLE: tuple[Place, ...] = (Place.PHONES, Place.SCREEN, Place.HOME, Place.SHUTTLE)
#: The way of what has nothing to do on phones.
SPOKEN = "spoken"

PLACES = {
    Place.SCREEN: _l("On one screen in the room"),
    Place.PHONES: _l("On both phones"),
    Place.HOME: _l("At home"),
    Place.SHUTTLE: _l("Passed on by you"),
}
#: The same inside a sentence.
_INSIDE = {
    Place.SCREEN: _l("on one screen in the room"),
    Place.PHONES: _l("on both phones"),
    Place.HOME: _l("at home"),
    Place.SHUTTLE: _l("passed on by you"),
}
#: For the mediator, wherever something derived can be started with safeguards.
NOT_DERIVED = _l("With safeguards each may answer, but what they have in common is not opened.")


class Way(NamedTuple):
    """One way to choose in the catalogue, and how many exercises go that way."""

    key: str
    words: str
    number: int


def of(exercise: Exercise) -> str:
    """Where it can be started, in one line; the words of what is only spoken about for that."""
    if not exercise.may_start:
        return str(_("Read and spoken about"))
    first, *others = [place for place in STARTABLE if place in exercise.places]
    if not others:
        return str(PLACES[first])
    *between, last = [str(_INSIDE[place]) for place in others]
    begin = ", ".join([str(PLACES[first]), *between])
    return str(_("%(places)s or %(last)s", places=begin, last=last))


def way(sent: str) -> str:
    """The way in the address; "" for any, and for what is none."""
    return sent if sent in {*STARTABLE, SPOKEN} else ""


def goes(exercise: Exercise, how: str) -> bool:
    """Whether an exercise goes that way: it can be started there, or it is only read and spoken about."""
    if not how:
        return True
    return not exercise.may_start if how == SPOKEN else exercise.may_start and Place(how) in exercise.places


def counted(exercises: Iterable[Exercise]) -> list[Way]:
    """Every way, with how many of these exercises go it."""
    found = list(exercises)
    words = {**{place.value: str(PLACES[place]) for place in STARTABLE}, SPOKEN: str(_("Read and spoken about"))}
    return [Way(key, told, sum(goes(one, key) for one in found)) for key, told in words.items()]
