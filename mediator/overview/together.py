"""The participants' page of everything that is open to both: the same page for both of them."""

from __future__ import annotations

from flask import Blueprint, render_template

from mediator.cases.here import participant_here
from mediator.core import audit
from mediator.exercises import queries as exercises
from mediator.exercises import text_queries
from mediator.questionnaires import comparing

pages = Blueprint("together", __name__)


@pages.get("/together")
def show() -> str:
    """What both can read now. Gates are asked at this moment, not when it was opened."""
    case = participant_here().case
    audit.reading("openings.read", case=case.id)
    shown = comparing.shown_to_both(case, exercises.locked_forms(case))
    return render_template("portal/together/show.html", shown=shown, texts=text_queries.standing(case))
