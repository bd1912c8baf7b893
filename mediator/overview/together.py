"""The participants' page of everything that is open to both: the same page for both of them."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.exceptions import NotFound

from mediator.core import audit, signin
from mediator.questionnaires import comparing

pages = Blueprint("together", __name__)


@pages.get("/together")
def show() -> str:
    """What both can read now. Gates are asked at this moment, not when it was opened."""
    user = signin.signed_in(signin.PARTICIPANT)
    if user is None:
        raise NotFound
    case = user.person.case
    audit.reading("openings.read", case=case.id)
    return render_template("portal/together/show.html", shown=comparing.shown_to_both(case))
