"""Table of agreements, commitments and boundaries. An agreement keeps where it came from as plain kind and id."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from mediator.agreements.terms import Kind, Standing, Who
from mediator.core.db import Base, StoredEnum, WithId
from mediator.core.sealed import Words
from mediator.core.visibility import Visibility


class Agreement(WithId, Base):
    """Who does what by when, and how we will see it. `record` while it is only said, `joint` once released."""

    __tablename__ = "agreements"
    __table_args__ = (
        Index("ix_agreements_case", "case_id", "standing"),
        Index("ix_agreements_source", "source_id"),
        Index("ix_agreements_said", "standing", "said_at"),
        Index("ix_agreements_review", "standing", "review_on"),
    )

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    kind: Mapped[Kind] = mapped_column(StoredEnum(Kind))
    who: Mapped[Who] = mapped_column(StoredEnum(Who))
    standing: Mapped[Standing] = mapped_column(StoredEnum(Standing), default=Standing.SAID)
    visibility: Mapped[Visibility] = mapped_column(StoredEnum(Visibility), default=Visibility.RECORD)
    from_on: Mapped[date | None]
    until: Mapped[date | None]
    review_on: Mapped[date | None]
    source_kind: Mapped[str] = mapped_column(String(32))
    source_id: Mapped[uuid.UUID]
    said_at: Mapped[datetime]
    spoken_a: Mapped[bool] = mapped_column(default=False)  # said yes aloud, in the room; no confirmation
    spoken_b: Mapped[bool] = mapped_column(default=False)
    released_at: Mapped[datetime | None]
    confirmed_a_at: Mapped[datetime | None]
    confirmed_b_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    replaced_by: Mapped[uuid.UUID | None]
    removed_at: Mapped[datetime | None]  # taken back within the undo; never shown again
    what_bytes: Mapped[bytes] = mapped_column("what", LargeBinary)
    seen_bytes: Mapped[bytes | None] = mapped_column("seen", LargeBinary)
    otherwise_bytes: Mapped[bytes | None] = mapped_column("otherwise", LargeBinary)

    what = Words("what_bytes", visibility="visibility")
    seen = Words("seen_bytes", visibility="visibility")  # how we will see it
    otherwise = Words("otherwise_bytes", visibility="visibility")  # what is done or said where it can't be kept
