"""What people read about who may read what: the one table of privacy sentences, and the policies' words.

The words stand in `content/<language>/sentences.toml`. Every sentence is looked up by the stored values
(visibility, sharing, policy, kept, offered), so what is said can't drift from what is kept. Pure.
Policies are the values of `cases.terms.Policy`: "caucus", "no_secrets", "limited".
"""

from __future__ import annotations

import enum
import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mediator.core.visibility import Sharing, Visibility
from mediator.guide.checks import check_words
from mediator.guide.content import fill
from mediator.guide.tables import ContentError, Table, read_file

#: The three confidentiality policies, by their stored values.
POLICIES: tuple[str, ...] = ("caucus", "no_secrets", "limited")
#: The states of a private answer: its sharing, or what its author made of it.
STATES: tuple[str, ...] = ("closed", "offered", "ticked", "reciprocal", "derived", "kept", "held")

_ENGLISH = Path(__file__).parent / "content" / "en"
_PARTICIPANT_READS = (
    Visibility.OWN,
    Visibility.PRIVATE,
    Visibility.SAFETY,
    Visibility.DIRECTORY,
    Visibility.JOINT,
)
_MEDIATOR_READS = tuple(visibility for visibility in Visibility if visibility is not Visibility.OWN)
_FOR_PARTICIPANT = frozenset({"{other}", "{mediator}"})
_FOR_MEDIATOR = frozenset({"{name}", "{other}", "{a}", "{b}"})


class Level(enum.StrEnum):
    """The look of a privacy label (DESIGN.md, "Privacy language")."""

    PRIVATE = "private"
    AFTER = "after"
    SHARED = "shared"


@dataclass(frozen=True)
class Sentence:
    """One privacy sentence with its look. `text` may hold {other}, {mediator}, {name}, {a} and {b}."""

    text: str
    level: Level

    def filled(self, **names: str) -> str:
        """The text with names put in. Raises KeyError where one is missing."""
        return fill(self.text, **names)


@dataclass(frozen=True)
class WhoSees:
    """One row of the table "Who sees what" at the first visit: each cell is a few words."""

    what: str
    you: str
    mediator: str
    other: str


@dataclass(frozen=True)
class PolicyWords:
    """A confidentiality policy: its name and sentence for the mediator, and what both participants accept."""

    key: str
    name: str
    says: str
    participant: str


@dataclass(frozen=True)
class Sentences:
    """The whole table of one language. Keys are (visibility, state or "", policy)."""

    version: int
    participant: Mapping[tuple[str, str, str], Sentence]
    mediator: Mapping[tuple[str, str, str], Sentence]
    who_sees: tuple[WhoSees, ...]
    policies: Mapping[str, PolicyWords]


def for_participant(
    visibility: Visibility,
    sharing: Sharing,
    policy: str,
    kept: bool = False,
    offered: bool = False,
    *,
    held: bool = False,
) -> Sentence:
    """What the author of a row reads beside it.

    `kept`: the author keeps it between them and the mediator. `offered`: the author ticked "{other} may read
    this". `held`: it is written for the other, who is asked first. Raises LookupError where no participant reads
    such a row (working, record), and for an unknown policy.
    """
    if held and visibility is Visibility.PRIVATE:
        return sentences().participant[visibility.value, "held", str(policy)]
    return sentences().participant[_key(visibility, sharing, policy, kept, offered)]


def for_mediator(
    visibility: Visibility,
    sharing: Sharing,
    policy: str,
    kept: bool = False,
    offered: bool = False,
    *,
    held: bool = False,
) -> Sentence:
    """What a mediator of the case reads beside a row: {name} is its author, {a} and {b} the two in order.

    Raises LookupError where no mediator reads such a row (own), and for an unknown policy.
    """
    if held and visibility is Visibility.PRIVATE:
        return sentences().mediator[visibility.value, "held", str(policy)]
    return sentences().mediator[_key(visibility, sharing, policy, kept, offered)]


