"""Reading two answer sets side by side, and the facts the gates ask for. For a mediator of the case only.

Only what was handed in is read: drafts belong to their authors, safety answers stand on "Read first" and nowhere else.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import joinedload, selectinload
from werkzeug.exceptions import NotFound

from mediator.cases import contact_queries, gates
from mediator.cases.models import Case, Opening, Participant
from mediator.core.db import db
from mediator.core.visibility import Letter, Sharing, Visibility
from mediator.guide.content import Part, Question
from mediator.questionnaires.comparison import Asked, Given
from mediator.questionnaires.models import Answer, Assignment, Form
from mediator.questionnaires.spec import from_spec, to_spec
from mediator.questionnaires.terms import AnswerState, AssignmentState

SUBJECT = "form"
#: How the other is named in words that both read.
BOTH_READ = {"other": "the other person", "mediator": "your mediator"}


@dataclass(frozen=True)
class Sides:
    """One form with what each person handed in. A side is None where it was not sent or is not handed in."""

    form: Form
    a: Assignment | None
    b: Assignment | None

    def of(self, letter: Letter) -> Assignment | None:
        """The assignment of the person with this letter."""
        return self.a if letter is Letter.A else self.b


def forms_of(case: Case) -> list[Form]:
    """The forms of a case that were sent to somebody, newest first."""
    rows = db.session.scalars(
        db.select(Form)
        .where(Form.case_id == case.id, Form.assignments.any())
        .options(joinedload(Form.assignments))
        .order_by(Form.created_at.desc(), Form.id)
    )
    return list(rows.unique())


def sides(case: Case, form_id: uuid.UUID, *, fresh: bool = False) -> Sides:
    """A form of this case with both sides; with `fresh` read anew. Raises NotFound for any other form."""
    rows = db.session.scalars(
        db.select(Form)
        .where(Form.id == form_id, Form.case_id == case.id)
        .options(
            selectinload(Form.questions),
            joinedload(Form.assignments).selectinload(Assignment.answers),
        ),
        execution_options={"populate_existing": fresh},
    )
    form = rows.unique().one_or_none()
    if form is None:
        raise NotFound
    return Sides(form, _assignment(case, form, Letter.A), _assignment(case, form, Letter.B))


def held(case: Case, form_id: uuid.UUID) -> Sides:
    """The sides of a form, held until the request ends, as it stands once everybody else who writes in it has finished.

    The form comes first and its copies after it, as everywhere: whoever holds one waits for no other. Raises NotFound.
    """
    db.session.execute(db.select(Form.id).where(Form.id == form_id, Form.case_id == case.id).with_for_update())
    db.session.execute(
        db.select(Assignment.id)
        .where(Assignment.form_id == form_id, Assignment.case_id == case.id)
        .order_by(Assignment.id)
        .with_for_update()
    )
    return sides(case, form_id, fresh=True)


def _assignment(case: Case, form: Form, letter: Letter) -> Assignment | None:
    person = case.participant(letter)
    return next((row for row in form.assignments if person is not None and row.participant_id == person.id), None)


def asked(found: Sides) -> list[Asked]:
    """Every part of the form that may be compared, with both answers, in the form's order."""
    a, b = _given(found.a), _given(found.b)
    return [
        Asked(
            question=question.key,
            text=question.text,
            step=found.form.step,
            part=part,
            a=_of_part(a, part),
            b=_of_part(b, part),
        )
        for question in questions(found.form)
        for part in question.parts
        if part.visibility is Visibility.PRIVATE
    ]


def questions(form: Form) -> list[Question]:
    """The form's questions in words that fit both people."""
    return [from_spec(to_spec(from_spec(row.spec), form.step, BOTH_READ)) for row in form.questions]


def part_of(form: Form, part_key: str) -> tuple[Question, Part]:
    """A part of the form and its question. Raises NotFound where the form has none, or it is a safety part."""
    for question in questions(form):
        for part in question.parts:
            if part.key == part_key and part.visibility is Visibility.PRIVATE:
                return question, part
    raise NotFound


def handed_in(assignment: Assignment | None) -> bool:
    """Whether the mediator may read the answers now: handed in, and not taken back to be changed."""
    return assignment is not None and assignment.state is AssignmentState.SUBMITTED


def _given(assignment: Assignment | None) -> dict[str, Given] | None:
    if assignment is None or not handed_in(assignment):
        return None
    return {row.part_key: given(row) for row in assignment.answers if row.visibility is Visibility.PRIVATE}


def _of_part(given: dict[str, Given] | None, part: Part) -> Given | None:
    """What was given to a part; nothing at all is an empty answer, unless nothing was handed in."""
    return None if given is None else given.get(part.key, Given(AnswerState.EMPTY))


def given(row: Answer) -> Given:
    """One handed-in answer as plain values. Needs the mediator's ring (or its author's)."""
    value = row.value if row.state is AnswerState.ANSWERED else None
    return Given(state=row.state, value=value, kept=row.kept, offered=row.offered)


