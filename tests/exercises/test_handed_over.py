"""A tablet handed over for one form opens that form and nothing of what was given, held or written beside it."""

from __future__ import annotations

import uuid

import pytest

from mediator.core.db import db
from mediator.exercises.models import ExerciseRun, HeldWords
from tests.exercises import running
from tests.exercises.holding import Three
from tests.factories import Pair
from tests.people import Person


@pytest.fixture
def ids(pair: Pair, mediator: Person, participant_a: Person, participant_b: Person) -> dict[str, uuid.UUID]:
    """B was given words of A to read and a page of their own; now a form of both is to be written."""
    run = running.start(mediator, pair, "E09", place="home", only="A")
    Three(pair, mediator, participant_a, participant_b, run).until("given")
    own = running.start(mediator, pair, "E12", place="home", only="B")
    page = participant_b.get(f"/notes/writing/{own}")
    participant_b.submit(page, {"text": "For me alone"}, action="/writing/")
    running.start(mediator, pair, "E13", place="home")
    held = db.session.scalars(db.select(HeldWords.id).where(HeldWords.run_id == run)).one()
    author = db.session.get_one(ExerciseRun, run).stages[0].form_id
    assert author is not None
    return {"held": held, "own": own, "form": author}


def test_it_opens_nothing_beside_the_form(pair: Pair, mediator: Person, ids: dict[str, uuid.UUID]) -> None:
    page = mediator.get(f"/work/cases/{pair.case}/hand-over/B")
    tablet = mediator.submit(page, action="/hand-over/")
    assert tablet.response.request.path.startswith("/notes/questions/")
    token = tablet.form("/questions/").fields["csrf_token"]
    writing, words = f"/notes/writing/{ids['own']}", "/notes/words"
    reads = [writing, f"{writing}/both", f"{writing}/seal", f"{writing}/print", f"{writing}/delete",
             f"{words}/given/{ids['held']}", f"{words}/question/{ids['held']}", f"{words}/mine/{ids['form']}",
             "/notes/", "/notes/together", "/notes/exercise", "/notes/live/version"]  # fmt: skip
    assert [(path, answer.status) for path in reads if (answer := mediator.look_at(path)).status != 404] == []
    writes = [writing, f"{writing}/both", f"{writing}/seal", f"{writing}/delete", f"{words}/aside/{ids['held']}",
              f"{words}/question/{ids['held']}", f"{words}/mine/{ids['form']}", "/notes/exercise/text",
              "/notes/exercise/text/yes", "/notes/exercise/text/back", "/notes/exercise/pause"]  # fmt: skip
    sent = {"csrf_token": token, "text": "Not mine", "rev": "0", "do": "away", "want": "no"}
    assert [(path, answer.status) for path in writes if (answer := mediator.post(path, sent)).status != 404] == []
    db.session.rollback()
    assert db.session.get_one(HeldWords, ids["held"]).put_away_at is None
