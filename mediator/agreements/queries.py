"""Reading agreements, commitments and boundaries, and what the gates say about them at this moment."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam
from werkzeug.exceptions import NotFound

from mediator.agreements.models import Agreement
from mediator.agreements.terms import OPEN, Kind, Standing, Who
from mediator.cases import gates, waiting
from mediator.cases.models import Case, Participant
from mediator.cases.queries import gate_facts
from mediator.core import sealed
from mediator.core.db import db, read_rows
from mediator.core.sealed import Words
from mediator.core.visibility import Letter, Sharing, Visibility, readable_rows

#: An agreement as the gates see it: both people's, said by both in the room, so nobody's leave is waited for.
_JOINT = gates.ItemFacts(
    sharing=Sharing.RECIPROCAL,
    visibility=Visibility.PRIVATE,
    a=gates.Side(submitted=True),
    b=gates.Side(submitted=True),
)
#: What participants read: released and in force, told apart nowhere, so that nobody learns who has confirmed.
READ_BY_BOTH = frozenset({Standing.RELEASED, Standing.IN_FORCE})
#: How the words are opened on rows that are not objects: on the class itself the attribute refuses every use.
_WHAT: Words = vars(Agreement)["what"]
#: What every list shows, and what opening its words asks for.
_LINE = (
    Agreement.case_id,
    Agreement.visibility,
    Agreement.kind,
    Agreement.who,
    Agreement.what_bytes.label("what_bytes"),
    Agreement.until,
)
_TO_KEEP = (
    db.select(*_LINE, Agreement.standing, Agreement.confirmed_a_at, Agreement.confirmed_b_at)
    .where(Agreement.case_id == bindparam("case"), Agreement.removed_at.is_(None), Agreement.standing.in_(OPEN))
    .order_by(Agreement.said_at, Agreement.id)
)
_WRITTEN = (
    db.select(*_LINE, Agreement.id, Agreement.review_on)
    .where(
        Agreement.case_id == bindparam("case"),
        Agreement.source_id == bindparam("source"),
        Agreement.removed_at.is_(None),
    )
    .order_by(Agreement.said_at, Agreement.id)
)
_PEOPLE: dict[Who, tuple[Letter, ...]] = {Who.A: (Letter.A,), Who.B: (Letter.B,), Who.BOTH: tuple(Letter)}


def bound(row: Agreement) -> tuple[Letter, ...]:
    """Whom it binds, A first: one person by a commitment, both by everything else."""
    return _PEOPLE[row.who]


def confirmed_at(row: Agreement, letter: Letter) -> datetime | None:
    """When this person confirmed it (UTC), or None. On a participant's page only ever asked for themselves."""
    return row.confirmed_a_at if letter is Letter.A else row.confirmed_b_at


def one(case_id: uuid.UUID, agreement_id: uuid.UUID) -> Agreement:
    """A row of this case. Raises NotFound for any other, and for one that was taken back."""
    row = db.session.scalar(_of_case(case_id).where(Agreement.id == agreement_id))
    if row is None:
        raise NotFound
    found: Agreement = row
    return found


def open_ones(case_id: uuid.UUID) -> Sequence[Agreement]:
    """Everything still to be kept and looked back at, oldest first."""
    return db.session.scalars(_open(), {"case": case_id}).all()


@dataclass(frozen=True)
class Kept:
    """One thing still to be kept, as a list shows it. `until` is a day of the case. Who confirmed: mediators alone."""

    kind: Kind
    who: Who
    what: str
    until: date | None
    standing: Standing
    confirmed_a_at: datetime | None
    confirmed_b_at: datetime | None


def to_keep(case_id: uuid.UUID) -> list[Kept]:
    """The same as `open_ones`, as plain values. Needs the ring of a mediator of the case."""
    return [
        Kept(row.kind, row.who, _WHAT.__get__(row, Agreement), row.until, row.standing, row.confirmed_a_at,
             row.confirmed_b_at)
        for row in read_rows(_TO_KEEP, {"case": case_id})
    ]  # fmt: skip


def past_ones(case_id: uuid.UUID) -> Sequence[Agreement]:
    """What ended or was replaced, latest first."""
    rows = _of_case(case_id).where(Agreement.standing.not_in(OPEN)).order_by(None)
    return db.session.scalars(rows.order_by(Agreement.ended_at.desc(), Agreement.id)).all()


def said_ones(case_id: uuid.UUID) -> Sequence[Agreement]:
    """What is only said so far, oldest first: nobody but the mediators reads it."""
    return db.session.scalars(_of_case(case_id).where(Agreement.standing == Standing.SAID)).all()


