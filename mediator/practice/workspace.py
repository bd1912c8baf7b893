"""Workspace pages of the practice: one's own account, people, settings, and what was done."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from mediator.core import audit, config, signin
from mediator.core.permissions import Permission, StaffRole, needs
from mediator.core.requests import posted_id
from mediator.core.tokens import email_index
from mediator.practice import account as accounts
from mediator.practice import actions, anew, link_mail, log, queries
from mediator.practice.forms import DetailsForm, PasswordForm, PersonForm, PracticeForm, RolesForm
from mediator.practice.here import signed_in_here, staff_here
from mediator.practice.models import Practice, Staff
from mediator.practice.navigation import practice_places
from mediator.practice.verbs import GROUPS

pages = Blueprint("staff", __name__)


# One's own account


@pages.post("/sign-out")
@needs(Permission.ACCOUNT)
def sign_out() -> ResponseReturnValue:
    """End this browser's session, and have it forget what it kept of us."""
    audit.record("signin.ended")
    signin.sign_out()
    response = redirect(url_for("public.staff.sign_in"))
    response.headers["Clear-Site-Data"] = '"cache", "storage"'  # "cookies" would end the practice's other sites
    return response


@pages.get("/account")
@needs(Permission.ACCOUNT)
def account() -> ResponseReturnValue:
    """One's own details, password and sessions."""
    return _account()


@pages.post("/account/details")
@needs(Permission.ACCOUNT)
def account_details() -> ResponseReturnValue:
    """One's own name and time zone."""
    form = DetailsForm()
    if not form.validate():
        return _account(details=form), 422
    accounts.change_details(staff_here(), name=form.name.data or "", zone=form.zone.data)
    return _saved("workspace.staff.account")


@pages.post("/account/password")
@needs(Permission.ACCOUNT)
def account_password() -> ResponseReturnValue:
    """A new password for oneself. Wrong tries at the present one count like those at the sign-in page."""
    user, form = signed_in_here(), PasswordForm()
    staff: Staff = user.person
    form.context = (_practice().name, staff.name, staff.email)
    if form.validate():
        told: config.Config = current_app.extensions["mediator"]
        asked = accounts.match_password(email_index(told.secret, staff.email), staff.email, form.current.data or "")
        if asked is not None:
            accounts.change_password(staff, form.password.data or "", keep=user.session.id)
            flash(_("Your password is changed. You are signed out everywhere else."))
            return redirect(url_for("workspace.staff.account"))
        form.current.errors = [_("That didn’t match, or there were too many tries. Wait a few minutes and try again.")]
    return _account(password=form), 422


@pages.post("/account/password/read")
@needs(Permission.ACCOUNT)
def account_password_read() -> ResponseReturnValue:
    """Somebody has read that another password was chosen for them by a link."""
    accounts.read_of_another_password(staff_here())
    return _saved("workspace.staff.account")


@pages.post("/account/sessions/<uuid:session_id>/end")
@needs(Permission.ACCOUNT)
def session_end(session_id: uuid.UUID) -> ResponseReturnValue:
    """End one of one's own sessions in another browser."""
    user = signed_in_here()
    if session_id == user.session.id:
        raise NotFound  # this one ends by signing out
    accounts.end_session(user.person, session_id)
    flash(_("That browser is signed out."))
    return redirect(url_for("workspace.staff.account"))


@pages.post("/account/sessions/end-others")
@needs(Permission.ACCOUNT)
def sessions_end_others() -> ResponseReturnValue:
    """End all of one's own sessions but this one."""
    user = signed_in_here()
    accounts.end_other_sessions(user.person, keep=user.session.id)
    flash(_("You are signed out everywhere else."))
    return redirect(url_for("workspace.staff.account"))


def _account(details: DetailsForm | None = None, password: PasswordForm | None = None) -> str:
    user = signed_in_here()
    return render_template(
        "workspace/staff/account.html",
        details=details or DetailsForm(formdata=None, obj=user.person),
        password=password or PasswordForm(formdata=None),
        staff=user.person,
        another=anew.of(user.person),
        here=user.session.id,
        sessions=signin.live_sessions(signin.STAFF, user.person.id),
    )


# People


@pages.get("/people")
@needs(Permission.PRACTICE)
def people() -> ResponseReturnValue:
    """Everybody who works here, with their roles."""
    return render_template("workspace/staff/people.html", people=queries.everybody())


@pages.route("/people/new", methods=["GET", "POST"])
@needs(Permission.PRACTICE)
def people_new() -> ResponseReturnValue:
    """Add somebody. The link by which they choose a password is shown once, on the answer to this page."""
    form = PersonForm()
    if request.method == "POST" and queries.staff(posted_id()) is not None:
        return redirect(url_for("workspace.staff.person", staff_id=posted_id()))  # the same page sent twice
    if form.validate_on_submit():
        if queries.staff_by_email(form.email.data or "") is None:
            person = actions.NewStaff(posted_id(), form.name.data or "", form.email.data or "")
            staff, token = actions.add_staff(person, form.roles, zone=_practice().zone)
            return _link(staff, token)
        form.email.errors = [_("Somebody with this email is here already")]
    if request.method == "GET":
        form.id.data = str(uuid.uuid4())
    status = 422 if request.method == "POST" else 200
    return render_template("workspace/staff/person_new.html", form=form), status


