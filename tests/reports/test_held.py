"""Words of one for the other in the papers: the author's own and the full record hold them, and nobody else's does."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask import Flask

from mediator.core.clock import now
from mediator.exercises.terms import Outcome
from mediator.sessions.terms import SessionState
from tests.exercises import running
from tests.exercises.holding import NOS, WHAT, YES, Three
from tests.factories import Pair
from tests.people import Person
from tests.reports import scene
from tests.reports.test_exercises import copies
from tests.sessions.plan import make_session

LINE = "An apology was offered and received."


def papers_of(
    app: Flask, pair: Pair, mediator: Person, a: Person, b: Person, outcome: Outcome | None, **said: str
) -> dict[str, str]:
    """The four papers of a session in which A's words were given to B, or were not wanted."""
    at = now() - timedelta(hours=1)
    session = make_session(pair, state=SessionState.ENDED, at=at, started_at=at, ended_at=now() + timedelta(minutes=1))
    three = Three(pair, mediator, a, b, running.start(mediator, pair, "E09", place="home", only="A"))
    three.until("asked")
    three.answer(**{**YES, **said})
    if said.get("want", "yes") == "yes":
        assert three.give().status == 200
    if outcome is not None:
        over = running.press(mediator, three.desk(), "go_on" if three.row.delivered_at else "stop")
        mediator.submit(over, {"outcome": outcome.value}, action="/outcome")
    return copies(app, mediator, scene.Scene(pair, session, uuid.uuid4()))


@pytest.mark.parametrize("outcome", [None, *Outcome])
def test_the_words_stand_in_the_authors_copy_and_the_full_record_alone(
    app: Flask, pair: Pair, mediator: Person, participant_a: Person, participant_b: Person, outcome: Outcome | None
) -> None:
    text = papers_of(app, pair, mediator, participant_a, participant_b, outcome)
    kept = outcome is not Outcome.DISCARDED
    assert (WHAT in text["A"]) is kept
    assert (WHAT in text["full"]) is kept
    assert ("My sister" in text["full"]) is kept
    for reader in ("joint", "A", "B"):
        assert "My sister" not in text[reader], reader
        assert (LINE in text[reader]) is (outcome is Outcome.JOINT), reader
    for reader in ("joint", "B"):
        assert WHAT not in text[reader], reader


@pytest.mark.parametrize("outcome", [Outcome.JOINT, Outcome.MEDIATOR])
def test_the_authors_copy_does_not_tell_what_was_said_to_it(
    app: Flask, pair: Pair, mediator: Person, participant_a: Person, participant_b: Person, outcome: Outcome
) -> None:
    text = papers_of(app, pair, mediator, participant_a, participant_b, outcome, know="no")
    assert WHAT in text["A"]
    for reader in ("joint", "A", "B"):
        assert "received" not in text[reader].lower(), reader


@pytest.mark.parametrize("no", NOS)
def test_a_no_stands_in_the_full_record_alone(
    app: Flask, pair: Pair, mediator: Person, participant_a: Person, participant_b: Person, no: str
) -> None:
    text = papers_of(app, pair, mediator, participant_a, participant_b, Outcome.JOINT, want=no)
    assert WHAT in text["A"]
    assert "has not said yes" in text["full"]
    for reader in ("joint", "A", "B"):
        assert "received" not in text[reader].lower(), reader
        assert "has not said yes" not in text[reader], reader
