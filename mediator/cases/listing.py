"""The list of cases: who may list which, in which order, found by name, a page at a time."""

from __future__ import annotations

import unicodedata
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_

from mediator.cases.labels import Group, group_of, state_word
from mediator.cases.models import Case, CaseMediator, Participant
from mediator.cases.states import LIVING
from mediator.cases.terms import CaseState
from mediator.core.db import db
from mediator.core.permissions import StaffRole
from mediator.core.sealed import Words
from mediator.core.visibility import Letter
from mediator.practice.models import Staff

#: Rows on one page of the list.
PAGE = 25
#: How a name is opened, for rows that are not objects: on the class itself the attribute refuses every use.
_NAME: Words = vars(Participant)["name"]
_PERSON = (Participant.id, Participant.case_id, Participant.letter, Participant.name_bytes)


@dataclass(frozen=True)
class ListedPerson:
    """One name in the list."""

    letter: Letter
    name: str


@dataclass(frozen=True)
class ListedCase:
    """One row of the list: names, dates and a word, and nothing else of the case. `next_at` is UTC."""

    id: uuid.UUID
    people: tuple[ListedPerson, ...]
    word: str
    next_at: datetime | None
    opened_on: date
    ended_on: date | None


@dataclass(frozen=True)
class Listing:
    """One page of the list, and how many cases lie on each heap."""

    rows: tuple[ListedCase, ...]
    counts: dict[Group, int]
    found: int
    number: int
    pages: int

    @property
    def all(self) -> int:
        """How many there are on all heaps."""
        return sum(self.counts.values())


def listing(staff: Staff, *, group: Group | None = None, search: str = "", page: int = 1) -> Listing:
    """A page of the cases this person may list: an assistant all, a mediator their own.

    Living cases first: those with a next session before the others, the soonest first; then by the day they were
    opened, newest first; the order is stable. A case that is over has no next session. A search goes by names, which
    the database can't read, so it reads the names of every case listed; without one the database pages. Three queries
    whatever the number of cases, two with a search. A `page` outside the list is the nearest there is.
    """
    return _searched(staff, group, search, page) if fold(search) else _paged(staff, group, page)


def fold(text: str) -> str:
    """A name as it is searched: compatibility forms, upper case and accents make no difference."""
    if text.isascii():
        return " ".join(text.casefold().split())
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())


def _scoped(staff: Staff, *columns: Any) -> Select[Any]:
    """Columns of the cases this person may list: the one place that says so."""
    select: Select[Any] = db.select(*columns).select_from(Case).where(Case.state != CaseState.ERASED)
    if StaffRole.ASSISTANT in staff.roles:
        return select
    return select.join(CaseMediator, CaseMediator.case_id == Case.id).where(CaseMediator.staff_id == staff.id)


def _ordered(staff: Staff) -> Select[Any]:
    living = case((Case.state.in_(LIVING), 0), else_=1)
    next_at = case((Case.state.in_(LIVING), Case.next_session_at)).label("next_at")
    return _scoped(staff, Case.id, Case.state, Case.hold, Case.opened_on, Case.ended_on, next_at).order_by(
        living, next_at.is_(None), next_at, Case.opened_on.desc(), Case.created_at.desc(), Case.id
    )


def _in_group(group: Group) -> ColumnElement[bool]:
    living = Case.state.in_(LIVING)
    resting = or_(Case.hold, Case.state == CaseState.PAUSED)
    conditions = {
        Group.OPEN: and_(living, not_(resting)),
        Group.BREAK: and_(living, resting),
        Group.CLOSED: not_(living),
    }
    return conditions[group]


def _paged(staff: Staff, group: Group | None, page: int) -> Listing:
    counts: Counter[Group] = Counter()
    by_state = _scoped(staff, Case.state, Case.hold, func.count()).group_by(Case.state, Case.hold)
    for state, hold, count in db.session.execute(by_state):
        counts[group_of(state, hold)] += count
    found = counts[group] if group else sum(counts.values())
    number, pages = _place(page, found)
    select = _ordered(staff) if group is None else _ordered(staff).where(_in_group(group))
    rows = db.session.execute(select.limit(PAGE).offset((number - 1) * PAGE)).all()
    names = _names(db.select(*_PERSON).where(Participant.case_id.in_([row.id for row in rows])))
    return _listing(rows, names, counts, found, number, pages)


def _searched(staff: Staff, group: Group | None, search: str, page: int) -> Listing:
    words = fold(search).split()
    names = _names(_scoped(staff, *_PERSON).join(Participant, Participant.case_id == Case.id))
    matching = {
        case_id
        for case_id, people in names.items()
        if all(any(word in fold(person.name) for person in people) for word in words)
    }
    rows = [row for row in db.session.execute(_ordered(staff)) if row.id in matching]
    counts = Counter(group_of(row.state, row.hold) for row in rows)
    rows = [row for row in rows if group is None or group_of(row.state, row.hold) is group]
    number, pages = _place(page, len(rows))
    shown = rows[(number - 1) * PAGE : number * PAGE]
    return _listing(shown, names, counts, len(rows), number, pages)


def _place(page: int, found: int) -> tuple[int, int]:
    pages = max(1, -(-found // PAGE))
    return min(max(page, 1), pages), pages


def _names(people: Select[Any]) -> dict[uuid.UUID, list[ListedPerson]]:
    """The names of the people in some cases. Columns, not objects: a search reads thousands of them."""
    names: dict[uuid.UUID, list[ListedPerson]] = {}
    for row in db.session.execute(people.order_by(Participant.letter)):
        name = _NAME.__get__(row, Participant)  # through the same ring as on the object
        names.setdefault(row.case_id, []).append(ListedPerson(row.letter, name))
    return names


def _listing(
    rows: Iterable[Any],
    names: dict[uuid.UUID, list[ListedPerson]],
    counts: Counter[Group],
    found: int,
    number: int,
    pages: int,
) -> Listing:
    shown = tuple(
        ListedCase(
            row.id,
            tuple(names.get(row.id, ())),
            state_word(row.state, row.hold),
            row.next_at,
            row.opened_on,
            row.ended_on,
        )
        for row in rows
    )
    return Listing(shown, {group: counts[group] for group in Group}, found, number, pages)
