"""Reading the texts of both: as they grow, and what stands once an exercise is over and kept for both.

What stands has two conditions that its two people set, both of them yes to the last words, and one that the mediator
sets with them: it is kept in the joint record. Everything else is a draft, for the mediator's own record alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mediator.cases import gates
from mediator.cases.models import Case
from mediator.core.db import db
from mediator.core.visibility import Letter, Sharing, Visibility
from mediator.exercises import locks, queries
from mediator.exercises.models import ExerciseRun, SharedText
from mediator.exercises.reading import exercises
from mediator.exercises.terms import Mode, Outcome, Place, Shape
from mediator.exercises.together import texts

#: Where the two write themselves: with the mediator in the room. Apart, the mediator writes, and each reads and agrees;
#: else somebody could be written to by the other with nobody there.
BOTH_WRITE: frozenset[Place] = frozenset({Place.PHONES})


@dataclass(frozen=True)
class Named:
    """One step of a pattern, with the name of whoever takes it."""

    letter: Letter
    name: str
    words: str


@dataclass(frozen=True)
class Shown:
    """A text as it is read: words or steps. `rev` counts its changes; 0 is before the first word."""

    title: str
    shape: Shape
    rev: int
    words: str
    lines: tuple[Named, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing is written yet."""
        return not self.words and not self.lines


@dataclass(frozen=True)
class OfStage:
    """The text of one stage for the mediator: the words, who has said yes to them, and whether both have."""

    position: int
    asks: tuple[str, ...]
    text: Shown
    said: tuple[tuple[Letter, str, bool], ...]
    stands: bool


@dataclass(frozen=True)
class Standing:
    """A text that both agreed to and that was kept for both, or, on the mediator's own paper, one that was not.

    `at` (UTC) is when its exercise ended, or, while it goes on, when the text was changed last.
    """

    id: uuid.UUID
    at: datetime
    exercise: str
    text: Shown
    agreed: bool


def shape_of(run: ExerciseRun, position: int) -> Shape:
    """What the text of a stage looks like."""
    return Shape(run.spec["stages"][position].get("shape", Shape.TEXT))


def here(run: ExerciseRun) -> SharedText | None:
    """The text of the stage a run is at; None before its first word."""
    return of_stage(run, run.at)


def of_stage(run: ExerciseRun, position: int) -> SharedText | None:
    """The text of one stage of a run; None before its first word."""
    found: SharedText | None = db.session.scalar(
        db.select(SharedText).where(SharedText.run_id == run.id, SharedText.position == position)
    )
    return found


def names(case: Case) -> dict[Letter, str]:
    """Both people as both call them."""
    return {person.letter: str(person.called) for person in case.participants}


def shown(run: ExerciseRun, position: int, row: SharedText | None, called: Mapping[Letter, str]) -> Shown:
    """A text as it is read now, with these names."""
    text = texts.from_body(row.body) if row is not None else texts.Text()
    lines = tuple(Named(line.who, called.get(line.who, ""), line.words) for line in text.lines)
    title = run.spec["stages"][position]["title"]
    return Shown(title, shape_of(run, position), row.rev if row is not None else 0, text.words, lines)


def of_run(case: Case, run: ExerciseRun) -> list[OfStage]:
    """The texts of all stages a run has reached, for the mediator."""
    rows = {row.position: row for row in db.session.scalars(db.select(SharedText).where(SharedText.run_id == run.id))}
    called = names(case)
    found = []
    for stage in run.stages[: run.at + 1]:
        if stage.mode is not Mode.TOGETHER:
            continue
        row = rows.get(stage.position)
        said = tuple((letter, name, row is not None and said_yes(row, letter)) for letter, name in called.items())
        found.append(
            OfStage(
                position=stage.position,
                asks=tuple(run.spec["stages"][stage.position].get("asks", ())),
                text=shown(run, stage.position, row, called),
                said=said,
                stands=row is not None and stands(row),
            )
        )
    return found


def said_yes(row: SharedText, letter: Letter) -> bool:
    """Whether this person agreed to the words as they are."""
    return row.rev > 0 and (row.agreed_a if letter is Letter.A else row.agreed_b) == row.rev


def stands(row: SharedText) -> bool:
    """Whether both agreed to the words as they are."""
    return all(said_yes(row, letter) for letter in Letter)


def standing(case: Case) -> list[Standing]:
    """The texts that both can read now beside what was opened, newest first. Gates are asked at this moment."""
    called, facts = names(case), queries.facts(case)
    found = []
    for run, row in _rows(case):
        if run.outcome is not Outcome.JOINT or not stands(row) or not _open(run, row.position, facts):
            continue
        found.append(_standing(run, row, called))
    return found


def drafts(case: Case) -> list[Standing]:
    """The texts that both can't read now: not agreed to, or not kept for both. For the mediator's own record.

    What was discarded stands on no paper.
    """
    there = {one.id for one in standing(case)}
    called = names(case)
    return [
        _standing(run, row, called)
        for run, row in _rows(case)
        if row.id not in there and run.outcome is not Outcome.DISCARDED
    ]


def _rows(case: Case) -> Sequence[tuple[ExerciseRun, SharedText]]:
    rows = db.session.execute(
        db.select(ExerciseRun, SharedText)
        .join(SharedText, SharedText.run_id == ExerciseRun.id)
        .where(ExerciseRun.case_id == case.id, SharedText.case_id == case.id, SharedText.rev > 0)
        .order_by(ExerciseRun.started_at.desc(), ExerciseRun.id, SharedText.position)
    ).all()
    return [(run, text) for run, text in rows]


def _standing(run: ExerciseRun, row: SharedText, called: Mapping[Letter, str]) -> Standing:
    text = shown(run, row.position, row, called)
    return Standing(row.id, run.ended_at or row.changed_at, run.spec["name"], text, stands(row))


def _open(run: ExerciseRun, position: int, facts: locks.Facts) -> bool:
    """Whether the gates let both read it: those of what was opened, in the same words of the rule."""
    stage = run.spec["stages"][position]["key"]
    allowed = not locks.kept_from_both(exercises().get(run.key), stage, run.place, facts)
    item = gates.ItemFacts(
        sharing=Sharing.RECIPROCAL,
        visibility=Visibility.PRIVATE,
        a=gates.Side(submitted=True),
        b=gates.Side(submitted=True),
        exercise_allowed=allowed,
    )
    return not gates.showing(facts.case, item)
