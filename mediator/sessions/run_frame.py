"""What the pages of a session share: opening one, its page as it stands, taking back, and what a save answers."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from mediator.cases.here import case_here
from mediator.cases.models import Case
from mediator.core import audit
from mediator.core.clock import now
from mediator.core.errors import BadRequest, Refused
from mediator.core.templating import clock
from mediator.practice.here import signed_in_here
from mediator.sessions import notes, room, run_page, running
from mediator.sessions.models import MediationSession
from mediator.sessions.terms import SessionState

#: The cookie's name for the last step that can be taken back. It holds ids and instants, never words.
UNDO = "undo"


def open_(case_id: uuid.UUID, session_id: uuid.UUID, reading: str | None = None, *, lock: bool = False
          ) -> tuple[Case, MediationSession]:  # fmt: skip
    """The case, if this person mediates it, and its session. What is about to be read is noted first."""
    case = case_here(case_id)
    if reading is not None:
        audit.reading(reading, case=case.id, subject=session_id)
    return case, room.load(case, session_id, lock=lock)


def page(case: Case, meeting: MediationSession, *, errors: Mapping[str, str] | None = None,
         typed: Mapping[str, str] | None = None) -> str:  # fmt: skip
    """The page of a session as it stands: ready to begin, running, in a caucus, or to be written up."""
    if meeting.state is SessionState.CANCELLED:
        raise NotFound
    at = now()
    alone = room.open_caucus(meeting)
    shown = id_of(request.args, "item", None) if alone is None else None
    run = run_page.build(case, meeting, at, shown)
    told: dict[str, Any] = {"run": run, "errors": errors or {}, "typed": typed or {}, "undo": undoable(meeting),
                            "new_id": uuid.uuid4()}  # fmt: skip
    if meeting.state is SessionState.PLANNED:
        return render_template("workspace/run/ready.html", meeting=meeting, due=meeting.planned_at <= at, **told)
    if alone is not None:
        aside = run_page.aside(case, meeting, alone, at)
        return render_template("workspace/run/caucus.html", aside=aside, **{**told, "undo": None})
    return render_template("workspace/run/show.html", **told)


def to_run(meeting: MediationSession) -> ResponseReturnValue:
    """Back to the run."""
    return redirect(url_for("workspace.run.show", case_id=meeting.case_id, session_id=meeting.id), 303)


def undoable(meeting: MediationSession) -> dict[str, Any] | None:
    """The last step, if it is one of this session and can still be taken back; `age` is seconds since it."""
    step = session.get(UNDO)
    if step is None or step["session"] != str(meeting.id) or not running.in_time(step, now()):
        return None
    if step["kind"] in {"step", "agenda"} and step["rev"] != meeting.rev:
        return None
    return {**step, "age": int((now() - datetime.fromisoformat(step["at"])).total_seconds())}


def answer(kept: notes.Kept, back: str) -> ResponseReturnValue:
    """What a save says: numbers and, where two texts became one, the text; for a form without script, the page."""
    if request.headers.get("X-Requested-With") == "autosave":
        told: dict[str, Any] = {"rev": kept.rev, "saved_at": clock(kept.at)}
        return (jsonify(**told, text=kept.text), 409) if kept.merged else (jsonify(**told), 200)
    if kept.merged:
        flash(_("Somebody else typed at the same time. Both texts were kept."), "plain")
    return redirect(back, 303)


def also_typed() -> str:
    """The line between two texts that were typed at the same time."""
    return str(_("— also typed at %(time)s —", time=clock(now())))


def sitting() -> datetime:
    """Since when this person has been signed in: one line in the log per note and sitting."""
    began: datetime = signed_in_here().session.started_at
    return began


def keep(step: dict[str, Any] | None, kind: str = "step", meeting: MediationSession | None = None) -> None:
    """Keep in this browser what is needed to take the step back."""
    if step is not None:
        session[UNDO] = {"kind": kind, **({"session": str(meeting.id)} if meeting is not None else {}), **step}


def id_of(given: Mapping[str, str], name: str, missing: Any = ...) -> Any:
    """A UUID somebody sent; `missing` where there is none. Raises BadRequest for what is no UUID."""
    if name not in given and missing is not ...:
        return missing
    try:
        return uuid.UUID(given.get(name, ""))
    except ValueError:
        raise BadRequest("This page is out of date. Please open it again.") from None


def number_of(given: Mapping[str, str], name: str, missing: int = -1) -> int:
    """A whole number somebody sent, from 0 to 999."""
    value = given.get(name, "")
    if not value:
        return missing
    if not value.isdecimal() or len(value) > 9:
        raise Refused(_("Give a whole number of minutes."))
    return int(value)
