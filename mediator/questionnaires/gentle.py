"""Gentle checks: words that somebody is writing, looked at for what they may want to put otherwise. Pure.

They ask and never block: whatever is asked, the words are saved and handed in as they stand. Nothing of it is kept, and
nobody but the author reads it. Words about safety are never looked at. The rules are content (`guide.gentle`).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from mediator.core.visibility import Visibility
from mediator.guide.content import Check, Part, Question
from mediator.guide.gentle import WORD, Pain, Passive, Rule, rules
from mediator.questionnaires.fields import as_sent

#: So many things are asked about one field at once, and no more.
MOST = 2
#: So many letters are looked at: more than any answer can have. What is sent beyond costs no time.
READ = 6_000
#: Typed apostrophes of every kind are one.
_APOSTROPHES = str.maketrans("’‘`", "'''")
_SENTENCE_ENDS = re.compile(r"[.!?…\n]+")


def looks(part: Part, value: Any) -> tuple[str, ...]:
    """What its author is asked about what stands at a part: a text, lines, or nothing. No check, no question."""
    if part.check is None or part.visibility is Visibility.SAFETY:
        return ()
    lines = value if isinstance(value, list) else [value]
    return asked(part.check, "\n".join(str(line) for line in lines if line))


def of_question(question: Question, sent: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """By part, what is asked about what was just sent; only parts that are looked at."""
    return {part.key: looks(part, as_sent(part, sent)) for part in question.parts if part.check is not None}


def asked(check: Check, text: str) -> tuple[str, ...]:
    """The questions about a text, in the order of the rules, at most two. The same text, the same questions."""
    found = (_asked(rule, text[:READ]) for rule in rules()[check])
    return tuple(one for one in found if one)[:MOST]


def _asked(rule: Rule, text: str) -> str:
    if rule.pain is not None:
        return rule.ask if _mostly_own(rule.pain, text) else ""
    plain = text.translate(_APOSTROPHES)
    pattern = _passive(rule.passive) if rule.passive is not None else _any_of(rule.words)
    found = pattern.search(plain)
    return rule.ask.replace(WORD, " ".join(text[slice(*found.span("found"))].split())) if found else ""


def _mostly_own(pain: Pain, text: str) -> bool:
    """Whether more sentences tell of the author's own pain than of the other's. One that tells of both is both's."""
    own = other = 0
    for sentence in _SENTENCE_ENDS.split(text.translate(_APOSTROPHES)):
        if _any_of(pain.words).search(sentence):
            theirs = bool(_any_of(pain.other).search(sentence))
            other += theirs
            own += bool(_any_of(pain.own).search(sentence)) and not theirs
    return own > other


@functools.cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these words or phrases, whole, however they are spaced and written large or small."""
    return re.compile(rf"(?<!\w)(?P<found>{_phrases(words)})(?!\w)", re.IGNORECASE)


@functools.cache
def _passive(rule: Passive) -> re.Pattern[str]:
    """A form of "to be" and what was done, with a "not" or a word on "-ly" between them at the most."""
    before = "".join(rf"(?<!\b{re.escape(word)}\s)" for word in rule.after)
    done = rf"(?!(?:{_phrases(rule.unless)})\b)(?:{_phrases(rule.done)}|\w+{re.escape(rule.ending)})"
    between = r"(?:(?:not|never|\w+ly)\s+)?"
    return re.compile(rf"{before}\b(?P<found>(?:{_phrases(rule.forms)})\s+{between}{done})\b", re.IGNORECASE)


def _phrases(words: tuple[str, ...]) -> str:
    return "|".join(r"\s+".join(map(re.escape, word.split())) for word in sorted(words, key=len, reverse=True))
