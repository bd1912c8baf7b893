"""A participant's pages of an exercise: what their phone shows now, their acts in it, and telling the mediator unseen.

The address says nothing: it is always the exercise that is on both phones. Every act carries along which run and which
state of it the page showed; where that is over, the page is shown as it stands now. Pausing and stopping ask for no
state: they are everybody's at any time.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from mediator.cases import queries as cases
from mediator.cases.here import participant_here
from mediator.cases.models import Participant
from mediator.core import audit, errorpages, live, signin
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.exercises import actions, phone, queries
from mediator.exercises.models import ExerciseRun
from mediator.exercises.modes import Do
from mediator.exercises.terms import Heard, Wish
from mediator.questionnaires import queries as forms
from mediator.questionnaires.terms import AssignmentState

pages = Blueprint("exercise", __name__, url_prefix="/exercise")
#: What every page of an exercise follows.
following = Blueprint("live", __name__, url_prefix="/live")

#: What a participant does in a turn. Passing the floor on is the mediator's.
TURN = frozenset({Do.FINISHED, Do.SAID_BACK, Do.HEARD})
#: No run was ever changed this often; larger numbers are nobody's.
LARGEST = 2**31


@pages.get("")
def show() -> ResponseReturnValue:
    """What this phone shows now. Whoever comes from a form of an exercise that is not on the phones goes on there."""
    person = participant_here()
    if "done" in request.args or "back" in request.args:
        return redirect(_from_form(person), 303)
    version = live.version(person.case_id, live.BOTH)  # before the page: what comes in between is followed
    run = phone.found(person.case_id)
    if run is not None:
        audit.reading("exercise.read", case=person.case_id, subject=run.id)
    return render_template("portal/exercise/show.html", phone=phone.shown(person, run), version=version)


@pages.post("/turn")
def turn() -> ResponseReturnValue:
    """One act of a turn: finished, said back, or what the speaker says to what was said back."""

    def act(person: Participant, run: ExerciseRun) -> None:
        if queries.locked(person.case, run):
            raise Refused(actions.STALE)
        actions.take_turn(person.case, run, person.letter, _do(), _rev(), _heard())

    return _act(act)


@pages.post("/pause")
def pause() -> ResponseReturnValue:
    """A pause for both. Neither phone says who asked."""
    return _act(lambda person, run: actions.pause(person.case, run, person.letter))


@pages.get("/stop")
def ask() -> ResponseReturnValue:
    """Stopping is for both and can't be undone: it is asked for once more."""
    person = participant_here()
    return _quiet_page(person, "portal/exercise/stop.html")


@pages.post("/stop")
def stop() -> ResponseReturnValue:
    """End the exercise for both. Neither phone says who did."""
    return _act(lambda person, run: actions.stop(person.case, run, person.letter))


@pages.get("/keys")
def keys() -> ResponseReturnValue:
    """Three things to tell the mediator unseen."""
    return _quiet_page(participant_here(), "portal/exercise/keys.html")


@pages.post("/keys")
def tell() -> ResponseReturnValue:
    """Tell the mediator. That it is sent stands on this phone alone, and not what it was."""

    def act(person: Participant, run: ExerciseRun) -> None:
        actions.tell(person, run, _wish())
        flash(_("Sent."))

    return _act(act, then=".keys")


@following.get("")
def stream() -> Response:
    """The number that grows with every act both may know of, as long as this person is signed in."""
    user = signin.signed_in(signin.PARTICIPANT)
    if user is None:
        raise NotFound
    session_id, person_id, case_id = user.session.id, user.person.id, user.person.case_id

    def still_allowed() -> bool:
        # A hold ends no stream: it is the way on which both phones learn that there is a pause.
        row = db.session.get(signin.SigninSession, session_id)
        if row is None or not signin.alive(row, now()):
            return False
        return cases.participant_who_may_come_in(person_id) is not None

    since = request.args.get("since", type=int)
    known = since if since is not None else live.version(case_id, live.BOTH)
    return live.stream(case_id, live.BOTH, known, still_allowed, person_id)


@following.get("/version")
def version() -> Response:
    """The same number for a page that asks."""
    return live.polled(participant_here().case_id, live.BOTH)


def _from_form(person: Participant) -> str:
    """Where somebody goes who comes from a form: to the exercise while it is on the phones, else as from every form.

    `done` names the form that was just handed in, `back` the one that is left. Raises NotFound for somebody else's.
    """
    named = request.args.get("done") or request.args.get("back") or ""
    try:
        assignment = forms.written(person, uuid.UUID(named))
    except ValueError:
        raise NotFound from None
    if queries.run_of_assignment(assignment) is not None:
        return url_for(".show")
    if "done" in request.args and assignment.state is AssignmentState.SUBMITTED:
        return url_for("portal.questionnaires.done", assignment_id=assignment.id)
    return url_for("portal.home.show")


def _quiet_page(person: Participant, page: str) -> ResponseReturnValue:
    """A page beside the exercise. It holds none of its words, and leads back where none is on the phones."""
    run = queries.followed_run(person.case_id)
    if run is None:
        return redirect(url_for(".show"), 303)
    return render_template(page, phone=phone.beside(person, run))


def _act(act: Callable[[Participant, ExerciseRun], None], *, then: str = ".show") -> ResponseReturnValue:
    """Do it to the run the page showed, and go on; where somebody was quicker, the page is shown as it stands now."""
    person = participant_here()
    try:
        act(person, _run_of_page(person))
    except Refused as refused:
        return _as_it_stands(refused)
    return redirect(url_for(then), 303)


def _run_of_page(person: Participant) -> ExerciseRun:
    """The run that is on both phones, held until the request ends. Raises Refused where the page showed another."""
    run = queries.followed_run(person.case_id, lock=True)
    if run is None or request.form.get("run") != str(run.id):
        raise Refused(actions.STALE)
    return run


def _as_it_stands(refused: Refused) -> ResponseReturnValue:
    """Somebody was quicker: nothing is changed, and the page says how it stands now."""
    errorpages.undo()
    flash(refused.message, "plain")
    return redirect(url_for(".show"), 303)


def _do() -> Do:
    """What was pressed. Raises NotFound for what no page of a participant sends."""
    sent = request.form.get("do", "")
    if sent not in TURN:
        raise NotFound
    return Do(sent)


def _heard() -> Heard | None:
    sent = request.form.get("heard")
    return Heard(sent) if sent in {one.value for one in Heard} else None


def _wish() -> Wish:
    """What was pressed. Raises NotFound for what no page sends."""
    sent = request.form.get("wish", "")
    if sent not in {one.value for one in Wish}:
        raise NotFound
    return Wish(sent)


def _rev() -> int:
    """The state the page showed; -1, which is none, where it is missing."""
    rev: int | None = request.form.get("rev", type=int)
    return rev if rev is not None and 0 <= rev < LARGEST else -1
