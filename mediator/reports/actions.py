"""What may happen to the reports of a session: asked for, made or failed, final, released, withdrawn.

They go through it as a set. The part that is the same in every copy is only the same while none of them is made alone,
and one person's copy begins with it: so it is never released before the joint one, and goes when that is withdrawn.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, update

from mediator.agreements import actions as agreement_actions
from mediator.agreements import queries as agreements
from mediator.agreements.models import Agreement
from mediator.agreements.terms import Standing
from mediator.cases import gates
from mediator.cases.models import Case
from mediator.core import audit
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.pdf import Pdf
from mediator.core.visibility import Visibility
from mediator.reports import queries
from mediator.reports.models import Report
from mediator.reports.period import HELD
from mediator.reports.terms import FIXED, Reader, ReportState
from mediator.sessions import confirming
from mediator.sessions.models import MediationSession
from mediator.sessions.terms import Attendees

#: How long a claimed set is its maker's alone, and after how many tries in vain it has failed.
LEASE = timedelta(minutes=1)
TRIES = 2
#: After a try in vain the next waits a moment, for what went wrong to pass.
PAUSE = timedelta(seconds=5)

NOT_HELD = "Reports are made once the session has ended."
ON_HOLD = "The case is on hold. Everything joint has stopped, reports too."
FIXED_ALREADY = "A report of this session is final or released. Withdraw it first, then make them again."
JOINT_FIRST = "The personal copies begin with the summary. Release it to both first."
UNCONFIRMED = (
    "A sentence in these copies says who said or felt something, and it is not confirmed. Tick it with the summary "
    "once whoever said it has confirmed it. Or say it without a name, withdraw the copies and make them again."
)
IN_SUMMARY = (
    "A sentence that goes into the copies says who said or felt something, and it is not confirmed. You can make the "
    "copies. They are released once it is confirmed, or said without a name before they are made."
)
NOT_LOOKED = (
    "These copies were made before sentences were looked through for who said what. Withdraw them and make them again."
)
STALE = "Something changed in the meantime. Nothing was released. Look again before you go on."


@dataclass(frozen=True)
class Claimed:
    """The waiting reports of one session while they are one maker's, by reader. `attempts` counts this try too."""

    session_id: uuid.UUID
    case_id: uuid.UUID
    wanted_by: uuid.UUID
    reports: Mapping[Reader, uuid.UUID]
    attempts: int
    leased_until: datetime


def make(case: Case, session: MediationSession, staff_id: uuid.UUID) -> bool:
    """Ask for the set: a waiting row for each reader. Asked twice it waits once; whether anything was asked just now.

    Raises Refused before the session has ended, under a hold for a joint session, and once one of them is final.
    """
    db.session.execute(db.select(MediationSession.id).where(MediationSession.id == session.id).with_for_update())
    rows = {row.reader: row for row in queries.of_session(session)}
    if any(row.state is ReportState.WAITING for row in rows.values()):
        return False
    if session.state not in HELD:
        raise Refused(NOT_HELD)
    if session.attendees is Attendees.BOTH and case.hold:
        raise Refused(ON_HOLD)
    if not queries.may_make(rows.values()):
        raise Refused(FIXED_ALREADY)
    at = now()
    for reader in queries.readers(case, session):
        row = rows.get(reader)
        if row is None:
            person = queries.person_of(case, reader)
            row = Report(
                case_id=case.id, session_id=session.id, reader=reader, participant_id=person.id if person else None
            )
            db.session.add(row)
        _wait(row, staff_id, at)
        audit.record("report.asked", case=case.id, subject=row.id)
    return True


def finish(rows: Sequence[Report]) -> int:
    """Fix the drafts of a set: from now on they stay as they are. Returns how many became final just now."""
    drafts = [row for row in rows if row.state is ReportState.DRAFT]
    at = now()
    for row in drafts:
        row.state, row.finished_at = ReportState.FINAL, at
        audit.record("report.final", case=row.case_id, subject=row.id)
    return len(drafts)


