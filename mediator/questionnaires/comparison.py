"""Two answer sets side by side, for the mediator only: how far apart they are, and what goes in which list.

"Apart" is a whole number from 0 to 10. Every formula stands in docs/practice.md, "Apart"; the text types are not
measured, nor are parts of which the content says so. Nothing is averaged over people or summed over questions, and an
answer that was not given is never a gap.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

from mediator.core.visibility import Visibility
from mediator.guide.content import IN_WORDS, Part, PartType, Scale
from mediator.questionnaires.terms import AnswerState, Light

#: Up to this far apart, two answers stand under "Where they agree".
TOGETHER = 1

#: The visibilities a part may have to be compared. Safety answers and drafts never are.
COMPARED: frozenset[Visibility] = frozenset({Visibility.PRIVATE, Visibility.JOINT})

#: One row of a grid as it was answered: a light, the key of a card's place, or a whole number 0 to 10.
RowValue = str | int


@dataclass(frozen=True)
class Given:
    """One person's answer to one part, as submitted.

    `value` has the shape of the part's type, None without an answer.
    `kept`: they keep it between them and the mediator. `offered`: they ticked that the other may read it.
    """

    state: AnswerState
    value: object | None = None
    kept: bool = False
    offered: bool = False


@dataclass(frozen=True)
class Asked:
    """One part of one question, with both answers.

    `a` or `b` is None where this person was not asked, or has not submitted the form. `question` is the
    question's key, `text` its words, `step` the step's number as in the guide ("" for an own question).
    """

    question: str
    text: str
    step: str
    part: Part
    a: Given | None
    b: Given | None


@dataclass(frozen=True)
class Compared:
    """One line of the comparison. `apart` is 0 to 10, or None where nothing is measured."""

    asked: Asked
    apart: int | None


@dataclass(frozen=True)
class Comparison:
    """The four lists of the page. Each part stands in exactly one of them.

    `unanswered` holds what one or both have no answer to (or a grid without a row both answered).
    """

    apart: tuple[Compared, ...]
    together: tuple[Compared, ...]
    in_words: tuple[Compared, ...]
    unanswered: tuple[Compared, ...]


class Order(enum.StrEnum):
    """How the measured lines are sorted. Ties stand in content order."""

    FURTHEST = "furthest"
    CLOSEST = "closest"
    STEPS = "steps"


def newest(pairs: Sequence[Asked]) -> list[Asked]:
    """Every part once. `pairs` come newest form first: the newest one that somebody answered stands, or the newest.

    So a form that was just sent hides no older answer. "Prefer not to say" is an answer, too.
    """
    stands: dict[str, Asked] = {}
    for one in pairs:
        before = stands.get(one.part.key)
        if before is None or (not _said(before) and _said(one)):
            stands[one.part.key] = one
    return list(stands.values())


def compare(pairs: Sequence[Asked], order: Order = Order.FURTHEST) -> Comparison:
    """Sort every part into one of the four lists. `pairs` come in content order.

    Parts that are not for comparison (`safety`, drafts) are left out, whoever passed them. Raises ValueError
    for a value that does not fit its part.
    """
    lists: dict[str, list[Compared]] = {"apart": [], "together": [], "in_words": [], "unanswered": []}
    for asked in pairs:
        if asked.part.visibility not in COMPARED:
            continue
        if not (_answered(asked.a) and _answered(asked.b)):
            lists["unanswered"].append(Compared(asked, None))
        elif not measured(asked.part):
            lists["in_words"].append(Compared(asked, None))
        else:
            distance = apart(asked.part, asked.a, asked.b)
            if distance is None:
                lists["unanswered"].append(Compared(asked, None))
            else:
                lists["together" if distance <= TOGETHER else "apart"].append(Compared(asked, distance))
    return Comparison(**{name: tuple(_sorted(lines, order)) for name, lines in lists.items()})


def apart(part: Part, a: Given | None, b: Given | None) -> int | None:
    """How far apart two answers are, 0 to 10, or None where nothing can be measured.

    None for what is not `measured`, and wherever one of the two was not given: empty, skipped and "prefer not to
    say" are never a gap. Raises ValueError for a part that is not for comparison and for a value that does not
    fit its part.
    """
    if part.visibility not in COMPARED:
        raise ValueError(f"{part.key}: {part.visibility.value} answers are never compared")
    if not measured(part) or not (_answered(a) and _answered(b)):
        return None
    match part.type:
        case PartType.LINE:
            return abs(whole(part, a.value) - whole(part, b.value))
        case PartType.CHOICE:
            return 0 if key(part, a.value) == key(part, b.value) else 10
        case PartType.SEVERAL:
            return _sets_apart(set(keys(part, a.value)), set(keys(part, b.value)))
        case PartType.RANK:
            return _lists_apart(keys(part, a.value), keys(part, b.value), len(part.options))
        case _:
            return _grids_apart(part, rows(part, a.value), rows(part, b.value))


def measured(part: Part) -> bool:
    """Whether a distance may be said at all: never of words, and not where the content says that it has no meaning."""
    return part.measured and part.type not in IN_WORDS


def whole(part: Part, value: object) -> int:
    """The value of a line: a whole number 0 to 10. Raises ValueError otherwise."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 10:
        raise ValueError(f"{part.key}: not a whole number from 0 to 10")
    return value


def key(part: Part, value: object) -> str:
    """The key of one of the part's options. Raises ValueError for anything else."""
    if not isinstance(value, str) or all(option.key != value for option in part.options):
        raise ValueError(f"{part.key}: not one of its options")
    return value


