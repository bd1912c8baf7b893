"""Takes pictures of every page: `script/pictures FOLDER [NAME…]`."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser import scene, tour
from tests.browser.axe import SCHEMES
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.serving import Served, serve
from tests.browser.stops import Stop
from tests.browser.visitor import DESK, PHONE, Visitor
from tests.conftest import Databases


def take(folder: Path, wanted: Sequence[str]) -> int:
    """Take the pictures; tells how many."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = 0
    with tempfile.TemporaryDirectory() as work, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for device, suffix in ((DESK, ""), (PHONE, "-phone")):
            own = Path(work, suffix or "desk")
            (own / "served").mkdir(parents=True)
            with serve(Databases(own), own / "served") as served:
                for visitor, stops in _walks(browser, served, device):
                    for stop in stops:
                        stop.open(visitor)
                        if not wanted or stop.name.startswith(tuple(wanted)):
                            taken += _picture(visitor, folder / f"{stop.name}{suffix}")
        browser.close()
    return taken


def _walks(browser: Browser, served: Served, device: dict[str, object]) -> Iterator[tuple[Visitor, Iterator[Stop]]]:
    """Everybody with a window of their own, and where they go."""
    made = scene.set_up()

    def come() -> Visitor:
        return Visitor.come(browser, served, device)

    yield come().sign_in(made.mediator), tour.workspace(made)
    yield come().sign_in(made.assistant), tour.assistant(made)
    yield come().come_in(made.alex), tour.portal(made)
    yield come(), tour.newcomer(made)
    yield come(), tour.public(made)


def _picture(visitor: Visitor, path: Path) -> int:
    for scheme in SCHEMES:
        visitor.page.emulate_media(color_scheme=scheme)
        dark = "-dark" if scheme == "dark" else ""
        visitor.page.screenshot(path=f"{path}{dark}.png", full_page=True)
    visitor.page.emulate_media(color_scheme="light")
    return len(SCHEMES)


if __name__ == "__main__":
    os.umask(0o077)
    sys.stdout.write(f"{take(Path(sys.argv[1]), sys.argv[2:])} pictures\n")
