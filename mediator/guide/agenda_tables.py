"""Reads agendas from TOML and keeps their rules: lengths, reserve, beginning and end. Pure, for `reading`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mediator.guide.agendas import AgendaBlock, Agendas, BlockKind, Common, Half
from mediator.guide.checks import NEVER
from mediator.guide.content import HALVES
from mediator.guide.tables import Table

#: The lengths of session that a step or a half has an agenda for, in minutes; every other step has MAIN.
LENGTHS: dict[str, tuple[int, ...]] = {"0": (50,), "close": (60,), "7b": (60,), "8a": (20,)}
MAIN = (60, 90)
#: Every agenda keeps this long in reserve, in minutes, but for those whose minutes are all given.
RESERVE = 5
NO_RESERVE = frozenset({"0", "7b", "8a"})
#: A part of a longer session: neither an opening nor a close nor a reserve of its own.
INSIDE = frozenset({"8a"})
#: The blocks of agendas.toml that drafts ask for by name.
NAMED = ("arrive", "close", "break", "alone", "look_back", "good_start", "slow_start")


def read_agendas(table: Table, key: str, exercises: tuple[str, ...]) -> Agendas:
    """The agendas of a step or a half, one for each length it needs. Mistakes are noted in the table."""
    return _read(table, key, LENGTHS.get(key, MAIN), exercises)


def read_halves(table: Table, step: str, exercises: tuple[str, ...]) -> Mapping[str, Half]:
    """The halves of a step ([half.7b]): a name each, and agendas where LENGTHS gives the half its own."""
    top = table.table("half", required=step in HALVES)
    found: dict[str, Half] = {}
    if top is None:
        return found
    for key in HALVES.get(step, ()):
        half = top.table(key, required=True)
        if half is None:
            continue
        own = read_agendas(half, key, exercises) if key in LENGTHS else {}
        found[key] = Half(key, half.text("name"), own)
        half.done()
    top.done()
    return found


def read_common(table: Table) -> Common:
    """What agendas.toml says: named blocks, agendas where a step has none, and the titles of a talk."""
    named = table.table("block", required=True)
    blocks: dict[str, AgendaBlock] = {}
    if named is not None:
        for name in named.values:
            values = named.table(name)
            if values is not None:
                blocks[name] = read_block(values)
        for name in NAMED:
            if name not in blocks:
                named.say(f"{name} is missing")
    table.problems.extend(f"{table.place}: {problem}" for problem in _blocks(tuple(blocks.values()), False, ()))
    together, alone = _common(table, "together", MAIN), _common(table, "alone", MAIN[:1])
    common = Common(table.whole("version"), blocks, together, alone, table.text("about"), table.text("talk"))
    table.done()
    return common


def _common(table: Table, name: str, lengths: tuple[int, ...]) -> Agendas:
    inner = table.table(name, required=True)
    if inner is None:
        return {}
    found = _read(inner, name, lengths, ())
    inner.done()
    return found


def _read(table: Table, key: str, lengths: tuple[int, ...], exercises: tuple[str, ...]) -> Agendas:
    """Agendas by length, each held to the rules of its key."""
    found: dict[int, tuple[AgendaBlock, ...]] = {}
    for length in lengths:
        where = f"{table.place} {length}"
        blocks = tuple(
            read_block(Table(values, f"{where}: block {number}", table.problems))
            for number, values in enumerate(table.items(str(length), required=True), start=1)
        )
        problems = [*_ends(key, length, blocks), *_blocks(blocks, length == min(lengths), exercises)]
        table.problems.extend(f"{where}: {problem}" for problem in problems)
        found[length] = blocks
    return found


def read_block(table: Table) -> AgendaBlock:
    """One block."""
    block = AgendaBlock(
        minutes=table.whole("minutes"),
        title=table.text("title"),
        kind=table.member("kind", BlockKind, BlockKind.TALK) or BlockKind.TALK,
        optional=table.flag("optional"),
        exercise=table.text("exercise", required=False) or None,
        looks_back=table.flag("looks_back"),
        needs_agreements=table.flag("needs_agreements"),
        for_two=table.flag("for_two"),
    )
    table.done()
    return block


def _ends(key: str, length: int, blocks: tuple[AgendaBlock, ...]) -> Iterator[str]:
    """The minutes of an agenda as a whole, how it begins and how it ends."""
    total = sum(block.minutes for block in blocks)
    if total != length:
        yield f"the blocks take {total} minutes"
    kinds = [block.kind for block in blocks]
    if key in INSIDE:
        if {BlockKind.OPENING, BlockKind.CLOSE, BlockKind.RESERVE} & set(kinds):
            yield "stands inside a session: no opening, close or reserve"
        return
    if kinds[:1] != [BlockKind.OPENING]:
        yield "must start with arrive and check in (kind opening)"
    if key in NO_RESERVE:
        if kinds[-1:] != [BlockKind.CLOSE] or BlockKind.RESERVE in kinds:
            yield "must end with a close, without a reserve"
    elif kinds[-2:] != [BlockKind.CLOSE, BlockKind.RESERVE] or kinds.count(BlockKind.RESERVE) != 1:
        yield "must end with a close and the reserve"
    elif blocks[-1].minutes != RESERVE:
        yield f"the reserve is {RESERVE} minutes"


def _blocks(blocks: tuple[AgendaBlock, ...], shortest: bool, exercises: tuple[str, ...]) -> Iterator[str]:
    """The rules of each block; an optional one stands only in the longer agenda."""
    for block in blocks:
        if block.optional and shortest:
            yield f"{block.title!r}: optional blocks stand only in the long agenda"
        if block.exercise is not None and block.exercise not in exercises:
            yield f"{block.title!r}: there is no exercise {block.exercise!r} in this step"
        if (block.kind is BlockKind.EXERCISE) != (block.exercise is not None):
            yield f"{block.title!r}: kind exercise and the name of an exercise belong together"
        for pattern, words in NEVER:
            if pattern.search(block.title):
                yield f"{block.title!r}: holds {words}"
