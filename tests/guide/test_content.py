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
    Option,
    Part,
    PartType,
    Question,
    Scale,
    question_for,
)
from mediator.guide.reading import ENGLISH, guide

#: All but the gentle checks: the words they look for are put to nobody (test_gentle.py).
FILES = sorted(path for path in ENGLISH.glob("*.toml") if path.stem != "gentle")
PAIRS = list(itertools.product(RELATIONS, (False, True)))

#: Words that press, praise or blame. Nothing that is read by a participant needs them.
STEERING = re.compile(
    r"\b(should|must|have to|ought|owe\w*|fault|blame\w*|sorry|wrong|betray\w*|lie[sd]?(?! behind)|"
    r"well done|great|congrat\w*|deserve\w*|unfortunately|ex|abuse\w*)\b",
    re.IGNORECASE,
)
#: What the third step is about, and no other.
FORGIVING = re.compile(r"\b(forgiv\w*|apolog\w*)\b", re.IGNORECASE)
#: Nobody is asked to forgive or to apologize: in these words it would be a request.
ASKING = re.compile(
    r"\b(will you|can you|could you|ready to|try to|willing to|why not|please) (forgive|apologize|accept)",
    re.IGNORECASE,
)
#: What only the mediator reads of a step.
FOR_THE_MEDIATOR = ("aim", "remarks", "readiness", "warnings", "notes", "report", "name")
#: Words spelt one way in the UK and another in the US.
SPELLING = re.compile(
    r"\b\w*(colou?r|behaviou?r|favou?r|honou?r|neighbou?r|centre|center|organi[sz]|apologi[sz]|reali[sz]e|"
    r"recogni[sz]|judge?ment|fulfill?|cancell?ed|programme|licen[cs]e|practise)\w*",
    re.IGNORECASE,
)


