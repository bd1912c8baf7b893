"""The rules that exercises must keep, each mistake as one sentence with file and key. Pure, for `reading`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from mediator.core.visibility import Sharing, Visibility
from mediator.exercises.content import APART, Exercise, Stage, Under
from mediator.exercises.terms import Mode, Place, Shape
from mediator.guide.checks import WORDS, check_questions, check_words
from mediator.guide.content import KEYS, READINGS, PartType, Question, Step

#: What a stage of this mode opens. Whatever else its questions ask is closed, and stays with the mediator.
OPENS: dict[Mode, Sharing] = {
    Mode.ALONE: Sharing.CLOSED,
    Mode.OFFERED: Sharing.OFFERED,
    Mode.RECIPROCAL: Sharing.RECIPROCAL,
    Mode.DERIVED: Sharing.DERIVED,
    Mode.HELD: Sharing.CLOSED,  # it reaches the other as a whole, after their yes
}

_EXERCISE = re.compile(r"E[0-9]{2}")
_PERCENT = re.compile(r"%|\bper ?cent", re.IGNORECASE)
#: The end of a sentence that is followed by another one.
_ONE_MORE = re.compile(r"[.?!…]\s+\S")


def check_exercise(exercise: Exercise, file: str, steps: Mapping[str, Step], problems: list[str]) -> None:
    """The rules of one exercise: its key, name and steps, its minutes, its stages, and every word of it."""
    problems.extend(f"{file}: {problem}" for problem in _whole(exercise, file))
    problems.extend(f"{file}: {problem}" for problem in _steps(exercise, steps))
    problems.extend(f"{file}: {problem}" for problem in _own(exercise))
    problems.extend(f"{file}: {problem}" for problem in _marks(exercise))
    seen: set[str] = set()
    for stage in exercise.stages:
        place = f"{file}: stage {stage.key}"
        problems.extend(f"{place}: {problem}" for problem in _stage_key(stage.key, exercise, seen))
        problems.extend(
            f"{place}: {problem}" for problem in (*_needs(stage), *_minutes(stage), *_lines(stage), *_opened(stage))
        )
        for question in stage.questions:
            where = f"{file}: question {question.key}"
            problems.extend(f"{where}: {problem}" for problem in _question(question, stage.mode, exercise.steps))
    questions = tuple(question for stage in exercise.stages for question in stage.questions)
    check_questions(questions, exercise.key, exercise.retired, file, problems)
    for key, text in _words(exercise):
        # Only copies of questions have names filled in. What stands here is read as it is.
        check_words(f"{file}: {key}", text, problems, allowed=frozenset())


def check_names(exercises: Iterable[Exercise], problems: list[str]) -> None:
    """No two exercises share a name: agendas call them by it."""
    seen: dict[str, str] = {}
    for exercise in exercises:
        if exercise.name in seen:
            problems.append(f"{exercise.key}.toml: name {exercise.name!r} is {seen[exercise.name]}'s already")
        seen.setdefault(exercise.name, exercise.key)


def _whole(exercise: Exercise, file: str) -> Iterator[str]:
    if not _EXERCISE.fullmatch(exercise.key):
        yield f"key {exercise.key!r} is not well formed, such as E13"
    elif file != f"{exercise.key}.toml":
        yield f"key {exercise.key} belongs in {exercise.key}.toml"
    if not exercise.places:
        yield "places: there is none"
    yield from _places(exercise)
    held = any(stage.mode is Mode.HELD for stage in exercise.stages)
    if held and not (exercise.one and exercise.places == (Place.HOME,) and len(exercise.stages) == 1):
        yield "held: it is given to one person (one = true), at home, and is the only stage"
    room = sum(line.minutes for line in exercise.room)
    if room != exercise.together:
        yield f"room: the lines take {room} minutes, together is {exercise.together}"
    if not exercise.evidence.endswith(".") or _ONE_MORE.search(exercise.evidence):
        yield "evidence must be one sentence"
    if _PERCENT.search(exercise.evidence):
        yield "evidence: no percentages, nobody is to be promised success"


def _own(exercise: Exercise) -> Iterator[str]:
    """What stays with its author alone is given to one person, at home, in one sitting's stage and no other.

    With another stage the mediator would go on from it, as if they knew that it was done.
    """
    if not exercise.own:
        return
    if not exercise.one or exercise.places != (Place.HOME,):
        yield "own: it is for one person (one = true), at home and nowhere else"
    if len(exercise.stages) > 1:
        yield "own: it stands alone, without any other stage"
    if exercise.stages[0].minutes != exercise.alone:
        yield f"own: the stage takes {exercise.stages[0].minutes} minutes, alone is {exercise.alone}"


def _marks(exercise: Exercise) -> Iterator[str]:
    """What is marked are the lines of a text of both that came before, wherever there is anything to mark."""
    lists: dict[str, Stage] = {}
    for stage in exercise.stages:
        written = lists.get(stage.marks)
        if stage.marks and written is None:
            yield f"stage {stage.key}: marks: no stage before it with the key {stage.marks!r} is a text of both"
        if written is not None and (written.safeguards, written.room) != (stage.safeguards, stage.room):
            yield f"stage {stage.key}: marks: it is left out where its list is, and nowhere else"
        if stage.marks and any(part.type is not PartType.SEVERAL for one in stage.questions for part in one.parts):
            yield f"stage {stage.key}: marks: every part is one to choose several"
        if stage.mode is Mode.TOGETHER and stage.shape is Shape.TEXT:
            lists[stage.key] = stage


def _places(exercise: Exercise) -> Iterator[str]:
    """Every place that is named can be started at, and what stays open under a hold is done by each alone, at home."""
    for place in exercise.places:
        for stage in exercise.stages:
            if not stage.fits(place) and not (stage.room and place in APART):
                yield f"places: {stage.key} is {stage.mode}, which can't be done at {place}"
    yield from _left(exercise)
    if exercise.hold and Place.HOME not in exercise.places:
        yield "hold: it stays open at home, which is none of its places"
    for stage in exercise.stages if exercise.hold else ():
        if stage.mode is not Mode.ALONE:
            yield f"hold: {stage.key} is {stage.mode}, and under a hold nothing may become open"
    for stage in exercise.stages:
        if stage.aloud and Place.SCREEN not in exercise.places:
            yield f"stage {stage.key}: aloud is for one screen, which is none of its places"


def _left(exercise: Exercise) -> Iterator[str]:
    """What is left of it somewhere is something to do, and with safeguards it ends where what is closed begins.

    So nobody is ever past a part that is closed, and a question of which nothing may be asked has nothing to open.
    """
    closed = [stage.safeguards is Under.CLOSED for stage in exercise.stages]
    if sorted(closed) != closed:
        yield "safeguards: what is closed then comes after what is not"
    if exercise.safeguards is Under.CLOSED and any(closed):
        yield "safeguards: the whole is closed then, and so is every stage"
    if any(stage.safeguards is Under.APART for stage in exercise.stages):
        yield "safeguards: a stage is open or closed; where it is done stands at the whole"
    for place in exercise.places if exercise.stages else ():
        kept = exercise.safeguards is Under.OPEN or (exercise.safeguards is Under.APART and place in APART)
        for safeguards in (False, True) if kept else (False,):
            if not exercise.left(place, safeguards=safeguards).may_start:
                yield f"places: nothing of it is left at {place}{', with safeguards' if safeguards else ''}"
    for stage in exercise.stages:
        for question in stage.questions:
            if not question.safeguards and any(part.sharing is not Sharing.CLOSED for part in question.parts):
                yield f"question {question.key}: not asked with safeguards, so all of it is closed"


def _steps(exercise: Exercise, steps: Mapping[str, Step]) -> Iterator[str]:
    """An exercise that belongs to steps has the name they give it, and every step that names it is one of them."""
    for key in exercise.steps:
        if key not in steps:
            yield f"steps: {key!r} is not one of {', '.join(key for key in KEYS if key in steps)}"
    naming = [key for key, step in steps.items() if exercise.name in step.exercises]
    if exercise.steps and not naming:
        yield f"name: no step of the guide has an exercise {exercise.name!r}"
    for key in naming:
        if key not in exercise.steps:
            yield f"steps: step {key} has this exercise too"


def _stage_key(key: str, exercise: Exercise, seen: set[str]) -> Iterator[str]:
    if not re.fullmatch(rf"{re.escape(exercise.key)}\.[a-z][a-z0-9_]*", key):
        yield f"key is not well formed, such as {exercise.key}.own"
    if key in seen:
        yield "key is used twice"
    if key in exercise.retired:
        yield "key is retired and never used again"
    seen.add(key)


def _needs(stage: Stage) -> Iterator[str]:
    """What a mode asks for, and nothing that it has no use for."""
    for name, given, needed in (
        ("questions", bool(stage.questions), stage.writes),
        ("offered", bool(stage.offered), stage.mode is Mode.HELD),
        ("received", bool(stage.received), stage.mode is Mode.HELD),
        ("turns", stage.turns is not None, stage.mode is Mode.TURNS),
        ("asks", bool(stage.asks), stage.mode is Mode.TOGETHER or stage.own),
        ("aloud", bool(stage.aloud), bool(stage.aloud) and stage.writes),
    ):
        if needed and not given:
            yield f"{stage.mode} needs {name}"
        if given and not needed:
            yield f"{stage.mode} has no use for {name}"
    if stage.own and stage.mode is not Mode.ALONE:
        yield f"own goes with alone, not with {stage.mode}"
    if stage.shape is Shape.LOOP and stage.mode is not Mode.TOGETHER:
        yield f"{stage.mode} has no use for a shape"
    opens = OPENS.get(stage.mode)
    sharings = {part.sharing for question in stage.questions for part in question.parts}
    if opens is not None and stage.questions and opens not in sharings:
        yield f"{stage.mode} needs a part that is {opens}: else there is nothing to open"


def _opened(stage: Stage) -> Iterator[str]:
    """What is read side by side, or written down afterwards, has the parts for it, and they can be opened."""
    parts = [(part.key.rpartition(".")[2], part) for question in stage.questions for part in question.parts]
    open_ones = {name: part for name, part in parts if part.sharing is OPENS.get(stage.mode)}
    if stage.lanes:
        if stage.mode is not Mode.OFFERED:
            yield "lanes are for moments that each may offer"
        kinds = {"what": PartType.SHORT, "when": PartType.DATE}
        for question in stage.questions:
            own = {part.key.rpartition(".")[2]: part.type for part in question.parts}
            if any(own.get(name) is not kind for name, kind in kinds.items()):
                yield f"lanes: question {question.key} needs a short part “what” and a date “when”"
    if stage.becomes is None:
        return
    if stage.mode not in {Mode.OFFERED, Mode.DERIVED}:
        yield "becomes: only what one offers, or two have in common, is written down"
    for name in stage.becomes.parts:
        if name not in open_ones:
            yield f"becomes: no part {name!r} can be opened here"
    if stage.becomes.days and any(part.type is not PartType.DATE for name, part in parts if name == stage.becomes.days):
        yield "becomes: days needs a date"


def _minutes(stage: Stage) -> Iterator[str]:
    """A stage is given the time that it asks for."""
    asked = sum(question.minutes for question in stage.questions)
    if stage.turns is not None:
        asked += 2 * stage.turns.rounds * stage.turns.seconds / 60
    if asked > stage.minutes:
        yield f"minutes: what it asks takes {asked:g}, more than {stage.minutes}"


def _lines(stage: Stage) -> Iterator[str]:
    """What stands on a phone while two people talk is read at a glance."""
    lines = (*stage.asks, *(stage.turns.speaker + stage.turns.listener if stage.turns is not None else ()))
    for line in lines:
        if len(line.split()) >= WORDS:
            yield f"{line!r} has {len(line.split())} words, {WORDS} or more"


def _question(question: Question, mode: Mode, steps: tuple[str, ...]) -> Iterator[str]:
    """What a question may be in a stage, beside the rules that hold for every question."""
    if question.last:
        yield "last is for forms of a step: the whole exercise has its place"
    for part in question.parts:
        if part.sharing not in {OPENS.get(mode, part.sharing), Sharing.CLOSED}:
            yield f"part {part.key}: {part.sharing} does not fit a stage that is {mode}"
        if part.visibility is not Visibility.PRIVATE:
            yield f"part {part.key}: visibility {part.visibility} is not for an exercise"
        if part.reading is not None and READINGS.get(part.reading) not in steps:
            yield f"part {part.key}: a reading belongs to a step, and the exercise to the same one"


def _words(exercise: Exercise) -> Iterator[tuple[str, str]]:
    """Every text of an exercise but for its questions, with the key it stands at."""
    for key in ("name", "line", "evidence", "closure_note"):
        yield key, getattr(exercise, key)
    for key in ("before", "not_when", "afterwards", "words"):
        for text in getattr(exercise, key):
            yield key, text
    for line in exercise.room:
        yield "room", line.title
        yield "room", line.text
    for stage in exercise.stages:
        turns = stage.turns
        lines = turns.speaker + turns.listener if turns else ()
        said = (stage.title, stage.lead, stage.aloud, stage.offered, stage.received)
        for text in (*said, *stage.asks, *lines):
            yield f"stage {stage.key}", text
