"""Gentle checks in a browser: they come and go with the words, beside the field, and are said politely."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from mediator.guide.content import Check, PartType
from tests.browser.conftest import Come
from tests.browser.visitor import PHONE
from tests.factories import Pair
from tests.questionnaires import build

#: After so long without a letter what was typed is sent.
PAUSE_MS = 2_000
REGRET = build.question("5.20", build.part("5.20.sorry", PartType.LONG, label="I am sorry", check=Check.APOLOGY))


def test_what_is_asked_comes_and_goes_with_the_words(come: Come, pair: Pair) -> None:
    assignment = build.send(pair.a, (REGRET, build.SHORT))
    someone = come(PHONE).come_in(pair.a)
    someone.page.clock.install()
    someone.go(f"/notes/questions/{assignment}/1")
    box, looks = someone.page.get_by_role("textbox"), someone.page.locator("[data-looks]")
    expect(looks).to_be_empty()
    assert looks.get_attribute("role") == "status"
    box.fill("I am sorry, but I was late.")
    someone.page.clock.run_for(PAUSE_MS)
    expect(looks).to_contain_text("You wrote “but”.")
    expect(box).to_have_attribute("aria-describedby", re.compile("5.20.sorry-look"))
    # What stands there already is not drawn anew, so it neither flickers nor is read out twice.
    looks.locator(".callout").evaluate("one => { one.dataset.same = 'yes'; }")
    with someone.page.expect_response(lambda answer: "Very" in (answer.request.post_data or "")):
        box.press_sequentially(" Very late.")
        someone.page.clock.run_for(PAUSE_MS)
    expect(looks.locator("[data-same]")).to_have_count(1)
    box.fill("I am sorry. I was late.")
    someone.page.clock.run_for(PAUSE_MS)
    expect(looks).to_be_empty()
    box.fill("But I was late.")
    someone.page.clock.run_for(PAUSE_MS)
    expect(looks).to_contain_text("You wrote “But”.")
    someone.press("Next")
    expect(someone.page).to_have_url(re.compile(r"/2$"))
    someone.page.go_back()
    expect(looks).to_contain_text("You wrote “But”.")
