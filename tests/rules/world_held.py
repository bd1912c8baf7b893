"""Words of one for the other in the canary world: one that was given to B's phone, and one that A is asked about."""

from __future__ import annotations

import uuid

from mediator.cases.models import Case
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Letter, Sharing, Visibility
from mediator.exercises.models import ExerciseRun, HeldWords, RunStage
from mediator.exercises.terms import How, Mode, Moment, Outcome, Place, RunState, Wanted, Way
from mediator.questionnaires.models import Answer, Assignment, AssignmentQuestion, Form, FormQuestion
from mediator.questionnaires.terms import AnswerState, AssignmentState
from tests.rules import world as worlds
from tests.rules.world import World


def add(world: World, case: Case, names: tuple[str, str]) -> None:
    """A has written to B, who reads it on their phone and lets it be known; B has written to A, who is asked."""
    first, second = names
    _held(world, case, "E09", Letter.A, first, second, given=True)
    _held(world, case, "E08", Letter.B, second, first, given=False)


def _held(world: World, case: Case, key: str, letter: Letter, author: str, receiver: str, *, given: bool) -> None:
    at, part, mine = now(), f"{key}.1.what", case.id == world.values["case_id"]
    writes, reads = world.people[author], world.people[receiver]
    run = ExerciseRun(case_id=case.id, key=key, version=2, place=Place.HOME, rev=1, started_at=at, only=letter,
                      started_by=world.staff["mediator"].id, ended_at=at if given else None,
                      state=RunState.FINISHED if given else RunState.RUNNING,
                      outcome=Outcome.JOINT if given else None)  # fmt: skip
    words = {name: worlds.plant(world, f"run.spec, held, {name}", Visibility.JOINT, case.id) for name in ("name",)}
    asked = worlds.plant(world, "run.spec, held, offered", Visibility.JOINT, case.id) if not given else "Offered"
    line = worlds.plant(world, "run.spec, held, received", Visibility.JOINT, case.id) if given else "Received."
    stage = {"key": f"{key}.words", "mode": "held", "title": "", "lead": "", "minutes": 20, "items": [part],
             "turns": None, "offered": asked, "received": line}  # fmt: skip
    run.spec = {"name": words["name"], "line": "", "derived": False, "stages": [stage]}
    db.session.add(run)
    form_id, written = _form(world, case, run.id, part, writes)
    run.stages.append(
        RunStage(case_id=case.id, position=0, key=f"{key}.words", mode=Mode.HELD, begun_at=at, form_id=form_id)
    )
    row = HeldWords(case_id=case.id, run_id=run.id, author_id=writes, receiver_id=reads, kept=[], accepted_at=at,
                    asked_at=at, answered_at=at, way=Way.DELIVERED if given else Way.WANTED, wanted=Wanted.YES,
                    how=How.PAPER, moment=Moment.MY_WORD, may_know=given,
                    delivered_at=at if given else None)  # fmt: skip
    written.locked_at = at
    row.note = worlds.plant(world, "held.note", Visibility.PRIVATE, case.id, writes)
    row.beside = worlds.plant(world, "held.beside", Visibility.PRIVATE, case.id, reads)
    if given:
        copied = worlds.plant(world, "held.copy", Visibility.PRIVATE, case.id, reads)
        row.copy = {"parts": [{"part": part, "label": "What I did", "lines": [copied]}]}
    db.session.add(row)
    db.session.flush()
    world.own_values[author][f"held_{key}"] = written.id
    if mine:
        ids: dict[str, object] = {
            "held_run_id": run.id,
            "held_id": row.id,
            "written_id": written.id,
            "run_id": run.id,
            "form_id": form_id,
        }
        world.held.append(ids)
        if given:
            world.values |= {name: value for name, value in ids.items() if name not in {"run_id", "form_id"}}


def _form(world: World, case: Case, run: uuid.UUID, part: str, person: uuid.UUID) -> tuple[uuid.UUID, Assignment]:
    """The author's form, handed in."""
    at, key = now(), part.rpartition(".")[0]
    form = Form(case_id=case.id, step="", task=True, run_id=run, created_at=at,
                created_by=world.staff["mediator"].id)  # fmt: skip
    form.title = worlds.plant(world, "form.title, held", Visibility.RECORD, case.id)
    question = FormQuestion(case_id=case.id, form_id=form.id, position=1, key=key)
    asked = worlds.plant(world, "form_question.spec, held", Visibility.RECORD, case.id)
    question.spec = worlds.spec(key, part, "long", Sharing.CLOSED, Visibility.PRIVATE, asked)
    form.questions.append(question)
    db.session.add(form)
    db.session.flush()
    row = Assignment(case_id=case.id, form_id=form.id, participant_id=person, state=AssignmentState.SUBMITTED,
                     sent_at=at, started_at=at, submitted_at=at)  # fmt: skip
    copy = AssignmentQuestion(case_id=case.id, participant_id=person, assignment_id=row.id, position=1, key=key)
    read = worlds.plant(world, "assignment_question.spec, held", Visibility.PRIVATE, case.id, person)
    copy.spec = worlds.spec(key, part, "long", Sharing.CLOSED, Visibility.PRIVATE, read)
    answer = Answer(case_id=case.id, participant_id=person, assignment_id=row.id, question_key=key, part_key=part,
                    sharing=Sharing.CLOSED, visibility=Visibility.PRIVATE, state=AnswerState.ANSWERED,
                    saved_at=at)  # fmt: skip
    answer.value = worlds.plant(world, "answer, held", Visibility.PRIVATE, case.id, person)
    db.session.add_all([row, copy, answer])
    return form.id, row
