"""One screen for everybody in the room, on a tablet: turns by taps, with sleep, reload and lost network in between."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Dialog, Locator, expect

from tests.browser.conftest import Come
from tests.browser.room import sleeps, wakes
from tests.browser.test_together import write
from tests.browser.visitor import DESK, PHONE, Visitor
from tests.factories import Pair

TABLET: dict[str, Any] = {"viewport": {"width": 820, "height": 1180}, "is_mobile": True, "has_touch": True}


def heading(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("heading", level=1)


def tap(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("button", name=name, exact=True).tap()


def begin(visitor: Visitor, pair: Pair, key: str) -> None:
    """Start an exercise on the one screen, and open it."""
    visitor.go(f"/work/cases/{pair.case}/exercises/start/{key}")
    visitor.page.get_by_role("radio", name="On one screen in the room, now").check()
    tap(visitor, "Start with both")
    visitor.page.get_by_role("link", name="Open the one screen").tap()


@pytest.fixture
def tablet(come: Come, pair: Pair) -> Visitor:
    """The mediator's tablet on the table, with an exercise begun on it."""
    visitor = come(TABLET).sign_in(pair.mediator_email)
    visitor.allow("ERR_INTERNET_DISCONNECTED")
    begin(visitor, pair, "E01")
    expect(heading(visitor)).to_have_text("Alex speaks")
    return visitor


def test_turns_go_round_by_taps_with_sleep_a_reload_and_a_lost_network(tablet: Visitor, come: Come, pair: Pair) -> None:
    page, desk = tablet.page, come(DESK).sign_in(pair.mediator_email)
    desk.go(page.url.removesuffix("/screen").removeprefix(tablet.served.url))
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^[12]:\d\d$"))
    tap(tablet, "I’ve finished")
    expect(heading(tablet)).to_have_text("Sam, say back what you heard")
    page.reload()
    expect(heading(tablet)).to_have_text("Sam, say back what you heard")
    tablet.context.set_offline(True)
    desk.page.get_by_role("button", name="It was said back").click()
    expect(desk.page.get_by_text("says whether it came across")).to_be_visible()
    expect(heading(tablet)).to_have_text("Sam, say back what you heard")
    tablet.context.set_offline(False)
    expect(heading(tablet)).to_have_text("Alex, did it come across?")
    for answer in ("Yes, that is it", "Partly", "Not yet"):
        box = page.get_by_role("button", name=answer, exact=True).bounding_box()
        assert box is not None
        assert box["height"] >= 60, "for a finger, at arm’s length"
    tap(tablet, "Not yet")
    expect(heading(tablet)).to_have_text("Alex speaks")
    sleeps(tablet)
    desk.page.get_by_role("button", name="Pass the floor on").click()
    expect(desk.page.locator("#turn-part")).to_contain_text("Turn 2 of 4")
    expect(heading(tablet)).to_have_text("Alex speaks")
    wakes(tablet)
    expect(heading(tablet)).to_have_text("Sam speaks")
    assert page.title() == "Together · Mediator"
    assert page.evaluate("document.documentElement.scrollWidth") <= 820


def test_the_tablet_follows_the_mediators_own_screen_and_the_phones_show_nothing(
    tablet: Visitor, come: Come, pair: Pair
) -> None:
    desk = come(DESK).sign_in(pair.mediator_email)
    phone = come(PHONE).come_in(pair.a)
    phone.go("/notes/exercise")
    desk.go(tablet.page.url.removesuffix("/screen").removeprefix(tablet.served.url))
    desk.page.get_by_role("button", name="Pass the floor on").click()
    expect(heading(tablet)).to_have_text("Sam speaks")
    tap(tablet, "Pause")
    expect(heading(tablet)).to_have_text("A pause")
    desk.page.get_by_role("button", name="Carry on").click()
    expect(heading(tablet)).to_have_text("Sam speaks")
    expect(heading(phone)).to_have_text("No open exercise at the moment")
    tablet.page.get_by_text("Stop for both").tap()
    tap(tablet, "Stop now")
    expect(heading(tablet)).to_have_text("This exercise is over")
    expect(heading(phone)).to_have_text("No open exercise at the moment")
    expect(desk.page.get_by_role("heading", name="What becomes of it?")).to_be_visible()


