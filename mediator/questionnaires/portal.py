"""A participant's form: one question per page, check, hand in, change. Everything works without JavaScript.

The words of a page that was open are stored whatever happened to the case meanwhile; what can't be stored is
given back.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from mediator.core import requests, signin
from mediator.core.errors import Refused
from mediator.core.templating import clock
from mediator.core.visibility import Visibility
from mediator.guide.content import Question
from mediator.questionnaires import answering, gentle, on_a_break, queries, values
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.queries import Filled, Sheet
from mediator.questionnaires.sheets import Here, PartView, grouped, mend_of, parts_of, side, typed, unfit
from mediator.questionnaires.terms import AssignmentState
from mediator.questionnaires.wording import problem

pages = Blueprint("questionnaires", __name__, url_prefix="/questions")

#: Fields of a question's form that are no answer.
ABOUT = frozenset({"csrf_token", "rev", "go"})
#: No question was ever saved this often; larger numbers do not fit the column.
LARGEST = 2**31


@pages.get("/<uuid:assignment_id>")
def show(assignment_id: uuid.UUID) -> ResponseReturnValue:
    """Carry on: the first question that is still open, then the check page."""
    here, form = _here(assignment_id)
    if away := _away(here, form.assignment):
        return away
    sheet = form.next_open
    return redirect(_check(assignment_id) if sheet is None else _url(assignment_id, sheet.number), 303)


@pages.get("/<uuid:assignment_id>/<int:number>")
def question(assignment_id: uuid.UUID, number: int) -> ResponseReturnValue:
    """One question."""
    here, form = _here(assignment_id)
    sheet = form.sheet(number)
    return _away(here, form.assignment) or _question(here, form, sheet)


@pages.post("/<uuid:assignment_id>/<int:number>")
def save(assignment_id: uuid.UUID, number: int) -> ResponseReturnValue:
    """Save one question as typed and go on; while typing (autosave) answer with the new revision alone."""
    here, assignment = _mine(assignment_id, words=True)
    asked = queries.asked(assignment)
    one, sent, quiet, go = queries.numbered(asked, number), _sent(), _quiet(), request.form.get("go")
    write = answering.skip if go == "skip" and not quiet else answering.save
    draft = quiet or go in {"back", "skip"}
    try:
        done = write(here.person, assignment, one, sent, _rev(), since=here.since, draft=draft)
    except (Refused, NotFound):
        return _closed(here, assignment, [one.question], sent, quiet)
    if isinstance(done, answering.Wrong):
        errors = _words(done.errors)
        if quiet:
            return jsonify(message=next(iter(errors.values())), errors=errors), 422
        form = queries.filled([assignment])[0]
        return _question(here, form, form.sheet(number), sent, errors), 422
    if isinstance(done, answering.Conflict):
        if quiet:
            return jsonify(url=url_for("portal.questionnaires.both", assignment_id=assignment_id, number=number)), 409
        form = queries.filled([assignment])[0]  # what was saved elsewhere, too
        return _versions(here, form, form.sheet(number), sent), 409
    if quiet:
        wrong = _words(done.mend)
        told: dict[str, Any] = {"message": next(iter(wrong.values())), "errors": wrong} if wrong else {}
        if looks := gentle.of_question(one.question, sent):
            told["looks"] = looks
        return jsonify(saved_at=clock(done.at), rev=done.rev, **told)
    return redirect(_onward(assignment_id, number, len(asked)), 303)


@pages.get("/<uuid:assignment_id>/<int:number>/both")
def both(assignment_id: uuid.UUID, number: int) -> ResponseReturnValue:
    """There is nothing to compare without the words of the page that was left."""
    _here_now, assignment = _mine(assignment_id)
    return redirect(_url(assignment_id, queries.numbered(queries.asked(assignment), number).number), 303)


@pages.post("/<uuid:assignment_id>/<int:number>/both")
def compare(assignment_id: uuid.UUID, number: int) -> ResponseReturnValue:
    """Both versions of an answer side by side: what stands on the page, and what was saved elsewhere."""
    here, form = _here(assignment_id, words=True)
    sheet, sent = form.sheet(number), _sent()
    if form.assignment.state in queries.ENDED:
        return _closed(here, form.assignment, [sheet.question], sent, quiet=False)
    return _versions(here, form, sheet, sent)


@pages.get("/<uuid:assignment_id>/check")
def check(assignment_id: uuid.UUID) -> ResponseReturnValue:
    """Everything that was answered, by who will read it, and the button that hands it in."""
    here, form = _here(assignment_id)
    return _away(here, form.assignment) or _checking(here, form)


@pages.post("/<uuid:assignment_id>/check")
@requests.takes_safety
def submit(assignment_id: uuid.UUID) -> ResponseReturnValue:
    """Hand in, once. On a handed-over device the session ends here."""
    here, form = _here(assignment_id, words=True)
    sent = _sent()
    try:
        wrong = answering.submit(here.person, form.assignment, sent)
    except (Refused, NotFound):
        return _closed(here, form.assignment, [], {}, quiet=False, safety=bool(form.safety))
    if wrong is not None:
        here_too = {name: one for name, one in wrong.errors.items() if one[1].visibility is Visibility.SAFETY}
        return _checking(here, form, sent, _words(here_too)), 422
    if here.scoped:
        page = render_template("portal/questionnaires/hand_back.html", thanks=True)
        signin.sign_out()
        return page
    if form.assignment.form.run_id is not None:  # on both phones the exercise goes on; at home this leads to `done`
        return redirect(url_for("portal.exercise.show", done=form.assignment.id), 303)
    return redirect(url_for("portal.questionnaires.done", assignment_id=form.assignment.id), 303)


@pages.get("/<uuid:assignment_id>/done")
def done(assignment_id: uuid.UUID) -> ResponseReturnValue:
    """What happens next, in words that are the same for both, and one's own answers to read. A break hides nothing."""
    here, form = _here(assignment_id)
    if form.assignment.state is not AssignmentState.SUBMITTED:
        return redirect(url_for("portal.questionnaires.show", assignment_id=form.assignment.id), 303)
    return _away(here, form.assignment, handed_in=True) or render_template(
        "portal/questionnaires/done.html",
        here=here,
        form=form,
        groups=grouped(here, form),
        safety_given=queries.safety_given(form.assignment),
        may_change=here.working and queries.may_take_back(form.assignment),
    )


