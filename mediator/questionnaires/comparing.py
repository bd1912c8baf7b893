"""Reading two answer sets side by side, and the facts the gates ask for. For a mediator of the case only.

Only what was handed in is read: drafts belong to their authors, safety answers stand on "Read first" and nowhere else.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import NotFound

from mediator.cases import contact_queries, gates
from mediator.cases.models import Case, Opening
from mediator.cases.queries import gate_facts
from mediator.core.db import db, read_rows
from mediator.core.sealed import Words
from mediator.core.visibility import Letter, Sharing, Visibility
from mediator.guide.content import Part, Question
from mediator.questionnaires import sent
from mediator.questionnaires.comparison import Asked, Given
from mediator.questionnaires.models import Answer, Assignment, Form, FormQuestion
from mediator.questionnaires.queries import ANSWER
from mediator.questionnaires.sent import Copy, SentForm
from mediator.questionnaires.shown import Shown
from mediator.questionnaires.spec import from_spec
from mediator.questionnaires.terms import AnswerState, AssignmentState

SUBJECT = "form"
#: How the other is named in words that both read.
BOTH_READ = {"other": "the other person", "mediator": "your mediator"}
#: How words are opened on rows that are not objects: on the class itself the attribute refuses every use.
_SPEC: Words = vars(FormQuestion)["spec"]
_VALUE: Words = vars(Answer)["value"]
_COPY: Words = vars(Opening)["copy"]
_QUESTIONS = (
    db.select(FormQuestion.case_id, FormQuestion.form_id, FormQuestion.spec_bytes.label("spec_bytes"))
    .where(FormQuestion.form_id.in_(bindparam("forms", expanding=True)))
    .order_by(FormQuestion.position)
)
_ANSWERS = db.select(*ANSWER).where(
    Answer.assignment_id.in_(bindparam("copies", expanding=True)), Answer.visibility != Visibility.SAFETY
)

_OPENED = (
    db.select(Opening.id, Opening.subject_id, Opening.part_key, Opening.author_id, Opening.opened_at)
    .where(
        Opening.case_id == bindparam("case"),
        Opening.subject_kind == SUBJECT,
        Opening.subject_id.in_(bindparam("forms", expanding=True)),
        Opening.withdrawn_at.is_(None),
    )
    .order_by(Opening.opened_at, Opening.id)
)

_FROZEN = _OPENED.add_columns(Opening.case_id, Opening.copy_bytes.label("copy_bytes"))

_UNREAD = (
    db.select(Assignment.id)
    .where(
        Assignment.participant_id.in_(bindparam("people", expanding=True)),
        Assignment.read_first_at.is_not(None),
        Assignment.read_at.is_(None),
    )
    .limit(1)
)


@dataclass(frozen=True)
class Sides:
    """One form in words that fit both people, with each person's copy and what stands in it now.

    A copy is None where it was not sent. `answers` are rows by copy and part; words open only through `given`.
    """

    form: SentForm
    questions: tuple[Question, ...]
    a: Copy | None
    b: Copy | None
    answers: Mapping[uuid.UUID, Mapping[str, Row[Any]]]

    def of(self, letter: Letter) -> Copy | None:
        """The copy of the person with this letter."""
        return self.a if letter is Letter.A else self.b

    def answer(self, letter: Letter, part_key: str) -> Row[Any] | None:
        """What this person's copy holds at one part, handed in or not."""
        copy = self.of(letter)
        return self.answers[copy.id].get(part_key) if copy is not None else None


def forms_of(case: Case) -> list[Form]:
    """The forms of a case that were sent to somebody, newest first."""
    rows = db.session.scalars(
        db.select(Form)
        .where(Form.case_id == case.id, Form.assignments.any())
        .options(joinedload(Form.assignments))
        .order_by(Form.created_at.desc(), Form.id)
    )
    return list(rows.unique())


def sides(case: Case, form_id: uuid.UUID) -> Sides:
    """A form of this case with both sides, as they are now. Raises NotFound for any other form."""
    form = next((form for form in sent.forms(case.id) if form.id == form_id), None)
    if form is None:
        raise NotFound
    return all_sides(case, [form])[0]


def all_sides(case: Case, forms: Sequence[SentForm]) -> list[Sides]:
    """Forms of this case with both sides, in the order given. Two queries, however many they are."""
    copies = [copy.id for form in forms for copy in form.copies]
    asked: dict[uuid.UUID, list[Question]] = {form.id: [] for form in forms}
    for row in read_rows(_QUESTIONS, {"forms": list(asked)}):
        asked[row.form_id].append(from_spec(_SPEC.__get__(row, FormQuestion), BOTH_READ))
    answers: dict[uuid.UUID, dict[str, Row[Any]]] = {copy: {} for copy in copies}
    for row in read_rows(_ANSWERS, {"copies": copies}):
        answers[row.assignment_id][row.part_key] = row
    ids = {person.letter: person.id for person in case.participants}
    a, b = ids.get(Letter.A), ids.get(Letter.B)
    return [
        Sides(form, tuple(asked[form.id]), form.of(a) if a else None, form.of(b) if b else None, answers)
        for form in forms
    ]


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
    return sides(case, form_id)


