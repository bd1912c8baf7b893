"""What the mediator's pages of a run show, as plain values: the console, the start page, and the screen for everybody.

What only the mediator may know (who is how far, who asked, what waits closed) is kept apart from what both may see, so
that a page can fold it.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, func

from mediator.cases import gates
from mediator.cases.models import Case, Opening
from mediator.cases.queries import gate_facts
from mediator.core import live
from mediator.core.db import db, read_rows
from mediator.core.signin import PARTICIPANT, SigninSession
from mediator.core.visibility import Letter, Sharing, Visibility
from mediator.core.words import say as _
from mediator.exercises import actions, locks, modes, queries
from mediator.exercises.content import Exercise
from mediator.exercises.models import ExerciseRun
from mediator.exercises.modes import MEDIATOR, Act, Do, Screen
from mediator.exercises.reading import exercises
from mediator.exercises.terms import UNDER_WAY, Mode, Outcome, Phase, Place, RunState, Wish
from mediator.guide.content import Part
from mediator.questionnaires import comparing, sent
from mediator.questionnaires.comparison_view import NOT_ASKED, NOT_HANDED_IN, WITHOUT
from mediator.questionnaires.sent import SentForm
from mediator.questionnaires.terms import AnswerState, AssignmentState
from mediator.questionnaires.values import show

#: Places that can be chosen now, in the order they are offered.
STARTABLE: tuple[Place, ...] = (Place.PHONES, Place.HOME)

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
PLACES = {
    Place.SCREEN: _l("On one screen in the room"),
    Place.PHONES: _l("On both phones"),
    Place.HOME: _l("At home"),
    Place.SHUTTLE: _l("Passed on by you"),
}
STATES = {
    RunState.RUNNING: _l("Under way"),
    RunState.PAUSED: _l("Paused"),
    RunState.STOPPED: _l("Ended early"),
    RunState.FINISHED: _l("Finished"),
}
OUTCOMES = {
    Outcome.JOINT: _l("In the joint record"),
    Outcome.MEDIATOR: _l("With you alone"),
    Outcome.DISCARDED: _l("Discarded"),
}
NOT_BY_BOTH = _l("Not both have answered this.")
NOT_OPEN_NOW = _l("It is opened while its own part of the exercise is going on.")

_SEEN = (
    db.select(SigninSession.person_id, func.max(SigninSession.seen_at).label("seen_at"))
    .where(
        SigninSession.kind == PARTICIPANT,
        SigninSession.person_id.in_(bindparam("people", expanding=True)),
        SigninSession.ended_at.is_(None),
    )
    .group_by(SigninSession.person_id)
)
_OPENINGS = (
    db.select(Opening)
    .where(
        Opening.case_id == bindparam("case"),
        Opening.subject_kind == comparing.SUBJECT,
        Opening.subject_id.in_(bindparam("forms", expanding=True)),
        Opening.withdrawn_at.is_(None),
    )
    .order_by(Opening.opened_at, Opening.id)
)
_LISTED = (
    db.select(
        ExerciseRun.id, ExerciseRun.key, ExerciseRun.place, ExerciseRun.state, ExerciseRun.outcome,
        ExerciseRun.started_at,
    )
    .where(ExerciseRun.case_id == bindparam("case"))
    .order_by(ExerciseRun.started_at.desc(), ExerciseRun.id)
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """One run in a list. `started_at` is UTC; `state` says what became of it once that is settled."""

    id: uuid.UUID
    name: str
    place: str
    state: str
    under_way: bool
    on_phones: bool
    started_at: datetime


@dataclass(frozen=True)
class Choice:
    """One exercise on the start page: where it may be started now, and why not (for the mediator alone)."""

    exercise: Exercise
    places: tuple[Place, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Phone:
    """One person's phone, for the mediator alone: what it shows, how far they are, and when it was last heard of."""

    letter: Letter
    name: str
    words: str
    part: str
    handed_in_at: datetime | None
    seen_at: datetime | None


@dataclass(frozen=True)
class StageLine:
    """One stage in the list beside the page."""

    number: int
    title: str
    minutes: int
    state: str  # "done", "now" or "ahead"


@dataclass(frozen=True)
class Voice:
    """What one person wrote at an item, for the mediator alone; `without` stands where there is nothing."""

    letter: Letter
    name: str
    lines: tuple[str, ...]
    without: str
    kept: bool


@dataclass(frozen=True)
class Way:
    """Something the mediator may open now, or may not, for these reasons."""

    author: Letter | None
    name: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Opened:
    """What stands open at an item: the frozen copy, since when (UTC)."""

    id: uuid.UUID
    name: str
    at: datetime
    entries: Sequence[Mapping[str, object]]
    common: Sequence[str]


