"""Every mode of writing in three real browsers: offered, alone, derived, and one that is done at home.

In each of them a phone sleeps, the network is lost and a page is loaded anew, while the others go on.
"""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.answers import press_value
from tests.browser.room import (
    Room,
    finds_the_network,
    hand_in,
    heading,
    loses_the_network,
    press,
    reload_once_saved,
    sleeps,
    wakes,
)
from tests.browser.visitor import Visitor

NOTHING = "No open exercise at the moment"
DONE = "Your part is done"
OPEN = "What you can both read now"
OVER = "This exercise is over"


def begin(phone: Visitor, name: str = "Begin") -> None:
    phone.page.get_by_role("link", name=name, exact=True).click()


def test_what_is_offered_opens_and_nothing_else(room: Room) -> None:
    label = "One to three sentences, about me"
    sleeps(room.b)
    room.start("What I wish you understood")
    for phone, words in ((room.a, "Mornings are hard for me"), (room.b, "I was ill in spring")):
        if phone is room.b:  # all the while the other one wrote
            expect(heading(room.b)).to_have_text(NOTHING)
            wakes(room.b)
        expect(heading(phone)).to_have_text("What I wish you understood")
        begin(phone)
        phone.page.get_by_label(label).fill(words)
        reload_once_saved(phone, label)
    room.a.page.get_by_role("checkbox", name="Sam may read this").check()
    hand_in(room.a)
    loses_the_network(room.desk)
    hand_in(room.b)
    for phone in (room.a, room.b):
        expect(heading(phone)).to_have_text(DONE)
    expect(room.desk.page.get_by_text("I was ill in spring")).to_have_count(0)
    finds_the_network(room.desk)
    expect(room.desk.page.get_by_text("I was ill in spring")).to_have_count(1)
    expect(room.desk.page.get_by_role("link", name="Open what Sam offers", include_hidden=True)).to_have_count(0)
    loses_the_network(room.b)
    room.preview(1, "Open what Alex offers")
    press(room.desk, "Open for both")
    expect(heading(room.a)).to_have_text(OPEN)
    expect(heading(room.b)).to_have_text(DONE)
    finds_the_network(room.b)
    for phone in (room.a, room.b):
        expect(heading(phone)).to_have_text(OPEN)
        expect(phone.page.get_by_text("Mornings are hard for me")).to_be_visible()
        expect(phone.page.get_by_text("I was ill in spring")).to_have_count(0)


def test_what_each_writes_alone_is_on_no_other_phone_and_cannot_be_opened(room: Room) -> None:
    room.start("Cards for what matters to me")
    label = "A card of my own"
    for phone, words in ((room.a, "Bread and salt"), (room.b, "A dog")):
        expect(heading(phone)).to_have_text("Cards for what matters to me")
        begin(phone)
        press(phone, "Next")
        phone.page.get_by_label(label).fill(words)
        reload_once_saved(phone, label)
        hand_in(phone)
        expect(heading(phone)).to_have_text(DONE)
        expect(phone.page.get_by_text("Nothing of this part is opened.")).to_be_visible()
    expect(room.desk.page.get_by_text("A dog")).to_have_count(1)
    expect(room.desk.page.get_by_role("link", name=re.compile("^Open"), include_hidden=True)).to_have_count(0)
    sleeps(room.a)
    loses_the_network(room.b)
    press(room.desk, "Finish it")
    expect(heading(room.desk)).to_be_visible()
    expect(room.desk.page.get_by_role("radio", name=re.compile("joint"))).to_be_visible()
    for phone in (room.a, room.b):
        expect(heading(phone)).to_have_text(DONE)
    wakes(room.a)
    finds_the_network(room.b)
    for phone, words in ((room.a, "A dog"), (room.b, "Bread and salt")):
        expect(heading(phone)).to_have_text(OVER)
        expect(phone.page.get_by_text(words)).to_have_count(0)


def test_both_read_what_two_answers_come_to_and_not_whose_it_is(room: Room) -> None:
    room.start("How fast")
    for phone in (room.a, room.b):
        expect(phone.page.get_by_role("heading", name="What can be worked out from this")).to_be_visible()
    loses_the_network(room.desk)
    for phone, pace in ((room.a, "faster"), (room.b, "slower")):
        begin(phone, "I have read this. Begin")
        press_value(phone, "E23.1.pace", pace)
        press(phone, "Next")
        phone.page.get_by_label("What my body tells me, if anything").fill("My hands are cold")
        reload_once_saved(phone, "What my body tells me, if anything")
        hand_in(phone)
        expect(heading(phone)).to_have_text(DONE)
    finds_the_network(room.desk)
    expect(room.desk.page.get_by_text("It could go faster")).to_have_count(1)
    sleeps(room.a)
    loses_the_network(room.b)
    room.preview(1)
    press(room.desk, "Open for both")
    expect(room.desk.page.get_by_role("button", name=re.compile("^Close again"))).to_be_visible()
    for phone in (room.a, room.b):
        expect(heading(phone)).to_have_text(DONE)
    wakes(room.a)
    finds_the_network(room.b)
    for phone in (room.a, room.b):
        expect(heading(phone)).to_have_text(OPEN)
    room.b.page.reload()
    told = [phone.page.locator("#screen .topic").inner_text() for phone in (room.a, room.b)]
    assert told[0] == told[1]
    assert "Slower would be better" in told[0]
    for words in ("It could go faster", "My hands are cold", "Alex", "Sam"):
        assert words not in told[0]


def test_at_home_it_comes_as_a_form_and_opens_when_the_mediator_opens_it(room: Room) -> None:
    label = "One thing, and what it did for me"
    for phone in (room.a, room.b):
        phone.go("/notes/")
    room.start("Thanks for three things", "At home, by a day")
    far = room.desk.page.locator("#phones")
    far.locator("> summary").click()
    sleeps(room.desk)
    for phone, words in ((room.a, "You held the door on Sunday"), (room.b, "You wrote before six")):
        phone.page.reload()
        begin(phone)
        sleeps(phone)
        loses_the_network(phone)
        phone.page.get_by_label(label).fill(words)
        finds_the_network(phone)
        wakes(phone)
        reload_once_saved(phone, label)
        hand_in(phone)
        expect(heading(phone)).to_contain_text("Your answers are with")
        phone.go("/notes/exercise")
        expect(heading(phone)).to_have_text(NOTHING)
    expect(far.get_by_text("handed in at")).to_have_count(0)
    wakes(room.desk)
    expect(far.get_by_text("handed in at")).to_have_count(2)
    room.preview(1)
    press(room.desk, "Open for both")
    for phone in (room.a, room.b):
        phone.go("/notes/together")
        for words in ("You held the door on Sunday", "You wrote before six"):
            expect(phone.page.get_by_text(words)).to_be_visible()
