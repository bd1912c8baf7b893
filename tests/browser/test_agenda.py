"""Agendas changed in place, in a real browser: dragging, buttons, minutes; while planned and while the session runs."""

from __future__ import annotations

import re
import uuid

from playwright.sync_api import Locator, expect

from mediator.core.db import db
from mediator.sessions.models import MediationSession
from tests.browser.conftest import Come
from tests.browser.visitor import DESK, Visitor
from tests.factories import Pair
from tests.sessions.live import at, ring, states
from tests.sessions.plan import items_of as ids_of
from tests.sessions.plan import make_session


def planned(come: Come, pair: Pair) -> tuple[Visitor, uuid.UUID]:
    """A mediator in front of the agenda of a planned session."""
    session = make_session(pair)
    someone = come(DESK).sign_in(pair.mediator_email)
    someone.go(at(pair, session))
    return someone, session


def under_way(come: Come, pair: Pair) -> tuple[Visitor, uuid.UUID]:
    """A mediator who changes the agenda of a session that has just begun."""
    session = make_session(pair)
    someone = come(DESK).sign_in(pair.mediator_email)
    someone.go(at(pair, session, "/run"))
    someone.page.get_by_role("button", name="Start the session").click()
    someone.page.get_by_role("link", name="Change the agenda").click()
    expect(someone.page.get_by_role("heading", level=1)).to_have_text("Change the agenda")
    return someone, session


def shown(visitor: Visitor) -> Locator:
    return visitor.page.locator(".agenda > li h3")


def item(visitor: Visitor, title: str) -> Locator:
    return visitor.page.locator(".agenda > li").filter(has_text=title)


def said(visitor: Visitor, words: str) -> None:
    """Wait until the live region says so: the server has answered then."""
    expect(visitor.page.locator("[data-said]")).to_have_text(words)


def drag(visitor: Visitor, title: str, onto: str, *, drop: bool = True) -> None:
    """Take an item by its grip and carry it above another."""
    mouse = visitor.page.mouse
    grip, place = item(visitor, title).locator(".grip").bounding_box(), item(visitor, onto).bounding_box()
    assert grip is not None
    assert place is not None
    mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    mouse.down()
    mouse.move(place["x"] + 20, place["y"] + 4, steps=6)
    if drop:
        mouse.up()


def stored(pair: Pair, session: uuid.UUID) -> list[tuple[str, int]]:
    """The agenda as it is stored. What was opened to read it is given back, so that the page can write on."""
    db.session.rollback()
    row = db.session.get_one(MediationSession, session)
    with ring(pair):
        found = [(str(one.title), one.minutes) for one in sorted(row.items, key=lambda one: one.position)]
    db.session.rollback()
    return found


def titles(pair: Pair, session: uuid.UUID) -> list[str]:
    return [title for title, _minutes in stored(pair, session)]


def test_dragged_to_another_place_it_stays_there(come: Come, pair: Pair) -> None:
    someone, session = planned(come, pair)
    drag(someone, "New promises", "What was promised")
    said(someone, "New promises, small and dated, now 2 of 6")
    assert titles(pair, session)[1] == "New promises, small and dated"
    expect(shown(someone).nth(1)).to_have_text("New promises, small and dated")
    someone.page.reload()
    expect(shown(someone).nth(1)).to_have_text("New promises, small and dated")


def test_escape_puts_it_back_while_it_is_dragged(come: Come, pair: Pair) -> None:
    someone, session = planned(come, pair)
    before = titles(pair, session)
    drag(someone, "Break", "Arrive", drop=False)
    expect(shown(someone).first).to_have_text("Break")
    someone.page.keyboard.press("Escape")
    expect(shown(someone)).to_have_text(before)
    someone.page.mouse.up()
    assert titles(pair, session) == before


def test_buttons_move_it_and_keep_the_focus(come: Come, pair: Pair) -> None:
    someone, session = planned(come, pair)
    up = someone.page.get_by_role("button", name="Move Break up")
    up.click()
    said(someone, "Break, now 3 of 6")
    expect(up).to_be_focused()
    someone.page.keyboard.press("Enter")
    someone.page.keyboard.press("Enter")
    said(someone, "Break, now 1 of 6")
    expect(someone.page.get_by_role("button", name="Move Break down")).to_be_focused()
    assert titles(pair, session)[0] == "Break"


def test_minutes_are_saved_when_their_field_is_left_and_the_budget_follows(come: Come, pair: Pair) -> None:
    someone, session = planned(come, pair)
    page = someone.page
    expect(page.locator(".budget strong")).to_have_text("85 of 90 minutes")
    page.get_by_label("Minutes for Break").fill("15")
    page.get_by_label("Minutes for Close").focus()
    expect(page.locator(".budget strong")).to_have_text("95 of 90 minutes")
    expect(page.get_by_label("Minutes for Close")).to_be_focused()
    assert ("Break", 15) in stored(pair, session)
    page.get_by_label("Minutes for Break").fill("soon")
    page.get_by_label("Minutes for Break").blur()
    expect(page.get_by_text("Write whole minutes, from 1 to 240")).to_be_visible()
    expect(page.get_by_label("Minutes for Break")).to_have_value("soon")
    assert ("Break", 15) in stored(pair, session)


