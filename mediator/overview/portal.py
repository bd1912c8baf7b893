"""A participant's own start page."""

from __future__ import annotations

from flask import Blueprint, render_template

from mediator.cases.here import participant_here
from mediator.overview.home import home_of

pages = Blueprint("home", __name__)


@pages.get("/")
def show() -> str:
    """What there is to do, what was handed in, and where to read who sees what. Nothing about the other's doing."""
    person = participant_here()
    return render_template("portal/home/show.html", person=person, home=home_of(person))
