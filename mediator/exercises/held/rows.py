"""The row behind words that one person writes for the other, and the machine's state (`modes.Held`) it stands for.

How far its author is stands on their form alone: handing in, taking back and being handed back are the form's. So what
the row says of an answer counts only while the form is closed as it was when the mediator accepted it; where it was
handed back since, by whatever page, a new acceptance and a new yes are asked for. No words are read here.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from werkzeug.exceptions import NotFound

from mediator.cases.models import Case
from mediator.core.db import db
from mediator.core.visibility import Letter
from mediator.exercises.models import ExerciseRun, HeldWords
from mediator.exercises.modes import Held
from mediator.exercises.terms import How, Mode, Moment, Wanted, Way
from mediator.questionnaires.terms import AssignmentState

#: Where the receiver may be asked, or has said something.
ANSWERING = frozenset({Way.ASKED, Way.WANTED, Way.NOT_WANTED})


@dataclass(frozen=True)
class Wishes:
    """What the receiver would like. Every answer is a full one; `how` is needed for a yes alone."""

    wanted: Wanted
    how: How | None
    moment: Moment
    beside: str
    may_know: bool


def wishes(row: HeldWords) -> Wishes | None:
    """What the receiver said so far; None before they said anything. Opens their words."""
    if row.answered_at is None or row.wanted is None:
        return None
    moment = row.moment or Moment.MY_WORD
    return Wishes(row.wanted, row.how, moment, row.beside or "", bool(row.may_know))


def is_held(run: ExerciseRun) -> bool:
    """Whether a run is about words of one for the other."""
    return any(stage.mode is Mode.HELD for stage in run.stages)


def begin(case: Case, run: ExerciseRun) -> None:
    """The row of a run that begins. The other is a person of the case from here on, and learns nothing of it."""
    people = {person.letter: person.id for person in case.participants}
    if run.only is None:
        raise ValueError("words for the other have one author")
    row = HeldWords(
        case_id=case.id, run_id=run.id, author_id=people[run.only], receiver_id=people[run.only.other], kept=[]
    )
    db.session.add(row)


def of_run(run: ExerciseRun, *, lock: bool = False) -> HeldWords:
    """The row of a run; with `lock` held until the request ends. Raises NotFound for a run of another kind."""
    wanted = db.select(HeldWords).where(HeldWords.run_id == run.id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found: HeldWords | None = db.session.scalar(wanted)
    if found is None:
        raise NotFound
    return found


def for_receiver(participant_id: uuid.UUID) -> Sequence[HeldWords]:
    """What may have something for this receiver: a question was asked, or words were given. Newest first."""
    rows: Sequence[HeldWords] = db.session.scalars(
        db.select(HeldWords)
        .where(
            HeldWords.receiver_id == participant_id,
            HeldWords.asked_at.is_not(None) | HeldWords.delivered_at.is_not(None),
        )
        .order_by(HeldWords.accepted_at.desc(), HeldWords.id)
    ).all()
    return rows


def machine(
    run: ExerciseRun, items: tuple[str, ...], letters: Mapping[uuid.UUID, Letter], forms: Iterable[Any]
) -> Held:
    """The state that the row and the author's form stand for. `forms` are rows with its state and `locked_at`."""
    row = of_run(run)
    here = list(forms)
    handed_in = any(form.state is AssignmentState.SUBMITTED for form in here)
    return Held(
        author=letters[row.author_id],
        items=items,
        way=_way(row, handed_in=handed_in, locked_at={form.locked_at for form in here}),
        kept=frozenset(row.kept),
        closed=frozenset(items) if row.closed_at is not None else frozenset(),
    )


def _way(row: HeldWords, *, handed_in: bool, locked_at: set[datetime | None]) -> Way:
    if row.way is Way.DELIVERED:
        return row.way
    if not handed_in:
        return Way.WRITING
    accepted = row.accepted_at is not None and row.accepted_at in locked_at
    return row.way if accepted and row.way in ANSWERING else Way.WITH_MEDIATOR


def begin_anew(row: HeldWords) -> None:
    """Forget what was said to other words: for new ones the receiver is asked anew. The note stays."""
    row.way, row.accepted_at = Way.WRITING, None
    row.asked_at = row.answered_at = row.put_away_at = None
    row.wanted = row.how = row.moment = row.may_know = row.beside = None
