"""What people read in the exercises that ship: the same for both, and fitting for every kind of pair."""

from __future__ import annotations

import itertools
import re

import pytest

from mediator.exercises.reading import exercises
from mediator.guide.content import RELATIONS, question_for
from mediator.questionnaires import building
from tests.exercises.shipped import question, spoken, told

PAIRS = list(itertools.product(RELATIONS, (False, True)))


@pytest.mark.parametrize("key", exercises())
@pytest.mark.parametrize(("relation", "closure"), PAIRS)
def test_both_read_the_same_words_but_for_names(key: str, relation: str, closure: bool) -> None:
    """As A and as B, with every kind of pair; and what no form fills in holds no name at all."""
    for stage in exercises()[key].stages:
        assert not [text for text in spoken(stage) if "{" in text]
        for one in stage.questions:
            read = question_for(one, relation, closure)
            as_a = building.named(read, {"other": "Béa", "mediator": "Noor"})
            as_b = building.named(read, {"other": "Ali", "mediator": "Noor"})
            assert [text.replace("Béa", "Ali") for text in told(as_a)] == list(told(as_b))
            assert not [text for text in told(as_a) if "{" in text or "Ali" in text]
            assert [part.sharing for part in as_a.parts] == [part.sharing for part in as_b.parts]


def test_variants_are_there_for_each_kind_of_pair_and_for_an_ending() -> None:
    """A family is asked for nothing from childhood, and an ending for nothing that is to come back."""
    for key in ("E07.1", "E07.2"):
        for relation in ("siblings", "parent_child"):
            assert "as an adult" in question_for(question(key), relation, False).hint.lower()
    for key in ("E03.4", "E06.1", "E20.1", *(f"E22.{number}" for number in range(1, 6))):
        plain, ending = (question_for(question(key), "friends", closure).text for closure in (False, True))
        assert plain != ending
        assert re.search(r"\bend(s|ing)\b", ending)


@pytest.mark.parametrize(("relation", "closure"), PAIRS)
def test_there_are_about_thirty_cards_and_fewer_for_an_ending(relation: str, closure: bool) -> None:
    cards = question_for(question("E20.1"), relation, closure).parts[0].rows
    assert len(cards) in (range(10, 17) if closure else range(22, 33))
    assert cards == question_for(question("E20.2"), relation, closure).parts[0].options
    lines = [
        row
        for number in range(1, 6)
        for row in question_for(question(f"E22.{number}"), relation, closure).parts[0].rows
    ]
    assert len(lines) in (range(16, 29) if closure else range(20, 36))
    assert len({line.key for line in lines}) == len(lines)


def test_feelings_needs_and_parts_of_a_story_are_never_measured() -> None:
    told_of_oneself = ("E03.2", "E03.3", "E07.1", "E07.2", *(f"E06.{number}" for number in range(1, 7)))
    lines_and_cards = ("E11.1", "E16.3", "E16.4", "E16.5", "E19.1", "E23.2", "E25.5", "E29.1", "E32.1")
    for key in (*told_of_oneself, *lines_and_cards):
        for part in question(key).parts:
            assert not part.measured or part.type in {"short", "lines", "date"}
