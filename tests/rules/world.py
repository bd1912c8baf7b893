"""The canary world: a complete case with a unique token in every private field, and a second case beside it.

Each token is registered with the visibility, case and person of the field it stands in, so that `allowed` can say from
the rule alone who may ever see it. A commit that adds a text adds its canary here; a commit that adds a way out of the
system adds it to `tests/rules/test_canaries.py`.
"""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, field

from mediator.cases.doors import LASTS, DoorKind
from mediator.cases.models import Case, CaseMediator, Door, Opening, Participant
from mediator.core import tokens
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.outbox import Message
from mediator.core.signin import SigninSession
from mediator.core.visibility import Letter, Sharing, Viewer, Visibility, may_read
from mediator.practice.models import Staff
from mediator.questionnaires import comparing
from mediator.questionnaires.models import Answer, Assignment, AssignmentQuestion, Form, FormQuestion, Reading
from mediator.questionnaires.terms import AnswerState, AssignmentState
from tests.factories import make_case, make_participant, make_practice, make_staff


@dataclass(frozen=True)
class Canary:
    """One token, where it was planted, and whose words it stands in."""

    token: str
    place: str
    visibility: Visibility
    case: uuid.UUID
    person: uuid.UUID | None

    def allowed(self, viewer: Viewer) -> bool:
        """Whether the rule lets this viewer read it."""
        return may_read(self.visibility, self.case, self.person, viewer)


@dataclass
class World:
    """Everything the walking tests need: who is who, the ids a route may ask for, and all canaries."""

    staff: dict[str, Staff] = field(default_factory=dict)
    people: dict[str, uuid.UUID] = field(default_factory=dict)  # a, b, c, d
    case: uuid.UUID = field(default_factory=uuid.uuid4)
    other_case: uuid.UUID = field(default_factory=uuid.uuid4)
    canaries: list[Canary] = field(default_factory=list)
    values: dict[str, object] = field(default_factory=dict)  # route parameter -> value in the case
    own_values: dict[str, dict[str, object]] = field(default_factory=dict)  # the same, per participant

    def viewer(self, who: str) -> Viewer:
        """A person of this world as the rule sees them."""
        if who in self.people:
            return Viewer.participant(self.people[who], self.other_case if who in "cd" else self.case)
        if who == "nobody":
            return Viewer.nobody()
        mediates = {"mediator": self.case, "co_mediator": self.case, "other_mediator": self.other_case}
        cases = frozenset({mediates[who]}) if who in mediates else frozenset()
        return Viewer.staff(self.staff[who].id, cases)


WHO = ("nobody", "owner", "mediator", "co_mediator", "other_mediator", "assistant", "a", "b", "c")
_numbers = itertools.count(100)


def build() -> World:
    """Plant the world and commit it."""
    world = World()
    make_practice()
    for role, name in (
        ("owner", "owner"),
        ("mediator", "mediator"),
        ("mediator", "co_mediator"),
        ("mediator", "other_mediator"),
        ("assistant", "assistant"),
    ):
        world.staff[name] = make_staff(role)
    case = _case(world, world.staff["mediator"], ("a", "b"))
    case.mediators.append(CaseMediator(case_id=case.id, staff_id=world.staff["co_mediator"].id))
    other = _case(world, world.staff["other_mediator"], ("c", "d"))
    world.case, world.other_case = case.id, other.id
    world.values |= {"letter": "A", "number": 1, "n": 1, "step_number": 5, "how": "close"}
    world.values["staff_id"] = world.staff["assistant"].id
    db.session.commit()
    return world


def plant(world: World, place: str, visibility: Visibility, case: uuid.UUID, person: uuid.UUID | None = None) -> str:
    """A fresh token for one field."""
    token = f"qz{next(_numbers)}{visibility.value[:3]}x"
    world.canaries.append(Canary(token, place, visibility, case, person))
    return token


def _case(world: World, mediator: Staff, names: tuple[str, str]) -> Case:
    case = make_case(mediator)
    case.hold_reason = plant(world, "case.hold_reason", Visibility.SAFETY, case.id)
    first = names[0] == "a"
    if first:
        world.values |= {"case_id": case.id}
    for letter, name in zip(Letter, names, strict=True):
        world.people[name] = _person(world, case, letter).id
    _form(world, case, names, submitted=True)
    _form(world, case, names, submitted=False)
    return case


def _person(world: World, case: Case, letter: Letter) -> Participant:
    person = make_participant(case, letter, "x", email=f"{letter.lower()}{next(_numbers)}@people.example")
    person.name = plant(world, "participant.name", Visibility.DIRECTORY, case.id, person.id)
    person.called = plant(world, "participant.called", Visibility.JOINT, case.id)
    person.pronouns = plant(world, "participant.pronouns", Visibility.DIRECTORY, case.id, person.id)
    address = f"{plant(world, 'participant.email', Visibility.DIRECTORY, case.id, person.id)}@people.example"
    person.email = address
    person.email_index = tokens.email_index(bytes(range(32)), address)
    at = now()
    door = Door(case_id=case.id, participant_id=person.id, kind=DoorKind.QR, token_hash=tokens.digest(tokens.mint()),
                made_at=at, expires_at=at + LASTS[DoorKind.QR])  # fmt: skip
    message = Message(template="door", case_id=case.id, recipient_id=person.id, made_at=at, due_at=at)
    session = SigninSession(token_hash=tokens.digest(tokens.mint()), kind="participant", person_id=person.id,
                            device="Safari, iPhone", started_at=at, seen_at=at)  # fmt: skip
    db.session.add_all([door, message, session])
    world.values.setdefault("door_id", door.id)
    world.values.setdefault("message_id", message.id)
    world.values.setdefault("session_id", session.id)
    return person


