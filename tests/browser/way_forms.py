"""From the first planned session to what both can read: a form for it, two answers, the comparison, one opening."""

from __future__ import annotations

import re
from datetime import date, timedelta

from playwright.sync_api import Locator, expect

from mediator.core.clock import now
from tests.browser.scene import ALEX, SAM
from tests.browser.visitor import Visitor
from tests.browser.way_in import answer_form, back_to_the_pair, waits_on_her

TITLE = "Before we meet: trust"
ANSWERS = {"Alex": ALEX, "Sam": SAM}
#: What is opened to both; what each wrote beside it and neither of the other reads.
OPENED = (ALEX["5.5.promises.0"], SAM["5.5.promises.0"])
ALEX_ALONE = (ALEX["5.4.sign.0.statement"], ALEX["5.6.cannot.0"], ALEX["5.only"])
SAM_ALONE = (SAM["5.4.sign.0.statement"], SAM["5.4.sign.0.example"], SAM["5.6.slip.0.then"])
SAFETY = "I am not sure"


def plan_session(noor: Visitor) -> date:
    """A session with both about step 5, a week from now."""
    day = now().date() + timedelta(days=7)
    noor.follow("Plan a session")
    noor.reads("Plan a session")
    noor.write("Day", day.isoformat())
    noor.write("Place", "Room 2")
    choose(noor, "Step", "5")
    noor.press("Plan the session")
    noor.reads(re.compile("session 1", re.IGNORECASE))
    back_to_the_pair(noor)
    return day


def send_form(noor: Visitor, session: date) -> None:
    """The step's form with the questions that are ticked, due a day before the session, to both."""
    noor.follow("New form")
    noor.reads("New form")
    expect(noor.page.get_by_label("Step")).to_have_value("5")
    noor.write("Title of the form", TITLE)
    expect(noor.page.get_by_text("Proposed: 24 hours before the next session")).to_be_visible()
    expect(noor.page.locator("#f-due_date")).to_have_value((session - timedelta(days=1)).isoformat())
    noor.press("Save and send now")
    noor.reads(TITLE)
    told = noor.page.get_by_role("status").first
    expect(told).to_contain_text("Ready for Alex")
    expect(told).to_contain_text("Ready for Sam")


def answer(visitor: Visitor, name: str) -> None:
    """The form on the phone, from the start page."""
    visitor.page.reload()
    visitor.reads(f"Hello {name}")
    visitor.follow("Begin")
    answer_form(visitor, ANSWERS[name])
    expect(visitor.page.get_by_role("main")).to_contain_text("There is nothing to do now.")


def read_first(noor: Visitor) -> None:
    """What asks to be read first, from Today."""
    waits_on_her(noor, "Read")
    noor.reads("Read first")
    expect(noor.page.get_by_role("main")).to_contain_text(SAFETY)
    noor.press("I have read this")


def compare_and_open(noor: Visitor) -> None:
    """Both side by side, furthest apart first; one answer of both is opened after a preview."""
    waits_on_her(noor, "Compare")
    noor.reads("Compare answers")
    main = noor.page.get_by_role("main")
    expect(main).to_contain_text(f"{TITLE}. ")
    apart = [int(re.findall(r"\d+", words)[0]) for words in noor.page.locator(".apart").all_inner_texts()]
    assert apart, "nothing to compare"
    assert apart[0] == max(apart), "furthest apart comes first"
    expect(noor.page.get_by_role("article").first).to_contain_text(str(apart[0]))
    expect(main).not_to_contain_text(SAFETY)
    noor.follow("Open for both", inside=article(noor, "What could you promise"), exact=False)
    noor.reads("Open for both")
    for words in OPENED:
        expect(main).to_contain_text(words)
    noor.press("Open for both")
    expect(main).to_contain_text("Opened. Both can read it now.")


def article(noor: Visitor, words: str) -> Locator:
    """One question of the comparison."""
    return noor.page.get_by_role("article").filter(has_text=words).filter(has_text=OPENED[0])


def read_together(visitor: Visitor) -> None:
    """What was opened, and nothing else of the other."""
    visitor.follow("What you can both read", exact=False)
    visitor.reads("What you can both read")
    main = visitor.page.get_by_role("main")
    for words in OPENED:
        expect(main).to_contain_text(words)
    for words in (*ALEX_ALONE, *SAM_ALONE, SAFETY):
        expect(main).not_to_contain_text(words)
    visitor.follow("Back to your page")


def choose(visitor: Visitor, label: str, wanted: str) -> None:
    """Choose from a list, by the words or the value of what is in it."""
    visitor.count.presses += 2
    visitor.page.get_by_label(label).select_option(wanted)
