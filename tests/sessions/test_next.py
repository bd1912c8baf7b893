"""What a case says about its next session is what its sessions say, after every act on one of them."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest

from mediator.cases.models import Case, Participant
from mediator.core.clock import now
from mediator.core.db import db
from mediator.sessions.models import MediationSession
from mediator.sessions.queries import AHEAD
from mediator.sessions.terms import Attendees
from tests.factories import Pair
from tests.people import Page, Person
from tests.sessions.live import at, begin, press, row_of
from tests.sessions.plan import make_session

NEW = {"attendees": "both", "day": "2027-03-12", "clock": "10:00", "minutes": "90", "place": "Room 2"}


def noted(pair: Pair) -> tuple[datetime | None, datetime | None]:
    """What the case says, which must be what a look at all its sessions says."""
    db.session.rollback()
    db.session.expire_all()
    case = db.session.get_one(Case, pair.case)
    rows = db.session.scalars(db.select(MediationSession).where(MediationSession.case_id == pair.case)).all()
    ahead = [row for row in rows if row.state in AHEAD]
    together = [row.planned_at for row in ahead if row.attendees is Attendees.BOTH]
    assert case.next_session_at == min((row.planned_at for row in ahead), default=None)
    assert case.next_joint_at == min(together, default=None)
    return case.next_session_at, case.next_joint_at


def plan(mediator: Person, pair: Pair, **changes: str) -> uuid.UUID:
    """Plan a session on the page; its id."""
    page = mediator.submit(mediator.get(at_all(pair, "/new")), {**NEW, **changes}, action="/sessions/new")
    return uuid.UUID(page.response.request.path.rsplit("/", 1)[1])


def at_all(pair: Pair, tail: str) -> str:
    return f"/work/cases/{pair.case}/sessions{tail}"


def change(mediator: Person, pair: Pair, session: uuid.UUID, **changes: str) -> Page:
    return mediator.submit(mediator.get(at(pair, session, "/plan")), dict(changes), action="/plan")


def test_planning_changing_and_cancelling_keep_the_next_session(pair: Pair, mediator: Person) -> None:
    assert noted(pair) == (None, None)
    joint = plan(mediator, pair)
    first = noted(pair)
    assert first[0] == first[1] == datetime.fromisoformat("2027-03-12T10:00:00+00:00")
    alone = plan(mediator, pair, attendees="A", day="2027-03-01")
    both = noted(pair)
    assert both[0] is not None
    assert both[1] is not None
    assert both[0] < both[1], "one with A alone comes first, and does not count as joint"
    change(mediator, pair, joint, day="2027-02-01")
    assert noted(pair)[0] == noted(pair)[1]
    change(mediator, pair, joint, attendees="B")
    assert noted(pair)[1] is None
    change(mediator, pair, joint, attendees="both", day="2027-03-12")
    page = mediator.submit(mediator.get(at(pair, alone, "/plan")), action="/cancel")
    assert noted(pair) == first
    mediator.submit(page, action="/plan-again")
    assert noted(pair) == both


def test_running_ending_and_undoing_keep_the_next_session(pair: Pair, mediator: Person) -> None:
    session = make_session(pair)
    later = make_session(pair, at=now() + timedelta(days=8))
    soon = noted(pair)
    page = begin(mediator, pair, session)
    assert noted(pair) == soon, "one that runs is still the next"
    for button in ("pause", "resume", "next", "skip"):
        page = press(mediator, page, button)
        assert noted(pair) == soon
    page = press(mediator, page, "end")
    assert noted(pair)[0] == row_of(later).planned_at
    page = mediator.submit(page, action="/run/undo")
    assert noted(pair) == soon
    press(mediator, page, "end")
    assert noted(pair)[0] == row_of(later).planned_at


@pytest.mark.parametrize("attendees", ["both", "A"])
def test_writing_up_keeps_the_next_session(pair: Pair, mediator: Person, attendees: str) -> None:
    session = make_session(pair, attendees, at=now() - timedelta(days=1))
    assert noted(pair)[0] is not None
    begin(mediator, pair, session, live="no")
    assert noted(pair) == (None, None)
    page = mediator.get(at(pair, session, "/summary"))
    mediator.submit(page, {"done": "yes"}, action="/summary")
    assert noted(pair) == (None, None)


def test_a_new_form_begins_with_the_step_of_the_next_session_with_both(pair: Pair, mediator: Person) -> None:
    def begins_with() -> str:
        (link,) = {one for one in mediator.get(f"/work/cases/{pair.case}").links() if "/forms/new" in one}
        page = mediator.get(link)
        return next(one.get("value", "") for one in page.all("option") if one.get("selected") is not None)

    assert begins_with() == "7", "without a session, the first of the route"
    make_session(pair, at=now() + timedelta(days=9), step="5")
    assert begins_with() == "5"
    make_session(pair, "A", at=now() + timedelta(days=2), step="2")
    assert begins_with() == "5", "one with A alone is not gone by"
    make_session(pair, at=now() + timedelta(days=4), step="8a")
    assert begins_with() == "8", "a half belongs to its step"
    declined = db.session.get_one(Participant, pair.b)
    declined.declined_on, declined.signed_on, declined.accepted_at = now().date(), None, None
    db.session.commit()
    assert begins_with() == "2", "with one person there, the next there is"
