"""Reading words that one person writes for the other: what each of the three may see of them now.

The author sees their own words and the mediator's note, and nothing that depends on the other. The receiver sees the
question once it was asked, and a copy once it was given to their phone. The mediator of the case sees both.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.exceptions import NotFound

from mediator.cases import gates
from mediator.cases.models import Case, Participant
from mediator.cases.queries import gate_facts
from mediator.cases.terms import Suitability
from mediator.core.db import db
from mediator.core.visibility import Letter, Sharing, Visibility
from mediator.core.words import say as _
from mediator.exercises import locks, modes, queries
from mediator.exercises.held import rows as held_rows
from mediator.exercises.held.rows import ANSWERING
from mediator.exercises.models import ExerciseRun, HeldWords
from mediator.exercises.terms import How, Outcome, RunState, Way
from mediator.questionnaires import comparing, values
from mediator.questionnaires import queries as forms
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.shown import Shown
from mediator.questionnaires.terms import AnswerState, AssignmentState

#: With safeguards the two are not brought together for it. For the mediator and nobody else.
APART = "With safeguards it is not read aloud by its author. Ask how else it may reach them."


@dataclass(frozen=True)
class Line:
    """One part of what was written: the label that both would read, the words as typed, whether its author keeps it."""

    part: str
    question: str
    label: str
    lines: Sequence[str]
    kept: bool


@dataclass(frozen=True)
class Given:
    """What a receiver reads: the frozen copy, part by part, without what its author keeps since.

    `known`: they said that its author may know that it was received.
    """

    id: uuid.UUID
    lines: Sequence[tuple[str, Sequence[str]]]
    away: bool
    known: bool


@dataclass(frozen=True)
class Slip:
    """What lies on a receiver's start page: a question, or words (`given`). `quiet`: answered, or put away."""

    id: uuid.UUID
    given: bool
    quiet: bool


def state(case: Case, run: ExerciseRun) -> tuple[modes.Run, modes.Held]:
    """The machine's state of such a run."""
    whole = queries.state_of(case, run)
    held = whole.stages[0]
    if not isinstance(held, modes.Held):
        raise NotFound
    return whole, held


def form_of(run: ExerciseRun, row: HeldWords) -> Assignment:
    """Its author's form. Raises NotFound where there is none (any more)."""
    found: Assignment | None = db.session.scalar(
        db.select(Assignment).where(
            Assignment.form_id == run.stages[0].form_id, Assignment.participant_id == row.author_id
        )
    )
    if found is None:
        raise NotFound
    return found


def words(assignment: Assignment, kept: Sequence[str]) -> list[Line]:
    """What its author wrote, part by part, as far as the ring in use opens it: left out what was left empty."""
    return [
        Line(part.key, sheet.question.text, part.label or sheet.question.text, lines, part.key in kept)
        for sheet in forms.filled([assignment])[0].sheets
        for part in sheet.question.parts
        if (outcome := sheet.outcome(part.key)).state is AnswerState.ANSWERED
        and (lines := values.show(part, outcome.value))
    ]


def copied(lines: Sequence[Line]) -> dict[str, Any]:
    """The copy that is frozen when the words are given: all but what their author keeps."""
    return {
        "parts": [{"part": one.part, "label": one.label, "lines": list(one.lines)} for one in lines if not one.kept]
    }


# -- the author --------------------------------------------------------------------------------------------------------


def authored(assignment: Assignment) -> tuple[ExerciseRun, HeldWords] | None:
    """The run and row that a form of one's own belongs to; None for every other form."""
    run = db.session.get(ExerciseRun, assignment.form.run_id) if assignment.form.run_id is not None else None
    if run is None or not held_rows.is_held(run):
        return None
    row = held_rows.of_run(run)
    return (run, row) if row.author_id == assignment.participant_id else None


# -- the receiver ------------------------------------------------------------------------------------------------------


def mine(person: Participant, held_id: uuid.UUID) -> tuple[ExerciseRun, HeldWords]:
    """What is held for this person, once they were asked or it was given. Raises NotFound for everything else alike."""
    row = db.session.get(HeldWords, held_id)
    if row is None or row.receiver_id != person.id or (row.asked_at is None and row.delivered_at is None):
        raise NotFound
    return queries.run_of(person.case, row.run_id), row


def may_answer(case: Case, run: ExerciseRun, row: HeldWords, held: modes.Held) -> bool:
    """Whether the receiver finds the question now: asked, not given yet, and neither a break nor a lock."""
    return (
        row.asked_at is not None
        and held.way in ANSWERING
        and run.state is RunState.RUNNING
        and not queries.locked(case, run)
    )


