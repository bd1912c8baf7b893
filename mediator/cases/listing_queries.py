"""What the list of cases asks the database: each part of it in the order of an index, as far as the page goes.

Only columns, and of words only names, which the directory's ring opens. A page costs the same however many cases
there are: nothing is sorted that is not shown, and heaps are counted so far and no further.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    not_,
    null,
    or_,
    text,
    union_all,
)
from sqlalchemy.orm import aliased

from mediator.cases.labels import Group
from mediator.cases.models import IS_LIVING, IS_OVER, Case, CaseMediator, Participant
from mediator.cases.states import LIVING
from mediator.cases.terms import CaseState
from mediator.core.db import UtcDateTime, among, db, read_rows
from mediator.core.permissions import StaffRole
from mediator.core.sealed import Words
from mediator.core.visibility import Letter
from mediator.practice.models import Staff

#: How far the cases of a heap are counted: beyond it the list says that there are more, not how many.
COUNTED = 250
#: More cases than there are.
_ALL = 2**31
#: How a name is opened, for rows that are not objects: on the class itself the attribute refuses every use.
_NAME: Words = vars(Participant)["name"]


class _Person(NamedTuple):
    """What a name needs to be opened through the ring, as on the object."""

    id: uuid.UUID
    case_id: uuid.UUID
    name_bytes: bytes


@dataclass(frozen=True)
class Found:
    """One case of the list; names by letter, None where nobody is there. `next_at` is UTC."""

    id: uuid.UUID
    state: CaseState
    hold: bool
    opened_on: date
    ended_on: date | None
    next_at: datetime | None
    names: tuple[str | None, str | None]


def counts(staff: Staff) -> dict[Group, int]:
    """How many cases lie on each heap, counted as far as COUNTED and one more."""
    told = {"me": staff.id, "most": COUNTED + 1}
    (counted,) = read_rows(_counts(every=_lists_all(staff)), told)
    return dict(zip(Group, counted, strict=True))


def rows(staff: Staff, group: Group | None = None, first: int = 0, count: int = _ALL) -> list[Found]:
    """The cases of the list from the one at `first`, counted from 0, with the names of their people."""
    told = {"me": staff.id, "first": first, "count": count, "last": first + count}
    return [
        Found(case, state, hold, opened, ended, next_at, (_name(a, case, a_name), _name(b, case, b_name)))
        for case, state, hold, opened, ended, next_at, a, a_name, b, b_name in read_rows(
            _rows(group, every=_lists_all(staff)), told
        )
    ]


def _lists_all(staff: Staff) -> bool:
    """An assistant lists every case, a mediator their own: the one place that says so."""
    return StaffRole.ASSISTANT in staff.roles


def _name(person: uuid.UUID | None, case: uuid.UUID, stored: bytes | None) -> str | None:
    if person is None or stored is None:
        return None
    name: str = _NAME.__get__(_Person(person, case, stored), Participant)
    return name


@cache
def _counts(*, every: bool) -> Select[Any]:
    def count(group: Group) -> Any:
        some = _listed(every, literal_column("1")).where(_in_group(group)).limit(bindparam("most"))
        return db.select(func.count()).select_from(some.subquery()).scalar_subquery()

    counted: Select[Any] = db.select(*map(count, Group))
    return counted


@cache
def _rows(group: Group | None, *, every: bool) -> Select[Any]:
    a, b, page = aliased(Participant), aliased(Participant), _page(group, every)
    select: Select[Any] = (
        db.select(
            page.c.id, page.c.state, page.c.hold, page.c.opened_on, page.c.ended_on, page.c.next_at,
            a.id, a.name_bytes, b.id, b.name_bytes,
        )
        .outerjoin(a, (a.case_id == page.c.id) & (a.letter == Letter.A))
        .outerjoin(b, (b.case_id == page.c.id) & (b.letter == Letter.B))
        .order_by(*_order(page))
    )  # fmt: skip
    return select


def _page(group: Group | None, every: bool) -> Subquery:
    """The parts of the list one below the other, each read no further than the page goes."""
    newest = Case.opened_on.desc(), Case.created_at.desc(), Case.id
    planned = Case.next_session_at
    living = text(IS_LIVING) if group is None else _in_group(group)
    parts = []
    if group is not Group.CLOSED:
        parts = [
            _part(0, planned, every).where(living, planned.is_not(None)).order_by(planned, *newest),
            _part(1, planned, every).where(living, planned.is_(None)).order_by(*newest),
        ]
    if group in {None, Group.CLOSED}:  # what is over has no next session
        parts.append(_part(2, cast(null(), UtcDateTime()), every).where(text(IS_OVER)).order_by(*newest))
    found = union_all(*(db.select(part.limit(bindparam("last")).subquery()) for part in parts)).subquery()
    page: Select[Any] = db.select(found).order_by(*_order(found))
    return page.limit(bindparam("count")).offset(bindparam("first")).subquery()


def _part(place: int, next_at: Any, every: bool) -> Select[Any]:
    return _listed(
        every,
        literal_column(str(place)).label("place"),
        next_at.label("next_at"),
        Case.id,
        Case.state,
        Case.hold,
        Case.opened_on,
        Case.ended_on,
        Case.created_at,
    )


def _order(found: Subquery) -> tuple[ColumnElement[Any], ...]:
    return found.c.place, found.c.next_at, found.c.opened_on.desc(), found.c.created_at.desc(), found.c.id


def _listed(every: bool, *columns: Any) -> Select[Any]:
    """Columns of every case, or of those `me` mediates: asked row by row, so that a part begins at its index."""
    select: Select[Any] = db.select(*columns).select_from(Case)
    if every:
        return select
    mine = db.select(CaseMediator.case_id).where(
        CaseMediator.case_id == Case.id, CaseMediator.staff_id == bindparam("me")
    )
    return select.where(mine.correlate(Case).exists())


def _in_group(group: Group) -> ColumnElement[bool]:
    """As `labels.group_of`. The breaks are few and found by the index over state and hold, not among all the living."""
    conditions: dict[Group, Any] = {
        Group.OPEN: and_(text(IS_LIVING), not_(Case.hold), not_(among(Case.state, CaseState.PAUSED))),
        Group.BREAK: or_(and_(among(Case.state, *LIVING), Case.hold.is_(True)), among(Case.state, CaseState.PAUSED)),
        Group.CLOSED: text(IS_OVER),
    }
    found: ColumnElement[bool] = conditions[group]
    return found