@pages.get("/people/<uuid:staff_id>")
@needs(Permission.PRACTICE)
def person(staff_id: uuid.UUID) -> ResponseReturnValue:
    """One member of staff: roles, a new link, in or out."""
    staff = _staff(staff_id)
    return _person(staff, _roles_form(staff))


@pages.post("/people/<uuid:staff_id>/roles")
@needs(Permission.PRACTICE)
def person_roles(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Change what somebody does here. Who is to mediate no more may lead cases: another page asks about them first."""
    staff, form = _staff(staff_id), RolesForm()
    if not form.validate():
        return _person(staff, form), 422
    if staff.is_mediator and StaffRole.MEDIATOR not in form.roles:
        actions.still_so(staff, form.seen.data or "")
        (role,) = form.roles  # an assistant is nothing else, so what is left is one of the two
        return redirect(url_for("workspace.leaving.show_role", staff_id=staff.id, role=role.value))
    actions.change_roles(staff, form.roles, form.seen.data or "")
    if not staff.may(Permission.PRACTICE) and staff.id == staff_here().id:
        return _saved("workspace.staff.account")
    return _saved("workspace.staff.person", staff_id=staff.id)


@pages.post("/people/<uuid:staff_id>/link")
@needs(Permission.PRACTICE)
def person_link(staff_id: uuid.UUID) -> ResponseReturnValue:
    """A new link by which somebody chooses a password: shown once, or mailed to them alone where they have one."""
    staff = _staff(staff_id)
    if not (staff.password_hash and _mails()):
        return _link(staff, actions.make_welcome_link(staff))
    actions.mail_welcome_link(staff)
    flash(_("A link is on its way to %(email)s. While it waits, it says so here.", email=staff.email))
    return redirect(url_for("workspace.staff.person", staff_id=staff.id))


@pages.post("/people/<uuid:staff_id>/link/again")
@needs(Permission.PRACTICE)
def person_link_again(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Let the mail with somebody's link go now that was tried in vain. Twice is as good as once."""
    staff = _staff(staff_id)
    if link_mail.try_again(staff):
        flash(_("The link for %(name)s is tried again now.", name=staff.name))
    return redirect(url_for("workspace.staff.person", staff_id=staff.id))


@pages.post("/people/<uuid:staff_id>/enable")
@needs(Permission.PRACTICE)
def person_enable(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Let somebody in again."""
    staff = _staff(staff_id)
    actions.enable(staff)
    flash(_("%(name)s may come in again.", name=staff.name))
    return redirect(url_for("workspace.staff.person", staff_id=staff.id))


def _staff(staff_id: uuid.UUID) -> Staff:
    staff = queries.staff(staff_id)
    if staff is None:
        raise NotFound
    return staff


def _roles_form(staff: Staff) -> RolesForm:
    ticked = {role.value: role in staff.roles for role in StaffRole}
    return RolesForm(formdata=None, **ticked, seen=actions.roles_version(staff))


def _person(staff: Staff, form: RolesForm) -> str:
    mails = _mails()
    unsent = link_mail.unsent(staff) if mails else None
    in_vain = unsent is not None and link_mail.in_vain(unsent)
    words = {"staff": staff, "form": form, "mails": mails, "unsent": unsent, "in_vain": in_vain}
    return render_template("workspace/staff/person.html", **words)


def _mails() -> bool:
    """Whether mail goes out."""
    told: config.Config = current_app.extensions["mediator"]
    return told.mail is not None


def _link(staff: Staff, token: str) -> str:
    told: config.Config = current_app.extensions["mediator"]
    address = told.public_url + url_for("public.staff.welcome", token=token)
    return render_template("workspace/staff/person_link.html", staff=staff, address=address)


# Practice


@pages.route("/practice", methods=["GET", "POST"])
@needs(Permission.PRACTICE)
def practice() -> ResponseReturnValue:
    """What the practice is called, and what participants read on their help page."""
    row = _practice()
    settings, seen = actions.settings_of(row), actions.settings_version(row)
    form = PracticeForm(data={**vars(settings), "practice": settings.name, "seen": seen})
    if form.validate_on_submit():
        actions.change_settings(row, form.settings, form.seen.data or "")
        return _saved("workspace.staff.practice")
    words = {"form": form, "places": practice_places(staff_here())}
    return render_template("workspace/staff/practice.html", **words), 422 if request.method == "POST" else 200


def _practice() -> Practice:
    row = queries.practice()
    if row is None:
        raise NotFound
    return row


# What was done


@pages.get("/audit")
@needs(Permission.AUDIT)
def audit_log() -> ResponseReturnValue:
    """Who did what, without content: newest first, by kind and by day."""
    wanted = log.Wanted.read(request.args, zone=staff_here().zone)
    if wanted is None:
        raise NotFound
    return render_template("workspace/staff/audit.html", wanted=wanted, groups=GROUPS, page=log.page(wanted))


def _saved(endpoint: str, **values: Any) -> ResponseReturnValue:
    flash(_("Saved."))
    return redirect(url_for(endpoint, **values))
