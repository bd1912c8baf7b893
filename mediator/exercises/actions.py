"""Starting an exercise, taking it through its stages, pausing and ending it: every act is one of the machine's.

What does not fit the state raises Refused: somebody else was quicker. What both may know of bumps both live channels;
what one person did alone bumps the mediator's only, so that no phone learns anything from the other's doing.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from werkzeug.exceptions import NotFound

from mediator.cases.models import Case, Participant
from mediator.core import audit, live
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.visibility import Letter
from mediator.exercises import locks, modes, queries, stage_forms
from mediator.exercises.content import Exercise, Stage
from mediator.exercises.held import mailing
from mediator.exercises.held import rows as held_rows
from mediator.exercises.models import ExerciseRun, RunStage, WishSent
from mediator.exercises.modes import MEDIATOR, Act, Do
from mediator.exercises.reading import exercises
from mediator.exercises.spec import to_spec
from mediator.exercises.terms import Heard, Mode, Outcome, Phase, Place, RunState, Wish
from mediator.questionnaires import opening
from mediator.questionnaires.comparing import standing

STALE = "This has moved on meanwhile. The page shows how it stands now."
ONE_AT_A_TIME = "Another exercise is under way. End it first."
NOT_NOW = "This exercise is not open today."
FOR_WHOM = "Choose who it is for."
#: A turn of nobody's is never counted as longer than this, in seconds: somebody forgot to press.
LONGEST_TURN = 3600
#: For so long something told the mediator unseen is one however often it is told.
SITTING = timedelta(hours=12)


def start(
    staff_id: uuid.UUID,
    case: Case,
    run_id: uuid.UUID,
    key: str,
    place: Place,
    *,
    session_id: uuid.UUID | None = None,
    due_at: datetime | None = None,
    only: Letter | None = None,
) -> ExerciseRun:
    """Start an exercise. The same page sent twice finds the run. `due_at` (UTC) is for what is done at home.

    It is for both, but for an exercise that is given to one person: `only` says to whom, and the other learns nothing
    of it. Raises Refused where it is locked now, and where both are in another one already, on phones or one screen,
    and NotFound for a session of another case.
    """
    there = db.session.get(ExerciseRun, run_id)
    if there is not None:
        return queries.run_of(case, run_id)
    exercise = exercises().get(key)
    facts = queries.facts(case)
    if exercise is None or locks.locks(exercise, place, facts):
        raise Refused(NOT_NOW)
    exercise = exercise.left(place, safeguards=facts.safeguards)
    if exercise.one is (only is None):
        raise Refused(FOR_WHOM)
    if session_id is not None and not queries.is_session_of(case, session_id):
        raise NotFound
    # Of two starts at the same moment one waits for the other here.
    db.session.execute(db.select(Case.id).where(Case.id == case.id).with_for_update())
    if place is not Place.HOME and queries.going(case.id) is not None:
        raise Refused(ONE_AT_A_TIME)
    run = ExerciseRun(
        id=run_id,
        case_id=case.id,
        key=exercise.key,
        version=exercise.version,
        place=place,
        session_id=session_id,
        started_at=now(),
        started_by=staff_id,
        only=only,
    )
    run.spec = to_spec(exercise, case.relation, case.closure)
    for position, stage in enumerate(exercise.stages):
        run.stages.append(RunStage(case_id=case.id, position=position, key=stage.key, mode=stage.mode))
    db.session.add(run)
    db.session.flush()
    _begin(staff_id, case, run, exercise, due_at)
    _changed(run, "exercise.started")
    return run


def go_on(staff_id: uuid.UUID, case: Case, run: ExerciseRun, rev: int, *, ends: bool = False) -> None:
    """To the next stage, or, after the last one, to the end. `rev` is what the page showed: twice is as once.

    With safeguards the last is the one before what is closed then. `ends` is whether the page said that it ends there.
    Raises Refused where the case has changed since.
    """
    if run.rev != rev:
        raise Refused(STALE)
    after = _act(case, run, Act(MEDIATOR, Do.GO_ON))
    early = after.state is RunState.FINISHED and run.at + 1 < len(run.stages)
    if early is not ends:
        raise Refused(STALE)
    _stop_clock(run)
    if after.state is RunState.FINISHED:
        run.state, run.ended_at = RunState.FINISHED, now()
        stage_forms.take_back(case, run)
        _changed(run, "exercise.finished")
        return
    if queries.locked(case, run):
        raise Refused(NOT_NOW)
    run.at = after.at
    exercise = exercises().get(run.key)
    if exercise is None:
        raise Refused(NOT_NOW)
    _begin(staff_id, case, run, exercise, None)
    _changed(run, "exercise.went-on")


def pause(case: Case, run: ExerciseRun, who: modes.Who) -> None:
    """A pause for both. Who asked is the mediators' to know. Paused twice is paused once."""
    if run.state is RunState.PAUSED:
        return
    _act(case, run, Act(who, Do.PAUSE))
    _stop_clock(run)
    run.state, run.asked = RunState.PAUSED, str(who)
    _changed(run, "exercise.paused")


