"""Reading runs of exercises, and the state of the machine (`modes`) that the rows stand for."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, column, table
from sqlalchemy.orm import selectinload
from werkzeug.exceptions import NotFound

from mediator.cases.models import Case, Opening, Participant
from mediator.cases.queries import gate_facts
from mediator.core.db import Id, db, read_rows
from mediator.core.visibility import Letter, Visibility
from mediator.exercises import locks, modes
from mediator.exercises.held import rows as held_rows
from mediator.exercises.models import ExerciseRun, RunStage, SharedText, WishSent
from mediator.exercises.reading import exercises
from mediator.exercises.terms import ON_PHONES, UNDER_WAY, Mode, Outcome, Phase, Place, Wish, on_phones
from mediator.questionnaires.comparing import SUBJECT
from mediator.questionnaires.models import Answer, Assignment, Form
from mediator.questionnaires.terms import AssignmentState

_WITH_STAGES = selectinload(ExerciseRun.stages)
#: A form of a run with its author's marks: whose copy, whether it is handed in, and per part kept and offered.
_MARKS = (
    db.select(Assignment.form_id, Assignment.participant_id, Assignment.state, Assignment.locked_at, Answer.part_key,
              Answer.kept, Answer.offered)
    .outerjoin(Answer, (Answer.assignment_id == Assignment.id) & (Answer.visibility != Visibility.SAFETY))
    .where(Assignment.form_id.in_(bindparam("forms", expanding=True)))
)  # fmt: skip
_OPENINGS = db.select(Opening.subject_id, Opening.part_key, Opening.author_id, Opening.withdrawn_at).where(
    Opening.case_id == bindparam("case"),
    Opening.subject_kind == SUBJECT,
    Opening.subject_id.in_(bindparam("forms", expanding=True)),
)
#: Sessions stand to the right and aren't known here: by their table's name nothing is asked but whose one is, and
#: whether it is with both and was not cancelled.
_SESSIONS = table(
    "mediation_sessions", column("id", Id()), column("case_id", Id()), column("attendees"), column("state")
)
_TEXTS = db.select(SharedText.position, SharedText.rev, SharedText.agreed_a, SharedText.agreed_b).where(
    SharedText.run_id == bindparam("run")
)
_RUNS_OF_FORMS = (
    db.select(
        Form.id, ExerciseRun.key, ExerciseRun.place, ExerciseRun.outcome, ExerciseRun.only,
        RunStage.key.label("stage"),
    )
    .join(ExerciseRun, ExerciseRun.id == Form.run_id)
    .outerjoin(RunStage, RunStage.form_id == Form.id)
    .where(Form.case_id == bindparam("case"))
)  # fmt: skip


def run_of(case: Case, run_id: uuid.UUID, *, lock: bool = False) -> ExerciseRun:
    """A run of this case; with `lock` held until the request ends. Raises NotFound for any other."""
    wanted = db.select(ExerciseRun).where(ExerciseRun.id == run_id, ExerciseRun.case_id == case.id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found: ExerciseRun | None = db.session.scalar(wanted.options(_WITH_STAGES))
    if found is None:
        raise NotFound
    return found


def is_session_of(case: Case, session_id: uuid.UUID) -> bool:
    """Whether a session is one of this case in which an exercise may be done: with both, and not cancelled."""
    wanted = db.select(_SESSIONS.c.case_id).where(
        _SESSIONS.c.id == session_id, _SESSIONS.c.attendees == "both", _SESSIONS.c.state != "cancelled"
    )
    return bool(db.session.scalar(wanted) == case.id)


def runs(case_id: uuid.UUID) -> Sequence[ExerciseRun]:
    """Every run of a case, newest first."""
    rows: Sequence[ExerciseRun] = db.session.scalars(
        db.select(ExerciseRun)
        .where(ExerciseRun.case_id == case_id)
        .order_by(ExerciseRun.started_at.desc(), ExerciseRun.id)
        .options(_WITH_STAGES)
    ).all()
    return rows


def live_run(case_id: uuid.UUID, *, lock: bool = False) -> ExerciseRun | None:
    """The run that is on both phones now, or None: not what is done at home, and not what is on one screen for all."""
    return _going(case_id, ON_PHONES, lock=lock)


def going(case_id: uuid.UUID) -> ExerciseRun | None:
    """The run that both are in now, on their phones or on one screen; there is at most one. At home is none."""
    return _going(case_id, ON_PHONES | {Place.SCREEN}, lock=False)


def _going(case_id: uuid.UUID, places: frozenset[Place], *, lock: bool) -> ExerciseRun | None:
    wanted = db.select(ExerciseRun).where(
        ExerciseRun.case_id == case_id,
        ExerciseRun.ended_at.is_(None),
        ExerciseRun.place.in_(places),
        ExerciseRun.state.in_(UNDER_WAY),
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found: ExerciseRun | None = db.session.scalars(
        wanted.order_by(ExerciseRun.started_at.desc()).options(_WITH_STAGES)
    ).first()
    return found


def followed_run(case_id: uuid.UUID, *, lock: bool = False) -> ExerciseRun | None:
    """The run a phone follows: the one on both phones; without one, what both read and agree to at home, or None.

    What is on one screen for all is followed by no phone: a yes of one of them would stand before everybody.
    """
    run = live_run(case_id, lock=lock)
    if run is not None:
        return run
    wanted = (
        db.select(ExerciseRun)
        .join(RunStage, (RunStage.run_id == ExerciseRun.id) & (RunStage.position == ExerciseRun.at))
        .where(
            ExerciseRun.case_id == case_id,
            ExerciseRun.ended_at.is_(None),
            ExerciseRun.only.is_(None),
            ExerciseRun.place != Place.SCREEN,
            ExerciseRun.state.in_(UNDER_WAY),
            RunStage.mode == Mode.TOGETHER,
        )
    )
    if lock:
        wanted = wanted.with_for_update(of=ExerciseRun).execution_options(populate_existing=True)
    found: ExerciseRun | None = db.session.scalars(
        wanted.order_by(ExerciseRun.started_at.desc(), ExerciseRun.id).options(_WITH_STAGES)
    ).first()
    return found


def facts(case: Case) -> locks.Facts:
    """What the locks depend on in this case, now."""
    return locks.Facts(gate_facts(case), case.closure)


def locked(case: Case, run: ExerciseRun) -> frozenset[locks.Lock]:
    """What keeps a run from being shown now. To both it looks like a pause, whatever it is."""
    exercise, now_facts = exercises().get(run.key), facts(case)
    if exercise is None:
        return frozenset({locks.Lock.NOTHING})
    found = locks.locks(exercise, run.place, now_facts)
    return found | locks.part(exercise, stage_here(run).key, now_facts) if now_facts.safeguards else found


def shut_forms(case: Case, run: ExerciseRun) -> frozenset[uuid.UUID]:
    """The forms of a run of which nothing is shown to both now, be it for the whole or for their stage alone."""
    exercise, now_facts = exercises().get(run.key), facts(case)
    whole = exercise is None or bool(locks.locks(exercise, run.place, now_facts))
    return frozenset(
        stage.form_id
        for stage in run.stages
        if stage.form_id is not None and (whole or (exercise and locks.part(exercise, stage.key, now_facts)))
    )


def ends_after(case: Case, run: ExerciseRun) -> int:
    """How many stages of a run are done as the case stands now: with safeguards it ends where what is closed begins.

    Where the run is there already, it stays: it is locked, and goes on or is ended.
    """
    exercise, now_facts = exercises().get(run.key), facts(case)
    if exercise is not None and now_facts.safeguards:
        for stage in run.stages[run.at + 1 :]:
            if locks.part(exercise, stage.key, now_facts):
                return stage.position
    return len(run.stages)


def locked_forms(case: Case) -> frozenset[uuid.UUID]:
    """The forms of exercises that are locked now, or whose run was not kept for both: nothing of them is shown."""
    found = set()
    known, now_facts = exercises(), facts(case)
    for form_id, key, place, outcome, _only, stage in read_rows(_RUNS_OF_FORMS, {"case": case.id}):
        closed = locks.kept_from_both(known.get(key), stage, place, now_facts)
        if closed or outcome not in {None, Outcome.JOINT}:
            found.add(form_id)
    return frozenset(found)


def put_away(case_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """The forms of runs that were not kept for both: nothing of them stands on any paper.

    What was given to one person alone was never for both: it leaves their own paper only where it is discarded. Whether
    it is in the record or with the mediator depends on what the other said to it, and their paper is not to tell that.
    """
    rows = read_rows(_RUNS_OF_FORMS, {"case": case_id})
    return frozenset(
        form
        for form, _key, _place, outcome, only, _stage in rows
        if outcome is Outcome.DISCARDED or (outcome is Outcome.MEDIATOR and only is None)
    )


def of_lists(case_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """The forms on which lines of a list of both are marked: the words are the other's, too, and may never stand."""
    known = exercises()
    return frozenset(
        row.id
        for row in read_rows(_RUNS_OF_FORMS, {"case": case_id})
        if row.key in known and any(one.marks and one.key == row.stage for one in known[row.key].stages)
    )


