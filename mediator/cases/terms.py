"""The words of a case and what participants read for its state. Pure."""

from __future__ import annotations

import enum


class Relation(enum.StrEnum):
    """How the two people are related. It chooses words; it never decides who may do what."""

    FORMER_PARTNERS = "former_partners"
    PARTNERS = "partners"
    SIBLINGS = "siblings"
    PARENT_CHILD = "parent_child"  # a parent and an adult child
    FRIENDS = "friends"
    OTHER = "other"


class Route(enum.StrEnum):
    """The working order a case starts with (`ROUTE_STEPS`). The mediator may change the order at any time."""

    REPAIR = "repair"
    FRIENDS_SIBLINGS = "friends_siblings"
    CIVIL = "civil"
    CLOSURE = "closure"
    DECIDE_FIRST = "decide_first"
    SAFEGUARDS = "safeguards"
    ONE_PERSON = "one_person"


class Policy(enum.StrEnum):
    """The confidentiality policy both accept before the first private answer.

    It changes sentences and what the mediator may bring into the room, never what is shown by itself;
    `safety` is exempt from all three (docs/practice.md, "Visibility").
    """

    CAUCUS = "caucus"  # what is said alone stays with the mediator unless that person says yes
    NO_SECRETS = "no_secrets"  # the mediator may bring up what both need to know
    LIMITED = "limited"  # alone stays alone, but for what was named in writing beforehand


class Suitability(enum.StrEnum):
    """What the mediator recorded after seeing people alone. A hold is none of them: it is a flag.

    Source: Girdner's triage of 1990 (as usual, with special rules, exclude), docs/practice.md, "States".
    """

    USUAL = "usual"
    SAFEGUARDS = "safeguards"
    NOT_SUITABLE = "not_suitable"


class CaseState(enum.StrEnum):
    """Where a case stands between door and end (docs/practice.md, "States")."""

    ENQUIRY = "enquiry"
    INTAKE = "intake"
    ASSESSED = "assessed"
    AGREED = "agreed"
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSING = "closing"
    CLOSED = "closed"
    RETENTION = "retention"
    ERASED = "erased"
    ENDED = "ended"


class ParticipantWord(enum.StrEnum):
    """The only words participants read about the state of their case."""

    GETTING_STARTED = "getting started"
    IN_PROGRESS = "in progress"
    ON_A_BREAK = "on a break"
    FINISHED = "finished"


#: Steps of each route in working order, by the guide's numbers: 7a and 8a are the first halves of steps 7 and
#: 8 (the frame, the first limits), 8b the second half, "close" the closing meeting. Exercises are not steps:
#: `decide_first` is intake and the decision exercise, after which the mediator chooses another route.
ROUTE_STEPS: dict[Route, tuple[str, ...]] = {
    Route.REPAIR: ("0", "7a", "8a", "1", "2", "3", "4", "5", "6", "8b", "close"),
    Route.FRIENDS_SIBLINGS: ("0", "7a", "8a", "1", "2", "3", "6", "5", "8b", "close"),
    Route.CIVIL: ("0", "7a", "8a", "2", "6", "8b", "close"),
    Route.CLOSURE: ("0", "7a", "8a", "1", "3", "8b", "close"),
    Route.DECIDE_FIRST: ("0",),
    Route.SAFEGUARDS: ("0", "8a", "7", "2", "6", "8b", "close"),
    Route.ONE_PERSON: ("0", "1", "4", "8", "close"),
}

_WORDS: dict[CaseState, ParticipantWord] = {
    CaseState.ENQUIRY: ParticipantWord.GETTING_STARTED,
    CaseState.INTAKE: ParticipantWord.GETTING_STARTED,
    CaseState.ASSESSED: ParticipantWord.GETTING_STARTED,
    CaseState.AGREED: ParticipantWord.GETTING_STARTED,
    CaseState.ACTIVE: ParticipantWord.IN_PROGRESS,
    CaseState.PAUSED: ParticipantWord.ON_A_BREAK,
    CaseState.CLOSING: ParticipantWord.IN_PROGRESS,
    CaseState.CLOSED: ParticipantWord.FINISHED,
    CaseState.RETENTION: ParticipantWord.FINISHED,
    CaseState.ERASED: ParticipantWord.FINISHED,
    CaseState.ENDED: ParticipantWord.FINISHED,
}


def participant_word(state: CaseState, hold: bool) -> ParticipantWord:
    """What both participants read about the state of the case; the same word for both.

    A hold over work in progress reads exactly like a pause. Before that, and after the end, there is no pause it could
    look like, so it changes nothing that anybody reads (docs/practice.md, "States"). Assessed and agreed read like
    intake, so that nobody learns whether the other has been seen or has signed.
    """
    word = _WORDS[state]
    if hold and word is ParticipantWord.IN_PROGRESS:
        return ParticipantWord.ON_A_BREAK
    return word
