"""Today: where staff land after signing in. A mediator sees their own cases, an assistant times and names alone."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, render_template

from mediator.core.clock import now
from mediator.core.permissions import Permission, StaffRole, needs
from mediator.overview import today, today_lists, today_queries, waiting
from mediator.overview.today import Clock
from mediator.practice.here import staff_here
from mediator.practice.models import Staff
from mediator.practice.navigation import practice_places
from mediator.practice.queries import practice

pages = Blueprint("today", __name__)

#: How far the list of the next sessions looks ahead.
AHEAD = timedelta(days=7)


@pages.get("/")
@needs(Permission.ACCOUNT)
def show() -> str:
    """What is today, and what waits. Who neither mediates nor assists finds the ways to the practice's settings."""
    me = staff_here()
    if StaffRole.MEDIATOR in me.roles:
        return _mediators(me)
    if StaffRole.ASSISTANT in me.roles:
        return _assistants(me)
    clock = _clock(me)
    return render_template(
        "workspace/today/owner.html",
        day=today.full_day(clock.local(clock.now).date()),
        places=practice_places(me),
    )


def _mediators(me: Staff) -> str:
    clock = _clock(me)
    begin, end = _day(clock)
    of_today, ahead = today_queries.today(me, begin, end), today_queries.ahead(me, end, end + AHEAD)
    waits = waiting.waiting(
        me.id,
        at=clock.now,
        begin=begin,
        day=clock.local(clock.now).date(),
        mail=current_app.extensions["mediator"].mail is not None,
    )
    rows, shown = [*of_today.rows, *ahead.rows], today_lists.pick(waits)
    cases = shown.cases | {row.case_id for row in rows}
    people = today_queries.people(cases)
    ready = today_queries.readiness([row.id for row in rows], people)
    places = today_queries.places(me.id, rows)
    meetings = today.meetings(of_today, people, clock, ready=ready, places=places)
    coming = today.meetings(ahead, people, clock, ready=ready, places=places)
    return render_template(
        "workspace/today/show.html",
        day=today.full_day(clock.local(clock.now).date()),
        zone=_zone_to_say(me, clock),
        summary=today.summary(of_today, meetings, coming, waits, clock.now),
        meetings=meetings,
        more_meetings=today_lists.more(of_today),
        coming=coming,
        more_coming=today_lists.more(ahead),
        mine=[today_lists.line(one, people, clock, ready) for one in shown.mine],
        more_mine=shown.more_mine,
        theirs=today_lists.clients(shown.theirs, people, clock, ready),
        more_theirs=shown.more_theirs,
        first=not (rows or waits.found) and not today_queries.has_cases(me.id),
    )


def _assistants(me: Staff) -> str:
    clock = _clock(me)
    begin, end = _day(clock)
    of_today, ahead = today_queries.today(me, begin, end), today_queries.ahead(me, end, end + AHEAD)
    shown = today_lists.pick(today_queries.with_something_to_do())
    cases = shown.cases | {row.case_id for row in (*of_today.rows, *ahead.rows)}
    people, leads = today_queries.people(cases), today_queries.leads(cases)
    meetings = today.meetings(of_today, people, clock, leads=leads)
    coming = today.meetings(ahead, people, clock, leads=leads)
    return render_template(
        "workspace/today/assistant.html",
        day=today.full_day(clock.local(clock.now).date()),
        zone=_zone_to_say(me, clock),
        meetings=meetings,
        more_meetings=today_lists.more(of_today),
        coming=coming,
        more_coming=today_lists.more(ahead),
        theirs=today_lists.clients(shown.theirs, people, clock),
        more_theirs=shown.more_theirs,
    )


def _clock(me: Staff) -> Clock:
    own = practice()
    return Clock(now(), ZoneInfo(own.zone if own is not None else me.zone))


def _day(clock: Clock) -> tuple[datetime, datetime]:
    """The first moment of today where the practice is, and the first of tomorrow."""
    on = clock.local(clock.now).date()
    midnight = time()
    return (
        datetime.combine(on, midnight, clock.zone),
        datetime.combine(on + timedelta(days=1), midnight, clock.zone),
    )


def _zone_to_say(me: Staff, clock: Clock) -> str:
    """The practice's zone, where the reader's own clock shows another time."""
    there = clock.now.astimezone(ZoneInfo(me.zone)).utcoffset()
    return "" if there == clock.local(clock.now).utcoffset() else clock.zone.key.replace("_", " ")
