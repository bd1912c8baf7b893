"""What waits in one mediator's cases, on them and on their clients: one query over every list, each with a limit.

Dates and ids, no words. Each list begins at the rows that wait, the oldest first, and stops at its limit: it costs the
same however many cases there are. Whoever waits for nobody (a case on a break, a hold) is in none of the clients'
lists: they could do nothing about it. Every instant is UTC.
"""

from __future__ import annotations

import enum
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal,
    not_,
    null,
    or_,
    true,
    union_all,
)

from mediator.agreements.models import Agreement
from mediator.agreements.queries import READ_BY_BOTH
from mediator.agreements.terms import Standing, Who
from mediator.cases import contact_queries
from mediator.cases.door_actions import BY_MAIL, SHUT
from mediator.cases.models import Case, CaseMediator, Door, Participant, SafeContact
from mediator.cases.states import LIVING
from mediator.cases.terms import CaseState, Suitability
from mediator.core.audit import AuditEntry
from mediator.core.db import UtcDateTime, db
from mediator.core.outbox import Message, MessageState
from mediator.core.visibility import Letter
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.terms import TO_DO, AssignmentState
from mediator.reports.models import Report
from mediator.reports.terms import ReportState
from mediator.sessions.models import MediationSession
from mediator.sessions.terms import SessionState

#: Rows of one list. Beyond that it is said that there are more, not how many.
LIMIT = 20
#: Handed-in forms are new for so long; later they stand on the case's page like the others.
NEW = timedelta(days=31)
#: Cases whose sessions and reports are still worked on, and those in which somebody may be asked to sign.
_KEPT = LIVING | {CaseState.CLOSED}
_SIGNING = frozenset({CaseState.ASSESSED, CaseState.AGREED, CaseState.ACTIVE, CaseState.CLOSING})
#: Reports that were made (or could not be) and reached nobody yet.
_NOT_RELEASED = frozenset({ReportState.DRAFT, ReportState.FINAL, ReportState.FAILED})
#: The mediator it is asked for. The statement is put together once and asked with new values each time.
_ME = bindparam("me", type_=Uuid())


class Kind(enum.StrEnum):
    """What waits, in the order in which it is named."""

    READ_FIRST = "read_first"
    PAST = "past"  # planned for an earlier day, neither begun nor cancelled
    WRITE_UP = "write_up"
    HANDED_IN = "handed_in"
    RELEASE = "release"
    REPORTS = "reports"
    REVIEW = "review"
    MESSAGES = "messages"
    TO_DO = "to_do"
    CONFIRM = "confirm"
    SIGN = "sign"
    FIRST_VISIT = "first_visit"


@dataclass(frozen=True)
class Waits:
    """One thing of a kind since `at`: about a case, one of its sessions or one of its people.

    `count` is how many people messages wait for; elsewhere 1.
    """

    kind: Kind
    case_id: uuid.UUID | None
    about: uuid.UUID | None
    at: datetime | None
    count: int = 1


@dataclass(frozen=True)
class Waiting:
    """Everything found, by kind and the oldest first, each case, session and person once in a kind.

    `cut` are the kinds of which there may be more.
    """

    found: tuple[Waits, ...]
    cut: frozenset[Kind]


def waiting(staff_id: uuid.UUID, *, at: datetime, begin: datetime, day: date, mail: bool) -> Waiting:
    """Everything that waits in this mediator's cases at this moment.

    `day` is today and `begin` its first moment where the practice is. With a mail server (`mail`) only messages that
    go by hand wait, and those that could not be delivered.
    """
    told = {"me": staff_id, "new": at - NEW, "begin": begin, "day": day}
    order = {kind: place for place, kind in enumerate(Kind)}
    rows: dict[Kind, int] = {}
    found: dict[tuple[Kind, uuid.UUID | None], Waits] = {}
    for name, case_id, about, since, count in db.session.execute(_all(mail=mail), told):
        kind = Kind(name)
        rows[kind] = rows.get(kind, 0) + 1
        key = (kind, about or case_id)
        if count and (key not in found or (found[key].at or at) > (since or at)):
            found[key] = Waits(kind, case_id, about, since, count)
    listed = sorted(found.values(), key=lambda one: (order[one.kind], one.at or at, str(one.about or one.case_id)))
    return Waiting(tuple(listed), frozenset(kind for kind, count in rows.items() if count >= LIMIT))


