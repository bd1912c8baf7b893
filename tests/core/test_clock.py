"""The clock tells the present, and can be set back for the demo alone."""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mediator.core import clock

THEN = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
CODE = Path(__file__).parents[2] / "mediator"


def test_the_clock_tells_the_present_in_whole_seconds_of_utc() -> None:
    at = clock.now()
    assert at.tzinfo is UTC
    assert at.microsecond == 0
    assert abs(datetime.now(UTC) - at) < timedelta(seconds=5)


def test_it_is_set_back_inside_the_block_and_nowhere_else() -> None:
    heard: list[datetime] = []
    with clock.as_of(THEN):
        assert clock.now() == THEN
        other = threading.Thread(target=lambda: heard.append(clock.now()))
        other.start()
        other.join()
        with clock.as_of(THEN - timedelta(days=1)):
            assert clock.now() == THEN - timedelta(days=1)
        assert clock.now() == THEN
    assert clock.now() > THEN
    assert heard[0] > THEN, "another thread's work has its own clock"


def test_after_an_error_it_tells_the_present_again() -> None:
    with pytest.raises(RuntimeError), clock.as_of(THEN):
        raise RuntimeError
    assert clock.now() > THEN


def test_nothing_is_said_to_have_happened_in_the_future_or_nowhere() -> None:
    with pytest.raises(ValueError, match="to come"), clock.as_of(datetime.now(UTC) + timedelta(minutes=1)):
        pass
    with pytest.raises(ValueError, match="zone"), clock.as_of(THEN.replace(tzinfo=None)):
        pass


def test_the_demo_alone_sets_it_back() -> None:
    users = {path.parent.name for path in CODE.rglob("*.py") if re.search(r"\bas_of\(", path.read_text())}
    assert users == {"core", "demo"}
