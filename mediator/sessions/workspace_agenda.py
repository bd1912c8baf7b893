"""The mediator's pages of an agenda: drafting, changing it item by item, what both will see, the printed copy.

Every change is a form that comes back to the page. Only removing answers with the page itself: what was removed is kept
nowhere else, and its "Undo" carries it.
"""

from __future__ import annotations

import uuid
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from mediator.cases.models import Case
from mediator.core.errors import BadRequest, Refused
from mediator.core.permissions import Permission, needs
from mediator.core.requests import posted_id
from mediator.sessions import agenda_page, drafting, forms, labels, library, planning
from mediator.sessions.agenda_page import Removed
from mediator.sessions.models import AgendaItem, MediationSession
from mediator.sessions.terms import SessionState

pages = Blueprint("agenda", __name__, url_prefix="/cases/<uuid:case_id>/sessions/<uuid:session_id>/agenda")

#: What a button of the page says besides the minutes.
PRESSED = frozenset({"up", "down", "remove", "order"})
OUT_OF_DATE = "This page is out of date. Please open it again."


@pages.post("")
@needs(Permission.MEDIATE)
def save(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Save the minutes as typed, and do what the pressed button says: up, down, a new order, remove.

    A page that is out of date saves nothing: every field of it would be saved as it stood there. One that says
    nothing but what stands already was sent twice, and is answered as the first time.
    """
    case, session = agenda_page.held(case_id, session_id)
    if drafting.is_stale(session, request.form.get("rev", "")):
        differs = forms.as_sent(session.items, request.form)
        if not differs and not PRESSED & request.form.keys():
            return _to(case, session, None, "saved")
        return agenda_page.page(case, session, stale=differs), 409
    minutes, wrong = forms.minutes_sent((one.id for one in session.items), request.form)
    if wrong:
        return agenda_page.page(case, session, typed=wrong), 422
    drafting.save_minutes(session, minutes)
    for way, by in (("up", -1), ("down", 1)):
        if request.form.get(way):
            item_id = _id(request.form[way])
            drafting.move(session, item_id, by)
            return _to(case, session, item_id, way)
    if request.form.get("remove"):
        return _remove(case, session, _id(request.form["remove"]))
    if request.form.get("order"):
        drafting.order(session, [_id(one) for one in request.form["order"].split(",")])
        moved = request.form.get("moved")
        return _to(case, session, _id(moved) if moved else None, "moved" if moved else "saved")
    return _to(case, session, None, "saved")


@pages.get("/draft")
@needs(Permission.MEDIATE)
def confirm(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Ask before an agenda that was worked on is replaced by a fresh draft."""
    case, session = agenda_page.read(case_id, session_id)
    if session.state is not SessionState.PLANNED:
        return _to(case, session)
    return render_template(
        "workspace/agenda/confirm.html", case=case, session=session, title=labels.title(case, session)
    )


@pages.post("/draft")
@needs(Permission.MEDIATE)
def draft(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Draft the agenda anew from what is known now."""
    case, session = agenda_page.session_of(case_id, session_id)
    made = drafting.fresh(case, session)
    if not drafting.is_draft(session, made) and not request.form.get("replace"):
        return redirect(url_for(".confirm", case_id=case.id, session_id=session.id), 303)
    drafting.redraft(session, made)
    flash(_("Drafted. Each block says why it is there; change what you like."))
    return _to(case, session)


@pages.post("/items")
@needs(Permission.MEDIATE)
def add(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Add a block of the library, or an item of one's own."""
    case, session = agenda_page.session_of(case_id, session_id)
    item_id = posted_id()
    if request.form.get("block"):
        told = library.block(request.form["block"])
        if told is None:
            raise BadRequest(OUT_OF_DATE)
        return _to(case, session, drafting.add(session, item_id, told).id, "added")
    form = forms.item_form(case, session, None)
    if not form.validate_on_submit():
        return agenda_page.page(case, session, own=form), 422
    return _to(case, session, drafting.add(session, item_id, form.item()).id, "added")


@pages.post("/put-back")
@needs(Permission.MEDIATE)
def put_back(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Undo a removal: the page that said so carries the item, with its place."""
    case, session = agenda_page.session_of(case_id, session_id)
    item_id = posted_id()
    form = forms.item_form(case, session, None)
    place = forms.whole(request.form.get("place"), 1, drafting.MOST)
    if not form.validate_on_submit() or place is None:
        raise BadRequest(OUT_OF_DATE)
    told = replace(form.item(), locked_start=forms.whole(request.form.get("locked"), 0, session.minutes))
    return _to(case, session, drafting.add(session, item_id, told, place=place).id, "back")


@pages.get("/items/<uuid:item_id>")
@needs(Permission.MEDIATE)
def item(case_id: uuid.UUID, session_id: uuid.UUID, item_id: uuid.UUID) -> ResponseReturnValue:
    """One item: title, kind, step, minutes, a fixed start, why it is there."""
    case, session = agenda_page.read(case_id, session_id)
    row = _row(session, item_id)
    if session.state is not SessionState.PLANNED:
        return _to(case, session)
    return _item_page(case, session, row, forms.item_form(case, session, row))


@pages.post("/items/<uuid:item_id>")
@needs(Permission.MEDIATE)
def change(case_id: uuid.UUID, session_id: uuid.UUID, item_id: uuid.UUID) -> ResponseReturnValue:
    """Save what was changed about an item. A page of which the item was another one keeps what was typed, and asks."""
    case, session = agenda_page.held(case_id, session_id)
    row = _row(session, item_id)
    form, seen = forms.item_form(case, session, row), request.form.get("seen", "")
    if not form.validate_on_submit():
        return _item_page(case, session, row, form, seen), 422
    if seen != drafting.mark(row) and form.item() != drafting.as_told(row):
        return _item_page(case, session, row, form, stale=True), 409
    drafting.change(session, row, form.item())
    return _to(case, session, row.id, "changed")


@pages.get("/preview")
@needs(Permission.MEDIATE)
def preview(case_id: uuid.UUID, session_id: uuid.UUID) -> str:
    """What will be seen in the room: titles and nothing else."""
    case, session = agenda_page.read(case_id, session_id)
    return render_template(
        "workspace/agenda/preview.html", case=case, session=session, title=labels.title(case, session)
    )


@pages.get("/print")
@needs(Permission.MEDIATE)
def table_copy(case_id: uuid.UUID, session_id: uuid.UUID) -> str:
    """The copy for the table: titles and minutes under a neutral head."""
    case, session = agenda_page.read(case_id, session_id)
    return render_template(
        "workspace/agenda/print.html",
        case=case,
        session=session,
        title=labels.title(case, session),
        when=labels.when(case, session),
        total=sum(one.minutes for one in session.items),
    )


def _remove(case: Case, session: MediationSession, item_id: uuid.UUID) -> ResponseReturnValue:
    gone = drafting.remove(session, item_id)
    if gone is None:
        return _to(case, session)
    return agenda_page.page(case, session, removed=Removed(item_id, *gone))


def _row(session: MediationSession, item_id: uuid.UUID) -> AgendaItem:
    row = next((one for one in session.items if one.id == item_id), None)
    if row is None:
        raise NotFound
    return row


def _id(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        raise BadRequest(OUT_OF_DATE) from None


def _to(case: Case, session: MediationSession, item_id: uuid.UUID | None = None, by: str = "") -> ResponseReturnValue:
    """Back to the page, and on it to the item."""
    anchor = f"item-{item_id}" if item_id is not None else None
    place = url_for(
        "workspace.sessions.show",
        case_id=case.id,
        session_id=session.id,
        at=item_id,
        by=by or None,
        _anchor=anchor,
    )
    return redirect(place, 303)


def _item_page(
    case: Case, session: MediationSession, row: AgendaItem, form: forms.ItemForm, seen: str = "", *, stale: bool = False
) -> str:
    if session.state is not SessionState.PLANNED:
        raise Refused(planning.BEGUN)
    return render_template(
        "workspace/agenda/item.html",
        case=case,
        session=session,
        title=labels.title(case, session),
        item=row,
        form=form,
        seen=seen or drafting.mark(row),
        stale=stale,
    )
