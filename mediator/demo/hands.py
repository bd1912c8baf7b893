"""What people of the demo do, by the same acts as the pages: staff at the desk, participants on the phone, the jobs."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import current_app

from mediator.agreements import actions as agreements
from mediator.agreements import queries as agreed
from mediator.agreements.terms import Standing
from mediator.cases import actions as cases
from mediator.cases import contact_actions, door_actions, state_actions
from mediator.cases.actions import Details, Plan
from mediator.cases.contact import Contact, Reply, Way
from mediator.cases.doors import DoorKind
from mediator.cases.models import Case, Participant
from mediator.cases.queries import mediated
from mediator.cases.state_actions import Dates, Record
from mediator.cases.terms import CaseState, Policy, Suitability
from mediator.core import audit, config, sealed, signin
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.visibility import Letter, Viewer
from mediator.guide.reading import guide
from mediator.practice.models import Staff
from mediator.questionnaires import actions as forms
from mediator.questionnaires import answering, case_forms, comparing, intake, opening, queries, sending
from mediator.questionnaires.building import Draft
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.spec import from_spec

#: Everything the demo makes has an id of its own that is the same in every demo.
_SPACE = uuid.UUID("3f1d3c5e-6a58-5f0e-9f0a-1d2f5b7c9e11")
#: What everybody here said about being reached: by email, and nobody else reads it.
REACHED = {
    "message": Reply.YES,
    "named": Reply.YES,
    "others": Reply.NO,
    "order": Reply.NO,
    "speak": Reply.NO,
}
#: The moves from a first meeting to the work.
TO_WORK = (CaseState.ASSESSED, CaseState.AGREED, CaseState.ACTIVE)


def named(name: str) -> uuid.UUID:
    """The id of something the demo makes."""
    return uuid.uuid5(_SPACE, name)


@dataclass(frozen=True)
class Pair:
    """A pair before its story begins: its case, the two as they wish to be called, and who mediates."""

    case: uuid.UUID
    people: tuple[Details, Details]
    plan: Plan
    lead: uuid.UUID
    co: tuple[uuid.UUID, ...] = ()
    policy: Policy = Policy.CAUCUS


def at_the_desk(staff: uuid.UUID, case: uuid.UUID) -> Case:
    """From here on a mediator of this case acts, with its ring."""
    audit.act_as(audit.Actor(signin.STAFF, staff))
    return mediated(staff, case)


def on_the_phone(person: uuid.UUID, case: uuid.UUID) -> Participant:
    """From here on this participant acts, with their own ring."""
    audit.act_as(audit.Actor(signin.PARTICIPANT, person))
    sealed.hold_ring(Viewer.participant(person, case))
    return db.session.get_one(Participant, person)


def open_case(pair: Pair) -> Case:
    """The lead opens the case. Who is A is drawn, here as everywhere."""
    audit.act_as(audit.Actor(signin.STAFF, pair.lead))
    told: config.Config = current_app.extensions["mediator"]
    lead = db.session.get_one(Staff, pair.lead)
    case = cases.open_case(pair.case, lead, pair.people, pair.plan, pair.policy, pair.co, secret=told.secret)
    db.session.flush()
    return at_the_desk(pair.lead, case.id)


def ids(pair: Pair) -> dict[str, uuid.UUID]:
    """Both people's ids by name, in the order of `Pair.people`. For the demo's own bookkeeping, as its mediator."""
    with sealed.ring_of(Viewer.staff(pair.lead, frozenset({pair.case}))):
        rows = db.session.scalars(db.select(Participant).where(Participant.case_id == pair.case))
        found = {str(person.name): person.id for person in rows}
    return {one.name: found[one.name] for one in pair.people}


def id_of(pair: Pair, who: Letter) -> uuid.UUID:
    """Whose letter that is. For the demo's own bookkeeping."""
    wanted = db.select(Participant.id).where(Participant.case_id == pair.case, Participant.letter == who)
    found: uuid.UUID = db.session.scalars(wanted).one()
    return found


def letter(case: Case, name: str) -> Letter:
    """The letter that was drawn for somebody. Needs the ring of a mediator of the case."""
    return next(person.letter for person in case.participants if person.name == name)


def invite(pair: Pair) -> dict[str, str]:
    """Both get a way in: by mail where there is an address (passed on by hand), else by QR code. Tokens by name."""
    case = at_the_desk(pair.lead, pair.case)
    tokens = {}
    for person in case.participants:
        if person.email is None:
            tokens[str(person.name)] = door_actions.mint(person, DoorKind.QR).token
        else:
            door_actions.send_link(person)
            db.session.flush()
            tokens[str(person.name)] = pass_on(person)
    if case.state is CaseState.ENQUIRY:
        state_actions.move(case, CaseState.INTAKE, case.state)
    return tokens


