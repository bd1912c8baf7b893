"""What may happen to an agreement: said, taken back, changed, released, confirmed, ended, replaced."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from dataclasses import replace as replace_values
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from werkzeug.exceptions import NotFound

from mediator.agreements import queries
from mediator.agreements.models import Agreement
from mediator.agreements.terms import MOVES, Kind, Standing, Who
from mediator.cases import gates
from mediator.cases.models import Case
from mediator.cases.terms import CaseState
from mediator.core import audit
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.seen import version as mark
from mediator.core.visibility import Letter, Visibility

#: How long something said can be taken back: 10 seconds on the page, and grace for slow hands and slow nets.
UNDO = timedelta(seconds=60)
WORDS_LIMIT = 300
#: The source of what replaced an earlier agreement; its source id is the earlier one.
REPLACED = "agreement"
#: Cases in which nothing new is said any more.
OVER = frozenset({CaseState.CLOSED, CaseState.RETENTION, CaseState.ERASED, CaseState.ENDED})

NEEDS_WHAT = "Write what was said."
TOO_LONG = "Keep this to 300 characters."
ONE_PERSON = "A commitment is one person’s. Choose who."
BOTH = "Agreements and boundaries hold for both."
NOT_THERE = "The second person is not in this case yet."
PAST = "Choose today or a later day."
BEFORE = "Choose a day that is not before the first."
STALE = "This was changed in the meantime. Nothing was saved. Open it again and look before you go on."
NOT_NOW = "This can’t be confirmed now. Nothing was saved."


class Unfit(ValueError):
    """What was said can't stand like this. `errors` are sentences by field: who, what, seen, otherwise, until …"""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)


@dataclass(frozen=True)
class Said:
    """What was said, as plain values. Days are days in the case's zone.

    `seen` is how we will see it, `otherwise` what is done where it can't be kept, or said where a line is crossed. It
    is looked at again on `review_on`, or in each session where that is None. `spoken` are those who said yes aloud, in
    the room: for the mediator's record, and no confirmation.
    """

    kind: Kind
    who: Who
    what: str
    until: date | None = None
    review_on: date | None = None
    seen: str | None = None
    from_on: date | None = None
    otherwise: str | None = None
    spoken: frozenset[Letter] = frozenset()


def today(case: Case) -> date:
    """The day it is where the case is."""
    return now().astimezone(ZoneInfo(case.zone)).date()


def problems(case: Case, said: Said, before: Agreement | None = None) -> dict[str, str]:
    """What keeps it from standing like this, by field; empty means nothing.

    An end or a day to look back may lie in the past only where it already stood like that `before`. A beginning may:
    what is written up afterwards began when it was said.
    """
    errors: dict[str, str] = {}
    if said.kind is Kind.COMMITMENT and said.who is Who.BOTH:
        errors["who"] = ONE_PERSON
    elif said.kind is not Kind.COMMITMENT and said.who is not Who.BOTH:
        errors["who"] = BOTH
    elif said.who is not Who.A and case.participant(Letter.B) is None:
        errors["who"] = NOT_THERE
    if not said.what.strip():
        errors["what"] = NEEDS_WHAT
    elif len(said.what) > WORDS_LIMIT:
        errors["what"] = TOO_LONG
    for name, text in (("seen", said.seen), ("otherwise", said.otherwise)):
        if text is not None and len(text) > WORDS_LIMIT:
            errors[name] = TOO_LONG
    days = {
        "until": (said.until, before.until if before else None),
        "review_on": (said.review_on, before.review_on if before else None),
    }
    errors |= {name: PAST for name, (day, stood) in days.items() if day and day < today(case) and day != stood}
    if said.from_on and said.until and said.until < said.from_on:
        errors.setdefault("until", BEFORE)
    return errors


