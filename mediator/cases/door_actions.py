"""Making, using and stopping doors. Whoever makes or uses a token knows it; the database knows its hash."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, update

from mediator.cases.doors import LASTS, DoorKind, opens
from mediator.cases.models import Case, Door, Participant
from mediator.cases.queries import participant_who_may_come_in
from mediator.cases.states import LIVING
from mediator.cases.terms import CaseState
from mediator.core import audit, outbox, signin, tokens
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused

#: Outbox templates: a way in, something to answer (a form, or what an exercise asks or gives, in the same words), and a
#: reminder of a form: the one that goes by itself, and one that a mediator asked for. Each carries one link.
INVITATION = "door"
SOMETHING_TO_ANSWER = "form"
SOMETHING_NEW = "new"
REMINDER = "reminder"
REMINDER_ASKED_FOR = "reminder-asked"
#: The messages that ask for an answer to a form. Once the work is over, nobody has one to give.
ASKING = frozenset({SOMETHING_TO_ANSWER, REMINDER, REMINDER_ASKED_FOR})
#: A person may ask for this many new links in an hour; what is over is dropped without a word.
NEW_LINKS = 3
NEW_LINKS_WITHIN = timedelta(hours=1)
KEPT_BACK = "This message waits until the break is over. A way in can be made on the page of doors."
WORK_IS_OVER = "The case is closed: there is nothing to answer in it any more. A way in is made on the page of doors."
#: States of a case in which no door opens any more. `retention` follows `ended`, so it stays as shut.
SHUT = frozenset({CaseState.ENDED, CaseState.RETENTION, CaseState.ERASED})
#: True of the cases whose messages go out now. Under a hold everything under way stops, and it looks like a break to
#: both (PRODUCT.md): so a break stops it too, by mail and by hand. A way in goes always (`may_go`).
GOING_ON: tuple[ColumnElement[bool], ...] = (Case.hold.is_(False), Case.state != CaseState.PAUSED)
#: True of the people to whom messages go by themselves: there is an address, and it is safe as far as they said.
BY_MAIL: tuple[ColumnElement[bool], ...] = (Participant.email_index.is_not(None), Participant.by_mail.is_(True))


def may_go() -> ColumnElement[bool]:
    """Messages that may reach somebody now, by mail or by hand, in a query that joins their case."""
    asked = or_(outbox.Message.template.not_in(ASKING), Case.state.in_(LIVING))
    return or_(outbox.Message.template == INVITATION, and_(*GOING_ON, asked))


def why_not_now(message: outbox.Message, person: Participant) -> str:
    """The same of one message that is at hand: why it may not, as a sentence for the mediator; empty where it may."""
    case = person.case
    if message.template == INVITATION:
        return ""
    if message.template in ASKING and case.state not in LIVING:
        return WORK_IS_OVER
    return KEPT_BACK if mail_waits(case) else ""


@dataclass(frozen=True)
class Minted:
    """A fresh door with its token, which exists in this object and nowhere else."""

    door: Door
    token: str


def may_have_doors(case: Case) -> bool:
    """Whether people of this case may still come in."""
    return case.state not in SHUT


def mail_waits(case: Case) -> bool:
    """Whether mails about joint things wait now: on a break and under a hold, which look alike to both."""
    return case.hold or case.state is CaseState.PAUSED


def goes_by_mail(person: Participant) -> bool:
    """Whether a message to this person goes by itself where there is a mail server. Else the mediator passes it on."""
    return person.email_index is not None and person.by_mail


def mint(person: Participant, kind: DoorKind, *, row: uuid.UUID | None = None, keep_earlier: bool = False) -> Minted:
    """Make a one-time link for a person; the ones before it that nobody opened stop.

    With `keep_earlier` they stay: a mail tried again may have arrived the first time, and then its link is the one
    that is looked at. `row` is the id the form carried, so that sending it twice makes one door. Raises Refused where
    that door is there already (its link was shown once and is known to nobody now), and for a shut case.
    """
    _still_open(person)
    if row is not None and db.session.get(Door, row) is not None:
        raise Refused("This link was shown once and can’t be shown again. Make a new one if it is still needed.")
    if not keep_earlier:
        stop_links(person)
    token, at = tokens.mint(), now()
    door = Door(
        id=row or uuid.uuid4(),
        case_id=person.case_id,
        participant_id=person.id,
        kind=kind,
        token_hash=tokens.digest(token),
        made_at=at,
        expires_at=at + LASTS[kind],
    )
    db.session.add(door)
    audit.record("door.made", case=person.case_id, subject=door.id)
    return Minted(door, token)


def hand_over(person: Participant, assignment: uuid.UUID) -> Door:
    """Note that a device was handed to a person for one form. It has no token: it is used as it is made."""
    _still_open(person)
    at = now()
    door = Door(
        case_id=person.case_id,
        participant_id=person.id,
        kind=DoorKind.HANDOVER,
        scope_id=assignment,
        made_at=at,
        expires_at=at + LASTS[DoorKind.HANDOVER],
        used_at=at,
    )
    db.session.add(door)
    audit.record("door.handed-over", case=person.case_id, subject=door.id)
    return door


def use(token: str) -> Participant | None:
    """Open a door once. None where it does not open, whatever the reason: nothing tells one reason from another.

    The update names the empty `used_at`, so that of many uses at the same moment one alone succeeds.
    """
    door = db.session.scalar(db.select(Door).where(Door.token_hash == tokens.digest(token)))
    if door is None:
        audit.record("door.refused")
        return None
    at = now()
    person = participant_who_may_come_in(door.participant_id)
    if person is None or not may_have_doors(person.case) or not _opens(door, at) or not _take(door, at):
        audit.record("door.refused", case=door.case_id, subject=door.id)
        return None
    audit.act_as(audit.Actor(signin.PARTICIPANT, person.id))
    audit.record("door.used", case=door.case_id, subject=door.id)
    return person


def _opens(door: Door, at: datetime) -> bool:
    return opens(
        at=at,
        made_at=door.made_at,
        expires_at=door.expires_at,
        used_at=door.used_at,
        revoked_at=door.revoked_at,
    )


def _take(door: Door, at: datetime) -> bool:
    taken = db.session.execute(
        update(Door)
        .where(Door.id == door.id, Door.used_at.is_(None), Door.revoked_at.is_(None))
        .values(used_at=at)
        .returning(Door.id)
    ).first()
    return taken is not None


def stop(door: Door) -> None:
    """Stop one link that nobody has opened yet. Stopping it again changes nothing."""
    if door.revoked_at is not None or door.used_at is not None:
        return
    door.revoked_at = now()
    audit.record("door.revoked", case=door.case_id, subject=door.id)


def stop_links(person: Participant) -> None:
    """Stop every link of a person that nobody has opened yet."""
    for door in db.session.scalars(
        db.select(Door).where(Door.participant_id == person.id, Door.used_at.is_(None), Door.revoked_at.is_(None))
    ):
        stop(door)


def stop_all(person: Participant) -> None:
    """Stop a person's links, mails that wait with one, and the pages they have open anywhere."""
    stop_links(person)
    outbox.cancel(recipient=person.id)
    signin.end_sessions(signin.PARTICIPANT, person.id)
    audit.record("door.all-stopped", case=person.case_id, subject=person.id)


