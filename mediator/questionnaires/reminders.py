"""Reminders of a form: the moment the one by itself is drawn for, one at a mediator's wish, and the person's choice.

What goes by itself is put into the outbox by the jobs process (`jobs.remind`); the rule of its moment is `reminding`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from secrets import randbelow
from zoneinfo import ZoneInfo

from mediator.cases import door_actions
from mediator.cases.models import Case, Participant
from mediator.cases.terms import ParticipantWord, participant_word
from mediator.core import audit, outbox
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.questionnaires import queries, reminding
from mediator.questionnaires.models import Assignment

#: Every reminder, whoever asked for it.
TEMPLATES = frozenset({door_actions.REMINDER, door_actions.REMINDER_ASKED_FOR})
#: A mediator may ask for no more than one in this time, for each form.
A_DAY = timedelta(days=1)
#: What a participant reads of the case while there may be something to do.
_WORKING = frozenset({ParticipantWord.GETTING_STARTED, ParticipantWord.IN_PROGRESS})


def draw(assignment: Assignment) -> None:
    """Set when its one reminder is due, from how the form stands now. Called wherever state or due time change.

    Never, where it is not to do, was called to mind already, or is due too soon for it.
    """
    assignment.remind_at = None
    if assignment.due_at is None or assignment.reminded_at is not None or not queries.editable(assignment):
        return
    zone = ZoneInfo(db.session.get_one(Participant, assignment.participant_id).zone)
    assignment.remind_at = reminding.drawn(now(), assignment.due_at, zone, randbelow)


def may_remind(case: Case, person: Participant, assignment: Assignment) -> bool:
    """Whether a mediator may ask for a reminder now: there is something to do, a way to say it, and a wish to hear it.

    Not on a break or under a hold, and not within a day of the one before.
    """
    return (
        person.reminders
        and person.email_index is not None
        and person.declined_on is None
        and queries.editable(assignment)
        and not door_actions.mail_waits(case)
        and participant_word(case.state, case.hold) in _WORKING
        and not _lately(assignment, now())
    )


def remind_now(case: Case, person: Participant, assignment: Assignment) -> bool:
    """Put a reminder into the outbox at a mediator's wish; the one by itself is not needed any more.

    False where one was sent within a day: nothing is sent then, so that twice is as once. Raises Refused where nobody
    may be reminded now.
    """
    db.session.flush()
    db.session.refresh(assignment, with_for_update=True)
    if _lately(assignment, now()):
        return False
    if not may_remind(case, person, assignment):
        raise Refused("No reminder can be sent now.")
    outbox.put(door_actions.REMINDER_ASKED_FOR, recipient=person.id, case=case.id, subject=assignment.id)
    assignment.reminded_at, assignment.remind_at = now(), None
    audit.record("form.reminder.asked", case=case.id, subject=assignment.id)
    return True


def choose(person: Participant, *, wanted: bool) -> None:
    """A person wants reminders, or none. What waits is then not sent. Twice is as once."""
    if person.reminders == wanted:
        return
    person.reminders = wanted
    if not wanted:
        waiting = db.select(outbox.Message).where(
            outbox.Message.recipient_id == person.id,
            outbox.Message.template.in_(TEMPLATES),
            outbox.Message.state.in_(outbox.UNDER_WAY | outbox.UNSETTLED),
        )
        for message in db.session.scalars(waiting):
            message.state, message.done_at = outbox.MessageState.CANCELLED, now()
    audit.record("participant.reminders.chosen", case=person.case_id, subject=person.id)


def _lately(assignment: Assignment, at: datetime) -> bool:
    return assignment.reminded_at is not None and assignment.reminded_at > at - A_DAY
