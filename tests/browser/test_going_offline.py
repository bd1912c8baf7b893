"""Next without a network, a session that ran out under an open page, and a page that nobody touches."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

from playwright.sync_api import expect

from mediator.cases.models import Participant
from mediator.core import sealed
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.signin import SigninSession
from mediator.core.visibility import Visibility
from mediator.guide.content import PartType
from mediator.questionnaires.models import Answer, Assignment
from tests.browser.conftest import Come
from tests.browser.test_autosave import status
from tests.browser.visitor import PHONE
from tests.factories import Pair
from tests.questionnaires import build

#: What the page hands over when it is covered.
HANDED = """() => {
  const detail = [];
  document.dispatchEvent(new CustomEvent("closing", { detail }));
  return Promise.all(detail);
}"""
UNSENT = "Not sent yet. Keep this page open"


def stored(person: uuid.UUID, assignment: uuid.UUID) -> list[object]:
    """What the server has of somebody's answers."""
    db.session.rollback()
    with sealed.ring_of(build.viewer(db.session.get_one(Participant, person))):
        rows = db.session.scalars(db.select(Answer).where(Answer.assignment_id == assignment))
        found = [row.value for row in rows]
    db.session.rollback()  # the page goes on, and writes
    return found


def lapse(person: uuid.UUID) -> None:
    """Nobody opened a page for half an hour."""
    db.session.rollback()
    for row in db.session.scalars(db.select(SigninSession).where(SigninSession.person_id == person)):
        row.seen_at = now() - timedelta(minutes=31)
    db.session.commit()


def test_next_and_handing_in_without_a_network_wait_and_then_go_on(come: Come, pair: Pair) -> None:
    """Nothing is lost by pressing Next in a tunnel: the words stay, are sent when it is over, and then it goes on.

    So it is on an older phone, too.
    """
    assignment = build.send(pair.a, (build.LONG, build.SAFETY))
    someone = come(PHONE).come_in(pair.a)
    someone.context.add_init_script("delete AbortSignal.timeout; delete HTMLFormElement.prototype.requestSubmit")
    someone.allow("net::ERR_INTERNET_DISCONNECTED")
    someone.go(f"/notes/questions/{assignment}/1")
    someone.context.set_offline(True)
    box = someone.page.get_by_role("textbox")
    box.fill("Twenty minutes of words.")
    someone.press("Next")
    expect(status(someone)).to_have_text(UNSENT)
    expect(box).to_have_value("Twenty minutes of words.")
    box.press_sequentially(" And more.")
    someone.context.set_offline(False)
    expect(someone.page).to_have_url(re.compile("/check$"))
    assert stored(pair.a, assignment) == ["Twenty minutes of words. And more."]
    someone.context.set_offline(True)
    someone.tick("I am not sure")  # what is answered about safety stands in this page alone
    someone.press("Hand in my answers")
    expect(someone.page.get_by_role("alert")).to_have_text(UNSENT)
    expect(someone.page.get_by_label("I am not sure")).to_be_checked()
    someone.check()
    someone.context.set_offline(False)
    expect(someone.page).to_have_url(re.compile("/done$"))
    db.session.rollback()
    assert db.session.get_one(Assignment, assignment).read_first_at is not None, "the safety answer"


def test_back_after_a_try_that_failed_waits_too(come: Come, pair: Pair) -> None:
    """The browser may say it is online while nobody answers."""
    assignment = build.send(pair.a, (build.LONG, build.SHORT))
    someone = come(PHONE).come_in(pair.a)
    someone.allow("net::ERR_FAILED")
    someone.go(f"/notes/questions/{assignment}/2")
    someone.context.route("**/notes/questions/**", lambda route: route.abort())
    box = someone.page.get_by_role("textbox")
    box.fill("Short words.")
    expect(status(someone)).to_have_text(UNSENT)
    someone.press("Back")
    expect(box).to_have_value("Short words.")
    someone.context.unroute("**/notes/questions/**")
    expect(someone.page).to_have_url(re.compile("/1$"))
    assert "Short words." in stored(pair.a, assignment)


