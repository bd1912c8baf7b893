"""What Today shows: plain values for one member of staff, put together from rows, in the practice's zone."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy import Row

from mediator.cases import labels
from mediator.cases.labels import Group
from mediator.core.templating import day
from mediator.overview.today_queries import Part, Readiness, Someone
from mediator.overview.waiting import Kind, Waiting
from mediator.sessions import steps
from mediator.sessions.terms import Attendees, SessionState

#: What the mediator would want to have done before a session with that pair.
BEFORE = frozenset({Kind.READ_FIRST, Kind.HANDED_IN})
People = Mapping[uuid.UUID, Sequence[Someone]]


@dataclass(frozen=True)
class Meeting:
    """One session. `day` and `clock` are words in the practice's zone, `elsewhere` the pair's time where it differs."""

    id: uuid.UUID
    case_id: uuid.UUID
    at: datetime
    day: str
    clock: str
    elsewhere: str
    minutes: int
    place: str
    people: tuple[Someone, ...]
    attending: tuple[Someone, ...]
    title: str
    step: str
    relation: str
    state: SessionState
    has_agenda: bool
    read_first: int
    ready: tuple[tuple[str, str], ...]
    lead: str = ""

    @property
    def names(self) -> str:
        """Both names, A first, for screen readers and sentences."""
        return together(self.people)


@dataclass(frozen=True)
class Clock:
    """This moment where the practice is, and whose zone that is."""

    now: datetime
    zone: ZoneInfo
    said: dict[date, str] = field(default_factory=dict)  # days in words: a page names the same few over and over

    def local(self, at: datetime) -> datetime:
        """The same moment on the practice's clock."""
        return at.astimezone(self.zone)

    def day(self, at: datetime) -> str:
        """The day in words, such as "Thursday 12 March"."""
        on = self.local(at).date()
        if on not in self.said:
            self.said[on] = day(on)
        return self.said[on]


def together(people: Sequence[Someone]) -> str:
    """Names in a sentence, A first."""
    return str(_(" and ")).join(one.name for one in people)


def meetings(
    part: Part,
    people: People,
    clock: Clock,
    *,
    ready: Readiness | None = None,
    places: Mapping[uuid.UUID, str] | None = None,
    leads: Mapping[uuid.UUID, str] | None = None,
) -> tuple[Meeting, ...]:
    """The sessions of a list. Without `ready` (for assistants) they are times with names and nothing more."""
    return tuple(
        _meeting(
            row,
            people.get(row.case_id, ()),
            clock,
            ready,
            (places or {}).get(row.id, ""),
            (leads or {}).get(row.case_id, ""),
        )
        for row in part.rows
    )


def _meeting(
    row: Row[Any], people: Sequence[Someone], clock: Clock, ready: Readiness | None, place: str, lead: str
) -> Meeting:
    joint = row.attendees is Attendees.BOTH
    attending = tuple(one for one in people if joint or one.letter.value == row.attendees.value)
    local = clock.local(row.planned_at)
    told = ready is not None
    items, _minutes = ready.agendas.get(row.id, (0, 0)) if ready is not None else (0, 0)
    return Meeting(
        id=row.id,
        case_id=row.case_id,
        at=row.planned_at,
        day=clock.day(row.planned_at),
        clock=f"{local:%H:%M}",
        elsewhere=_elsewhere(row.planned_at, row.zone, clock),
        minutes=row.minutes,
        place=place,
        people=tuple(people) if told else attending,
        attending=attending,
        title=_title(row, attending) if told else "",
        step=steps.name(row.step) if told else "",
        relation=labels.RELATIONS[row.relation] if told else "",
        state=row.state,
        has_agenda=items > 0,
        read_first=ready.read_first.get(row.case_id, 0) if ready is not None else 0,
        ready=tuple(_ready(row, attending, ready)) if ready is not None else (),
        lead=lead,
    )


def _elsewhere(at: datetime, zone: str, clock: Clock) -> str:
    """The time where the pair is, if their clocks say another one."""
    there = at.astimezone(ZoneInfo(zone))
    if there.utcoffset() == clock.local(at).utcoffset():
        return ""
    return str(_("%(clock)s in %(zone)s", clock=f"{there:%H:%M}", zone=zone.replace("_", " ")))


