"""Closing a session: the summary, what was written down, what comes next, and saying that it is written up."""

from __future__ import annotations

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mediator.core.clock import now
from mediator.core.permissions import Permission, needs
from mediator.sessions import notes, queries, room, run_page
from mediator.sessions import run_frame as frame
from mediator.sessions.models import MediationSession
from mediator.sessions.terms import SessionState

pages = Blueprint("summary", __name__, url_prefix="/cases/<uuid:case_id>/sessions/<uuid:session_id>/summary")


@pages.get("")
@needs(Permission.MEDIATE)
def show(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """The summary, which begins with the joint notes; the run while the session is not over."""
    case, meeting = frame.open_(case_id, session_id, "session.read")
    if meeting.state not in {SessionState.ENDED, SessionState.WRITTEN_UP}:
        return redirect(url_for("workspace.run.show", case_id=case.id, session_id=meeting.id))
    return render_template(
        "workspace/summary/show.html",
        run=run_page.build(case, meeting, now()),
        meeting=meeting,
        text=notes.summary_of(meeting),
        rev=notes.summary_rev(meeting),
        joint=room.is_joint(meeting),
        left=room.left(meeting),
        next_one=_next(meeting),
        undo=frame.undoable(meeting),
    )


@pages.post("")
@needs(Permission.MEDIATE)
def save(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the summary as it was typed; with `done`, the session is written up."""
    case, meeting = frame.open_(case_id, session_id, lock=True)
    given = request.form
    if "text" in given:
        kept = notes.save_summary(meeting, given["text"], given.get("rev", ""), heading=frame.also_typed(),
                                  since=frame.sitting())  # fmt: skip
        if not given.get("done") or kept.merged:
            return frame.answer(kept, url_for(".show", case_id=case.id, session_id=meeting.id))
    if given.get("done"):
        notes.written_up(meeting)
    return redirect(url_for(".show", case_id=case.id, session_id=meeting.id), 303)


def _next(meeting: MediationSession) -> queries.Listed | None:
    """The next planned session with the same people: the page may be read aloud in the room."""
    found = queries.meetings(meeting.case_id)
    ahead = (row for row in (found.next, *found.later) if row is not None)
    return next((row for row in ahead if row.attendees is meeting.attendees), None)
