"""Closing a session: the summary begins with the joint notes and is saved as typed; nothing is released by it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Flask

from mediator.core.clock import now
from mediator.core.visibility import Visibility
from mediator.sessions import notes, room
from mediator.sessions.terms import NoteKind, SessionState
from tests.factories import Pair
from tests.people import Page, Person
from tests.sessions.live import at, press, ring, row_of, running, verbs, write
from tests.sessions.plan import make_session


def ended(mediator: Person, pair: Pair, **values: object) -> tuple[uuid.UUID, Page]:
    """A session with words about its first two items that has just ended, and its summary page."""
    session = running(mediator, pair, **values)
    page = mediator.get(at(pair, session, "/run"))
    if values.get("attendees", "both") == "both":
        write(mediator, page, NoteKind.JOINT, "Both arrived.\nBoth are tired.")
        page = press(mediator, page, "next")
        write(mediator, page, NoteKind.JOINT, "Sam asked for a word the same day.")
    write(mediator, page, NoteKind.PRIVATE, "qqprivate")
    write(mediator, page, NoteKind.PROCESS, "qqprocess")
    return session, press(mediator, page, "end")


def text(page: Page) -> str:
    return page.form("/summary").fields["text"]


def save(mediator: Person, page: Page, typed: str) -> Page:
    form = page.form("/summary")
    return mediator.post(form.action, {**form.fields, "text": typed}, headers={"X-Requested-With": "autosave"})


BEGINS = "Arrive and check in\nBoth arrived.\nBoth are tired.\n\nWhat was promised\nSam asked for a word the same day."


def test_the_summary_begins_with_the_joint_notes_under_their_items(pair: Pair, mediator: Person) -> None:
    session, page = ended(mediator, pair)
    assert page.response.request.path.endswith("/summary")
    assert text(page) == BEGINS
    assert "qq" not in page.text, "nothing private is prefilled"
    assert row_of(session).summary_visibility is Visibility.RECORD
    with ring(pair):
        assert notes.summary_of(row_of(session)) == BEGINS, "reports read it before anybody has saved"


def test_what_was_saved_stays_whatever_the_notes_become(pair: Pair, mediator: Person) -> None:
    session, page = ended(mediator, pair)
    assert save(mediator, page, "Our own words").status == 200
    write(mediator, mediator.get(at(pair, session, "/run")), NoteKind.JOINT, "Something later")
    assert text(mediator.get(at(pair, session, "/summary"))) == "Our own words"


def test_an_emptied_summary_stays_empty(pair: Pair, mediator: Person) -> None:
    session, page = ended(mediator, pair)
    save(mediator, page, "")
    assert text(mediator.get(at(pair, session, "/summary"))) == ""


def test_two_windows_writing_the_summary_lose_nothing(pair: Pair, mediator: Person, app: Flask) -> None:
    session, page = ended(mediator, pair)
    theirs = Person(app).sign_in(pair.mediator_email)
    other = theirs.get(at(pair, session, "/summary"))
    assert save(mediator, page, "One way to say it").status == 200
    answer = save(theirs, other, "Another way to say it")
    assert answer.status == 409
    stands = text(mediator.get(at(pair, session, "/summary"))).split("\n")
    assert stands[0] == "One way to say it"
    assert stands[-1] == "Another way to say it"


def test_written_up_keeps_what_stands_on_the_page_and_is_said_once(pair: Pair, mediator: Person) -> None:
    session, page = ended(mediator, pair)
    for _twice in range(2):
        page = mediator.submit(page, {"done": "yes"}, action="/summary")
    assert "Written up" in page.words
    row = row_of(session)
    assert row.state is SessionState.WRITTEN_UP
    with ring(pair):
        assert row.summary == BEGINS
    assert verbs(session).count("session.written-up") == 1


def test_the_end_can_be_taken_back_from_the_summary_but_not_once_written_up(pair: Pair, mediator: Person) -> None:
    session, page = ended(mediator, pair)
    done = mediator.submit(page, {"done": "yes"}, action="/summary")
    assert "Undo" not in done.words
    assert mediator.submit(page, action="/run/undo").status == 409
    assert row_of(session).state is SessionState.WRITTEN_UP


def test_while_it_runs_there_is_no_summary(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = mediator.get(at(pair, session, "/summary"))
    assert page.response.request.path.endswith("/run")
    token = page.form("/run/act").fields["csrf_token"]
    assert mediator.post(at(pair, session, "/summary"), {"csrf_token": token, "text": "x"}).status == 409


def test_what_was_left_and_what_comes_next_stand_there(pair: Pair, mediator: Person) -> None:
    session, page = ended(mediator, pair)
    assert "Left for another time" in page.words
    assert "New promises, small and dated 27 min" in page.words
    assert "Break" not in page.words
    assert "No next session is planned yet" in page.words
    make_session(pair, "A", at=now() + timedelta(days=2))
    make_session(pair, at=now() + timedelta(days=7))
    page = mediator.get(at(pair, session, "/summary"))
    assert "The next session is planned for" in page.words
    planned = (now() + timedelta(days=7)).astimezone(ZoneInfo("Europe/London"))
    assert f"The next session is planned for {planned:%A} {planned.day} {planned:%B}" in page.words


def test_with_one_person_the_page_says_whose_copy_the_summary_goes_into(pair: Pair, mediator: Person) -> None:
    session, page = ended(mediator, pair, attendees="B")
    assert text(page) == ""
    assert "no joint copy" in page.words
    assert "goes into Sam’s own copy, once you release it" in page.words, "and nobody is told that it stays with them"
    assert "Only in your full record" not in page.words
    for word in ("Alex", "Both", "Written down"):
        assert word not in page.words
    save(mediator, page, "Only theirs")
    with ring(pair):
        assert row_of(session).summary == "Only theirs"
        assert not room.is_joint(row_of(session))


def test_a_session_written_up_afterwards_has_a_summary_too(pair: Pair, mediator: Person) -> None:
    session = make_session(pair, at=now() - timedelta(days=1))
    page = mediator.submit(mediator.get(at(pair, session, "/run")), {"live": "no"}, action="/run/start")
    write(mediator, page, NoteKind.JOINT, "Held on paper")
    assert text(mediator.get(at(pair, session, "/summary"))) == "Arrive and check in\nHeld on paper"
