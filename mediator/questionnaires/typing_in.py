"""Typing in what was written on paper. For a mediator of the case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from mediator.cases import state_actions
from mediator.cases.models import Case, Participant
from mediator.core import audit, sealed
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.visibility import Viewer, Visibility
from mediator.questionnaires import answering, queries, sending
from mediator.questionnaires.answering import Wrong
from mediator.questionnaires.case_forms import OVER, assignment_of, lock
from mediator.questionnaires.models import Answer, Assignment, Form
from mediator.questionnaires.spec import from_spec
from mediator.questionnaires.terms import TO_DO, AssignmentState
from mediator.questionnaires.values import read


def begun(assignment: Assignment | None) -> bool:
    """Whether its author may have drafts that typing in would replace."""
    return assignment is not None and assignment.state in {AssignmentState.STARTED, AssignmentState.REOPENED}


def may_type_in(case: Case, form: Form, assignment: Assignment | None) -> bool:
    """Whether a paper form may be typed in: not handed in, not withdrawn, not lapsed, and the case goes on.

    Whoever was not given the form of an exercise has none of it on paper, either.
    """
    if assignment is None:
        return case.state not in OVER and form.run_id is None
    return case.state not in OVER and assignment.state in TO_DO


def type_in(
    case: Case, form: Form, person: Participant, sent: Mapping[str, str], accepted_on: date | None = None
) -> Wrong | None:
    """Type in a filled paper form and hand it in at once, through the same acts as on the phone. None when done.

    What was left blank was seen and passed over. Drafts of its author are replaced, unread. No answer comes before its
    author has accepted the policy (PRODUCT.md): on the first visit, or on the sheet, `accepted_on` that day. Raises
    Refused where neither is so, and where the form is handed in or ended.
    """
    if person.accepted_at is None and accepted_on is None:
        raise Refused("The privacy notice comes before the first answer. Give the day on which it was accepted.")
    lock(form)
    assignment = assignment_of(form, person)
    if not may_type_in(case, form, assignment):
        raise Refused("This form is handed in or has ended. Hand it back first to type it in.")
    if assignment is None:
        assignment = sending.assign(case, form, person, mail=False)
    db.session.flush()
    asked = [(row, from_spec(row.spec)) for row in assignment.questions]
    errors = {
        name: (problem, part)
        for _row, question in asked
        for part in question.parts
        for name, problem in read(part, sent).errors.items()
    }
    if errors:
        return Wrong(errors)
    if accepted_on is not None:
        state_actions.accept_on_paper(person, accepted_on)
    _drop_drafts(assignment)
    at = now()
    # The rows below are written and handed in as their author's, as on the phone; nothing of theirs is left to read.
    with sealed.ring_of(Viewer.participant(person.id, case.id)):
        for row, question in asked:
            if queries.for_safety(question):
                continue
            saved = answering.skip(person, assignment, row, sent, row.rev, since=at)
            if not isinstance(saved, answering.Saved):
                raise Refused("This form was changed in the meantime. Open the page again.")
        wrong = answering.submit(person, assignment, sent)
        db.session.flush()
    if wrong is None:
        assignment.from_paper = True
        audit.record("form.typed-in", case=case.id, subject=assignment.id)
    return wrong


def _drop_drafts(assignment: Assignment) -> None:
    """Let go of what its author began. Nothing of it is read: rows go by what they are, not by what they say."""
    db.session.execute(
        db.delete(Answer).where(Answer.assignment_id == assignment.id, Answer.visibility == Visibility.OWN)
    )
    db.session.expire(assignment, ["answers"])
