"""Closing a session: the summary, who said what in it, what was written down, what comes next, and that it is done."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mediator.cases.models import Case
from mediator.core.clock import now
from mediator.core.permissions import Permission, needs
from mediator.practice.here import staff_here
from mediator.sessions import confirming, notes, queries, room, run_page
from mediator.sessions import run_frame as frame
from mediator.sessions.models import MediationSession
from mediator.sessions.terms import SessionState

pages = Blueprint("summary", __name__, url_prefix="/cases/<uuid:case_id>/sessions/<uuid:session_id>/summary")


@dataclass(frozen=True)
class Sentence:
    """A sentence that says who said what, as the page lists it. `names` are whom it names; it may name nobody."""

    words: str
    mark: str
    names: list[str]
    confirmed: bool


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
        attributed=_attributed(case, meeting),
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


@pages.post("/confirmed")
@needs(Permission.MEDIATE)
def confirm(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Keep which of the sentences that say who said what are confirmed by whoever said them."""
    case, meeting = frame.open_(case_id, session_id, lock=True)
    ticked = {name.removeprefix("yes.") for name in request.form if name.startswith("yes.")}
    if confirming.confirm(case, meeting, request.form.get("shown", "").split(), ticked, staff_here().id):
        flash(_("Kept. A sentence that changes is confirmed anew."))
    return redirect(url_for(".show", case_id=case.id, session_id=meeting.id, _anchor="attributed"), 303)


def _attributed(case: Case, meeting: MediationSession) -> list[Sentence]:
    """What is listed: each sentence with the names of whom it names."""
    done = confirming.confirmed(meeting)
    names = {person.letter: str(person.called) for person in case.participants}
    return [
        Sentence(one.words, one.mark, [names[letter] for letter in one.people], one.mark in done)
        for one in confirming.attributed_in(case, meeting)
    ]


def _next(meeting: MediationSession) -> queries.Listed | None:
    """The next planned session with the same people: the page may be read aloud in the room."""
    found = queries.meetings(meeting.case_id)
    ahead = (row for row in (found.next, *found.later) if row is not None)
    return next((row for row in ahead if row.attendees is meeting.attendees), None)