PARTS = (
    ("5.3", "5.3.rank", "short", Sharing.RECIPROCAL, Visibility.PRIVATE),
    ("5.4", "5.4.smallest", "long", Sharing.OFFERED, Visibility.PRIVATE),
    ("5.9", "5.9.break", "long", Sharing.CLOSED, Visibility.PRIVATE),
    ("5.safety", "5.safety.worry", "short", Sharing.CLOSED, Visibility.SAFETY),
)


def _form(world: World, case: Case, names: tuple[str, str], *, submitted: bool) -> None:
    form = Form(case_id=case.id, step="5", created_at=now(), created_by=world.staff["mediator"].id, due_at=now())
    form.title = plant(world, "form.title", Visibility.RECORD, case.id)
    for position, (key, part, kind, sharing, visibility) in enumerate(PARTS, start=1):
        question = FormQuestion(case_id=case.id, form_id=form.id, position=position, key=key)
        words = plant(world, "form_question.spec", Visibility.RECORD, case.id)
        question.spec = _spec(key, part, kind, sharing, visibility, words)
        form.questions.append(question)
    db.session.add(form)
    db.session.flush()
    first = names[0] == "a"
    if first and submitted:
        world.values |= {"form_id": form.id, "part_key": "5.4.smallest"}
    for name in names:
        assignment = _assignment(world, case, form, world.people[name], submitted=submitted)
        if submitted:
            world.own_values[name] = {"assignment_id": assignment.id}
            if name == "a":
                world.values["assignment_id"] = assignment.id
        else:
            world.own_values[name]["draft_assignment_id"] = assignment.id
    if submitted:
        opening = Opening(case_id=case.id, subject_kind=comparing.SUBJECT, subject_id=form.id, part_key="5.3.rank",
                          sharing=Sharing.RECIPROCAL, opened_by=world.staff["mediator"].id,
                          opened_at=now())  # fmt: skip
        opening.copy = {
            "question": "What we opened",
            "label": "",
            "entries": [
                {
                    "letter": "A",
                    "name": "A",
                    "lines": [plant(world, "opening.copy", Visibility.JOINT, case.id)],
                },
                {
                    "letter": "B",
                    "name": "B",
                    "lines": [plant(world, "opening.copy", Visibility.JOINT, case.id)],
                },
            ],
        }
        db.session.add(opening)
        if first:
            world.values["opening_id"] = opening.id


def _assignment(world: World, case: Case, form: Form, person: uuid.UUID, *, submitted: bool) -> Assignment:
    at = now()
    state = AssignmentState.SUBMITTED if submitted else AssignmentState.STARTED
    assignment = Assignment(case_id=case.id, form_id=form.id, participant_id=person, state=state, sent_at=at,
                            started_at=at, submitted_at=at if submitted else None,
                            read_first_at=at if submitted else None)  # fmt: skip
    db.session.add(assignment)
    for position, (key, part, kind, sharing, visibility) in enumerate(PARTS, start=1):
        copy = AssignmentQuestion(case_id=case.id, participant_id=person, assignment_id=assignment.id,
                                  position=position, key=key)  # fmt: skip
        words = plant(world, "assignment_question.spec", Visibility.PRIVATE, case.id, person)
        copy.spec = _spec(key, part, kind, sharing, visibility, words)
        db.session.add(copy)
        stored = visibility if submitted else Visibility.OWN
        if not submitted and visibility is Visibility.SAFETY:
            continue  # safety parts are sent only with the whole form
        answer = Answer(case_id=case.id, participant_id=person, assignment_id=assignment.id, question_key=key,
                        part_key=part, sharing=sharing, visibility=stored, state=AnswerState.ANSWERED,
                        offered=sharing is Sharing.OFFERED, saved_at=at)  # fmt: skip
        answer.value = plant(world, f"answer.{part}", stored, case.id, person)
        db.session.add(answer)
    if submitted:
        reading = Reading(case_id=case.id, participant_id=person, line="ready", step="5", at=at,
                          source_kind="assignment", source_id=assignment.id)  # fmt: skip
        reading.value = 7
        db.session.add(reading)
    return assignment


def _spec(key: str, part: str, kind: str, sharing: Sharing, visibility: Visibility, words: str) -> dict[str, object]:
    return {
        "key": key, "text": words, "hint": "", "step": "5", "minutes": 1.0,
        "parts": [{"key": part, "type": kind, "sharing": sharing.value, "visibility": visibility.value, "label": "",
                   "anchors": None, "options": [], "rows": [], "scale": None, "max_items": 3, "reading": None}],
    }  # fmt: skip
