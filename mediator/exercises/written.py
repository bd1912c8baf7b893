"""What each wrote in an exercise, for the console: both texts, what stands open, what may be opened."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam

from mediator.cases import gates
from mediator.cases.models import Case, Opening
from mediator.cases.queries import gate_facts
from mediator.core.db import db
from mediator.core.visibility import Letter, Sharing, Visibility
from mediator.core.words import say as _
from mediator.exercises import locks, modes, queries, settling
from mediator.exercises.models import ExerciseRun
from mediator.exercises.modes import MEDIATOR, Act, Do
from mediator.guide.content import Part
from mediator.questionnaires import comparing
from mediator.questionnaires.comparison_view import NOT_ASKED, NOT_HANDED_IN, WITHOUT
from mediator.questionnaires.sent import SentForm
from mediator.questionnaires.terms import AnswerState
from mediator.questionnaires.values import show

NOT_BY_BOTH = _l("It can be opened once both have answered.")
NOT_OPEN_NOW = _l("It is opened while its own part of the exercise is going on.")

_OPENINGS = (
    db.select(Opening)
    .where(
        Opening.case_id == bindparam("case"),
        Opening.subject_kind == comparing.SUBJECT,
        Opening.subject_id.in_(bindparam("forms", expanding=True)),
        Opening.withdrawn_at.is_(None),
    )
    .order_by(Opening.opened_at, Opening.id)
)


@dataclass(frozen=True)
class Voice:
    """What one person wrote at an item, for the mediator alone; `without` stands where there is nothing.

    It is `bare` where the question was not touched: not asked, not handed in, left empty. Not answering is an answer.
    """

    letter: Letter
    name: str
    lines: tuple[str, ...]
    without: str
    kept: bool
    bare: bool = False


@dataclass(frozen=True)
class Way:
    """Something the mediator may open now, or may not, for these reasons."""

    author: Letter | None
    name: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Opened:
    """What stands open at an item: the frozen copy, since when (UTC).

    `becomes` is what may be written down from it, line by line (`settling`), "" for nothing.
    """

    id: uuid.UUID
    name: str
    at: datetime
    entries: Sequence[Mapping[str, object]]
    common: Sequence[str]
    lines: Sequence[Mapping[str, str]]
    becomes: str
    begins: Sequence[str]


@dataclass(frozen=True)
class Item:
    """One part of what each wrote: what stands open of it, and, for the mediator alone, both texts and the ways on."""

    number: int
    stage: int
    part: str
    title: str
    label: str
    sharing: Sharing
    opened: tuple[Opened, ...]
    voices: tuple[Voice, ...]
    ways: tuple[Way, ...]

    @property
    def bare(self) -> bool:
        """Whether neither wrote anything here. For the mediator alone."""
        return all(voice.bare for voice in self.voices)


def items(
    case: Case,
    run: ExerciseRun,
    state: modes.Run,
    closed: frozenset[locks.Lock],
    forms: Mapping[uuid.UUID, SentForm],
    names: Mapping[Letter, str],
    *,
    waits: bool,
) -> Iterable[Item]:
    """What was written in every stage so far, in the order it was asked, and what of it both can read now."""
    stages = {stage.form_id: stage.position for stage in run.stages if stage.form_id is not None}
    begun = [forms[form_id] for form_id in stages if form_id in forms]
    if not begun:
        return
    facts, shut = gate_facts(case, read_first=waits), queries.shut_forms(case, run)
    opened = db.session.scalars(_OPENINGS, {"case": case.id, "forms": [form.id for form in begun]}).all()
    becomes = {form: run.spec["stages"][position].get("becomes") for form, position in stages.items()}
    places = {person.id: list(Letter).index(person.letter) for person in case.participants}
    number = 0
    for found in comparing.all_sides(case, begun):
        for question in found.questions:
            for part in question.parts:
                if part.visibility is not Visibility.PRIVATE:
                    continue
                number += 1
                made = becomes[found.form.id]
                rows = [row for row in opened if (row.subject_id, row.part_key) == (found.form.id, part.key)]
                rows.sort(key=lambda row: places.get(row.author_id, 0))  # A stands first, whichever was opened first
                yield Item(
                    number=number,
                    stage=stages[found.form.id],
                    part=part.key,
                    title=question.text,
                    label=part.label,
                    sharing=part.sharing,
                    opened=tuple(_opened(case, row, names, made) for row in rows) if found.form.id not in shut else (),
                    voices=tuple(_voice(found, part, letter, name) for letter, name in names.items()),
                    ways=tuple(_ways(case, found, part, state, facts, rows, allowed=not closed)),
                )


def _opened(case: Case, row: Opening, names: Mapping[Letter, str], becomes: Mapping[str, Any] | None) -> Opened:
    author = next((person.letter for person in case.participants if person.id == row.author_id), None)
    copy = row.copy
    entries, lines = copy.get("entries", ()), copy.get("lines", ())
    begins: Sequence[str] = ()
    if becomes is not None and settling.begins(becomes, row.part_key):
        begins = entries[0]["lines"] if entries else settling.lines_of(lines)
    return Opened(
        id=row.id,
        name=names[author] if author is not None else "",
        at=row.opened_at,
        entries=entries,
        common=copy.get("common", ()),
        lines=lines,
        becomes=becomes["kind"] if becomes is not None and begins else "",
        begins=begins,
    )


def _voice(found: comparing.Sides, part: Part, letter: Letter, name: str) -> Voice:
    copy, row = found.of(letter), found.answer(letter, part.key)
    if copy is None:
        return Voice(letter, name, (), _(NOT_ASKED), kept=False, bare=True)
    if not comparing.handed_in(copy):
        return Voice(letter, name, (), _(NOT_HANDED_IN), kept=False, bare=True)
    if row is None:
        return Voice(letter, name, (), _(WITHOUT[AnswerState.EMPTY]), kept=False, bare=True)
    given = comparing.given(row)
    answered = given.state is AnswerState.ANSWERED
    lines = tuple(show(part, given.value)) if answered else ()
    bare = given.state is AnswerState.EMPTY and not given.kept
    return Voice(letter, name, lines, "" if answered else _(WITHOUT[given.state]), kept=given.kept, bare=bare)


def _ways(
    case: Case,
    found: comparing.Sides,
    part: Part,
    state: modes.Run,
    facts: gates.CaseFacts,
    opened: Sequence[Opening],
    *,
    allowed: bool,
) -> Iterable[Way]:
    """What may be opened of one part, or why not. Nothing where it is open, or where nobody offered anything."""
    if part.sharing is Sharing.CLOSED:
        return
    people = {person.letter: person for person in case.participants}
    for author in tuple(people) if part.sharing is Sharing.OFFERED else (None,):
        if any(row.author_id == (people[author].id if author is not None else None) for row in opened):
            continue
        answered = [_answered(found, part, letter) for letter in (tuple(Letter) if author is None else (author,))]
        item = comparing.item_facts(found, part, author, allowed=allowed)
        if author is not None and not (all(answered) and (item.a if author is Letter.A else item.b).offered):
            continue
        closed = gates.opening(facts, item)
        reasons = [_(gates.SENTENCES[gate]) for gate in sorted(closed)]
        if not reasons and not all(answered):
            reasons = [str(NOT_BY_BOTH)]
        if not reasons and not may_open(state, part.key, author):
            reasons = [str(NOT_OPEN_NOW)]
        yield Way(author, str(people[author].called) if author is not None else "", tuple(reasons))


def _answered(found: comparing.Sides, part: Part, letter: Letter) -> bool:
    row = found.answer(letter, part.key)
    return row is not None and row.state is AnswerState.ANSWERED and comparing.handed_in(found.of(letter))


def may_open(state: modes.Run, part_key: str, author: Letter | None) -> bool:
    """Whether the machine lets the mediator open this now: it is of the stage that goes on, and all have handed in."""
    try:
        state.after(Act(MEDIATOR, Do.OPEN, item=part_key, author=author))
    except modes.NotNow:
        return False
    return True
