"""The modes of exercises: random paths of acts through random runs show nothing early and nothing of the other's doing.

`_may_read` is the rule of who reads what, said once more from the history of acts alone, without the machine's states.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from mediator.core.visibility import Letter
from mediator.exercises.modes import (
    MEDIATOR,
    Act,
    Do,
    Held,
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
from mediator.exercises.terms import UNDER_WAY, Mode, RunState
from tests.exercises.walks import (
    ALL,
    WAITS,
    A,
    B,
    Noticed,
    draws,
    every_act,
    fits,
    lengths,
    noticed,
    private,
    runs,
    states,
    walk,
)

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
    for step in walk(run, length, draw):
        before, act, after = step.before, step.act, step.after
        of_item = (at for at, one in enumerate(run.stages) if isinstance(one, Writing | Held) and act.item in one.items)
        done[next(of_item, before.at)].append(act)
        for who in ALL:
            reached = zip(run.stages[: after.at + 1], done, strict=False)
            assert after.reads(who) == set().union(*(_may_read(stage, acts, who) for stage, acts in reached)), who


@given(runs, lengths, draws)
@settings(deadline=None, max_examples=100)
def test_what_is_nobodys_but_ones_own_is_read_by_nobody_else(run: Run, length: int, draw: random.Random) -> None:
    for after in states(run, length, draw):
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
    for step in walk(run, length, draw):
        act, after = step.act, step.after
        mirrored = mirrored.after(_swap_act(act))
        for who in Letter:
            there = noticed(mirrored, who.other)
            assert noticed(after, who) == Noticed(
                there.screen,
                frozenset(replace(one, author=one.author.other if one.author else None) for one in there.reads),
                frozenset(_swap_act(one) for one in there.can),
            )


# -- 3: what the other did alone changes nothing -----------------------------------------------------------------------


@given(runs, lengths, draws)
@settings(deadline=None, max_examples=160)
def test_nothing_done_alone_is_noticed_by_the_other(run: Run, length: int, draw: random.Random) -> None:
    for step in walk(run, length, draw):
        before, act, after = step.before, step.act, step.after
        if private(before, act) and isinstance(act.who, Letter):
            assert noticed(after, act.who.other) == noticed(before, act.who.other), act


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
    for step in walk(run, length, draw):
        act = step.act
        if act.who == who.other and private(step.before, act):
            one = one.after(act) if fits(one, act) else one
            if draw.random() < 0.7 and fits(other, act):
                other = other.after(act)
        elif act.do is Do.DELIVER and one.stage != other.stage:
            continue
        elif fits(one, act) and fits(other, act):
            one, other = one.after(act), other.after(act)
        elif act.who == who or (act.do not in WAITS and act.do is not Do.KEEP):
            assert fits(one, act) == fits(other, act), act
        assert noticed(one, who) == noticed(other, who), act


@given(runs, lengths, draws)
@settings(deadline=None, max_examples=100)
def test_whoever_read_the_others_words_does_not_write_theirs_anew(run: Run, length: int, draw: random.Random) -> None:
    """Blind until opened, and after that as it was: also where it was closed again meanwhile."""
    read: set[tuple[Letter, int]] = set()
    for step in walk(run, length, draw):
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
    for one in states(run, length, draw):
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
    for act in every_act(run):
        if fits(run, act):
            assert act.do in {Do.KEEP, Do.CLOSE}
            assert all(run.after(act).reads(who) <= run.reads(who) for who in ALL)


@given(runs, lengths, draws)
@settings(deadline=None, max_examples=100)
def test_during_a_pause_nothing_goes_on_and_only_the_mediator_ends_it(
    run: Run, length: int, draw: random.Random
) -> None:
    for one in states(run, length, draw):
        if one.state is not RunState.RUNNING:
            continue
        for who in ALL:
            paused = one.after(Act(who, Do.PAUSE))
            assert {screen(paused, letter) for letter in Letter} == {Screen.PAUSE}
            can = {(act.who, act.do) for act in every_act(paused) if fits(paused, act)}
            assert {do for _, do in can} <= {Do.KEEP, Do.CLOSE, Do.STOP, Do.RESUME}
            assert {by for by, do in can if do is Do.RESUME} == {MEDIATOR}
            assert paused.after(Act(MEDIATOR, Do.RESUME)) == replace(one, asked=None)


@given(runs, lengths, draws)
@settings(deadline=None, max_examples=100)
def test_going_on_as_often_as_there_are_stages_ends_a_run(run: Run, length: int, draw: random.Random) -> None:
    for one in states(run, length, draw):
        if one.state not in UNDER_WAY:
            continue
        if one.state is RunState.PAUSED:
            one = one.after(Act(MEDIATOR, Do.RESUME))
        for _ in range(len(one.stages) - one.at):
            assert one.state is RunState.RUNNING
            one = one.after(Act(MEDIATOR, Do.GO_ON))
        assert one.state is RunState.FINISHED
        _over(one)


@given(runs, lengths, draws)
@settings(deadline=None, max_examples=100)
def test_only_one_screen_answers_for_the_speaker(run: Run, length: int, draw: random.Random) -> None:
    for step in walk(run, length, draw):
        stage = step.before.stage
        if step.act.do is Do.HEARD:
            assert isinstance(stage, Turns)
            assert step.act.who == stage.speaker or (stage.one_screen and step.act.who == MEDIATOR)


@given(runs, lengths, draws)
@settings(deadline=None, max_examples=100)
def test_a_yes_is_ones_own_on_a_phone_and_on_one_screen_it_is_of_whoever_is_named(
    run: Run, length: int, draw: random.Random
) -> None:
    """No phone says anybody's yes on one screen, and nobody says the other's on a phone."""
    for step in walk(run, length, draw):
        stage, after, act = step.before.stage, step.after.stages[step.before.at], step.act
        if not isinstance(stage, Together) or not isinstance(after, Together):
            continue
        if act.do in {Do.AGREE, Do.DISAGREE}:
            assert (act.who == MEDIATOR) is stage.one_screen
            assert {who for who, _ in stage.agreed ^ after.agreed} <= {act.author if stage.one_screen else act.who}
        elif act.do is Do.WRITE:
            assert not after.agreed
            assert act.who == MEDIATOR or not stage.one_screen
        else:
            assert after == stage
