"""The words of what two people settle on: kinds, standings and which may follow which. Pure."""

from __future__ import annotations

import enum


class Kind(enum.StrEnum):
    """An agreement is both people's; a commitment is one person's promise; a boundary is a limit for both."""

    AGREEMENT = "agreement"
    COMMITMENT = "commitment"
    BOUNDARY = "boundary"


class Who(enum.StrEnum):
    """Whose it is. Agreements and boundaries hold for both."""

    A = "A"
    B = "B"
    BOTH = "both"


class Standing(enum.StrEnum):
    """Where it stands. Said is the mediator's record; released is joint; in force once everybody it binds confirmed."""

    SAID = "said"
    RELEASED = "released"
    IN_FORCE = "in_force"
    ENDED = "ended"
    REPLACED = "replaced"


#: Which standing may follow which. Nothing goes back to being only said once both could read it.
MOVES: dict[Standing, frozenset[Standing]] = {
    Standing.SAID: frozenset({Standing.RELEASED, Standing.ENDED}),
    Standing.RELEASED: frozenset({Standing.IN_FORCE, Standing.ENDED, Standing.REPLACED}),
    Standing.IN_FORCE: frozenset({Standing.ENDED, Standing.REPLACED}),
    Standing.ENDED: frozenset(),
    Standing.REPLACED: frozenset(),
}

#: What is still to be kept and looked back at.
OPEN: frozenset[Standing] = frozenset({Standing.SAID, Standing.RELEASED, Standing.IN_FORCE})
