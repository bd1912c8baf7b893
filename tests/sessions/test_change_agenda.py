"""Changing the agenda while the session runs: order, minutes, what is left out, taking back, two windows."""

from __future__ import annotations

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from mediator.cases.models import Case
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.visibility import Letter
from mediator.sessions import changing, room
from mediator.sessions.running import UNDO
from mediator.sessions.terms import ItemState, SessionState
from tests.factories import Pair
from tests.people import Page, Person
from tests.sessions.live import at, later, press, ring, row_of, running, states, verbs
from tests.sessions.plan import Item, items_of, make_session

PAGE = "/run/agenda"


def titles(pair: Pair, session: uuid.UUID) -> list[str]:
    """The agenda as it stands."""
    row = row_of(session)
    with ring(pair):
        return [str(item.title) for item in sorted(row.items, key=lambda item: item.position)]


def minutes(session: uuid.UUID) -> list[int]:
    return [item.minutes for item in sorted(row_of(session).items, key=lambda item: item.position)]


def change(mediator: Person, page: Page, **more: str) -> Page:
    """Press a button of the list as the page showed it."""
    form = page.form(PAGE)
    return mediator.post(form.action, {**form.fields, **more})


@pytest.fixture
def session(pair: Pair, mediator: Person) -> uuid.UUID:
    """A session in its second item: one done, one running, four that wait."""
    session = running(mediator, pair)
    press(mediator, mediator.get(at(pair, session, "/run")), "next")
    return session


def test_the_run_leads_there_and_shows_what_waits(pair: Pair, mediator: Person, session: uuid.UUID) -> None:
    assert at(pair, session, PAGE) in mediator.get(at(pair, session, "/run")).links()
    page = mediator.get(at(pair, session, PAGE))
    waiting = [one.get("data-item") for one in page.all("li") if one.get("data-item")]
    assert waiting == [str(one) for one in items_of(session)[2:]]
    assert "So that everybody arrives." not in page.text, "the room may see this page"


def test_buttons_move_one_place_among_what_waits(pair: Pair, mediator: Person, session: uuid.UUID) -> None:
    page = mediator.get(at(pair, session, PAGE))
    ids = items_of(session)
    page = change(mediator, page, up=str(ids[4]))
    assert titles(pair, session)[2:5] == ["Which part of trust", "New promises, small and dated", "Break"]
    assert [one.get("id") for one in page.all("button") if one.get("autofocus") is not None] == [f"up-{ids[4]}"]
    assert "The agenda was changed. Undo" in page.words
    page = change(mediator, page, up=str(ids[2]))  # the first of what waits goes no higher
    assert titles(pair, session)[:3] == ["Arrive and check in", "What was promised", "Which part of trust"]
    assert states(session)[:2] == ["done", "running"]
    assert verbs(session).count("session.agenda.changed") == 1


def test_a_whole_order_is_only_of_what_waits(pair: Pair, mediator: Person, session: uuid.UUID) -> None:
    ids = items_of(session)
    page = mediator.get(at(pair, session, PAGE))
    wanted = [ids[5], ids[4], ids[3], ids[2]]
    page = change(mediator, page, order=",".join(map(str, wanted)), moved=str(ids[5]))
    assert titles(pair, session)[2:] == ["Close", "New promises, small and dated", "Break", "Which part of trust"]
    for wrong in (ids, wanted[1:], [*wanted, uuid.uuid4()]):
        assert change(mediator, page, order=",".join(map(str, wrong))).status == 409
    assert change(mediator, page, order="nonsense").status == 400


