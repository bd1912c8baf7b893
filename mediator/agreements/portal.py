"""The participants' page of what they agreed: the same page for both, with everybody's own confirmations only."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from mediator.agreements import actions, queries
from mediator.agreements.models import Agreement
from mediator.agreements.queries import Agreed
from mediator.cases.here import participant_here
from mediator.cases.models import Case
from mediator.core import audit
from mediator.core.visibility import Letter

pages = Blueprint("agreements", __name__, url_prefix="/agreements")


@dataclass(frozen=True)
class Item:
    """One thing as this reader meets it. Whether the other has confirmed is in none of these fields.

    `binds_me` brings a button or the day of one's own confirmation (`confirmed_at`, UTC).
    """

    agreed: Agreed
    binds_me: bool
    confirmed_at: datetime | None


@pages.get("")
def show() -> str:
    """What both can read now. Gates are asked at this moment; whatever closes one, the page says the same."""
    person = participant_here()
    case = person.case
    audit.reading("agreements.read", case=case.id)
    return render_template(
        "portal/agreements/show.html",
        items=[_item(case, row, person.letter) for row in queries.read_by_both(case)],
        may_confirm=not queries.closed_for_confirming(case),
    )


@pages.post("/<uuid:agreement_id>/confirm")
def confirm(agreement_id: uuid.UUID) -> ResponseReturnValue:
    """One's own confirmation of what binds oneself."""
    person = participant_here()
    actions.confirm(person.case, queries.one(person.case_id, agreement_id), person.letter)
    return redirect(url_for(".show", _anchor=f"agreement-{agreement_id}"), 303)


def _item(case: Case, row: Agreement, reader: Letter) -> Item:
    binds_me = reader in queries.bound(row)
    return Item(queries.as_read(case, row), binds_me, queries.confirmed_at(row, reader) if binds_me else None)
