"""Opening a case and correcting it: the two people, the plan, who mediates. Words are kept as typed."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from mediator.cases import contact_actions, door_actions, queries
from mediator.cases.models import Case, CaseMediator, Participant
from mediator.cases.terms import CaseState, Policy, Relation, Route
from mediator.core import audit, live, outbox, tokens
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.seen import version
from mediator.core.visibility import Letter
from mediator.practice.models import Staff

#: What a page says that was changed by somebody else while it was open.
STALE = "Somebody changed this case in the meantime. Nothing was saved. Open it again and look before you go on."
ONE_ADDRESS = (
    "Two people can't share one address. Leave one empty; that person can come in by QR code, by hand-over or on paper."
)


@dataclass(frozen=True)
class Details:
    """How one person wishes to be called, and how to reach them. Empty texts are None."""

    name: str
    pronouns: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class Plan:
    """What a case is about and how it is worked on. `closure` chooses the words for ending well."""

    relation: Relation
    route: Route
    closure: bool
    zone: str


def one_address(secret: bytes, first: str | None, second: str | None) -> bool:
    """Whether two addresses are one, however they are spelled."""
    if first is None or second is None:
        return False
    return secrets.compare_digest(tokens.email_index(secret, first), tokens.email_index(secret, second))


def open_case(
    case_id: uuid.UUID,
    lead: Staff,
    people: tuple[Details, ...],
    plan: Plan,
    policy: Policy,
    co_mediators: Iterable[uuid.UUID],
    *,
    secret: bytes,
) -> Case:
    """Open a case for one or two people. With two, who is A is drawn here and shows nowhere else.

    Rows are written A first, so that nothing in their order, times or ids tells whose name was typed first.
    Raises Refused where both have one address, ValueError without people.
    """
    if not 1 <= len(people) <= 2:
        raise ValueError("a case has one or two people")
    if len(people) == 2 and one_address(secret, people[0].email, people[1].email):
        raise Refused(ONE_ADDRESS)
    at = now()
    case = Case(
        id=case_id,
        state=CaseState.ENQUIRY,
        relation=plan.relation,
        route=plan.route,
        closure=plan.closure,
        policy=policy,
        zone=plan.zone,
        opened_on=at.astimezone(ZoneInfo(plan.zone)).date(),
        created_at=at,
    )
    case.mediators.append(CaseMediator(case_id=case.id, staff_id=lead.id, lead=True))
    case.mediators.extend(
        CaseMediator(case_id=case.id, staff_id=staff_id) for staff_id in sorted(set(co_mediators) - {lead.id})
    )
    db.session.add(case)
    drawn = list(people)
    secrets.SystemRandom().shuffle(drawn)
    for letter, details in zip(Letter, drawn, strict=False):
        case.participants.append(_person(case, letter, details, plan.zone, secret))
        db.session.flush()
    audit.record("case.opened", case=case.id)
    return case


def add_second(case: Case, person_id: uuid.UUID, details: Details, zone: str, *, secret: bytes) -> Participant:
    """Add B to a case that stood with A alone.

    Raises Refused where somebody else was added meanwhile, and for A's address.
    """
    there = case.participant(Letter.B)
    if there is not None:
        if there.id == person_id:
            return there  # the same page was sent twice
        raise Refused(STALE)
    if db.session.get(Participant, person_id) is not None:
        raise Refused(STALE)
    _refuse_shared(case, Letter.B, details.email, secret)
    person = _person(case, Letter.B, details, zone, secret, person_id)
    case.participants.append(person)
    audit.record("participant.added", case=case.id, subject=person.id)
    return person


def correct(person: Participant, details: Details, zone: str, seen: str, *, secret: bytes) -> bool:
    """Correct a name, pronouns, address or zone. Returns whether anything changed.

    `seen` is the `person_version` the page was made with. A link on its way to the old address stops working,
    since a stranger may read it; whether mail may go to the new one is asked anew. Raises Refused for
    a stale page and for the other person's address.
    """
    before = Details(person.name, person.pronouns, person.email)
    if before == details and person.zone == zone:
        return False
    if seen != person_version(person):
        raise Refused(STALE)
    _refuse_shared(person.case, person.letter, details.email, secret)
    if before.name != details.name:
        person.name = person.called = details.name
        audit.record("participant.renamed", case=person.case_id, subject=person.id)
    if before.pronouns != details.pronouns:
        person.pronouns = details.pronouns
        audit.record("participant.pronouns.changed", case=person.case_id, subject=person.id)
    if before.email != details.email:
        _address(person, details.email, secret)
        contact_actions.follow_address(person)
        door_actions.stop_links(person)
        if details.email is None:
            outbox.cancel(recipient=person.id)  # without an address nothing can be sent
        audit.record("participant.address.changed", case=person.case_id, subject=person.id)
    if person.zone != zone:
        person.zone = zone
        audit.record("participant.zone.changed", case=person.case_id, subject=person.id)
    return True


def person_version(person: Participant) -> str:
    """The mark of what a page about this person showed."""
    return version(person.name, person.pronouns, person.email, person.zone)


def replan(case: Case, plan: Plan, seen: str) -> bool:
    """Change kind of relation, route, closure words or zone. Returns whether anything changed.

    Forms already sent keep the words they were sent with. Raises Refused for a stale page.
    """
    if plan == _plan(case):
        return False
    if seen != plan_version(case):
        raise Refused(STALE)
    known = queries.both_may_know(case)
    case.relation, case.route, case.closure, case.zone = plan.relation, plan.route, plan.closure, plan.zone
    audit.record("case.plan.changed", case=case.id)
    tell_pages(case, known)  # some exercises are not for two who are ending well
    return True


def tell_pages(case: Case, known: tuple[object, ...]) -> None:
    """Pages that lie open look again at once. The phones are told only where what both `known` before has changed.

    Their number can be asked for at any time, so it must not grow by what is about one of the two.
    """
    changed = queries.both_may_know(case) != known
    live.bump(case.id, *((live.BOTH, live.DESK) if changed else (live.DESK,)))


def plan_version(case: Case) -> str:
    """The mark of what a page about the plan of a case showed."""
    return version(_plan(case))


def set_co_mediators(
    case: Case, lead: Staff, wanted: Iterable[uuid.UUID], known: Iterable[uuid.UUID], seen: str
) -> bool:
    """Add and remove co-mediators, among those the page offered (`known`). Returns whether anything changed.

    Only the lead does it, and the lead is not removed. Raises Refused for everybody else, and for a page on which
    others mediated (`seen` is its `team_version`).
    """
    _lead_only(case, lead)
    there = {row.staff_id: row for row in case.mediators}
    offered = set(known) - {lead.id}
    chosen = offered & set(wanted)
    added, removed = chosen - there.keys(), (offered & there.keys()) - chosen
    if not added and not removed:
        return False
    if seen != team_version(case):
        raise Refused(STALE)
    for staff_id in sorted(added):
        case.mediators.append(CaseMediator(case_id=case.id, staff_id=staff_id))
        audit.record("case.mediator.added", case=case.id, subject=staff_id)
    for staff_id in sorted(removed):
        case.mediators.remove(there[staff_id])
        audit.record("case.mediator.removed", case=case.id, subject=staff_id)
    return True


def team_version(case: Case) -> str:
    """The mark of what a page about who mediates a case showed."""
    return version(sorted((str(row.staff_id), row.lead) for row in case.mediators))


def hand_over_lead(case: Case, lead: Staff, to: Staff) -> None:
    """Make a co-mediator the lead; who led stays as co-mediator. Raises Refused unless the lead does it."""
    rows = {row.staff_id: row for row in case.mediators}
    if to.id in rows and rows[to.id].lead:
        return  # the same page was sent twice
    _lead_only(case, lead)
    if to.id not in rows or not to.active or not to.is_mediator:
        raise Refused("Only a co-mediator of this case can lead it.")
    rows[lead.id].lead, rows[to.id].lead = False, True
    audit.record("case.lead.handed-over", case=case.id, subject=to.id)


def _lead_only(case: Case, staff: Staff) -> None:
    if not any(row.lead and row.staff_id == staff.id for row in case.mediators):
        raise Refused("Only the lead of this case decides who mediates it.")


def _plan(case: Case) -> Plan:
    return Plan(case.relation, case.route, case.closure, case.zone)


def _person(
    case: Case, letter: Letter, details: Details, zone: str, secret: bytes, person_id: uuid.UUID | None = None
) -> Participant:
    person = Participant(
        id=person_id or uuid.uuid4(),
        case_id=case.id,
        letter=letter,
        zone=zone,
        created_at=case.created_at if person_id is None else now(),
        name=details.name,
        called=details.name,
        pronouns=details.pronouns,
    )
    _address(person, details.email, secret)
    return person


def _address(person: Participant, email: str | None, secret: bytes) -> None:
    person.email = email
    person.email_index = None if email is None else tokens.email_index(secret, email)


def _refuse_shared(case: Case, letter: Letter, email: str | None, secret: bytes) -> None:
    other = case.participant(letter.other)
    if other is not None and one_address(secret, email, other.email):
        raise Refused(ONE_ADDRESS)
