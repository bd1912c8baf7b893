"""Saving what the mediator wrote on a text of both, on the console or on the one screen: one way for both pages."""

from __future__ import annotations

import uuid

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mediator.cases.here import case_here
from mediator.cases.models import Case
from mediator.core import audit
from mediator.core.db import db
from mediator.core.errors import BadRequest, Refused
from mediator.exercises import queries
from mediator.exercises.actions import STALE
from mediator.exercises.models import ExerciseRun
from mediator.exercises.modes import MEDIATOR
from mediator.exercises.terms import Mode, RunState
from mediator.exercises.together import actions as together
from mediator.exercises.together import page as text_page
from mediator.exercises.together import texts

OUT_OF_DATE = "This page is out of date. Please open it again."


def save(case_id: uuid.UUID, run_id: uuid.UUID, *, again: str, back: str) -> ResponseReturnValue:
    """Save the words that were sent, and go to the page `back`. What can't be saved stands on the page `again`."""
    case = case_here(case_id)
    run = queries.run_of(case, run_id, lock=True)
    stage, rev = number("stage"), number("words_rev")
    text, typed = texts.read(texts.sent_shape(request.form), request.form)
    if typed.errors and stage == run.at:
        return _again(again, case, run, stage, typed, "", 422)
    try:
        if stage != run.at:
            raise Refused(STALE)
        together.write(case, run, MEDIATOR, rev, text)
    except Refused as refused:
        db.session.rollback()
        audit.refused()
        return _again(again, case, queries.run_of(case, run_id), stage, typed, refused.message, 409)
    return redirect(url_for(back, case_id=case_id, run_id=run_id), 303)


def _again(
    template: str, case: Case, run: ExerciseRun, stage: int, typed: texts.Typed, why: str, status: int
) -> ResponseReturnValue:
    """What the mediator wrote, beside the words as they stand now where they can still be changed."""
    open_now = (
        run.at == stage
        and queries.stage_here(run).mode is Mode.TOGETHER
        and run.state is RunState.RUNNING
        and not queries.locked(case, run)
    )
    page = text_page.build(case, run, typed=typed) if open_now else None
    return render_template(template, case=case, run=run, page=page, typed=typed, why=why), status


def number(name: str) -> int:
    """A number that the page sent along. Raises BadRequest for what is none."""
    value = request.form.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise BadRequest(OUT_OF_DATE)
    return int(value)
