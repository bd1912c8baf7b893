"""The canary world: a complete case with a unique token in every private field, and a second case beside it.

Each token is registered with the visibility, case and person of the field it stands in, so that `allowed` can say from
the rule alone who may ever see it. A commit that adds a text adds its canary here; a commit that adds a way out of the
system adds it to `tests/rules/test_canaries.py`.
"""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from mediator.agreements.models import Agreement
from mediator.agreements.terms import Kind, Standing, Who
from mediator.cases.contact import QUESTIONS, Contact, Reply, Way, to_document
from mediator.cases.doors import LASTS, DoorKind
from mediator.cases.models import Case, CaseMediator, Door, Opening, Participant, SafeContact
from mediator.core import pdf, tokens
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.outbox import Message
from mediator.core.signin import SigninSession
from mediator.core.visibility import Letter, Sharing, Viewer, Visibility, may_read
from mediator.exercises.models import ExerciseRun, OwnWords, RunStage, SharedText, TextDraft, WishSent
from mediator.exercises.terms import Mode, Outcome, Place, RunState, Wish
from mediator.practice.models import Staff
from mediator.questionnaires import comparing
from mediator.questionnaires.models import Answer, Assignment, AssignmentQuestion, Form, FormQuestion, Reading
from mediator.questionnaires.terms import AnswerState, AssignmentState
from mediator.reports.models import Report
from mediator.reports.terms import Reader, ReportState
from mediator.sessions.models import AgendaItem, Attendance, BringBack, Caucus, MediationSession, Note
from mediator.sessions.notes import VISIBILITY
from mediator.sessions.terms import Attendees, ItemKind, ItemState, NoteKind, SessionState
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
    sessions: list[dict[str, object]] = field(default_factory=list)  # further sessions of the case, with their ids
    own_values: dict[str, dict[str, object]] = field(default_factory=dict)  # the same, per participant
    held: list[dict[str, object]] = field(default_factory=list)  # words for the other in the case, with their ids
    reports: list[dict[str, object]] = field(default_factory=list)  # each report of the case, with its session
    runs: list[dict[str, object]] = field(default_factory=list)  # exercises beside the one in `values`

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
#: How long from now the forms that are still to do are due: beyond what the jobs are tried at.
DUE = timedelta(days=90)


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
    world.values |= {"letter": "A", "number": 1, "n": 1, "step_key": "5", "how": "close", "role": "owner"}
    world.values["staff_id"] = world.staff["assistant"].id
    db.session.commit()
    return world


def plant(world: World, place: str, visibility: Visibility, case: uuid.UUID, person: uuid.UUID | None = None) -> str:
    """A fresh token for one field."""
    token = f"qz{next(_numbers)}{visibility.value[:3]}x"
    world.canaries.append(Canary(token, place, visibility, case, person))
    return token


def _case(world: World, mediator: Staff, names: tuple[str, str]) -> Case:
    from tests.rules import world_held  # it is made of this world's pieces

    case = make_case(mediator)
    case.hold_reason = plant(world, "case.hold_reason", Visibility.SAFETY, case.id)
    first = names[0] == "a"
    if first:
        world.values |= {"case_id": case.id}
    for letter, name in zip(Letter, names, strict=True):
        world.people[name] = _person(world, case, letter).id
    _form(world, case, names, submitted=True)
    _form(world, case, names, submitted=False)
    _agreements(world, case)
    _sessions(world, case)
    _exercise(world, case, names)
    _own_words(world, case, names[0])
    _one_screen(world, case, names)
    _texts(world, case)
    world_held.add(world, case, names)
    _reports(world, case, names)
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
    reach = db.session.scalars(db.select(SafeContact).where(SafeContact.participant_id == person.id)).one()
    replies = {one.key: Reply.NO for one in QUESTIONS}
    place = plant(world, "safe_contact.place", Visibility.SAFETY, case.id, person.id)
    time = plant(world, "safe_contact.time", Visibility.SAFETY, case.id, person.id)
    reach.answers, reach.read_first_at = to_document(Contact(Way.TEXT, place, time, replies)), at
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
        question.spec = spec(key, part, kind, sharing, visibility, words)
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
                            read_first_at=at if submitted else None, due_at=None if submitted else at + DUE,
                            remind_at=None if submitted else at)  # fmt: skip
    db.session.add(assignment)
    for position, (key, part, kind, sharing, visibility) in enumerate(PARTS, start=1):
        copy = AssignmentQuestion(case_id=case.id, participant_id=person, assignment_id=assignment.id,
                                  position=position, key=key)  # fmt: skip
        words = plant(world, "assignment_question.spec", Visibility.PRIVATE, case.id, person)
        copy.spec = spec(key, part, kind, sharing, visibility, words)
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
        for line, step in (("ready", "5"), ("comfort", "8")):
            reading = Reading(case_id=case.id, participant_id=person, line=line, step=step, at=at,
                              source_kind="assignment", source_id=assignment.id)  # fmt: skip
            reading.value = 7
            db.session.add(reading)
    return assignment