@pages.post("/<uuid:assignment_id>/change")
def change(assignment_id: uuid.UUID) -> ResponseReturnValue:
    """Take the form back to change it, while the session has not begun. On a break it stays as it is."""
    here, assignment = _mine(assignment_id)
    if not here.working and (away := _away(here, assignment)):
        return away
    answering.change(here.person, assignment)
    return redirect(_check(assignment_id), 303)


def _mine(assignment_id: uuid.UUID, *, words: bool = False) -> tuple[Here, Assignment]:
    """Who asks, and their form; with `words` to give back, a closed one too. Raises NotFound for any other."""
    user = signin.signed_in(signin.PARTICIPANT)
    if user is None or user.session.scope_id not in (None, assignment_id):
        raise NotFound
    assignment = (queries.written if words else queries.mine)(user.person, assignment_id)
    stays = on_a_break.stays(user.person.case, assignment)
    return Here(user.person, user.session.started_at, user.session.scope_id is not None, stays=stays), assignment


def _here(assignment_id: uuid.UUID, *, words: bool = False) -> tuple[Here, Filled]:
    """The same with the questions and what stands at them."""
    here, assignment = _mine(assignment_id, words=words)
    return here, queries.filled([assignment])[0]


def _away(here: Here, assignment: Assignment, *, handed_in: bool = False) -> ResponseReturnValue | None:
    """Where a page leads that is not to be seen now: the end once handed in, home on a break. None: stay.

    A break hides what is to do, never what somebody has handed in.
    """
    if here.working and queries.editable(assignment):
        return None
    if here.scoped:
        return render_template("portal/questionnaires/hand_back.html", thanks=False)
    if assignment.state is AssignmentState.SUBMITTED:
        done = url_for("portal.questionnaires.done", assignment_id=assignment.id)
        return None if handed_in else redirect(done, 303)
    return redirect(url_for("portal.home.show"), 303)


