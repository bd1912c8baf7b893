"""The mediator's page of a session's reports: make, look, make final, release, withdraw; and the full record."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass

from flask import Blueprint, Response, flash, jsonify, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from wtforms import BooleanField

from mediator.agreements.actions import version
from mediator.cases.gates import SENTENCES, Gate
from mediator.cases.here import case_here
from mediator.cases.models import Case
from mediator.core import audit, pdf
from mediator.core.permissions import Permission, needs
from mediator.practice.here import staff_here
from mediator.reports import actions, documents, full, queries
from mediator.reports.forms import ReleaseForm
from mediator.reports.gathering import day_of
from mediator.reports.models import Report
from mediator.reports.period import HELD
from mediator.reports.terms import FIXED, Reader, ReportState
from mediator.sessions.models import MediationSession
from mediator.sessions.notes import summary_of

log = logging.getLogger(__name__)
pages = Blueprint("reports", __name__, url_prefix="/cases/<uuid:case_id>/sessions/<uuid:session_id>/reports")


@dataclass(frozen=True)
class Here:
    """What every page of these begins with: the case, the session, who looks, and the set of reports."""

    case: Case
    session: MediationSession
    staff_id: uuid.UUID
    rows: list[Report]


@pages.get("")
@needs(Permission.MEDIATE)
def show(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Where the reports of a session stand, and what may be done with them now."""
    here = _here(case_id, session_id)
    pdf.get_ready()
    held = here.session.state in HELD
    return render_template(
        "workspace/reports/show.html",
        case=here.case,
        session=here.session,
        day=day_of(here.session, here.case.zone),
        rows=here.rows,
        names=_names(here.case),
        waiting=_waiting(here.rows),
        held=held,
        may_make=queries.may_make(here.rows),
        drafts=any(row.state is ReportState.DRAFT for row in here.rows),
        finals=any(row.state is ReportState.FINAL for row in here.rows),
        fixed=FIXED,
        kept_back=actions.kept_back(here.case, here.session, here.rows) if held else "",
        quotes_withdrawn=queries.quotes_withdrawn(here.case, here.rows),
        summary=summary_of(here.session),
    )


