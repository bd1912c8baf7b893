"""A participant's acts on a text of both: changing it, keeping a draft, saying yes to it, taking one's yes back.

The address says nothing, as of every act of an exercise. Whoever was too late, or wrote too much, reads their own words
again on the page that answers: nothing that was sent is lost.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from mediator.cases.here import participant_here
from mediator.cases.models import Participant
from mediator.core import errorpages
from mediator.core.errors import Refused
from mediator.exercises import phone, queries
from mediator.exercises.actions import STALE
from mediator.exercises.models import ExerciseRun
from mediator.exercises.together import actions as together
from mediator.exercises.together import drafts, keeping, texts
from mediator.exercises.together import page as text_page
from mediator.exercises.together.drafts import Writer
from mediator.exercises.together.texts import sent_shape

pages = Blueprint("text", __name__, url_prefix="/exercise/text")


@pages.post("")
def write() -> ResponseReturnValue:
    """Change the words for both."""
    person = participant_here()
    text, typed = texts.read(sent_shape(request.form), request.form)
    writer = Writer.participant(person)
    try:
        run = _there(person)
        drafts.go_on_from(run, run.at, writer, request.form, keeping.number("draft"))
        if typed.errors:
            return _again(person, run, typed, "", 422)
        together.write(person.case, run, person.letter, keeping.number("words_rev"), text)
    except Refused as refused:
        errorpages.undo()
        elsewhere = isinstance(refused, drafts.Newer)
        return _again(person, _run_of_page(person), typed, refused.message, 409, elsewhere)
    drafts.done(run, run.at, writer)
    return redirect(url_for("portal.exercise.show"), 303)


@pages.post("/draft")
def keep() -> ResponseReturnValue:
    """Keep what was typed, for its writer alone, or throw it away, for as long as phones show the exercise."""
    person = participant_here()
    drop = request.form.get("do") == "drop"  # of any run: its writer may have an old page before them
    run = next(
        (one for one in (queries.runs(person.case_id) if drop else [phone.found(person.case_id)])
         if one is not None and str(one.id) == request.form.get("run")),
        None,
    )  # fmt: skip
    if run is not None:
        run = queries.run_of(person.case, run.id, lock=True)
    again = partial(_again, person, _run_of_page(person))
    return keeping.keep(run, Writer.participant(person), url_for("portal.exercise.show"), again)


@pages.post("/yes")
def agree() -> ResponseReturnValue:
    """Say yes to the words that the page showed. It stands on this phone alone."""
    person = participant_here()
    try:
        together.agree(person.case, _there(person), person.letter, keeping.number("words_rev"))
    except Refused as refused:
        return _as_it_stands(refused)
    return redirect(url_for("portal.exercise.show"), 303)


@pages.post("/back")
def take_back() -> ResponseReturnValue:
    """Take one's yes back. Nobody has to say why."""
    person = participant_here()
    try:
        together.take_back(person.case, _there(person), person.letter, keeping.number("words_rev"))
    except Refused as refused:
        return _as_it_stands(refused)
    return redirect(url_for("portal.exercise.show"), 303)


def _run_of_page(person: Participant) -> ExerciseRun | None:
    """The run that the page showed, held until the request ends; None where it is no longer at that stage."""
    run = queries.followed_run(person.case_id, lock=True)
    there = run is not None and (request.form.get("run"), request.form.get("stage")) == (str(run.id), str(run.at))
    return run if there else None


def _there(person: Participant) -> ExerciseRun:
    run = _run_of_page(person)
    if run is None:
        raise Refused(STALE)
    return run


def _again(
    person: Participant, run: ExerciseRun | None, typed: texts.Typed, why: str, status: int, elsewhere: bool = False
) -> ResponseReturnValue:
    """The words somebody sent, beside the words as they stand now where they can still be changed."""
    found = phone.shown(person, run)
    if found.text is not None:
        found = replace(found, text=text_page.again(found.text, typed, elsewhere=elsewhere))
    return render_template("portal/exercise/text_again.html", phone=found, typed=typed, why=why), status


def _as_it_stands(refused: Refused) -> ResponseReturnValue:
    errorpages.undo()
    flash(refused.message, "plain")
    return redirect(url_for("portal.exercise.show"), 303)
