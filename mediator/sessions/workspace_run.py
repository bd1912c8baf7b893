"""The live session's pages: the run itself, its notes, and what is shown to everybody in the room."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mediator.agreements import actions as agreements
from mediator.agreements import queries as agreed
from mediator.core import live
from mediator.core.clock import now
from mediator.core.errors import BadRequest, Refused
from mediator.core.permissions import Permission, needs
from mediator.core.requests import posted_id
from mediator.exercises import console
from mediator.sessions import changing, notes, room, run_page, running
from mediator.sessions import run_frame as frame
from mediator.sessions.models import MediationSession
from mediator.sessions.terms import NoteKind, SessionState

pages = Blueprint("run", __name__, url_prefix="/cases/<uuid:case_id>/sessions/<uuid:session_id>")

#: How many minutes one press gives to an item.
MORE = 5


@pages.get("/run")
@needs(Permission.MEDIATE)
def show(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """The session as it runs: the item, its clock, the notes; the caucus while there is one."""
    case, meeting = frame.open_(case_id, session_id, "session.read")
    return frame.page(case, meeting)


@pages.get("/run/state")
@needs(Permission.MEDIATE)
def state(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """The count of changes and the clocks, for windows that follow. No words."""
    _case, meeting = frame.open_(case_id, session_id)
    at, present = now(), room.current(meeting)
    ticking = run_page.clock_of(present or meeting, at) if meeting.state in room.UNDER_WAY else None
    whole = run_page.session_clock(meeting, at)
    return jsonify(
        rev=meeting.rev,
        spent=ticking.face.elapsed if ticking else None,
        planned=ticking.face.planned if ticking else None,
        running=ticking.running if ticking else False,
        session=whole.face.elapsed if whole else None,
        notes={f"{note.kind.value}:{note.about_id}": str(note.rev) for note in meeting.notes},
    )


@pages.get("/present")
@needs(Permission.MEDIATE)
def present(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """The one page meant for a screen that everybody sees: title, one neutral sentence, the item's clock.

    Where no item is present, it is the whole session's clock that counts there.
    """
    case, meeting = frame.open_(case_id, session_id, "session.presented")
    version = live.version(case.id, live.DESK)  # before all else: what comes in between is followed
    item = room.current(meeting)
    running_now = meeting.state is SessionState.RUNNING and room.open_caucus(meeting) is None
    may = running_now and not room.closed(case, meeting)
    going = item if may else None
    return render_template(
        "workspace/run/present.html",
        case=case,
        meeting=meeting,
        item=going,
        exercise=console.shared(case, now()) if may and room.is_joint(meeting) else None,
        version=version,
        prompt=run_page.prompt(going.kind, joint=room.is_joint(meeting)) if going is not None else run_page.ALONE,
        between=may and item is None,
        clock=run_page.clock_of(item or meeting, now()) if may else None,
        over=meeting.state not in {SessionState.PLANNED, *room.UNDER_WAY},
    )


@pages.post("/run/start")
@needs(Permission.MEDIATE)
def start(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Start the clock, or open the session to be written up afterwards."""
    case, meeting = frame.open_(case_id, session_id, lock=True)
    frame.keep(running.start(case, meeting, live=request.form.get("live") != "no"))
    return frame.to_run(meeting)


