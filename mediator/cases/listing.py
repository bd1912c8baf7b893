"""The list of cases: who may list which, in which order, found by name, a page at a time."""

from __future__ import annotations

import unicodedata
import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from mediator.cases import listing_queries as queries
from mediator.cases.labels import Group, group_of, state_word
from mediator.cases.listing_queries import Found
from mediator.core.visibility import Letter
from mediator.practice.models import Staff

#: Rows on one page of the list.
PAGE = 25


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
    """One page of the list, and how many cases lie on each heap: above `COUNTED` at least so many.

    `pages` is None where so many were not counted; `more` says whether a page follows.
    """

    rows: tuple[ListedCase, ...]
    counts: dict[Group, int]
    number: int
    pages: int | None
    more: bool

    @property
    def all(self) -> int:
        """How many there are on all heaps; above `COUNTED` at least so many."""
        return sum(self.counts.values())


def listing(staff: Staff, *, group: Group | None = None, search: str = "", page: int = 1) -> Listing:
    """A page of the cases this person may list: an assistant all, a mediator their own.

    Living cases first: those with a next session before the others, the soonest first; then by the day they were
    opened, newest first; the order is stable. A case that is over has no next session. A search goes by names, which
    the database can't read, so it reads the names of every case listed; without one the database pages. Two queries
    whatever the number of cases, one with a search. A `page` outside the list is the nearest there is.
    """
    return _searched(staff, group, search, page) if fold(search) else _paged(staff, group, page)


def fold(text: str) -> str:
    """A name as it is searched: compatibility forms, upper case and accents make no difference."""
    if text.isascii():
        return " ".join(text.casefold().split())
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())


def _paged(staff: Staff, group: Group | None, page: int) -> Listing:
    counts = queries.counts(staff)
    heaps = [counts[one] for one in ([group] if group else Group)]
    pages = _pages(sum(heaps)) if max(heaps) <= queries.COUNTED else None
    number = _nearest(page, pages)
    # One row more than is shown, to know whether there are more.
    rows = queries.rows(staff, group, (number - 1) * PAGE, PAGE + 1)
    if not rows and number > 1:
        number = _pages(len(queries.rows(staff, group)))
        rows = queries.rows(staff, group, (number - 1) * PAGE, PAGE + 1)
    return Listing(tuple(map(_listed, rows[:PAGE])), counts, number, pages, more=len(rows) > PAGE)


def _searched(staff: Staff, group: Group | None, search: str, page: int) -> Listing:
    words = fold(search).split()

    def matches(found: Found) -> bool:
        names = [fold(name) for name in found.names if name is not None]
        return all(any(word in name for name in names) for word in words)

    matching = [found for found in queries.rows(staff) if matches(found)]
    counts = Counter(group_of(found.state, found.hold) for found in matching)
    matching = [found for found in matching if group is None or group_of(found.state, found.hold) is group]
    pages = _pages(len(matching))
    number = _nearest(page, pages)
    shown = tuple(map(_listed, matching[(number - 1) * PAGE : number * PAGE]))
    return Listing(shown, {one: counts[one] for one in Group}, number, pages, more=number < pages)


def _pages(found: int) -> int:
    return max(1, -(-found // PAGE))


def _nearest(page: int, pages: int | None) -> int:
    return max(page, 1) if pages is None else min(max(page, 1), pages)


def _listed(found: Found) -> ListedCase:
    people = tuple(
        ListedPerson(letter, name) for letter, name in zip(Letter, found.names, strict=True) if name is not None
    )
    return ListedCase(
        found.id, people, state_word(found.state, found.hold), found.next_at, found.opened_on, found.ended_on
    )
