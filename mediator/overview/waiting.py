"""What waits in one mediator's cases, on them and on their clients: one query over every list, each with a limit.

Only decisions before the work, which pure rules find, are asked for on their own (`deciding`).

Dates and ids, no words. Each list begins at the rows that wait, the oldest first, and stops at its limit: it costs the
same however many cases there are. Whoever waits for nobody (a case on a break, a hold) is in none of the clients'
lists: they could do nothing about it. Every instant is UTC.
"""

from __future__ import annotations

import enum
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    Uuid,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
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
from mediator.cases.door_actions import BY_MAIL, SHUT, may_go
from mediator.cases.models import Case, CaseMediator, Door, Participant, SafeContact
from mediator.cases.states import LIVING
from mediator.cases.terms import CaseState, Suitability
from mediator.core.audit import AuditEntry
from mediator.core.db import UtcDateTime, among, db, read_rows, spelled
from mediator.core.outbox import Message, MessageState
from mediator.core.visibility import Letter
from mediator.exercises.held import waiting as held
from mediator.exercises.models import HeldWords, WishSent
from mediator.exercises.terms import Way, Wish
from mediator.questionnaires.models import Assignment, Form
from mediator.questionnaires.terms import TO_DO, AssignmentState
from mediator.reports.models import Report
from mediator.reports.terms import ReportState
from mediator.sessions.models import MediationSession
from mediator.sessions.terms import SessionState

#: Rows of one list at first, and where everything is asked for. Beyond it is said that there are more, not how many.
FIRST, EVERYTHING = 10, 50
#: Handed-in forms are new for so long; later they stand on the case's page like the others.
NEW = timedelta(days=31)
#: Cases whose sessions and reports are still worked on, and those in which somebody may be asked to sign.
_KEPT = LIVING | {CaseState.CLOSED}
_SIGNING = frozenset({CaseState.ASSESSED, CaseState.AGREED, CaseState.ACTIVE, CaseState.CLOSING})
#: Reports that were made (or could not be) and reached nobody yet.
_NOT_RELEASED = frozenset({ReportState.DRAFT, ReportState.FINAL, ReportState.FAILED})
#: Where the mediator reads what was handed in: a form in the comparison, what belongs to an exercise on its page.
_LOOKED = ("answers.compared", "exercise.read")
#: What it says where a form came in, by phone or from paper.
_HANDED_IN = ("assignment.submitted", "form.typed-in")
#: What the log says where words for the other came in, or an answer to the question about them; and where it was read.
_CAME_IN = ("assignment.submitted", "held.answered", "held.answer-written-down")
_READ = ("held.read",)
#: The mediator it is asked for. The statement is put together once and asked with new values each time.
_ME = bindparam("me", type_=Uuid())


class Kind(enum.StrEnum):
    """What waits, in the order in which it is named."""

    READ_FIRST = "read_first"
    PAST = "past"  # planned for an earlier day, neither begun nor cancelled
    WRITE_UP = "write_up"
    HANDED_IN = "handed_in"
    IN_EXERCISE = "in_exercise"  # handed in, too, but read on the page of its exercise
    IN_PRIVATE = "in_private"  # what stands on no list that may lie open: that there is something, and of which pair
    DECIDE = "decide"  # before the work: the next state, or what is recorded for it (`deciding`)
    RELEASE = "release"
    REPORTS = "reports"
    REVIEW = "review"
    MESSAGES = "messages"
    TO_DO = "to_do"
    CONFIRM = "confirm"
    SIGN = "sign"
    FIRST_VISIT = "first_visit"


_KINDS: dict[str, Kind] = {kind.value: kind for kind in Kind}
_ORDER = {kind: place for place, kind in enumerate(Kind)}


