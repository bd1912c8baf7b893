"""A text of both in three real browsers: what one saves shows on the others, and nothing that is typed is lost."""

from __future__ import annotations

import json
import time

import pytest
from playwright.sync_api import Dialog, Locator, expect

from mediator.core.db import db
from mediator.exercises.models import TextDraft
from tests.browser.conftest import Come
from tests.browser.room import Room, finds_the_network, heading, loses_the_network, press, sleeps, wakes
from tests.browser.visitor import DESK, PHONE, Visitor
from tests.factories import Pair

#: Where a phone sends what is typed.
KEEPING = "**/exercise/text/draft"


@pytest.fixture
def room(come: Come, pair: Pair) -> Room:
    """Both phones lie open on a text of both, which the mediator has just begun."""
    desk = come(DESK).sign_in(pair.mediator_email)
    a, b = (come(PHONE).come_in(person) for person in (pair.a, pair.b))
    for phone in (a, b):
        phone.allow("ERR_INTERNET_DISCONNECTED")  # what a browser says of a network that was taken away on purpose
        phone.go("/notes/exercise")
    room = Room(desk, a, b, pair)
    room.start("Pause")
    for phone in (a, b):
        expect(heading(phone)).to_have_text("Our pause")
    return room


def write(visitor: Visitor, words: str) -> None:
    """Type into the form, which is folded where there are words already."""
    fold = visitor.page.locator("details:has(#f-words):not([open]) > summary")
    if fold.count():
        fold.click()
    visitor.page.get_by_label("The words of both").fill(words)


def read(visitor: Visitor, words: str) -> None:
    """Wait until the words stand on the page as the words of both."""
    expect(visitor.page.locator(".as-typed", has_text=words)).to_be_visible()


def test_what_one_saves_shows_on_the_others_and_each_agrees_alone(room: Room) -> None:
    write(room.a, "A raised hand")
    press(room.a, "Save for both")
    for visitor in (room.a, room.b, room.desk):
        read(visitor, "A raised hand")
    expect(room.b.page.locator("#f-words")).to_have_value("A raised hand")
    before = room.b.page.locator("#screen").inner_text()
    press(room.a, "I agree to these words")
    expect(room.a.page.get_by_text("You said yes to these words")).to_be_visible()
    said = room.desk.page.locator("#said-0")
    expect(said).to_contain_text("Alex said yes to these words")
    assert room.b.page.locator("#screen").inner_text() == before
    room.b.page.reload()
    press(room.b, "I agree to these words")
    expect(said).to_contain_text("Both have agreed to these words.")
    write(room.desk, "A raised hand, and back within the hour")
    press(room.desk, "Save for both")
    for phone in (room.a, room.b):
        read(phone, "back within the hour")
        expect(phone.page.get_by_role("button", name="I agree to these words")).to_be_visible()


def test_a_lost_network_takes_no_word_and_says_so(room: Room) -> None:
    room.a.page.evaluate("delete AbortSignal.timeout; delete HTMLFormElement.prototype.requestSubmit")  # an older phone
    write(room.a, "A raised hand")
    room.a.context.set_offline(True)
    press(room.a, "Save for both")
    expect(room.a.page.get_by_text("Your words are still here")).to_be_visible()
    expect(room.a.page.get_by_label("The words of both")).to_have_value("A raised hand")
    room.a.context.set_offline(False)
    press(room.a, "Save for both")
    for visitor in (room.a, room.b, room.desk):
        read(visitor, "A raised hand")


def test_a_phone_that_slept_and_one_without_network_have_the_words_when_they_are_back(room: Room) -> None:
    sleeps(room.a)
    loses_the_network(room.b)
    write(room.desk, "A raised hand")
    press(room.desk, "Save for both")
    read(room.desk, "A raised hand")
    for phone in (room.a, room.b):
        expect(phone.page.locator(".as-typed", has_text="A raised hand")).to_have_count(0)
    wakes(room.a)
    finds_the_network(room.b)
    for phone in (room.a, room.b):
        read(phone, "A raised hand")
        phone.page.reload()
        read(phone, "A raised hand")


def test_who_is_typing_keeps_the_words_while_the_other_saves_and_both_are_offered(room: Room) -> None:
    write(room.a, "A cup on the table")
    write(room.b, "A raised hand")
    press(room.b, "Save for both")
    read(room.a, "A raised hand")
    expect(room.a.page.get_by_label("The words of both")).to_have_value("A cup on the table")
    press(room.a, "Save for both")
    expect(room.a.page.get_by_role("heading", name="As they stand now")).to_be_visible()
    expect(room.a.page.get_by_label("The words of both")).to_have_value("A cup on the table")
    press(room.a, "Save this for both")
    for visitor in (room.b, room.desk):
        read(visitor, "A cup on the table")


def test_a_pause_reaches_a_phone_on_which_somebody_types_and_the_words_stay(room: Room) -> None:
    write(room.a, "A raised")
    press(room.b, "Pause")
    for phone in (room.a, room.b):
        expect(heading(phone)).to_have_text("A pause")
    expect(room.a.page.get_by_label("The words of both")).to_have_value("A raised")
    press(room.desk, "Carry on")
    for phone in (room.a, room.b):
        expect(heading(phone)).to_have_text("Our pause")
    write(room.a, "A raised hand")
    press(room.a, "Save for both")
    read(room.b, "A raised hand")


