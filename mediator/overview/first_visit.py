"""The rest of a first visit, after the privacy notice: how to reach this person, and the form of the first meeting.

Stands here because it needs both the case and its forms. The page stays open later, to give safe contact anew.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mediator.cases import contact, contact_actions, contact_queries, contact_words
from mediator.cases.here import participant_here
from mediator.cases.models import Participant
from mediator.core import requests
from mediator.core.visibility import Sharing, Visibility
from mediator.guide.reading import guide
from mediator.guide.sentences import for_participant
from mediator.overview.home import working
from mediator.questionnaires import intake
from mediator.questionnaires.terms import AssignmentState

pages = Blueprint("contact", __name__, url_prefix="/contact")


@pages.get("")
def show() -> str:
    """The questions, always empty: what was answered is shown to nobody here."""
    return _page(participant_here())


@pages.post("")
@requests.takes_safety
def give() -> ResponseReturnValue:
    """Keep the answers, all or none; or put it off. Either way the form of the first meeting is there from now on."""
    person = participant_here()
    later = request.form.get("go") == "later"
    if not later:
        found, wrong = contact.read(request.form)
        if found is None:
            return _page(person, request.form, contact_words.problems(wrong, contact_words.lead(person))), 422
        contact_actions.give(person, found, secret=current_app.extensions["mediator"].secret)
        flash(_("Sent. What you answered is not shown again."))
    form = intake.at_first_visit(person, guide())
    if not later and form is not None and form.state is AssignmentState.SENT and working(person):
        return redirect(url_for("portal.questionnaires.show", assignment_id=form.id), 303)
    return redirect(url_for("portal.home.show"), 303)


def _page(person: Participant, sent: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None) -> str:
    lead = contact_words.lead(person)
    return render_template(
        "portal/welcome/contact.html",
        mediator=lead,
        asked=contact_words.words(lead),
        seen=for_participant(Visibility.SAFETY, Sharing.CLOSED, person.case.policy),
        given=contact_queries.row_of(person) is not None,
        sent=sent or {},
        errors=errors or {},
    )
