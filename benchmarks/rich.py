"""One pair in the middle of its work: a form of every part type answered by both, and sessions planned, running, over.

The questions are the benchmark's own, so that figures of two versions compare whatever was reworded in the guide.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from mediator.agreements.models import Agreement
from mediator.agreements.terms import Kind, Standing, Who
from mediator.cases.models import Case, CaseMediator, Opening, Participant
from mediator.cases.terms import CaseState, Policy, Relation, Route, Suitability
from mediator.core import tokens
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Letter, Sharing, Visibility
from mediator.guide.content import Option, Part, PartType, Question, Scale
from mediator.questionnaires import comparing
from mediator.questionnaires.models import Answer, Assignment, AssignmentQuestion, Form, FormQuestion, Reading
from mediator.questionnaires.spec import PLACEHOLDERS, to_spec
from mediator.questionnaires.terms import AnswerState, AssignmentState
from mediator.sessions.models import AgendaItem, Attendance, BringBack, Caucus, MediationSession, Note
from mediator.sessions.terms import Attendees, ItemKind, ItemState, NoteKind, SessionState

ZONE = "Europe/London"
PARAGRAPH = (
    "We agreed to look at one thing at a time. It helped to hear the plan before the weekend, and to know by Friday "
    "who picks up whom. What is still hard is the evening after a long day, when a short message reads like a no. "
)
ANCHORS = ("Not at all today.", "Partly today.", "Fully today.")
OPTIONS = tuple(
    Option(key, label)
    for key, label in (
        ("truth", "Telling the truth"), ("reliable", "Doing what was agreed"), ("money", "Money"),
        ("family", "Children and family"), ("time", "Being on time"), ("news", "Hearing news first"),
        ("home", "The home and its things"), ("friends", "What friends are told"),
    )
)  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """The ids the measurements ask for."""

    case: uuid.UUID
    a: uuid.UUID
    b: uuid.UUID
    waiting: uuid.UUID  # A's form that is not handed in
    planned: uuid.UUID
    running: uuid.UUID
    over: uuid.UUID
    hundred: uuid.UUID  # over, with a hundred blocks
    fifty: uuid.UUID


def _question(number: int, *parts: Part, text: str = "How is it with {other} today, in this one thing?") -> Question:
    return Question(f"5.{number}", text, parts, hint="A few words are enough.", minutes=1.0)


def _part(number: int, kind: PartType, sharing: Sharing, name: str = "answer", **values: Any) -> Part:
    return Part(f"5.{number}.{name}", kind, sharing, Visibility.PRIVATE, **values)


def questions() -> tuple[Question, ...]:
    """A form of twelve questions and sixteen parts, with every part type and every sharing."""
    line: dict[str, Any] = {"anchors": ANCHORS}
    some: dict[str, Any] = {"options": OPTIONS, "max_items": 3}
    return (
        _question(1, _part(1, PartType.LINE, Sharing.RECIPROCAL, reading="ready", **line)),
        _question(2, _part(2, PartType.LONG, Sharing.OFFERED)),
        _question(3, _part(3, PartType.RANK, Sharing.RECIPROCAL, **some)),
        _question(4, _part(4, PartType.EXAMPLE, Sharing.RECIPROCAL, fields=("A small thing", "What I could see"))),
        _question(5, _part(5, PartType.IF_THEN, Sharing.OFFERED, fields=("If I see that", "then I could"))),
        _question(6, _part(6, PartType.LINES, Sharing.OFFERED, max_items=4)),
        _question(7, _part(7, PartType.SEVERAL, Sharing.DERIVED, options=OPTIONS, max_items=8)),
        _question(8, _part(8, PartType.GRID, Sharing.CLOSED, rows=OPTIONS, scale=Scale.LINE, **line)),
        _question(9, _part(9, PartType.GRID, Sharing.DERIVED, rows=OPTIONS, scale=Scale.LIGHTS)),
        _question(10, _part(10, PartType.CHOICE, Sharing.RECIPROCAL, options=OPTIONS[:4]),
                  _part(10, PartType.SHORT, Sharing.OFFERED, "why", label="In a few words")),
        _question(11, _part(11, PartType.DATE, Sharing.RECIPROCAL), _part(11, PartType.LINE, Sharing.OFFERED, "sure",
                  label="How sure is that", **line)),
        _question(12, *(_part(12, PartType.LINE, Sharing.RECIPROCAL, key, label=label, **line)
                        for key, label in (("work", "At work"), ("home", "At home")))),
    )  # fmt: skip


def answer(part: Part, number: int) -> Any:
    """A value of the shape this part keeps; different numbers answer differently."""
    keys = [one.key for one in part.options]
    rows = [one.key for one in part.rows]
    match part.type:
        case PartType.LINE:
            return (number * 3 + len(part.key)) % 11
        case PartType.CHOICE:
            return keys[number % len(keys)]
        case PartType.SEVERAL | PartType.RANK:
            return [key for place, key in enumerate(keys) if (place + number) % 3 == 0][: part.max_items]
        case PartType.LINES:
            return [PARAGRAPH[:90], PARAGRAPH[10:120]]
        case PartType.EXAMPLE:
            return [{"statement": PARAGRAPH[:80], "example": PARAGRAPH[:200]}]
        case PartType.IF_THEN:
            return [{"if": PARAGRAPH[:60], "then": PARAGRAPH[:70]}]
        case PartType.DATE:
            return {"from": "2026-12-01", "to": "2026-12-24" if number % 2 else None}
        case PartType.GRID:
            scale = ["yes", "if", "no"]
            return {
                key: {"value": scale[(place + number) % 3] if part.scale is Scale.LIGHTS else (place + number) % 11,
                      "note": PARAGRAPH[:60] if place % 2 else ""}
                for place, key in enumerate(rows)
            }  # fmt: skip
        case PartType.SHORT:
            return PARAGRAPH[:140]
    return PARAGRAPH * 3


def make(mediator: uuid.UUID, secret: bytes) -> Pair:
    """The pair with everything in it; added, not committed."""
    at = now() - timedelta(days=120)
    case = Case(state=CaseState.ACTIVE, relation=Relation.FORMER_PARTNERS, route=Route.REPAIR, policy=Policy.CAUCUS,
                suitability=Suitability.USUAL, zone=ZONE, opened_on=at.date(), created_at=at)  # fmt: skip
    case.mediators.append(CaseMediator(case_id=case.id, staff_id=mediator, lead=True))
    people = []
    for letter, name in ((Letter.A, "Alex"), (Letter.B, "Sam")):
        person = Participant(case_id=case.id, letter=letter, zone=ZONE, accepted_at=at, seen_alone_on=at.date(),
                             signed_on=at.date(), created_at=at)  # fmt: skip
        person.name = person.called = name
        person.email = f"{name.lower()}@people.example"
        person.email_index = tokens.email_index(secret, f"{name.lower()}@people.example")
        people.append(person)
    case.participants.extend(people)
    db.session.add(case)
    db.session.flush()
    for step in range(1, 9):
        for place, person in enumerate(people):
            row = Reading(case_id=case.id, participant_id=person.id, line="ready", step=str(step), at=at,
                          source_kind="line", source_id=uuid.uuid4())  # fmt: skip
            row.value = (step * (3 + 2 * place)) % 11
            db.session.add(row)
    for days in (100, 60, 30):
        _form(case, people, mediator, at=now() - timedelta(days=days), handed_in=True)
    waiting = _form(case, people, mediator, at=now() - timedelta(days=1), handed_in=False)
    over = _session(case, 1, SessionState.WRITTEN_UP, now() - timedelta(days=20), 9)
    made = Pair(
        case=case.id,
        a=people[0].id,
        b=people[1].id,
        waiting=waiting,
        over=over,
        running=_session(case, 2, SessionState.RUNNING, now() - timedelta(minutes=25), 9),
        planned=_session(case, 3, SessionState.PLANNED, now() + timedelta(days=2), 9),
        hundred=_session(case, 4, SessionState.ENDED, now() - timedelta(days=10), 100),
        fifty=_session(case, 5, SessionState.ENDED, now() - timedelta(days=12), 50),
    )
    for number in range(8):
        _agreement(case, over, Standing.SAID if number < 4 else Standing.IN_FORCE, number)
    db.session.flush()
    return made


def _form(case: Case, people: list[Participant], mediator: uuid.UUID, *, at: datetime, handed_in: bool) -> uuid.UUID:
    """Sent to both; the id of A's copy. Each handed-in form has one opening."""
    form = Form(case_id=case.id, step="5", created_at=at, created_by=mediator, due_at=at + timedelta(days=7))
    form.title = "Rebuild Trust"
    asked = questions()
    for position, question in enumerate(asked):
        row = FormQuestion(case_id=case.id, form_id=form.id, position=position, key=question.key)
        row.spec = to_spec(question, "5", PLACEHOLDERS)
        form.questions.append(row)
    db.session.add(form)
    db.session.flush()
    copies = []
    for place, person in enumerate(people):
        state = AssignmentState.SUBMITTED if handed_in else AssignmentState.STARTED
        copy = Assignment(case_id=case.id, form_id=form.id, participant_id=person.id, state=state, sent_at=at,
                          started_at=at, submitted_at=at if handed_in else None,
                          due_at=at + timedelta(days=7))  # fmt: skip
        db.session.add(copy)
        copies.append(copy.id)
        names = {"other": people[1 - place].called_bytes[1:].decode(), "mediator": "Noor"}
        for position, question in enumerate(asked):
            own = AssignmentQuestion(case_id=case.id, participant_id=person.id, assignment_id=copy.id,
                                     position=position, key=question.key)  # fmt: skip
            own.spec = to_spec(question, "5", names)
            copy.questions.append(own)
            for part in question.parts:
                given = Answer(case_id=case.id, participant_id=person.id, assignment_id=copy.id,
                               question_key=question.key, part_key=part.key, sharing=part.sharing,
                               visibility=Visibility.PRIVATE if handed_in else Visibility.OWN,
                               state=AnswerState.ANSWERED, offered=part.sharing is Sharing.OFFERED,
                               saved_at=at)  # fmt: skip
                given.value = answer(part, place + position)
                copy.answers.append(given)
    if handed_in:
        opening = Opening(case_id=case.id, subject_kind=comparing.SUBJECT, subject_id=form.id, part_key="5.3.answer",
                          sharing=Sharing.RECIPROCAL, opened_by=mediator, opened_at=at + timedelta(days=1))  # fmt: skip
        opening.copy = {"step": "5", "question": "Which part comes first?", "label": "", "entries": [
            {"letter": letter, "name": name, "lines": [PARAGRAPH[:100], PARAGRAPH[:60]]}
            for letter, name in (("A", "Alex"), ("B", "Sam"))]}  # fmt: skip
        db.session.add(opening)
    return copies[0]


