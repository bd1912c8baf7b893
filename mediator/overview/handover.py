"""Handing a device to one participant for one form: the mediator's session ends, the portal opens for that person."""

from __future__ import annotations

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mediator.cases import door_actions
from mediator.cases.here import person_here
from mediator.cases.models import Participant
from mediator.core import signin
from mediator.core.errors import Refused
from mediator.core.permissions import Permission, needs
from mediator.overview.home import open_forms
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.terms import AssignmentState

pages = Blueprint("handover", __name__)


@pages.get("/cases/<uuid:case_id>/hand-over/<letter>")
@needs(Permission.MEDIATE)
def show(case_id: uuid.UUID, letter: str) -> str:
    """Which form to open, and what will happen. Changes nothing."""
    person = person_here(case_id, letter)
    forms = open_forms(person) if door_actions.may_have_doors(person.case) else []
    return render_template(
        "workspace/doors/hand_over.html",
        case=person.case,
        person=person,
        forms=[row for row in forms if not _begun(row)],
        begun=any(_begun(row) for row in forms),
    )


@pages.post("/cases/<uuid:case_id>/hand-over/<letter>")
@needs(Permission.MEDIATE)
def hand_over(case_id: uuid.UUID, letter: str) -> ResponseReturnValue:
    """End the mediator's session and open one form for one person, on this device."""
    person = person_here(case_id, letter)
    chosen = next((row for row in open_forms(person) if str(row.id) == request.form.get("form")), None)
    if chosen is None:
        raise Refused(_("This form can’t be answered any more. Go back and choose again."))
    if _begun(chosen):
        raise Refused(
            _(
                "%(name)s has begun this form. Their drafts are theirs alone, so it is not handed over.",
                name=person.name,
            )
        )
    door_actions.hand_over(person, chosen.id)
    signin.sign_in(signin.PARTICIPANT, person, scope=chosen.id)
    response = redirect(url_for("portal.questionnaires.show", assignment_id=chosen.id), 303)
    response.headers["Clear-Site-Data"] = '"cache"'  # the mediator's pages are not one "back" away
    return response


def may_go_on(person: Participant, form: uuid.UUID) -> bool:
    """Whether the one form a device was handed over for can still be answered: not on a break, not once closed."""
    return any(row.id == form for row in open_forms(person))


def _begun(row: Assignment) -> bool:
    """Whether there may be drafts, which nobody but their author reads, and a handed-over device would show."""
    return row.state is not AssignmentState.SENT