def waits_to_be_read(case: Case) -> bool:
    """Whether something waits under "Read first": a safety answer of a form, or how to reach somebody safely."""
    return (
        any(contact_queries.standing(case.id).values())
        or db.session.scalar(
            db.select(Assignment.id)
            .where(
                # By whose they are, as they can be found; by the case alone all there are would be read.
                Assignment.participant_id.in_([person.id for person in case.participants]),
                Assignment.read_first_at.is_not(None),
                Assignment.read_at.is_(None),
            )
            .limit(1)
        )
        is not None
    )


def case_facts(case: Case, *, read_first: bool) -> gates.CaseFacts:
    """What the gates depend on in this case, now. Whoever declined is absent: a signature of theirs counts no more."""
    a, b = case.participant(Letter.A), case.participant(Letter.B)
    return gates.CaseFacts(
        state=case.state,
        hold=case.hold,
        suitability=case.suitability,
        a_signed=_signed(a),
        b_signed=_signed(b),
        read_first=read_first,
    )


def _signed(person: Participant | None) -> bool:
    return person is not None and person.signed_on is not None and person.declined_on is None


def item_facts(found: Sides, part: Part, author: Letter | None, *, withdrawn: bool = False) -> gates.ItemFacts:
    """What the gates depend on in one part of a form. Reads no words: flags and states only."""
    return gates.ItemFacts(
        sharing=part.sharing,
        visibility=part.visibility,
        a=side(found.a, part.key),
        b=side(found.b, part.key),
        author=author,
        withdrawn=withdrawn,
    )


def side(assignment: Assignment | None, part_key: str) -> gates.Side:
    """One person's part in an item, from stored flags."""
    if assignment is None:
        return gates.Side()
    row = next((row for row in assignment.answers if row.part_key == part_key), None)
    return gates.Side(
        submitted=assignment.state is AssignmentState.SUBMITTED,
        offered=row is not None and row.offered,
        kept=row is not None and row.kept,
    )


def openings_of(form: Form) -> list[Opening]:
    """Every opening of this form that stands, oldest first."""
    return standing(form.case_id, form.id)


def standing(case_id: uuid.UUID, form_id: uuid.UUID) -> list[Opening]:
    """The same by the ids alone, as they are now."""
    rows = db.session.scalars(
        db.select(Opening)
        .where(
            Opening.case_id == case_id,
            Opening.subject_kind == SUBJECT,
            Opening.subject_id == form_id,
            Opening.withdrawn_at.is_(None),
        )
        .order_by(Opening.opened_at, Opening.id)
    )
    return list(rows)


@dataclass(frozen=True)
class Shown:
    """One opening as both read it: plain values, made from the frozen copy and nothing else."""

    id: uuid.UUID
    opened_at: datetime
    step: str
    question: str
    label: str
    entries: Sequence[dict[str, object]]
    common: Sequence[str]


def shown_to_both(case: Case) -> list[Shown]:
    """What both can read now: every opening whose gates hold at this moment, newest first.

    Of the answers behind it only the flags are looked at, never their words.
    """
    rows = list(
        db.session.scalars(
            db.select(Opening)
            .where(Opening.case_id == case.id, Opening.subject_kind == SUBJECT)
            .order_by(Opening.opened_at.desc(), Opening.id)
        )
    )
    facts = case_facts(case, read_first=False)  # what is shown never vanishes because somebody disclosed something
    flags = _flags(case, {row.subject_id for row in rows})
    letters = {person.id: person.letter for person in case.participants}
    found = []
    for row in rows:
        item = gates.ItemFacts(
            sharing=row.sharing,
            visibility=Visibility.PRIVATE,
            a=flags.get((row.subject_id, row.part_key, Letter.A), gates.Side(submitted=True)),
            b=flags.get((row.subject_id, row.part_key, Letter.B), gates.Side(submitted=True)),
            author=letters.get(row.author_id) if row.author_id else None,
            withdrawn=row.withdrawn_at is not None,
        )
        if gates.showing(facts, item):
            continue
        copy = row.copy
        found.append(
            Shown(
                row.id,
                row.opened_at,
                copy.get("step", ""),
                copy["question"],
                copy["label"],
                copy.get("entries", []),
                copy.get("common", []),
            )
        )
    return found


def _flags(case: Case, forms: set[uuid.UUID]) -> dict[tuple[uuid.UUID, str, Letter], gates.Side]:
    """By form, part and person: whether it is kept or offered now. One query, no words."""
    letters = {person.id: person.letter for person in case.participants}
    rows = db.session.execute(
        db.select(Assignment.form_id, Answer.part_key, Answer.participant_id, Answer.offered, Answer.kept)
        .join(Assignment, Assignment.id == Answer.assignment_id)
        .where(
            Answer.case_id == case.id,
            Assignment.form_id.in_(forms),
            Answer.sharing != Sharing.CLOSED,
        )
    )
    return {
        (form, part, letters[person]): gates.Side(submitted=True, offered=offered, kept=kept)
        for form, part, person, offered, kept in rows
    }