def say(
    staff_id: uuid.UUID,
    case: Case,
    id: uuid.UUID,  # noqa: A002  the new row's, from the hidden field of the form
    said: Said,
    source_kind: str = "case",
    source_id: uuid.UUID | None = None,
) -> Agreement:
    """Write down what was just said: the mediators' record until it is released. A repeat finds the row.

    `source_id` is where it was said (a session); without one, the case itself. Raises NotFound for somebody who does
    not mediate the case and for an id of another case, Refused once the case is over, Unfit with sentences by field.
    """
    if staff_id not in {row.staff_id for row in case.mediators}:
        raise NotFound
    standing = db.session.get(Agreement, id)
    if standing is not None:
        if standing.case_id != case.id:
            raise NotFound
        return standing
    if case.state in OVER:
        raise Refused("This case is over. Nothing new is written down in it.")
    if errors := problems(case, said):
        raise Unfit(errors)
    row = Agreement(
        id=id,
        case_id=case.id,
        standing=Standing.SAID,
        visibility=Visibility.RECORD,
        source_kind=source_kind,
        source_id=source_id or case.id,
        said_at=now(),
    )
    _write(row, said)
    db.session.add(row)
    audit.record("agreement.said", case=case.id, subject=row.id)
    return row


def as_said(row: Agreement) -> Said:
    """A row as plain values. Needs a ring that opens its words."""
    spoken = {Letter.A: row.spoken_a, Letter.B: row.spoken_b}
    return Said(
        kind=row.kind,
        who=row.who,
        what=row.what,
        until=row.until,
        review_on=row.review_on,
        seen=row.seen,
        from_on=row.from_on,
        otherwise=row.otherwise,
        spoken=frozenset(letter for letter, yes in spoken.items() if yes),
    )


def may_take_back(row: Agreement, at: datetime) -> bool:
    """Whether it can still be taken back: only said, and within the undo."""
    return row.removed_at is None and row.standing is Standing.SAID and at <= row.said_at + UNDO


def take_back(row: Agreement) -> None:
    """Take back what was just written down; it is never shown again. Taken back twice is taken back once.

    What it was to replace stands again as it stood. Raises Refused after the undo, and once it was released.
    """
    _lock([row])
    if row.removed_at is not None:
        return
    at = now()
    if not may_take_back(row, at):
        raise Refused("It is too late to take this back. You can end it instead.")
    row.removed_at = at
    audit.record("agreement.taken-back", case=row.case_id, subject=row.id)
    if row.source_kind == REPLACED and (old := db.session.get(Agreement, row.source_id)) is not None:
        old.replaced_by, old.ended_at = None, None
        old.standing = Standing.IN_FORCE if _all_confirmed(old) else Standing.RELEASED


def version(rows: Iterable[Agreement]) -> str:
    """A mark of exactly these words, so that a page that is out of date is noticed. Standings are not in it."""
    return mark(*((row.id, _in_order(as_said(row))) for row in rows))


def change(case: Case, row: Agreement, said: Said, seen_version: str) -> bool:
    """Correct the words while they are only said; whether anything changed. To other words nobody has said yes yet.

    Raises Refused once both could read it and where somebody changed it meanwhile, Unfit with sentences by field.
    """
    _lock([row])
    if row.standing is not Standing.SAID:
        raise Refused("Both could read this already, so its words stay. You can end it or replace it.")
    if seen_version != version([row]):
        raise Refused(STALE)
    if errors := problems(case, said, row):
        raise Unfit(errors)
    stood, told = as_said(row), _tidy(said)
    if stood == told:
        return False
    if replace_values(stood, spoken=told.spoken) != told:
        told = replace_values(told, spoken=frozenset())  # whoever said yes aloud said it to the words that stood
    _write(row, told)
    audit.record("agreement.changed", case=case.id, subject=row.id)
    return True