def given(case: Case, run: ExerciseRun, row: HeldWords, held: modes.Held) -> Given | None:
    """The copy as its receiver may read it now, or None. Gates are asked at this moment; needs the receiver's ring."""
    if row.copy_bytes is None or held.way is not Way.DELIVERED or row.closed_at is not None:
        return None
    item = _item(held, kept=False, allowed=run.stages[0].form_id not in queries.locked_forms(case))
    if gates.showing(gate_facts(case), item):
        return None
    open_now = {piece.item for piece in held.reads(held.author.other)}
    lines = [(one["label"], one["lines"]) for one in row.copy["parts"] if one["part"] in open_now]
    return Given(row.id, lines, row.put_away_at is not None, bool(row.may_know)) if lines else None


def slips(person: Participant) -> list[Slip]:
    """What there is for a receiver on their start page now."""
    found = []
    for row in held_rows.for_receiver(person.id):
        run = queries.run_of(person.case, row.run_id)
        held = state(person.case, run)[1]
        away = row.put_away_at is not None
        if given(person.case, run, row, held) is not None:
            found.append(Slip(row.id, given=True, quiet=away))
        elif may_answer(person.case, run, row, held):
            found.append(Slip(row.id, given=False, quiet=away or row.answered_at is not None))
    return found


# -- the mediator ------------------------------------------------------------------------------------------------------


def closed(case: Case, run: ExerciseRun, row: HeldWords, held: modes.Held) -> list[str]:
    """What keeps the words from being given now, in sentences for the mediator."""
    item = _item(held, kept=set(held.items) <= held.kept, allowed=not queries.locked(case, run))
    facts = gate_facts(case, read_first=comparing.waits_to_be_read(case))
    found = [str(_(gates.SENTENCES[gate])) for gate in sorted(gates.opening(facts, item))]
    if row.how is How.ALOUD and facts.suitability is Suitability.SAFEGUARDS:
        found.append(str(_(APART)))
    return found


def _item(held: modes.Held, *, kept: bool, allowed: bool) -> gates.ItemFacts:
    """What the gates depend on: the author's leave is that it was accepted with them, and nothing less than a yes."""
    ready = held.way in {*ANSWERING, Way.DELIVERED}
    side = gates.Side(submitted=ready, offered=ready, kept=kept)
    return gates.ItemFacts(
        sharing=Sharing.OFFERED,
        visibility=Visibility.PRIVATE,
        a=side if held.author is Letter.A else gates.Side(),
        b=side if held.author is Letter.B else gates.Side(),
        author=held.author,
        exercise_allowed=allowed,
        receiver_yes=held.way in {Way.WANTED, Way.DELIVERED},
    )


def handed_in(assignment: Assignment) -> bool:
    """Whether the mediator may read it now."""
    return assignment.state is AssignmentState.SUBMITTED


# -- both --------------------------------------------------------------------------------------------------------------


def received(case: Case) -> list[Shown]:
    """One line for each that was received and may be known, where it was kept for both. Never a word of the text."""
    rows = db.session.execute(
        db.select(HeldWords, ExerciseRun)
        .join(ExerciseRun, ExerciseRun.id == HeldWords.run_id)
        .where(
            HeldWords.case_id == case.id,
            HeldWords.delivered_at.is_not(None),
            HeldWords.may_know.is_(True),
            ExerciseRun.outcome == Outcome.JOINT,
        )
        .order_by(HeldWords.delivered_at.desc(), HeldWords.id)
    ).all()
    if not rows:
        return []
    shut, facts = queries.locked_forms(case), gate_facts(case)
    found = []
    for row, run in rows:
        item = _item(state(case, run)[1], kept=False, allowed=run.stages[0].form_id not in shut)
        if not gates.showing(facts, item):
            stage = run.stages[0]
            found.append(
                Shown(
                    id=row.id,
                    form=stage.form_id,
                    part="",
                    opened_at=row.delivered_at,
                    step="",
                    question=run.spec["stages"][0]["received"],
                    label="",
                    entries=[],
                    common=[],
                )
            )
    return found


def reasons(case: Case, run: ExerciseRun) -> list[str]:
    """Why the exercise is locked now, for the mediator alone."""
    return [str(_(locks.SENTENCES[lock])) for lock in sorted(queries.locked(case, run))]
