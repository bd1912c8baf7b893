"""What the mediator's page of a run shows, as plain values: the console, and the screen for everybody.

What only the mediator may know (who is how far, who asked, what waits closed) is kept apart from what both may see, so
that a page can fold it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, func

from mediator.cases.models import Case
from mediator.core import live
from mediator.core.db import db, read_rows
from mediator.core.signin import PARTICIPANT, SigninSession
from mediator.core.visibility import Letter
from mediator.core.words import say as _
from mediator.exercises import actions, locks, modes, one_screen, queries, stage_forms
from mediator.exercises.lanes import Lanes
from mediator.exercises.models import ExerciseRun
from mediator.exercises.modes import Screen
from mediator.exercises.opened import lanes_of
from mediator.exercises.terms import UNDER_WAY, Mode, Outcome, Phase, Place, RunState, Wish, on_phones
from mediator.exercises.together import drafts
from mediator.exercises.together import page as text_page
from mediator.exercises.together import queries as text_queries
from mediator.exercises.together.drafts import Writer
from mediator.exercises.together.page import TextPage
from mediator.exercises.where import PLACES
from mediator.exercises.written import Item, items
from mediator.questionnaires import comparing, sent
from mediator.questionnaires.sent import SentForm
from mediator.questionnaires.terms import AssignmentState

#: What one phone shows. For the mediator alone.
SCREENS = {
    Screen.WRITE: _l("Their own part, to be written"),
    Screen.DONE: _l("“Your part is done”"),
    Screen.SPEAK: _l("“You speak”"),
    Screen.LISTEN: _l("“You listen”"),
    Screen.SAY_BACK: _l("“Say back what you heard”"),
    Screen.LISTEN_BACK: _l("“Listen to what came across”"),
    Screen.CHECK: _l("“Did it come across?”"),
    Screen.WAIT: _l("“A moment”"),
    Screen.BUILD: _l("The text of both"),
    Screen.READ: _l("What is open for both"),
    Screen.PAUSE: _l("A pause"),
    Screen.OVER: _l("“This exercise is over”"),
}
#: How far somebody is with their own part. For the mediator alone.
WRITING = {
    AssignmentState.DRAFT: _l("not begun"),
    AssignmentState.SENT: _l("not begun"),
    AssignmentState.STARTED: _l("begun"),
    AssignmentState.SUBMITTED: _l("handed in"),
    AssignmentState.REOPENED: _l("taken back to be changed"),
    AssignmentState.WITHDRAWN: _l("not asked any more"),
    AssignmentState.LAPSED: _l("not asked any more"),
}
WISHES = {
    Wish.BREAK: _l("A break, please"),
    Wish.SLOWER: _l("Slower, please"),
    Wish.ALONE: _l("I would like to speak with you alone"),
}
PHASES = {
    Phase.SPEAK: _l("%(speaker)s speaks, %(listener)s listens."),
    Phase.SAY_BACK: _l("%(listener)s says back what they heard."),
    Phase.CHECK: _l("%(speaker)s says whether it came across."),
}
#: With more items than this, what is closed stands in one fold. It counts what was asked, never what was written.
AT_A_GLANCE = 8
_SEEN = (
    db.select(SigninSession.person_id, func.max(SigninSession.seen_at).label("seen_at"))
    .where(
        SigninSession.kind == PARTICIPANT,
        SigninSession.person_id.in_(bindparam("people", expanding=True)),
        SigninSession.ended_at.is_(None),
    )
    .group_by(SigninSession.person_id)
)


@dataclass(frozen=True)
class Phone:
    """One person's phone, for the mediator alone: what it shows, how far they are, and when it was last heard of.

    `quiet`: nothing is said of the last, since it would tell who types on a text of both (decision 16).
    """

    letter: Letter
    name: str
    words: str
    part: str
    handed_in_at: datetime | None
    seen_at: datetime | None
    quiet: bool


@dataclass(frozen=True)
class StageLine:
    """One stage in the list beside the page."""

    number: int
    title: str
    minutes: int
    state: str  # "done", "now" or "ahead"


@dataclass(frozen=True)
class Turn:
    """Whose turn it is. `spent` seconds are None while no clock runs; `seconds` are planned for a turn."""

    speaker: Letter
    acts: Letter  # who does something now: the listener while they say back
    name: str
    phase: Phase
    words: str
    number: int
    of: int
    spent: int | None
    seconds: int
    over: bool
    stuck: bool

    @property
    def left(self) -> int:
        """Seconds until the planned time is over, 0 from then on."""
        return max(0, self.seconds - (self.spent or 0))


@dataclass(frozen=True)
class Told:
    """What came from a phone, unseen by the other."""

    id: uuid.UUID
    letter: Letter
    name: str
    words: str
    at: datetime
    seen: bool


@dataclass(frozen=True)
class Console:
    """Everything the mediator's page of a run shows."""

    case: uuid.UUID
    run: uuid.UUID
    session: uuid.UUID | None
    rev: int
    version: int
    name: str
    key: str
    place: str
    home: bool
    one_screen: bool
    state: RunState
    outcome: Outcome | None
    started_at: datetime
    ended_at: datetime | None
    number: int
    title: str
    lead: str
    last: bool
    early: bool  # it ends here for the case as it stands, before its last stage
    stages: tuple[StageLine, ...]
    items: tuple[Item, ...]
    lanes: tuple[Lanes, ...]
    turn: Turn | None
    writing: TextPage | None
    # for the mediator alone; of a text who has said yes, not its words
    texts: tuple[text_queries.OfStage, ...]
    left: tuple[drafts.Left, ...]  # what this mediator typed on it and did not save for both
    phones: tuple[Phone, ...]
    airtime: tuple[tuple[Letter, str, int], ...]
    told: tuple[Told, ...]
    asked: str
    locked: tuple[str, ...]
    read_first: bool

    @property
    def over(self) -> bool:
        """Whether it has ended, either way."""
        return self.state not in UNDER_WAY

    @property
    def long(self) -> bool:
        """Whether there are too many items to stand one under the other."""
        return len(self.items) > AT_A_GLANCE

    @property
    def waits(self) -> bool:
        """Whether somebody told something that the mediator has not seen yet."""
        return any(not one.seen for one in self.told)


