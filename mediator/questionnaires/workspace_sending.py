"""The mediator's acts on a form: sending it, moving its time, taking it back, handing it back, calling it to mind."""

from __future__ import annotations

import uuid

from flask import Blueprint, current_app, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from mediator.cases import door_actions
from mediator.cases.here import case_here
from mediator.core.clock import now
from mediator.core.permissions import Permission, needs
from mediator.questionnaires import building_forms, case_forms, reminders, sending
from mediator.questionnaires.form_page import letters_of, page, person_of, tell, to_form

pages = Blueprint("sending", __name__, url_prefix="/cases/<uuid:case_id>/forms")


@pages.post("/<uuid:form_id>/send")
@needs(Permission.MEDIATE)
def send(case_id: uuid.UUID, form_id: uuid.UUID) -> ResponseReturnValue:
    """Send the form to whoever is ticked."""
    case = case_here(case_id)
    form = case_forms.form_of(case, form_id)
    letters = [letter for letter in letters_of(case) if request.form.get(f"to.{letter.value}")]
    if not letters:
        return page(case, form, {"to": _("Choose who gets the form.")}), 422
    if form.due_at is None and not case_forms.is_for_everybody(form):
        return page(case, form, {"due_date": _("Say first by when this form is to be handed in.")}), 422
    if form.due_at is not None and form.due_at <= now():
        return page(case, form, {"due_date": _("Choose a time that is still to come.")}), 422
    tell(sending.send(case, form, letters), case)
    return to_form(case, form)


@pages.post("/<uuid:form_id>/due")
@needs(Permission.MEDIATE)
def due(case_id: uuid.UUID, form_id: uuid.UUID) -> ResponseReturnValue:
    """Move the due time, for everybody who has the form still to do."""
    case = case_here(case_id)
    form = case_forms.form_of(case, form_id)
    errors: dict[str, str] = {}
    due_at = building_forms.read_due(request.form, case.zone, now(), errors)
    if due_at is None:
        return page(case, form, errors, request.form), 422
    sending.set_due(case, form, due_at)
    flash(_("The due time is changed."))
    return to_form(case, form)


@pages.post("/<uuid:form_id>/withdraw/<letter>")
@needs(Permission.MEDIATE)
def withdraw(case_id: uuid.UUID, form_id: uuid.UUID, letter: str) -> ResponseReturnValue:
    """Take a form back from one person who has not handed it in."""
    case = case_here(case_id)
    form, person = case_forms.form_of(case, form_id), person_of(case, letter)
    sending.withdraw(case, form, person)
    flash(_("Withdrawn. %(name)s does not see the form any more.", name=person.name))
    return to_form(case, form)


@pages.post("/<uuid:form_id>/reopen/<letter>")
@needs(Permission.MEDIATE)
def reopen(case_id: uuid.UUID, form_id: uuid.UUID, letter: str) -> ResponseReturnValue:
    """Hand a form back to its author, who may change it and hand it in again."""
    case = case_here(case_id)
    form, person = case_forms.form_of(case, form_id), person_of(case, letter)
    sending.reopen(case, form, person)
    flash(_("Handed back. You read the answers again once %(name)s hands them in.", name=person.name))
    return to_form(case, form)


@pages.post("/<uuid:form_id>/remind/<letter>")
@needs(Permission.MEDIATE)
def remind(case_id: uuid.UUID, form_id: uuid.UUID, letter: str) -> ResponseReturnValue:
    """Send a reminder to one person who still has the form to do; no second one within a day."""
    case = case_here(case_id)
    form, person = case_forms.form_of(case, form_id), person_of(case, letter)
    assignment = case_forms.assignment_of(form, person)
    if assignment is None:
        raise NotFound
    if not reminders.remind_now(case, person, assignment):
        flash(_("%(name)s had a reminder of this form within the last day.", name=person.name), "plain")
    elif current_app.extensions["mediator"].mail is not None and door_actions.goes_by_mail(person):
        flash(_("A reminder is on its way to %(name)s.", name=person.name))
    else:
        flash(_("A reminder for %(name)s is ready. Pass it on under Ready to send.", name=person.name), "plain")
    return to_form(case, form)
