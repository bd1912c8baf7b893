"""Tables of a case: the case, who mediates it, its two participants, their doors, and openings."""

from __future__ import annotations

import uuid
from collections.abc import Set
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediator.cases.doors import DoorKind
from mediator.cases.states import LIVING
from mediator.cases.terms import CaseState, Policy, Relation, Route, Suitability
from mediator.core.db import Base, StoredEnum, WithId, partial_index
from mediator.core.sealed import Document, Words
from mediator.core.visibility import Letter, Sharing, Visibility


def _none_of(states: Set[CaseState]) -> str:
    return f"state NOT IN ({', '.join(repr(state.value) for state in CaseState if state in states)})"


#: Cases in which work goes on, and those that are over and kept, in SQL: the two heaps of the list, each with an index
#: in the list's order. `NOT IN` on purpose: with `IN` SQLite takes the index by state, and sorts.
IS_LIVING = _none_of(set(CaseState) - LIVING)
IS_OVER = _none_of(LIVING | {CaseState.ERASED})


class Case(WithId, Base):
    """A pair. `hold` is a flag over any state; to both participants it looks like a pause."""

    __tablename__ = "cases"
    __table_args__ = (
        Index("ix_cases_state_opened", "state", "hold", "opened_on"),
        partial_index("ix_cases_next", "next_session_at", "next_session_at IS NOT NULL"),
        partial_index("ix_cases_living", "opened_on", IS_LIVING),
        partial_index("ix_cases_over", "opened_on", IS_OVER),
    )

    state: Mapped[CaseState] = mapped_column(StoredEnum(CaseState), default=CaseState.ENQUIRY)
    hold: Mapped[bool] = mapped_column(default=False)
    relation: Mapped[Relation] = mapped_column(StoredEnum(Relation))
    route: Mapped[Route] = mapped_column(StoredEnum(Route))
    closure: Mapped[bool] = mapped_column(default=False)
    policy: Mapped[Policy] = mapped_column(StoredEnum(Policy))
    suitability: Mapped[Suitability | None] = mapped_column(StoredEnum(Suitability))
    language: Mapped[str] = mapped_column(String(12), default="en")
    zone: Mapped[str] = mapped_column(String(64))
    opened_on: Mapped[date]
    ended_on: Mapped[date | None]
    hold_reason_bytes: Mapped[bytes | None] = mapped_column("hold_reason", LargeBinary)
    #: The next session there is, and the next with both, both UTC: written by `sessions.planning` whenever one changes.
    #: For staff alone: a participant never reads a time that a session with one person could stand behind.
    next_session_at: Mapped[datetime | None]
    next_joint_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    participants: Mapped[list[Participant]] = relationship(
        back_populates="case", order_by="Participant.letter", cascade="all, delete-orphan"
    )
    mediators: Mapped[list[CaseMediator]] = relationship(cascade="all, delete-orphan")

    hold_reason = Words("hold_reason_bytes", visibility=Visibility.SAFETY, case="id")

    def participant(self, letter: Letter) -> Participant | None:
        """The person with this letter, or None while B has not joined."""
        return next((person for person in self.participants if person.letter is letter), None)


class CaseMediator(Base):
    """Who mediates a case: one lead, and co-mediators."""

    __tablename__ = "case_mediators"
    __table_args__ = (Index("ix_case_mediators_staff", "staff_id", "case_id"),)

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), primary_key=True)
    staff_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    lead: Mapped[bool] = mapped_column(default=False)


class Participant(WithId, Base):
    """One person in one case. Whoever works in two cases is two participants.

    `name` is for the practice (directory); `called` is the same name as the other person reads it (joint), written in
    the same act. An empty `seen_alone_on` or `signed_on` keeps gates closed. Without `by_mail` nothing is sent to the
    address by itself, because this person said so or somebody else may read it; `reminders` is theirs to switch off.
    """

    __tablename__ = "participants"
    __table_args__ = (
        UniqueConstraint("case_id", "letter"),
        Index("ix_participants_email", "email_index"),
        partial_index("ix_participants_unsigned", "created_at", "signed_on IS NULL AND declined_on IS NULL"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    letter: Mapped[Letter] = mapped_column(StoredEnum(Letter))
    name_bytes: Mapped[bytes] = mapped_column("name", LargeBinary)
    called_bytes: Mapped[bytes] = mapped_column("called", LargeBinary)
    pronouns_bytes: Mapped[bytes | None] = mapped_column("pronouns", LargeBinary)
    email_bytes: Mapped[bytes | None] = mapped_column("email", LargeBinary)
    email_index: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    zone: Mapped[str] = mapped_column(String(64))
    accepted_at: Mapped[datetime | None]  # privacy notice and policy accepted, at the first visit
    seen_alone_on: Mapped[date | None]
    signed_on: Mapped[date | None]
    declined_on: Mapped[date | None]
    by_mail: Mapped[bool] = mapped_column(default=True)
    reminders: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    case: Mapped[Case] = relationship(back_populates="participants")

    name = Words("name_bytes", visibility=Visibility.DIRECTORY, person="id")
    called = Words("called_bytes", visibility=Visibility.JOINT)
    pronouns = Words("pronouns_bytes", visibility=Visibility.DIRECTORY, person="id")
    email = Words("email_bytes", visibility=Visibility.DIRECTORY, person="id")


class SafeContact(WithId, Base):
    """How one participant can be reached safely, in their own words. `safety`: never shown again.

    `read_first_at` is set where an answer asks the mediator to speak with this person before anything else.
    """

    __tablename__ = "safe_contacts"
    __table_args__ = (
        UniqueConstraint("participant_id"),
        Index("ix_safe_contacts_case", "case_id"),
        partial_index("ix_safe_contacts_read_first", "read_first_at", "read_first_at IS NOT NULL AND read_at IS NULL"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    given_at: Mapped[datetime]
    read_first_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    answers_bytes: Mapped[bytes] = mapped_column("answers", LargeBinary)

    answers = Document("answers_bytes", visibility=Visibility.SAFETY, person="participant_id")


class Door(WithId, Base):
    """One way in for one participant: a one-time link by mail or QR, or a handed-over tablet.

    Only the hash of a token is stored, from the moment it is sent or shown. `scope_id` is the one assignment a
    handed-over tablet opens.
    """

    __tablename__ = "doors"
    __table_args__ = (Index("ix_doors_participant", "participant_id", "made_at"),)

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    kind: Mapped[DoorKind] = mapped_column(StoredEnum(DoorKind))
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    scope_id: Mapped[uuid.UUID | None]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Opening(WithId, Base):
    """The mediator's act by which something becomes joint, with a frozen copy of exactly what both then read.

    The copy is joint; the source never changes. Withdrawn means no further display; the row stays.
    """

    __tablename__ = "openings"
    __table_args__ = (Index("ix_openings_case", "case_id", "opened_at"),)

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[uuid.UUID]
    part_key: Mapped[str] = mapped_column(String(80))
    author_id: Mapped[uuid.UUID | None]  # whose offered answer it is; None where both are in it
    sharing: Mapped[Sharing] = mapped_column(StoredEnum(Sharing))
    opened_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    opened_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    copy_bytes: Mapped[bytes] = mapped_column("copy", LargeBinary)

    copy = Document("copy_bytes", visibility=Visibility.JOINT)
