"""The gates in front of everything joint: pure functions over facts, evaluated whenever something is shown.

`opening` answers whether an item may become joint now, `showing` whether what was opened may be shown now.
Both return the closed gates; empty means yes. What each gate says, and why, stands in docs/practice.md,
"Gates". Which gate is closed is for the mediator only: participants meet one neutral sentence for all of
them.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from mediator.cases.terms import CaseState, Suitability
from mediator.core.visibility import Letter, Sharing, Visibility


class Gate(enum.StrEnum):
    """One condition of an opening. Named by what has to be true."""

    BOTH_SIGNED = "both_signed"
    SUITABILITY = "suitability"
    NO_HOLD = "no_hold"
    STATE = "state"
    READ_FIRST = "read_first"
    AUTHORS_LEAVE = "authors_leave"
    BOTH_SUBMITTED = "both_submitted"
    EXERCISE_ALLOWED = "exercise_allowed"
    RECEIVER_YES = "receiver_yes"
    NOT_WITHDRAWN = "not_withdrawn"


#: One sentence per closed gate, for the mediator and nobody else.
SENTENCES: dict[Gate, str] = {
    Gate.BOTH_SIGNED: "Both have to sign the agreement to mediate first.",
    Gate.SUITABILITY: "The suitability you recorded does not allow this.",
    Gate.NO_HOLD: "The case is on hold. Everything joint has stopped; to both it looks like a break.",
    Gate.STATE: "Joint things are opened while a case is active or closing, and stop during a break.",
    Gate.READ_FIRST: "Something waits under Read first. Read it before you open anything new.",
    Gate.AUTHORS_LEAVE: "This is not offered, or somebody keeps it between them and you.",
    Gate.BOTH_SUBMITTED: "Both have to submit their answers first.",
    Gate.EXERCISE_ALLOWED: "This exercise is locked as the case stands now.",
    Gate.RECEIVER_YES: "The person it is meant for has not said yes to reading it.",
    Gate.NOT_WITHDRAWN: "This was withdrawn. That it was shown stays logged.",
}

#: States in which something may become joint, and in which it may then be read. A break stops both.
OPENING_STATES: frozenset[CaseState] = frozenset({CaseState.ACTIVE, CaseState.CLOSING})
SHOWING_STATES: frozenset[CaseState] = OPENING_STATES | {CaseState.CLOSED}


@dataclass(frozen=True)
class CaseFacts:
    """What the gates depend on in a case. An absent B has not signed.

    `read_first` is true while a safety answer of either person waits to be read by a mediator of the case.
    """

    state: CaseState
    hold: bool
    suitability: Suitability | None
    a_signed: bool
    b_signed: bool
    read_first: bool


@dataclass(frozen=True)
class Side:
    """One person's part in an item.

    `submitted`: their form was submitted (a reopened one was, too). `offered`: they ticked that the other may
    read it and have not taken it back. `kept`: they keep it between them and the mediator.
    """

    submitted: bool = False
    offered: bool = False
    kept: bool = False


@dataclass(frozen=True)
class ItemFacts:
    """What the gates depend on in one item.

    `author` is whose answer it is where one person's words are opened (`offered`), None where both answers
    are. `exercise_allowed` and `receiver_yes` are None where the item does not ask for them. `withdrawn` is
    true once the opening was withdrawn; it closes `showing` only, because a new opening is an act of its own.
    """

    sharing: Sharing
    visibility: Visibility
    a: Side
    b: Side
    author: Letter | None = None
    exercise_allowed: bool | None = None
    receiver_yes: bool | None = None
    withdrawn: bool = False


def joint_work(facts: CaseFacts) -> bool:
    """Whether joint work is open: both signed, suitable, under way, no hold."""
    if facts.hold or not (facts.a_signed and facts.b_signed) or facts.state not in OPENING_STATES:
        return False
    return facts.suitability in {Suitability.USUAL, Suitability.SAFEGUARDS}


def opening(facts: CaseFacts, item: ItemFacts) -> frozenset[Gate]:
    """The gates that keep the item from being opened now; empty means that the mediator may open it."""
    closed = _closed(facts, item)
    if facts.state not in OPENING_STATES:
        closed.add(Gate.STATE)
    if facts.read_first:
        closed.add(Gate.READ_FIRST)
    if not _submitted(item):
        closed.add(Gate.BOTH_SUBMITTED if item.sharing is not Sharing.OFFERED else Gate.AUTHORS_LEAVE)
    return frozenset(closed)


def showing(facts: CaseFacts, item: ItemFacts) -> frozenset[Gate]:
    """The gates that keep an opened item from being shown now; empty means that both may read it.

    Two gates of `opening` are not asked again. Unread safety answers: what vanished then would tell that
    somebody disclosed something. Submission: the frozen copy was made of submitted answers, and what vanished
    when a form is reopened would tell that somebody is writing.
    """
    closed = _closed(facts, item)
    if facts.state not in SHOWING_STATES:
        closed.add(Gate.STATE)
    if item.withdrawn:
        closed.add(Gate.NOT_WITHDRAWN)
    return frozenset(closed)


def _closed(facts: CaseFacts, item: ItemFacts) -> set[Gate]:
    """The closed gates among those that hold for opening and showing alike."""
    holds = {
        Gate.BOTH_SIGNED: facts.a_signed and facts.b_signed,
        Gate.SUITABILITY: _suitable(facts.suitability, item.sharing),
        Gate.NO_HOLD: not facts.hold,
        Gate.AUTHORS_LEAVE: _leave(item),
        Gate.EXERCISE_ALLOWED: item.exercise_allowed is not False,
        Gate.RECEIVER_YES: item.receiver_yes is not False,
    }
    return {gate for gate, kept in holds.items() if not kept}


def _suitable(suitability: Suitability | None, sharing: Sharing) -> bool:
    # With safeguards a derived view is locked: who entered "yes" and reads "no" knows what the other entered.
    # There the mediator sets a list of rules instead (docs/practice.md, "Derived").
    if suitability is Suitability.SAFEGUARDS:
        return sharing is not Sharing.DERIVED
    return suitability is Suitability.USUAL


def _leave(item: ItemFacts) -> bool:
    """Whether everybody whose answer it is lets it be opened. Safety, own and closed answers never are."""
    if item.visibility is not Visibility.PRIVATE:
        return False
    match item.sharing:
        case Sharing.OFFERED:
            side = _author(item)
            return side is not None and side.offered and not side.kept
        case Sharing.RECIPROCAL | Sharing.DERIVED:
            return not item.a.kept and not item.b.kept
        case Sharing.CLOSED:
            return False


def _submitted(item: ItemFacts) -> bool:
    """Whether the answers the item is made of were submitted: the author's own, or both."""
    if item.sharing is Sharing.OFFERED:
        side = _author(item)
        return side is not None and side.submitted
    if item.sharing is Sharing.CLOSED:
        return True  # never opens for want of leave; nobody is waited for
    return item.a.submitted and item.b.submitted


def _author(item: ItemFacts) -> Side | None:
    if item.author is None:
        return None
    return item.a if item.author is Letter.A else item.b
