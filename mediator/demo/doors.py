"""Fresh doors for both people of the second pair, to be opened in other browser profiles. In a demo alone."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import current_app

from mediator.cases import door_actions, messages
from mediator.cases.doors import DoorKind
from mediator.cases.models import Case, Participant
from mediator.core import audit, config, sealed
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.visibility import Letter, Viewer
from mediator.demo.hands import named

#: Reads directory words of every case (here: a name) and nothing else.
_DIRECTORY = Viewer.staff(uuid.UUID(int=0), frozenset())


@dataclass(frozen=True)
class Way:
    """One person's way in: the link is known here and nowhere else."""

    letter: Letter
    name: str
    link: messages.Link


def fresh() -> list[Way]:
    """A one-time link for each of the two, A first; those made before and not opened stop. Noted in the log.

    Raises Refused anywhere but in a demo: nobody gets into somebody's pages from a real practice's command line.
    """
    told: config.Config = current_app.extensions["mediator"]
    case = db.session.get(Case, named("pair two")) if told.demo else None
    if case is None:
        raise Refused("This is no demo. Doors are made by a mediator of the case, on its page.")
    audit.act_as(audit.Actor("command"))
    try:
        with sealed.ring_of(_DIRECTORY):
            ways = [_way(person) for person in case.participants]
        db.session.commit()
    finally:
        audit.act_as(audit.NOBODY)
    return ways


def _way(person: Participant) -> Way:
    link = messages.show(door_actions.mint(person, DoorKind.MAIL))
    return Way(person.letter, str(person.name), link)
