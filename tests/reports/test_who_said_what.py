"""Who said what: no copy goes out with a sentence that whoever said it has not confirmed, whatever changed since."""

from __future__ import annotations

import pytest
from flask import Flask

from mediator.agreements.actions import version
from mediator.cases.models import Case
from mediator.core import sealed
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.visibility import Viewer
from mediator.reports import actions, queries
from mediator.reports.terms import ReportState
from mediator.sessions.models import MediationSession
from tests.factories import Pair
from tests.people import Page, Person
from tests.reports import scene
from tests.sessions.test_confirming import tick

HOPES, CALM = "Alex said he still hopes.", "zzsummary Evenings were looked at."


def final(app: Flask, mediator: Person, planted: scene.Scene) -> Page:
    """Made and made final; the page that would release them."""
    scene.make(app, mediator, planted)
    mediator.submit(mediator.get(planted.base), action="/final")
    return mediator.get(f"{planted.base}/release")


def send(mediator: Person, planted: scene.Scene) -> Page:
    """Release what is final."""
    return mediator.submit(mediator.get(f"{planted.base}/release"), {"read": "y"}, action="/release")


def rewrite(planted: scene.Scene, words: str) -> None:
    db.session.rollback()
    db.session.get_one(MediationSession, planted.session).summary = words
    db.session.commit()


def summary(mediator: Person, planted: scene.Scene) -> Page:
    return mediator.get(planted.base.replace("/reports", "/summary"))


def all_are(planted: scene.Scene, state: str) -> bool:
    return set(scene.states(planted).values()) == {state}


def test_an_unconfirmed_sentence_keeps_the_copies_back_and_the_page_says_where_to_look(
    app: Flask, pair: Pair, mediator: Person, participant_b: Person
) -> None:
    planted = scene.ended(pair, summary=f"{CALM} {HOPES}")
    look = f"{planted.base.replace('/reports', '/summary')}#attributed"
    assert look in mediator.get(planted.base).links(), "said before anything is made"
    closed = final(app, mediator, planted)
    assert "it is not confirmed" in closed.words
    assert look in closed.links()
    assert not [one for one in closed.all("form") if (one.get("action") or "").endswith("/release")]
    assert look in mediator.get(planted.base).links()
    assert "hopes" not in participant_b.get("/notes/reports").words
    tick(mediator, summary(mediator, planted), HOPES)
    assert look not in mediator.get(planted.base).links()
    send(mediator, planted)
    assert all_are(planted, "released")


def test_a_page_from_before_does_not_get_round_it(app: Flask, pair: Pair, mediator: Person) -> None:
    planted = scene.ended(pair, summary=HOPES)
    final(app, mediator, planted)
    tick(mediator, summary(mediator, planted), HOPES)
    page = mediator.get(f"{planted.base}/release")
    tick(mediator, summary(mediator, planted))
    answer = mediator.submit(page, {"read": "y"}, action="/release")
    assert answer.status == 422
    assert "it is not confirmed" in answer.words
    assert all_are(planted, "final")


def test_a_final_copy_from_older_words_does_not_get_round_it(app: Flask, pair: Pair, mediator: Person) -> None:
    planted = scene.ended(pair, summary=HOPES)
    final(app, mediator, planted)
    rewrite(planted, CALM)
    assert "it is not confirmed" in mediator.get(f"{planted.base}/release").words
    assert "it is not confirmed" in mediator.get(planted.base).words
    joint = scene.report(planted, "joint").id
    mediator.submit(mediator.get(planted.base), action=f"/{joint}/withdraw")
    final(app, mediator, planted)
    send(mediator, planted)
    assert all_are(planted, "released")


def test_words_written_after_the_copies_were_made_are_not_in_them(app: Flask, pair: Pair, mediator: Person) -> None:
    planted = scene.ended(pair, summary=CALM)
    final(app, mediator, planted)
    rewrite(planted, HOPES)
    send(mediator, planted)
    assert all_are(planted, "released")


@pytest.mark.parametrize("reader", ["joint", "A", "B"])
def test_whoever_asks_none_of_the_copies_goes_out(app: Flask, pair: Pair, mediator: Person, reader: str) -> None:
    """The page asks first, and whatever else releases one day meets the same rule."""
    planted = scene.ended(pair, summary=HOPES)
    final(app, mediator, planted)
    chosen, session = scene.report(planted, reader).id, db.session.get_one(MediationSession, planted.session)
    with sealed.ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))), pytest.raises(Refused) as refused:
        actions.release(db.session.get_one(Case, pair.case), session, [chosen], version(actions.said_in(session)))
    assert refused.value.message == actions.UNCONFIRMED


def test_copies_nobody_looked_through_are_made_again(app: Flask, pair: Pair, mediator: Person) -> None:
    """Those that were final before there was the rule."""
    planted = scene.ended(pair, summary=CALM)
    final(app, mediator, planted)
    for reader in scene.states(planted):
        scene.report(planted, reader).attributed = None
        db.session.commit()
    for page in (planted.base, f"{planted.base}/release"):
        assert "made before sentences were looked through" in mediator.get(page).words
    rows = queries.of_session(db.session.get_one(MediationSession, planted.session))
    for row in rows:
        row.state = ReportState.RELEASED
    db.session.commit()
    assert "looked through" not in mediator.get(planted.base).words, "what is out is let be"


def test_in_a_session_with_one_person_only_what_is_not_theirs_keeps_it_back(
    app: Flask, pair: Pair, mediator: Person
) -> None:
    planted = scene.ended(pair, "A", summary=HOPES)
    final(app, mediator, planted)
    send(mediator, planted)
    assert scene.states(planted) == {"A": "released"}
    rewrite(planted, "Sam wants to wait.")
    row = db.session.get_one(MediationSession, planted.session)
    row.caucuses.clear()  # the page of a session with one person knows none
    db.session.commit()
    mediator.submit(mediator.get(planted.base), action=f"/{scene.report(planted, 'A').id}/withdraw")
    assert "it is not confirmed" in final(app, mediator, planted).words
    tick(mediator, summary(mediator, planted), "Sam wants to wait.")
    send(mediator, planted)
    assert scene.states(planted) == {"A": "released"}


def test_drafts_and_the_full_copy_stay_the_mediators_to_make(app: Flask, pair: Pair, mediator: Person) -> None:
    planted = scene.ended(pair, summary=HOPES)
    scene.make(app, mediator, planted)
    assert all_are(planted, "draft")
    answer = mediator.submit(mediator.get(planted.base), action="/full")
    assert answer.response.mimetype == "application/pdf"
