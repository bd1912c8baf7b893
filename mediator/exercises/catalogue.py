"""What the pages of the catalogue show, as plain values: the exercises in the order of the steps, one of them whole,
and what two invented people would read on their phones. Nothing here changes anything.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from sqlalchemy import bindparam, func
from sqlalchemy.orm import aliased

from mediator.cases.listing import fold
from mediator.cases.listing_queries import COUNTED
from mediator.cases.models import Case, CaseMediator, Participant
from mediator.cases.queries import Around
from mediator.cases.states import LIVING
from mediator.cases.terms import Policy, Relation, Suitability
from mediator.core.clock import now
from mediator.core.db import among, db, read_rows
from mediator.core.sealed import Words
from mediator.core.visibility import Letter
from mediator.core.words import say as _
from mediator.exercises import locks, modes, where
from mediator.exercises.content import Exercise, Stage, Turns
from mediator.exercises.locks import Lock
from mediator.exercises.models import ExerciseRun
from mediator.exercises.terms import Mode, Phase
from mediator.guide.content import Question, Step, fill
from mediator.guide.reading import guide
from mediator.guide.sentences import POLICIES, for_participant
from mediator.questionnaires import sheets
from mediator.questionnaires.building import as_asked, named
from mediator.questionnaires.comparing import BOTH_READ

#: Two invented people, A and B. They are in no case.
INVENTED: dict[Letter, str] = {Letter.A: "Alex", Letter.B: "Sam"}
#: What is no matter of how a case stands.
_OF_THE_EXERCISE = locks.OF_PLACE | {Lock.NOTHING}
#: How a name is opened on a row that is no object: on the class itself the attribute refuses every use.
_NAME: Words = vars(Participant)["name"]
_A, _B = aliased(Participant), aliased(Participant)
_PAIRS = (
    db.select(Case.id, _A.id, _A.name_bytes, _B.id, _B.name_bytes)
    .join(CaseMediator, CaseMediator.case_id == Case.id)
    .outerjoin(_A, (_A.case_id == Case.id) & (_A.letter == Letter.A))
    .outerjoin(_B, (_B.case_id == Case.id) & (_B.letter == Letter.B))
    .where(CaseMediator.staff_id == bindparam("me"), among(Case.state, *LIVING))
    .order_by(Case.opened_on.desc(), Case.created_at.desc(), Case.id)
    .limit(COUNTED)
)
_USED = (
    db.select(ExerciseRun.key, func.max(ExerciseRun.started_at).label("at"))
    .where(ExerciseRun.case_id == bindparam("case"), ExerciseRun.only.is_(None))  # both may see the list
    .group_by(ExerciseRun.key)
)


@dataclass(frozen=True)
class Choice:
    """One pair to choose, by its names."""

    id: uuid.UUID
    names: tuple[str, ...]


@dataclass(frozen=True)
class Pair:
    """The chosen pair: what the locks depend on, and when each exercise was last used with them (UTC)."""

    id: uuid.UUID
    names: tuple[str, ...]
    policy: Policy
    facts: locks.Facts
    used: Mapping[str, datetime]


@dataclass(frozen=True)
class Standing:
    """How an exercise stands for a pair. `why` is the mediator's alone, in the order of `locks.Lock`.

    An exercise may be open in one place and closed in another: then it is open, and `why` says where it is not.
    """

    open: bool
    why: tuple[str, ...]
    used: datetime | None


@dataclass(frozen=True)
class Row:
    """One exercise of the list. `may_start` says whether there is a place to start it, `where` at which, in words;
    `standing` is None without a pair.
    """

    exercise: Exercise
    may_start: bool
    where: str
    standing: Standing | None


@dataclass(frozen=True)
class Heap:
    """The exercises that stand under one step: under the first of those they belong to."""

    step: Step
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Sees:
    """What both read about who reads their words in one stage: levels and sentences, each once."""

    title: str
    labels: tuple[tuple[str, str], ...]


class Moment(NamedTuple):
    """One moment of a turn as a phone shows it."""

    phase: Phase
    screen: modes.Screen


@dataclass(frozen=True)
class Phone:
    """One phone of the invented pair at one stage: the same on both but for the names and whose turn it is."""

    letter: Letter
    name: str
    other: str
    title: str
    lead: str
    questions: tuple[tuple[Question, list[sheets.PartView]], ...]
    moments: tuple[Moment, ...]
    speaker: tuple[str, ...]
    listener: tuple[str, ...]
    asks: tuple[str, ...]


@dataclass(frozen=True)
class _Invented(sheets.Here):
    """One of the invented pair, as somebody who looks at a form."""

    names: Around

    @cached_property
    def _around(self) -> Around:
        return self.names


class _Person(NamedTuple):
    """What a name needs to be opened through the ring, as on the object."""

    id: uuid.UUID
    case_id: uuid.UUID
    name_bytes: bytes


def pairs(staff_id: uuid.UUID) -> list[Choice]:
    """The living pairs this person mediates, by name, and no others: the newest so far as lists count."""
    found = [
        Choice(case, tuple(_name(person, case, name) for person, name in ((a, a_name), (b, b_name)) if person and name))
        for case, a, a_name, b, b_name in read_rows(_PAIRS, {"me": staff_id})
    ]
    return sorted(found, key=lambda choice: [fold(name) for name in choice.names])


def _name(person: uuid.UUID, case: uuid.UUID, stored: bytes) -> str:
    name: str = _NAME.__get__(_Person(person, case, stored), Participant)
    return name


def chosen(case: Case, facts: locks.Facts) -> Pair:
    """The pair a mediator has chosen. Reads their names and how the case stands, and nothing they wrote."""
    used = {row.key: row.at for row in read_rows(_USED, {"case": case.id})}
    return Pair(case.id, tuple(person.name for person in case.participants), case.policy, facts, used)


def heaps(exercises: Iterable[Exercise], pair: Pair | None) -> list[Heap]:
    """The exercises in the order of the guide's steps."""
    by_step: dict[str, list[Row]] = {key: [] for key in guide().steps}
    for exercise in exercises:
        by_step[exercise.steps[0]].append(row(exercise, pair))
    return [Heap(guide().step(key), tuple(rows)) for key, rows in by_step.items() if rows]