@dataclass(frozen=True)
class Item:
    """One part of what each wrote: what stands open of it, and, for the mediator alone, both texts and the ways on."""

    number: int
    stage: int
    part: str
    title: str
    label: str
    sharing: Sharing
    opened: tuple[Opened, ...]
    voices: tuple[Voice, ...]
    ways: tuple[Way, ...]


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

    run: uuid.UUID
    session: uuid.UUID | None
    rev: int
    version: int
    name: str
    key: str
    place: str
    home: bool
    state: RunState
    outcome: Outcome | None
    started_at: datetime
    ended_at: datetime | None
    number: int
    title: str
    lead: str
    last: bool
    stages: tuple[StageLine, ...]
    items: tuple[Item, ...]
    turn: Turn | None
    # for the mediator alone
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
    def waits(self) -> bool:
        """Whether somebody told something that the mediator has not seen yet."""
        return any(not one.seen for one in self.told)


@dataclass(frozen=True)
class Shared:
    """What a screen that everybody sees shows of the run that goes on. `speaker` and `seconds` only in turns."""

    name: str
    title: str
    speaker: Letter | None
    called: str


def build(case: Case, run: ExerciseRun, at: datetime) -> Console:
    """The console of a run at this moment. Needs the ring of a mediator of the case."""
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
        run=run.id,
        session=run.session_id,
        rev=run.rev,
        version=version,
        name=run.spec["name"],
        key=run.key,
        place=str(PLACES[run.place]),
        home=run.place is Place.HOME,
        state=run.state,
        outcome=run.outcome,
        started_at=run.started_at,
        ended_at=run.ended_at,
        number=run.at + 1,
        title=spec["title"],
        lead=spec["lead"],
        last=run.at + 1 == len(run.stages),
        stages=tuple(_stages(run)),
        items=tuple(_items(case, run, state, closed, forms, names, waits=waits)),
        turn=_turn(state.stage, spent, spec, names) if isinstance(state.stage, modes.Turns) else None,
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


@dataclass(frozen=True)
class Choices:
    """The exercises in the order of the catalogue: to be started now, not now, and never, being only spoken about."""

    ready: Sequence[Choice]
    closed: Sequence[Choice]
    spoken: Sequence[Exercise]


def choices(case: Case, wanted: str = "") -> Choices:
    """What the start page offers. `wanted` narrows it to the names and lines that hold it."""
    facts = queries.facts(case)
    ready: list[Choice] = []
    closed: list[Choice] = []
    spoken: list[Exercise] = []
    for exercise in exercises().values():
        if wanted.casefold() not in f"{exercise.name}\n{exercise.line}".casefold():
            continue
        if not exercise.may_start:
            spoken.append(exercise)
            continue
        choice = choice_of(exercise, facts)
        (ready if choice.places else closed).append(choice)
    return Choices(ready, closed, spoken)


def choice_of(exercise: Exercise, facts: locks.Facts) -> Choice:
    """Where one exercise may be started as the case stands now."""
    found = {place: locks.locks(exercise, place, facts) for place in STARTABLE}
    places = tuple(place for place in STARTABLE if not found[place])
    # That it is not made for one of the places says nothing while there is another reason.
    reasons = frozenset().union(*found.values()) if not places else frozenset()
    telling = reasons - {locks.Lock.PLACE} or reasons
    return Choice(exercise, places, tuple(_(locks.SENTENCES[lock]) for lock in sorted(telling)))


def listed(case_id: uuid.UUID) -> list[Listed]:
    """The runs of a case, newest first: one statement, no words."""
    return [
        Listed(
            id=row.id,
            name=exercises()[row.key].name if row.key in exercises() else row.key,
            place=str(PLACES[row.place]),
            state=str(OUTCOMES[row.outcome] if row.outcome is not None else STATES[row.state]),
            under_way=row.state in UNDER_WAY,
            on_phones=row.state in UNDER_WAY and row.place is not Place.HOME,
            started_at=row.started_at,
        )
        for row in read_rows(_LISTED, {"case": case_id})
    ]


def shared(case: Case) -> Shared | None:
    """What everybody sees of the run that is on both phones; None where there is none, and while it looks like a pause.

    It says nothing that either phone does not show to both.
    """
    run = queries.live_run(case.id)
    if run is None or run.state is not RunState.RUNNING or queries.locked(case, run):
        return None
    stage, spec = queries.stage_here(run), run.spec["stages"][run.at]
    speaks = stage.speaker if stage.phase is Phase.SPEAK else None
    if spec["turns"] is not None and stage.turn >= 2 * spec["turns"]["rounds"]:
        speaks = None
    person = case.participant(speaks) if speaks is not None else None
    return Shared(run.spec["name"], spec["title"], speaks, str(person.called) if person is not None else "")


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
    people = [person for person in case.participants if person.declined_on is None]
    seen = {row.person_id: row.seen_at for row in read_rows(_SEEN, {"people": [person.id for person in people]})}
    stage = queries.stage_here(run)
    form = forms.get(stage.form_id) if stage.form_id is not None else None
    for person in people:
        copy = form.of(person.id) if form is not None else None
        there = modes.screen(state, person.letter)
        if closed and run.state in UNDER_WAY:
            there = Screen.PAUSE
        submitted = copy is not None and copy.state is AssignmentState.SUBMITTED
        yield Phone(
            letter=person.letter,
            name=str(person.called),
            words="" if run.place is Place.HOME else str(SCREENS[there]),
            part=str(WRITING[copy.state]) if copy is not None else "",
            handed_in_at=copy.submitted_at if copy is not None and submitted else None,
            seen_at=seen.get(person.id),
        )


