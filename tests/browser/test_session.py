"""The live session in real browsers: clocks that count, two windows that follow each other, notes that lose nothing."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

from playwright.sync_api import Locator, expect

from mediator.core.clock import now
from mediator.core.db import db
from mediator.sessions.terms import NoteKind
from tests.browser.conftest import Come
from tests.browser.visitor import DESK, Visitor
from tests.factories import Pair
from tests.sessions.live import at, later, states, words
from tests.sessions.plan import items_of, make_session


def begin(come: Come, pair: Pair, **values: object) -> tuple[Visitor, uuid.UUID]:
    """A mediator whose session has just begun."""
    session = make_session(pair, **values)  # type: ignore[arg-type]  # further columns by name
    someone = come(DESK).sign_in(pair.mediator_email)
    someone.go(at(pair, session, "/run"))
    someone.page.get_by_role("button", name="Start the session").click()
    expect(heading(someone)).to_have_text("Arrive and check in")
    expect(someone.page.locator("form[data-note^=joint][data-watched]")).to_have_count(1)
    return someone, session


def heading(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("heading", level=1)


def note(visitor: Visitor, kind: NoteKind) -> Locator:
    return visitor.page.locator(f"form[data-note^={kind}] textarea")


def saved(visitor: Visitor, kind: NoteKind) -> Locator:
    return visitor.page.locator(f"form[data-note^={kind}] [data-note-status]")


def line(text: str) -> re.Pattern[str]:
    """This as a whole line of a note."""
    return re.compile(f"^{re.escape(text)}$", re.MULTILINE)


def test_the_clock_counts_and_speaks_only_when_asked(come: Come, pair: Pair) -> None:
    someone, session = begin(come, pair)
    later(session, 1)
    clock = someone.page.locator(".timer .clock")
    expect(clock).to_have_text(re.compile(r"^1:"))  # the next answer of the server puts it right, without a reload
    expect(clock).not_to_have_text(clock.inner_text())
    said = someone.page.locator("[data-said]")
    expect(said).to_have_text("")
    someone.page.get_by_role("button", name="Say the time").click()
    expect(said).to_have_text("Minutes left: 5.")


def test_the_clock_speaks_at_five_minutes_left_and_at_time(come: Come, pair: Pair) -> None:
    someone, session = begin(come, pair)
    said = someone.page.locator("[data-said]")
    expect(someone.page.locator(".timer .clock")).to_have_text(re.compile("^0:"))
    later(session, 3)
    expect(said).to_have_text("Minutes left: 4.")
    later(session, 4)
    expect(said).to_have_text("The time for this is up.")


def test_a_second_window_follows_without_losing_what_is_being_typed(come: Come, pair: Pair) -> None:
    first, session = begin(come, pair)
    second = come(DESK).sign_in(pair.mediator_email)
    second.go(at(pair, session, "/run"))
    note(second, NoteKind.JOINT).press_sequentially("Typed at the last moment")
    first.page.get_by_role("button", name="Next: What was promised").click()
    expect(heading(first)).to_have_text("What was promised")
    expect(heading(second)).to_have_text("What was promised")
    assert words(pair, session, NoteKind.JOINT, items_of(session)[0]) == "Typed at the last moment"
    assert states(session)[:3] == ["done", "running", "waiting"]
    items = items_of(session)
    # What no note saves stays as well: an agreement being written down, an item to add, a sentence of a caucus.
    second.go(at(pair, session, "/run/capture/agreement"))
    what = second.page.get_by_label("What do both agree on?")
    what.press_sequentially("Half an agreem")
    first.page.get_by_role("button", name="Next: Which part of trust").click()
    expect(second.page.locator(f"form[data-note='private:{items[2]}'][data-watched]")).to_have_count(1)
    expect(second.page.locator("[aria-current=step]")).to_contain_text("Which part of trust")
    second.page.keyboard.type("ent")
    expect(what).to_have_value("Half an agreement")
    second.go(at(pair, session, "/run"))
    second.page.locator("#add > summary").click()
    second.page.get_by_label("Title, which both may read").press_sequentially("The dog")
    first.page.get_by_role("button", name="Next: Break").click()
    expect(heading(second)).to_have_text("Break")
    expect(second.page.locator(f"form[data-note='joint:{items[3]}'][data-watched]")).to_have_count(1)
    second.page.get_by_role("button", name="Add it as the next item").click()
    expect(second.page.get_by_role("button", name="Next: The dog")).to_be_visible()
    first.page.get_by_role("button", name="Caucus").click()
    first.page.get_by_role("button", name="Speak with Sam alone").click()
    expect(heading(second)).to_have_text("Caucus: you and Sam only")
    second.page.locator("#words").press_sequentially("I would like to begin slowly")
    first.page.get_by_role("button", name="Bring Alex back").click()
    expect(heading(second)).to_have_text("The session went on in another window")
    expect(second.page.locator("#typed")).to_be_hidden()
    second.page.get_by_text("What you typed", exact=True).click()
    expect(second.page.locator("#typed")).to_have_value("I would like to begin slowly")
    second.check()


def test_two_windows_typing_one_note_lose_nothing(come: Come, pair: Pair) -> None:
    first, session = begin(come, pair)
    second = come(DESK).sign_in(pair.mediator_email)
    second.go(at(pair, session, "/run"))
    note(first, NoteKind.JOINT).fill("Sam asked for a word.")
    note(second, NoteKind.JOINT).fill("Alex agreed to try.")
    for window in (first, second):
        expect(saved(window, NoteKind.JOINT)).to_contain_text("Saved at")
        expect(note(window, NoteKind.JOINT)).to_have_value(re.compile("Sam asked for a word."))
        expect(note(window, NoteKind.JOINT)).to_have_value(re.compile("Alex agreed to try."))
    # Each goes on in their own line, wherever it stands by now; on a line of its own after Enter.
    second.page.keyboard.type(" Tomorrow.\n")
    expect(note(first, NoteKind.JOINT)).to_have_value(line("Alex agreed to try. Tomorrow."))
    first.page.keyboard.type(" Twice.")
    for window in (first, second):
        expect(note(window, NoteKind.JOINT)).to_have_value(line("Sam asked for a word. Twice."))
        expect(note(window, NoteKind.JOINT)).to_have_value(line("Alex agreed to try. Tomorrow."))
    second.page.keyboard.type("Both smiled.")
    expect(note(first, NoteKind.JOINT)).to_have_value(line("Both smiled."))
    assert {"Sam asked for a word. Twice.", "Alex agreed to try. Tomorrow.", "Both smiled."} <= set(
        words(pair, session, NoteKind.JOINT, items_of(session)[0]).split("\n")
    )


def test_going_on_sends_what_was_typed_first(come: Come, pair: Pair) -> None:
    someone, session = begin(come, pair)
    note(someone, NoteKind.JOINT).fill("Typed and gone on at once")
    someone.page.get_by_role("button", name="Next: What was promised").click()
    expect(heading(someone)).to_have_text("What was promised")
    assert words(pair, session, NoteKind.JOINT, items_of(session)[0]) == "Typed and gone on at once"


def test_words_stay_while_the_network_is_gone(come: Come, pair: Pair) -> None:
    someone, session = begin(come, pair)
    someone.allow("net::ERR_INTERNET_DISCONNECTED")
    someone.context.set_offline(True)
    note(someone, NoteKind.JOINT).fill("Said in the cellar")
    expect(saved(someone, NoteKind.JOINT)).to_have_text("Not sent yet. Keep this page open")
    someone.context.set_offline(False)
    expect(saved(someone, NoteKind.JOINT)).to_contain_text("Saved at")
    note(someone, NoteKind.JOINT).press_sequentially(", at last")
    expect(saved(someone, NoteKind.JOINT)).to_have_text("Saving")
    expect(saved(someone, NoteKind.JOINT)).to_contain_text("Saved at")
    assert words(pair, session, NoteKind.JOINT, items_of(session)[0]) == "Said in the cellar, at last"


def test_a_link_waits_for_the_note_whose_last_line_it_takes_along(come: Come, pair: Pair) -> None:
    someone, _session = begin(come, pair)
    note(someone, NoteKind.JOINT).fill("First\nA word the same day")
    someone.page.get_by_role("link", name="Agreement").click()
    expect(someone.page.get_by_label("What do both agree on?")).to_have_value("A word the same day")


def test_going_on_without_the_network_keeps_the_page_and_its_words(come: Come, pair: Pair) -> None:
    someone, session = begin(come, pair)
    someone.allow("net::ERR_INTERNET_DISCONNECTED")
    someone.context.set_offline(True)
    note(someone, NoteKind.JOINT).fill("Said in the cellar")
    someone.page.get_by_role("button", name="Next: What was promised").click()
    expect(note(someone, NoteKind.JOINT)).to_be_focused()
    expect(note(someone, NoteKind.JOINT)).to_have_value("Said in the cellar")
    someone.context.set_offline(False)
    expect(saved(someone, NoteKind.JOINT)).to_contain_text("Saved at")
    someone.page.get_by_role("button", name="Next: What was promised").click()
    expect(heading(someone)).to_have_text("What was promised")
    assert words(pair, session, NoteKind.JOINT, items_of(session)[0]) == "Said in the cellar"


def test_signed_in_anew_in_another_window_the_note_goes_out(come: Come, pair: Pair) -> None:
    someone, session = begin(come, pair)
    someone.allow("status of 400", " 400 ", "400 http")
    token = someone.page.locator("form[data-note^=joint] input[name=csrf_token]")
    token.evaluate("(field) => { field.value = 'of a session that is over'; }")
    note(someone, NoteKind.JOINT).fill("Typed before and after")
    expect(saved(someone, NoteKind.JOINT)).to_contain_text("Saved at")
    assert words(pair, session, NoteKind.JOINT, items_of(session)[0]) == "Typed before and after"


def test_the_shared_screen_follows_and_never_shows_the_caucus(come: Come, pair: Pair) -> None:
    someone, session = begin(come, pair)
    screen = come(DESK).sign_in(pair.mediator_email)
    screen.go(at(pair, session, "/present"))
    expect(heading(screen)).to_have_text("Arrive and check in")
    someone.page.get_by_role("button", name="Next: What was promised").click()
    expect(heading(screen)).to_have_text("What was promised")
    someone.page.get_by_role("button", name="Caucus").click()
    someone.page.get_by_role("button", name="Speak with Sam alone").click()
    expect(heading(someone)).to_have_text("Caucus: you and Sam only")
    expect(heading(screen)).to_have_text("A short pause")
    expect(screen.page.locator("body")).not_to_contain_text("Sam")
    someone.page.get_by_role("button", name="Bring Alex back").click()
    expect(heading(screen)).to_have_text("What was promised")


def test_undo_is_there_for_ten_seconds(come: Come, pair: Pair) -> None:
    """The window's clock stands still but where this test moves it."""
    someone, session = begin(come, pair)
    someone.page.clock.install()
    someone.page.clock.pause_at(now() + timedelta(minutes=1))
    undo = someone.page.get_by_role("button", name="Undo")
    someone.page.get_by_role("button", name="Next: What was promised").click()
    undo.click()
    expect(heading(someone)).to_have_text("Arrive and check in")
    assert states(session)[:2] == ["running", "waiting"]
    db.session.rollback()  # what the test has open would keep the application waiting
    someone.page.get_by_role("button", name="Next: What was promised").click()
    expect(undo).to_be_visible()
    someone.page.clock.run_for(10_000)
    expect(undo).to_be_hidden()