def state_of(case: Case, run: ExerciseRun) -> modes.Run:
    """The machine's state that the rows of a run stand for. Reads no words but those of the copy."""
    forms = [stage.form_id for stage in run.stages if stage.form_id is not None]
    letters = {person.id: person.letter for person in case.participants}
    marks: dict[uuid.UUID, list[Any]] = {form: [] for form in forms}
    shown: dict[uuid.UUID, dict[modes.Piece, bool]] = {form: {} for form in forms}  # and whether it stands open now
    if forms:
        for row in read_rows(_MARKS, {"forms": forms}):
            marks[row.form_id].append(row)
        for row in read_rows(_OPENINGS, {"case": case.id, "forms": forms}):
            piece = modes.Piece(row.part_key, letters.get(row.author_id) if row.author_id is not None else None)
            of_form = shown[row.subject_id]
            of_form[piece] = of_form.get(piece, False) or row.withdrawn_at is None
    turns = {one["key"]: one["turns"] for one in run.spec["stages"] if one["turns"]}
    items = {one["key"]: tuple(one["items"]) for one in run.spec["stages"]}
    mine = {one["key"] for one in run.spec["stages"] if one.get("own")}
    together = _together(run) if any(one.mode is Mode.TOGETHER for one in run.stages) else {}
    one_screen = run.place is Place.SCREEN
    stages: list[modes.Stage] = []
    for stage in run.stages:
        match stage.mode:
            case Mode.TURNS:
                stages.append(_turns(stage, turns[stage.key], one_screen=one_screen))
            case Mode.TOGETHER:
                rev, agreed = together.get(stage.position, (0, frozenset()))
                stages.append(modes.Together(rev, agreed, one_screen))
            case Mode.HELD:
                rows = marks[stage.form_id] if stage.form_id is not None else []
                stages.append(held_rows.machine(run, items[stage.key], letters, rows))
            case _ if stage.key in mine:  # whether anything is written there, nobody asks
                stages.append(modes.Writing(stage.mode, items[stage.key], mine=True))
            case _:
                stages.append(_writing(stage, items[stage.key], letters, marks, shown))
    return modes.Run(tuple(stages[: ends_after(case, run)]), run.at, run.state)