def keys(part: Part, value: object) -> list[str]:
    """Keys of the part's options in the order given, none twice. Raises ValueError for anything else."""
    if not isinstance(value, list):
        raise ValueError(f"{part.key}: not a list of options")
    found = [key(part, item) for item in value]
    if len(set(found)) != len(found):
        raise ValueError(f"{part.key}: an option stands twice")
    return found


def rows(part: Part, value: object, *, without_kept: bool = False) -> dict[str, RowValue]:
    """The rows of a grid that were answered, in content order; notes are left behind.

    `without_kept` leaves out rows marked `kept`, "only for your mediator". Raises ValueError for unknown rows
    or values.
    """
    if not isinstance(value, Mapping):
        raise ValueError(f"{part.key}: not the rows of a grid")
    if not set(value) <= {row.key for row in part.rows}:
        raise ValueError(f"{part.key}: a row it does not have")
    found: dict[str, RowValue] = {}
    for row in part.rows:
        cell = value.get(row.key)
        if cell is None:
            continue
        if not isinstance(cell, Mapping):
            raise ValueError(f"{part.key}: a row without its value")
        answer = cell.get("value")
        if answer is None or (without_kept and cell.get("kept")):
            continue
        found[row.key] = _row_value(part, answer)
    return found


def _row_value(part: Part, answer: object) -> RowValue:
    match part.scale:
        case Scale.LINE:
            return whole(part, answer)
        case Scale.CARDS:
            return key(part, answer)
        case Scale.LIGHTS:
            if isinstance(answer, str) and answer in set(Light):
                return Light(answer)
            raise ValueError(f"{part.key}: not yes, if or no")
        case None:
            raise ValueError(f"{part.key}: a grid without a scale")


def _said(asked: Asked) -> bool:
    said = {AnswerState.ANSWERED, AnswerState.NOT_SAID}
    return any(given is not None and given.state in said for given in (asked.a, asked.b))


def _answered(given: Given | None) -> TypeGuard[Given]:
    return given is not None and given.state is AnswerState.ANSWERED


def _half_up(number: int, by: int) -> int:
    """number / by to the nearest whole number, halves up. Whole numbers only: no float decides a half."""
    return (2 * number + by) // (2 * by)


def _sets_apart(a: set[str], b: set[str]) -> int:
    """Jaccard distance times ten: 10 × (1 − |common| / |marked by either|). Two empty sets are 0 apart."""
    either = len(a | b)
    return _half_up(10 * (either - len(a & b)), either) if either else 0


def _lists_apart(a: Sequence[str], b: Sequence[str], options: int) -> int:
    """Spearman's footrule for top-k lists, as a share of the farthest two such lists can be, times ten.

    The footrule is the sum over options of the difference of their places, where an option that one list
    leaves out counts as standing one place after the longer list: F with location parameter k + 1 in Fagin,
    Kumar & Sivakumar, "Comparing top k lists", SIAM Journal on Discrete Mathematics 17(1), 2003, 134-160.
    There the greatest value is k(k + 1), for two lists of k with nothing in common. Ours allows for lists of
    unequal length and for so few options that they must overlap, so that 10 is always reached by the two
    lists furthest apart: every forced overlap takes 2 × (k + 1 − place) off, beginning with the lowest
    places.
    """
    longer = max(len(a), len(b))
    after = longer + 1
    place_a = {option: place for place, option in enumerate(a, start=1)}
    place_b = {option: place for place, option in enumerate(b, start=1)}
    total = sum(
        abs(place_a.get(option, after) - place_b.get(option, after)) for option in place_a.keys() | place_b.keys()
    )
    steps_off = sorted(after - place for place in (*place_a.values(), *place_b.values()))
    overlap = max(0, len(a) + len(b) - options)
    farthest = sum(steps_off) - 2 * sum(steps_off[:overlap])
    return _half_up(10 * total, farthest) if farthest else 0


def _grids_apart(part: Part, a: Mapping[str, RowValue], b: Mapping[str, RowValue]) -> int | None:
    """The mean distance over the rows both answered, rounded half up; None without such a row."""
    both = [(a[row], b[row]) for row in a if row in b]
    if not both:
        return None
    if part.scale is Scale.CARDS:
        places = {option.key: place for place, option in enumerate(part.options)}
        widest = len(places) - 1
        total = sum(abs(places[str(one)] - places[str(other)]) for one, other in both)
        return _half_up(10 * total, widest * len(both)) if widest else 0
    return _half_up(sum(abs(_on_line(one) - _on_line(other)) for one, other in both), len(both))


def _on_line(value: RowValue) -> int:
    """Where a row's value stands from 0 to 10: yes is 0, if 5, no 10."""
    return value if isinstance(value, int) else 5 * Light(value).strictness


def _sorted(lines: Sequence[Compared], order: Order) -> list[Compared]:
    """Lines in the order asked for. Sorting is stable: ties, and what is not measured, keep content order."""
    match order:
        case Order.FURTHEST:
            return sorted(lines, key=lambda line: -(line.apart or 0))
        case Order.CLOSEST:
            return sorted(lines, key=lambda line: line.apart or 0)
        case Order.STEPS:
            return sorted(lines, key=lambda line: _step_place(line.asked.step))


def _step_place(step: str) -> tuple[int, int, str]:
    """Steps by number, then by half ("7a", "7b"); what has no number ("close", own questions) after them."""
    found = re.fullmatch(r"([0-9]+)(.*)", step)
    return (0, int(found[1]), found[2]) if found else (1, 0 if step else 1, step)
