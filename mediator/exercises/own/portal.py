"""A participant's page to write on for themselves alone: writing, keeping, sealing, printing, deleting.

The address and the title say nothing. No page here leaves an audit line, and none is refused by raising where that
would leave one: that somebody wrote, or did not, is nobody else's to know (docs/decisions/0015).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mediator.cases.here import participant_here
from mediator.cases.queries import around
from mediator.core.templating import clock
from mediator.exercises.own import sheets as own
from mediator.exercises.own.sheets import Sheet

pages = Blueprint("own", __name__, url_prefix="/writing")

#: Where words of an open page can't be kept any more: the exercise was ended, or the page was sealed elsewhere.
NOT_HERE = _l("Nothing can be written here now. Copy your words if you want to keep them.")
#: Larger numbers do not fit the column.
LARGEST = 2**31


@pages.get("/<uuid:own_id>")
def show(own_id: uuid.UUID) -> ResponseReturnValue:
    """The page with what stands on it. On a break, with nothing there, it leads to the start page."""
    sheet = own.sheet(participant_here(), own_id)
    if not (sheet.writable or sheet.there):
        return redirect(url_for("portal.home.show"), 303)
    return _page(sheet)


@pages.post("/<uuid:own_id>")
def save(own_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what was typed, and go on to what was chosen. While typing (autosave) the answer is the version alone."""
    person, text = participant_here(), request.form.get("text")
    if text is not None:
        quiet = request.headers.get("X-Requested-With") == "autosave"
        try:
            saved = own.save(person, own_id, text, _version())
        except own.TooLong:
            message = _("This is longer than 20,000 letters, and not saved. Make it shorter; it stays on this page.")
            if quiet:
                return jsonify(message=message, errors={"text": message}), 422
            return _page(own.sheet(person, own_id), text=text, errors={"text": message}, version=_version()), 422
        except own.Newer:
            if quiet:
                return jsonify(url=url_for(".both", own_id=own_id)), 409
            return _versions(own.sheet(person, own_id), text)
        except (own.Sealed, own.Closed):
            if quiet:
                return jsonify(message=str(NOT_HERE)), 409
            return _given_back(own_id, text)
        if quiet:
            return jsonify(saved_at=clock(saved.at), rev=saved.version)
    return _on(own.sheet(person, own_id))


@pages.get("/<uuid:own_id>/both")
def both(own_id: uuid.UUID) -> ResponseReturnValue:
    """There is nothing to compare without the words of the page that was left."""
    return _back(own.sheet(participant_here(), own_id))


@pages.post("/<uuid:own_id>/both")
def compare(own_id: uuid.UUID) -> ResponseReturnValue:
    """Both versions side by side: what stands on the page that was left, and what was saved elsewhere."""
    sheet, text = own.sheet(participant_here(), own_id), request.form.get("text", "")
    if not sheet.writable:
        return _given_back(own_id, text)
    return _versions(sheet, text)


@pages.get("/<uuid:own_id>/seal")
def ask_day(own_id: uuid.UUID) -> ResponseReturnValue:
    """What sealing means, before it is done, and until which day."""
    sheet = own.sheet(participant_here(), own_id)
    return _seal(sheet, sheet.version) if sheet.there and not sheet.sealed_until else _back(sheet)


@pages.post("/<uuid:own_id>/seal")
def seal(own_id: uuid.UUID) -> ResponseReturnValue:
    """Seal it until the day."""
    person, sent = participant_here(), request.form.get("day", "")
    try:
        own.seal(person, own_id, _day(sent), _version())
    except own.NotADay:
        sheet = own.sheet(person, own_id)
        if not sheet.there or sheet.sealed_until:
            return _back(sheet)
        error = _("Choose a day after today, at most five years ahead.")
        return _seal(sheet, _version(), sent, {"day": error}), 422
    except (own.Newer, own.Sealed):
        return _changed(own_id)
    flash(_("It is sealed."))
    return redirect(url_for(".show", own_id=own_id), 303)


