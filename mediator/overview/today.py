"""What Today shows: plain values for one member of staff, put together from rows, in the practice's zone."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from mediator.cases import labels
from mediator.cases.labels import Group
from mediator.core.links import Links
from mediator.core.templating import day
from mediator.core.words import count as _n
from mediator.core.words import say as _
from mediator.overview.today_queries import Part, Someone
from mediator.overview.waiting import NEW
from mediator.sessions import steps
from mediator.sessions.terms import Attendees, SessionState

People = Mapping[uuid.UUID, Sequence[Someone]]


class Way(NamedTuple):
    """A link to where something is done; with `opens` it is the thing to do with this session."""

    url: str
    words: str
    opens: bool = False


class Meeting(NamedTuple):
    """One session. `day` and `clock` are words in the practice's zone, `elsewhere` the pair's time where it differs.

    `new` is whether something was handed in lately that is not read yet. For an assistant there is no more than the
    time, who comes, who leads the case, and the way to its page.
    """

    id: uuid.UUID
    case_id: uuid.UUID
    at: datetime
    iso: str
    day: str
    clock: str
    elsewhere: str
    minutes: str
    people: tuple[Someone, ...]
    names: str
    case_url: str
    lead: str = ""
    place: str = ""
    state: SessionState = SessionState.PLANNED
    title: str = ""
    step: str = ""
    ready: tuple[tuple[str, str], ...] = ()
    has_agenda: bool = False
    new: bool = False
    way: Way | None = None
    first: Way | None = None


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
    return _(" and ").join(one.name for one in people)


def times(part: Part, people: People, clock: Clock, links: Links, leads: Mapping[uuid.UUID, str]) -> list[Meeting]:
    """The sessions of a list for an assistant: times with names and nothing more."""
    found = []
    for row in part.rows:
        attending = _attending(row, people.get(row.case_id, ()))
        found.append(Meeting(**_time(row, attending, clock, links), lead=leads.get(row.case_id, "")))
    return found


def meetings(part: Part, people: People, clock: Clock, links: Links, places: Mapping[uuid.UUID, str]) -> list[Meeting]:
    """The sessions of a list for their mediator, with what is ready."""
    return [_meeting(row, tuple(people.get(row.case_id, ())), clock, links, places) for row in part.rows]


def _meeting(
    row: Row[Any], people: tuple[Someone, ...], clock: Clock, links: Links, places: Mapping[uuid.UUID, str]
) -> Meeting:
    attending = _attending(row, people)
    notes = sum(one.read_first for one in people)
    url = links.to("workspace.comparison.read_first", case_id=row.case_id) if notes else ""
    return Meeting(
        **_time(row, people, clock, links),
        place=places.get(row.id, ""),
        state=row.state,
        title=f"{_(labels.RELATIONS[row.relation])}. {_title(row, attending)}",
        step=_(steps.name(row.step)) if row.step else "",
        ready=tuple(_ready(row, attending)),
        has_agenda=row.items > 0,
        new=row.came_in is not None and row.came_in >= clock.now - NEW,  # as `waiting` counts it
        way=_way(row, links),
        first=Way(url, notes_to_read(notes)) if notes else None,
    )


def _time(row: Row[Any], people: tuple[Someone, ...], clock: Clock, links: Links) -> dict[str, Any]:
    local = clock.local(row.planned_at)
    return {
        "id": row.id,
        "case_id": row.case_id,
        "at": row.planned_at,
        "iso": row.planned_at.isoformat(),
        "day": clock.day(local),
        "clock": f"{local:%H:%M}",
        "elsewhere": "" if row.zone == clock.zone.key else _elsewhere(local, row.zone),
        "minutes": _n("%(num)s minute", "%(num)s minutes", row.minutes),
        "people": people,
        "names": together(people),
        "case_url": links.to("workspace.overview.case", case_id=row.case_id),
    }


def _attending(row: Row[Any], people: Sequence[Someone]) -> tuple[Someone, ...]:
    joint = row.attendees is Attendees.BOTH
    return tuple(one for one in people if joint or one.letter.value == row.attendees.value)


def _way(row: Row[Any], links: Links) -> Way:
    """Where this session goes on."""
    if row.state in {SessionState.ENDED, SessionState.WRITTEN_UP}:
        words = _("Write it up") if row.state is SessionState.ENDED else _("Read the summary")
        endpoint, opens = "workspace.summary.show", False
    elif row.items or row.state is not SessionState.PLANNED:
        endpoint, words, opens = "workspace.run.show", _("Open session"), True
    else:
        endpoint, words, opens = "workspace.sessions.show", _("Build agenda"), True
    return Way(links.to(endpoint, case_id=row.case_id, session_id=row.id), words, opens)


def main(meetings: Sequence[Meeting]) -> uuid.UUID | None:
    """The session that is to be opened next: the first that is not over."""
    over = {SessionState.ENDED, SessionState.WRITTEN_UP}
    return next((one.id for one in meetings if one.state not in over), None)


def notes_to_read(count: int) -> str:
    """How many notes are to be read first."""
    return _n("%(num)s note to read first", "%(num)s notes to read first", count)


def _elsewhere(local: datetime, zone: str) -> str:
    """The time where the pair is, if their clocks say another one than the practice's."""
    there = local.astimezone(ZoneInfo(zone))
    if there.utcoffset() == local.utcoffset():
        return ""
    return _("%(clock)s in %(zone)s", clock=f"{there:%H:%M}", zone=zone.replace("_", " "))


