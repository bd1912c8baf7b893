"""The English content that ships is whole, plain, and says the same to both people."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from mediator.cases.terms import Relation
from mediator.core.visibility import Sharing, Visibility
from mediator.guide.checks import NEVER
from mediator.guide.content import (
    RELATIONS,
    BlockKind,
    Option,
    Part,
    PartType,
    Question,
    Scale,
    question_for,
)
from mediator.guide.reading import ENGLISH, guide

FILES = sorted(ENGLISH.glob("*.toml"))
PAIRS = list(itertools.product(RELATIONS, (False, True)))

#: Words that ask to forgive, press, praise or blame. Neither step 5 nor a privacy sentence needs them.
STEERING = re.compile(
    r"\b(forgiv\w*|apolog\w*|should|must|have to|ought|owe\w*|fault|blame\w*|sorry|wrong|betray\w*|lie[sd]?|"
    r"well done|great|congrat\w*|deserve\w*|unfortunately|ex|abuse\w*)\b",
    re.IGNORECASE,
)
#: Words spelt one way in the UK and another in the US.
SPELLING = re.compile(
    r"\b\w*(colou?r|behaviou?r|favou?r|honou?r|neighbou?r|centre|center|organi[sz]|apologi[sz]|reali[sz]e|"
    r"recogni[sz]|judge?ment|fulfill?|cancell?ed|programme|licen[cs]e|practise)\w*",
    re.IGNORECASE,
)


def texts(value: object) -> Iterator[str]:
    """Every text in a TOML value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def shipped(path: Path) -> list[str]:
    """Every text of one shipped file."""
    return list(texts(tomllib.loads(path.read_text(encoding="utf-8"))))


def parts() -> dict[str, Part]:
    """The parts of step 5 by key."""
    return {part.key: part for question in guide().step(5).questions for part in question.parts}


def question(key: str) -> Question:
    """One shipped question."""
    return guide().question(key)


def test_step_5_and_the_standing_items_are_read() -> None:
    step = guide().step(5)
    assert step.name == "Rebuild Trust"
    assert {question.key for question in step.questions} == {f"5.{n}" for n in (*range(1, 8), *range(9, 13))}
    assert [question.key for question in step.ticked] == ["5.3", "5.4", "5.5", "5.6", "5.7"]
    assert [question.key for question in step.tasks] == ["5.1", "5.2", "5.11"]
    assert [item.key for item in guide().standing(5)] == ["5.ready", "5.only", "5.safety"]
    assert len(step.exercises) == 4
    assert set(step.notes) < set(RELATIONS)


def test_relations_are_those_of_a_case() -> None:
    assert set(RELATIONS) == {relation.value for relation in Relation}


def test_step_5_asks_in_every_way_there_is() -> None:
    assert {part.type for part in parts().values()} == set(PartType)
    scales = {part.scale for part in parts().values() if part.type is PartType.GRID}
    assert scales == {Scale.LINE, Scale.LIGHTS}
    assert {part.sharing for part in parts().values()} == set(Sharing)


def test_sharing_is_what_practice_says() -> None:
    expected = {
        "5.1.now": Sharing.CLOSED,
        "5.2.weight": Sharing.CLOSED,
        "5.3.parts": Sharing.RECIPROCAL,
        "5.4.sign": Sharing.OFFERED,
        "5.5.promises": Sharing.RECIPROCAL,
        "5.5.until": Sharing.RECIPROCAL,
        "5.6.cannot": Sharing.OFFERED,
        "5.6.slip": Sharing.OFFERED,
        "5.7.offer": Sharing.OFFERED,
        "5.7.words": Sharing.OFFERED,
        "5.9.break": Sharing.OFFERED,
        "5.10.stays": Sharing.CLOSED,
        "5.11.kinds": Sharing.DERIVED,
        "5.12.how": Sharing.RECIPROCAL,
    }
    assert {key: part.sharing for key, part in parts().items()} == expected
    assert {part.visibility for part in parts().values()} == {Visibility.PRIVATE}


