"""From the click to the reader: asked, made, final, released, withdrawn; under a hold, after a kill, pressed twice."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func

from mediator.agreements.actions import version
from mediator.agreements.models import Agreement
from mediator.agreements.terms import Standing, Who
from mediator.cases.models import Case, Opening
from mediator.cases.terms import CaseState
from mediator.core import pdf, sealed
from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.delivery import step
from mediator.core.errors import Refused
from mediator.core.visibility import Viewer, Visibility
from mediator.questionnaires.models import Answer, Assignment
from mediator.reports import actions, jobs
from mediator.reports.models import Report
from mediator.sessions.models import MediationSession
from mediator.sessions.terms import SessionState
from tests.agreements.saying import to_be_read_first
from tests.factories import Pair
from tests.people import Person
from tests.reports import scene

NOTHING = "There is nothing here at the moment."


@pytest.fixture
def planted(app: Flask, pair: Pair) -> scene.Scene:
    return scene.ended(pair)


@pytest.fixture
def released(app: Flask, planted: scene.Scene, mediator: Person) -> scene.Scene:
    scene.make(app, mediator, planted)
    scene.release(mediator, planted)
    assert set(scene.states(planted).values()) == {"released"}
    return planted


def papers_of(person: Person) -> list[str]:
    """Where the papers of a participant lie."""
    return [link for link in person.get("/notes/reports").links() if "/notes/reports/" in link]


def change(pair: Pair, **values: object) -> None:
    """Change the case by hand."""
    row = db.session.get_one(Case, pair.case)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.commit()


def test_the_click_writes_waiting_rows_and_the_page_says_so(planted: scene.Scene, mediator: Person) -> None:
    page = mediator.submit(mediator.get(planted.base), action="/make")
    assert scene.states(planted) == {"joint": "waiting", "A": "waiting", "B": "waiting"}
    assert "Making the reports" in page.words
    assert [one.get("content") for one in page.all("meta") if one.get("http-equiv") == "refresh"] == ["2"]
    assert mediator.get(f"{planted.base}/state").text.strip() == '{"waiting":true}'


def test_pressed_twice_it_makes_one_set(app: Flask, planted: scene.Scene, mediator: Person) -> None:
    page = mediator.get(planted.base)
    mediator.submit(page, action="/make")
    mediator.submit(page, action="/make")
    assert len(scene.states(planted)) == 3
    asked = db.session.scalar(db.select(func.count()).where(AuditEntry.verb == "report.asked"))
    assert asked == 3
    scene.tick(app)
    scene.tick(app)
    made = db.session.scalar(db.select(func.count()).where(AuditEntry.verb == "report.made"))
    assert made == 3
    assert mediator.get(f"{planted.base}/state").text.strip() == '{"waiting":false}'


def test_nothing_is_made_before_the_session_has_ended(planted: scene.Scene, mediator: Person) -> None:
    page = mediator.get(planted.base)
    db.session.get_one(MediationSession, planted.session).state = SessionState.RUNNING
    db.session.commit()
    assert mediator.submit(page, action="/make").status == 409
    assert scene.states(planted) == {}
    assert "once the session has ended" in mediator.get(planted.base).words


def test_a_maker_that_dies_leaves_the_set_to_its_lease_and_it_is_made_once_more(
    app: Flask, planted: scene.Scene, mediator: Person
) -> None:
    mediator.submit(mediator.get(planted.base), action="/make")
    with step():
        assert actions.claim(now()) is not None  # and here the process is killed
    scene.tick(app)
    assert set(scene.states(planted).values()) == {"waiting"}, "the lease still runs"
    later = now() + actions.LEASE + timedelta(seconds=1)
    assert jobs.render_waiting(lambda: later) == 1
    assert set(scene.states(planted).values()) == {"draft"}


def test_a_maker_whose_lease_was_taken_over_keeps_nothing(planted: scene.Scene, mediator: Person) -> None:
    mediator.submit(mediator.get(planted.base), action="/make")
    with step():
        late = actions.claim(now())
    later = now() + actions.LEASE + timedelta(seconds=1)
    with step():
        assert actions.claim(later) is not None
    assert late is not None
    with step():
        assert not actions.settle_made(late, dict.fromkeys(late.reports, pdf.Pdf(b"x", 1)), [], [], now())
    assert set(scene.states(planted).values()) == {"waiting"}


def test_after_two_tries_in_vain_it_has_failed_and_can_be_asked_for_again(
    app: Flask, planted: scene.Scene, mediator: Person
) -> None:
    mediator.submit(mediator.get(planted.base), action="/make")
    for row in db.session.scalars(db.select(Report)):
        row.wanted_by = uuid.uuid4()  # somebody who does not mediate the case any more
    db.session.commit()
    scene.tick(app)
    assert set(scene.states(planted).values()) == {"waiting"}, "the second try waits a moment"
    assert jobs.render_waiting(lambda: now() + actions.PAUSE) == 0
    assert set(scene.states(planted).values()) == {"failed"}
    page = mediator.get(planted.base)
    assert "could not be made" in page.words
    mediator.submit(page, action="/make")
    scene.tick(app)
    assert set(scene.states(planted).values()) == {"draft"}


def test_a_set_its_maker_died_over_twice_has_failed(planted: scene.Scene, mediator: Person) -> None:
    mediator.submit(mediator.get(planted.base), action="/make")
    at = now()
    for _ in range(actions.TRIES):
        with step():
            assert actions.claim(at) is not None
        at += actions.LEASE + timedelta(seconds=1)
    with step():
        assert actions.claim(at) is None
    assert set(scene.states(planted).values()) == {"failed"}


def test_drafts_are_made_again_and_final_ones_are_not(app: Flask, planted: scene.Scene, mediator: Person) -> None:
    page = scene.make(app, mediator, planted)
    before = scene.stored(planted, "joint")
    db.session.get_one(MediationSession, planted.session).summary = "zzother words"
    db.session.commit()
    scene.make(app, mediator, planted)
    drafted = scene.stored(planted, "joint")
    assert drafted != before
    mediator.submit(mediator.get(planted.base), action="/final")
    row = scene.report(planted, "joint")
    assert row.sha256 == hashlib.sha256(drafted).hexdigest()
    assert row.finished_at is not None
    assert mediator.submit(page, action="/make").status == 409
    assert scene.stored(planted, "joint") == drafted


def test_nobody_but_the_mediator_finds_anything_before_release(
    app: Flask, planted: scene.Scene, mediator: Person, participant_a: Person
) -> None:
    for act in (lambda: None, lambda: scene.make(app, mediator, planted),
                lambda: mediator.submit(mediator.get(planted.base), action="/final")):  # fmt: skip
        act()
        assert NOTHING in participant_a.get("/notes/reports").words
    for row in scene.states(planted):
        assert participant_a.get(f"/notes/reports/{scene.report(planted, row).id}").status == 404


def test_the_joint_copy_is_one_file_and_each_copy_is_one_persons(
    released: scene.Scene, participant_a: Person, participant_b: Person
) -> None:
    a, b = papers_of(participant_a), papers_of(participant_b)
    assert len(a) == len(b) == 2
    (both,) = set(a) & set(b)
    assert participant_a.get(both).response.data == participant_b.get(both).response.data
    (mine,) = set(a) - {both}
    (theirs,) = set(b) - {both}
    assert participant_a.get(theirs).status == participant_b.get(mine).status == 404
    assert participant_a.get(mine).status == 200
    assert scene.report(released, "joint").visibility is Visibility.JOINT
    assert scene.report(released, "A").visibility is Visibility.PRIVATE


def test_what_was_said_becomes_joint_with_the_summary(released: scene.Scene) -> None:
    row = db.session.scalar(db.select(Agreement).where(Agreement.source_id == released.session))
    assert row is not None
    assert row.standing is Standing.RELEASED
    assert row.visibility is Visibility.JOINT


def test_what_waits_to_be_read_first_keeps_the_reports_back_and_the_mediator_reads_why(
    app: Flask, planted: scene.Scene, mediator: Person, pair: Pair, participant_b: Person
) -> None:
    scene.make(app, mediator, planted)
    mediator.submit(mediator.get(planted.base), action="/final")
    page = mediator.get(f"{planted.base}/release")
    waiting = to_be_read_first(pair)
    refused = mediator.submit(page, {"read": "y"}, action="/release")
    assert refused.status == 409
    assert "Something waits under Read first." in refused.words
    closed = mediator.get(f"{planted.base}/release")
    assert "Something waits under Read first." in closed.words
    assert f"/work/cases/{pair.case}/read-first" in closed.links()
    assert set(scene.states(planted).values()) == {"final"}
    db.session.get_one(Assignment, waiting).read_at = now()
    db.session.commit()
    mediator.submit(page, {"read": "y"}, action="/release")
    assert set(scene.states(planted).values()) == {"released"}
    to_be_read_first(pair)
    assert len(papers_of(participant_b)) == 2, "what was released does not vanish because somebody disclosed something"


def test_a_personal_copy_never_comes_before_the_summary(
    app: Flask, planted: scene.Scene, mediator: Person, participant_a: Person
) -> None:
    scene.make(app, mediator, planted)
    mediator.submit(mediator.get(planted.base), action="/final")
    page = mediator.get(f"{planted.base}/release")
    answer = mediator.submit(page, {"read": "y", "joint": None, "b": None}, action="/release")
    assert answer.status == 422
    assert "Release it to both first" in answer.words
    assert papers_of(participant_a) == []


def test_whoever_asks_a_personal_copy_never_comes_before_the_summary(
    app: Flask, planted: scene.Scene, pair: Pair, mediator: Person
) -> None:
    """The page asks first, and whatever else releases one day meets the same rule."""
    scene.make(app, mediator, planted)
    mediator.submit(mediator.get(planted.base), action="/final")
    mine, session = scene.report(planted, "A").id, db.session.get_one(MediationSession, planted.session)
    with sealed.ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))), pytest.raises(Refused) as refused:
        actions.release(db.session.get_one(Case, pair.case), session, [mine], version(actions.said_in(session)))
    assert refused.value.message == actions.JOINT_FIRST
    assert set(scene.states(planted).values()) == {"final"}


def test_the_mediator_says_that_it_was_read(app: Flask, planted: scene.Scene, mediator: Person) -> None:
    scene.make(app, mediator, planted)
    mediator.submit(mediator.get(planted.base), action="/final")
    page = mediator.get(f"{planted.base}/release")
    assert "nothing in it says who said what" in page.words
    assert "zzsaid No calls after 21:00" in page.words
    answer = mediator.submit(page, action="/release")
    assert answer.status == 422
    assert set(scene.states(planted).values()) == {"final"}


def test_words_said_since_the_page_was_read_are_not_released(
    app: Flask, planted: scene.Scene, mediator: Person, pair: Pair
) -> None:
    scene.make(app, mediator, planted)
    mediator.submit(mediator.get(planted.base), action="/final")
    page = mediator.get(f"{planted.base}/release")
    scene.said(pair, planted.session, "zzlate words", Who.BOTH)
    assert mediator.submit(page, {"read": "y"}, action="/release").status == 409
    assert set(scene.states(planted).values()) == {"final"}


@pytest.mark.parametrize(
    "values", [{"hold": True}, {"state": CaseState.PAUSED}, {"state": CaseState.ENDED}], ids=["hold", "break", "end"]
)
def test_under_a_hold_and_on_a_break_both_find_the_same_nothing(
    released: scene.Scene, pair: Pair, participant_a: Person, participant_b: Person, values: dict[str, object]
) -> None:
    link = papers_of(participant_a)[0]
    change(pair, **values)
    a, b = participant_a.get("/notes/reports"), participant_b.get("/notes/reports")
    assert NOTHING in a.words
    assert a.words == b.words
    assert participant_a.get(link).status == 404
    change(pair, hold=False, state=CaseState.ACTIVE)
    assert participant_a.get(link).status == 200


def test_under_a_hold_nothing_joint_is_made_or_released(
    app: Flask, planted: scene.Scene, pair: Pair, mediator: Person
) -> None:
    page = mediator.get(planted.base)
    change(pair, hold=True)
    assert mediator.submit(page, action="/make").status == 409
    change(pair, hold=False)
    mediator.submit(page, action="/make")
    change(pair, hold=True)
    scene.tick(app)
    assert set(scene.states(planted).values()) == {"waiting"}, "what was under way stops"
    assert "The reports wait until the hold ends" in mediator.get(planted.base).words
    change(pair, hold=False)
    scene.tick(app)
    mediator.submit(mediator.get(planted.base), action="/final")
    page = mediator.get(f"{planted.base}/release")
    change(pair, hold=True)
    assert "on hold" in mediator.get(f"{planted.base}/release").words
    assert mediator.submit(page, {"read": "y"}, action="/release").status == 409
    assert set(scene.states(planted).values()) == {"final"}


def test_a_hold_between_making_and_keeping_keeps_nothing(planted: scene.Scene, pair: Pair, mediator: Person) -> None:
    mediator.submit(mediator.get(planted.base), action="/make")
    with step():
        claimed = actions.claim(now())
    assert claimed is not None
    change(pair, hold=True)
    with step():
        assert not actions.settle_made(claimed, dict.fromkeys(claimed.reports, pdf.Pdf(b"x", 1)), [], [], now())
    assert set(scene.states(planted).values()) == {"waiting"}
    assert scene.report(planted, "A").attempts == 0


def test_withdrawing_the_summary_takes_the_personal_copies_along(
    app: Flask, released: scene.Scene, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    links = papers_of(participant_a)
    joint = scene.report(released, "joint").id
    mediator.submit(mediator.get(released.base), action=f"/{joint}/withdraw")
    assert set(scene.states(released).values()) == {"withdrawn"}
    assert papers_of(participant_a) == papers_of(participant_b) == []
    assert all(participant_a.get(link).status == 404 for link in links)
    assert scene.report(released, "A").visibility is Visibility.RECORD
    assert "report.withdrawn" in db.session.scalars(db.select(AuditEntry.verb)).all()
    scene.make(app, mediator, released)
    assert set(scene.states(released).values()) == {"draft"}


def test_withdrawing_one_copy_leaves_the_others(
    released: scene.Scene, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    mine = scene.report(released, "A").id
    mediator.submit(mediator.get(released.base), action=f"/{mine}/withdraw")
    assert len(papers_of(participant_a)) == 1
    assert len(papers_of(participant_b)) == 2


def test_papers_that_quote_a_withdrawn_opening_are_not_shown_any_more(
    released: scene.Scene, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    db.session.get_one(Opening, released.opening).withdrawn_at = now()
    db.session.commit()
    assert papers_of(participant_a) == papers_of(participant_b) == []
    assert "was withdrawn since" in mediator.get(released.base).words


def test_papers_that_quote_what_its_author_no_longer_offers_are_not_shown(
    released: scene.Scene, participant_b: Person, pair: Pair
) -> None:
    for row in db.session.scalars(db.select(Answer).where(Answer.participant_id == pair.a)):
        row.offered = False
    db.session.commit()
    assert papers_of(participant_b) == []


def test_a_session_with_one_person_has_one_reader(
    app: Flask, pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    alone = scene.ended(pair, "B")
    scene.make(app, mediator, alone)
    assert scene.states(alone) == {"B": "draft"}
    scene.release(mediator, alone)
    assert len(papers_of(participant_b)) == 1
    assert NOTHING in participant_a.get("/notes/reports").words
    assert participant_a.get(papers_of(participant_b)[0]).status == 404
    row = db.session.scalar(db.select(Agreement).where(Agreement.source_id == alone.session))
    assert row is not None
    assert row.standing is Standing.SAID, "nothing becomes joint with one person's copy"


def test_the_full_copy_is_never_stored(planted: scene.Scene, mediator: Person) -> None:
    before = db.session.scalar(db.select(func.count(Report.id)))
    answer = mediator.submit(mediator.get(planted.base), action="/full").response
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="record-')
    assert answer.data.startswith(b"%PDF")
    assert db.session.scalar(db.select(func.count(Report.id))) == before
    assert "report.full.made" in db.session.scalars(db.select(AuditEntry.verb)).all()


def _not_started(*_args: object, **_more: object) -> None:
    assert not db.session.registry().in_transaction(), "nobody waits for the pages to be laid out"
    raise OSError("no process for zzprivate words")


@pytest.mark.parametrize(
    ("owner", "name", "value", "reason"),
    [
        (subprocess, "Popen", _not_started, "OSError"),
        (sys, "executable", shutil.which("false"), "its process ended with 1"),
        (pdf, "LIMIT", 0.0, "it took too long"),
    ],
    ids=["not started", "broken", "too long"],
)
def test_a_full_copy_that_fails_while_it_is_laid_out_is_a_page_with_a_way_back(
    planted: scene.Scene, mediator: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
    owner: object, name: str, value: object, reason: str,
) -> None:  # fmt: skip
    page = mediator.get(planted.base)
    with monkeypatch.context() as fault:
        fault.setattr(pdf, "_ready", [])
        fault.setattr(owner, name, value)
        failed = mediator.submit(page, action="/full")
    assert failed.status == 500
    assert failed.response.mimetype == "text/html"
    assert "Content-Disposition" not in failed.response.headers
    assert "script-src 'self'" in failed.response.headers["Content-Security-Policy"]
    assert failed.response.headers["Cache-Control"] == "no-store"
    assert "The full copy could not be made" in failed.words
    assert planted.base in failed.links()
    assert reason in caplog.text
    assert "zz" not in caplog.text
    verbs = db.session.scalars(db.select(AuditEntry.verb).where(AuditEntry.subject_id == planted.session)).all()
    assert {"report.full.made", "report.full.failed"} <= set(verbs)
    assert mediator.submit(page, action="/full").response.data.startswith(b"%PDF"), "the next one is whole"


def test_strangers_find_nothing(planted: scene.Scene, other_mediator: Person, assistant: Person) -> None:
    for person in (other_mediator, assistant):
        for path in ("", "/state", "/release"):
            assert person.get(planted.base + path).status == 404


def test_a_report_of_another_session_is_not_found_here(
    app: Flask, released: scene.Scene, pair: Pair, mediator: Person
) -> None:
    other = scene.ended(pair, "A")
    report = scene.report(released, "joint").id
    assert mediator.get(f"{other.base}/{report}/pdf").status == 404


def test_a_session_that_runs_again_releases_nothing(app: Flask, planted: scene.Scene, mediator: Person) -> None:
    scene.make(app, mediator, planted)
    mediator.submit(mediator.get(planted.base), action="/final")
    page = mediator.get(f"{planted.base}/release")
    db.session.get_one(MediationSession, planted.session).state = SessionState.RUNNING
    db.session.commit()
    assert mediator.submit(page, {"read": "y"}, action="/release").status == 409
    assert set(scene.states(planted).values()) == {"final"}