def release(case: Case, rows: Sequence[Agreement], seen_version: str) -> int:
    """Make what was said joint: from now on both read these words. Returns how many were released just now.

    Sent twice it is released once. Raises Refused where a gate is closed, and where the words are not those of the
    preview any more.
    """
    _lock(rows)
    if seen_version != version(rows) or any(row.standing is Standing.ENDED for row in rows):
        raise Refused(STALE)
    waiting = [row for row in rows if row.standing is Standing.SAID]
    if waiting and (closed := queries.closed_for_release(case)):
        raise Refused(" ".join(gates.SENTENCES[gate] for gate in sorted(closed)))
    at = now()
    for row in waiting:
        row.standing, row.visibility, row.released_at = Standing.RELEASED, Visibility.JOINT, at
        audit.record("agreement.released", case=case.id, subject=row.id)
    return len(waiting)


def confirm(case: Case, row: Agreement, letter: Letter) -> None:
    """One person confirms what binds them. In force once everybody it binds has. Confirmed twice is confirmed once.

    Raises NotFound for what was never released or does not bind this person, Refused where it can't be confirmed now:
    one sentence for whatever the reason is (a hold, a break, an end, a new version).
    """
    _lock([row])
    if row.visibility is not Visibility.JOINT or letter not in queries.bound(row):
        raise NotFound
    if row.standing not in queries.READ_BY_BOTH or queries.closed_for_confirming(case):
        raise Refused(NOT_NOW)
    if queries.confirmed_at(row, letter) is not None:
        return
    if letter is Letter.A:
        row.confirmed_a_at = now()
    else:
        row.confirmed_b_at = now()
    audit.record("agreement.confirmed", case=case.id, subject=row.id)
    if _all_confirmed(row):
        row.standing = Standing.IN_FORCE


def end(case: Case, row: Agreement) -> None:
    """It holds no longer. Nobody reads it as something agreed any more; the row stays. Ended twice is ended once."""
    _lock([row])
    if row.standing is Standing.ENDED:
        return
    _move(row, Standing.ENDED)
    audit.record("agreement.ended", case=case.id, subject=row.id)


def replace(staff_id: uuid.UUID, case: Case, row: Agreement, id: uuid.UUID, said: Said) -> Agreement:  # noqa: A002
    """Something else is said in its place: the old one holds no longer, the new one is said. A repeat finds it.

    Raises Refused where the old one was never released (its words can still be changed) or is over, Unfit with
    sentences by field.
    """
    _lock([row])
    if row.replaced_by == id:
        return queries.one(case.id, id)
    if Standing.REPLACED not in MOVES[row.standing]:
        raise Refused(STALE)
    if db.session.get(Agreement, id) is not None:
        raise Refused(STALE)
    new = say(staff_id, case, id, said, source_kind=REPLACED, source_id=row.id)
    _move(row, Standing.REPLACED)
    row.replaced_by = new.id
    audit.record("agreement.replaced", case=case.id, subject=row.id)
    return new


def _write(row: Agreement, said: Said) -> None:
    told = _tidy(said)
    row.kind, row.who, row.what = told.kind, told.who, told.what
    row.seen, row.otherwise = told.seen, told.otherwise
    row.from_on, row.until, row.review_on = told.from_on, told.until, told.review_on
    row.spoken_a, row.spoken_b = Letter.A in told.spoken, Letter.B in told.spoken


def _tidy(said: Said) -> Said:
    """Nothing is None, never an empty text."""
    return replace_values(said, seen=said.seen or None, otherwise=said.otherwise or None)


def _in_order(said: Said) -> tuple[object, ...]:
    """Every field, in an order that does not change from one process to the next."""
    return (*(getattr(said, one.name) for one in fields(said) if one.name != "spoken"), *sorted(said.spoken))


def _lock(rows: Iterable[Agreement]) -> None:
    """Look again and hold the rows: when both press at once on PostgreSQL, the second sees what the first did."""
    db.session.flush()
    for row in sorted(rows, key=lambda one: one.id):
        db.session.refresh(row, with_for_update=True)


def _all_confirmed(row: Agreement) -> bool:
    return all(queries.confirmed_at(row, letter) is not None for letter in queries.bound(row))


def _move(row: Agreement, to: Standing) -> None:
    if to not in MOVES[row.standing]:
        raise Refused(STALE)
    row.standing, row.ended_at = to, now()
