"""Gathers what stands in a copy, each part with a ring that opens exactly that reader's words.

A copy that goes to a participant is made of two parts. What both read (`shared`): the words the mediator is about to
release are read with the mediator's ring and are only those (titles, place, summary, what was said in this session);
all else with a ring that opens joint words and nothing more. What one person wrote (`own`): with that person's ring, so
that a wrong query raises RingClosed instead of putting the other's words on paper.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from mediator.agreements import queries as agreements
from mediator.agreements.models import Agreement
from mediator.agreements.terms import OPEN
from mediator.cases import queries as cases
from mediator.cases.models import Case, Participant
from mediator.core import sealed
from mediator.core.db import db
from mediator.core.visibility import Letter, Viewer, Visibility
from mediator.exercises import joint
from mediator.exercises import queries as exercises
from mediator.exercises.lanes import Lanes, Row
from mediator.exercises.opened import laid_out
from mediator.exercises.together import queries as text_queries
from mediator.guide.content import FIRST, NAMES, READY
from mediator.practice.queries import practice
from mediator.questionnaires import comparing, queries, values
from mediator.questionnaires.models import Assignment, Form, Reading
from mediator.questionnaires.shown import Shown
from mediator.questionnaires.terms import AnswerState, AssignmentState
from mediator.questionnaires.voices import Common, Said, Topic
from mediator.reports import content
from mediator.reports.period import HELD, Period, number_of, period_of
from mediator.sessions import confirming, room
from mediator.sessions.models import MediationSession
from mediator.sessions.terms import Attendees, SessionState


def joint_viewer(case_id: uuid.UUID) -> Viewer:
    """A viewer who is neither of the two: the ring opens what both may read, and nothing else."""
    return Viewer.participant(uuid.UUID(int=0), case_id)


def day_of(session: MediationSession, zone: str) -> date:
    """The day a session took place (or is planned for), where the case is."""
    return (session.started_at or session.planned_at).astimezone(ZoneInfo(zone)).date()


@dataclass(frozen=True)
class Gathered:
    """What both read, and of whose words it is made: the ids of openings and of texts of both, and marks of sentences.

    `attributed` are the marks of the sentences that say who said what: nothing is released before each is confirmed.
    """

    part: content.Shared
    opened: Sequence[uuid.UUID]
    attributed: Sequence[str]


@dataclass(frozen=True)
class _Spoken:
    """The mediator's words that releasing a copy gives away: exactly these."""

    place: str
    summary: str
    done: Sequence[content.Done]
    said: Sequence[Agreement]
    attributed: Sequence[str]


def shared(case: Case, session: MediationSession, staff_id: uuid.UUID) -> Gathered:
    """The part with the same words in every copy, made for the mediator `staff_id` of this case.

    For a session with one person it holds nothing that two people share, and only what that person said.
    """
    with sealed.ring_of(Viewer.staff(staff_id, frozenset({case.id}))):
        spoken = _spoken(case, session)
        own = [_settled(case, row) for row in spoken.said if _concerns(session, row)]
        following = _next(case, session)
    both, period = session.attendees is Attendees.BOTH, period_of(session)
    with sealed.ring_of(joint_viewer(case.id)):
        people = [named(person) for person in case.participants if _attends(session, person.letter)]
        opened = _opened(case, period) if both else []
        laid = laid_out(case.id, opened, {one.letter: one.called for one in people})
        together = _together(case, period) if both else []
        earlier = [_settled(case, row) for row in _earlier(case, session)] if both else []
    row = practice()
    part = content.Shared(
        practice=row.name if row else "",
        phone=row.phone if row else "",
        number=session.number if both else None,
        day=day_of(session, case.zone),
        place=spoken.place,
        mediators=_mediators(case),
        people=people,
        here=[one for one in people if _present(session, one.letter)],
        done=spoken.done,
        summary=spoken.summary,
        opened=[*(_shown(one) for one in laid), *(as_opened(one) for one in together)],
        steps=_steps(case, session) if both else [],
        settled=[*own, *earlier],
        next=following,
    )
    return Gathered(part, [*(one.id for one in opened), *(one.id for one in together)], spoken.attributed)


def own(case: Case, session: MediationSession, person: Participant) -> content.Own:
    """What this person wrote themselves for this session, read with their own ring and by their id alone.

    Not what belongs to an exercise that was not kept for both, nor their marks on a list of both; and not what they
    said at intake: that is for the mediator, and papers are read over shoulders (docs/practice.md).
    """
    period = period_of(session)
    with sealed.ring_of(Viewer.participant(person.id, case.id)):
        rows = db.session.scalars(
            db.select(Reading)
            .where(Reading.participant_id == person.id, Reading.line == READY)
            .order_by(Reading.at, Reading.id)
        )
        latest = {number_of(row.step): int(row.value) for row in rows}
        away = exercises.put_away(case.id) | exercises.of_lists(case.id)
        handed_in = [
            row for row in queries.sent_to(person)
            if row.state is AssignmentState.SUBMITTED and row.form.step != FIRST and row.form_id not in away
            and period.holds_form(row.form, row.submitted_at)
        ]  # fmt: skip
        answers = [
            content.Answered(sheet.question.text, part.label, lines)
            for form in queries.filled(handed_in)
            for sheet in form.sheets
            for part in sheet.question.parts
            if part.visibility is Visibility.PRIVATE
            and (outcome := sheet.outcome(part.key)).state is AnswerState.ANSWERED
            and (lines := values.show(part, outcome.value))
        ]
        return content.Own(
            whose=named(person),
            ready=[content.Ready(number, NAMES[number], latest[number]) for number in sorted(latest) if number],
            answers=answers,
        )


