"""Signed-out pages for staff: sign in, set the instance up, choose a password by a link."""

from __future__ import annotations

import uuid

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from mediator.core import config, signin
from mediator.core.requests import posted_id
from mediator.core.tokens import email_index
from mediator.practice import account, actions, anew, queries, zones
from mediator.practice.forms import SetUpForm, SignInForm, WelcomeForm
from mediator.practice.models import Staff
from mediator.practice.navigation import start_for
from mediator.practice.wayback import safe_next

pages = Blueprint("staff", __name__)


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """E-mail and password. An unknown address, a wrong password and a pause are answered alike."""
    practice = queries.practice()
    if practice is None:
        return render_template("public/staff/not_set_up.html")
    target = safe_next(request.values.get("next"))
    user = signin.signed_in(signin.STAFF)
    if request.method == "GET" and user is not None:
        return redirect(target or start_for(user.person))
    form = SignInForm()
    form.next.data = target or ""
    no_match = False
    if form.validate_on_submit():
        told: config.Config = current_app.extensions["mediator"]
        email, password = form.email.data or "", form.password.data or ""
        staff = account.match_password(email_index(told.secret, email), email, password)
        if staff is not None:
            return after_password(staff) or _enter(staff, target)
        no_match = True
    words = {"form": form, "no_match": no_match, "practice": practice}
    return render_template("public/staff/sign_in.html", **words), _status()


def after_password(staff: Staff) -> ResponseReturnValue | None:
    """The one place between a right password and being signed in: where the second factor is asked for.

    None lets the person in at once, which is the rule while a password is all that staff have. Every way in
    by password comes through here.
    """
    return None


def _enter(staff: Staff, target: str | None = None) -> ResponseReturnValue:
    """Start the session and go to the page that was asked for, or to where this person starts."""
    signin.sign_in(signin.STAFF, staff)
    account.signed_in(staff)
    if anew.unread(staff):
        flash(_("Another password was chosen for you by a link. Read under “Your details” who made it."), "plain")
    return redirect(target or start_for(staff))


@pages.route("/set-up/<token>", methods=["GET", "POST"])
def set_up(token: str) -> ResponseReturnValue:
    """Name the practice and its owner, in one page and one transaction. The link from the console works once."""
    if request.method == "POST" and queries.staff(posted_id()) is not None:
        return redirect(url_for("public.staff.sign_in"))  # the same page sent twice
    if queries.set_up_link(token) is None:
        raise NotFound
    form = SetUpForm()
    if form.validate_on_submit():
        owner = actions.NewStaff(posted_id(), form.name.data or "", form.email.data or "")
        staff = actions.set_up(token, form.settings, owner, form.password.data or "", mediates=bool(form.mediates.data))
        return after_password(staff) or _enter(staff)
    if request.method == "GET":
        form.id.data, form.zone.data = str(uuid.uuid4()), zones.guess()
    return render_template("public/staff/set_up.html", form=form, token=token), _status()


@pages.route("/welcome/<token>", methods=["GET", "POST"])
def welcome(token: str) -> ResponseReturnValue:
    """Choose a password, by a link that works once and for three days."""
    staff, practice = queries.welcomed(token), queries.practice()
    if staff is None or practice is None:
        raise NotFound
    form = WelcomeForm()
    form.context = (practice.name, staff.name, staff.email)
    if form.validate_on_submit():
        staff = actions.choose_password(token, form.password.data or "")
        return after_password(staff) or _enter(staff)
    words = {"form": form, "token": token, "staff": staff, "practice": practice}
    return render_template("public/staff/welcome.html", **words), _status()


def _status() -> int:
    """A form that comes back is one that could not be taken as it was."""
    return 422 if request.method == "POST" else 200
