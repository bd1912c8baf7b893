"""The formulas of "apart" by example and by property, and which list a pair of answers stands in."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediator.core.visibility import Sharing, Visibility
from mediator.guide.content import IN_WORDS, Option, Part, PartType, Scale
from mediator.questionnaires.comparison import Asked, Given, Order, apart, compare
from mediator.questionnaires.terms import AnswerState

FIVE = tuple(Option(key, key.title()) for key in "vwxyz")
ROWS = tuple(Option(key, key.title()) for key in ("home", "money", "visits"))


def part(kind: PartType, scale: Scale | None = None, options: tuple[Option, ...] = FIVE) -> Part:
    return Part(f"5.1.{kind}", kind, Sharing.CLOSED, Visibility.PRIVATE, "", None, options, ROWS, scale)


LINE, CHOICE, SEVERAL, RANK = (part(kind) for kind in (PartType.LINE, PartType.CHOICE, PartType.SEVERAL, PartType.RANK))
LIGHTS, GRID_LINE, CARDS = (part(PartType.GRID, scale) for scale in (Scale.LIGHTS, Scale.LINE, Scale.CARDS))
MEASURED = [LINE, CHOICE, SEVERAL, RANK, LIGHTS, GRID_LINE, CARDS]
WORDS: dict[PartType, object] = {
    PartType.SHORT: "a",
    PartType.LONG: "a\nb",
    PartType.LINES: ["a", "b"],
    PartType.EXAMPLE: [{"statement": "a", "example": "b"}],
    PartType.IF_THEN: [{"if": "a", "then": "b"}],
    PartType.DATE: {"from": "2026-11-03", "to": None},
}


def said(value: object, **more: bool) -> Given:
    return Given(AnswerState.ANSWERED, value, **more)


def grid(**values: object) -> dict[str, object]:
    return {row: {"value": value, "note": "words"} for row, value in values.items()}


#: The examples of docs/practice.md, "Apart".
EXAMPLES: list[tuple[Part, object, object, int]] = [
    (LINE, 0, 10, 10),
    (LINE, 7, 4, 3),
    (LINE, 5, 5, 0),
    (CHOICE, "v", "v", 0),
    (CHOICE, "v", "z", 10),
    (SEVERAL, [], [], 0),
    (SEVERAL, [], ["v"], 10),
    (SEVERAL, ["v", "w"], ["v", "w"], 0),
    (SEVERAL, ["v", "w"], ["x", "y"], 10),
    (SEVERAL, ["v"], ["v", "w"], 5),
    (SEVERAL, ["v", "w"], ["w", "x"], 7),  # one of three in common: 6.67
    (SEVERAL, ["v", "w", "x"], ["v", "w", "x", "y"], 3),  # 2.5, halves up
    (RANK, ["v", "w"], ["v", "w"], 0),
    (RANK, ["v", "w"], ["x", "y"], 10),
    (RANK, ["v", "w"], ["w", "v"], 3),  # footrule 2 of 6
    (RANK, ["v", "w", "x"], ["v", "w", "y"], 2),  # 2 of 10: with five options two lists of three share one
    (RANK, ["v", "w", "x"], ["x", "w", "v"], 4),  # 4 of 10
    (RANK, ["v"], ["v", "w", "x"], 3),  # 3 of 9
    (RANK, ["v"], ["w", "x", "y"], 10),
    (RANK, ["v", "w", "x", "y", "z"], ["z", "y", "x", "w", "v"], 10),  # all of them, the other way round
    (RANK, ["v", "w", "x", "y", "z"], ["w", "v", "x", "y", "z"], 2),  # 2 of 12
    (RANK, [], [], 0),
    (LIGHTS, grid(home="yes"), grid(home="no"), 10),
    (LIGHTS, grid(home="if"), grid(home="no"), 5),
    (LIGHTS, grid(home="yes", money="yes"), grid(home="if", money="yes"), 3),  # 2.5, halves up
    (LIGHTS, grid(home="yes", money="yes", visits="no"), grid(home="no", money="yes", visits="if"), 5),
    (LIGHTS, grid(home="yes", money="yes"), grid(money="yes", visits="no"), 0),  # only money counts
    (GRID_LINE, grid(home=2, money=9), grid(home=7, money=9), 3),  # 2.5, halves up
    (GRID_LINE, grid(home=0), grid(home=10, money=3), 10),
    (CARDS, grid(home="v"), grid(home="z"), 10),
    (CARDS, grid(home="v"), grid(home="x"), 5),
    (CARDS, grid(home="v", money="v"), grid(home="w", money="v"), 1),  # 1.25
]


@pytest.mark.parametrize(("which", "a", "b", "distance"), EXAMPLES)
def test_examples_of_apart(which: Part, a: object, b: object, distance: int) -> None:
    assert apart(which, said(a), said(b)) == distance
    assert apart(which, said(b), said(a)) == distance


@pytest.mark.parametrize("kind", sorted(IN_WORDS))
def test_words_are_not_measured(kind: PartType) -> None:
    assert apart(part(kind), said(WORDS[kind]), said(WORDS[kind])) is None


def values_of(which: Part) -> st.SearchStrategy[Any]:
    keys = [option.key for option in which.options]
    match which.type:
        case PartType.LINE:
            return st.integers(0, 10)
        case PartType.CHOICE:
            return st.sampled_from(keys)
        case PartType.SEVERAL:
            return st.sets(st.sampled_from(keys)).map(sorted)
        case PartType.RANK:
            return st.lists(st.sampled_from(keys), unique=True, max_size=len(keys))
    cell = {
        Scale.LINE: st.integers(0, 10),
        Scale.LIGHTS: st.sampled_from(["yes", "if", "no"]),
        Scale.CARDS: st.sampled_from(keys),
    }[which.scale or Scale.LINE]
    row = st.fixed_dictionaries({"value": cell, "note": st.text(max_size=3)})
    return st.dictionaries(st.sampled_from([option.key for option in which.rows]), row)


two_answers = st.sampled_from(MEASURED).flatmap(
    lambda which: st.tuples(st.just(which), values_of(which), values_of(which))
)


@given(two_answers)
@settings(deadline=None, max_examples=500)
def test_apart_is_symmetric_and_between_0_and_10_and_0_for_the_same_answer(
    answers: tuple[Part, object, object],
) -> None:
    which, a, b = answers
    there = apart(which, said(a), said(b))
    assert there == apart(which, said(b), said(a))
    assert there is None or 0 <= there <= 10
    if which.type is not PartType.GRID:
        assert there is not None
    assert apart(which, said(a), said(a)) in ({0, None} if which.type is PartType.GRID else {0})


@given(two_answers, st.sampled_from([AnswerState.EMPTY, AnswerState.SKIPPED, AnswerState.NOT_SAID]))
@settings(deadline=None)
def test_an_answer_not_given_is_never_a_gap(answers: tuple[Part, object, object], state: AnswerState) -> None:
    which, a, _ = answers
    for missing in (None, Given(state), Given(state, a)):
        assert apart(which, said(a), missing) is None
        assert apart(which, missing, said(a)) is None
        assert apart(which, missing, missing) is None


@given(two_answers, st.booleans(), st.booleans())
@settings(deadline=None)
def test_keeping_or_offering_an_answer_changes_nothing_for_the_mediator(
    answers: tuple[Part, object, object], kept: bool, offered: bool
) -> None:
    which, a, b = answers
    assert apart(which, said(a, kept=kept, offered=offered), said(b)) == apart(which, said(a), said(b))


def footrule(a: tuple[str, ...], b: tuple[str, ...]) -> int:
    """F with location parameter k + 1, straight from the paper's definition."""
    after = max(len(a), len(b)) + 1
    places = [{key: place for place, key in enumerate(x, start=1)} for x in (a, b)]
    return sum(abs(places[0].get(key, after) - places[1].get(key, after)) for key in {*a, *b})


