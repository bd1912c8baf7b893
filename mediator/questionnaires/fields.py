"""The fields of one part: their names, their limits, and what each type makes of what was sent. Pure.

Names are those of templates/components/answers.html: `{part}`, `{part}.{option}`, `{part}.{i}`,
`{part}.{i}.statement`, `{part}.{row}.note` and so on, with `{part}.no` (prefer not to say), `{part}.keep` and
`{part}.offer`. Text is kept exactly as typed; white space only decides whether something was typed at all.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from mediator.guide.content import Part, PartType, Scale
from mediator.questionnaires.terms import Light

#: Most letters (code points) of a short text, and of one line, statement, example, condition or note.
SHORT = 300
#: Most letters (code points) of a long text.
LONG = 1500
#: "Prefer not to say" where it is one radio of the answer's own group.
NOT_SAID = "not-said"
#: What a ticked box sends. Any other text that is not empty counts as ticked, too.
TICKED = "yes"
#: The two fields of a paired answer.
PAIRS: dict[PartType, tuple[str, str]] = {
    PartType.EXAMPLE: ("statement", "example"),
    PartType.IF_THEN: ("if", "then"),
}
_ON_LINE = {str(number): number for number in range(11)}
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Problem(enum.StrEnum):
    """What is wrong with one field. The words for it stand in `wording`."""

    LONG_LINE = "long_line"
    LONG_TEXT = "long_text"
    UNKNOWN = "unknown"
    TOO_MANY = "too_many"
    SAME_PLACE = "same_place"
    NOT_A_DAY = "not_a_day"
    NO_FIRST_DAY = "no_first_day"
    ENDS_BEFORE = "ends_before"


Sent = Mapping[str, str]
Errors = dict[str, Problem]


def names(part: Part) -> frozenset[str]:
    """Every field name this part has, its own key left out where it is no field."""
    key = part.key
    inner: list[str] = []
    match part.type:
        case PartType.SEVERAL | PartType.RANK:
            inner = [option.key for option in part.options]
        case PartType.LINES:
            inner = [str(i) for i in range(part.max_items)]
        case PartType.EXAMPLE | PartType.IF_THEN:
            inner = [f"{i}.{half}" for i in range(part.max_items) for half in PAIRS[part.type]]
        case PartType.DATE:
            inner = ["from", "to"]
        case PartType.GRID:
            inner = [f"{row.key}{end}" for row in part.rows for end in ("", ".note")]
        case _:
            return frozenset({key, *(f"{key}.{name}" for name in ("no", "keep", "offer"))})
    return frozenset(f"{key}.{name}" for name in (*inner, "no", "keep", "offer"))


def as_sent(part: Part, sent: Sent) -> Any:
    """What was sent, in the loose shape the answer controls show again: not judged, nothing dropped."""
    key = part.key
    match part.type:
        case PartType.SEVERAL:
            return [option.key for option in part.options if sent.get(f"{key}.{option.key}")]
        case PartType.RANK:
            return {option.key: sent.get(f"{key}.{option.key}", "") for option in part.options}
        case PartType.LINES:
            return [sent.get(f"{key}.{i}", "") for i in range(part.max_items)]
        case PartType.EXAMPLE | PartType.IF_THEN:
            halves = PAIRS[part.type]
            return [{half: sent.get(f"{key}.{i}.{half}", "") for half in halves} for i in range(part.max_items)]
        case PartType.DATE:
            return {end: sent.get(f"{key}.{end}", "") for end in ("from", "to")}
        case PartType.GRID:
            return {
                row.key: {
                    "value": _number_or_text(sent.get(f"{key}.{row.key}", "")),
                    "note": sent.get(f"{key}.{row.key}.note", ""),
                }
                for row in part.rows
            }
        case _:
            return sent.get(key, "")


def value_of(part: Part, sent: Sent, errors: Errors) -> Any:
    """The value of the fields in the shape answers are kept in, None where nothing was given.

    What is wrong is noted in `errors` by field name; the value is then not to be stored.
    """
    return _READERS[part.type](part, sent, errors)


def _number_or_text(text: str) -> int | str | None:
    return _ON_LINE.get(text, text) if text else None


def _text(name: str, sent: Sent, errors: Errors, limit: int = SHORT) -> str:
    """The text exactly as typed, or "" where nothing but white space was."""
    text = sent.get(name, "")
    if len(text) > limit:
        errors[name] = Problem.LONG_LINE if limit == SHORT else Problem.LONG_TEXT
    return text if text.strip() else ""


def _line(part: Part, sent: Sent, errors: Errors) -> int | None:
    given = sent.get(part.key, "")
    if given in ("", NOT_SAID):
        return None
    if given not in _ON_LINE:
        errors[part.key] = Problem.UNKNOWN
    return _ON_LINE.get(given)


def _choice(part: Part, sent: Sent, errors: Errors) -> str | None:
    given = sent.get(part.key, "")
    if given in ("", NOT_SAID):
        return None
    if given not in {option.key for option in part.options}:
        errors[part.key] = Problem.UNKNOWN
    return given


def _several(part: Part, sent: Sent, errors: Errors) -> list[str] | None:
    ticked: list[str] = as_sent(part, sent)
    if len(ticked) > part.max_items:
        errors[part.key] = Problem.TOO_MANY
    return ticked or None


def _rank(part: Part, sent: Sent, errors: Errors) -> list[str] | dict[str, str] | None:
    """Options by place, best first. A place left out is closed up: what counts is the order.

    Where two stand at one place there is no order yet: the places as they were given, by option.
    """
    places = {str(n): n for n in range(1, min(part.max_items, len(part.options)) + 1)}
    taken: dict[int, str] = {}
    given = {option: place for option, place in as_sent(part, sent).items() if place}
    for option, place in given.items():
        if place not in places:
            errors[f"{part.key}.{option}"] = Problem.UNKNOWN
        elif places[place] in taken:
            errors[part.key] = Problem.SAME_PLACE
        else:
            taken[places[place]] = option
    if errors.get(part.key) is Problem.SAME_PLACE:
        return given
    return [taken[place] for place in sorted(taken)] or None


def _short(part: Part, sent: Sent, errors: Errors) -> str | None:
    return _text(part.key, sent, errors) or None


def _long(part: Part, sent: Sent, errors: Errors) -> str | None:
    return _text(part.key, sent, errors, LONG) or None


def _lines(part: Part, sent: Sent, errors: Errors) -> list[str] | None:
    lines = [_text(f"{part.key}.{i}", sent, errors) for i in range(part.max_items)]
    return [line for line in lines if line] or None


def _pairs(part: Part, sent: Sent, errors: Errors) -> list[dict[str, str]] | None:
    pairs = [
        {half: _text(f"{part.key}.{i}.{half}", sent, errors) for half in PAIRS[part.type]}
        for i in range(part.max_items)
    ]
    return [pair for pair in pairs if any(pair.values())] or None


def _period(part: Part, sent: Sent, errors: Errors) -> dict[str, str | None] | None:
    given: dict[str, str] = as_sent(part, sent)
    if not any(given.values()):
        return None
    days = {end: _day(text) for end, text in given.items()}
    for end, text in given.items():
        if text and days[end] is None:
            errors[f"{part.key}.{end}"] = Problem.NOT_A_DAY
    first, last = days["from"], days["to"]
    if not given["from"]:
        errors[f"{part.key}.from"] = Problem.NO_FIRST_DAY
    elif first is not None and last is not None and last < first:
        errors[f"{part.key}.to"] = Problem.ENDS_BEFORE
    return {"from": given["from"], "to": given["to"] or None}


def is_day(text: str) -> bool:
    """Whether this is a day written as fields send it."""
    return _day(text) is not None


def _day(text: str) -> date | None:
    """A day written YYYY-MM-DD, or None. (`fromisoformat` alone takes other spellings too.)"""
    if not _DAY.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _grid(part: Part, sent: Sent, errors: Errors) -> dict[str, Any] | None:
    """The rows that were touched. A row may hold words alone."""
    known: dict[str, int | str]
    match part.scale:
        case Scale.LINE:
            known = {**_ON_LINE}
        case Scale.LIGHTS:
            known = {light.value: light.value for light in Light}
        case _:
            known = {option.key: option.key for option in part.options}
    rows: dict[str, Any] = {}
    for row in part.rows:
        name = f"{part.key}.{row.key}"
        given, note = sent.get(name, ""), _text(f"{name}.note", sent, errors)
        if given and given not in known:
            errors[name] = Problem.UNKNOWN
        if given or note:
            rows[row.key] = {"value": known.get(given), "note": note}
    return rows or None


_READERS: dict[PartType, Callable[[Part, Sent, Errors], Any]] = {
    PartType.LINE: _line,
    PartType.CHOICE: _choice,
    PartType.SEVERAL: _several,
    PartType.RANK: _rank,
    PartType.SHORT: _short,
    PartType.LONG: _long,
    PartType.LINES: _lines,
    PartType.EXAMPLE: _pairs,
    PartType.IF_THEN: _pairs,
    PartType.DATE: _period,
    PartType.GRID: _grid,
}
