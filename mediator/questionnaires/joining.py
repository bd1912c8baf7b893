"""Somebody joins a case, or takes back a no: what was set while the other was alone in it must not reach them.

A form's due time may go by the other's own session then (`due`), and would tell when that is. The forms this person
does not have lose it, and sending one to them asks for a new one first; what the other has stays as it is. Kept where
rows are written, whoever writes them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event, exists, inspect, update

from mediator.cases.models import Participant
from mediator.questionnaires.models import Assignment, Form


def watch() -> None:
    """Keep this rule from now on. Called for every application; twice is as once."""
    for when, listener in (("after_insert", _joined), ("after_update", _changed)):
        if not event.contains(Participant, when, listener):
            event.listen(Participant, when, listener)


def _joined(_mapper: Any, connection: Connection, person: Participant) -> None:
    _forget_due(connection, person)


def _changed(_mapper: Any, connection: Connection, person: Participant) -> None:
    declined = inspect(person).attrs.declined_on.history
    if declined.has_changes() and person.declined_on is None:
        _forget_due(connection, person)


def _forget_due(connection: Connection, person: Participant) -> None:
    has_it = exists().where(Assignment.form_id == Form.id, Assignment.participant_id == person.id)
    connection.execute(update(Form).where(Form.case_id == person.case_id, ~has_it).values(due_at=None))
