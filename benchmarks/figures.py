"""One measurement as a line: name, ours, floor, ratio, bar. Pure."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

#: Between these two lines of docs/performance.md stands the table of the last whole run.
BEGIN, END = "<!-- figures: written by script/benchmark --markdown -->", "<!-- end of figures -->"


@dataclass(frozen=True)
class Figure:
    """Ours beside its floor, both in `unit`, and how many times the floor ours may be."""

    name: str
    ours: float
    floor: float
    bar: float
    unit: str

    @property
    def ratio(self) -> float:
        """How many times the floor. Where the floor is nothing, nothing is 0 and anything is infinite."""
        if self.floor:
            return self.ours / self.floor
        return float("inf") if self.ours else 0.0

    @property
    def over(self) -> bool:
        """Whether ours is over its bar."""
        return self.ratio > self.bar


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of all values do not exceed (nearest rank).

    Raises ValueError where there are no values: a measurement that saw nothing must not look fast.
    """
    if not values:
        raise ValueError("nothing was measured")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def median(values: Sequence[float]) -> float:
    """The middle value; the mean of the two middle ones where their number is even."""
    return statistics.median(values)


def line(figure: Figure) -> str:
    """One line for a terminal, in columns."""
    return (
        f"{figure.name:<34} {_number(figure.ours, figure.unit):>12} {_number(figure.floor, figure.unit):>12} "
        f"{figure.ratio:>7.2f} {figure.bar:>6.2f}  {'OVER' if figure.over else 'ok'}"
    )


def heading() -> str:
    """What the columns of `line` are."""
    return f"{'name':<34} {'ours':>12} {'floor':>12} {'ratio':>7} {'bar':>6}"


def table(figures: Iterable[Figure], day: date, machine: str) -> str:
    """The same as a table for docs/performance.md, with the date and the machine."""
    rows = [
        f"| {one.name} | {_number(one.ours, one.unit)} | {_number(one.floor, one.unit)} "
        f"| {one.ratio:.2f} | {one.bar:.2f} | {'over' if one.over else 'ok'} |"
        for one in figures
    ]
    head = ["| measurement | ours | floor | ratio | bar | |", "|---|--:|--:|--:|--:|---|"]
    return "\n".join([f"{day.isoformat()}, {machine}.", "", *head, *rows])


def between(document: str, begin: str, text: str, end: str) -> str:
    """The document with `text` between its two marks. Raises ValueError where a mark is missing."""
    before, found, rest = document.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError("the document has no place for the table")
    return f"{before}{begin}\n{text}\n{end}{after}"


def _number(value: float, unit: str) -> str:
    return f"{value:.0f} {unit}" if value == int(value) and unit != "ms" else f"{value:.1f} {unit}"
