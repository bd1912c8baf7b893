"""Which agenda a draft begins from where the guide has none for the step, and the blocks that fit any session.

Their words stand in the guide (agendas.toml); a title may stand where both people read it.
"""

from __future__ import annotations

from dataclasses import replace

from mediator.guide.agendas import AgendaBlock, Agendas
from mediator.guide.reading import guide
from mediator.sessions import steps


def block(name: str) -> AgendaBlock:
    """One of the blocks that fit any session, such as "break". Raises KeyError for an unknown name."""
    return guide().common.blocks[name]


def title(name: str) -> str:
    """The title of such a block."""
    return block(name).title


def library() -> tuple[AgendaBlock, ...]:
    """All of them, as the library offers them."""
    return tuple(guide().common.blocks.values())


def talk_about(name: str) -> str:
    """The title of a talk about a step."""
    common = guide().common
    return common.about.replace("{step}", name) if name else common.talk


def together(step: str) -> Agendas:
    """A sound agenda for both where the guide has none for the step."""
    return _about(guide().common.together, step)


def alone(step: str) -> Agendas:
    """An agenda for a session with one person, but for the first meeting, which the guide has."""
    return _about(guide().common.alone, step)


def for_two() -> frozenset[str]:
    """Titles that make no sense with one person."""
    return frozenset(one.title for one in library() if one.for_two)


def _about(agendas: Agendas, step: str) -> Agendas:
    title = talk_about(steps.name(step))
    return {
        length: tuple(replace(one, title=one.title.replace("{about}", title)) for one in blocks)
        for length, blocks in agendas.items()
    }