def spec(key: str, part: str, kind: str, sharing: Sharing, visibility: Visibility, words: str) -> dict[str, object]:
    """A copy of one question with one part, and `words` as what it asks."""
    return {
        "key": key, "text": words, "hint": "", "step": "5", "minutes": 1.0,
        "parts": [{"key": part, "type": kind, "sharing": sharing.value, "visibility": visibility.value, "label": "",
                   "anchors": None, "options": [], "rows": [], "scale": None, "max_items": 3, "reading": None}],
    }  # fmt: skip


def _exercise(world: World, case: Case, names: tuple[str, str]) -> None:
    """An exercise on both phones: its first part is open to both; of the second A's is in, and B is still writing."""
    at, part = now(), "5.3.rank"
    mediator = world.staff["mediator"].id
    run = ExerciseRun(case_id=case.id, key="E13", version=1, place=Place.PHONES, at=1, rev=1, started_at=at,
                      started_by=mediator)  # fmt: skip
    told: list[dict[str, object]] = []
    run.spec = {}  # filled below
    db.session.add(run)
    for position, key in enumerate(("E13.thanks", "E13.more")):
        title = plant(world, "run.spec", Visibility.JOINT, case.id)
        told.append({"key": key, "mode": "reciprocal", "title": title, "lead": title, "minutes": 5, "items": [part],
                     "becomes": {"kind": "commitment", "what": "rank", "days": "", "seen": "", "otherwise": ""},
                     "turns": None})  # fmt: skip
        stage = RunStage(case_id=case.id, position=position, key=key, mode=Mode.RECIPROCAL, begun_at=at)
        run.stages.append(stage)
        form = Form(case_id=case.id, step="", task=True, run_id=run.id, created_at=at, created_by=mediator)
        form.title = plant(world, "form.title, exercise", Visibility.RECORD, case.id)
        question = FormQuestion(case_id=case.id, form_id=form.id, position=1, key="5.3")
        words = plant(world, "form_question.spec, exercise", Visibility.RECORD, case.id)
        question.spec = spec("5.3", part, "short", Sharing.RECIPROCAL, Visibility.PRIVATE, words)
        form.questions.append(question)
        stage.form_id = form.id
        db.session.add(form)
        db.session.flush()
        for name in names:
            written = _written(world, case, form, world.people[name], part,
                               handed_in=position == 0 or name == names[0])  # fmt: skip
            world.own_values[name][f"exercise_{position}"] = written
        if position == 0:
            opening = Opening(case_id=case.id, subject_kind=comparing.SUBJECT, subject_id=form.id, part_key=part,
                              sharing=Sharing.RECIPROCAL, opened_by=mediator, opened_at=at)  # fmt: skip
            lines = [plant(world, "opening.copy, exercise", Visibility.JOINT, case.id)]
            opening.copy = {"question": "What we opened", "label": "",
                            "entries": [{"letter": "A", "name": "A", "lines": lines}]}  # fmt: skip
            db.session.add(opening)
    run.spec = {"name": told[0]["title"], "line": told[0]["title"], "derived": False, "stages": told}
    db.session.flush()
    for name in names:  # what each typed on a text of both that went on without it
        _draft(world, case, run, person=world.people[name])
    _draft(world, case, run, staff=mediator)
    wish = WishSent(case_id=case.id, run_id=run.id, participant_id=world.people[names[1]], wish=Wish.SLOWER, at=at)
    db.session.add(wish)
    db.session.flush()
    if names[0] == "a":
        world.values |= {"run_id": run.id, "wish_id": wish.id, "exercise_key": "E01", "key": "E13", "stage": 1,
                         "item": part, "opened_id": opening.id}  # fmt: skip


