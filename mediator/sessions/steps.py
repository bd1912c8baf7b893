"""Steps as sessions name them: halves of a route's steps ("7a", "8b"), first meetings ("0"), the closing one. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from mediator.cases.terms import ROUTE_STEPS, Route
from mediator.guide.content import CLOSING as CLOSING
from mediator.guide.content import FIRST as FIRST
from mediator.guide.content import HALVES, KEYS, NAMES, whole

#: Every step a session may be about, in the order of the guide, each half after its step; "" is none.
ALL: tuple[str, ...] = tuple(half for key in KEYS for half in (key, *HALVES.get(key, ())))

#: Steps that come up in a session of their own and in no other: step 3 is two private tracks, and a block on it in
#: somebody else's agenda would tell both that apology or forgiveness is waited for (docs/practice.md, "Never").
BY_THEMSELVES: frozenset[str] = frozenset({"3"})


def number(step: str) -> int | None:
    """The guide's number of a step or of one of its halves; None for first meetings, the closing meeting and none."""
    plain = whole(step)
    return int(plain) if plain.isdecimal() and int(plain) in NAMES else None


def name(step: str) -> str:
    """The guide's name of a step or of the meetings before and after; a half has its step's. Empty without a step."""
    return KEYS.get(whole(step), "")


def choices(route: Route) -> list[str]:
    """Every step to choose from: the route's in working order first, then the others in the guide's order."""
    order = ROUTE_STEPS[route]
    return [*order, *(step for step in ALL if step not in order)]


def following(route: Route, held: Sequence[str], *, together: bool = True) -> str:
    """The step a new session is about unless changed: the one after the last held step of the route.

    `held` are the steps of the sessions held so far, oldest first. Sessions with both begin after the first meetings,
    which are held alone. Where the route is done, or has nothing else, its last step stands.
    """
    order = [step for step in ROUTE_STEPS[route] if step != FIRST or not together] or [CLOSING]
    last = next((step for step in reversed(held) if step in order), None)
    if last is None:
        return order[0]
    return order[min(order.index(last) + 1, len(order) - 1)]
