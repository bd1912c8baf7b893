"""The page of a session's reports in a real browser: it waits for them by itself, and says when they are there."""

from __future__ import annotations

from playwright.sync_api import expect

from mediator import jobs
from mediator.core.db import db
from tests.browser.conftest import Come
from tests.browser.serving import Served
from tests.browser.visitor import DESK, Visitor
from tests.factories import Pair
from tests.reports import scene


def jobs_run(served: Served) -> None:
    """One round of the job that makes reports, as its own process runs it."""
    db.session.rollback()
    job = next(job for job in jobs.JOBS if job.name == "reports")
    assert jobs.tick(served.app, job)


def asked(come: Come, pair: Pair) -> tuple[Visitor, scene.Scene]:
    """A mediator who has just asked for the reports of a session."""
    made = scene.ended(pair)
    someone = come(DESK).sign_in(pair.mediator_email)
    someone.go(made.base)
    someone.page.get_by_role("button", name="Make the reports").click()
    expect(someone.page.get_by_role("status").filter(has_text="Making the reports.")).to_be_visible()
    return someone, made


def test_the_page_waits_and_shows_the_reports_once_they_are_made(served: Served, come: Come, pair: Pair) -> None:
    someone, made = asked(come, pair)
    page = someone.page
    with page.expect_response(lambda answer: answer.url.endswith("/reports/state")) as waiting:
        pass
    assert waiting.value.json() == {"waiting": True}
    expect(page.get_by_text("Being made")).to_have_count(3)
    jobs_run(served)
    expect(page.get_by_text("Making the reports.")).to_have_count(0)
    expect(page.get_by_role("button", name="Make them final")).to_be_visible()
    expect(page.get_by_role("link", name="PDF,")).to_have_count(3)
    assert set(scene.states(made).values()) == {"draft"}


def test_it_asks_again_when_the_network_was_gone(served: Served, come: Come, pair: Pair) -> None:
    someone, _made = asked(come, pair)
    someone.allow("net::ERR_INTERNET_DISCONNECTED")
    someone.context.set_offline(True)
    with someone.page.expect_event("requestfailed", lambda asking: asking.url.endswith("/reports/state")):
        pass
    jobs_run(served)
    someone.context.set_offline(False)
    expect(someone.page.get_by_role("button", name="Make them final")).to_be_visible()


def test_a_window_that_waits_elsewhere_shows_them_too(served: Served, come: Come, pair: Pair) -> None:
    someone, made = asked(come, pair)
    other = come(DESK).sign_in(pair.mediator_email)
    other.go(made.base)
    expect(other.page.get_by_text("Being made")).to_have_count(3)
    jobs_run(served)
    for window in (someone, other):
        expect(window.page.get_by_role("button", name="Make them final")).to_be_visible()


def test_a_full_copy_is_a_file_with_a_neutral_name(served: Served, come: Come, pair: Pair) -> None:
    made = scene.ended(pair)
    someone = come(DESK).sign_in(pair.mediator_email)
    someone.go(made.base)
    saved = someone.download(someone.page.get_by_role("button", name="Download the full copy"))
    assert saved.suggested_filename.startswith("record-")
    with open(saved.path(), "rb") as file:
        assert file.read(4) == b"%PDF"