def _draft(
    world: World,
    case: Case,
    run: ExerciseRun,
    *,
    person: uuid.UUID | None = None,
    staff: uuid.UUID | None = None,
    on_screen: bool = False,
) -> None:
    """What somebody typed on a text of both at the first stage of a run, and did not save for both."""
    row = TextDraft(id=uuid.uuid4(), case_id=case.id, run_id=run.id, position=0, participant_id=person, staff_id=staff,
                    on_screen=on_screen, rev=0, version=1, changed_at=now())  # fmt: skip
    whose = "a participant's" if person is not None else "before everybody" if on_screen else "the mediator's"
    row.body = {"text": plant(world, f"draft of a text of both, {whose}", row.visibility, case.id, person)}
    db.session.add(row)


def _own_words(world: World, case: Case, name: str) -> None:
    """An exercise that was given to one person alone, and what they wrote there for themselves."""
    at, author = now(), world.people[name]
    run = ExerciseRun(id=uuid.uuid4(), case_id=case.id, key="E12", version=2, place=Place.HOME, only=Letter.A,
                      started_at=at, started_by=world.staff["mediator"].id)  # fmt: skip
    title = plant(world, "run.spec, own", Visibility.JOINT, case.id)
    stage = {"key": "E12.letter", "mode": "alone", "title": title, "lead": title, "minutes": 20, "own": True,
             "asks": [title], "items": [], "turns": None}  # fmt: skip
    run.spec = {"name": title, "line": title, "derived": False, "stages": [stage]}
    run.stages.append(RunStage(case_id=case.id, position=0, key="E12.letter", mode=Mode.ALONE, begun_at=at))
    db.session.add(run)
    db.session.flush()
    words = OwnWords(id=uuid.uuid4(), case_id=case.id, run_id=run.id, participant_id=author, version=1, changed_at=at)
    words.words = plant(world, "own_words.words", Visibility.OWN, case.id, author)
    db.session.add(words)
    db.session.flush()
    world.values.setdefault("own_id", run.id)
    world.runs.append({"run_id": run.id})


def _one_screen(world: World, case: Case, names: tuple[str, str]) -> None:
    """An exercise on one screen for all, at a text of both: its words are joint, and no phone shows them."""
    at = now() - timedelta(hours=1)
    run = ExerciseRun(case_id=case.id, key="E01", version=1, place=Place.SCREEN, rev=1, started_at=at,
                      started_by=world.staff["mediator"].id)  # fmt: skip
    words = [plant(world, "run.spec, one screen", Visibility.JOINT, case.id) for _ in range(4)]
    run.spec = {"name": words[0], "line": words[0], "derived": False, "stages": [
        {"key": "E01.text", "mode": "together", "title": words[1], "lead": words[2], "minutes": 5, "items": [],
         "turns": None, "asks": [words[3]], "aloud": ""}]}  # fmt: skip
    run.stages.append(RunStage(case_id=case.id, position=0, key="E01.text", mode=Mode.TOGETHER, begun_at=at))
    db.session.add(run)
    db.session.flush()
    text = SharedText(case_id=case.id, run_id=run.id, position=0, rev=1, agreed_a=1, changed_at=at)
    text.body = {"text": plant(world, "text of both, on one screen", Visibility.RECORD, case.id)}  # not yet anybody's
    db.session.add(text)
    _draft(world, case, run, staff=world.staff["mediator" if names[0] == "a" else "other_mediator"].id, on_screen=True)
    if names[0] == "a":
        world.runs.append({"run_id": run.id})


def _texts(world: World, case: Case) -> None:
    """Texts of both: one that stands for both; a draft, one put away and one discarded, which are the mediators'."""
    at = now()
    for outcome, yes in ((Outcome.JOINT, 1), (Outcome.JOINT, None), (Outcome.MEDIATOR, 1), (Outcome.DISCARDED, 1)):
        run = ExerciseRun(case_id=case.id, key="E24", version=2, place=Place.PHONES, started_at=at, ended_at=at,
                          state=RunState.FINISHED, outcome=outcome, started_by=world.staff["mediator"].id)  # fmt: skip
        title = plant(world, "run.spec, text of both", Visibility.JOINT, case.id)
        stage = {"key": "E24.sign", "mode": "together", "title": title, "lead": title, "minutes": 5, "items": [],
                 "turns": None, "asks": [title], "shape": "text"}  # fmt: skip
        run.spec = {"name": title, "line": title, "derived": False, "stages": [stage]}
        run.stages.append(RunStage(case_id=case.id, position=0, key="E24.sign", mode=Mode.TOGETHER, begun_at=at))
        db.session.add(run)
        db.session.flush()
        stands = outcome is Outcome.JOINT and yes is not None
        text = SharedText(case_id=case.id, run_id=run.id, position=0, rev=1, agreed_a=1, agreed_b=yes, changed_at=at)
        words = plant(world, f"text of both, {outcome}, {'agreed' if yes else 'a draft'}",
                      Visibility.JOINT if stands else Visibility.RECORD, case.id)  # fmt: skip
        text.body = {"text": words}
        db.session.add(text)
        if world.values.get("case_id") == case.id:
            world.runs.append({"run_id": run.id})


