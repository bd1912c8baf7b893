"""Reads the exercises from TOML, whole and checked, so that a mistake in one never reaches a person.

Pure: files in, frozen values out. docs/exercises.md tells how an exercise is written, `checks` what is checked.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from mediator.agreements.terms import Kind
from mediator.exercises import checks
from mediator.exercises.content import Becomes, Exercise, Line, Stage, Turns, Under
from mediator.exercises.terms import Mode, Place, Shape
from mediator.guide.content import Option, Question
from mediator.guide.reading import guide, read_lists, read_questions
from mediator.guide.tables import ContentError, Table, read_file

__all__ = ["ENGLISH", "ContentError", "exercises", "load"]

#: The English content that ships.
ENGLISH = Path(__file__).parent / "content" / "en"


@functools.cache
def exercises() -> Mapping[str, Exercise]:
    """The shipped exercises by key, read once per process. Raises ContentError; the application calls it at start."""
    return load(ENGLISH)


def load(folder: Path) -> Mapping[str, Exercise]:
    """Every exercise of a folder by its key, in the order of the catalogue, which is the order of the keys.

    Raises one ContentError with all mistakes.
    """
    problems: list[str] = []
    found: dict[str, Exercise] = {}
    for path in sorted(folder.glob("*.toml")):
        table = read_file(path, problems)
        if table is None:
            continue
        exercise = _exercise(table)
        checks.check_exercise(exercise, path.name, guide().steps, problems)
        found[exercise.key] = exercise
    if not found and not problems:
        problems.append("E*.toml: there is none")
    checks.check_names(found.values(), problems)
    if problems:
        raise ContentError(problems)
    return found


def _exercise(table: Table) -> Exercise:
    """One exercise's file. What is wrong in it is noted in the table's problems."""
    lists = read_lists(table)
    exercise = Exercise(
        key=table.text("key"),
        version=table.whole("version"),
        name=table.text("name"),
        line=table.text("line"),
        steps=table.texts("steps", required=True),
        alone=table.whole("alone", least=0),
        together=table.whole("together", least=0),
        places=_places(table),
        before=table.texts("before", required=True),
        room=_room(table),
        not_when=table.texts("not_when", required=True),
        afterwards=table.texts("afterwards", required=True),
        words=table.texts("words", required=True),
        evidence=table.text("evidence"),
        safeguards=table.member("safeguards", Under) or Under.CLOSED,
        closure=table.member("closure", Under) or Under.CLOSED,
        stages=_stages(table, lists),
        closure_note=table.text("closure_note", required=False),
        one=table.flag("one"),
        hold=table.flag("hold"),
        retired=table.texts("retired"),
    )
    table.done()
    return exercise


def _places(table: Table) -> tuple[Place, ...]:
    names = table.texts("places", required=True)
    for name in names:
        if name not in [place.value for place in Place]:
            table.say(f"places: {name!r} is not one of {', '.join(Place)}")
    return tuple(place for place in Place if place.value in names)


def _room(table: Table) -> tuple[Line, ...]:
    found = []
    for number, values in enumerate(table.items("room"), start=1):
        line = Table(values, f"{table.place}: room {number}", table.problems)
        found.append(Line(line.text("title"), line.text("text"), line.whole("minutes")))
        line.done()
    return tuple(found)


def _stages(table: Table, lists: Mapping[str, tuple[Option, ...]]) -> tuple[Stage, ...]:
    """The stages, but for those of an unknown mode: what they need would be judged by a guess."""
    found = []
    for number, values in enumerate(table.items("stage"), start=1):
        stage = Table(values, f"{table.place}: stage {number}", table.problems)
        key = stage.text("key")
        if key:
            stage.place = f"{table.place}: stage {key}"
        mode = stage.member("mode", Mode)
        one = Stage(
            key=key,
            mode=mode or Mode.ALONE,
            title=stage.text("title"),
            lead=stage.text("lead"),
            minutes=stage.whole("minutes"),
            questions=_questions(stage, lists, mode),
            turns=_turns(stage),
            asks=stage.texts("asks"),
            shape=stage.member("shape", Shape, Shape.TEXT) or Shape.TEXT,
            own=stage.flag("own"),
            aloud=stage.text("aloud", required=False),
            offered=stage.text("offered", required=False),
            received=stage.text("received", required=False),
            lanes=stage.flag("lanes"),
            marks=stage.text("marks", required=False),
            becomes=_becomes(stage),
            safeguards=stage.member("safeguards", Under, Under.OPEN) or Under.OPEN,
            room=stage.flag("room"),
        )
        stage.done()
        if mode is not None:
            found.append(one)
    return tuple(found)


def _questions(stage: Table, lists: Mapping[str, tuple[Option, ...]], mode: Mode | None) -> tuple[Question, ...]:
    """The questions of a stage. What is held for the other is told as that wherever its author reads who reads it."""
    found = read_questions(stage, lists) if "question" in stage.values else ()
    if mode is not Mode.HELD:
        return found
    return tuple(replace(one, parts=tuple(replace(part, held=True) for part in one.parts)) for one in found)


def _becomes(stage: Table) -> Becomes | None:
    table = stage.table("becomes")
    if table is None:
        return None
    becomes = Becomes(
        kind=table.member("kind", Kind) or Kind.AGREEMENT,
        what=table.text("what"),
        days=table.text("days", required=False),
        seen=table.text("seen", required=False),
        otherwise=table.text("otherwise", required=False),
    )
    table.done()
    return becomes


def _turns(stage: Table) -> Turns | None:
    table = stage.table("turns")
    if table is None:
        return None
    turns = Turns(
        rounds=table.whole("rounds"),
        seconds=table.whole("seconds"),
        speaker=table.texts("speaker", required=True),
        listener=table.texts("listener", required=True),
        listen_only=table.flag("listen_only"),
    )
    table.done()
    return turns
