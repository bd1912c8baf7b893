"""What a participant's own start page shows: plain values for this one person, and nothing about the other."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mediator.agreements import queries as agreements
from mediator.cases import contact_queries
from mediator.cases.models import Participant
from mediator.cases.terms import ParticipantWord, participant_word
from mediator.exercises import queries as exercises
from mediator.exercises import start_page
from mediator.exercises.held import queries as held_queries
from mediator.exercises.own.sheets import Given, given_to
from mediator.exercises.terms import Place
from mediator.questionnaires import on_a_break, queries
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.queries import Filled
from mediator.questionnaires.terms import AssignmentState

#: The words under which there may be something to do. On a break and after the end there is nothing, for both.
WORKING = frozenset({ParticipantWord.GETTING_STARTED, ParticipantWord.IN_PROGRESS})


@dataclass(frozen=True)
class ToDo:
    """One form to answer. `minutes` is what the questions not answered yet take; `due_at` and `sent_at` are in UTC."""

    id: uuid.UUID
    questions: int
    answered: int
    minutes: float
    begun: bool
    due_at: datetime | None
    sent_at: datetime


@dataclass(frozen=True)
class HandedIn:
    """One form this person has handed in at `at` (UTC).

    The title of a form is the mediator's. Here forms are told apart by how long they are and by their days, which says
    nothing to whoever looks over a shoulder.
    """

    id: uuid.UUID
    questions: int
    at: datetime


@dataclass(frozen=True)
class Home:
    """The start page: the word for the case, what to do, what was handed in.

    `exercise`: one is on both phones; it says nothing of how far anybody is, and its forms are found there. `apart`:
    in it the mediator goes from one to the other. `contact`: how to reach them is to do. `confirm`: something agreed
    waits for this person's own yes. `own`: pages on which they write for themselves alone. `held`: what the mediator
    asks this person, or gave to them alone.
    """

    word: ParticipantWord
    exercise: bool
    apart: bool
    contact: bool
    confirm: bool
    to_do: Sequence[ToDo]
    handed_in: Sequence[HandedIn]
    own: Sequence[Given]
    held: Sequence[held_queries.Slip]


def home_of(person: Participant) -> Home:
    """The start page of one participant, read with their own ring. A hold reads like a pause, to the last word."""
    forms = queries.sent_to(person)
    followed, own, held = start_page.there(person)
    run = exercises.followed_run(person.case_id) if followed and working(person) else None
    here = [row for row in forms if run is None or row.form.run_id != run.id]
    to_do = queries.filled([row for row in here if _open(person, row)])
    handed_in = [row for row in forms if row.state is AssignmentState.SUBMITTED]
    numbers = queries.numbers(handed_in)
    return Home(
        word=participant_word(person.case.state, person.case.hold),
        exercise=run is not None,
        apart=run is not None and run.place is Place.SHUTTLE,
        contact=working(person) and not contact_queries.has_given(person),
        confirm=working(person) and agreements.waits_on(person),
        to_do=[_to_do(form) for form in to_do],
        handed_in=[
            HandedIn(row.id, numbers[row.id], row.submitted_at) for row in handed_in if row.submitted_at is not None
        ],
        own=given_to(person) if own else [],
        held=held_queries.slips(person) if held else [],
    )


def working(person: Participant) -> bool:
    """Whether there may be something to answer as the case stands now."""
    return participant_word(person.case.state, person.case.hold) in WORKING


def open_forms(person: Participant) -> list[Assignment]:
    """The forms a person may answer now. On a break those that stay open on one; none after the end."""
    return [row for row in queries.sent_to(person) if _open(person, row)]


def _open(person: Participant, row: Assignment) -> bool:
    return queries.editable(row) and (working(person) or on_a_break.stays(person.case, row))


def _to_do(form: Filled) -> ToDo:
    return ToDo(
        id=form.assignment.id,
        questions=len(form.sheets),
        answered=form.answered,
        minutes=form.minutes,
        begun=form.assignment.state is not AssignmentState.SENT,
        due_at=form.assignment.due_at,
        sent_at=form.assignment.sent_at,
    )
