"""What is counted on the way from set-up to four papers, and how it is told in docs/walkthrough.md."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from tests.browser.visitor import Count, Visitor

#: What a person needs for each thing, by rule of thumb; said in the document beside the table.
WORDS_A_MINUTE = 230
LETTERS_A_MINUTE = {"desk": 200, "phone": 130}
SECONDS_A_PRESS = 2
SECONDS_A_SCREEN = 1


@dataclass(frozen=True)
class Leg:
    """One part of the way, as one person went it."""

    name: str
    who: str
    device: str
    count: Count

    @property
    def minutes(self) -> float:
        """About how long a person needs who knows what to say: reading, typing, pressing, waiting for pages."""
        told = self.count
        return (
            told.words / WORDS_A_MINUTE
            + told.letters / LETTERS_A_MINUTE[self.device]
            + (told.presses * SECONDS_A_PRESS + told.screens * SECONDS_A_SCREEN) / 60
        )


@dataclass
class Walk:
    """All legs so far."""

    legs: list[Leg] = field(default_factory=list)

    @contextlib.contextmanager
    def leg(self, name: str, who: str, device: str, visitor: Visitor) -> Iterator[None]:
        """Count what this person does in the block."""
        before = replace(visitor.count)
        yield
        self.legs.append(Leg(name, who, device, visitor.count.since(before)))

    def table(self, on: date) -> str:
        """The legs as a table in Markdown, with sums per person."""
        lines = [
            f"Counted on {on.day} {on:%B %Y} by `tests/browser/test_journey.py`.",
            "",
            "| Part | Who | Screens | Presses | Letters typed | Words on the screens | About, minutes |",
            "|---|---|---:|---:|---:|---:|---:|",
        ]
        lines += [self._row(leg) for leg in self.legs]
        for who, device in dict.fromkeys((leg.who, leg.device) for leg in self.legs):
            own = [leg.count for leg in self.legs if leg.who == who]
            whole = Count(*(sum(getattr(one, name) for one in own) for name in vars(Count())))
            lines.append(self._row(Leg("**In all**", who, device, whole)))
        return "\n".join(lines) + "\n"

    def _row(self, leg: Leg) -> str:
        told = leg.count
        return (
            f"| {leg.name} | {leg.who} | {told.screens} | {told.presses} | {told.letters} | {told.words} "
            f"| {leg.minutes:.1f} |"
        )
