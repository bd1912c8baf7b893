"""Workspace pages that need several features at once: one case, its record, and removing a mistake."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mediator.agreements import queries as agreements
from mediator.cases import contact_queries, door_queries, state_actions
from mediator.cases import queries as cases
from mediator.cases.here import case_here
from mediator.cases.models import Case
from mediator.core import audit
from mediator.core.permissions import Permission, StaffRole, needs
from mediator.exercises import starting as exercises
from mediator.guide.agendas import AgendaBlock
from mediator.guide.content import FIRST
from mediator.guide.reading import guide
from mediator.overview import case_page, comfort_part, forms, intake_part, queries
from mediator.practice.here import staff_here
from mediator.practice.models import Staff
from mediator.questionnaires import readings, sent
from mediator.sessions import queries as sessions

pages = Blueprint("overview", __name__, url_prefix="/cases/<uuid:case_id>")


@pages.get("")
@needs(Permission.DIRECTORY)
def case(case_id: uuid.UUID) -> ResponseReturnValue:
    """One case: everything for its mediators, the directory for assistants, nothing for anybody else."""
    me = staff_here()
    if StaffRole.MEDIATOR not in me.roles:
        found = cases.listed(me, case_id)
        to_do = queries.with_something_to_do(case_id)
        page = case_page.directory(found, to_do=to_do, mediators=_mediators(found, me))
        return render_template("workspace/overview/directory.html", page=page)
    found = cases.mediated(me.id, case_id)
    audit.reading("case.read", case=case_id)
    all_forms, contacts = sent.forms(case_id), contact_queries.standing(case_id)
    said = readings.of_case(found)
    runs = exercises.listed(case_id)
    alone = {run.id for run in runs if run.one}  # the page may lie open on the table: the other learns nothing of it
    # How people come in, and what is asked at a first meeting, stands on the page only before the work.
    before = found.state in case_page.BEFORE_THE_WORK
    return render_template(
        "workspace/overview/case.html",
        page=case_page.assemble(
            found,
            readings=said.ready,
            comfort=comfort_part.gather(found, said.comfort, all_forms),
            forms=all_forms,
            contacts=contacts,
            intake=intake_part.gather(
                found,
                all_forms,
                contacts=contacts,
                came_in=door_queries.came_in(found) if before else frozenset(),
                interview=_interview() if before else (),
            ),
            agreements=agreements.to_keep(case_id),
            exercises=[run for run in runs if not run.one],
            apart=alone,
            mediators=_mediators(found, me),
            meetings=sessions.meetings(case_id),
        ),
    )


@pages.get("/record")
@needs(Permission.MEDIATE)
def record(case_id: uuid.UUID) -> ResponseReturnValue:
    """What was done on paper or face to face, where the case stands, and the moves from there."""
    found = case_here(case_id)
    return _record_page(found, forms.record_form(found))


@pages.post("/record")
@needs(Permission.MEDIATE)
def save_record(case_id: uuid.UUID) -> ResponseReturnValue:
    """Save what was recorded."""
    found = case_here(case_id)
    form = forms.record_form(found)
    if not form.validate_on_submit():
        return _record_page(found, form), 422
    answered = queries.answered(found.id)
    if state_actions.save_record(found, form.record(found), form.seen.data or "", answered=answered):
        flash(_("Saved."))
    return redirect(url_for(".record", case_id=found.id), 303)


@pages.get("/remove")
@needs(Permission.MEDIATE)
def confirm_removal(case_id: uuid.UUID) -> ResponseReturnValue:
    """Say what removing means before it is done."""
    found = case_here(case_id)
    if not state_actions.may_remove(found, answered=queries.answered(found.id)):
        return redirect(url_for(".record", case_id=found.id), 303)
    return render_template("workspace/overview/remove.html", case=found)


@pages.post("/remove")
@needs(Permission.MEDIATE)
def remove(case_id: uuid.UUID) -> ResponseReturnValue:
    """Remove an enquiry made by mistake."""
    found = case_here(case_id)
    state_actions.remove(found, answered=queries.answered(found.id))
    flash(_("The enquiry is removed."))
    return redirect(url_for("workspace.cases.index"), 303)


def _mediators(found: Case, me: Staff) -> list[tuple[str, bool]]:
    """Who mediates a case, and whether they lead it; the lead first. Most cases have one, who is the one that asks."""
    if [row.staff_id for row in found.mediators] == [me.id]:
        return [(me.name, found.mediators[0].lead)]
    return [(staff.name, lead) for staff, lead in cases.team(found.id)]


def _interview() -> Sequence[AgendaBlock]:
    """The agenda of a first meeting with one person, as the guide has it."""
    agendas = guide().agendas(FIRST)
    return agendas[min(agendas)] if agendas else ()


def _record_page(found: Case, form: forms.RecordForm) -> str:
    audit.reading("case.record.read", case=found.id)
    answered = queries.answered(found.id)
    return render_template(
        "workspace/overview/record.html",
        case=found,
        form=form,
        moves=state_actions.moves(found),
        standing=case_page.standing(found),
        policy_open=state_actions.policy_may_change(found, answered=answered),
        policy_hints=forms.policy_hints(),
        suitability_hints=forms.SUITABILITY_HINTS,
        hold_seen=state_actions.hold_version(found),
        may_remove=state_actions.may_remove(found, answered=answered),
    )
