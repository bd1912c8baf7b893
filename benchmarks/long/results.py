"""One result as a line, and the table of docs/reliability.md. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

BEGIN, END = "<!-- results: written by script/long --markdown -->", "<!-- end of results -->"


@dataclass(frozen=True)
class Result:
    """What was tried, what came of it, and whether that is as it should be."""

    name: str
    found: str
    fine: bool


def line(result: Result) -> str:
    """One line for a terminal."""
    return f"{result.name:<28} {'ok' if result.fine else 'BROKEN':<7} {result.found}"


def table(results: Iterable[Result], day: date, machine: str) -> str:
    """The same as a table for docs/reliability.md, with the date and the machine."""
    rows = [f"| {one.name} | {'ok' if one.fine else 'broken'} | {one.found} |" for one in results]
    return "\n".join([f"{day.isoformat()}, {machine}.", "", "| tried | | found |", "|---|---|---|", *rows])