def _items(
    case: Case,
    run: ExerciseRun,
    state: modes.Run,
    closed: frozenset[locks.Lock],
    forms: Mapping[uuid.UUID, SentForm],
    names: Mapping[Letter, str],
    *,
    waits: bool,
) -> Iterable[Item]:
    """What was written in every stage so far, in the order it was asked."""
    stages = {stage.form_id: stage.position for stage in run.stages if stage.form_id is not None}
    begun = [forms[form_id] for form_id in stages if form_id in forms]
    if not begun:
        return
    facts = gate_facts(case, read_first=waits)
    opened = db.session.scalars(_OPENINGS, {"case": case.id, "forms": [form.id for form in begun]}).all()
    number = 0
    for found in comparing.all_sides(case, begun):
        for question in found.questions:
            for part in question.parts:
                if part.visibility is not Visibility.PRIVATE:
                    continue
                number += 1
                rows = [row for row in opened if (row.subject_id, row.part_key) == (found.form.id, part.key)]
                yield Item(
                    number=number,
                    stage=stages[found.form.id],
                    part=part.key,
                    title=question.text,
                    label=part.label,
                    sharing=part.sharing,
                    opened=tuple(_opened(case, row, names) for row in rows) if not closed else (),
                    voices=tuple(_voice(found, part, letter, name) for letter, name in names.items()),
                    ways=tuple(_ways(case, found, part, state, facts, rows, allowed=not closed)),
                )


def _opened(case: Case, row: Opening, names: Mapping[Letter, str]) -> Opened:
    author = next((person.letter for person in case.participants if person.id == row.author_id), None)
    copy = row.copy
    name = names[author] if author is not None else ""
    return Opened(row.id, name, row.opened_at, copy.get("entries", ()), copy.get("common", ()))


def _voice(found: comparing.Sides, part: Part, letter: Letter, name: str) -> Voice:
    copy, row = found.of(letter), found.answer(letter, part.key)
    if copy is None:
        return Voice(letter, name, (), _(NOT_ASKED), kept=False)
    if not comparing.handed_in(copy):
        return Voice(letter, name, (), _(NOT_HANDED_IN), kept=False)
    if row is None:
        return Voice(letter, name, (), _(WITHOUT[AnswerState.EMPTY]), kept=False)
    given = comparing.given(row)
    answered = given.state is AnswerState.ANSWERED
    lines = tuple(show(part, given.value)) if answered else ()
    return Voice(letter, name, lines, "" if answered else _(WITHOUT[given.state]), kept=given.kept)


def _ways(
    case: Case,
    found: comparing.Sides,
    part: Part,
    state: modes.Run,
    facts: gates.CaseFacts,
    opened: Sequence[Opening],
    *,
    allowed: bool,
) -> Iterable[Way]:
    """What may be opened of one part, or why not. Nothing where it is open, or where nobody offered anything."""
    if part.sharing is Sharing.CLOSED:
        return
    people = {person.letter: person for person in case.participants}
    for author in tuple(people) if part.sharing is Sharing.OFFERED else (None,):
        if any(row.author_id == (people[author].id if author is not None else None) for row in opened):
            continue
        answered = [_answered(found, part, letter) for letter in (tuple(Letter) if author is None else (author,))]
        item = comparing.item_facts(found, part, author, allowed=allowed)
        if author is not None and not (all(answered) and (item.a if author is Letter.A else item.b).offered):
            continue
        closed = gates.opening(facts, item)
        reasons = [_(gates.SENTENCES[gate]) for gate in sorted(closed)]
        if not reasons and not all(answered):
            reasons = [str(NOT_BY_BOTH)]
        if not reasons and not may_open(state, part.key, author):
            reasons = [str(NOT_OPEN_NOW)]
        yield Way(author, str(people[author].called) if author is not None else "", tuple(reasons))


def _answered(found: comparing.Sides, part: Part, letter: Letter) -> bool:
    row = found.answer(letter, part.key)
    return row is not None and row.state is AnswerState.ANSWERED and comparing.handed_in(found.of(letter))


def may_open(state: modes.Run, part_key: str, author: Letter | None) -> bool:
    """Whether the machine lets the mediator open this now: it is of the stage that goes on, and all have handed in."""
    try:
        state.after(Act(MEDIATOR, Do.OPEN, item=part_key, author=author))
    except modes.NotNow:
        return False
    return True
