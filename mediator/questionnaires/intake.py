"""The form of the first meeting: once for each person, at their first visit, in the same words for both.

One form serves the case. It is made at the first visit of whoever comes first, or by the mediator for somebody on
paper, and each person's copy when they come. It has no due date, and no message goes out about it. It is always in the
guide's words: a form the mediator put together goes to whom they send it, and to nobody else by itself.
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
from mediator.questionnaires.case_forms import first_meeting_id
from mediator.questionnaires.models import Assignment, Form
from mediator.questionnaires.sent import Copy, SentForm


def made_for(case: Case) -> Form | None:
    """The form of the first meeting that everybody of this case gets, sent or not; never one a mediator made."""
    return db.session.get(Form, first_meeting_id(case.id))


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
    return actions.make(staff_id, case, guide, first_meeting_id(case.id), draft, verb="form.made-for-first-meeting")[0]


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


def among(case: Case, forms: Iterable[SentForm]) -> SentForm | None:
    """The same form as `made_for` finds, among all forms of the case."""
    return next((form for form in forms if form.id == first_meeting_id(case.id)), None)


def of_person(person: Participant, forms: Iterable[SentForm]) -> Copy | None:
    """The copy this person has among some forms of their case: one handed in before others, then the newest."""
    first = (form for form in forms if form.step == FIRST and not form.task)
    copies = [copy for form in first if (copy := form.of(person.id)) is not None]
    return max(copies, key=lambda copy: (copy.submitted_at is not None, copy.sent_at), default=None)


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
