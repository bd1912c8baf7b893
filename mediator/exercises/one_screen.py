"""What one screen that stands before all three shows of an exercise, as plain values.

Nothing in it is for one reader: it is made of the copy that both may read, the two names, whose turn it is, and the
text of both with who has said yes to it, which everybody saw pressed. Airtime, who asked for a pause, reasons of a lock
and what anybody wrote alone are not in it.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mediator.cases.models import Case
from mediator.core import live
from mediator.core.visibility import Letter
from mediator.exercises import modes, queries
from mediator.exercises.models import ExerciseRun
from mediator.exercises.terms import UNDER_WAY, Phase, RunState
from mediator.exercises.together import page as text_page
from mediator.exercises.together import queries as text_queries
from mediator.exercises.together.drafts import Writer
from mediator.exercises.together.page import TextPage


class Shows(enum.StrEnum):
    """What is on the screen. A pause, a hold, a break and every lock are one."""

    TURN = "turn"
    ALOUD = "aloud"  # what is written elsewhere is said here
    TEXT = "text"  # the text of both is found together, and written down here
    PAUSE = "pause"
    OVER = "over"


@dataclass(frozen=True)
class Voice:
    """One of the two, by letter and as they wish to be called."""

    letter: Letter
    name: str


@dataclass(frozen=True)
class Turn:
    """The turn with this `number` (from 1) of `of`. `acts` is who does something now: the listener while they say back.

    `spent` of the planned `seconds` had passed when the page was made. `over`: everybody has had their turns.
    """

    number: int
    of: int
    over: bool
    phase: Phase
    speaker: Voice
    listener: Voice
    acts: Voice
    seconds: int
    spent: int
    says: Sequence[str]
    hears: Sequence[str]

    @property
    def left(self) -> int:
        """Seconds until the planned time is over, at the least none."""
        return max(self.seconds - self.spent, 0)


@dataclass(frozen=True)
class OneScreen:
    """Everything the screen shows. `rev` goes along with every act, `version` is the number the page follows.

    `said` is who has said yes to the words of the `text` as they are: A, then B.
    """

    run: uuid.UUID
    rev: int
    version: int
    shows: Shows
    name: str = ""
    title: str = ""
    lead: str = ""
    number: int = 0
    of: int = 0
    asks: Sequence[str] = ()
    turn: Turn | None = None
    text: TextPage | None = None
    said: Sequence[tuple[Voice, bool]] = ()

    @property
    def stands(self) -> bool:
        """Whether both have said yes to the words as they are."""
        return bool(self.said) and all(yes for _, yes in self.said)


def build(case: Case, run: ExerciseRun, at: datetime, staff_id: uuid.UUID) -> OneScreen:
    """The screen as it stands at this moment (UTC), with what was typed there in this mediator's session."""
    version = live.version(case.id, live.DESK)  # before all else: what comes in between is followed
    if run.state not in UNDER_WAY:
        return OneScreen(run.id, run.rev, version, Shows.OVER)
    if run.state is RunState.PAUSED or queries.locked(case, run):
        return OneScreen(run.id, run.rev, version, Shows.PAUSE)
    stage: Mapping[str, Any] = run.spec["stages"][run.at]
    state = queries.state_of(case, run).stage
    turn = turn_of(case, run, state, stage, at) if isinstance(state, modes.Turns) else None
    text = _text(case, run, staff_id) if isinstance(state, modes.Together) else None
    return OneScreen(
        run=run.id,
        rev=run.rev,
        version=version,
        shows=Shows.TURN if turn is not None else Shows.TEXT if text is not None else Shows.ALOUD,
        name=run.spec["name"],
        title=stage["title"],
        lead=stage["lead"] if turn is not None or text is not None else stage["aloud"],
        number=turn.number if turn is not None else run.at + 1,
        of=turn.of if turn is not None else len(run.stages),
        asks=stage["asks"] if text is not None else (),
        turn=turn,
        text=text,
        said=_said(case, run) if text is not None and not text.text.empty else (),
    )


def _text(case: Case, run: ExerciseRun, staff_id: uuid.UUID) -> TextPage:
    return text_page.build(case, run, Writer.mediator(staff_id, on_screen=True))


def _said(case: Case, run: ExerciseRun) -> list[tuple[Voice, bool]]:
    row = text_queries.here(run)
    people = sorted(case.participants, key=lambda person: person.letter)
    return [
        (Voice(one.letter, str(one.called)), row is not None and text_queries.said_yes(row, one.letter))
        for one in people
    ]


def turn_of(case: Case, run: ExerciseRun, state: modes.Turns, stage: Mapping[str, Any], at: datetime) -> Turn:
    """Where the turns stand at this moment (UTC), in nothing but what both do in the open."""
    voices = {person.letter: Voice(person.letter, str(person.called)) for person in case.participants}
    speaker, listener = voices[state.speaker], voices[state.speaker.other]
    of, seconds, since = 2 * state.rounds, int(stage["turns"]["seconds"]), queries.stage_here(run).since
    speaking = state.phase is Phase.SPEAK and not state.over
    gone = int((at - since).total_seconds()) if speaking and since is not None else 0
    return Turn(
        number=min(state.turn + 1, of),
        of=of,
        over=state.over,
        phase=state.phase,
        speaker=speaker,
        listener=listener,
        acts=listener if state.phase is Phase.SAY_BACK else speaker,
        seconds=seconds,
        spent=min(max(gone, 0), seconds),
        says=stage["turns"]["speaker"] if speaking else (),
        hears=stage["turns"]["listener"] if speaking else (),
    )
