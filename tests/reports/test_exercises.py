"""What comes of an exercise stands in the papers of exactly those who may read it, and nowhere once it was put away."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask import Flask

from mediator.core.clock import now
from mediator.exercises.terms import Outcome
from mediator.sessions.terms import SessionState
from tests import papers
from tests.browser.opening import Opening
from tests.exercises.running import console, press, start, write
from tests.factories import Pair
from tests.people import Person
from tests.reports import scene
from tests.sessions.plan import make_session

OPENED = ("zzaopened the soup", "zzbopened the lift")
CLOSED_A, CLOSED_B = "zzaclosed the song", "zzbclosed the map"
READERS = ("joint", "A", "B")


def copies(app: Flask, mediator: Person, made: scene.Scene) -> dict[str, str]:
    """The four papers of the session as text."""
    scene.make(app, mediator, made)
    found = {reader: papers.read(scene.stored(made, reader)) for reader in READERS}
    full = mediator.submit(mediator.get(made.base), action="/full").response
    assert full.status_code == 200
    return {**found, "full": papers.read(full.data)}


def done(pair: Pair, mediator: Person, a: Person, b: Person, outcome: Outcome) -> scene.Scene:
    """A session in which both wrote two things each, and the mediator opened the first of them."""
    at = now() - timedelta(hours=1)
    session = make_session(pair, state=SessionState.ENDED, at=at, started_at=at, ended_at=now() + timedelta(minutes=1))
    run = start(mediator, pair, "E13", session=str(session))
    write(a, run, {"E13.1.first": OPENED[0], "E13.1.second": CLOSED_A})
    write(b, run, {"E13.1.first": OPENED[1], "E13.1.second": CLOSED_B})
    way = next(link for link in console(mediator, pair, run).links() if "/open/" in link and "first" in link)
    mediator.submit(mediator.get(way), action="/open/")
    over = press(mediator, console(mediator, pair, run), "go_on")
    mediator.submit(over, {"outcome": outcome.value}, action="/outcome")
    return scene.Scene(pair, session, uuid.uuid4())


def test_what_was_opened_stands_in_every_copy_and_the_rest_in_its_authors(
    app: Flask, pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    text = copies(app, mediator, done(pair, mediator, participant_a, participant_b, Outcome.JOINT))
    for reader in (*READERS, "full"):
        assert [words for words in OPENED if words not in text[reader]] == [], reader
    assert CLOSED_A in text["A"]
    assert CLOSED_B in text["B"]
    for reader, words in (("joint", CLOSED_A), ("joint", CLOSED_B), ("A", CLOSED_B), ("B", CLOSED_A)):
        assert words not in text[reader], reader


def test_a_question_stands_once_and_a_moment_with_all_that_was_opened_of_it(
    app: Flask, pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    """However many presses opened it: A before B, and what two have in common with its value first."""
    at = now() - timedelta(hours=1)
    session = make_session(pair, state=SessionState.ENDED, at=at, started_at=at, ended_at=now() + timedelta(minutes=1))
    going = Opening(pair.case)
    for key in ("E06", "E17", "E22"):
        going.with_words(key)
        going.finish()
        going.keep()
    made = scene.Scene(pair, session, uuid.uuid4())
    scene.make(app, mediator, made)
    (words,) = {" ".join(papers.pages(scene.stored(made, "joint")).split())}
    for lines in (
        "May 2021 Alex’s father dies. Sam carries everything 12 May 2021 How it was for me then: Hard",
        "What I could promise I reply “I saw it” the same day From which day",
        "Yes. Messages during the day Yes, if. Phone or video calls No. Messages late in the evening",
    ):
        assert lines in words, lines
    assert words.count("What could you promise") == 1
    order = ("We meet at the choir", "Home", "Alex’s father dies", "The funeral", "hardly spoke", "A walk by the sea")
    assert sorted(order, key=words.index) == list(order)


@pytest.mark.parametrize("outcome", [Outcome.MEDIATOR, Outcome.DISCARDED])
def test_nothing_of_what_was_put_away_stands_in_what_they_take_home(
    app: Flask, pair: Pair, mediator: Person, participant_a: Person, participant_b: Person, outcome: Outcome
) -> None:
    text = copies(app, mediator, done(pair, mediator, participant_a, participant_b, outcome))
    for reader in READERS:
        assert [words for words in (*OPENED, CLOSED_A, CLOSED_B) if words in text[reader]] == [], reader
