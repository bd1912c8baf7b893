"""Getting started, for the mediator: what is there of each person before the work, and what anything joint needs.

Plain values without a word of anybody's answers: those stand on pages of their own, and reading them is in the log.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from mediator.cases.models import Case, Participant
from mediator.core.visibility import Letter
from mediator.guide.agendas import AgendaBlock
from mediator.questionnaires import intake
from mediator.questionnaires.sent import SentForm
from mediator.questionnaires.terms import AssignmentState


@dataclass(frozen=True)
class Arriving:
    """What is there of one person. `state` is that of their intake form, `at` (UTC) the time that goes with it."""

    came_in: bool
    contact: bool
    form_id: uuid.UUID | None
    state: AssignmentState | None
    at: datetime | None
    from_paper: bool
    unread: int

    @property
    def handed_in(self) -> bool:
        """Whether there are intake answers to read."""
        return self.state is AssignmentState.SUBMITTED


@dataclass(frozen=True)
class Intake:
    """The case before the work: its people, its intake form if it is made, and what is still missing for both."""

    people: Mapping[Letter, Arriving]
    form_id: uuid.UUID | None
    both_there: bool
    seen_alone: bool
    signed: bool
    suitability: bool
    interview: Sequence[AgendaBlock]

    @property
    def interview_minutes(self) -> int:
        """How long the first meeting with one person takes."""
        return sum(block.minutes for block in self.interview)


def gather(
    case: Case,
    forms: Sequence[SentForm],
    *,
    contacts: Mapping[uuid.UUID, bool],
    came_in: Set[uuid.UUID],
    interview: Sequence[AgendaBlock],
) -> Intake:
    """Everything about getting started. `forms` are all of the case, newest first.

    `contacts`: who has said how to reach them, and whether it waits unread.
    """
    made = intake.among(case, forms)
    there = [person for person in case.participants if person.declined_on is None]
    return Intake(
        people={
            person.letter: _arriving(person, forms, contacts, person.id in came_in) for person in case.participants
        },
        form_id=made.id if made is not None else None,
        both_there=len(there) == len(Letter),
        seen_alone=bool(there) and all(person.seen_alone_on for person in there),
        signed=bool(there) and all(person.signed_on for person in there),
        suitability=case.suitability is not None,
        interview=interview,
    )


def _arriving(
    person: Participant, forms: Sequence[SentForm], contacts: Mapping[uuid.UUID, bool], came_in: bool
) -> Arriving:
    copy = intake.of_person(person, forms)
    unread = sum(one.participant_id == person.id and one.unread for form in forms for one in form.copies)
    return Arriving(
        came_in=came_in,
        contact=person.id in contacts,
        form_id=copy.form_id if copy is not None else None,
        state=copy.state if copy is not None else None,
        at=(copy.submitted_at or copy.sent_at) if copy is not None else None,
        from_paper=copy is not None and copy.from_paper,
        unread=unread + contacts.get(person.id, False),
    )
