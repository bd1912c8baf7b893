"""A guide read from files: steps, standing items, and the words for each kind of pair."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mediator.guide.content import PartType, Question, fill, question_for
from mediator.guide.reading import load
from tests.guide.small import STEP, write


def test_a_small_guide_is_read_whole(tmp_path: Path) -> None:
    guide = load(write(tmp_path))
    step = guide.step("5")
    assert guide.version == 5
    assert (step.key, step.name, step.retired) == ("5", "Rebuild Trust", ("5.8", "5.9.old"))
    assert [question.key for question in step.ticked] == ["5.1"]
    assert [question.key for question in step.tasks] == ["5.2"]
    assert guide.question("5.2").parts[0].rows[1].not_for == ("friends",)
    assert step.notes == {"friends": "Money is left out."}
    assert step.agendas[60][1].exercise == "Small promises"
    assert step.agendas[90][2].optional


def test_standing_items_carry_the_keys_of_their_step_and_the_last_ones_come_last(tmp_path: Path) -> None:
    guide = load(write(tmp_path))
    items = guide.standing("5")
    assert [item.key for item in items] == ["5.ready", "5.only"]
    assert [item.parts[0].key for item in items] == ["5.ready", "5.only"]
    assert [item.last for item in items] == [False, True]
    assert items[0].parts[0].reading == "ready"
    assert guide.question("5.only") == items[1]


@pytest.mark.parametrize("key", ["5.3", "6.ready", "s.ready", "5.nothing", "", "x.1"])
def test_an_unknown_key_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(KeyError):
        load(write(tmp_path)).question(key)


def words(question: Question) -> Iterator[str]:
    """What a person reads of a question, but for options."""
    yield question.text
    for part in question.parts:
        yield part.label


def test_words_follow_the_relation_and_closure_comes_after_it(tmp_path: Path) -> None:
    question = load(write(tmp_path)).question("5.1")
    plain = question_for(question, "friends", closure=False)
    siblings = question_for(question, "siblings", closure=False)
    ending = question_for(question, "siblings", closure=True)
    assert list(words(plain)) == [question.text, "Up to two", "In your own words"]
    assert list(words(siblings)) == [
        "What would you like to work on with {other} in the family?",
        "Up to two",
        "In a few words",
    ]
    assert list(words(ending)) == [
        "What would you like to settle with {other}?",
        "Up to two things",
        "In a few words",
    ]
    assert ending.hint == question.hint
    assert [part.key for part in ending.parts] == [part.key for part in question.parts]
    assert ending.variants == ()


def test_rows_and_anchors_follow_the_pair(tmp_path: Path) -> None:
    grid = load(write(tmp_path)).question("5.2")
    friends = question_for(grid, "friends", closure=True).parts[0]
    partners = question_for(grid, "partners", closure=False).parts[0]
    assert [row.key for row in friends.rows] == ["truth", "keys"]
    assert [row.key for row in partners.rows] == ["truth", "money", "keys"]
    assert friends.anchors is not None
    assert friends.anchors[0] == "Not for the ending."
    assert partners.anchors == grid.parts[0].anchors


def test_an_unknown_relation_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="neighbours"):
        question_for(load(write(tmp_path)).question("5.1"), "neighbours", closure=False)


def test_a_name_that_looks_like_a_placeholder_stays_as_it_is() -> None:
    assert fill("{other} and {mediator}", other="{mediator}", mediator="Noor") == "{mediator} and Noor"


def test_several_is_bounded_by_its_options_unless_the_content_says_otherwise(tmp_path: Path) -> None:
    step = STEP.replace('type = "rank"', 'type = "several"').replace("max_items = 2", "")
    part = load(write(tmp_path, step)).question("5.1").parts[0]
    assert (part.type, part.max_items, len(part.options)) == (PartType.SEVERAL, 3, 3)


def test_notes_by_relation_may_be_left_out(tmp_path: Path) -> None:
    step = STEP.replace('[notes]\nfriends = "Money is left out."', "")
    assert load(write(tmp_path, step)).step("5").notes == {}