class Waits(NamedTuple):
    """One thing of a kind since `at`: about a case, one of its sessions, forms or exercises, or one of its people.

    `times` is how many people messages wait for; elsewhere 1.
    """

    kind: Kind
    case_id: uuid.UUID | None
    about: uuid.UUID | None
    at: datetime | None
    times: int = 1


@dataclass(frozen=True)
class Waiting:
    """Everything found, by kind and the oldest first, each case, session and person once in a kind. Of several forms
    that were handed in, the one of a case that waits longest is named: once it was read, the next.

    `cut` are the kinds of which there may be more.
    """

    found: tuple[Waits, ...]
    cut: frozenset[Kind]


def waiting(
    staff_id: uuid.UUID, *, at: datetime, begin: datetime, day: date, mail: bool, limit: int = FIRST
) -> Waiting:
    """Everything that waits in this mediator's cases at this moment, `limit` rows of a list at most.

    `day` is today and `begin` its first moment where the practice is. With a mail server (`mail`) only messages that
    go by hand wait, and those that could not be delivered.
    """
    told = {"me": staff_id, "new": at - NEW, "begin": begin, "day": day}
    rows: Counter[str] = Counter()
    found: dict[tuple[str, uuid.UUID | None], Waits] = {}
    for name, case_id, about, since, times in read_rows(_all(mail=mail, limit=limit), told):
        rows[name] += 1
        key = (name, case_id if name == Kind.HANDED_IN else about or case_id)
        if times and (key not in found or (found[key].at or at) > (since or at)):
            found[key] = Waits(_KINDS[name], case_id, about, since, times)
    return Waiting(in_order(found.values()), frozenset(_KINDS[name] for name, count in rows.items() if count >= limit))


def in_order(found: Iterable[Waits]) -> tuple[Waits, ...]:
    """By kind, and the oldest first; what has no moment after what has one."""
    last = datetime.max.replace(tzinfo=UTC)
    return tuple(sorted(found, key=lambda one: (_ORDER[one.kind], one.at or last, one.about or one.case_id)))


def to_do(where: ColumnElement[bool]) -> list[Select[Any]]:
    """Forms to do, of the cases in which `where` holds, one list for each state: each in the order of its index."""
    return [
        db.select(*_line(Kind.TO_DO, Assignment.case_id, Assignment.participant_id, Assignment.sent_at))
        .where(among(Assignment.state, state), where)
        .order_by(Assignment.sent_at)
        for state in sorted(TO_DO)
    ]


def together(lists: list[Select[Any]], limit: int) -> CompoundSelect[Any]:
    """Several lists as one query, each stopping at its limit."""
    return union_all(*(db.select(one.limit(literal_column(str(limit))).subquery()) for one in lists))


@cache
def _all(*, mail: bool, limit: int) -> CompoundSelect[Any]:
    lists = [*_on_forms(), *_in_private(), *_on_sessions(), *_on_agreements(), _messages(mail=mail), *_on_people()]
    return together(lists, limit)


def _mine(
    case: Any, *where: ColumnElement[bool], states: frozenset[CaseState] = LIVING, resting: bool = True
) -> ColumnElement[bool]:
    """Whether the case is this mediator's and in one of these states; with `resting` also on a break or under a hold.

    Asked row by row, so that a list begins at what waits and not at every case.
    """
    found: Select[Any] = (
        db.select(CaseMediator.case_id)
        .join(Case, Case.id == CaseMediator.case_id)
        .where(CaseMediator.case_id == case, CaseMediator.staff_id == _ME, among(Case.state, *states), *where)
    )
    if not resting:
        found = found.where(not_(Case.hold), not_(among(Case.state, CaseState.PAUSED)))
    exists: ColumnElement[bool] = found.correlate_except(Case, CaseMediator).exists()
    return exists


def _line(kind: Kind, case: Any, about: Any = None, at: Any = None, count: Any = None) -> tuple[Any, ...]:
    return (
        spelled(kind).label("kind"),
        (cast(null(), Uuid()) if case is None else case).label("case_id"),
        (cast(null(), Uuid()) if about is None else about).label("about"),
        (cast(null(), UtcDateTime()) if at is None else at).label("at"),
        (literal_column("1") if count is None else count).label("times"),
    )


