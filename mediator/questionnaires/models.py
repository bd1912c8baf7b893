"""Tables of questionnaires: a form, its assignments with copies of its questions, answers and readings."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediator.core.db import Base, StoredEnum, WithId, partial_index
from mediator.core.sealed import Document, Words
from mediator.core.visibility import Sharing, Visibility
from mediator.questionnaires.terms import AnswerState, AssignmentState


class Form(WithId, Base):
    """What the mediator puts together for a pair: chosen questions of the guide and questions of their own.

    The form of an exercise keeps the id of its run: it is opened where the exercise is, and nowhere else.
    """

    __tablename__ = "forms"
    __table_args__ = (Index("ix_forms_case", "case_id", "created_at"),)

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    step: Mapped[str] = mapped_column(String(8))
    title_bytes: Mapped[bytes] = mapped_column("title", LargeBinary)
    task: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime | None]
    run_id: Mapped[uuid.UUID | None]
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID]

    questions: Mapped[list[FormQuestion]] = relationship(order_by="FormQuestion.position", cascade="all, delete-orphan")
    assignments: Mapped[list[Assignment]] = relationship(back_populates="form", cascade="all, delete-orphan")

    title = Words("title_bytes", visibility=Visibility.RECORD)


class FormQuestion(WithId, Base):
    """One question of a form: a copy of the guide's, or the mediator's own (key "own.…")."""

    __tablename__ = "form_questions"
    __table_args__ = (UniqueConstraint("form_id", "key"),)

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    form_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("forms.id", ondelete="CASCADE"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(80))
    spec_bytes: Mapped[bytes] = mapped_column("spec", LargeBinary)

    spec = Document("spec_bytes", visibility=Visibility.RECORD)


class Assignment(WithId, Base):
    """A form sent to one participant. Only the mediator sees the state."""

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("form_id", "participant_id"),
        Index("ix_assignments_participant", "participant_id", "state"),
        Index("ix_assignments_remind", "remind_at"),
        # What waits, over all cases: each list begins at its oldest row (overview.waiting).
        Index("ix_assignments_sent", "state", "sent_at"),
        Index("ix_assignments_handed_in", "state", "submitted_at"),
        partial_index("ix_assignments_read_first", "read_first_at", "read_first_at IS NOT NULL AND read_at IS NULL"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    form_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("forms.id", ondelete="CASCADE"))
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    state: Mapped[AssignmentState] = mapped_column(StoredEnum(AssignmentState), default=AssignmentState.SENT)
    from_paper: Mapped[bool] = mapped_column(default=False)
    due_at: Mapped[datetime | None]
    sent_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]  # the first time; stays when reopened
    locked_at: Mapped[datetime | None]  # the session began: editable only if the mediator reopens it
    ended_at: Mapped[datetime | None]  # withdrawn or lapsed
    remind_at: Mapped[datetime | None]  # when its one reminder is due, drawn at random when it is sent; None for never
    reminded_at: Mapped[datetime | None]
    read_first_at: Mapped[datetime | None]  # a safety answer other than "no" came in
    read_at: Mapped[datetime | None]  # the mediator opened "Read first"

    form: Mapped[Form] = relationship(back_populates="assignments")
    questions: Mapped[list[AssignmentQuestion]] = relationship(
        order_by="AssignmentQuestion.position", cascade="all, delete-orphan"
    )
    answers: Mapped[list[Answer]] = relationship(cascade="all, delete-orphan")


class AssignmentQuestion(WithId, Base):
    """A copy of one question as this participant reads it: words, types, sharing, labels. `rev` counts saves."""

    __tablename__ = "assignment_questions"
    __table_args__ = (UniqueConstraint("assignment_id", "position"), UniqueConstraint("assignment_id", "key"))

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    assignment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("assignments.id", ondelete="CASCADE"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(80))
    spec_bytes: Mapped[bytes] = mapped_column("spec", LargeBinary)
    rev: Mapped[int] = mapped_column(default=0)

    spec = Document("spec_bytes", visibility=Visibility.PRIVATE, person="participant_id")


class Answer(WithId, Base):
    """What one participant answered to one part. `own` until handed in, then `private`; `safety` from the start.

    `kept` and `offered` are its author's tightening and leave; they may change at any time towards the tighter.
    """

    __tablename__ = "answers"
    __table_args__ = (UniqueConstraint("assignment_id", "part_key"), Index("ix_answers_case", "case_id"))

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    assignment_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("assignments.id", ondelete="CASCADE"))
    question_key: Mapped[str] = mapped_column(String(80))
    part_key: Mapped[str] = mapped_column(String(80))
    sharing: Mapped[Sharing] = mapped_column(StoredEnum(Sharing))
    visibility: Mapped[Visibility] = mapped_column(StoredEnum(Visibility))
    state: Mapped[AnswerState] = mapped_column(StoredEnum(AnswerState))
    kept: Mapped[bool] = mapped_column(default=False)
    offered: Mapped[bool] = mapped_column(default=False)
    value_bytes: Mapped[bytes | None] = mapped_column("value", LargeBinary)
    saved_at: Mapped[datetime]

    value = Document("value_bytes", visibility="visibility", person="participant_id")


class Reading(WithId, Base):
    """One 0 to 10 line at one time: whose, which line, for which step, when, from where."""

    __tablename__ = "readings"
    __table_args__ = (
        UniqueConstraint("participant_id", "source_id", "line"),
        Index("ix_readings_case", "case_id", "line", "at"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    line: Mapped[str] = mapped_column(String(32))
    step: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]
    source_kind: Mapped[str] = mapped_column(String(32))
    source_id: Mapped[uuid.UUID]
    value_bytes: Mapped[bytes] = mapped_column("value", LargeBinary)

    value = Document("value_bytes", visibility=Visibility.PRIVATE, person="participant_id")
