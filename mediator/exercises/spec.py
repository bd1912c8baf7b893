"""The copy of an exercise that a run keeps, as plain JSON values: what both read, in the same words. Pure."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from mediator.exercises.content import Exercise, Stage
from mediator.guide.content import question_for


def to_spec(exercise: Exercise, relation: str, closure: bool) -> dict[str, Any]:
    """The copy for one pair. Names stay open ({other}, {mediator}): each phone fills them for its own reader."""
    return {
        "name": exercise.name,
        "line": exercise.line,
        "derived": exercise.derived,
        "stages": [_stage(stage, relation, closure) for stage in exercise.stages],
    }


def _stage(stage: Stage, relation: str, closure: bool) -> dict[str, Any]:
    questions = [question_for(question, relation, closure) for question in stage.questions]
    turns = stage.turns
    return {
        "key": stage.key,
        "mode": stage.mode.value,
        "title": stage.title,
        "lead": stage.lead,
        "minutes": stage.minutes,
        "own": stage.own,
        "asks": list(stage.asks),
        "shape": stage.shape.value,
        "aloud": stage.aloud,
        "offered": stage.offered,
        "received": stage.received,
        "lanes": stage.lanes,
        "becomes": asdict(stage.becomes) if stage.becomes is not None else None,
        "items": [part.key for question in questions for part in question.parts],
        "turns": {
            "rounds": turns.rounds,
            "seconds": turns.seconds,
            "speaker": list(turns.speaker),
            "listener": list(turns.listener),
            "listen_only": turns.listen_only,
        }
        if turns is not None
        else None,
    }
