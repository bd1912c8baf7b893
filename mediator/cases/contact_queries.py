"""Reading safe contact: who has given it, and what of it waits to be read first. Words are read on one page only."""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Uuid, and_, bindparam

from mediator.cases.contact import Contact, from_document
from mediator.cases.models import Participant, SafeContact
from mediator.core.db import db, read_rows

#: True of the rows that wait under "Read first".
UNREAD = and_(SafeContact.read_first_at.is_not(None), SafeContact.read_at.is_(None))
_STANDING = db.select(SafeContact.participant_id, UNREAD).where(SafeContact.case_id == bindparam("case", type_=Uuid()))

_GIVEN = db.select(SafeContact.id).where(SafeContact.participant_id == bindparam("person"))


@dataclass(frozen=True)
class Given:
    """What one person said about reaching them, for a mediator of the case. `mark` says exactly what was shown."""

    contact: Contact
    at: datetime
    unread: bool
    mark: str


def row_of(person: Participant) -> SafeContact | None:
    """The row, as anybody may load it: that it is there is no secret from its owner; its words are from everybody."""
    row: SafeContact | None = db.session.scalar(db.select(SafeContact).where(SafeContact.participant_id == person.id))
    return row


def has_given(person: Participant) -> bool:
    """Whether this person has said how to reach them. No words."""
    return db.session.scalar(_GIVEN, {"person": person.id}) is not None


def given(person: Participant) -> Given | None:
    """What this person said. Needs the ring of a mediator of the case; the page says first that it is read."""
    row = row_of(person)
    return None if row is None else seen(row)


def seen(row: SafeContact) -> Given:
    """The words of one row, with the mark of them."""
    return Given(from_document(row.answers), row.given_at, is_unread(row), _mark(row))


def is_unread(row: SafeContact) -> bool:
    """Whether it waits under "Read first"."""
    return row.read_first_at is not None and row.read_at is None


def standing(case_id: uuid.UUID) -> dict[uuid.UUID, bool]:
    """Who of a case has said how to reach them, and whether it waits under "Read first". No words.

    The gate, the chips and every count ask here.
    """
    rows = read_rows(_STANDING, {"case": case_id})
    return {row[0]: bool(row[1]) for row in rows}


def _mark(row: SafeContact) -> str:
    """SHA-256 over when it was given and every word of it."""
    return hashlib.sha256(json.dumps([row.given_at.isoformat(), row.answers], sort_keys=True).encode()).hexdigest()
