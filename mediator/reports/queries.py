"""Reading reports: the set of one session for its mediator, and what a participant may download at this moment."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from werkzeug.exceptions import NotFound

from mediator.agreements import queries as agreements
from mediator.cases.models import Case, Participant
from mediator.cases.states import LIVING
from mediator.cases.terms import CaseState
from mediator.core import sealed
from mediator.core.db import db
from mediator.core.visibility import Letter, readable_rows
from mediator.exercises import joint
from mediator.reports.gathering import day_of
from mediator.reports.models import Report
from mediator.reports.terms import FIXED, Reader, ReportState
from mediator.sessions import confirming
from mediator.sessions.models import MediationSession
from mediator.sessions.terms import Attendees

#: States in which one person's own copy of a session with them alone can be read. Not on a break, as everything else.
ALONE_STATES = (LIVING - {CaseState.PAUSED}) | {CaseState.CLOSED}
_ORDER = {reader: place for place, reader in enumerate(Reader)}


@dataclass(frozen=True)
class Paper:
    """One report as its reader finds it: the joint summary or their own copy, and the day of the session."""

    id: uuid.UUID
    reader: Reader
    day: date


def session_of(case: Case, session_id: uuid.UUID) -> MediationSession:
    """A session of this case. Raises NotFound for any other."""
    row = db.session.scalar(
        db.select(MediationSession).where(MediationSession.id == session_id, MediationSession.case_id == case.id)
    )
    if row is None:
        raise NotFound
    found: MediationSession = row
    return found


def readers(case: Case, session: MediationSession) -> tuple[Reader, ...]:
    """Whom the reports of a session are for. A session with one person has one reader."""
    if session.attendees is not Attendees.BOTH:
        return (Reader(session.attendees.value),)
    return (Reader.JOINT, *(Reader.of(person.letter) for person in case.participants))


def of_session(session: MediationSession) -> list[Report]:
    """The reports of one session: joint, A, B."""
    rows = db.session.scalars(db.select(Report).where(Report.session_id == session.id)).all()
    return sorted(rows, key=lambda row: _ORDER[row.reader])


def one(session: MediationSession, report_id: uuid.UUID) -> Report:
    """A report of this session. Raises NotFound for any other."""
    return next((row for row in of_session(session) if row.id == report_id), None) or _missing()


def may_make(rows: Iterable[Report]) -> bool:
    """Whether the set may be made (again): nothing waits, and nothing of it is final or released."""
    return not any(row.state in FIXED or row.state is ReportState.WAITING for row in rows)


def shown_to(person: Participant) -> list[Paper]:
    """What this person may download at this moment, the latest session first. Needs their own ring."""
    rows = db.session.execute(
        db.select(Report, MediationSession)
        .join(MediationSession, MediationSession.id == Report.session_id)
        .where(
            Report.case_id == person.case_id,
            Report.state == ReportState.RELEASED,
            Report.reader.in_((Reader.JOINT, Reader.of(person.letter))),
            readable_rows(
                sealed.viewer(), visibility=Report.visibility, case=Report.case_id, author=Report.participant_id
            ),
        )
    ).all()
    joint = {report.session_id for report, _session in rows if report.reader is Reader.JOINT}
    gates = _Gates(person.case)
    shown = [
        (report, session) for report, session in rows
        if gates.open_for(report, session) and (session.attendees is not Attendees.BOTH or session.id in joint)
    ]  # fmt: skip
    papers = [Paper(report.id, report.reader, day_of(session, person.case.zone)) for report, session in shown]
    return sorted(papers, key=lambda paper: (-paper.day.toordinal(), _ORDER[paper.reader], paper.id))


def download(person: Participant, report_id: uuid.UUID) -> tuple[Paper, bytes]:
    """One file of this person, if it may be shown now. Raises NotFound for everything else alike."""
    paper = next((paper for paper in shown_to(person) if paper.id == report_id), None)
    if paper is None:
        raise NotFound
    data: bytes | None = db.session.get_one(Report, report_id).pdf
    if data is None:
        raise NotFound
    return paper, data


class _Gates:
    """What the gates say now, asked once a page.

    The part two people share follows the gates of everything joint. One person's copy of a session with them alone is
    no joint thing; it stops under a hold and on a break all the same, so that a break looks like a break.
    """

    def __init__(self, case: Case) -> None:
        self._joint = not agreements.closed_for_showing(case)
        self._alone = not case.hold and case.state in ALONE_STATES
        self._opened = {str(one) for one in joint.ids(case)} if self._joint else set()

    def open_for(self, report: Report, session: MediationSession) -> bool:
        """Whether a released report may be shown now: withdrawn openings take the papers that quote them along."""
        if session.attendees is not Attendees.BOTH:
            return self._alone
        return self._joint and self._opened.issuperset(report.opened)


def quotes_withdrawn(case: Case, rows: Sequence[Report]) -> bool:
    """Whether something in these reports may not be shown any more, so that both find no papers. For the mediator."""
    opened = {name for row in rows for name in row.opened}
    return bool(opened) and not {str(one) for one in joint.ids(case)}.issuperset(opened)


def unconfirmed(session: MediationSession, rows: Iterable[Report]) -> bool:
    """Whether a sentence that these papers hold says who said what without that person's confirmation.

    Asked of the words they were made from, whatever the summary says by now. Where nobody looked (they were made before
    sentences were looked through) nothing counts as confirmed.
    """
    confirmed = confirming.confirmed(session)
    return any(row.attributed is None or not confirmed.issuperset(row.attributed) for row in rows)


def person_of(case: Case, reader: Reader) -> Participant | None:
    """Whose own copy it is; None for the joint one."""
    return case.participant(Letter(reader.value)) if reader in {Reader.A, Reader.B} else None


def _missing() -> Report:
    raise NotFound
