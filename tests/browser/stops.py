"""One stop of a tour through the pages, and what is done to come there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import expect

from tests.browser.visitor import Visitor


@dataclass(frozen=True)
class Stop:
    """One page: a short name for its picture, and how to come there."""

    name: str
    path: str = ""
    act: Callable[[Visitor], None] | None = None

    def open(self, visitor: Visitor) -> None:
        """Go there."""
        if self.path:
            visitor.go(self.path)
        if self.act is not None:
            self.act(visitor)


def press(name: str, *, exact: bool = True) -> Callable[[Visitor], None]:
    """Press a button, and wait for the page that comes of it."""

    def act(visitor: Visitor) -> None:
        before = visitor.page.url
        visitor.page.evaluate("() => { document.documentElement.dataset.before = ''; }")
        visitor.pick(visitor.page.get_by_role("button", name=name, exact=exact).first)
        expect(visitor.page.locator("html[data-before]"), before).to_have_count(0)

    return act


def follow(name: str) -> Callable[[Visitor], None]:
    """Follow a link by the beginning of its words."""

    def act(visitor: Visitor) -> None:
        before = visitor.page.url
        visitor.follow(name, exact=False)
        expect(visitor.page).not_to_have_url(before)

    return act
