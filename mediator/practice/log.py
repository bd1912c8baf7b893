"""The audit log as the owner reads it. Participants have no name in it, cases only a code."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from mediator.core import signin
from mediator.core.audit import AuditEntry
from mediator.practice import queries
from mediator.practice.verbs import GROUPS, SENTENCES

PER_PAGE = 50
#: The largest number a row may have on both databases.
LARGEST = 2**31 - 1


@dataclass(frozen=True)
class Wanted:
    """Which lines are asked for: a kind, a day in the reader's zone, and the number to go on from."""

    zone: str
    kind: str = ""
    day: date | None = None
    before: int | None = None

    @classmethod
    def read(cls, given: Mapping[str, str], *, zone: str) -> Wanted | None:
        """From an address, or None where no page of ours makes such an address."""
        kind, day, before = given.get("kind", ""), given.get("day", ""), given.get("before", "")
        if kind and kind not in GROUPS:
            return None
        try:
            number = int(before) if before else None
            asked = date.fromisoformat(day) if day else None
        except ValueError:
            return None
        if (number is not None and not 0 < number <= LARGEST) or (asked is not None and not 1970 <= asked.year < 9999):
            return None
        return cls(zone, kind, asked, number)

    @property
    def hours(self) -> tuple[datetime | None, datetime | None]:
        """When the day begins and ends, in UTC: 23 to 25 hours apart, by the zone."""
        if self.day is None:
            return None, None
        start, end = (
            datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)
            for day in (self.day, self.day + timedelta(days=1))
        )
        return start, end


@dataclass(frozen=True)
class Line:
    """One line: `at` in UTC, and words for who, what and about what."""

    at: datetime
    who: str
    what: str
    about: str


@dataclass(frozen=True)
class LogPage:
    """Some lines, newest first, and the number to go on from where there are older ones."""

    lines: list[Line]
    older: int | None


def page(wanted: Wanted) -> LogPage:
    """The lines that are asked for, in three queries however many they are."""
    since, until = wanted.hours
    rows = queries.entries(
        nouns=GROUPS[wanted.kind][1] if wanted.kind else (),
        since=since,
        until=until,
        before=wanted.before,
        limit=PER_PAGE + 1,
    )
    names: dict[uuid.UUID | None, str] = {person.id: person.name for person in queries.everybody()}
    shown = rows[:PER_PAGE]
    return LogPage([_line(row, names) for row in shown], shown[-1].number if len(rows) > PER_PAGE else None)


def case_code(case_id: uuid.UUID) -> str:
    """A short code by which lines about one case can be told from others; it says nothing about the case."""
    text = case_id.hex.upper()
    return f"{text[:4]}-{text[4:7]}"


def _line(row: AuditEntry, names: Mapping[uuid.UUID | None, str]) -> Line:
    about = [str(_("Case %(code)s", code=case_code(row.case_id)))] if row.case_id is not None else []
    if row.subject_id in names:
        about.append(names[row.subject_id])
    return Line(row.at, _who(row, names), str(SENTENCES.get(row.verb, row.verb)), ", ".join(about))


def _who(row: AuditEntry, names: Mapping[uuid.UUID | None, str]) -> str:
    if row.actor_kind == signin.STAFF and row.actor_id is not None:
        return names.get(row.actor_id, str(_("Somebody who worked here")))
    known = {
        signin.PARTICIPANT: _("Participant"),
        "command": _("The command line"),
        "job": _("The system"),
    }
    return str(known.get(row.actor_kind, _("Nobody signed in")))
