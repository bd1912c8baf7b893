"""Cases before the work in which a decision of the mediator waits: dates, flags and ids, and no words.

One query, whatever the number of cases; what follows from its rows the pure moves say (`cases.states`). Why a case
waits is left to its page: Today may lie open, and says the same of every one.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Uuid, bindparam, not_, or_

from mediator.cases import contact_queries, states
from mediator.cases.models import Case, CaseMediator, Door, Participant, SafeContact
from mediator.cases.queries import facts_of
from mediator.core.db import among, db, read_rows
from mediator.exercises.held import waiting as held
from mediator.overview.waiting import NEW, Kind, Waiting, Waits, in_order, unread
from mediator.questionnaires.models import Assignment, Form
from mediator.questionnaires.terms import AssignmentState

#: Rows that are looked at, two of each case: those of the newest cases.
MOST = 200


def with_decisions(found: Waiting, staff_id: uuid.UUID, *, at: datetime, limit: int) -> Waiting:
    """The same with a line for each case of this mediator in which a decision waits at this moment, `limit` at most."""
    rows = read_rows(_cases(), {"me": staff_id, "new": at - NEW})
    cases = [(case_id, list(people)) for case_id, people in groupby(rows, key=lambda row: row.case_id)]
    if len(rows) >= MOST:
        cases.pop()  # its second person may be beyond
    waits = [Waits(Kind.DECIDE, case_id, None, people[0].created_at) for case_id, people in cases if _waits(people)]
    waits.reverse()
    cut = {Kind.DECIDE} if len(waits) > limit or len(rows) >= MOST else set()
    return Waiting(in_order((*found.found, *waits[:limit])), found.cut | cut)


def _waits(people: list[Row[Any]]) -> bool:
    """What the moves say of one case, from its people's rows."""
    case, there = people[0], [one for one in people if one.declined_on is None]
    made = {one.id for one in people if one.door}
    facts = facts_of(people, made, suitability=case.suitability, hold=case.hold)
    read = bool(there) and all(one.handed_in for one in there) and not any(one.unread for one in people)
    return states.waits(case.state, facts, read=read)


@cache
def _cases() -> Select[Any]:
    def of_person(table: type[Any], *where: ColumnElement[bool]) -> Select[Any]:
        found: Select[Any] = db.select(table.id).where(table.participant_id == Participant.id, *where)
        return found

    handed_in = of_person(Assignment, among(Assignment.state, AssignmentState.SUBMITTED), not_(held.OF_ONE))
    new = handed_in.join(Form, Form.id == Assignment.form_id).where(unread())
    first = of_person(Assignment, Assignment.read_first_at.is_not(None), Assignment.read_at.is_(None))
    contact = of_person(SafeContact, contact_queries.UNREAD)
    door = of_person(Door)

    def there_is(*wanted: Select[Any]) -> ColumnElement[bool]:
        return or_(*(one.correlate(Participant).exists() for one in wanted))

    # Asked row by row, so that it begins at the few cases before the work and not at every case of a mediator.
    mine = db.select(CaseMediator.case_id).where(
        CaseMediator.case_id == Case.id, CaseMediator.staff_id == bindparam("me", type_=Uuid())
    )
    found: Select[Any] = (
        db.select(
            Case.id.label("case_id"),
            Case.state,
            Case.hold,
            Case.suitability,
            Case.created_at,
            Participant.id,
            Participant.letter,
            Participant.accepted_at,
            Participant.seen_alone_on,
            Participant.signed_on,
            Participant.declined_on,
            there_is(door).label("door"),
            there_is(handed_in).label("handed_in"),
            there_is(new, first, contact).label("unread"),
        )
        .join(Participant, Participant.case_id == Case.id)
        .where(among(Case.state, *states.NEXT), mine.correlate(Case).exists())
        .order_by(Case.created_at.desc(), Case.id, Participant.letter)
        .limit(MOST)
    )
    return found