def unread() -> ColumnElement[bool]:
    """Whether a form, joined to its copy, was handed in since `new` and not displayed to `me` since: it and no other.

    All steps together shows each question once, so it is no display of every form. What is for one person alone is
    read on a page of its own. Handed in anew it is unread anew.
    """
    looked = _last(_LOOKED, Assignment.case_id, Form.id, Form.run_id, mine=True)
    came = _last(_HANDED_IN, Assignment.case_id, Assignment.id)
    lately = Assignment.submitted_at >= bindparam("new", type_=UtcDateTime())
    return and_(lately, _before(looked, came), not_(held.OF_ONE))


def _on_forms() -> list[Select[Any]]:
    """What asks to be read first, what was handed in and this mediator has not read since, and what is to do."""
    first, contact, came_in = Assignment.read_first_at, SafeContact.read_first_at, Assignment.submitted_at

    def handed_in(kind: Kind, about: Any, where: ColumnElement[bool]) -> Select[Any]:
        found: Select[Any] = (
            db.select(*_line(kind, Assignment.case_id, about, came_in))
            .join(Form, Form.id == Assignment.form_id)
            .where(among(Assignment.state, AssignmentState.SUBMITTED), _mine(Assignment.case_id), where, unread())
            .order_by(came_in)
        )
        return found

    return [
        db.select(*_line(Kind.READ_FIRST, Assignment.case_id, at=first))
        .where(first.is_not(None), Assignment.read_at.is_(None), _mine(Assignment.case_id))
        .order_by(first),
        db.select(*_line(Kind.READ_FIRST, SafeContact.case_id, at=contact))
        .where(contact_queries.UNREAD, _mine(SafeContact.case_id))
        .order_by(contact),
        handed_in(Kind.HANDED_IN, Form.id, Form.run_id.is_(None)),
        handed_in(Kind.IN_EXERCISE, Form.run_id, Form.run_id.is_not(None)),
        *to_do(_mine(Assignment.case_id, resting=False)),
    ]


def _in_private() -> list[Select[Any]]:
    """What came in private and this mediator has not looked at: words for the other, an answer to the question about
    them, and somebody's wish to speak alone. And, under "to do" as a form is, the question itself.

    There are few words for the other, so their lists begin at all of them that go on.
    """
    asked, told = HeldWords.asked_at, WishSent.at
    since = func.coalesce(HeldWords.answered_at, HeldWords.accepted_at)
    came = _last(_CAME_IN, HeldWords.case_id, HeldWords.id, held.FORM)
    read = _last(_READ, HeldWords.case_id, HeldWords.run_id, mine=True)
    return [
        db.select(*_line(Kind.IN_PRIVATE, HeldWords.case_id, at=since))
        .where(not_(among(HeldWords.way, Way.DELIVERED)), held.GOING_ON, held.HANDED_IN, _mine(HeldWords.case_id))
        .where(_before(read, came))
        .order_by(since),
        db.select(*_line(Kind.IN_PRIVATE, WishSent.case_id, WishSent.run_id, told))
        .where(WishSent.seen_at.is_(None), among(WishSent.wish, Wish.ALONE), told >= bindparam("new"))
        .where(_mine(WishSent.case_id))
        .order_by(told),
        db.select(*_line(Kind.TO_DO, HeldWords.case_id, HeldWords.receiver_id, asked))
        .where(held.UNANSWERED, _mine(HeldWords.case_id, resting=False))
        .order_by(asked),
    ]


