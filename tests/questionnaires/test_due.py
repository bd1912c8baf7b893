"""When a new form is due: by the session it is for, so that the mediator can read the answers before it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mediator.cases.models import Case, Door, Participant, SafeContact
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Letter
from mediator.questionnaires.due import proposed_due
from tests.factories import Pair, make_participant
from tests.people import Page, Person
from tests.questionnaires.making import assignments, form_of, make
from tests.questionnaires.making import at as form_at
from tests.sessions.plan import make_session

AT = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "due"),
    [
        (72, 48),  # a day before
        (27, 3),  # a day before still leaves three hours
        (26, 25),  # it does not: an hour before
        (2, 1),
        (1, None),  # an hour before is now
        (0.5, None),
        (-5, None),  # never held, never cancelled
    ],
)
def test_a_form_is_due_a_day_before_its_session_or_an_hour(hours: float, due: float | None) -> None:
    """Hours from now to the session, and from now to the due time; None for a week from now."""
    found = proposed_due(AT, "Europe/Paris", AT + timedelta(hours=hours))
    expected = datetime(2026, 3, 19, 17, 0, tzinfo=UTC) if due is None else AT + timedelta(hours=due)
    assert found.at == expected
    assert (found.before is None) == (due is None)


def test_a_day_is_24_hours_when_clocks_change() -> None:
    """The Sunday the clocks go forward has 23 hours: the wall clock says an hour earlier."""
    session = datetime(2026, 3, 29, 18, 0, tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)
    found = proposed_due(AT, "Europe/London", session).at.astimezone(ZoneInfo("Europe/London"))
    assert (found.day, found.hour) == (28, 17)


def page(mediator: Person, pair: Pair) -> Page:
    return mediator.get(f"/work/cases/{pair.case}/forms/new")


def due_on(found: Page) -> datetime:
    fields = found.form("/forms/new").fields
    local = datetime.fromisoformat(f"{fields['due_date']}T{fields['due_time']}")
    return local.replace(tzinfo=ZoneInfo("Europe/London"))


def test_the_page_proposes_a_day_before_the_next_session_with_both_and_says_so(pair: Pair, mediator: Person) -> None:
    """An earlier session with one person alone is not gone by: the due time would tell the other of it."""
    session = (now() + timedelta(days=5)).replace(second=0)
    make_session(pair, "A", at=now() + timedelta(days=2))
    make_session(pair, at=session)
    found = page(mediator, pair)
    assert due_on(found) == session - timedelta(hours=24)
    local = session.astimezone(ZoneInfo("Europe/London"))
    assert f"Proposed: 24 hours before the next session, {local:%A} {local.day}" in found.words
    assert f", {local:%H:%M}." in found.words


def test_one_person_alone_has_the_form_before_their_own_session(pair: Pair, mediator: Person) -> None:
    db.session.get_one(Participant, pair.b).declined_on = now().date()
    db.session.commit()
    session = (now() + timedelta(hours=20)).replace(second=0)
    make_session(pair, "A", at=session)
    found = page(mediator, pair)
    assert due_on(found) == session - timedelta(hours=1)
    assert "an hour before the next session" in found.words


def test_without_a_session_it_is_a_week(pair: Pair, mediator: Person) -> None:
    found = page(mediator, pair)
    assert "a week from now, since no session is planned" in found.words
    assert due_on(found).hour == 18
    case = db.session.get_one(Case, pair.case)
    case.next_joint_at = now() - timedelta(hours=1)
    db.session.commit()
    assert "too near to go by" in page(mediator, pair).words


def alone(pair: Pair) -> datetime:
    """B said no, and a form was made that goes by A's own session. When it is due."""
    db.session.get_one(Participant, pair.b).declined_on = now().date()
    db.session.commit()
    session = (now() + timedelta(days=5)).replace(second=0, microsecond=0)
    make_session(pair, "A", at=session)
    return session - timedelta(hours=24)


def back(pair: Pair) -> None:
    """The no is withdrawn."""
    db.session.get_one(Participant, pair.b).declined_on = None
    db.session.commit()


@pytest.mark.parametrize("sent_to_a", [False, True])
def test_whoever_joins_does_not_read_when_the_other_is_met_alone(pair: Pair, mediator: Person, sent_to_a: bool) -> None:
    """A form's due time went by A's own session; who gets it later gets it with a time of its own."""
    due = alone(pair)
    make(mediator, pair, {}, go="send" if sent_to_a else "save")
    form = form_of(pair)
    assert form.due_at == due
    back(pair)
    asked = mediator.submit(mediator.get(form_at(form)), {"to.A": None, "to.B": "yes"}, action="/send")
    assert asked.status == 422
    assert "Say first by when this form is to be handed in." in asked.words
    assert [row.participant_id for row in assignments()] == ([pair.a] if sent_to_a else [])
    proposed = asked.form("/due").fields
    assert proposed["due_time"] == "18:00", "no session with both is planned: in a week"
    mediator.submit(asked, action="/due")
    mediator.submit(mediator.get(form_at(form)), {"to.A": None, "to.B": "yes"}, action="/send")
    (got,) = (row for row in assignments() if row.participant_id == pair.b)
    assert got.due_at not in {due, None}
    assert form_of(pair).due_at == got.due_at


def test_the_second_person_is_added_later(pair: Pair, mediator: Person) -> None:
    case = db.session.get_one(Case, pair.case)
    for table in (SafeContact, Door):
        db.session.execute(db.delete(table).where(table.participant_id == pair.b))
    db.session.execute(db.delete(Participant).where(Participant.id == pair.b))
    db.session.commit()
    make_session(pair, "A", at=(now() + timedelta(days=5)).replace(second=0))
    make(mediator, pair, {})
    assert form_of(pair).due_at is not None
    make_participant(case, Letter.B, "Sam", email="sam@people.example")
    form = form_of(pair)
    assert form.due_at is None
    draft = mediator.get(form_at(form, "/edit")).form("/edit").fields
    assert draft["due_time"] == "18:00"


def test_what_somebody_has_keeps_its_time_and_so_does_what_both_had(pair: Pair, mediator: Person) -> None:
    make(mediator, pair, {}, go="send")
    before = [row.due_at for row in assignments()]
    due = form_of(pair).due_at
    alone(pair)
    back(pair)
    assert form_of(pair).due_at == due
    assert [row.due_at for row in assignments()] == before
    db.session.get_one(Participant, pair.b).name = "Sammy"
    db.session.commit()
    assert form_of(pair).due_at == due
