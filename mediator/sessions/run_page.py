"""What the pages of a live session show, as plain values: worked out once per request from one session and its case."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import lazy_gettext as _l

from mediator.agreements import queries as agreements
from mediator.cases.models import Case
from mediator.core.visibility import Letter
from mediator.core.words import say as _
from mediator.questionnaires import comparing
from mediator.sessions import caucus, labels, notes, room, timers
from mediator.sessions.models import AgendaItem, Caucus, MediationSession
from mediator.sessions.terms import ItemKind, ItemState, NoteKind, SessionState

PROMPTS = {
    ItemKind.OPENING: _l("Arrive. Each says in a few words how they are here today."),
    ItemKind.TALK: _l("One speaks, one listens and says back what they heard. Then you change over."),
    ItemKind.EXERCISE: _l("Take it slowly. Each of you has the same time."),
    ItemKind.BREAK: _l("A few minutes for everybody."),
    ItemKind.PRIVATE_CHECK: _l("A few minutes with each of you alone, the same for both."),
    ItemKind.CLOSE: _l("What each takes along, and what holds until next time."),
}
ALONE = _l("Take your time. There is no hurry.")


@dataclass(frozen=True)
class Clock:
    """One clock: seconds that ran of how many planned, whether it runs, and the instants it began and should end."""

    face: timers.Face
    running: bool
    began: datetime
    until: datetime

    @property
    def text(self) -> str:
        """Minutes and seconds that ran: 27:10."""
        return "{}:{:02d}".format(*divmod(self.face.elapsed, 60))

    @property
    def share(self) -> tuple[float, float]:
        """The widths of the two bars in percent: within the plan, and over it."""
        whole = max(self.face.elapsed, self.face.planned, 1)
        over = 100 * self.face.over / whole
        return 100 * min(self.face.elapsed, self.face.planned) / whole, over


@dataclass(frozen=True)
class Line:
    """One line of the agenda beside the page."""

    id: uuid.UUID
    number: int
    title: str
    state: ItemState
    minutes: int  # planned, or taken once it is over
    kind: ItemKind


@dataclass(frozen=True)
class Person:
    """One person of the session: name, whether they are there, with whom, and minutes spoken with alone."""

    letter: Letter
    name: str
    present: bool
    company: str
    alone: int


@dataclass(frozen=True)
class Back:
    """A sentence of a caucus: whose yes it has, and whether it stands in a joint note."""

    id: uuid.UUID
    caucus: uuid.UUID
    letter: Letter
    name: str
    words: str
    yes_at: datetime | None
    brought: bool


@dataclass(frozen=True)
class RunPage:
    """Everything the live page and the caucus show."""

    case: uuid.UUID
    id: uuid.UUID
    address: str  # of the session; its pages lie below
    rev: int
    name: str
    joint: bool
    live: bool
    state: SessionState
    people: Sequence[Person]
    agenda: Sequence[Line]
    item: AgendaItem | None
    shown_is_current: bool
    number: int
    kicker: str
    title: str
    prompt: str
    clock: Clock | None  # of the item that runs, or of the whole session where none does
    session: Clock | None
    finish: datetime | None
    spare: int  # minutes to spare at the projected end; negative: over
    following: AgendaItem | None
    givers: Sequence[AgendaItem]
    giver: AgendaItem | None
    joint_note: notes.NoteOn | None
    private_note: notes.NoteOn
    process_note: notes.NoteOn
    written: Sequence[agreements.Written]
    back: Sequence[Back]
    closed: Sequence[str]
    read_first: bool


def names(case: Case, meeting: MediationSession) -> list[tuple[Letter, str]]:
    """The people of a session by letter and name, A first."""
    found = [(letter, case.participant(letter)) for letter in room.people(meeting)]
    return [(letter, str(person.called)) for letter, person in found if person is not None]


def prompt(kind: ItemKind, *, joint: bool) -> str:
    """One neutral sentence for an item, which both may read on a shared screen."""
    return str(PROMPTS[kind] if joint or kind is ItemKind.BREAK else ALONE)


def clock_of(row: AgendaItem | MediationSession, at: datetime) -> Clock:
    """The clock of an item or of a whole session. Its beginning is counted back from what it has run."""
    stretch = room.stretch(row)
    face = timers.Face(stretch.elapsed(at), row.minutes * 60)
    began = at - timedelta(seconds=face.elapsed)
    return Clock(face, stretch.running_since is not None, began, began + timedelta(seconds=face.planned))


def session_clock(meeting: MediationSession, at: datetime) -> Clock | None:
    """The clock of the whole session; None before it began and where it is written up afterwards."""
    if meeting.started_at is None or not meeting.live:
        return None
    clock = clock_of(meeting, at)
    return Clock(clock.face, clock.running, meeting.started_at, timers.ends_at(meeting.started_at, meeting.minutes))


def build(case: Case, meeting: MediationSession, at: datetime, shown: uuid.UUID | None = None) -> RunPage:
    """The live page. `shown` is an item whose notes are looked at without going there."""
    joint, present = room.is_joint(meeting), room.current(meeting)
    item = room.item_of(meeting, shown) if shown is not None else present
    if item is None and shown is None and not meeting.live:
        item = next(iter(meeting.items), None)
    under_way = meeting.state in room.UNDER_WAY
    typed = notes.on_page(meeting, item.id if item is not None else meeting.id)
    began = meeting.started_at or at
    planned = under_way and meeting.live and bool(meeting.items)
    finish = timers.projected_end(room.blocks(meeting), at) if planned else None
    ends = timers.ends_at(began, meeting.minutes)
    following = room.following(meeting) if under_way else None
    givers = [one for one in meeting.items if one.state is ItemState.WAITING and one.minutes > timers.SHORTEST]
    return RunPage(
        case=case.id,
        id=meeting.id,
        address=url_for("workspace.sessions.show", case_id=case.id, session_id=meeting.id),
        rev=meeting.rev,
        name=labels.title(case, meeting),
        joint=joint,
        live=meeting.live,
        state=meeting.state,
        people=_people(case, meeting, at),
        agenda=[_line(line, number, at) for number, line in enumerate(meeting.items, start=1)],
        item=item,
        shown_is_current=item is present,
        number=meeting.items.index(item) + 1 if item is not None else 0,
        kicker=_kicker(meeting, item),
        title=_title(meeting, item),
        prompt=prompt(item.kind, joint=joint) if item is not None else "",
        clock=clock_of(present or meeting, at) if under_way else None,
        session=session_clock(meeting, at),
        finish=finish,
        spare=int((ends - finish).total_seconds() / 60) if finish is not None else 0,
        following=following,
        givers=givers,
        giver=max((one for one in givers if one.kind is not ItemKind.BREAK), key=lambda one: one.minutes, default=None),
        joint_note=typed[NoteKind.JOINT] if joint else None,
        private_note=typed[NoteKind.PRIVATE],
        process_note=typed[NoteKind.PROCESS],
        written=agreements.written(case.id, meeting.id),
        back=_back(case, meeting),
        closed=room.closed(case, meeting) if meeting.state in room.UNDER_WAY | {SessionState.PLANNED} else (),
        read_first=comparing.waits_to_be_read(case),
    )


@dataclass(frozen=True)
class Aside:
    """A caucus as its page shows it: with whom, who waits, for how long, and what holds for words said here."""

    id: uuid.UUID
    letter: Letter
    name: str
    other: str
    began: datetime
    seconds: int
    promise: str
    note: notes.NoteOn
    sentences: Sequence[Back]

    @property
    def text(self) -> str:
        """Minutes and seconds so far: 06:20."""
        return "{:02d}:{:02d}".format(*divmod(self.seconds, 60))


def aside(case: Case, meeting: MediationSession, alone: Caucus, at: datetime) -> Aside:
    """The caucus that goes on now."""
    called = dict(names(case, meeting))
    seconds = max(0, int((at - alone.started_at).total_seconds()))
    return Aside(
        id=alone.id,
        letter=alone.letter,
        name=called[alone.letter],
        other=called[alone.letter.other],
        began=alone.started_at,
        seconds=seconds,
        promise=caucus.promise(case),
        note=notes.on_page(meeting, alone.id)[NoteKind.CAUCUS],
        sentences=[one for one in _back(case, meeting) if one.caucus == alone.id],
    )


def _line(item: AgendaItem, number: int, at: datetime) -> Line:
    over = item.state is ItemState.DONE and item.spent > 0
    minutes = round(room.stretch(item).elapsed(at) / 60) if over else item.minutes
    return Line(item.id, number, str(item.title), item.state, minutes, item.kind)


def _people(case: Case, meeting: MediationSession, at: datetime) -> list[Person]:
    rows = {row.letter: row for row in meeting.attendance}
    found = []
    for letter, name in names(case, meeting):
        row = rows.get(letter)
        company = str(row.with_whom or "") if row is not None else ""
        alone = caucus.seconds(meeting, letter, at) // 60
        found.append(Person(letter, name, row.present if row is not None else True, company, alone))
    return found


def _back(case: Case, meeting: MediationSession) -> list[Back]:
    called = dict(names(case, meeting))
    return [
        Back(one.id, alone.id, alone.letter, called[alone.letter], str(one.words), one.said_yes_at,
             caucus.brought(meeting, one))
        for alone in meeting.caucuses for one in alone.back
    ]  # fmt: skip


def _kicker(meeting: MediationSession, item: AgendaItem | None) -> str:
    if item is None:
        return ""
    place = _("Item %(number)s of %(count)s", number=meeting.items.index(item) + 1, count=len(meeting.items))
    step = labels.step(item.step)
    return _("%(place)s. %(step)s", place=place, step=step) if step else place


def _title(meeting: MediationSession, item: AgendaItem | None) -> str:
    if item is not None:
        return str(item.title)
    if not meeting.items:
        return _("Without an agenda")
    if room.following(meeting) is not None and meeting.state in room.UNDER_WAY:
        return _("Ready for the next item")
    return _("The agenda is done")
