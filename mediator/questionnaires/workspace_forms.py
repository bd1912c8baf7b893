"""The mediator's pages of forms: building one from a step, looking at it, sending it, taking it back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from mediator.cases import door_actions
from mediator.cases import queries as cases
from mediator.cases.models import Case, Participant
from mediator.core import requests, signin
from mediator.core.clock import now
from mediator.core.permissions import Permission, needs
from mediator.core.visibility import Letter
from mediator.guide.content import Question
from mediator.guide.reading import guide
from mediator.questionnaires import actions, building, building_forms, queries, reminders, sheets
from mediator.questionnaires import due as due_times
from mediator.questionnaires.building import Draft
from mediator.questionnaires.comparing import BOTH_READ
from mediator.questionnaires.models import Assignment, Form
from mediator.questionnaires.spec import from_spec
from mediator.questionnaires.terms import TRANSITIONS, AssignmentState

pages = Blueprint("forms", __name__, url_prefix="/cases/<uuid:case_id>/forms")

#: States from which the mediator may hand a form back to its author.
MAY_REOPEN = frozenset({AssignmentState.SUBMITTED, AssignmentState.LAPSED})


@pages.get("/new")
@needs(Permission.MEDIATE)
def new(case_id: uuid.UUID) -> str:
    """A new form, with a step's questions ticked as the guide proposes."""
    case = case_of(case_id)
    step = _wanted_step(case)
    ticked = tuple(question.key for question in guide().step(step).ticked)
    due_at = due_times.for_case(now(), case).at
    title = f"{guide().step(step).name}, {format_date(now(), 'd MMMM')}"
    return _builder(
        case, None, building_forms.fields(Draft(step, title, due_at, ticked), case.zone, _letters(case)), uuid.uuid4()
    )


