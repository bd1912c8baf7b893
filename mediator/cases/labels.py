"""What staff read for a state, a kind of relation, a route and a suitability. Pure; pages translate it.

In lists and heads a hold reads like a break, as it does for both participants.
"""

from __future__ import annotations

import enum

from mediator.cases.states import LIVING
from mediator.cases.terms import ROUTE_STEPS, CaseState, Relation, Route, Suitability

ON_A_BREAK = "On a break"

STATES: dict[CaseState, str] = {
    CaseState.ENQUIRY: "Enquiry",
    CaseState.INTAKE: "Intake",
    CaseState.ASSESSED: "Assessed",
    CaseState.AGREED: "Agreed",
    CaseState.ACTIVE: "Active",
    CaseState.PAUSED: ON_A_BREAK,
    CaseState.CLOSING: "Closing",
    CaseState.CLOSED: "Closed",
    CaseState.RETENTION: "Kept until its date",
    CaseState.ERASED: "Erased",
    CaseState.ENDED: "Ended",
}

RELATIONS: dict[Relation, str] = {
    Relation.FORMER_PARTNERS: "Former partners",
    Relation.PARTNERS: "Partners",
    Relation.SIBLINGS: "Siblings",
    Relation.PARENT_CHILD: "Parent and adult child",
    Relation.FRIENDS: "Friends",
    Relation.OTHER: "Other",
}

ROUTES: dict[Route, str] = {
    Route.REPAIR: "Repair",
    Route.FRIENDS_SIBLINGS: "Friends and siblings",
    Route.CIVIL: "Civil contact only",
    Route.CLOSURE: "Closure",
    Route.DECIDE_FIRST: "Decide first",
    Route.SAFEGUARDS: "Safeguards",
    Route.ONE_PERSON: "One person only",
}

SUITABILITIES: dict[Suitability, str] = {
    Suitability.USUAL: "Usual",
    Suitability.SAFEGUARDS: "With safeguards",
    Suitability.NOT_SUITABLE: "Not suitable",
}


class Group(enum.StrEnum):
    """The three heaps of a list of cases."""

    OPEN = "open"
    BREAK = "break"
    CLOSED = "closed"


GROUPS: dict[Group, str] = {Group.OPEN: "Open", Group.BREAK: ON_A_BREAK, Group.CLOSED: "Closed"}


def group_of(state: CaseState, hold: bool) -> Group:
    """Which heap a case lies on. A hold lies with the breaks, so that a list tells nobody about it."""
    if state not in LIVING:
        return Group.CLOSED
    return Group.BREAK if hold or state is CaseState.PAUSED else Group.OPEN


def state_word(state: CaseState, hold: bool) -> str:
    """The word for a state in lists and heads. A hold reads like a break until the case is over."""
    return ON_A_BREAK if group_of(state, hold) is Group.BREAK else STATES[state]


def route_order(route: Route) -> str:
    """The working order of a route by the guide's numbers, such as "7, 8, 2, 6, 8"; empty without steps."""
    numbers = [step.rstrip("ab") for step in ROUTE_STEPS[route] if step not in {"0", "close"}]
    return ", ".join(numbers)
