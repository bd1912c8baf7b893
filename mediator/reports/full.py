"""Gathers the mediator's own record of one session, with the mediator's ring.

It holds private and caucus notes, so it is made on demand and never stored: it would outlive notes that are shredded on
a date. Safety answers stand on "Read first" and nowhere else.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

from mediator.agreements import queries as agreements
from mediator.agreements.actions import as_said
from mediator.agreements.terms import OPEN
from mediator.cases.models import Case
from mediator.core.visibility import Letter, Visibility
from mediator.exercises import queries as exercises
from mediator.exercises.together import queries as text_queries
from mediator.guide.content import NAMES
from mediator.questionnaires import queries, readings, sent, values
from mediator.questionnaires.readings import Readings
from mediator.questionnaires.terms import AnswerState
from mediator.reports import content, gathering, held
from mediator.reports.period import Period, number_of, period_of
from mediator.sessions.models import MediationSession
from mediator.sessions.terms import Attendees, ItemState, NoteKind


def record(case: Case, session: MediationSession, staff_id: uuid.UUID) -> content.FullCopy:
    """Everything about one session, for a mediator of the case who holds their ring."""
    people = {person.letter: gathering.named(person) for person in case.participants}
    notes = {(note.kind, note.about_id): note.text for note in session.notes}
    said, period = readings.of_case(case), period_of(session)
    return content.FullCopy(
        shared=gathering.shared(case, session, staff_id).part,
        companions=[(people[row.letter], row.with_whom) for row in session.attendance if row.with_whom],
        spoken=_spoken(case, session, people),
        start=_clock(case, session.started_at),
        end=_clock(case, session.ended_at),
        blocks=[
            content.Block(
                title=item.title,
                step=gathering.step_label(item.step),
                planned=item.minutes,
                taken=_minutes(item.spent),
                left_out=item.state is ItemState.SKIPPED,
                joint=notes.get((NoteKind.JOINT, item.id), ""),
                private=notes.get((NoteKind.PRIVATE, item.id), ""),
                process=notes.get((NoteKind.PROCESS, item.id), ""),
            )
            for item in session.items
        ],
        minutes=_minutes(session.spent),
        private=notes.get((NoteKind.PRIVATE, session.id), ""),
        process=notes.get((NoteKind.PROCESS, session.id), ""),
        alone=[
            content.Alone(
                who=people[caucus.letter],
                start=_clock(case, caucus.started_at),
                end=_clock(case, caucus.ended_at),
                minutes=_minutes(int((caucus.ended_at - caucus.started_at).total_seconds())) if caucus.ended_at else 0,
                note=notes.get((NoteKind.CAUCUS, caucus.id), ""),
                back=[row.words for row in caucus.back if row.said_yes_at],
                not_back=[row.words for row in caucus.back if not row.said_yes_at],
            )
            for caucus in session.caucuses
        ],
        readings=_readings(said),
        comfort=_comfort(case, period, said, people),
        kept=[*_kept(case, period, people), *held.kept(case, session, period, people)],
        drafts=_drafts(case, period) if session.attendees is Attendees.BOTH else [],
    )


def _spoken(
    case: Case, session: MediationSession, people: dict[Letter, content.Named]
) -> list[tuple[str, list[content.Named]]]:
    """Who said yes aloud to what stands, A first: the mediator's record, in nobody else's copy."""
    rows = [row for row in agreements.of_source(case.id, session.id) if row.standing in OPEN]
    found = [
        (str(row.what), [people[letter] for letter in sorted(as_said(row).spoken) if letter in people]) for row in rows
    ]
    return [(what, who) for what, who in found if who]


def _readings(said: Readings) -> list[content.Readiness]:
    latest = {(letter, number_of(step)): value for (letter, step), value in said.ready.items()}
    return [
        content.Readiness(number, name, latest.get((Letter.A, number)), latest.get((Letter.B, number)))
        for number, name in NAMES.items()
    ]


def _comfort(
    case: Case, period: Period, said: Readings, people: dict[Letter, content.Named]
) -> list[content.Comfortable]:
    """What each said of the time of this session, A's first, oldest first. Not of an exercise that is put away."""
    away = exercises.put_away(case.id)
    asked = {copy.id: form for form in sent.forms(case.id) if form.id not in away for copy in form.copies}
    found = [
        content.Comfortable(
            people[one.letter],
            one.value,
            one.about,
            one.at.astimezone(ZoneInfo(case.zone)).date(),
            _clock(case, one.at),
            asked[one.source_id].title,
        )
        for one in reversed(said.comfort)
        if period.holds(one.at) and one.source_id in asked
    ]
    return sorted(found, key=lambda one: one.who.letter)


def _kept(case: Case, period: Period, people: dict[Letter, content.Named]) -> list[content.Kept]:
    """What somebody answered and keeps between them and the mediator, A's first."""
    letters = {person.id: person.letter for person in case.participants}
    rows = [row for _form, row in gathering.forms_of(case, period)]
    found = [
        content.Kept(people[letters[form.assignment.participant_id]], sheet.question.text, part.label, lines)
        for form in queries.filled(rows)
        for sheet in form.sheets
        for part in sheet.question.parts
        if part.visibility is Visibility.PRIVATE
        and (outcome := sheet.outcome(part.key)).state is AnswerState.ANSWERED
        and outcome.kept
        and (lines := values.show(part, outcome.value))
    ]
    return sorted(found, key=lambda one: one.who.letter)


def _drafts(case: Case, period: Period) -> list[content.Draft]:
    """Texts of both that do not stand for both, of the time of a session with both. What was discarded is not there."""
    found = period.of(reversed(text_queries.drafts(case)), lambda one: one.at)
    return [content.Draft(gathering.as_opened(one), one.agreed) for one in found]


def _clock(case: Case, at: datetime | None) -> str:
    return at.astimezone(ZoneInfo(case.zone)).strftime("%H:%M") if at else ""


def _minutes(seconds: int) -> int:
    return round(seconds / 60)
