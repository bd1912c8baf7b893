"""The participants' page of everything that is open to both: the same page for both of them."""

from __future__ import annotations

from flask import Blueprint, render_template

from mediator.cases.here import participant_here
from mediator.core import audit
from mediator.exercises import joint
from mediator.exercises.opened import laid_out, names_of
from mediator.exercises.together import queries as text_queries

pages = Blueprint("together", __name__)


@pages.get("/together")
def show() -> str:
    """What both can read now. Gates are asked at this moment, not when it was opened."""
    person = participant_here()
    case = person.case
    audit.reading("openings.read", case=case.id)
    return render_template(
        "portal/together/show.html",
        found=laid_out(case.id, joint.shown_to_both(case), names_of(person)),
        texts=text_queries.standing(case),
    )
