"""The mediator's pages for two answer sets: comparison, "Read first", and opening to both, item by item."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from mediator.cases import contact_queries
from mediator.cases.gates import SENTENCES
from mediator.cases.here import case_here
from mediator.cases.models import Case, Opening
from mediator.core import audit
from mediator.core.db import db
from mediator.core.permissions import Permission, needs
from mediator.core.visibility import Letter
from mediator.guide.content import NAMES
from mediator.guide.reading import guide
from mediator.practice.here import staff_here
from mediator.questionnaires import (
    case_forms,
    comparing,
    comparison_view,
    opening,
    opening_page,
    readings,
    safety,
    sent,
)
from mediator.questionnaires.comparison import TOGETHER, Asked, Order, compare, newest

pages = Blueprint("comparison", __name__, url_prefix="/cases/<uuid:case_id>")


@pages.get("/comparison")
@needs(Permission.MEDIATE)
def show(case_id: uuid.UUID) -> str:
    """Both sides by question, furthest apart first; or all steps together.

    Unless told otherwise, of the newest form that somebody handed in: one that was just sent hides no older one.
    """
    case = case_here(case_id)
    every = [form for form in sent.forms(case.id) if form.copies]
    waits = comparing.waits_to_be_read(case, every)
    forms = [form for form in every if form.run_id is None]  # what belongs to an exercise is opened there
    order = _order(request.args.get("order"))
    wanted = request.args.get("form", "")
    chosen = [form for form in forms if str(form.id) == wanted] or (forms if wanted == "all" else _newest(forms))
    audit.reading("answers.compared", case=case.id, subject=chosen[0].id if len(chosen) == 1 else None)
    found: dict[int, comparing.Sides] = {}
    pairs: list[Asked] = []
    both = comparing.all_sides(case, chosen)
    for sides in both:
        asked = comparing.asked(sides)
        found |= {id(one): sides for one in asked}
        pairs += asked
    shown = comparison_view.lists(case, compare(newest(pairs), order), found, _step_name, read_first=waits)
    return render_template(
        "workspace/comparison/show.html",
        case=case,
        forms=forms,
        chosen=chosen,
        wanted=wanted if wanted == "all" else str(chosen[0].id) if chosen else "",
        orders=Order,
        order=order,
        shown=shown,
        journey=_journey(case),
        waits=waits,
        sides=both[0] if len(both) == 1 else None,
    )


@pages.get("/read-first")
@needs(Permission.MEDIATE)
def read_first(case_id: uuid.UUID) -> str:
    """Safety answers, on this page and nowhere else."""
    case = case_here(case_id, "safety.read")
    standing = contact_queries.standing(case.id)
    return render_template(
        "workspace/comparison/read_first.html",
        case=case,
        told=safety.told(case),
        contacts=[person for person in case.participants if standing.get(person.id)],
    )


@pages.post("/read-first")
@needs(Permission.MEDIATE)
def mark_read(case_id: uuid.UUID) -> Response:
    """The mediator has read what stood on the page. With nothing left to read the gate is open again."""
    case = case_here(case_id)
    marks = {name.removeprefix("read."): mark for name, mark in request.form.items() if name.startswith("read.")}
    if safety.mark_read(case, marks):
        flash(_("Marked as read."))
    else:
        flash(_("What stood on the page is marked as read. Something newer waits to be read."), "plain")
    return redirect(url_for("workspace.comparison.read_first", case_id=case.id))


@pages.get("/comparison/<uuid:form_id>/open/<part_key>")
@needs(Permission.MEDIATE)
def preview(case_id: uuid.UUID, form_id: uuid.UUID, part_key: str) -> str:
    """Exactly what both will read, before anything is opened."""
    case = case_here(case_id, "opening.previewed")
    found = comparing.sides(case, form_id)
    _not_of_an_exercise(found.form.run_id)
    stricter, left_out = opening_page.hand(request.args)
    author = opening_page.author(request.args)
    try:
        made = opening.preview(case, found, part_key, author, stricter=stricter, left_out=left_out)
    except ValueError:
        raise NotFound from None
    return render_template(
        "workspace/comparison/preview.html",
        case=case,
        form=found.form,
        made=made,
        reasons=[SENTENCES[gate] for gate in sorted(made.closed)],
        rows=opening_page.rows(case, found, made, request.args),
    )


@pages.post("/comparison/<uuid:form_id>/open/<part_key>")
@needs(Permission.MEDIATE)
def open_to_both(case_id: uuid.UUID, form_id: uuid.UUID, part_key: str) -> Response:
    """Open one item to both: what the page showed, or nothing."""
    case, me = case_here(case_id), staff_here().id
    _not_of_an_exercise(case_forms.form_of(case, form_id).run_id)
    stricter, left_out = opening_page.hand(request.form)
    author, seen = opening_page.author(request.form), request.form.get("seen", "")
    try:
        opening.open_to_both(me, case, form_id, part_key, author, seen, stricter=stricter, left_out=left_out)
    except ValueError:
        raise NotFound from None
    flash(_("Opened. Both can read it now."))
    return redirect(url_for("workspace.comparison.show", case_id=case.id, form=form_id))


@pages.post("/openings/<uuid:opening_id>/withdraw")
@needs(Permission.MEDIATE)
def withdraw(case_id: uuid.UUID, opening_id: uuid.UUID) -> Response:
    """End the display of an opening."""
    case = case_here(case_id)
    row = db.session.get(Opening, opening_id)
    if row is None or row.case_id != case.id:
        raise NotFound
    opening.withdraw(case, row)
    flash(_("Withdrawn. Neither can read it any more. That it was open stays in the log."))
    return redirect(url_for("workspace.comparison.show", case_id=case.id, form=row.subject_id))


def _not_of_an_exercise(run_id: uuid.UUID | None) -> None:
    """Raises NotFound for a form of an exercise: it is opened there."""
    if run_id is not None:
        raise NotFound


def _newest(forms: list[sent.SentForm]) -> list[sent.SentForm]:
    """The newest form that somebody handed in, or the newest there is."""
    return [form for form in forms if any(map(comparing.handed_in, form.copies))][:1] or forms[:1]


def _order(given: str | None) -> Order:
    try:
        return Order(given or Order.FURTHEST)
    except ValueError:
        return Order.FURTHEST


def _step_name(step: str) -> str:
    found = guide().steps.get(step)
    if found is None:
        return str(_("Your own question"))
    return str(_("Step %(number)s, %(name)s", number=step, name=found.name)) if found.number else found.name


def _journey(case: Case) -> list[dict[str, Any]]:
    """The eight-step picture: each person's latest "how ready for this topic now"; nothing is averaged."""
    values = readings.latest(case)
    rows: list[dict[str, Any]] = []
    for number, name in NAMES.items():
        a, b = values.get((Letter.A, str(number))), values.get((Letter.B, str(number)))
        gap = abs(a - b) if a is not None and b is not None else 0
        rows.append({"number": number, "label": name, "a": a, "b": b, "gap": gap})
    widest = max(row["gap"] for row in rows)
    for row in rows:
        row["furthest"] = widest > TOGETHER and row["gap"] == widest
    return rows
