"""The mediator's pages of planning: a new session, the session as it is planned, changing and cancelling it."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mediator.cases.here import case_here
from mediator.cases.models import Case
from mediator.cases.queries import gate_facts
from mediator.core.permissions import Permission, needs
from mediator.core.requests import posted_id
from mediator.sessions import agenda_page, forms, labels, planning, planning_gates
from mediator.sessions.models import MediationSession
from mediator.sessions.terms import SessionState

pages = Blueprint("sessions", __name__, url_prefix="/cases/<uuid:case_id>/sessions")

#: Where a session is looked at in each state but planned and cancelled.
ELSEWHERE = {
    SessionState.RUNNING: "workspace.run.show",
    SessionState.PAUSED: "workspace.run.show",
    SessionState.ENDED: "workspace.summary.show",
    SessionState.WRITTEN_UP: "workspace.summary.show",
}


@pages.get("/new")
@needs(Permission.MEDIATE)
def new(case_id: uuid.UUID) -> str:
    """An empty page for a session, with what is usual in it."""
    case = case_here(case_id)
    return _page(case, None, forms.plan_form(case, None))


@pages.post("/new")
@needs(Permission.MEDIATE)
def create(case_id: uuid.UUID) -> ResponseReturnValue:
    """Plan the session. The same page sent twice makes one."""
    case, session_id = case_here(case_id), posted_id()
    form = forms.plan_form(case, None)
    if not form.validate_on_submit():
        return _page(case, None, form), 422
    row = planning.plan(case, session_id, form.plan())
    flash(_("Planned. Nothing was sent to anybody."))
    return redirect(url_for(".show", case_id=case.id, session_id=row.id), 303)


@pages.get("/<uuid:session_id>")
@needs(Permission.MEDIATE)
def show(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """A planned session is its agenda; one that began or is over is looked at elsewhere."""
    case, row = agenda_page.read(case_id, session_id)
    if row.state in ELSEWHERE:
        return redirect(url_for(ELSEWHERE[row.state], case_id=case.id, session_id=row.id), 303)
    if row.state is SessionState.CANCELLED:
        return render_template(
            "workspace/sessions/show.html",
            case=case,
            session=row,
            title=labels.title(case, row),
            when=labels.when(case, row),
            possible=row.attendees in planning.may_attend(case),
        )
    return agenda_page.page(case, row, search=request.args.get("q", ""), said=agenda_page.said(row, request.args))


@pages.get("/<uuid:session_id>/plan")
@needs(Permission.MEDIATE)
def edit(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """A planned session on the page it was planned on."""
    case, row = agenda_page.read(case_id, session_id)
    if row.state is not SessionState.PLANNED:
        return redirect(url_for(".show", case_id=case.id, session_id=row.id), 303)
    return _page(case, row, forms.plan_form(case, row))


@pages.post("/<uuid:session_id>/plan")
@needs(Permission.MEDIATE)
def change(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Save what was changed about a planned session."""
    case, row = agenda_page.session_of(case_id, session_id)
    form = forms.plan_form(case, row)
    if not form.validate_on_submit():
        return _page(case, row, form), 422
    if planning.change(case, row, form.plan(), form.seen.data or ""):
        flash(_("Saved."))
    return redirect(url_for(".show", case_id=case.id, session_id=row.id), 303)


@pages.post("/<uuid:session_id>/cancel")
@needs(Permission.MEDIATE)
def cancel(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Cancel a planned session. It can be planned again."""
    case, row = agenda_page.session_of(case_id, session_id)
    planning.cancel(row)
    return redirect(url_for(".show", case_id=case.id, session_id=row.id), 303)


@pages.post("/<uuid:session_id>/plan-again")
@needs(Permission.MEDIATE)
def plan_again(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Take the cancellation back."""
    case, row = agenda_page.session_of(case_id, session_id)
    planning.plan_again(case, row)
    flash(_("Planned again."))
    return redirect(url_for(".show", case_id=case.id, session_id=row.id), 303)


def _page(case: Case, row: MediationSession | None, form: forms.PlanForm) -> str:
    facts = gate_facts(case)
    gates = planning_gates.closed(facts)
    return render_template(
        "workspace/sessions/new.html",
        case=case,
        session=row,
        title=labels.title(case, row) if row is not None else "",
        form=form,
        reasons=[planning_gates.SENTENCES[gate] for gate in gates if gate not in planning_gates.APART],
        apart=[planning_gates.SENTENCES[gate] for gate in gates if gate in planning_gates.APART],
        safer_apart=planning_gates.safer_apart(facts),
        both_possible=not gates,
    )
