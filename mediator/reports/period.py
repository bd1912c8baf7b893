"""The time a report tells of: from the end of the session before it until the beginning of the one after."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from mediator.core.db import db
from mediator.guide.content import FIRST, NAMES
from mediator.questionnaires.models import Form
from mediator.sessions.models import MediationSession
from mediator.sessions.terms import SessionState

#: Sessions that took place.
HELD = frozenset({SessionState.ENDED, SessionState.WRITTEN_UP})
One = TypeVar("One")


@dataclass(frozen=True)
class Period:
    """When it begins and when it is over (UTC), with the same people both times. None: open at that end."""

    step: str | None
    since: datetime | None
    until: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether something of this moment belongs to it."""
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)

    def of(self, found: Iterable[One], at: Callable[[One], datetime]) -> list[One]:
        """What belongs to it, in the same order."""
        return [one for one in found if self.holds(at(one))]

    def holds_form(self, form: Form, at: datetime | None) -> bool:
        """Whether a form handed in then belongs to it: of its session's step, or handed in meanwhile, and not later.

        What somebody said for their own first meeting (intake) belongs to no other session: on papers that people take
        home it would put hopes and health beside what was agreed.
        """
        if at is None or (form.step == FIRST and self.step != FIRST):
            return False
        if self.until is not None and at >= self.until:
            return False
        return number_of(form.step) == number_of(self.step) != 0 or self.holds(at)


def period_of(session: MediationSession) -> Period:
    """The period of one session. Two statements: ask once for each paper."""
    at = session.started_at or session.planned_at
    begun = db.func.coalesce(MediationSession.started_at, MediationSession.planned_at)
    same = (
        MediationSession.case_id == session.case_id,
        MediationSession.attendees == session.attendees,
        MediationSession.state.in_(HELD),
        MediationSession.id != session.id,
    )
    since = db.session.scalar(db.select(db.func.max(MediationSession.ended_at)).where(*same, begun < at))
    until = db.session.scalar(db.select(db.func.min(begun)).where(*same, begun > at))
    return Period(session.step, since, until)


def number_of(step: str | None) -> int:
    """The guide's number of a step key ("5", "7a"); 0 where it is none of the eight."""
    digits = "".join(char for char in step or "" if char.isdigit())
    return int(digits) if digits and int(digits) in NAMES else 0
