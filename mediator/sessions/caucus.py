"""Caucus: a stretch with one person inside a joint session, and what may be brought back once they said yes.

Nothing of it is a participant's: the other learns neither what it was about nor how long it took.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from werkzeug.exceptions import NotFound

from mediator.cases.models import Case
from mediator.cases.terms import Policy
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.visibility import Letter
from mediator.sessions import notes, room
from mediator.sessions.models import BringBack, Caucus, MediationSession
from mediator.sessions.terms import NoteKind, SessionState

SENTENCE_LENGTH = 300
CLOSED = "This caucus is over. What may be brought back stands on the session’s page."


def of(meeting: MediationSession, caucus_id: uuid.UUID) -> Caucus:
    """A caucus of this session. Raises NotFound for any other."""
    found = next((one for one in meeting.caucuses if one.id == caucus_id), None)
    if found is None:
        raise NotFound
    return found


def seconds(meeting: MediationSession, letter: Letter, at: datetime) -> int:
    """How long the mediator spoke with this person alone, in this session; for the mediator and nobody else."""
    return sum(
        max(0, int(((one.ended_at or at) - one.started_at).total_seconds()))
        for one in meeting.caucuses
        if one.letter is letter
    )


def enter(meeting: MediationSession, letter: Letter) -> Caucus:
    """Speak with one person alone: the item's clock stands. With the same person twice it is one caucus."""
    standing = room.open_caucus(meeting)
    if standing is not None and standing.letter is letter:
        return standing
    at = room.in_the_room(meeting)
    if not room.is_joint(meeting):
        raise NotFound
    new = Caucus(case_id=meeting.case_id, session_id=meeting.id, letter=letter, started_at=at, ended_at=None)
    meeting.caucuses.append(new)
    if (present := room.current(meeting)) is not None:
        room.stop(present, at)
    room.changed(meeting, "caucus.started")
    return new


def leave(meeting: MediationSession, alone: Caucus) -> None:
    """Everybody is back in the room, and the item goes on. Left twice is left once."""
    if alone.ended_at is not None:
        return
    at = now()
    alone.ended_at = max(at, alone.started_at)
    if meeting.state is SessionState.RUNNING and (present := room.current(meeting)) is not None:
        room.go(present, at)
    room.changed(meeting, "caucus.ended")


def add_sentence(meeting: MediationSession, alone: Caucus, sentence_id: uuid.UUID, words: str) -> None:
    """Write down a sentence that might go back into the room; nobody has said yes to it. Sent twice it is one."""
    standing = db.session.get(BringBack, sentence_id)
    if standing is not None:
        if standing.caucus_id != alone.id:
            raise NotFound
        return
    words = words.strip()
    if not words or len(words) > SENTENCE_LENGTH:
        raise Refused("Write one sentence of up to 300 characters.")
    if alone.ended_at is not None:
        raise Refused(CLOSED)
    position = max((one.position for one in alone.back), default=0) + 1
    new = BringBack(id=sentence_id, case_id=meeting.case_id, caucus_id=alone.id, position=position, said_yes_at=None)
    new.words = words
    alone.back.append(new)
    room.changed(meeting, "caucus.sentence.added")


def said_yes(meeting: MediationSession, alone: Caucus, sentences: frozenset[uuid.UUID]) -> None:
    """The person said yes to exactly these sentences. A yes can be taken back while they are alone with you."""
    if alone.ended_at is not None:
        raise Refused(CLOSED)
    at = now()
    for one in alone.back:
        one.said_yes_at = (one.said_yes_at or at) if one.id in sentences else None
    room.changed(meeting, "caucus.yes.recorded")


def bring_back(meeting: MediationSession, alone: Caucus, sentence_id: uuid.UUID) -> None:
    """The mediator puts one sentence into the joint note of the present item, by an act of its own.

    Raises NotFound for a sentence nobody said yes to. Brought twice it stands there once.
    """
    if room.open_caucus(meeting) is not None:
        raise Refused(room.IN_CAUCUS)
    sentence = next((one for one in alone.back if one.id == sentence_id), None)
    if sentence is None or sentence.said_yes_at is None:
        raise NotFound
    present = room.current(meeting)
    about = present.id if present is not None else meeting.id
    if not brought(meeting, sentence):
        notes.append(meeting, NoteKind.JOINT, about, str(sentence.words))
    room.changed(meeting, "caucus.sentence.brought-back")


def brought(meeting: MediationSession, sentence: BringBack) -> bool:
    """Whether the sentence stands in a joint note of this session."""
    words = str(sentence.words)
    return any(words in str(note.text).split("\n") for note in meeting.notes if note.kind is NoteKind.JOINT)


def promise(case: Case) -> str:
    """What holds for words said alone, by the case's policy: a sentence for the mediator's caucus page."""
    return {
        Policy.CAUCUS: "Nothing said here goes back into the room without a yes.",
        Policy.NO_SECRETS: "You may bring up what both need to know, as both accepted.",
        Policy.LIMITED: "What is said here stays here, but for what was named in writing beforehand.",
    }[case.policy]
