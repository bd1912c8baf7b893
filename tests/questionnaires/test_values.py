"""What fields say about an answer, the fields that say it again, and the answer in words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediator.core.visibility import Sharing
from mediator.guide.content import Part, PartType, Scale
from mediator.questionnaires.fields import LONG, SHORT, Problem, as_sent, names
from mediator.questionnaires.spec import PLACEHOLDERS, from_spec, to_spec
from mediator.questionnaires.terms import AnswerState
from mediator.questionnaires.values import UNFINISHED, Outcome, fields, handed_in, read, show, to_mend
from mediator.questionnaires.wording import as_typed, problem, said
from tests.questionnaires import build
from tests.questionnaires.build import part

LINE = part("5.1.p", PartType.LINE)
CHOICE = part("5.1.p", PartType.CHOICE, Sharing.RECIPROCAL)
SEVERAL = part("5.1.p", PartType.SEVERAL)
FEW = part("5.1.p", PartType.SEVERAL, max_items=2)
RANK = part("5.1.p", PartType.RANK)
SHORT_TEXT = part("5.1.p", PartType.SHORT, Sharing.OFFERED)
LONG_TEXT = part("5.1.p", PartType.LONG)
LINES = part("5.1.p", PartType.LINES)
EXAMPLE = part("5.1.p", PartType.EXAMPLE)
IF_THEN = part("5.1.p", PartType.IF_THEN)
DATE = part("5.1.p", PartType.DATE)
TABLE = part("5.1.p", PartType.GRID)
LIGHTS = part("5.1.p", PartType.GRID, Sharing.DERIVED, scale=Scale.LIGHTS)
CARDS = part("5.1.p", PartType.GRID, scale=Scale.CARDS, options=build.PLACES)
EVERY = (LINE, CHOICE, SEVERAL, RANK, SHORT_TEXT, LONG_TEXT, LINES, EXAMPLE, IF_THEN, DATE, TABLE, LIGHTS, CARDS)

ODD = "  مرحبا 👩‍👩‍👧 é\n<b>{{ 7*7 }}</b> "


@pytest.mark.parametrize(
    ("asked", "given_fields", "value", "words"),
    [
        (LINE, {"": "0"}, 0, ["0 of 10"]),
        (LINE, {"": "10"}, 10, ["10 of 10"]),
        (CHOICE, {"": "money"}, "money", ["Money"]),
        (SEVERAL, {".money": "yes", ".truth": "1"}, ["truth", "money"], ["Telling the truth", "Money"]),
        (RANK, {".money": "1", ".truth": "3", ".family": ""}, ["money", "truth"], ["1. Money", "2. Telling the truth"]),
        (SHORT_TEXT, {"": ODD}, ODD, [ODD]),
        (LONG_TEXT, {"": "x" * LONG}, "x" * LONG, ["x" * LONG]),
        (LINES, {".0": " a ", ".1": "  ", ".2": "c"}, [" a ", "c"], [" a ", "c"]),
        (
            EXAMPLE,
            {".0.statement": "One", ".0.example": "", ".1.statement": "", ".1.example": "Two"},
            [{"statement": "One", "example": ""}, {"statement": "", "example": "Two"}],
            ["A small thing: One", "What I could see or hear: Two"],
        ),
        (
            IF_THEN,
            {".0.if": "It rains", ".0.then": "I call"},
            [{"if": "It rains", "then": "I call"}],
            ["If I see that: It rains\nthen I could: I call"],
        ),
        (DATE, {".from": "2026-12-01", ".to": ""}, {"from": "2026-12-01", "to": None}, ["1 December 2026"]),
        (
            DATE,
            {".from": "2026-12-01", ".to": "2026-12-14"},
            {"from": "2026-12-01", "to": "2026-12-14"},
            ["1 December 2026 to 14 December 2026"],
        ),
        (
            TABLE,
            {".truth": "7", ".truth.note": "", ".money": "", ".money.note": "Later"},
            {"truth": {"value": 7, "note": ""}, "money": {"value": None, "note": "Later"}},
            ["Telling the truth: 7 of 10", "Money: Later"],
        ),
        (
            LIGHTS,
            {".truth": "if", ".truth.note": "by day"},
            {"truth": {"value": "if", "note": "by day"}},
            ["Telling the truth: Yes, if. by day"],
        ),
        (CARDS, {".money": "some"}, {"money": {"value": "some", "note": ""}}, ["Money: Partly"]),
    ],
)
def test_each_type_is_read_and_shown(asked: Part, given_fields: dict[str, str], value: Any, words: list[str]) -> None:
    outcome = read(asked, {f"5.1.p{name}": text for name, text in given_fields.items()})
    assert outcome == Outcome(AnswerState.ANSWERED, value)
    assert show(asked, outcome.value) == words == said(asked, outcome)
    assert read(asked, fields(asked, outcome)) == outcome


@pytest.mark.parametrize("asked", EVERY, ids=lambda one: f"{one.type}-{one.scale or ''}")
def test_nothing_and_blanks_are_empty(asked: Part) -> None:
    blank = {name: "" for name in names(asked) if not name.endswith((".no", ".keep", ".offer"))}
    spaces = dict.fromkeys(blank, " \n\t ") if asked.type.value in {"short", "long", "lines"} else {}
    for nothing in ({}, blank, spaces):
        assert read(asked, nothing) == Outcome(AnswerState.EMPTY)
    assert said(asked, Outcome(AnswerState.EMPTY)) == ["Not answered yet"]
    assert show(asked, None) == []


@pytest.mark.parametrize("asked", EVERY, ids=lambda one: f"{one.type}-{one.scale or ''}")
def test_prefer_not_to_say_is_an_answer(asked: Part) -> None:
    name = "5.1.p" if asked.type in {PartType.LINE, PartType.CHOICE} else "5.1.p.no"
    outcome = read(asked, {name: "not-said" if name == "5.1.p" else "yes"})
    assert outcome == Outcome(AnswerState.NOT_SAID)
    assert fields(asked, outcome) == {name: "not-said" if name == "5.1.p" else "yes"}
    assert said(asked, outcome) == ["You preferred not to say"]


@pytest.mark.parametrize("asked", EVERY, ids=lambda one: f"{one.type}-{one.scale or ''}")
def test_a_field_the_part_does_not_have_is_refused(asked: Part) -> None:
    assert read(asked, {"5.1.p.planted": "yes"}).errors == {"5.1.p": Problem.UNKNOWN}
    assert not read(asked, {"5.1.pq": "yes", "5.1": "yes"}).errors  # somebody else's names


@pytest.mark.parametrize(
    ("asked", "given_fields", "errors"),
    [
        (LINE, {"": "11"}, {"": Problem.UNKNOWN}),
        (LINE, {"": "-1"}, {"": Problem.UNKNOWN}),
        (LINE, {"": "7.5"}, {"": Problem.UNKNOWN}),
        (LINE, {"": "\u0667"}, {"": Problem.UNKNOWN}),
        (LINE, {"": " 7"}, {"": Problem.UNKNOWN}),
        (CHOICE, {"": "planted"}, {"": Problem.UNKNOWN}),
        (FEW, {".truth": "1", ".money": "1", ".family": "1"}, {"": Problem.TOO_MANY}),
        (RANK, {".truth": "1", ".money": "1"}, {"": Problem.SAME_PLACE}),
        (RANK, {".truth": "4"}, {".truth": Problem.UNKNOWN}),
        (RANK, {".truth": "0"}, {".truth": Problem.UNKNOWN}),
        (SHORT_TEXT, {"": "x" * (SHORT + 1)}, {"": Problem.LONG_LINE}),
        (LONG_TEXT, {"": "x" * (LONG + 1)}, {"": Problem.LONG_TEXT}),
        (LINES, {".2": "x" * (SHORT + 1)}, {".2": Problem.LONG_LINE}),
        (LINES, {".3": "one too many"}, {"": Problem.UNKNOWN}),
        (EXAMPLE, {".1.example": "x" * (SHORT + 1)}, {".1.example": Problem.LONG_LINE}),
        (IF_THEN, {".0.if": "x" * (SHORT + 1)}, {".0.if": Problem.LONG_LINE}),
        (DATE, {".from": "2026-02-30"}, {".from": Problem.NOT_A_DAY}),
        (DATE, {".from": "20260228"}, {".from": Problem.NOT_A_DAY}),
        (DATE, {".from": "0000-01-01"}, {".from": Problem.NOT_A_DAY}),
        (DATE, {".from": "", ".to": "2026-02-28"}, {".from": Problem.NO_FIRST_DAY}),
        (DATE, {".from": "2026-03-01", ".to": "2026-02-28"}, {".to": Problem.ENDS_BEFORE}),
        (TABLE, {".truth": "11"}, {".truth": Problem.UNKNOWN}),
        (TABLE, {".truth.note": "x" * (SHORT + 1)}, {".truth.note": Problem.LONG_LINE}),
        (LIGHTS, {".truth": "maybe"}, {".truth": Problem.UNKNOWN}),
        (CARDS, {".truth": "if"}, {".truth": Problem.UNKNOWN}),
        (TABLE, {".planted": "1"}, {"": Problem.UNKNOWN}),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(
    asked: Part, given_fields: dict[str, str], errors: dict[str, Problem]
) -> None:
    outcome = read(asked, {f"5.1.p{name}": text for name, text in given_fields.items()})
    assert outcome.errors == {f"5.1.p{name}": found for name, found in errors.items()}
    if UNFINISHED & set(errors.values()):  # begun and no answer: kept as it is, for its author
        assert outcome.state is AnswerState.EMPTY
        assert to_mend(asked, outcome) == outcome.errors
        assert read(asked, fields(asked, outcome)) == outcome
        assert said(asked, outcome)[-1] == "Not answered yet"
    for found in errors.values():
        assert problem(found, asked).endswith((".", "here."))


def test_a_text_at_the_limit_counts_letters_not_bytes() -> None:
    assert not read(SHORT_TEXT, {"5.1.p": "é" * SHORT}).errors
    assert not read(SHORT_TEXT, {"5.1.p": "😀" * SHORT}).errors


def test_refused_words_come_back() -> None:
    fields_sent = {"5.1.p.0": "x" * 301, "5.1.p.1": ODD}
    outcome = read(LINES, fields_sent)
    assert as_typed(LINES, outcome, fields_sent) == ["x" * 301, ODD]
    assert as_sent(LINES, fields_sent) == ["x" * 301, ODD, ""]
    assert as_sent(RANK, {"5.1.p.truth": "1", "5.1.p.money": "1"})["money"] == "1"


def test_only_what_could_open_can_be_kept_and_only_what_may_be_offered_is() -> None:
    both = {"5.1.p.keep": "yes", "5.1.p.offer": "yes"}
    tightened = {one.sharing: (read(one, both).kept, read(one, both).offered) for one in EVERY}
    assert tightened[Sharing.CLOSED] == (False, False)
    assert tightened[Sharing.OFFERED] == (False, True)
    assert tightened[Sharing.RECIPROCAL] == (True, False)
    assert tightened[Sharing.DERIVED] == (True, False)


def test_what_was_taken_back_is_not_handed_in() -> None:
    hidden = read(LIGHTS, {"5.1.p.truth": "no", "5.1.p.truth.note": "only by day"})
    assert hidden.value == {"truth": {"value": "no", "note": "only by day"}}  # there while it is a draft
    assert handed_in(LIGHTS, hidden).value == {"truth": {"value": "no", "note": ""}}
    silent = read(LONG_TEXT, {"5.1.p": "words", "5.1.p.no": "yes"})
    assert silent == Outcome(AnswerState.NOT_SAID, "words")
    assert handed_in(LONG_TEXT, silent) == Outcome(AnswerState.NOT_SAID)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).filter(lambda text: text.strip())
HALF = st.one_of(st.just(""), TEXT)
DAYS = st.dates().map(lambda day: day.isoformat())


def _value(asked: Part) -> st.SearchStrategy[Any]:
    keys = [option.key for option in asked.options]
    match asked.type:
        case PartType.LINE:
            return st.integers(0, 10)
        case PartType.CHOICE:
            return st.sampled_from(keys)
        case PartType.SEVERAL:
            return st.sets(st.sampled_from(keys), min_size=1).map(lambda some: sorted(some, key=keys.index))
        case PartType.RANK:
            return st.lists(st.sampled_from(keys), min_size=1, max_size=3, unique=True)
        case PartType.LINES:
            return st.lists(TEXT, min_size=1, max_size=3)
        case PartType.EXAMPLE | PartType.IF_THEN:
            one, two = ("statement", "example") if asked.type is PartType.EXAMPLE else ("if", "then")
            return st.lists(st.fixed_dictionaries({one: TEXT, two: HALF}), min_size=1, max_size=2)
        case PartType.DATE:
            return st.lists(DAYS, min_size=1, max_size=2).map(
                lambda days: {"from": min(days), "to": max(days) if len(days) == 2 else None}
            )
        case PartType.GRID:
            scale: dict[Scale | None, st.SearchStrategy[Any]] = {
                Scale.LINE: st.integers(0, 10),
                Scale.LIGHTS: st.sampled_from(["yes", "if", "no"]),
                Scale.CARDS: st.sampled_from(keys or ["-"]),
            }
            cell = st.one_of(
                st.fixed_dictionaries({"value": scale[asked.scale], "note": HALF}),
                st.fixed_dictionaries({"value": st.none(), "note": TEXT}),
            )
            return st.dictionaries(st.sampled_from([row.key for row in asked.rows]), cell, min_size=1)
        case _:
            return TEXT


@given(st.data())
def test_the_fields_of_an_answer_read_as_that_answer(data: st.DataObject) -> None:
    asked = data.draw(st.sampled_from(EVERY))
    state = data.draw(st.sampled_from([AnswerState.ANSWERED, AnswerState.NOT_SAID]))
    one_group = asked.type in {PartType.LINE, PartType.CHOICE}
    value = None if state is AnswerState.NOT_SAID and one_group else data.draw(_value(asked))
    outcome = Outcome(
        state,
        value,
        kept=asked.sharing in {Sharing.RECIPROCAL, Sharing.DERIVED} and data.draw(st.booleans()),
        offered=asked.sharing is Sharing.OFFERED and data.draw(st.booleans()),
    )
    assert read(asked, fields(asked, outcome)) == outcome


@given(st.dictionaries(st.sampled_from(sorted(names(TABLE) | names(DATE) | names(RANK))), st.text(max_size=12)))
def test_nothing_sent_breaks_reading(fields_sent: dict[str, str]) -> None:
    for asked in EVERY:
        outcome = read(asked, fields_sent)
        as_sent(asked, fields_sent)
        as_typed(asked, outcome, fields_sent)


@pytest.mark.parametrize("asked", build.ALL, ids=lambda one: one.key)
def test_a_copy_of_a_question_gives_the_question_back(asked: Any) -> None:
    copy = to_spec(asked, "5", PLACEHOLDERS)
    assert from_spec(copy) == asked
    filled = from_spec(copy, {"other": "Sam {mediator}", "mediator": "Noor"})
    assert filled.parts == asked.parts
    assert "{other}" not in filled.text


def test_a_copy_without_a_name_is_refused() -> None:
    with pytest.raises(KeyError):
        to_spec(build.RANK, "5", {})
