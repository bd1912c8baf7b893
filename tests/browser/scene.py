"""A practice in the middle of its work, with invented people and plausible words: what pages look like when used."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import selectinload

from mediator.cases.doors import DoorKind
from mediator.cases.models import Case, Participant
from mediator.cases.terms import CaseState
from mediator.core import sealed
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Letter, Viewer
from mediator.guide.content import Question
from mediator.guide.reading import guide
from mediator.practice.models import Practice, Staff
from mediator.questionnaires import answering, building, case_forms, comparing, opening, sending
from mediator.questionnaires.building import Draft
from mediator.questionnaires.models import Assignment, Form
from tests.browser.meeting import Meeting
from tests.browser.meeting import make as make_meeting
from tests.factories import make_case, make_door, make_pair, make_participant, make_practice, make_staff
from tests.questionnaires import build

#: What both say, by field. They are apart on some things, close on others, and each keeps something back.
ALEX = {
    "5.ready": "8", "5.3.parts.reliable": "1", "5.3.parts.truth": "2", "5.3.parts.money": "3",
    "5.4.sign.0.statement": "A short message when a plan changes",
    "5.4.sign.0.example": "It comes before six in the evening, for two weeks", "5.4.sign.offer": "yes",
    "5.5.promises.0": "I answer messages about the children the same day",
    "5.5.promises.1": "I am at the door at five on Sundays",
    "5.5.until.from": "2026-12-06", "5.5.until.to": "2026-12-19",
    "5.6.cannot.0": "That I am free every weekend", "5.6.slip.0.if": "I am going to be late",
    "5.6.slip.0.then": "I write as soon as I know",
    "5.7.offer.plans": "yes", "5.7.offer.slips": "yes", "5.7.words": "When my shifts change", "5.7.words.offer": "yes",
    "5.12.how": "message", "5.9.break": "If something said in the session is told to our friends.",
    "5.10.stays": "8", "5.only": "I would like to begin with Sundays.", "5.safety": "no",
}  # fmt: skip
SAM = {
    "5.ready": "4", "5.3.parts.truth": "1", "5.3.parts.discreet": "2",
    "5.4.sign.0.statement": "To hear about changes from Alex first",
    "5.4.sign.0.example": "Not from the children on the way home",
    "5.5.promises.0": "I say early when I need more time",
    "5.5.until.from": "2026-12-06", "5.5.until.to": "2026-12-13",
    "5.6.cannot.no": "yes", "5.6.slip.0.if": "I don’t know an answer yet", "5.6.slip.0.then": "I say by when I will",
    "5.6.slip.offer": "yes",
    "5.7.offer.plans": "yes", "5.7.offer.family": "yes", "5.12.how": "session", "5.12.how.keep": "yes",
    "5.9.break": "Reading messages that are not meant for you.", "5.10.stays": "3", "5.only": "", "5.safety": "unsure",
}  # fmt: skip
TRUST_ALEX = {"5.1.now.truth": "6", "5.1.now.reliable": "4", "5.1.now.money": "7", "5.1.now.reliable.note": "Sundays"}
TRUST_SAM = {"5.1.now.truth": "3", "5.1.now.reliable": "4", "5.1.now.family": "8"}
LIGHTS_ALEX = {"5.11.kinds.plans": "yes", "5.11.kinds.slips": "yes", "5.11.kinds.past": "if",
               "5.11.kinds.past.note": "Only in a session"}  # fmt: skip
LIGHTS_SAM = {"5.11.kinds.plans": "yes", "5.11.kinds.slips": "if", "5.11.kinds.slips.note": "By message",
              "5.11.kinds.past": "no"}  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """Ids and addresses of what is there."""

    mediator: str
    assistant: str
    assistant_id: uuid.UUID
    colleague_id: uuid.UUID
    case: uuid.UUID
    alex: uuid.UUID
    sam: uuid.UUID
    handed_in: uuid.UUID
    lights: uuid.UUID
    draft: uuid.UUID
    to_do: uuid.UUID
    every_type: uuid.UUID
    done: uuid.UUID
    enquiry: uuid.UUID
    newcomer: uuid.UUID
    alone: uuid.UUID
    meeting: Meeting


def set_up() -> Scene:
    """Make everything, committed."""
    make_practice(phone="+44 20 7946 0000", help_lines="Emergency: 999 or 112\nSamaritans: 116 123")
    mediator = make_staff("owner", name="Noor Haddad", is_mediator=True)
    assistant = make_staff("assistant", name="Mara Lind")
    colleague_id = make_staff("mediator", name="Jonas Weber").id
    noor, mara, mara_id = mediator.email, assistant.email, assistant.id
    pair = make_pair(mediator)
    questions = _form(pair.case, mediator, "Rebuild Trust", ticked=True)
    trust, lights = (_task(pair.case, mediator, key) for key in ("5.1", "5.11"))
    for form, alex, sam in (
        (questions, ALEX, SAM), (trust, TRUST_ALEX, TRUST_SAM), (lights, LIGHTS_ALEX, LIGHTS_SAM),
    ):  # fmt: skip
        _send(pair.case, mediator, form)
        _hand_in(form, pair.a, alex)
        _hand_in(form, pair.b, sam)
    _open(pair.case, mediator, questions, "5.5.promises")
    to_do = _form(pair.case, mediator, "Before we meet again", ticked=True)
    _send(pair.case, mediator, to_do)
    draft = _form(pair.case, mediator, "A draft", ticked=False)
    every = build.send(pair.a)
    enquiry = make_case(mediator, state=CaseState.ENQUIRY, suitability=None)
    newcomer = make_participant(
        enquiry, Letter.A, "Robin", email="robin@people.example", pronouns="they",
        accepted_at=None, seen_alone_on=None, signed_on=None,
    )  # fmt: skip
    enquiry_id, newcomer_id = enquiry.id, newcomer.id
    make_door(newcomer_id, DoorKind.MAIL)
    alone = make_pair(mediator, a="Kim", b="Lou", state=CaseState.INTAKE, suitability=None)
    _many_pairs(mediator)
    sent = _copies(to_do)
    handed = _copies(questions)
    meeting = make_meeting(pair)
    scene = Scene(
        mediator=noor, assistant=mara, assistant_id=mara_id, colleague_id=colleague_id, case=pair.case,
        alex=pair.a, sam=pair.b, handed_in=questions, lights=lights, draft=draft, to_do=sent[pair.a], every_type=every,
        done=handed[pair.a], enquiry=enquiry_id, newcomer=newcomer_id, alone=alone.case, meeting=meeting,
    )  # fmt: skip
    db.session.rollback()
    return scene


def _form(case_id: uuid.UUID, staff: Staff, title: str, *, ticked: bool) -> uuid.UUID:
    """A form of step 5 as the builder composes it: all questions that are no tasks, or the ticked ones only."""
    case = db.session.get_one(Case, case_id)
    step = guide().step("5")
    keys = tuple(question.key for question in step.questions if not question.task and (ticked or question.ticked))
    draft = Draft(step="5", title=title, due_at=now() + timedelta(days=7), keys=keys)
    questions = building.compose(guide(), draft, uuid.uuid4(), case.relation, case.closure)
    return _keep(case, title, questions)


def _task(case_id: uuid.UUID, staff: Staff, key: str) -> uuid.UUID:
    case = db.session.get_one(Case, case_id)
    question = guide().question(key)
    return _keep(case, question.text.replace("{other}", "each other"),
                 building.as_asked([question], case.relation, case.closure), task=True)  # fmt: skip


def _keep(case: Case, title: str, questions: list[Question], *, task: bool = False) -> uuid.UUID:
    form = build.make_form(case, tuple(questions))
    form.title, form.due_at, form.task = title, now() + timedelta(days=7), task
    db.session.commit()
    return form.id


def _send(case_id: uuid.UUID, staff: Staff, form_id: uuid.UUID) -> None:
    with sealed.ring_of(Viewer.staff(staff.id, frozenset({case_id}))):
        case = db.session.get_one(Case, case_id)
        sending.send(case, case_forms.form_of(case, form_id), tuple(Letter))
        db.session.commit()


def _hand_in(form_id: uuid.UUID, person_id: uuid.UUID, sent: dict[str, str]) -> None:
    """Answer and hand in through the application's own acts, as this person."""
    person = db.session.get_one(Participant, person_id)
    with sealed.ring_of(build.viewer(person)):
        assignment = db.session.scalars(
            db.select(Assignment).where(Assignment.form_id == form_id, Assignment.participant_id == person_id)
        ).one()
        for row in assignment.questions:
            if not row.key.endswith(".safety"):
                done = answering.skip(person, assignment, row, sent, 0, since=now())
                assert isinstance(done, answering.Saved), done
        assert answering.submit(person, assignment, sent) is None
        db.session.commit()


