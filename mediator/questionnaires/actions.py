"""Building, sending and taking back forms, and typing in what was written on paper. For a mediator of the case.

What is sent is a copy: later changes of the guide or of a name never reach a form somebody has. Repeats find what is
there and change nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import selectinload
from werkzeug.exceptions import NotFound

from mediator.cases import door_actions
from mediator.cases import queries as cases
from mediator.cases.models import Case, Participant
from mediator.cases.terms import CaseState
from mediator.core import audit, outbox, sealed
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.visibility import Letter, Viewer, Visibility
from mediator.guide.content import Guide, Question
from mediator.questionnaires import answering, building, queries, reminders
from mediator.questionnaires.answering import Wrong
from mediator.questionnaires.building import Draft
from mediator.questionnaires.comparing import BOTH_READ
from mediator.questionnaires.models import Answer, Assignment, AssignmentQuestion, Form, FormQuestion
from mediator.questionnaires.spec import PLACEHOLDERS, from_spec, to_spec
from mediator.questionnaires.terms import TO_DO, TRANSITIONS, AssignmentState
from mediator.questionnaires.values import read

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


def make(
    staff_id: uuid.UUID, case: Case, guide: Guide, form_id: uuid.UUID, draft: Draft, *, verb: str = "form.made"
) -> list[Form]:
    """Keep a draft: one form with the questions, and one for each task. A repeat of the same page finds them.

    `verb` is what the log says of it. Raises Refused for a case that is over.
    """
    _still_on(case)
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


def change(case: Case, guide: Guide, form: Form, draft: Draft) -> None:
    """Change a draft. Raises Refused once the form was sent to somebody."""
    _still_draft(form)
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
        due_at=form.due_at or now(),
        keys=tuple(question.key for question in questions if not building.is_own(question.key)),
        own=tuple(replace(one, number=number) for number, one in enumerate(own, start=1)),
    )


def remove(case: Case, form: Form) -> None:
    """Remove a draft. Raises Refused once the form was sent to somebody."""
    _still_draft(form)
    audit.record("form.removed", case=case.id, subject=form.id)
    db.session.delete(form)


def send(case: Case, form: Form, letters: Iterable[Letter]) -> list[Assignment]:
    """Send a form to these people: each gets a copy in words of their own. Whoever has it already is passed over.

    Returns the new assignments. Raises Refused under a hold, for a case that is over, where nobody is left who could
    get it, and where it was withdrawn before (a new form is made then).
    """
    _still_on(case)
    if case.hold:
        raise Refused("The case is on hold. Nothing is sent until the hold is lifted.")
    wanted = [person for person in present(case) if person.letter in set(letters)]
    if not wanted:
        raise Refused("Choose who gets the form.")
    _lock(form)
    made = []
    for person in wanted:
        standing = assignment_of(form, person)
        if standing is not None and standing.state is AssignmentState.WITHDRAWN:
            raise Refused("This form was withdrawn. Make a new one to ask again.")
        if standing is None:
            made.append(_assign(case, form, person, mail=True))
    return made


def hand(case: Case, form: Form, person: Participant) -> Assignment:
    """Give a form to somebody who is here: no message goes out, it has no due time, and a hold does not show by it.

    Twice is as once.
    """
    _lock(form)
    standing = assignment_of(form, person)
    if standing is not None:
        return standing
    assignment = _assign(case, form, person, mail=False, verb="form.came-with-first-visit")
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


def begun(assignment: Assignment | None) -> bool:
    """Whether its author may have drafts that typing in would replace."""
    return assignment is not None and assignment.state in {AssignmentState.STARTED, AssignmentState.REOPENED}


def may_type_in(case: Case, assignment: Assignment | None) -> bool:
    """Whether a paper form may be typed in: not handed in, not withdrawn, not lapsed, and the case goes on."""
    return case.state not in OVER and (assignment is None or assignment.state in TO_DO)


def type_in(case: Case, form: Form, person: Participant, sent: Mapping[str, str]) -> Wrong | None:
    """Type in a filled paper form and hand it in at once, through the same acts as on the phone. None when done.

    What was left blank was seen and passed over. Drafts of its author are replaced, unread. Raises Refused where the
    form is handed in or ended.
    """
    _lock(form)
    assignment = assignment_of(form, person)
    if not may_type_in(case, assignment):
        raise Refused("This form is handed in or has ended. Hand it back first to type it in.")
    if assignment is None:
        assignment = _assign(case, form, person, mail=False)
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


def _assign(case: Case, form: Form, person: Participant, *, mail: bool, verb: str = "form.sent") -> Assignment:
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


def _lock(form: Form) -> None:
    """Hold the form until the request ends: of two sendings at the same moment one alone makes the copies."""
    db.session.flush()
    db.session.refresh(form, with_for_update=True)
    db.session.refresh(form, ["assignments"])


def _still_draft(form: Form) -> None:
    _lock(form)
    if form.assignments:
        raise Refused("This form was sent. What was sent stays as it is; make a new form for other questions.")


def _still_on(case: Case) -> None:
    if case.state in OVER:
        raise Refused("This case is over. No forms are made or sent any more.")
