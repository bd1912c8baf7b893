"""The modes of exercises: random paths of acts through random runs show nothing early and nothing of the other's doing.

`_may_read` is the rule of who reads what, said once more from the history of acts alone, without the machine's states.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product

import pytest
from hypothesis import given, settings
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
from mediator.exercises.terms import UNDER_WAY, WRITING, Heard, Mode, Phase, RunState

A, B = Letter
ALL: tuple[Who, ...] = (A, B, MEDIATOR)

#: What somebody does alone. Neither the other's phone nor what the other can do may change by it. `KEEP` is one of them
#: too, unless the item stands open: then what both read is gone for both (`_private`).
PRIVATE = frozenset({Do.HAND_IN, Do.TAKE_BACK, Do.OFFER, Do.AGREE, Do.RECEIVE, Do.DECLINE})
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


# -- runs and paths ----------------------------------------------------------------------------------------------------


def _stages(key: str) -> st.SearchStrategy[Stage]:
    """One stage of any mode. Its items are its own, as in the content."""
    items = st.sampled_from([(f"{key}.1",), (f"{key}.1", f"{key}.2")])
    writing = [st.builds(Writing, mode=st.just(mode), items=items) for mode in sorted(WRITING)]
    mine = st.builds(Writing, mode=st.sampled_from(sorted(WRITING)), items=items, mine=st.just(True))
    held = st.builds(Held, author=st.sampled_from(Letter), items=items)
    turns = st.builds(Turns, rounds=st.integers(0, 2), speaker=st.sampled_from(Letter))
    return st.one_of(*writing, mine, held, turns, st.builds(Together))


runs = st.builds(
    lambda stages, count: Run(stages[:count]),
    st.tuples(_stages("E1"), _stages("E2"), _stages("E3")),
    st.sampled_from([1, 1, 2, 3]),
)
#: How long a path is at the most, and what its acts are drawn by (`_walk`).
lengths = st.sampled_from([40, 30, 20, 10, 5])
draws = st.builds(random.Random, st.integers(0, 2**32))


@dataclass(frozen=True)
class Step:
    """One act of a path, with the states before and after it."""

    before: Run
    act: Act
    after: Run


def _acts(run: Run) -> tuple[Act, ...]:
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
        elif do in {Do.WRITE, Do.AGREE}:
            yield from (Act(who, do, rev=one) for one in {rev, max(rev - 1, 0)})
        else:
            yield Act(who, do)


def _fits(run: Run, act: Act) -> bool:
    try:
        run.after(act)
    except NotNow:
        return False
    return True


def _walk(run: Run, length: int, draw: random.Random) -> list[Step]:
    """A path of acts that fit, at random."""
    path: list[Step] = []
    while len(path) < length and (fitting := [act for act in _acts(run) if _fits(run, act)]):
        dos = sorted({act.do for act in fitting})
        do = draw.choices(dos, [WEIGHT.get(one, 6) for one in dos])[0]
        act = draw.choice([act for act in fitting if act.do is do])
        path.append(Step(run, act, run.after(act)))
        run = path[-1].after
    return path


def _states(run: Run, length: int, draw: random.Random) -> list[Run]:
    """The states of such a path, the first one too."""
    return [run, *(step.after for step in _walk(run, length, draw))]


@dataclass(frozen=True)
class Noticed:
    """All that one person can notice: their screen, what they read, and what they can do."""

    screen: Screen
    reads: frozenset[Piece]
    can: frozenset[Act]


def _noticed(run: Run, who: Letter) -> Noticed:
    can = frozenset(act for act in _acts(run) if act.who == who and _fits(run, act))
    return Noticed(screen(run, who), run.reads(who), can)


def _private(run: Run, act: Act) -> bool:
    """Whether this is something a person does alone, as the run stands."""
    if act.do is Do.KEEP and isinstance(act.who, Letter):
        other = act.who.other
        shared = {Piece(act.item), Piece(act.item, act.who)}
        return not run.reads(other) & shared
    return isinstance(act.who, Letter) and act.do in PRIVATE


# -- 1: nothing early --------------------------------------------------------------------------------------------------


def _last(acts: Sequence[Act], *wanted: Act) -> Act | None:
    """The latest of these acts that was done."""
    return next((act for act in reversed(acts) if act in wanted), None)


def _in(acts: Sequence[Act], who: Letter) -> bool:
    """Whether this person has handed in, and neither they nor the mediator gave it back since."""
    latest = _last(acts, Act(who, Do.HAND_IN), Act(who, Do.TAKE_BACK), Act(MEDIATOR, Do.TAKE_BACK))
    return latest is not None and latest.do is Do.HAND_IN


def _open(acts: Sequence[Act], piece: Piece) -> bool:
    """Whether the mediator opened it and did not close it since."""
    opened, closed = (Act(MEDIATOR, do, piece.item, piece.author) for do in (Do.OPEN, Do.CLOSE))
    return _last(acts, opened, closed) == opened


def _read_by_both(stage: Stage, acts: Sequence[Act]) -> set[Piece]:
    """What both may read of a stage, by what was done in it, whoever wrote it."""
    kept = {Piece(act.item, act.who) for act in acts if act.do is Do.KEEP and isinstance(act.who, Letter)}
    if isinstance(stage, Together):
        return {Piece("text")} if any(act.do is Do.WRITE for act in acts) else set()
    if not isinstance(stage, Writing) or stage.mine:
        return set()
    if stage.mode is Mode.OFFERED:
        pieces = {Piece(item, who) for item in stage.items for who in Letter if Act(who, Do.OFFER, item) in acts}
        return {one for one in pieces - kept if one.author and _in(acts, one.author) and _open(acts, one)}
    if stage.mode not in {Mode.RECIPROCAL, Mode.DERIVED} or not (_in(acts, A) and _in(acts, B)):
        return set()
    kept_items = {one.item for one in kept}
    items = {item for item in stage.items if item not in kept_items and _open(acts, Piece(item))}
    authors = (None,) if stage.mode is Mode.DERIVED else (A, B)
    return {Piece(item, author) for item in items for author in authors}


def _received(stage: Held, acts: Sequence[Act]) -> set[Piece]:
    """What the receiver may read of words held for them: after a yes to these, once delivered, not kept."""
    yes, no = (Act(stage.author.other, do) for do in (Do.RECEIVE, Do.DECLINE))
    if Act(MEDIATOR, Do.DELIVER) not in acts or _last(acts, Act(MEDIATOR, Do.ACCEPT), yes, no) != yes:
        return set()
    gone = {act.item for act in acts if act.do in {Do.KEEP, Do.CLOSE}}
    return {Piece(item, stage.author) for item in stage.items if item not in gone}


def _may_read(stage: Stage, acts: Sequence[Act], who: Who) -> set[Piece]:
    """What this person reads of a stage they have reached, by what was done in it."""
    reads = _read_by_both(stage, acts)
    if isinstance(stage, Writing):
        if isinstance(who, Letter):
            reads |= {Piece(item, who) for item in stage.items}
        elif not stage.mine:
            reads |= {Piece(item, one) for item in stage.items for one in Letter if _in(acts, one)}
    if isinstance(stage, Held):
        words = {Piece(item, stage.author) for item in stage.items}
        if who == stage.author or (who == MEDIATOR and _in(acts, stage.author)):
            return words
        return _received(stage, acts) if isinstance(who, Letter) else set()
    return reads


@given(runs, lengths, draws)
@settings(deadline=None, max_examples=250)
def test_everybody_reads_exactly_what_the_acts_so_far_let_them(run: Run, length: int, draw: random.Random) -> None:
    done: list[list[Act]] = [[] for _ in run.stages]
    for step in _walk(run, length, draw):
        before, act, after = step.before, step.act, step.after
        of_item = (at for at, one in enumerate(run.stages) if isinstance(one, Writing | Held) and act.item in one.items)
        done[next(of_item, before.at)].append(act)
        for who in ALL:
            reached = zip(run.stages[: after.at + 1], done, strict=False)
            assert after.reads(who) == set().union(*(_may_read(stage, acts, who) for stage, acts in reached)), who


@given(runs, lengths, draws)
@settings(deadline=None, max_examples=100)
def test_what_is_nobodys_but_ones_own_is_read_by_nobody_else(run: Run, length: int, draw: random.Random) -> None:
    for after in _states(run, length, draw):
        for who in ALL:
            for stage in after.stages:
                if isinstance(stage, Writing) and (stage.mine or stage.mode is Mode.ALONE):
                    others = {one for one in stage.reads(who) if one.author != who}
                    assert not others or (who == MEDIATOR and not stage.mine)
                if isinstance(stage, Writing) and stage.mode is Mode.DERIVED and isinstance(who, Letter):
                    assert not any(one.author is who.other for one in stage.reads(who))


# -- 2: A and B alike --------------------------------------------------------------------------------------------------


def _swap(who: Who) -> Who:
    return who.other if isinstance(who, Letter) else who


def _swap_act(act: Act) -> Act:
    return replace(act, who=_swap(act.who), author=act.author.other if act.author else None)


def _swap_run(run: Run) -> Run:
    def one(stage: Stage) -> Stage:
        if isinstance(stage, Turns):
            return replace(stage, speaker=stage.speaker.other)
        return replace(stage, author=stage.author.other) if isinstance(stage, Held) else stage

    return replace(run, stages=tuple(one(stage) for stage in run.stages))


@given(runs, lengths, draws)
@settings(deadline=None, max_examples=100)
def test_a_and_b_are_treated_alike(run: Run, length: int, draw: random.Random) -> None:
    mirrored = _swap_run(run)
    for step in _walk(run, length, draw):
        act, after = step.act, step.after
        mirrored = mirrored.after(_swap_act(act))
        for who in Letter:
            there = _noticed(mirrored, who.other)
            assert _noticed(after, who) == Noticed(
                there.screen,
                frozenset(replace(one, author=one.author.other if one.author else None) for one in there.reads),
                frozenset(_swap_act(one) for one in there.can),
            )


# -- 3: what the other did alone changes nothing -----------------------------------------------------------------------


@given(runs, lengths, draws)
@settings(deadline=None, max_examples=160)
def test_nothing_done_alone_is_noticed_by_the_other(run: Run, length: int, draw: random.Random) -> None:
    for step in _walk(run, length, draw):
        before, act, after = step.before, step.act, step.after
        if _private(before, act) and isinstance(act.who, Letter):
            assert _noticed(after, act.who.other) == _noticed(before, act.who.other), act


@given(runs, lengths, draws, st.sampled_from(Letter))
@settings(deadline=None, max_examples=200)
def test_a_phone_shows_the_same_whether_or_not_the_other_did_something_alone(
    run: Run, length: int, draw: random.Random, who: Letter
) -> None:
    """The same path twice, the second time without some of what the other did alone.

    The mediator's acts that wait for somebody are done where the same can be done both times: whether to open is the
    mediator's choice, and what is delivered is what its author has not kept. All else fits both times, or neither.
    """
    one = other = run
    for step in _walk(run, length, draw):
        act = step.act
        if act.who == who.other and _private(step.before, act):
            one = one.after(act) if _fits(one, act) else one
            if draw.random() < 0.7 and _fits(other, act):
                other = other.after(act)
        elif act.do is Do.DELIVER and one.stage != other.stage:
            continue
        elif _fits(one, act) and _fits(other, act):
            one, other = one.after(act), other.after(act)
        elif act.who == who or (act.do not in WAITS and act.do is not Do.KEEP):
            assert _fits(one, act) == _fits(other, act), act
        assert _noticed(one, who) == _noticed(other, who), act


@given(runs, lengths, draws)
@settings(deadline=None, max_examples=100)
def test_whoever_read_the_others_words_does_not_write_theirs_anew(run: Run, length: int, draw: random.Random) -> None:
    """Blind until opened, and after that as it was: also where it was closed again meanwhile."""
    read: set[tuple[Letter, int]] = set()
    for step in _walk(run, length, draw):
        before, act, after = step.before, step.act, step.after
        assert not (act.do is Do.TAKE_BACK and isinstance(act.who, Letter) and (act.who, before.at) in read)
        for at, stage in enumerate(after.stages):
            if isinstance(stage, Writing) and stage.mode in {Mode.RECIPROCAL, Mode.DERIVED} and stage.opened:
                read |= {(A, at), (B, at)}


# -- 4 and 6: every run can be stopped, and ends -----------------------------------------------------------------------


@given(runs, lengths, draws)
@settings(deadline=None, max_examples=100)
def test_everybody_can_stop_at_any_time_and_nothing_new_is_read_after_that(
    run: Run, length: int, draw: random.Random
) -> None:
    for one in _states(run, length, draw):
        if one.state not in UNDER_WAY:
            _over(one)
            continue
        for who in ALL:
            stopped = one.after(Act(who, Do.STOP))
            assert (stopped.state, stopped.asked) == (RunState.STOPPED, who)
            assert all(stopped.reads(reader) == one.reads(reader) for reader in ALL)
            _over(stopped)


def _over(run: Run) -> None:
    """Nothing goes on: what is left to do takes something away, or nothing."""
    assert {screen(run, who) for who in Letter} == {Screen.OVER}
    for act in _acts(run):
        if _fits(run, act):
            assert act.do in {Do.KEEP, Do.CLOSE}
            assert all(run.after(act).reads(who) <= run.reads(who) for who in ALL)


@given(runs, lengths, draws)
@settings(deadline=None, max_examples=100)
def test_during_a_pause_nothing_goes_on_and_only_the_mediator_ends_it(
    run: Run, length: int, draw: random.Random
) -> None:
    for one in _states(run, length, draw):
        if one.state is not RunState.RUNNING:
            continue
        for who in ALL:
            paused = one.after(Act(who, Do.PAUSE))
            assert {screen(paused, letter) for letter in Letter} == {Screen.PAUSE}
            can = {(act.who, act.do) for act in _acts(paused) if _fits(paused, act)}
            assert {do for _, do in can} <= {Do.KEEP, Do.CLOSE, Do.STOP, Do.RESUME}
            assert {by for by, do in can if do is Do.RESUME} == {MEDIATOR}
            assert paused.after(Act(MEDIATOR, Do.RESUME)) == replace(one, asked=None)


@given(runs, lengths, draws)
@settings(deadline=None, max_examples=100)
def test_going_on_as_often_as_there_are_stages_ends_a_run(run: Run, length: int, draw: random.Random) -> None:
    for one in _states(run, length, draw):
        if one.state not in UNDER_WAY:
            continue
        if one.state is RunState.PAUSED:
            one = one.after(Act(MEDIATOR, Do.RESUME))
        for _ in range(len(one.stages) - one.at):
            assert one.state is RunState.RUNNING
            one = one.after(Act(MEDIATOR, Do.GO_ON))
        assert one.state is RunState.FINISHED
        _over(one)


# -- examples: a whole E01, and what fits when -------------------------------------------------------------------------


def _do(run: Run, *acts: Act) -> Run:
    for act in acts:
        run = run.after(act)
    return run


def _screens(run: Run) -> tuple[Screen, Screen]:
    return screen(run, A), screen(run, B)


def test_a_whole_speaker_and_listener_with_what_each_heard_opened_at_the_end() -> None:
    run = Run((Turns(rounds=1), Writing(Mode.RECIPROCAL, ("E01.heard",))))
    heard = Piece("E01.heard", A), Piece("E01.heard", B)
    steps: list[tuple[Act, tuple[Screen, Screen]]] = [
        (Act(A, Do.FINISHED), (Screen.LISTEN_BACK, Screen.SAY_BACK)),
        (Act(B, Do.SAID_BACK), (Screen.CHECK, Screen.WAIT)),
        (Act(A, Do.HEARD, heard=Heard.PARTLY), (Screen.SPEAK, Screen.LISTEN)),
        (Act(A, Do.FINISHED), (Screen.LISTEN_BACK, Screen.SAY_BACK)),
        (Act(B, Do.SAID_BACK), (Screen.CHECK, Screen.WAIT)),
        (Act(A, Do.HEARD, heard=Heard.GOT_IT), (Screen.LISTEN, Screen.SPEAK)),
        (Act(MEDIATOR, Do.FINISHED), (Screen.SAY_BACK, Screen.LISTEN_BACK)),
        (Act(B, Do.PAUSE), (Screen.PAUSE, Screen.PAUSE)),
        (Act(MEDIATOR, Do.RESUME), (Screen.SAY_BACK, Screen.LISTEN_BACK)),
        (Act(MEDIATOR, Do.SAID_BACK), (Screen.WAIT, Screen.CHECK)),
        (Act(B, Do.HEARD, heard=Heard.GOT_IT), (Screen.WAIT, Screen.WAIT)),
        (Act(MEDIATOR, Do.GO_ON), (Screen.WRITE, Screen.WRITE)),
        (Act(B, Do.HAND_IN), (Screen.WRITE, Screen.DONE)),
        (Act(A, Do.HAND_IN), (Screen.DONE, Screen.DONE)),
        (Act(MEDIATOR, Do.OPEN, "E01.heard"), (Screen.READ, Screen.READ)),
        (Act(MEDIATOR, Do.GO_ON), (Screen.OVER, Screen.OVER)),
    ]
    assert _screens(run) == (Screen.SPEAK, Screen.LISTEN)
    for act, screens in steps:
        run = run.after(act)
        assert _screens(run) == screens, act
        opened = act.do is Do.OPEN or run.state is RunState.FINISHED
        assert run.reads(A) >= {heard[1]} if opened else heard[1] not in run.reads(A)
        assert run.reads(B) >= {heard[0]} if opened else heard[0] not in run.reads(B)


def test_twice_not_yet_asks_for_the_mediator_and_the_next_turn_begins_anew() -> None:
    once = (Act(A, Do.FINISHED), Act(B, Do.SAID_BACK))
    not_yet, partly = (Act(A, Do.HEARD, heard=heard) for heard in (Heard.NOT_YET, Heard.PARTLY))
    turns = Turns(rounds=2)
    for act, stuck in ((not_yet, False), (partly, False), (not_yet, True), (partly, True)):
        for one in (*once, act):
            turns = turns.after(one)
        assert turns.stuck is stuck
    passed = turns.after(Act(MEDIATOR, Do.NEXT_TURN))
    assert (passed.speaker, passed.turn, passed.phase, passed.stuck) == (B, 1, Phase.SPEAK, False)


def test_each_has_as_many_turns_as_there_are_rounds() -> None:
    turns, spoke = Turns(rounds=3, speaker=B), []
    while not turns.over:
        spoke.append(turns.speaker)
        turns = turns.after(Act(MEDIATOR, Do.NEXT_TURN))
    assert spoke == [B, A, B, A, B, A]


def test_words_held_for_the_other_are_read_only_after_a_yes_to_these_words() -> None:
    run = Run((Held(A, ("E09.text",)),))
    words = Piece("E09.text", A)
    asked = _do(run, Act(A, Do.HAND_IN), Act(MEDIATOR, Do.ACCEPT))
    assert words not in asked.reads(B)
    given_back = _do(asked, Act(B, Do.RECEIVE), Act(MEDIATOR, Do.TAKE_BACK))
    assert _screens(given_back) == (Screen.WRITE, Screen.DONE)
    assert words not in given_back.reads(MEDIATOR)
    anew = _do(given_back, Act(A, Do.HAND_IN), Act(MEDIATOR, Do.ACCEPT))
    assert not _fits(anew, Act(MEDIATOR, Do.DELIVER))  # a yes to earlier words is none to these
    changed = _do(anew, Act(B, Do.DECLINE), Act(B, Do.RECEIVE))
    assert words not in changed.reads(B)
    delivered = changed.after(Act(MEDIATOR, Do.DELIVER))
    assert words in delivered.reads(B)
    assert _screens(delivered) == (Screen.DONE, Screen.READ)
    for gone in (Act(A, Do.KEEP, "E09.text"), Act(MEDIATOR, Do.CLOSE, "E09.text", A)):
        assert words not in delivered.after(gone).reads(B)
        assert _screens(delivered.after(gone)) == (Screen.DONE, Screen.DONE)


def test_a_text_of_both_stands_once_both_agreed_to_the_same_words() -> None:
    text = Together().after(Act(A, Do.WRITE))
    text = text.after(Act(A, Do.AGREE, rev=1))
    assert not text.stands
    changed = text.after(Act(B, Do.WRITE, rev=1)).after(Act(B, Do.AGREE, rev=2))
    assert not changed.stands
    assert changed.after(Act(A, Do.AGREE, rev=2)).stands
    assert text.after(Act(B, Do.AGREE, rev=1)).stands


OFFERED, RECIPROCAL = (Writing(mode, ("E1.1",)) for mode in (Mode.OFFERED, Mode.RECIPROCAL))
IN = (Act(A, Do.HAND_IN), Act(B, Do.HAND_IN))
TURNS, TEXT, HELD = Turns(rounds=1), Together(), Held(A, ("E1.1",))
BACK, CHECK = (Act(A, Do.FINISHED),), (Act(A, Do.FINISHED), Act(B, Do.SAID_BACK))
ASKED = (Act(A, Do.HAND_IN), Act(MEDIATOR, Do.ACCEPT))
OPEN, WROTE = Act(MEDIATOR, Do.OPEN, "E1.1"), Act(MEDIATOR, Do.WRITE)
#: A stage, what was done in it, and what does not fit then.
NOT_NOW: list[tuple[Stage, tuple[Act, ...], Act]] = [
    # each writes alone
    (OFFERED, (), Act(MEDIATOR, Do.HAND_IN)),
    (OFFERED, IN, Act(A, Do.HAND_IN)),
    (OFFERED, (IN[1],), Act(A, Do.TAKE_BACK)),
    (RECIPROCAL, (*IN, OPEN), Act(A, Do.TAKE_BACK)),
    (RECIPROCAL, (*IN, OPEN, Act(MEDIATOR, Do.CLOSE, "E1.1")), Act(B, Do.TAKE_BACK)),
    (RECIPROCAL, (*IN, OPEN, Act(A, Do.KEEP, "E1.1")), Act(B, Do.TAKE_BACK)),
    (OFFERED, (), Act(MEDIATOR, Do.OFFER, "E1.1")),
    (OFFERED, (), Act(A, Do.OFFER, "E1.9")),
    (RECIPROCAL, (), Act(A, Do.OFFER, "E1.1")),
    (OFFERED, (), Act(MEDIATOR, Do.KEEP, "E1.1")),
    (OFFERED, (), Act(A, Do.KEEP, "E1.9")),
    (RECIPROCAL, IN[:1], OPEN),
    (RECIPROCAL, IN, Act(A, Do.OPEN, "E1.1")),
    (RECIPROCAL, IN, Act(MEDIATOR, Do.OPEN, "E1.1", A)),
    (RECIPROCAL, (*IN, Act(B, Do.KEEP, "E1.1")), OPEN),
    (OFFERED, IN, Act(MEDIATOR, Do.OPEN, "E1.1", A)),
    (OFFERED, (Act(A, Do.OFFER, "E1.1"),), Act(MEDIATOR, Do.OPEN, "E1.1", A)),
    (OFFERED, (Act(A, Do.OFFER, "E1.1"), *IN), Act(MEDIATOR, Do.OPEN, "E1.1", B)),
    (OFFERED, (Act(A, Do.OFFER, "E1.1"), *IN, Act(A, Do.KEEP, "E1.1")), Act(MEDIATOR, Do.OPEN, "E1.1", A)),
    (replace(RECIPROCAL, mine=True), IN, OPEN),
    (replace(RECIPROCAL, mode=Mode.ALONE), IN, OPEN),
    (RECIPROCAL, IN, Act(MEDIATOR, Do.CLOSE, "E1.1")),
    (RECIPROCAL, (*IN, OPEN), Act(A, Do.CLOSE, "E1.1")),
    # turns
    (TURNS, (), Act(B, Do.FINISHED)),
    (TURNS, BACK, Act(A, Do.FINISHED)),
    (TURNS, (), Act(B, Do.SAID_BACK)),
    (TURNS, BACK, Act(A, Do.SAID_BACK)),
    (TURNS, CHECK, Act(B, Do.HEARD, heard=Heard.GOT_IT)),
    (TURNS, CHECK, Act(MEDIATOR, Do.HEARD, heard=Heard.GOT_IT)),
    (TURNS, CHECK, Act(A, Do.HEARD)),
    (TURNS, BACK, Act(A, Do.HEARD, heard=Heard.GOT_IT)),
    (TURNS, (), Act(A, Do.NEXT_TURN)),
    (TURNS, (Act(MEDIATOR, Do.NEXT_TURN),) * 2, Act(MEDIATOR, Do.NEXT_TURN)),
    (TURNS, (), Act(A, Do.HAND_IN)),
    # a text of both
    (TEXT, (), Act(A, Do.AGREE)),
    (TEXT, (WROTE,), Act(MEDIATOR, Do.AGREE, rev=1)),
    (TEXT, (WROTE,), Act(A, Do.AGREE)),
    (TEXT, (WROTE,), Act(B, Do.WRITE)),
    # held for the other
    (HELD, (), Act(B, Do.HAND_IN)),
    (HELD, (), Act(MEDIATOR, Do.ACCEPT)),
    (HELD, (), Act(MEDIATOR, Do.TAKE_BACK)),
    (HELD, ASKED[:1], Act(B, Do.RECEIVE)),
    (HELD, ASKED[:1], Act(B, Do.TAKE_BACK)),
    (HELD, ASKED[:1], Act(A, Do.ACCEPT)),
    (HELD, ASKED, Act(A, Do.TAKE_BACK)),
    (HELD, ASKED, Act(A, Do.RECEIVE)),
    (HELD, ASKED, Act(MEDIATOR, Do.DECLINE)),
    (HELD, ASKED, Act(MEDIATOR, Do.DELIVER)),
    (HELD, (*ASKED, Act(B, Do.DECLINE)), Act(MEDIATOR, Do.DELIVER)),
    (HELD, (*ASKED, Act(B, Do.RECEIVE)), Act(A, Do.DELIVER)),
    (HELD, (*ASKED, Act(B, Do.RECEIVE), Act(MEDIATOR, Do.DELIVER)), Act(B, Do.DECLINE)),
    (HELD, (), Act(B, Do.KEEP, "E1.1")),
    (HELD, (*ASKED, Act(B, Do.RECEIVE)), Act(MEDIATOR, Do.CLOSE, "E1.1", A)),
    # the whole run
    (TEXT, (), Act(A, Do.GO_ON)),
    (TEXT, (), Act(MEDIATOR, Do.RESUME)),
    (TEXT, (Act(A, Do.PAUSE),), Act(A, Do.RESUME)),
    (TEXT, (Act(A, Do.PAUSE),), Act(B, Do.PAUSE)),
    (TEXT, (Act(A, Do.PAUSE),), Act(A, Do.WRITE)),
    (TEXT, (Act(A, Do.PAUSE),), Act(MEDIATOR, Do.GO_ON)),
    (TEXT, (Act(A, Do.STOP),), Act(B, Do.STOP)),
    (TEXT, (Act(MEDIATOR, Do.GO_ON),), Act(A, Do.STOP)),
]


@pytest.mark.parametrize(("stage", "acts", "act"), NOT_NOW)
def test_what_does_not_fit_is_refused(stage: Stage, acts: tuple[Act, ...], act: Act) -> None:
    run = _do(Run((stage,)), *acts)
    with pytest.raises(NotNow, match=act.do.value):
        run.after(act)


def test_every_act_was_seen_refused_above() -> None:
    assert {act.do for _, _, act in NOT_NOW} == set(Do)
