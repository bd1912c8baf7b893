"""Today and what is private: it says that there is something, of which pair, and nothing that tells whose or what."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest

from mediator.cases.door_actions import SOMETHING_TO_ANSWER
from mediator.cases.models import Case, CaseMediator
from mediator.cases.terms import CaseState
from mediator.core import audit, outbox
from mediator.core.clock import now
from mediator.core.db import db
from mediator.exercises.models import WishSent
from mediator.exercises.terms import Outcome, Wish
from mediator.overview import today_page
from mediator.practice.models import Staff
from mediator.questionnaires.models import Assignment, Form
from mediator.questionnaires.terms import AssignmentState
from tests.counting import counted
from tests.exercises import running
from tests.exercises.holding import NOS, WHAT, YES, Three
from tests.factories import Pair
from tests.people import Page, Person
from tests.sessions.plan import make_session

LINE = "Something to read in private Alex and Sam."


@pytest.fixture
def three(pair: Pair, mediator: Person, participant_a: Person, participant_b: Person) -> Three:
    """An apology was given to A to write."""
    run = running.start(mediator, pair, "E09", place="home", only="A")
    return Three(pair, mediator, participant_a, participant_b, run)


def page(person: Person) -> Page:
    return person.get("/work/")


def on_you(found: Page) -> str:
    return found.words.partition("Waiting on you")[2].partition("Waiting on clients")[0]


def on_clients(found: Page) -> str:
    return found.words.partition("Waiting on clients")[2].partition(" Next ")[0]


def case_is(pair: Pair, **values: object) -> None:
    row = db.session.get_one(Case, pair.case)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.commit()


def send_form(pair: Pair, person: uuid.UUID, at: datetime) -> None:
    """Somebody has a form to do, as any other, and its message waits."""
    form = Form(case_id=pair.case, step="5", created_at=at, created_by=pair.mediator)
    form.title = "Trust"
    row = Assignment(case_id=pair.case, participant_id=person, state=AssignmentState.SENT, sent_at=at)
    form.assignments.append(row)
    db.session.add(form)
    outbox.put(SOMETHING_TO_ANSWER, recipient=person, case=pair.case, subject=row.id)
    db.session.commit()


def test_what_comes_in_waits_in_one_neutral_line_until_it_was_looked_at(three: Three) -> None:
    assert LINE not in on_you(page(three.mediator))
    assert "A Alex 1 thing to do, since" in on_clients(page(three.mediator))
    three.write()
    found = page(three.mediator)
    assert LINE in on_you(found)
    assert "Compare" not in on_you(found), "it is read on its own page"
    assert "Alex" not in on_clients(found)
    three.desk()
    assert LINE not in on_you(page(three.mediator))
    three.press("hand_back")
    assert "A Alex 1 thing to do, since" in on_clients(page(three.mediator))
    three.write({"E09.1.what": "Another way to say it"})
    assert LINE in on_you(page(three.mediator)), "what is handed in anew is read anew"
    three.accept()
    assert LINE not in on_you(page(three.mediator))
    assert "Sam" not in on_clients(page(three.mediator)), "nobody was asked yet"
    three.ask()
    assert "B Sam 1 thing to do, since" in on_clients(page(three.mediator))
    three.answer()
    found = page(three.mediator)
    assert LINE in on_you(found)
    assert "Sam" not in on_clients(found)
    three.desk()
    assert LINE not in on_you(page(three.mediator))


@pytest.mark.parametrize("want", [*NOS, "yes"])
def test_every_answer_stands_there_in_the_same_words(three: Three, want: str) -> None:
    three.until("asked")
    three.answer(**{**YES, "want": want})
    assert on_you(page(three.mediator)).split("Open :")[0].strip() == LINE
    three.desk()
    assert "Nothing waits on you." in on_you(page(three.mediator))


@pytest.mark.parametrize("where", ["written", "accepted", "asked", "wanted", "given"])
def test_today_may_lie_open_on_the_table(three: Three, where: str) -> None:
    """Neither what it is nor whose, in words, links or hidden names."""
    make_session(three.pair, at=now())
    three.until(where)
    shown = page(three.mediator)
    for told in ("pology", "held", "offer", "receive", str(three.run), str(three.row.id), str(three.form), WHAT):
        assert told not in shown.text, told
    if LINE in shown.words:
        assert f"/work/cases/{three.pair.case}/exercises" in shown.links()


def test_a_question_looks_like_a_form_to_do(three: Three, assistant: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    at = now()
    monkeypatch.setattr(today_page, "now", lambda: at)
    make_session(three.pair, at=at)
    three.until("accepted")
    of_assistant = page(assistant).text
    three.ask()
    three.row.asked_at = at
    db.session.commit()
    asked = page(three.mediator)
    assert page(assistant).text == of_assistant
    three.answer(want="no")
    three.desk()
    send_form(three.pair, three.pair.b, at)
    formed = page(three.mediator)
    assert "B Sam 1 thing to do, since" in on_clients(asked)
    assert asked.text == formed.text, "the session of the day, too"


def test_a_question_and_a_form_are_two_things(three: Three) -> None:
    three.until("asked")
    send_form(three.pair, three.pair.b, now())
    assert "B Sam 2 things to do, since" in on_clients(page(three.mediator))


@pytest.mark.parametrize("closed", [{"hold": True}, {"state": CaseState.PAUSED}])
def test_on_a_break_nobody_has_anything_to_do(three: Three, closed: dict[str, object]) -> None:
    three.until("asked")
    case_is(three.pair, **closed)
    assert "Sam" not in on_clients(page(three.mediator))


def test_what_is_over_or_given_waits_for_nobody(three: Three) -> None:
    three.until("given")
    found = page(three.mediator)
    assert LINE not in on_you(found)
    assert "Sam" not in on_clients(found)
    desk = running.press(three.mediator, three.desk(), "go_on")
    three.mediator.submit(desk, {"outcome": Outcome.JOINT.value}, action="/outcome")
    assert LINE not in on_you(page(three.mediator))


def test_what_was_stopped_waits_for_nobody(three: Three) -> None:
    three.until("asked")
    running.press(three.mediator, three.desk(), "stop")
    found = page(three.mediator)
    assert LINE not in on_you(found)
    assert "Sam" not in on_clients(found)


def test_each_mediator_of_the_case_looks_for_themselves(three: Three, other_mediator: Person) -> None:
    three.until("written")
    three.desk()
    assert LINE not in on_you(page(other_mediator))
    co = db.session.scalars(db.select(Staff).where(Staff.is_mediator, Staff.id != three.pair.mediator)).one()
    db.session.add(CaseMediator(case_id=three.pair.case, staff_id=co.id))
    db.session.commit()
    assert LINE not in on_you(page(three.mediator))
    assert LINE in on_you(page(other_mediator))
    other_mediator.get(three.at())
    assert LINE not in on_you(page(other_mediator))


def _told(pair: Pair, run: uuid.UUID, wish: Wish, days: int = 0) -> uuid.UUID:
    row = WishSent(case_id=pair.case, run_id=run, participant_id=pair.b, wish=wish, at=now() - timedelta(days=days))
    db.session.add(row)
    db.session.commit()
    return row.id


def test_a_wish_to_speak_alone_waits_until_it_was_seen(pair: Pair, mediator: Person) -> None:
    run = running.start(mediator, pair, "E13")
    for wish, days in ((Wish.BREAK, 0), (Wish.SLOWER, 0), (Wish.ALONE, 32)):
        _told(pair, run, wish, days)
    assert LINE not in on_you(page(mediator))
    wish_id = _told(pair, run, Wish.ALONE)
    running.press(mediator, running.console(mediator, pair, run), "stop")
    found = page(mediator)
    assert LINE in on_you(found)
    assert "alone" not in on_you(found)
    assert running.at(pair, f"/{run}") in found.links()
    over = running.console(mediator, pair, run)
    assert mediator.submit(over, action=f"/{wish_id}/seen").status == 200
    assert LINE not in on_you(page(mediator))


def test_what_is_handed_in_for_an_exercise_is_read_on_its_page(pair: Pair, mediator: Person) -> None:
    line, run = "Read what was handed in for an exercise Alex and Sam.", running.start(mediator, pair, "E13")
    assert line not in on_you(page(mediator))
    row = db.session.scalars(db.select(Assignment).join(Form).where(Form.run_id == run)).first()
    assert row is not None
    row.state, row.submitted_at = AssignmentState.SUBMITTED, now()
    audit.record("assignment.submitted", case=pair.case, subject=row.id)  # in the second in which its page was read
    db.session.commit()
    found = page(mediator)
    assert line in on_you(found)
    assert "Compare" not in on_you(found)
    assert running.at(pair, f"/{run}") in found.links()
    mediator.get(f"/work/cases/{pair.case}/comparison?form={row.form_id}")
    assert line in on_you(page(mediator)), "in the comparison it never stands"
    running.console(mediator, pair, run)
    assert line not in on_you(page(mediator))


def test_it_asks_nothing_more(three: Three) -> None:
    def cost() -> int:
        with counted() as sent:
            page(three.mediator)
        return sum(one.lstrip("( ").upper().startswith(("SELECT", "WITH")) for one in sent)

    page(three.mediator)
    before = cost()
    three.until("asked")
    assert cost() == before
    three.answer()
    _told(three.pair, three.run, Wish.ALONE)
    assert cost() == before
