"""A text of both in three real browsers: what one saves shows on the others, and nothing that is typed is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, expect

from tests.browser.conftest import Come
from tests.browser.room import Room, finds_the_network, heading, loses_the_network, press, sleeps, wakes
from tests.browser.visitor import DESK, PHONE, Visitor
from tests.factories import Pair


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


def test_whoever_leaves_unsaved_words_is_asked_but_never_on_the_way_to_a_pause(room: Room) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    room.a.page.on("dialog", stay)
    write(room.a, "A raised hand")
    with room.a.page.expect_event("dialog"):
        room.a.page.get_by_role("link", name="Check again").click()
    expect(room.a.page.locator("#f-words")).to_have_value("A raised hand")
    assert asked == ["beforeunload"]
    press(room.a, "Pause")
    for phone in (room.a, room.b):
        expect(heading(phone)).to_have_text("A pause")
    assert asked == ["beforeunload"]