@pages.get("/state")
@needs(Permission.MEDIATE)
def state(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Whether the reports are still being made, for the page that waits for them."""
    return jsonify(waiting=_waiting(_here(case_id, session_id).rows))


@pages.post("/make")
@needs(Permission.MEDIATE)
def make(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Ask for the set. The jobs process makes it; pressing twice asks once."""
    here = _here(case_id, session_id)
    actions.make(here.case, here.session, here.staff_id)
    return _back(here)


@pages.get("/<uuid:report_id>/pdf")
@needs(Permission.MEDIATE)
def read(case_id: uuid.UUID, session_id: uuid.UUID, report_id: uuid.UUID) -> ResponseReturnValue:
    """One copy as its readers get it, byte for byte."""
    here = _here(case_id, session_id)
    row = queries.one(here.session, report_id)
    if row.pdf_bytes is None:
        raise NotFound
    audit.reading("report.read", case=here.case.id, subject=row.id)
    return documents.attachment(row.pdf, documents.file_name(row.reader, day_of(here.session, here.case.zone)))


@pages.post("/final")
@needs(Permission.MEDIATE)
def finish(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Fix the drafts as they are."""
    here = _here(case_id, session_id)
    if actions.finish(here.rows):
        flash(_("The reports are final now. Nobody else has them yet."))
    return _back(here)


@pages.get("/release")
@needs(Permission.MEDIATE)
def preview(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """What goes to whom, and what becomes readable to both, before it is released."""
    here = _here(case_id, session_id)
    form = ReleaseForm()
    for row in _final(here):
        _box(form, row.reader).data = True
    form.seen.data = version(actions.said_in(here.session))
    return _release_page(here, form)


@pages.post("/release")
@needs(Permission.MEDIATE)
def release(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Release what was ticked."""
    here = _here(case_id, session_id)
    form = ReleaseForm()
    valid = form.validate_on_submit()
    chosen = [row for row in _final(here) if _box(form, row.reader).data]
    if valid and not chosen and _final(here):
        form.form_errors.append(_("Choose at least one copy."))
    elif valid and _before_the_summary(here, chosen):
        form.form_errors.append(_(actions.JOINT_FIRST))
    if not valid or form.form_errors or queries.unconfirmed(here.session, chosen):
        return _release_page(here, form), 422
    if actions.release(here.case, here.session, [row.id for row in chosen], form.seen.data or ""):
        flash(_("Released. Each finds their papers on their own page."))
    return _back(here)


@pages.post("/<uuid:report_id>/withdraw")
@needs(Permission.MEDIATE)
def withdraw(case_id: uuid.UUID, session_id: uuid.UUID, report_id: uuid.UUID) -> ResponseReturnValue:
    """End the display of a report. A copy somebody has kept stays where it is."""
    here = _here(case_id, session_id)
    actions.withdraw(here.rows, queries.one(here.session, report_id))
    flash(_("Withdrawn. It is not shown any more; that it was made stays in the log."))
    return _back(here)


@pages.post("/full")
@needs(Permission.MEDIATE)
def full_record(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """The mediator's own record, laid out while it is sent and never stored (docs/decisions/0008).

    Its words are gathered here. By the time they become pages, in a process of their own, the request's transaction
    is over: it writes a line, so on SQLite nobody else could save meanwhile.
    """
    here = _here(case_id, session_id)
    audit.record("report.full.made", case=here.case.id, subject=here.session.id)
    copy = full.record(here.case, here.session, here.staff_id)

    def make() -> bytes:
        return documents.render_apart(copy)

    def instead(error: Exception) -> Response:
        # The text of an error that is not our own may hold words of the document.
        reason = str(error) if isinstance(error, pdf.NotMade) else type(error).__name__
        log.error("full copy of session %s could not be laid out: %s", session_id, reason)
        audit.record("report.full.failed", case=case_id, subject=session_id)
        return make_response(render_template("workspace/reports/full_failed.html", case_id=case_id,
                                             session_id=session_id), 500)  # fmt: skip

    return documents.laid_out(make, documents.file_name(Reader.FULL, day_of(here.session, here.case.zone)), instead)


def _here(case_id: uuid.UUID, session_id: uuid.UUID) -> Here:
    case = case_here(case_id)
    session = queries.session_of(case, session_id)
    return Here(case, session, staff_here().id, queries.of_session(session))


def _back(here: Here) -> ResponseReturnValue:
    return redirect(url_for(".show", case_id=here.case.id, session_id=here.session.id), 303)


def _names(case: Case) -> dict[str, str]:
    return {person.letter.value: person.called for person in case.participants}


def _waiting(rows: list[Report]) -> bool:
    return any(row.state is ReportState.WAITING for row in rows)


def _final(here: Here) -> list[Report]:
    return [row for row in here.rows if row.state is ReportState.FINAL]


def _box(form: ReleaseForm, reader: Reader) -> BooleanField:
    return {Reader.JOINT: form.joint, Reader.A: form.a, Reader.B: form.b}[reader]


def _before_the_summary(here: Here, chosen: list[Report]) -> bool:
    joint = next((row for row in here.rows if row.reader is Reader.JOINT), None)
    return joint is not None and bool(chosen) and joint.state is not ReportState.RELEASED and joint not in chosen


def _release_page(here: Here, form: ReleaseForm) -> str:
    audit.reading("agreements.read", case=here.case.id)
    names, final = _names(here.case), _final(here)
    closed = actions.closed(here.case, here.session, final)
    for letter, box in (("A", form.a), ("B", form.b)):
        box.label.text = _("The personal copy of %(name)s, to %(name)s alone", name=names.get(letter, letter))
    return render_template(
        "workspace/reports/release.html",
        case=here.case,
        session=here.session,
        form=form,
        boxes=[(row, _box(form, row.reader)) for row in final],
        joint=any(row.reader is Reader.JOINT for row in final),
        said=actions.said_in(here.session) if any(row.reader is Reader.JOINT for row in final) else [],
        closed=closed,
        unconfirmed=queries.unconfirmed(here.session, final),
        read_first=SENTENCES[Gate.READ_FIRST] in closed,
        names=names,
    )
