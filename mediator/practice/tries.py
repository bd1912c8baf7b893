"""Wrong passwords, counted per account: after five within fifteen minutes each further try has to wait, and longer.

An account is the keyed hash of an address, whether or not anybody has it, so that the count tells nobody who exists.
A try made during a pause is not counted: knocking on lengthens no pause, and nobody is locked out for good.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete

from mediator.core.db import db
from mediator.practice.models import SigninTry

MANY = 5
WITHIN = timedelta(minutes=15)
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=15)
#: After this long without a wrong password the count begins anew.
CALM = timedelta(minutes=30)
KEPT = timedelta(days=1)


def pause_after(tries: Sequence[datetime]) -> timedelta:
    """How long to wait after the last of these wrong tries (oldest first): not at all, or 1, 2, 4, 8, 15 minutes."""
    level = 0
    for place, at in enumerate(tries):
        if level and at - tries[place - 1] <= CALM:
            level += 1
        elif place >= MANY - 1 and at - tries[place - MANY + 1] <= WITHIN:
            level = 1
        else:
            level = 0
    return min(FIRST_PAUSE * 2 ** (min(level, 8) - 1), LONGEST_PAUSE) if level else timedelta()


def paused(account: bytes, at: datetime) -> bool:
    """Whether this account has to wait now, right password or not."""
    made = db.session.scalars(
        db.select(SigninTry.at).where(SigninTry.account == account, SigninTry.at > at - KEPT).order_by(SigninTry.at)
    ).all()
    return bool(made) and at < made[-1] + pause_after(made)


def count(account: bytes, at: datetime) -> None:
    """Keep a wrong try, and forget everybody's of more than a day ago."""
    db.session.execute(delete(SigninTry).where(SigninTry.at <= at - KEPT))
    db.session.add(SigninTry(account=account, at=at))


def forget(account: bytes) -> None:
    """The right password came: what was counted is over."""
    db.session.execute(delete(SigninTry).where(SigninTry.account == account))
