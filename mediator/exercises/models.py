"""Tables of exercises: a run and its stages; texts of both and drafts, words held for the other, words of one's own.

What each writes for themselves in a stage stands on a form (docs/decisions/0014).
"""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mediator.core.db import Base, StoredEnum, WithId, partial_index
from mediator.core.sealed import Document, Words
from mediator.core.visibility import Letter, Visibility
from mediator.exercises.terms import How, Mode, Moment, Outcome, Phase, Place, RunState, Wanted, Way, Wish


class ExerciseRun(WithId, Base):
    """One exercise with one pair. `at` is the stage it is at, `rev` counts what both may know of.

    `spec` is a copy of the exercise as both read it, so that a change of the content reaches no run. `asked` says who
    asked for the pause or the stop ("A", "B" or "mediator"): the mediators' to know, and shown to nobody else. `only`
    is whom it was given to where it is for one person alone: the other learns nothing of it, not even that it is there.
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
    only: Mapped[Letter | None] = mapped_column(StoredEnum(Letter))
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


class SharedText(WithId, Base):
    """The text of both in one stage of a run: what all three read as it grows.

    `rev` counts its changes; `agreed_a` and `agreed_b` are the rev that each had before them when they said yes. `body`
    is {"text": ...}, or {"lines": [[letter, words], ...]} where it is a loop.
    """

    __tablename__ = "exercise_texts"
    __table_args__ = (UniqueConstraint("run_id", "position"),)

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("exercise_runs.id", ondelete="CASCADE"))
    position: Mapped[int]
    rev: Mapped[int] = mapped_column(default=0)
    agreed_a: Mapped[int | None]
    agreed_b: Mapped[int | None]
    changed_at: Mapped[datetime]
    body_bytes: Mapped[bytes] = mapped_column("body", LargeBinary)

    body = Document("body_bytes", visibility=Visibility.JOINT)


class TextDraft(WithId, Base):
    """What somebody has typed into a text of both and not saved for both: its writer's alone (decision 16).

    Its writer is a participant, or a mediator (`staff_id`), at their own page or, `on_screen`, before everybody. `rev`
    counts the changes of the text it was begun from. `version` changes with every save of the draft; it begins
    anywhere, so that a page from before it was thrown away fits nothing. `body` is {"text": ...}, or
    {"rows": [[who, words], ...]} where it is a loop, exactly as typed.
    """

    __tablename__ = "exercise_drafts"
    __table_args__ = (
        UniqueConstraint("run_id", "position", "participant_id"),
        UniqueConstraint("run_id", "position", "staff_id", "on_screen"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("exercise_runs.id", ondelete="CASCADE"))
    position: Mapped[int]
    participant_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    staff_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    on_screen: Mapped[bool] = mapped_column(default=False)
    rev: Mapped[int]
    version: Mapped[int]
    changed_at: Mapped[datetime]
    body_bytes: Mapped[bytes] = mapped_column("body", LargeBinary)

    body = Document("body_bytes", visibility="visibility", person="participant_id")

    @property
    def visibility(self) -> Visibility:
        """A participant's is theirs alone; a mediator's is as their working notes, and shown to its writer."""
        return Visibility.OWN if self.participant_id is not None else Visibility.WORKING


class HeldWords(WithId, Base):
    """Words of one for the other in a run: where they stand, and what the receiver decided.

    The words themselves are the author's form; `copy` is what the receiver may read of them once they are delivered to
    a phone, and the author's ring does not open it. What the receiver chose (`wanted`, `how`, `moment`, `beside`,
    `may_know`) is the receiver's and the mediators' to know; `note` is what the mediator says to the author about the
    draft. `accepted_at` is when the author's form was closed because it may be offered: another time there means that
    it was handed back since, and a new acceptance is asked for. `kept` are the parts (keys, no words) that the author
    keeps back. `put_away_at` is the receiver's alone: the question, or then the copy, lies aside.
    """

    __tablename__ = "exercise_held"
    __table_args__ = (UniqueConstraint("run_id"), Index("ix_exercise_held_receiver", "receiver_id"))

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("exercise_runs.id", ondelete="CASCADE"))
    author_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    receiver_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    way: Mapped[Way] = mapped_column(StoredEnum(Way), default=Way.WRITING)
    rev: Mapped[int] = mapped_column(default=0)
    wanted: Mapped[Wanted | None] = mapped_column(StoredEnum(Wanted))
    how: Mapped[How | None] = mapped_column(StoredEnum(How))
    moment: Mapped[Moment | None] = mapped_column(StoredEnum(Moment))
    may_know: Mapped[bool | None]
    kept: Mapped[list[str]] = mapped_column(JSON, default=list)
    accepted_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    put_away_at: Mapped[datetime | None]
    note_bytes: Mapped[bytes | None] = mapped_column("note", LargeBinary)
    beside_bytes: Mapped[bytes | None] = mapped_column("beside", LargeBinary)
    copy_bytes: Mapped[bytes | None] = mapped_column("copy", LargeBinary)

    note = Words("note_bytes", visibility=Visibility.PRIVATE, person="author_id")
    beside = Words("beside_bytes", visibility=Visibility.PRIVATE, person="receiver_id")
    copy = Document("copy_bytes", visibility=Visibility.PRIVATE, person="receiver_id")


class OwnWords(WithId, Base):
    """What somebody writes for themselves alone: nobody else reads it, nor learns whether anything stands here.

    `version` changes with every save; it begins anywhere, so that a page from before a deletion fits nothing. Until
    `sealed_until` (a day in their own zone) not even its author opens it.
    """

    __tablename__ = "exercise_own"
    __table_args__ = (UniqueConstraint("run_id", "participant_id"),)

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("exercise_runs.id", ondelete="CASCADE"))
    participant_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("participants.id", ondelete="CASCADE"))
    version: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    sealed_until: Mapped[date | None]
    words_bytes: Mapped[bytes] = mapped_column("words", LargeBinary)

    words = Words("words_bytes", visibility=Visibility.OWN, person="participant_id")


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
