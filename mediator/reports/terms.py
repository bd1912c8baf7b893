"""The words of a report: for whom it is, and where it stands. Pure."""

from __future__ import annotations

import enum

from mediator.core.visibility import Letter


class Reader(enum.StrEnum):
    """For whom a report is. The joint copy is one document for both."""

    FULL = "full"
    JOINT = "joint"
    A = "A"
    B = "B"

    @classmethod
    def of(cls, letter: Letter) -> Reader:
        """The reader of one person's own copy."""
        return cls(letter.value)


class ReportState(enum.StrEnum):
    """Where a report stands. Draft may be made again; final has a hash; released reaches its readers."""

    WAITING = "waiting"
    DRAFT = "draft"
    FINAL = "final"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


#: Reports that stay as they are: with one of them in a set nothing of the set is made again, or the part that is the
#: same in every copy would not be the same any more.
FIXED: frozenset[ReportState] = frozenset({ReportState.FINAL, ReportState.RELEASED})
