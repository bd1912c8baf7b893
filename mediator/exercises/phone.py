"""What one phone shows of an exercise, as plain values for its one reader.

It is made from the machine's state and the run's own copy. Of the other person's doing it holds nothing but what both
do in the open, so that both phones have the same structure at every screen (`modes.screen`).
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mediator.cases.models import Case, Opening, Participant
from mediator.cases.queries import around
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Letter, Sharing
from mediator.core.words import say as _
from mediator.exercises import modes, queries
from mediator.exercises.lanes import Lanes
from mediator.exercises.models import ExerciseRun, RunStage
from mediator.exercises.modes import Screen
from mediator.exercises.opened import laid_out, names_of
from mediator.exercises.terms import OVER_FOR, Mode, Phase, on_phones
from mediator.exercises.together import drafts
from mediator.exercises.together import page as text_page
from mediator.exercises.together.drafts import Writer
from mediator.guide.content import Part, Scale
from mediator.questionnaires import comparing
from mediator.questionnaires import queries as forms
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.terms import AssignmentState
from mediator.questionnaires.voices import Topic


@dataclass(frozen=True)
class Voice:
    """One of the two as this reader calls them. `me` is whether it is the reader."""

    letter: Letter
    name: str
    me: bool


@dataclass(frozen=True)
class Turn:
    """Where the turns stand: the turn with this `number` (from 1) of `of`, and who does what in it.

    `spent` seconds of the planned `seconds` had passed when the page was made. `over`: everybody has had their turns.
    """

    number: int
    of: int
    over: bool
    speaker: Voice
    listener: Voice
    seconds: int
    spent: int
    lines: Sequence[str]

    @property
    def left(self) -> int:
        """Seconds left, at the least none."""
        return max(self.seconds - self.spent, 0)


@dataclass(frozen=True)
class Notice:
    """What can be worked out from what is derived here: by the kinds of answers that are asked for."""

    lights: bool
    ordered: bool
    others: bool


@dataclass(frozen=True)
class Own:
    """One's own form of this stage, and where one stands in it oneself: begun, and whether it can be taken back."""

    id: uuid.UUID
    begun: bool
    may_change: bool


@dataclass(frozen=True)
class Phone:
    """One phone. `screen` None: there is no open exercise. `run` and `rev` go along with every act.

    `number` of `of` is the stage, or the turn where there are turns.
    """

    screen: Screen | None
    me: Voice
    other: str
    mediator: str
    run: uuid.UUID | None = None
    rev: int = 0
    name: str = ""
    title: str = ""
    lead: str = ""
    mode: Mode = Mode.ALONE
    minutes: int = 0
    number: int = 0
    of: int = 0
    turn: Turn | None = None
    own: Own | None = None
    notice: Notice | None = None
    opened: Sequence[Topic | Lanes] = ()
    text: text_page.TextPage | None = None
    left: Sequence[drafts.Left] = ()  # what its reader typed on a text of both and did not save for both


def found(case_id: uuid.UUID) -> ExerciseRun | None:
    """The run a phone shows: the one that is on both, or the one that ended last, for a while. Reads no words."""
    run = queries.followed_run(case_id)
    if run is not None:
        return run
    last = next((one for one in queries.runs(case_id) if on_phones(one.place)), None)
    return last if last is not None and last.ended_at is not None and now() - last.ended_at < OVER_FOR else None


def shown(person: Participant, run: ExerciseRun | None) -> Phone:
    """What this person's phone shows now. A pause, a hold and every lock are one screen."""
    head = _nothing(person)
    if run is None:
        return head
    if queries.locked(person.case, run):
        # Nothing is left of what is over while the case stands still, but for its reader's own words that are to be
        # deleted soon; what is under way looks like a pause.
        if run.ended_at is not None:
            return replace(head, left=drafts.left(run, Writer.participant(person)))
        return _quiet(head, Screen.PAUSE, run)
    state = queries.state_of(person.case, run)
    screen = modes.screen(state, person.letter)
    if screen is Screen.PAUSE:
        return _quiet(head, screen, run)
    if screen is Screen.OVER:
        return replace(_quiet(head, screen, run), left=drafts.left(run, Writer.participant(person)))
    return _under_way(person, run, state, screen, head)


def beside(person: Participant, run: ExerciseRun) -> Phone:
    """What a page beside the exercise needs: names and which run. None of its words."""
    return _quiet(_nothing(person), Screen.PAUSE, run)


def _nothing(person: Participant) -> Phone:
    names = around(person)
    return Phone(
        screen=None,
        me=Voice(person.letter, person.called, me=True),
        other=names.other or str(_("the other person")),
        mediator=names.mediator or str(_("Your mediator")),
    )


