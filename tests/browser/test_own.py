"""A page for oneself alone: nothing typed on it is lost, nothing sealed is shown, and it works without JavaScript."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

from playwright.sync_api import Locator, expect

from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Letter
from mediator.exercises.models import OwnWords
from tests.browser.conftest import Come
from tests.browser.exercising import Exercising
from tests.browser.room import finds_the_network, loses_the_network, sleeps, wakes
from tests.browser.visitor import DESK, PHONE, Visitor
from tests.factories import Pair

WORDS = "\nWhat was good: the choir,\n\n  the blue door. 🚪"


def given(pair: Pair) -> str:
    """The address of a page that A was given."""
    return f"/notes/writing/{Exercising(pair.case).give('E12', Letter.A)}"


def box(visitor: Visitor) -> Locator:
    return visitor.page.get_by_label("Your words")


def status(visitor: Visitor) -> Locator:
    return visitor.page.locator("[data-save-status]")


def stored() -> list[uuid.UUID]:
    """Of which runs words stand in the database."""
    db.session.rollback()
    found = list(db.session.scalars(db.select(OwnWords.run_id)))
    db.session.rollback()  # what the test has open would keep the application waiting
    return found


def test_what_is_typed_is_saved_and_there_again_after_a_reload(come: Come, pair: Pair) -> None:
    given(pair)
    someone = come(PHONE).come_in(pair.a)
    someone.go("/notes/")
    someone.follow("A page for yourself", exact=False)
    someone.reads("A letter that stays with you")
    someone.type_into(box(someone), WORDS)
    expect(status(someone)).to_contain_text("Saved at")
    someone.tick("Delete it for good", exact=False)  # choosing is no writing: nothing happens before the button
    someone.page.reload()
    expect(box(someone)).to_have_value(WORDS)
    expect(status(someone)).to_contain_text("Saved at")
    someone.check()


def test_words_stay_while_the_network_is_gone(come: Come, pair: Pair) -> None:
    path = given(pair)
    someone = come(PHONE).come_in(pair.a)
    someone.allow("net::ERR_INTERNET_DISCONNECTED")
    someone.go(path)
    someone.context.set_offline(True)
    box(someone).fill("The choir.")
    expect(status(someone)).to_have_text("Not sent yet. Keep this page open")
    expect(box(someone)).to_have_value("The choir.")
    someone.context.set_offline(False)
    expect(status(someone)).to_contain_text("Saved at")
    someone.page.reload()
    expect(box(someone)).to_have_value("The choir.")


def test_a_sleep_takes_no_word_and_no_other_screen_shows_one(come: Come, pair: Pair) -> None:
    """What was typed goes out when the phone is put away; without a network it goes when both are back."""
    path = given(pair)
    someone, other = come(PHONE).come_in(pair.a), come(PHONE).come_in(pair.b)
    desk = come(DESK).sign_in(pair.mediator_email)
    someone.allow("net::ERR_INTERNET_DISCONNECTED")
    someone.go(path)
    other.go("/notes/")
    desk.go(f"/work/cases/{pair.case}/exercises/{path.rsplit('/', 1)[1]}")
    before = [visitor.page.locator("main").inner_text() for visitor in (other, desk)]
    box(someone).fill("The choir.")
    sleeps(someone)
    expect(status(someone)).to_contain_text("Saved at")
    wakes(someone)
    loses_the_network(someone)
    box(someone).press_sequentially(" The blue door.")
    sleeps(someone)
    with someone.page.expect_response(lambda answer: "blue+door." in (answer.request.post_data or "")):
        finds_the_network(someone)
        wakes(someone)
    someone.page.reload()
    expect(box(someone)).to_have_value("The choir. The blue door.")
    for visitor in (other, desk):
        visitor.page.reload()
    assert [visitor.page.locator("main").inner_text() for visitor in (other, desk)] == before


def test_two_phones_are_offered_both_texts(come: Come, pair: Pair) -> None:
    path = given(pair)
    first, second = come(PHONE).come_in(pair.a), come(PHONE).come_in(pair.a)
    for phone in (first, second):
        phone.go(path)
    box(first).fill("Written at home.")
    expect(status(first)).to_contain_text("Saved at")
    box(second).fill("Written on the bus.")
    expect(second.page.get_by_role("alert")).to_contain_text("What stands here was changed elsewhere")
    expect(box(second)).to_have_value("Written on the bus.")
    second.press("Look at both")
    second.reads("This was changed elsewhere. Which words stay?")
    here = second.page.get_by_role("region", name="Here", exact=True)
    expect(here).to_contain_text("Written on the bus.")
    expect(second.page.get_by_role("region", name="Saved elsewhere")).to_contain_text("Written at home.")
    second.check()
    second.press("Keep this one", inside=here, exact=False)
    second.reads("Hello Alex")
    second.go(path)
    expect(box(second)).to_have_value("Written on the bus.")


def test_it_is_sealed_without_javascript_and_shown_to_nobody(come: Come, pair: Pair) -> None:
    path = given(pair)
    someone = come(PHONE, java_script_enabled=False).come_in(pair.a)
    someone.go(path)
    someone.type_into(box(someone), "The blue door.")
    someone.tick("Seal it until a day", exact=False)
    someone.press("Do this")
    someone.reads("Seal it until a day")
    someone.type_into(someone.page.get_by_label("Until which day"), f"{now() + timedelta(days=40):%Y-%m-%d}")
    someone.press("Seal it")
    someone.reads("A letter that stays with you")
    expect(someone.page.get_by_role("heading", name=re.compile("Sealed until"))).to_be_visible()
    someone.page.go_back()
    someone.page.go_back()
    someone.page.reload()
    assert "The blue door." not in someone.page.content()
    for tail in ("", "/print"):
        someone.go(path + tail)
        assert "The blue door." not in someone.page.content()


def test_it_is_printed_and_deleted_for_good(come: Come, pair: Pair) -> None:
    path = given(pair)
    someone = come(PHONE).come_in(pair.a)
    someone.go(path)
    someone.type_into(box(someone), "The blue door.")
    someone.tick("Print it", exact=False)
    someone.press("Do this")
    someone.reads("Print it")
    someone.page.evaluate("() => { window.print = () => { document.body.dataset.printed = ''; }; }")
    someone.press("Print")
    expect(someone.page.locator("body[data-printed]")).to_have_count(1)
    someone.page.emulate_media(media="print")
    assert someone.page.locator("body").inner_text().strip() == "The blue door."
    someone.page.emulate_media(media="screen")
    someone.go(path)
    run = uuid.UUID(path.rsplit("/", 1)[1])
    assert run in stored()
    someone.tick("Delete it for good", exact=False)
    someone.press("Do this")
    someone.reads("Delete it for good?")
    someone.press("Delete it")
    expect(someone.page.get_by_text("It is deleted for good.")).to_be_visible()
    assert run not in stored()
    someone.go(path)
    expect(box(someone)).to_have_value("")


def test_stopping_for_today_without_javascript_keeps_it(come: Come, pair: Pair) -> None:
    path = given(pair)
    someone = come(PHONE, java_script_enabled=False).come_in(pair.a)
    someone.go(path)
    someone.type_into(box(someone), WORDS)
    someone.press("Stop for today")
    expect(someone.page.get_by_text("It is kept. Only you can open it.")).to_be_visible()
    someone.go(path)
    expect(box(someone)).to_have_value(WORDS)
    someone.go(f"{path}/print")
    expect(someone.page.get_by_role("button", name="Print")).to_have_count(0)
