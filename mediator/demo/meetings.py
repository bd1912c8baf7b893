"""Sessions of the demo: planned, run block by block with the clock moving, written up, and made into reports."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from mediator.agreements import actions as agreements
from mediator.agreements.terms import Kind, Who
from mediator.cases.models import Case
from mediator.core import audit, clock, sealed
from mediator.core.visibility import Letter, Viewer
from mediator.demo import exercising
from mediator.demo.exercising import Exercise
from mediator.demo.hands import Pair, at_the_desk, letter, named
from mediator.demo.stories import Story
from mediator.reports import actions as reports
from mediator.reports import jobs as report_jobs
from mediator.reports import queries as reported
from mediator.reports.terms import Reader
from mediator.sessions import caucus, drafting, notes, planning, queries, room, running
from mediator.sessions.models import MediationSession
from mediator.sessions.planning import Plan
from mediator.sessions.terms import Attendees, ItemKind, NoteKind

#: The heading over words that two windows typed at once. In the demo nobody does.
_HEADING = "Also typed"
#: The jobs process reads directory words of every case and nothing else.
_SERVICE = Viewer.staff(uuid.UUID(int=0), frozenset())


@dataclass(frozen=True)
class Settled:
    """What is written down in a block: whose it is (None: both), how it will be seen, what else if it can't be kept.

    It holds for so many `days` and is looked at after `review` days; both say yes aloud.
    """

    kind: Kind
    who: str | None
    what: str
    seen: str | None = None
    otherwise: str | None = None
    days: int | None = None
    review: int | None = None


@dataclass(frozen=True)
class Aside:
    """A caucus: with whom, for how many minutes, the note of it, and a sentence that may go back into the room."""

    who: str
    minutes: int
    note: str
    back: str | None = None


@dataclass(frozen=True)
class Block:
    """One block of an agenda: minutes planned and taken (0: not reached), and what was done and written in it."""

    title: str
    kind: ItemKind
    planned: int
    taken: int
    step: str = ""
    joint: str = ""
    private: str = ""
    reason: str | None = None
    asides: tuple[Aside, ...] = ()
    said: tuple[Settled, ...] = ()
    exercise: Exercise | None = None


@dataclass(frozen=True)
class Meeting:
    """One session with both. `live` is False where it was written up afterwards; `release` says whose copies go out."""

    name: str
    at: datetime
    minutes: int
    step: str
    blocks: tuple[Block, ...]
    process: str = ""
    place: str = "Room 2, 14 Mill Lane"
    live: bool = True
    release: frozenset[Reader] = frozenset({Reader.JOINT, Reader.A, Reader.B})

    @property
    def id(self) -> uuid.UUID:
        """Its id, the same in every demo."""
        return named(f"session {self.name}")


def plan(pair: Pair, meeting: Meeting, on: datetime) -> Story:
    """The session is planned, and its agenda put together by hand."""
    yield on
    case = at_the_desk(pair.lead, pair.case)
    told = Plan(Attendees.BOTH, meeting.at, meeting.minutes, meeting.place, meeting.step, meeting.live)
    row = planning.plan(case, meeting.id, told)
    for number, block in enumerate(meeting.blocks, start=1):
        item = drafting.Item(block.title, block.kind, block.planned, block.step, block.reason)
        drafting.add(row, named(f"{meeting.name} block {number}"), item, place=number)


def hold(pair: Pair, meeting: Meeting) -> Story:
    """The session takes place: block by block, with notes, caucuses and what is settled; then it is written up."""
    yield meeting.at
    case, row = _here(pair, meeting)
    running.start(case, row, live=True)
    running.attend(row, dict.fromkeys(room.people(row), (True, "")))
    at = meeting.at
    waiting: list[tuple[uuid.UUID, uuid.UUID]] = []
    for number, block in enumerate(meeting.blocks, start=1):
        if not block.taken:
            continue
        for aside in block.asides:
            at += timedelta(minutes=1)
            yield at
            case, row = _here(pair, meeting)
            alone = caucus.enter(row, letter(case, aside.who))
            at += timedelta(minutes=aside.minutes)
            yield at
            case, row = _here(pair, meeting)
            sentence = named(f"{meeting.name} {aside.who} back")
            if _end_aside(row, alone.id, aside, sentence):
                waiting.append((alone.id, sentence))
        if block.exercise is not None:
            yield from exercising.in_the_room(pair, meeting.id, block.exercise, at + timedelta(minutes=2))
        at += timedelta(minutes=block.taken - sum(1 + aside.minutes for aside in block.asides))
        yield at
        case, row = _here(pair, meeting)
        while waiting and not block.asides:  # brought back in the room, in a block that is both people's
            alone_id, sentence = waiting.pop(0)
            caucus.bring_back(row, caucus.of(row, alone_id), sentence)
        _write_down(pair, case, row, meeting, block, number)
        present = room.current(row)
        following = next((other for other in meeting.blocks[number:]), None)
        if present is not None and following is not None and not following.taken:
            _pass_over(row, present.id)
        elif present is not None and following is not None:
            running.go_on(row, present.id)
    running.end(row)
    yield from _written_up(pair, meeting, at + timedelta(minutes=12))


def write_up(pair: Pair, meeting: Meeting) -> Story:
    """The session took place without the app, and is written up the same day."""
    at = meeting.at + timedelta(minutes=meeting.minutes + 25)
    yield at
    case, row = _here(pair, meeting)
    running.start(case, row, live=False)
    running.attend(row, dict.fromkeys(room.people(row), (True, "")))
    for number, block in enumerate(meeting.blocks, start=1):
        _write_down(pair, case, row, meeting, block, number)
    yield from _written_up(pair, meeting, at + timedelta(minutes=20))


def draft(pair: Pair, session: uuid.UUID) -> None:
    """Draft the agenda of a planned session from what the two answered."""
    case = at_the_desk(pair.lead, pair.case)
    audit.reading("agenda.read", case=case.id, subject=session)
    row = queries.session_of(case, session)
    drafting.redraft(row, drafting.fresh(case, row))


def report(pair: Pair, meeting: Meeting, at: datetime) -> Story:
    """The set of reports: asked for, made by the jobs process, final, and released to whom it is for."""
    yield at
    case, row = _here(pair, meeting)
    reports.make(case, row, pair.lead)
    yield at + timedelta(minutes=1)
    audit.act_as(audit.Actor("job"))
    sealed.hold_ring(_SERVICE)
    report_jobs.render_waiting(clock.now)
    yield at + timedelta(minutes=6)
    case, row = _here(pair, meeting)
    found = reported.of_session(row)
    audit.reading("report.read", case=case.id, subject=found[0].id)
    reports.finish(found)
    seen = agreements.version(reports.said_in(row))
    reports.release(case, row, [one.id for one in found if one.reader in meeting.release], seen)


def _here(pair: Pair, meeting: Meeting) -> tuple[Case, MediationSession]:
    case = at_the_desk(pair.lead, pair.case)
    return case, room.load(case, meeting.id, lock=True)


def _write_down(pair: Pair, case: Case, row: MediationSession, meeting: Meeting, block: Block, number: int) -> None:
    about = named(f"{meeting.name} block {number}")
    for kind, text in ((NoteKind.JOINT, block.joint), (NoteKind.PRIVATE, block.private)):
        if text:
            rev = notes.rev_of(notes.find(row, kind, about))
            stored = notes.text_of(notes.find(row, kind, about))
            typed = f"{text}\n{stored}" if stored else text
            notes.save(row, kind, about, typed, rev, heading=_HEADING, since=meeting.at)
    today = clock.now().astimezone(ZoneInfo(case.zone)).date()
    for one in block.said:
        said = agreements.Said(
            kind=one.kind,
            who=Who.BOTH if one.who is None else Who(letter(case, one.who).value),
            what=one.what,
            from_on=today if one.days else None,
            until=_later(today, one.days),
            review_on=_later(today, one.review),
            seen=one.seen,
            otherwise=one.otherwise,
            spoken=frozenset(Letter),
        )
        agreements.say(
            pair.lead, case, named(f"{meeting.name} {one.what}"), said, source_kind="session", source_id=row.id
        )
        room.changed(row, "session.captured")


def _later(today: date, days: int | None) -> date | None:
    return None if days is None else today + timedelta(days=days)


def _pass_over(row: MediationSession, present: uuid.UUID) -> None:
    """There was no time for the next block: go on to it, and pass it over."""
    running.go_on(row, present)
    skipped = room.current(row)
    if skipped is not None:
        running.go_on(row, skipped.id, skip=True)


def _end_aside(row: MediationSession, alone: uuid.UUID, aside: Aside, sentence: uuid.UUID) -> bool:
    """The caucus ends, with its note. Whether there is a sentence that its person said yes to bringing back."""
    one = caucus.of(row, alone)
    notes.save(row, NoteKind.CAUCUS, one.id, aside.note, "0", heading=_HEADING, since=one.started_at)
    if aside.back is not None:
        caucus.add_sentence(row, one, sentence, aside.back)
        caucus.said_yes(row, one, frozenset({sentence}))
    caucus.leave(row, one)
    return aside.back is not None


def _written_up(pair: Pair, meeting: Meeting, at: datetime) -> Story:
    """The summary stands as it was prefilled from the joint notes, the process note is written, and that is that."""
    yield at
    _case, row = _here(pair, meeting)
    if meeting.process:
        notes.save(row, NoteKind.PROCESS, row.id, meeting.process, "0", heading=_HEADING, since=at)
    told = notes.prefilled(row)
    notes.save_summary(row, told, notes.summary_rev(row), heading=_HEADING, since=at)
    notes.written_up(row)
