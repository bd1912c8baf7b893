"""When a new form is due: by the session it is for, so that there is time to read the answers before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from mediator.cases.models import Case
from mediator.core.templating import day

#: A new form is due so long before the session it is for; an hour before where the other is less than `DUE_ROOM` away.
DUE_BEFORE = timedelta(hours=24)
DUE_SHORTLY_BEFORE = timedelta(hours=1)
DUE_ROOM = timedelta(hours=3)
#: Without a session it is due this many days from now, at this hour in the case's zone.
DUE_DAYS = 7
DUE_AT = time(18)


@dataclass(frozen=True)
class Due:
    """When a new form is due unless changed, and how long before its session; None for no session to go by."""

    at: datetime
    before: timedelta | None = None


def proposed_due(at: datetime, zone: str, session: datetime | None) -> Due:
    """When a form made now (`at`) is due, going by the `session` it is for (docs/practice.md, "Forms").

    A day before it; an hour before where that leaves no three hours; a week from now at six in the evening, in the
    case's zone, where there is no session to come or it is less than an hour away.
    """
    if session is not None:
        if session - DUE_BEFORE >= at + DUE_ROOM:
            return Due(session - DUE_BEFORE, DUE_BEFORE)
        if session - DUE_SHORTLY_BEFORE > at:
            return Due(session - DUE_SHORTLY_BEFORE, DUE_SHORTLY_BEFORE)
    local = at.astimezone(ZoneInfo(zone))
    return Due(datetime.combine(local.date() + timedelta(days=DUE_DAYS), DUE_AT, ZoneInfo(zone)))


def for_case(at: datetime, case: Case) -> Due:
    """When a form of this case made now is due."""
    return proposed_due(at, case.zone, session_of(case))


def session_of(case: Case) -> datetime | None:
    """The session a new form is for: the next with both; with one person alone in the case, the next there is.

    Where two are there, one person's own session is not gone by: the other may get the form too, and would read from
    its due time when that session is.
    """
    there = [person for person in case.participants if person.declined_on is None]
    return case.next_joint_at if len(there) > 1 else case.next_session_at


def from_words(at: datetime, case: Case) -> str:
    """What the proposed due time goes by, as a sentence."""
    session, due = session_of(case), for_case(at, case)
    if session is None:
        said = _("Proposed: a week from now, since no session is planned.")
    elif due.before is None:
        said = _("Proposed: a week from now. The next session is too near to go by.")
    elif due.before == DUE_BEFORE:
        said = _("Proposed: 24 hours before the next session, %(when)s.", when=words(session, case.zone))
    else:
        said = _(
            "Proposed: an hour before the next session, %(when)s. A day before would leave no time.",
            when=words(session, case.zone),
        )
    return str(said)


def words(at: datetime | None, zone: str) -> str:
    """A time in words, in the case's zone, such as "Sunday 29 November, 18:00"; empty for none."""
    if at is None:
        return ""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day(local.date())}, {local:%H:%M}"