@pytest.mark.parametrize("options", [1, 2, 3, 4, 5])
def test_ten_is_the_farthest_two_lists_of_their_lengths_can_be(options: int) -> None:
    which = part(PartType.RANK, options=FIVE[:options])
    keys = [option.key for option in which.options]
    pairs = 0
    for long_a, long_b in product(range(options + 1), repeat=2):
        one = tuple(keys[:long_a])  # by symmetry of the options, one list of this length stands for all
        sums = {other: footrule(one, other) for other in permutations(keys, long_b)}
        farthest = max(sums.values())
        for other, total in sums.items():
            wanted = int(10 * total / farthest + 0.5) if farthest else 0
            assert apart(which, said(list(one)), said(list(other))) == wanted
            pairs += 1
    assert pairs == sum(len(list(permutations(keys, length))) * (options + 1) for length in range(options + 1))


BAD: list[tuple[Part, object]] = [
    (LINE, 11),
    (LINE, -1),
    (LINE, "5"),
    (LINE, True),
    (LINE, None),
    (LINE, 5.0),
    (CHOICE, "unknown"),
    (CHOICE, ["v"]),
    (SEVERAL, "v"),
    (SEVERAL, ["v", "v"]),
    (RANK, ["v", "unknown"]),
    (LIGHTS, grid(home="green")),
    (LIGHTS, grid(home=1)),
    (LIGHTS, grid(garden="yes")),
    (LIGHTS, {"home": "yes"}),
    (LIGHTS, ["home"]),
    (GRID_LINE, grid(home=11)),
    (CARDS, grid(home="unknown")),
    (part(PartType.GRID), grid(home="yes")),
]