def test_whoever_leaves_words_that_could_not_be_kept_is_asked_but_never_on_the_way_to_a_pause(room: Room) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    room.a.page.on("dialog", stay)
    room.a.page.route(KEEPING, lambda route: route.fulfill(status=500))
    room.a.allow("500")
    with room.a.page.expect_response(KEEPING):
        write(room.a, "A raised hand")
    expect(said(room.a)).to_contain_text("Your words are still here")
    with room.a.page.expect_event("dialog"):
        room.a.page.get_by_role("link", name="Check again").click()
    expect(room.a.page.locator("#f-words")).to_have_value("A raised hand")
    assert asked == ["beforeunload"]
    press(room.a, "Pause")
    for phone in (room.a, room.b):
        expect(heading(phone)).to_have_text("A pause")
    assert asked == ["beforeunload"]


# -- what is typed and not saved for both ------------------------------------------------------------------------------


def said(visitor: Visitor) -> Locator:
    """What the form says of the words in it."""
    return visitor.page.locator("[data-shared-said]")


def keep(visitor: Visitor, words: str) -> None:
    """Type, and wait until the server has it."""
    with visitor.page.expect_response(lambda answer: answer.url.endswith("/draft") and answer.ok):
        write(visitor, words)
    expect(said(visitor)).to_contain_text("Not saved for both yet")


def until_stored(room: Room, words: str) -> None:
    """Wait until the server has these words of this pair: nobody is there to hear its answer when a page is left."""
    wanted = json.dumps({"text": words}, separators=(",", ":")).encode()
    end = time.monotonic() + 15
    kept = db.select(TextDraft.body_bytes).where(TextDraft.case_id == room.pair.case)
    while not any(row.endswith(wanted) for row in db.session.scalars(kept)):
        assert time.monotonic() < end, "not kept"
        db.session.rollback()
    db.session.rollback()


def test_what_is_typed_is_there_again_after_a_reload_and_on_another_device(room: Room, come: Come) -> None:
    before = room.b.page.locator("main").inner_html()
    keep(room.a, "A raised")
    room.a.page.reload()
    expect(room.a.page.locator("#f-words")).to_have_value("A raised")
    expect(said(room.a)).to_contain_text("Not saved for both yet")
    tablet = come(DESK).come_in(room.pair.a)
    tablet.go("/notes/exercise")
    expect(tablet.page.locator("#f-words")).to_have_value("A raised")
    assert room.b.page.locator("main").inner_html() == before
    room.b.page.reload()
    expect(room.b.page.locator("#f-words")).to_have_value("")
    keep(tablet, "A raised hand")
    with room.a.page.expect_response(lambda answer: answer.url.endswith("/draft") and answer.status == 409):
        write(room.a, "A cup")
    press(room.a, "Look at both")
    expect(room.a.page.locator(".slip")).to_contain_text("A raised hand")
    expect(room.a.page.locator("#f-words")).to_have_value("A cup")
    room.a.page.get_by_role("button", name="Go on from these").click()
    expect(heading(room.a)).to_have_text("Our pause")
    expect(room.a.page.locator("#f-words")).to_have_value("A cup")
    press(room.a, "Save for both")
    for visitor in (room.a, room.b, room.desk):
        read(visitor, "A cup")


def test_what_was_typed_just_before_the_phone_is_put_away_or_the_page_left_is_kept(room: Room) -> None:
    with room.a.page.expect_response(lambda answer: answer.url.endswith("/draft") and answer.ok):
        write(room.a, "A raised")
        sleeps(room.a)
    room.a.page.reload()
    expect(room.a.page.locator("#f-words")).to_have_value("A raised")
    write(room.a, "A raised hand")
    room.a.page.get_by_role("link", name="Back to your page").click()
    expect(heading(room.a)).not_to_have_text("Our pause")
    until_stored(room, "A raised hand")
    room.a.go("/notes/exercise")
    expect(room.a.page.locator("#f-words")).to_have_value("A raised hand")


def test_without_network_it_says_so_and_is_kept_once_there_is_one(room: Room) -> None:
    loses_the_network(room.a)
    write(room.a, "A raised hand")
    expect(said(room.a)).to_contain_text("Your words are still here")
    with room.a.page.expect_response(lambda answer: answer.url.endswith("/draft") and answer.ok):
        finds_the_network(room.a)
    room.a.page.reload()
    expect(room.a.page.locator("#f-words")).to_have_value("A raised hand")
    expect(room.b.page.locator("#f-words")).to_have_value("")


def test_thrown_away_is_gone_and_what_the_exercise_went_on_without_is_still_there(room: Room) -> None:
    expect(room.a.page.get_by_role("button", name="Throw these words away")).to_be_hidden()
    keep(room.a, "A raised hand")
    press(room.a, "Throw these words away")
    expect(room.a.page.get_by_text("Thrown away.")).to_be_visible()
    expect(room.a.page.locator("#f-words")).to_have_value("")
    keep(room.a, "A cup on the table")
    keep(room.desk, "Of the mediator")
    room.desk.page.locator("#stop > summary").click()
    press(room.desk, "End it now")
    expect(room.desk.page.locator("#left > summary")).to_be_visible()
    expect(room.desk.page.get_by_text("A cup on the table")).to_have_count(0)
    room.a.page.reload()
    expect(heading(room.a)).to_have_text("This exercise is over")
    room.a.page.locator("#left > summary").click()
    expect(room.a.page.locator("#left textarea")).to_have_value("A cup on the table")
    expect(heading(room.b)).to_have_text("This exercise is over")
    expect(room.b.page.locator("#left")).to_have_count(0)
