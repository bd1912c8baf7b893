"""A participant's pages of words that one writes for the other: the author's, and the receiver's.

The author's page is made of their own words, what they keep of them and the mediator's note, and of nothing else: it is
the same to the letter whatever the receiver was asked, said or was given. The receiver's pages are there once they
were asked, or something was given; before that, and for everybody else, there is nothing at the address.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from mediator.cases.here import participant_here
from mediator.cases.models import Participant
from mediator.cases.queries import around
from mediator.core import audit, errorpages, signin
from mediator.core.errors import Refused
from mediator.exercises import queries
from mediator.exercises.held import actions as held
from mediator.exercises.held import forms as held_forms
from mediator.exercises.held import queries as held_queries
from mediator.exercises.held import rows as held_rows
from mediator.exercises.models import ExerciseRun, HeldWords
from mediator.questionnaires import queries as forms
from mediator.questionnaires.models import Assignment

pages = Blueprint("held", __name__, url_prefix="/words")


@pages.app_template_global("held_page")
def held_page(assignment: Assignment) -> str:
    """For the pages of a form: where its author finds the note and what they keep; empty for every other form."""
    user = signin.signed_in(signin.PARTICIPANT)
    if user is None or user.session.scope_id is not None or held_queries.authored(assignment) is None:
        return ""
    return url_for("portal.held.own", written_id=assignment.id)


# -- the author --------------------------------------------------------------------------------------------------------


@pages.get("/mine/<uuid:written_id>")
def own(written_id: uuid.UUID) -> str:
    """One's own words, the mediator's note on them, and what one keeps."""
    person = participant_here()
    assignment, _run, row = _authored(person, written_id)
    audit.reading("held.read", case=person.case_id, subject=row.id)
    return render_template(
        "portal/held/own.html",
        assignment=assignment,
        lines=held_queries.words(assignment, row.kept),
        note=row.note or "",
        handed_in=held_queries.handed_in(assignment),
        names=_names(person),
    )


@pages.post("/mine/<uuid:written_id>")
def keep(written_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what is ticked between oneself and the mediator."""
    person = participant_here()
    assignment, run, _row = _authored(person, written_id)
    run = queries.run_of(person.case, run.id, lock=True)
    parts = [name.removeprefix("keep.") for name in request.form if name.startswith("keep.")]
    held.keep(person, run, held_rows.of_run(run, lock=True), parts)
    flash(_("Saved."))
    return redirect(url_for(".own", written_id=assignment.id), 303)


def _authored(person: Participant, assignment_id: uuid.UUID) -> tuple[Assignment, ExerciseRun, HeldWords]:
    assignment = forms.mine(person, assignment_id)
    found = held_queries.authored(assignment)
    if found is None:
        raise NotFound
    return assignment, *found


# -- the receiver ------------------------------------------------------------------------------------------------------


@pages.get("/question/<uuid:held_id>")
def question(held_id: uuid.UUID) -> ResponseReturnValue:
    """Whether, how and when one would like to receive it."""
    person = participant_here()
    run, row = held_queries.mine(person, held_id)
    audit.reading("held.read", case=person.case_id, subject=row.id)
    if not held_queries.may_answer(person.case, run, row, held_queries.state(person.case, run)[1]):
        return redirect(url_for("portal.home.show"), 303)
    return _question(person, run, row, held_forms.stored(row), {})


@pages.post("/question/<uuid:held_id>")
def answer(held_id: uuid.UUID) -> ResponseReturnValue:
    """Tell the mediator. What was said may be changed until it happens; a break does not lose it."""
    person = participant_here()
    run, row = _held_mine(person, held_id)
    wishes, errors = held_forms.read(request.form)
    if wishes is None:
        return _question(person, run, row, request.form, errors), 422
    try:
        held.answer(person.case, run, row, wishes)
    except Refused as refused:
        if wishes.beside:
            raise  # whoever put something into words gets them back
        return _home(refused)
    flash(_("%(mediator)s knows. You can change it until it happens.", mediator=_names(person)["mediator"]))
    return redirect(url_for("portal.home.show"), 303)


@pages.get("/given/<uuid:held_id>")
def given(held_id: uuid.UUID) -> ResponseReturnValue:
    """What was written for this reader, as it was frozen, without what its author keeps since."""
    person = participant_here()
    run, row = held_queries.mine(person, held_id)
    audit.reading("held.read", case=person.case_id, subject=row.id)
    found = held_queries.given(person.case, run, row, held_queries.state(person.case, run)[1])
    if found is None:
        return redirect(url_for("portal.home.show"), 303)
    return render_template("portal/held/given.html", given=found, names=_names(person))


@pages.post("/aside/<uuid:held_id>")
def aside(held_id: uuid.UUID) -> ResponseReturnValue:
    """Put the question or the words aside on one's own page, or take them out again. It is no answer."""
    person = participant_here()
    _run, row = _held_mine(person, held_id)
    held.put_away(person, row, away=request.form.get("do") != "out")
    if request.form.get("do") == "out":
        return redirect(url_for(".given", held_id=row.id), 303)
    flash(_("Put aside. It stays at the end of this page."), "plain")
    return redirect(url_for("portal.home.show"), 303)


def _held_mine(person: Participant, held_id: uuid.UUID) -> tuple[ExerciseRun, HeldWords]:
    """The same as `held_queries.mine`, held until the request ends."""
    run, _row = held_queries.mine(person, held_id)
    run = queries.run_of(person.case, run.id, lock=True)
    return run, held_rows.of_run(run, lock=True)


def _question(
    person: Participant, run: ExerciseRun, row: HeldWords, said: Mapping[str, str], errors: Mapping[str, str]
) -> str:
    return render_template(
        "portal/held/question.html",
        row=row,
        offered=run.spec["stages"][0]["offered"],
        said=said,
        errors=errors,
        names=_names(person),
    )


def _home(refused: Refused) -> ResponseReturnValue:
    """It has moved on: nothing is changed, and the start page says what there is now."""
    errorpages.undo()
    flash(refused.message, "plain")
    return redirect(url_for("portal.home.show"), 303)


def _names(person: Participant) -> dict[str, str]:
    names = around(person)
    return {
        "other": names.other or str(_("the other person")),
        "mediator": names.mediator or str(_("your mediator")),
    }
