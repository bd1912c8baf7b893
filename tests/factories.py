"""Rows for tests, made straight from the models and committed. Words hold a canary where a test asks for one."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher

from mediator.cases.contact import ALLOWED, QUESTIONS, Contact, Reply, Way, asks_to_be_read, to_document
from mediator.cases.doors import LASTS, DoorKind
from mediator.cases.models import Case, CaseMediator, Door, Participant, SafeContact
from mediator.cases.terms import CaseState, Policy, Relation, Route, Suitability
from mediator.core import tokens
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Letter
from mediator.practice.models import Practice, Staff

PASSWORD = "a long walk by the river"
_numbers = itertools.count(1)
#: Cheap on purpose: the application's own cost is tested where passwords are.
_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


@dataclass(frozen=True)
class Pair:
    """The ids of one case and its people, and how its mediator signs in."""

    case: uuid.UUID
    a: uuid.UUID
    b: uuid.UUID
    mediator: uuid.UUID
    mediator_email: str


def make_practice(**values: Any) -> Practice:
    """The practice."""
    row = Practice(**{"id": 1, "name": "Mill Lane Practice", "alias": "Notes", "zone": "Europe/London",
                      "created_at": now(), **values})  # fmt: skip
    db.session.add(row)
    db.session.commit()
    return row


def make_staff(role: str, **values: Any) -> Staff:
    """One member of staff with the test password. `role` is owner, mediator or assistant."""
    number = next(_numbers)
    row = Staff(**{"email": f"{role}{number}@practice.example", "name": f"{role.title()} {number}",
                   "password_hash": _HASH, f"is_{role}": True, "zone": "Europe/London",
                   "created_at": now(), **values})  # fmt: skip
    db.session.add(row)
    db.session.commit()
    return row


def make_case(mediator: Staff, **values: Any) -> Case:
    """An active case without people."""
    row = Case(**{"state": CaseState.ACTIVE, "relation": Relation.FORMER_PARTNERS, "route": Route.REPAIR,
                  "policy": Policy.CAUCUS, "suitability": Suitability.USUAL, "zone": "Europe/London",
                  "opened_on": now().date(), "created_at": now(), **values})  # fmt: skip
    row.mediators.append(CaseMediator(case_id=row.id, staff_id=mediator.id, lead=True))
    db.session.add(row)
    db.session.commit()
    return row


def make_participant(
    case: Case,
    letter: Letter,
    name: str,
    *,
    email: str | None = None,
    pronouns: str | None = None,
    **values: Any,
) -> Participant:
    """One person of a case, seen alone, signed and past the first visit unless told otherwise.

    Past the first visit they have said how to reach them: by mail, and nobody else reads it.
    """
    row = Participant(**{"case_id": case.id, "letter": letter, "zone": "Europe/London", "accepted_at": now(),
                         "seen_alone_on": now().date(), "signed_on": now().date(), "created_at": now(),
                         "name": name, "called": name, "pronouns": pronouns, "email": email, **values})  # fmt: skip
    if email:
        from flask import current_app

        row.email_index = tokens.email_index(current_app.extensions["mediator"].secret, email)
    db.session.add(row)
    if row.accepted_at is not None:
        db.session.flush()
        db.session.add(safe_contact(row))
    db.session.commit()
    return row


def safe_contact(person: Participant, **answers: Any) -> SafeContact:
    """How to reach somebody: by mail, with nothing to read first, unless told otherwise (`Contact`'s fields)."""
    replies = {one.key: Reply.YES if one.key in ALLOWED else Reply.NO for one in QUESTIONS}
    meant = person.email_index.hex() if person.email_index is not None else ""
    contact = Contact(**{"way": Way.EMAIL, "place": "", "time": "", "replies": replies, "meant": meant, **answers})
    row = SafeContact(id=uuid.uuid4(), case_id=person.case_id, participant_id=person.id, given_at=now())
    row.read_first_at = row.given_at if asks_to_be_read(contact) else None
    row.answers = to_document(contact)
    return row


def make_pair(mediator: Staff, *, a: str = "Alex", b: str = "Sam", **values: Any) -> Pair:
    """An active case of two people who may open everything the gates allow."""
    case = make_case(mediator, **values)
    number = next(_numbers)
    first = make_participant(case, Letter.A, a, email=f"a{number}@people.example")
    second = make_participant(case, Letter.B, b, email=f"b{number}@people.example")
    return Pair(case.id, first.id, second.id, mediator.id, mediator.email)


def make_door(participant: uuid.UUID, kind: DoorKind = DoorKind.QR) -> str:
    """A fresh link for a participant; returns the token."""
    person = db.session.get_one(Participant, participant)
    token, at = tokens.mint(), now()
    db.session.add(
        Door(
            case_id=person.case_id,
            participant_id=person.id,
            kind=kind,
            token_hash=tokens.digest(token),
            made_at=at,
            expires_at=at + max(LASTS[kind], timedelta(minutes=5)),
        )
    )
    db.session.commit()
    return token
