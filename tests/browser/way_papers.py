"""The papers: made, read, released; confirmed and kept on two phones; the full copy for the mediator alone."""

from __future__ import annotations

import contextlib
import re
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Error, Locator, expect

from mediator import jobs
from mediator.core.db import db
from tests import papers
from tests.browser.serving import EVERYDAY, Served
from tests.browser.visitor import Visitor
from tests.browser.way_forms import ALEX_ALONE, OPENED, SAFETY, SAM_ALONE
from tests.browser.way_in import CONTACT, FIRST_MEETING, at_the_pair
from tests.browser.way_session import AGREED, BROUGHT, CAUCUS, JOINT, PRIVATE, PROMISED


@dataclass(frozen=True)
class Paper:
    """A file as it was saved."""

    name: str
    data: bytes

    @property
    def text(self) -> str:
        """Everything a program can read in it: pages, metadata, bookmarks, streams; line ends as spaces."""
        return " ".join(papers.read(self.data).split())


def make(noor: Visitor, served: Served) -> None:
    """Ask for the reports; the jobs process makes them while the page waits; read each; release them."""
    noor.follow("Reports of this session")
    noor.reads("Reports of session 1")
    noor.press("Make the reports")
    expect(noor.page.get_by_text("Making the reports.")).to_be_visible()
    jobs_run(served)
    final = noor.page.get_by_role("button", name="Make them final")
    expect(final).to_be_visible()
    noor.reads("Reports of session 1")
    for link in noor.page.get_by_role("link", name=re.compile("^PDF,")).all():
        save(noor, link)
    noor.pick(final)
    noor.follow("Release")
    noor.reads("Release reports")
    for words in (AGREED, PROMISED):
        expect(noor.page.get_by_role("main")).to_contain_text(words)
    noor.pick(noor.page.locator('label:has(input[name="read"])'))
    noor.press("Release")
    expect(noor.page.get_by_role("main")).to_contain_text("Released")
    noor.reads("Reports of session 1")


def full_copy(noor: Visitor) -> Paper:
    """The mediator's own record."""
    return save(noor, noor.page.get_by_role("button", name="Download the full copy"))


def jobs_run(served: Served) -> None:
    """One round of the job that makes reports, as its own process runs it."""
    db.session.rollback()
    job = next(job for job in jobs.JOBS if job.name == "reports")
    assert jobs.tick(served.app, job)


def save(visitor: Visitor, target: Locator) -> Paper:
    """Press what gives a file, and read the file."""
    saved = visitor.download(target)
    return Paper(saved.suggested_filename, Path(saved.path()).read_bytes())


def confirm_and_keep(visitor: Visitor) -> dict[str, Paper]:
    """On the phone: confirm what was agreed, and keep both papers, the own copy and the summary."""
    visitor.page.reload()
    visitor.reads(re.compile("^Hello"))
    visitor.follow("Read and confirm")
    visitor.reads("What you agreed")
    for words in (AGREED, PROMISED):
        expect(visitor.page.get_by_role("main")).to_contain_text(words)
    confirm = visitor.page.get_by_role("button", name=re.compile("^I confirm this"))
    for left in range(confirm.count(), 0, -1):
        expect(confirm).to_have_count(left)
        visitor.pick(confirm.first)
    expect(confirm).to_have_count(0)
    expect(visitor.page.get_by_role("main")).to_contain_text("You confirmed this on")
    visitor.follow("Back to your page")
    visitor.follow("Papers", exact=False)
    visitor.reads("Papers")
    main = visitor.page.get_by_role("main")
    kept = {
        "own": save(visitor, main.get_by_role("link", name=re.compile("^Your copy of"))),
        "joint": save(visitor, main.get_by_role("link", name=re.compile("^Summary of"))),
    }
    visitor.follow("Back to your page")
    return kept


def in_force(noor: Visitor) -> None:
    """Both have confirmed: the mediator sees it."""
    here = noor.page.get_by_role("navigation", name="You are here")
    noor.pick(here.get_by_role("link", name=re.compile(" and ")))
    at_the_pair(noor)
    noor.follow("All of them", exact=False)
    noor.reads("Agreements and commitments")
    expect(noor.page.get_by_text("In force")).to_have_count(2)


def keep_apart(alex: dict[str, Paper], sam: dict[str, Paper], full: Paper) -> None:
    """What stands in each of the four papers, and what in none but the mediator's."""
    told = {"Alex": alex["own"].text, "Sam": sam["own"].text, "joint": alex["joint"].text}
    assert alex["joint"].data == sam["joint"].data
    assert alex["own"].name == sam["own"].name
    for text in (*told.values(), full.text):
        for words in (*OPENED, JOINT, BROUGHT, AGREED, PROMISED):
            assert words in text, words
    for alone, mine, other in ((ALEX_ALONE, "Alex", "Sam"), (SAM_ALONE, "Sam", "Alex")):
        for words in alone:
            assert words in told[mine], words
            assert words not in told[other] + told["joint"], words
    intake = [one["0.2.way"] for one in FIRST_MEETING.values()]
    for words in (PRIVATE, CAUCUS, SAFETY, CONTACT["place"], *intake):
        for text in told.values():
            assert words not in text, words
    for words in (PRIVATE, CAUCUS):
        assert words in full.text, words
    for words in (SAFETY, CONTACT["place"]):
        assert words not in full.text, words
    for paper in (*alex.values(), *sam.values(), full):
        assert re.fullmatch(r"(copy|summary|record)-\d{4}-\d\d-\d\d\.pdf", paper.name)
        assert "Alex" not in papers.about(paper.data)
        assert "Sam" not in papers.about(paper.data)


def nothing_is_left(visitor: Visitor) -> None:
    """After leaving, nothing is found by going back."""
    expect(visitor.page.get_by_role("heading", name=EVERYDAY)).to_be_visible()
    for _ in range(20):
        with contextlib.suppress(Error):  # a page that comes back is fetched anew, which may come first
            visitor.page.go_back(wait_until="domcontentloaded")
        for words in (*OPENED, "Hello", "What you can both read", AGREED):
            expect(visitor.page.locator("html")).not_to_contain_text(words)
