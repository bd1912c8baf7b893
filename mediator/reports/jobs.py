"""What the jobs process does for reports: claim a set, gather its words, render, keep the files.

Claiming, gathering and keeping are a transaction each; none is open while pages are laid out. What kills the process in
between leaves the set to its lease, and it is made once more.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from werkzeug.exceptions import NotFound

from mediator.cases.models import Case
from mediator.core.db import db
from mediator.core.delivery import Clock, step
from mediator.core.pdf import Pdf
from mediator.reports import actions, documents, gathering, queries
from mediator.reports.actions import Claimed
from mediator.reports.content import JointCopy, OwnCopy
from mediator.reports.terms import Reader
from mediator.sessions.models import MediationSession

log = logging.getLogger(__name__)


def render_waiting(clock: Clock, *, stopping: Callable[[], bool] = lambda: False) -> int:
    """Make every set that waits, one after the other; how many were made."""
    with step(writes=False):
        if not actions.any_due(clock()):
            return 0
    made = 0
    while not stopping():
        with step():
            claimed = actions.claim(clock())
        if claimed is None:
            break
        made += _one(claimed, clock)
    return made


def _one(claimed: Claimed, clock: Clock) -> bool:
    try:
        with step(writes=False):
            copies, both = _copies(claimed)
        files: Mapping[Reader, Pdf] = {reader: documents.render(copy) for reader, copy in copies.items()}
    except Exception as error:
        # One set that cannot be made must not stand in the way of all others. The error's text may hold words.
        log.error("reports of session %s could not be made: %s", claimed.session_id, type(error).__name__)
        with step():
            actions.settle_vain(claimed, clock())
        return False
    with step():
        return actions.settle_made(claimed, files, both.opened, both.attributed, clock())


def _copies(claimed: Claimed) -> tuple[Mapping[Reader, documents.Copy], gathering.Gathered]:
    """The copies of a set as plain values. The shared part is gathered once: the same words in all of them."""
    case = db.session.get_one(Case, claimed.case_id)
    session = db.session.get_one(MediationSession, claimed.session_id)
    if claimed.wanted_by not in {row.staff_id for row in case.mediators}:
        raise NotFound  # who asked does not mediate this case any more
    both = gathering.shared(case, session, claimed.wanted_by)
    copies: dict[Reader, documents.Copy] = {}
    for reader in claimed.reports:
        person = queries.person_of(case, reader)
        if person is None:
            copies[reader] = JointCopy(both.part)
        else:
            copies[reader] = OwnCopy(both.part, gathering.own(case, session, person))
    return copies, both
