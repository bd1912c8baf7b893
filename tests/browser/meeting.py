"""Three sessions and two agreements of a pair, for the pages of slice (ii): planned, running and ended."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from mediator.agreements.models import Agreement
from mediator.agreements.terms import Kind, Standing, Who
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Visibility
from mediator.sessions.models import AgendaItem, Note
from mediator.sessions.terms import ItemState, NoteKind, SessionState
from tests.factories import Pair
from tests.sessions.plan import make_session


@dataclass(frozen=True)
class Meeting:
    """The ids of what was made."""

    planned: uuid.UUID
    item: uuid.UUID
    running: uuid.UUID
    ended: uuid.UUID
    said: uuid.UUID
    released: uuid.UUID


def make(pair: Pair) -> Meeting:
    """Make everything, committed."""
    at = now()
    ended = make_session(
        pair, state=SessionState.ENDED, at=at - timedelta(days=14), started_at=at - timedelta(days=14),
        ended_at=at - timedelta(days=14, minutes=-85),
    )  # fmt: skip
    running = make_session(
        pair, state=SessionState.RUNNING, at=at - timedelta(minutes=20), started_at=at - timedelta(minutes=20),
        running_since=at - timedelta(minutes=20),
    )  # fmt: skip
    planned = make_session(pair, at=at + timedelta(days=7))
    items = db.select(AgendaItem).order_by(AgendaItem.position)
    now_running = db.session.scalars(items.where(AgendaItem.session_id == running)).all()
    now_running[0].state, now_running[0].spent = ItemState.DONE, 420
    now_running[1].state, now_running[1].running_since = ItemState.RUNNING, at - timedelta(minutes=13)
    for item in db.session.scalars(items.where(AgendaItem.session_id == ended)):
        item.state, item.spent = ItemState.DONE, item.minutes * 60
        _note(pair, ended, NoteKind.JOINT, item.id, f"Both spoke about this: {item.minutes} minutes were enough.")
    _note(pair, running, NoteKind.JOINT, now_running[1].id, "Both said that late replies are where the worry starts.")
    _note(pair, running, NoteKind.PRIVATE, now_running[1].id, "Sam went quiet when the move came up.")
    said = _agreement(pair, running, Kind.COMMITMENT, Who.A, "Reply “I saw it” the same day", Standing.SAID)
    released = _agreement(
        pair, ended, Kind.AGREEMENT, Who.BOTH, "No talk about the house by message", Standing.RELEASED
    )
    first = db.session.scalars(items.where(AgendaItem.session_id == planned)).first()
    assert first is not None
    made = Meeting(planned, first.id, running, ended, said, released)
    db.session.commit()
    return made


def _note(pair: Pair, session: uuid.UUID, kind: NoteKind, about: uuid.UUID, text: str) -> None:
    visibility = Visibility.WORKING if kind is NoteKind.PRIVATE else Visibility.RECORD
    row = Note(case_id=pair.case, session_id=session, kind=kind, about_id=about, visibility=visibility, saved_at=now())
    row.text = text
    db.session.add(row)


def _agreement(pair: Pair, session: uuid.UUID, kind: Kind, who: Who, what: str, standing: Standing) -> uuid.UUID:
    released = standing is Standing.RELEASED
    row = Agreement(
        case_id=pair.case, kind=kind, who=who, standing=standing, source_kind="session", source_id=session,
        said_at=now(), released_at=now() if released else None,
        visibility=Visibility.JOINT if released else Visibility.RECORD,
    )  # fmt: skip
    row.what = what
    db.session.add(row)
    return row.id
