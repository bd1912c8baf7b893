"""An ended session with words in every place a report may draw from: a token names whose they are and where."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Flask

from mediator import jobs
from mediator.agreements.models import Agreement
from mediator.agreements.terms import Kind, Standing, Who
from mediator.cases.models import Opening, Participant
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Sharing, Visibility
from mediator.guide.content import Question
from mediator.questionnaires import comparing
from mediator.questionnaires.models import Answer, Assignment, AssignmentQuestion, Form, FormQuestion, Reading
from mediator.questionnaires.spec import to_spec
from mediator.questionnaires.terms import AnswerState, AssignmentState
from mediator.reports.models import Report
from mediator.reports.terms import Reader
from mediator.sessions.models import Attendance, BringBack, Caucus, MediationSession, Note
from mediator.sessions.terms import ItemKind, ItemState, NoteKind, SessionState
from tests.factories import Pair
from tests.people import Page, Person
from tests.questionnaires.build import LONG, SHORT
from tests.sessions.plan import Item, items_of, make_session

#: What both may read, and what nobody may find in a paper of the other.
TOGETHER = ("zzplace", "zzsummary", "zztitle", "zzsaid", "zzotherwise", "zzopened")
A_ONLY, B_ONLY = ("zzashort", "zzalong", "zzaquestion"), ("zzbshort", "zzblong", "zzbquestion")
MEDIATOR_ONLY = (
    "zzreason", "zzprivate", "zzjointnote", "zzprocess", "zzcaucus", "zzback", "zzcompanion", "zzcheck", "zzskipped",
)  # fmt: skip
SAFETY = ("zzasafety", "zzbsafety")


@dataclass(frozen=True)
class Scene:
    """The ids of what was planted."""

    pair: Pair
    session: uuid.UUID
    opening: uuid.UUID

    @property
    def base(self) -> str:
        """The address of the session's reports."""
        return f"/work/cases/{self.pair.case}/sessions/{self.session}/reports"


def ended(pair: Pair, attendees: str = "both", *, summary: str = "zzsummary Both want calmer evenings.") -> Scene:
    """A session that has ended with everything in it, and both people's forms handed in before it."""
    opening = forms(pair)
    at = now() - timedelta(hours=2)
    done = (("state", ItemState.DONE), ("spent", 601))
    items = (
        Item("zztitle Arrive", 10, ItemKind.OPENING, "zzreason apart by 8", "", done),
        Item("zzcheck Alone with Sam", 5, ItemKind.PRIVATE_CHECK, None, "", done),
        Item("zzskipped Break", 5, ItemKind.BREAK, None, "", (("state", ItemState.SKIPPED),)),
        Item("Small promises", 20, ItemKind.EXERCISE, None, "5", done),
    )
    session = make_session(
        pair, attendees, 90, items, SessionState.ENDED, at=at, place="zzplace Room 2", started_at=at,
        ended_at=at + timedelta(minutes=83), spent=4980,
    )  # fmt: skip
    first = items_of(session)[0]
    db.session.get_one(MediationSession, session).summary = summary
    caucus = Caucus(
        case_id=pair.case, session_id=session, letter="B", started_at=at, ended_at=at + timedelta(minutes=7)
    )
    back = BringBack(case_id=pair.case, caucus_id=caucus.id, position=1, said_yes_at=at)
    back.words = "zzback may go back"
    caucus.back.append(back)
    db.session.add(caucus)
    for kind, about, words in (
        (NoteKind.JOINT, first, "zzjointnote"),
        (NoteKind.PRIVATE, first, "zzprivate"),
        (NoteKind.PROCESS, session, "zzprocess"),
        (NoteKind.CAUCUS, caucus.id, "zzcaucus"),
    ):
        visibility = Visibility.WORKING if kind in {NoteKind.PRIVATE, NoteKind.CAUCUS} else Visibility.RECORD
        note = Note(
            case_id=pair.case, session_id=session, kind=kind, about_id=about, visibility=visibility, saved_at=at
        )
        note.text = words
        db.session.add(note)
    there = Attendance(case_id=pair.case, session_id=session, letter="B", present=True)
    there.with_whom = "zzcompanion Jo"
    db.session.add(there)
    said(pair, session, "zzsaid No calls after 21:00", Who.BOTH)
    db.session.commit()
    return Scene(pair, session, opening)


def said(pair: Pair, session: uuid.UUID, what: str, who: Who) -> None:
    """Something said in a session and not released yet."""
    row = Agreement(case_id=pair.case, kind=Kind.AGREEMENT, who=who, standing=Standing.SAID, source_kind="session",
                    source_id=session, said_at=now(), visibility=Visibility.RECORD)  # fmt: skip
    row.what = what
    row.seen = "We look at the phone list."
    row.otherwise = "zzotherwise We say so."
    row.from_on, row.until, row.spoken_b = date(2031, 3, 12), date(2031, 3, 26), True
    db.session.add(row)
    db.session.commit()


