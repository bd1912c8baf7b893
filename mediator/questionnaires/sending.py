"""Sending forms, taking them back and handing them back to their authors. For a mediator of the case.

What is sent is a copy: later changes of the guide or of a name never reach a form somebody has. Repeats find what is
there and change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from werkzeug.exceptions import NotFound

from mediator.cases import door_actions
from mediator.cases.models import Case, Participant
from mediator.core import audit, outbox
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.visibility import Letter
from mediator.questionnaires import answering, reminders
from mediator.questionnaires.case_forms import assignment_of, lock, present, still_on, words_for
from mediator.questionnaires.models import Assignment, AssignmentQuestion, Form
from mediator.questionnaires.spec import from_spec, to_spec
from mediator.questionnaires.terms import TO_DO, TRANSITIONS, AssignmentState


def send(case: Case, form: Form, letters: Iterable[Letter]) -> list[Assignment]:
    """Send a form to these people: each gets a copy in words of their own. Whoever has it already is passed over.

    Returns the new assignments. Raises Refused under a hold, for a case that is over, where nobody is left who could
    get it, where it was withdrawn before (a new form is made then), and for the form of an exercise: it is given by
    that alone, which may be for one person, and the other learns nothing of it.
    """
    still_on(case)
    if form.run_id is not None:
        raise Refused("This form belongs to an exercise. It goes to nobody beside whom that was given to.")
    if case.hold:
        raise Refused("The case is on hold. Nothing is sent until the hold is lifted.")
    wanted = [person for person in present(case) if person.letter in set(letters)]
    if not wanted:
        raise Refused("Choose who gets the form.")
    lock(form)
    made = []
    for person in wanted:
        standing = assignment_of(form, person)
        if standing is not None and standing.state is AssignmentState.WITHDRAWN:
            raise Refused("This form was withdrawn. Make a new one to ask again.")
        if standing is None:
            made.append(assign(case, form, person, mail=True))
    return made


def hand(case: Case, form: Form, person: Participant, *, verb: str = "form.came-with-first-visit") -> Assignment:
    """Give a form to somebody who is here: no message goes out, it has no due time, and a hold does not show by it.

    Twice is as once.
    """
    lock(form)
    standing = assignment_of(form, person)
    if standing is not None:
        return standing
    assignment = assign(case, form, person, mail=False, verb=verb)
    assignment.due_at = assignment.remind_at = None
    return assignment


def withdraw(case: Case, form: Form, person: Participant) -> None:
    """Take a form back that was not handed in. Twice is as once. Raises Refused once there are answers."""
    assignment = _assignment(form, person)
    if assignment.state is AssignmentState.WITHDRAWN:
        return
    if AssignmentState.WITHDRAWN not in TRANSITIONS[assignment.state]:
        raise Refused("This form can’t be withdrawn any more: it was handed in, or it has ended.")
    assignment.state, assignment.ended_at = AssignmentState.WITHDRAWN, now()
    reminders.draw(assignment)
    outbox.cancel(subject=assignment.id)
    audit.record("form.withdrawn", case=case.id, subject=assignment.id)


def reopen(case: Case, form: Form, person: Participant) -> None:
    """Hand a form back to its author. Already handed back is as once. Raises Refused for one that was not handed in."""
    assignment = _assignment(form, person)
    if assignment.state is AssignmentState.REOPENED:
        return
    answering.reopen(assignment)
    assignment.from_paper = False
    if person.email_index is not None:
        outbox.put(door_actions.SOMETHING_TO_ANSWER, recipient=person.id, case=case.id, subject=assignment.id)
    audit.record("form.reopened", case=case.id, subject=assignment.id)


def set_due(case: Case, form: Form, due_at: datetime) -> None:
    """Move the due time of a form and of every copy that is still to do; when each is called to mind is drawn anew."""
    if form.due_at == due_at:
        return
    form.due_at = due_at
    for assignment in form.assignments:
        if assignment.state in TO_DO:
            assignment.due_at = due_at
            reminders.draw(assignment)
    audit.record("form.due.changed", case=case.id, subject=form.id)


def assign(case: Case, form: Form, person: Participant, *, mail: bool, verb: str = "form.sent") -> Assignment:
    """One person's copy, in words of their own; and a message with a link where they have an address."""
    assignment = Assignment(
        case_id=case.id,
        form_id=form.id,
        participant_id=person.id,
        state=AssignmentState.SENT,
        due_at=form.due_at,
        sent_at=now(),
    )
    words = words_for(case, person)
    for row in form.questions:
        copy = AssignmentQuestion(
            case_id=case.id,
            participant_id=person.id,
            assignment_id=assignment.id,
            position=row.position,
            key=row.key,
            rev=0,
        )
        copy.spec = to_spec(from_spec(row.spec), form.step, words)
        assignment.questions.append(copy)
    form.assignments.append(assignment)
    reminders.draw(assignment)
    if mail and person.email_index is not None:
        outbox.put(door_actions.SOMETHING_TO_ANSWER, recipient=person.id, case=case.id, subject=assignment.id)
    audit.record(verb, case=case.id, subject=assignment.id)
    return assignment


def _assignment(form: Form, person: Participant) -> Assignment:
    """This person's copy, held until the request ends. Raises NotFound where it was not sent to them."""
    assignment = assignment_of(form, person)
    if assignment is None:
        raise NotFound
    db.session.refresh(assignment, with_for_update=True)
    return assignment
