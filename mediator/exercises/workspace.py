"""The catalogue of exercises, for every mediator: what there is, one whole, and one tried with two invented people."""

from __future__ import annotations

import uuid

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from mediator.cases.here import case_here
from mediator.cases.labels import RELATIONS
from mediator.cases.terms import Policy, Relation
from mediator.core.permissions import Permission, needs
from mediator.exercises import catalogue, queries, where
from mediator.exercises.content import Exercise
from mediator.exercises.reading import exercises
from mediator.exercises.terms import Mode
from mediator.guide.content import CLOSURE
from mediator.guide.reading import guide
from mediator.practice.here import staff_here

pages = Blueprint("exercises", __name__, url_prefix="/exercises")


@pages.app_template_global("exercise_key")
def exercise_key(name: str) -> str | None:
    """For the guide's pages, which know exercises by name alone: the key of the one they lead to."""
    return catalogue.key_of(exercises(), name)


@pages.get("")
@needs(Permission.MEDIATE)
def index() -> str:
    """Every exercise in the order of the steps; for a pair of one's own, what is open for them."""
    search = request.args.get("q", "").strip()
    mine = catalogue.pairs(staff_here().id)
    pair = _pair_here()
    if pair is not None and all(one.id != pair.id for one in mine):
        mine.append(catalogue.Choice(pair.id, pair.names))
    how = where.way(request.args.get("how", ""))
    searched = catalogue.searched(exercises().values(), search)
    chosen = [one for one in searched if where.goes(one, how)]
    found = catalogue.heaps(chosen, pair)
    return render_template(
        "workspace/exercises/index.html",
        count=len(exercises()),
        shown=len(chosen),
        how=how,
        ways=where.counted(searched),
        heaps=found,
        pairs=mine,
        pair=pair,
        search=search,
        reasons=catalogue.reasons(found),
    )


@pages.get("/<exercise_key>")
@needs(Permission.MEDIATE)
def show(exercise_key: str) -> str:
    """One exercise whole; for a pair of one's own, how it stands for them."""
    exercise, pair = _exercise(exercise_key), _pair_here()
    return render_template(
        "workspace/exercises/show.html",
        exercise=exercise,
        row=catalogue.row(exercise, pair),
        pair=pair,
        steps=[guide().step(key) for key in exercise.steps],
        asks=any(stage.writes for stage in exercise.stages),
        together=any(stage.mode is Mode.TOGETHER for stage in exercise.stages),
        sees=catalogue.sees(exercise, pair.policy if pair is not None else Policy.CAUCUS),
    )


@pages.get("/<exercise_key>/try")
@needs(Permission.MEDIATE)
def try_out(exercise_key: str) -> str:
    """One stage as both phones would show it, with two invented people. Nothing of it is kept anywhere."""
    exercise = _exercise(exercise_key)
    number, kind = request.args.get("stage", 0, type=int), request.args.get("kind", Relation.OTHER)
    if not 0 <= number < len(exercise.stages) or kind not in {*Relation, CLOSURE}:
        raise NotFound
    relation = Relation.OTHER if kind == CLOSURE else Relation(kind)
    stage = exercise.stages[number]
    return render_template(
        "workspace/exercises/try.html",
        exercise=exercise,
        long=stage.minutes,
        derived=stage.mode is Mode.DERIVED,
        seconds=stage.turns.seconds if stage.turns is not None else 0,
        number=number,
        kind=kind,
        kinds=RELATIONS,
        closure=CLOSURE,
        mediator=staff_here().name,
        own=stage.own,
        asks=stage.asks,
        phones=catalogue.phones(stage, relation, kind == CLOSURE, staff_here().name)[: 1 if exercise.one else 2],
    )


def _exercise(key: str) -> Exercise:
    found = exercises().get(key)
    if found is None:
        raise NotFound
    return found


def _pair_here() -> catalogue.Pair | None:
    """The pair in the address: one of one's own, or none. Raises NotFound for every other."""
    wanted = request.args.get("case", "")
    if not wanted:
        return None
    try:
        case = case_here(uuid.UUID(wanted))
    except ValueError as wrong:
        raise NotFound from wrong
    return catalogue.chosen(case, queries.facts(case))