def forms(pair: Pair) -> uuid.UUID:
    """One form of step 5 that both handed in before the session, with a reading, a kept answer and one opening."""
    at = now() - timedelta(days=2)
    form = Form(case_id=pair.case, step="5", created_at=at, created_by=pair.mediator)
    form.title = "Trust"
    for position, asked in enumerate((SHORT, LONG)):
        copy = FormQuestion(case_id=pair.case, form_id=form.id, position=position, key=asked.key)
        copy.spec = to_spec(asked, "5", {"other": "{other}", "mediator": "{mediator}"})
        form.questions.append(copy)
    db.session.add(form)
    db.session.flush()
    for letter, person, value in (("a", pair.a, 7), ("b", pair.b, 2)):
        row = Assignment(case_id=pair.case, form_id=form.id, participant_id=person, state=AssignmentState.SUBMITTED,
                         sent_at=at, submitted_at=at)  # fmt: skip
        db.session.add(row)
        for position, asked in enumerate((SHORT, LONG)):
            mine = AssignmentQuestion(case_id=pair.case, participant_id=person, assignment_id=row.id,
                                      position=position, key=asked.key)  # fmt: skip
            words = Question(asked.key, f"zz{letter}question {asked.key}?", asked.parts)
            mine.spec = to_spec(words, "5", {"other": "the other", "mediator": "Noor"})
            row.questions.append(mine)
        for key, token, sharing, visibility in (
            ("5.13.one", f"zz{letter}short", Sharing.OFFERED, Visibility.PRIVATE),
            ("5.only", f"zz{letter}long Ελληνικά Привет ė", Sharing.CLOSED, Visibility.PRIVATE),
            ("5.safety", f"zz{letter}safety", Sharing.CLOSED, Visibility.SAFETY),
        ):
            answer = Answer(case_id=pair.case, participant_id=person, assignment_id=row.id,
                            question_key=key.rpartition(".")[0], part_key=key, sharing=sharing, visibility=visibility,
                            state=AnswerState.ANSWERED, saved_at=at, kept=key == "5.only",
                            offered=key == "5.13.one" and letter == "a")  # fmt: skip
            answer.value = token
            db.session.add(answer)
        ready = Reading(case_id=pair.case, participant_id=person, line="ready", step="5", at=at,
                        source_kind="assignment", source_id=row.id)  # fmt: skip
        ready.value = value
        db.session.add(ready)
    opening = Opening(case_id=pair.case, subject_kind=comparing.SUBJECT, subject_id=form.id, part_key="5.13.one",
                      author_id=pair.a, sharing=Sharing.OFFERED, opened_by=pair.mediator, opened_at=at)  # fmt: skip
    name = db.session.get_one(Participant, pair.a).letter
    opening.copy = {"step": "5", "question": "What was opened", "label": "",
                    "entries": [{"letter": name.value, "name": "Alex", "lines": ["zzopened by Alex"]}]}  # fmt: skip
    db.session.add(opening)
    made = opening.id
    db.session.commit()
    return made


def make(app: Flask, mediator: Person, scene: Scene) -> Page:
    """Ask for the reports through the page and let the jobs process make them; the page after that."""
    mediator.submit(mediator.get(scene.base), action="/make")
    tick(app)
    return mediator.get(scene.base)


def release(mediator: Person, scene: Scene) -> Page:
    """Make the drafts final and release all of them."""
    mediator.submit(mediator.get(scene.base), action="/final")
    return mediator.submit(mediator.get(f"{scene.base}/release"), {"read": "y"}, action="/release")


def tick(app: Flask) -> None:
    """One round of the job, which must not fail."""
    db.session.rollback()
    job = next(job for job in jobs.JOBS if job.name == "reports")
    assert jobs.tick(app, job)


def report(scene: Scene, reader: str) -> Report:
    """The row of one reader, as it stands now."""
    db.session.rollback()
    found = db.session.scalars(db.select(Report).where(Report.session_id == scene.session)).all()
    row: Report = next(row for row in found if row.reader is Reader(reader))
    return row


def states(scene: Scene) -> dict[str, str]:
    """Where each report of the set stands."""
    db.session.rollback()
    found = db.session.scalars(db.select(Report).where(Report.session_id == scene.session)).all()
    return {row.reader.value: row.state.value for row in found}


def stored(scene: Scene, reader: str) -> bytes:
    """The file as it lies in the database (behind its format byte)."""
    kept = report(scene, reader).pdf_bytes
    assert kept is not None
    return kept[1:]
