"""The mediator's pages of forms: building one from a step, changing the draft, and looking at it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from mediator.cases.here import case_here
from mediator.cases.models import Case
from mediator.cases.terms import Suitability
from mediator.core import requests
from mediator.core.clock import now
from mediator.core.permissions import Permission, needs
from mediator.guide.content import Question, whole
from mediator.guide.reading import guide
from mediator.practice.here import staff_here
from mediator.questionnaires import actions, building, building_forms, case_forms, queries, sending, sheets
from mediator.questionnaires import due as due_times
from mediator.questionnaires.building import Draft
from mediator.questionnaires.comparing import BOTH_READ
from mediator.questionnaires.form_page import letters_of, page, person_of, tell, to_form
from mediator.questionnaires.models import Form

pages = Blueprint("forms", __name__, url_prefix="/cases/<uuid:case_id>/forms")


@pages.get("/new")
@needs(Permission.MEDIATE)
def new(case_id: uuid.UUID) -> str:
    """A new form, with a step's questions ticked as the guide proposes."""
    case = case_here(case_id)
    told = building_forms.fields(_proposed(case, _wanted_step(case)), case.zone, letters_of(case))
    return _builder(case, None, told, uuid.uuid4())


@pages.post("/new")
@needs(Permission.MEDIATE)
def create(case_id: uuid.UUID) -> ResponseReturnValue:
    """Keep the form as a draft, and send it at once where that was asked for. Sent twice it is made once.

    Where the questions of another step were asked for, nothing is kept: the page comes back with all that was typed.
    """
    case, form_id = case_here(case_id), requests.posted_id()
    if request.form.get("go") == building_forms.STEP:
        return _builder(case, None, _at_other_step(case), form_id)
    told = building_forms.read(guide(), request.form, case.zone, now(), letters_of(case))
    if told.draft is None:
        return _builder(case, None, request.form, form_id, told.errors), 422
    made = actions.make(staff_here().id, case, guide(), form_id, told.draft)
    if told.send:
        tell([assignment for form in made for assignment in sending.send(case, form, told.to)], case)
    elif len(made) > 1:
        flash(_("Each short task is a form of its own, kept beside this one."), "plain")
    return to_form(case, made[0])


@pages.get("/<uuid:form_id>")
@needs(Permission.MEDIATE)
def show(case_id: uuid.UUID, form_id: uuid.UUID) -> str:
    """One form: its questions, who has it and where it stands with each."""
    case = case_here(case_id)
    return page(case, case_forms.form_of(case, form_id))


@pages.get("/<uuid:form_id>/edit")
@needs(Permission.MEDIATE)
def edit(case_id: uuid.UUID, form_id: uuid.UUID) -> ResponseReturnValue:
    """A draft on the page it was made on."""
    case = case_here(case_id)
    form = case_forms.form_of(case, form_id)
    if form.assignments:
        flash(_("This form was sent. What was sent stays as it is."), "plain")
        return to_form(case, form)
    if case_forms.is_for_everybody(form):
        said = _("This form goes to everybody at their first visit, in the same words. Make a new one instead.")
        flash(said, "plain")
        return to_form(case, form)
    draft = actions.draft_of(form)
    seen = actions.mark(form)
    if draft.due_at is None:
        draft = replace(draft, due_at=due_times.for_case(now(), case).at)
    told = building_forms.fields(draft, case.zone, letters_of(case))
    return _builder(case, form, {**told, "seen": seen}, form.id)


@pages.post("/<uuid:form_id>/edit")
@needs(Permission.MEDIATE)
def change(case_id: uuid.UUID, form_id: uuid.UUID) -> ResponseReturnValue:
    """Change a draft, and send it where that was asked for."""
    case = case_here(case_id)
    form = case_forms.form_of(case, form_id)
    told = building_forms.read(guide(), request.form, case.zone, now(), letters_of(case), task=form.task)
    if told.draft is None:
        return _builder(case, form, request.form, form.id, told.errors), 422
    actions.change(case, guide(), form, told.draft, request.form.get("seen", ""))
    if told.send:
        tell(sending.send(case, form, told.to), case)
    return to_form(case, form)


@pages.post("/<uuid:form_id>/remove")
@needs(Permission.MEDIATE)
def remove(case_id: uuid.UUID, form_id: uuid.UUID) -> ResponseReturnValue:
    """Remove a draft."""
    case = case_here(case_id)
    actions.remove(case, case_forms.form_of(case, form_id))
    flash(_("The draft is removed."))
    return redirect(url_for("workspace.overview.case", case_id=case.id), 303)


@pages.get("/<uuid:form_id>/preview/<int:n>")
@needs(Permission.MEDIATE)
def preview(case_id: uuid.UUID, form_id: uuid.UUID, n: int) -> str:
    """One question as a participant of this pair reads it; last, those about safety. Nothing is saved."""
    case = case_here(case_id)
    form = case_forms.form_of(case, form_id)
    first = next((person.letter.value for person in case_forms.present(case)), "")
    person = person_of(case, request.args.get("for", first))
    here, questions = sheets.Here(person, now(), scoped=False), case_forms.questions_for(case, form, person)
    shown = [(queries.for_safety(question), question, sheets.parts_of(here, question, {})) for question in questions]
    asked = [(question, parts) for apart, question, parts in shown if not apart]
    safety = [(question, parts) for apart, question, parts in shown if apart]
    last = len(asked) + bool(safety)
    if not 1 <= n <= last:
        raise NotFound
    return render_template(
        "workspace/forms/preview.html",
        case=case,
        form=form,
        person=person,
        people=case_forms.present(case),
        here=here,
        shown=asked[n - 1] if n <= len(asked) else None,
        safety=safety,
        number=n,
        of=len(asked),
        last=last,
    )


def _proposed(case: Case, step: str) -> Draft:
    """What the guide proposes to ask at a step of this case, and by when."""
    safeguards = case.suitability is Suitability.SAFEGUARDS
    ticked = tuple(question.key for question in guide().step(step).proposed(safeguards=safeguards))
    title = f"{guide().step(step).name}, {format_date(now(), 'd MMMM')}"
    return Draft(step, title, due_times.for_case(now(), case).at, ticked)


def _at_other_step(case: Case) -> Mapping[str, str]:
    """What was typed so far, with the questions of the step that was chosen instead; of the same for no step."""
    sent, known = request.form, guide().steps
    step, before = sent.get("instead", ""), sent.get("step", "")
    if step not in known or before not in known:
        return sent
    return building_forms.at_step(sent, step, _proposed(case, step), _proposed(case, before).title)


def _wanted_step(case: Case) -> str:
    """The step in the address (that of the session a form is for, say), else the route's next."""
    wanted = whole(request.args.get("step", ""))
    return wanted if wanted in guide().steps else _next_step(case)


def _next_step(case: Case) -> str:
    return building.next_step(guide(), case.route, case_forms.asked(case))


def _builder(
    case: Case, form: Form | None, sent: Mapping[str, str], form_id: uuid.UUID, errors: Mapping[str, str] | None = None
) -> str:
    """The page a form is built on, new or as a draft, with what was ticked and typed."""
    found = guide().steps.get(sent.get("step", "")) or guide().step(_next_step(case))
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
        other_ticks=[name for name in sent if name.startswith("q.") and not name.startswith(f"q.{found.key}.")],
        errors=errors or {},
        people=case_forms.present(case),
    )


def _for_both(case: Case, key: str) -> Question:
    """A question of the guide in this pair's words, with the two spoken of alike."""
    return building.named(building.as_asked([guide().question(key)], case.relation, case.closure)[0], BOTH_READ)
