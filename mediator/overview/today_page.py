"""Today: where staff land after signing in. A mediator sees their own cases, an assistant times and names alone."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, current_app, render_template, request, url_for

from mediator.core.clock import now
from mediator.core.links import Links
from mediator.core.permissions import Permission, StaffRole, needs
from mediator.overview import deciding, today, today_lists, today_queries, waiting
from mediator.overview.today import Clock
from mediator.practice.here import staff_here, zone_here
from mediator.practice.models import Staff
from mediator.practice.navigation import practice_places

pages = Blueprint("today", __name__)

#: What an address says that asks for all that waits.
ALL = "all"
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
    clock = _clock()
    return render_template(
        "workspace/today/owner.html",
        day=today.full_day(clock.local(clock.now).date()),
        places=practice_places(me),
    )


def _mediators(me: Staff) -> str:
    clock, links = _clock(), Links()
    begin, end = _day(clock)
    of_today, ahead = today_queries.sessions(me, begin, end, end + AHEAD)
    waits = waiting.waiting(
        me.id,
        at=clock.now,
        begin=begin,
        day=clock.local(clock.now).date(),
        mail=current_app.extensions["mediator"].mail is not None,
        limit=_limit(),
    )
    waits = deciding.with_decisions(waits, me.id, at=clock.now, limit=_limit())
    rows, shown = [*of_today.rows, *ahead.rows], today_lists.pick(waits, everything=_everything())
    people = today_queries.people(shown.cases | {row.case_id for row in rows}, counted=True)
    places = today_queries.places(me.id, rows)
    meetings = today.meetings(of_today, people, clock, links, places)
    coming = today.meetings(ahead, people, clock, links, places)
    return render_template(
        "workspace/today/show.html",
        day=today.full_day(clock.local(clock.now).date()),
        zone=_zone_to_say(me, clock),
        summary=today.summary(of_today.found, meetings, coming, clock.now),
        meetings=meetings,
        more_meetings=today_lists.more(of_today),
        coming=coming,
        more_coming=today_lists.more(ahead),
        main=today.main(meetings or coming),
        mine=[today_lists.line(one, people, clock, links) for one in shown.mine],
        more_mine=shown.more_mine,
        theirs=today_lists.clients(shown.theirs, people, clock, links, counted=True),
        more_theirs=shown.more_theirs,
        more_url=_more_url(),
        first=not (rows or waits.found) and not today_queries.has_cases(me.id),
    )


def _assistants(me: Staff) -> str:
    clock, links = _clock(), Links()
    begin, end = _day(clock)
    of_today, ahead = today_queries.sessions(me, begin, end, end + AHEAD)
    shown = today_lists.pick(today_queries.with_something_to_do(_limit()), everything=_everything())
    cases = shown.cases | {row.case_id for row in (*of_today.rows, *ahead.rows)}
    people, leads = today_queries.people(cases), today_queries.leads(cases)
    return render_template(
        "workspace/today/assistant.html",
        day=today.full_day(clock.local(clock.now).date()),
        zone=_zone_to_say(me, clock),
        meetings=today.times(of_today, people, clock, links, leads),
        more_meetings=today_lists.more(of_today),
        coming=today.times(ahead, people, clock, links, leads),
        more_coming=today_lists.more(ahead),
        theirs=today_lists.clients(shown.theirs, people, clock, links),
        more_theirs=shown.more_theirs,
        more_url=_more_url(),
    )


def _more_url() -> str:
    """Where the rest is: on this page, and what is beyond everything listed here on the pages of the pairs."""
    return url_for("workspace.cases.index") if _everything() else url_for(".show", waiting=ALL)


def _limit() -> int:
    return waiting.EVERYTHING if _everything() else waiting.FIRST


def _everything() -> bool:
    """Whether all that waits is asked for, beyond the first lines."""
    return request.args.get("waiting") == ALL


def _clock() -> Clock:
    return Clock(now(), zone_here())


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