def _title(row: Row[Any], attending: Sequence[Someone]) -> str:
    if row.attendees is Attendees.BOTH:
        return str(_("Session %(number)s", number=row.number) if row.number else _("Session with both"))
    return str(_("Session with %(name)s", name=together(attending)))


def _ready(row: Row[Any], attending: Sequence[Someone], ready: Readiness) -> list[tuple[str, str]]:
    """What is ready and what is not, each with the state of its icon."""
    if row.state is not SessionState.PLANNED:
        return [_standing(row.state)]
    items, minutes = ready.agendas.get(row.id, (0, 0))
    planned = {"minutes": minutes, "of": row.minutes}
    lines = [
        ("done", str(_("Agenda ready, %(minutes)s of %(of)s minutes", **planned)))
        if items
        else ("missing", str(_("No agenda yet")))
    ]
    joint = row.attendees is Attendees.BOTH
    if joint and labels.group_of(row.case_state, row.hold) is Group.BREAK:
        lines.append(("missing", str(_("The case is on a break"))))
    lines += _forms(attending, ready)
    if joint:
        lines += [
            ("waiting", str(_("%(name)s has not signed yet", name=one.name))) for one in attending if not one.signed
        ]
        if count := ready.commitments.get(row.case_id, 0):
            told = ngettext("%(num)s commitment to look back at", "%(num)s commitments to look back at", count)
            lines.append(("done", str(told)))
    return lines


_STANDING = {
    SessionState.RUNNING: ("waiting", _l("Under way")),
    SessionState.PAUSED: ("waiting", _l("Paused")),
    SessionState.ENDED: ("missing", _l("Ended, not written up yet")),
    SessionState.WRITTEN_UP: ("done", _l("Written up")),
}


def _standing(state: SessionState) -> tuple[str, str]:
    icon, said = _STANDING[state]
    return icon, str(said)


def _forms(attending: Sequence[Someone], ready: Readiness) -> list[tuple[str, str]]:
    """Where each person's forms stand. Nobody was sent one: nothing is said, for both alike."""
    sent = [one for one in attending if ready.to_do.get(one.id) or ready.handed_in.get(one.id)]
    if len(sent) > 1 and not any(ready.to_do.get(one.id) for one in sent):
        return [("done", str(_("Both have handed in their forms")))]
    lines = []
    for one in sent:
        count = ready.to_do.get(one.id, 0)
        if count:
            told = ngettext("%(name)s has %(num)s form to do", "%(name)s has %(num)s forms to do", count, name=one.name)
            lines.append(("waiting", str(told)))
        else:
            lines.append(("done", str(_("%(name)s has handed in every form", name=one.name))))
    return lines


def summary(today: Part, meetings: Sequence[Meeting], ahead: Sequence[Meeting], waits: Waiting, now: datetime) -> str:
    """One line: how many sessions, when the next of them is, and how much is to be done before it."""
    if not today.found:
        if not ahead:
            return str(_("No session today, and none in the next seven days."))
        first = ahead[0]
        return str(_("No session today. The next is on %(day)s at %(clock)s.", day=first.day, clock=first.clock))
    count = _count(today.found)
    coming = [one for one in meetings if one.state is SessionState.PLANNED and one.at > now]
    if not coming:
        return str(_("%(count)s today.", count=count))
    first = coming[0]
    told = {"count": count, "clock": first.clock}
    if today.found == 1:
        said = _("%(count)s, at %(clock)s.", **told)
    elif first is meetings[0]:
        said = _("%(count)s, the first at %(clock)s.", **told)
    else:
        said = _("%(count)s, the next at %(clock)s.", **told)
    needed = sum(one.kind in BEFORE and one.case_id == first.case_id for one in waits.found) + (not first.has_agenda)
    return f"{said} {_needs(needed)}" if needed else str(said)


def _count(count: int) -> str:
    words = {1: _l("One session"), 2: _l("Two sessions"), 3: _l("Three sessions"), 4: _l("Four sessions"),
             5: _l("Five sessions"), 6: _l("Six sessions")}  # fmt: skip
    return str(words.get(count) or _("%(count)s sessions", count=count))


def _needs(count: int) -> str:
    words = {1: _l("One thing needs you before then."), 2: _l("Two things need you before then.")}
    return str(words.get(count) or _("%(count)s things need you before then.", count=count))


def full_day(on: date) -> str:
    """ "Thursday 12 March 2026"."""
    return f"{day(on)} {on.year}"
