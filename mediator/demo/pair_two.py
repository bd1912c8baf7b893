"""The second pair: Alex and Sam, whose fourth session begins half an hour after the demo."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from mediator.core import audit
from mediator.demo import answers_two, exercises_two, exercising, hands, meetings, meetings_two
from mediator.demo.hands import Pair, named
from mediator.demo.people import pair_two
from mediator.demo.stories import Calendar, Story
from mediator.guide.reading import guide
from mediator.sessions import planning
from mediator.sessions.planning import Plan
from mediator.sessions.terms import Attendees

#: The session that is about to begin, and the form both handed in for it.
SESSION_4 = named("session two, fourth")
FORM_4 = named("form two, 5")
#: Days before today on which the form of a step was sent, and how many later each hands it in.
_SENT = {"1": 51, "7": 47, "8": 34, "2": 19, "5": 4}
_IN_AFTER = {"Alex": 1, "Sam": 2}
#: Forms are due a day before their session, as the builder proposes.
_DUE = timedelta(hours=24)


def story(calendar: Calendar) -> Story:
    """From the first call, ten weeks ago, to the agenda of session 4, a few minutes ago."""
    pair = pair_two(calendar.zone)
    first, second, third = meetings_two.three(calendar)
    yield from _begins(pair, calendar)
    yield from _form(pair, calendar, "1", calendar.day(48, 18))
    yield from meetings.plan(pair, first, calendar.day(48, 9, 15))
    yield from _form(pair, calendar, "7", first.at - _DUE)
    yield from _together(pair, calendar, first, then=meetings.plan(pair, second, _end(first)))
    yield from _form(pair, calendar, "8", second.at - _DUE)
    yield from _together(pair, calendar, second, then=meetings.plan(pair, third, _end(second)), confirms=True)
    yield from _form(pair, calendar, "2", third.at - _DUE)
    yield calendar.day(15, 9, 25)
    hands.open_to_both(pair, _form_id("2"), "2.2.helps")
    yield from _together(pair, calendar, third, then=_plan_fourth(pair, calendar, _end(third)), confirms=True)
    yield from _form(pair, calendar, "5", calendar.soon(30) - _DUE)
    in_at = {"Alex": calendar.day(1, 19, 15), "Sam": calendar.day(1, 20, 40)}
    yield from exercising.at_home(pair, exercises_two.AT_HOME, calendar.day(1, 9, 30), calendar.day(-4, 18), in_at)
    yield calendar.ago(18)
    audit.reading("answers.compared", case=hands.at_the_desk(pair.lead, pair.case).id, subject=FORM_4)
    yield calendar.ago(14)
    meetings.draft(pair, SESSION_4)


def _begins(pair: Pair, calendar: Calendar) -> Story:
    """Opened, invited, seen alone, signed."""
    opened = calendar.workday(70)
    yield calendar.day(opened, 11, 20)
    hands.open_case(pair)
    yield calendar.day(opened, 11, 45)
    tokens = hands.invite(pair)
    yield calendar.day(opened, 20, 10)
    hands.first_visit(pair, tokens["Sam"], answers_two.SAM["0"])
    yield calendar.day(opened - 1, 8, 35)
    hands.first_visit(pair, tokens["Alex"], answers_two.ALEX["0"])
    taken_up = calendar.workday(52)
    yield calendar.day(taken_up, 15)
    alone = {"Alex": calendar.workday(taken_up + 7), "Sam": calendar.workday(taken_up + 6)}
    hands.take_up(pair, {name: calendar.date(day) for name, day in alone.items()})


def _form(pair: Pair, calendar: Calendar, step: str, due: datetime) -> Story:
    """A form is sent to both, and both hand it in within two days."""
    sent = _SENT[step]
    yield calendar.day(sent, 17, 5)
    content = guide().step(step)
    tokens = hands.send_form(pair, _form_id(step), step, content.name, answers_two.ASKED[step], due)
    for name in ("Alex", "Sam"):
        yield calendar.day(sent - _IN_AFTER[name], 12 if name == "Alex" else 21, 40)
        hands.hand_in(pair, tokens[name], _form_id(step), answers_two.by(name, step, calendar.date(0)))


def _together(
    pair: Pair, calendar: Calendar, meeting: meetings.Meeting, *, then: Story, confirms: bool = False
) -> Story:
    """A session, the next one planned at its end, its reports, and in the evening what was settled is confirmed."""
    yield from meetings.hold(pair, meeting)
    yield from then
    yield from meetings.report(pair, meeting, _end(meeting) + timedelta(minutes=25))
    if not confirms:
        return
    evening = meeting.at.astimezone(ZoneInfo(calendar.zone)).replace(hour=19, minute=20)
    for place, person in enumerate(hands.ids(pair).values()):
        yield evening.replace(hour=19 + place).astimezone(UTC)
        hands.confirm(pair, person)


def _plan_fourth(pair: Pair, calendar: Calendar, on: datetime) -> Story:
    yield on
    case = hands.at_the_desk(pair.lead, pair.case)
    told = Plan(Attendees.BOTH, calendar.soon(30), 90, "Room 2, 14 Mill Lane", "5", live=True)
    planning.plan(case, SESSION_4, told)


def _end(meeting: meetings.Meeting) -> datetime:
    """When the room is empty and everything is written up."""
    return meeting.at + timedelta(minutes=meeting.minutes + 15)


def _form_id(step: str) -> uuid.UUID:
    return named(f"form two, {step}")
