"""What the jobs process does for forms: which messages about one are still to be sent, and the reminder by itself.

A reminder goes within a quarter of an hour of the moment drawn for it, or at another one drawn anew: after a hold, or
once the mail server is back, two people would otherwise hear in the same second.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select, update

from mediator.cases.door_actions import BY_MAIL, REMINDER, SOMETHING_TO_ANSWER
from mediator.cases.models import Case, Participant
from mediator.cases.terms import CaseState, ParticipantWord, participant_word
from mediator.core import audit, outbox
from mediator.core.db import db
from mediator.core.outbox import Message, MessageState
from mediator.questionnaires import queries, reminders
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.reminding import LATE, Draw, awake, drawn_anew
from mediator.questionnaires.terms import TO_DO

#: Forms that one round looks at, the longest waiting first, so that a round ends.
MOST = 100
#: States after which nobody has anything to do, whatever was sent before.
_FINISHED = [state for state in CaseState if participant_word(state, hold=False) is ParticipantWord.FINISHED]
_OPEN = (Assignment.state.in_(TO_DO), Assignment.locked_at.is_(None))


def needed(at: datetime) -> ColumnElement[bool]:
    """Messages that are not about a form, or about one its participant still has to do in a case that goes on.

    A reminder also asks that its reader wants any; the one by itself, that the due time is still to come.
    """
    to_do = select(Assignment.id).join(Case, Case.id == Assignment.case_id).where(*_OPEN, Case.state.not_in(_FINISHED))
    wanted = to_do.join(Participant, Participant.id == Assignment.participant_id).where(Participant.reminders.is_(True))
    in_time = select(Assignment.id).where(Assignment.due_at > at)
    return and_(
        or_(Message.template != SOMETHING_TO_ANSWER, Message.subject_id.is_(None), Message.subject_id.in_(to_do)),
        or_(Message.template.not_in(reminders.TEMPLATES), Message.subject_id.in_(wanted)),
        or_(Message.template != REMINDER, Message.subject_id.in_(in_time)),
    )


def ready(at: datetime) -> ColumnElement[bool]:
    """Messages that may go now, as far as forms are concerned: no reminder by itself that is late (`remind`)."""
    return or_(Message.template != REMINDER, Message.made_at > at - LATE)


def anything_to_remind(at: datetime) -> bool:
    """Whether `remind` may find something: the cheap question of every round."""
    due = db.session.scalar(select(Assignment.id).where(Assignment.remind_at <= at).limit(1))
    return due is not None or db.session.scalar(select(Message.id).where(*_stale(at)).limit(1)) is not None


def remind(at: datetime, draw: Draw, *, mail: bool) -> int:
    """Put the reminders into the outbox that are due, and say how many. Done twice at one time, it does it once.

    What is late or at an hour when people sleep is drawn anew. Under a hold and on a break it waits; without a mail
    server (`mail`), too: nobody is asked to pass one on by hand. Past the due time it never goes.
    """
    _drop(at)
    _take_back(at, draw)
    if not mail:
        return 0
    sent = 0
    for assignment, zone in _due(at):
        due_at, moment = assignment.due_at, assignment.remind_at
        if due_at is None or moment is None:
            continue
        if moment <= at - LATE or not awake(at, ZoneInfo(zone)):
            _move(assignment, drawn_anew(at, due_at, ZoneInfo(zone), draw))
            continue
        message = outbox.put(
            REMINDER, recipient=assignment.participant_id, case=assignment.case_id, subject=assignment.id, due_at=at
        )
        message.made_at = at
        assignment.reminded_at, assignment.remind_at = at, None
        audit.record("form.reminded", case=assignment.case_id, subject=assignment.id)
        sent += 1
    return sent


def _due(at: datetime) -> Sequence[tuple[Assignment, str]]:
    """Forms whose reminder may go as the case stands, each with its reader's zone, and held until the round ends."""
    rows = db.session.execute(
        select(Assignment, Participant.zone)
        .join(Participant, Participant.id == Assignment.participant_id)
        .join(Case, Case.id == Assignment.case_id)
        .where(
            Assignment.remind_at <= at,
            Assignment.reminded_at.is_(None),
            *_OPEN,
            *BY_MAIL,
            Participant.reminders.is_(True),
            Participant.declined_on.is_(None),
            Case.hold.is_(False),
            Case.state.not_in([*_FINISHED, CaseState.PAUSED]),
        )
        .order_by(Assignment.remind_at, Assignment.id)
        .limit(MOST)
        .with_for_update(skip_locked=True, of=Assignment)
        .execution_options(populate_existing=True)
    )
    return [(assignment, zone) for assignment, zone in rows]


def _drop(at: datetime) -> None:
    """What is due by now is not called to mind any more, whatever kept it back."""
    rows = db.session.execute(
        update(Assignment)
        .where(Assignment.remind_at <= at, or_(Assignment.due_at.is_(None), Assignment.due_at <= at))
        .values(remind_at=None)
        .returning(Assignment.id, Assignment.case_id),
        execution_options={"synchronize_session": False},
    ).all()
    for row in rows:
        audit.record("form.reminder.dropped", case=row.case_id, subject=row.id)


def _take_back(at: datetime, draw: Draw) -> None:
    """Reminders that were put into the outbox and could not go in time: as if they had not been put there.

    The form is held first and its message after it, in the order in which handing in takes them.
    """
    late = select(Message.subject_id).where(*_stale(at))
    rows = db.session.execute(
        select(Assignment, Participant.zone)
        .join(Participant, Participant.id == Assignment.participant_id)
        .where(Assignment.id.in_(late))
        .limit(MOST)
        .with_for_update(skip_locked=True, of=Assignment)
        .execution_options(populate_existing=True)
    ).all()
    for assignment, zone in rows:
        taken = db.session.execute(
            update(Message)
            .where(*_stale(at), Message.subject_id == assignment.id)
            .values(state=MessageState.CANCELLED, done_at=at)
            .returning(Message.id),
            execution_options={"synchronize_session": False},
        ).first()
        if taken is None:
            continue
        assignment.reminded_at = None
        due_at = assignment.due_at if queries.editable(assignment) else None
        _move(assignment, drawn_anew(at, due_at, ZoneInfo(zone), draw) if due_at is not None else None)


def _stale(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Message.template == REMINDER, Message.state == MessageState.WAITING, Message.made_at <= at - LATE)


def _move(assignment: Assignment, moment: datetime | None) -> None:
    assignment.remind_at = moment
    verb = "form.reminder.moved" if moment is not None else "form.reminder.dropped"
    audit.record(verb, case=assignment.case_id, subject=assignment.id)
