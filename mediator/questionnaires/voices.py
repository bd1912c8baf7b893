"""What both can read now, laid out by question: what A said, what B said, and what the two have in common. Pure.

It is made from the frozen copies as they are and from nothing else: whatever was opened stands once, word for word, and
nothing is worked out. A stands before B, and both read the same.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mediator.core.visibility import Letter
from mediator.questionnaires.shown import Shown


@dataclass(frozen=True)
class Said:
    """What one person said at one part, in lines. `opening` is what opened it."""

    opening: uuid.UUID
    label: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Voice:
    """Everything open of one person at one question."""

    letter: Letter
    name: str
    said: Sequence[Said]


@dataclass(frozen=True)
class Common:
    """What two answers have in common at one part: `lines` to be drawn, `words` where there are none."""

    opening: uuid.UUID
    label: str
    lines: Sequence[Mapping[str, str]]
    words: Sequence[str]

    @property
    def lights(self) -> bool:
        """Whether its lines are lights: yes, yes if, no."""
        return any(line["light"] for line in self.lines)


@dataclass(frozen=True)
class Topic:
    """One question with all that is open of it. `label` stands once where every part has the same."""

    question: str
    label: str
    voices: Sequence[Voice]
    common: Sequence[Common]


def topics(shown: Iterable[Shown]) -> list[Topic]:
    """One topic for each question of each form, in the order in which they come; within it as they come, too."""
    found: dict[tuple[uuid.UUID, str], list[Shown]] = {}
    for one in shown:
        found.setdefault((one.form, one.question), []).append(one)
    return [_topic(question, ones) for (_form, question), ones in found.items()]


def _topic(question: str, ones: Sequence[Shown]) -> Topic:
    labels = {one.label for one in ones}
    label = labels.pop() if len(labels) == 1 else ""

    def own(one: Shown) -> str:
        return one.label if one.label != label else ""

    voices: dict[Letter, Voice] = {}
    for one in ones:
        for entry in one.entries:
            letter = Letter(entry["letter"])
            before = voices[letter].said if letter in voices else ()
            voices[letter] = Voice(letter, entry["name"], (*before, Said(one.id, own(one), entry["lines"])))
    common = [Common(one.id, own(one), one.lines, one.common) for one in ones if one.common]
    return Topic(question, label, [voices[letter] for letter in Letter if letter in voices], common)
