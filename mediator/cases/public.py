"""Public pages of doors: opening a link, asking for a new one, leaving."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mediator.cases import door_actions
from mediator.core import signin

pages = Blueprint("doors", __name__)


@pages.get("/d/<token>")
def link(token: str) -> str:
    """One page with one button, the same for every token: it looks nothing up, so it tells and changes nothing."""
    return render_template("public/doors/link.html", token=token)


@pages.post("/d/<token>")
def open_link(token: str) -> ResponseReturnValue:
    """Sign in if the door opens, and leave the token's address at once."""
    person = door_actions.use(token)
    if person is None:
        return render_template("public/doors/shut.html"), 410
    signin.sign_in(signin.PARTICIPANT, person)
    return redirect(url_for("portal.home.show"), 303)


@pages.get("/new-link")
def new_link() -> str:
    """Where everybody comes who is not signed in and has no link that opens."""
    return render_template("public/doors/new_link.html")


@pages.post("/new-link")
def ask_for_link() -> str:
    """The same answer for every address, known or not, asked once or often."""
    door_actions.ask_for_link(current_app.extensions["mediator"].secret, request.form.get("email", ""))
    return render_template("public/doors/asked.html")


@pages.post("/exit")
def leave() -> ResponseReturnValue:
    """End the session at the server, empty the browser of us, and show an everyday page.

    Works from a page of any age and without a token: being signed out by somebody else's form harms less than
    a button that fails when it is needed.
    """
    signin.sign_out()
    response = redirect(current_app.extensions["mediator"].exit_url, 303)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response