def asked(found: Sides) -> list[Asked]:
    """Every part of the form that may be compared, with both answers, in the form's order."""
    a, b = _given(found, found.a), _given(found, found.b)
    return [
        Asked(
            question=question.key,
            text=question.text,
            step=found.form.step,
            part=part,
            a=_of_part(a, part),
            b=_of_part(b, part),
        )
        for question in found.questions
        for part in question.parts
        if part.visibility is Visibility.PRIVATE
    ]


def part_of(found: Sides, part_key: str) -> tuple[Question, Part]:
    """A part of the form and its question. Raises NotFound where the form has none, or it is a safety part."""
    for question in found.questions:
        for part in question.parts:
            if part.key == part_key and part.visibility is Visibility.PRIVATE:
                return question, part
    raise NotFound


def handed_in(copy: Assignment | Copy | None) -> bool:
    """Whether the mediator may read the answers now: handed in, and not taken back to be changed."""
    return copy is not None and copy.state is AssignmentState.SUBMITTED


def _given(found: Sides, copy: Copy | None) -> dict[str, Given] | None:
    if copy is None or not handed_in(copy):
        return None
    rows = found.answers[copy.id]
    return {key: given(row) for key, row in rows.items() if row.visibility is Visibility.PRIVATE}


def _of_part(given: dict[str, Given] | None, part: Part) -> Given | None:
    """What was given to a part; nothing at all is an empty answer, unless nothing was handed in."""
    return None if given is None else given.get(part.key, Given(AnswerState.EMPTY))


def given(row: Row[Any]) -> Given:
    """One handed-in answer as plain values. Needs the mediator's ring (or its author's)."""
    value = _VALUE.__get__(row, Answer) if row.state is AnswerState.ANSWERED else None
    return Given(state=row.state, value=value, kept=row.kept, offered=row.offered)


def waits_to_be_read(case: Case, forms: Sequence[SentForm] | None = None) -> bool:
    """Whether something waits under "Read first": a safety answer of a form, or how to reach somebody safely.

    `forms` are all of the case where a page has loaded them already.
    """
    if any(contact_queries.standing(case.id).values()):
        return True
    if forms is not None:
        return any(copy.unread for form in forms for copy in form.copies)
    # By whose they are, as they can be found; by the case alone all there are would be read.
    people = [person.id for person in case.participants]
    return db.session.scalar(_UNREAD, {"people": people}) is not None


def item_facts(
    found: Sides, part: Part, author: Letter | None, *, withdrawn: bool = False, allowed: bool | None = None
) -> gates.ItemFacts:
    """What the gates depend on in one part of a form. Reads no words: flags and states only.

    `allowed`: whether the exercise a form belongs to may be opened now. Where nobody asked, it may not.
    """
    return gates.ItemFacts(
        sharing=part.sharing,
        visibility=part.visibility,
        a=_side(found, Letter.A, part.key),
        b=_side(found, Letter.B, part.key),
        author=author,
        exercise_allowed=bool(allowed) if found.form.run_id is not None else None,
        withdrawn=withdrawn,
    )


def _side(found: Sides, letter: Letter, part_key: str) -> gates.Side:
    """One person's part in an item, from stored flags."""
    copy, row = found.of(letter), found.answer(letter, part_key)
    if copy is None:
        return gates.Side()
    return gates.Side(
        submitted=handed_in(copy),
        offered=row is not None and row.offered,
        kept=row is not None and row.kept,
    )


def opened_of(case_id: uuid.UUID, forms: Collection[uuid.UUID]) -> Sequence[Row[Any]]:
    """What stands open of these forms now, oldest first: which part, by whom, since when. No words."""
    return read_rows(_OPENED, {"case": case_id, "forms": list(forms)})


def frozen_of(case_id: uuid.UUID, forms: Collection[uuid.UUID]) -> list[tuple[Row[Any], dict[str, Any]]]:
    """The same, each with the frozen copy of what both then read. One query, however many they are."""
    rows = read_rows(_FROZEN, {"case": case_id, "forms": list(forms)})
    return [(row, _COPY.__get__(row, Opening)) for row in rows]


def standing(case_id: uuid.UUID, form_id: uuid.UUID) -> list[Opening]:
    """Every opening of this form that stands now, oldest first."""
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


def shown_to_both(case: Case, locked: Set[uuid.UUID]) -> list[Shown]:
    """What both can read now: every opening whose gates hold at this moment, newest first.

    `locked` are the forms whose exercise is closed as the case stands now (`exercises.queries.locked_forms`). Of the
    answers behind it only the flags are looked at, never their words.
    """
    rows = list(
        db.session.scalars(
            db.select(Opening)
            .where(Opening.case_id == case.id, Opening.subject_kind == SUBJECT)
            .order_by(Opening.opened_at.desc(), Opening.id)
        )
    )
    facts = gate_facts(case)  # what is shown never vanishes because somebody disclosed something
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
            exercise_allowed=row.subject_id not in locked,
            withdrawn=row.withdrawn_at is not None,
        )
        if gates.showing(facts, item):
            continue
        copy = row.copy
        found.append(
            Shown(
                row.id,
                row.subject_id,
                row.part_key,
                row.opened_at,
                copy.get("step", ""),
                copy["question"],
                copy["label"],
                copy.get("entries", []),
                copy.get("common", []),
                copy.get("lines", []),
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
