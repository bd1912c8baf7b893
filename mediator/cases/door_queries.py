"""Reading doors and the messages that wait to be passed on by hand."""

from __future__ import annotations

import enum
import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, not_, true
from werkzeug.exceptions import NotFound

from mediator.cases.door_actions import BY_MAIL, SHUT, may_go
from mediator.cases.models import Case, CaseMediator, Door, Participant
from mediator.cases.queries import mediated
from mediator.core.db import db
from mediator.core.outbox import Message, MessageState
from mediator.core.visibility import Letter


class DoorState(enum.StrEnum):
    """Where a door stands, for the mediator."""

    WAITING = "waiting"
    USED = "used"
    RAN_OUT = "ran_out"
    STOPPED = "stopped"


def state_of(door: Door, at: datetime) -> DoorState:
    """Where a door stands now. Used wins over everything: somebody came in."""
    if door.used_at is not None:
        return DoorState.USED
    if door.revoked_at is not None:
        return DoorState.STOPPED
    return DoorState.WAITING if at < door.expires_at else DoorState.RAN_OUT


def person_of(staff_id: uuid.UUID, case_id: uuid.UUID, letter: str) -> Participant:
    """One person of a case this mediator mediates, with the ring of the case. Raises NotFound otherwise."""
    case = mediated(staff_id, case_id)
    person = case.participant(Letter(letter)) if letter in set(Letter) else None
    if person is None:
        raise NotFound
    return person


def doors_of(person: Participant) -> Sequence[Door]:
    """Every door a person has had, newest first."""
    return db.session.scalars(
        db.select(Door).where(Door.participant_id == person.id).order_by(Door.made_at.desc(), Door.id)
    ).all()


def came_in(case: Case) -> frozenset[uuid.UUID]:
    """The participants of a case who have opened a door of theirs."""
    ids = [person.id for person in case.participants]  # doors are found by whose they are: by the case all are read
    return frozenset(
        db.session.scalars(
            db.select(Door.participant_id).where(Door.participant_id.in_(ids), Door.used_at.is_not(None)).distinct()
        )
    )


def waiting(staff_id: uuid.UUID, *, mail: bool) -> list[tuple[Message, Participant]]:
    """One waiting message for each person of the cases this mediator mediates; A before B, oldest case first.

    With a mail server (`mail`) only those to people who are not reached by mail wait here; the others go by themselves.
    What a break or a hold keeps back from mail is not passed on by hand either, nor what asks for an answer in a closed
    case: ways in are.
    """
    by_hand = not_(and_(*BY_MAIL)) if mail else true()
    return _newest(staff_id, MessageState.WAITING, by_hand, may_go())


def failed(staff_id: uuid.UUID) -> list[tuple[Message, Participant]]:
    """One message that could not be delivered for each person of this mediator's cases, in the same order."""
    return _newest(staff_id, MessageState.FAILED)


def _newest(staff_id: uuid.UUID, state: MessageState, *where: ColumnElement[bool]) -> list[tuple[Message, Participant]]:
    rows = db.session.execute(
        db.select(Message, Participant)
        .join(Participant, Participant.id == Message.recipient_id)
        .join(Case, Case.id == Participant.case_id)
        .join(CaseMediator, CaseMediator.case_id == Case.id)
        .where(
            Message.state == state,
            CaseMediator.staff_id == staff_id,
            Case.state.not_in(SHUT),
            *where,
        )
        .order_by(Case.created_at, Case.id, Participant.letter, Message.made_at.desc(), Message.id)
    )
    newest: dict[uuid.UUID, tuple[Message, Participant]] = {}
    for message, person in rows:
        newest.setdefault(person.id, (message, person))
    return list(newest.values())


def message_for(staff_id: uuid.UUID, message_id: uuid.UUID) -> tuple[Message, Participant]:
    """One message of a case this mediator mediates, with its person. Raises NotFound for every other alike."""
    found = db.session.execute(
        db.select(Message, Participant)
        .join(Participant, Participant.id == Message.recipient_id)
        .where(Message.id == message_id)
    ).first()
    if found is None:
        raise NotFound
    message, person = found
    mediated(staff_id, person.case_id)
    return message, person
