"""Notes: saved as typed, two people typing one note lose nothing, and words move only by the mediator's own act."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from mediator.core.db import db
from mediator.core.visibility import Visibility
from mediator.sessions.models import Note
from mediator.sessions.notes import LENGTH, merge
from mediator.sessions.terms import NoteKind
from tests.factories import Pair
from tests.people import Page, Person
from tests.sessions.live import at, note_form, press, row_of, running, verbs, words, write
from tests.sessions.plan import items_of

lines = st.lists(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\n\x00"), max_size=20),
                 max_size=6).map("\n".join)  # fmt: skip


def run(mediator: Person, pair: Pair, session: uuid.UUID) -> Page:
    return mediator.get(at(pair, session, "/run"))


@given(lines, lines)
def test_no_line_of_either_text_is_lost(stored: str, typed: str) -> None:
    merged = merge(stored, typed, "— also typed —")
    assert merged.startswith((stored, typed))
    whole = {line for text in (stored, typed) for line in text.split("\n") if line.strip()}
    assert whole <= set(merged.split("\n")), "whole lines: a word may stand in another one"
    assert merge(merged, typed, "— also typed —") == merged, "sent again it adds nothing"


@pytest.mark.parametrize(
    ("stored", "typed", "merged"),
    [
        ("no", "Sam does not know yet", "no\n—\nSam does not know yet"),
        ("Sam does not know yet", "no", "Sam does not know yet\n—\nno"),
        ("Sam does\nnot", "am does\nno", "Sam does\nnot\n—\nam does\nno"),
        ("no", "Before\nno\nafter", "Before\nno\nafter"),
        ("Before\nno\nafter", "no\nafter", "Before\nno\nafter"),
        ("", "Something", "Something"),
        ("Something", " \n", "Something"),
    ],
)
def test_only_whole_lines_stand_in_the_other_text(stored: str, typed: str, merged: str) -> None:
    assert merge(stored, typed, "—") == merged


def test_a_note_is_saved_as_typed_and_there_after_a_reload(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = run(mediator, pair, session)
    text = "  Both said: é, e\u0301, שלום, 🙂\n\n  indented"
    answer = write(mediator, page, NoteKind.JOINT, text)
    assert answer.status == 200
    assert answer.response.json is not None
    assert set(answer.response.json) == {"rev", "saved_at"}
    first = items_of(session)[0]
    assert words(pair, session, NoteKind.JOINT, first) == text
    assert note_form(run(mediator, pair, session), NoteKind.JOINT).fields["text"] == text


def test_two_windows_typing_one_note_lose_nothing(pair: Pair, mediator: Person, app: Flask) -> None:
    session = running(mediator, pair)
    other = Person(app).sign_in(pair.mediator_email)
    mine, theirs = run(mediator, pair, session), run(other, pair, session)
    write(mediator, mine, NoteKind.JOINT, "Sam asked for a word the same day.")
    answer = write(other, theirs, NoteKind.JOINT, "Alex agreed to try.")
    assert answer.status == 409
    told = answer.response.json
    assert told is not None
    stored = words(pair, session, NoteKind.JOINT, items_of(session)[0])
    assert told["text"] == stored
    first, heading, second = stored.split("\n")
    assert (first, second) == ("Sam asked for a word the same day.", "Alex agreed to try.")
    assert "also typed at" in heading
    fresh = note_form(run(other, pair, session), NoteKind.JOINT)
    assert fresh.fields["rev"] == told["rev"]


def test_without_script_both_texts_are_kept_and_the_page_says_so(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = run(mediator, pair, session)
    write(mediator, page, NoteKind.PRIVATE, "One", script=False)
    again = write(mediator, page, NoteKind.PRIVATE, "Two", script=False)
    assert again.status == 200
    assert "Both texts were kept" in again.words
    assert {"One", "Two"} <= set(words(pair, session, NoteKind.PRIVATE, items_of(session)[0]).split("\n"))


def test_each_item_has_notes_of_its_own_and_the_session_a_process_note(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = run(mediator, pair, session)
    write(mediator, page, NoteKind.JOINT, "About arriving")
    write(mediator, page, NoteKind.PROCESS, "Room was cold")
    page = press(mediator, page, "next")
    assert note_form(page, NoteKind.JOINT).fields["text"] == ""
    assert note_form(page, NoteKind.PROCESS).fields["text"] == "Room was cold"
    first = items_of(session)[0]
    page = mediator.get(at(pair, session, f"/run?item={first}"))
    assert note_form(page, NoteKind.JOINT).fields["text"] == "About arriving"
    write(mediator, page, NoteKind.JOINT, "About arriving, corrected")
    assert words(pair, session, NoteKind.JOINT, first) == "About arriving, corrected"


def test_kinds_have_their_visibility(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = run(mediator, pair, session)
    for kind in (NoteKind.JOINT, NoteKind.PRIVATE, NoteKind.PROCESS):
        write(mediator, page, kind, "x")
    db.session.rollback()
    found = {note.kind: note.visibility for note in db.session.scalars(db.select(Note))}
    assert found == {
        NoteKind.JOINT: Visibility.RECORD,
        NoteKind.PRIVATE: Visibility.WORKING,
        NoteKind.PROCESS: Visibility.RECORD,
    }


def test_a_note_too_long_is_refused_and_nothing_is_lost_of_what_stood(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = run(mediator, pair, session)
    answer = write(mediator, page, NoteKind.JOINT, "x" * (LENGTH + 1))
    assert answer.status == 409
    assert answer.response.json is not None
    assert "longer" in answer.response.json["message"]
    assert "text" not in answer.response.json, "no merged text: the page keeps its own"
    assert words(pair, session, NoteKind.JOINT, items_of(session)[0]) == ""


@pytest.mark.parametrize("kind", [NoteKind.JOINT, NoteKind.CAUCUS])
def test_with_one_person_there_are_no_joint_parts(pair: Pair, mediator: Person, kind: NoteKind) -> None:
    session = running(mediator, pair, attendees="A")
    page = run(mediator, pair, session)
    assert "Joint note" not in page.words
    assert "Agreement" not in page.words
    form = note_form(page, NoteKind.PRIVATE)
    answer = mediator.post(form.action, {**form.fields, "kind": kind, "text": "x"})
    assert answer.status == 404
    assert write(mediator, page, NoteKind.PRIVATE, "Only mine").status == 200
    assert write(mediator, page, NoteKind.PROCESS, "Came alone").status == 200


def test_lines_move_to_the_joint_note_one_by_one_and_back(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    first = items_of(session)[0]
    page = run(mediator, pair, session)
    write(mediator, page, NoteKind.PRIVATE, "Keep this\nGive this\n\nKeep that\nGive that")
    write(mediator, page, NoteKind.JOINT, "Stood before")
    page = mediator.get(at(pair, session, f"/run/notes/move?about={first}"))
    assert not [one for one in page.all("input") if one.get("checked") is not None], "nothing is chosen beforehand"
    page = mediator.submit(page, {"line.1": "on", "line.4": "on"}, action="/run/notes/move")
    assert words(pair, session, NoteKind.JOINT, first) == "Stood before\nGive this\nGive that"
    assert words(pair, session, NoteKind.PRIVATE, first) == "Keep this\n\nKeep that"
    mediator.submit(page, action="/run/undo")
    assert words(pair, session, NoteKind.JOINT, first) == "Stood before"
    assert words(pair, session, NoteKind.PRIVATE, first) == "Keep this\nGive this\n\nKeep that\nGive that"
    assert verbs(session)[-2:] == ["session.note.moved", "session.step.taken-back"]


def test_a_single_line_moved_into_an_empty_note_comes_back_whole(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    first = items_of(session)[0]
    write(mediator, run(mediator, pair, session), NoteKind.PRIVATE, "Only this")
    page = mediator.get(at(pair, session, f"/run/notes/move?about={first}"))
    page = mediator.submit(page, {"line.0": "on"}, action="/run/notes/move")
    assert words(pair, session, NoteKind.PRIVATE, first) == ""
    mediator.submit(page, action="/run/undo")
    assert words(pair, session, NoteKind.JOINT, first) == ""
    assert words(pair, session, NoteKind.PRIVATE, first) == "Only this"


def test_nothing_moves_from_a_note_that_was_changed_meanwhile(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    first = items_of(session)[0]
    write(mediator, run(mediator, pair, session), NoteKind.PRIVATE, "First\nSecond")
    page = mediator.get(at(pair, session, f"/run/notes/move?about={first}"))
    write(mediator, run(mediator, pair, session), NoteKind.PRIVATE, "New\nFirst\nSecond")
    assert mediator.submit(page, {"line.0": "on"}, action="/run/notes/move").status == 409
    assert words(pair, session, NoteKind.JOINT, first) == ""


def test_nothing_is_written_before_the_session_begins(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    form = note_form(run(mediator, pair, session), NoteKind.PROCESS)
    row = row_of(session)
    row.state = type(row.state).PLANNED
    db.session.commit()
    assert mediator.post(form.action, {**form.fields, "text": "x"}).status == 409


def test_a_note_of_another_session_or_item_is_not_there(pair: Pair, mediator: Person) -> None:
    session, other = running(mediator, pair), running(mediator, pair)
    form = note_form(run(mediator, pair, session), NoteKind.JOINT)
    about = str(items_of(other)[0])
    assert mediator.post(form.action, {**form.fields, "about": about, "text": "x"}).status == 404
    assert mediator.post(form.action, {**form.fields, "kind": "loud", "text": "x"}).status == 400
