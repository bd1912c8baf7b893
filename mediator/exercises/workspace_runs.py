"""The mediator's pages of a pair's exercises: starting one, the console while it runs, opening, what becomes of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from mediator.agreements.forms import said_form
from mediator.cases.gates import SENTENCES
from mediator.cases.here import case_here
from mediator.cases.models import Case, CaseMediator, Opening
from mediator.core import audit, errorpages, live, signin
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import BadRequest, Refused
from mediator.core.permissions import Permission, StaffRole, needs
from mediator.core.requests import posted_id
from mediator.core.visibility import Letter
from mediator.exercises import actions, console, queries, settling, stage_forms, starting, where, written
from mediator.exercises.content import Exercise
from mediator.exercises.held import rows as held_rows
from mediator.exercises.models import ExerciseRun
from mediator.exercises.modes import MEDIATOR, Do
from mediator.exercises.own import console as own_console
from mediator.exercises.reading import exercises
from mediator.exercises.terms import Outcome, Place
from mediator.practice import queries as practice
from mediator.practice.here import signed_in_here, staff_here
from mediator.practice.models import Staff
from mediator.questionnaires import building_forms, comparing, due, opening, opening_page

pages = Blueprint("case_exercises", __name__, url_prefix="/cases/<uuid:case_id>/exercises")
#: What the mediator's open pages of a case listen to.
live_pages = Blueprint("live", __name__, url_prefix="/cases/<uuid:case_id>/live")

OUT_OF_DATE = "This page is out of date. Please open it again."


@pages.get("")
@needs(Permission.MEDIATE)
def index(case_id: uuid.UUID) -> str:
    """What may be started now, what not yet, and the runs so far."""
    case = case_here(case_id)
    wanted = request.args.get("q", "").strip()
    runs = starting.listed(case.id)
    return render_template(
        "workspace/exercises/start.html",
        case=case,
        session=_session_here(case, request.args),
        wanted=wanted,
        found=starting.choices(case, wanted),
        runs=runs,
        going=next((run for run in runs if run.going), None),
    )


@pages.get("/start/<key>")
@needs(Permission.MEDIATE)
def confirm(case_id: uuid.UUID, key: str) -> str:
    """Before it is started: when not, what to think of before, and where it is done."""
    case = case_here(case_id)
    return _confirm(case, _exercise(key), {}, {})


@pages.post("")
@needs(Permission.MEDIATE)
def start(case_id: uuid.UUID) -> ResponseReturnValue:
    """Start it where it was chosen: now, or at home by a date. The page sent twice finds the run."""
    case, me, given = case_here(case_id), staff_here().id, request.form
    run_id, exercise = posted_id(), _exercise(given.get("key", ""))
    errors: dict[str, str] = {}
    place = next((one for one in where.STARTABLE if one.value == given.get("place")), None)
    if place is None:
        errors["place"] = _("Choose where it is done.")
    only = next((one for one in Letter if one.value == given.get("only")), None) if exercise.one else None
    if exercise.one and only is None:
        errors["only"] = _("Choose who it is for.")
    asks_by = place is Place.HOME and not exercise.own  # what is written for oneself alone is due to nobody
    due_at = building_forms.read_due(given, case.zone, now(), errors) if asks_by else None
    if place is None or errors:
        return _confirm(case, exercise, given, errors), 422
    try:
        run = actions.start(me, case, run_id, exercise.key, place, session_id=_session(given), due_at=due_at, only=only)
    except Refused as refused:
        return _refused(refused, url_for(".index", case_id=case_id, session=_session(given)))
    return _to_run(run)


@pages.get("/<uuid:run_id>")
@needs(Permission.MEDIATE)
def show(case_id: uuid.UUID, run_id: uuid.UUID) -> ResponseReturnValue:
    """The console while it runs; what was open and what becomes of it once it is over. Some kinds have their own."""
    case = case_here(case_id)
    audit.reading("exercise.read", case=case.id, subject=run_id)
    run = queries.run_of(case, run_id)
    if queries.is_own(run):
        return render_template("workspace/exercises/own.html", case=case, console=own_console.build(case, run))
    if held_rows.is_held(run):
        return redirect(url_for("workspace.held.show", case_id=case_id, held_run_id=run_id), 303)
    told = console.build(case, run, now(), staff_here().id)
    page = "workspace/exercises/over.html" if told.over else "workspace/exercises/console.html"
    return render_template(page, case=case, console=told, outcomes=starting.OUTCOMES)


@pages.post("/<uuid:run_id>/steps")
@needs(Permission.MEDIATE)
def steps(case_id: uuid.UUID, run_id: uuid.UUID) -> ResponseReturnValue:
    """One of the console's buttons: `do` says which, `rev` what the page showed."""
    case, me = case_here(case_id), staff_here().id
    run, rev = queries.run_of(case, run_id, lock=True), _rev(request.form)
    acts: Mapping[str, Callable[[], None]] = {
        "go_on": lambda: actions.go_on(me, case, run, rev),
        "finish": lambda: actions.go_on(me, case, run, rev, ends=True),
        "pause": lambda: actions.pause(case, run, MEDIATOR),
        "resume": lambda: actions.resume(case, run),
        "stop": lambda: actions.stop(case, run, MEDIATOR),
        "finished": lambda: actions.take_turn(case, run, MEDIATOR, Do.FINISHED, rev),
        "said_back": lambda: actions.take_turn(case, run, MEDIATOR, Do.SAID_BACK, rev),
        "next_turn": lambda: actions.take_turn(case, run, MEDIATOR, Do.NEXT_TURN, rev),
    }
    act = acts.get(request.form.get("do", ""))
    if act is None:
        raise BadRequest(OUT_OF_DATE)
    return _act(case_id, run_id, act)


