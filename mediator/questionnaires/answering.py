"""Answering a form: saving, skipping, handing in, and taking back to change.

A draft is its author's own. Handing in makes it private in one transaction; safety answers are written only
then. A newer version is never overwritten: a save names the revision it was made from, and a save that does
not fit says so. What is too long, or begun and not done, is kept while it is typed and blocks no way but handing in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import bindparam, delete, select, update
from werkzeug.exceptions import NotFound

from mediator.cases.models import Participant
from mediator.core import audit, live, outbox
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.visibility import Sharing, Visibility
from mediator.guide.content import READINGS, Part, Question
from mediator.questionnaires import answer_rows, opening, queries, reminders, safety_answers
from mediator.questionnaires.fields import Problem
from mediator.questionnaires.models import Answer, Assignment, AssignmentQuestion, Reading
from mediator.questionnaires.queries import Asked
from mediator.questionnaires.spec import from_spec
from mediator.questionnaires.terms import AnswerState, AssignmentState
from mediator.questionnaires.values import DRAFT, MAY_WAIT, Outcome, handed_in, read, to_mend

#: By field name what is wrong there, with the part it belongs to.
Errors = Mapping[str, tuple[Problem, Part]]

_HELD = select(Assignment).where(Assignment.id == bindparam("id")).with_for_update()
_ROWS = select(Answer).where(Answer.assignment_id == bindparam("assignment"))
_ROWS_OF_ONE = _ROWS.where(Answer.question_key == bindparam("question"))
#: One save counts the revision up if it was made from the one that stands.
_COUNT = (
    update(AssignmentQuestion)
    .where(AssignmentQuestion.id == bindparam("question"), AssignmentQuestion.rev == bindparam("from"))
    .values(rev=AssignmentQuestion.rev + 1)
    .returning(AssignmentQuestion.rev)
    .execution_options(synchronize_session=False)
)


@dataclass(frozen=True)
class Saved:
    """It stands at the server. `rev` is what the next save is made from; `mend` is what can't be handed in so."""

    rev: int
    at: datetime
    mend: Errors = field(default_factory=dict)


@dataclass(frozen=True)
class Conflict:
    """A newer version was saved elsewhere; nothing was changed. `rev` is that version's."""

    rev: int


@dataclass(frozen=True)
class Wrong:
    """Nothing was changed: by field name what is wrong, with the part it belongs to."""

    errors: Errors


def save(
    participant: Participant,
    assignment: Assignment,
    question: AssignmentQuestion | Asked,
    sent: Mapping[str, str],
    rev: int,
    *,
    since: datetime,
    skip: bool = False,
    draft: bool = False,
) -> Saved | Conflict | Wrong:
    """Write one question's answers as typed, for their author alone, if they were made from revision `rev`.

    With `skip` parts without an answer count as seen and passed over. With `draft` texts over their limit are kept, up
    to 10,000 letters each, and so is what is begun, which counts as no answer. A tighter tick ends what was opened of
    it, for good. `since` is when the sitting began (UTC): the log gets one line per question and sitting. A save that
    equals what is stored is no conflict, whatever its revision. Raises Refused where nothing may be written any more,
    NotFound for a form or question that is not theirs.
    """
    _locked(participant, assignment)
    if question.assignment_id != assignment.id:
        raise NotFound
    asked = from_spec(question.spec)
    if queries.for_safety(asked):
        raise NotFound
    if not queries.editable(assignment):
        raise Refused(_("These answers can’t be changed any more."))
    outcomes, errors = _read((asked,), sent)
    mend = {name: one for name, one in errors.items() if draft and one[0] in MAY_WAIT and _fits(sent.get(name, ""))}
    if errors.keys() - mend.keys():
        return Wrong(errors)
    new = db.session.scalar(_COUNT, {"question": question.id, "from": rev})
    rows = _answers(assignment, asked.key)
    at = now()
    if new is None:
        current = db.session.scalars(select(AssignmentQuestion.rev).where(AssignmentQuestion.id == question.id)).one()
        same = all(_same(rows.get(key), outcome) for key, outcome in outcomes.items())
        return Saved(current, at, mend) if same else Conflict(current)
    for part in asked.parts:
        outcome = outcomes[part.key]
        row = rows.get(part.key)
        tighter = _tighter(part, row, outcome)
        row = row or answer_rows.new(assignment, asked.key, part, Visibility.OWN)
        if outcome.state is AnswerState.EMPTY and (skip or row.state is AnswerState.SKIPPED):
            outcome = Outcome(AnswerState.SKIPPED, outcome.value, outcome.kept, outcome.offered)
        answer_rows.write(row, outcome, at)
        if tighter:
            opening.take_back(participant, assignment.form_id, part)
    _start(assignment, at)
    audit.record_once("answer.saved", case=assignment.case_id, subject=question.id, since=since)
    return Saved(new, at, mend)


