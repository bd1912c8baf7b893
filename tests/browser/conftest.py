"""A real Chromium and the real application: one browser a run, one application a file, one window a person."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.room import Room, heading
from tests.browser.serving import Served, serve
from tests.browser.visitor import DESK, PATIENCE_MS, PHONE, Visitor
from tests.conftest import Databases
from tests.factories import Pair, make_pair, make_practice, make_staff

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder drives a browser, and says so."""
    here = os.path.dirname(__file__)
    for item in items:
        if str(item.path).startswith(here):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, with its memory of pages left (bfcache) on as on people's phones; Playwright switches it off."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=ARGUMENTS, ignore_default_args=["--disable-back-forward-cache"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The application of this file's tests, on a database of its own."""
    with serve(databases, tmp_path_factory.mktemp("served")) as running:
        yield running


Come = Callable[..., Visitor]


@pytest.fixture
def come(chromium: Browser, served: Served) -> Iterator[Come]:
    """Lets people come, each with a window of their own; afterwards no browser may have complained."""
    there: list[Visitor] = []

    def one(device: dict[str, Any], **more: Any) -> Visitor:
        there.append(Visitor.come(chromium, served, device, **more))
        return there[-1]

    yield one
    for visitor in there:
        visitor.leave()


@pytest.fixture
def at_desk(come: Come) -> Visitor:
    """Somebody at a desk, signed out."""
    return come(DESK)


@pytest.fixture
def on_phone(come: Come) -> Visitor:
    """Somebody with a phone, signed out."""
    return come(PHONE)


@pytest.fixture(scope="module")
def practice(served: Served) -> None:
    """The practice of this file's tests."""
    make_practice()


@pytest.fixture
def pair(practice: None) -> Pair:
    """A fresh active case of two people in this file's practice."""
    return make_pair(make_staff("mediator"))


@pytest.fixture
def room(come: Come, pair: Pair) -> Room:
    """The mediator at the desk; both phones lie open on the page of the exercise before there is one."""
    desk = come(DESK).sign_in(pair.mediator_email)
    a, b = (come(PHONE).come_in(person) for person in (pair.a, pair.b))
    for visitor in (desk, a, b):
        visitor.allow("ERR_INTERNET_DISCONNECTED")  # what a browser says of a network that was taken away on purpose
    for phone in (a, b):
        phone.go("/notes/exercise")
        expect(heading(phone)).to_have_text("No open exercise at the moment")
    return Room(desk, a, b, pair)
