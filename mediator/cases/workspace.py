"""Workspace pages of cases: the list, a new case, correcting people and plan, who mediates, moves, holds."""

from __future__ import annotations

import uuid

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from mediator.cases import actions, forms, labels, list_page, queries, state_actions
from mediator.cases.here import case_here
from mediator.cases.models import Case
from mediator.cases.terms import CaseState, Policy
from mediator.core.choices import choices
from mediator.core.db import db
from mediator.core.errors import BadRequest
from mediator.core.permissions import Permission, needs
from mediator.core.requests import posted_id
from mediator.core.visibility import Letter
from mediator.practice.here import staff_here
from mediator.practice.queries import practice

pages = Blueprint("cases", __name__, url_prefix="/cases")

#: Moves that are confirmed on a page of their own, since they can't be taken back.
CONFIRMED = {"close": CaseState.CLOSED, "end": CaseState.ENDED}


@pages.get("")
@needs(Permission.DIRECTORY)
def index() -> ResponseReturnValue:
    """The pairs this person may list: names, dates and a word, a page at a time."""
    return list_page.show(staff_here(), request.args)


@pages.post("/search")
@needs(Permission.DIRECTORY)
def search() -> ResponseReturnValue:
    """The pairs of that name. Sent as a form, so that no name stays in an address, a history or a log."""
    name = request.form.get("q", "").strip()[: forms.NAME_LENGTH]
    return list_page.show(staff_here(), request.form, name)


@pages.get("/new")
@needs(Permission.MEDIATE)
def new() -> ResponseReturnValue:
    """An empty page for a new case."""
    return _new_page(_new_form())


@pages.post("/new")
@needs(Permission.MEDIATE)
def create() -> ResponseReturnValue:
    """Open a case. The same page sent twice finds the case that is there."""
    case_id, me = posted_id(), staff_here()
    if db.session.get(Case, case_id) is not None:
        queries.mediated(me.id, case_id)
        return _to_case(case_id)
    form = _new_form()
    if not form.validate_on_submit():
        return _new_page(form), 422
    actions.open_case(
        case_id,
        me,
        form.people(),
        form.plan(),
        Policy(form.policy.data),
        forms.ticked(form),
        secret=_secret(),
    )
    flash(_("The case is saved. Nothing was sent to anybody."))
    return _to_case(case_id)


@pages.get("/<uuid:case_id>/participants/<letter>")
@needs(Permission.MEDIATE)
def participant(case_id: uuid.UUID, letter: str) -> ResponseReturnValue:
    """Correct what is known about one person, or add the second."""
    case = case_here(case_id)
    return _participant_page(case, _letter(letter), _person_form(case, _letter(letter)))


@pages.post("/<uuid:case_id>/participants/<letter>")
@needs(Permission.MEDIATE)
def save_participant(case_id: uuid.UUID, letter: str) -> ResponseReturnValue:
    """Save the correction, or the second person."""
    case, which = case_here(case_id), _letter(letter)
    person, form = case.participant(which), _person_form(case, which)
    if not form.validate_on_submit():
        return _participant_page(case, which, form), 422
    if person is None or not form.seen.data:
        actions.add_second(case, posted_id(), form.details(), form.zone.data, secret=_secret())
        flash(_("The second person is added."))
    elif actions.correct(person, form.details(), form.zone.data, form.seen.data, secret=_secret()):
        flash(_("Saved."))
    return _to_case(case.id)


@pages.get("/<uuid:case_id>/plan")
@needs(Permission.MEDIATE)
def plan(case_id: uuid.UUID) -> ResponseReturnValue:
    """What the two are to each other, the route, and the words."""
    case = case_here(case_id)
    return _plan_page(case, _plan_form(case))


@pages.post("/<uuid:case_id>/plan")
@needs(Permission.MEDIATE)
def save_plan(case_id: uuid.UUID) -> ResponseReturnValue:
    """Save relation, route, words and zone."""
    case = case_here(case_id)
    form = _plan_form(case)
    if not form.validate_on_submit():
        return _plan_page(case, form), 422
    if actions.replan(case, form.plan(), form.seen.data or ""):
        flash(_("Saved. Forms already sent keep their words."))
    return _to_case(case.id)


@pages.get("/<uuid:case_id>/mediators")
@needs(Permission.MEDIATE)
def team(case_id: uuid.UUID) -> ResponseReturnValue:
    """Who mediates this case."""
    return _team_page(case_here(case_id))


@pages.post("/<uuid:case_id>/mediators")
@needs(Permission.MEDIATE)
def save_team(case_id: uuid.UUID) -> ResponseReturnValue:
    """Add and remove co-mediators."""
    case, me = case_here(case_id), staff_here()
    offered = queries.may_co_mediate(case, me.id)
    form = forms.team_form(case, offered)
    if form.validate_on_submit() and actions.set_co_mediators(
        case, me, forms.ticked(form), [staff.id for staff in offered], form.seen.data or ""
    ):
        flash(_("Saved."))
    return redirect(url_for(".team", case_id=case.id), 303)


