"""Tables of sessions: the session, its agenda items, notes, caucuses, what may be brought back, and attendance.

In code a meeting is a `MediationSession`, so that cookie session, database session and mediation session never meet.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediator.core.db import Base, StoredEnum, WithId
from mediator.core.sealed import Document, Words
from mediator.core.visibility import Letter, Visibility
from mediator.sessions.terms import Attendees, ItemKind, ItemState, NoteKind, SessionState


class MediationSession(WithId, Base):
    """One meeting. `number` counts joint sessions among themselves; a session with one person has none.

    Times are UTC. `minutes` is the planned length. `spent` is seconds that ran before the last start (pauses cut the
    run into stretches); `running_since` is when the present stretch began.
    """

    __tablename__ = "mediation_sessions"
    __table_args__ = (
        Index("ix_mediation_sessions_case", "case_id", "planned_at"),
        Index("ix_mediation_sessions_planned", "state", "planned_at"),
        UniqueConstraint("case_id", "number"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    number: Mapped[int | None]
    attendees: Mapped[Attendees] = mapped_column(StoredEnum(Attendees))
    state: Mapped[SessionState] = mapped_column(StoredEnum(SessionState), default=SessionState.PLANNED)
    step: Mapped[str] = mapped_column(String(8), default="")
    planned_at: Mapped[datetime]
    minutes: Mapped[int]
    live: Mapped[bool] = mapped_column(default=True)  # False: written up afterwards, no clock
    started_at: Mapped[datetime | None]
    running_since: Mapped[datetime | None]
    spent: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    rev: Mapped[int] = mapped_column(default=0)  # counts changes of the run; two windows follow it
    place_bytes: Mapped[bytes | None] = mapped_column("place", LargeBinary)
    summary_bytes: Mapped[bytes | None] = mapped_column("summary", LargeBinary)
    summary_visibility: Mapped[Visibility] = mapped_column(StoredEnum(Visibility), default=Visibility.RECORD)
    confirmed_bytes: Mapped[bytes | None] = mapped_column("confirmed", LargeBinary)

    items: Mapped[list[AgendaItem]] = relationship(order_by="AgendaItem.position", cascade="all, delete-orphan")
    notes: Mapped[list[Note]] = relationship(cascade="all, delete-orphan")
    caucuses: Mapped[list[Caucus]] = relationship(order_by="Caucus.started_at", cascade="all, delete-orphan")
    attendance: Mapped[list[Attendance]] = relationship(cascade="all, delete-orphan")

    place = Words("place_bytes", visibility=Visibility.RECORD)
    summary = Words("summary_bytes", visibility="summary_visibility")
    #: By the mark of a sentence that says who said what: who recorded that whoever said it confirmed it, and when.
    confirmed = Document("confirmed_bytes", visibility=Visibility.RECORD)


class AgendaItem(WithId, Base):
    """One block of the agenda. Participants see titles only, in the presenting view and on the printed copy.

    `minutes` are planned. `locked_start` is minutes after the session's planned start, or None. `spent` is seconds
    taken; `running_since` is when it began to run now. `reason` says to the mediator why it is there.
    """

    __tablename__ = "agenda_items"
    __table_args__ = (Index("ix_agenda_items_session", "session_id", "position"),)

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mediation_sessions.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[ItemKind] = mapped_column(StoredEnum(ItemKind))
    step: Mapped[str] = mapped_column(String(8), default="")
    minutes: Mapped[int]
    locked_start: Mapped[int | None]
    state: Mapped[ItemState] = mapped_column(StoredEnum(ItemState), default=ItemState.WAITING)
    running_since: Mapped[datetime | None]
    spent: Mapped[int] = mapped_column(default=0)
    title_bytes: Mapped[bytes] = mapped_column("title", LargeBinary)
    reason_bytes: Mapped[bytes | None] = mapped_column("reason", LargeBinary)

    title = Words("title_bytes", visibility=Visibility.RECORD)
    reason = Words("reason_bytes", visibility=Visibility.RECORD)


class Note(WithId, Base):
    """Words of the mediator in a session: one row per kind and item (caucus: per caucus). `rev` counts saves.

    Joint and process notes are `record`; private and caucus notes are `working` and shredded on a date.
    """

    __tablename__ = "notes"
    __table_args__ = (UniqueConstraint("session_id", "kind", "about_id"), Index("ix_notes_case", "case_id"))

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mediation_sessions.id", ondelete="CASCADE"))
    kind: Mapped[NoteKind] = mapped_column(StoredEnum(NoteKind))
    about_id: Mapped[uuid.UUID]  # the agenda item, the caucus, or the session itself
    visibility: Mapped[Visibility] = mapped_column(StoredEnum(Visibility))
    rev: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime]
    text_bytes: Mapped[bytes] = mapped_column("text", LargeBinary)

    text = Words("text_bytes", visibility="visibility")


class Caucus(WithId, Base):
    """A stretch with one person inside a joint session. The other learns neither what it was about nor how long."""

    __tablename__ = "caucuses"
    __table_args__ = (Index("ix_caucuses_session", "session_id"),)

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mediation_sessions.id", ondelete="CASCADE"))
    letter: Mapped[Letter] = mapped_column(StoredEnum(Letter))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    back: Mapped[list[BringBack]] = relationship(order_by="BringBack.position", cascade="all, delete-orphan")


class BringBack(WithId, Base):
    """One sentence that may go back into the room, once the person said yes. `working` until then."""

    __tablename__ = "bring_backs"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    caucus_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("caucuses.id", ondelete="CASCADE"))
    position: Mapped[int]
    said_yes_at: Mapped[datetime | None]
    words_bytes: Mapped[bytes] = mapped_column("words", LargeBinary)

    words = Words("words_bytes", visibility=Visibility.WORKING)


class Attendance(WithId, Base):
    """Who was there, and with whom (support person or interpreter, by name)."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("session_id", "letter"),)

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mediation_sessions.id", ondelete="CASCADE"))
    letter: Mapped[Letter] = mapped_column(StoredEnum(Letter))
    present: Mapped[bool] = mapped_column(default=True)
    with_bytes: Mapped[bytes | None] = mapped_column("with_whom", LargeBinary)

    with_whom = Words("with_bytes", visibility=Visibility.RECORD)
