"""What the pages of forms share: whose form it is, the page of one form, and what is said once it was sent."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from mediator.cases import door_actions
from mediator.cases.models import Case, Participant
from mediator.core.clock import now
from mediator.core.visibility import Letter
from mediator.questionnaires import building, building_forms, case_forms, queries, reminders, typing_in
from mediator.questionnaires import due as due_times
from mediator.questionnaires.comparing import BOTH_READ
from mediator.questionnaires.models import Assignment, Form
from mediator.questionnaires.spec import from_spec
from mediator.questionnaires.terms import TRANSITIONS, AssignmentState

#: States from which the mediator may hand a form back to its author.
MAY_REOPEN = frozenset({AssignmentState.SUBMITTED, AssignmentState.LAPSED})


def person_of(case: Case, letter: str) -> Participant:
    """Who has this letter in the case. Raises NotFound for anybody who is not there or declined."""
    person = next((person for person in case_forms.present(case) if person.letter.value == letter), None)
    if person is None:
        raise NotFound
    return person


def letters_of(case: Case) -> list[Letter]:
    """The letters of whoever may get a form."""
    return [person.letter for person in case_forms.present(case)]


def to_form(case: Case, form: Form) -> ResponseReturnValue:
    """Back to the page of the form."""
    return redirect(url_for("workspace.forms.show", case_id=case.id, form_id=form.id), 303)


def page(case: Case, form: Form, errors: Mapping[str, str] | None = None, sent: Mapping[str, str] | None = None) -> str:
    """One form: its questions, who has it, and what may be done now; with what was sent and what is wrong with it."""
    questions = [from_spec(row.spec, BOTH_READ) for row in form.questions]
    assignments = [(person, case_forms.assignment_of(form, person)) for person in case.participants]
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
                "may_type_in": person.declined_on is None and typing_in.may_type_in(case, form, assignment),
            }
            for person, assignment in assignments
            if (person.declined_on is None and form.run_id is None) or assignment is not None
        ],
        to_send=[
            person
            for person, assignment in assignments
            if assignment is None and person.declined_on is None and form.run_id is None  # an exercise gives its own
        ],
        over=case.state in case_forms.OVER,
        may_change=not form.assignments and not case_forms.is_for_everybody(form),
        by_itself=_by_itself(case),
        later=door_actions.mail_waits(case),
        due=due_times.words(form.due_at, case.zone),
        due_fields=sent or building_forms.due_fields(due_at, case.zone),
        others=[one for one in case_forms.forms_of(case) if one.id != form.id],
        errors=errors or {},
    )


def _by_itself(case: Case) -> frozenset[uuid.UUID]:
    """Who gets a message by mail without the mediator passing it on."""
    if current_app.extensions["mediator"].mail is None:
        return frozenset()
    return frozenset(person.id for person in case.participants if door_actions.goes_by_mail(person))


def tell(made: list[Assignment], case: Case) -> None:
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
