"""Whose case this request is about, and which participant sent it."""

from __future__ import annotations

import uuid

from werkzeug.exceptions import NotFound

from mediator.cases import door_queries, queries
from mediator.cases.models import Case, Participant
from mediator.core import audit, signin
from mediator.practice.here import staff_here


def case_here(case_id: uuid.UUID, reading: str | None = None) -> Case:
    """The case, if whoever is signed in mediates it; its words are open from here on. Raises NotFound otherwise.

    `reading` is the verb of what is about to be read: it is noted first.
    """
    case = queries.mediated(staff_here().id, case_id)
    if reading is not None:
        audit.reading(reading, case=case.id)
    return case


def person_here(case_id: uuid.UUID, letter: str) -> Participant:
    """One person of a case that whoever is signed in mediates. Raises NotFound for every other."""
    return door_queries.person_of(staff_here().id, case_id, letter)


def participant_here() -> Participant:
    """The participant who is signed in. Raises NotFound for everybody else."""
    user = signin.signed_in(signin.PARTICIPANT)
    if user is None:
        raise NotFound
    person: Participant = user.person
    return person
