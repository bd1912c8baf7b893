"""The clock of a session: it never goes negative, never back, and what waits is made to fit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mediator.sessions import timers
from mediator.sessions.terms import ItemKind, ItemState
from mediator.sessions.timers import Block, Face, Stretch

START = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
seconds = st.integers(-100_000, 100_000)
spent = st.integers(0, 20_000)


def at(second: float) -> datetime:
    return START + timedelta(seconds=second)


def block(minutes: int, state: ItemState = ItemState.WAITING, kind: ItemKind = ItemKind.TALK, *, gone: int = 0,
          since: datetime | None = None, locked: int | None = None) -> Block:  # fmt: skip
    return Block(minutes, kind, state, Stretch(gone, since), None if locked is None else at(60 * locked))


waiting = st.builds(
    block,
    st.integers(1, 60),
    kind=st.sampled_from([ItemKind.TALK, ItemKind.BREAK, ItemKind.EXERCISE]),
    locked=st.one_of(st.none(), st.none(), st.integers(0, 120)),
)


@given(spent, seconds, seconds, seconds)
def test_what_ran_is_never_negative_and_never_gets_less(gone: int, since: int, first: int, later: int) -> None:
    stretch = Stretch(gone, at(since))
    first, later = min(first, later), max(first, later)
    assert 0 <= gone <= stretch.elapsed(at(first)) <= stretch.elapsed(at(later))


@given(spent, seconds, seconds, seconds)
def test_stopping_and_going_on_loses_and_adds_nothing(gone: int, since: int, stop: int, again: int) -> None:
    stopped = Stretch(gone, at(since)).stopped(at(stop))
    assert stopped.elapsed(at(again)) == Stretch(gone, at(since)).elapsed(at(stop))
    on = stopped.going(at(again))
    assert on.elapsed(at(again)) == stopped.spent
    assert on.going(at(again + 60)) == on


@given(spent, st.integers(0, 20_000))
def test_left_and_over_are_two_sides_of_one_number(elapsed: int, planned: int) -> None:
    face = Face(elapsed, planned)
    assert min(face.left, face.over) == 0
    assert face.left - face.over == planned - elapsed


def test_a_pause_does_not_move_the_end() -> None:
    assert timers.ends_at(START, 90) == at(90 * 60)


def test_the_projected_end_counts_what_is_left_now_and_waits_for_locked_starts() -> None:
    running = block(20, ItemState.RUNNING, since=at(0))
    done = block(30, ItemState.DONE, gone=600)
    assert timers.projected_end([done, running, block(10)], at(5 * 60)) == at(30 * 60)
    assert timers.projected_end([running, block(10, locked=60)], at(0)) == at(70 * 60)
    assert timers.projected_end([running, block(10, locked=5)], at(0)) == at(30 * 60)


def test_an_item_over_its_time_leaves_nothing_to_wait_for() -> None:
    running = block(20, ItemState.RUNNING, since=at(0))
    assert timers.projected_end([running, block(10)], at(25 * 60)) == at(35 * 60)


@given(st.lists(waiting, max_size=8), st.integers(10, 180), st.integers(0, 12_000))
def test_fitting_only_shortens_and_keeps_the_shortest(blocks: list[Block], minutes: int, now: int) -> None:
    running = block(15, ItemState.RUNNING, since=at(0))
    lengths = timers.fitted([running, *blocks], START, minutes, at(now))
    assert lengths[0] == 15
    for was, length in zip(blocks, lengths[1:], strict=True):
        assert min(was.minutes, timers.SHORTEST) <= length <= was.minutes


@given(st.lists(st.builds(block, st.integers(1, 60)), max_size=8), st.integers(0, 90))
def test_what_can_fit_fits_and_gives_no_more_than_needed(blocks: list[Block], gone: int) -> None:
    room = 90 - gone
    assume(sum(min(one.minutes, timers.SHORTEST) for one in blocks) <= room)
    lengths = timers.fitted(blocks, START, 90, at(gone * 60))
    assert sum(lengths) == min(room, sum(one.minutes for one in blocks))


@given(st.lists(waiting, max_size=8), st.integers(0, 5000))
def test_shortening_never_moves_the_end_back(blocks: list[Block], now: int) -> None:
    lengths = timers.fitted(blocks, START, 90, at(now))
    shorter = [Block(length, one.kind, one.state, one.stretch, one.fixed)
               for one, length in zip(blocks, lengths, strict=True)]  # fmt: skip
    assert timers.projected_end(shorter, at(now)) <= timers.projected_end(blocks, at(now))


def test_breaks_give_way_last() -> None:
    blocks = [block(20), block(10, kind=ItemKind.BREAK), block(20)]
    assert timers.fitted(blocks, START, 30, at(0)) == [10, 10, 10]
    assert timers.fitted(blocks, START, 12, at(0)) == [3, 6, 3]
    assert timers.fitted(blocks, START, 1, at(0)) == [3, 3, 3]


def test_a_locked_start_is_kept() -> None:
    blocks = [block(30), block(30), block(20, locked=40), block(20)]
    assert timers.fitted(blocks, START, 60, at(0)) == [20, 20, 10, 10]
    assert timers.fitted([block(10), block(20, locked=40), block(30)], START, 75, at(0)) == [10, 14, 21]


@pytest.mark.parametrize(
    ("began", "minutes"),
    [(0, 45), (10, 45), (-10, 45), (90, 45), (-90, 45), (91, 136), (24 * 60, 24 * 60 + 45), (-24 * 60, -24 * 60 + 45)],
)
def test_a_fixed_start_stays_by_the_clock_however_late_the_session_begins(began: int, minutes: int) -> None:
    """Begun outside its planned time, on another day say, it is as long after the beginning as it was planned."""
    assert timers.fixed_at(45, START, at(60 * began), 90) == at(60 * minutes)


def test_begun_late_what_stands_before_a_fixed_start_still_fits_before_it() -> None:
    blocks = [block(30, ItemState.RUNNING, since=at(10 * 60)), block(15), block(20, locked=45), block(20)]
    assert timers.fitted(blocks, at(10 * 60), 90, at(10 * 60)) == [30, 5, 20, 20]


def test_taking_and_giving_minutes_stays_within_bounds() -> None:
    assert [timers.takeable(20, 5), timers.takeable(6, 5), timers.takeable(2, 5)] == [5, 3, 0]
    assert [timers.extended(20, 5), timers.extended(20, -5), timers.extended(238, 5)] == [25, 20, 240]
