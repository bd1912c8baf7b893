"""From the set-up link to what two people read together, as a mediator at a desk and two people with phones go it.

Nobody is given a hint: each presses what the page offers by its words. `WALKTHROUGH=path` also writes the counted
table of docs/walkthrough.md.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from mediator.core.clock import now
from tests.browser.answers import fill
from tests.browser.conftest import Come
from tests.browser.journey import Walk
from tests.browser.scene import ALEX, LIGHTS_ALEX, LIGHTS_SAM, SAM, TRUST_ALEX, TRUST_SAM
from tests.browser.serving import EVERYDAY, Served
from tests.browser.visitor import DESK, PHONE, Visitor

EMAIL, PASSWORD = "noor@practice.example", "a kettle under nine stairs"
ANSWERS = {"Alex": ALEX | TRUST_ALEX | LIGHTS_ALEX, "Sam": SAM | TRUST_SAM | LIGHTS_SAM}
TITLE = "Before we meet: trust"
CONTACT = {"way": "text", "place": "555 0187", "time": "Weekdays 9 to 15", "message": "yes", "named": "no",
           "others": "no", "order": "no", "speak": "no"}  # fmt: skip
CALM = {"0.4.orders": "no", "0.6.free": "yes"} | {
    f"0.11.{one}": "no" for one in ("afraid", "watched", "control", "threats", "body", "pushed", "after")
}
FIRST_MEETING = {
    "Alex": CALM | {"0.2.way": "My sister told me about this", "0.3.kind": "were_couple", "0.5.hope": "another_form"},
    "Sam": CALM | {"0.2.way": "Alex wrote to me", "0.3.kind": "were_couple", "0.5.hope": "not_sure", "0.9.known": "no"},
}


def test_from_set_up_to_reading_together(come: Come, served: Served, request: pytest.FixtureRequest) -> None:
    walk = Walk()
    noor, alex, sam = come(DESK), come(PHONE), come(PHONE)
    with walk.leg("Set up the practice, sign in", "Noor, mediator", "desk", noor):
        set_up(noor, set_up_link(served))
    with walk.leg("Open the case", "Noor, mediator", "desk", noor):
        open_case(noor)
    with walk.leg("Give both a way in", "Noor, mediator", "desk", noor):
        doors = {"Sam": by_qr(noor, "Sam"), "Alex": by_mail(noor, "Alex")}
    for visitor, name in ((alex, "Alex"), (sam, "Sam")):
        with walk.leg("First visit", f"{name}, participant", "phone", visitor):
            first_visit(visitor, name, doors[name])
    with walk.leg("Record what was done on paper, begin the work", "Noor, mediator", "desk", noor):
        record(noor)
    with walk.leg("Build a form and send it", "Noor, mediator", "desk", noor):
        send_form(noor)
    for visitor, name in ((alex, "Alex"), (sam, "Sam")):
        with walk.leg("Answer the form and three short tasks", f"{name}, participant", "phone", visitor):
            answer_everything(visitor, name)
    with walk.leg("Read first, compare, open one answer", "Noor, mediator", "desk", noor):
        compare_and_open(noor)
    for visitor, name in ((alex, "Alex"), (sam, "Sam")):
        with walk.leg("Read together, leave", f"{name}, participant", "phone", visitor):
            read_and_leave(visitor)
        nothing_is_left(visitor)
    if "WALKTHROUGH" in os.environ:
        Path(os.environ["WALKTHROUGH"]).write_text(walk.table(now().date()))


def set_up_link(served: Served) -> str:
    """The link the console prints."""
    printed = served.app.test_cli_runner().invoke(args=["init"]).output
    found = re.search(r"https?://\S+/set-up/\S+", printed)
    assert found, printed
    return found[0]


def set_up(noor: Visitor, link: str) -> None:
    noor.go(link)
    noor.reads("Set up this instance")
    noor.check()
    noor.write("Your name", "Noor Haddad")
    noor.write("Your email", EMAIL)
    noor.write("Password", PASSWORD, exact=True)
    noor.write("The same again", PASSWORD)
    noor.write("Name of the practice", "Mill Lane Practice")
    noor.press("Save and sign in")
    noor.reads("Today")
    account = noor.page.get_by_role("button", name="Noor Haddad, account")
    noor.pick(account)
    noor.press("Sign out")
    noor.reads("Sign in")
    noor.write("Email", EMAIL)
    noor.write("Password", PASSWORD, exact=True)
    noor.press("Sign in")
    noor.reads("Today")


def open_case(noor: Visitor) -> None:
    noor.follow("Open a case")
    noor.reads("New case")
    one = noor.page.get_by_role("group", name="One of the two")
    other = noor.page.get_by_role("group", name="The other one")
    noor.write("Name", "Alex", inside=one, exact=True)
    noor.write("Email", "alex@people.example", inside=one)
    noor.write("Name", "Sam", inside=other, exact=True)
    noor.tick("Former partners")
    noor.press("Save the case")
    noor.reads(re.compile("Alex"))
    expect(noor.page.get_by_role("heading", level=1)).to_contain_text("Sam")


def by_qr(noor: Visitor, name: str) -> str:
    """The link in the QR code, which a phone's camera reads."""
    noor.follow(f"Doors for {name}")
    noor.reads(re.compile(f"Doors of {name}"))
    noor.press("Show a QR code")
    noor.reads(re.compile(f"QR code for {name}"))
    link = noor.page.locator("#link").inner_text()
    noor.follow("Done")
    to_the_pair(noor)
    return link