def close_doors(person: Participant) -> None:
    """Somebody has declined: links nobody opened stop, and no mail with one goes out."""
    stop_links(person)
    outbox.cancel(recipient=person.id)


def send_link(person: Participant) -> outbox.Message:
    """Put a mail with a way in into the outbox. For somebody not reached by mail it waits for the mediator's own hand.

    Raises Refused without an address, for somebody who declined, and for a shut case.
    """
    _still_open(person)
    if person.declined_on is not None:
        raise Refused("This person has declined. No link is sent to them.")
    if person.email_index is None:
        raise Refused("There is no email address to send a link to.")
    message = outbox.put(INVITATION, recipient=person.id, case=person.case_id, sooner=True)
    audit.record("door.mail-asked", case=person.case_id, subject=person.id)
    return message


def ask_for_link(secret: bytes, address: str) -> None:
    """Somebody signed out asks for a new link: a mail for each person known at this address, three an hour at most.

    Known or not, one look-up and one audit line: neither the answer nor the work tells who is known here.
    """
    index = tokens.email_index(secret, address)
    people = db.session.scalars(
        db.select(Participant)
        .join(Case, Case.id == Participant.case_id)
        .where(Participant.email_index == index, Participant.declined_on.is_(None), Case.state.not_in(SHUT))
    ).all()
    for person in people:
        if _asked_lately(person) < NEW_LINKS:
            outbox.put(INVITATION, recipient=person.id, case=person.case_id)
    audit.record("door.new-link-asked")


def _asked_lately(person: Participant) -> int:
    return (
        db.session.scalar(
            db.select(func.count())
            .select_from(outbox.Message)
            .where(
                outbox.Message.template == INVITATION,
                outbox.Message.recipient_id == person.id,
                outbox.Message.made_at > now() - NEW_LINKS_WITHIN,
            )
        )
        or 0
    )


def unsettled_for(person: uuid.UUID) -> list[outbox.Message]:
    """The messages to a person that wait or could not be delivered, newest first."""
    return list(
        db.session.scalars(
            db.select(outbox.Message)
            .where(
                outbox.Message.recipient_id == person,
                outbox.Message.state.in_(outbox.UNSETTLED),
            )
            .order_by(outbox.Message.made_at.desc(), outbox.Message.id)
        )
    )


def pass_on(message: outbox.Message) -> None:
    """The mediator has passed a message on by hand; with it, what else may reach the same person now.

    What a hold or a break keeps back goes on waiting: it goes when that is over. A message that is settled changes
    nothing, so that sending the form twice is as good as once. Raises Refused for one that is kept back.
    """
    if message.state not in outbox.UNSETTLED:
        return
    person = db.session.get_one(Participant, message.recipient_id)
    if reason := why_not_now(message, person):
        raise Refused(reason)
    for one in unsettled_for(person.id):
        if why_not_now(one, person):
            continue
        one.state, one.done_at = outbox.MessageState.PASSED_ON, now()
        audit.record("message.passed-on", case=one.case_id, subject=one.id)


def try_again(message: outbox.Message) -> None:
    """Let a message go once more that could not be delivered. One that did not fail stays as it is.

    Raises Refused for a shut case and for somebody who declined.
    """
    if message.state is not outbox.MessageState.FAILED:
        return
    person = db.session.get_one(Participant, message.recipient_id)
    _still_open(person)
    if person.declined_on is not None:
        raise Refused("This person has declined. No link is sent to them.")
    outbox.try_again(message)
    audit.record("message.tried-again", case=message.case_id, subject=message.id)


def accept(person: Participant) -> None:
    """A person has read the privacy notice and the policy of their case. The first time stands."""
    if person.accepted_at is not None:
        return
    person.accepted_at = now()
    audit.record("participant.accepted", case=person.case_id, subject=person.id)


def _still_open(person: Participant) -> None:
    if not may_have_doors(person.case):
        raise Refused("This case has ended. Nobody comes in any more.")
