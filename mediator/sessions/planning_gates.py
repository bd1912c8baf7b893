"""Whether a session may be planned or run as the case stands now: pure functions over the facts of the case.

A session with both is joint: it needs both signatures, a case at work, a recorded suitability that allows it, and no
hold. One person may be met in any living state, under a hold too. Asked again when a session starts.
"""

from __future__ import annotations

from mediator.cases.gates import OPENING_STATES, CaseFacts, Gate
from mediator.cases.states import LIVING
from mediator.cases.terms import CaseState, Suitability

#: Why a session with both is not possible now. For the mediator only.
SENTENCES: dict[Gate, str] = {
    Gate.STATE: "The two are met together while a case is active or closing, and not during a break.",
    Gate.BOTH_SIGNED: "Both have to sign the agreement to mediate first.",
    Gate.SUITABILITY: "The suitability you recorded does not allow a session with both.",
    Gate.NO_HOLD: "The case is on hold. Everything joint has stopped; to both it looks like a break.",
}
#: Gates that touch on safety: pages name them inside the private layer only.
APART: frozenset[Gate] = frozenset({Gate.SUITABILITY, Gate.NO_HOLD})
#: The order sentences are said in.
ORDER: tuple[Gate, ...] = tuple(SENTENCES)


def closed(facts: CaseFacts) -> list[Gate]:
    """The gates that keep the two from being met together now, in a fixed order; empty means they may be."""
    holds = {
        Gate.STATE: facts.state in OPENING_STATES,
        Gate.BOTH_SIGNED: facts.a_signed and facts.b_signed,
        Gate.SUITABILITY: facts.suitability in {Suitability.USUAL, Suitability.SAFEGUARDS},
        Gate.NO_HOLD: not facts.hold,
    }
    return [gate for gate in ORDER if not holds[gate]]


def alone(state: CaseState) -> bool:
    """Whether one person may be met alone now: as long as the case lives, whatever else is closed."""
    return state in LIVING


def safer_apart(facts: CaseFacts) -> bool:
    """Whether going between two rooms is the safer format: with safeguards it is, and pages say so."""
    return facts.suitability is Suitability.SAFEGUARDS
