"""What was given to one person alone reaches the other by no page beside the exercise, and lies open on none."""

from __future__ import annotations

import uuid

import pytest

from mediator.core.db import db
from mediator.core.outbox import Message
from mediator.exercises.models import ExerciseRun
from mediator.questionnaires.models import Assignment
from tests.exercises import running
from tests.factories import Pair
from tests.people import Person

NAME = "A whole apology"


@pytest.fixture
def form(pair: Pair, mediator: Person) -> uuid.UUID:
    """The form of an apology that A was given to write."""
    run = running.start(mediator, pair, "E09", place="home", only="A")
    found = db.session.get_one(ExerciseRun, run).stages[0].form_id
    assert found is not None
    return found


def authors(form: uuid.UUID) -> list[uuid.UUID]:
    """Who has the form."""
    db.session.rollback()
    return list(db.session.scalars(db.select(Assignment.participant_id).where(Assignment.form_id == form)))


def messages(person: uuid.UUID) -> int:
    """How many messages wait for somebody."""
    db.session.rollback()
    return len(db.session.scalars(db.select(Message).where(Message.recipient_id == person)).all())


def test_its_form_is_sent_to_nobody_else(pair: Pair, mediator: Person, participant_b: Person, form: uuid.UUID) -> None:
    page, before = mediator.get(f"/work/cases/{pair.case}/forms/{form}"), participant_b.get("/notes/").text
    waiting = messages(pair.b)
    assert not [one for one in page.all("form") if (one.get("action") or "").endswith("/send")]
    assert "Sam" not in " ".join("".join(one.itertext()) for one in page.all("h3"))
    token = page.form("/due").fields["csrf_token"]
    sent = mediator.post(f"/work/cases/{pair.case}/forms/{form}/send", {"csrf_token": token, "to.B": "yes"})
    assert sent.status == 409
    assert authors(form) == [pair.a]
    assert messages(pair.b) == waiting
    assert participant_b.get("/notes/").text == before


@pytest.mark.parametrize("page", ["print", "paper"])
def test_its_form_is_on_no_paper_of_the_other(pair: Pair, mediator: Person, form: uuid.UUID, page: str) -> None:
    at = f"/work/cases/{pair.case}/forms/{form}"
    assert [link for link in mediator.get(at).links() if f"/{page}/" in link] == [f"{at}/{page}/A"]
    assert mediator.get(f"{at}/{page}/A").status == 200
    assert mediator.get(f"{at}/{page}/B").status == 404


def test_nothing_is_typed_in_for_the_other(pair: Pair, mediator: Person, form: uuid.UUID) -> None:
    at = f"/work/cases/{pair.case}/forms/{form}/paper"
    token = mediator.get(f"{at}/A").form("/paper").fields["csrf_token"]
    sent = {"csrf_token": token, "E09.1.what": "Typed in"}
    assert mediator.post(f"{at}/B", sent).status == 404
    assert authors(form) == [pair.a]


def test_the_page_of_the_case_may_lie_open_on_the_table(pair: Pair, mediator: Person, form: uuid.UUID) -> None:
    page = mediator.get(f"/work/cases/{pair.case}")
    assert NAME not in page.words
    assert str(form) not in page.text


def test_its_form_leads_to_its_exercise(pair: Pair, mediator: Person, participant_a: Person, form: uuid.UUID) -> None:
    run = db.session.scalars(db.select(ExerciseRun.id).where(ExerciseRun.case_id == pair.case)).one()
    running.write(participant_a, run, {"E09.1.what": "I told them first"})
    page = mediator.get(f"/work/cases/{pair.case}/forms/{form}")
    assert running.at(pair, f"/{run}") in page.links()
    assert not [link for link in page.links() if "/comparison" in link and str(form) in link]
    assert f"/work/cases/{pair.case}/forms/{form}" in mediator.get(running.at(pair, f"/{run}/held")).links()