def test_without_javascript_the_one_screen_goes_on_by_taps(come: Come, pair: Pair) -> None:
    visitor = come(TABLET, java_script_enabled=False).sign_in(pair.mediator_email)
    begin(visitor, pair, "E02")
    tap(visitor, "I’ve finished")
    tap(visitor, "I’ve said it back")
    tap(visitor, "Yes, that is it")
    expect(heading(visitor)).to_have_text("Sam speaks")
    visitor.page.get_by_role("link", name="Check again").tap()
    expect(heading(visitor)).to_have_text("Sam speaks")


def test_a_text_is_written_and_agreed_to_on_one_screen(come: Come, pair: Pair) -> None:
    tablet, desk = come(TABLET).sign_in(pair.mediator_email), come(DESK).sign_in(pair.mediator_email)
    begin(tablet, pair, "E24")
    expect(heading(tablet)).to_have_text("Our pause")
    desk.go(tablet.page.url.removesuffix("/screen").removeprefix(tablet.served.url))
    tablet.page.get_by_label("The words of both").fill("A raised hand")
    tap(tablet, "Save for both")
    for visitor in (tablet, desk):
        expect(visitor.page.locator(".as-typed", has_text="A raised hand")).to_be_visible()
    tap(tablet, "Alex says yes to these words")
    expect(tablet.page.get_by_text("Alex said yes to these words")).to_be_visible()
    tap(tablet, "Sam says yes to these words")
    expect(tablet.page.get_by_text("You have both said yes to these words.")).to_be_visible()
    expect(desk.page.get_by_text("Both have agreed to these words.")).to_be_visible()
    sleeps(tablet)
    write(desk, "An open window")
    desk.page.get_by_role("button", name="Save for both").click()
    expect(desk.page.locator(".as-typed", has_text="An open window")).to_be_visible()
    expect(tablet.page.locator(".as-typed", has_text="A raised hand")).to_be_visible()
    wakes(tablet)
    expect(tablet.page.locator(".as-typed", has_text="An open window")).to_be_visible()
    tap(tablet, "Alex says yes to these words")
    tap(tablet, "Take Alex’s yes back")
    expect(tablet.page.get_by_role("button", name="Alex says yes to these words")).to_be_visible()
    tablet.page.get_by_text("Change the words").tap()
    tablet.page.get_by_label("The words of both").fill("A raised hand, and back within the hour")
    desk.page.get_by_role("button", name="Pause", exact=True).click()
    expect(heading(tablet)).to_have_text("A pause")
    expect(tablet.page.get_by_label("The words of both")).to_have_value("A raised hand, and back within the hour")
    desk.page.get_by_role("button", name="Carry on").click()
    expect(heading(tablet)).to_have_text("Our pause")
    tap(tablet, "Save for both")
    for visitor in (tablet, desk):
        expect(visitor.page.locator(".as-typed", has_text="back within the hour")).to_be_visible()


def test_what_is_typed_stands_in_nobodys_way_to_a_pause(come: Come, pair: Pair) -> None:
    tablet = come(TABLET).sign_in(pair.mediator_email)
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    tablet.page.on("dialog", leave)
    begin(tablet, pair, "E24")
    tablet.page.get_by_label("The words of both").fill("A raised")
    tap(tablet, "Pause")
    expect(heading(tablet)).to_have_text("A pause")
    assert not asked


def test_a_finger_that_comes_down_twice_presses_once(tablet: Visitor) -> None:
    """What comes next stands in the same place, and takes no tap for a moment; neither does a yes undo itself."""
    page = tablet.page
    box = page.get_by_role("button", name="I’ve finished").bounding_box()
    assert box is not None
    page.evaluate("() => document.getAnimations().forEach((one) => one.finish())")
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(heading(tablet)).to_have_text("Sam, say back what you heard")
    button = page.get_by_role("button", name="I’ve said it back")
    animations = page.context.new_cdp_session(page)
    animations.send("Animation.enable")
    animations.send("Animation.setPlaybackRate", {"playbackRate": 0})  # the moment lasts as long as this test likes
    page.reload()
    at = button.bounding_box()
    assert at is not None
    page.touchscreen.tap(at["x"] + at["width"] / 2, at["y"] + at["height"] / 2)
    expect(button).to_have_css("pointer-events", "none")
    expect(heading(tablet)).to_have_text("Sam, say back what you heard")
    animations.send("Animation.setPlaybackRate", {"playbackRate": 1})
    expect(button).to_have_css("pointer-events", "auto")
    button.press("Enter")
    expect(heading(tablet)).to_have_text("Alex, did it come across?")