@pages.post("/new")
@needs(Permission.MEDIATE)
def create(case_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the form as a draft, and send it at once where that was asked for. Sent twice it is made once."""
    case, form_id = case_of(case_id), requests.posted_id()
    told = building_forms.read(guide(), request.form, case.zone, now(), _letters(case))
    if told.draft is None:
        return _builder(case, None, request.form, form_id, told.errors), 422
    made = actions.make(_me(), case, guide(), form_id, told.draft)
    if told.send:
        _tell([assignment for form in made for assignment in actions.send(case, form, told.to)], case)
    elif len(made) > 1:
        flash(_("Each short task is a form of its own, kept beside this one."), "plain")
    return _to(case, made[0])


@pages.get("/<uuid:form_id>")
@needs(Permission.MEDIATE)
def show(case_id: uuid.UUID, form_id: uuid.UUID) -> str:
    """One form: its questions, who has it and where it stands with each."""
    case = case_of(case_id)
    return _page(case, actions.form_of(case, form_id))


@pages.get("/<uuid:form_id>/edit")
@needs(Permission.MEDIATE)
def edit(case_id: uuid.UUID, form_id: uuid.UUID) -> ResponseReturnValue:
    """A draft on the page it was made on."""
    case = case_of(case_id)
    form = actions.form_of(case, form_id)
    if form.assignments:
        flash(_("This form was sent. What was sent stays as it is."), "plain")
        return _to(case, form)
    return _builder(case, form, building_forms.fields(actions.draft_of(form), case.zone, _letters(case)), form.id)


@pages.post("/<uuid:form_id>/edit")
@needs(Permission.MEDIATE)
def change(case_id: uuid.UUID, form_id: uuid.UUID) -> ResponseReturnValue:
    """Change a draft, and send it where that was asked for."""
    case = case_of(case_id)
    form = actions.form_of(case, form_id)
    told = building_forms.read(guide(), request.form, case.zone, now(), _letters(case), task=form.task)
    if told.draft is None:
        return _builder(case, form, request.form, form.id, told.errors), 422
    actions.change(case, guide(), form, told.draft)
    if told.send:
        _tell(actions.send(case, form, told.to), case)
    return _to(case, form)


@pages.post("/<uuid:form_id>/remove")
@needs(Permission.MEDIATE)
def remove(case_id: uuid.UUID, form_id: uuid.UUID) -> ResponseReturnValue:
    """Remove a draft."""
    case = case_of(case_id)
    actions.remove(case, actions.form_of(case, form_id))
    flash(_("The draft is removed."))
    return redirect(url_for("workspace.overview.case", case_id=case.id), 303)


@pages.post("/<uuid:form_id>/send")
@needs(Permission.MEDIATE)
def send(case_id: uuid.UUID, form_id: uuid.UUID) -> ResponseReturnValue:
    """Send the form to whoever is ticked."""
    case = case_of(case_id)
    form = actions.form_of(case, form_id)
    letters = [letter for letter in _letters(case) if request.form.get(f"to.{letter.value}")]
    if not letters:
        return _page(case, form, {"to": _("Choose who gets the form.")}), 422
    if form.due_at is not None and form.due_at <= now():
        return _page(case, form, {"due_date": _("Choose a time that is still to come.")}), 422
    _tell(actions.send(case, form, letters), case)
    return _to(case, form)


@pages.post("/<uuid:form_id>/due")
@needs(Permission.MEDIATE)
def due(case_id: uuid.UUID, form_id: uuid.UUID) -> ResponseReturnValue:
    """Move the due time, for everybody who has the form still to do."""
    case = case_of(case_id)
    form = actions.form_of(case, form_id)
    errors: dict[str, str] = {}
    due_at = building_forms.read_due(request.form, case.zone, now(), errors)
    if due_at is None:
        return _page(case, form, errors, request.form), 422
    actions.set_due(case, form, due_at)
    flash(_("The due time is changed."))
    return _to(case, form)


@pages.post("/<uuid:form_id>/withdraw/<letter>")
@needs(Permission.MEDIATE)
def withdraw(case_id: uuid.UUID, form_id: uuid.UUID, letter: str) -> ResponseReturnValue:
    """Take a form back from one person who has not handed it in."""
    case = case_of(case_id)
    form, person = actions.form_of(case, form_id), person_of(case, letter)
    actions.withdraw(case, form, person)
    flash(_("Withdrawn. %(name)s does not see the form any more.", name=person.name))
    return _to(case, form)


@pages.post("/<uuid:form_id>/reopen/<letter>")
@needs(Permission.MEDIATE)
def reopen(case_id: uuid.UUID, form_id: uuid.UUID, letter: str) -> ResponseReturnValue:
    """Hand a form back to its author, who may change it and hand it in again."""
    case = case_of(case_id)
    form, person = actions.form_of(case, form_id), person_of(case, letter)
    actions.reopen(case, form, person)
    flash(_("Handed back. You read the answers again once %(name)s hands them in.", name=person.name))
    return _to(case, form)


@pages.post("/<uuid:form_id>/remind/<letter>")
@needs(Permission.MEDIATE)
def remind(case_id: uuid.UUID, form_id: uuid.UUID, letter: str) -> ResponseReturnValue:
    """Send a reminder to one person who still has the form to do; no second one within a day."""
    case = case_of(case_id)
    form, person = actions.form_of(case, form_id), person_of(case, letter)
    assignment = actions.assignment_of(form, person)
    if assignment is None:
        raise NotFound
    if not reminders.remind_now(case, person, assignment):
        flash(_("%(name)s had a reminder of this form within the last day.", name=person.name), "plain")
    elif current_app.extensions["mediator"].mail is not None and door_actions.goes_by_mail(person):
        flash(_("A reminder is on its way to %(name)s.", name=person.name))
    else:
        flash(_("A reminder for %(name)s is ready. Pass it on under Ready to send.", name=person.name), "plain")
    return _to(case, form)


@pages.get("/<uuid:form_id>/preview/<int:n>")
@needs(Permission.MEDIATE)
def preview(case_id: uuid.UUID, form_id: uuid.UUID, n: int) -> str:
    """One question as a participant of this pair reads it. Nothing is saved."""
    case = case_of(case_id)
    form = actions.form_of(case, form_id)
    first = next((person.letter.value for person in actions.present(case)), "")
    person = person_of(case, request.args.get("for", first))
    questions = actions.questions_for(case, form, person)
    if not 1 <= n <= len(questions):
        raise NotFound
    here = sheets.Here(person, now(), scoped=False)
    return render_template(
        "workspace/forms/preview.html",
        case=case,
        form=form,
        person=person,
        people=actions.present(case),
        here=here,
        question=questions[n - 1],
        parts=sheets.parts_of(here, questions[n - 1], {}),
        number=n,
        of=len(questions),
    )


def case_of(case_id: uuid.UUID) -> Case:
    """The case, if this person mediates it. Raises NotFound for every other one."""
    return cases.mediated(_me(), case_id)


def person_of(case: Case, letter: str) -> Participant:
    """Who has this letter in the case. Raises NotFound for anybody who is not there or declined."""
    person = next((person for person in actions.present(case) if person.letter.value == letter), None)
    if person is None:
        raise NotFound
    return person


def _me() -> uuid.UUID:
    user = signin.signed_in(signin.STAFF)
    if user is None:
        raise NotFound
    person: uuid.UUID = user.person.id
    return person


def _letters(case: Case) -> list[Letter]:
    return [person.letter for person in actions.present(case)]


def _to(case: Case, form: Form) -> ResponseReturnValue:
    return redirect(url_for("workspace.forms.show", case_id=case.id, form_id=form.id), 303)


def _wanted_step(case: Case) -> str:
    wanted = request.args.get("step", "")
    return wanted if wanted in guide().steps else building.first_step(guide(), case.route)


def _tell(made: list[Assignment], case: Case) -> None:
    """Say once for each person what was sent, and what is left to do."""
    reached = {assignment.participant_id for assignment in made}
    for person in case.participants:
        if person.id not in reached:
            continue
        if person.email_index is None:
            words = _(
                "Ready for %(name)s, who has no email address here. Show a QR code, hand over this device, "
                "or print the form.",
                name=person.name,
            )
            flash(words, "plain")
        elif not person.by_mail:
            flash(_("Ready for %(name)s. Pass the message on under Ready to send.", name=person.name), "plain")
        elif current_app.extensions["mediator"].mail is not None and door_actions.mail_waits(case):
            flash(
                _(
                    "Ready for %(name)s. The mail about it is not sent yet. It waits until the break is over.",
                    name=person.name,
                ),
                "plain",
            )
        elif current_app.extensions["mediator"].mail is not None:
            flash(_("Sent. A mail with a link is on its way to %(name)s.", name=person.name))
        else:
            flash(_("Ready for %(name)s. Pass the message on under Ready to send.", name=person.name), "plain")


def _builder(
    case: Case, form: Form | None, sent: Mapping[str, str], form_id: uuid.UUID, errors: Mapping[str, str] | None = None
) -> str:
    """The page a form is built on, new or as a draft, with what was ticked and typed."""
    found = guide().steps.get(sent.get("step", "")) or guide().step(building.first_step(guide(), case.route))
    asked = [_for_both(case, question.key) for question in found.questions]
    standing = [_for_both(case, question.key) for question in guide().standing(found.key)]
    chosen = [question for question in asked if sent.get(f"q.{question.key}") and not question.task]
    return render_template(
        "workspace/forms/build.html",
        case=case,
        form=form,
        form_id=form_id,
        step=found,
        steps=list(guide().steps.values()),
        asked=[question for question in asked if not question.task],
        tasks=[question for question in asked if question.task],
        standing=standing,
        minutes=building.minutes([*chosen, *standing]),
        good=building.GOOD_MINUTES,
        most_own=building.MOST_OWN,
        limits=building_forms,
        due_from=due_times.from_words(now(), case) if form is None else "",
        sent=sent,
        errors=errors or {},
        people=actions.present(case),
    )


def _for_both(case: Case, key: str) -> Question:
    """A question of the guide in this pair's words, with the two spoken of alike."""
    return building.named(building.as_asked([guide().question(key)], case.relation, case.closure)[0], BOTH_READ)


def _page(
    case: Case, form: Form, errors: Mapping[str, str] | None = None, sent: Mapping[str, str] | None = None
) -> str:
    questions = [from_spec(row.spec, BOTH_READ) for row in form.questions]
    assignments = [(person, actions.assignment_of(form, person)) for person in case.participants]
    due_at = form.due_at or due_times.for_case(now(), case).at
    return render_template(
        "workspace/forms/show.html",
        case=case,
        form=form,
        questions=questions,
        minutes=building.minutes(questions),
        good=building.GOOD_MINUTES,
        sides=[
            {
                "person": person,
                "assignment": assignment,
                "may_withdraw": assignment is not None and AssignmentState.WITHDRAWN in TRANSITIONS[assignment.state],
                "may_reopen": assignment is not None and assignment.state in MAY_REOPEN,
                "to_do": assignment is not None and queries.editable(assignment),
                "may_remind": assignment is not None and reminders.may_remind(case, person, assignment),
                "may_type_in": person.declined_on is None and actions.may_type_in(case, assignment),
            }
            for person, assignment in assignments
            if person.declined_on is None or assignment is not None
        ],
        to_send=[person for person, assignment in assignments if assignment is None and person.declined_on is None],
        over=case.state in actions.OVER,
        mail=current_app.extensions["mediator"].mail is not None,
        due=due_times.words(form.due_at, case.zone),
        due_fields=sent or building_forms.due_fields(due_at, case.zone),
        others=[one for one in actions.forms_of(case) if one.id != form.id],
        errors=errors or {},
    )
