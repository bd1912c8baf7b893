"""The page where a participant chooses whether reminders come by mail: the same page for everybody, address or none."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mediator.cases.here import participant_here
from mediator.questionnaires import reminders

pages = Blueprint("reminders", __name__, url_prefix="/reminders")

_CHOICES = {"on": True, "off": False}


@pages.get("")
def show() -> str:
    """One's own choice as it stands."""
    return _page({})


@pages.post("")
def choose() -> ResponseReturnValue:
    """Keep the choice. It is one's own alone: the other reads and chooses on theirs."""
    wanted = _CHOICES.get(request.form.get("reminders", ""))
    if wanted is None:
        return _page({"reminders": _("Choose one of the two.")}), 422
    reminders.choose(participant_here(), wanted=wanted)
    flash(_("Your choice is saved."))
    return redirect(url_for("portal.reminders.show"), 303)


def _page(errors: dict[str, str]) -> str:
    return render_template("portal/reminders/show.html", wanted=participant_here().reminders, errors=errors)
