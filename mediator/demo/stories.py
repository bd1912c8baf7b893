"""Stories, and how they are told: each goes from moment to moment, and all of them together in the order of time.

A story is a generator. It yields the moment of its next event (UTC) and then does what happened, with the application's
own acts, while the clock stands at that moment. Told together, the audit log of the demo is in the order of time, as
the log of a practice is.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mediator.core import audit, clock, sealed
from mediator.core.db import db
from mediator.core.visibility import Viewer

Story = Iterator[datetime]


@dataclass(frozen=True)
class Calendar:
    """Moments before the demo's beginning (`start`, UTC), as people of the practice's zone name them."""

    start: datetime
    zone: str

    def day(self, back: int, hour: int, minute: int = 0) -> datetime:
        """A time of day so many days before the first one."""
        first = self.start.astimezone(ZoneInfo(self.zone)).date()
        local = datetime.combine(first - timedelta(days=back), time(hour, minute), ZoneInfo(self.zone))
        return local.astimezone(self.start.tzinfo)

    def date(self, back: int) -> date:
        """The day so many days before the first one."""
        return self.day(back, 12).astimezone(ZoneInfo(self.zone)).date()

    def workday(self, back: int) -> int:
        """The same number of days back; for a Saturday or Sunday, that of the Friday before."""
        return back + max(0, self.date(back).weekday() - 4)

    def ago(self, minutes: int) -> datetime:
        """So many minutes before the beginning."""
        return self.start - timedelta(minutes=minutes)

    def soon(self, minutes: int) -> datetime:
        """So many minutes after the beginning, to the nearest five, as appointments are made."""
        at = self.start + timedelta(minutes=minutes, seconds=150)
        return at.replace(minute=at.minute - at.minute % 5, second=0, microsecond=0)


def tell(stories: Iterable[Story], say: Callable[[str], None] = lambda _year: None) -> None:
    """Tell all stories together; each event is committed. `say` hears of every year that begins.

    Raises ValueError for a story that goes back in time.
    """
    waiting = [(next(story), place, story) for place, story in enumerate(stories)]
    heapq.heapify(waiting)
    year = 0
    while waiting:
        moment, place, story = heapq.heappop(waiting)
        if moment.year != year:
            year = moment.year
            say(str(year))
        following = _happen(moment, story)
        if following is None:
            continue
        if following < moment:
            raise ValueError(f"story {place} goes back in time")
        heapq.heappush(waiting, (following, place, story))


def _happen(moment: datetime, story: Story) -> datetime | None:
    """One event, and the moment of the next one. Nobody's ring and nobody's name are left behind."""
    try:
        with clock.as_of(moment):
            following = next(story, None)
            db.session.commit()
    finally:
        sealed.hold_ring(Viewer.nobody())
        audit.act_as(audit.NOBODY)
    return following
