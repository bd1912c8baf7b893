"""Random paths of acts through random runs of exercises, and all that one person can notice on them."""

from __future__ import annotations

import functools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from hypothesis import strategies as st

from mediator.core.visibility import Letter
from mediator.exercises.modes import (
    MEDIATOR,
    Act,
    Do,
    Held,
    NotNow,
    Piece,
    Run,
    Screen,
    Stage,
    Together,
    Turns,
    Who,
    Writing,
    screen,
)
from mediator.exercises.terms import WRITING, Heard

A, B = Letter
ALL: tuple[Who, ...] = (A, B, MEDIATOR)

#: What somebody does alone. Neither the other's phone nor what the other can do may change by it. `KEEP` is one of them
#: too, unless the item stands open: then what both read is gone for both (`private`).
PRIVATE = frozenset({Do.HAND_IN, Do.TAKE_BACK, Do.OFFER, Do.AGREE, Do.DISAGREE, Do.RECEIVE, Do.DECLINE})
#: What the mediator can do only after somebody did something private. All other acts of one person fit or do not fit
#: whatever the other did in private.
WAITS = frozenset({Do.OPEN, Do.CLOSE, Do.ACCEPT, Do.DELIVER, Do.TAKE_BACK})
#: How often an act is drawn beside the others that fit, so that paths are long and come to openings (else 6).
WEIGHT = {
    Do.STOP: 0.2,
    Do.PAUSE: 0.5,
    Do.GO_ON: 0.7,
    Do.KEEP: 2,
    Do.OPEN: 10,
    Do.OFFER: 9,
    Do.DECLINE: 2,
    Do.TAKE_BACK: 2,
    Do.CLOSE: 3,
}


def _stages(key: str) -> st.SearchStrategy[Stage]:
    """One stage of any mode. Its items are its own, as in the content."""
    items = st.sampled_from([(f"{key}.1",), (f"{key}.1", f"{key}.2")])
    writing = [st.builds(Writing, mode=st.just(mode), items=items) for mode in sorted(WRITING)]
    mine = st.builds(Writing, mode=st.sampled_from(sorted(WRITING)), items=items, mine=st.just(True))
    held = st.builds(Held, author=st.sampled_from(Letter), items=items)
    turns = st.builds(
        Turns,
        rounds=st.integers(0, 2),
        speaker=st.sampled_from(Letter),
        one_screen=st.booleans(),
        listen_only=st.booleans(),
    )
    return st.one_of(*writing, mine, held, turns, st.builds(Together, one_screen=st.booleans()))


runs = st.builds(
    lambda stages, count: Run(stages[:count]),
    st.tuples(_stages("E1"), _stages("E2"), _stages("E3")),
    st.sampled_from([1, 1, 2, 3]),
)
#: How long a path is at the most, and what its acts are drawn by (`walk`).
lengths = st.sampled_from([40, 30, 20, 10, 5])
draws = st.builds(random.Random, st.integers(0, 2**32))


@dataclass(frozen=True)
class Step:
    """One act of a path, with the states before and after it."""

    before: Run
    act: Act
    after: Run


def every_act(run: Run) -> tuple[Act, ...]:
    """Every act anybody could try, with what is nobody's to do and with old words of a text."""
    items = tuple(item for stage in run.stages if isinstance(stage, Writing | Held) for item in stage.items)
    return _every(items, run.stage.rev if isinstance(run.stage, Together) else 0)


@functools.cache
def _every(items: tuple[str, ...], rev: int) -> tuple[Act, ...]:
    return tuple(_any(items, rev))


def _any(items: tuple[str, ...], rev: int) -> Iterator[Act]:
    for who, do in product(ALL, Do):
        if do in {Do.OPEN, Do.CLOSE}:
            yield from (Act(who, do, item, author) for item in items for author in (A, B, None))
        elif do in {Do.OFFER, Do.KEEP}:
            yield from (Act(who, do, item) for item in items)
        elif do is Do.HEARD:
            yield from (Act(who, do, heard=heard) for heard in (*Heard, None))
        elif do is Do.WRITE:
            yield from (Act(who, do, rev=one) for one in {rev, max(rev - 1, 0)})
        elif do in {Do.AGREE, Do.DISAGREE}:
            yield from (Act(who, do, rev=one, author=of) for one in {rev, max(rev - 1, 0)} for of in (A, B, None))
        else:
            yield Act(who, do)


def fits(run: Run, act: Act) -> bool:
    try:
        run.after(act)
    except NotNow:
        return False
    return True


def walk(run: Run, length: int, draw: random.Random) -> list[Step]:
    """A path of acts that fit, at random."""
    path: list[Step] = []
    while len(path) < length and (fitting := [act for act in every_act(run) if fits(run, act)]):
        dos = sorted({act.do for act in fitting})
        do = draw.choices(dos, [WEIGHT.get(one, 6) for one in dos])[0]
        act = draw.choice([act for act in fitting if act.do is do])
        path.append(Step(run, act, run.after(act)))
        run = path[-1].after
    return path


def states(run: Run, length: int, draw: random.Random) -> list[Run]:
    """The states of such a path, the first one too."""
    return [run, *(step.after for step in walk(run, length, draw))]


@dataclass(frozen=True)
class Noticed:
    """All that one person can notice: their screen, what they read, and what they can do."""

    screen: Screen
    reads: frozenset[Piece]
    can: frozenset[Act]


def noticed(run: Run, who: Letter) -> Noticed:
    can = frozenset(act for act in every_act(run) if act.who == who and fits(run, act))
    return Noticed(screen(run, who), run.reads(who), can)


def private(run: Run, act: Act) -> bool:
    """Whether this is something a person does alone, as the run stands."""
    if act.do is Do.KEEP and isinstance(act.who, Letter):
        other = act.who.other
        shared = {Piece(act.item), Piece(act.item, act.who)}
        return not run.reads(other) & shared
    return isinstance(act.who, Letter) and act.do in PRIVATE