def _title(row: Row[Any], attending: Sequence[Someone]) -> str:
    if row.attendees is Attendees.BOTH:
        return _("Session %(number)s", number=row.number) if row.number else _("Session with both")
    return _("Session with %(name)s", name=together(attending))


def _ready(row: Row[Any], attending: Sequence[Someone]) -> list[tuple[str, str]]:
    """What is ready and what is not, each with the state of its icon."""
    if row.state is not SessionState.PLANNED:
        return [_standing(row.state)]
    agenda = _("Agenda ready, %(minutes)s of %(of)s minutes", minutes=row.planned, of=row.minutes)
    lines = [("done", agenda) if row.items else ("missing", _("No agenda yet"))]
    joint = row.attendees is Attendees.BOTH
    if joint and labels.group_of(row.case_state, row.hold) is Group.BREAK:
        lines.append(("missing", _("The case is on a break")))
    lines += _forms(attending)
    if joint:
        lines += [("waiting", _("%(name)s has not signed yet", name=one.name)) for one in attending if not one.signed]
        if row.open:
            told = _n("%(num)s commitment to look back at", "%(num)s commitments to look back at", row.open)
            lines.append(("done", told))
    return lines


_STANDING = {
    SessionState.RUNNING: ("waiting", "Under way"),
    SessionState.PAUSED: ("waiting", "Paused"),
    SessionState.ENDED: ("missing", "Ended, not written up yet"),
    SessionState.WRITTEN_UP: ("done", "Written up"),
}


def _standing(state: SessionState) -> tuple[str, str]:
    icon, said = _STANDING[state]
    return icon, _(said)


def _forms(attending: Sequence[Someone]) -> list[tuple[str, str]]:
    """Where each person's forms stand. Nobody was sent one: nothing is said, for both alike."""
    sent = [one for one in attending if one.to_do or one.handed_in]
    if len(sent) > 1 and not any(one.to_do for one in sent):
        return [("done", _("Both have handed in their forms"))]
    lines = []
    for one in sent:
        if one.to_do:
            told = _n("%(name)s has %(num)s thing to do", "%(name)s has %(num)s things to do", one.to_do, name=one.name)
            lines.append(("waiting", told))
        else:
            lines.append(("done", _("%(name)s has handed in every form", name=one.name)))
    return lines


def summary(found: int, meetings: Sequence[Meeting], ahead: Sequence[Meeting], now: datetime) -> str:
    """One line: how many sessions (`found`), when the next of them is, and how much is to be done before it."""
    if not found:
        if not ahead:
            return _("No session today, and none in the next seven days.")
        first = ahead[0]
        return _("No session today. The next is on %(day)s at %(clock)s.", day=first.day, clock=first.clock)
    count = _count(found)
    coming = [one for one in meetings if one.state is SessionState.PLANNED and one.at > now]
    if not coming:
        return _("%(count)s today.", count=count)
    first = coming[0]
    told = {"count": count, "clock": first.clock}
    if found == 1:
        said = _("%(count)s, at %(clock)s.", **told)
    elif first is meetings[0]:
        said = _("%(count)s, the first at %(clock)s.", **told)
    else:
        said = _("%(count)s, the next at %(clock)s.", **told)
    needed = (first.first is not None) + first.new + (not first.has_agenda)
    return f"{said} {_needs(needed)}" if needed else str(said)


_COUNTS = ("One session", "Two sessions", "Three sessions", "Four sessions", "Five sessions", "Six sessions")
_NEEDS = ("One thing needs you before then.", "Two things need you before then.")


def _count(count: int) -> str:
    return _(_COUNTS[count - 1]) if count <= len(_COUNTS) else _("%(count)s sessions", count=count)


def _needs(count: int) -> str:
    return _(_NEEDS[count - 1]) if count <= len(_NEEDS) else _("%(count)s things need you before then.", count=count)


def full_day(on: date) -> str:
    """ "Thursday 12 March 2026"."""
    return f"{day(on)} {on.year}"
