"""The form of the first meeting: once for each person, at their first visit, in the same words for both.

One form serves the case. It is made at the first visit of whoever comes first, or by the mediator for somebody on
paper, and each person's copy when they come. It has no due date, and no message goes out about it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from flask_babel import gettext as _

from mediator.cases import queries as cases
from mediator.cases.models import Case, Participant
from mediator.core import sealed
from mediator.core.db import db
from mediator.core.visibility import Viewer
from mediator.guide.content import FIRST, Guide
from mediator.questionnaires import actions, case_forms, sending
from mediator.questionnaires.building import Draft
from mediator.questionnaires.models import Assignment, Form


def made_for(case: Case) -> Form | None:
    """The case's form of the first meeting, sent or not; the newest where a mediator made others."""
    form: Form | None = db.session.scalar(
        db.select(Form)
        .where(Form.case_id == case.id, Form.step == FIRST, Form.task.is_(False))
        .order_by(Form.id != _form_id(case), Form.created_at.desc(), Form.id)
        .limit(1)
    )
    return form


def make(staff_id: uuid.UUID, case: Case, guide: Guide) -> Form:
    """The case's form of the first meeting, made where there is none. Needs the ring of a mediator of the case.

    Two who come at the same moment find one form. Raises Refused for a case that is over, KeyError where the guide has
    no first meeting.
    """
    db.session.flush()
    db.session.execute(db.select(Case.id).where(Case.id == case.id).with_for_update())
    standing = made_for(case)
    if standing is not None:
        return standing
    step = guide.step(FIRST)
    keys = tuple(question.key for question in step.ticked)
    draft = Draft(step=FIRST, title=_("Intake form"), due_at=None, keys=keys)
    return actions.make(staff_id, case, guide, _form_id(case), draft, verb="form.made-for-first-meeting")[0]


def at_first_visit(person: Participant, guide: Guide) -> Assignment | None:
    """This person's copy, made once; None where there is none to make (a case that is over, a no to taking part).

    A copy of any form of the first meeting counts, withdrawn ones too: nobody is asked twice.
    """
    case = person.case
    if case.state in case_forms.OVER or person.declined_on is not None or FIRST not in guide.steps:
        return None
    standing = _copies(case, person)
    if standing:
        return standing[0]
    lead = next(staff for staff, leads in cases.team(case.id) if leads)
    # The form is the mediator's record; of it this person is shown their own copy and nothing else.
    with sealed.ring_of(Viewer.staff(lead.id, frozenset({case.id}))):
        return sending.hand(case, make(lead.id, case, guide), person)


def of_person(person: Participant, forms: Iterable[Form]) -> Assignment | None:
    """The copy this person has among some forms of their case: one handed in before others, then the newest."""
    copies = [
        row
        for form in forms
        if form.step == FIRST and not form.task
        for row in form.assignments
        if row.participant_id == person.id
    ]
    return max(copies, key=lambda row: (row.submitted_at is not None, row.sent_at), default=None)


def _copies(case: Case, person: Participant) -> list[Assignment]:
    rows = db.session.scalars(
        db.select(Assignment)
        .join(Form, Form.id == Assignment.form_id)
        .where(
            Assignment.case_id == case.id,
            Assignment.participant_id == person.id,
            Form.step == FIRST,
            Form.task.is_(False),
        )
        .order_by(Assignment.sent_at.desc(), Assignment.id)
    )
    return list(rows)


def _form_id(case: Case) -> uuid.UUID:
    """The id of the form that is made by itself: the same whoever comes first."""
    return uuid.uuid5(case.id, "first-meeting")
