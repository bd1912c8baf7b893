"""A text of both: its words, or the steps of a pattern, and what was typed into a form for it. Pure.

A text is as long as a long answer; a pattern has up to eight steps, each of which one of the two takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mediator.core.visibility import Letter
from mediator.exercises.terms import Shape

#: Characters: of a whole text, as of a long answer, and of one step of a pattern.
LONGEST, LONGEST_LINE = 1500, 300
#: Steps of a pattern at the most, and how many a form shows at the least.
LINES, LINES_SHOWN = 8, 4


@dataclass(frozen=True)
class Line:
    """One step of a pattern: what one of the two does."""

    who: Letter
    words: str


@dataclass(frozen=True)
class Text:
    """The words as they stand. Either `words` or `lines`, by its shape."""

    words: str = ""
    lines: tuple[Line, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is written."""
        return not self.words and not self.lines


def from_body(body: Mapping[str, Any]) -> Text:
    """A text as it is stored."""
    lines = tuple(Line(Letter(who), words) for who, words in body.get("lines", ()))
    return Text(body.get("text", ""), lines)


def to_body(text: Text, shape: Shape) -> dict[str, Any]:
    """A text to be stored: plain JSON values."""
    if shape is Shape.LOOP:
        return {"lines": [[line.who.value, line.words] for line in text.lines]}
    return {"text": text.words}


@dataclass(frozen=True)
class Row:
    """One step in a form, as it was typed: `who` is empty where nobody was chosen."""

    number: int
    who: str = ""
    words: str = ""


@dataclass(frozen=True)
class Typed:
    """A form for a text: what stands in its fields, and what is wrong with it by the name of the field."""

    words: str = ""
    rows: tuple[Row, ...] = ()
    errors: tuple[tuple[str, str], ...] = ()

    @property
    def copied(self) -> str:
        """What was typed as one piece, to be copied where it can't be saved."""
        return "\n".join([self.words, *(row.words for row in self.rows)]).strip()


#: What is wrong, by its kind. Said at the field.
MISSING, TOO_LONG, NOBODY, LINE_TOO_LONG = "missing", "too_long", "nobody", "line_too_long"


def form(text: Text) -> Typed:
    """The form of a text as it stands: its words, and room for more."""
    rows = [Row(number, line.who.value, line.words) for number, line in enumerate(text.lines, start=1)]
    return Typed(text.words, _with_room(rows))


def sent_shape(given: Mapping[str, str]) -> Shape:
    """What a form was for, by its fields."""
    return Shape.TEXT if "words" in given else Shape.LOOP


def read(shape: Shape, given: Mapping[str, str]) -> tuple[Text, Typed]:
    """What was sent, as a text and as it was typed. The text counts only where nothing is wrong."""
    if shape is Shape.TEXT:
        words = given.get("words", "").strip()
        wrong = [("words", MISSING)] if not words else [("words", TOO_LONG)] if len(words) > LONGEST else []
        return Text(words), Typed(given.get("words", ""), (), tuple(wrong))
    rows: list[Row] = []
    lines: list[Line] = []
    errors: list[tuple[str, str]] = []
    for number in range(1, LINES + 1):
        who, words = given.get(f"who-{number}", ""), given.get(f"line-{number}", "").strip()
        if not words:
            continue  # a step without words is left out, whoever was chosen
        if len(words) > LONGEST_LINE:
            errors.append((f"line-{len(rows) + 1}", LINE_TOO_LONG))
        if who not in list(Letter):
            errors.append((f"who-{len(rows) + 1}", NOBODY))
        else:
            lines.append(Line(Letter(who), words))
        rows.append(Row(len(rows) + 1, who if who in list(Letter) else "", words))
    if not rows:
        errors.append(("line-1", MISSING))
    return Text(lines=tuple(lines)), Typed(rows=_with_room(rows), errors=tuple(errors))


def typed(shape: Shape, given: Mapping[str, str]) -> Typed:
    """What stands in the fields, exactly as it was typed: half sentences, and steps that are nobody's yet."""
    if shape is Shape.TEXT:
        return Typed(given.get("words", ""))
    pairs = [(given.get(f"who-{number}", ""), given.get(f"line-{number}", "")) for number in range(1, LINES + 1)]
    while pairs and pairs[-1] == ("", ""):
        pairs.pop()
    known = [(who if who in list(Letter) else "", words) for who, words in pairs]
    return Typed(rows=_with_room([Row(number, *pair) for number, pair in enumerate(known, start=1)]))


def to_draft(typed: Typed, shape: Shape) -> dict[str, Any]:
    """A draft to be stored: plain JSON values."""
    if shape is Shape.LOOP:
        return {"rows": [[row.who, row.words] for row in typed.rows]}
    return {"text": typed.words}


def from_draft(body: Mapping[str, Any]) -> Typed:
    """A draft as it is stored, as a form."""
    rows = (Row(number, who, words) for number, (who, words) in enumerate(body.get("rows", ()), start=1))
    return Typed(body.get("text", ""), tuple(rows))


def _with_room(rows: list[Row]) -> tuple[Row, ...]:
    """The rows of a form: what is there and at least one more, as long as there may be more."""
    shown = min(LINES, max(LINES_SHOWN, len(rows) + 1))
    return (*rows, *(Row(number) for number in range(len(rows) + 1, shown + 1)))