def skip(
    participant: Participant,
    assignment: Assignment,
    question: AssignmentQuestion | Asked,
    sent: Mapping[str, str],
    rev: int,
    *,
    since: datetime,
    draft: bool = False,
) -> Saved | Conflict | Wrong:
    """Pass a question over. What was typed in it is kept; what has no answer counts as skipped. As `save`."""
    return save(participant, assignment, question, sent, rev, since=since, skip=True, draft=draft)


def submit(participant: Participant, assignment: Assignment, sent: Mapping[str, str]) -> Wrong | None:
    """Hand in: drafts become private, readings are written, and the safety answers in `sent`. None when done.

    A form that is already handed in stays as it is (double submit), but what is told about safety on a page that was
    still open arrives, also once it is locked. A safety answer left empty leaves an earlier one, and none takes the
    place of one that nobody has read yet. Nothing is handed in while a text is too long or an answer half given. Raises
    Refused where it can't be handed in any more.
    """
    _locked(participant, assignment)
    already = assignment.state is AssignmentState.SUBMITTED
    if not already and not queries.editable(assignment):
        raise Refused(_("These answers can’t be changed any more."))
    asked = [from_spec(row.spec) for row in assignment.questions]
    safety = [question for question in asked if queries.for_safety(question)]
    outcomes, errors = _read(safety, sent)
    at, rows = now(), _answers(assignment)
    if already:
        if errors:
            return Wrong(errors)
        if safety_answers.take(assignment, safety, rows, outcomes, at, again=True):
            audit.record("assignment.submitted", case=assignment.case_id, subject=assignment.id)
            live.bump(assignment.case_id, live.DESK)  # no participant's page ever follows
        return None
    for part in (part for question in asked for part in question.parts if part.visibility is Visibility.PRIVATE):
        if part.key in rows:
            mend = to_mend(part, queries.outcome(rows[part.key]))
            errors.update({name: (found, part) for name, found in mend.items()})
    if errors:
        return Wrong(errors)
    for question in asked:
        for part in question.parts:
            row = rows.get(part.key)
            if part.visibility is Visibility.PRIVATE and row is not None:
                _hand_in(assignment, part, row, at)
    safety_answers.take(assignment, safety, rows, outcomes, at)
    assignment.state = AssignmentState.SUBMITTED
    assignment.submitted_at = assignment.submitted_at or at
    assignment.started_at = assignment.started_at or at
    reminders.draw(assignment)
    outbox.cancel(subject=assignment.id)
    audit.record("assignment.submitted", case=assignment.case_id, subject=assignment.id)
    live.bump(assignment.case_id, live.DESK)  # no participant's page ever follows
    return None


def change(participant: Participant, assignment: Assignment) -> None:
    """Its author takes a form back to change it, while the session has not begun. Twice is as once.

    Raises Refused once it is locked.
    """
    _locked(participant, assignment)
    if queries.editable(assignment):
        return
    if not queries.may_take_back(assignment):
        raise Refused(_("These answers can’t be changed any more."))
    _reopen(assignment)
    audit.record("assignment.taken_back", case=assignment.case_id, subject=assignment.id)
    live.bump(assignment.case_id, live.DESK)  # no participant's page ever follows


def reopen(assignment: Assignment) -> None:
    """The mediator hands a form back to its author, also after the session began or when it had lapsed.

    The answers are their author's own again until they are handed in. The caller has loaded the case as the
    mediator's. Raises Refused for a form that is neither handed in nor lapsed.
    """
    _hold(assignment)
    if assignment.state not in {AssignmentState.SUBMITTED, AssignmentState.LAPSED}:
        raise Refused(_("Only a form that was handed in, or that lapsed, can be opened again."))
    _reopen(assignment)
    audit.record("assignment.reopened", case=assignment.case_id, subject=assignment.id)
    live.bump(assignment.case_id, live.DESK)  # no participant's page ever follows


