"""Doors: how one participant gets in, how long each lasts, and whether it still opens. Pure."""

from __future__ import annotations

import enum
from datetime import datetime, timedelta


class DoorKind(enum.StrEnum):
    """The doors of PRODUCT.md that hold a token or start a session. (Paper is typed in; "none yet" is no row.)"""

    MAIL = "mail"
    QR = "qr"
    HANDOVER = "handover"


#: How long a door may be opened after it was sent or shown. A link opens alone until the PIN comes, so it is short.
LASTS = {
    DoorKind.MAIL: timedelta(days=3),
    DoorKind.QR: timedelta(minutes=15),
    DoorKind.HANDOVER: timedelta(hours=2),
}


def opens(
    *, at: datetime, expires_at: datetime, used_at: datetime | None, revoked_at: datetime | None, made_at: datetime
) -> bool:
    """Whether a door opens now: once only, not revoked, not too late, and not made in the future."""
    return used_at is None and revoked_at is None and made_at <= at < expires_at
