"""Time zones people can choose, and the one this machine seems to be in."""

from __future__ import annotations

import zoneinfo
from functools import cache

from babel.localtime import get_localzone


@cache
def choices() -> tuple[tuple[str, str], ...]:
    """Names of the time zone database and how they are shown: UTC, and places by continent."""
    names = sorted(
        name for name in zoneinfo.available_timezones() if "/" in name and name.split("/")[0] in _PARTS_OF_THE_WORLD
    )
    return (("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names))


_PARTS_OF_THE_WORLD = frozenset(
    (
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    )
)


def guess() -> str:
    """The zone of this machine, as a first suggestion; UTC where it is none of the choices."""
    name = getattr(get_localzone(), "key", "UTC")
    return name if name in dict(choices()) else "UTC"
