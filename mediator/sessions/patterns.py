"""Agendas where the guide has none, the blocks that fit any session, and titles a draft makes. Pure.

Titles may stand where both people read them: neutral, spoken to nobody, about nobody.
"""

from __future__ import annotations

from collections.abc import Mapping

from mediator.guide.content import AgendaBlock, BlockKind
from mediator.sessions import steps

BREAK = "Break"
ALONE = "Time alone, both"
LOOK_BACK = "Look back at what was agreed"
GOOD_START = "What works already"
SLOW_START = "What would make this easier"
ARRIVE, CLOSE = "Arrive and check in", "Close"

Agendas = Mapping[int, tuple[AgendaBlock, ...]]


def looks_back(title: str) -> bool:
    """Whether a block is the one that looks back at what was promised or agreed."""
    words = title.casefold()
    return any(word in words for word in ("was promised", "was agreed", "commitments", "agreements"))


def needs_agreements(title: str) -> bool:
    """Whether a block has nothing to be about where nothing was agreed yet."""
    return looks_back(title) or "was kept" in title.casefold()


def talk_about(name: str) -> str:
    """The title of a talk about a step."""
    return f"Talk about {name}" if name else "Talk, in turns"


def together(step: str) -> Agendas:
    """A sound agenda for both where the guide has none for the step. Each leaves five minutes in reserve."""
    if step == steps.CLOSING:
        return {
            60: (
                AgendaBlock(5, ARRIVE, BlockKind.OPENING),
                AgendaBlock(8, "How the way has been"),
                AgendaBlock(11, "Agreements, read aloud"),
                AgendaBlock(6, "What stays open"),
                AgendaBlock(6, "Where this leaves us"),
                AgendaBlock(7, "Thanks and goodbye"),
                AgendaBlock(5, "From here on"),
                AgendaBlock(4, "Records and reports"),
                AgendaBlock(3, CLOSE, BlockKind.CLOSE),
            )
        }
    about = talk_about(steps.name(step))
    return {
        60: (
            AgendaBlock(5, ARRIVE, BlockKind.OPENING),
            AgendaBlock(26, about),
            AgendaBlock(10, "What each heard"),
            AgendaBlock(9, "What to try until next time"),
            AgendaBlock(5, CLOSE, BlockKind.CLOSE),
        ),
        90: (
            AgendaBlock(7, ARRIVE, BlockKind.OPENING),
            AgendaBlock(36, about),
            AgendaBlock(14, "What each heard"),
            AgendaBlock(14, "What to try until next time"),
            AgendaBlock(8, ALONE, BlockKind.PRIVATE_CHECK, optional=True),
            AgendaBlock(6, CLOSE, BlockKind.CLOSE),
        ),
    }


def alone(step: str) -> Agendas:
    """An agenda for a session with one person: the first meeting, or any later one."""
    middle: tuple[AgendaBlock, ...]
    if step in {steps.FIRST, ""}:
        middle = (
            AgendaBlock(16, "What happened, and where things stand"),
            AgendaBlock(12, "What you hope for, and what you do not want"),
            AgendaBlock(7, "Who and what helps"),
            AgendaBlock(10, "How the work could go on"),
        )
    else:
        middle = (
            AgendaBlock(24, talk_about(steps.name(step))),
            AgendaBlock(14, "What you wish to say, and how"),
            AgendaBlock(7, "What you need around a session"),
        )
    return {
        60: (
            AgendaBlock(5, ARRIVE, BlockKind.OPENING),
            *middle,
            AgendaBlock(5, "What happens next", BlockKind.CLOSE),
        )
    }


HEARD = "What each heard"
#: Titles that make no sense with one person.
FOR_TWO: frozenset[str] = frozenset({ALONE, LOOK_BACK, HEARD})
#: Blocks for the library that fit any session.
ANY: tuple[AgendaBlock, ...] = (
    AgendaBlock(5, BREAK, BlockKind.BREAK),
    AgendaBlock(8, ALONE, BlockKind.PRIVATE_CHECK),
    AgendaBlock(10, LOOK_BACK),
    AgendaBlock(5, GOOD_START),
    AgendaBlock(8, SLOW_START),
    AgendaBlock(10, HEARD),
    AgendaBlock(10, "What to try until next time"),
    AgendaBlock(5, ARRIVE, BlockKind.OPENING),
    AgendaBlock(5, CLOSE, BlockKind.CLOSE),
)