def test_minutes_of_what_waits_are_saved_with_whatever_is_pressed(
    pair: Pair, mediator: Person, session: uuid.UUID
) -> None:
    ids = items_of(session)
    page = mediator.get(at(pair, session, PAGE))
    page = change(mediator, page, **{f"minutes.{ids[2]}": "20", f"minutes.{ids[0]}": "99", "down": str(ids[2])})
    assert titles(pair, session)[3] == "Which part of trust"
    assert minutes(session)[3] == 20
    assert minutes(session)[0] == 7, "what is done keeps its minutes"
    wrong = change(mediator, page, **{f"minutes.{ids[2]}": "many", f"minutes.{ids[3]}": "6"})
    assert wrong.status == 422
    assert "Write whole minutes, from 1 to 240" in wrong.words
    fields = wrong.form(PAGE).fields
    assert (fields[f"minutes.{ids[2]}"], fields[f"minutes.{ids[3]}"]) == ("many", "6")
    assert 6 not in minutes(session)[2:5]


def test_left_out_is_not_gone(pair: Pair, mediator: Person, session: uuid.UUID) -> None:
    ids = items_of(session)
    page = change(mediator, mediator.get(at(pair, session, PAGE)), leave=str(ids[2]))
    assert states(session)[2] == "skipped"
    assert "Left out Which part of trust" in page.words
    with ring(pair):
        assert [str(item.title) for item in room.left(row_of(session))][:1] == ["Which part of trust"]
    page = change(mediator, page, take=str(ids[2]))
    assert states(session)[2] == "waiting"
    assert "Left out" not in page.words


@pytest.mark.parametrize("act", ["up", "leave", "order", "minutes"])
def test_every_change_is_taken_back_whole(pair: Pair, mediator: Person, session: uuid.UUID, act: str) -> None:
    ids = items_of(session)
    before = (titles(pair, session), minutes(session), states(session))
    told = {
        "up": {"up": str(ids[3]), f"minutes.{ids[5]}": "11"},
        "leave": {"leave": str(ids[3])},
        "order": {"order": ",".join(str(one) for one in reversed(ids[2:]))},
        "minutes": {f"minutes.{ids[2]}": "3"},
    }[act]
    page = change(mediator, mediator.get(at(pair, session, PAGE)), **told)
    assert (titles(pair, session), minutes(session), states(session)) != before
    page = mediator.submit(page, action="/run/undo")
    assert page.response.request.path == at(pair, session, PAGE)
    assert (titles(pair, session), minutes(session), states(session)) == before


def test_what_came_since_or_is_long_ago_is_not_taken_back(pair: Pair, mediator: Person, session: uuid.UUID) -> None:
    ids = items_of(session)
    meeting = row_of(session)
    step = changing.change(meeting, meeting.rev, {ids[2]: 3})
    assert step is not None
    db.session.commit()
    late = {**step, "at": (now() - UNDO - timedelta(seconds=1)).isoformat()}
    for wrong in (late, {**step, "rev": step["rev"] - 1}, {**step, "session": str(uuid.uuid4())}):
        with pytest.raises(Refused):
            changing.take_back(row_of(session), wrong)
    changing.take_back(row_of(session), step)
    db.session.commit()
    assert minutes(session)[2] == 25


def test_two_windows_agree(pair: Pair, mediator: Person, app: Flask, session: uuid.UUID) -> None:
    ids = items_of(session)
    other = Person(app).sign_in(pair.mediator_email)
    first, second = mediator.get(at(pair, session, PAGE)), other.get(at(pair, session, PAGE))
    rev = row_of(session).rev
    change(mediator, first, up=str(ids[4]))
    assert row_of(session).rev == rev + 1, "the other window sees that something changed"
    stale = change(other, second, leave=str(ids[4]))
    assert stale.status == 409
    assert room.STALE in stale.words
    assert states(session)[2:] == ["waiting"] * 4
    change(mediator, mediator.get(at(pair, session, PAGE)), save="1")
    assert row_of(session).rev == rev + 1, "nothing changed, nothing is counted"