_BLOCKS = ("Arrive and check in", "What was promised", "Which part of trust", "Break", "Promises, small and dated",
           "What each can see", "A plan for the evening", "What holds until then", "Close")  # fmt: skip


def _session(case: Case, number: int, state: SessionState, at: datetime, blocks: int) -> uuid.UUID:
    begun = state is not SessionState.PLANNED
    over = state in {SessionState.ENDED, SessionState.WRITTEN_UP}
    row = MediationSession(
        case_id=case.id, attendees=Attendees.BOTH, number=number, state=state, step="5", minutes=10 * blocks,
        planned_at=at, started_at=at if begun else None, running_since=at if begun and not over else None,
        ended_at=at + timedelta(minutes=90) if over else None, spent=5400 if over else 0,
    )  # fmt: skip
    row.place = "Room 2"
    if over:
        row.summary = PARAGRAPH * 6
    db.session.add(row)
    db.session.flush()
    for position in range(blocks):
        present = begun and not over and position == 2
        item = AgendaItem(
            case_id=case.id, session_id=row.id, position=position + 1, kind=ItemKind.TALK, step="5", minutes=10,
            state=ItemState.DONE if over or (begun and position < 2)
            else ItemState.RUNNING if present else ItemState.WAITING,
            running_since=at if present else None, spent=600 if over else 0,
        )  # fmt: skip
        item.title = f"{_BLOCKS[position % len(_BLOCKS)]} {position + 1}"
        item.reason = "Furthest apart: what to work on first."
        row.items.append(item)
        if begun and (over or position < 3):
            for kind, visibility in ((NoteKind.JOINT, Visibility.RECORD), (NoteKind.PRIVATE, Visibility.WORKING)):
                _note(row, kind, item.id, visibility, PARAGRAPH)
    if begun:
        _note(row, NoteKind.PROCESS, row.id, Visibility.RECORD, PARAGRAPH)
        there = Attendance(case_id=case.id, session_id=row.id, letter=Letter.B)
        there.with_whom = "Jo Berger"
        row.attendance.append(there)
    if over:
        alone = Caucus(case_id=case.id, session_id=row.id, letter=Letter.A, started_at=at,
                       ended_at=at + timedelta(minutes=6))  # fmt: skip
        back = BringBack(case_id=case.id, caucus_id=alone.id, position=1, said_yes_at=at)
        back.words = PARAGRAPH[:90]
        alone.back.append(back)
        row.caucuses.append(alone)
    return row.id


def _note(row: MediationSession, kind: NoteKind, about: uuid.UUID, visibility: Visibility, text: str) -> None:
    note = Note(case_id=row.case_id, session_id=row.id, kind=kind, about_id=about, visibility=visibility, rev=1,
                saved_at=now())  # fmt: skip
    note.text = text
    row.notes.append(note)


def _agreement(case: Case, session: uuid.UUID, standing: Standing, number: int) -> None:
    joint = standing is not Standing.SAID
    row = Agreement(case_id=case.id, kind=Kind.AGREEMENT, who=Who.BOTH, standing=standing, source_kind="session",
                    source_id=session, said_at=now(), released_at=now() if joint else None,
                    visibility=Visibility.JOINT if joint else Visibility.RECORD)  # fmt: skip
    row.what = f"Messages about the children are answered within a day, at the latest by eight ({number})."
    row.seen = "We look at the phone list together."
    db.session.add(row)
