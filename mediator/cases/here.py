"""Whose case this request is about, and which participant sent it."""

from __future__ import annotations

import uuid

from werkzeug.exceptions import NotFound

from mediator.cases import queries
from mediator.cases.models import Case, Participant
from mediator.core import signin
from mediator.practice.here import staff_here


def case_here(case_id: uuid.UUID) -> Case:
    """The case, if whoever is signed in mediates it; its words are open from here on. Raises NotFound otherwise."""
    return queries.mediated(staff_here().id, case_id)


def participant_here() -> Participant:
    """The participant who is signed in. Raises NotFound for everybody else."""
    user = signin.signed_in(signin.PARTICIPANT)
    if user is None:
        raise NotFound
    person: Participant = user.person
    return person
