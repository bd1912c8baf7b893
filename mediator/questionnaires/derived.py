"""What two `derived` answers have in common: all that both may ever see of them, and how it is tightened.

The rules and their honest limit stand in docs/practice.md, "Derived". Every result is symmetric in the two
people, names nothing that only one of them marked, and holds no words of either.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import TypeGuard

from mediator.core.visibility import Sharing, Visibility
from mediator.guide.content import Part, PartType, Scale
from mediator.questionnaires.comparison import Given, RowValue, key, keys, rows
from mediator.questionnaires.terms import AnswerState, Light


@dataclass(frozen=True)
class Line:
    """One thing both may see. `key` is an option (choice, several, rank) or a row (grid).

    `value` is the light, card or number of a row, the place from 1 of a ranked option, None for a marked
    option.
    """

    key: str
    value: RowValue | None = None


@dataclass(frozen=True)
class Derived:
    """What both may see of one part, in content order (rank: by place). No lines: nothing in common.

    `type` and `scale` are the part's, so that the result can be read without it. `order` holds the options of an
    ordered choice from the loosest to the strictest, and nothing for every other part.
    """

    part: str
    type: PartType
    scale: Scale | None
    lines: tuple[Line, ...]
    order: tuple[str, ...] = ()


def derivable(part: Part) -> bool:
    """Whether a part of this type may be `derived`. Lines and words never: they would tell too much."""
    if part.type is PartType.GRID:
        return part.scale is not None
    return part.type in {PartType.CHOICE, PartType.SEVERAL, PartType.RANK}


def derive(part: Part, a: Given | None, b: Given | None) -> Derived | None:
    """What both may see of two answers; None where there is nothing to derive from.

    None unless both answered and neither keeps the answer between them and the mediator; this is not the same
    as "nothing in common" and is never shown. Rows that one left untouched or marked `kept` are left out, and
    so are all notes and conditions. Raises ValueError for a part that is not `derived` and private, or whose
    type cannot be.
    """
    if part.sharing is not Sharing.DERIVED or part.visibility is not Visibility.PRIVATE:
        raise ValueError(f"{part.key}: not a derived part")
    if not derivable(part):
        raise ValueError(f"{part.key}: {part.type.value} cannot be derived")
    if not _usable(a) or not _usable(b):
        return None
    order = tuple(option.key for option in part.options) if part.ordered else ()
    return Derived(part.key, part.type, part.scale, _common(part, a.value, b.value), order)


def tighten(result: Derived, stricter: Mapping[str, str], left_out: Set[str] = frozenset()) -> Derived:
    """The mediator's hand on a result before it is opened: lights and ordered choices made stricter, lines left out.

    Never looser. `stricter` gives a light by row, or a stricter option by the option that stands; the same again
    changes nothing. `left_out` names the lines nobody is to see; of an ordered choice there is none, since without it
    both would read that they have nothing in common, which is never so. Raises ValueError for a looser or unknown light
    or option, a line the result does not have, or where nothing can be stricter or left out.
    """
    known = {line.key for line in result.lines}
    if not (stricter.keys() | left_out) <= known:
        raise ValueError(f"{result.part}: a line the result does not have")
    if stricter and result.scale is not Scale.LIGHTS and not result.order:
        raise ValueError(f"{result.part}: only lights and choices in an order can be made stricter")
    if left_out and result.order:
        raise ValueError(f"{result.part}: a choice in an order can't be left out")
    lines = [(line.key, _tightened(line, stricter, result.order)) for line in result.lines]
    return replace(result, lines=tuple(line for key, line in lines if key not in left_out))


def _usable(given: Given | None) -> TypeGuard[Given]:
    return given is not None and given.state is AnswerState.ANSWERED and not given.kept


def _common(part: Part, a: object, b: object) -> tuple[Line, ...]:
    match part.type:
        case PartType.CHOICE:
            one, other = key(part, a), key(part, b)
            if part.ordered:
                order = [option.key for option in part.options]
                return (Line(max(one, other, key=order.index)),)
            return (Line(one),) if one == other else ()
        case PartType.SEVERAL:
            both = set(keys(part, a)) & set(keys(part, b))
            return tuple(Line(option.key) for option in part.options if option.key in both)
        case PartType.RANK:
            places = enumerate(zip(keys(part, a), keys(part, b), strict=False), start=1)
            return tuple(Line(one, place) for place, (one, other) in places if one == other)
        case _:
            return _common_rows(part, a, b)


def _common_rows(part: Part, a: object, b: object) -> tuple[Line, ...]:
    ours, theirs = rows(part, a, without_kept=True), rows(part, b, without_kept=True)
    both = [(row, ours[row], theirs[row]) for row in ours if row in theirs]
    if part.scale is Scale.LIGHTS:
        return tuple(Line(row, stricter_of(Light(str(one)), Light(str(other)))) for row, one, other in both)
    return tuple(Line(row, one) for row, one, other in both if one == other)


def stricter_of(one: Light, other: Light) -> Light:
    """The stricter of two lights: no before if before yes."""
    return max(one, other, key=lambda light: light.strictness)


def _tightened(line: Line, stricter: Mapping[str, str], order: tuple[str, ...]) -> Line:
    if line.key not in stricter:
        return line
    if order:
        chosen = stricter[line.key]
        if order.index(chosen) < order.index(line.key):  # raises ValueError for an unknown option
            raise ValueError(f"{line.key}: a line may become stricter, never looser")
        return replace(line, key=chosen)
    light = Light(stricter[line.key])  # raises ValueError for an unknown light
    if light.strictness < Light(str(line.value)).strictness:
        raise ValueError(f"{line.key}: a line may become stricter, never looser")
    return replace(line, value=light)