def _open(case_id: uuid.UUID, staff: Staff, form_id: uuid.UUID, part_key: str) -> None:
    with sealed.ring_of(Viewer.staff(staff.id, frozenset({case_id}))):
        case = db.session.get_one(Case, case_id)
        for assignment in db.session.scalars(db.select(Assignment).where(Assignment.case_id == case_id)):
            assignment.read_at = now()
        seen = opening.digest(opening.preview(case, comparing.sides(case, form_id), part_key, None).copy)
        opening.open_to_both(staff.id, case, form_id, part_key, None, seen)
        for assignment in db.session.scalars(db.select(Assignment).where(Assignment.case_id == case_id)):
            assignment.read_at = None  # it waits to be read again
        db.session.commit()


def _copies(form_id: uuid.UUID) -> dict[uuid.UUID, uuid.UUID]:
    rows = db.session.scalars(db.select(Form).where(Form.id == form_id).options(selectinload(Form.assignments))).one()
    return {assignment.participant_id: assignment.id for assignment in rows.assignments}


def _many_pairs(mediator: Staff) -> None:
    """Enough pairs for a second page of the list."""
    zone = db.session.get_one(Practice, 1).zone
    for number in range(24):
        make_pair(mediator, a=f"Ana {number}", b=f"Ben {number}", state=CaseState.CLOSED, zone=zone,
                  ended_on=now().date())  # fmt: skip
