"""What somebody has typed into a text of both and not saved for both: kept as it is typed, for its writer alone.

Nobody else reads it, and nobody learns that there is one: nothing in this module leaves an audit line or moves another
page (docs/decisions/0016). It becomes a text of both by its writer's own button and by nothing else. Where the exercise
goes on without that it stays to be read by its writer, who may throw it away.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete

from mediator.cases.models import Participant
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.exercises.models import ExerciseRun, TextDraft
from mediator.exercises.terms import OVER_FOR, UNDER_WAY, Mode
from mediator.exercises.together import queries as text_queries
from mediator.exercises.together import texts

#: Characters of a draft: many more than can be saved for both, so that what is too long can be made shorter.
MOST = 20_000
#: Versions begin below this: far from the largest number the column takes.
_BEGINNINGS = 2**30

#: Said where the same person typed on another page meanwhile.
ELSEWHERE = "You wrote on this elsewhere, too. Nothing of yours is lost: both stand here."


@dataclass(frozen=True)
class Writer:
    """Whose draft it is: a participant's, or a mediator's at their own page or, `on_screen`, before everybody."""

    person: uuid.UUID | None = None
    staff: uuid.UUID | None = None
    on_screen: bool = False

    @classmethod
    def participant(cls, person: Participant) -> Writer:
        """Somebody at their phone."""
        return cls(person=person.id)

    @classmethod
    def mediator(cls, staff_id: uuid.UUID, *, on_screen: bool = False) -> Writer:
        """A mediator at their console, or at the one screen: what is typed at one does not show at the other."""
        return cls(staff=staff_id, on_screen=on_screen)


@dataclass(frozen=True)
class Draft:
    """A draft as its writer finds it again. `rev` is of the text it was begun from, `at` is UTC."""

    version: int
    rev: int
    at: datetime
    typed: texts.Typed


@dataclass(frozen=True)
class Left:
    """A draft that the exercise went on without. Its writer can read it and throw it away."""

    id: uuid.UUID
    position: int
    title: str
    version: int
    on_screen: bool
    words: str


@dataclass(frozen=True)
class Saved:
    """It stands at the server (`version` 0: there is nothing to keep). The next save goes on from it. `at` is UTC."""

    version: int
    at: datetime


class Newer(Refused):
    """The same person typed something else on another page. Nothing was changed: their page shows both."""


class TooLong(Exception):
    """It is longer than there is room for. Nothing was changed."""


class NotHere(Exception):
    """Nothing is written together there. Nothing was changed."""


def here(run: ExerciseRun, writer: Writer) -> Draft | None:
    """This writer's draft for the text of the stage a run is at."""
    row = _row(run, run.at, writer)
    return Draft(row.version, row.rev, row.changed_at, texts.from_draft(row.body)) if row is not None else None


def left(run: ExerciseRun, writer: Writer) -> list[Left]:
    """This writer's drafts that can be saved for both no more: of stages gone by, and of an exercise that is over.

    A mediator's are those of both their pages.
    """
    rows = db.session.scalars(
        db.select(TextDraft).where(TextDraft.run_id == run.id, _whose(writer)).order_by(TextDraft.position)
    )
    return [
        Left(row.id, row.position, run.spec["stages"][row.position]["title"], row.version,
             row.on_screen, texts.from_draft(row.body).copied)
        for row in rows
        if row.position != run.at or run.state not in UNDER_WAY
    ]  # fmt: skip


