"""What the pages of one case show: plain frozen values for one viewer, put together from every feature."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from mediator.agreements.queries import Kept
from mediator.cases import labels, state_actions
from mediator.cases.models import Case, Participant
from mediator.cases.state_actions import Move
from mediator.cases.states import LIVING
from mediator.cases.terms import CaseState, ParticipantWord, Suitability, participant_word
from mediator.core.templating import day
from mediator.core.visibility import Letter
from mediator.exercises.starting import Listed as Exercise
from mediator.guide.content import NAMES, whole
from mediator.overview.comfort_part import Person as Comfortable
from mediator.overview.intake_part import Intake
from mediator.questionnaires.sent import Copy, SentForm
from mediator.questionnaires.terms import TO_DO, AssignmentState
from mediator.sessions import labels as session_labels
from mediator.sessions.queries import AHEAD, Listed, Meetings
from mediator.sessions.terms import Attendees, SessionState

#: States before the work: here the page begins with the two people, later with the journey.
BEFORE_THE_WORK = frozenset({CaseState.ENQUIRY, CaseState.INTAKE, CaseState.ASSESSED, CaseState.AGREED})
#: Where a case goes on to from each state; breaks and ends are no "next".
NEXT = frozenset({CaseState.INTAKE, CaseState.ASSESSED, CaseState.AGREED, CaseState.ACTIVE, CaseState.CLOSED})


@dataclass(frozen=True)
class PersonPart:
    """One person of the case on the mediator's page. `declined_on` speaks of taking part, not of a door."""

    letter: Letter
    name: str
    pronouns: str | None
    email: str | None
    zone: str
    visited: bool
    seen_alone_on: date | None
    signed_on: date | None
    declined_on: date | None


@dataclass(frozen=True)
class Step:
    """One row of the journey: the latest "how ready for this topic now" of each; None where nobody answered."""

    number: int
    label: str
    a: int | None
    b: int | None
    furthest: bool = False

    @property
    def apart(self) -> int | None:
        """How far apart the two are; None where one of them is missing."""
        return None if self.a is None or self.b is None else abs(self.a - self.b)


@dataclass(frozen=True)
class Sent:
    """One person's side of a form: its state, and when it was sent or, once it is, handed in."""

    letter: Letter
    name: str
    state: AssignmentState | None
    at: datetime | None
    from_paper: bool = False


@dataclass(frozen=True)
class FormPart:
    """One form of the case. `due_at` (UTC) is there while somebody still has it to do."""

    id: uuid.UUID
    title: str
    due_at: datetime | None
    sides: tuple[Sent, ...]


@dataclass(frozen=True)
class SessionPart:
    """One session on the mediator's page. `day` and `clock` are words, in the case's zone."""

    id: uuid.UUID
    title: str
    day: str
    clock: str
    minutes: int
    place: str | None
    state: SessionState
    step: str

    @property
    def under_way(self) -> bool:
        """Whether it has begun and is not over."""
        return self.state in AHEAD and self.state is not SessionState.PLANNED


@dataclass(frozen=True)
class Sessions:
    """The sessions of the case: the one that comes next with its agenda, the later ones, and the past, latest first."""

    next: SessionPart | None
    later: tuple[SessionPart, ...]
    past: tuple[SessionPart, ...]
    items: int
    minutes: int
    may_plan: bool
    #: The step a new form begins with, its key: that of the next session with both, of any with one person alone.
    form_step: str | None


@dataclass(frozen=True)
class Standing:
    """Where a case stands: the word in lists and heads, what both read, and what keeps it from going on."""

    word: str
    both_read: ParticipantWord
    next: Move | None
    hold: bool
    suitability: Suitability | None
    begins_with_people: bool


@dataclass(frozen=True)
class CasePage:
    """Everything the mediator's page of a case shows."""

    id: uuid.UUID
    relation: str
    route: str
    order: str
    closure: bool
    opened_on: date
    ended_on: date | None
    standing: Standing
    people: tuple[PersonPart, ...]
    steps: tuple[Step, ...]
    comfort: tuple[Comfortable, ...]
    forms: tuple[FormPart, ...]
    agreements: tuple[Kept, ...]
    exercises: tuple[Exercise, ...]
    to_read_first: int
    intake: Intake
    mediators: tuple[tuple[str, bool], ...]
    sessions: Sessions

    @property
    def furthest(self) -> tuple[str, ...]:
        """The names of the steps furthest apart."""
        return tuple(step.label for step in self.steps if step.furthest)

    @property
    def any_reading(self) -> bool:
        """Whether anybody has answered how ready they are."""
        return any(step.a is not None or step.b is not None for step in self.steps)

    @property
    def of_b(self) -> PersonPart | None:
        """B, or None while nobody is there yet."""
        return next((person for person in self.people if person.letter is Letter.B), None)


@dataclass(frozen=True)
class DirectoryPerson:
    """One person as the practice's assistants know them."""

    letter: Letter
    name: str
    pronouns: str | None
    email: str | None
    to_do: bool


@dataclass(frozen=True)
class DirectoryPage:
    """A case as the practice's assistants see it: names, contacts, dates, who still has something to do."""

    id: uuid.UUID
    word: str
    opened_on: date
    ended_on: date | None
    people: tuple[DirectoryPerson, ...]
    mediators: tuple[tuple[str, bool], ...]


