"""A participant's own start page."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.exceptions import NotFound

from mediator.core import signin
from mediator.overview.home import home_of

pages = Blueprint("home", __name__)


@pages.get("/")
def show() -> str:
    """What there is to do, what was handed in, and where to read who sees what. Nothing about the other's doing."""
    user = signin.signed_in(signin.PARTICIPANT)
    if user is None:
        raise NotFound
    return render_template("portal/home/show.html", person=user.person, home=home_of(user.person))
