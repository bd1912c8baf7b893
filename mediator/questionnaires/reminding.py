"""When the one reminder of a form is due: about a day before, by daylight, at a moment drawn for one person alone.

Two people who got the same form at the same time would otherwise hear from it at the same moment, perhaps at one table
(docs/practice.md, "Reminders"). Pure: times are UTC, and whoever asks brings the die.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: A whole number from 0 up to, and not with, the one given: `secrets.randbelow`.
Draw = Callable[[int], int]

#: The reminder aims at so long before the due time; a form due sooner than `ROOM` after it was sent has none.
BEFORE = timedelta(hours=24)
ROOM = timedelta(hours=36)
#: The moment is drawn from a stretch of this length, the same chance for each second.
STRETCH = timedelta(hours=6)
#: One that could not go at its moment (a hold, a break, no server) is drawn anew from no less than this, and leaves
#: as much before the due time.
LEAST = timedelta(hours=1)
#: Nothing goes before the first or from the second on, on the recipient's own clock.
OPENS, CLOSES = time(9), time(20)
#: How long after its moment a reminder may still go. Nothing is drawn from the last of the day's hours that is shorter.
LATE = timedelta(minutes=15)


def drawn(sent_at: datetime, due_at: datetime | None, zone: ZoneInfo, draw: Draw) -> datetime | None:
    """When a form sent now is called to mind. None for never: it has no due time, or one too near for it.

    Three hours before up to three hours after the day before; moved into the open hours of that same day.
    """
    if due_at is None or due_at - sent_at < ROOM:
        return None
    aim = due_at - BEFORE
    opens, closes = _hours(aim.astimezone(zone).date(), zone)
    return _within(min(max(aim - STRETCH / 2, opens), closes - STRETCH), STRETCH, draw)


def drawn_anew(at: datetime, due_at: datetime, zone: ZoneInfo, draw: Draw) -> datetime | None:
    """When one goes that did not go at its moment: later today, or tomorrow. None where the due time leaves no room.

    Never at once: where a hold ends or a server comes back, what waited for the two would go in the same second.
    """
    today = at.astimezone(zone).date()
    for day in (today, today + timedelta(days=1)):
        opens, closes = _hours(day, zone)
        start = max(at + timedelta(minutes=1), opens)
        stretch = min(closes, due_at - LEAST, start + STRETCH) - start
        if stretch >= LEAST:
            return _within(start, stretch, draw)
    return None


def awake(at: datetime, zone: ZoneInfo) -> bool:
    """Whether a reminder may go now, on the recipient's clock."""
    return OPENS <= at.astimezone(zone).time() < CLOSES


def _hours(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Between which moments of a day something may be drawn, in UTC."""
    opens, closes = (datetime.combine(day, clock, zone).astimezone(UTC) for clock in (OPENS, CLOSES))
    return opens, closes - LATE


def _within(start: datetime, stretch: timedelta, draw: Draw) -> datetime:
    return start + timedelta(seconds=draw(int(stretch.total_seconds())))
