"""Who may read what: one pure function over (visibility, author, viewer), and its SQL twin made from the same table.

The table `READERS` is the whole rule (PRODUCT.md, "Who may read what"). `may_read` answers it for one row in Python,
`readable_rows` answers it for a query. Nothing else in the application decides who reads a row.
"""

from __future__ import annotations

import enum
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_


class Letter(enum.StrEnum):
    """The two people of a case. Drawn at random when the case opens; A stands first everywhere, always."""

    A = "A"
    B = "B"

    @property
    def other(self) -> Letter:
        """The other of the two."""
        return Letter.B if self is Letter.A else Letter.A


class Visibility(enum.StrEnum):
    """Who may read a row now. One per row."""

    OWN = "own"
    PRIVATE = "private"
    SAFETY = "safety"
    WORKING = "working"
    RECORD = "record"
    DIRECTORY = "directory"
    JOINT = "joint"


class Sharing(enum.StrEnum):
    """How a private answer may become joint. Fixed in the content; its author may only tighten it."""

    CLOSED = "closed"
    OFFERED = "offered"
    RECIPROCAL = "reciprocal"
    DERIVED = "derived"


class Role(enum.StrEnum):
    """What a viewer is towards one row: everything the rule needs to know about a person."""

    AUTHOR = "author"  # the participant whose row it is
    OTHER = "other"  # the other participant of the same case
    CASE_MEDIATOR = "case_mediator"  # lead or co-mediator of the row's case
    STAFF = "staff"  # anybody else of the practice's staff, assistants included
    STRANGER = "stranger"  # signed out, or a participant of another case


#: The rule. `own` and `safety` name no participant but the author of `own`: safety answers are not shown again.
READERS: dict[Visibility, frozenset[Role]] = {
    Visibility.OWN: frozenset({Role.AUTHOR}),
    Visibility.PRIVATE: frozenset({Role.AUTHOR, Role.CASE_MEDIATOR}),
    Visibility.SAFETY: frozenset({Role.CASE_MEDIATOR}),
    Visibility.WORKING: frozenset({Role.CASE_MEDIATOR}),
    Visibility.RECORD: frozenset({Role.CASE_MEDIATOR}),
    Visibility.DIRECTORY: frozenset({Role.AUTHOR, Role.CASE_MEDIATOR, Role.STAFF}),
    Visibility.JOINT: frozenset({Role.AUTHOR, Role.OTHER, Role.CASE_MEDIATOR}),
}


@dataclass(frozen=True)
class Viewer:
    """One signed-in person as the rule sees them. Plain values: no database object, no request.

    `cases` are the cases a staff member mediates, or the one case a participant is part of.
    """

    kind: str  # "staff", "participant" or "nobody"
    person: uuid.UUID | None = None
    cases: frozenset[uuid.UUID] = frozenset()

    @classmethod
    def nobody(cls) -> Viewer:
        """Somebody who is not signed in."""
        return cls("nobody")

    @classmethod
    def staff(cls, person: uuid.UUID, cases: frozenset[uuid.UUID]) -> Viewer:
        """A member of the practice's staff who mediates these cases."""
        return cls("staff", person, cases)

    @classmethod
    def participant(cls, person: uuid.UUID, case: uuid.UUID) -> Viewer:
        """One participant: one person in one case."""
        return cls("participant", person, frozenset({case}))


NOBODY = Viewer.nobody()


def role_of(viewer: Viewer, case: uuid.UUID, author: uuid.UUID | None) -> Role:
    """What the viewer is towards a row of `case` written by `author` (a participant, or None for the mediator's)."""
    if viewer.kind == "staff":
        return Role.CASE_MEDIATOR if case in viewer.cases else Role.STAFF
    if viewer.kind == "participant" and case in viewer.cases:
        return Role.AUTHOR if viewer.person is not None and viewer.person == author else Role.OTHER
    return Role.STRANGER


def may_read(visibility: Visibility, case: uuid.UUID, author: uuid.UUID | None, viewer: Viewer) -> bool:
    """Whether the viewer may read a row now. Closed by default: what the table does not name is refused."""
    return role_of(viewer, case, author) in READERS[visibility]


def readable_rows(viewer: Viewer, *, visibility: Any, case: Any, author: Any) -> ColumnElement[bool]:
    """The SQL twin of `may_read`: a condition over a table's visibility, case and author columns.

    Every list of rows with a visibility is read through it. The test walks every combination and compares both.
    """
    if viewer.kind == "nobody" or viewer.person is None:
        return false()
    mine = case.in_(viewer.cases)
    if viewer.kind == "staff":
        roles = {Role.CASE_MEDIATOR: mine, Role.STAFF: case.not_in(viewer.cases)}
    else:
        wrote = and_(author.is_not(None), author == viewer.person)
        roles = {
            Role.AUTHOR: and_(mine, wrote),
            Role.OTHER: and_(mine, or_(author.is_(None), author != viewer.person)),
        }
    return or_(
        false(),
        *(
            and_(condition, visibility.in_([v for v in Visibility if role in READERS[v]]))
            for role, condition in roles.items()
        ),
    )