def texts(value: object) -> Iterator[str]:
    """Every text in a TOML value that somebody reads: the name of a gentle check is none."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key != "check":
                yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def shipped(path: Path) -> list[str]:
    """Every text of one shipped file."""
    return list(texts(tomllib.loads(path.read_text(encoding="utf-8"))))


def for_participants(path: Path) -> list[str]:
    """The texts of one shipped file that a participant may read, titles of agendas and names of exercises too."""
    whole = tomllib.loads(path.read_text(encoding="utf-8"))
    closure = {"closure"} if "agendas" in whole else set()
    return list(texts({key: value for key, value in whole.items() if key not in {*FOR_THE_MEDIATOR, *closure}}))


def parts() -> dict[str, Part]:
    """The parts of step 5 by key."""
    return {part.key: part for question in guide().step("5").questions for part in question.parts}


def question(key: str) -> Question:
    """One shipped question."""
    return guide().question(key)


def test_step_5_and_the_standing_items_are_read() -> None:
    step = guide().step("5")
    assert step.name == "Rebuild Trust"
    assert {question.key for question in step.questions} == {f"5.{n}" for n in (*range(1, 8), *range(9, 13))}
    assert [question.key for question in step.ticked] == ["5.3", "5.4", "5.5", "5.6", "5.7"]
    assert [question.key for question in step.tasks] == ["5.1", "5.2", "5.11"]
    assert [item.key for item in guide().standing("5")] == ["5.ready", "5.only", "5.safety"]
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
    ready, only, safety = (item.parts[0] for item in guide().standing("5"))
    assert (ready.visibility, ready.sharing, ready.reading) == (Visibility.PRIVATE, Sharing.CLOSED, "ready")
    assert (only.visibility, only.sharing, only.type) == (Visibility.PRIVATE, Sharing.CLOSED, PartType.LONG)
    assert (safety.visibility, safety.sharing) == (Visibility.SAFETY, Sharing.CLOSED)
    assert [option.key for option in safety.options] == ["no", "unsure", "yes", "talk"]


#: The minutes of every agenda, block by block, as the practice notes have them.
MINUTES: dict[str, dict[int, list[int]]] = {
    "0": {50: [8, 12, 12, 5, 6, 4, 3]},
    "1": {60: [5, 5, 8, 14, 11, 7, 5, 5], 90: [7, 5, 20, 20, 15, 8, 5, 5, 5]},
    "2": {60: [5, 8, 4, 3, 10, 10, 6, 4, 5, 5], 90: [7, 8, 5, 10, 14, 5, 14, 7, 10, 5, 5]},
    "3": {60: [5, 6, 4, 10, 8, 8, 4, 5, 5, 5], 90: [7, 6, 18, 14, 5, 14, 8, 6, 7, 5]},
    "4": {60: [5, 6, 10, 8, 10, 6, 5, 5, 5], 90: [7, 7, 10, 10, 12, 12, 12, 7, 4, 4, 5]},
    "5": {60: [5, 10, 6, 14, 10, 5, 5, 5], 90: [7, 15, 6, 20, 15, 8, 8, 6, 5]},
    "6": {60: [5, 3, 7, 13, 10, 7, 5, 5, 5], 90: [7, 3, 12, 7, 16, 12, 13, 7, 4, 4, 5]},
    "7": {60: [10, 6, 8, 8, 10, 5, 3, 5, 5], 90: [10, 7, 10, 8, 15, 12, 10, 5, 3, 5, 5]},
    "7b": {60: [10, 10, 5, 10, 15, 5, 5]},
    "8": {60: [5, 3, 10, 12, 8, 6, 6, 5, 5], 90: [7, 3, 8, 10, 14, 10, 9, 6, 6, 7, 5, 5]},
    "8a": {20: [6, 5, 4, 5]},
    "close": {60: [10, 12, 6, 6, 8, 6, 4, 3, 5]},
}
#: Which blocks of the long agenda fall away in the short one, counted from 1.
OPTIONAL: dict[str, list[int]] = {
    "1": [3, 6], "2": [4, 6], "3": [3], "4": [6, 7], "5": [3, 7], "6": [3, 7], "7": [5, 7], "8": [3, 7, 9],
}  # fmt: skip


@pytest.mark.parametrize("key", MINUTES)
def test_agendas_are_those_of_the_notes_and_add_up(key: str) -> None:
    agendas = guide().agendas(key)
    assert {length: [block.minutes for block in blocks] for length, blocks in agendas.items()} == MINUTES[key]
    for length, blocks in agendas.items():
        assert sum(block.minutes for block in blocks) == length
        optional = [place for place, block in enumerate(blocks, start=1) if block.optional]
        assert optional == (OPTIONAL[key] if length == 90 else [])


def test_whole_steps_and_halves_share_an_agenda_where_only_one_is_written() -> None:
    assert set(MINUTES) == {*guide().steps, "7b", "8a"}
    assert guide().agendas("7a") == guide().agendas("7")
    assert guide().agendas("8b") == guide().agendas("8")
    assert guide().agendas("") == guide().agendas("9") == {}
    assert [half.name for half in guide().steps["7"].halves.values()] == ["the frame", "the review"]


def test_blocks_that_look_back_are_marked_and_not_told_by_their_title() -> None:
    """A draft leaves them out where nothing was agreed yet."""
    found = {
        (step.key, block.title)
        for step in guide().steps.values()
        for blocks in step.agendas.values()
        for block in blocks
        if block.looks_back or block.needs_agreements
    }
    assert {key for key, _title in found} == {"4", "5", "close"}
    assert ("5", "What was promised") in found
    assert ("close", "What was agreed, read aloud") in found


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
    step = guide().step("5")
    items = guide().standing("5")
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
        assert not SPELLING.search(text.replace("Apologize and Forgive", "").replace("apologize", "")), text
    for text in for_participants(path):
        assert not STEERING.search(text), text
        assert not ASKING.search(text), text
        assert path.stem == "step-3" or not FORGIVING.search(text), text


def test_the_nets_for_words_catch_something() -> None:
    assert STEERING.search("You should")
    assert FORGIVING.search("Some forgiveness")
    assert ASKING.search("Are you ready to forgive?")
    assert SPELLING.search("their behaviour")
    assert [words for pattern, words in NEVER if pattern.search("Why me")] == ["“why”"]


def test_surveillance_is_never_offered() -> None:
    offered = [thing.label for part in parts().values() for thing in (*part.options, *part.rows)]
    assert len(offered) > 30
    assert not [label for label in offered if re.search(r"password|location|places|track|\bphones?$", label)]
