"""axe-core finds nothing on any page, at 1440 and 390 px, light and dark, and nothing scrolls sideways on a phone.

On what a participant reads of exercises nothing stands beside the screen with type twice as large, either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import expect

from tests.browser import axe, scene, tour
from tests.browser.conftest import Come
from tests.browser.scene import Scene
from tests.browser.serving import Served
from tests.browser.stops import Stop
from tests.browser.visitor import DESK, PHONE, Visitor

#: What has no page of its own: answers for machines and addresses that only lead on.
NO_PAGE = {"public.front.health", "public.front.index", "static", "portal.questionnaires.show",
           "portal.questionnaires.both", "public.staff.set_up", "workspace.run.state", "workspace.reports.state",
           "portal.own.both", "workspace.reports.read", "portal.reports.download",
           "portal.live.stream", "portal.live.version", "workspace.live.stream", "workspace.live.version"}  # fmt: skip
#: Start pages, exercises, words for the other and pages for oneself: with type twice as large, too (WCAG 1.4.4).
LARGE = ("exercise", "held", "home", "together", "writing")
seen: set[str] = set()


@pytest.fixture(scope="module")
def stage(served: Served) -> Scene:
    """The practice all pages of this file are about."""
    return scene.set_up()


def walk(visitor: Visitor, stops: Iterator[Stop], app: Flask, large: tuple[str, ...] = ()) -> None:
    """Look at one page after the other; tell everything that is wrong with any of them.

    Stops whose names begin with one of `large` are looked at with type twice as large, too.
    """
    visitor.allow("status of 404", "404 http", "status of 410", "410 http")  # pages that say so
    wrong: list[str] = []
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
    for stop in stops:
        stop.open(visitor)
        path = visitor.page.url.removeprefix(visitor.served.url).partition("?")[0]
        if adapter.test(path, "GET"):
            seen.add(str(adapter.match(path, "GET")[0]))
        expect(visitor.page.get_by_role("heading", level=1), stop.name).to_have_count(1)
        wrong += [f"{stop.name}: {one}" for one in axe.findings(visitor.page)]
        if stop.name.startswith(large):
            wrong += [f"{stop.name}: {one}" for one in axe.twice_as_large(visitor.page)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", ["workspace", "assistant"])
def test_pages_of_staff(who: str, come: Come, stage: Scene, served: Served) -> None:
    stops: Callable[[Scene], Iterator[Stop]] = getattr(tour, who)
    visitor = come(DESK).sign_in(stage.mediator if who == "workspace" else stage.assistant)
    walk(visitor, stops(stage), served.app)


def test_pages_of_a_participant(come: Come, stage: Scene, served: Served) -> None:
    walk(come(PHONE).come_in(stage.alex), tour.portal(stage), served.app, LARGE)


def test_pages_of_a_first_visit(come: Come, stage: Scene, served: Served) -> None:
    walk(come(PHONE), tour.newcomer(stage), served.app)


def test_pages_for_anybody(come: Come, stage: Scene, served: Served) -> None:
    walk(come(DESK), tour.public(stage), served.app)


def test_no_page_was_left_out(served: Served) -> None:
    """Runs last: a page that is added is added to the tour, too. The set-up page is looked at on the journey."""
    pages = {rule.endpoint for rule in served.app.url_map.iter_rules() if "GET" in (rule.methods or set())}
    assert pages - NO_PAGE - seen == set()
