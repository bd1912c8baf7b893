"""The mediator's pages of words that one person writes for the other: reading, coaching, asking, giving, closing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mediator.cases.here import case_here
from mediator.cases.models import Case
from mediator.core import audit, errorpages
from mediator.core.errors import BadRequest, Refused
from mediator.core.permissions import Permission, needs
from mediator.exercises import queries, starting
from mediator.exercises.held import actions as held
from mediator.exercises.held import desk as held_desk
from mediator.exercises.held import forms as held_forms
from mediator.exercises.held import rows as held_rows
from mediator.exercises.models import ExerciseRun, HeldWords
from mediator.exercises.terms import How, Way

pages = Blueprint("held", __name__, url_prefix="/cases/<uuid:case_id>/exercises/<uuid:held_run_id>/held")

OUT_OF_DATE = "This page is out of date. Please open it again."


@pages.get("")
@needs(Permission.MEDIATE)
def show(case_id: uuid.UUID, held_run_id: uuid.UUID) -> str:
    """What was written, what the other said to it, and what may follow."""
    case = case_here(case_id)
    audit.reading("held.read", case=case.id, subject=held_run_id)
    return _desk(case, queries.run_of(case, held_run_id))


@pages.post("/note")
@needs(Permission.MEDIATE)
def note(case_id: uuid.UUID, held_run_id: uuid.UUID) -> ResponseReturnValue:
    """What the author reads about their draft. Words that can't be saved are given back."""
    case, run, row = _held(case_id, held_run_id)
    text = request.form.get("note", "")
    if len(text.strip()) > held_forms.NOTE:
        told = _("Please make this shorter, up to %(count)s letters. Your words are still here.", count=held_forms.NOTE)
        return _desk(case, run, note=text, errors={"note": told}), 422
    try:
        held.note(case, row, request.form.get("seen", ""), text)
    except Refused as refused:
        return _stale(case, run, refused, note=text)
    flash(_("Saved. Its author can read it now."))
    return _back(case_id, held_run_id)


@pages.post("/steps")
@needs(Permission.MEDIATE)
def steps(case_id: uuid.UUID, held_run_id: uuid.UUID) -> ResponseReturnValue:
    """One of the page's buttons: `do` says which, `rev` what the page showed."""
    case, run, row = _held(case_id, held_run_id)
    do, rev = request.form.get("do", ""), _rev(request.form)
    acts: Mapping[str, Callable[[], None]] = {
        "hand_back": lambda: held.hand_back(case, run, row, rev),
        "accept": lambda: held.accept(case, run, row, rev),
        "ask": lambda: held.ask(case, run, row, rev),
        "close": lambda: held.close(case, run, row),
    }
    if do not in acts:
        raise BadRequest(OUT_OF_DATE)
    if do == "accept" and not request.form.get("leave"):
        return _desk(case, run, errors={"leave": _("Its author’s own yes is needed first.")}), 422
    try:
        acts[do]()
    except Refused as refused:
        return _stale(case, run, refused)
    return _back(case_id, held_run_id)


@pages.post("/answers")
@needs(Permission.MEDIATE)
def answers(case_id: uuid.UUID, held_run_id: uuid.UUID) -> ResponseReturnValue:
    """What the receiver said in person, in the same words as on their phone."""
    case, run, row = _held(case_id, held_run_id)
    wishes, errors = held_forms.read(request.form)
    if wishes is None:
        return _desk(case, run, said=request.form, errors=errors), 422
    try:
        held.answer(case, run, row, wishes, told=True)
    except Refused as refused:
        return _stale(case, run, refused, said=request.form)
    flash(_("Written down."))
    return _back(case_id, held_run_id)


@pages.get("/give")
@needs(Permission.MEDIATE)
def preview(case_id: uuid.UUID, held_run_id: uuid.UUID) -> ResponseReturnValue:
    """Exactly the words that are given, once more before it is done."""
    case = case_here(case_id)
    audit.reading("held.read", case=case.id, subject=held_run_id)
    desk = held_desk.build(case, queries.run_of(case, held_run_id))
    return _giving(case, desk, {}) if desk.way is Way.WANTED else _back(case_id, held_run_id)


@pages.post("/give")
@needs(Permission.MEDIATE)
def give(case_id: uuid.UUID, held_run_id: uuid.UUID) -> ResponseReturnValue:
    """It was given as its receiver wished, or may be read on their phone from now on."""
    case, run, row = _held(case_id, held_run_id)
    given = request.form
    errors = {}
    if held_desk.build(case, run).way is not Way.WANTED:
        return _back(case_id, held_run_id)  # given already, or not wanted any more: the page says which
    if not given.get("again"):
        errors["again"] = _("Ask once more, just before.")
    if row.how is How.PAPER and given.get("where") not in {"phone", "paper"}:
        errors["where"] = _("Choose on what they read it.")
    if errors:
        return _giving(case, held_desk.build(case, run), errors), 422
    on_phone = row.how is How.PAPER and given.get("where") == "phone"
    try:
        held.deliver(case, run, row, _rev(given), given.get("seen", ""), on_phone=on_phone)
    except Refused as refused:
        return _stale(case, run, refused)
    flash(_("Written down. Its author learns nothing of it here."))
    return _back(case_id, held_run_id)


def _held(case_id: uuid.UUID, held_run_id: uuid.UUID) -> tuple[Case, ExerciseRun, HeldWords]:
    """The run and its row, held until the request ends. Raises NotFound for a run of another kind."""
    case = case_here(case_id)
    run = queries.run_of(case, held_run_id, lock=True)
    return case, run, held_rows.of_run(run, lock=True)


def _desk(
    case: Case,
    run: ExerciseRun,
    *,
    note: str | None = None,
    said: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    desk = held_desk.build(case, run)
    return render_template(
        "workspace/exercises/held.html",
        case=case,
        desk=desk,
        session=run.session_id,
        note=desk.note if note is None else note,
        said=held_forms.stored(held_rows.of_run(run)) if said is None else said,
        words=held_forms,
        errors=errors or {},
        outcomes=starting.OUTCOMES,
    )


def _giving(case: Case, desk: held_desk.Desk, errors: Mapping[str, str]) -> str:
    return render_template("workspace/exercises/held_give.html", case=case, desk=desk, words=held_forms, errors=errors)


def _stale(
    case: Case, run: ExerciseRun, refused: Refused, *, note: str | None = None, said: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    """Nothing was changed: the page says how it stands now, with what was typed still in it."""
    case_id, held_run_id = case.id, run.id
    errorpages.undo()
    case = case_here(case_id)
    audit.reading("held.read", case=case_id, subject=held_run_id)
    flash(refused.message, "plain")
    return _desk(case, queries.run_of(case, held_run_id), note=note, said=said), 409


def _back(case_id: uuid.UUID, held_run_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for(".show", case_id=case_id, held_run_id=held_run_id), 303)


def _rev(given: Mapping[str, str]) -> int:
    """What the page showed. Raises BadRequest for what is no number."""
    value = given.get("rev", "")
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise BadRequest(OUT_OF_DATE)
    return int(value)