def by_mail(noor: Visitor, name: str) -> str:
    """The link of a message that waits to be passed on, since there is no mail server."""
    noor.follow(f"Doors for {name}")
    noor.reads(re.compile(f"Doors of {name}"))
    noor.press("Send a link by mail")
    noor.follow("Ready to send", inside=noor.page.get_by_role("main"))
    noor.reads("Ready to send")
    noor.press(f"Show the link for {name}")
    noor.reads(re.compile(f"Message for {name}"))
    link = noor.page.locator("#link").inner_text()
    noor.press("I have passed it on")
    to_the_pair(noor)
    return link


def first_visit(visitor: Visitor, name: str, link: str) -> None:
    visitor.go(link)
    visitor.reads("This link is for one person")
    visitor.press("It’s me, open my page")
    visitor.reads("Before you begin")
    visitor.press("I have read this")
    visitor.reads("How can Noor Haddad reach you safely?")
    fill(visitor, CONTACT)
    visitor.press("Next")
    answer_form(visitor, FIRST_MEETING[name])
    visitor.reads(f"Hello {name}")


def answer_form(visitor: Visitor, answers: dict[str, str]) -> None:
    """One question after the other, then hand in. Whatever is not in `answers` is left open."""
    expect(visitor.page).to_have_url(re.compile(r"/\d+$"))
    while not visitor.page.url.endswith("/check"):
        here = visitor.page.url
        visitor.reads(re.compile("."))
        fill(visitor, answers)
        visitor.press("Next")
        expect(visitor.page).not_to_have_url(here)
    visitor.reads("Check your answers")
    fill(visitor, answers)
    visitor.press("Hand in my answers")
    visitor.reads("Your answers are with Noor Haddad")
    visitor.follow("Back to the start")


def record(noor: Visitor) -> None:
    noor.follow("Record and next step")
    noor.reads("Record and next step")
    today = now().date().isoformat()
    for name in ("Alex", "Sam"):
        person = noor.page.get_by_role("region", name=name)
        noor.write("Seen alone on", today, inside=person)
        noor.write("Agreement to mediate signed on paper on", today, inside=person)
    noor.pick(noor.page.locator("label", has=noor.page.locator('input[name="suitability"][value="usual"]')))
    noor.press("Save the record")
    for step in ("Go on to intake", "Go on to assessed", "Go on to agreed", "Begin the work"):
        button = noor.page.get_by_role("button", name=step, exact=True)
        noor.pick(button)
        expect(button).to_have_count(0)
    to_the_pair(noor)


def send_form(noor: Visitor) -> None:
    noor.follow("New form")
    noor.reads("New form")
    noor.page.get_by_label("Step").select_option(value="5")
    noor.press("Show its questions")
    expect(noor.page).to_have_url(re.compile(r"step=5"))
    noor.write("Title of the form", TITLE)
    boxes = noor.page.locator("label:has(input[name^='q.']:not(:checked))")
    while boxes.count():
        noor.pick(boxes.first)
    noor.press("Save and send now")
    told = noor.page.get_by_role("status").first
    expect(told).to_contain_text("Ready for Alex")
    expect(told).to_contain_text("Ready for Sam")


