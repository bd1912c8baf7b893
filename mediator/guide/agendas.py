"""Agendas as plain frozen values: blocks, halves of a step, and what fits any session. Pure."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field


class BlockKind(enum.StrEnum):
    """What an agenda block is. All but `reserve` become agenda items of the same kind (PRODUCT.md)."""

    OPENING = "opening"
    TALK = "talk"
    EXERCISE = "exercise"
    BREAK = "break"
    PRIVATE_CHECK = "private_check"
    CLOSE = "close"
    RESERVE = "reserve"


@dataclass(frozen=True)
class AgendaBlock:
    """One block of an agenda. `minutes` are whole. `optional` blocks fall away in the short agenda.

    `title` may stand where both people see it. `exercise` is the name of one of the step's exercises. A block that
    `looks_back` is about what was promised or agreed; one that `needs_agreements` has nothing to be about without.
    `for_two` blocks make no sense with one person.
    """

    minutes: int
    title: str
    kind: BlockKind = BlockKind.TALK
    optional: bool = False
    exercise: str | None = None
    looks_back: bool = False
    needs_agreements: bool = False
    for_two: bool = False


#: Agendas by their length in minutes.
Agendas = Mapping[int, tuple[AgendaBlock, ...]]


@dataclass(frozen=True)
class Half:
    """One half of a step, such as 7b: its name after the step's, and agendas of its own where it has any."""

    key: str
    name: str
    agendas: Agendas = field(default_factory=dict)


@dataclass(frozen=True)
class Common:
    """What fits any session: blocks by name, agendas where a step has none, and the titles of a talk.

    `together` is for both, `alone` for one person; a title in them may hold {about}: the talk about the step.
    `about` is that talk's title and holds {step}; `talk` stands where there is no step.
    """

    version: int
    blocks: Mapping[str, AgendaBlock]
    together: Agendas
    alone: Agendas
    about: str
    talk: str
