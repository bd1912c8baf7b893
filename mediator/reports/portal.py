"""The participants' page of papers: what was released to them and may be shown at this moment."""

from __future__ import annotations

import uuid

from flask import Blueprint, Response, render_template

from mediator.cases.here import participant_here
from mediator.core import audit
from mediator.reports import documents, queries

pages = Blueprint("reports", __name__, url_prefix="/reports")


@pages.get("")
def index() -> str:
    """The papers of this person, the latest first. Whatever keeps them back, the page says the same."""
    return render_template("portal/reports/index.html", papers=queries.shown_to(participant_here()))


@pages.get("/<uuid:report_id>")
def download(report_id: uuid.UUID) -> Response:
    """One file of this person under a name that tells nothing. Gates are asked at this moment."""
    person = participant_here()
    audit.reading("report.read", case=person.case_id, subject=person.id)
    paper, data = queries.download(person, report_id)
    return documents.attachment(data, documents.file_name(paper.reader, paper.day))