def of_source(case_id: uuid.UUID, source_id: uuid.UUID) -> Sequence[Agreement]:
    """What was said there (in one session, for example), oldest first, whatever became of it; nothing taken back."""
    return db.session.scalars(_of_case(case_id).where(Agreement.source_id == source_id)).all()


@dataclass(frozen=True)
class Written:
    """One thing that was written down somewhere, as a list there shows it. `until` is a day of the case."""

    id: uuid.UUID
    kind: Kind
    who: Who
    what: str
    until: date | None = None
    review_on: date | None = None  # None: in each session


def written(case_id: uuid.UUID, source_id: uuid.UUID) -> list[Written]:
    """The same as `of_source`, as plain values. Needs the ring of a mediator of the case."""
    rows = read_rows(_WRITTEN, {"case": case_id, "source": source_id})
    return [Written(row.id, row.kind, row.who, _WHAT.__get__(row, Agreement), row.until, row.review_on) for row in rows]


@cache
def _open() -> Select[Any]:
    """Put together once: what is asked for changes, the question never does."""
    return _of_case(bindparam("case")).where(Agreement.standing.in_(OPEN))


def _of_case(case_id: Any) -> Select[Any]:
    rows: Select[Any] = (
        db.select(Agreement)
        .where(Agreement.case_id == case_id, Agreement.removed_at.is_(None))
        .order_by(Agreement.said_at, Agreement.id)
    )
    return rows


def closed_for_release(case: Case) -> frozenset[gates.Gate]:
    """The gates that keep anything from being released now; empty means that it may."""
    return gates.opening(gate_facts(case, read_first=waiting.to_be_read_first(case)), _JOINT)


def closed_for_confirming(case: Case) -> frozenset[gates.Gate]:
    """The gates that keep what was released from being confirmed now.

    Unread safety answers are not asked for: a button that vanished would tell that somebody disclosed something.
    """
    return gates.opening(gate_facts(case), _JOINT)


def waits_on(person: Participant) -> bool:
    """Whether something released waits for this person's own confirmation now. Asks about nobody else's."""
    found = db.session.scalar(_waits_on(person.letter), {"case": person.case_id})
    return found is not None and not closed_for_confirming(person.case)


@cache
def _waits_on(letter: Letter) -> Select[Any]:
    """Every start page asks it, so it is put together once."""
    mine, who = (Agreement.confirmed_a_at, Who.A) if letter is Letter.A else (Agreement.confirmed_b_at, Who.B)
    one: Select[Any] = db.select(Agreement.id).where(
        Agreement.case_id == bindparam("case"),
        Agreement.removed_at.is_(None),
        Agreement.standing == Standing.RELEASED,
        Agreement.who.in_((who, Who.BOTH)),
        mine.is_(None),
    )
    return one.limit(1)


def closed_for_showing(case: Case) -> frozenset[gates.Gate]:
    """The gates that keep what was released from being shown now; empty means that both may read it."""
    return gates.showing(gate_facts(case), _JOINT)


def read_by_both(case: Case) -> Sequence[Agreement]:
    """What both can read at this moment, in the order it was released. Nothing while a gate is closed."""
    if closed_for_showing(case):
        return []
    return db.session.scalars(
        _of_case(case.id)
        .where(
            Agreement.standing.in_(READ_BY_BOTH),
            readable_rows(sealed.viewer(), visibility=Agreement.visibility, case=Agreement.case_id, author=db.null()),
        )
        .order_by(None)
        .order_by(Agreement.released_at, Agreement.said_at, Agreement.id)
    ).all()


@dataclass(frozen=True)
class Agreed:
    """Exactly what both read of an agreement. Standing, confirmations and who said yes aloud are not in it."""

    id: uuid.UUID
    kind: Kind
    who: Sequence[tuple[Letter, str]]
    what: str
    seen: str | None
    otherwise: str | None
    from_on: date | None
    until: date | None
    review_on: date | None  # None: each session


def as_read(case: Case, row: Agreement) -> Agreed:
    """An agreement in the words both read, with both names as the other reads them, A first."""
    people = [person for letter in bound(row) if (person := case.participant(letter)) is not None]
    return Agreed(
        id=row.id,
        kind=row.kind,
        who=[(person.letter, person.called) for person in people],
        what=row.what,
        seen=row.seen,
        otherwise=row.otherwise,
        from_on=row.from_on,
        until=row.until,
        review_on=row.review_on,
    )
