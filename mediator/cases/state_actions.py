"""Moving a case on, recording what moves and gates ask for, holding it, removing a mistake."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from mediator.cases import contact_queries, door_actions, queries, states
from mediator.cases.actions import STALE, tell_pages
from mediator.cases.models import Case, Participant
from mediator.cases.terms import CaseState, Policy, Suitability
from mediator.core import audit, live, outbox
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.seen import version
from mediator.core.visibility import Letter

#: Moves a mediator makes by hand. Keeping and erasing go by a clock.
BY_HAND: tuple[CaseState, ...] = (
    CaseState.INTAKE,
    CaseState.ASSESSED,
    CaseState.AGREED,
    CaseState.ACTIVE,
    CaseState.PAUSED,
    CaseState.CLOSING,
    CaseState.CLOSED,
    CaseState.ENDED,
)
#: Reasons that touch on safety.
APART = frozenset({states.Reason.NOT_SUITABLE, states.Reason.ON_HOLD})
FUTURE = "A day in the future can’t be recorded."


@dataclass(frozen=True)
class Dates:
    """What the mediator records about one person. Days in the zone of the case; None is not recorded."""

    seen_alone_on: date | None
    signed_on: date | None
    declined_on: date | None


@dataclass(frozen=True)
class Record:
    """The record of a case as one page shows it: both people's dates, policy and suitability."""

    dates: dict[Letter, Dates]
    policy: Policy
    suitability: Suitability | None


@dataclass(frozen=True)
class Move:
    """One move by hand, and the sentences that say why it is not possible now (none: it is).

    `apart` are those that touch on safety: pages show them inside the private layer only.
    """

    to: CaseState
    reasons: tuple[str, ...]
    apart: tuple[str, ...]

    @property
    def possible(self) -> bool:
        """Whether nothing stands against it."""
        return not self.reasons and not self.apart


def today(case: Case) -> date:
    """The day it is now where the case is worked on."""
    return now().astimezone(ZoneInfo(case.zone)).date()


def moves(case: Case) -> list[Move]:
    """Every move by hand from the present state, in the order of a case's life, with reasons why not."""
    facts = queries.facts(case)
    found = []
    for target in BY_HAND:
        if target not in states.MOVES[case.state]:
            continue
        reasons = states.check(case.state, target, facts)
        plain = [reason for reason in reasons if reason not in APART]
        apart = [reason for reason in reasons if reason in APART]
        found.append(Move(target, reason_words(case, plain), reason_words(case, apart)))
    return found


def reason_words(case: Case, reasons: list[states.Reason]) -> tuple[str, ...]:
    """The mediator's sentences for reasons, with the names of the two put in."""
    if not reasons:
        return ()
    names = {letter.value.lower(): "" for letter in Letter}
    names |= {person.letter.value.lower(): person.name for person in case.participants}
    return tuple(states.SENTENCES[reason].format(**names) for reason in reasons)


def move(case: Case, to: CaseState, seen: CaseState) -> bool:
    """Move a case to another state; `seen` is the state the page showed. Returns whether it moved.

    Sent twice it moves once. Raises Refused for a stale page and where `states.check` has reasons. The day of
    closing or ending is noted; at an end, unopened links stop and mail that waits is dropped.
    """
    if case.state is to:
        return False
    if case.state is not seen:
        raise Refused(STALE)
    reasons = states.check(case.state, to, queries.facts(case))
    if to not in BY_HAND:
        raise Refused(states.SENTENCES[states.Reason.NO_SUCH_MOVE])
    if reasons:
        raise Refused(" ".join(reason_words(case, reasons)))
    known = queries.both_may_know(case)
    case.state = to
    if to in {CaseState.CLOSED, CaseState.ENDED}:
        case.ended_on = today(case)
    if to is CaseState.ENDED:
        for person in case.participants:
            door_actions.stop_links(person)
            outbox.cancel(recipient=person.id)
    audit.record("case.state.changed", case=case.id)
    tell_pages(case, known)
    return True


def put_on_hold(case: Case, reason: str | None, seen: str) -> None:
    """Stop everything joint at once. Never refused: a page out of date adds its reason to what is written."""
    written = case.hold_reason
    if seen != hold_version(case) and written:
        reason = written if not reason or reason in written else f"{written}\n\n{reason}"
    if not case.hold:
        known = queries.both_may_know(case)
        case.hold = True
        audit.record("case.hold.set", case=case.id)
        tell_pages(case, known)
    if reason != written:
        case.hold_reason = reason
        audit.record("case.hold.reason.changed", case=case.id)


