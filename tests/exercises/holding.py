"""Words of one for the other through the pages, for tests: A writes, B is the one it is written for."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from mediator.core.db import db
from mediator.exercises.models import HeldWords
from mediator.exercises.terms import Way
from tests.exercises import phones, running
from tests.factories import Pair
from tests.people import Form, Page, Person

WHAT, WISH = "I told them about the flat before I told you", "I hope that we can talk one day"
WORDS = {
    "E09.1.what": WHAT,
    "E09.2.effect": "You may have felt passed over",
    "E09.3.mine": "I chose to say nothing",
    "E09.4.regret": "That you heard it from others",
    "E09.6.different": "I have told my brother to ask you first",
    "E09.8.wish": WISH,
}
YES = {"want": "yes", "how": "paper", "moment": "next_session", "beside": "My sister", "know": "yes"}
NOS = ("gist", "not_now", "no")


@dataclass
class Three:
    """The mediator, A who writes, and B."""

    pair: Pair
    mediator: Person
    a: Person
    b: Person
    run: uuid.UUID

    @property
    def row(self) -> HeldWords:
        """The row as it stands now."""
        db.session.rollback()
        row: HeldWords = db.session.scalars(db.select(HeldWords).where(HeldWords.run_id == self.run)).one()
        return row

    def way(self) -> Way:
        """Where the row says it stands."""
        return self.row.way

    # -- the author

    def write(self, words: dict[str, str] | None = None) -> Page:
        """A writes and hands in."""
        return running.write(self.a, self.run, words or WORDS)

    @property
    def form(self) -> uuid.UUID:
        """A's form."""
        return phones.form_of(self.run, self.pair.a)

    def mine(self) -> Page:
        """A's page of their own words."""
        return self.a.get(f"/notes/words/mine/{self.form}")

    def keep(self, *parts: str) -> Page:
        """A keeps these parts."""
        form = self.mine().form("/mine/")
        fields = {name: text for name, text in form.fields.items() if not name.startswith("keep.")}
        return self.a.post(form.action, {**fields, **{f"keep.{part}": "yes" for part in parts}})

    def authors_pages(self) -> list[str]:
        """Everything A can look at that could tell something."""
        paths = ["/notes/", "/notes/together", "/notes/exercise", "/notes/reports", "/notes/agreements",
                 f"/notes/questions/{self.form}/done", f"/notes/words/mine/{self.form}"]  # fmt: skip
        return [self.a.get(path).text for path in paths]

    # -- the mediator

    def at(self, tail: str = "") -> str:
        """The mediator's page."""
        return running.at(self.pair, f"/{self.run}/held{tail}")

    def desk(self) -> Page:
        """The mediator's page as it stands now."""
        return self.mediator.get(self.at())

    def press(self, do: str, page: Page | None = None, **more: str) -> Page:
        """One of the page's buttons, as the page was when it was loaded."""
        shown = page or self.desk()
        assert any((one.get("name"), one.get("value")) == ("do", do) for one in shown.all("button")), do
        sent = next(form.fields for one in shown.all("form") if "rev" in (form := Form(one)).fields)
        return self.mediator.post(self.at("/steps"), {**sent, "do": do, **more})

    def accept(self) -> Page:
        """It may be offered: with the author's own yes."""
        return self.press("accept", leave="yes")

    def ask(self) -> Page:
        """Put the question on B's phone."""
        return self.press("ask")

    def give(self, **changes: str | None) -> Page:
        """Give it, on the phone where B reads it alone."""
        sent: dict[str, str | None] = {"again": "yes", "where": "phone", **changes}
        return self.mediator.submit(self.mediator.get(self.at("/give")), sent, action="/give")

    # -- the receiver

    def question(self) -> Page:
        """The question on B's phone."""
        return self.b.get(f"/notes/words/question/{self.row.id}")

    def answer(self, **said: str) -> Page:
        """B answers on the phone; without words of their own with a yes."""
        return self.b.submit(self.question(), dict(said or YES), action="/question/")

    def given(self) -> Page:
        """The copy on B's phone."""
        return self.b.get(f"/notes/words/given/{self.row.id}")

    # -- the whole way

    def until(self, where: str) -> Three:
        """Bring it there: "written", "accepted", "asked", "wanted" or "given"."""
        for name, act in (
            ("written", self.write), ("accepted", self.accept), ("asked", self.ask), ("wanted", self.answer),
            ("given", self.give),
        ):  # fmt: skip
            page = act()
            assert page.status == 200, page.words
            if name == where:
                return self
        raise AssertionError(where)
