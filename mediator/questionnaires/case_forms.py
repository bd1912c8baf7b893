"""The forms of a case as its mediators find them: drafts and sent ones, and in which words each person has them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from sqlalchemy.orm import selectinload
from werkzeug.exceptions import NotFound

from mediator.cases import queries as cases
from mediator.cases.models import Case, Participant
from mediator.cases.terms import CaseState
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.guide.content import Question
from mediator.questionnaires.comparing import BOTH_READ
from mediator.questionnaires.models import Assignment, Form
from mediator.questionnaires.spec import from_spec

#: States in which a case takes no new forms.
OVER = frozenset({CaseState.CLOSED, CaseState.RETENTION, CaseState.ENDED, CaseState.ERASED})


def form_of(case: Case, form_id: uuid.UUID) -> Form:
    """A form of this case with its questions and assignments. Raises NotFound for any other."""
    form: Form | None = db.session.scalar(
        db.select(Form)
        .where(Form.id == form_id, Form.case_id == case.id)
        .options(selectinload(Form.questions), selectinload(Form.assignments))
    )
    if form is None:
        raise NotFound
    return form


def forms_of(case: Case) -> list[Form]:
    """Every form of a case, drafts too, newest first."""
    rows = db.session.scalars(
        db.select(Form)
        .where(Form.case_id == case.id)
        .options(selectinload(Form.assignments))
        .order_by(Form.created_at.desc(), Form.task, Form.id)
    )
    return list(rows)


def asked(case: Case) -> list[str]:
    """The steps that forms of this case asked about so far, oldest first. Tasks and drafts do not count."""
    return [form.step for form in reversed(forms_of(case)) if form.assignments and not form.task]


def first_meeting_id(case_id: uuid.UUID) -> uuid.UUID:
    """The id of the form of the first meeting that goes to everybody of a case: the same whoever comes first."""
    return uuid.uuid5(case_id, "first-meeting")


def is_for_everybody(form: Form) -> bool:
    """Whether this form goes to each person by itself at their first visit. It stays in the guide's words."""
    return form.id == first_meeting_id(form.case_id)


def present(case: Case) -> list[Participant]:
    """Who may get a form: A, then B; whoever has not joined or has declined is left out."""
    return [person for person in case.participants if person.declined_on is None]


def words_for(case: Case, person: Participant) -> Mapping[str, str]:
    """The names that fill a form for this person."""
    other = case.participant(person.letter.other)
    lead = next((staff.name for staff, leads in cases.team(case.id) if leads), BOTH_READ["mediator"])
    return {"other": other.called if other is not None else BOTH_READ["other"], "mediator": lead}


def assignment_of(form: Form, person: Participant) -> Assignment | None:
    """This person's copy of a form, in whatever state."""
    return next((row for row in form.assignments if row.participant_id == person.id), None)


def questions_for(case: Case, form: Form, person: Participant) -> list[Question]:
    """The form's questions as this person reads them (or would read them)."""
    words = words_for(case, person)
    return [from_spec(row.spec, words) for row in form.questions]


def lock(form: Form) -> None:
    """Hold the form until the request ends: of two sendings at the same moment one alone makes the copies."""
    db.session.flush()
    db.session.refresh(form, with_for_update=True)
    db.session.refresh(form, ["assignments"])


def still_on(case: Case) -> None:
    """Raises Refused for a case that is over."""
    if case.state in OVER:
        raise Refused("This case is over. No forms are made or sent any more.")