def _question(
    here: Here,
    form: Filled,
    sheet: Sheet,
    sent: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> str:
    """The page of one question, with what stands there, or with what was sent and what is wrong with it."""
    return render_template(
        "portal/questionnaires/question.html",
        here=here,
        form=form,
        sheet=sheet,
        parts=parts_of(here, sheet.question, sheet.given, sent),
        errors=mend_of(sheet) if errors is None else errors,
        rev=_rev() if sent is not None else sheet.rev,
        step=queries.step_name(form.assignment.form.step),
        minutes=form.minutes,
        url=_url(form.assignment.id, sheet.number),
        checking=_from_check(),
    )


def _checking(
    here: Here, form: Filled, sent: Mapping[str, str] | None = None, errors: Mapping[str, str] | None = None
) -> str:
    given = queries.safety_given(form.assignment)
    safety: list[tuple[Question, list[PartView], bool]] = [
        (question, parts_of(here, question, {}, sent), any(part.key in given for part in question.parts))
        for question in form.safety
    ]
    return render_template(
        "portal/questionnaires/check.html",
        here=here,
        form=form,
        groups=grouped(here, form),
        safety=safety,
        errors=errors or {},
        unfit=unfit(form),
    )


def _versions(here: Here, form: Filled, sheet: Sheet, sent: Mapping[str, str]) -> str:
    """Both versions with a button each. The one from here goes on as hidden fields, so that no word is lost."""
    read = {part.key: values.read(part, sent) for part in sheet.question.parts}
    return render_template(
        "portal/questionnaires/conflict.html",
        here=here,
        form=form,
        sheet=sheet,
        ours=side(here, sheet.question, read, sent),
        theirs=side(here, sheet.question, sheet.given),
        sent=sent,
        url=_url(form.assignment.id, sheet.number),
    )


def _closed(
    here: Here,
    assignment: Assignment,
    questions: Sequence[Question],
    sent: Mapping[str, str],
    quiet: bool,
    *,
    safety: bool = False,
) -> ResponseReturnValue:
    """Nothing may be written any more: the words go back to whoever typed them, but for answers about `safety`."""
    if not quiet:
        page = "portal/questionnaires/closed.html"
        return render_template(page, here=here, typed=typed(here, questions, sent), safety=safety), 409
    if assignment.state in queries.ENDED:
        return jsonify(message=_("This form was closed by your mediator. Your words are still on this page.")), 409
    return jsonify(message=_("This form was closed elsewhere. Copy your words if you want to keep them.")), 409


def _sent() -> dict[str, str]:
    """What was sent, without what is no answer."""
    return {name: value for name, value in request.form.items() if name not in ABOUT}


def _words(errors: answering.Errors) -> dict[str, str]:
    return {name: problem(found, part) for name, (found, part) in errors.items()}


def _rev() -> int:
    """The revision the page was made from; -1, which fits nothing, where it is missing."""
    rev: int | None = request.form.get("rev", type=int)
    return rev if rev is not None and 0 <= rev < LARGEST else -1


def _quiet() -> bool:
    return request.headers.get("X-Requested-With") == "autosave"


def _from_check() -> bool:
    return request.args.get("from") == "check"


def _onward(assignment_id: uuid.UUID, number: int, of: int) -> str:
    """The next page: on, back, or to the check page after the last question and for who came from there."""
    number += -1 if request.form.get("go") == "back" else 1
    if _from_check() or number > of:
        return _check(assignment_id)
    return _url(assignment_id, max(number, 1))


def _check(assignment_id: uuid.UUID) -> str:
    return url_for("portal.questionnaires.check", assignment_id=assignment_id)


def _url(assignment_id: uuid.UUID, number: int) -> str:
    more: dict[str, Any] = {"from": "check"} if _from_check() else {}
    return url_for("portal.questionnaires.question", assignment_id=assignment_id, number=number, **more)