@dataclass(frozen=True)
class Shared:
    """What a screen that everybody sees shows of the run that goes on. `turn` only in turns, `text` of both."""

    name: str
    title: str
    lead: str
    turn: one_screen.Turn | None = None
    text: text_queries.Shown | None = None


def build(case: Case, run: ExerciseRun, at: datetime, staff_id: uuid.UUID) -> Console:
    """The console of a run at this moment, for this mediator. Needs the ring of a mediator of the case."""
    writer = Writer.mediator(staff_id)
    version = live.version(case.id, live.DESK)  # before all else: what comes in between is followed
    state, closed = queries.state_of(case, run), queries.locked(case, run)
    every = sent.forms(case.id)
    waits = comparing.waits_to_be_read(case, every)
    stage, spec = queries.stage_here(run), run.spec["stages"][run.at]
    forms = {form.id: form for form in every if form.run_id == run.id}
    names = {person.letter: str(person.called) for person in case.participants}
    spoken = actions.airtime(run, at)
    speaking = stage.since if stage.phase is Phase.SPEAK else None
    spent = max(0, int((at - speaking).total_seconds())) if speaking is not None else None
    return Console(
        case=case.id,
        run=run.id,
        session=run.session_id,
        rev=run.rev,
        version=version,
        name=run.spec["name"],
        key=run.key,
        place=str(PLACES[run.place]),
        home=run.place is Place.HOME,
        one_screen=run.place is Place.SCREEN,
        state=run.state,
        outcome=run.outcome,
        started_at=run.started_at,
        ended_at=run.ended_at,
        number=run.at + 1,
        title=spec["title"],
        lead=spec["lead"],
        last=run.at + 1 == len(state.stages),
        early=run.at + 1 == len(state.stages) < len(run.stages),
        stages=tuple(_stages(run)),
        items=tuple(items(case, run, state, closed, forms, names, waits=waits)),
        lanes=tuple(lanes_of(case, run, names)),
        turn=_turn(state.stage, spent, spec, names) if isinstance(state.stage, modes.Turns) else None,
        writing=text_page.build(case, run, writer) if _may_write(run, stage.mode, closed) else None,
        texts=tuple(text_queries.of_run(case, run)) if any(one.mode is Mode.TOGETHER for one in run.stages) else (),
        left=tuple(drafts.left(run, writer)),
        phones=tuple(_phones(case, run, state, closed, forms)),
        airtime=tuple((letter, names[letter], spoken[letter]) for letter in Letter if letter in names)
        if any(one.mode is Mode.TURNS for one in run.stages)
        else (),
        told=tuple(
            Told(one.id, one.letter, names[one.letter], str(WISHES[Wish(one.wish)]), one.at, one.seen_at is not None)
            for one in queries.told(case, run)
        ),
        asked=_asked(run, names),
        locked=tuple(_(locks.SENTENCES[lock]) for lock in sorted(closed)) if run.state in UNDER_WAY else (),
        read_first=waits,
    )


