"""Making forms: keeping a draft, changing it, removing it. For a mediator of the case.

Nobody has a draft yet: what is sent is a copy (`sending`). Repeats find what is there and change nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace

from werkzeug.exceptions import NotFound

from mediator.cases.models import Case
from mediator.core import audit
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.seen import version
from mediator.guide.content import Guide, Question
from mediator.questionnaires import building
from mediator.questionnaires.building import Draft
from mediator.questionnaires.case_forms import is_for_everybody, lock, still_on
from mediator.questionnaires.comparing import BOTH_READ
from mediator.questionnaires.models import Form, FormQuestion
from mediator.questionnaires.spec import PLACEHOLDERS, from_spec, to_spec

STALE = "Somebody changed this form in the meantime. Nothing was saved. Open it again and look before you go on."


def make(
    staff_id: uuid.UUID, case: Case, guide: Guide, form_id: uuid.UUID, draft: Draft, *, verb: str = "form.made"
) -> list[Form]:
    """Keep a draft: one form with the questions, and one for each task. A repeat of the same page finds them.

    `verb` is what the log says of it. Raises Refused for a case that is over.
    """
    still_on(case)
    standing = [_find(case, own_id) for own_id in (form_id, *(building.task_id(form_id, key) for key in draft.tasks))]
    found = [form for form in standing if form is not None]
    if found:
        return found
    made = []
    if draft.keys or draft.own:
        questions = building.compose(guide, draft, form_id, case.relation, case.closure)
        made.append(_new(staff_id, case, form_id, draft, questions, task=False, verb=verb))
    for key in draft.tasks:
        questions = building.as_asked([guide.question(key)], case.relation, case.closure)
        alone = replace(draft, title=f"{draft.title}: {building.named(questions[0], BOTH_READ).text}")
        made.append(_new(staff_id, case, building.task_id(form_id, key), alone, questions, task=True, verb=verb))
    return made


def change(case: Case, guide: Guide, form: Form, draft: Draft, seen: str) -> None:
    """Change a draft. The page sent twice changes it once.

    Raises Refused once the form was sent to somebody, for the one that goes out by itself, and for a stale page.
    """
    _still_draft(form)
    if is_for_everybody(form):
        raise Refused("This form goes to everybody at their first visit, in the same words. Make a new one instead.")
    db.session.refresh(form, ["questions"])
    if _stands(guide, form, draft):
        return
    if seen != mark(form):
        raise Refused(STALE)
    form.title, form.due_at, form.step = draft.title, draft.due_at, draft.step
    if not form.task:
        form.questions.clear()
        db.session.flush()  # keys are unique in a form: the old ones go before the new ones come
        questions = building.compose(guide, draft, form.id, case.relation, case.closure)
        _add(form, questions)
    audit.record("form.changed", case=case.id, subject=form.id)


def draft_of(form: Form) -> Draft:
    """A kept draft as plain values, to be edited again."""
    questions = [from_spec(row.spec) for row in form.questions]
    own = [building.own_of(question) for question in questions if building.is_own(question.key)]
    return Draft(
        step=form.step,
        title=form.title,
        due_at=form.due_at,
        keys=tuple(question.key for question in questions if not building.is_own(question.key)),
        own=tuple(replace(one, number=number) for number, one in enumerate(own, start=1)),
    )


def mark(form: Form) -> str:
    """A short mark of what a page about this draft showed."""
    return version(draft_of(form))


def _stands(guide: Guide, form: Form, draft: Draft) -> bool:
    """Whether the form is exactly this draft already. A short task keeps its question, whatever was sent."""
    there, standing = draft_of(form), {item.key for item in guide.standing(draft.step)}
    keys = draft.keys if form.task else tuple(key for key in there.keys if key not in standing)
    own = there.own if form.task else draft.own
    return replace(there, keys=keys) == replace(draft, tasks=(), own=own)


def remove(case: Case, form: Form) -> None:
    """Remove a draft. Raises Refused once the form was sent to somebody."""
    _still_draft(form)
    audit.record("form.removed", case=case.id, subject=form.id)
    db.session.delete(form)


def _find(case: Case, form_id: uuid.UUID) -> Form | None:
    form = db.session.get(Form, form_id)
    if form is not None and form.case_id != case.id:
        raise NotFound
    return form


def _new(
    staff_id: uuid.UUID,
    case: Case,
    form_id: uuid.UUID,
    draft: Draft,
    questions: Iterable[Question],
    *,
    task: bool,
    verb: str,
) -> Form:
    form = Form(
        id=form_id,
        case_id=case.id,
        step=draft.step,
        task=task,
        due_at=draft.due_at,
        created_at=now(),
        created_by=staff_id,
    )
    form.title = draft.title
    _add(form, questions)
    db.session.add(form)
    audit.record(verb, case=case.id, subject=form.id)
    return form


def _add(form: Form, questions: Iterable[Question]) -> None:
    """Copy questions into a form, names still open: they are filled for each person when it is sent."""
    for position, question in enumerate(questions, start=1):
        row = FormQuestion(case_id=form.case_id, form_id=form.id, position=position, key=question.key)
        row.spec = to_spec(question, form.step, PLACEHOLDERS)
        form.questions.append(row)


def _still_draft(form: Form) -> None:
    lock(form)
    if form.assignments:
        raise Refused("This form was sent. What was sent stays as it is; make a new form for other questions.")
