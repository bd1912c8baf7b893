"""What a session puts into its copies, and which of its sentences say who said what, with that person's yes or without.

A confirmation is kept by the sentence's mark and not by its words: other words are confirmed anew.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from mediator.cases.models import Case
from mediator.core import audit
from mediator.core.clock import now
from mediator.core.errors import Refused
from mediator.sessions import library, room
from mediator.sessions.attribution import Attributed, attributed
from mediator.sessions.models import AgendaItem, MediationSession
from mediator.sessions.notes import NOT_ENDED, summary_of
from mediator.sessions.terms import ItemKind, SessionState


@dataclass(frozen=True)
class Told:
    """The mediator's words of a session that its copies begin with: the summary, and the blocks that took place."""

    summary: str
    done: list[AgendaItem]


def told(meeting: MediationSession) -> Told:
    """What goes into the copies of this session as it stands. A private check is in none."""
    done = [item for item in room.took_place(meeting) if item.kind is not ItemKind.PRIVATE_CHECK]
    return Told(summary_of(meeting).strip(), done)


def attributed_in(case: Case, meeting: MediationSession) -> list[Attributed]:
    """The sentences of these words that say who said, thought, felt or wanted something, in their order.

    A title of the guide speaks of nobody. In the one copy of a session with one person, what it says of its own reader
    is theirs; what it says of the other, or of somebody without a name, counts there too.
    """
    words = told(meeting)
    ours = {title for shelf in library.shelves(together=True) for title in shelf.titles}
    alone = None if room.is_joint(meeting) else room.people(meeting)
    called = {person.letter: str(person.called) for person in case.participants}
    return [
        one for one in attributed([words.summary, *(item.title for item in words.done)], called)
        if one.words not in ours and one.people != alone
    ]  # fmt: skip


def confirmed(meeting: MediationSession) -> frozenset[str]:
    """The marks of the sentences that whoever said them has confirmed."""
    return frozenset(meeting.confirmed or {})


def confirm(case: Case, meeting: MediationSession, shown: Collection[str], ticked: Collection[str],
            staff_id: uuid.UUID) -> int:  # fmt: skip
    """Keep which of the sentences a page showed are confirmed, with who recorded it and when; how many changed.

    What the page did not show stays as it is, and a sentence that does not stand there any more cannot be confirmed.
    Raises Refused while the session still runs.
    """
    if meeting.state not in {SessionState.ENDED, SessionState.WRITTEN_UP}:
        raise Refused(NOT_ENDED)
    kept: dict[str, list[str]] = dict(meeting.confirmed or {})
    before = frozenset(kept)
    for mark in {one.mark for one in attributed_in(case, meeting)}.intersection(shown):
        if mark not in ticked:
            kept.pop(mark, None)
        elif mark not in kept:
            kept[mark] = [str(staff_id), now().isoformat()]
    for verb, changed in (("confirmed", kept.keys() - before), ("taken-back", before - kept.keys())):
        for _each in changed:
            audit.record(f"session.sentence.{verb}", case=meeting.case_id, subject=meeting.id)
    if kept.keys() != before:
        meeting.confirmed = kept
    return len(kept.keys() ^ before)