@pages.post("/<uuid:case_id>/lead")
@needs(Permission.MEDIATE)
def hand_over_lead(case_id: uuid.UUID) -> ResponseReturnValue:
    """Hand the lead to a co-mediator."""
    case, me = case_here(case_id), staff_here()
    to = next((staff for staff, lead in queries.team(case.id) if str(staff.id) == request.form.get("to")), None)
    if to is None:
        raise BadRequest("This page is out of date. Please open it again.")
    actions.hand_over_lead(case, me, to)
    flash(_("%(name)s leads this case now.", name=to.name))
    return redirect(url_for(".team", case_id=case.id), 303)


@pages.get("/<uuid:case_id>/<any(close, end):how>")
@needs(Permission.MEDIATE)
def confirm(case_id: uuid.UUID, how: str) -> ResponseReturnValue:
    """Say what closing or ending means before it is done."""
    case = case_here(case_id)
    to = CONFIRMED[how]
    if to not in {move.to for move in state_actions.moves(case)}:
        return _to_record(case.id)
    form = forms.MoveForm(to=to.value, was=case.state.value)
    return render_template("workspace/cases/confirm.html", case=case, how=how, form=form)


@pages.post("/<uuid:case_id>/move")
@needs(Permission.MEDIATE)
def move(case_id: uuid.UUID) -> ResponseReturnValue:
    """Move the case to another state."""
    case = case_here(case_id)
    form = forms.MoveForm()
    try:
        to, seen = CaseState(form.to.data or ""), CaseState(form.was.data or "")
    except ValueError:
        raise BadRequest("This page is out of date. Please open it again.") from None
    if state_actions.move(case, to, seen):
        flash(_("State: %(state)s.", state=_(labels.state_word(case.state, case.hold))))
    return _to_record(case.id)


@pages.post("/<uuid:case_id>/hold")
@needs(Permission.MEDIATE)
def hold(case_id: uuid.UUID) -> ResponseReturnValue:
    """Put the case on hold, at once. No length of a reason keeps anybody from it."""
    case = case_here(case_id)
    form = forms.HoldForm()
    reason = (form.reason.data or "").strip() or None
    state_actions.put_on_hold(case, reason, form.seen.data or "")
    flash(_("Everything joint has stopped. To both it looks like a break."))
    return _to_record(case.id)


@pages.post("/<uuid:case_id>/lift")
@needs(Permission.MEDIATE)
def lift(case_id: uuid.UUID) -> ResponseReturnValue:
    """Lift the hold."""
    case = case_here(case_id)
    state_actions.lift_hold(case, forms.SeenForm().seen.data or "")
    flash(_("Joint things may go on."))
    return _to_record(case.id)


def _secret() -> bytes:
    secret: bytes = current_app.extensions["mediator"].secret
    return secret


def _to_case(case_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("workspace.overview.case", case_id=case_id), 303)


def _to_record(case_id: uuid.UUID) -> ResponseReturnValue:
    return redirect(url_for("workspace.overview.record", case_id=case_id), 303)


def _letter(text: str) -> Letter:
    try:
        return Letter(text.upper())
    except ValueError:
        raise NotFound from None


def _new_form() -> forms.NewCaseForm:
    own = practice()
    zone = own.zone if own is not None else staff_here().zone
    return forms.new_case_form(queries.other_mediators(staff_here().id), _secret(), zone)


def _new_page(form: forms.NewCaseForm) -> str:
    return render_template(
        "workspace/cases/new.html", form=form, boxes=forms.boxes(form), policy_hints=forms.policy_hints()
    )


def _person_form(case: Case, letter: Letter) -> forms.PersonForm:
    person = case.participant(letter)
    if person is None and letter is Letter.A:
        raise NotFound
    return forms.person_form(person, case.participant(letter.other), case.zone, _secret())


def _participant_page(case: Case, letter: Letter, form: forms.PersonForm) -> str:
    return render_template(
        "workspace/cases/participant.html",
        case=case,
        letter=letter,
        person=case.participant(letter),
        form=form,
    )


def _plan_form(case: Case) -> forms.PlanForm:
    return forms.PlanForm(
        relation=case.relation.value,
        route=case.route.value,
        closure=case.closure,
        zone=case.zone,
        seen=actions.plan_version(case),
    )


def _plan_page(case: Case, form: forms.PlanForm) -> str:
    return render_template("workspace/cases/plan.html", case=case, form=form)


def _team_page(case: Case) -> str:
    me = staff_here()
    people = queries.team(case.id)
    leads = any(lead and staff.id == me.id for staff, lead in people)
    form = forms.team_form(case, queries.may_co_mediate(case, me.id))
    lead_form = forms.LeadForm()
    lead_form.to.choices = choices(
        (str(staff.id), staff.name) for staff, lead in people if not lead and staff.active and staff.is_mediator
    )
    return render_template(
        "workspace/cases/team.html",
        case=case,
        people=people,
        leads=leads,
        form=form,
        boxes=forms.boxes(form),
        lead_form=lead_form,
    )
