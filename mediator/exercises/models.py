"""Tables of exercises: a run for one pair, its stages, and what a participant told the mediator unseen."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediator.core.db import Base, StoredEnum, WithId, partial_index
from mediator.core.sealed import Document
from mediator.core.visibility import Letter, Visibility
from mediator.exercises.terms import Mode, Outcome, Phase, Place, RunState, Wish


class ExerciseRun(WithId, Base):
    """One exercise with one pair. `at` is the stage it is at, `rev` counts what both may know of.

    `spec` is a copy of the exercise as both read it, so that a change of the content reaches no run. `asked` says who
    asked for the pause or the stop ("A", "B" or "mediator"): the mediators' to know, and shown to nobody else.
    """

    __tablename__ = "exercise_runs"
    __table_args__ = (
        Index("ix_exercise_runs_case", "case_id", "started_at"),
        partial_index("ix_exercise_runs_live", "case_id", "ended_at IS NULL"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(8))
    version: Mapped[int]
    place: Mapped[Place] = mapped_column(StoredEnum(Place))
    state: Mapped[RunState] = mapped_column(StoredEnum(RunState), default=RunState.RUNNING)
    at: Mapped[int] = mapped_column(default=0)
    rev: Mapped[int] = mapped_column(default=0)
    session_id: Mapped[uuid.UUID | None]  # in which session, where it was started in one
    started_at: Mapped[datetime]
    started_by: Mapped[uuid.UUID] = mapped_column(ForeignKey("staff.id"))
    ended_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None] = mapped_column(StoredEnum(Outcome))
    asked: Mapped[str | None] = mapped_column(String(8))
    spec_bytes: Mapped[bytes] = mapped_column("spec", LargeBinary)

    stages: Mapped[list[RunStage]] = relationship(order_by="RunStage.position", cascade="all, delete-orphan")

    spec = Document("spec_bytes", visibility=Visibility.JOINT)


class RunStage(WithId, Base):
    """One stage of a run. A writing stage has a form; turns have whose turn it is, since when (UTC), and airtime.

    `spoke_a` and `spoke_b` are seconds each held the floor: the mediators' to know.
    """

    __tablename__ = "exercise_stages"
    __table_args__ = (UniqueConstraint("run_id", "position"), Index("ix_exercise_stages_form", "form_id"))

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("exercise_runs.id", ondelete="CASCADE"))
    position: Mapped[int]
    key: Mapped[str] = mapped_column(String(40))
    mode: Mapped[Mode] = mapped_column(StoredEnum(Mode))
    begun_at: Mapped[datetime | None]
    form_id: Mapped[uuid.UUID | None]
    speaker: Mapped[Letter | None] = mapped_column(StoredEnum(Letter))
    turn: Mapped[int] = mapped_column(default=0)
    phase: Mapped[Phase | None] = mapped_column(StoredEnum(Phase))
    not_yet: Mapped[int] = mapped_column(default=0)
    since: Mapped[datetime | None]  # when the present phase began, or went on after a pause
    spoke_a: Mapped[int] = mapped_column(default=0)
    spoke_b: Mapped[int] = mapped_column(default=0)


class WishSent(WithId, Base):
    """What a participant told the mediator unseen. It holds no words, and nobody but the mediators learns of it."""

    __tablename__ = "exercise_wishes"
    __table_args__ = (Index("ix_exercise_wishes_case", "case_id", "at"),)

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("exercise_runs.id", ondelete="CASCADE"))
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    wish: Mapped[Wish] = mapped_column(StoredEnum(Wish))
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
