"""Writing down with a few keys, and the private column that folds when nobody is there; in a real browser."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import expect

from mediator.agreements.models import Agreement
from mediator.core.db import db
from mediator.sessions.terms import NoteKind
from tests.browser.conftest import Come
from tests.browser.test_session import begin, heading, note, saved
from tests.browser.visitor import DESK, Visitor
from tests.factories import Pair
from tests.sessions.live import at, ring, words
from tests.sessions.plan import items_of, make_session


def reads(visitor: Visitor, title: str) -> None:
    """Wait until the page with this heading is there and its script listens."""
    expect(heading(visitor)).to_have_text(title)
    expect(visitor.page.locator("form[data-note^=private][data-watched]")).to_have_count(1)


def written(pair: Pair, session: uuid.UUID) -> list[tuple[str, str, str]]:
    """What was written down in the session: kind, who, words."""
    db.session.rollback()
    rows = db.session.scalars(db.select(Agreement).where(Agreement.source_id == session).order_by(Agreement.said_at))
    with ring(pair):
        found = [(row.kind.value, row.who.value, str(row.what)) for row in rows]
    db.session.rollback()
    return found


#: Whether the page leaves a key to the note that types another letter there: Option on a Mac, AltGr, AltGr on Windows.
_OTHER_LETTER = """(field, [letter, key]) => [{altKey: true}, {altKey: true, key: letter, modifierAltGraph: true},
  {altKey: true, ctrlKey: true}].every((more) => field.dispatchEvent(new KeyboardEvent('keydown', {
    key, code: `Key${letter.toUpperCase()}`, bubbles: true, cancelable: true, ...more})))"""


@pytest.mark.parametrize(
    ("key", "typed", "kind"),
    [("a", "å", "Agreement"), ("c", "ç", "Commitment"), ("b", "∫", "Boundary")],
    ids=["agreement", "commitment", "boundary"],
)
def test_one_key_opens_it_from_within_the_note_and_two_write_it_down(
    come: Come, pair: Pair, key: str, typed: str, kind: str
) -> None:
    someone, session = begin(come, pair)
    note(someone, NoteKind.JOINT).fill("First\nNo talk about the house by text")
    assert note(someone, NoteKind.JOINT).evaluate(_OTHER_LETTER, [key, typed]), "typing a letter leaves no note"
    someone.page.keyboard.press(f"Alt+{key}")
    reads(someone, kind)
    expect(someone.page.locator("#f-what")).to_be_focused()
    expect(someone.page.locator("#f-what")).to_have_value("No talk about the house by text")
    if kind == "Commitment":  # a promise is never put down to somebody by a default
        someone.page.get_by_label("Alex").check()
    someone.page.keyboard.press("Control+Enter")
    expect(someone.page.get_by_text("Written down.", exact=True)).to_be_visible()
    expect(heading(someone)).to_have_text("Arrive and check in")
    assert [(one, what) for one, _who, what in written(pair, session)] == [
        (kind.lower(), "No talk about the house by text")
    ]
    assert words(pair, session, NoteKind.JOINT, items_of(session)[0]) == "First\nNo talk about the house by text"


def test_escape_goes_back_and_never_throws_words_away(come: Come, pair: Pair) -> None:
    someone, session = begin(come, pair)
    someone.page.keyboard.press("Alt+a")
    reads(someone, "Agreement")
    someone.page.keyboard.press("Escape")
    reads(someone, "Arrive and check in")
    someone.page.keyboard.press("Alt+a")
    reads(someone, "Agreement")
    someone.page.locator("#f-what").fill("Half a sentence")
    someone.page.keyboard.press("Escape")
    expect(someone.page.get_by_role("link", name="Cancel")).to_be_focused()
    expect(someone.page.locator("#f-what")).to_have_value("Half a sentence")
    someone.page.keyboard.press("Enter")
    expect(heading(someone)).to_have_text("Arrive and check in")
    assert written(pair, session) == []


def test_one_for_each_with_the_name_of_the_other_on_the_button(come: Come, pair: Pair) -> None:
    someone, session = begin(come, pair)
    someone.page.keyboard.press("Alt+a")
    someone.page.get_by_label("What do both agree on?").fill("Reply the same day")
    someone.page.get_by_role("button", name="Make it a commitment instead").click()
    expect(heading(someone)).to_have_text("Commitment")
    expect(someone.page.get_by_label("What, in one small step?")).to_have_value("Reply the same day")
    someone.page.get_by_label("Sam").check()
    expect(someone.page.get_by_role("button", name="And another for Alex", exact=True)).to_be_visible()
    someone.page.get_by_label("Alex").check()
    someone.page.get_by_role("button", name="And another for Sam", exact=True).click()
    expect(someone.page.get_by_label("Sam")).to_be_checked()
    reads(someone, "Commitment")
    someone.page.get_by_label("What, in one small step?").fill("Say a day before")
    someone.page.keyboard.press("Control+Enter")
    expect(heading(someone)).to_have_text("Arrive and check in")
    assert written(pair, session) == [
        ("commitment", "A", "Reply the same day"),
        ("commitment", "B", "Say a day before"),
    ]


def at_the_clock(come: Come, pair: Pair) -> tuple[Visitor, uuid.UUID]:
    """A session that has just begun, in a window whose clock this test moves."""
    session = make_session(pair)
    someone = come(DESK).sign_in(pair.mediator_email)
    someone.page.clock.install()
    someone.go(at(pair, session, "/run"))
    someone.page.get_by_role("button", name="Start the session").click()
    expect(someone.page.locator("form[data-note^=private][data-watched]")).to_have_count(1)
    someone.page.locator("#own-note > summary").click()
    expect(note(someone, NoteKind.PRIVATE)).to_be_visible()
    return someone, session


def test_the_private_column_folds_after_five_idle_minutes_and_its_words_are_saved(come: Come, pair: Pair) -> None:
    someone, session = at_the_clock(come, pair)
    someone.page.clock.fast_forward("03:00")  # between what the test moves, the clock goes on by itself
    expect(note(someone, NoteKind.PRIVATE)).to_be_visible()
    note(someone, NoteKind.PRIVATE).fill("Sam went quiet")  # somebody is there: the five minutes begin anew
    someone.page.clock.fast_forward("03:00")
    expect(saved(someone, NoteKind.PRIVATE)).to_contain_text("Saved at")
    expect(note(someone, NoteKind.PRIVATE)).to_be_visible()
    note(someone, NoteKind.PRIVATE).fill("Sam went quiet when the move came up")
    someone.page.clock.fast_forward("05:01")
    expect(someone.page.locator("#own-note")).not_to_have_attribute("open", "")
    expect(note(someone, NoteKind.PRIVATE)).to_be_hidden()
    expect(someone.page.locator("#own-note > summary")).to_be_focused()
    someone.page.reload()
    expect(note(someone, NoteKind.PRIVATE)).to_be_hidden()
    expect(note(someone, NoteKind.PRIVATE)).to_have_value("Sam went quiet when the move came up")
    said = words(pair, session, NoteKind.PRIVATE, items_of(session)[0])
    assert said == "Sam went quiet when the move came up"


def test_what_could_not_be_saved_folds_as_well_and_is_sent_later(come: Come, pair: Pair) -> None:
    someone, session = at_the_clock(come, pair)
    someone.allow("net::ERR_INTERNET_DISCONNECTED")
    someone.context.set_offline(True)
    note(someone, NoteKind.PRIVATE).fill("Said in the cellar")
    someone.page.clock.fast_forward("05:01")
    expect(note(someone, NoteKind.PRIVATE)).to_be_hidden()
    someone.context.set_offline(False)
    expect(saved(someone, NoteKind.PRIVATE)).to_contain_text("Saved at", use_inner_text=False)
    assert words(pair, session, NoteKind.PRIVATE, items_of(session)[0]) == "Said in the cellar"


def test_the_note_beside_writing_down_folds_too(come: Come, pair: Pair) -> None:
    someone, session = begin(come, pair)
    someone.page.clock.install()
    someone.go(at(pair, session, "/run/capture/boundary"))
    expect(note(someone, NoteKind.PRIVATE)).to_be_hidden()
    someone.page.locator("#own-note > summary").click()
    note(someone, NoteKind.PRIVATE).fill("Ask again, alone")
    someone.page.clock.fast_forward("05:01")
    expect(note(someone, NoteKind.PRIVATE)).to_be_hidden()
    assert words(pair, session, NoteKind.PRIVATE, items_of(session)[0]) == "Ask again, alone"
