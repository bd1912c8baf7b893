"""Forms for tests: questions of every part type, sent to participants as rows, committed."""

from __future__ import annotations

import itertools
import json
import uuid
from datetime import timedelta

from mediator.cases.models import Case, Participant
from mediator.core import sealed
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Letter, Sharing, Viewer, Visibility
from mediator.guide.content import Option, Part, PartType, Question, Scale
from mediator.questionnaires.models import Assignment, AssignmentQuestion, Form, FormQuestion
from mediator.questionnaires.spec import PLACEHOLDERS, to_spec
from mediator.questionnaires.terms import AssignmentState

TRUST = (Option("truth", "Telling the truth"), Option("reliable", "Doing what was agreed"),
         Option("money", "Money"), Option("family", "Children and family"))  # fmt: skip
PLACES = (Option("yes", "True for me"), Option("some", "Partly"), Option("no", "Not true for me"))
ANCHORS = ("Not at all today.", "Partly today.", "Fully today.")
_numbers = itertools.count(1)


def part(key: str, kind: PartType, sharing: Sharing = Sharing.CLOSED, **values: object) -> Part:
    """A part with what its type needs, unless told otherwise."""
    needs: dict[PartType, dict[str, object]] = {
        PartType.LINE: {"anchors": ANCHORS},
        PartType.CHOICE: {"options": TRUST},
        PartType.SEVERAL: {"options": TRUST, "max_items": len(TRUST)},
        PartType.RANK: {"options": TRUST, "max_items": 3},
        PartType.EXAMPLE: {"fields": ("A small thing", "What I could see or hear"), "max_items": 2},
        PartType.IF_THEN: {"fields": ("If I see that", "then I could"), "max_items": 2},
        PartType.GRID: {"rows": TRUST, "scale": Scale.LINE, "anchors": ANCHORS},
    }
    return Part(key, kind, sharing, **{"visibility": Visibility.PRIVATE, **needs.get(kind, {}), **values})  # type: ignore[arg-type]


def question(key: str, *parts: Part, text: str = "", minutes: float = 1.0) -> Question:
    """A question of these parts."""
    return Question(key, text or f"What about {{other}}, question {key}?", parts, hint="A few words.", minutes=minutes)


#: One question per part type, every sharing, one of two parts, a reading, and the safety question at the end.
READY = question("5.ready", part("5.ready", PartType.LINE, reading="ready"))
CHOICE = question("5.12", part("5.12.how", PartType.CHOICE, Sharing.RECIPROCAL))
SEVERAL = question("5.7", part("5.7.open", PartType.SEVERAL, Sharing.DERIVED))
RANK = question("5.3", part("5.3.parts", PartType.RANK, Sharing.RECIPROCAL))
SHORT = question(
    "5.13",
    part("5.13.one", PartType.SHORT, Sharing.OFFERED, label="In a few words"),
    part("5.13.how", PartType.LINE, label="How hard is it"),
)
LONG = question("5.only", part("5.only", PartType.LONG))
LINES = question("5.6", part("5.6.cannot", PartType.LINES, Sharing.OFFERED))
EXAMPLE = question("5.4", part("5.4.sign", PartType.EXAMPLE, Sharing.RECIPROCAL))
IF_THEN = question("5.5", part("5.5.slip", PartType.IF_THEN))
DATE = question("5.14", part("5.14.until", PartType.DATE, Sharing.RECIPROCAL))
LIGHTS = question("5.11", part("5.11.kinds", PartType.GRID, Sharing.DERIVED, scale=Scale.LIGHTS, anchors=None))
TABLE = question("5.1", part("5.1.now", PartType.GRID))
CARDS = question("5.15", part("5.15.cards", PartType.GRID, scale=Scale.CARDS, options=PLACES, anchors=None))
SAFETY = question(
    "5.safety",
    part(
        "5.safety",
        PartType.CHOICE,
        visibility=Visibility.SAFETY,
        options=(Option("no", "No"), Option("unsure", "I am not sure"), Option("yes", "Yes")),
    ),
    text="Has anything happened that worries you about safety?",
)
ALL = (READY, CHOICE, SEVERAL, RANK, SHORT, LONG, LINES, EXAMPLE, IF_THEN, DATE, LIGHTS, TABLE, CARDS, SAFETY)


def send(
    participant: uuid.UUID, questions: tuple[Question, ...] = ALL, *, state: AssignmentState = AssignmentState.SENT
) -> uuid.UUID:
    """A form of its own, sent to one participant; the id of the assignment."""
    person = db.session.get_one(Participant, participant)
    form = make_form(person.case, questions)
    return assign(form, person, questions, state=state)


def make_form(case: Case, questions: tuple[Question, ...] = ALL, *, step: str = "5") -> Form:
    """A form of a case, with its own copy of the questions."""
    form = Form(case_id=case.id, step=step, created_at=now(), created_by=case.mediators[0].staff_id)
    form.title = f"Form {next(_numbers)}"
    for position, asked in enumerate(questions):
        row = FormQuestion(case_id=case.id, form_id=form.id, position=position, key=asked.key)
        row.spec = to_spec(asked, step, PLACEHOLDERS)
        form.questions.append(row)
    db.session.add(form)
    db.session.commit()
    return form


def assign(
    form: Form,
    person: Participant,
    questions: tuple[Question, ...] = ALL,
    *,
    state: AssignmentState = AssignmentState.SENT,
) -> uuid.UUID:
    """The form sent to one person, its words filled in for them."""
    at = now()
    row = Assignment(case_id=person.case_id, form_id=form.id, participant_id=person.id, state=state,
                     due_at=at + timedelta(days=3), sent_at=at)  # fmt: skip
    other = person.case.participant(Letter(person.letter).other)
    with sealed.ring_of(viewer(person)):
        words = {"other": other.called if other is not None else "the other person", "mediator": "Mediator"}
    for position, asked in enumerate(questions):
        copy = AssignmentQuestion(case_id=person.case_id, participant_id=person.id, assignment_id=row.id,
                                  position=position, key=asked.key)  # fmt: skip
        copy.spec = to_spec(asked, form.step, words)
        row.questions.append(copy)
    db.session.add(row)
    db.session.commit()
    return row.id


def as_json(value: object) -> str:
    """How a value stands in the database, behind its format byte."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def viewer(person: Participant) -> Viewer:
    """The participant's own ring."""
    return Viewer.participant(person.id, person.case_id)
