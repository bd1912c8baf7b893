"""Words of one for the other in three real browsers: the desk follows, and the author's phone shows nothing of it."""

from __future__ import annotations

import re
import uuid

import pytest
from playwright.sync_api import expect

from mediator.core.db import db
from tests.browser.conftest import Come
from tests.browser.room import finds_the_network, heading, loses_the_network, press, sleeps, wakes
from tests.browser.visitor import DESK, PHONE, Visitor
from tests.exercises.phones import form_of
from tests.factories import Pair

WHAT, WISH = "I told them about the flat before I told you", "I hope that we can talk one day"


@pytest.fixture
def people(come: Come, pair: Pair) -> tuple[Visitor, Visitor, Visitor]:
    """The mediator at the desk, A who writes, and B."""
    return come(DESK).sign_in(pair.mediator_email), come(PHONE).come_in(pair.a), come(PHONE).come_in(pair.b)


def shown(visitor: Visitor) -> str:
    """What somebody's page says."""
    return visitor.page.locator("main").inner_text()


def test_an_apology_is_written_offered_received_and_partly_kept(
    people: tuple[Visitor, Visitor, Visitor], pair: Pair
) -> None:
    desk, a, b = people
    desk.allow("ERR_INTERNET_DISCONNECTED")  # what a browser says of a network that was taken away on purpose
    desk.go(f"/work/cases/{pair.case}/exercises/start/E09")
    desk.page.get_by_role("group", name="Who it is for").get_by_role("radio").first.check()
    press(desk, "Give it")
    expect(desk.page.locator("#stands")).to_contain_text("to be written")
    run = desk.page.url.removesuffix("/held").rpartition("/")[2]
    db.session.rollback()

    # A writes two of the parts; the desk follows when it is handed in
    a.go("/notes/")
    b_before = (b.go("/notes/"), shown(b))[1]
    a.page.get_by_role("link", name="Begin").click()
    for number in range(1, 9):
        expect(a.page.get_by_text(f"Question {number} of 8")).to_be_visible()
        if number in {1, 8}:
            a.page.get_by_role("textbox").fill(WHAT if number == 1 else WISH)
        a.page.get_by_role("button", name="Next", exact=True).last.click()
    a.page.get_by_role("button", name=re.compile("Hand in|Send")).click()
    expect(heading(a)).to_contain_text("Your answers are with")
    expect(desk.page.locator("#words-part")).to_contain_text(WHAT)
    b.page.reload()
    assert shown(b) == b_before

    # the mediator writes a note while the page follows, takes it on and asks
    desk.page.get_by_label("What they read beside their own words").fill("What if it ended there?")
    press(desk, "Save for Alex")
    desk.page.get_by_role("checkbox", name=re.compile("I have read it whole")).check()
    press(desk, "It may be offered")
    expect(desk.page.locator("#stands")).to_contain_text("It may be offered")
    mine = f"/notes/words/mine/{form_of(uuid.UUID(run), pair.a)}"
    a.go(mine)
    expect(a.page.get_by_text("What if it ended there?")).to_be_visible()
    before = shown(a)
    press(desk, "Ask on Sam’s phone")
    expect(desk.page.get_by_text("The question is on their phone")).to_be_visible()

    # B says not now, thinks again, and says yes: a desk that slept, or had no network, follows; A's page never changes
    b.page.reload()
    b.page.get_by_role("link", name=re.compile("the question")).click()
    expect(heading(b)).to_have_text("An apology has been offered")
    sleeps(desk)
    b.page.get_by_role("radio", name="Not now").check()
    b.page.get_by_role("button", name=re.compile("^Tell ")).click()
    wakes(desk)
    expect(desk.page.locator("#asking-part")).to_contain_text("Not now")
    b.page.get_by_role("link", name=re.compile("A question from your mediator")).click()
    b.page.reload()
    loses_the_network(desk)
    b.page.get_by_role("radio", name="Yes").first.check()
    b.page.get_by_role("radio", name="I read it alone").check()
    b.page.get_by_role("button", name=re.compile("^Tell ")).click()
    finds_the_network(desk)
    expect(desk.page.locator("#stands")).to_contain_text("would like to receive it")
    a.page.reload()
    assert shown(a) == before

    # it is given; A keeps the wish, and it leaves what B reads
    desk.page.get_by_role("link", name=re.compile("Go on to giving it")).click()
    desk.page.get_by_role("radio", name=re.compile("On their own phone")).check()
    desk.page.get_by_role("checkbox", name=re.compile("I have asked Sam again")).check()
    press(desk, "Give it to Sam")
    expect(desk.page.locator("#stands")).to_have_text("It was given.")
    b.go("/notes/")
    b.page.get_by_role("link", name=re.compile("what is there for you")).click()
    expect(b.page.get_by_text(WISH)).to_be_visible()
    a.page.reload()
    assert shown(a) == before
    a.page.get_by_role("checkbox", name=re.compile("A wish")).check()
    press(a, "Save")
    expect(a.page.get_by_text("Saved.")).to_be_visible()
    b.page.reload()
    expect(b.page.get_by_text(WHAT)).to_be_visible()
    expect(b.page.get_by_text(WISH)).to_have_count(0)
    expect(desk.page.locator("#words-part")).to_contain_text("keeps this between them and you")
    press(b, "Put it aside")
    expect(b.page.get_by_text("Put aside. It stays at the end of this page.")).to_be_visible()