@pages.get("/<uuid:run_id>/open/<int:stage>/<item>")
@needs(Permission.MEDIATE)
def preview(case_id: uuid.UUID, run_id: uuid.UUID, stage: int, item: str) -> str:
    """Exactly what both will read, before anything is opened."""
    case = case_here(case_id, "opening.previewed")
    run = queries.run_of(case, run_id)
    found = comparing.sides(case, _form_of(run, stage))
    stricter, left_out = opening_page.hand(request.args)
    author = opening_page.author(request.args)
    allowed = not queries.locked(case, run)
    try:
        made = opening.preview(case, found, item, author, stricter=stricter, left_out=left_out, allowed=allowed)
    except ValueError:
        raise NotFound from None
    reasons = [_(SENTENCES[gate]) for gate in sorted(made.closed)]
    if not reasons and not written.may_open(queries.state_of(case, run), item, made.author):
        reasons = [str(written.NOT_OPEN_NOW)]
    return render_template(
        "workspace/exercises/open.html",
        case=case,
        run=run,
        stage=stage,
        made=made,
        reasons=reasons,
        rows=opening_page.rows(case, found, made, request.args),
    )


@pages.post("/<uuid:run_id>/open/<int:stage>/<item>")
@needs(Permission.MEDIATE)
def open_to_both(case_id: uuid.UUID, run_id: uuid.UUID, stage: int, item: str) -> ResponseReturnValue:
    """Open one item to both: what the page showed, or nothing."""
    case, me = case_here(case_id), staff_here().id
    run = queries.run_of(case, run_id, lock=True)
    form_id = _form_of(run, stage)
    stricter, left_out = opening_page.hand(request.form)
    author, seen = opening_page.author(request.form), request.form.get("seen", "")

    def act() -> None:
        open_now = [row for row in comparing.standing(case.id, form_id) if row.part_key == item]
        if any(opening.digest(row.copy) == seen for row in open_now):
            return  # pressed twice is as once
        if not written.may_open(queries.state_of(case, run), item, author):
            raise Refused(actions.STALE)
        actions.open_piece(me, case, run, form_id, item, author, seen, stricter=stricter, left_out=left_out)
        flash(_("Opened. Both can read it now."))

    try:
        return _act(case_id, run_id, act)
    except ValueError:
        raise NotFound from None


@pages.post("/<uuid:run_id>/close/<uuid:opened_id>")
@needs(Permission.MEDIATE)
def close(case_id: uuid.UUID, run_id: uuid.UUID, opened_id: uuid.UUID) -> ResponseReturnValue:
    """Close again what was opened. Closed twice is closed once."""
    case = case_here(case_id)
    run = queries.run_of(case, run_id, lock=True)
    row = db.session.get(Opening, opened_id)
    if row is None or row.subject_id not in {stage.form_id for stage in run.stages}:
        raise NotFound
    if row.withdrawn_at is None:
        actions.close_piece(case, run, opened_id)
    flash(_("Closed again. Neither can read it any more. That it was open stays in the log."))
    return _to_run(run)


@pages.get("/<uuid:run_id>/write-down/<uuid:opened_id>")
@needs(Permission.MEDIATE)
def write_down(case_id: uuid.UUID, run_id: uuid.UUID, opened_id: uuid.UUID) -> str:
    """What stands open, as the beginning of a commitment, a boundary or an agreement. Saving it writes it down."""
    case = case_here(case_id)
    audit.reading("exercise.read", case=case.id, subject=run_id)
    run = queries.run_of(case, run_id)
    found = settling.draft(case, opened_id, request.args.get("line"), run_id=run.id)
    start: dict[str, Any] = {
        "who": found.who.value, "what": found.what, "seen": found.seen, "otherwise": found.otherwise,
        "until": found.until,
    }  # fmt: skip
    if found.from_on is not None:
        start["from_on"] = found.from_on
    form = said_form(case, found.kind, start=start)
    return render_template("workspace/agreements/edit.html", case=case, form=form, how="new", row=None)


