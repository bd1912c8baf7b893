"""The rules of the gentle checks as plain values, read from content: what is looked for, and what is asked about it.

Pure. Which part has which check stands in its question (`Part.check`); `questionnaires.gentle` applies the rules.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mediator.guide.checks import check_words
from mediator.guide.content import Check
from mediator.guide.tables import ContentError, Table, read_file

#: The English rules that ship.
ENGLISH = Path(__file__).parent / "content" / "en" / "gentle.toml"
#: What a question may hold: the words that were found, as they were typed.
WORD = "{word}"


@dataclass(frozen=True)
class Passive:
    """Something was done, and nobody did it: one of `forms`, then one of `done` or a word with this `ending`.

    Not for the words in `unless`, and not after one of those in `after`.
    """

    forms: tuple[str, ...]
    done: tuple[str, ...]
    ending: str
    unless: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class Pain:
    """More sentences about the author's own pain than about the other's: `words` of pain beside `own` or `other`."""

    words: tuple[str, ...]
    own: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True)
class Rule:
    """One thing that is looked for (`words`, `passive` or `pain`, one of them), and the one sentence that asks."""

    ask: str
    words: tuple[str, ...] = ()
    passive: Passive | None = None
    pain: Pain | None = None


@functools.cache
def rules() -> Mapping[Check, tuple[Rule, ...]]:
    """The shipped rules, read once per process. Raises ContentError; the application calls it at start."""
    return load(ENGLISH)


def load(path: Path) -> Mapping[Check, tuple[Rule, ...]]:
    """The rules of each check, in the order they are asked about. Raises one ContentError with all mistakes."""
    problems: list[str] = []
    table = read_file(path, problems)
    found: dict[Check, tuple[Rule, ...]] = {}
    if table is not None:
        table.whole("version")
        for check in Check:
            items = table.items(check.value, required=True)
            found[check] = tuple(
                _rule(Table(values, f"{table.place}: {check.value} {number}", problems))
                for number, values in enumerate(items, start=1)
            )
        table.done()
    if problems:
        raise ContentError(problems)
    return found


def _rule(table: Table) -> Rule:
    ask, words = table.text("ask"), table.texts("words")
    passive, pain = table.table("passive"), table.table("pain")
    rule = Rule(ask, words, _passive(passive), _pain(pain))
    if sum((bool(words), passive is not None, pain is not None)) != 1:
        table.say("needs one of words, passive and pain")
    if not ask.endswith("?"):
        table.say("ask must be a question: nothing is forbidden here")
    if WORD in ask and pain is not None:
        table.say(f"ask: no word was found that {WORD} could be")
    check_words(f"{table.place}: ask", ask, table.problems, allowed=frozenset({WORD}))
    table.done()
    return rule


def _passive(table: Table | None) -> Passive | None:
    if table is None:
        return None
    passive = Passive(
        forms=table.texts("forms", required=True),
        done=table.texts("done", required=True),
        ending=table.text("ending"),
        unless=table.texts("unless"),
        after=table.texts("after"),
    )
    table.done()
    return passive


def _pain(table: Table | None) -> Pain | None:
    if table is None:
        return None
    pain = Pain(
        table.texts("words", required=True), table.texts("own", required=True), table.texts("other", required=True)
    )
    table.done()
    return pain
