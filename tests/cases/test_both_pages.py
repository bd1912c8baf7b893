"""The number both phones may ask for grows only by what both may know of: never by what one of them did or was told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from mediator.cases import state_actions
from mediator.cases.models import Case
from mediator.cases.terms import CaseState, Suitability
from mediator.core import live
from mediator.core.db import db
from mediator.core.sealed import ring_of
from mediator.core.visibility import Letter, Viewer
from tests.factories import Pair

DAY = date(2026, 1, 5)
STATES = [state for state in CaseState if state is not CaseState.ERASED]
#: What a mediator records, and what of it is about one of the two.
RECORDED: dict[str, Callable[[Case], object]] = {
    "seen alone": lambda case: person(case, "seen_alone_on", DAY),
    "not seen alone": lambda case: person(case, "seen_alone_on", None),
    "signed": lambda case: person(case, "signed_on", DAY),
    "signature taken back": lambda case: person(case, "signed_on", None),
    "declined": lambda case: person(case, "declined_on", DAY),
    "suitable": lambda case: save(case, suitability=Suitability.USUAL),
    "safeguards": lambda case: save(case, suitability=Suitability.SAFEGUARDS),
    "not suitable": lambda case: save(case, suitability=Suitability.NOT_SUITABLE),
    "hold": lambda case: state_actions.put_on_hold(case, "Why", state_actions.hold_version(case)),
    "hold lifted": lambda case: state_actions.lift_hold(case, state_actions.hold_version(case)),
}
#: What shows nowhere even while joint work is open; nobody declines, loses a signature or is unsuitable unseen.
UNSEEN = {"seen alone", "not seen alone", "signed", "suitable", "hold lifted"}
AT_WORK = {CaseState.ACTIVE, CaseState.CLOSING}


def person(case: Case, field: str, day: date | None) -> None:
    """Record one day of A's."""
    record = state_actions.record(case)
    dates = state_actions.Dates(**{**vars(record.dates[Letter.A]), field: day})
    save(case, dates={**record.dates, Letter.A: dates})


def save(case: Case, **changes: object) -> None:
    """Save the record with these changes, as its page does."""
    record = state_actions.Record(**{**vars(state_actions.record(case)), **changes})
    state_actions.save_record(case, record, state_actions.record_version(case), answered=True)


def told(pair: Pair, act: Callable[[Case], object]) -> tuple[int, int]:
    """How often the phones and the desk were told of an act, nothing of which is kept."""
    with ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))):
        before = live.version(pair.case, live.BOTH), live.version(pair.case, live.DESK)
        act(db.session.get_one(Case, pair.case))
        db.session.flush()
        after = live.version(pair.case, live.BOTH), live.version(pair.case, live.DESK)
        return after[0] - before[0], after[1] - before[1]


def beginning(pair: Pair, state: CaseState, hold: bool) -> None:
    """The case as it stands before: both signed and seen alone, suitable as usual."""
    case = db.session.get_one(Case, pair.case)
    case.state, case.hold = state, hold
    for one in case.participants:
        one.seen_alone_on = one.signed_on = date(2026, 1, 1)
    case.suitability = Suitability.USUAL
    db.session.commit()


@pytest.mark.parametrize("hold", [False, True])
def test_what_is_recorded_of_one_person_or_before_the_work_tells_no_phone(pair: Pair, hold: bool) -> None:
    """In every state; while joint work is open phones are told what opens or shuts it, as their pages then change."""
    for state in STATES:
        beginning(pair, state, hold)
        for name, act in RECORDED.items():
            both, desk = told(pair, act)
            db.session.rollback()
            shown = {"hold lifted"} if hold else RECORDED.keys() - UNSEEN
            seen = state in AT_WORK and name in shown
            assert both == (1 if seen else 0), (state, hold, name)
            assert both <= desk <= 1, (state, hold, name)


@pytest.mark.parametrize("state", [CaseState.INTAKE, CaseState.ASSESSED])
def test_moves_before_the_work_tell_no_phone(pair: Pair, state: CaseState) -> None:
    """Assessed and agreed read like intake: so reads the number."""
    beginning(pair, state, hold=False)
    to = {CaseState.INTAKE: CaseState.ASSESSED, CaseState.ASSESSED: CaseState.AGREED}[state]
    assert told(pair, lambda case: state_actions.move(case, to, state)) == (0, 1)


def test_a_break_tells_both_phones_once(pair: Pair) -> None:
    """And a hold put on during it tells them nothing more."""
    beginning(pair, CaseState.ACTIVE, hold=False)
    assert told(pair, lambda case: state_actions.move(case, CaseState.PAUSED, CaseState.ACTIVE)) == (1, 1)
    assert told(pair, RECORDED["hold"]) == (0, 1)