def to_do(where: ColumnElement[bool]) -> list[Select[Any]]:
    """Forms to do, of the cases in which `where` holds, one list for each state: each in the order of its index."""
    return [
        db.select(*_line(Kind.TO_DO, Assignment.case_id, Assignment.participant_id, Assignment.sent_at))
        .where(Assignment.state == state, where)
        .order_by(Assignment.sent_at)
        for state in sorted(TO_DO)
    ]


def together(lists: list[Select[Any]]) -> CompoundSelect[Any]:
    """Several lists as one query, each stopping at its limit."""
    return union_all(*(db.select(one.limit(LIMIT).subquery()) for one in lists))


@cache
def _all(*, mail: bool) -> CompoundSelect[Any]:
    lists = [*_on_forms(), *_on_sessions(), *_on_agreements(), _messages(mail=mail), *_on_people()]
    return together(lists)


def _mine(
    case: Any, *where: ColumnElement[bool], states: frozenset[CaseState] = LIVING, resting: bool = True
) -> ColumnElement[bool]:
    """Whether the case is this mediator's and in one of these states; with `resting` also on a break or under a hold.

    Asked row by row, so that a list begins at what waits and not at every case.
    """
    found: Select[Any] = (
        db.select(CaseMediator.case_id)
        .join(Case, Case.id == CaseMediator.case_id)
        .where(CaseMediator.case_id == case, CaseMediator.staff_id == _ME, Case.state.in_(states), *where)
    )
    if not resting:
        found = found.where(not_(Case.hold), Case.state != CaseState.PAUSED)
    exists: ColumnElement[bool] = found.correlate_except(Case, CaseMediator).exists()
    return exists


def _line(kind: Kind, case: Any, about: Any = None, at: Any = None, count: Any = None) -> tuple[Any, ...]:
    return (
        literal(kind.value).label("kind"),
        (cast(null(), Uuid()) if case is None else case).label("case_id"),
        (cast(null(), Uuid()) if about is None else about).label("about"),
        (cast(null(), UtcDateTime()) if at is None else at).label("at"),
        (literal(1) if count is None else count).label("times"),
    )


def _on_forms() -> list[Select[Any]]:
    """What asks to be read first, what was handed in since this mediator last compared, and what is to do."""
    first, contact, came_in = Assignment.read_first_at, SafeContact.read_first_at, Assignment.submitted_at
    compared = (
        db.select(AuditEntry.at)
        .where(
            AuditEntry.case_id == Assignment.case_id,
            AuditEntry.verb == "answers.compared",
            AuditEntry.actor_id == _ME,
        )
        .order_by(AuditEntry.number.desc())
        .limit(1)
        .correlate(Assignment)
        .scalar_subquery()
    )
    return [
        db.select(*_line(Kind.READ_FIRST, Assignment.case_id, at=first))
        .where(first.is_not(None), Assignment.read_at.is_(None), _mine(Assignment.case_id))
        .order_by(first),
        db.select(*_line(Kind.READ_FIRST, SafeContact.case_id, at=contact))
        .where(contact_queries.UNREAD, _mine(SafeContact.case_id))
        .order_by(contact),
        db.select(*_line(Kind.HANDED_IN, Assignment.case_id, at=came_in))
        .where(Assignment.state == AssignmentState.SUBMITTED, came_in >= bindparam("new"))
        .where(_mine(Assignment.case_id), func.coalesce(compared < came_in, true()))
        .order_by(came_in),
        *to_do(_mine(Assignment.case_id, resting=False)),
    ]


