"""Who of the practice sent this request."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from werkzeug.exceptions import NotFound

from mediator.core import signin
from mediator.practice.models import Staff


def signed_in_here() -> signin.SignedIn:
    """The member of staff who is signed in, with their session. Raises NotFound for everybody else."""
    user = signin.signed_in(signin.STAFF)
    if user is None:
        raise NotFound
    return user


def staff_here() -> Staff:
    """The member of staff who is signed in. Raises NotFound for everybody else."""
    staff: Staff = signed_in_here().person
    return staff


def zone_here() -> ZoneInfo:
    """The practice's zone, on whose clock staff read times; it was read with their session (`queries.ZONE`)."""
    user = signed_in_here()
    return ZoneInfo(user.beside or user.person.zone)