def _locked(participant: Participant, assignment: Assignment) -> None:
    """Hold a form for its author until the request ends. Raises NotFound for every other form alike."""
    _hold(assignment)
    if assignment.participant_id != participant.id or assignment.state not in queries.SEEN:
        raise NotFound


def _hold(assignment: Assignment) -> None:
    """Lock the row and see it as it is now. What was changed before in this request goes in first, or it were lost."""
    db.session.flush()
    db.session.scalars(_HELD, {"id": assignment.id}, execution_options={"populate_existing": True}).one()


def _read(
    questions: tuple[Question, ...] | list[Question], sent: Mapping[str, str]
) -> tuple[dict[str, Outcome], dict[str, tuple[Problem, Part]]]:
    outcomes: dict[str, Outcome] = {}
    errors: dict[str, tuple[Problem, Part]] = {}
    for question in questions:
        for part in question.parts:
            outcomes[part.key] = read(part, sent)
            errors.update({name: (found, part) for name, found in outcomes[part.key].errors.items()})
    return outcomes, errors


def _answers(assignment: Assignment, question_key: str | None = None) -> dict[str, Answer]:
    """The rows as they stand now, of one question or of all, whatever was loaded before the lock was held.

    No value is read by this.
    """
    told = {"assignment": assignment.id, "question": question_key}
    wanted = _ROWS if question_key is None else _ROWS_OF_ONE
    rows = db.session.scalars(wanted, told, execution_options={"populate_existing": True})
    return {row.part_key: row for row in rows}


def _fits(text: str) -> bool:
    return len(text) <= DRAFT


def _tighter(part: Part, row: Answer | None, outcome: Outcome) -> bool:
    """Whether this save closes what may have been open so far. Without a row nothing is known: it may have been."""
    if outcome.kept:
        return row is None or not row.kept
    return part.sharing is Sharing.OFFERED and not outcome.offered and (row is None or row.offered)


def _same(row: Answer | None, outcome: Outcome) -> bool:
    """Whether a stored answer says what was sent. Passed over and not answered yet are alike to the sender."""
    stored = queries.outcome(row) if row is not None else Outcome(AnswerState.EMPTY)
    none = {AnswerState.EMPTY, AnswerState.SKIPPED}
    if not (stored.state is outcome.state or {stored.state, outcome.state} <= none):
        return False
    return (stored.value, stored.kept, stored.offered) == (outcome.value, outcome.kept, outcome.offered)


def _start(assignment: Assignment, at: datetime) -> None:
    assignment.started_at = assignment.started_at or at
    if assignment.state is AssignmentState.SENT:
        assignment.state = AssignmentState.STARTED


def _hand_in(assignment: Assignment, part: Part, row: Answer, at: datetime) -> None:
    """A draft becomes private, as its author saw it on the check page. A line read over time is noted."""
    outcome = handed_in(part, queries.outcome(row))
    row.visibility = Visibility.PRIVATE
    row.value = outcome.value
    if part.reading is not None and outcome.state is AnswerState.ANSWERED:
        reading = Reading(
            case_id=assignment.case_id,
            participant_id=assignment.participant_id,
            line=part.reading,
            step=READINGS.get(part.reading) or assignment.form.step,
            at=at,
            source_kind="assignment",
            source_id=assignment.id,
        )
        reading.value = outcome.value
        db.session.add(reading)


def _reopen(assignment: Assignment) -> None:
    """Handed-in answers become their author's own again; readings made of them go until it is handed in anew."""
    for row in _answers(assignment).values():
        if row.visibility is Visibility.PRIVATE:
            value = row.value
            row.visibility = Visibility.OWN
            row.value = value
    db.session.execute(
        delete(Reading).where(Reading.participant_id == assignment.participant_id, Reading.source_id == assignment.id)
    )
    assignment.state = AssignmentState.REOPENED
    assignment.from_paper = False
    assignment.locked_at = assignment.ended_at = None
    reminders.draw(assignment)