@pages.get("/<uuid:own_id>/print")
def printed(own_id: uuid.UUID) -> ResponseReturnValue:
    """The words and nothing else, to be printed. Sealed ones are not there."""
    sheet = own.sheet(participant_here(), own_id)
    if not sheet.text:
        return _back(sheet)
    return render_template("portal/own/print.html", sheet=sheet)


@pages.get("/<uuid:own_id>/delete")
def ask_delete(own_id: uuid.UUID) -> ResponseReturnValue:
    """Deleting is for good: it is asked for once more."""
    sheet = own.sheet(participant_here(), own_id)
    return render_template("portal/own/delete.html", sheet=sheet) if sheet.there else _back(sheet)


@pages.post("/<uuid:own_id>/delete")
def delete(own_id: uuid.UUID) -> ResponseReturnValue:
    """Delete it for good."""
    try:
        own.delete(participant_here(), own_id, _version())
    except own.Newer:
        return _changed(own_id)
    flash(_("It is deleted for good."))
    return redirect(url_for("portal.home.show"), 303)


def _page(sheet: Sheet, **more: Any) -> str:
    """The page as it stands, or with what was sent and what is wrong with it."""
    names = around(participant_here())
    told = {"text": sheet.text, "errors": {}, "version": sheet.version, **more}
    return render_template("portal/own/show.html", sheet=sheet, names=names, limit=own.MOST, **told)


def _seal(sheet: Sheet, version: int, sent: str = "", errors: Mapping[str, str] | None = None) -> str:
    """What sealing means. The version goes along: what was changed elsewhere since is not sealed unseen."""
    first = own.today(participant_here()) + timedelta(days=1)
    told = {"version": version, "first": first, "sent": sent, "errors": errors or {}}
    return render_template("portal/own/seal.html", sheet=sheet, **told)


def _versions(sheet: Sheet, text: str) -> ResponseReturnValue:
    """Both versions with a button each. The one from here goes on as a hidden field, so that no word is lost."""
    return render_template("portal/own/versions.html", sheet=sheet, text=text), 409


def _given_back(own_id: uuid.UUID, text: str) -> ResponseReturnValue:
    """What can't be kept is given back to whoever typed it."""
    return render_template(
        "portal/errors/bad.html",
        message=NOT_HERE,
        text=text,
        way_url=url_for(".show", own_id=own_id),
        way_label=_("Look at the page"),
    ), 409


def _on(sheet: Sheet) -> ResponseReturnValue:
    """Where the page leads to that was sent: what was chosen to happen with it, or just that it is kept."""
    ways = {"seal": ".ask_day", "print": ".printed", "delete": ".ask_delete"}
    chosen = ways.get(request.form.get("next", "")) if request.form.get("go") == "next" else None
    if chosen is not None and sheet.there:
        return redirect(url_for(chosen, own_id=sheet.id), 303)
    if chosen is not None:
        flash(_("There is nothing on the page yet."), "plain")
        return redirect(url_for(".show", own_id=sheet.id), 303)
    if sheet.there:
        flash(_("It is kept. Only you can open it."))
    return redirect(url_for("portal.home.show"), 303)


def _changed(own_id: uuid.UUID) -> ResponseReturnValue:
    """The page spoke of something that has changed elsewhere meanwhile: it is shown as it stands now."""
    flash(_("This has changed elsewhere meanwhile. The page shows how it stands now."), "plain")
    return _back(own.sheet(participant_here(), own_id))


def _back(sheet: Sheet) -> ResponseReturnValue:
    return redirect(url_for(".show", own_id=sheet.id), 303)


def _day(sent: str) -> date:
    """The day that was chosen. Raises NotADay where it is none."""
    try:
        return date.fromisoformat(sent)
    except ValueError:
        raise own.NotADay from None


def _version() -> int:
    """The version the page was made from; -1, which fits nothing, where it is missing."""
    sent: int | None = request.form.get("rev", type=int)
    return sent if sent is not None and 0 <= sent < LARGEST else -1
