"""Changing the agenda during the session: on a page of its own, beside the clock that goes on."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mediator.cases.models import Case
from mediator.core.clock import now
from mediator.core.errors import BadRequest
from mediator.core.permissions import Permission, needs
from mediator.core.requests import posted_id
from mediator.sessions import agenda_page, change_view, changing, forms, room, run_page, running
from mediator.sessions import run_frame as frame
from mediator.sessions.models import MediationSession

pages = Blueprint("change", __name__, url_prefix="/cases/<uuid:case_id>/sessions/<uuid:session_id>/run/agenda")

#: How the address of the page says that an item was left out.
LEFT = "left"


@pages.get("")
@needs(Permission.MEDIATE)
def show(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """What still waits, to be put in another order, shortened or left out; the run where there is nothing to change."""
    case, meeting = frame.open_(case_id, session_id, "session.read")
    if meeting.state not in room.UNDER_WAY or room.open_caucus(meeting) is not None:
        return frame.to_run(meeting)
    return _page(case, meeting)


@pages.post("")
@needs(Permission.MEDIATE)
def save(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Save the minutes as typed, and do what the pressed button says: up, down, a new order, leave out, take up."""
    case, meeting = frame.open_(case_id, session_id, lock=True)
    given = request.form
    minutes, wrong = forms.minutes_sent((item.id for item in changing.waiting(meeting)), given)
    if wrong:
        room.fresh(meeting, frame.number_of(given, "rev"))
        return _page(case, meeting, typed=wrong), 422
    act, item, by = _act(given)
    step = changing.change(meeting, frame.number_of(given, "rev"), minutes, act)
    frame.keep(step, "agenda")
    return _to(meeting, item, by)


@pages.post("/items")
@needs(Permission.MEDIATE)
def add(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Add an item of one's own right after the present one. The same form sent twice adds one."""
    case, meeting = frame.open_(case_id, session_id, lock=True)
    item_id, given = posted_id(), request.form
    title, minutes = given.get("title", ""), given.get("minutes", "")
    if errors := running.unfit_item(title, minutes):
        return _page(case, meeting, errors=errors, own=given), 422
    running.add(meeting, item_id, title, int(minutes))
    return _to(meeting, item_id, "added")


def _act(given: Mapping[str, str]) -> tuple[changing.Act | None, uuid.UUID | None, str]:
    """The act of the pressed button, the item it is about, and the word the page afterwards says it by."""
    for name, places in (("up", -1), ("down", 1)):
        if given.get(name):
            item = frame.id_of(given, name)
            return changing.move(item, places), item, name
    if given.get("leave"):
        item = frame.id_of(given, "leave")
        return changing.leave_out(item), item, LEFT
    if given.get("take"):
        item = frame.id_of(given, "take")
        return changing.take_up(item), item, "back"
    if given.get("order"):
        moved = frame.id_of(given, "moved", None) if given.get("moved") else None
        return changing.order(_ids(given["order"])), moved, "moved" if moved else "saved"
    return None, None, "saved"


def _done(meeting: MediationSession) -> agenda_page.Said:
    """What the address says was done, as on the page of a planned agenda; here items are left out as well."""
    told = request.args
    item = next((one for one in changing.left_out(meeting) if str(one.id) == told.get("at")), None)
    if told.get("by") == LEFT and item is not None:
        return agenda_page.Said(item.id, LEFT, _("%(title)s, left out", title=item.title))
    return agenda_page.said(meeting, told)


def _ids(text: str) -> list[uuid.UUID]:
    try:
        return [uuid.UUID(one) for one in text.split(",")]
    except ValueError:
        raise BadRequest("This page is out of date. Please open it again.") from None


def _page(
    case: Case,
    meeting: MediationSession,
    *,
    typed: forms.Typed | None = None,
    errors: Mapping[str, str] | None = None,
    own: Mapping[str, str] | None = None,
) -> str:
    at = now()
    return render_template(
        "workspace/run/change.html",
        run=run_page.build(case, meeting, at),
        rows=change_view.rows(case, meeting, at, typed or {}),
        left=changing.left_out(meeting),
        said=_done(meeting),
        typed=own or {},
        errors=errors or {},
        new_id=uuid.uuid4(),
        undo=frame.undoable(meeting),
    )


def _to(meeting: MediationSession, item: uuid.UUID | None, by: str) -> ResponseReturnValue:
    """Back to the page, and on it to the item."""
    anchor = f"item-{item}" if item is not None else None
    place = url_for(".show", case_id=meeting.case_id, session_id=meeting.id, at=item, by=by, _anchor=anchor)
    return redirect(place, 303)
