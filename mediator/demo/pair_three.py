"""The third pair: Hana and Kit, friends for eighteen years, near the end of an ending done well."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from mediator.agreements import actions as agreements
from mediator.agreements import queries as agreed
from mediator.agreements.terms import Kind
from mediator.cases.terms import CaseState
from mediator.demo import hands, meetings, meetings_three
from mediator.demo.hands import Pair, named
from mediator.demo.people import pair_three
from mediator.demo.stories import Calendar, Story
from mediator.guide.reading import guide
from mediator.sessions import planning
from mediator.sessions.planning import Plan
from mediator.sessions.terms import Attendees

CLOSING = "close"
CLOSING_MEETING = named("session three, 8")
#: Days before today on which the form of a step was sent.
_SENT = {"8": 154, "1": 133, "3": 84, CLOSING: 5}


def story(calendar: Calendar) -> Story:
    """Seven sessions in half a year; what is left is the closing meeting, next week."""
    pair = pair_three(calendar.zone)
    yield from _begins(pair, calendar)
    for place, meeting in enumerate(meetings_three.seven(calendar)):
        for step, sent in _SENT.items():
            if place and meetings_three.DAYS[place] < sent < meetings_three.DAYS[place - 1]:
                yield from _form(pair, calendar, step, meeting.at - timedelta(hours=24))
        yield from meetings.plan(pair, meeting, meeting.at - timedelta(days=2))
        yield from meetings.write_up(pair, meeting)
        if any(block.said for block in meeting.blocks):
            yield from meetings.report(pair, meeting, meeting.at + timedelta(hours=3))
            for hours, person in enumerate(hands.ids(pair).values(), start=20):
                yield meeting.at.astimezone(ZoneInfo(calendar.zone)).replace(hour=hours).astimezone(UTC)
                hands.confirm(pair, person)
    yield from _closing(pair, calendar)


def _closing(pair: Pair, calendar: Calendar) -> Story:
    """What was promised is done, and the closing meeting is later today. Hana has answered its form, Kit not yet."""
    yield calendar.day(6, 10, 30)
    case = hands.at_the_desk(pair.lead, pair.case)
    for row in agreed.open_ones(case.id):
        if row.kind is Kind.COMMITMENT:
            agreements.end(case, row)
    hands.move(case, CaseState.CLOSING)
    told = Plan(Attendees.BOTH, calendar.soon(270), 75, "Room 1, 14 Mill Lane", CLOSING, live=True)
    planning.plan(case, CLOSING_MEETING, told)
    yield from _form(pair, calendar, CLOSING, calendar.soon(270) - timedelta(hours=24), authors=("Hana",))
    yield calendar.day(1, 17, 10)
    meetings.draft(pair, CLOSING_MEETING)


def _begins(pair: Pair, calendar: Calendar) -> Story:
    """Opened, invited, seen alone, signed."""
    opened = calendar.workday(200)
    yield calendar.day(opened, 13, 10)
    hands.open_case(pair)
    tokens = hands.invite(pair)
    for place, (name, token) in enumerate(tokens.items()):
        yield calendar.day(opened - place, 18, 30)
        hands.first_visit(pair, token, meetings_three.ANSWERS[name]["0"])
    taken_up = calendar.workday(182)
    yield calendar.day(taken_up, 9, 50)
    alone = calendar.date(calendar.workday(taken_up + 6))
    hands.take_up(pair, dict.fromkeys(tokens, alone))


def _form(
    pair: Pair, calendar: Calendar, step: str, due: datetime, *, authors: tuple[str, ...] = ("Hana", "Kit")
) -> Story:
    """A form is sent to both, and these hand it in the next evening."""
    sent = _SENT[step]
    yield calendar.day(sent, 16, 30)
    name, asked = guide().step(step).name, meetings_three.ASKED[step]
    tokens = hands.send_form(pair, _form_id(step), step, name, asked, due)
    for place, who in enumerate(authors):
        yield calendar.day(sent - 1, 19 + place, 15)
        hands.hand_in(pair, tokens[who], _form_id(step), meetings_three.ANSWERS[who][step])


def _form_id(step: str) -> uuid.UUID:
    return named(f"form three, {step}")
