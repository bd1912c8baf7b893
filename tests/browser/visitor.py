"""Somebody with a browser window of their own, who clicks, taps and types as people do, and is counted doing so.

Whoever does something to a page does it once the page has been loaded: Chromium says so when the modules of its head
have run, so that no test presses what no script listens to yet. How fast the machine is then makes no difference; with
`SLOWER=6` every page has a sixth of the processor, to see that it does not.
"""

from __future__ import annotations

import os
import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Download,
    Frame,
    Locator,
    Page,
    Response,
    expect,
)

from mediator.core import pdf
from mediator.core.db import db
from tests.browser import axe
from tests.browser.serving import Served
from tests.factories import PASSWORD
from tests.people import Person

DESK: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2,
}  # fmt: skip
#: How long something may take on a machine that does much else; a test that goes well never waits for it.
PATIENCE_MS = 30_000
#: What a browser says of itself when an answer is refused on purpose: too late, or not to be taken as it is.
REFUSED = re.compile(r"the server responded with a status of (409|422)\b")

#: Words to read: not the numbers on a line, nor what is folded away in lists to choose from.
_WORDS = """(main) => {
  const count = (text) => (text.match(/\\p{L}[\\p{L}\\p{N}’'-]*/gu) ?? []).length;
  return [...main.querySelectorAll('select')].reduce((sum, one) => sum - count(one.innerText), count(main.innerText));
}"""


@dataclass
class Count:
    """What somebody did: screens they saw, things they pressed, letters they typed, words that were there to read."""

    screens: int = 0
    presses: int = 0
    letters: int = 0
    words: int = 0

    def since(self, before: Count) -> Count:
        """What was done after `before` was taken."""
        return Count(*(getattr(self, name) - getattr(before, name) for name in vars(self)))


@dataclass
class Visitor:
    """One person at one device. `complaints` is what the browser objected to; a test fails for any."""

    served: Served
    context: BrowserContext
    window: Page
    complaints: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    count: Count = field(default_factory=Count)

    @classmethod
    def come(cls, browser: Browser, served: Served, device: dict[str, Any], **more: Any) -> Visitor:
        """Open a window that knows nothing of any other."""
        context = browser.new_context(**device, base_url=served.url, locale="en-GB", reduced_motion="reduce", **more)
        context.set_default_timeout(PATIENCE_MS)
        someone = cls(served, context, context.new_page())
        context.on("page", someone._listen)
        someone._listen(someone.window)
        if "SLOWER" in os.environ:
            slowed = context.new_cdp_session(someone.window)
            slowed.send("Emulation.setCPUThrottlingRate", {"rate": float(os.environ["SLOWER"])})
        return someone

    @property
    def page(self) -> Page:
        """What the window shows, once it has been loaded and its scripts have run."""
        self.window.wait_for_load_state()
        return self.window

    def _listen(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("response", self._answer)
        page.on("framenavigated", self._navigated)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not REFUSED.search(message.text):
            self.complaints.append(f"console: {message.text}")

    def _answer(self, response: Response) -> None:
        if response.status >= 400 and response.status not in {409, 422}:
            self.complaints.append(f"{response.status} {response.url}")

    def _navigated(self, frame: Frame) -> None:
        if frame.parent_frame is None and frame.url.startswith(self.served.url):
            self.count.screens += 1

    def allow(self, *texts: str) -> None:
        """Say which complaints this test brings about on purpose."""
        self.allowed += texts

    def leave(self) -> None:
        """Close the window and fail if the browser had anything to complain about."""
        self.context.close()
        told = [one for one in self.complaints if not any(text in one for text in self.allowed)]
        assert not told, told

    # --- what people do ---

    def go(self, path: str) -> Page:
        """Open an address. What the test itself had open in the database is given back first."""
        db.session.rollback()
        self.window.goto(path)
        return self.window

    def press(self, name: str, *, role: Any = "button", inside: Locator | None = None, exact: bool = True) -> None:
        """Press what is called so and is on the page."""
        self.pick((inside or self.page).get_by_role(role, name=name, exact=exact))

    def follow(self, name: str, *, inside: Locator | None = None, exact: bool = True) -> None:
        """Follow the link that is called so."""
        self.press(name, role="link", inside=inside, exact=exact)

    def pick(self, target: Locator) -> None:
        """Press one thing."""
        self.count.presses += 1
        target.click()

    def download(self, target: Locator) -> Download:
        """Press what gives a file. It may be laid out first, for as long as the application allows itself."""
        self.count.presses += 1
        with self.page.expect_download(timeout=PATIENCE_MS + 1000 * pdf.LIMIT) as saved:
            target.click(no_wait_after=True)
        return saved.value

    def tick(self, label: str, *, inside: Locator | None = None, exact: bool = True) -> None:
        """Choose a radio or tick a box by pressing its words."""
        self.count.presses += 1
        (inside or self.page).get_by_label(label, exact=exact).check(force=True)

    def write(self, label: str, text: str, *, inside: Locator | None = None, exact: bool = False) -> None:
        """Press a field by its label and type into it."""
        self.type_into((inside or self.page).get_by_label(label, exact=exact), text)

    def type_into(self, target: Locator, text: str) -> None:
        """Press a field and type into it."""
        self.count.presses += 1
        self.count.letters += len(text)
        target.fill(text)

    def reads(self, heading: str | re.Pattern[str]) -> None:
        """Wait until the page with this main heading is there, and count the words on it."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(heading, use_inner_text=True)
        self.count.words += self.page.locator("main").evaluate(_WORDS)

    def check(self) -> None:
        """axe-core at both widths and schemes, and no sideways scroll."""
        axe.check(self.page)

    # --- how people come in ---

    def sign_in(self, email: str, password: str = PASSWORD) -> Visitor:
        """Be signed in as staff. The way there is walked by `test_journey.py`; here its cookie is enough."""
        return self._be(Person(self.served.app).sign_in(email, password))

    def come_in(self, participant: uuid.UUID) -> Visitor:
        """Have come in through a fresh door."""
        return self._be(Person(self.served.app).come_in(participant))

    def _be(self, person: Person) -> Visitor:
        cookie = person.client.get_cookie("session")
        assert cookie
        self.context.add_cookies(
            [{"name": cookie.key, "value": cookie.value, "url": self.served.url, "httpOnly": True, "sameSite": "Lax"}]
        )
        return self