@pages.post("/run/act")
@needs(Permission.MEDIATE)
def act(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """One of the buttons of the run: `do` says which."""
    case, meeting = frame.open_(case_id, session_id, lock=True)
    given = request.form
    match given.get("do"):
        case "next" | "skip":
            seen = frame.id_of(given, "item") if given.get("item") != "" else None  # the page showed none
            frame.keep(running.go_on(meeting, seen, skip=given["do"] == "skip"))
        case "jump":
            frame.keep(running.jump(meeting, frame.id_of(given, "item")))
        case "pause":
            running.pause(meeting)
        case "resume":
            running.resume(case, meeting)
        case "extend":
            running.extend(
                meeting, frame.id_of(given, "item"), frame.number_of(given, "more", MORE), frame.number_of(given, "rev")
            )
        case "take":
            taken = running.take(
                meeting, frame.id_of(given, "from"), frame.number_of(given, "more", MORE), frame.number_of(given, "rev")
            )
            flash(_("%(count)s minutes taken.", count=taken))
        case "shorten":
            if not running.shorten(meeting, frame.number_of(given, "rev")):
                flash(_("Nothing can get any shorter. It will still be over later than planned."), "plain")
        case "left" | "did":
            running.mark_left(meeting, frame.id_of(given, "item"), left=given["do"] == "left")
            return redirect(
                url_for(".show", case_id=case.id, session_id=meeting.id, item=frame.id_of(given, "item")), 303
            )
        case "end":
            frame.keep(running.end(meeting))
            return redirect(url_for("workspace.summary.show", case_id=case.id, session_id=meeting.id), 303)
        case _:
            raise BadRequest("This page is out of date. Please open it again.")
    return frame.to_run(meeting)


@pages.post("/run/items")
@needs(Permission.MEDIATE)
def add(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Add an item right after the present one."""
    case, meeting = frame.open_(case_id, session_id, lock=True)
    item_id, title = posted_id(), request.form.get("title", "")
    minutes = request.form.get("minutes", "")
    errors = running.unfit_item(title, minutes)
    if errors:
        return frame.page(case, meeting, errors=errors, typed=request.form), 422
    running.add(meeting, item_id, title, int(minutes))
    return frame.to_run(meeting)


@pages.post("/run/undo")
@needs(Permission.MEDIATE)
def undo(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Take the last step back: a move, the end, a write-up, the agenda, moved words, or what was just written down."""
    case, meeting = frame.open_(case_id, session_id, lock=True)
    step = session.pop(frame.UNDO, None)
    if step is None or step["session"] != str(meeting.id):
        raise Refused(running.TOO_LATE)
    if step["kind"] == "said":
        agreements.take_back(agreed.one(case.id, uuid.UUID(step["id"])))
        room.changed(meeting, "session.step.taken-back")
    elif step["kind"] == "moved":
        notes.move_back(meeting, step)
    elif step["kind"] == "agenda":
        changing.take_back(meeting, step)
        flash(_("Taken back."))
        return redirect(url_for("workspace.change.show", case_id=case.id, session_id=meeting.id), 303)
    else:
        running.take_back(meeting, step)
    flash(_("Taken back."))
    return frame.to_run(meeting)


@pages.post("/run/notes")
@needs(Permission.MEDIATE)
def save_note(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Keep a note as it was typed. Where somebody else typed meanwhile, both texts stay (409 for a script)."""
    _case, meeting = frame.open_(case_id, session_id, lock=True)
    given = request.form
    try:
        kind = NoteKind(given.get("kind", ""))
    except ValueError:
        raise BadRequest("This page is out of date. Please open it again.", given.get("text", "")) from None
    kept = notes.save(meeting, kind, frame.id_of(given, "about"), given.get("text", ""), given.get("rev", ""),
                      heading=frame.also_typed(), since=frame.sitting())  # fmt: skip
    return frame.answer(kept, url_for(".show", case_id=case_id, session_id=session_id, item=_item(meeting, given)))


@pages.get("/run/notes/move")
@needs(Permission.MEDIATE)
def choose_lines(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Which lines of a private note go into the joint note."""
    case, meeting = frame.open_(case_id, session_id, "session.read")
    about = frame.id_of(request.args, "about", meeting.id)
    notes.check(meeting, NoteKind.JOINT, about)
    note = notes.on_page(meeting, about)[NoteKind.PRIVATE]
    return render_template("workspace/run/move.html", run=run_page.build(case, meeting, now()), note=note, undo=None)


@pages.post("/run/notes/move")
@needs(Permission.MEDIATE)
def move_lines(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Move the chosen lines."""
    _case, meeting = frame.open_(case_id, session_id, lock=True)
    given = request.form
    about = frame.id_of(given, "about", meeting.id)
    lines = [int(name[5:]) for name in given if name.startswith("line.") and name[5:].isdecimal()]
    frame.keep(notes.move(meeting, about, lines, given.get("rev", "")), "moved", meeting)
    return redirect(url_for(".show", case_id=case_id, session_id=session_id, item=_item(meeting, given)), 303)


@pages.post("/run/attendance")
@needs(Permission.MEDIATE)
def attendance(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Who is there, and with whom."""
    case, meeting = frame.open_(case_id, session_id, lock=True)
    there = {
        letter: (f"here.{letter}" in request.form, request.form.get(f"with.{letter}", ""))
        for letter in room.people(meeting)
    }
    errors = {
        f"with.{letter}": str(_("Keep a name to %(count)s characters.", count=running.NAME_LENGTH))
        for letter, (_here, company) in there.items()
        if len(company) > running.NAME_LENGTH
    }
    if errors:
        return frame.page(case, meeting, errors=errors, typed=request.form), 422
    running.attend(meeting, there)
    return frame.to_run(meeting)


def _item(meeting: MediationSession, given: Mapping[str, str]) -> uuid.UUID | None:
    """The item a note is about, if the page would not show it by itself."""
    about = frame.id_of(given, "about", meeting.id)
    present = room.current(meeting)
    known = {item.id for item in meeting.items} - ({present.id} if present is not None else set())
    return about if about in known else None
