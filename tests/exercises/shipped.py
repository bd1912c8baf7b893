"""The exercises that ship, as tests look things up in them."""

from __future__ import annotations

from collections.abc import Iterator

from mediator.exercises.content import Exercise, Stage
from mediator.exercises.reading import exercises
from mediator.guide.content import Question


def questions(exercise: Exercise) -> list[Question]:
    """All questions of an exercise."""
    return [question for stage in exercise.stages for question in stage.questions]


def question(key: str) -> Question:
    """One question of the shipped exercises."""
    return next(one for one in questions(exercises()[key.partition(".")[0]]) if one.key == key)


def spoken(stage: Stage) -> tuple[str, ...]:
    """What both read of a stage beside its questions."""
    lines = (*stage.turns.speaker, *stage.turns.listener) if stage.turns is not None else ()
    return (stage.title, stage.lead, stage.offered, stage.received, *lines, *stage.asks)


def told(one: Question) -> Iterator[str]:
    """Every text of a question that somebody reads."""
    yield from (one.text, one.hint)
    for part in one.parts:
        yield from (part.label, *(part.anchors or ()), *(part.fields or ()))
        yield from (thing.label for thing in (*part.options, *part.rows))


def standing_at(exercise: Exercise, place: str) -> str:
    """The words at a question, a stage or a field of an exercise."""
    if place == "room":
        return " ".join(f"{line.title} {line.text}" for line in exercise.room)
    for stage in exercise.stages:
        if stage.key == place:
            return " ".join(spoken(stage))
    found = [one for one in questions(exercise) if one.key == place]
    if found:
        return " ".join(told(found[0]))
    value = getattr(exercise, place)
    return value if isinstance(value, str) else " ".join(value)