@pytest.mark.parametrize(("which", "value"), BAD)
def test_a_value_that_does_not_fit_is_refused(which: Part, value: object) -> None:
    with pytest.raises(ValueError, match=which.key):
        apart(which, said(value), said(value))


def test_rows_not_touched_are_as_good_as_absent() -> None:
    untouched = {"home": {"value": None, "note": ""}, "money": None}
    assert apart(LIGHTS, said(untouched), said(grid(home="no", money="no"))) is None
    assert apart(LIGHTS, said({}), said({})) is None


@pytest.mark.parametrize("visibility", sorted(set(Visibility) - {Visibility.PRIVATE, Visibility.JOINT}))
def test_safety_answers_and_drafts_are_never_compared(visibility: Visibility) -> None:
    hidden = replace(LINE, visibility=visibility)
    with pytest.raises(ValueError, match="never compared"):
        apart(hidden, said(1), said(9))
    result = compare([Asked("5.1", "How?", "5", hidden, said(1), said(9))])
    assert (result.apart, result.together, result.in_words, result.unanswered) == ((), (), (), ())


def asked(name: str, which: Part, a: Given | None, b: Given | None, step: str = "5") -> Asked:
    return Asked(name, f"Words of {name}", step, which, a, b)


PAIRS = [
    asked("three", LINE, said(2), said(5), step="8a"),
    asked("nine", LINE, said(0), said(9), step=""),
    asked("one", LINE, said(4), said(5), step="close"),
    asked("words", part(PartType.LONG), said("a"), said("b"), step="2"),
    asked("zero", CHOICE, said("v"), said("v"), step="10"),
    asked("also three", LINE, said(8), said(5), step="7b"),
    asked("words of one", part(PartType.SHORT), said("a"), None, step="1"),
    asked("skipped", LINE, Given(AnswerState.SKIPPED), said(0), step="1"),
    asked("no common row", LIGHTS, said(grid(home="yes")), said(grid(money="no")), step="1"),
    asked("two", LINE, said(5), said(3), step="7a"),
]


def names(pairs: list[Asked], order: Order) -> list[list[str]]:
    result = compare(pairs, order)
    return [
        [line.asked.question for line in lines]
        for lines in (result.apart, result.together, result.in_words, result.unanswered)
    ]


UNANSWERED = ["words of one", "skipped", "no common row"]


def test_furthest_apart_first_ties_in_content_order() -> None:
    assert names(PAIRS, Order.FURTHEST) == [
        ["nine", "three", "also three", "two"],
        ["one", "zero"],
        ["words"],
        UNANSWERED,
    ]
    assert compare(PAIRS) == compare(PAIRS, Order.FURTHEST)


def test_closest_together_first() -> None:
    assert names(PAIRS, Order.CLOSEST) == [
        ["two", "three", "also three", "nine"],
        ["zero", "one"],
        ["words"],
        UNANSWERED,
    ]


def test_in_order_of_the_steps_halves_after_each_other_and_own_questions_last() -> None:
    assert names(PAIRS, Order.STEPS) == [
        ["two", "also three", "three", "nine"],
        ["zero", "one"],
        ["words"],
        UNANSWERED,
    ]


@given(st.lists(st.sampled_from(PAIRS)), st.sampled_from(Order))
@settings(deadline=None)
def test_every_pair_stands_in_exactly_one_list(pairs: list[Asked], order: Order) -> None:
    result = compare(pairs, order)
    lines = [*result.apart, *result.together, *result.in_words, *result.unanswered]
    assert sorted(line.asked.question for line in lines) == sorted(pair.question for pair in pairs)
    assert all(line.apart is not None and line.apart >= 2 for line in result.apart)
    assert all(line.apart in {0, 1} for line in result.together)
    assert all(line.apart is None for line in (*result.in_words, *result.unanswered))