def searched(exercises: Iterable[Exercise], search: str) -> list[Exercise]:
    """The exercises that a search finds, by name, line and step; all without one."""
    wanted = fold(search)
    return [one for one in exercises if wanted in fold(" ".join((one.name, one.line, *steps_of(one))))]


def row(exercise: Exercise, pair: Pair | None) -> Row:
    """One exercise, and how it stands for the pair."""
    return Row(exercise, exercise.may_start, where.of(exercise), standing(exercise, pair) if pair else None)


def steps_of(exercise: Exercise) -> list[str]:
    """The names of the steps an exercise belongs to."""
    return [guide().step(key).name for key in exercise.steps]


def standing(exercise: Exercise, pair: Pair) -> Standing:
    """How an exercise stands for a pair. What is only spoken about is locked like what is done on phones."""
    found = [locks.locks(exercise, place, pair.facts) - _OF_THE_EXERCISE for place in exercise.places]
    shut = frozenset().union(*found)
    why = [str(_(locks.SENTENCES[lock])) for lock in Lock if lock in shut]
    if exercise.derived and pair.facts.case.suitability is Suitability.SAFEGUARDS:
        why.append(str(where.NOT_DERIVED))
    return Standing(not all(found), tuple(why), pair.used.get(exercise.key))


def reasons(found: Sequence[Heap]) -> dict[str, list[str]]:
    """Why what is closed is closed: each reason with the names of its exercises."""
    why: dict[str, list[str]] = {}
    for one in (one for heap in found for one in heap.rows if one.standing):
        for reason in one.standing.why if one.standing else ():
            why.setdefault(reason, []).append(one.exercise.name)
    return why


def key_of(exercises: Mapping[str, Exercise], name: str) -> str | None:
    """The key of the exercise that the guide calls by this name; None while there is none."""
    return next((exercise.key for exercise in exercises.values() if exercise.name == name), None)


def sees(exercise: Exercise, policy: str = POLICIES[0]) -> list[Sees]:
    """Stage by stage what both read about who will see their words, under the pair's policy."""
    found = []
    for stage in exercise.stages:
        labels = {}
        for part in (part for question in stage.questions for part in question.parts):
            sentence = for_participant(part.visibility, part.sharing, policy, held=part.held)
            labels[sheets.capital(sentence.filled(**BOTH_READ))] = sentence.level.value
        if stage.mode is Mode.TURNS:
            labels[str(_("Spoken only. Nothing is recorded"))] = "spoken"
        if stage.own:
            labels[str(_("Only its author reads this. Their mediator can’t read it either"))] = "own"
        if stage.mode is Mode.TOGETHER:
            labels[str(_("Both read it as it grows. Nobody sees the other’s yes"))] = "joint"
        found.append(Sees(stage.title, tuple((level, words) for words, level in labels.items())))
    return found


def phones(stage: Stage, relation: Relation, closure: bool, mediator: str) -> list[Phone]:
    """What the invented pair would read at a stage: A's phone, then B's. A has the first turn."""
    return [_phone(stage, letter, relation, closure, mediator) for letter in Letter]


def _phone(stage: Stage, letter: Letter, relation: Relation, closure: bool, mediator: str) -> Phone:
    names = {"other": INVENTED[letter.other], "mediator": mediator}
    here = _Invented(
        Participant(letter=letter, case=Case(policy=Policy.CAUCUS)),
        now(),
        scoped=False,
        names=Around(names["other"], mediator),
    )
    questions = [named(question, names) for question in as_asked(stage.questions, relation, closure)]
    turns = stage.turns
    return Phone(
        letter=letter,
        name=INVENTED[letter],
        other=names["other"],
        title=fill(stage.title, **names),
        lead=fill(stage.lead, **names),
        questions=tuple((question, sheets.parts_of(here, question, {})) for question in questions),
        moments=tuple(_moments(turns, letter)) if turns else (),
        asks=stage.asks,
        speaker=tuple(fill(line, **names) for line in turns.speaker) if turns else (),
        listener=tuple(fill(line, **names) for line in turns.listener) if turns else (),
    )


def _moments(turns: Turns, letter: Letter) -> Iterable[Moment]:
    """The first turn, moment by moment, as the machine has it."""
    for phase in Phase if not turns.listen_only else (Phase.SPEAK,):
        turn = modes.Turns(turns.rounds, Letter.A, phase=phase)
        yield Moment(phase, modes.screen(modes.Run((turn,)), letter))