def _quiet(head: Phone, screen: Screen, run: ExerciseRun) -> Phone:
    return Phone(screen, head.me, head.other, head.mediator, run.id, run.rev)


def _under_way(person: Participant, run: ExerciseRun, state: modes.Run, screen: Screen, head: Phone) -> Phone:
    row, spec = queries.stage_here(run), run.spec
    stage: Mapping[str, Any] = spec["stages"][run.at]
    turn = _turn(head, row, state.stage, stage) if isinstance(state.stage, modes.Turns) else None
    assignment = queries.assignment_here(run, person)
    own = _own(person.case, assignment) if assignment is not None else None
    if screen is Screen.WRITE and (own is None or assignment is None or not forms.editable(assignment)):
        screen = Screen.DONE  # nothing (more) to write: what follows is the mediator's
    asked = row.mode is Mode.DERIVED and screen is Screen.WRITE and assignment is not None
    return Phone(
        screen=screen,
        me=head.me,
        other=head.other,
        mediator=head.mediator,
        run=run.id,
        rev=run.rev,
        name=spec["name"],
        title=stage["title"],
        lead=stage["lead"],
        mode=row.mode,
        minutes=stage["minutes"],
        number=turn.number if turn is not None else run.at + 1,
        of=turn.of if turn is not None else len(run.stages),
        turn=turn,
        own=own,
        notice=_notice(assignment) if asked and assignment is not None else None,
        opened=_opened(person, run) if screen in {Screen.READ, Screen.BUILD} else (),
        text=_text(person, run) if screen is Screen.BUILD else None,
        left=drafts.left(run, Writer.participant(person)),
    )


def _text(person: Participant, run: ExerciseRun) -> text_page.TextPage:
    return text_page.build(person.case, run, Writer.participant(person), reader=person)


def _turn(head: Phone, row: RunStage, state: modes.Turns, stage: Mapping[str, Any]) -> Turn:
    of, seconds = 2 * state.rounds, int(stage["turns"]["seconds"])
    other = Voice(head.me.letter.other, head.other, me=False)
    mine = state.speaker is head.me.letter
    speaker, listener = (head.me, other) if mine else (other, head.me)
    speaking = state.phase is Phase.SPEAK and not state.over
    return Turn(
        number=min(state.turn + 1, of),
        of=of,
        over=state.over,
        speaker=speaker,
        listener=listener,
        seconds=seconds,
        spent=_spent(row.since, seconds) if speaking else 0,
        lines=stage["turns"]["speaker" if mine else "listener"] if speaking else (),
    )


def _spent(since: datetime | None, seconds: int) -> int:
    """Whole seconds of a turn that have passed, at the most the planned ones: nobody's phone counts what is over."""
    return min(max(int((now() - since).total_seconds()), 0), seconds) if since is not None else 0


def _own(case: Case, assignment: Assignment) -> Own | None:
    """One's own form; None where it was withdrawn from oneself."""
    if assignment.state not in forms.SEEN:
        return None
    was_open = db.session.scalar(
        db.select(Opening.id)
        .where(
            Opening.case_id == case.id,
            Opening.subject_kind == comparing.SUBJECT,
            Opening.subject_id == assignment.form_id,
        )
        .limit(1)
    )
    # Once something was open, closed again or not, nobody takes back what they wrote before they read it.
    may_change = was_open is None and forms.may_take_back(assignment)
    return Own(assignment.id, assignment.state is not AssignmentState.SENT, may_change)


def _notice(assignment: Assignment) -> Notice | None:
    """Which kinds of derived answers a form asks for; None where it asks for none. The same in both forms."""
    parts: list[Part] = [
        part for one in forms.asked(assignment) for part in one.question.parts if part.sharing is Sharing.DERIVED
    ]
    if not parts:
        return None
    lights = any(part.scale is Scale.LIGHTS for part in parts)
    ordered = any(part.ordered for part in parts)
    others = any(part.scale is not Scale.LIGHTS and not part.ordered for part in parts)
    return Notice(lights, ordered, others)


def _opened(person: Participant, run: ExerciseRun) -> list[Topic | Lanes]:
    """What of this run both can read now, newest first. Gates are asked at this moment."""
    case = person.case
    here = [stage.form_id for stage in run.stages if stage.form_id is not None]
    open_now = {row.id for row in comparing.opened_of(case.id, here)}
    shown = [one for one in comparing.shown_to_both(case, queries.locked_forms(case)) if one.id in open_now]
    return laid_out(case.id, shown, names_of(person))
