"""The library of an agenda: the guide's blocks on shelves, one for any session and one for each step, and their search.

Made once per language and kept: the guide changes only with the program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from flask_babel import gettext as _

from mediator.guide.agendas import AgendaBlock, BlockKind
from mediator.guide.content import Step, whole
from mediator.guide.reading import guide
from mediator.sessions import labels, patterns
from mediator.sessions.drafting import Item
from mediator.sessions.terms import ItemKind

#: What an exercise that stands in no agenda of its step takes until the mediator changes it.
EXERCISE_MINUTES = 15
#: The library's key for blocks that fit any session.
ANY = "any"
#: The frame of a session, which every agenda has already.
_FRAME = frozenset({BlockKind.RESERVE, BlockKind.OPENING, BlockKind.CLOSE, BlockKind.PRIVATE_CHECK})


@dataclass(frozen=True)
class Block:
    """One entry of the library. `key` names it to the page that adds it; `words` are what a search looks through."""

    key: str
    item: Item
    about: str
    words: str


@dataclass(frozen=True, eq=False)
class Shelf:
    """The blocks of one step or meeting, or those that fit any session. Only the eight have a number.

    A shelf equals itself alone, so that what is made of it can be kept by it.
    """

    key: str
    number: int | None
    name: str
    blocks: tuple[Block, ...]

    @property
    def titles(self) -> frozenset[str]:
        """What its blocks are called."""
        return frozenset(block.item.title for block in self.blocks)


def shelves(*, together: bool) -> Sequence[Shelf]:
    """What fits any session, then each step the guide has; without `together` nothing that needs two people."""
    return _shelves(labels.language(), together)


def with_words(found: Sequence[Shelf], search: str) -> list[Shelf]:
    """The blocks that have these words, on the shelves that have any such block."""
    wanted = search.casefold()
    kept = [
        Shelf(shelf.key, shelf.number, shelf.name, tuple(one for one in shelf.blocks if wanted in one.words.casefold()))
        for shelf in found
    ]
    return [shelf for shelf in kept if shelf.blocks]


def shelf_of(step: str) -> str:
    """The key of the shelf for a session about this step."""
    return whole(step) if whole(step) in guide().steps else ANY


def break_key() -> str:
    """The library's key of a break."""
    return _key(ANY, patterns.title("break"))


def block(key: str) -> Item | None:
    """The block of the library with this key, or None."""
    found = (block for shelf in shelves(together=True) for block in shelf.blocks)
    return next((block.item for block in found if block.key == key), None)


@cache
def _shelves(_language: str, together: bool) -> tuple[Shelf, ...]:
    apart = frozenset() if together else patterns.for_two()
    own: list[tuple[Item, str | None]] = [(_item(one, ""), None) for one in patterns.library()]
    told: list[tuple[str, int | None, str, list[tuple[Item, str | None]]]] = [
        (ANY, None, str(_("For any session")), own)
    ]
    told.extend((step.key, step.number, step.name, _of_step(step)) for step in guide().steps.values())
    return tuple(
        Shelf(
            key,
            number,
            name,
            tuple(_block(key, name, item, exercise) for item, exercise in items if item.title not in apart),
        )
        for key, number, name, items in told
    )


def _of_step(step: Step) -> list[tuple[Item, str | None]]:
    """What stands in the step's agendas, longest first, with the exercise it holds; then its other exercises."""
    items: dict[str, tuple[Item, str | None]] = {}
    about = step.key if step.number else ""
    for agendas in (step.agendas, *(half.agendas for half in step.halves.values())):
        for one in (one for length in sorted(agendas, reverse=True) for one in agendas[length]):
            if one.kind not in _FRAME:
                items.setdefault(one.title, (_item(one, about), one.exercise))
    used = {exercise for _item_of, exercise in items.values()}
    for name in step.exercises:
        if name not in used:
            items.setdefault(name, (Item(name, ItemKind.EXERCISE, EXERCISE_MINUTES, about), None))
    return list(items.values())


def _item(one: AgendaBlock, step: str) -> Item:
    return Item(one.title, ItemKind(one.kind.value), one.minutes, step)


def _block(shelf: str, name: str, item: Item, exercise: str | None) -> Block:
    about = str(labels.KINDS[item.kind])
    if exercise and exercise != item.title:
        about = str(_("Exercise “%(name)s”", name=exercise))
    return Block(_key(shelf, item.title), item, about, f"{item.title} {about} {name}")


def _key(shelf: str, title: str) -> str:
    return f"{shelf}|{title}"
