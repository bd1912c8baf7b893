"""One screen for everybody in the room: the page that all three see, and what is pressed on it.

It is open in the mediator's session. Whoever holds the tablet presses for the one whose turn it is; only the mediator
ends a pause and goes on to the next part, and does that on their own page. What is told here is never kept for another
page, nor does anything wait here that another page said: words for the mediator alone would stand before all.
"""

from __future__ import annotations

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mediator.cases.here import case_here
from mediator.cases.models import Case
from mediator.core import audit, errorpages
from mediator.core.clock import now
from mediator.core.errors import BadRequest, Refused
from mediator.core.permissions import Permission, needs
from mediator.core.visibility import Letter
from mediator.exercises import actions, one_screen, queries
from mediator.exercises.models import ExerciseRun
from mediator.exercises.modes import MEDIATOR, Do
from mediator.exercises.terms import Heard, Place
from mediator.exercises.together import actions as together
from mediator.exercises.together import desk
from mediator.practice.here import staff_here

pages = Blueprint("case_screen", __name__, url_prefix="/cases/<uuid:case_id>/exercises/<uuid:run_id>/screen")

#: What is pressed in a turn. Passing the floor on is the mediator's, on their own page.
TURN = frozenset({Do.FINISHED, Do.SAID_BACK, Do.HEARD})
#: What is pressed under a text of both, for the one whose yes it is.
YES = frozenset({Do.AGREE, Do.DISAGREE})
AGAIN = "workspace/exercises/screen_again.html"
#: No run was ever changed this often; larger numbers are nobody's.
LARGEST = 2**31


@pages.get("")
@needs(Permission.MEDIATE)
def show(case_id: uuid.UUID, run_id: uuid.UUID) -> ResponseReturnValue:
    """The exercise as everybody sees it. What goes on elsewhere has no such screen: its own page is shown."""
    case = case_here(case_id)
    audit.reading("exercise.presented", case=case.id, subject=run_id)
    run = queries.run_of(case, run_id)
    if run.place is not Place.SCREEN:
        return redirect(url_for("workspace.case_exercises.show", case_id=case.id, run_id=run.id), 303)
    screen = one_screen.build(case, run, now(), staff_here().id)
    return render_template("workspace/exercises/screen.html", case=case, screen=screen, moved="moved" in request.args)


@pages.post("")
@needs(Permission.MEDIATE)
def press(case_id: uuid.UUID, run_id: uuid.UUID) -> ResponseReturnValue:
    """One of the buttons: `do` says which, `rev` what the screen showed. Where it moved on, nothing is changed.

    A finger that comes down twice presses once: the second press is one act old, and nobody is told of it.
    """
    case = case_here(case_id)
    run = queries.run_of(case, run_id, lock=True)
    if run.place is not Place.SCREEN:
        return redirect(url_for("workspace.case_exercises.show", case_id=case.id, run_id=run.id), 303)
    do = request.form.get("do", "")
    if do in TURN and _rev() == run.rev - 1 and not queries.locked(case, run):
        return redirect(url_for(".show", case_id=case_id, run_id=run_id), 303)
    try:
        _press(case, run, do)
    except Refused:
        errorpages.undo()
        return redirect(url_for(".show", case_id=case_id, run_id=run_id, moved=1), 303)
    return redirect(url_for(".show", case_id=case_id, run_id=run_id), 303)


@pages.post("/text")
@needs(Permission.MEDIATE)
def write(case_id: uuid.UUID, run_id: uuid.UUID) -> ResponseReturnValue:
    """Change the text of both, before everybody. Whoever writes, it is in the mediator's name."""
    if queries.run_of(case_here(case_id), run_id).place is not Place.SCREEN:
        return redirect(url_for("workspace.case_exercises.show", case_id=case_id, run_id=run_id), 303)
    return desk.save(case_id, run_id, again=AGAIN, back=".show", on_screen=True)


@pages.post("/text/draft")
@needs(Permission.MEDIATE)
def keep(case_id: uuid.UUID, run_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what is typed before everybody until it is saved for both, or throw it away."""
    if queries.run_of(case_here(case_id), run_id).place is not Place.SCREEN:
        return redirect(url_for("workspace.case_exercises.show", case_id=case_id, run_id=run_id), 303)
    return desk.keep(case_id, run_id, again=AGAIN, back=".show", on_screen=True)


def _press(case: Case, run: ExerciseRun, do: str) -> None:
    """Pausing and stopping ask for no state: they are everybody's at any time."""
    if do == Do.PAUSE:
        actions.pause(case, run, MEDIATOR)
    elif do == Do.STOP:
        actions.stop(case, run, MEDIATOR)
    elif do in TURN:
        if queries.locked(case, run):
            raise Refused(actions.STALE)
        actions.take_turn(case, run, MEDIATOR, Do(do), _rev(), _heard())
    elif do in YES:
        _say(case, run, Do(do))
    else:
        raise BadRequest(desk.OUT_OF_DATE)


def _say(case: Case, run: ExerciseRun, do: Do) -> None:
    """A yes to the words the screen showed, or taking it back, for `who`."""
    who, stage, rev = request.form.get("who", ""), *map(desk.number, ("stage", "words_rev"))
    if who not in list(Letter):
        raise BadRequest(desk.OUT_OF_DATE)
    if stage != run.at:
        raise Refused(actions.STALE)
    say = together.agree if do is Do.AGREE else together.take_back
    say(case, run, Letter(who), rev, by=MEDIATOR)


def _heard() -> Heard | None:
    sent = request.form.get("heard")
    return Heard(sent) if sent in {one.value for one in Heard} else None


def _rev() -> int:
    """The state the screen showed; -1, which is none, where it is missing."""
    rev: int | None = request.form.get("rev", type=int)
    return rev if rev is not None and 0 <= rev < LARGEST else -1
