"""A text of both in the papers: in every copy where both agreed and it is kept for both, else in the mediator's."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask import Flask

from mediator.core.clock import now
from mediator.exercises import actions, queries
from mediator.exercises.terms import Outcome
from mediator.reports import queries as papers_now
from mediator.sessions.terms import SessionState
from tests.exercises.phones import acting
from tests.exercises.running import console, press, start
from tests.exercises.writing import agree, fill, save
from tests.factories import Pair
from tests.people import Person
from tests.reports import scene
from tests.reports.test_exercises import READERS, copies
from tests.sessions.plan import make_session

WORDS = "zztext Our sign is a raised hand"


def session_of(pair: Pair) -> uuid.UUID:
    at = now() - timedelta(hours=1)
    return make_session(pair, state=SessionState.ENDED, at=at, started_at=at, ended_at=now() + timedelta(minutes=1))


def done(pair: Pair, mediator: Person, people: tuple[Person, ...], agreed: tuple[Person, ...],
         outcome: Outcome | None) -> tuple[scene.Scene, uuid.UUID]:  # fmt: skip
    """A session with an exercise in which both wrote one text, and these said yes to it."""
    session = session_of(pair)
    run = start(mediator, pair, "E24", session=str(session))
    save(people[0], WORDS)
    for person in agreed:
        agree(person)
    over = press(mediator, console(mediator, pair, run), "go_on")
    if outcome is not None:
        mediator.submit(over, {"outcome": outcome.value}, action="/outcome")
    return scene.Scene(pair, session, uuid.uuid4()), run


def test_what_stands_for_both_is_in_every_copy(
    app: Flask, pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    both = (participant_a, participant_b)
    made, _run = done(pair, mediator, both, both, Outcome.JOINT)
    text = copies(app, mediator, made)
    assert [reader for reader in (*READERS, "full") if WORDS not in text[reader]] == []
    assert "A draft" not in text["full"]


@pytest.mark.parametrize(
    ("outcome", "number"),
    [(Outcome.JOINT, 1), (Outcome.MEDIATOR, 1), (Outcome.MEDIATOR, 2), (None, 1), (None, 2)],
)
def test_what_does_not_stand_is_in_the_full_record_alone_and_marked(
    app: Flask,
    pair: Pair,
    mediator: Person,
    participant_a: Person,
    participant_b: Person,
    outcome: Outcome | None,
    number: int,
) -> None:
    both = (participant_a, participant_b)
    made, _run = done(pair, mediator, both, both[:number], outcome)
    text = copies(app, mediator, made)
    assert [reader for reader in READERS if WORDS in text[reader]] == []
    assert WORDS in text["full"]
    marked = "A draft: not both agreed to these words." if number == 1 else "Both cannot read them now."
    assert marked in text["full"]


def test_what_was_discarded_is_in_no_copy(
    app: Flask, pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    both = (participant_a, participant_b)
    made, _run = done(pair, mediator, both, both, Outcome.DISCARDED)
    text = copies(app, mediator, made)
    assert [reader for reader in (*READERS, "full") if WORDS in text[reader]] == []


def test_a_pattern_stands_step_by_step_with_names(
    app: Flask, pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    session = session_of(pair)
    run = start(mediator, pair, "E07", session=str(session))
    press(mediator, console(mediator, pair, run), "go_on")
    page = participant_a.get("/notes/exercise")
    fill(participant_a, page, who_1="B", line_1="zzone makes a plan", who_2="A", line_2="zztwo goes quiet")
    agree(participant_a)
    agree(participant_b)
    over = press(mediator, console(mediator, pair, run), "go_on")
    mediator.submit(over, {"outcome": "joint"}, action="/outcome")
    text = copies(app, mediator, scene.Scene(pair, session, uuid.uuid4()))
    for reader in READERS:
        words = " ".join(text[reader].split())
        assert words.index("B Sam: zzone makes a plan") < words.index("A Alex: zztwo goes quiet")


def test_papers_that_quote_a_text_go_with_it(
    app: Flask, pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    """Kept for the mediator afterwards means no further display, on paper too."""
    both = (participant_a, participant_b)
    made, run = done(pair, mediator, both, both, Outcome.JOINT)
    scene.make(app, mediator, made)
    with acting(pair) as case:
        rows = papers_now.of_session(papers_now.session_of(case, made.session))
        assert not papers_now.quotes_withdrawn(case, rows)
        actions.settle(case, queries.run_of(case, run), Outcome.MEDIATOR)
        assert papers_now.quotes_withdrawn(case, rows)
