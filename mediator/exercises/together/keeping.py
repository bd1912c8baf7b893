"""What a page sends while somebody types on a text of both: one way for a phone, the console and the one screen.

A request of the script gets a short answer, one without script goes back to the page or shows both versions. Refusals
answer without raising: a line of the log would tell that somebody wrote (docs/decisions/0016).
"""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from mediator.core.templating import clock
from mediator.exercises.models import ExerciseRun
from mediator.exercises.together import drafts, texts
from mediator.exercises.together.drafts import Writer

#: Where words of an open page can't be kept.
NOT_HERE = _l("Nothing can be kept here now. Copy your words if you want to keep them.")
TOO_LONG = _l("This is too long to be kept. Make it shorter; it stays on this page.")
#: Larger numbers do not fit the column.
LARGEST = 2**31

#: Shows what was sent on a page: the words, why they are not kept, the status, and whether others of theirs stand.
Again = Callable[[texts.Typed, str, int, bool], ResponseReturnValue]


def keep(
    run: ExerciseRun | None, writer: Writer, back: str, again: Again, *, tells: bool = True
) -> ResponseReturnValue:
    """Keep what was typed, or (`do`) throw it away, and go to the page `back`. `run` None: there is none to write on.

    `tells`: whether the page `back` is its reader's alone, so that something may be said there.
    """
    quiet = request.headers.get("X-Requested-With") == "autosave"
    given, position = request.form, number("stage")
    if request.form.get("do") == "drop":
        return _throw_away(run, writer, back, tells=tells)
    try:
        if run is None:
            raise drafts.NotHere
        saved = drafts.keep(run, position, writer, given, rev=max(number("words_rev"), 0), version=number("draft"))
    except drafts.Newer as newer:
        return (jsonify(elsewhere=True), 409) if quiet else again(_typed(), newer.message, 409, True)
    except drafts.TooLong:
        return (jsonify(message=str(TOO_LONG)), 422) if quiet else again(_typed(), str(TOO_LONG), 422, False)
    except drafts.NotHere:
        return (jsonify(message=str(NOT_HERE)), 409) if quiet else again(_typed(), str(NOT_HERE), 409, False)
    if quiet:
        return jsonify(saved_at=clock(saved.at), rev=saved.version)
    return redirect(back, 303)


def number(name: str) -> int:
    """A number that the page sent along; -1, which fits nothing, where it is missing."""
    sent: int | None = request.form.get(name, type=int)
    return sent if sent is not None and 0 <= sent < LARGEST else -1


def _throw_away(run: ExerciseRun | None, writer: Writer, back: str, *, tells: bool) -> ResponseReturnValue:
    told = _("Thrown away. Nobody else has read it.")
    try:
        if run is None:
            raise drafts.NotHere
        drafts.throw_away(run, number("stage"), writer, number("draft"))
    except drafts.NotHere:
        told = str(NOT_HERE)
    except drafts.Newer:
        told = _("You wrote on this elsewhere, too. The page shows how it stands now.")
    if tells:
        flash(told, "plain")
    return redirect(back, 303)


def _typed() -> texts.Typed:
    return texts.typed(texts.sent_shape(request.form), request.form)