def answer_everything(visitor: Visitor, name: str) -> None:
    visitor.page.reload()
    visitor.reads(f"Hello {name}")
    begin = visitor.page.get_by_role("link", name=re.compile("^Begin"))
    forms = begin.count()
    assert forms == 4
    reloaded = False
    for left in range(forms, 0, -1):
        expect(begin).to_have_count(left)
        visitor.pick(begin.first)
        expect(visitor.page).to_have_url(re.compile(r"/\d+$"))
        while not visitor.page.url.endswith("/check"):
            here = visitor.page.url
            visitor.reads(re.compile("."))
            typed = fill(visitor, ANSWERS[name])
            if "5.9.break" in typed:
                expect(visitor.page.locator("[data-save-status]")).to_contain_text("Saved at")
                visitor.page.reload()
                expect(visitor.page.get_by_role("textbox")).to_have_value(ANSWERS[name]["5.9.break"])
                reloaded = True
            visitor.press("Next")
            expect(visitor.page).not_to_have_url(here)
        visitor.reads("Check your answers")
        fill(visitor, ANSWERS[name])
        visitor.press("Hand in my answers")
        visitor.reads("Your answers are with Noor Haddad")
        visitor.follow("Back to the start")
    assert reloaded
    expect(visitor.page.get_by_role("main")).to_contain_text("There is nothing to do now.")


def compare_and_open(noor: Visitor) -> None:
    to_the_pair(noor)
    noor.follow("1 note to read first")
    noor.reads("Read first")
    expect(noor.page.get_by_role("main")).to_contain_text("I am not sure")
    noor.press("I have read this")
    to_the_pair(noor)
    noor.pick(noor.page.get_by_role("link", name="Compare answers").first)
    noor.page.get_by_label("Questions").select_option(label=TITLE)
    noor.press("Show")
    noor.reads("Compare answers")
    apart = [int(re.findall(r"\d+", words)[0]) for words in noor.page.locator(".apart").all_inner_texts()]
    measured = noor.page.get_by_role("article")
    assert apart, "nothing to compare"
    assert apart[0] == max(apart), "furthest apart comes first"
    expect(measured.first).to_contain_text(str(apart[0]))
    expect(noor.page.get_by_role("main")).not_to_contain_text("I am not sure")
    promise = article(noor, "What could you promise")
    noor.follow("Open for both", inside=promise, exact=False)
    noor.reads("Open for both")
    for words in (ALEX["5.5.promises.0"], SAM["5.5.promises.0"]):
        expect(noor.page.get_by_role("main")).to_contain_text(words)
    noor.press("Open for both")
    expect(noor.page.get_by_role("main")).to_contain_text("Opened. Both can read it now.")


def article(noor: Visitor, words: str) -> Locator:
    return noor.page.get_by_role("article").filter(has_text=words).filter(has_text=ALEX["5.5.promises.0"])


def read_and_leave(visitor: Visitor) -> None:
    visitor.follow("What you can both read", exact=False)
    visitor.reads("What you can both read")
    for words in (ALEX["5.5.promises.0"], SAM["5.5.promises.0"]):
        expect(visitor.page.get_by_role("main")).to_contain_text(words)
    for words in (ALEX["5.9.break"], SAM["5.9.break"], ALEX["5.only"], "I am not sure"):
        expect(visitor.page.get_by_role("main")).not_to_contain_text(words)
    visitor.press("Exit this page")
    expect(visitor.page.get_by_role("heading", name=EVERYDAY)).to_be_visible()


def nothing_is_left(visitor: Visitor) -> None:
    for _ in range(20):
        visitor.page.go_back(wait_until="domcontentloaded")
        for words in (ALEX["5.5.promises.0"], "Hello", "What you can both read"):
            expect(visitor.page.locator("html")).not_to_contain_text(words)


def to_the_pair(noor: Visitor) -> None:
    noor.follow("Pairs", inside=noor.page.get_by_role("navigation", name="Main"))
    noor.pick(noor.page.get_by_role("table").get_by_role("link").first)
    expect(noor.page.get_by_role("heading", level=1)).to_contain_text("Alex")
