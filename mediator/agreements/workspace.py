"""The mediator's pages: what was said in a case, correcting, releasing to both, ending and replacing it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import NotFound

from mediator.agreements import actions, forms, queries
from mediator.agreements.models import Agreement
from mediator.agreements.terms import OPEN, Kind, Standing
from mediator.cases.gates import SENTENCES, Gate
from mediator.cases.here import case_here
from mediator.cases.models import Case
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import BadRequest, Refused
from mediator.core.permissions import Permission, needs
from mediator.core.requests import posted_id
from mediator.practice.here import staff_here

pages = Blueprint("agreements", __name__, url_prefix="/cases/<uuid:case_id>/agreements")


@pages.get("")
@needs(Permission.MEDIATE)
def show(case_id: uuid.UUID) -> str:
    """What is still to be kept, and below it what is over."""
    case = case_here(case_id, "agreements.read")
    rows, at = queries.open_ones(case.id), now()
    return render_template(
        "workspace/agreements/show.html",
        case=case,
        rows=rows,
        past=queries.past_ones(case.id),
        said=[row for row in rows if row.standing is Standing.SAID],
        just_said=[row for row in rows if actions.may_take_back(row, at)],
        may_add=case.state not in actions.OVER,
        kinds=_kinds(case),
    )


@pages.get("/new/<kind>")
@needs(Permission.MEDIATE)
def new(case_id: uuid.UUID, kind: str) -> str:
    """An empty page for something said outside a session."""
    case = case_here(case_id)
    return _page(case, forms.said_form(case, _kind(kind)), "new")


@pages.post("/new/<kind>")
@needs(Permission.MEDIATE)
def create(case_id: uuid.UUID, kind: str) -> ResponseReturnValue:
    """Write it down. The same page sent twice finds what is there."""
    case = case_here(case_id)
    id_, form = posted_id(), forms.said_form(case, _kind(kind))
    if db.session.get(Agreement, id_) is None:
        if not form.validate_on_submit():
            return _page(case, form, "new"), 422
        actions.say(staff_here().id, case, id_, form.said())
    else:
        queries.one(case.id, id_)
    return _back(case)


@pages.post("/<uuid:agreement_id>/take-back")
@needs(Permission.MEDIATE)
def take_back(case_id: uuid.UUID, agreement_id: uuid.UUID) -> ResponseReturnValue:
    """Take back what was written down a moment ago."""
    case = case_here(case_id)
    row = db.session.get(Agreement, agreement_id)
    if row is None or row.case_id != case.id:
        raise NotFound
    actions.take_back(row)
    flash(_("Taken back."))
    return _back(case)


@pages.get("/<uuid:agreement_id>/edit")
@needs(Permission.MEDIATE)
def edit(case_id: uuid.UUID, agreement_id: uuid.UUID) -> ResponseReturnValue:
    """Correct the words, while nobody else has read them."""
    case = case_here(case_id, "agreements.read")
    row = queries.one(case.id, agreement_id)
    if row.standing is not Standing.SAID:
        return _back(case)
    return _page(case, forms.said_form(case, row.kind, row, new=False), "edit", row)


@pages.post("/<uuid:agreement_id>/edit")
@needs(Permission.MEDIATE)
def save(case_id: uuid.UUID, agreement_id: uuid.UUID) -> ResponseReturnValue:
    """Save the correction."""
    case = case_here(case_id)
    row = queries.one(case.id, agreement_id)
    form = forms.said_form(case, row.kind, row, new=False)
    if not form.validate_on_submit():
        return _page(case, form, "edit", row), 422
    if actions.change(case, row, form.said(), form.version.data or ""):
        flash(_("Saved."))
    return _back(case)


@pages.get("/release")
@needs(Permission.MEDIATE)
def preview(case_id: uuid.UUID) -> ResponseReturnValue:
    """Exactly what both will read: everything that is only said, or the one named in the address."""
    case = case_here(case_id, "agreements.read")
    rows = _chosen(case, request.args.get("only", ""))
    if not rows:
        return _back(case)
    form = forms.ReleaseForm(ids=" ".join(str(row.id) for row in rows), version=actions.version(rows))
    closed = queries.closed_for_release(case)
    return render_template(
        "workspace/agreements/release.html",
        case=case,
        items=[queries.as_read(case, row) for row in rows],
        form=form,
        reasons=[SENTENCES[gate] for gate in sorted(closed)],
        read_first=Gate.READ_FIRST in closed,
    )


@pages.post("/release")
@needs(Permission.MEDIATE)
def release(case_id: uuid.UUID) -> ResponseReturnValue:
    """Release what the preview showed."""
    case = case_here(case_id)
    form = forms.ReleaseForm()
    try:
        ids = form.rows()
    except ValueError:
        ids = []
    if not ids:
        raise BadRequest("This page is out of date. Please open it again.")
    rows = [row for id_ in ids if (row := db.session.get(Agreement, id_)) is not None and row.case_id == case.id]
    if len(rows) < len(ids) or any(row.removed_at for row in rows):
        raise Refused(actions.STALE)
    count = actions.release(case, rows, form.version.data or "")
    if count:
        flash(ngettext("Released. Both can read it now.", "Released. Both can read them now.", count))
    return _back(case)


@pages.get("/<uuid:agreement_id>/end")
@needs(Permission.MEDIATE)
def confirm_end(case_id: uuid.UUID, agreement_id: uuid.UUID) -> ResponseReturnValue:
    """Say what ending means before it is done."""
    case = case_here(case_id, "agreements.read")
    row = queries.one(case.id, agreement_id)
    if row.standing not in OPEN:
        return _back(case)
    return render_template("workspace/agreements/end.html", case=case, row=row)


@pages.post("/<uuid:agreement_id>/end")
@needs(Permission.MEDIATE)
def end(case_id: uuid.UUID, agreement_id: uuid.UUID) -> ResponseReturnValue:
    """End it."""
    case = case_here(case_id)
    actions.end(case, queries.one(case.id, agreement_id))
    flash(_("Ended. It stays on this page, below."))
    return _back(case)


@pages.get("/<uuid:agreement_id>/replace")
@needs(Permission.MEDIATE)
def replacement(case_id: uuid.UUID, agreement_id: uuid.UUID) -> ResponseReturnValue:
    """What is said in its place, beginning with the old words."""
    case = case_here(case_id, "agreements.read")
    row = queries.one(case.id, agreement_id)
    if row.standing not in queries.READ_BY_BOTH:
        return _back(case)
    return _page(case, forms.said_form(case, row.kind, row), "replace", row)


@pages.post("/<uuid:agreement_id>/replace")
@needs(Permission.MEDIATE)
def replace(case_id: uuid.UUID, agreement_id: uuid.UUID) -> ResponseReturnValue:
    """Write down what is said instead; the old one holds no longer."""
    case = case_here(case_id)
    row, id_ = queries.one(case.id, agreement_id), posted_id()
    form = forms.said_form(case, row.kind, row)
    if row.replaced_by != id_:
        if not form.validate_on_submit():
            return _page(case, form, "replace", row), 422
        actions.replace(staff_here().id, case, row, id_, form.said())
    return _back(case)


def _page(case: Case, form: forms.SaidForm, how: str, row: Agreement | None = None) -> str:
    return render_template("workspace/agreements/edit.html", case=case, form=form, how=how, row=row)


def _chosen(case: Case, only: str) -> Sequence[Agreement]:
    rows = queries.said_ones(case.id)
    return [row for row in rows if str(row.id) == only] if only else rows


def _kind(given: str) -> Kind:
    try:
        return Kind(given)
    except ValueError:
        raise NotFound from None


def _kinds(case: Case) -> list[Kind]:
    """What can be written down: with one person only that person's commitments."""
    return list(Kind) if len(case.participants) > 1 else [Kind.COMMITMENT]


def _back(case: Case) -> ResponseReturnValue:
    return redirect(url_for(".show", case_id=case.id), 303)
