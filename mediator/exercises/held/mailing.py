"""The message that there is something new on one's page, for the receiver of words that the other wrote.

It goes where a form's message would go, in a form's words: whoever reads it over a shoulder learns neither that there
is a letter nor whose. Nothing goes by itself: it follows the mediator's question, and the mediator's giving to a phone.
"""

from __future__ import annotations

from mediator.cases import door_actions
from mediator.cases.models import Case
from mediator.core import outbox
from mediator.core.db import db
from mediator.exercises.models import ExerciseRun, HeldWords


def announce(case: Case, row: HeldWords) -> None:
    """Tell the receiver that there is something new. Without an address nothing waits: the mediator tells them."""
    receiver = next(person for person in case.participants if person.id == row.receiver_id)
    if receiver.email_index is not None:
        outbox.put(door_actions.SOMETHING_NEW, recipient=receiver.id, case=case.id, subject=row.id)


def call_off(row: HeldWords) -> None:
    """What was to be said about it is not needed any more: answered, handed back, closed."""
    outbox.cancel(subject=row.id)


def call_off_all(run: ExerciseRun) -> None:
    """The same for whatever a run holds for somebody; for most runs that is nothing."""
    for row in db.session.scalars(db.select(HeldWords).where(HeldWords.run_id == run.id)):
        call_off(row)
