"""Marking the lines of a list that stands for both: its lines become what each chooses from, alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from mediator.guide.content import Option, Question

#: Fewer lines are nothing to choose from; more are not read on a phone.
FEWEST, MOST = 2, 24
#: What a line may begin with on a list, also twice: "- - idea".
_BULLETS = re.compile(r"^[\s\-–—•*·]+")
#: In questions braces hold names, filled in for each reader; a line is read in the same words by both.
_NO_NAMES = str.maketrans("{}", "()")


def ideas(words: str) -> tuple[str, ...]:
    """The lines of a list, as they were written but for what marks a line as one of a list; each once, in order.

    Braces become round brackets.
    """
    found: dict[str, str] = {}
    for line in words.translate(_NO_NAMES).splitlines():
        idea = _BULLETS.sub("", line).strip()
        if idea:
            found.setdefault(idea.casefold(), idea)
    return tuple(found.values())


def among(questions: Sequence[Question], lines: Sequence[str]) -> tuple[Question, ...]:
    """The questions with these lines to choose from, in place of what the content names.

    Raises ValueError for fewer lines than can be chosen from, or more than can be read.
    """
    if not FEWEST <= len(lines) <= MOST:
        raise ValueError(f"{len(lines)} lines to mark")
    options = tuple(Option(f"line{number}", line) for number, line in enumerate(lines, start=1))
    return tuple(replace(one, parts=tuple(replace(part, options=options) for part in one.parts)) for one in questions)