def _on_sessions() -> list[Select[Any]]:
    """Sessions whose day went by, sessions to be written up, and reports that reached nobody yet."""
    state, planned = MediationSession.state, MediationSession.planned_at

    def line(kind: Kind, *where: ColumnElement[bool], states: frozenset[CaseState]) -> Select[Any]:
        found: Select[Any] = (
            db.select(*_line(kind, MediationSession.case_id, MediationSession.id, planned))
            .where(*where, _mine(MediationSession.case_id, states=states))
            .order_by(planned)
        )
        return found

    made = db.select(Report.session_id).where(Report.state.in_(_NOT_RELEASED))
    return [
        line(Kind.PAST, state == SessionState.PLANNED, planned < bindparam("begin"), states=LIVING),
        line(Kind.WRITE_UP, state == SessionState.ENDED, states=_KEPT),
        line(Kind.REPORTS, MediationSession.id.in_(made), states=_KEPT),
    ]


def _on_agreements() -> list[Select[Any]]:
    """What was said and is not released, what is to be looked back at, and what somebody may confirm."""
    case, said = Agreement.case_id, Agreement.said_at
    unconfirmed = or_(
        and_(Participant.letter == Letter.A, Agreement.who != Who.B, Agreement.confirmed_a_at.is_(None)),
        and_(Participant.letter == Letter.B, Agreement.who != Who.A, Agreement.confirmed_b_at.is_(None)),
    )
    there = Agreement.removed_at.is_(None)
    return [
        db.select(*_line(Kind.RELEASE, case, at=said))
        .where(Agreement.standing == Standing.SAID, there, _mine(case, resting=False))
        .order_by(said),
        db.select(*_line(Kind.REVIEW, case, at=said))
        .where(Agreement.review_on <= bindparam("day"), Agreement.standing.in_(READ_BY_BOTH), there, _mine(case))
        .order_by(Agreement.review_on),
        db.select(*_line(Kind.CONFIRM, case, Participant.id, Agreement.released_at))
        .join(Participant, Participant.case_id == case)
        .where(Agreement.standing == Standing.RELEASED, there, unconfirmed, _mine(case, resting=False))
        .order_by(said),
    ]


def _messages(*, mail: bool) -> Select[Any]:
    """How many people's messages are for the mediator to pass on or to try again, as one line."""
    by_hand = not_(and_(*BY_MAIL)) if mail else true()
    found: Select[Any] = (
        db.select(*_line(Kind.MESSAGES, None, count=func.count(Participant.id.distinct())))
        .select_from(Message)
        .join(Participant, Participant.id == Message.recipient_id)
        .where(Message.state.in_((MessageState.FAILED, MessageState.WAITING)))
        .where(or_(Message.state == MessageState.FAILED, by_hand))
        .where(_mine(Participant.case_id, states=frozenset(CaseState) - SHUT))
    )
    return found


def _on_people() -> list[Select[Any]]:
    """Who has not signed yet, and who was given a way in and has not come yet."""
    case = Participant.case_id
    here = (Participant.signed_on.is_(None), Participant.declined_on.is_(None))
    made = (
        db.select(func.min(Door.made_at))
        .where(Door.participant_id == Participant.id, Door.revoked_at.is_(None))
        .correlate(Participant)
        .scalar_subquery()
    )
    suits = or_(Case.suitability.is_(None), Case.suitability != Suitability.NOT_SUITABLE)
    return [
        db.select(*_line(Kind.SIGN, case, Participant.id))
        .where(*here, Participant.accepted_at.is_not(None), _mine(case, suits, states=_SIGNING, resting=False))
        .order_by(Participant.created_at),
        db.select(*_line(Kind.FIRST_VISIT, case, Participant.id, made))
        .where(*here, Participant.accepted_at.is_(None), made.is_not(None), _mine(case, resting=False))
        .order_by(Participant.created_at),
    ]