def _last(verbs: tuple[str, ...], case: Any, *subjects: Any, mine: bool = False) -> Any:
    """The number of the last line of the log of a case that says one of these of one of these.

    By number and not by time: somebody may hand in within the second in which the page was read.
    """
    last = db.select(AuditEntry.number).where(
        AuditEntry.case_id == case,
        AuditEntry.subject_id.in_(subjects),
        AuditEntry.verb.in_([literal_column(f"'{verb}'") for verb in verbs]),
        *((AuditEntry.actor_id == _ME,) if mine else ()),
    )
    return last.order_by(AuditEntry.number.desc()).limit(1).correlate_except(AuditEntry).scalar_subquery()


def _before(read: Any, came: Any) -> ColumnElement[bool]:
    """Whether it was read last before it came in last, or never."""
    earlier: ColumnElement[bool] = func.coalesce(read, literal_column("0")) < func.coalesce(came, literal_column("1"))
    return earlier


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

    made = db.select(Report.session_id).where(among(Report.state, *_NOT_RELEASED))
    return [
        line(Kind.PAST, among(state, SessionState.PLANNED), planned < bindparam("begin"), states=LIVING),
        line(Kind.WRITE_UP, among(state, SessionState.ENDED), states=_KEPT),
        line(Kind.REPORTS, MediationSession.id.in_(made), states=_KEPT),
    ]


def _on_agreements() -> list[Select[Any]]:
    """What was said and is not released, what is to be looked back at, and what somebody may confirm."""
    case, said = Agreement.case_id, Agreement.said_at
    unconfirmed = or_(
        and_(
            among(Participant.letter, Letter.A), not_(among(Agreement.who, Who.B)), Agreement.confirmed_a_at.is_(None)
        ),
        and_(
            among(Participant.letter, Letter.B), not_(among(Agreement.who, Who.A)), Agreement.confirmed_b_at.is_(None)
        ),
    )
    there = Agreement.removed_at.is_(None)
    return [
        db.select(*_line(Kind.RELEASE, case, at=said))
        .where(among(Agreement.standing, Standing.SAID), there, _mine(case, resting=False))
        .order_by(said),
        db.select(*_line(Kind.REVIEW, case, at=said))
        .where(Agreement.review_on <= bindparam("day"), among(Agreement.standing, *READ_BY_BOTH), there, _mine(case))
        .order_by(Agreement.review_on),
        db.select(*_line(Kind.CONFIRM, case, Participant.id, Agreement.released_at))
        .join(Participant, Participant.case_id == case)
        .where(among(Agreement.standing, Standing.RELEASED), there, unconfirmed, _mine(case, resting=False))
        .order_by(said),
    ]


def _messages(*, mail: bool) -> Select[Any]:
    """How many people's messages are for the mediator to pass on or to try again, as one line.

    As "Ready to send" lists them: what may not go now is not among them (`may_go`).
    """
    by_hand = not_(and_(*BY_MAIL)) if mail else true()
    failed = among(Message.state, MessageState.FAILED)
    found: Select[Any] = (
        db.select(*_line(Kind.MESSAGES, None, count=func.count(Participant.id.distinct())))
        .select_from(Message)
        .join(Participant, Participant.id == Message.recipient_id)
        .where(among(Message.state, MessageState.FAILED, MessageState.WAITING))
        .where(or_(failed, by_hand))
        .where(_mine(Participant.case_id, or_(may_go(), failed), states=frozenset(CaseState) - SHUT))
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
    suits = or_(Case.suitability.is_(None), not_(among(Case.suitability, Suitability.NOT_SUITABLE)))
    return [
        db.select(*_line(Kind.SIGN, case, Participant.id))
        .where(*here, Participant.accepted_at.is_not(None), _mine(case, suits, states=_SIGNING, resting=False))
        .order_by(Participant.created_at),
        db.select(*_line(Kind.FIRST_VISIT, case, Participant.id, made))
        .where(*here, Participant.accepted_at.is_(None), made.is_not(None), _mine(case, resting=False))
        .order_by(Participant.created_at),
    ]
