"""When a new form is due: by the session it is for, so that the mediator can read the answers before it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mediator.cases.models import Case, Participant
from mediator.core.clock import now
from mediator.core.db import db
from mediator.questionnaires.due import proposed_due
from tests.factories import Pair
from tests.people import Page, Person
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
