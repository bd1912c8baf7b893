"""Moments of two people along the years, A's lane beside B's: made from frozen copies and nothing else. Pure.

Two versions may stand: no two moments are ever taken for one, and neither lane is measured against the other. A moment
without a day stands after the others, in its author's lane.
"""

from __future__ import annotations

import uuid
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mediator.core.visibility import Letter
from mediator.questionnaires.shown import Shown
from mediator.questionnaires.voices import Said


@dataclass(frozen=True)
class When:
    """About when: the year alone, a month of it, or from one year to another. `iso` is for machines.

    `whole` is whether the time line says all of it: a year, or a month, from its first day to its last.
    """

    first: date
    last: date
    months: bool
    whole: bool

    @property
    def iso(self) -> str:
        """The beginning, as exact as it is shown."""
        return f"{self.first:%Y-%m}" if self.months else f"{self.first:%Y}"

    @property
    def years(self) -> str:
        """The year, or the first and the last."""
        if self.first.year == self.last.year:
            return str(self.first.year)
        return f"{self.first.year}–{self.last.year}"


@dataclass(frozen=True)
class Event:
    """One moment of one person: its title and whatever else of it is open, in the order it was asked."""

    letter: Letter
    name: str
    title: Sequence[str]
    said: Sequence[Said]


@dataclass(frozen=True)
class Row:
    """One time on the line, with what each has there. `when` is None for what has no day."""

    when: When | None
    a: Sequence[Event]
    b: Sequence[Event]


@dataclass(frozen=True)
class Lanes:
    """Both lanes, from the earliest to the latest, and whose they are. `title` is the exercise's own."""

    title: str
    names: Mapping[Letter, str]
    rows: Sequence[Row]


def lay_out(title: str, shown: Iterable[Shown], names: Mapping[Letter, str], order: Sequence[str]) -> Lanes:
    """The lanes of what is open of one stage. `order` holds the stage's parts as they are asked."""
    place = {part: number for number, part in enumerate(order)}
    moments: dict[tuple[uuid.UUID, str, Letter], list[tuple[Shown, Mapping[str, object]]]] = {}
    called = dict(names)
    for one in sorted(shown, key=lambda one: place.get(one.part, len(place))):
        for entry in one.entries:
            letter = Letter(entry["letter"])
            called[letter] = entry["name"]
            moments.setdefault((one.form, one.part.rpartition(".")[0], letter), []).append((one, entry))
    found = [_event(letter, called[letter], parts) for (_form, _question, letter), parts in moments.items()]
    found.sort(key=lambda one: (one[0] is None, one[0].first if one[0] else date.max))
    rows: dict[str, list[tuple[When | None, Event]]] = {}
    for when, event in found:
        rows.setdefault(f"{when.iso} {when.years}" if when else "", []).append((when, event))
    return Lanes(title, called, [_row(moments) for moments in rows.values()])


def _event(letter: Letter, name: str, parts: Sequence[tuple[Shown, Mapping[str, object]]]) -> tuple[When | None, Event]:
    title: list[str] = []
    said: list[Said] = []
    when = None
    for one, entry in parts:
        lines = [str(line) for line in _list(entry["lines"])]
        if one.part.endswith(".what"):
            title = lines
            continue
        if not one.part.endswith(".when"):
            said.append(Said(one.id, one.label, lines))
            continue
        when = _when(_list(entry.get("days")))
        if when is None or not when.whole:
            said.append(Said(one.id, "", lines))
    return when, Event(letter, name, title, said)


def _row(moments: Sequence[tuple[When | None, Event]]) -> Row:
    events = [event for _when, event in moments]
    return Row(
        moments[0][0],
        [event for event in events if event.letter is Letter.A],
        [event for event in events if event.letter is Letter.B],
    )


def _when(days: Sequence[object]) -> When | None:
    """The time of a copy. A whole year, or more than one, has no month; a copy without days has no time."""
    given = [date.fromisoformat(str(day)) for day in days if day]
    if not given:
        return None
    first, last = given[0], given[-1]
    years = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    month = first.day == 1 and last == first.replace(day=monthrange(first.year, first.month)[1])
    return When(first, last, months=first.year == last.year and not years, whole=years or month)


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()
