"""Everything by keyboard: skip link, visible focus, one question answered without a pointer, errors that take focus."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Come
from tests.browser.visitor import DESK, PHONE
from tests.factories import Pair
from tests.questionnaires import build

_FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect();
  const shown = [one, one.nextElementSibling, one.closest('label')].filter(Boolean).some((each) => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  });
  return { what: one.tagName + ' ' + (one.name || one.textContent.trim().slice(0, 30)), shown };
}"""
#: The page may still be scrolling to what has just been focused, so this is waited for.
_ON_SCREEN = """() => {
  const box = document.activeElement.getBoundingClientRect();
  return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
}"""


def tab_to(page: Page, selector: str, *, most: int = 60) -> list[str]:
    """Press Tab until this is focused; everything on the way must show its focus and be on the screen."""
    passed: list[str] = []
    page.wait_for_load_state()  # without its styles no focus could be seen
    for _ in range(most):
        page.keyboard.press("Tab")
        found = page.evaluate(_FOCUS)
        if found is None:
            continue
        assert found["shown"], f"no focus to be seen on {found['what']}"
        page.wait_for_function(_ON_SCREEN)
        passed.append(found["what"])
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return passed
    raise AssertionError(f"Tab never came to {selector}: {passed}")


def test_a_question_is_answered_by_keyboard_alone(come: Come, pair: Pair) -> None:
    assignment = build.send(pair.a, (build.READY, build.RANK, build.SHORT))
    someone = come(PHONE).come_in(pair.a)
    page = someone.go(f"/notes/questions/{assignment}/1")
    tab_to(page, 'input[type="radio"]')
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator('input[name="5.ready"][value="2"]')).to_be_checked()
    expect(page.locator("[data-save-status]")).to_contain_text("Saved at")
    tab_to(page, 'button[value="next"].btn-primary')
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/2$"))
    expect(page.locator('button[data-move="up"]').first).to_be_visible()  # they come with the script
    tab_to(page, 'button[data-move="up"]')
    page.keyboard.press("Enter")
    expect(page.locator("[data-rank-said]")).to_have_text("Telling the truth, now 3 of 3")
    expect(page.locator('button[data-move="up"]').first).to_be_focused()
    tab_to(page, 'button[value="next"].btn-primary')
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/3$"))
    tab_to(page, 'input[type="text"]')
    page.keyboard.type("In a few words")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/check$"))
    expect(page.locator("main")).to_contain_text("In a few words")
    expect(page.locator("main")).to_contain_text("Telling the truth")


def test_the_skip_link_comes_first_and_leads_to_the_page(come: Come, pair: Pair) -> None:
    for visitor, path in (
        (come(PHONE).come_in(pair.a), "/notes/"),
        (come(DESK).sign_in(pair.mediator_email), "/work/cases"),
        (come(DESK), "/sign-in"),
    ):
        page = visitor.go(path)
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Skip to the page")
        expect(skip).to_be_focused()
        expect(skip).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("#main$"))
        page.keyboard.press("Tab")
        expect(page.locator("main :focus"), path).to_have_count(1)


def test_the_list_of_errors_takes_the_focus_and_leads_to_the_field(come: Come, pair: Pair) -> None:
    assignment = build.send(pair.a, (build.SHORT,))
    someone = come(PHONE).come_in(pair.a)
    page = someone.go(f"/notes/questions/{assignment}/1")
    page.get_by_role("textbox").fill("x" * 301)
    tab_to(page, 'button[value="next"].btn-primary')
    page.keyboard.press("Enter")
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    someone.check()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    box = page.get_by_role("textbox")
    expect(box).to_be_focused()
    expect(box).to_have_value("x" * 301)
    expect(box).to_have_attribute("aria-invalid", "true")


def test_staff_errors_take_the_focus_too(come: Come, pair: Pair) -> None:
    mediator = come(DESK).sign_in(pair.mediator_email)
    page = mediator.go("/work/cases/new")
    tab_to(page, '[name="one_pronouns"]')
    page.keyboard.type("they")
    page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    mediator.check()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[aria-invalid=true]:focus")).to_have_count(1)


def test_the_account_menu_opens_and_closes_by_keyboard(come: Come, pair: Pair) -> None:
    mediator = come(DESK).sign_in(pair.mediator_email)
    page = mediator.go("/work/cases")
    tab_to(page, '[popovertarget="account"]')
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(page.locator('[popovertarget="account"]')).to_be_focused()
