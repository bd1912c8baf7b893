"""The mediator at the desk and the two with their phones, in three browsers, and what phones do meanwhile."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from tests.browser.visitor import Visitor
from tests.factories import Pair

#: A browser says by this alone whether its page is looked at, and headless ones always are.
_LOOKED_AT = """(seen) => {
  Object.defineProperty(document, 'hidden', {configurable: true, get: () => !seen});
  document.dispatchEvent(new Event('visibilitychange'));
}"""


@dataclass
class Room:
    """The mediator at the desk, and the two on their phones."""

    desk: Visitor
    a: Visitor
    b: Visitor
    pair: Pair

    def start(self, name: str, where: str = "On both phones, now") -> None:
        """Start an exercise, as a mediator does."""
        self.desk.go(f"/work/cases/{self.pair.case}/exercises")
        self.desk.page.get_by_role("link", name=f"Start {name}").click()
        self.desk.page.get_by_role("radio", name=where).check()
        self.desk.page.get_by_role("button", name="Start with both").click()
        expect(heading(self.desk)).to_have_text(name)

    def preview(self, item: int, name: str = "Open for both") -> None:
        """Read what both would read of an item, before it is opened."""
        self.desk.page.locator(f"#own-{item} > summary").click()
        self.desk.page.locator(f"#own-{item}").get_by_role("link", name=re.compile(f"^{name}")).click()
        expect(heading(self.desk)).to_have_text("Open for both")


def heading(visitor: Visitor) -> Locator:
    """What the page says it is."""
    return visitor.page.get_by_role("heading", level=1)


def press(visitor: Visitor, name: str) -> None:
    """Press one button."""
    visitor.page.get_by_role("button", name=name, exact=True).click()


def hand_in(phone: Visitor) -> None:
    """From the last question on; the page then says that one's part is done."""
    press(phone, "Next")
    press(phone, "Hand in my answers")


def reload_once_saved(phone: Visitor, label: str) -> None:
    """Load the page anew after what was typed is saved; it is still there."""
    field = phone.page.get_by_label(label, exact=True)
    typed = field.input_value()
    with phone.page.expect_response(lambda answer: answer.request.method == "POST"):
        field.blur()  # what was typed goes out at once; what is said from then on is of this
    expect(phone.page.locator("[data-save-status]")).to_contain_text("Saved at")
    phone.page.reload()
    expect(field).to_have_value(typed)


def sleeps(visitor: Visitor) -> None:
    """The page is looked at no more: a phone in a pocket, another window in front."""
    visitor.page.evaluate(_LOOKED_AT, False)


def wakes(visitor: Visitor) -> None:
    """It is looked at again."""
    visitor.page.evaluate(_LOOKED_AT, True)


def loses_the_network(visitor: Visitor) -> None:
    """Nothing reaches this browser any more."""
    visitor.context.set_offline(True)


def finds_the_network(visitor: Visitor) -> None:
    """And now it does."""
    visitor.context.set_offline(False)
