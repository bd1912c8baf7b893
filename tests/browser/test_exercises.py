"""An exercise in three real browsers: the console and both phones, with sleep, lost network and reload in between.

Nobody reloads by hand but where a test says so: what one does shows on the others by itself.
"""

from __future__ import annotations

import re
from datetime import timedelta

from playwright.sync_api import expect

from mediator.cases import state_actions
from mediator.cases.models import Case
from mediator.core import sealed
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Viewer
from tests.browser.room import Room, heading, press


def test_turns_go_round_and_both_phones_follow(room: Room) -> None:
    room.start("Speaker and listener")
    for turn in range(4):
        speaker, listener = (room.a, room.b) if turn % 2 == 0 else (room.b, room.a)
        expect(heading(speaker)).to_contain_text("your turn to speak")
        expect(heading(listener)).to_contain_text("is speaking")
        expect(speaker.page.get_by_role("timer")).to_have_text(re.compile(r"^[12]:\d\d$"))
        if turn == 1:  # the listener's phone lost the network meanwhile
            listener.context.set_offline(True)
        press(speaker, "I’ve finished")
        if turn == 1:
            listener.context.set_offline(False)
        expect(heading(listener)).to_contain_text("say back what you heard")
        if turn == 2:  # somebody reloads
            listener.page.reload()
        press(listener, "I’ve said it back")
        expect(heading(speaker)).to_contain_text("did it come across?")
        expect(heading(listener)).to_contain_text("says whether it came across")
        press(speaker, "Yes, that is it")
    for phone in (room.a, room.b):
        expect(heading(phone)).to_have_text("That was the last turn")
    expect(room.desk.page.get_by_text("Everybody has had their turns.")).to_be_visible()


def test_what_each_wrote_opens_on_both_phones_when_the_mediator_opens_it(room: Room) -> None:
    room.start("Thanks for three things")
    for phone, words in ((room.a, "You held the door on Sunday"), (room.b, "You wrote before six")):
        expect(heading(phone)).to_have_text("Thanks for three things")
        phone.page.get_by_role("link", name="Begin").click()
        phone.page.get_by_label("One thing, and what it did for me").fill(words)
        phone.page.get_by_role("button", name="Next").click()
        phone.page.get_by_role("button", name=re.compile("Hand in|Send")).click()
        expect(heading(phone)).to_have_text("Your part is done")
    ways = room.desk.page.locator("#own-1 summary")
    ways.click()
    room.desk.page.get_by_role("link", name=re.compile("^Open for both")).first.click()
    expect(room.desk.page.get_by_text("You held the door on Sunday")).to_be_visible()
    press(room.desk, "Open for both")
    for phone in (room.a, room.b):
        expect(heading(phone)).to_have_text("What you can both read now")
        for words in ("You held the door on Sunday", "You wrote before six"):
            expect(phone.page.get_by_text(words)).to_be_visible()
    room.desk.page.get_by_role("button", name=re.compile("^Close again")).click()
    for phone in (room.a, room.b):
        expect(phone.page.get_by_text("You wrote before six")).to_have_count(0)


def test_what_the_mouse_is_down_on_stays_until_it_is_lifted(room: Room) -> None:
    """What changes meanwhile comes right after; the clock of the desk stands still, so that no press is too long."""
    room.start("Thanks for three things")
    for phone, words in ((room.a, "You held the door on Sunday"), (room.b, "You wrote before six")):
        phone.page.get_by_role("link", name="Begin").click()
        phone.page.get_by_label("One thing, and what it did for me").fill(words)
        press(phone, "Next")
        expect(phone.page.get_by_role("button", name="Hand in my answers")).to_be_visible()
    desk, own = room.desk.page, room.desk.page.locator("#own-1")
    press(room.a, "Hand in my answers")
    expect(desk.get_by_text("Their part: handed in at")).to_have_count(1)  # folded; or it would come between the two
    own.locator("summary").hover()
    desk.clock.install()
    desk.clock.pause_at(now() + timedelta(minutes=1))
    desk.mouse.down()
    with desk.expect_response(lambda answer: answer.request.headers.get("x-requested-with") == "live"):
        press(room.b, "Hand in my answers")
    expect(heading(room.b)).to_have_text("Your part is done")
    desk.mouse.up()
    expect(own).to_have_attribute("open", "")
    desk.clock.run_for(3_000)
    expect(desk.get_by_text("You wrote before six")).to_be_visible()


def test_a_pause_is_for_both_and_says_nothing_of_who_asked(room: Room) -> None:
    room.start("Speaker and listener")
    expect(heading(room.b)).to_contain_text("is speaking")
    press(room.b, "Pause")
    for phone in (room.a, room.b):
        expect(heading(phone)).to_have_text("A pause")
    private = room.desk.page.locator("#from-phones")
    expect(private).to_contain_text("asked for the pause")
    press(room.desk, "Carry on")
    expect(heading(room.a)).to_contain_text("your turn to speak")


def test_what_somebody_tells_the_mediator_shows_on_the_desk_alone(room: Room) -> None:
    room.start("Speaker and listener")
    expect(heading(room.a)).to_contain_text("your turn to speak")
    before = room.a.page.locator("#screen").inner_text()
    room.b.page.get_by_role("link", name=re.compile("^Tell ")).click()
    room.b.page.get_by_role("button", name=re.compile("^Slower, please")).click()
    expect(room.b.page.get_by_text("Sent.")).to_be_visible()
    expect(room.desk.page.locator("#from-phones")).to_contain_text("Slower, please")
    clocks = re.compile(r"\d+:\d\d")
    assert clocks.sub("", room.a.page.locator("#screen").inner_text()) == clocks.sub("", before)


def test_a_phone_that_slept_shows_how_it_stands_when_it_wakes(room: Room) -> None:
    """The page of a phone in a pocket stands still; looked at again, it asks at once."""
    room.start("Speaker and listener")
    expect(heading(room.b)).to_contain_text("is speaking")
    room.b.context.set_offline(True)
    room.desk.page.get_by_text("End it for both").click()
    press(room.desk, "End it now")
    expect(heading(room.a)).to_have_text("This exercise is over")
    expect(heading(room.b)).to_contain_text("is speaking")
    room.b.context.set_offline(False)
    expect(heading(room.b)).to_have_text("This exercise is over")


def test_a_hold_looks_like_a_pause_on_both_phones_at_once(room: Room) -> None:
    """The phones lie open while somebody tells the mediator something alone."""
    room.start("Speaker and listener")
    expect(heading(room.a)).to_contain_text("your turn to speak")
    case = db.session.get_one(Case, room.pair.case)
    with sealed.ring_of(Viewer.staff(room.pair.mediator, frozenset({case.id}))):
        state_actions.put_on_hold(case, None, state_actions.hold_version(case))
    db.session.commit()
    for phone in (room.a, room.b):
        expect(heading(phone)).to_have_text("A pause")
    expect(room.desk.page.locator("#why")).to_contain_text("Why both see a pause")