def who_sees() -> tuple[WhoSees, ...]:
    """The rows of the table at the first visit. Both people read the same ones."""
    return sentences().who_sees


def policy_words(policy: str) -> PolicyWords:
    """The words of one policy. Raises KeyError for an unknown one."""
    return sentences().policies[policy]


@functools.cache
def sentences() -> Sentences:
    """The shipped table, read once per process. Raises ContentError; the application calls it at start."""
    return load_sentences(_ENGLISH)


def load_sentences(folder: Path) -> Sentences:
    """Reads sentences.toml of a folder. Raises one ContentError with all mistakes, each with file and key."""
    problems: list[str] = []
    table = read_file(folder / "sentences.toml", problems)
    if table is None:
        raise ContentError(problems)
    read = Sentences(
        version=table.whole("version"),
        participant=dict(_viewer(table, "participant", _PARTICIPANT_READS, _FOR_PARTICIPANT)),
        mediator=dict(_viewer(table, "mediator", _MEDIATOR_READS, _FOR_MEDIATOR)),
        who_sees=tuple(_who_sees(table)),
        policies={words.key: words for words in _policies(table)},
    )
    table.done()
    if problems:
        raise ContentError(problems)
    return read


def _key(visibility: Visibility, sharing: Sharing, policy: str, kept: bool, offered: bool) -> tuple[str, str, str]:
    """Where a stored row stands in the table. Keeping wins; a tick counts only where it was asked for."""
    if visibility is not Visibility.PRIVATE:
        return visibility.value, "", str(policy)
    if kept and sharing is not Sharing.CLOSED:
        return visibility.value, "kept", str(policy)
    if offered and sharing is Sharing.OFFERED:
        return visibility.value, "ticked", str(policy)
    return visibility.value, sharing.value, str(policy)


def _viewer(
    table: Table, viewer: str, reads: tuple[Visibility, ...], allowed: frozenset[str]
) -> Iterator[tuple[tuple[str, str, str], Sentence]]:
    """Every sentence for one kind of viewer, spread over the three policies."""
    top = table.table(viewer, required=True)
    if top is None:
        return
    for visibility in reads:
        inner = top.table(visibility.value, required=True)
        if inner is None:
            continue
        if visibility is not Visibility.PRIVATE:
            yield from _row(inner, visibility, "", allowed)
            continue
        for state in STATES:
            row = inner.table(state, required=True)
            if row is not None:
                yield from _row(row, visibility, state, allowed)
        inner.done()
    top.done()


def _row(
    table: Table, visibility: Visibility, state: str, allowed: frozenset[str]
) -> Iterator[tuple[tuple[str, str, str], Sentence]]:
    level = table.member("level", Level) or Level.PRIVATE
    # Where the policy changes nothing there is one sentence, so that nobody can make it differ by mistake.
    shared = table.text("every") if visibility is not Visibility.PRIVATE else ""
    for policy in POLICIES:
        text = shared or table.text(policy)
        check_words(f"{table.place}: {policy}", text, table.problems, allowed)
        yield (visibility.value, state, policy), Sentence(text, level)
    table.done()


def _who_sees(table: Table) -> Iterator[WhoSees]:
    for number, values in enumerate(table.items("who_sees", required=True), start=1):
        row = Table(values, f"{table.place}: who_sees {number}", table.problems)
        cells = [row.text(name) for name in ("what", "you", "mediator", "other")]
        for cell in cells:
            check_words(row.place, cell, table.problems, _FOR_PARTICIPANT)
        row.done()
        yield WhoSees(*cells)


def _policies(table: Table) -> Iterator[PolicyWords]:
    top = table.table("policy", required=True)
    if top is None:
        return
    for policy in POLICIES:
        words = top.table(policy, required=True)
        if words is None:
            continue
        participant = words.text("participant")
        check_words(f"{words.place}: participant", participant, table.problems, _FOR_PARTICIPANT)
        yield PolicyWords(policy, words.text("name"), words.text("says"), participant)
        words.done()
    top.done()
