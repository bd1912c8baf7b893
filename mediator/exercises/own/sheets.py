"""Words of one's own: what somebody was given to write for themselves alone, and what stands there.

Nobody but the author reads it, and nobody learns whether anything stands here, or when it was written: nothing in this
module leaves an audit line or moves another page (docs/decisions/0015). The mediator gives the exercise and ends it;
what was written by then stays its author's, to read, to seal and to delete, whatever becomes of exercise and case.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from werkzeug.exceptions import NotFound

from mediator.cases.models import Participant
from mediator.core.clock import now
from mediator.core.db import db
from mediator.exercises import queries
from mediator.exercises.models import ExerciseRun, OwnWords
from mediator.exercises.terms import UNDER_WAY

#: How long a text may be, in characters.
MOST = 20_000
#: How far ahead a text can be sealed.
LONGEST_SEAL = timedelta(days=5 * 365)
#: Versions begin below this: far from the largest number the column takes.
_BEGINNINGS = 2**30


@dataclass(frozen=True)
class Given:
    """One page to write on that somebody was given, and since when (UTC)."""

    id: uuid.UUID
    since: datetime


@dataclass(frozen=True)
class Sheet:
    """One such page as its author sees it now. `version` 0: nothing stands there. `writable`: it may be written on.

    While it is sealed (`sealed_until` a day to come, in the author's own zone) `text` is empty, for the author too.
    """

    id: uuid.UUID
    title: str
    lead: str
    asks: Sequence[str]
    writable: bool
    version: int
    text: str
    saved_at: datetime | None
    sealed_until: date | None

    @property
    def there(self) -> bool:
        """Whether anything stands there, sealed or not."""
        return self.version > 0


@dataclass(frozen=True)
class Saved:
    """It stands at the server. `version` is what the next save is made from, `at` is UTC."""

    version: int
    at: datetime


class Newer(Exception):
    """What stands there is not what the page showed: it was saved, or deleted, elsewhere. Nothing was changed."""


class Sealed(Exception):
    """It was sealed elsewhere: nobody writes on it before its day. Nothing was changed."""


class Closed(Exception):
    """Nothing is written on this page any more. Nothing was changed."""


class TooLong(Exception):
    """The text is longer than there is room for. Nothing was changed."""


class NotADay(ValueError):
    """The day is not after today, or too far ahead."""


def today(person: Participant) -> date:
    """The day it is where this person is."""
    return now().astimezone(ZoneInfo(person.zone)).date()


def given_to(person: Participant) -> list[Given]:
    """The pages this person may write on now, and those on which something of theirs stands. Oldest first.

    A lock (a hold, a break, the end of the case) takes away what is empty, and leaves what is written.
    """
    rows = db.session.execute(
        db.select(ExerciseRun, OwnWords.id)
        .outerjoin(OwnWords, (OwnWords.run_id == ExerciseRun.id) & (OwnWords.participant_id == person.id))
        .where(ExerciseRun.case_id == person.case_id, ExerciseRun.only == person.letter)
        .order_by(ExerciseRun.started_at, ExerciseRun.id)
    ).all()
    return [
        Given(run.id, run.started_at)
        for run, words in rows
        if queries.is_own(run) and (words is not None or _open(person, run))
    ]


def sheet(person: Participant, run_id: uuid.UUID) -> Sheet:
    """One page. Raises NotFound for what was not given to this person."""
    run = _run(person, run_id)
    row = _row(person, run)
    stage = run.spec["stages"][0]
    sealed = _sealed(person, row)
    return Sheet(
        id=run.id,
        title=stage["title"],
        lead=stage["lead"],
        asks=stage["asks"],
        writable=_open(person, run) and sealed is None,
        version=row.version if row is not None else 0,
        text=row.words if row is not None and sealed is None else "",
        saved_at=row.changed_at if row is not None else None,
        sealed_until=sealed,
    )


def save(person: Participant, run_id: uuid.UUID, text: str, version: int) -> Saved:
    """Keep what was typed, exactly as it was, if it was made from this version. An empty page is no row.

    A page that was open when a lock came keeps its words: what is closed is beginning, and the end of the exercise. The
    same text again is no conflict. Raises NotFound, Closed, TooLong, Newer and Sealed.
    """
    run = _run(person, run_id, lock=True)
    row = _row(person, run)
    if run.state not in UNDER_WAY:
        raise Closed
    if _sealed(person, row) is not None:
        raise Sealed
    if len(text) > MOST:
        raise TooLong
    if row is None:
        if not text:
            return Saved(0, now())
        if version != 0:
            raise Newer
        row = OwnWords(id=uuid.uuid4(), case_id=run.case_id, run_id=run.id, participant_id=person.id)
        row.version = secrets.randbelow(_BEGINNINGS)
        db.session.add(row)
    elif row.words == text:
        return Saved(row.version, row.changed_at)
    elif row.version != version:
        raise Newer
    elif not text:
        db.session.delete(row)
        return Saved(0, now())
    row.words, row.version, row.changed_at, row.sealed_until = text, row.version + 1, now(), None
    return Saved(row.version, row.changed_at)


def seal(person: Participant, run_id: uuid.UUID, day: date, version: int) -> None:
    """Close it until a day: nobody opens it before, its author included. Sealed until the same day twice is as once.

    Raises NotFound, NotADay, Sealed where another day was chosen elsewhere (a seal is never moved), and Newer.
    """
    row = _row(person, _run(person, run_id, lock=True))
    sealed = _sealed(person, row)
    if sealed is not None:
        if sealed == day:
            return
        raise Sealed
    if not today(person) < day <= today(person) + LONGEST_SEAL:
        raise NotADay
    if row is None or row.version != version:
        raise Newer
    row.sealed_until = day


def delete(person: Participant, run_id: uuid.UUID, version: int) -> None:
    """Delete it for good: the row goes, and with it the words. Sealed words too. Deleted twice is deleted once.

    Raises NotFound, and Newer where something else stands there than the page spoke of.
    """
    row = _row(person, _run(person, run_id, lock=True))
    if row is None:
        return
    if row.version != version:
        raise Newer
    db.session.delete(row)


def _run(person: Participant, run_id: uuid.UUID, *, lock: bool = False) -> ExerciseRun:
    """A run that was given to this person, to write for themselves. Raises NotFound for any other."""
    run = queries.run_of(person.case, run_id, lock=lock)
    if run.only is not person.letter or not queries.is_own(run):
        raise NotFound
    return run


def _row(person: Participant, run: ExerciseRun) -> OwnWords | None:
    found: OwnWords | None = db.session.scalar(
        db.select(OwnWords).where(OwnWords.run_id == run.id, OwnWords.participant_id == person.id)
    )
    return found


def _open(person: Participant, run: ExerciseRun) -> bool:
    return run.state in UNDER_WAY and not queries.locked(person.case, run)


def _sealed(person: Participant, row: OwnWords | None) -> date | None:
    """The day until which it is sealed; None where it is open, or open again."""
    if row is None or row.sealed_until is None or row.sealed_until <= today(person):
        return None
    return row.sealed_until
