"""The paper way: a blank form to print for one person, and the page where the mediator types a filled one in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.exceptions import NotFound

from mediator.cases import notice, state_actions
from mediator.cases.here import case_here
from mediator.cases.models import Case, Participant
from mediator.core import errorpages, requests
from mediator.core.clock import YEARS, now
from mediator.core.errors import Refused
from mediator.core.permissions import Permission, needs
from mediator.core.visibility import Visibility
from mediator.guide.content import Question
from mediator.guide.sentences import policy_words
from mediator.questionnaires import case_forms, due, sheets, typing_in
from mediator.questionnaires.fields import is_day
from mediator.questionnaires.form_page import person_of, to_form
from mediator.questionnaires.models import Form
from mediator.questionnaires.spec import from_spec
from mediator.questionnaires.wording import problem

pages = Blueprint("paper", __name__, url_prefix="/cases/<uuid:case_id>/forms/<uuid:form_id>")

#: Fields of the page that are no answer.
ABOUT = frozenset({"csrf_token", "replace", "accepted", requests.APART})

_OVER = lazy_gettext("This form is handed in or has ended. Nothing can be typed in now.")


@pages.get("/print/<letter>")
@needs(Permission.MEDIATE)
def blank(case_id: uuid.UUID, form_id: uuid.UUID, letter: str) -> str:
    """The form for one person with room to write. The title names nobody: browsers print it and name files by it.

    For somebody who was not told yet who reads what, the first sheet is what the first visit says on a phone.
    """
    case = case_here(case_id)
    form, person = _form_and_person(case, form_id, letter)
    return render_template(
        "workspace/forms/print.html",
        case=case,
        form=form,
        person=person,
        due=due.words(form.due_at, case.zone),
        first=notice.notice(person) if person.accepted_at is None else None,
        **_asked(case, form, person, None),
    )


@pages.get("/paper/<letter>")
@needs(Permission.MEDIATE)
def paper(case_id: uuid.UUID, form_id: uuid.UUID, letter: str) -> ResponseReturnValue:
    """Every question on one page, always blank: what its author has begun on a phone is not the mediator's to read."""
    case = case_here(case_id)
    form, person = _form_and_person(case, form_id, letter)
    if not typing_in.may_type_in(case, form, case_forms.assignment_of(form, person)):
        flash(str(_OVER), "plain")
        return to_form(case, form)
    return _page(case, form, person)


@pages.post("/paper/<letter>")
@requests.takes_safety
@needs(Permission.MEDIATE)
def type_in(case_id: uuid.UUID, form_id: uuid.UUID, letter: str) -> ResponseReturnValue:
    """Type in a filled form and hand it in at once. Where that can't be any more, nothing typed is lost."""
    case = case_here(case_id)
    form, person = _form_and_person(case, form_id, letter)
    assignment = case_forms.assignment_of(form, person)
    sent = {name: value for name, value in request.form.items() if name not in ABOUT}
    if not typing_in.may_type_in(case, form, assignment):
        return _refused(case_id, form_id, letter, sent, str(_OVER))
    if typing_in.begun(assignment) and not request.form.get("replace"):
        said = _("%(name)s has begun on a phone. Tick that you replace it.", name=person.name)
        return _page(case, form, person, sent, {"replace": said}), 422
    accepted_on, said = _accepted(case, person)
    if said:
        return _page(case, form, person, sent, {"accepted": said}), 422
    try:
        wrong = typing_in.type_in(case, form, person, sent, accepted_on)
    except Refused as refused:
        return _refused(case_id, form_id, letter, sent, refused.message)
    if wrong is not None:
        errors = {name: problem(found, part) for name, (found, part) in wrong.errors.items()}
        return _page(case, form, person, sent, errors), 422
    flash(_("Typed in and handed in for %(name)s, marked as from paper.", name=person.name))
    return to_form(case, form)


def _accepted(case: Case, person: Participant) -> tuple[date | None, str]:
    """The day on which the policy was accepted on the sheet, and what is said at its field; asked of nobody twice."""
    if person.accepted_at is not None:
        return None, ""
    given = request.form.get("accepted", "")
    if not is_day(given):
        return None, _("Give the day on which %(name)s ticked “I have read this” on the first sheet.", name=person.name)
    day = date.fromisoformat(given)
    if day > state_actions.today(case):
        return None, _("A day in the future can’t be recorded.")
    return (day, "") if day.year in YEARS else (None, _("Give a day of the calendar, with day, month and year."))


def _form_and_person(case: Case, form_id: uuid.UUID, letter: str) -> tuple[Form, Participant]:
    """The form and whose paper it is. Raises NotFound where it is of an exercise that was not given to them."""
    form, person = case_forms.form_of(case, form_id), person_of(case, letter)
    if form.run_id is not None and case_forms.assignment_of(form, person) is None:
        raise NotFound
    return form, person


def _refused(
    case_id: uuid.UUID, form_id: uuid.UUID, letter: str, sent: Mapping[str, str], message: str
) -> ResponseReturnValue:
    """Nothing was typed in: all of it is undone and the page comes back, without what was answered about safety."""
    errorpages.undo()
    case = case_here(case_id)
    form, person = _form_and_person(case, form_id, letter)
    apart = tuple(f"{key}." for key in _about_safety(case, form, person))
    left = {name: value for name, value in sent.items() if not f"{name}.".startswith(apart)}
    return _page(case, form, person, left, refused=requests.with_safety(message)), 409


def _page(
    case: Case,
    form: Form,
    person: Participant,
    sent: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    refused: str = "",
) -> str:
    return render_template(
        "workspace/forms/paper.html",
        case=case,
        form=form,
        person=person,
        begun=typing_in.begun(case_forms.assignment_of(form, person)),
        replace=request.form.get("replace"),
        policy=policy_words(case.policy).name if person.accepted_at is None else "",
        accepted=request.form.get("accepted", ""),
        errors=errors or {},
        refused=refused,
        apart=" ".join(_about_safety(case, form, person)),
        **_asked(case, form, person, sent),
    )


def _asked(case: Case, form: Form, person: Participant, sent: Mapping[str, str] | None) -> dict[str, object]:
    here = sheets.Here(person, now(), scoped=False)
    return {
        "here": here,
        "asked": [(question, sheets.parts_of(here, question, {}, sent)) for question in _questions(case, form, person)],
    }


def _questions(case: Case, form: Form, person: Participant) -> list[Question]:
    """The questions as this person has them: from their own copy once it was sent, else as it would be."""
    assignment = case_forms.assignment_of(form, person)
    if assignment is None:
        return case_forms.questions_for(case, form, person)
    return [from_spec(row.spec) for row in assignment.questions]


def _about_safety(case: Case, form: Form, person: Participant) -> list[str]:
    """The keys of the parts about safety. The names of their fields begin with them."""
    return [
        part.key
        for question in _questions(case, form, person)
        for part in question.parts
        if part.visibility is Visibility.SAFETY
    ]
