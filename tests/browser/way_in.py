"""The way in: an empty instance is set up, a case is opened, both come by their doors, what they tell is read."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from mediator.core.clock import now
from tests.browser.answers import fill
from tests.browser.serving import Served
from tests.browser.visitor import Visitor

EMAIL, PASSWORD = "noor@practice.example", "a kettle under nine stairs"
CONTACT = {"way": "text", "place": "555 0187", "time": "Weekdays 9 to 15", "message": "yes", "named": "no",
           "others": "no", "order": "no", "speak": "no"}  # fmt: skip
CALM = {"0.4.orders": "no", "0.6.free": "yes"} | {
    f"0.11.{one}": "no" for one in ("afraid", "watched", "control", "threats", "body", "pushed", "after")
}
FIRST_MEETING = {
    "Alex": CALM | {"0.2.way": "My sister told me about this", "0.3.kind": "were_couple", "0.5.hope": "another_form"},
    "Sam": CALM | {"0.2.way": "Alex wrote to me", "0.3.kind": "were_couple", "0.5.hope": "closure", "0.9.known": "no"},
}


def set_up_link(served: Served) -> str:
    """The link the console prints."""
    printed = served.app.test_cli_runner().invoke(args=["init"]).output
    found = re.search(r"https?://\S+/set-up/\S+", printed)
    assert found, printed
    return found[0]


def set_up(noor: Visitor, link: str) -> None:
    """Set up the practice, sign out, sign in again."""
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
    noor.press("Noor Haddad, account")
    noor.press("Sign out")
    noor.reads("Sign in")
    noor.write("Email", EMAIL)
    noor.write("Password", PASSWORD, exact=True)
    noor.press("Sign in")
    noor.reads("Today")


def open_case(noor: Visitor) -> None:
    """Open a case for the two of them; Sam has no email address."""
    noor.follow("Open a case")
    noor.reads("New case")
    one = noor.page.get_by_role("group", name="One of the two")
    other = noor.page.get_by_role("group", name="The other one")
    noor.write("Name", "Alex", inside=one, exact=True)
    noor.write("Email", "alex@people.example", inside=one)
    noor.write("Name", "Sam", inside=other, exact=True)
    noor.tick("Former partners")
    noor.press("Save the case")
    at_the_pair(noor)


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
    """The link, what this is, how to be reached, the intake form."""
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
        typed = fill(visitor, answers)
        if "5.4.sign.0.example" in typed:
            comes_back(visitor, "5.4.sign.0.example", answers)
        visitor.press("Next")
        expect(visitor.page).not_to_have_url(here)  # what was typed may go out first
    visitor.reads("Check your answers")
    fill(visitor, answers)
    visitor.press("Hand in my answers")
    visitor.reads("Your answers are with Noor Haddad")
    visitor.follow("Back to the start")


def comes_back(visitor: Visitor, name: str, answers: dict[str, str]) -> None:
    """What was typed is there after the page was loaded anew, without a button pressed."""
    expect(visitor.page.locator("[data-save-status]")).to_contain_text("Saved at")
    visitor.page.reload()
    expect(visitor.page.locator(f'[name="{name}"]')).to_have_value(answers[name])


def read_what_waits(noor: Visitor) -> None:
    """From Today to what both told at their first visit: how to reach each, and their intake answers."""
    waits_on_her(noor, "Compare")
    noor.reads("Compare answers")
    for words in (FIRST_MEETING["Alex"]["0.2.way"], FIRST_MEETING["Sam"]["0.2.way"]):
        expect(noor.page.get_by_role("main")).to_contain_text(words)
    back_to_the_pair(noor)
    for name in ("Alex", "Sam"):
        person = noor.page.get_by_role("region", name=name)
        noor.pick(person.get_by_text("Only you: safety and intake answers"))
        noor.follow(f"How to reach {name}", inside=person)
        noor.reads(re.compile(f"How to reach {name}"))
        expect(noor.page.get_by_role("main")).to_contain_text(CONTACT["place"])
        back_to_the_pair(noor)


def waits_on_her(noor: Visitor, name: str) -> None:
    """By Today to one of the things that wait on the mediator."""
    to_today(noor)
    mine = noor.page.get_by_role("region", name="Waiting on you")
    noor.pick(mine.get_by_role("link", name=re.compile(f"^{name}\\b")))


def record(noor: Visitor) -> None:
    """What was done on paper and face to face, then step by step to the work."""
    noor.follow("Decide how to go on")
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
    back_to_the_pair(noor)


def to_today(noor: Visitor) -> None:
    """To the page a day begins with."""
    noor.follow("Today", inside=noor.page.get_by_role("navigation", name="Main"))
    noor.reads("Today")


def to_the_pair(noor: Visitor) -> None:
    """By the list to the page of the case."""
    noor.follow("Pairs", inside=noor.page.get_by_role("navigation", name="Main"))
    noor.reads("Pairs")
    noor.pick(noor.page.get_by_role("table").get_by_role("link").first)
    at_the_pair(noor)


def back_to_the_pair(noor: Visitor) -> None:
    """By the names above the heading of one of its pages, which has been waited for."""
    noor.pick(noor.page.get_by_role("link", name=re.compile("^(Alex and Sam|Sam and Alex)$")))
    at_the_pair(noor)


def at_the_pair(noor: Visitor) -> None:
    """Wait until the page of the case is there."""
    noor.reads(re.compile(r"Alex\s*.*Sam|Sam\s*.*Alex", re.DOTALL))
