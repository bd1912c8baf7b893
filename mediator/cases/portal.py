"""A participant's first visit, and the quiet pages that are the same for both: help, who sees what, the exit button."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from mediator.cases import door_actions
from mediator.cases.here import participant_here
from mediator.cases.notice import notice
from mediator.core import signin
from mediator.practice.queries import practice

pages = Blueprint("pages", __name__)
welcome = Blueprint("welcome", __name__)

#: What opens before the first visit is over.
BEFORE = ("portal.welcome.", "portal.pages.")


@dataclass(frozen=True)
class HelpLine:
    """One line of help: the number to copy, and the words beside it. A line without a number is all words."""

    number: str
    words: str


#: A number at the start of a line: digits with the usual signs between them, then perhaps a colon or a dash.
_NUMBER = re.compile(r"(\+?[\d(][\d ()/.-]*\d|\d)(?!\w)\s*[:,–-]?\s*(.*)")


def help_line(line: str) -> HelpLine:
    """Tell the number of a line, as the practice typed it, from its words."""
    found = _NUMBER.fullmatch(line.strip())
    return HelpLine(*found.groups()) if found else HelpLine("", line.strip())


@welcome.before_app_request
def first_visit() -> Response | None:
    """Lead whoever has not read the privacy notice and the policy to them, before every other page of theirs."""
    if not (request.endpoint or "").startswith("portal.") or (request.endpoint or "").startswith(BEFORE):
        return None
    user = signin.signed_in(signin.PARTICIPANT)
    if user is None or user.person.accepted_at is not None:
        return None
    return redirect(url_for("portal.welcome.show"), 303)


@welcome.get("/welcome")
def show() -> ResponseReturnValue:
    """What this is and is not, who sees what, and how what is said alone is kept."""
    person = participant_here()
    return render_template("portal/welcome/show.html", **notice(person))


@welcome.post("/welcome")
def accept() -> ResponseReturnValue:
    """Note that this person has read it, and lead on: to how they can be reached safely, which may be put off.

    Words that changed since are shown again first (409). A handed-over device goes straight to its one form.
    """
    person = participant_here()
    if person.accepted_at is None and request.form.get("policy") != person.case.policy.value:
        return render_template("portal/welcome/show.html", changed=True, **notice(person)), 409
    door_actions.accept(person)
    user = signin.signed_in(signin.PARTICIPANT)
    if user is not None and user.session.scope_id is not None:
        return redirect(url_for("portal.questionnaires.show", assignment_id=user.session.scope_id), 303)
    return redirect(url_for("portal.contact.show"), 303)


@pages.get("/help", endpoint="help")
def help_page() -> str:
    """The practice's number and its help lines, as text. Nothing is dialled, nothing is noted."""
    row = practice()
    return render_template(
        "portal/pages/help.html",
        phone=row.phone if row is not None else "",
        lines=[help_line(line) for line in row.help_lines.splitlines() if line.strip()] if row is not None else [],
        back=_back(),
    )


@pages.get("/who-sees-what")
def who_sees_what() -> str:
    """The table of the first visit, to be read again at any time. Both read the same rows."""
    return render_template("portal/pages/who_sees_what.html", back=_back(), **notice(participant_here()))


@pages.get("/exit-button")
def exit_button() -> str:
    """What the exit button can and can't do."""
    return render_template("portal/pages/exit_button.html", back=_back())


@pages.post("/hand-back")
def hand_back() -> str:
    """Stop on a device that was handed over: its session ends, and what was saved stays with its author."""
    user = signin.signed_in(signin.PARTICIPANT)
    if user is None or user.session.scope_id is None:
        raise NotFound
    signin.sign_out()
    return render_template("portal/questionnaires/hand_back.html", thanks=True)


def _back() -> str:
    """The way back: the one form on a handed-over device, the start page everywhere else."""
    user = signin.signed_in(signin.PARTICIPANT)
    if user is not None and user.session.scope_id is not None:
        return url_for("portal.questionnaires.show", assignment_id=user.session.scope_id)
    return url_for("portal.home.show")