def _turns(stage: RunStage, spec: Mapping[str, Any], *, one_screen: bool) -> modes.Turns:
    return modes.Turns(
        spec["rounds"],
        stage.speaker or Letter.A,
        stage.turn,
        stage.phase or Phase.SPEAK,
        stage.not_yet,
        one_screen,
        listen_only=spec.get("listen_only", False),
    )


def _together(run: ExerciseRun) -> dict[int, tuple[int, frozenset[tuple[Letter, int]]]]:
    """By stage: how often the text of both was changed, and which words each said yes to."""
    rows = read_rows(_TEXTS, {"run": run.id})
    return {
        row.position: (
            row.rev,
            frozenset(
                (letter, rev) for letter, rev in ((Letter.A, row.agreed_a), (Letter.B, row.agreed_b)) if rev is not None
            ),
        )
        for row in rows
    }


def _writing(
    stage: RunStage,
    items: tuple[str, ...],
    letters: Mapping[uuid.UUID, Letter],
    marks: Mapping[uuid.UUID, list[Any]],
    shown: Mapping[uuid.UUID, Mapping[modes.Piece, bool]],
) -> modes.Writing:
    rows = marks.get(stage.form_id, []) if stage.form_id is not None else []
    pieces = shown.get(stage.form_id, {}) if stage.form_id is not None else {}
    return modes.Writing(
        mode=stage.mode,
        items=items,
        handed_in=frozenset(letters[row.participant_id] for row in rows if row.state is AssignmentState.SUBMITTED),
        offered=frozenset(modes.Piece(row.part_key, letters[row.participant_id]) for row in rows if row.offered),
        kept=frozenset(modes.Piece(row.part_key, letters[row.participant_id]) for row in rows if row.kept),
        opened=frozenset(piece for piece, now in pieces.items() if now),
        shown=frozenset(pieces),
    )


