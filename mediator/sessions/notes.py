"""Notes of a session, saved as they are typed, so that two people typing one note lose nothing; and the summary.

Joint and process notes are `record`, private and caucus notes `working`. Words go from one note to another only by the
mediator's own act, line by line.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, or_
from werkzeug.exceptions import NotFound

from mediator.core import audit
from mediator.core.clock import now
from mediator.core.db import db, read_rows
from mediator.core.errors import Refused
from mediator.core.sealed import Words
from mediator.core.seen import version
from mediator.core.visibility import Visibility
from mediator.sessions import room
from mediator.sessions.models import MediationSession, Note
from mediator.sessions.terms import NoteKind, SessionState

LENGTH = 20_000
TOO_LONG = "This note is longer than 20,000 characters. Please make it shorter; nothing was saved."
NOT_ENDED = "The summary is written once the session has ended."
MOVED_ON = "This note was changed in another window. Nothing was moved. Look at it again."

VISIBILITY: dict[NoteKind, Visibility] = {
    NoteKind.JOINT: Visibility.RECORD,
    NoteKind.PRIVATE: Visibility.WORKING,
    NoteKind.CAUCUS: Visibility.WORKING,
    NoteKind.PROCESS: Visibility.RECORD,
}

#: How a text is opened on rows that are not objects: on the class itself the attribute refuses every use.
_TEXT: Words = vars(Note)["text"]
_ON_PAGE = db.select(
    Note.case_id,
    Note.kind,
    Note.about_id,
    Note.visibility,
    Note.rev,
    Note.saved_at,
    Note.text_bytes.label("text_bytes"),
).where(
    Note.session_id == bindparam("session"), or_(Note.about_id == Note.session_id, Note.about_id == bindparam("about"))
)


@dataclass(frozen=True)
class NoteOn:
    """One note on a page: what stands there, and the mark it was read with."""

    kind: NoteKind
    about: uuid.UUID
    text: str = ""
    rev: str = "0"
    saved_at: datetime | None = None


@dataclass(frozen=True)
class Kept:
    """What stands after a save. `merged`: somebody else had typed meanwhile and both texts were kept."""

    text: str
    rev: str
    at: datetime
    merged: bool


def merge(stored: str, typed: str, heading: str) -> str:
    """Two texts that grew apart, as one in which no word is lost.

    Lines that stand in both are not repeated; what only the second one has follows below `heading`, in its order. Whole
    lines are compared: a "no" of one is not said by a "not" or a "know" of the other.
    """
    if not typed.strip() or _within(typed, stored):
        return stored
    if not stored.strip() or _within(stored, typed):
        return typed
    known = set(stored.split("\n"))
    new = [line for line in typed.split("\n") if line.strip() and line not in known]
    return "\n".join([stored, heading, *new]) if new else stored


def find(meeting: MediationSession, kind: NoteKind, about: uuid.UUID) -> Note | None:
    """The note of this kind about an item, a caucus, or the session itself."""
    return next((note for note in meeting.notes if note.kind is kind and note.about_id == about), None)


def on_page(meeting: MediationSession, about: uuid.UUID) -> dict[NoteKind, NoteOn]:
    """The notes about one item or caucus, and the process note of the session, by kind; every kind has one.

    `about` is the session itself where a page shows no item. Reads these words and no others.
    """
    found = {kind: NoteOn(kind, meeting.id if kind is NoteKind.PROCESS else about) for kind in NoteKind}
    for row in read_rows(_ON_PAGE, {"session": meeting.id, "about": about}):
        if row.about_id == found[row.kind].about:
            text: str = _TEXT.__get__(row, Note)
            found[row.kind] = NoteOn(row.kind, row.about_id, text, str(row.rev), row.saved_at)
    return found


def text_of(note: Note | None) -> str:
    """Its words; empty where nothing was written yet."""
    return "" if note is None else str(note.text)


def rev_of(note: Note | None) -> str:
    """The mark of what a page showed of it."""
    return "0" if note is None else str(note.rev)


def check(meeting: MediationSession, kind: NoteKind, about: uuid.UUID) -> None:
    """That there may be such a note. Raises NotFound: with one person there are no joint parts."""
    if not room.is_joint(meeting) and kind in {NoteKind.JOINT, NoteKind.CAUCUS}:
        raise NotFound
    if kind is NoteKind.CAUCUS:
        places = {one.id for one in meeting.caucuses}
    elif kind is NoteKind.PROCESS:
        places = {meeting.id}
    else:
        places = {meeting.id, *(item.id for item in meeting.items)}
    if about not in places:
        raise NotFound


def save(meeting: MediationSession, kind: NoteKind, about: uuid.UUID, typed: str, rev: str, *, heading: str,
         since: datetime) -> Kept:  # fmt: skip
    """Keep what was typed. `rev` is what it was typed upon; where the note is another by now, both texts stay.

    `since` is when this sitting began: one line in the log per note and sitting. Raises Refused for a text too long
    and before the session began.
    """
    check(meeting, kind, about)
    if meeting.state not in room.WRITABLE:
        raise Refused(room.NOT_RUNNING)
    if len(typed) > LENGTH:
        raise Refused(TOO_LONG)
    note = find(meeting, kind, about)
    stored = text_of(note)
    fits = rev == rev_of(note)
    text = typed if fits else merge(stored, typed, heading)
    if text != stored:
        note = _write(meeting, kind, about, text)
        audit.record_once("session.note.saved", case=meeting.case_id, subject=note.id, since=since)
    return Kept(text, rev_of(note), note.saved_at if note is not None else now(), merged=text != typed)


def append(meeting: MediationSession, kind: NoteKind, about: uuid.UUID, line: str) -> Note:
    """Add a line at the end of a note."""
    check(meeting, kind, about)
    stored = text_of(find(meeting, kind, about))
    return _write(meeting, kind, about, f"{stored.rstrip()}\n{line}" if stored.strip() else line)


def move(meeting: MediationSession, about: uuid.UUID, lines: Sequence[int], rev: str) -> dict[str, Any]:
    """Move lines (by number, from 0) of a private note into the joint note; what is needed to take that back.

    From here on both will read them, once the joint copy is released. Raises Refused where the private note is another
    than the page showed, or no line was chosen.
    """
    check(meeting, NoteKind.JOINT, about)
    private = find(meeting, NoteKind.PRIVATE, about)
    if private is None or rev != rev_of(private):
        raise Refused(MOVED_ON)
    all_lines = text_of(private).split("\n")
    chosen = sorted({number for number in lines if 0 <= number < len(all_lines)})
    if not chosen:
        raise Refused("Choose at least one line to move.")
    for number in chosen:
        joint = append(meeting, NoteKind.JOINT, about, all_lines[number])
    _write(meeting, NoteKind.PRIVATE, about,
           "\n".join(line for number, line in enumerate(all_lines) if number not in chosen))  # fmt: skip
    room.changed(meeting, "session.note.moved")
    return {"about": str(about), "lines": chosen, "joint": rev_of(joint), "private": rev_of(private),
            "at": now().isoformat()}  # fmt: skip


def move_back(meeting: MediationSession, step: dict[str, Any]) -> None:
    """Take a move of lines back. Raises Refused where either note was changed since."""
    about = uuid.UUID(step["about"])
    joint, private = find(meeting, NoteKind.JOINT, about), find(meeting, NoteKind.PRIVATE, about)
    if rev_of(joint) != step["joint"] or rev_of(private) != step["private"]:
        raise Refused("A note was changed since. Move the words by hand.")
    numbers: list[int] = step["lines"]
    lines = text_of(joint).split("\n")
    kept, moved = lines[: -len(numbers)], lines[-len(numbers) :]
    stayed = text_of(private).split("\n") if text_of(private) else []
    for number, line in zip(numbers, moved, strict=True):
        stayed.insert(number, line)
    _write(meeting, NoteKind.JOINT, about, "\n".join(kept))
    _write(meeting, NoteKind.PRIVATE, about, "\n".join(stayed))
    room.changed(meeting, "session.step.taken-back")


def prefilled(meeting: MediationSession) -> str:
    """The summary as it begins: the joint notes in the order of the agenda, under the items' titles.

    With one person there are no joint notes, so it begins empty.
    """
    if not room.is_joint(meeting):
        return ""
    told = [(f"{item.title}\n", text_of(find(meeting, NoteKind.JOINT, item.id)).strip()) for item in meeting.items]
    told.append(("", text_of(find(meeting, NoteKind.JOINT, meeting.id)).strip()))
    return "\n\n".join(title + words for title, words in told if words)


def summary_of(meeting: MediationSession) -> str:
    """The summary as it stands: what was saved, or what it begins with."""
    return str(meeting.summary) if meeting.summary is not None else prefilled(meeting)


def summary_rev(meeting: MediationSession) -> str:
    """The mark of the summary a page showed."""
    return version(summary_of(meeting))


def save_summary(meeting: MediationSession, typed: str, rev: str, *, heading: str, since: datetime) -> Kept:
    """Keep the summary as it was typed, by the same rule as notes. Raises Refused while the session still runs."""
    if meeting.state not in {SessionState.ENDED, SessionState.WRITTEN_UP}:
        raise Refused(NOT_ENDED)
    if len(typed) > LENGTH:
        raise Refused(TOO_LONG)
    stored = summary_of(meeting)
    text = typed if rev == summary_rev(meeting) else merge(stored, typed, heading)
    if meeting.summary != text:
        meeting.summary = text
        audit.record_once("session.summary.saved", case=meeting.case_id, subject=meeting.id, since=since)
    return Kept(text, summary_rev(meeting), now(), merged=text != typed)


def written_up(meeting: MediationSession) -> None:
    """The mediator is done with writing. What was prefilled stands from here on. Said twice it is said once."""
    if meeting.state is SessionState.WRITTEN_UP:
        return
    if meeting.state is not SessionState.ENDED:
        raise Refused(NOT_ENDED)
    if meeting.summary is None:
        meeting.summary = prefilled(meeting)
    room.state(meeting, SessionState.WRITTEN_UP)
    room.changed(meeting, "session.written-up")


def _write(meeting: MediationSession, kind: NoteKind, about: uuid.UUID, text: str) -> Note:
    note = find(meeting, kind, about)
    if note is None:
        note = Note(case_id=meeting.case_id, session_id=meeting.id, kind=kind, about_id=about,
                    visibility=VISIBILITY[kind], rev=0, saved_at=now())  # fmt: skip
        meeting.notes.append(note)
    note.text = text
    note.rev += 1
    note.saved_at = now()
    return note


def _within(text: str, other: str) -> bool:
    return f"\n{text}\n" in f"\n{other}\n"
