"""What axe-core and a ruler find on a page, at both widths and in both schemes."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import axe_playwright_python
from playwright.sync_api import Page

SOURCE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
#: A desk and a phone; 320 is the narrowest width at which nothing may scroll sideways (WCAG 1.4.10).
DESK, PHONE, NARROWEST = (1440, 900), (390, 844), (320, 640)
SCHEMES: tuple[Literal["light"], Literal["dark"]] = ("light", "dark")

_RUN = """async ([tags, rules]) => {
  const options = rules
    ? { runOnly: { type: 'rule', values: rules } }
    : { runOnly: { type: 'tag', values: tags } };
  const found = await axe.run(document, { ...options, resultTypes: ['violations'] });
  return found.violations.map((one) =>
    one.id + ': ' + one.nodes.map((node) => node.target.join(' ') + ' (' + (node.any[0]?.message || node.all[0]?.message
      || node.none[0]?.message || '') + ')').join('; '));
}"""
#: What makes a page scroll sideways, and whatever can be pressed but stands beside the screen (in a fixed bar, say).
_TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  const out = (one) => one.getBoundingClientRect().right > width + 1 || one.getBoundingClientRect().right < 0;
  const scrolls = document.documentElement.scrollWidth > width;
  return [...document.body.querySelectorAll(scrolls ? '*' : 'a, button, input, select, textarea')]
    .filter((one) => one.checkVisibility() && out(one) && !one.matches('.skip, .sr'))
    .slice(0, 5)
    .map((one) => one.tagName.toLowerCase() + '.' + one.className + ' ' + one.textContent.trim().slice(0, 30));
}"""


def twice_as_large(page: Page) -> list[str]:
    """What stands beside the screen of a phone on which all type is twice as large (WCAG 1.4.4). Leaves it as found."""
    size = page.viewport_size
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    wide: list[str] = page.evaluate(_TOO_WIDE)
    page.evaluate("() => { document.documentElement.style.removeProperty('font-size'); }")
    if size is not None:
        page.set_viewport_size(size)
    return [f"twice as large: beside the screen, {one}" for one in wide]


def findings(page: Page) -> list[str]:
    """Everything wrong with the page that is open, in words; empty where nothing is. Leaves the page's size as found.

    At the first width all rules are run. A scheme changes nothing but colours, so in dark only contrast is looked at.
    """
    page.wait_for_load_state()  # what has no styles yet has other faults
    size = page.viewport_size
    wrong: list[str] = []
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(SOURCE + "; 0")
    for width, height in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            rules = None if scheme == "light" else ["color-contrast"]
            told: list[Any] = page.evaluate(_RUN, [TAGS, rules])
            wrong += [f"{width} {scheme}: {one}" for one in told]
    page.emulate_media(color_scheme="light")
    for width, height in (PHONE, NARROWEST):
        page.set_viewport_size({"width": width, "height": height})
        wide: list[str] = page.evaluate(_TOO_WIDE)
        wrong += [f"{width}: beside the screen, {one}" for one in wide]
    if size is not None:
        page.set_viewport_size(size)
    return wrong


def check(page: Page) -> None:
    """Fail where axe-core finds anything, or where the page scrolls sideways on a phone."""
    wrong = findings(page)
    assert not wrong, f"{page.url}\n" + "\n".join(wrong)