def named(person: Participant) -> content.Named:
    """A person as the other reads them, too."""
    return content.Named(person.letter, person.called)


def step_label(step: str) -> str:
    """A step by number and name, as both read it: "5 Rebuild Trust"; empty for none."""
    number = number_of(step)
    return f"{number} {NAMES[number]}" if number else ""


def _spoken(case: Case, session: MediationSession) -> _Spoken:
    told = confirming.told(session)
    return _Spoken(
        place=session.place or "",
        summary=told.summary,
        done=[content.Done(item.title, step_label(item.step)) for item in told.done],
        said=agreements.of_source(session.case_id, session.id),
        attributed=[one.mark for one in confirming.attributed_in(case, session)],
    )


def _concerns(session: MediationSession, row: Agreement) -> bool:
    """What stands, and in a session with one person only what that person took on."""
    if row.standing not in OPEN:
        return False
    return session.attendees is Attendees.BOTH or row.who == session.attendees.value


def _earlier(case: Case, session: MediationSession) -> list[Agreement]:
    """What was released before and still holds: words that both can read on their own pages."""
    return [row for row in agreements.read_by_both(case) if row.source_id != session.id]


def _settled(case: Case, row: Agreement) -> content.Settled:
    people = [person for letter in agreements.bound(row) if (person := case.participant(letter)) is not None]
    return content.Settled(
        kind=row.kind.value,
        what=row.what,
        who=[named(person) for person in people],
        seen=row.seen or "",
        otherwise=row.otherwise or "",
        from_on=row.from_on,
        until=row.until,
        review_on=row.review_on,
    )


def _opened(case: Case, period: Period) -> list[Shown]:
    """What both can read now of what was opened since the session before, in the order it was opened."""
    return period.of(reversed(joint.shown_to_both(case)), lambda one: one.opened_at)


def _shown(one: Topic | Lanes) -> content.Opened | content.Lanes:
    """The same as on the page "What you can both read": each question once, moments in two lanes."""
    if isinstance(one, Lanes):
        people = [content.Named(letter, one.names[letter]) for letter in Letter if letter in one.names]
        return content.Lanes(one.title, people, [_time(row) for row in one.rows])
    voices = [content.Voice(content.Named(voice.letter, voice.name), _said(voice.said)) for voice in one.voices]
    return content.Opened(one.question, one.label, voices, [_common(each) for each in one.common])


def _common(one: Common) -> content.Common:
    drawn = [(line["value"], line["label"]) for line in one.lines]
    return content.Common(one.label, drawn or [("", str(words)) for words in one.words], one.lights)


def _said(said: Sequence[Said]) -> list[content.Said]:
    return [content.Said(one.label, [str(line) for line in one.lines]) for one in said]


def _time(row: Row) -> content.Time:
    sides = [[content.Moment(list(one.title), _said(one.said)) for one in side] for side in (row.a, row.b)]
    if row.when is None:
        return content.Time(None, False, "", *sides)
    return content.Time(row.when.first, row.when.months, row.when.years, *sides)


def _together(case: Case, period: Period) -> list[text_queries.Standing]:
    """The texts of both that stand now, of exercises that ended since the session before, oldest first."""
    return period.of(reversed(text_queries.standing(case)), lambda one: one.at)


def as_opened(one: text_queries.Standing) -> content.Opened:
    """A text of both as it stands on paper: its words, or its steps each with the name of whoever takes it."""
    steps = [(content.Named(line.letter, line.name), line.words) for line in one.text.lines]
    label = one.text.title if one.text.title != one.exercise else ""
    return content.Opened(one.exercise, label, words=one.text.words, steps=steps)


def _steps(case: Case, session: MediationSession) -> list[str]:
    """The steps worked on in joint sessions up to this one, in that order."""
    rows = db.session.scalars(
        db.select(MediationSession)
        .where(
            MediationSession.case_id == case.id,
            MediationSession.attendees == Attendees.BOTH,
            MediationSession.state.in_(HELD),
            MediationSession.number <= session.number,
        )
        .order_by(MediationSession.number)
    )
    keys = [key for row in rows for key in (row.step, *(item.step for item in room.took_place(row)))]
    return list(dict.fromkeys(label for key in keys if (label := step_label(key))))


def _next(case: Case, session: MediationSession) -> content.Next | None:
    """The next planned meeting with the same people."""
    row = db.session.scalar(
        db.select(MediationSession)
        .where(
            MediationSession.case_id == case.id,
            MediationSession.attendees == session.attendees,
            MediationSession.state == SessionState.PLANNED,
            MediationSession.planned_at > (session.started_at or session.planned_at),
        )
        .order_by(MediationSession.planned_at)
        .limit(1)
    )
    if row is None:
        return None
    local = row.planned_at.astimezone(ZoneInfo(case.zone))
    return content.Next(local.date(), local.strftime("%H:%M"), row.place or "", step_label(row.step))


def _attends(session: MediationSession, letter: Letter) -> bool:
    return session.attendees is Attendees.BOTH or session.attendees.value == letter.value


def _present(session: MediationSession, letter: Letter) -> bool:
    row = next((row for row in session.attendance if row.letter is letter), None)
    return row is None or row.present


def _mediators(case: Case) -> list[str]:
    return [staff.name for staff, _lead in cases.team(case.id)]


def forms_of(case: Case, period: Period) -> list[tuple[Form, Assignment]]:
    """Handed-in forms that belong to the session of a period, oldest first. For the mediator's record."""
    return [
        (form, row)
        for form in reversed(comparing.forms_of(case))
        for row in form.assignments
        if comparing.handed_in(row) and period.holds_form(form, row.submitted_at)
    ]
