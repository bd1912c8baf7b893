"""Running a session: start, move through the agenda, pause, make time fit, end, and take a step back.

Acts that would do harm if done twice ask for the `rev` the page showed; the others look at what is true now and do
nothing where it is done already.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_

from mediator.cases.models import Case
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.visibility import Letter
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.terms import AssignmentState
from mediator.sessions import caucus, planning, room, timers
from mediator.sessions.models import AgendaItem, Attendance, MediationSession
from mediator.sessions.room import NOT_RUNNING, STALE, UNDER_WAY, WRITABLE
from mediator.sessions.terms import ItemKind, ItemState, SessionState

#: How long a step can be taken back: 10 seconds on the page, and a minute of grace for slow hands and slow nets.
UNDO = timedelta(seconds=70)
TITLE_LENGTH = 120
NAME_LENGTH = 120
TOO_LATE = "It is too late to take this back."


def start(case: Case, meeting: MediationSession, *, live: bool) -> dict[str, Any] | None:
    """Start the clock with the first item, or (not live) open the session to be written up afterwards.

    What opens it to be written up ends it as well: returns what is needed to take that back, else None.
    Forms that were handed in can't be changed by their authors any more. Started twice is started once. Raises Refused
    where both may not meet now; what was held elsewhere may always be written up.
    """
    if meeting.state is not SessionState.PLANNED:
        return None
    at, before, planned_live = now(), _standing(meeting), meeting.live
    if live:
        if room.closed(case, meeting):
            raise Refused(room.NOT_NOW)
        room.state(meeting, SessionState.RUNNING)
        meeting.started_at = meeting.running_since = at
        if (first := room.following(meeting)) is not None:
            room.run(first, at)
    else:
        room.state(meeting, SessionState.ENDED)
        meeting.started_at = min(meeting.planned_at, at)
        meeting.ended_at = min(timers.ends_at(meeting.started_at, meeting.minutes), at)
        for item in meeting.items:
            item.state = ItemState.DONE
    meeting.live = live
    if room.is_joint(meeting):
        _close_forms(case, at)
    planning.note_next(case)
    room.changed(meeting, "session.started" if live else "session.write-up.begun")
    if live:
        return None
    return {**_way_back(meeting, before), "items": {}, "begun": {"at": at.isoformat(), "live": planned_live}}


def go_on(meeting: MediationSession, item_id: uuid.UUID | None, *, skip: bool = False) -> dict[str, Any] | None:
    """The present item is done (or passed over) and the next one begins; what is needed to take that back.

    `item_id` is the item the page showed, None where none was present (the agenda was done, or there was none, and one
    was added): where another window has gone on already, nothing happens.
    """
    at = room.in_the_room(meeting)
    present, coming = room.current(meeting), room.following(meeting)
    if (present.id if present is not None else None) != item_id or (present is None and coming is None):
        return None
    return _move(meeting, coming, ItemState.SKIPPED if skip else ItemState.DONE, at)


def jump(meeting: MediationSession, item_id: uuid.UUID) -> dict[str, Any] | None:
    """Go to any item, also back to one that was done or passed over; it goes on with what it had run."""
    at = room.in_the_room(meeting)
    target = room.item_of(meeting, item_id)
    if target.state is ItemState.RUNNING:
        return None
    return _move(meeting, target, ItemState.DONE, at)


def _move(meeting: MediationSession, target: AgendaItem | None, leave: ItemState, at: datetime) -> dict[str, Any]:
    before = _standing(meeting)
    if (present := room.current(meeting)) is not None:
        room.stop(present, at)
        present.state = leave
    if target is not None:
        room.run(target, at)
    room.changed(meeting, "session.moved-on")
    return _way_back(meeting, before)


def pause(meeting: MediationSession) -> None:
    """Stop both clocks. Paused twice is paused once."""
    if meeting.state is SessionState.PAUSED:
        return
    at = room.in_the_room(meeting)
    room.state(meeting, SessionState.PAUSED)
    room.stop(meeting, at)
    if (present := room.current(meeting)) is not None:
        room.stop(present, at)
    room.changed(meeting, "session.paused")


def resume(case: Case, meeting: MediationSession) -> None:
    """Let both clocks run again. Raises Refused where both may not meet any more (a hold, for example)."""
    if meeting.state is SessionState.RUNNING:
        return
    if meeting.state is not SessionState.PAUSED:
        raise Refused(NOT_RUNNING)
    if room.closed(case, meeting):
        raise Refused(room.NOT_NOW)
    at = now()
    room.state(meeting, SessionState.RUNNING)
    room.go(meeting, at)
    if (present := room.current(meeting)) is not None:
        room.go(present, at)
    room.changed(meeting, "session.resumed")


def extend(meeting: MediationSession, item_id: uuid.UUID, more: int, rev: int) -> None:
    """Give an item `more` minutes. The session gets no longer by it."""
    room.fresh(meeting, rev)
    item = room.item_of(meeting, item_id)
    item.minutes = timers.extended(item.minutes, more)
    room.changed(meeting, "session.minutes.changed")


def take(meeting: MediationSession, source_id: uuid.UUID, wanted: int, rev: int) -> int:
    """Take minutes from a waiting item for the present one; how many there were to take."""
    room.fresh(meeting, rev)
    source, present = room.item_of(meeting, source_id), room.current(meeting)
    if present is None or source.state is not ItemState.WAITING:
        raise Refused(STALE)
    taken = timers.takeable(source.minutes, wanted)
    taken = timers.extended(present.minutes, taken) - present.minutes
    if taken == 0:
        raise Refused("That item has no minutes to give away.")
    source.minutes -= taken
    present.minutes += taken
    room.changed(meeting, "session.minutes.changed")
    return taken


def shorten(meeting: MediationSession, rev: int) -> bool:
    """Shorten everything that waits so that the session ends in time; whether it now does."""
    room.fresh(meeting, rev)
    if meeting.started_at is None:
        raise Refused(NOT_RUNNING)
    at = now()
    lengths = timers.fitted(room.blocks(meeting), meeting.started_at, meeting.minutes, at)
    for item, length in zip(meeting.items, lengths, strict=True):
        item.minutes = length
    room.changed(meeting, "session.minutes.changed")
    ending = timers.projected_end(room.blocks(meeting), at)
    return ending < timers.ends_at(meeting.started_at, meeting.minutes) + timedelta(minutes=1)


def add(meeting: MediationSession, item_id: uuid.UUID, title: str, minutes: int) -> AgendaItem:
    """Put an item right after the present one. The same form sent twice adds one. Raises Refused for a bad title."""
    standing = db.session.get(AgendaItem, item_id)
    if standing is not None:
        return room.item_of(meeting, item_id)
    if meeting.state not in UNDER_WAY:
        raise Refused(NOT_RUNNING)
    title = title.strip()
    if errors := unfit_item(title, str(minutes)):
        raise Refused(" ".join(errors.values()))
    present = room.current(meeting)
    place = present.position if present is not None else max((item.position for item in meeting.items), default=0)
    for item in meeting.items:
        if item.position > place:
            item.position += 1
    new = AgendaItem(id=item_id, case_id=meeting.case_id, session_id=meeting.id, position=place + 1,
                     kind=ItemKind.TALK, step="", minutes=minutes, locked_start=None, state=ItemState.WAITING,
                     running_since=None, spent=0)  # fmt: skip
    new.title = title
    meeting.items.append(new)
    meeting.items.sort(key=lambda item: item.position)
    room.changed(meeting, "session.item.added")
    return new


def unfit_item(title: str, minutes: str) -> dict[str, str]:
    """What keeps an item from being added like this, by field; empty means nothing."""
    errors = {}
    if not title.strip():
        errors["title"] = "Give the item a title."
    elif len(title.strip()) > TITLE_LENGTH:
        errors["title"] = "Keep the title to 120 characters."
    if not (minutes.isascii() and minutes.isdecimal() and 1 <= int(minutes[:9]) <= timers.LONGEST):
        errors["minutes"] = "Give a whole number of minutes from 1 to 240."
    return errors


def end(meeting: MediationSession) -> dict[str, Any] | None:
    """End the session; a caucus that goes on ends with it. What waits stays waiting, to be taken up another time.

    Returns what is needed to take that back, or None where it had ended already.
    """
    if meeting.state not in UNDER_WAY:
        return None
    at = now()
    if (alone := room.open_caucus(meeting)) is not None:
        caucus.leave(meeting, alone)
    before = _standing(meeting)
    room.state(meeting, SessionState.ENDED)
    room.stop(meeting, at)
    meeting.ended_at = at
    if (present := room.current(meeting)) is not None:
        room.stop(present, at)
        present.state = ItemState.DONE
    planning.note_next(db.session.get_one(Case, meeting.case_id))
    room.changed(meeting, "session.ended")
    return _way_back(meeting, before)


def in_time(step: dict[str, Any], at: datetime) -> bool:
    """Whether a step can still be taken back at this moment."""
    return at <= datetime.fromisoformat(step["at"]) + UNDO


def take_back(meeting: MediationSession, step: dict[str, Any]) -> None:
    """Put the session back to where it stood before the last move, the end, or the beginning of a write-up.

    Its clocks run as if that had not been.

    Raises Refused where it is too late or something else happened since.
    """
    at = now()
    if step["session"] != str(meeting.id) or step["rev"] != meeting.rev:
        raise Refused(STALE)
    if not in_time(step, at):
        raise Refused(TOO_LATE)
    was = SessionState(step["was"]["state"])
    if meeting.state is SessionState.ENDED and was is not meeting.state:
        meeting.state = was  # running, or paused as it was: no move of its own, the end is as if it had not been
        meeting.ended_at = None
    if "begun" in step:
        _not_begun(meeting, step["begun"])
    rows: Sequence[AgendaItem | MediationSession] = (meeting, *meeting.items)
    for row in rows:
        saved = step["was"] if row is meeting else step["items"].get(str(row.id))
        if saved is None:
            continue
        if isinstance(row, AgendaItem):
            row.state = ItemState(saved["state"])
        row.spent = saved["spent"]
        row.running_since = datetime.fromisoformat(saved["since"]) if saved["since"] else None
    planning.note_next(db.session.get_one(Case, meeting.case_id))
    room.changed(meeting, "session.step.taken-back")


def mark_left(meeting: MediationSession, item_id: uuid.UUID, *, left: bool) -> None:
    """Written up afterwards: say that an item was left out, or that it was done."""
    if meeting.live:
        raise Refused(NOT_RUNNING)
    room.item_of(meeting, item_id).state = ItemState.SKIPPED if left else ItemState.DONE
    room.changed(meeting, "session.item.marked")


def attend(meeting: MediationSession, there: dict[Letter, tuple[bool, str]]) -> None:
    """Who is there, and with whom: a support person or an interpreter by name. Only of people the session is with."""
    if meeting.state not in WRITABLE:
        raise Refused(NOT_RUNNING)
    rows = {row.letter: row for row in meeting.attendance}
    for letter in room.people(meeting):
        present, company = there[letter]
        if len(company) > NAME_LENGTH:
            raise Refused("Keep a name to 120 characters.")
        row = rows.get(letter)
        if row is None:
            row = Attendance(case_id=meeting.case_id, session_id=meeting.id, letter=letter)
            meeting.attendance.append(row)
        row.present = present
        row.with_whom = company.strip() or None
    room.changed(meeting, "session.attendance.recorded")


def _standing(meeting: MediationSession) -> dict[str, dict[str, Any]]:
    """Where the session and its items stand, without a word of anybody's: kept in the mediator's own cookie."""
    rows: Sequence[AgendaItem | MediationSession] = (meeting, *meeting.items)
    return {
        str(row.id): {
            "state": row.state.value,
            "spent": row.spent,
            "since": row.running_since.isoformat() if row.running_since else None,
        }
        for row in rows
    }


def _way_back(meeting: MediationSession, before: dict[str, dict[str, Any]]) -> dict[str, Any]:
    after = _standing(meeting)
    changed = {key: saved for key, saved in before.items() if saved != after[key]}
    own = str(meeting.id)
    return {
        "session": own,
        "rev": meeting.rev,
        "at": now().isoformat(),
        "was": before[own],
        "items": {key: saved for key, saved in changed.items() if key != own},
    }


def _not_begun(meeting: MediationSession, begun: dict[str, Any]) -> None:
    """It waits to be held as before: its items too, and the forms that were closed in that moment are open again."""
    meeting.started_at, meeting.live = None, begun["live"]
    for item in meeting.items:
        item.state = ItemState.WAITING
    closed = Assignment.locked_at == datetime.fromisoformat(begun["at"])
    for row in db.session.scalars(db.select(Assignment).where(Assignment.case_id == meeting.case_id, closed)):
        row.locked_at = None


def _close_forms(case: Case, at: datetime) -> None:
    """What was handed in for a session can't be changed by its author any more once the session has begun."""
    for row in db.session.scalars(
        db.select(Assignment).where(
            Assignment.case_id == case.id,
            Assignment.locked_at.is_(None),
            Assignment.state == AssignmentState.SUBMITTED,
            or_(Assignment.due_at.is_(None), Assignment.due_at <= at),
        )
    ):
        row.locked_at = at
