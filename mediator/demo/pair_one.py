"""The first pair: brother and sister, invited today. One link waits to be passed on, one QR code was shown."""

from __future__ import annotations

from mediator.cases import door_actions, state_actions
from mediator.cases.doors import DoorKind
from mediator.cases.terms import CaseState
from mediator.demo import hands
from mediator.demo.people import pair_one
from mediator.demo.stories import Calendar, Story


def story(calendar: Calendar) -> Story:
    """Opened and invited within the last half hour; nobody has come in yet."""
    pair = pair_one(calendar.zone)
    yield calendar.ago(26)
    hands.open_case(pair)
    yield calendar.ago(21)
    case = hands.at_the_desk(pair.lead, pair.case)
    for person in case.participants:
        if person.email is not None:
            door_actions.send_link(person)
    yield calendar.ago(9)
    case = hands.at_the_desk(pair.lead, pair.case)
    for person in case.participants:
        if person.email is None:
            door_actions.mint(person, DoorKind.QR)
    state_actions.move(case, CaseState.INTAKE, case.state)
