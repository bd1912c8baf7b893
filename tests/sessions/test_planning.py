"""Planning a session: the gates, the page, numbers, changing and cancelling, and what the case's page says of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event

from mediator.cases.gates import CaseFacts, Gate
from mediator.cases.models import Case, Participant
from mediator.cases.terms import CaseState, Suitability
from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.sealed import ring_of
from mediator.core.visibility import Letter, Viewer
from mediator.practice.models import Staff
from mediator.sessions import planning_gates
from mediator.sessions.models import MediationSession
from mediator.sessions.terms import Attendees, SessionState
from tests.factories import Pair, make_case, make_participant
from tests.people import Page, Person
from tests.sessions.plan import ITEMS, make_session

NEW: dict[str, str | None] = {
    "attendees": "both",
    "day": "2027-03-12",
    "clock": "10:00",
    "minutes": "90",
    "place": "Room 2",
}
FACTS = CaseFacts(CaseState.ACTIVE, hold=False, suitability=Suitability.USUAL, a_signed=True, b_signed=True,
                  read_first=False)  # fmt: skip


def at(pair: Pair, tail: str = "") -> str:
    """Where the sessions of a case lie."""
    return f"/work/cases/{pair.case}/sessions{tail}"


def plan(mediator: Person, pair: Pair, **changes: str) -> Page:
    """Plan a session on the page."""
    return mediator.submit(mediator.get(at(pair, "/new")), {**NEW, **changes}, action="/sessions/new")


def sessions() -> list[MediationSession]:
    """Every session as it is stored now, by its time."""
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(db.select(MediationSession).order_by(MediationSession.planned_at)))


def numbers() -> list[int | None]:
    return [row.number for row in sessions()]


def set_case(pair: Pair, **values: object) -> None:
    case = db.session.get_one(Case, pair.case)
    for name, value in values.items():
        setattr(case, name, value)
    db.session.commit()


def verbs(pair: Pair) -> list[str]:
    db.session.rollback()
    rows = db.select(AuditEntry.verb).where(AuditEntry.case_id == pair.case).order_by(AuditEntry.number)
    return list(db.session.scalars(rows))


class Counter:
    """How many statements were sent to the database."""

    def __init__(self) -> None:
        self.count = 0

    def note(self, *_: object) -> None:
        self.count += 1


@pytest.fixture
def counted(pair: Pair) -> Iterator[Counter]:
    counter = Counter()
    event.listen(db.engine, "before_cursor_execute", counter.note)
    yield counter
    event.remove(db.engine, "before_cursor_execute", counter.note)


# ---- The gates, pure


@pytest.mark.parametrize(
    ("changes", "gates"),
    [
        ({}, []),
        ({"state": CaseState.CLOSING}, []),
        ({"suitability": Suitability.SAFEGUARDS}, []),
        ({"read_first": True}, []),
        ({"state": CaseState.PAUSED}, [Gate.STATE]),
        ({"state": CaseState.AGREED}, [Gate.STATE]),
        ({"state": CaseState.CLOSED}, [Gate.STATE]),
        ({"b_signed": False}, [Gate.BOTH_SIGNED]),
        ({"hold": True}, [Gate.NO_HOLD]),
        ({"suitability": Suitability.NOT_SUITABLE}, [Gate.SUITABILITY]),
        ({"suitability": None}, [Gate.SUITABILITY]),
        ({"state": CaseState.INTAKE, "a_signed": False, "hold": True}, [Gate.STATE, Gate.BOTH_SIGNED, Gate.NO_HOLD]),
    ],
)
def test_both_meet_only_where_everything_joint_may_be(changes: dict[str, object], gates: list[Gate]) -> None:
    facts = CaseFacts(**{**FACTS.__dict__, **changes})
    assert planning_gates.closed(facts) == gates


def test_one_person_is_met_while_the_case_lives() -> None:
    for state in CaseState:
        over = state in {CaseState.CLOSED, CaseState.RETENTION, CaseState.ERASED, CaseState.ENDED}
        assert planning_gates.alone(state) is not over


# ---- Planning


def test_a_session_is_planned_in_the_cases_zone(pair: Pair, mediator: Person) -> None:
    set_case(pair, zone="America/New_York")
    page = plan(mediator, pair, step="5")
    (row,) = sessions()
    assert page.response.request.path == at(pair, f"/{row.id}")
    assert (row.planned_at, row.minutes, row.number) == (datetime(2027, 3, 12, 15, tzinfo=UTC), 90, 1)
    assert (row.attendees, row.step, row.live, row.state) == (Attendees.BOTH, "5", True, SessionState.PLANNED)
    assert "Friday 12 March, 10:00" in page.words
    with ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))):
        assert row.place == "Room 2"
    assert "session.planned" in verbs(pair)


def test_a_new_page_proposes_the_next_step_of_the_route(pair: Pair, mediator: Person) -> None:
    fields = mediator.get(at(pair, "/new")).form("/sessions/new").fields
    assert (fields["attendees"], fields["step"], fields["minutes"], fields["how"]) == ("both", "7a", "90", "live")
    make_session(pair, step="4", minutes=60, items=(), state=SessionState.ENDED)
    fields = mediator.get(at(pair, "/new")).form("/sessions/new").fields
    assert (fields["step"], fields["minutes"], fields["place"]) == ("5", "60", "Room 2")


def test_sent_twice_it_is_planned_once(pair: Pair, mediator: Person) -> None:
    page = mediator.get(at(pair, "/new"))
    first = mediator.submit(page, NEW, action="/sessions/new")
    again = mediator.submit(page, NEW, action="/sessions/new")
    assert first.response.request.path == again.response.request.path
    assert len(sessions()) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"minutes": "19"}, "Write whole minutes, from 20 to 240"),
        ({"minutes": "241"}, "Write whole minutes, from 20 to 240"),
        ({"minutes": "an hour"}, "Write whole minutes, from 20 to 240"),
        ({"minutes": "9" * 400}, "Write whole minutes, from 20 to 240"),
        ({"day": "2027-02-30"}, "Write a day that exists"),
        ({"day": "0001-01-01"}, "Write a day that exists"),
        ({"day": ""}, "Choose a day"),
        ({"clock": "25:00"}, "Write a time of the day"),
        ({"clock": ""}, "Choose a time"),
        ({"day": "2020-01-01"}, "This day is over"),
        ({"day": "2027-03-28", "clock": "01:30"}, "this time is left out"),
        ({"attendees": "C"}, "Not a valid choice"),
        ({"step": "9"}, "Not a valid choice"),
        ({"place": "x" * 121}, "at most 120 characters"),
    ],
)
def test_what_can_not_be_is_said_at_its_field(pair: Pair, mediator: Person, changes: dict[str, str], said: str) -> None:
    page = plan(mediator, pair, **changes)
    assert page.status == 422
    assert said in page.words
    assert not sessions()
    fields = page.form("/sessions/new").fields
    for name, value in changes.items():
        if name in {"minutes", "place", "day", "clock"}:
            assert fields[name] == value


def test_a_day_that_is_over_is_for_writing_up(pair: Pair, mediator: Person) -> None:
    plan(mediator, pair, day="2024-05-01", how="later")
    (row,) = sessions()
    assert (row.live, row.planned_at.date()) == (False, date(2024, 5, 1))


# ---- Who may be met


@pytest.mark.parametrize(
    ("values", "plain", "apart"),
    [
        ({"hold": True}, "", "The case is on hold."),
        ({"suitability": Suitability.NOT_SUITABLE}, "", "does not allow a session with both"),
        ({"state": CaseState.PAUSED}, "not during a break", ""),
    ],
)
def test_where_both_may_not_meet_each_may(
    pair: Pair, mediator: Person, values: dict[str, object], plain: str, apart: str
) -> None:
    set_case(pair, **values)
    page = mediator.get(at(pair, "/new"))
    folded = " ".join(" ".join(one.itertext()) for one in page.all("details"))
    assert "A session with both is not possible as the case stands now" in page.words
    assert plain in page.words
    assert plain not in folded or not plain
    assert apart in folded  # what touches on safety stands in the private layer
    assert plan(mediator, pair).status == 422
    assert not sessions()
    plan(mediator, pair, attendees="B")
    (row,) = sessions()
    assert (row.attendees, row.number) == (Attendees.B, None)


def test_safeguards_allow_both_and_say_what_is_safer(pair: Pair, mediator: Person) -> None:
    set_case(pair, suitability=Suitability.SAFEGUARDS)
    assert "Two rooms, with you going between them, is the safer format" in mediator.get(at(pair, "/new")).words
    assert plan(mediator, pair).status == 200
    assert len(sessions()) == 1


def test_a_talk_alone_at_intake_before_anybody_signed(pair: Pair, mediator: Person) -> None:
    lead = db.session.get_one(Staff, pair.mediator)
    case = make_case(lead, state=CaseState.INTAKE, suitability=None)
    make_participant(case, Letter.A, "Robin", signed_on=None, seen_alone_on=None)
    path = f"/work/cases/{case.id}/sessions/new"
    page = mediator.get(path)
    assert page.form("/sessions/new").fields["attendees"] == "A"
    assert page.form("/sessions/new").fields["step"] == "0"
    assert [one.get("value") for one in page.all("input") if one.get("name") == "attendees"] == ["A"]
    mediator.submit(page, {**NEW, "attendees": "A"}, action="/sessions/new")
    assert sessions()[0].attendees is Attendees.A


def test_nobody_is_met_once_the_case_is_over_or_who_declined(pair: Pair, mediator: Person) -> None:
    db.session.get_one(Participant, pair.b).declined_on = now().date()
    db.session.commit()
    offered = [
        one.get("value") for one in mediator.get(at(pair, "/new")).all("input") if one.get("name") == "attendees"
    ]
    assert offered == ["A"]
    set_case(pair, state=CaseState.ENDED)
    assert "No session can be planned as the case stands now" in mediator.get(at(pair, "/new")).words


# ---- Numbers


def test_joint_sessions_are_numbered_among_themselves_by_their_dates(pair: Pair, mediator: Person) -> None:
    make_session(pair, items=(), state=SessionState.ENDED, at=now() - timedelta(days=9))
    plan(mediator, pair, day="2027-05-01")
    plan(mediator, pair, attendees="A", day="2027-04-20")
    plan(mediator, pair, day="2027-04-10")
    assert numbers() == [1, 2, None, 3]


def test_a_cancelled_session_gives_its_number_to_the_next(pair: Pair, mediator: Person) -> None:
    plan(mediator, pair, day="2027-04-10")
    plan(mediator, pair, day="2027-05-01")
    first, second = sessions()
    page = mediator.submit(mediator.get(at(pair, f"/{first.id}/plan")), action="/cancel")
    assert "Cancelled session" in page.words
    assert [(row.state.value, row.number) for row in sessions()] == [("cancelled", None), ("planned", 1)]
    back = mediator.submit(page, action="/plan-again")
    assert "Planned again." in back.words
    assert numbers() == [1, 2]
    assert {"session.cancelled", "session.planned-again"} <= set(verbs(pair))
    assert second.id == sessions()[1].id


# ---- Changing


def test_a_planned_session_is_changed(pair: Pair, mediator: Person) -> None:
    session_id = make_session(pair)
    page = mediator.get(at(pair, f"/{session_id}/plan"))
    done = mediator.submit(page, {"minutes": "120", "place": "", "attendees": "A"}, action=f"{session_id}/plan")
    assert "Saved." in done.words
    (row,) = sessions()
    assert (row.minutes, row.number, row.attendees) == (120, None, Attendees.A)
    assert row.place_bytes is None


def test_a_stale_page_saves_nothing(pair: Pair, mediator: Person) -> None:
    session_id = make_session(pair)
    page = mediator.get(at(pair, f"/{session_id}/plan"))
    mediator.submit(page, {"minutes": "120"}, action=f"{session_id}/plan")
    late = mediator.submit(page, {"minutes": "60"}, action=f"{session_id}/plan")
    assert late.status == 409
    assert sessions()[0].minutes == 120


def test_a_session_that_began_is_not_planned_any_more(pair: Pair, mediator: Person) -> None:
    session_id = make_session(pair)
    page = mediator.get(at(pair, f"/{session_id}/plan"))
    row = db.session.get_one(MediationSession, session_id)
    row.state = SessionState.RUNNING
    db.session.commit()
    assert mediator.submit(page, {"minutes": "60"}, action=f"{session_id}/plan").status == 409
    assert mediator.submit(page, action="/cancel").status == 409
    assert sessions()[0].state is SessionState.RUNNING


@pytest.mark.parametrize(
    ("state", "tail"),
    [
        (SessionState.RUNNING, "run"),
        (SessionState.PAUSED, "run"),
        (SessionState.ENDED, "summary"),
        (SessionState.WRITTEN_UP, "summary"),
    ],
)
def test_a_session_is_looked_at_where_it_stands(pair: Pair, mediator: Person, state: SessionState, tail: str) -> None:
    session_id = make_session(pair, state=state, started_at=now(), running_since=now())
    page = mediator.look_at(at(pair, f"/{session_id}"))
    assert page.status == 303
    assert page.response.headers["Location"] == at(pair, f"/{session_id}/{tail}")


# ---- Strangers, the other person, and the case's page


def test_nobody_else_finds_a_session(pair: Pair, other_mediator: Person, assistant: Person, owner: Person) -> None:
    session_id = make_session(pair)
    for who in (other_mediator, assistant, owner):
        for tail in ("/new", f"/{session_id}", f"/{session_id}/plan", f"/{session_id}/agenda/print"):
            assert who.get(at(pair, tail)).status == 404


def test_a_session_of_another_case_is_not_there(pair: Pair, mediator: Person) -> None:
    make_session(pair)
    assert mediator.get(at(pair, f"/{uuid.uuid4()}")).status == 404


def test_the_cases_page_tells_what_comes_next_and_what_is_past(pair: Pair, mediator: Person, counted: Counter) -> None:
    page = mediator.get(f"/work/cases/{pair.case}")
    assert "No session is planned." in page.words
    assert at(pair, "/new") in page.links()
    make_session(pair, state=SessionState.ENDED, at=now() - timedelta(days=7))
    next_id = make_session(pair, at=datetime(2027, 3, 12, 10, tzinfo=UTC))
    make_session(pair, "A", at=datetime(2027, 4, 12, 9, tzinfo=UTC), items=())
    mediator.get(f"/work/cases/{pair.case}")
    counted.count = 0
    page = mediator.get(f"/work/cases/{pair.case}")
    few = counted.count
    assert "Friday 12 March, 10:00" in page.words
    assert f"Agenda ready, {len(ITEMS)} items, 85 min" in page.words
    assert "Session with Alex" in page.words
    assert at(pair, f"/{next_id}") in page.links()
    for days in range(5):
        make_session(pair, state=SessionState.ENDED, at=now() - timedelta(days=30 + days))
        make_session(pair, at=now() + timedelta(days=900 + days))
    counted.count = 0
    mediator.get(f"/work/cases/{pair.case}")
    assert counted.count == few


def test_a_session_alone_shows_on_no_page_of_the_other(pair: Pair, mediator: Person, participant_b: Person) -> None:
    before = participant_b.get("/notes/").words
    make_session(pair, "A", place="Room heron")
    assert participant_b.get("/notes/").words == before