def said_in(session: MediationSession) -> list[Agreement]:
    """What was said in this session and becomes readable to both with the joint copy, oldest first."""
    rows = agreements.of_source(session.case_id, session.id)
    return [row for row in rows if row.standing is Standing.SAID]


def closed(case: Case, session: MediationSession, rows: Sequence[Report]) -> list[str]:
    """What keeps these reports of this session from being released now, in sentences for the mediator."""
    if session.state not in HELD:
        return [NOT_HELD]
    if session.attendees is Attendees.BOTH:
        found = [gates.SENTENCES[gate] for gate in sorted(agreements.closed_for_release(case))]
    else:
        found = [] if not case.hold and case.state in queries.ALONE_STATES else [gates.SENTENCES[gates.Gate.STATE]]
    return [*found, *([_who_said_what(rows)] if queries.unconfirmed(session, rows) else [])]


def kept_back(case: Case, session: MediationSession, rows: Sequence[Report]) -> str:
    """What the mediator reads beforehand of sentences that say who said what and are not confirmed; empty for none.

    Asked of copies that are final or released, or else of what copies would be made from. Those that went out before
    sentences were looked through are let be.
    """
    fixed = [row for row in rows if row.state in FIXED]
    if fixed:
        asked = [row for row in fixed if row.state is ReportState.FINAL or row.attributed is not None]
        return _who_said_what(asked) if queries.unconfirmed(session, asked) else ""
    confirmed = confirming.confirmed(session)
    return IN_SUMMARY if any(one.mark not in confirmed for one in confirming.attributed_in(case, session)) else ""


def release(case: Case, session: MediationSession, chosen: Iterable[uuid.UUID], seen_version: str) -> int:
    """Let final reports reach their readers: the joint one both at once, a personal copy its one person.

    What was said in the session becomes joint with the joint copy. Released twice is released once; returns how many
    were released just now. Raises Refused where a gate is closed (a sentence that says who said what and is not
    confirmed closes one), where a personal copy would come before the summary, and where what was said is not what the
    mediator just read (`seen_version`).
    """
    rows = queries.of_session(session)
    wanted = [row for row in rows if row.id in set(chosen) and row.state is ReportState.FINAL]
    if not wanted:
        return 0
    if sentences := closed(case, session, wanted):
        raise Refused(" ".join(sentences))
    joint = next((row for row in rows if row.reader is Reader.JOINT), None)
    if joint is not None and joint.state is not ReportState.RELEASED and joint not in wanted:
        raise Refused(JOINT_FIRST)
    if joint in wanted and session.attendees is Attendees.BOTH:
        said = said_in(session)
        if agreement_actions.version(said) != seen_version:
            raise Refused(STALE)
        agreement_actions.release(case, said, seen_version)
    at = now()
    for row in wanted:
        row.state, row.released_at = ReportState.RELEASED, at
        row.visibility = Visibility.JOINT if row.reader is Reader.JOINT else Visibility.PRIVATE
        audit.record("report.released", case=case.id, subject=row.id)
    return len(wanted)


def withdraw(rows: Sequence[Report], report: Report) -> None:
    """No further display; that it was released stays logged. The joint copy takes the personal ones along.

    Withdrawn twice is withdrawn once.
    """
    going = rows if report.reader is Reader.JOINT else [report]
    at = now()
    for row in going:
        if row.state in FIXED:
            row.state, row.withdrawn_at, row.visibility = ReportState.WITHDRAWN, at, Visibility.RECORD
            audit.record("report.withdrawn", case=row.case_id, subject=row.id)


def any_due(at: datetime) -> bool:
    """Whether anything waits to be made: the cheap question of every second."""
    return db.session.scalar(db.select(Report.id).where(_due(at)).limit(1)) is not None


