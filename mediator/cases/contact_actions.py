"""Giving safe contact, reading it, and what it means for mail. Written in whole or not at all; there is no draft.

Whether mail may go is worked out from the answers and the address together, and again whenever one of them changes.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import replace

from mediator.cases import contact_queries
from mediator.cases.contact import Contact, Way, asks_to_be_read, from_document, in_place_of, mail_is_safe, to_document
from mediator.cases.models import Participant, SafeContact
from mediator.core import audit, sealed, tokens
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Viewer


def give(person: Participant, contact: Contact, *, secret: bytes, typed_in: bool = False) -> SafeContact:
    """Keep what somebody said about reaching them. Given anew it replaces what was there, and asks to be read again.

    What nobody has read yet is not taken back by a later "no": it stays beside the new answers, and unread. `typed_in`
    is a mediator's hand, for somebody who said it on paper or aloud.
    """
    row = _held(person)
    unread = _stored(row) if row is not None and contact_queries.is_unread(row) else None
    contact = in_place_of(replace(contact, typed_in=typed_in), unread)
    at = now()
    if row is None:
        row = SafeContact(id=uuid.uuid4(), case_id=person.case_id, participant_id=person.id)
        db.session.add(row)
    row.given_at, row.answers = at, to_document(contact)
    row.read_first_at, row.read_at = (at if asks_to_be_read(contact) else None), None
    verb = "contact.typed-in" if typed_in else "contact.given"
    audit.record(verb, case=person.case_id, subject=person.id)
    _settle_mail(person, contact, secret)
    return row


def follow_address(person: Participant, *, secret: bytes) -> None:
    """The address in the case has changed: ask anew whether mail may go to it by itself."""
    row = contact_queries.row_of(person)
    if row is not None:
        _settle_mail(person, _stored(row), secret)


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
    audit.record("contact.marked-read", case=person.case_id, subject=person.id)
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


def _settle_mail(person: Participant, contact: Contact, secret: bytes) -> None:
    """No line of its own in the log: it would say to somebody outside the case what was answered."""
    same = (
        contact.way is Way.EMAIL
        and person.email_index is not None
        and secrets.compare_digest(tokens.email_index(secret, contact.place), person.email_index)
    )
    person.by_mail = mail_is_safe(contact, same_address=same)