def resume(case: Case, run: ExerciseRun) -> None:
    """Go on after a pause: the mediator says when. Raises Refused while the exercise is locked."""
    if run.state is RunState.RUNNING:
        return
    _act(case, run, Act(MEDIATOR, Do.RESUME))
    if queries.locked(case, run):
        raise Refused(NOT_NOW)
    run.state, run.asked = RunState.RUNNING, None
    stage = queries.stage_here(run)
    if stage.phase is not None:
        stage.since = now()
    _changed(run, "exercise.resumed")


def stop(case: Case, run: ExerciseRun, who: modes.Who) -> None:
    """End it before its end, for both. Everybody may, at any time, and nobody has to say anything about it."""
    if run.state in {RunState.STOPPED, RunState.FINISHED}:
        return
    _act(case, run, Act(who, Do.STOP))
    _stop_clock(run)
    run.state, run.asked, run.ended_at = RunState.STOPPED, str(who), now()
    stage_forms.take_back(case, run)
    mailing.call_off_all(run)
    _changed(run, "exercise.stopped")


def settle(case: Case, run: ExerciseRun, outcome: Outcome) -> None:
    """What becomes of it, once it is over: kept for both, kept by the mediator, or discarded.

    What is not kept for both is shown no more: its openings are withdrawn. That they were open stays logged.
    """
    if run.state not in {RunState.STOPPED, RunState.FINISHED}:
        raise Refused("End the exercise first.")
    if run.outcome is outcome:
        return
    run.outcome = outcome
    if outcome is not Outcome.JOINT:
        mailing.call_off_all(run)
        for stage in run.stages:
            if stage.form_id is not None:
                for row in standing(case.id, stage.form_id):
                    opening.withdraw(case, row)
    _changed(run, "exercise.settled")


def take_turn(case: Case, run: ExerciseRun, who: modes.Who, do: Do, rev: int, heard: Heard | None = None) -> None:
    """One act of a turn: finished, said back, what the speaker says to it, or the mediator passes the floor on.

    `rev` is what the page showed. Raises Refused where it moved on meanwhile.
    """
    if run.rev != rev:
        raise Refused(STALE)
    after = _act(case, run, Act(who, do, heard=heard)).stage
    stage = queries.stage_here(run)
    if not isinstance(after, modes.Turns):
        raise Refused(STALE)
    _stop_clock(run)
    stage.speaker, stage.turn, stage.phase, stage.not_yet = after.speaker, after.turn, after.phase, after.not_yet
    stage.since = None if after.over else now()
    _changed(run, "exercise.turn")


def open_piece(
    staff_id: uuid.UUID,
    case: Case,
    run: ExerciseRun,
    form_id: uuid.UUID,
    part_key: str,
    author: Letter | None,
    seen: str,
    *,
    stricter: Mapping[str, str] | None = None,
    left_out: frozenset[str] = frozenset(),
) -> None:
    """Open one item to both, exactly as the preview showed it. Pressed twice is as once.

    Raises Refused while the exercise is locked.
    """
    if form_id not in {stage.form_id for stage in run.stages}:
        raise Refused(NOT_NOW)
    before = {row.id for row in standing(case.id, form_id)}
    made = opening.open_to_both(
        staff_id, case, form_id, part_key, author, seen, stricter=stricter, left_out=left_out,
        allowed=not queries.locked(case, run),
    )  # fmt: skip
    if made.id in before:
        return
    stage_forms.close(case, form_id, author)
    run.rev += 1
    live.bump(case.id, live.BOTH, live.DESK)


