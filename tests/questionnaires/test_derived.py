"""Derived views: symmetric, never looser than either answer, nothing in them that only one person marked."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mediator.core.visibility import Sharing, Visibility
from mediator.guide.content import Option, Part, PartType, Scale
from mediator.questionnaires.comparison import Given
from mediator.questionnaires.derived import Derived, Line, derivable, derive, stricter_of, tighten
from mediator.questionnaires.terms import AnswerState, Light

OPTIONS = tuple(Option(key, key.title()) for key in "vwxyz")
ROWS = tuple(Option(key, key.title()) for key in ("home", "money", "visits"))
CANARY = "words-of-one-person"


def part(kind: PartType, scale: Scale | None = None) -> Part:
    return Part(f"8.1.{kind}", kind, Sharing.DERIVED, Visibility.PRIVATE, "", None, OPTIONS, ROWS, scale)


CHOICE, SEVERAL, RANK = (part(kind) for kind in (PartType.CHOICE, PartType.SEVERAL, PartType.RANK))
LIGHTS, GRID_LINE, CARDS = (part(PartType.GRID, scale) for scale in (Scale.LIGHTS, Scale.LINE, Scale.CARDS))
PACE = replace(part(PartType.CHOICE), ordered=True)
DERIVABLE = [CHOICE, PACE, SEVERAL, RANK, LIGHTS, GRID_LINE, CARDS]
STRICT = {option.key: place for place, option in enumerate(OPTIONS)}


def said(value: object, *, kept: bool = False) -> Given:
    return Given(AnswerState.ANSWERED, value, kept)


def grid(**values: object) -> dict[str, Any]:
    return {row: {"value": value, "note": CANARY} for row, value in values.items()}


def lines(which: Part, a: object, b: object) -> dict[str, object]:
    result = derive(which, said(a), said(b))
    assert result is not None
    assert (result.part, result.type, result.scale) == (which.key, which.type, which.scale)
    return {line.key: line.value for line in result.lines}


EXAMPLES: list[tuple[Part, object, object, dict[str, object]]] = [
    (CHOICE, "v", "v", {"v": None}),
    (CHOICE, "v", "w", {}),
    (PACE, "v", "v", {"v": None}),
    (PACE, "v", "x", {"x": None}),
    (PACE, "z", "w", {"z": None}),
    (SEVERAL, ["v", "x", "z"], ["w", "x", "z"], {"x": None, "z": None}),
    (SEVERAL, ["v"], ["w"], {}),
    (SEVERAL, [], ["w"], {}),
    (RANK, ["v", "w", "x"], ["v", "x", "w"], {"v": 1}),
    (RANK, ["v", "w"], ["x", "w", "z"], {"w": 2}),
    (RANK, ["v", "w"], ["w", "v"], {}),
    (LIGHTS, grid(home="yes"), grid(home="yes"), {"home": "yes"}),
    (LIGHTS, grid(home="yes", money="if"), grid(home="no", money="yes"), {"home": "no", "money": "if"}),
    (LIGHTS, grid(home="no", money="no"), grid(money="yes", visits="no"), {"money": "no"}),
    (LIGHTS, grid(home="no"), grid(visits="no"), {}),
    (GRID_LINE, grid(home=3, money=4), grid(home=3, money=5), {"home": 3}),
    (CARDS, grid(home="v", money="w"), grid(home="v", money="x"), {"home": "v"}),
]


@pytest.mark.parametrize(("which", "a", "b", "common"), EXAMPLES)
def test_examples_of_what_both_may_see(which: Part, a: object, b: object, common: dict[str, object]) -> None:
    assert lines(which, a, b) == common
    assert lines(which, b, a) == common


def test_the_common_options_stand_in_content_order() -> None:
    result = derive(SEVERAL, said(["z", "v", "x"]), said(["x", "z", "v"]))
    assert result is not None
    assert [line.key for line in result.lines] == ["v", "x", "z"]


def values_of(which: Part) -> st.SearchStrategy[Any]:
    keys = [option.key for option in which.options]
    match which.type:
        case PartType.CHOICE:
            return st.sampled_from(keys)
        case PartType.SEVERAL:
            return st.sets(st.sampled_from(keys)).map(sorted)
        case PartType.RANK:
            return st.lists(st.sampled_from(keys), unique=True, max_size=3)
    cell = {
        Scale.LINE: st.integers(0, 10),
        Scale.LIGHTS: st.sampled_from(["yes", "if", "no"]),
        Scale.CARDS: st.sampled_from(keys),
    }[which.scale or Scale.LINE]
    row = st.fixed_dictionaries({"value": cell, "note": st.just(CANARY)}, optional={"kept": st.booleans()})
    return st.dictionaries(st.sampled_from([option.key for option in which.rows]), row)


two_answers = st.sampled_from(DERIVABLE).flatmap(
    lambda which: st.tuples(st.just(which), values_of(which), values_of(which))
)
two_maps = st.tuples(values_of(LIGHTS), values_of(LIGHTS))


def marked(which: Part, value: Any) -> set[str]:
    """What one person marked in an answer: keys of options or rows."""
    return {value} if which.type is PartType.CHOICE else set(value)


@given(two_answers)
@settings(deadline=None, max_examples=500)
def test_the_result_is_symmetric_and_names_only_what_both_marked(answers: tuple[Part, Any, Any]) -> None:
    which, a, b = answers
    result = derive(which, said(a), said(b))
    assert result == derive(which, said(b), said(a))
    assert result is not None
    if which.ordered:
        assert {line.key for line in result.lines} == {max(a, b, key=STRICT.__getitem__)}
    else:
        assert {line.key for line in result.lines} <= marked(which, a) & marked(which, b)
    if which.scale in {Scale.LINE, Scale.CARDS}:
        for line in result.lines:
            assert a[line.key]["value"] == b[line.key]["value"] == line.value


@given(two_answers)
@settings(deadline=None)
def test_no_words_of_either_are_in_the_result(answers: tuple[Part, Any, Any]) -> None:
    which, a, b = answers
    result = derive(which, said(a), said(b))
    assert result is not None
    assert CANARY not in json.dumps(asdict(result))


@given(two_maps)
@settings(deadline=None, max_examples=300)
def test_nothing_one_person_enters_can_loosen_what_the_other_entered(maps: tuple[Any, Any]) -> None:
    a, b = maps
    for row, light in lines(LIGHTS, a, b).items():
        for own in (a, b):
            assert Light(str(light)).strictness >= Light(own[row]["value"]).strictness


@given(*[st.sampled_from([option.key for option in OPTIONS])] * 3)
@settings(deadline=None, max_examples=300)
def test_an_ordered_choice_gives_the_stricter_and_a_stricter_answer_never_a_looser_one(
    a: str, b: str, stricter: str
) -> None:
    (before,) = lines(PACE, a, b)
    assert STRICT[before] == max(STRICT[a], STRICT[b])
    assume(STRICT[stricter] >= STRICT[a])
    (after,) = lines(PACE, stricter, b)
    assert STRICT[after] >= STRICT[before]


@given(*[st.sampled_from([option.key for option in OPTIONS])] * 3)
@settings(deadline=None, max_examples=300)
def test_the_mediator_makes_an_ordered_choice_stricter_and_never_looser(a: str, b: str, chosen: str) -> None:
    result = derive(PACE, said(a), said(b))
    assert result is not None
    (line,) = result.lines
    if STRICT[chosen] < STRICT[line.key]:
        with pytest.raises(ValueError, match="never looser"):
            tighten(result, {line.key: chosen})
    else:
        assert tighten(result, {line.key: chosen}).lines == (Line(chosen),)
    with pytest.raises(ValueError, match="left out"):
        tighten(result, {}, {line.key})
    with pytest.raises(ValueError, match=r".+"):
        tighten(result, {line.key: "never"})


@given(two_maps, st.sampled_from([row.key for row in ROWS]), st.sampled_from(Light))
@settings(deadline=None, max_examples=300)
def test_a_stricter_answer_never_makes_the_result_looser(maps: tuple[Any, Any], row: str, light: Light) -> None:
    a, b = maps
    assume(row in a and light.strictness >= Light(a[row]["value"]).strictness)
    before = lines(LIGHTS, a, b)
    after = lines(LIGHTS, {**a, row: {**a[row], "value": light.value}}, b)
    assert before.keys() == after.keys()
    for key in before:
        assert Light(str(after[key])).strictness >= Light(str(before[key])).strictness


@given(two_maps)
@settings(deadline=None)
def test_rows_marked_for_the_mediator_only_are_as_good_as_untouched(maps: tuple[Any, Any]) -> None:
    a, b = maps
    free = {row: cell for row, cell in a.items() if not cell.get("kept")}
    assert lines(LIGHTS, a, b) == lines(LIGHTS, free, b)
    assert not {row for row, cell in (*a.items(), *b.items()) if cell.get("kept")} & lines(LIGHTS, a, b).keys()


@pytest.mark.parametrize(
    "which", DERIVABLE, ids=lambda which: "ordered" if which.ordered else which.scale or which.type
)
@pytest.mark.parametrize("state", sorted(set(AnswerState) - {AnswerState.ANSWERED}))
def test_there_is_nothing_to_derive_unless_both_answered_and_neither_keeps_it(which: Part, state: AnswerState) -> None:
    value: object = {PartType.CHOICE: "v", PartType.SEVERAL: ["v"], PartType.RANK: ["v"]}.get(which.type, {})
    for missing in (None, Given(state), Given(state, value), said(value, kept=True)):
        assert derive(which, said(value), missing) is None
        assert derive(which, missing, said(value)) is None
    assert derive(which, said(value), said(value)) is not None


@pytest.mark.parametrize("kind", sorted(set(PartType) - {CHOICE.type, SEVERAL.type, RANK.type, PartType.GRID}))
def test_lines_and_words_cannot_be_derived(kind: PartType) -> None:
    assert not derivable(part(kind))
    with pytest.raises(ValueError, match="cannot be derived"):
        derive(part(kind), said(5), said(5))


def test_a_grid_without_a_scale_cannot_be_derived_and_the_rest_can() -> None:
    assert not derivable(part(PartType.GRID))
    assert all(derivable(which) for which in DERIVABLE)


@pytest.mark.parametrize("sharing", sorted(set(Sharing) - {Sharing.DERIVED}))
def test_only_parts_shared_as_derived_are(sharing: Sharing) -> None:
    with pytest.raises(ValueError, match="not a derived part"):
        derive(replace(SEVERAL, sharing=sharing), said(["v"]), said(["v"]))


@pytest.mark.parametrize("visibility", sorted(set(Visibility) - {Visibility.PRIVATE}))
def test_only_private_answers_are_derived(visibility: Visibility) -> None:
    with pytest.raises(ValueError, match="not a derived part"):
        derive(replace(SEVERAL, visibility=visibility), said(["v"]), said(["v"]))


MAP = Derived(
    LIGHTS.key,
    PartType.GRID,
    Scale.LIGHTS,
    (Line("home", Light.YES), Line("money", Light.IF), Line("visits", Light.NO)),
)


def test_the_mediator_makes_lines_stricter_and_leaves_lines_out() -> None:
    tightened = tighten(MAP, {"home": "no", "money": "if"}, {"visits"})
    assert tightened == replace(MAP, lines=(Line("home", Light.NO), Line("money", Light.IF)))
    assert tighten(MAP, {}) == MAP


@pytest.mark.parametrize(
    ("stricter", "left_out"),
    [
        ({"money": "yes"}, set()),
        ({"visits": "if"}, set()),
        ({"visits": "if"}, {"home"}),
        ({"money": "yes"}, {"money"}),
        ({"home": "never"}, set()),
        ({"garden": "no"}, set()),
        ({}, {"garden"}),
    ],
)
def test_looser_or_unknown_is_refused(stricter: dict[str, str], left_out: set[str]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        tighten(MAP, stricter, left_out)


def test_only_lights_have_a_stricter_value_but_any_line_may_be_left_out() -> None:
    common = Derived(SEVERAL.key, PartType.SEVERAL, None, (Line("v"), Line("w")))
    with pytest.raises(ValueError, match="only lights"):
        tighten(common, {"v": "no"})
    assert tighten(common, {}, {"v"}) == replace(common, lines=(Line("w"),))


@given(
    two_maps,
    st.dictionaries(st.sampled_from([row.key for row in ROWS]), st.sampled_from([*Light])),
    st.sets(st.sampled_from([row.key for row in ROWS])),
)
@settings(deadline=None, max_examples=500)
def test_tightening_is_monotone_or_refused(maps: tuple[Any, Any], stricter: dict[str, str], left_out: set[str]) -> None:
    result = derive(LIGHTS, said(maps[0]), said(maps[1]))
    assert result is not None
    before = {line.key: Light(str(line.value)) for line in result.lines}
    looser = any(key in before and Light(light).strictness < before[key].strictness for key, light in stricter.items())
    unknown = not (stricter.keys() | left_out) <= before.keys()
    if unknown or looser:
        with pytest.raises(ValueError, match=r".+"):
            tighten(result, stricter, left_out)
        return
    after = {line.key: Light(str(line.value)) for line in tighten(result, stricter, left_out).lines}
    assert after.keys() == before.keys() - left_out
    assert all(after[key].strictness >= before[key].strictness for key in after)


def test_no_before_if_before_yes() -> None:
    assert [stricter_of(one, other) for one in Light for other in Light] == [
        Light.YES, Light.IF, Light.NO,
        Light.IF, Light.IF, Light.NO,
        Light.NO, Light.NO, Light.NO,
    ]  # fmt: skip
