"""How to reach one person safely, for the mediators of their case: on this page and nowhere else."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mediator.cases import contact, contact_actions, contact_queries, contact_words
from mediator.cases.here import person_here
from mediator.cases.models import Participant
from mediator.core import audit, requests
from mediator.core.permissions import Permission, needs

pages = Blueprint("contact", __name__, url_prefix="/cases/<uuid:case_id>/contact/<letter>")


@pages.get("")
@needs(Permission.MEDIATE)
def show(case_id: uuid.UUID, letter: str) -> str:
    """What this person said about reaching them, and the form to type it in for them."""
    return _page(person_here(case_id, letter))


@pages.post("")
@requests.takes_safety
@needs(Permission.MEDIATE)
def type_in(case_id: uuid.UUID, letter: str) -> ResponseReturnValue:
    """Type in what somebody said on paper or aloud. It takes the place of what stood there."""
    person = person_here(case_id, letter)
    found, wrong = contact.read(request.form)
    if found is None:
        return _page(person, request.form, contact_words.problems(wrong, contact_words.lead(person))), 422
    contact_actions.give(person, found, secret=current_app.extensions["mediator"].secret, typed_in=True)
    flash(_("Saved for %(name)s, marked as typed in.", name=person.name))
    return _to(person)


@pages.post("/read")
@needs(Permission.MEDIATE)
def mark_read(case_id: uuid.UUID, letter: str) -> ResponseReturnValue:
    """The mediator has read what stood on the page."""
    person = person_here(case_id, letter)
    if contact_actions.mark_read(person, request.form.get("mark", "")):
        flash(_("Marked as read."))
    else:
        flash(_("This was given anew since you opened the page. Please read it again."), "plain")
    return _to(person)


def _page(person: Participant, sent: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None) -> str:
    audit.reading("contact.read", case=person.case_id, subject=person.id)
    lead = contact_words.lead(person)
    given = contact_queries.given(person)
    return render_template(
        "workspace/contact/show.html",
        case=person.case,
        person=person,
        given=given,
        said=contact_words.said(given.contact, lead) if given is not None else [],
        asked=contact_words.words(lead),
        sent=sent or {},
        errors=errors or {},
    )


def _to(person: Participant) -> ResponseReturnValue:
    return redirect(url_for(".show", case_id=person.case_id, letter=person.letter.value), 303)
