"""Table of reports: one row per session and reader. The full record is made on demand and never stored."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mediator.core.db import Base, StoredEnum, WithId
from mediator.core.sealed import Document, File
from mediator.core.visibility import Visibility
from mediator.reports.terms import Reader, ReportState


class Report(WithId, Base):
    """One PDF. Its visibility follows its state: `record` until released, then `joint` or its one person's `private`.

    `opened` are the ids of the openings, and of the texts of both, whose words stand in it: withdrawn means no further
    display, here too. `attributed` are the marks of the sentences in it that say who said what, None where nobody
    looked.
    """

    __tablename__ = "reports"
    __table_args__ = (
        UniqueConstraint("session_id", "reader"),
        Index("ix_reports_case", "case_id"),
        Index("ix_reports_state", "state", "wanted_at"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    session_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("mediation_sessions.id", ondelete="CASCADE"))
    reader: Mapped[Reader] = mapped_column(StoredEnum(Reader))
    participant_id: Mapped[uuid.UUID | None]  # whose copy it is (readers A and B)
    state: Mapped[ReportState] = mapped_column(StoredEnum(ReportState), default=ReportState.WAITING)
    visibility: Mapped[Visibility] = mapped_column(StoredEnum(Visibility), default=Visibility.RECORD)
    wanted_at: Mapped[datetime]
    wanted_by: Mapped[uuid.UUID]
    leased_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime | None]
    pages: Mapped[int | None]
    opened: Mapped[list[str]] = mapped_column(JSON, default=list)
    sha256: Mapped[str | None] = mapped_column(String(64))
    attributed_bytes: Mapped[bytes | None] = mapped_column("attributed", LargeBinary)
    finished_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    pdf_bytes: Mapped[bytes | None] = mapped_column("pdf", LargeBinary)

    attributed = Document("attributed_bytes", visibility=Visibility.RECORD)
    pdf = File("pdf_bytes", visibility="visibility", person="participant_id")