def come_in(pair: Pair, token: str) -> Participant:
    """Somebody opens their link on the phone."""
    person = door_actions.use(token)
    if person is None:
        raise Refused("a door of the demo did not open")
    return on_the_phone(person.id, pair.case)


def first_visit(pair: Pair, token: str, answers: Mapping[str, str] | None = None) -> None:
    """The first time: privacy notice and policy, safe contact, and with `answers` the form of the first meeting."""
    told: config.Config = current_app.extensions["mediator"]
    me = come_in(pair, token)
    door_actions.accept(me)
    contact_actions.give(me, Contact(Way.EMAIL, "", "", REACHED), secret=told.secret)
    if answers is not None:
        assignment = intake.at_first_visit(me, guide())
        if assignment is None:
            raise Refused("there is no form of the first meeting")
        db.session.flush()
        answer(me, assignment, answers)


def take_up(pair: Pair, seen: Mapping[str, date], *, suitability: Suitability = Suitability.USUAL) -> None:
    """Both were seen alone and have signed: the mediator records it, and the work begins."""
    case = at_the_desk(pair.lead, pair.case)
    today = now().astimezone(ZoneInfo(case.zone)).date()
    dates = {person.letter: Dates(seen[str(person.name)], today, None) for person in case.participants}
    wanted = Record(dates, case.policy, suitability)
    state_actions.save_record(case, wanted, state_actions.record_version(case), answered=False)
    move(case, *TO_WORK)


def move(case: Case, *states: CaseState) -> None:
    """Move a case on, state by state."""
    for state in states:
        state_actions.move(case, state, case.state)


def send_form(
    pair: Pair, form: uuid.UUID, step: str, title: str, keys: Sequence[str], due_at: datetime
) -> dict[str, str]:
    """Make a form of a step's questions and send it to both, each with a link passed on by hand. Tokens by name."""
    case = at_the_desk(pair.lead, pair.case)
    content = guide()
    chosen = [content.question(key) for key in keys]
    draft = Draft(
        step=step,
        title=title,
        due_at=due_at,
        keys=tuple(one.key for one in chosen if not one.task),
        tasks=tuple(one.key for one in chosen if one.task),
    )
    made = forms.make(pair.lead, case, content, form, draft)
    db.session.flush()
    for one in made:
        sending.send(case, case_forms.form_of(case, one.id), tuple(Letter))
    db.session.flush()
    return {str(person.name): pass_on(person) for person in case.participants}


def pass_on(person: Participant) -> str:
    """The mediator passes on by hand what waits for somebody, with one link. Its token."""
    token = door_actions.mint(person, DoorKind.MAIL).token
    for message in door_actions.unsettled_for(person.id):
        door_actions.pass_on(message)
    return token


def hand_in(pair: Pair, token: str, form: uuid.UUID, answers: Mapping[str, str]) -> None:
    """Somebody opens their link, answers a form question by question, and hands it in."""
    author = come_in(pair, token)
    assignment = db.session.scalars(
        db.select(Assignment).where(Assignment.form_id == form, Assignment.participant_id == author.id)
    ).one()
    answer(author, assignment, answers)


def answer(author: Participant, assignment: Assignment, answers: Mapping[str, str]) -> None:
    """Answer a form of one's own, question by question, and hand it in. Raises ValueError for what does not fit it."""
    for row in assignment.questions:
        if queries.for_safety(from_spec(row.spec)):
            continue
        saved = answering.skip(author, assignment, row, answers, row.rev, since=now())
        if not isinstance(saved, answering.Saved):
            raise ValueError(f"answers to {row.key} do not fit: {saved}")
    wrong = answering.submit(author, assignment, answers)
    if wrong is not None:
        raise ValueError(f"answers do not fit: {sorted(wrong.errors)}")


def open_to_both(pair: Pair, form: uuid.UUID, part: str, author: str | None = None) -> None:
    """The mediator reads both sides, looks at the preview and opens one item."""
    case = at_the_desk(pair.lead, pair.case)
    audit.reading("answers.compared", case=case.id, subject=form)
    by = letter(case, author) if author is not None else None
    audit.reading("opening.previewed", case=case.id, subject=form)
    seen = opening.preview(case, comparing.sides(case, form), part, by).seen
    opening.open_to_both(pair.lead, case, form, part, by, seen)


def confirm(pair: Pair, person: uuid.UUID) -> None:
    """Somebody confirms everything that binds them and waits for it."""
    me = on_the_phone(person, pair.case)
    case = me.case
    for row in agreed.read_by_both(case):
        if me.letter in agreed.bound(row) and row.standing is Standing.RELEASED:
            agreements.confirm(case, row, me.letter)
