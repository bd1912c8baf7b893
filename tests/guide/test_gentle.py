"""The rules of the gentle checks: read whole at start, every mistake named, and nothing that tells of violence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mediator.guide.content import Check
from mediator.guide.gentle import ENGLISH, load, rules
from mediator.guide.tables import ContentError

RULES = """
version = 1

[[feelings]]
words = ["ignored"]
ask = "“{word}” is about somebody else. What was beneath it?"

[[apology]]
words = ["but"]
ask = "You wrote “{word}”. What if it ended there?"
"""
BROKEN = [
    ("version = 1", "", "gentle.toml: version is missing"),
    ("[[apology]]", "[[sorry]]", "gentle.toml: apology is missing"),
    ("[[apology]]", "[[sorry]]", "gentle.toml: unknown key 'sorry'"),
    ('words = ["ignored"]', "", "gentle.toml: feelings 1: needs one of words, passive and pain"),
    ('words = ["ignored"]', "words = [7]", "gentle.toml: feelings 1: words must be a list of texts"),
    ("What if it ended there?", "Leave it out.", "gentle.toml: apology 1: ask must be a question"),
    ("What if", "Why, if", "gentle.toml: apology 1: ask: holds “why”"),
    ("“{word}” is", "“{name}” is", "gentle.toml: feelings 1: ask: unknown placeholder {name}"),
    ('words = ["but"]', 'pain = {words = ["x"], own = ["i"], other = ["you"]}', "no word was found that {word} could"),
    ('words = ["but"]', 'passive = {forms = ["was"]}', "gentle.toml: apology 1: passive: done is missing"),
    ('words = ["but"]', 'words = ["but"]\nblock = true', "gentle.toml: apology 1: unknown key 'block'"),
]


@pytest.mark.parametrize(("right", "wrong", "problem"), BROKEN)
def test_a_mistake_is_named(tmp_path: Path, right: str, wrong: str, problem: str) -> None:
    assert right in RULES
    path = tmp_path / "gentle.toml"
    path.write_text(RULES.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ContentError) as raised:
        load(path)
    assert any(problem in one for one in raised.value.problems), raised.value.problems


def test_the_rules_of_the_test_are_right(tmp_path: Path) -> None:
    path = tmp_path / "gentle.toml"
    path.write_text(RULES, encoding="utf-8")
    assert [len(load(path)[check]) for check in Check] == [1, 1]


def test_what_may_tell_of_violence_is_never_asked_to_be_put_milder() -> None:
    told = r"threat|attack|abus|hit|beat|control|forc|afraid|scar|violen|stalk|harass|rape|chok|lock"
    words = [word for rule in rules()[Check.FEELINGS] for word in rule.words]
    assert words
    assert not [word for word in words if re.search(told, word)]


def test_whatever_is_asked_is_one_or_two_short_sentences() -> None:
    for check in Check:
        for rule in rules()[check]:
            assert all(len(one.split()) <= 20 for one in re.split(r"[.?]\s+", rule.ask)), rule.ask
    assert ENGLISH.is_file()
