"""Leaving at once, for participants and staff: what was there can't be brought back."""

from __future__ import annotations

import contextlib
import re
import time

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import Come
from tests.browser.serving import EVERYDAY
from tests.browser.visitor import DESK, PHONE, Visitor
from tests.factories import Pair
from tests.questionnaires import build

SECRET = "Only the mediator may read this"


@pytest.fixture
def writer(come: Come, pair: Pair) -> Visitor:
    """A participant who has been on several pages and has written something private on the last."""
    assignment = build.send(pair.a, (build.LONG, build.SHORT))
    someone = come(PHONE).come_in(pair.a)
    for path in ("/notes/help", "/notes/who-sees-what", "/notes/together", f"/notes/questions/{assignment}/1"):
        someone.go(path)
    someone.page.get_by_role("textbox").fill(SECRET)
    expect(someone.page.get_by_role("status").first).to_contain_text("Saved at")
    return someone


def test_exit_hides_the_page_and_back_shows_nothing_private(writer: Visitor) -> None:
    writer.press("Exit this page")
    expect(writer.page.get_by_role("heading", name=EVERYDAY)).to_be_visible()
    nothing_private_behind(writer.page, ["Hello", "Alex", SECRET, "What you can both read"])


def test_shift_three_times_does_the_same(writer: Visitor) -> None:
    shift_three_times(writer.page)
    expect(writer.page.get_by_role("heading", name=EVERYDAY)).to_be_visible()
    nothing_private_behind(writer.page, ["Hello", "Alex", SECRET])


def shift_three_times(page: Page) -> None:
    """Three presses a fifth of a second apart by their own time, however long the machine takes to tell of them."""
    keys, at = page.context.new_cdp_session(page), time.time()
    for number in range(6):
        kind = "keyUp" if number % 2 else "rawKeyDown"
        told = {"type": kind, "key": "Shift", "code": "ShiftLeft", "windowsVirtualKeyCode": 16}
        keys.send("Input.dispatchKeyEvent", {**told, "timestamp": at + number / 10})


def test_with_the_network_gone_pages_seen_before_are_empty_too(come: Come, pair: Pair) -> None:
    """Nothing reaches the server and no cookie changes, so the browser would give earlier pages back as they were."""
    someone = come(PHONE).come_in(pair.a)
    someone.allow("net::ERR_INTERNET_DISCONNECTED")
    for path in ("/notes/help", "/notes/who-sees-what", "/notes/together"):
        someone.go(path)
    someone.context.set_offline(True)
    someone.press("Exit this page")
    expect(someone.page).to_have_url(re.compile("^chrome-error:"))
    nothing_private_behind(someone.page, ["Hello", "Alex", "Sam", "What you can both read"])


def test_words_that_wait_are_sent_when_somebody_leaves(writer: Visitor, come: Come, pair: Pair) -> None:
    writer.page.get_by_role("textbox").fill(f"{SECRET}, and more")
    writer.press("Exit this page")
    expect(writer.page.get_by_role("heading", name=EVERYDAY)).to_be_visible()
    again = come(PHONE).come_in(pair.a)
    again.go("/notes/")
    again.follow("Carry on")
    again.follow("Check your answers")
    expect(again.page.get_by_text(f"{SECRET}, and more")).to_be_visible()


def test_exit_without_javascript_ends_the_session_too(come: Come, pair: Pair) -> None:
    someone = come(PHONE, java_script_enabled=False).come_in(pair.a)
    someone.go("/notes/")
    someone.press("Exit this page")
    expect(someone.page.get_by_role("heading", name=EVERYDAY)).to_be_visible()
    someone.go("/notes/")
    expect(someone.page).to_have_url(re.compile("/new-link"))


def test_nothing_is_left_after_staff_sign_out(come: Come, pair: Pair) -> None:
    mediator = come(DESK).sign_in(pair.mediator_email)
    for path in ("/work/cases", f"/work/cases/{pair.case}", f"/work/cases/{pair.case}/record"):
        mediator.go(path)
    mediator.press("Mediator", exact=False, inside=mediator.page.get_by_role("banner"))
    mediator.press("Sign out")
    expect(mediator.page).to_have_url(re.compile("/sign-in"))
    nothing_private_behind(mediator.page, ["Alex", "Sam", "Record and next step"])


def nothing_private_behind(page: Page, words: list[str]) -> None:
    """Go back twenty times (further than there are pages): none of the words is ever there."""
    for _ in range(20):
        with contextlib.suppress(Error):  # with the network gone there is nothing to go back to
            page.go_back(wait_until="domcontentloaded")
        for word in words:
            expect(page.locator("html")).not_to_contain_text(word)