def test_a_session_that_ran_out_is_taken_up_again_without_losing_words(come: Come, pair: Pair) -> None:
    """A new link, opened beside the page that waits, and Try again sends what is on it."""
    assignment = build.send(pair.a, (build.LONG, build.SHORT))
    someone = come(PHONE).come_in(pair.a)
    someone.allow("401", "400", "net::ERR_FAILED", "Failed to fetch")
    someone.go(f"/notes/questions/{assignment}/1")
    lapse(pair.a)
    box = someone.page.get_by_role("textbox")
    box.fill("Written while it ran out.")
    expect(someone.page.get_by_role("alert")).to_contain_text("your words are still here")
    someone.press("Try again")
    expect(status(someone)).to_have_text("Not saved. Try again")
    first, someone.window = someone.window, someone.context.new_page()
    someone.come_in(pair.a)
    someone.window = first
    someone.press("Try again")
    expect(status(someone)).to_contain_text("Saved at")
    expect(someone.page.get_by_role("alert")).to_have_count(0)
    assert stored(pair.a, assignment) == ["Written while it ran out."]


def test_a_page_nobody_touches_is_covered(come: Come, pair: Pair) -> None:
    """Fifteen minutes after the last touch nothing of it can be read, and the way to a new link is there."""
    assignment = build.send(pair.a, (build.LONG, build.SHORT))
    someone = come(PHONE).come_in(pair.a)
    someone.page.clock.install()
    someone.go(f"/notes/questions/{assignment}/1")
    someone.page.get_by_role("textbox").fill("He reads my phone.")
    someone.page.clock.run_for(5_000)
    expect(status(someone)).to_contain_text("Saved at")
    someone.page.clock.run_for(14 * 60_000)
    expect(someone.page.get_by_role("textbox")).to_have_value("He reads my phone.")
    someone.page.clock.run_for(60_000)
    someone.reads("This page was closed after a while")
    assert "He reads" not in someone.page.content()
    expect(someone.page.get_by_text("Show what was not sent")).to_have_count(0)
    someone.check()
    someone.follow("Ask for a new link")
    expect(someone.page).to_have_url(re.compile("/new-link$"))


def test_words_that_could_not_be_sent_are_offered_on_the_cover(come: Come, pair: Pair) -> None:
    """Covered, but not lost: they are kept in memory and shown to whoever asks."""
    assignment = build.send(pair.a, (build.LONG, build.SHORT))
    someone = come(PHONE).come_in(pair.a)
    someone.allow("net::ERR_INTERNET_DISCONNECTED")
    someone.page.clock.install()
    someone.go(f"/notes/questions/{assignment}/1")
    someone.page.clock.pause_at(now() + timedelta(minutes=1))  # so that nothing is tried before the time is moved on
    someone.context.set_offline(True)
    someone.page.get_by_role("textbox").fill("Words in a tunnel.")
    expect(status(someone)).to_have_text("")
    someone.page.clock.run_for(16 * 60_000)
    someone.reads("This page was closed after a while")
    expect(someone.page.get_by_label("What you typed, to copy")).not_to_be_visible()
    someone.page.get_by_text("Show what was not sent").click()
    expect(someone.page.get_by_label("What you typed, to copy")).to_have_value("Words in a tunnel.")


def test_words_of_a_form_sent_as_one_are_offered_on_the_cover_but_none_of_safety(come: Come, pair: Pair) -> None:
    """The older of two versions stands in that page alone; what is answered about safety is not shown again."""
    told = build.part("5.told", PartType.LONG, visibility=Visibility.SAFETY)
    assignment = build.send(pair.a, (build.LONG, build.question("5.told", told)))
    first, second = come(PHONE).come_in(pair.a), come(PHONE).come_in(pair.a)
    first.page.clock.install()
    for phone in (first, second):
        phone.go(f"/notes/questions/{assignment}/1")
    second.page.get_by_role("textbox").fill("Written on the bus.")
    second.press("Next")
    second.reads("Check your answers")
    first.page.get_by_role("textbox").fill("Written at home.\nAnd there.")
    first.press("Next")
    first.reads("This question was answered twice. Which answer stays?")
    first.page.clock.run_for(16 * 60_000)
    first.reads("This page was closed after a while")
    first.page.get_by_text("Show what was not sent").click()
    expect(first.page.get_by_label("What you typed, to copy")).to_have_value("Written at home.\nAnd there.")
    second.page.get_by_role("textbox").fill("He has a gun.")
    assert second.page.evaluate(HANDED) == [""]
