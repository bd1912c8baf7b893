"""Words of one for the other in the mediator's own record: the words, what the receiver said, and how it stands.

In no other copy: the author's own has their words as it has every answer of theirs, and the joint one a line at the
most (`exercises.joint`). What was discarded stands nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping

from mediator.cases.models import Case
from mediator.core.db import db
from mediator.core.visibility import Letter
from mediator.exercises.held import desk as held_desk
from mediator.exercises.models import ExerciseRun, HeldWords
from mediator.exercises.terms import Outcome
from mediator.reports import content, gathering
from mediator.reports.period import Period
from mediator.sessions.models import MediationSession


def kept(
    case: Case, session: MediationSession, period: Period, people: Mapping[Letter, content.Named]
) -> list[content.Kept]:
    """What belongs to a session: written since the one before, or started in it. Needs the mediator's ring."""
    forms = {form.run_id for form, _row in gathering.forms_of(case, period) if form.run_id is not None}
    rows = db.session.scalars(
        db.select(ExerciseRun)
        .join(HeldWords, HeldWords.run_id == ExerciseRun.id)
        .where(ExerciseRun.case_id == case.id)
        .order_by(ExerciseRun.started_at, ExerciseRun.id)
    ).unique()
    return [
        content.Kept(people[letter], run.spec["name"], label, list(lines))
        for run in rows
        if run.outcome is not Outcome.DISCARDED and (run.id in forms or run.session_id == session.id)
        for letter, label, lines in held_desk.record(case, run)
    ]
