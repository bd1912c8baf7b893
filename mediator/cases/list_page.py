"""The page that lists cases: plain values for its template, put together from what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import render_template, url_for

from mediator.cases import labels, listing, listing_queries
from mediator.cases.labels import Group
from mediator.cases.listing import ListedCase, ListedPerson, Listing
from mediator.core.links import Links
from mediator.core.permissions import Permission
from mediator.core.templating import dated, day
from mediator.practice.here import zone_here
from mediator.practice.models import Staff


@dataclass(frozen=True)
class Day:
    """A day or a moment for people (`words`) and for machines (`iso`)."""

    iso: str
    words: str


@dataclass(frozen=True)
class Row:
    """One case of the list as its row says it; `word` is put into the reader's language there."""

    url: str
    people: tuple[ListedPerson, ...]
    word: str
    next: Day | None
    opened: Day
    ended: Day | None


def show(staff: Staff, asked: Mapping[str, str], search: str = "") -> str:
    """The list as this address or form asks for it: `show` is a heap and `page` a number, nonsense is neither."""
    group = next((one for one in Group if one.value == asked.get("show")), None)
    found = listing.listing(staff, group=group, search=search, page=_number(asked.get("page", "")))
    return render_template(
        "workspace/cases/index.html",
        rows=_rows(found.rows, zone_here()),
        no_cases=not found.all,
        search=search,
        group=group,
        heaps=_heaps(found, group),
        pager=_pager(found, group),
        may_open=staff.may(Permission.MEDIATE),
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _rows(found: tuple[ListedCase, ...], zone: ZoneInfo) -> list[Row]:
    """What stands in the rows; `zone` is the practice's."""
    links = Links()
    said: dict[date, Day] = {}  # a page names the same days over and over

    def on(value: date) -> Day:
        if value not in said:
            said[value] = Day(value.isoformat(), dated(value))
        return said[value]

    def at(value: datetime) -> Day:
        local = value.astimezone(zone)
        return Day(value.isoformat(), f"{day(local.date())}, {local:%H:%M}")

    return [
        Row(
            links.to("workspace.overview.case", case_id=one.id),
            one.people,
            one.word,
            at(one.next_at) if one.next_at else None,
            on(one.opened_on),
            on(one.ended_on) if one.ended_on else None,
        )
        for one in found
    ]


@dataclass(frozen=True)
class Heap:
    """The way to one heap of the list, or to all of it."""

    label: str
    count: str
    url: str
    show: str
    current: bool


@dataclass(frozen=True)
class Pager:
    """Which page this is. `pages` is None where so many cases are not counted."""

    number: int
    pages: int | None
    previous_url: str | None
    next_url: str | None


def _heaps(found: Listing, group: Group | None) -> list[Heap]:
    ways = [(None, "All", found.all), *((one, labels.GROUPS[one], found.counts[one]) for one in Group)]
    return [
        Heap(label, _counted(count), url_for(".index", show=one), one or "", one is group) for one, label, count in ways
    ]


def _counted(count: int) -> str:
    most = listing_queries.COUNTED
    return f"{most}+" if count > most else str(count)


def _pager(found: Listing, group: Group | None) -> Pager:
    def place(page: int) -> str:
        return url_for(".index", show=group, page=page)

    return Pager(
        found.number,
        found.pages,
        place(found.number - 1) if found.number > 1 else None,
        place(found.number + 1) if found.more else None,
    )
