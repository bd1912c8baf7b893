"""When a form is called to mind: about a day before, by daylight, drawn for one person, and never past its due time."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from operator import mul
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediator.questionnaires.reminding import (
    CLOSES,
    LATE,
    LEAST,
    OPENS,
    ROOM,
    STRETCH,
    awake,
    drawn,
    drawn_anew,
)

LONDON = ZoneInfo("Europe/London")
#: Whole hours, halves and quarters off UTC, both sides of the date line, and clocks that change at midnight.
ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC", "Europe/London", "Europe/Berlin", "America/St_Johns", "America/Los_Angeles", "Asia/Kathmandu",
        "Pacific/Apia", "Pacific/Kiritimati", "Australia/Lord_Howe", "Asia/Beirut", "Africa/Cairo", "America/Nuuk",
    )
]  # fmt: skip
moments = st.datetimes(datetime(2024, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  a zone is added
zones = st.sampled_from(ZONES)
shares = st.floats(0, 1, exclude_max=True)


@given(moments, st.timedeltas(timedelta(), timedelta(days=60)), zones, shares)
def test_a_reminder_comes_after_the_form_by_daylight_and_about_a_day_before_it_is_due(
    sent_at: datetime, ahead: timedelta, zone: ZoneInfo, share: float
) -> None:
    due_at = sent_at + ahead
    at = drawn(sent_at, due_at, zone, lambda seconds: int(share * seconds))
    assert (at is None) == (ahead < ROOM)
    if at is not None:
        assert sent_at < at < due_at
        assert timedelta(hours=8) <= due_at - at <= ROOM
        assert awake(at, zone)
        assert awake(at + LATE, zone) or (at + LATE).astimezone(zone).time() == CLOSES, "it may still go a little late"


@given(moments, st.timedeltas(timedelta(), timedelta(days=4)), zones, shares)
def test_one_that_is_drawn_anew_comes_later_by_daylight_and_before_it_is_due(
    at: datetime, ahead: timedelta, zone: ZoneInfo, share: float
) -> None:
    due_at = at + ahead
    moved = drawn_anew(at, due_at, zone, lambda seconds: int(share * seconds))
    if moved is not None:
        assert at < moved <= due_at - LEAST
        assert awake(moved, zone)
    else:
        assert ahead < timedelta(days=1), "there is room in every day"


@given(moments, zones, st.sampled_from(["drawn", "drawn anew"]))
def test_it_is_drawn_from_a_stretch_in_which_each_second_is_alike(at: datetime, zone: ZoneInfo, how: str) -> None:
    """What the die says is added to a start that does not depend on it, and the die is asked once."""
    asked: list[int] = []

    def die(seconds: int) -> int:
        asked.append(seconds)
        return len(asked) - 1

    rule = drawn if how == "drawn" else drawn_anew
    found = [rule(at, at + timedelta(days=7), zone, die) for _ in range(4)]
    assert len(asked) == 4
    assert len(set(asked)) == 1
    assert (asked[0] == STRETCH.total_seconds()) if how == "drawn" else (LEAST.total_seconds() <= asked[0])
    moments = [moment for moment in found if moment is not None]
    assert [after - before for before, after in pairwise(moments)] == [timedelta(seconds=1)] * 3


def test_two_at_one_table_are_seldom_called_at_once() -> None:
    """Two draws without looking at each other: within five minutes of each other less than once in thirty."""
    die, due = random.Random(4), datetime(2026, 3, 12, 18, 0, tzinfo=UTC)
    sent = due - timedelta(days=5)
    close = 0
    for _ in range(2000):
        first, second = (drawn(sent, due, LONDON, die.randrange) for _ in range(2))
        assert first is not None
        assert second is not None
        close += abs(first - second) < timedelta(minutes=5)
    assert close < 2000 / 30


@pytest.mark.parametrize(
    ("due", "earliest", "latest"),
    [
        ("15:00", "12:00", "18:00"),
        ("18:00", "13:45", "19:45"),  # moved into the day's open hours
        ("23:30", "13:45", "19:45"),
        ("08:00", "09:00", "15:00"),
        ("00:00", "09:00", "15:00"),
    ],
)
def test_the_six_hours_lie_around_the_day_before_or_are_moved_into_its_open_hours(
    due: str, earliest: str, latest: str
) -> None:
    due_at = datetime.fromisoformat(f"2026-03-12T{due}").replace(tzinfo=LONDON)
    sent_at = due_at - timedelta(days=3)
    for clock, share in ((earliest, 0), (latest, 1)):
        at = drawn(sent_at, due_at, LONDON, partial(mul, share))
        assert at is not None
        assert f"{at.astimezone(LONDON):%d %H:%M}" == f"11 {clock}"


def test_without_a_due_time_or_with_one_too_near_there_is_none() -> None:
    at = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
    assert drawn(at, None, LONDON, lambda _: 0) is None
    assert drawn(at, at + ROOM - timedelta(seconds=1), LONDON, lambda _: 0) is None
    assert drawn(at, at + ROOM, LONDON, lambda _: 0) is not None


def test_nobody_is_woken() -> None:
    for clock, open_now in (("08:59", False), ("09:00", True), ("19:59", True), ("20:00", False)):
        local = datetime.fromisoformat(f"2026-07-12T{clock}").replace(tzinfo=LONDON)
        assert awake(local.astimezone(UTC), LONDON) is open_now
    assert OPENS.hour == 9
