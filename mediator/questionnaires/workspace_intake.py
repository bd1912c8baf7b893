"""The form of the first meeting from the case page: made by hand for somebody who answers on paper."""

from __future__ import annotations

import uuid

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from mediator.cases.here import case_here
from mediator.core.permissions import Permission, needs
from mediator.guide.reading import guide
from mediator.practice.here import staff_here
from mediator.questionnaires import intake

pages = Blueprint("intake", __name__, url_prefix="/cases/<uuid:case_id>")


@pages.post("/first-meeting")
@needs(Permission.MEDIATE)
def make(case_id: uuid.UUID) -> ResponseReturnValue:
    """Make the form where there is none, and lead to it, where it is printed, typed in or sent. Twice is as once."""
    case = case_here(case_id)
    form = intake.make(staff_here().id, case, guide())
    return redirect(url_for("workspace.forms.show", case_id=case.id, form_id=form.id), 303)