def _may_write(run: ExerciseRun, mode: Mode, closed: frozenset[locks.Lock]) -> bool:
    """Whether the mediator can write on a text of both now."""
    return mode is Mode.TOGETHER and run.state is RunState.RUNNING and not closed


def shared(case: Case, at: datetime) -> Shared | None:
    """What everybody sees of the run that both are in; None where there is none, and while it looks like a pause.

    It says nothing that either phone, or the one screen, does not show to both.
    """
    run = queries.going(case.id)
    if run is None or run.state is not RunState.RUNNING or queries.locked(case, run):
        return None
    spec, state = run.spec["stages"][run.at], queries.state_of(case, run).stage
    turn = one_screen.turn_of(case, run, state, spec, at) if isinstance(state, modes.Turns) else None
    text = None
    if isinstance(state, modes.Together):
        text = text_queries.shown(run, run.at, text_queries.here(run), text_queries.names(case))
    aloud = run.place is Place.SCREEN and turn is None and text is None
    return Shared(run.spec["name"], spec["title"], spec["aloud"] if aloud else spec["lead"], turn, text)


def _stages(run: ExerciseRun) -> Iterable[StageLine]:
    for position, one in enumerate(run.spec["stages"]):
        if position < run.at or run.state is RunState.FINISHED:
            state = "done"
        else:
            state = "now" if position == run.at and run.state in UNDER_WAY else "ahead"
        yield StageLine(position + 1, one["title"], one["minutes"], state)


def _asked(run: ExerciseRun, names: Mapping[Letter, str]) -> str:
    """Who asked for the pause or the end, in words; empty where the mediator did, or nobody."""
    if run.asked not in list(Letter):
        return ""
    name = names[Letter(run.asked)]
    if run.state is RunState.PAUSED:
        return _("%(name)s asked for the pause. To both it is only a pause.", name=name)
    return _("%(name)s ended it. To both it is only over.", name=name)


def _turn(
    turns: modes.Turns, spent: int | None, spec: Mapping[str, Mapping[str, int]], names: Mapping[Letter, str]
) -> Turn:
    speaker, listener = names.get(turns.speaker, ""), names.get(turns.speaker.other, "")
    return Turn(
        speaker=turns.speaker,
        acts=turns.speaker.other if turns.phase is Phase.SAY_BACK else turns.speaker,
        name=speaker,
        phase=turns.phase,
        words=str(PHASES[turns.phase]) % {"speaker": speaker, "listener": listener},
        number=min(turns.turn + 1, 2 * turns.rounds),
        of=2 * turns.rounds,
        spent=spent,
        seconds=spec["turns"]["seconds"],
        over=turns.over,
        stuck=turns.stuck,
    )


def _phones(
    case: Case,
    run: ExerciseRun,
    state: modes.Run,
    closed: frozenset[locks.Lock],
    forms: Mapping[uuid.UUID, SentForm],
) -> Iterable[Phone]:
    people = stage_forms.people(case, run)
    seen = {row.person_id: row.seen_at for row in read_rows(_SEEN, {"people": [person.id for person in people]})}
    stage = queries.stage_here(run)
    form = forms.get(stage.form_id) if stage.form_id is not None else None
    texts_so_far = any(one.mode is Mode.TOGETHER for one in run.stages[: run.at + 1])
    typed_on = texts_so_far and run.place in text_queries.BOTH_WRITE
    for person in people:
        copy = form.of(person.id) if form is not None else None
        there = modes.screen(state, person.letter)
        if closed and run.state in UNDER_WAY:
            there = Screen.PAUSE
        submitted = copy is not None and copy.state is AssignmentState.SUBMITTED
        yield Phone(
            letter=person.letter,
            name=str(person.called),
            words=str(SCREENS[there]) if on_phones(run.place) else "",
            part=str(WRITING[copy.state]) if copy is not None else "",
            handed_in_at=copy.submitted_at if copy is not None and submitted else None,
            seen_at=seen.get(person.id),
            quiet=typed_on,
        )
