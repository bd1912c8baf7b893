"""Running a session: moving through the agenda, making time fit, two windows, and taking a step back."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from flask import Flask

from mediator.cases.models import Case
from mediator.core.clock import now
from mediator.core.db import db
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.terms import AssignmentState
from mediator.sessions.terms import ItemKind, SessionState
from tests.factories import Pair
from tests.people import Page, Person
from tests.questionnaires import build
from tests.sessions.live import at, begin, later, present, press, row_of, running, states, told, verbs
from tests.sessions.plan import Item, items_of, make_session


def run(mediator: Person, pair: Pair, session: uuid.UUID) -> Page:
    return mediator.get(at(pair, session, "/run"))


def test_starting_begins_the_first_item_and_is_done_once(pair: Pair, mediator: Person) -> None:
    session = make_session(pair)
    page = mediator.get(at(pair, session, "/run"))
    mediator.submit(page, {"live": "yes"}, action="/run/start")
    first = row_of(session).started_at
    later(session, 3)
    mediator.submit(page, {"live": "yes"}, action="/run/start")
    assert states(session) == ["running", *["waiting"] * 5]
    assert row_of(session).started_at == (first or now()) - timedelta(minutes=3)
    assert verbs(session) == ["session.started"]


def test_next_folds_the_time_into_the_item_and_begins_the_following(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    later(session, 6)
    page = press(mediator, run(mediator, pair, session), "next")
    assert states(session)[:3] == ["done", "running", "waiting"]
    assert 360 <= row_of(session).items[0].spent <= 362
    assert row_of(session).items[0].running_since is None
    assert "What was promised" in page.words
    assert "On to the next." in page.words


def test_two_windows_pressing_next_go_on_once(pair: Pair, mediator: Person, app: Flask) -> None:
    session = running(mediator, pair)
    other = Person(app).sign_in(pair.mediator_email)
    mine, theirs = run(mediator, pair, session), run(other, pair, session)
    press(mediator, mine, "next")
    assert press(other, theirs, "next").status == 200
    assert states(session)[:3] == ["done", "running", "waiting"]


def test_a_page_out_of_date_gives_no_minutes_twice(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = run(mediator, pair, session)
    press(mediator, page, "extend")
    again = press(mediator, page, "extend")
    assert again.status == 409
    assert "another window" in again.words
    assert present(session).minutes == 12


def test_skipping_and_jumping(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    press(mediator, run(mediator, pair, session), "skip")
    assert states(session)[:2] == ["skipped", "running"]
    items = items_of(session)
    page = mediator.get(at(pair, session, f"/run?item={items[4]}"))
    assert "not the present item" in page.words
    press(mediator, page, "jump", item=str(items[4]))
    assert states(session) == ["skipped", "done", "waiting", "waiting", "running", "waiting"]
    press(mediator, run(mediator, pair, session), "next")
    press(mediator, run(mediator, pair, session), "next")
    assert states(session)[2] == "running", "what was passed over comes after the rest"


def test_going_back_to_an_item_adds_to_what_it_had_run(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    later(session, 5)
    press(mediator, run(mediator, pair, session), "next")
    first = items_of(session)[0]
    press(mediator, mediator.get(at(pair, session, f"/run?item={first}")), "jump", item=str(first))
    later(session, 2)
    press(mediator, run(mediator, pair, session), "next")
    assert 420 <= row_of(session).items[0].spent <= 424


def test_a_pause_stops_both_clocks_and_carrying_on_goes_on_from_there(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    later(session, 4)
    press(mediator, run(mediator, pair, session), "pause")
    later(session, 10)
    page = run(mediator, pair, session)
    assert "4:0" in page.words
    assert "Paused" in page.words
    press(mediator, page, "resume")
    later(session, 1)
    state = told(mediator, pair, session)
    assert state["running"] is True
    assert 300 <= state["spent"] <= 303
    assert 300 <= state["session"] <= 303
    assert verbs(session) == ["session.started", "session.paused", "session.resumed"]


def test_nothing_moves_during_a_pause(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = run(mediator, pair, session)
    press(mediator, page, "pause")
    assert press(mediator, page, "next").status == 409
    assert states(session)[0] == "running"


def test_minutes_are_taken_from_a_later_item_and_never_below_three(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    items = items_of(session)
    page = press(mediator, run(mediator, pair, session), "take", **{"from": str(items[3])})
    assert "2 minutes taken" in page.words
    rows = row_of(session).items
    assert (rows[0].minutes, rows[3].minutes) == (9, 3)
    assert press(mediator, page, "take", **{"from": str(items[3])}).status == 409


def test_shortening_ends_in_time_and_touches_only_what_waits(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    later(session, 30)
    page = run(mediator, pair, session)
    assert "min over" in page.words
    page = press(mediator, page, "shorten")
    minutes = [item.minutes for item in row_of(session).items]
    assert minutes[0] == 7
    assert minutes[3] == 5, "the break keeps its minutes"
    assert sum(minutes[1:]) in {59, 60}
    assert "just in time" in page.words


def test_an_item_is_added_right_after_the_present_one_and_once(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = run(mediator, pair, session)
    for _twice in range(2):
        mediator.submit(page, {"title": "The dog", "minutes": "8"}, action="/run/items")
    page = run(mediator, pair, session)
    assert "Next: The dog" in page.words
    assert len(items_of(session)) == 7


@pytest.mark.parametrize(("title", "minutes", "field"), [(" ", "8", "title"), ("x" * 121, "8", "title"),
                                                         ("The dog", "0", "minutes"), ("The dog", "\u0661", "minutes"),
                                                         ("The dog", "241", "minutes")])  # fmt: skip
def test_an_item_that_does_not_fit_says_so_and_keeps_what_was_typed(
    pair: Pair, mediator: Person, title: str, minutes: str, field: str
) -> None:
    session = running(mediator, pair)
    page = mediator.submit(run(mediator, pair, session), {"title": title, "minutes": minutes}, action="/run/items")
    assert page.status == 422
    typed = {one.get("name"): one for one in page.all("input")}
    assert typed[field].get("aria-invalid") == "true"
    assert typed["title"].get("value") == title
    assert len(items_of(session)) == 6


def test_ending_and_taking_the_end_back_leaves_the_clocks_as_if_it_had_not_been(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    later(session, 5)
    page = press(mediator, run(mediator, pair, session), "end")
    assert row_of(session).state is SessionState.ENDED
    assert states(session)[0] == "done"
    page = mediator.submit(page, action="/run/undo")
    assert "Taken back." in page.words
    assert row_of(session).state is SessionState.RUNNING
    assert states(session)[0] == "running"
    state = told(mediator, pair, session)
    assert 300 <= state["spent"] <= 303
    assert verbs(session) == ["session.started", "session.ended", "session.step.taken-back"]


def test_a_move_is_taken_back_once(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = press(mediator, run(mediator, pair, session), "next")
    mediator.submit(page, action="/run/undo")
    assert states(session)[:2] == ["running", "waiting"]
    assert mediator.submit(page, action="/run/undo").status == 409


def test_a_move_cannot_be_taken_back_once_another_window_went_on(pair: Pair, mediator: Person, app: Flask) -> None:
    session = running(mediator, pair)
    page = press(mediator, run(mediator, pair, session), "next")
    other = Person(app).sign_in(pair.mediator_email)
    press(other, run(other, pair, session), "next")
    assert mediator.submit(page, action="/run/undo").status == 409
    assert states(session)[:3] == ["done", "done", "running"]
    assert "Undo" not in run(mediator, pair, session).words


def test_a_move_cannot_be_taken_back_for_long(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = press(mediator, run(mediator, pair, session), "next")
    with mediator.client.session_transaction() as cookie:
        cookie["undo"] = {**cookie["undo"], "at": (now() - timedelta(seconds=71)).isoformat()}
    assert mediator.submit(page, action="/run/undo").status == 409
    assert "Undo" not in run(mediator, pair, session).words


def test_without_an_agenda_the_session_has_the_clock_and_the_notes(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair, items=())
    later(session, 12)
    page = run(mediator, pair, session)
    assert "Without an agenda" in page.words
    assert "12:0" in page.words
    press(mediator, page, "end")
    assert row_of(session).state is SessionState.ENDED


def test_what_is_added_without_an_agenda_is_offered_as_the_next_and_begun_once(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair, items=())
    later(session, 12)
    mediator.submit(run(mediator, pair, session), {"title": "The dog", "minutes": "8"}, action="/run/items")
    page = run(mediator, pair, session)
    assert "Ready for the next item" in page.words
    assert "Next: The dog" in page.words
    assert "12:0" in page.words, "the session’s own clock stays"
    assert 720 <= told(mediator, pair, session)["spent"] <= 723
    for _twice in range(2):
        page = press(mediator, page, "next", item="")
    assert states(session) == ["running"]
    page = mediator.submit(run(mediator, pair, session), action="/run/undo")
    assert states(session) == ["waiting"]
    assert "Next: The dog" in page.words


def test_what_is_added_to_an_agenda_that_is_done_is_offered_as_the_next(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair, items=(Item("Arrive and check in", 7, ItemKind.OPENING),))
    page = press(mediator, run(mediator, pair, session), "next")
    assert "The agenda is done" in page.words
    assert [one for one in page.all("div") if one.get("role") == "timer"], "the session’s own clock stays"
    assert not [one for one in page.all("button") if one.get("value") == "next"]
    mediator.submit(page, {"title": "The dog", "minutes": "8"}, action="/run/items")
    page = run(mediator, pair, session)
    assert "The agenda is done" not in page.words
    press(mediator, page, "next")
    assert states(session) == ["done", "running"]


def test_written_up_afterwards_has_no_clock(pair: Pair, mediator: Person) -> None:
    session = make_session(pair, at=now() - timedelta(days=1))
    page = begin(mediator, pair, session, live="no")
    row = row_of(session)
    assert (row.state, row.live) == (SessionState.ENDED, False)
    assert row.started_at == row.planned_at
    assert row.ended_at == row.planned_at + timedelta(minutes=90)
    assert not [one for one in page.all("div") if one.get("role") == "timer"]
    items = items_of(session)
    page = mediator.get(at(pair, session, f"/run?item={items[1]}"))
    press(mediator, page, "left")
    assert states(session) == ["done", "skipped", *["done"] * 4]


def test_begun_to_be_written_up_by_mistake_it_is_taken_back_as_if_it_had_not_been(pair: Pair, mediator: Person) -> None:
    form = build.send(pair.a, (build.READY,), state=AssignmentState.SUBMITTED)
    before = build.send(pair.b, (build.READY,), state=AssignmentState.SUBMITTED)
    earlier = now() - timedelta(days=7)
    db.session.get_one(Assignment, form).due_at = now() - timedelta(hours=1)
    db.session.get_one(Assignment, before).locked_at = earlier
    db.session.commit()
    session = make_session(pair, at=now() + timedelta(days=7))
    page = begin(mediator, pair, session, live="no")
    assert db.session.get_one(Assignment, form).locked_at is not None
    page = mediator.submit(page, action="/run/undo")
    row = row_of(session)
    assert (row.state, row.live, row.started_at, row.ended_at) == (SessionState.PLANNED, True, None, None)
    assert states(session) == ["waiting"] * 6
    assert db.session.get_one(Assignment, form).locked_at is None
    assert db.session.get_one(Assignment, before).locked_at == earlier, "what an earlier session closed stays closed"
    assert db.session.get_one(Case, pair.case).next_session_at == row.planned_at
    assert "Start the session" in page.words
    assert verbs(session) == ["session.write-up.begun", "session.step.taken-back"]


@pytest.mark.parametrize(("days", "folded"), [(-1, False), (7, True)])
def test_before_its_time_writing_it_up_is_folded_and_says_what_it_does(
    pair: Pair, mediator: Person, days: int, folded: bool
) -> None:
    page = run(mediator, pair, make_session(pair, at=now() + timedelta(days=days)))
    inside = " ".join(" ".join(fold.itertext()) for fold in page.all("details"))
    assert ("Write it up afterwards" in inside) is folded
    assert ("can’t be started any more" in inside) is folded
    assert "Write it up afterwards" in page.words


def test_handed_in_forms_are_closed_when_both_begin(pair: Pair, mediator: Person) -> None:
    handed_in = build.send(pair.a, (build.READY,), state=AssignmentState.SUBMITTED)
    started = build.send(pair.b, (build.READY,), state=AssignmentState.STARTED)
    for form in (handed_in, started):
        db.session.get_one(Assignment, form).due_at = now() - timedelta(hours=1)
    db.session.commit()
    running(mediator, pair)
    assert db.session.get_one(Assignment, handed_in).locked_at is not None
    assert db.session.get_one(Assignment, started).locked_at is None, "words under way are never shut out"


@pytest.mark.parametrize("values", [{"hold": True}, {"state": "paused"}, {"suitability": "not_suitable"}])
def test_both_do_not_meet_while_joint_things_are_stopped(
    pair: Pair, mediator: Person, values: dict[str, object]
) -> None:
    session, alone = make_session(pair), make_session(pair, "A")
    ready = mediator.get(at(pair, session, "/run"))
    case = db.session.get_one(Case, pair.case)
    for name, value in values.items():
        setattr(case, name, value)
    db.session.commit()
    assert mediator.submit(ready, {"live": "yes"}, action="/run/start").status == 409
    assert row_of(session).state is SessionState.PLANNED
    page = mediator.get(at(pair, session, "/run"))
    assert "can’t start now" in page.words
    begin(mediator, pair, alone)
    assert row_of(alone).state is SessionState.RUNNING, "one person may be met, under a hold too"


def test_a_hold_during_a_pause_keeps_the_room_closed(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = press(mediator, run(mediator, pair, session), "pause")
    db.session.get_one(Case, pair.case).hold = True
    db.session.commit()
    refused = press(mediator, page, "resume")
    assert refused.status == 409
    assert "hold" not in refused.words, "people in the room may see this page"
    assert row_of(session).state is SessionState.PAUSED


@pytest.mark.parametrize("do", ["next", "jump", "extend", "nonsense", ""])
def test_an_act_without_what_it_needs_changes_nothing(pair: Pair, mediator: Person, do: str) -> None:
    session = running(mediator, pair)
    form = run(mediator, pair, session).form("/run/act")
    answer = mediator.post(form.action, {"csrf_token": form.fields["csrf_token"], "do": do, "rev": "x"})
    assert answer.status in {400, 409}
    assert row_of(session).rev == 1