def claim(at: datetime) -> Claimed | None:
    """Take the longest waiting set for this maker alone, until the lease lapses. Commit before rendering.

    Sets that were tried often enough without an end (the maker died over them) have failed.
    """
    worn = db.session.scalars(db.select(Report).where(_due(at), Report.attempts >= TRIES)).all()
    _fail(worn)
    db.session.flush()
    first = db.session.execute(
        db.select(Report.session_id).where(_due(at)).order_by(Report.wanted_at, Report.id).limit(1)
    ).scalar()
    if first is None:
        return None
    rows = db.session.execute(
        update(Report)
        .where(Report.session_id == first, _due(at))
        .values(leased_until=at + LEASE, attempts=Report.attempts + 1)
        .returning(Report.id, Report.reader, Report.case_id, Report.wanted_by, Report.attempts),
        execution_options={"synchronize_session": False},
    ).all()
    if not rows:
        return None
    return Claimed(
        session_id=first,
        case_id=rows[0].case_id,
        wanted_by=rows[0].wanted_by,
        reports={row.reader: row.id for row in rows},
        attempts=max(row.attempts for row in rows),
        leased_until=at + LEASE,
    )


def settle_made(claimed: Claimed, made: Mapping[Reader, Pdf], opened: Sequence[uuid.UUID],
                attributed: Sequence[str], at: datetime) -> bool:  # fmt: skip
    """Keep the finished files, all of the set or none; False where it is not this maker's any more, or on hold now."""
    rows = _held(claimed)
    if rows is None:
        return False
    case = db.session.get_one(Case, claimed.case_id)
    session = db.session.get_one(MediationSession, claimed.session_id)
    if case.hold and session.attendees is Attendees.BOTH:
        for row in rows:  # it waits as if it had not been claimed, and no try is counted
            row.leased_until, row.attempts = None, row.attempts - 1
        return False
    for row in rows:
        file = made[row.reader]
        row.pdf = file.data
        row.pages, row.sha256 = file.pages, hashlib.sha256(file.data).hexdigest()
        row.opened, row.attributed = [str(one) for one in opened], list(attributed)
        row.state, row.made_at, row.leased_until = ReportState.DRAFT, at, None
        audit.record("report.made", case=row.case_id, subject=row.id)
    return True


def settle_vain(claimed: Claimed, at: datetime) -> None:
    """This try was in vain: the set waits for another, or has failed where this was the last."""
    rows = _held(claimed)
    if rows is None:
        return
    if claimed.attempts >= TRIES:
        _fail(rows)
    else:
        for row in rows:
            row.leased_until = at + PAUSE


def _who_said_what(rows: Sequence[Report]) -> str:
    return NOT_LOOKED if any(row.attributed is None for row in rows) else UNCONFIRMED


def _wait(row: Report, staff_id: uuid.UUID, at: datetime) -> None:
    row.state, row.visibility = ReportState.WAITING, Visibility.RECORD
    row.wanted_at, row.wanted_by = at, staff_id
    row.leased_until, row.attempts = None, 0
    row.made_at = row.finished_at = row.released_at = row.withdrawn_at = None
    row.pages = row.sha256 = row.pdf = row.attributed = None
    row.opened = []


def _fail(rows: Sequence[Report]) -> None:
    for row in rows:
        row.state, row.leased_until = ReportState.FAILED, None
        audit.record("report.failed", case=row.case_id, subject=row.id)


def _held(claimed: Claimed) -> list[Report] | None:
    """The claimed rows while all of them are still this maker's: a lease taken over by another settles nothing."""
    rows = db.session.scalars(
        db.select(Report)
        .where(
            Report.id.in_(claimed.reports.values()),
            Report.state == ReportState.WAITING,
            Report.leased_until == claimed.leased_until,
        )
        .with_for_update()
    ).all()
    return list(rows) if len(rows) == len(claimed.reports) else None


def _due(at: datetime) -> ColumnElement[bool]:
    """Waiting, and nobody's (a lease from the future too: the clock went back); joint ones not under a hold."""
    free = or_(Report.leased_until.is_(None), Report.leased_until <= at, Report.leased_until > at + LEASE)
    held = (
        db.select(MediationSession.id)
        .join(Case, Case.id == MediationSession.case_id)
        .where(Case.hold.is_(True), MediationSession.attendees == Attendees.BOTH)
    )
    return and_(Report.state == ReportState.WAITING, free, Report.session_id.not_in(held))
