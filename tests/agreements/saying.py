"""Agreements for tests: said and released through the actions, confirmed by whom a test asks for; committed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from mediator.agreements import actions
from mediator.agreements.actions import Said
from mediator.agreements.models import Agreement
from mediator.agreements.terms import Kind, Who
from mediator.cases.models import Case
from mediator.cases.terms import CaseState, Suitability
from mediator.core import sealed
from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Letter, Viewer
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.terms import AssignmentState
from tests.factories import Pair
from tests.questionnaires import build

Result = TypeVar("Result")


def case_of(pair: Pair) -> Case:
    return db.session.get_one(Case, pair.case)


def row_of(id_: uuid.UUID) -> Agreement:
    db.session.expire_all()
    return db.session.get_one(Agreement, id_)


def reading(pair: Pair, ask: Callable[[], Result]) -> Result:
    """Do something with the ring of the case's mediator."""
    with sealed.ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))):
        return ask()


def say(pair: Pair, what: str = "Answer within a day", who: Who = Who.BOTH, kind: Kind | None = None,
        until: date | None = None, seen: str | None = None, **more: Any) -> uuid.UUID:  # fmt: skip
    """`more` are further fields of `Said`."""
    kind = kind or (Kind.AGREEMENT if who is Who.BOTH else Kind.COMMITMENT)
    said = Said(kind, who, what, until, seen=seen, **more)
    row = actions.say(pair.mediator, case_of(pair), uuid.uuid4(), said)
    db.session.commit()
    return row.id


def release(pair: Pair, *ids: uuid.UUID) -> None:
    def do() -> None:
        rows = [row_of(id_) for id_ in ids]
        actions.release(case_of(pair), rows, actions.version(rows))

    reading(pair, do)
    db.session.commit()


def confirm(pair: Pair, id_: uuid.UUID, *letters: Letter) -> None:
    for letter in letters:
        actions.confirm(case_of(pair), row_of(id_), letter)
    db.session.commit()


def agreed(pair: Pair, what: str = "Answer within a day", who: Who = Who.BOTH, kind: Kind | None = None,
           until: date | None = None, seen: str | None = None, **more: Any) -> uuid.UUID:  # fmt: skip
    """Said and released."""
    id_ = say(pair, what, who, kind, until, seen, **more)
    release(pair, id_)
    return id_


def put(pair: Pair, state: CaseState = CaseState.ACTIVE, *, hold: bool = False,
        suitability: Suitability | None = Suitability.USUAL) -> None:  # fmt: skip
    case = case_of(pair)
    case.state, case.hold, case.suitability = state, hold, suitability
    db.session.commit()


def verbs(pair: Pair) -> list[str]:
    """What the log says was done with agreements, in order."""
    db.session.rollback()
    found = db.session.scalars(
        db.select(AuditEntry.verb)
        .where(AuditEntry.case_id == pair.case, AuditEntry.verb.startswith("agreement."))
        .order_by(AuditEntry.number)
    )
    return list(found)


def to_be_read_first(pair: Pair) -> uuid.UUID:
    """B's form brought a safety answer that nobody has read yet; the id of the form as it was sent to B."""
    sent = build.send(pair.b, (build.READY, build.SAFETY), state=AssignmentState.SUBMITTED)
    db.session.get_one(Assignment, sent).read_first_at = now()
    db.session.commit()
    return sent
