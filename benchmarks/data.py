"""Fills an instance with pairs: many plain ones in bulk, and one rich pair whose pages and papers are measured.

All pairs belong to one mediator. A fifth of them are living, each with a form that still waits; the calendar holds a
fixed number of sessions, because no mediator's day grows with the archive. Words are written through the descriptors'
own `dump`, so that they stand in the database as the application writes them.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from benchmarks import rich
from mediator.agreements.models import Agreement
from mediator.agreements.terms import Kind, Standing, Who
from mediator.cases.models import Case, CaseMediator, Door, Participant
from mediator.cases.terms import CaseState, Policy, Relation, Route, Suitability
from mediator.core import outbox, tokens
from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.sealed import PLAIN
from mediator.core.signin import SigninSession
from mediator.core.visibility import Letter, Sharing, Visibility
from mediator.guide.content import Question
from mediator.practice.models import Practice, Staff
from mediator.practice.passwords import hashed
from mediator.questionnaires.models import Answer, Assignment, AssignmentQuestion, Form, FormQuestion, Reading
from mediator.questionnaires.spec import PLACEHOLDERS, to_spec
from mediator.questionnaires.terms import AnswerState, AssignmentState
from mediator.sessions.models import AgendaItem, MediationSession
from mediator.sessions.terms import Attendees, ItemKind, ItemState, SessionState

EMAIL, PASSWORD = "mediator@practice.example", "a long walk by the river"
ZONE = "Europe/London"
#: Every fifth pair is living; sessions stand in the calendar of the next ten days, four a day.
LIVING_EVERY, DAYS, A_DAY = 5, 10, 4
#: So many pairs are written at a time.
BATCH = 500

Rows = dict[type[Any], list[dict[str, Any]]]


@dataclass(frozen=True)
class Filled:
    """What the measurements ask for: who signs in, and the rich pair."""

    mediator: uuid.UUID
    rich: rich.Pair


def fill(cases: int, secret: bytes) -> Filled:
    """Fill an empty, migrated database with `cases` pairs beside the rich one, and commit."""
    mediator = _practice()
    short = rich.questions()[:2]
    specs = [(one, to_spec(one, "5", PLACEHOLDERS)) for one in short]
    for start in range(0, cases, BATCH):
        rows: Rows = {}
        for number in range(start, min(start + BATCH, cases)):
            _case(rows, number, mediator, secret, specs)
        for model in _ORDER:
            if rows.get(model):
                db.session.execute(insert(model), rows[model])
        db.session.commit()
    made = rich.make(mediator, secret)
    db.session.commit()
    return Filled(mediator, made)


def door(person: uuid.UUID, case: uuid.UUID) -> str:
    """A fresh link for a participant, committed; returns its token."""
    token, at = tokens.mint(), now()
    db.session.add(Door(case_id=case, participant_id=person, kind="qr", token_hash=tokens.digest(token), made_at=at,
                        expires_at=at + timedelta(minutes=15)))  # fmt: skip
    db.session.commit()
    return token


#: Parents before children.
_ORDER: tuple[type[Any], ...] = (
    Case, CaseMediator, Participant, Door, SigninSession, outbox.Message, Form, FormQuestion, Assignment,
    AssignmentQuestion, Answer, Reading, MediationSession, AgendaItem, Agreement, AuditEntry,
)  # fmt: skip


def _practice() -> uuid.UUID:
    at = now()
    db.session.add(Practice(id=1, name="Mill Lane Practice", alias="Notes", zone=ZONE, phone="020 7946 0000",
                            created_at=at))  # fmt: skip
    row = Staff(email=EMAIL, name="Noor Haddad", password_hash=hashed(PASSWORD), is_owner=True, is_mediator=True,
                zone=ZONE, created_at=at)  # fmt: skip
    db.session.add(row)
    made = row.id
    db.session.commit()
    return made


def words(model: type[Any], **said: Any) -> dict[str, bytes]:
    """The columns that hold these words, as the model's own descriptors write them."""
    fields = vars(model)
    return {fields[name].column: PLAIN + fields[name].dump(value) for name, value in said.items()}


def _put(rows: Rows, model: type[Any], said: Mapping[str, Any] | None = None, **values: Any) -> uuid.UUID:
    made: uuid.UUID = values.setdefault("id", uuid.uuid4())
    rows.setdefault(model, []).append({**values, **words(model, **(said or {}))})
    return made


def _case(
    rows: Rows, number: int, mediator: uuid.UUID, secret: bytes, specs: list[tuple[Question, dict[str, Any]]]
) -> None:
    at = now() - timedelta(days=1 + number % 1500, minutes=number)
    living = number % LIVING_EVERY == 0
    planned = _next_session(number) if living else None
    case = _put(
        rows, Case, state=CaseState.ACTIVE if living else CaseState.CLOSED, hold=False,
        relation=list(Relation)[number % 6], route=Route.REPAIR, closure=False, policy=Policy.CAUCUS,
        suitability=Suitability.USUAL, language="en", zone=ZONE, opened_on=at.date(),
        ended_on=None if living else (at + timedelta(days=90)).date(), next_session_at=planned, next_joint_at=planned,
        created_at=at,
    )  # fmt: skip
    rows.setdefault(CaseMediator, []).append({"case_id": case, "staff_id": mediator, "lead": True})
    people = [_person(rows, case, letter, f"{_NAMES[(number * 2 + n) % len(_NAMES)]} {number}", at, secret)
              for n, letter in enumerate(Letter)]  # fmt: skip
    _forms(rows, case, people, mediator, specs, at, living=living)
    _sessions(rows, case, at, planned)
    for standing in (Standing.IN_FORCE, Standing.ENDED if not living else Standing.RELEASED):
        _put(rows, Agreement, {"what": "Messages are answered within a day.", "seen": "We look at the phone list."},
             case_id=case, kind=Kind.AGREEMENT, who=Who.BOTH, standing=standing, visibility=Visibility.JOINT,
             source_kind="case", source_id=case, said_at=at, released_at=at, spoken_a=False,
             spoken_b=False)  # fmt: skip
    rows.setdefault(AuditEntry, []).extend(
        {"at": at, "actor_kind": "staff", "actor_id": mediator, "verb": verb, "case_id": case, "subject_id": case}
        for verb in ("case.opened", "case.read", "form.sent", "answers.compared", "session.planned", "case.read")
    )