def test_what_waits_before_the_present_item_comes_last(pair: Pair, mediator: Person, session: uuid.UUID) -> None:
    ids = items_of(session)
    page = mediator.get(at(pair, session, f"/run?item={ids[4]}"))
    press(mediator, page, "jump")
    page = mediator.get(at(pair, session, PAGE))
    shown = [one.get("data-item") for one in page.all("li") if one.get("data-item")]
    assert shown == [str(ids[5]), str(ids[2]), str(ids[3])]
    change(mediator, page, up=str(ids[2]))
    meeting = row_of(session)
    following = room.following(meeting)
    assert following is not None
    assert following.id == ids[2], "what the page shows first comes next"


def test_when_each_begins_is_counted_from_now(pair: Pair, mediator: Person) -> None:
    items = (Item("One", 10), Item("Two", 10), Item("Fixed", 10, more=(("locked_start", 15),)))
    session = running(mediator, pair, items=items)
    later(session, 4)
    page = mediator.get(at(pair, session, PAGE))
    assert "fixed at" in page.words
    assert "(5 minutes late)" in page.words or "(6 minutes late)" in page.words


def test_a_late_beginning_does_not_move_a_fixed_start(pair: Pair, mediator: Person) -> None:
    items = (Item("One", 10), Item("With the lawyer", 10, more=(("locked_start", 45),)))
    planned = now() - timedelta(minutes=10)
    session = running(mediator, pair, items=items, at=planned)
    comes = (planned + timedelta(minutes=45)).astimezone(ZoneInfo(db.session.get_one(Case, pair.case).zone))
    page = mediator.get(at(pair, session, PAGE))
    assert f"fixed at {comes:%H:%M}" in page.words
    assert f"finish at {comes + timedelta(minutes=10):%H:%M}" in page.words


def test_an_item_is_added_here_too(pair: Pair, mediator: Person, session: uuid.UUID) -> None:
    page = mediator.get(at(pair, session, PAGE))
    for _twice in range(2):
        page = mediator.submit(page, {"title": "The children’s week", "minutes": "8"}, action="/run/agenda/items")
        assert page.status == 200
    assert titles(pair, session).count("The children’s week") == 2
    assert titles(pair, session)[2] == "The children’s week"
    wrong = mediator.submit(page, {"title": "", "minutes": "8"}, action="/run/agenda/items")
    assert wrong.status == 422
    assert "Give the item a title." in wrong.words


def test_sent_twice_an_item_is_added_once(pair: Pair, mediator: Person, session: uuid.UUID) -> None:
    page = mediator.get(at(pair, session, PAGE))
    for _twice in range(2):
        mediator.submit(page, {"title": "Once", "minutes": "8"}, action="/run/agenda/items")
    assert titles(pair, session).count("Once") == 1


def test_only_a_running_session_is_changed(pair: Pair, mediator: Person, session: uuid.UUID) -> None:
    page = mediator.get(at(pair, session, PAGE))
    ids = items_of(session)
    meeting = row_of(session)
    with pytest.raises(Refused):
        changing.change(meeting, meeting.rev, {}, changing.leave_out(ids[1]))
    db.session.rollback()
    run = mediator.get(at(pair, session, "/run"))
    mediator.submit(run, {"letter": Letter.A.value}, action="/run/caucus")
    assert mediator.get(at(pair, session, PAGE)).response.request.path == at(pair, session, "/run")
    aside = row_of(session)
    form = page.form(PAGE)
    refused = mediator.post(form.action, {**form.fields, "rev": str(aside.rev), "leave": str(ids[3])})
    assert refused.status == 409
    planned = make_session(pair)
    assert mediator.get(at(pair, planned, PAGE)).response.request.path == at(pair, planned, "/run")
    row = row_of(session)
    row.state = SessionState.ENDED
    db.session.commit()
    assert change(mediator, page, leave=str(ids[3])).status == 409
    assert [item.state for item in row_of(session).items][3] is ItemState.WAITING


def test_strangers_find_nothing(pair: Pair, other_mediator: Person, assistant: Person, session: uuid.UUID) -> None:
    for someone in (other_mediator, assistant):
        assert someone.get(at(pair, session, PAGE)).status == 404
