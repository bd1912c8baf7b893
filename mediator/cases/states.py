"""Which state a case may move to, and what is missing where it may not: one table, one pure function.

The rules stand in docs/practice.md, "States". Who is missing what is for the mediator alone.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date

from mediator.cases.terms import CaseState, Suitability

#: States in which work goes on. From each of them a case may end.
LIVING: frozenset[CaseState] = frozenset(
    {
        CaseState.ENQUIRY,
        CaseState.INTAKE,
        CaseState.ASSESSED,
        CaseState.AGREED,
        CaseState.ACTIVE,
        CaseState.PAUSED,
        CaseState.CLOSING,
    }
)

_FORWARD: dict[CaseState, frozenset[CaseState]] = {
    CaseState.ENQUIRY: frozenset({CaseState.INTAKE}),
    CaseState.INTAKE: frozenset({CaseState.ASSESSED}),
    CaseState.ASSESSED: frozenset({CaseState.AGREED}),
    CaseState.AGREED: frozenset({CaseState.ACTIVE}),
    CaseState.ACTIVE: frozenset({CaseState.PAUSED, CaseState.CLOSING}),
    CaseState.PAUSED: frozenset({CaseState.ACTIVE, CaseState.CLOSING}),
    CaseState.CLOSING: frozenset({CaseState.CLOSED, CaseState.ACTIVE}),  # back, if they go on after all
    CaseState.CLOSED: frozenset({CaseState.RETENTION}),
    # An ended case is kept and erased by the same clock as a closed one, or its words would be kept for ever.
    CaseState.ENDED: frozenset({CaseState.RETENTION}),
    CaseState.RETENTION: frozenset({CaseState.ERASED}),
    CaseState.ERASED: frozenset(),
}

#: Every move there is, whatever the facts.
MOVES: dict[CaseState, frozenset[CaseState]] = {
    state: targets | ({CaseState.ENDED} if state in LIVING else frozenset()) for state, targets in _FORWARD.items()
}


#: Where a case goes on to before the work.
NEXT: dict[CaseState, CaseState] = {
    CaseState.ENQUIRY: CaseState.INTAKE,
    CaseState.INTAKE: CaseState.ASSESSED,
    CaseState.ASSESSED: CaseState.AGREED,
    CaseState.AGREED: CaseState.ACTIVE,
}


class Reason(enum.StrEnum):
    """Why a case may not move to a state now. For the mediator only: some name a person."""

    NO_SUCH_MOVE = "no_such_move"
    NO_DOOR = "no_door"
    NO_SUITABILITY = "no_suitability"
    NOT_SUITABLE = "not_suitable"
    A_NOT_SEEN_ALONE = "a_not_seen_alone"
    B_NOT_SEEN_ALONE = "b_not_seen_alone"
    A_NOT_SIGNED = "a_not_signed"
    B_NOT_SIGNED = "b_not_signed"
    ON_HOLD = "on_hold"


#: One sentence per reason, for the mediator. `{a}` and `{b}` are the names people wish to be called.
SENTENCES: dict[Reason, str] = {
    Reason.NO_SUCH_MOVE: "A case does not go from here to there.",
    Reason.NO_DOOR: "Nobody has a door yet, and intake has not begun.",
    Reason.NO_SUITABILITY: "Suitability is not recorded yet.",
    Reason.NOT_SUITABLE: "You recorded that mediation is not suitable here.",
    Reason.A_NOT_SEEN_ALONE: "It is not recorded yet that {a} was seen alone.",
    Reason.B_NOT_SEEN_ALONE: "It is not recorded yet that {b} was seen alone.",
    Reason.A_NOT_SIGNED: "It is not recorded yet that {a} signed the agreement to mediate.",
    Reason.B_NOT_SIGNED: "It is not recorded yet that {b} signed the agreement to mediate.",
    Reason.ON_HOLD: "The case is on hold.",
}


@dataclass(frozen=True)
class PersonFacts:
    """What is recorded about one person of the case.

    `accepted` is true once privacy notice and policy were accepted, on the phone or on paper: their intake
    has begun.
    """

    door_made: bool = False
    accepted: bool = False
    seen_alone_on: date | None = None
    signed_on: date | None = None


@dataclass(frozen=True)
class Facts:
    """What the moves depend on. One of the two is None while the case stands with the other alone."""

    a: PersonFacts | None = PersonFacts()
    b: PersonFacts | None = None
    suitability: Suitability | None = None
    hold: bool = False


def allowed(state: CaseState, facts: Facts) -> frozenset[CaseState]:
    """The states the case may move to now."""
    return frozenset(target for target in MOVES[state] if not check(state, target, facts))


def check(state: CaseState, target: CaseState, facts: Facts) -> list[Reason]:
    """What keeps the case from moving to `target` now, in a fixed order; empty means that it may.

    Under a hold nothing moves towards joint work (agreed, active); pausing, closing and ending stay possible.
    Whoever is absent is not waited for: a case may stand with one person alone.
    """
    if target not in MOVES[state]:
        return [Reason.NO_SUCH_MOVE]
    match target:
        case CaseState.INTAKE:
            return _missing_door(facts)
        case CaseState.ASSESSED:
            return [*_missing_suitability(facts), *_not_seen_alone(facts)]
        case CaseState.AGREED:
            return [*_locked(facts), *_not_signed(facts)]
        case CaseState.ACTIVE if state is CaseState.AGREED:
            return [*_locked(facts), *_not_signed(facts)]
        case CaseState.ACTIVE:
            # Back from a break. Somebody who joined meanwhile may still have to sign: that closes the gates
            # of joint things (gates.py), but does not stop the work with the one who is there.
            return _locked(facts)
        case _:
            return []


def waits(state: CaseState, facts: Facts, *, read: bool) -> bool:
    """Whether a case before the work waits for its mediator's decision and for nobody else.

    It does where nothing stands against its next state, and where everything that was asked is handed in and `read`
    and suitability is not recorded yet.
    """
    if state not in NEXT:
        return False
    reasons = check(state, NEXT[state], facts)
    return not reasons or (read and Reason.NO_SUITABILITY in reasons)


def _missing_door(facts: Facts) -> list[Reason]:
    people = (facts.a, facts.b)
    begun = any(person is not None and (person.door_made or person.accepted) for person in people)
    return [] if begun else [Reason.NO_DOOR]


def _missing_suitability(facts: Facts) -> list[Reason]:
    return [Reason.NO_SUITABILITY] if facts.suitability is None else []


def _locked(facts: Facts) -> list[Reason]:
    reasons = _missing_suitability(facts)
    if facts.suitability is Suitability.NOT_SUITABLE:
        reasons.append(Reason.NOT_SUITABLE)
    if facts.hold:
        reasons.append(Reason.ON_HOLD)
    return reasons


def _not_seen_alone(facts: Facts) -> list[Reason]:
    reasons = [] if facts.a is None or facts.a.seen_alone_on else [Reason.A_NOT_SEEN_ALONE]
    if facts.b is not None and not facts.b.seen_alone_on:
        reasons.append(Reason.B_NOT_SEEN_ALONE)
    return reasons


def _not_signed(facts: Facts) -> list[Reason]:
    reasons = [] if facts.a is None or facts.a.signed_on else [Reason.A_NOT_SIGNED]
    if facts.b is not None and not facts.b.signed_on:
        reasons.append(Reason.B_NOT_SIGNED)
    return reasons
