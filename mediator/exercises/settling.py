"""What was opened, as the beginning of what the mediator writes down: a commitment, a boundary or an agreement.

Nothing becomes one by itself. A page of `agreements` begins with these words, the mediator makes them what both heard,
and only saving it writes anything down. What is no longer open to both begins nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from werkzeug.exceptions import NotFound

from mediator.agreements.terms import Kind, Who
from mediator.cases.models import Case
from mediator.exercises import queries
from mediator.exercises.opened import stages_of
from mediator.questionnaires import comparing
from mediator.questionnaires.shown import Shown


@dataclass(frozen=True)
class Draft:
    """The words a page begins with. `who` is the author of what they offered; days are days of the calendar."""

    kind: Kind
    who: Who
    what: str
    seen: str
    otherwise: str
    from_on: date | None
    until: date | None


def draft(case: Case, opened_id: uuid.UUID, line: str | None = None, *, run_id: uuid.UUID | None = None) -> Draft:
    """The beginning made of one opening, and of what else its author offered at the same question.

    `line` is which line of it, counted from 0; `run_id` says which run it has to be of. Needs the ring of a mediator of
    the case. Raises NotFound for what both can't read now, for another case's, and for what begins nothing.
    """
    shown = comparing.shown_to_both(case, queries.locked_forms(case))
    one = next((one for one in shown if one.id == opened_id), None)
    if one is None:
        raise NotFound
    stage = stages_of(case.id, [one.form]).get(one.form)
    if stage is None or run_id not in {None, stage.run.id}:
        raise NotFound
    becomes = stage.spec.get("becomes")
    if becomes is None or not begins(becomes, one.part):
        raise NotFound
    kind = Kind(becomes["kind"])
    if not one.entries:
        return Draft(kind, Who.BOTH, _line(lines_of(one.lines), line), "", "", None, None)
    author = one.entries[0]["letter"]
    beside = {
        other.part.rpartition(".")[2]: other.entries[0]
        for other in shown
        if other.form == one.form and _question(other) == _question(one) and _author(other) == author
    }
    days = [date.fromisoformat(day) if day else None for day in beside.get(becomes["days"], {}).get("days", ())]
    first, last = days if len(days) == 2 else (None, None)
    return Draft(
        kind=kind,
        who=Who(author) if kind is Kind.COMMITMENT else Who.BOTH,
        what=_line(one.entries[0]["lines"], line),
        seen=_words(beside, becomes["seen"]),
        otherwise=_words(beside, becomes["otherwise"]),
        from_on=first,
        until=last,
    )


def begins(becomes: Mapping[str, Any] | None, part: str) -> bool:
    """Whether something written down begins with this part: it is what says what."""
    return becomes is not None and part.rpartition(".")[2] == becomes["what"]


def lines_of(lines: Any) -> list[str]:
    """What two have in common, line by line in words: none of it says whose it is."""
    return [f"{line['label']}: {line['value']}" if line["value"] else str(line["label"]) for line in lines]


def _line(lines: list[str], line: str | None) -> str:
    """One of the lines, or all of them where none is named. Raises NotFound for one that is not there."""
    if line is None:
        return "\n".join(lines)
    if not (line.isascii() and line.isdecimal() and len(line) < 4) or int(line) >= len(lines):
        raise NotFound
    return lines[int(line)]


def _question(one: Shown) -> str:
    return one.part.rpartition(".")[0]


def _author(one: Shown) -> str:
    return one.entries[0]["letter"] if len(one.entries) == 1 else ""


def _words(beside: Mapping[str, Mapping[str, Any]], name: str) -> str:
    return "\n".join(beside[name]["lines"]) if name in beside else ""
