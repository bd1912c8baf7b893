"""Exercises on the way: given to both at home, done on both phones, opened item by item, and what becomes of each."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from tests.browser.answers import fill
from tests.browser.visitor import Visitor

HOME, PHONES = re.compile("^At home, by a day"), "On both phones, now"
JOINT, MEDIATOR, DISCARDED = "Keep it in the joint record", "Keep it for me", "Discard it"
#: Where the pair's exercises begin; their ids follow it.
BASE = "/work/cases/{}/exercises"


def heading(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("heading", level=1)


def start(noor: Visitor, name: str, where: str | re.Pattern[str]) -> None:
    """Start one from the page of the pair's exercises, at home by the day that is proposed, or on both phones now."""
    noor.follow(f"Start {name}")
    noor.pick(noor.page.get_by_role("radio", name=where))
    noor.press("Start with both")
    expect(heading(noor)).to_have_text(name)


def at_home(visitor: Visitor, answers: dict[str, str]) -> None:
    """Answer on one's own phone the first question of what waits on the start page, leave the others, hand in."""
    visitor.go("/notes/")
    visitor.follow("Begin")
    _hand_in(visitor, answers)
    visitor.reads("Your answers are with Noor Haddad")
    visitor.follow("Back")


def here(visitor: Visitor, title: str, answers: dict[str, str]) -> None:
    """Write one's own part in the room, on the phone that shows it by itself."""
    expect(heading(visitor)).to_have_text(title)
    visitor.follow("Begin")
    _hand_in(visitor, answers)
    expect(heading(visitor)).to_have_text("Your part is done")


def _hand_in(visitor: Visitor, answers: dict[str, str]) -> None:
    expect(visitor.page).to_have_url(re.compile(r"/1$"))
    fill(visitor, answers)
    visitor.press("Next")
    expect(visitor.page).not_to_have_url(re.compile(r"/1$"))
    if not visitor.page.url.endswith("/check"):
        visitor.follow("Check your answers")
    visitor.press("Hand in my answers")


def open_item(noor: Visitor, title: str, words: str, *, link: str = "Open for both") -> None:
    """Open one item after its preview, which shows these words."""
    item = noor.page.locator(".reveal > li").filter(has=noor.page.get_by_role("heading", name=title))
    noor.pick(item.locator("summary"))
    noor.pick(item.get_by_role("link", name=re.compile(f"^{link}")))
    noor.reads("Open for both")
    expect(noor.page.get_by_role("main")).to_contain_text(words)
    noor.press("Open for both")
    expect(noor.page.locator("#told")).to_contain_text("Opened. Both can read it now.")


def finish(noor: Visitor, outcome: str) -> None:
    """To the end, and what becomes of it."""
    noor.press("Finish it")
    noor.tick(outcome, exact=False)
    noor.press("Save")
    expect(noor.page.locator("#told")).to_contain_text("Saved.")


def turns(noor: Visitor, speaker: Visitor, listener: Visitor, left: int) -> None:
    """The first turn on both phones; the mediator passes the floor on in those that are left."""
    speaker.press("I’ve finished")
    expect(heading(listener)).to_contain_text("say back what you heard")
    listener.press("I’ve said it back")
    expect(heading(speaker)).to_contain_text("did it come across?")
    speaker.press("Yes, that is it")
    for number in range(left):
        expect(noor.page.locator("#turn-part")).to_contain_text(f"Turn {number + 2} of {left + 1}")
        noor.press("Pass the floor on")
    expect(noor.page.get_by_text("Everybody has had their turns.")).to_be_visible()


def back_list(visitor: Visitor) -> list[str]:
    """What the browser would list of where this window has been: every title and address, this page's included."""
    window = visitor.context.new_cdp_session(visitor.page)
    entries = window.send("Page.getNavigationHistory")["entries"]
    return [words for entry in entries for words in (entry["title"], entry["url"])]
