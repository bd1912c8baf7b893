"""Giving safe contact, reading it, and what it means for mail. Written in whole or not at all; there is no draft.

Whether mail may go is worked out from the answers and the address together, and again whenever one of them changes.
"""

from __future__ import annotations

import uuid
from dataclasses import replace

from mediator.cases import contact_queries
from mediator.cases.contact import (
    Contact,
    Way,
    asks_to_be_read,
    from_document,
    in_place_of,
    loosens,
    mail_is_safe,
    to_document,
)
from mediator.cases.models import Participant, SafeContact
from mediator.core import audit, sealed, tokens
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Viewer


def give(person: Participant, contact: Contact, *, secret: bytes, typed_in: bool = False) -> SafeContact:
    """Keep what somebody said about reaching them. Given anew it replaces what was there, and asks to be read again.

    What nobody has read yet is not taken back by a later answer: it stays beside the new ones, and unread. Where mail
    was kept back and would go now, the mediator reads it first. `typed_in` is a mediator's hand, for somebody who said
    it on paper or aloud: it holds at once.
    """
    row = _held(person)
    stood = None if row is None else _stored(row)
    unread = stood if row is not None and contact_queries.is_unread(row) else None
    contact = in_place_of(replace(contact, meant=_meant(person, contact, secret), typed_in=typed_in), unread)
    if stood is not None and not person.by_mail and not typed_in and mail_is_safe(contact, address=_address(person)):
        contact = loosens(contact, stood) if not stood.before else replace(contact, before=stood.before)
    at = now()
    if row is None:
        row = SafeContact(id=uuid.uuid4(), case_id=person.case_id, participant_id=person.id)
        db.session.add(row)
    row.given_at, row.answers = at, to_document(contact)
    row.read_first_at, row.read_at = (at if asks_to_be_read(contact) else None), None
    verb = "contact.typed-in" if typed_in else "contact.given"
    audit.record(verb, case=person.case_id, subject=person.id)
    _settle_mail(person, row)
    return row


def follow_address(person: Participant) -> None:
    """The address in the case has changed: mail goes to it by itself only if it is the one they meant."""
    row = contact_queries.row_of(person)
    if row is not None:
        _settle_mail(person, row)


def mark_read(person: Participant, mark: str) -> bool:
    """What the page showed has been read; `mark` is the mark it carried. What was given since stays unread.

    Returns whether nothing of this person waits any more.
    """
    row = _held(person)
    if row is None or not contact_queries.is_unread(row):
        return True
    if contact_queries.seen(row).mark != mark:
        return False
    row.read_at = now()
    # The same line as for looking at the page: one of its own would tell the log's reader that something was there.
    audit.record("contact.read", case=person.case_id, subject=person.id)
    _settle_mail(person, row)
    return True


def _held(person: Participant) -> SafeContact | None:
    """The row as it is now, with the person held until the request ends: of two givings one comes after the other."""
    db.session.flush()
    db.session.execute(db.select(Participant.id).where(Participant.id == person.id).with_for_update())
    row: SafeContact | None = db.session.scalar(
        db.select(SafeContact).where(SafeContact.participant_id == person.id),
        execution_options={"populate_existing": True},
    )
    return row


def _stored(row: SafeContact) -> Contact:
    """What stands there, to be compared and not to be shown: its own author reads it nowhere any more."""
    with sealed.ring_of(Viewer.staff(uuid.UUID(int=0), frozenset({row.case_id}))):
        return from_document(row.answers)


def _settle_mail(person: Participant, row: SafeContact) -> None:
    """No line of its own in the log: it would say to somebody outside the case what was answered."""
    contact = _stored(row)
    waits = bool(contact.before) and contact_queries.is_unread(row)
    person.by_mail = not waits and mail_is_safe(contact, address=_address(person))


def _meant(person: Participant, contact: Contact, secret: bytes) -> str:
    """The blind index of the address somebody means: the one they wrote, else the one in the case."""
    if contact.way is Way.EMAIL and contact.place:
        return tokens.email_index(secret, contact.place).hex()
    return _address(person)


def _address(person: Participant) -> str:
    return person.email_index.hex() if person.email_index is not None else ""