def test_minutes_typed_right_before_a_button_are_saved_with_it(come: Come, pair: Pair) -> None:
    someone, session = planned(come, pair)
    someone.page.get_by_label("Minutes for Break").fill("9")
    someone.page.get_by_role("button", name="Move Close up").click()
    said(someone, "Close, now 5 of 6")
    assert stored(pair, session)[3] == ("Break", 9)
    assert titles(pair, session)[4] == "Close"


def test_a_button_that_is_pressed_slowly_is_pressed_all_the_same(come: Come, pair: Pair) -> None:
    """The minutes go out while the button is still down; what comes back does not take it away from below the mouse."""
    someone, session = planned(come, pair)
    page = someone.page
    page.clock.install()
    page.get_by_label("Minutes for Break").fill("9")
    page.get_by_role("button", name="Move Close up").hover()
    page.mouse.down()
    page.clock.run_for(1_000)
    page.mouse.up()
    said(someone, "Close, now 5 of 6")
    assert stored(pair, session)[3] == ("Break", 9)
    assert titles(pair, session)[4] == "Close"


def test_removed_and_put_back(come: Come, pair: Pair) -> None:
    someone, session = planned(come, pair)
    someone.page.get_by_role("button", name="Remove Break").click()
    expect(shown(someone)).to_have_count(5)
    someone.page.get_by_role("button", name="Undo").click()
    expect(shown(someone)).to_have_count(6)
    assert titles(pair, session)[3] == "Break"


def test_from_the_library_by_a_word_of_it(come: Come, pair: Pair) -> None:
    someone, session = planned(come, pair)
    page = someone.page
    page.get_by_label("Search the library").fill("what each heard")
    page.get_by_role("button", name=re.compile("^Add What each heard")).first.click()
    expect(shown(someone)).to_have_count(7)
    assert "What each heard" in titles(pair, session)


def test_an_older_tab_overwrites_nothing_and_goes_on_from_what_stands(come: Come, pair: Pair) -> None:
    someone, session = planned(come, pair)
    other = come(DESK).sign_in(pair.mediator_email)
    other.go(at(pair, session))
    other.page.get_by_label("Minutes for Break").fill("30")
    other.page.get_by_label("Minutes for Close").focus()
    expect(other.page.locator(".budget strong")).to_have_text("110 of 90 minutes")
    up = someone.page.get_by_role("button", name="Move Close up")
    up.focus()
    up.dispatch_event("click")
    up.dispatch_event("click")  # a press that waits its turn is of the older tab, too
    expect(someone.page.get_by_text("This agenda was changed in another window").first).to_be_visible()
    expect(item(someone, "Break")).to_contain_text("Your page said 5.")
    expect(up).to_be_focused()
    up.click()
    said(someone, "Close, now 5 of 6")
    up.click()
    said(someone, "Close, now 4 of 6")
    assert stored(pair, session)[4] == ("Break", 30)


# ---------------------------------------------------------------- While the session runs


def test_what_waits_is_dragged_while_the_session_runs(come: Come, pair: Pair) -> None:
    someone, session = under_way(come, pair)
    expect(shown(someone)).to_have_count(5)
    drag(someone, "New promises", "What was promised")
    said(someone, "New promises, small and dated, now 2 of 6")
    assert titles(pair, session)[:2] == ["Arrive and check in", "New promises, small and dated"]
    someone.page.get_by_role("button", name="Undo").click()
    expect(shown(someone).first).to_have_text("What was promised")
    assert titles(pair, session)[1] == "What was promised"


def test_two_quick_presses_are_two_moves(come: Come, pair: Pair) -> None:
    someone, session = under_way(come, pair)
    up = someone.page.get_by_role("button", name="Move Close up")
    up.dispatch_event("click")
    up.dispatch_event("click")
    said(someone, "Close, now 4 of 6")
    assert titles(pair, session)[3] == "Close"


def test_minutes_and_leaving_out_while_it_runs(come: Come, pair: Pair) -> None:
    someone, session = under_way(come, pair)
    page = someone.page
    expect(page.locator("#finishing")).to_contain_text("to spare")
    page.get_by_label("Minutes for Which part of trust").fill("60")
    page.get_by_label("Minutes for Close").focus()
    expect(page.locator("#finishing")).to_contain_text("over")
    page.get_by_role("button", name="Leave Which part of trust out").click()
    said(someone, "Which part of trust, left out")
    expect(page.get_by_role("button", name=re.compile("Take it up again"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(item(someone, "Which part of trust")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Take it up again"))).to_have_count(0)
    assert states(session)[2] == "waiting"


def test_a_second_window_follows_the_changed_agenda(come: Come, pair: Pair) -> None:
    someone, session = under_way(come, pair)
    run, other = come(DESK).sign_in(pair.mediator_email), come(DESK).sign_in(pair.mediator_email)
    run.go(at(pair, session, "/run"))
    other.go(at(pair, session, "/run/agenda"))
    someone.page.get_by_role("button", name="Move Break up").click()
    expect(shown(other).nth(1)).to_have_text("Break")
    expect(run.page.locator("#agenda ol > li").nth(2)).to_contain_text("Break")
    other.page.get_by_role("button", name="Move Break up").click()
    said(other, "Break, now 2 of 6")
    assert len(ids_of(session)) == 6
    assert titles(pair, session)[1] == "Break"
