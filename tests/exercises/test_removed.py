"""A pair that is removed takes along everything of its exercises, on either database, whatever a page forgets."""

from __future__ import annotations

from mediator.cases.models import Case
from mediator.core.db import db
from mediator.exercises.models import ExerciseRun, HeldWords, OwnWords, RunStage, SharedText, TextDraft, WishSent
from tests.exercises import running
from tests.exercises.holding import Three
from tests.factories import Pair
from tests.people import Person

TABLES = (ExerciseRun, RunStage, SharedText, TextDraft, HeldWords, OwnWords, WishSent)


def rows() -> list[int]:
    """How many rows each table of exercises has."""
    db.session.rollback()
    return [db.session.scalar(db.select(db.func.count()).select_from(table)) or 0 for table in TABLES]


def test_nothing_of_its_exercises_stays(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    run = running.start(mediator, pair, "E09", place="home", only="A")
    Three(pair, mediator, participant_a, participant_b, run).until("given")
    own = running.start(mediator, pair, "E12", place="home", only="B")
    page = participant_b.get(f"/notes/writing/{own}")
    participant_b.submit(page, {"text": "For me alone"}, action="/writing/")
    running.start(mediator, pair, "E24", place="phones")
    page = participant_a.get("/notes/exercise")
    participant_a.submit(page, {"words": "A hand on the table"}, action="/exercise/text")
    page = participant_a.get("/notes/exercise")
    participant_a.post("/notes/exercise/text/draft", {**page.form("/exercise/text").fields, "words": "A hand, or"})
    page = participant_a.get("/notes/exercise/keys")
    form = page.form("/exercise/keys")
    participant_a.post(form.action, {**form.fields, "wish": "slower"})
    assert all(rows()), dict(zip((table.__tablename__ for table in TABLES), rows(), strict=True))
    db.session.execute(db.delete(Case).where(Case.id == pair.case))
    db.session.commit()
    assert rows() == [0] * len(TABLES)