def close_piece(case: Case, run: ExerciseRun, opening_id: uuid.UUID) -> None:
    """Close again what was opened. It is shown no more; that it was stays logged. Closed twice is closed once."""
    forms = [stage.form_id for stage in run.stages if stage.form_id is not None]
    open_now = [row for form in forms for row in standing(case.id, form) if row.id == opening_id]
    for row in open_now:
        opening.withdraw(case, row)
        run.rev += 1
        live.bump(case.id, live.BOTH, live.DESK)


def tell(person: Participant, run: ExerciseRun, wish: Wish) -> None:
    """Tell the mediator something unseen. Only the mediator's page learns of it.

    Told twice is as once while it is unseen: a finger came down twice, or the page was sent again. On another day it is
    told anew, since old ones leave the mediator's lists. The caller holds the run: two at once wait for each other.
    """
    if queries.waits_to_be_seen(run, person, wish, since=now() - SITTING):
        return
    row = WishSent(case_id=run.case_id, run_id=run.id, participant_id=person.id, wish=wish, at=now())
    db.session.add(row)
    audit.record("exercise.wish", case=run.case_id, subject=row.id)
    live.bump(run.case_id, live.DESK)


def seen(case: Case, wish_id: uuid.UUID) -> None:
    """The mediator has seen what somebody told them. Twice is as once."""
    row = db.session.get(WishSent, wish_id)
    if row is None or row.case_id != case.id or row.seen_at is not None:
        return
    row.seen_at = now()
    audit.record("exercise.wish.seen", case=case.id, subject=row.id)
    live.bump(case.id, live.DESK)


def airtime(run: ExerciseRun, at: datetime) -> dict[Letter, int]:
    """Seconds each held the floor so far, over all turns of a run. For the mediator."""
    found = {letter: sum(_spoke(stage, letter) for stage in run.stages) for letter in Letter}
    stage = queries.stage_here(run)
    if stage.phase is Phase.SPEAK and stage.speaker is not None and stage.since is not None:
        found[stage.speaker] += _seconds(stage.since, at)
    return found


def _act(case: Case, run: ExerciseRun, act: Act) -> modes.Run:
    try:
        return queries.state_of(case, run).after(act)
    except modes.NotNow:
        raise Refused(STALE) from None


def _begin(staff_id: uuid.UUID, case: Case, run: ExerciseRun, exercise: Exercise, due_at: datetime | None) -> None:
    """Begin the stage the run is at: a form for each where they write, the first turn where they speak."""
    stage, at = queries.stage_here(run), now()
    content = _content(run, exercise)
    stage.begun_at = at
    if content.writes and run.place is not Place.SCREEN:  # there it is said aloud
        stage.form_id = stage_forms.give(staff_id, case, run, content, due_at).id
        if content.mode is Mode.HELD:
            held_rows.begin(case, run)
    elif content.turns is not None:
        stage.speaker, stage.phase, stage.since = Letter.A, Phase.SPEAK, at


def _content(run: ExerciseRun, exercise: Exercise) -> Stage:
    """What the stage a run is at asks, as far as its copy holds it. Raises Refused where the content has it no more."""
    told = run.spec["stages"][run.at]
    stage = next((one for one in exercise.stages if one.key == told["key"]), None)
    if stage is None:
        raise Refused(NOT_NOW)
    items = set(told["items"])
    return replace(stage, questions=tuple(q for q in stage.questions if items.intersection(p.key for p in q.parts)))


def _stop_clock(run: ExerciseRun) -> None:
    """Add what the present speaker has spoken to their airtime."""
    stage = queries.stage_here(run)
    if stage.phase is Phase.SPEAK and stage.since is not None and stage.speaker is not None:
        spent = _seconds(stage.since, now())
        if stage.speaker is Letter.A:
            stage.spoke_a += spent
        else:
            stage.spoke_b += spent
        stage.since = None


def _seconds(since: datetime, at: datetime) -> int:
    return min(max(int((at - since).total_seconds()), 0), LONGEST_TURN)


def _spoke(stage: RunStage, letter: Letter) -> int:
    return stage.spoke_a if letter is Letter.A else stage.spoke_b


def _changed(run: ExerciseRun, verb: str) -> None:
    run.rev += 1
    audit.record(verb, case=run.case_id, subject=run.id)
    # A run for one person moves nobody's phone: the other's would tell that there is something. One screen moves none.
    apart = run.only is not None or run.place is Place.SCREEN
    live.bump(run.case_id, *((live.DESK,) if apart else (live.BOTH, live.DESK)))