def is_own(run: ExerciseRun) -> bool:
    """Whether what is written in a run stays with its author alone."""
    return any(one.get("own") for one in run.spec["stages"])


def stage_here(run: ExerciseRun) -> RunStage:
    """The stage a run is at."""
    return run.stages[run.at]


def assignment_here(run: ExerciseRun, person: Participant) -> Assignment | None:
    """This person's own form of the stage a run is at; None where nothing is written there."""
    form_id = stage_here(run).form_id
    if form_id is None:
        return None
    found: Assignment | None = db.session.scalar(
        db.select(Assignment).where(Assignment.form_id == form_id, Assignment.participant_id == person.id)
    )
    return found


def run_of_assignment(assignment: Assignment) -> ExerciseRun | None:
    """The run on both phones that a form of a participant belongs to; None for a form of its own, and at home."""
    run_id = assignment.form.run_id
    run = db.session.get(ExerciseRun, run_id) if run_id is not None else None
    return run if run is not None and on_phones(run.place) and run.state in UNDER_WAY else None


def open_on_a_break(case: Case, run_id: uuid.UUID) -> bool:
    """Whether the forms of a run stay to be answered on a break, and so under a hold, which has to look like one."""
    run = db.session.get(ExerciseRun, run_id)
    exercise = exercises().get(run.key) if run is not None and run.place is Place.HOME else None
    return run is not None and exercise is not None and exercise.hold and not locked(case, run)


@dataclass(frozen=True)
class Told:
    """What a participant told the mediator unseen."""

    id: uuid.UUID
    letter: Letter
    wish: str
    at: datetime
    seen_at: datetime | None


def waits_to_be_seen(run: ExerciseRun, person: Participant, wish: Wish, *, since: datetime) -> bool:
    """Whether somebody told this since then and no mediator has seen it yet."""
    row = db.session.scalar(
        db.select(WishSent.id)
        .where(WishSent.run_id == run.id, WishSent.participant_id == person.id, WishSent.wish == wish)
        .where(WishSent.seen_at.is_(None), WishSent.at >= since)
        .limit(1)
    )
    return row is not None


def told(case: Case, run: ExerciseRun) -> list[Told]:
    """What came from the phones during a run, latest first."""
    letters = {person.id: person.letter for person in case.participants}
    rows = db.session.scalars(
        db.select(WishSent).where(WishSent.run_id == run.id).order_by(WishSent.at.desc(), WishSent.id)
    )
    return [Told(row.id, letters[row.participant_id], row.wish.value, row.at, row.seen_at) for row in rows]
