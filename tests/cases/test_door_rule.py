"""When a door opens: once, not revoked, not too late, and not made in the future."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mediator.cases.doors import LASTS, DoorKind, opens

AT = datetime(2026, 3, 12, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("made", "expires", "used", "revoked", "answer"),
    [
        (AT - HOUR, AT + HOUR, None, None, True),
        (AT, AT + HOUR, None, None, True),
        (AT - HOUR, AT, None, None, False),  # too late, to the second
        (AT - HOUR, AT + HOUR, AT - HOUR, None, False),  # once only
        (AT - HOUR, AT + HOUR, None, AT - HOUR, False),  # stopped
        (AT + HOUR, AT + 2 * HOUR, None, None, False),  # a clock that went back makes nothing valid
    ],
)
def test_a_door_opens_once_in_time_and_unless_stopped(
    made: datetime, expires: datetime, used: datetime | None, revoked: datetime | None, answer: bool
) -> None:
    assert opens(at=AT, made_at=made, expires_at=expires, used_at=used, revoked_at=revoked) is answer


def test_every_kind_of_door_lasts_for_a_while() -> None:
    assert set(LASTS) == set(DoorKind)
    assert all(timedelta(0) < lasts <= timedelta(days=3) for lasts in LASTS.values())