def _written(world: World, case: Case, form: Form, person: uuid.UUID, part: str, *, handed_in: bool) -> uuid.UUID:
    at = now()
    state = AssignmentState.SUBMITTED if handed_in else AssignmentState.STARTED
    row = Assignment(case_id=case.id, form_id=form.id, participant_id=person, state=state, sent_at=at, started_at=at,
                     submitted_at=at if handed_in else None)  # fmt: skip
    copy = AssignmentQuestion(case_id=case.id, participant_id=person, assignment_id=row.id, position=1, key="5.3")
    words = plant(world, "assignment_question.spec, exercise", Visibility.PRIVATE, case.id, person)
    copy.spec = spec("5.3", part, "short", Sharing.RECIPROCAL, Visibility.PRIVATE, words)
    stored = Visibility.PRIVATE if handed_in else Visibility.OWN
    answer = Answer(case_id=case.id, participant_id=person, assignment_id=row.id, question_key="5.3", part_key=part,
                    sharing=Sharing.RECIPROCAL, visibility=stored, state=AnswerState.ANSWERED, saved_at=at)  # fmt: skip
    answer.value = plant(world, "answer, exercise", stored, case.id, person)
    db.session.add_all([row, copy, answer])
    return row.id


def _agreements(world: World, case: Case) -> None:
    """One of each standing: what is only said is the mediators' record, the rest is joint."""
    at = now()
    for standing in Standing:
        joint = standing is not Standing.SAID
        visibility = Visibility.JOINT if joint else Visibility.RECORD
        row = Agreement(case_id=case.id, kind=Kind.AGREEMENT, who=Who.BOTH, standing=standing, visibility=visibility,
                        source_kind="case", source_id=case.id, said_at=at, released_at=at if joint else None,
                        ended_at=at if standing in {Standing.ENDED, Standing.REPLACED} else None)  # fmt: skip
        row.what = plant(world, f"agreement.what, {standing.value}", visibility, case.id)
        row.seen = plant(world, f"agreement.seen, {standing.value}", visibility, case.id)
        row.otherwise = plant(world, f"agreement.otherwise, {standing.value}", visibility, case.id)
        db.session.add(row)
        if standing is Standing.RELEASED:
            world.values.setdefault("agreement_id", row.id)
    world.values.setdefault("kind", Kind.COMMITMENT.value)


def _sessions(world: World, case: Case) -> None:
    """A session in every standing that has words of its own, the ones with one person included."""
    for number, (attendees, state) in enumerate((
        (Attendees.BOTH, SessionState.RUNNING),
        (Attendees.BOTH, SessionState.PAUSED),
        (Attendees.BOTH, SessionState.ENDED),
        (Attendees.BOTH, SessionState.PLANNED),
        (Attendees.A, SessionState.RUNNING),
    ), start=1):  # fmt: skip
        joint, at = attendees is Attendees.BOTH, now()
        held = state is not SessionState.PLANNED
        row = MediationSession(case_id=case.id, attendees=attendees, number=number if joint else None, state=state,
                               step="5", minutes=60, planned_at=at, started_at=at if held else None,
                               ended_at=at if state is SessionState.ENDED else None)  # fmt: skip
        row.place = plant(world, "session.place", Visibility.RECORD, case.id)
        item = AgendaItem(case_id=case.id, session_id=row.id, position=1, kind=ItemKind.TALK, step="5", minutes=20,
                          state=ItemState.RUNNING if state is SessionState.RUNNING else ItemState.WAITING)  # fmt: skip
        item.title = plant(world, "item.title", Visibility.RECORD, case.id)
        item.reason = plant(world, "item.reason", Visibility.RECORD, case.id)
        row.items.append(item)
        db.session.add(row)
        ids: dict[str, object] = {"session_id": row.id, "item_id": item.id}
        if held:
            here = Attendance(case_id=case.id, session_id=row.id, letter=Letter.B if attendees == "B" else Letter.A)
            here.with_whom = plant(world, "attendance.with_whom", Visibility.RECORD, case.id)
            row.attendance.append(here)
            about = item.id if state is SessionState.RUNNING else row.id
            _note(world, row, NoteKind.PRIVATE, about)
            _note(world, row, NoteKind.PROCESS, row.id)
        if held and joint:
            _note(world, row, NoteKind.JOINT, about)
            ids["caucus_id"] = _caucus(world, row, goes_on=state is SessionState.PAUSED)
        if state is SessionState.ENDED:
            row.summary = plant(world, "session.summary", Visibility.RECORD, case.id)
        if case.id == world.values["case_id"]:
            world.sessions.append(ids)
            if number == 1:
                world.values |= ids  # in place of the browser's session, which nobody finds by its id