def keep(run: ExerciseRun, position: int, writer: Writer, given: Mapping[str, str], *, rev: int, version: int) -> Saved:
    """Keep what stands in the fields, exactly as it was typed, if it goes on from this version of the draft.

    `rev` is of the text the page showed. A page that was open when a pause, a lock or the end came keeps them, too.
    Nothing typed, or what stands for both already, is no draft. Raises Newer, TooLong and NotHere.
    """
    if not (0 <= position <= run.at) or not may_write(run, position, writer):
        raise NotHere
    shape = text_queries.shape_of(run, position)
    typed = texts.typed(shape, given)
    row, body = _row(run, position, writer), texts.to_draft(typed, shape)
    if row is not None and row.body == body:
        return Saved(row.version, row.changed_at)
    if row is not None and row.version != version:
        raise Newer(ELSEWHERE)
    if len(typed.words) + sum(len(one.words) for one in typed.rows) > MOST:
        raise TooLong
    if not typed.copied or _stands(run, position, given):
        if row is not None:
            db.session.delete(row)
        return Saved(0, now())
    if row is None:
        row = TextDraft(id=uuid.uuid4(), case_id=run.case_id, run_id=run.id, position=position)
        row.participant_id, row.staff_id, row.on_screen = writer.person, writer.staff, writer.on_screen
        row.version = secrets.randbelow(_BEGINNINGS)
        db.session.add(row)
    row.body, row.rev, row.version, row.changed_at = body, rev, row.version + 1, now()
    return Saved(row.version, row.changed_at)


def go_on_from(run: ExerciseRun, position: int, writer: Writer, given: Mapping[str, str], version: int) -> None:
    """Before words are saved for both: raises Newer where a draft from another page would be lost by it."""
    row = _row(run, position, writer)
    if row is None or row.version == version:
        return
    shape = text_queries.shape_of(run, position)
    if row.body != texts.to_draft(texts.typed(shape, given), shape):
        raise Newer(ELSEWHERE)


def done(run: ExerciseRun, position: int, writer: Writer) -> None:
    """The words stand for both: there is no draft of them any more."""
    row = _row(run, position, writer)
    if row is not None:
        db.session.delete(row)


def throw_away(run: ExerciseRun, position: int, writer: Writer, version: int) -> None:
    """Delete a draft for good. Twice is as once. Raises Newer where another one stands there than the page showed."""
    row = _row(run, position, writer)
    if row is None:
        return
    if row.version != version:
        raise Newer(ELSEWHERE)
    db.session.delete(row)


def clear(at: datetime) -> int:
    """Delete the drafts of participants whose exercise is over for so long that no phone shows it any more.

    A mediator's stay on the page of the exercise, until they are thrown away or the pair is removed.
    """
    over = db.select(ExerciseRun.id).where(ExerciseRun.ended_at <= at - OVER_FOR)
    rows = db.session.execute(
        delete(TextDraft)
        .where(TextDraft.participant_id.is_not(None), TextDraft.run_id.in_(over))
        .returning(TextDraft.id),
        execution_options={"synchronize_session": False},
    ).all()
    return len(rows)


def may_write(run: ExerciseRun, position: int, writer: Writer) -> bool:
    """Whether this writer could ever write on the text of this stage: where it is done decides, and no state."""
    if position >= len(run.stages) or run.stages[position].mode is not Mode.TOGETHER:
        return False
    return writer.person is None or run.place in text_queries.BOTH_WRITE


def _stands(run: ExerciseRun, position: int, given: Mapping[str, str]) -> bool:
    """Whether the fields hold nothing but the words that stand for both."""
    shape, row = text_queries.shape_of(run, position), text_queries.of_stage(run, position)
    text, read = texts.read(shape, given)
    return row is not None and not read.errors and row.body == texts.to_body(text, shape)


def _whose(writer: Writer) -> ColumnElement[bool]:
    if writer.person is not None:
        return TextDraft.participant_id == writer.person
    return TextDraft.staff_id == writer.staff


def _row(run: ExerciseRun, position: int, writer: Writer) -> TextDraft | None:
    found: TextDraft | None = db.session.scalar(
        db.select(TextDraft).where(
            TextDraft.run_id == run.id,
            TextDraft.position == position,
            TextDraft.on_screen == writer.on_screen,
            _whose(writer),
        )
    )
    return found
