"""What both can read now, laid out for reading: by question, and moments in two lanes where an exercise asks for it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam

from mediator.cases.models import Case, Participant
from mediator.cases.queries import around
from mediator.core.db import db
from mediator.core.visibility import Letter
from mediator.exercises import queries
from mediator.exercises.lanes import Lanes, lay_out
from mediator.exercises.models import ExerciseRun, RunStage
from mediator.questionnaires import comparing
from mediator.questionnaires.shown import Shown
from mediator.questionnaires.voices import Topic, topics

_STAGES = (
    db.select(RunStage.form_id, RunStage.position, ExerciseRun)
    .join(ExerciseRun, ExerciseRun.id == RunStage.run_id)
    .where(ExerciseRun.case_id == bindparam("case"), RunStage.form_id.in_(bindparam("forms", expanding=True)))
)


@dataclass(frozen=True)
class Stage:
    """The stage a form belongs to: its run, and what the run's own copy says of it."""

    run: ExerciseRun
    spec: Mapping[str, Any]


def stages_of(case_id: uuid.UUID, forms: Iterable[uuid.UUID]) -> dict[uuid.UUID, Stage]:
    """By form the stage of an exercise it belongs to; forms of their own are in none. One statement."""
    wanted = set(forms)
    if not wanted:
        return {}
    rows = db.session.execute(_STAGES, {"case": case_id, "forms": list(wanted)})
    return {form: Stage(run, run.spec["stages"][position]) for form, position, run in rows}


def laid_out(
    case_id: uuid.UUID, shown: Sequence[Shown], names: Mapping[Letter, str] | None = None
) -> list[Topic | Lanes]:
    """What is shown, by question and in lanes, in the order in which the first of each comes.

    The parts of a question of an exercise stand as they were asked, others as they come.
    """
    stages = stages_of(case_id, (one.form for one in shown))
    by_form: dict[uuid.UUID, list[Shown]] = {}
    for one in shown:
        by_form.setdefault(one.form, []).append(one)
    found: list[Topic | Lanes] = []
    for form, ones in by_form.items():
        stage = stages.get(form)
        if stage is None:
            found.extend(topics(ones))
        elif stage.spec.get("lanes"):
            found.append(lay_out(stage.spec["title"], ones, names or {}, stage.spec["items"]))
        else:
            found.extend(topics(as_asked(ones, stage.spec["items"])))
    return found


def lanes_of(case: Case, run: ExerciseRun, names: Mapping[Letter, str]) -> list[Lanes]:
    """The lanes of a run's own stages, for the console: what both can read now, and nothing else."""
    here = {stage.form_id for stage in run.stages if run.spec["stages"][stage.position].get("lanes")} - {None}
    if not here:
        return []
    shown = [one for one in comparing.shown_to_both(case, queries.locked_forms(case)) if one.form in here]
    return [one for one in laid_out(case.id, shown, names) if isinstance(one, Lanes)]


def as_asked(shown: Iterable[Shown], items: Sequence[str]) -> list[Shown]:
    """What is open of one stage, in the order in which its parts (`items`) are asked."""
    place = {part: number for number, part in enumerate(items)}
    return sorted(shown, key=lambda one: place.get(one.part, len(place)))


def names_of(person: Participant) -> dict[Letter, str]:
    """How both are called, as this participant reads it."""
    other = around(person).other
    return {person.letter: person.called} | ({person.letter.other: other} if other else {})
