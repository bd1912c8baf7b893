"""What the walks over the whole application have in common."""

from __future__ import annotations

import pytest

from mediator.core import live


@pytest.fixture(autouse=True)
def without_open_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream has no end that a walk could read to: past the cap it is answered at once, by the same guards.

    What streams hold is tried in tests/core/test_live.py and tests/exercises/test_streams.py.
    """
    monkeypatch.setenv(live.THREADS, "0")