@pages.post("/<uuid:run_id>/wishes/<uuid:wish_id>/seen")
@needs(Permission.MEDIATE)
def seen(case_id: uuid.UUID, run_id: uuid.UUID, wish_id: uuid.UUID) -> ResponseReturnValue:
    """The mediator has seen what somebody told them. Nobody else learns of it."""
    case = case_here(case_id)
    run = queries.run_of(case, run_id)
    if wish_id not in {one.id for one in queries.told(case, run)}:
        raise NotFound
    actions.seen(case, wish_id)
    return _to_run(run)


@pages.post("/<uuid:run_id>/outcome")
@needs(Permission.MEDIATE)
def settle(case_id: uuid.UUID, run_id: uuid.UUID) -> ResponseReturnValue:
    """What becomes of it: in the joint record, with the mediator alone, or discarded."""
    case = case_here(case_id)
    run = queries.run_of(case, run_id, lock=True)
    outcome = next((one for one in Outcome if one.value == request.form.get("outcome")), None)
    if outcome is None:
        raise BadRequest(OUT_OF_DATE)

    def act() -> None:
        actions.settle(case, run, outcome)
        flash(_("Saved."))

    return _act(case_id, run_id, act)


@live_pages.get("")
@needs(Permission.MEDIATE)
def stream(case_id: uuid.UUID) -> Response:
    """The number of everything that happens in the case, as it grows. It ends with the sign-in."""
    case_here(case_id)
    me, session_id = staff_here().id, signed_in_here().session.id
    since = request.args.get("since", "")
    known = int(since) if since.isdecimal() and len(since) < 19 else 0

    def still_allowed() -> bool:
        row = db.session.get(signin.SigninSession, session_id)
        staff = db.session.get(Staff, me)
        if row is None or staff is None or not signin.alive(row, now()) or not practice.may_come_in(staff):
            return False
        mine = db.select(CaseMediator.case_id).where(CaseMediator.case_id == case_id, CaseMediator.staff_id == me)
        return StaffRole.MEDIATOR in staff.roles and db.session.scalar(mine) is not None

    return live.stream(case_id, live.DESK, known, still_allowed, me)


@live_pages.get("/version")
@needs(Permission.MEDIATE)
def version(case_id: uuid.UUID) -> Response:
    """The same number, for pages that ask for it."""
    case_here(case_id)
    return live.polled(case_id, live.DESK)


def _act(case_id: uuid.UUID, run_id: uuid.UUID, act: Callable[[], None]) -> ResponseReturnValue:
    """Do it and go back to the console; where it does not fit any more, say so there and change nothing."""
    back = url_for(".show", case_id=case_id, run_id=run_id)
    try:
        act()
    except Refused as refused:
        return _refused(refused, back)
    return redirect(back, 303)


def _refused(refused: Refused, back: str) -> ResponseReturnValue:
    errorpages.undo()
    flash(refused.message, "plain")
    return redirect(back, 303)


def _to_run(run: ExerciseRun) -> ResponseReturnValue:
    return redirect(url_for(".show", case_id=run.case_id, run_id=run.id), 303)


def _confirm(case: Case, exercise: Exercise, given: Mapping[str, str], errors: Mapping[str, str]) -> str:
    choice = starting.choice_of(exercise, queries.facts(case))
    proposed = due.for_case(now(), case).at
    told: dict[str, Any] = dict(given) or building_forms.due_fields(proposed, case.zone)
    return render_template(
        "workspace/exercises/confirm.html",
        case=case,
        session=_session_here(case, given or request.args),
        choice=choice,
        exercise=exercise,
        going=queries.going(case.id) is not None,
        quiet=stage_forms.quiet(case),
        not_derived=where.NOT_DERIVED,
        new_id=given.get("id") or uuid.uuid4(),
        sent=told,
        errors=errors,
    )


def _exercise(key: str) -> Exercise:
    """An exercise of the catalogue. Raises NotFound."""
    found = exercises().get(key)
    if found is None:
        raise NotFound
    return found


def _form_of(run: ExerciseRun, stage: int) -> uuid.UUID:
    """The form of one stage of a run. Raises NotFound where it has none."""
    found = next((one.form_id for one in run.stages if one.position == stage), None)
    if found is None:
        raise NotFound
    return found


def _session(given: Mapping[str, str]) -> uuid.UUID | None:
    """In which session, where one was named. Raises BadRequest for what is no id."""
    if not given.get("session"):
        return None
    try:
        return uuid.UUID(given["session"])
    except ValueError:
        raise BadRequest(OUT_OF_DATE) from None


def _session_here(case: Case, given: Mapping[str, str]) -> uuid.UUID | None:
    """The session a page was opened from: one of this case, with both. What else an address names is passed over."""
    try:
        named = uuid.UUID(given.get("session", ""))
    except ValueError:
        return None
    return named if queries.is_session_of(case, named) else None


def _rev(given: Mapping[str, str]) -> int:
    """What the page showed. Raises BadRequest for what is no number."""
    value = given.get("rev", "")
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise BadRequest(OUT_OF_DATE)
    return int(value)
