"""No word is lost: with the network gone, on two phones at once, and without JavaScript."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Route, expect

from mediator.cases.models import Participant
from mediator.core import sealed
from mediator.core.config import MAX_BODY_BYTES
from mediator.core.db import db
from mediator.questionnaires.models import Answer, Assignment
from mediator.questionnaires.terms import AssignmentState
from tests.browser.answers import given, in_words
from tests.browser.conftest import Come
from tests.browser.visitor import PHONE, Visitor
from tests.factories import Pair
from tests.questionnaires import build


def status(visitor: Visitor) -> Locator:
    """Where a question says whether it is saved."""
    return visitor.page.locator("[data-save-status]")


def test_words_stay_while_the_network_is_gone_and_are_sent_when_it_is_back(come: Come, pair: Pair) -> None:
    assignment = build.send(pair.a, (build.LONG,))
    someone = come(PHONE).come_in(pair.a)
    someone.allow("net::ERR_INTERNET_DISCONNECTED")
    someone.go(f"/notes/questions/{assignment}/1")
    someone.context.set_offline(True)
    box = someone.page.get_by_role("textbox")
    box.fill("We could begin with Sunday.")
    expect(status(someone)).to_have_text("Not sent yet. Keep this page open")
    expect(box).to_have_value("We could begin with Sunday.")
    box.press_sequentially(" Or Monday.")
    someone.context.set_offline(False)
    expect(status(someone)).to_contain_text("Saved at")
    someone.page.reload()
    expect(box).to_have_value("We could begin with Sunday. Or Monday.")
    expect(status(someone)).to_contain_text("Saved at")
    box.fill("ა" * 7_500)  # 67,500 letters on their way: more than a browser lets outlive its page
    shorter = "Please make this shorter, up to 1,500 letters. Your words are still here."
    expect(status(someone)).to_contain_text("Saved at")
    expect(status(someone)).to_contain_text(shorter)
    expect(box).to_have_accessible_description(re.compile(re.escape(shorter)))
    someone.page.reload()
    expect(box).to_have_value("ა" * 7_500)
    box.fill("ა" * 10_001)
    expect(status(someone)).to_have_text(f"Not saved. Try again. {shorter}")
    pasted = (
        "(box, times) => { box.value = 'ა'.repeat(times); box.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    box.evaluate(
        pasted, MAX_BODY_BYTES // 9
    )  # nine bytes each, as it is sent: with the rest more than the server reads
    someone.press("Next")
    too_much = "That was more text than one page can take. Please make it shorter."
    expect(status(someone)).to_have_text(f"Not saved. Try again. {too_much}")
    expect(box).to_have_accessible_description(re.compile(re.escape(too_much)))
    box.fill("We could begin with Sunday.")
    expect(status(someone)).to_contain_text("Saved at")
    expect(someone.page.locator(".error, .error-summary, [aria-invalid]")).to_have_count(0)


def test_saved_is_not_said_of_words_typed_since(come: Come, pair: Pair) -> None:
    assignment = build.send(pair.a, (build.LONG,))
    someone = come(PHONE).come_in(pair.a)
    someone.page.clock.install()
    someone.go(f"/notes/questions/{assignment}/1")
    box = someone.page.get_by_role("textbox")
    box.fill("We could begin with Sunday.")
    someone.page.clock.run_for(3_000)
    expect(status(someone)).to_contain_text("Saved at")
    box.press_sequentially(" Or")
    expect(status(someone)).to_have_text("Saving")
    someone.page.clock.run_for(3_000)
    expect(status(someone)).to_contain_text("Saved at")


@pytest.mark.parametrize("slowly", [False, True])
def test_a_save_that_takes_too_long_does_not_keep_the_next_page(come: Come, pair: Pair, *, slowly: bool) -> None:
    assignment = build.send(pair.a, (build.LONG, build.SHORT))
    someone = come(PHONE).come_in(pair.a)
    someone.go(f"/notes/questions/{assignment}/1")
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.resource_type == "fetch":
            held.append(route)
        else:
            route.continue_()

    someone.context.route("**/notes/questions/**", hold)
    someone.page.get_by_role("textbox").fill("We could begin with Sunday.")
    expect(status(someone)).to_have_text("Saving")
    someone.page.evaluate("""() => {
        const said = document.querySelector("[data-save-status]");
        window.name = "";
        new MutationObserver(() => { window.name += said.textContent; })
            .observe(said, { childList: true, subtree: true, characterData: true });
    }""")
    if slowly:  # the field is left when the finger comes down, and the form is sent when it is lifted
        someone.page.get_by_role("button", name="Next").hover()
        someone.page.mouse.down()
        someone.page.evaluate("() => new Promise((over) => setTimeout(over, 100))")
        someone.page.mouse.up()
    else:
        someone.press("Next")
    expect(someone.page).to_have_url(re.compile(r"/2$"))
    assert len(held) == 1
    assert "Not sent" not in someone.page.evaluate("window.name"), "nothing said that the words were in danger"
    someone.page.go_back()
    expect(someone.page.get_by_role("textbox")).to_have_value("We could begin with Sunday.")


def test_two_phones_with_one_question_are_offered_both_texts(come: Come, pair: Pair) -> None:
    assignment = build.send(pair.a, (build.LONG, build.SHORT))
    first, second = come(PHONE).come_in(pair.a), come(PHONE).come_in(pair.a)
    for phone in (first, second):
        phone.go(f"/notes/questions/{assignment}/1")
    first.page.get_by_role("textbox").fill("Written at home.")
    expect(status(first)).to_contain_text("Saved at")
    second.page.get_by_role("textbox").fill("Written on the bus.")
    expect(second.page.get_by_role("alert")).to_contain_text("A newer version of this answer was saved elsewhere")
    expect(second.page.get_by_role("textbox")).to_have_value("Written on the bus.")
    second.press("Look at both")
    second.reads("This question was answered twice. Which answer stays?")
    here = second.page.get_by_role("region", name="Here", exact=True)
    expect(here).to_contain_text("Written on the bus.")
    expect(second.page.get_by_role("region", name="Saved elsewhere")).to_contain_text("Written at home.")
    second.check()
    second.press("Keep this one", inside=here, exact=False)
    expect(second.page).to_have_url(re.compile("/2$"))
    second.go(f"/notes/questions/{assignment}/1")
    expect(second.page.get_by_role("textbox")).to_have_value("Written on the bus.")


def test_next_with_an_older_version_overwrites_nothing(come: Come, pair: Pair) -> None:
    assignment = build.send(pair.a, (build.LONG, build.SHORT))
    first, second = come(PHONE).come_in(pair.a), come(PHONE, java_script_enabled=False).come_in(pair.a)
    for phone in (first, second):
        phone.go(f"/notes/questions/{assignment}/1")
    first.page.get_by_role("textbox").fill("Written at home.")
    first.press("Next")
    expect(first.page).to_have_url(re.compile("/2$"))
    second.page.get_by_role("textbox").fill("Written on the bus.")
    second.press("Next")
    second.reads("This question was answered twice. Which answer stays?")
    for words in ("Written at home.", "Written on the bus."):
        expect(second.page.locator("dd", has_text=words)).to_be_visible()
    elsewhere = second.page.get_by_role("region", name="Saved elsewhere")
    second.follow("Keep this one", inside=elsewhere, exact=False)
    expect(second.page.get_by_role("textbox")).to_have_value("Written at home.")


def test_a_whole_form_is_filled_in_without_javascript(come: Come, pair: Pair) -> None:
    assignment = build.send(pair.a)
    someone = come(PHONE, java_script_enabled=False).come_in(pair.a)
    someone.go("/notes/")
    someone.follow("Begin")
    asked = [question for question in build.ALL if question is not build.SAFETY]
    for number, question in enumerate(asked, start=1):
        expect(someone.page).to_have_url(re.compile(f"/{number}$"))
        for part in question.parts:
            given(someone, part)
        someone.press("Next")
    someone.reads("Check your answers")
    for question in asked:
        for part in question.parts:
            for words in in_words(part):
                expect(someone.page.locator("main")).to_contain_text(words)
    given(someone, build.SAFETY.parts[0])
    someone.press("Hand in my answers")
    expect(someone.page.get_by_role("heading", level=1)).to_contain_text("Your answers are with")
    db.session.rollback()
    sent = db.session.get_one(Assignment, assignment)
    assert sent.state is AssignmentState.SUBMITTED
    with sealed.ring_of(build.viewer(db.session.get_one(Participant, pair.a))):
        rows = db.session.scalars(db.select(Answer).where(Answer.assignment_id == assignment)).all()
        assert len(rows) == sum(len(question.parts) for question in build.ALL)