_NAMES = ("Alex", "Sam", "Robin", "Kim", "Jo", "Chris", "Toni", "Andrea", "Dana", "Micha", "Noa", "Sascha", "Zoë")


def _person(rows: Rows, case: uuid.UUID, letter: Letter, name: str, at: datetime, secret: bytes) -> uuid.UUID:
    email = f"{letter.lower()}.{case.hex[:12]}@people.example"
    person = _put(
        rows, Participant, {"name": name, "called": name, "email": email}, case_id=case, letter=letter, zone=ZONE,
        email_index=tokens.email_index(secret, email), accepted_at=at, seen_alone_on=at.date(), signed_on=at.date(),
        by_mail=True, reminders=True, created_at=at,
    )  # fmt: skip
    _put(rows, Door, case_id=case, participant_id=person, kind="mail", made_at=at, expires_at=at + timedelta(days=3),
         used_at=at)  # fmt: skip
    _put(rows, SigninSession, token_hash=tokens.digest(person.hex), kind="participant", person_id=person,
         device="Safari, iPhone", started_at=at, seen_at=at, ended_at=at)  # fmt: skip
    _put(rows, outbox.Message, template="door", case_id=case, recipient_id=person, made_at=at, due_at=at,
         state=outbox.MessageState.SENT, done_at=at, attempts=1)  # fmt: skip
    return person


def _forms(
    rows: Rows, case: uuid.UUID, people: list[uuid.UUID], mediator: uuid.UUID,
    specs: list[tuple[Question, dict[str, Any]]], at: datetime, *, living: bool,
) -> None:  # fmt: skip
    """One form both handed in; for a living pair one more that waits."""
    for waiting in (False, True) if living else (False,):
        sent = now() - timedelta(days=2) if waiting else at + timedelta(days=10)
        form = _put(rows, Form, {"title": "Rebuild Trust"}, case_id=case, step="5", task=False,
                    due_at=sent + timedelta(days=7), created_at=sent, created_by=mediator)  # fmt: skip
        for position, (question, spec) in enumerate(specs):
            _put(rows, FormQuestion, {"spec": spec}, case_id=case, form_id=form, position=position, key=question.key)
        for person in people:
            state = AssignmentState.STARTED if waiting else AssignmentState.SUBMITTED
            assignment = _put(
                rows, Assignment, case_id=case, form_id=form, participant_id=person, state=state, from_paper=False,
                due_at=sent + timedelta(days=7), sent_at=sent, started_at=sent,
                submitted_at=None if waiting else sent,
            )  # fmt: skip
            for position, (question, spec) in enumerate(specs):
                _put(rows, AssignmentQuestion, {"spec": spec}, case_id=case, participant_id=person,
                     assignment_id=assignment, position=position, key=question.key, rev=1)  # fmt: skip
                part = question.parts[0]
                _put(rows, Answer, {"value": rich.answer(part, position)}, case_id=case, participant_id=person,
                     assignment_id=assignment, question_key=question.key, part_key=part.key, sharing=part.sharing,
                     visibility=Visibility.OWN if waiting else Visibility.PRIVATE, state=AnswerState.ANSWERED,
                     kept=False, offered=part.sharing is Sharing.OFFERED, saved_at=sent)  # fmt: skip
            if not waiting:
                _put(rows, Reading, {"value": 6}, case_id=case, participant_id=person, line="ready", step="5", at=sent,
                     source_kind="assignment", source_id=assignment)  # fmt: skip


def _next_session(number: int) -> datetime | None:
    place = number // LIVING_EVERY
    if place >= DAYS * A_DAY:
        return None
    day = now().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=place // A_DAY)
    return day + timedelta(hours=2 * (place % A_DAY))


def _sessions(rows: Rows, case: uuid.UUID, at: datetime, planned: datetime | None) -> None:
    held = at + timedelta(days=20)
    times = [(held, SessionState.WRITTEN_UP)] + ([(planned, SessionState.PLANNED)] if planned else [])
    for number, (when, state) in enumerate(times, start=1):
        over = state is SessionState.WRITTEN_UP
        session = _put(
            rows, MediationSession, {"place": "Room 2"}, case_id=case, number=number, attendees=Attendees.BOTH,
            state=state, step="5", planned_at=when, minutes=90, live=True, started_at=when if over else None,
            ended_at=when + timedelta(minutes=90) if over else None, spent=5400 if over else 0, rev=0,
            summary_visibility=Visibility.RECORD,
        )  # fmt: skip
        for position, (title, minutes) in enumerate((("Arrive", 10), ("Which part of trust", 60), ("Close", 20))):
            _put(rows, AgendaItem, {"title": title, "reason": "From the guide."}, case_id=case, session_id=session,
                 position=position, kind=ItemKind.TALK, step="5", minutes=minutes,
                 state=ItemState.DONE if over else ItemState.WAITING, spent=0)  # fmt: skip