def assemble(
    case: Case,
    *,
    readings: Mapping[tuple[Letter, str], int],
    comfort: tuple[Comfortable, ...],
    forms: Sequence[SentForm],
    agreements: Sequence[Kept],
    exercises: Sequence[Exercise],
    mediators: Sequence[tuple[str, bool]],
    meetings: Meetings,
    contacts: Mapping[uuid.UUID, bool],
    intake: Intake,
    apart: Collection[uuid.UUID] = (),
) -> CasePage:
    """The mediator's page. Needs the ring of a mediator of the case.

    `forms` are all of the case, newest first; those of the runs `apart` are not listed. `contacts`: who has said
    how to reach them, and whether it waits unread.
    """
    people = {person.id: _person(person) for person in case.participants}
    return CasePage(
        id=case.id,
        relation=labels.RELATIONS[case.relation],
        route=labels.ROUTES[case.route],
        order=labels.route_order(case.route),
        closure=case.closure,
        opened_on=case.opened_on,
        ended_on=case.ended_on,
        standing=standing(case),
        people=tuple(people.values()),
        steps=journey(readings),
        comfort=comfort,
        forms=tuple(_form(people, form) for form in forms if form.copies and form.run_id not in apart),
        agreements=tuple(agreements),
        exercises=tuple(exercises),
        to_read_first=sum(copy.unread for form in forms for copy in form.copies) + sum(contacts.values()),
        intake=intake,
        mediators=tuple(mediators),
        sessions=_sessions(case, meetings),
    )


def directory(case: Case, *, to_do: frozenset[uuid.UUID], mediators: Sequence[tuple[str, bool]]) -> DirectoryPage:
    """The assistant's page. The directory's ring is enough."""
    return DirectoryPage(
        id=case.id,
        word=labels.state_word(case.state, case.hold),
        opened_on=case.opened_on,
        ended_on=case.ended_on,
        people=tuple(
            DirectoryPerson(person.letter, person.name, person.pronouns, person.email, person.id in to_do)
            for person in case.participants
        ),
        mediators=tuple(mediators),
    )


def journey(readings: Mapping[tuple[Letter, str], int]) -> tuple[Step, ...]:
    """The eight steps with each person's latest value. The widest gap of two or more is marked, all equal ones."""
    steps = [
        Step(number, name, readings.get((Letter.A, str(number))), readings.get((Letter.B, str(number))))
        for number, name in NAMES.items()
    ]
    widest = max((step.apart for step in steps if step.apart is not None), default=0)
    return tuple(replace(step, furthest=True) if widest >= 2 and step.apart == widest else step for step in steps)


def standing(case: Case) -> Standing:
    """Where the case stands now."""
    moves = state_actions.moves(case)
    return Standing(
        word=labels.state_word(case.state, case.hold),
        both_read=participant_word(case.state, case.hold),
        next=next((move for move in moves if move.to in NEXT), None),
        hold=case.hold,
        suitability=case.suitability,
        begins_with_people=case.state in BEFORE_THE_WORK,
    )


def _person(person: Participant) -> PersonPart:
    return PersonPart(
        letter=person.letter,
        name=person.name,
        pronouns=person.pronouns,
        email=person.email,
        zone=person.zone,
        visited=person.accepted_at is not None,
        seen_alone_on=person.seen_alone_on,
        signed_on=person.signed_on,
        declined_on=person.declined_on,
    )


def _sessions(case: Case, meetings: Meetings) -> Sessions:
    first = () if meetings.next is None else (meetings.next,)
    steps = {key: session_labels.step(key) for key in {row.step for row in (*first, *meetings.later, *meetings.past)}}
    return Sessions(
        next=next((_session(case, row, steps) for row in first), None),
        later=tuple(_session(case, row, steps) for row in meetings.later),
        past=tuple(_session(case, row, steps) for row in meetings.past),
        items=meetings.items,
        minutes=meetings.minutes,
        may_plan=case.state in LIVING,
        form_step=_form_step(case, meetings),
    )


def _form_step(case: Case, meetings: Meetings) -> str | None:
    together = sum(person.declined_on is None for person in case.participants) > 1
    ahead = [row for row in (meetings.next, *meetings.later) if row is not None]
    return next((whole(row.step) for row in ahead if row.attendees is Attendees.BOTH or not together), None) or None


def _session(case: Case, row: Listed, steps: Mapping[str, str]) -> SessionPart:
    local = row.planned_at.astimezone(ZoneInfo(case.zone))
    return SessionPart(
        id=row.id,
        title=session_labels.title(case, row),
        day=day(local.date()),
        clock=f"{local:%H:%M}",
        minutes=row.minutes,
        place=row.place,
        state=row.state,
        step=steps[row.step],
    )


def _form(people: Mapping[uuid.UUID, PersonPart], form: SentForm) -> FormPart:
    sides = tuple(_sent(person, form.of(whose)) for whose, person in people.items())
    to_do = any(copy.state in TO_DO for copy in form.copies)
    return FormPart(form.id, form.title, form.due_at if to_do else None, sides)


def _sent(person: PersonPart, copy: Copy | None) -> Sent:
    if copy is None:
        return Sent(person.letter, person.name, None, None)
    at = copy.submitted_at if copy.state is AssignmentState.SUBMITTED else copy.sent_at
    return Sent(person.letter, person.name, copy.state, at, copy.from_paper)