def _note(world: World, meeting: MediationSession, kind: NoteKind, about: uuid.UUID) -> None:
    note = Note(case_id=meeting.case_id, session_id=meeting.id, kind=kind, about_id=about, rev=1, saved_at=now(),
                visibility=VISIBILITY[kind])  # fmt: skip
    note.text = plant(world, f"note.{kind.value}", VISIBILITY[kind], meeting.case_id)
    meeting.notes.append(note)


def _caucus(world: World, meeting: MediationSession, *, goes_on: bool) -> uuid.UUID:
    """A caucus with B: its note is read while it goes on, what may be brought back once it has ended."""
    alone = Caucus(case_id=meeting.case_id, session_id=meeting.id, letter=Letter.B, started_at=now(),
                   ended_at=None if goes_on else now())  # fmt: skip
    meeting.caucuses.append(alone)
    if goes_on:
        _note(world, meeting, NoteKind.CAUCUS, alone.id)
    if meeting.state is not SessionState.ENDED:
        back = BringBack(case_id=meeting.case_id, caucus_id=alone.id, position=1, said_yes_at=now())
        back.words = plant(world, "bring_back.words", Visibility.WORKING, meeting.case_id)
        alone.back.append(back)
    return alone.id


def _reports(world: World, case: Case, names: tuple[str, str]) -> None:
    """Released papers of one joint session, the joint one and each person's, and a draft nobody was given yet."""
    if names[0] != "a":
        return
    meeting = db.session.get(MediationSession, world.values["session_id"])
    if meeting is None:
        meeting = _ended(case, 8)
        world.values["session_id"] = meeting.id
    drafted = _ended(case, 9)
    for session, reader, state, visibility, person in (
        (meeting, Reader.JOINT, ReportState.RELEASED, Visibility.JOINT, None),
        (meeting, Reader.A, ReportState.RELEASED, Visibility.PRIVATE, world.people[names[0]]),
        (meeting, Reader.B, ReportState.RELEASED, Visibility.PRIVATE, world.people[names[1]]),
        (drafted, Reader.JOINT, ReportState.DRAFT, Visibility.RECORD, None),
    ):
        at = now()
        row = Report(case_id=case.id, session_id=session.id, reader=reader, participant_id=person, state=state,
                     visibility=visibility, wanted_at=at, wanted_by=world.staff["mediator"].id, made_at=at, pages=1,
                     finished_at=at, released_at=at, opened=[])  # fmt: skip
        words = plant(world, f"report.pdf, {reader.value}, {state.value}", visibility, case.id, person)
        page = f"<html lang=en><body><h1>{words}</h1></body></html>"
        row.pdf = pdf.render(page, title="Summary", language="en").data
        db.session.add(row)
        world.reports.append({"report_id": row.id, "session_id": session.id})
        world.values.setdefault("report_id", row.id)
    db.session.add(
        Report(case_id=case.id, session_id=drafted.id, reader=Reader.A, participant_id=world.people[names[0]],
               wanted_at=now(), wanted_by=world.staff["mediator"].id)
    )  # fmt: skip


def _ended(case: Case, number: int) -> MediationSession:
    row = MediationSession(case_id=case.id, attendees=Attendees.BOTH, number=number, state=SessionState.ENDED,
                           minutes=60, planned_at=now(), started_at=now(), ended_at=now())  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row
