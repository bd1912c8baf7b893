"""Working on a text of both: changing it, saying yes to it, taking one's yes back. Every act is one of the machine's.

A change is for both at once, and asks both again. A yes is its author's and the mediator's to know: it moves nothing
but the mediator's page, and no number that a phone carries. On one screen for all everything is done in the open, in
the mediator's name (`by`), and no phone moves.
"""

from __future__ import annotations

from mediator.cases.models import Case
from mediator.core import audit, live
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.visibility import Letter
from mediator.exercises import modes, queries
from mediator.exercises.actions import STALE
from mediator.exercises.models import ExerciseRun, SharedText
from mediator.exercises.modes import Act, Do
from mediator.exercises.terms import Mode, Place
from mediator.exercises.together import queries as text_queries
from mediator.exercises.together import texts

#: Said where the words changed while somebody wrote theirs.
CHANGED = "The words were changed meanwhile. Nothing of yours is lost: both stand here."


class Changed(Refused):
    """Somebody else changed the words first: the page shows both."""


def write(case: Case, run: ExerciseRun, who: modes.Who, rev: int, text: texts.Text) -> None:
    """Change the text. `rev` is what its writer had before them. The same words sent twice change it once.

    Raises Changed where somebody was quicker, and Refused where it can't be changed now, or not by them.
    """
    _ready(case, run)
    if who in list(Letter) and run.place not in text_queries.BOTH_WRITE:
        raise Refused(STALE)
    row, body = text_queries.here(run), texts.to_body(text, text_queries.shape_of(run, run.at))
    if row is not None and row.body == body:
        return
    if (row.rev if row is not None else 0) != rev:
        raise Changed(CHANGED)
    after = _act(case, run, Act(who, Do.WRITE, rev=rev))
    if row is None:
        row = SharedText(case_id=run.case_id, run_id=run.id, position=run.at)
        db.session.add(row)
    row.rev, row.changed_at = after.rev, now()
    row.body = body
    run.rev += 1
    audit.record("exercise.text.changed", case=case.id, subject=run.id)
    live.bump(case.id, *((live.DESK,) if run.place is Place.SCREEN else (live.BOTH, live.DESK)))


def agree(case: Case, run: ExerciseRun, letter: Letter, rev: int, *, by: modes.Who | None = None) -> None:
    """Say yes to the words somebody had before them. Said twice is said once. Raises Refused where they changed.

    `by` is who presses it where that is not the one who says it: the mediator's session, on one screen for all.
    """
    _ready(case, run)
    row = text_queries.here(run)
    _act(case, run, _yes(Do.AGREE, letter, rev, by))
    if row is None or text_queries.said_yes(row, letter):
        return
    _say(row, letter, rev)
    _known_to_the_desk(case, run, "exercise.text.agreed")


def take_back(case: Case, run: ExerciseRun, letter: Letter, rev: int, *, by: modes.Who | None = None) -> None:
    """Take one's yes back: nobody has to give a reason, and the other's phone does not change. `by` as for a yes."""
    _ready(case, run)
    row = text_queries.here(run)
    if row is None or not text_queries.said_yes(row, letter):
        return
    _act(case, run, _yes(Do.DISAGREE, letter, rev, by))
    _say(row, letter, None)
    _known_to_the_desk(case, run, "exercise.text.taken-back")


def _ready(case: Case, run: ExerciseRun) -> None:
    if queries.stage_here(run).mode is not Mode.TOGETHER or queries.locked(case, run):
        raise Refused(STALE)


def _act(case: Case, run: ExerciseRun, act: Act) -> modes.Together:
    try:
        after = queries.state_of(case, run).after(act).stage
    except modes.NotNow:
        raise Refused(STALE) from None
    if not isinstance(after, modes.Together):
        raise Refused(STALE)
    return after


def _yes(do: Do, letter: Letter, rev: int, by: modes.Who | None) -> Act:
    return Act(letter, do, rev=rev) if by is None else Act(by, do, author=letter, rev=rev)


def _say(row: SharedText, letter: Letter, rev: int | None) -> None:
    if letter is Letter.A:
        row.agreed_a = rev
    else:
        row.agreed_b = rev


def _known_to_the_desk(case: Case, run: ExerciseRun, verb: str) -> None:
    audit.record(verb, case=case.id, subject=run.id)
    live.bump(case.id, live.DESK)