def test_the_safety_item_is_kept_apart_and_the_others_are_private() -> None:
    ready, only, safety = (item.parts[0] for item in guide().standing(5))
    assert (ready.visibility, ready.sharing, ready.reading) == (Visibility.PRIVATE, Sharing.CLOSED, "ready")
    assert (only.visibility, only.sharing, only.type) == (Visibility.PRIVATE, Sharing.CLOSED, PartType.LONG)
    assert (safety.visibility, safety.sharing) == (Visibility.SAFETY, Sharing.CLOSED)
    assert [option.key for option in safety.options] == ["no", "unsure", "yes", "talk"]


@pytest.mark.parametrize("length", [60, 90])
def test_the_agenda_adds_up(length: int) -> None:
    blocks = guide().step(5).agendas[length]
    assert sum(block.minutes for block in blocks) == length
    assert (blocks[-1].kind, blocks[-1].minutes) == (BlockKind.RESERVE, 5)
    assert [block.title for block in blocks if block.optional] == (
        [] if length == 60 else ["Thanks for what was kept", "Time alone, both"]
    )


@pytest.mark.parametrize(("relation", "closure"), PAIRS)
def test_trust_has_six_to_nine_parts_for_each_kind_of_pair(relation: str, closure: bool) -> None:
    now, weight, rank = (question_for(question(key), relation, closure).parts[0] for key in ("5.1", "5.2", "5.3"))
    assert 6 <= len(now.rows) <= 9
    assert now.rows == weight.rows == rank.options


def keys(things: tuple[Option, ...]) -> set[str]:
    """The keys of rows or options."""
    return {thing.key for thing in things}


def test_rows_follow_the_kind_of_pair() -> None:
    rows = {pair: keys(question_for(question("5.1"), *pair).parts[0].rows) for pair in PAIRS}
    assert not {"exclusive", "money", "inheritance"} & rows["friends", False]
    for family in ("siblings", "parent_child"):
        assert {"care", "inheritance", "family_matters"} <= rows[family, False]
        assert "exclusive" not in rows[family, False]
    assert {pair for pair, found in rows.items() if "exclusive" in found} == {("partners", False)}
    for relation in RELATIONS:
        assert {"belongings", "photos", "told"} <= rows[relation, True]
        assert not {"belongings", "photos", "told"} & rows[relation, False]


def test_closure_asks_about_the_ending_and_nothing_to_come_back() -> None:
    for key in ("5.3", "5.4", "5.5", "5.9"):
        plain = question_for(question(key), "siblings", closure=False)
        ending = question_for(question(key), "siblings", closure=True)
        assert plain.text != ending.text
        assert re.search(r"\bend(s|ed|ing)\b", ending.text)


def test_every_key_is_there_once() -> None:
    step = guide().step(5)
    items = guide().standing(5)
    found = [asked.key for asked in (*step.questions, *items)]
    # A standing item and its one part share a key.
    found += [part.key for asked in step.questions for part in asked.parts]
    assert len(found) == len(set(found))
    assert not set(found) & set(step.retired)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_banned_word_stands_anywhere(path: Path) -> None:
    found = shipped(path)
    assert len(found) > 10
    for text in found:
        assert not [words for pattern, words in NEVER if pattern.search(text)], text
        assert not STEERING.search(text), text
        assert not SPELLING.search(text), text


def test_the_nets_for_words_catch_something() -> None:
    assert STEERING.search("You should forgive")
    assert SPELLING.search("their behaviour")
    assert [words for pattern, words in NEVER if pattern.search("Why me")] == ["“why”"]


def test_surveillance_is_never_offered() -> None:
    offered = [thing.label for part in parts().values() for thing in (*part.options, *part.rows)]
    assert len(offered) > 30
    assert not [label for label in offered if re.search(r"password|location|places|track|\bphones?$", label)]
