"""What the mediator wrote on a text of both, on the console or on the one screen: kept, or saved for both.

`on_screen` keeps the two apart: what the mediator types at the console is not to appear before everybody.
"""

from __future__ import annotations

import uuid
from functools import partial

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mediator.cases.here import case_here
from mediator.cases.models import Case
from mediator.core import errorpages
from mediator.core.errors import BadRequest, Refused
from mediator.exercises import queries
from mediator.exercises.actions import STALE
from mediator.exercises.models import ExerciseRun
from mediator.exercises.modes import MEDIATOR
from mediator.exercises.terms import Mode, RunState
from mediator.exercises.together import actions as together
from mediator.exercises.together import drafts, keeping, texts
from mediator.exercises.together import page as text_page
from mediator.exercises.together.drafts import Writer
from mediator.practice.here import staff_here

OUT_OF_DATE = "This page is out of date. Please open it again."


def save(case_id: uuid.UUID, run_id: uuid.UUID, *, again: str, back: str, on_screen: bool) -> ResponseReturnValue:
    """Save the words that were sent, and go to the page `back`. What can't be saved stands on the page `again`."""
    case = case_here(case_id)
    run = queries.run_of(case, run_id, lock=True)
    stage, rev = number("stage"), number("words_rev")
    text, typed = texts.read(texts.sent_shape(request.form), request.form)
    writer = Writer.mediator(staff_here().id, on_screen=on_screen)
    shown = partial(_again, again, case, stage, writer)
    try:
        if stage != run.at:
            raise Refused(STALE)
        drafts.go_on_from(run, stage, writer, request.form, keeping.number("draft"))
        if typed.errors:
            return shown(run, typed, "", 422)
        together.write(case, run, MEDIATOR, rev, text)
    except Refused as refused:
        errorpages.undo()
        elsewhere = isinstance(refused, drafts.Newer)
        return shown(queries.run_of(case, run_id), typed, refused.message, 409, elsewhere)
    drafts.done(run, stage, writer)
    return redirect(url_for(back, case_id=case_id, run_id=run_id), 303)


def keep(case_id: uuid.UUID, run_id: uuid.UUID, *, again: str, back: str, on_screen: bool) -> ResponseReturnValue:
    """Keep what was typed, for this mediator alone, or throw it away."""
    case = case_here(case_id)
    run = queries.run_of(case, run_id, lock=True)
    writer = Writer.mediator(staff_here().id, on_screen=on_screen)
    shown = partial(_again, again, case, keeping.number("stage"), writer, run)
    return keeping.keep(run, writer, url_for(back, case_id=case_id, run_id=run_id), shown, tells=not on_screen)


def _again(
    template: str,
    case: Case,
    stage: int,
    writer: Writer,
    run: ExerciseRun,
    typed: texts.Typed,
    why: str,
    status: int,
    elsewhere: bool = False,
) -> ResponseReturnValue:
    """What the mediator wrote, beside the words as they stand now where they can still be changed."""
    open_now = (
        run.at == stage
        and queries.stage_here(run).mode is Mode.TOGETHER
        and run.state is RunState.RUNNING
        and not queries.locked(case, run)
    )
    page = text_page.again(text_page.build(case, run, writer), typed, elsewhere=elsewhere) if open_now else None
    return render_template(template, case=case, run=run, page=page, typed=typed, why=why), status


def number(name: str) -> int:
    """A number that the page sent along. Raises BadRequest for what is none."""
    value = request.form.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise BadRequest(OUT_OF_DATE)
    return int(value)