def lift_hold(case: Case, seen: str) -> None:
    """Lift a hold; its reason stays, kept apart. Raises Refused where somebody changed the hold meanwhile."""
    if not case.hold:
        return
    if seen != hold_version(case):
        raise Refused(STALE)
    known = queries.both_may_know(case)
    case.hold = False
    audit.record("case.hold.lifted", case=case.id)
    tell_pages(case, known)


def hold_version(case: Case) -> str:
    """The mark of the hold that a page showed."""
    return version(case.hold, case.hold_reason)


def record(case: Case) -> Record:
    """What is recorded now."""
    return Record(
        {
            person.letter: Dates(person.seen_alone_on, person.signed_on, person.declined_on)
            for person in case.participants
        },
        case.policy,
        case.suitability,
    )


def record_version(case: Case) -> str:
    """The mark of the record that a page showed."""
    return version(record(case))


def policy_may_change(case: Case, *, answered: bool) -> bool:
    """Whether the confidentiality policy may still change: nobody has accepted it and nobody has answered."""
    return not answered and not any(person.accepted_at or person.signed_on for person in case.participants)


def save_record(case: Case, wanted: Record, seen: str, *, answered: bool) -> bool:
    """Save what was recorded by hand. Returns whether anything changed; `answered`: some answer is there.

    Raises Refused for a stale page, for days to come, and for another policy once somebody accepted one.
    """
    before = record(case)
    if wanted == before:
        return False
    if seen != record_version(case):
        raise Refused(STALE)
    known = queries.both_may_know(case)
    if wanted.policy is not case.policy:
        if not policy_may_change(case, answered=answered):
            raise Refused("The policy can't be changed any more: somebody has accepted it.")
        case.policy = wanted.policy
        audit.record("case.policy.changed", case=case.id)
    for person in case.participants:
        _save_dates(case, person, wanted.dates[person.letter])
    if wanted.suitability is not case.suitability:
        case.suitability = wanted.suitability
        audit.record("case.suitability.recorded", case=case.id)
    tell_pages(case, known)
    return True


def _save_dates(case: Case, person: Participant, dates: Dates) -> None:
    changes = {
        "seen_alone_on": (dates.seen_alone_on, "participant.seen-alone.recorded"),
        "signed_on": (dates.signed_on, "participant.signed.recorded"),
        "declined_on": (dates.declined_on, "participant.declined.recorded"),
    }
    for field, (day, verb) in changes.items():
        if getattr(person, field) == day:
            continue
        if day is not None and day > today(case):
            raise Refused(FUTURE)
        setattr(person, field, day)
        audit.record(verb, case=case.id, subject=person.id)
        if field == "declined_on" and day is not None:
            door_actions.close_doors(person)


def accept_on_paper(person: Participant, day: date) -> None:
    """The mediator records that this person read the privacy notice and the policy on a sheet. The first time stands.

    Kept like the first visit's, as noon of that day where the case is worked on, or now where that lies ahead. Raises
    Refused for a day in the future.
    """
    if person.accepted_at is not None:
        return
    if day > today(person.case):
        raise Refused(FUTURE)
    noon = datetime.combine(day, time(12), ZoneInfo(person.case.zone)).astimezone(UTC)
    person.accepted_at = min(noon, now())
    audit.record("participant.accepted.recorded", case=person.case_id, subject=person.id)


def may_remove(case: Case, *, answered: bool) -> bool:
    """Whether a case is an enquiry made by mistake: hardly begun, no answers, and nobody ever came in.

    How somebody can be reached safely is an answer, typed in for them or not.
    """
    begun = case.state not in {CaseState.ENQUIRY, CaseState.INTAKE}
    return not (begun or answered or contact_queries.standing(case.id) or queries.ever_came_in(case))


def remove(case: Case, *, answered: bool) -> uuid.UUID:
    """Remove an enquiry made by mistake with all its rows; the audit stays. Raises Refused otherwise."""
    if not may_remove(case, answered=answered):
        raise Refused("Somebody has come in or answered already. End the case instead.")
    for message in db.session.scalars(db.select(outbox.Message).where(outbox.Message.case_id == case.id)):
        db.session.delete(message)
    audit.record("case.removed", case=case.id)
    live.forget(case.id)
    db.session.delete(case)
    return case.id
