"""Writing down what was just said: an agreement, a commitment or a boundary, beside the session that goes on."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from mediator.agreements import actions as agreements
from mediator.agreements import asking
from mediator.agreements.actions import Said
from mediator.agreements.terms import Kind, Who
from mediator.cases.models import Case
from mediator.core import audit
from mediator.core.clock import now
from mediator.core.errors import Refused
from mediator.core.permissions import Permission, needs
from mediator.core.requests import posted_id
from mediator.core.visibility import Letter
from mediator.exercises import settling
from mediator.practice.here import staff_here
from mediator.sessions import room, run_page
from mediator.sessions import run_frame as frame
from mediator.sessions.models import MediationSession

pages = Blueprint("capture", __name__, url_prefix="/cases/<uuid:case_id>/sessions/<uuid:session_id>/run/capture")

DAYS = ("from_on", "until", "review_on")


@pages.get("/<kind>")
@needs(Permission.MEDIATE)
def show(case_id: uuid.UUID, session_id: uuid.UUID, kind: str) -> ResponseReturnValue:
    """The page for one kind. It begins with the last line of the joint note, from the day it is said; or with what
    stands open of an exercise, which the address names by its id.

    Who promises is chosen each time: a promise is never put down to somebody by a default.
    """
    case, meeting = frame.open_(case_id, session_id, "session.read")
    wanted = _kind(meeting, kind)
    if room.open_caucus(meeting):
        raise Refused(room.IN_CAUCUS)
    if "opened" in request.args:
        return _page(case, meeting, wanted, _from_exercise(case, meeting, wanted), {})
    note = run_page.build(case, meeting, now()).joint_note
    last = next((line for line in reversed(note.text.split("\n")) if line.strip()), "") if note else ""
    typed = {
        "what": last[: agreements.WORDS_LIMIT],
        "who": request.args.get("who", ""),
        "from_on": _said_on(case, meeting).isoformat(),
    }
    return _page(case, meeting, wanted, typed, {})


@pages.post("/<kind>")
@needs(Permission.MEDIATE)
def write_down(case_id: uuid.UUID, session_id: uuid.UUID, kind: str) -> ResponseReturnValue:
    """Write it down. The same page sent twice writes one; `instead` brings the words over to another kind first."""
    case, meeting = frame.open_(case_id, session_id, lock=True)
    wanted, given, new_id = _kind(meeting, kind), request.form, posted_id()
    if given.get("instead"):
        return _page(case, meeting, wanted, given, {})
    if meeting.state not in room.WRITABLE:
        raise Refused(room.NOT_RUNNING)
    said, errors = _said(wanted, given)
    if room.open_caucus(meeting):  # what one says alone is nobody's agreement; what was typed stays in the page
        errors["what"] = str(_(room.IN_CAUCUS))
    if not errors:
        try:
            row = agreements.say(staff_here().id, case, new_id, said, source_kind="session", source_id=meeting.id)
        except agreements.Unfit as unfit:
            errors = {name: str(_(text)) for name, text in unfit.errors.items()}
    if errors:
        return _page(case, meeting, wanted, given, errors), 422
    room.changed(meeting, "session.captured")
    frame.keep({"id": str(row.id), "at": now().isoformat()}, "said", meeting)
    if given.get("more") and wanted is Kind.COMMITMENT:
        other = Letter(said.who.value).other.value
        return redirect(url_for(".show", case_id=case.id, session_id=meeting.id, kind=kind, who=other), 303)
    return frame.to_run(meeting)


def _said_on(case: Case, meeting: MediationSession) -> date:
    """The day it is said, where the case is: today, or the day of a session that is written up afterwards."""
    if meeting.live or meeting.started_at is None:
        return agreements.today(case)
    return meeting.started_at.astimezone(ZoneInfo(case.zone)).date()


def _from_exercise(case: Case, meeting: MediationSession, kind: Kind) -> dict[str, str]:
    """What was opened of an exercise, as it may be written down: who promises is who offered it.

    Raises NotFound for what begins nothing of this kind.
    """
    audit.reading("openings.read", case=case.id)
    try:
        found = settling.draft(case, uuid.UUID(request.args["opened"]), request.args.get("line"))
    except ValueError:
        raise NotFound from None
    if found.kind is not kind:
        raise NotFound
    return {
        "what": found.what,
        "who": found.who.value,
        "seen": found.seen,
        "otherwise": found.otherwise,
        "from_on": (found.from_on or _said_on(case, meeting)).isoformat(),
        "until": found.until.isoformat() if found.until else "",
    }


def _said(kind: Kind, given: Mapping[str, str]) -> tuple[Said, dict[str, str]]:
    """What was typed, and what of it can't be read, by field."""
    errors: dict[str, str] = {}
    days: dict[str, date | None] = {}
    for name in DAYS:
        try:
            days[name] = date.fromisoformat(given[name]) if given.get(name) else None
        except ValueError:
            errors[name] = str(_("Give a day, like 2026-03-26."))
    try:
        who = Who(given.get("who", "")) if kind is Kind.COMMITMENT else Who.BOTH
    except ValueError:
        who, errors["who"] = Who.BOTH, str(_("Choose who promises."))
    asked = asking.ASKED[kind]
    said = Said(
        kind=kind,
        who=who,
        what=given.get("what", "").strip(),
        until=days.get("until"),
        review_on=days.get("review_on"),
        seen=given.get("seen", "").strip() if "seen" in asked else None,
        from_on=days.get("from_on"),
        otherwise=given.get("otherwise", "").strip() if "otherwise" in asked else None,
        spoken=frozenset(one for one in Letter if "spoken" in asked and given.get(f"spoken.{one}")),
    )
    return said, errors


def _page(
    case: Case, meeting: MediationSession, kind: Kind, typed: Mapping[str, str], errors: Mapping[str, str]
) -> str:
    return render_template(
        "workspace/run/capture.html",
        run=run_page.build(case, meeting, now()),
        kind=kind.value,
        what=asking.WHAT[kind],
        hint=asking.HINTS[kind],
        seen=asking.SEEN[kind],
        otherwise=asking.OTHERWISE[kind],
        asked=asking.ASKED[kind],
        asking=asking,
        typed=typed,
        errors=errors,
        new_id=request.form.get("id") or uuid.uuid4(),
        undo=frame.undoable(meeting),
    )


def _kind(meeting: MediationSession, given: str) -> Kind:
    """What is written down. With one person nothing joint is."""
    if not room.is_joint(meeting) or given not in list(Kind):
        raise NotFound
    return Kind(given)
