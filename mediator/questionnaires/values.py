"""The rules of an answer: what its fields say, the fields that say it again, the answer in words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.dates import format_date
from flask_babel import get_locale
from flask_babel import gettext as _

from mediator.core.visibility import Sharing, Visibility
from mediator.guide.content import Part, PartType, Scale
from mediator.questionnaires.fields import NOT_SAID, PAIRS, TICKED, Problem, is_day, names, value_of
from mediator.questionnaires.terms import AnswerState, Light

#: Most letters (code points) of any one text in a draft. What is over the limit of its part is kept and said.
DRAFT = 10_000
#: What is begun and no answer yet: half a period, two things at one place, more ticks than may be.
UNFINISHED = frozenset(
    {Problem.TOO_MANY, Problem.SAME_PLACE, Problem.NOT_A_DAY, Problem.NO_FIRST_DAY, Problem.ENDS_BEFORE}
)
#: What may be wrong with a draft that is kept all the same, until it is to be handed in.
MAY_WAIT = UNFINISHED | {Problem.LONG_LINE, Problem.LONG_TEXT}


@dataclass(frozen=True)
class Outcome:
    """What was read for one part. With errors (by field name) nothing of it may be stored.

    A `not_said` may carry a value: words typed before the box was ticked stay in the draft, for their author. So may
    an empty one, or one that was passed over: what is begun stays, and is no answer.
    """

    state: AnswerState
    value: Any = None
    kept: bool = False
    offered: bool = False
    errors: Mapping[str, Problem] = field(default_factory=dict)


def read(part: Part, fields: Mapping[str, str]) -> Outcome:
    """What these fields say about this part. Blank is empty; names the part does not have are refused."""
    errors: dict[str, Problem] = {}
    known = names(part)
    if any(name.startswith(f"{part.key}.") and name not in known for name in fields):
        errors[part.key] = Problem.UNKNOWN
    value = value_of(part, fields, errors)
    begun = value is None or not UNFINISHED.isdisjoint(errors.values())
    state = AnswerState.EMPTY if begun else AnswerState.ANSWERED
    if fields.get(part.key) == NOT_SAID if _one_group(part) else fields.get(f"{part.key}.no"):
        if part.visibility is Visibility.SAFETY:
            errors[part.key] = Problem.UNKNOWN  # never offered there: leaving it empty says the same
        else:
            state = AnswerState.NOT_SAID
    return Outcome(
        state,
        value,
        kept=may_keep(part) and bool(fields.get(f"{part.key}.keep")),
        offered=part.sharing is Sharing.OFFERED and bool(fields.get(f"{part.key}.offer")),
        errors=errors,
    )


def fields(part: Part, outcome: Outcome) -> dict[str, str]:
    """The fields that say this again: `read(part, fields(part, outcome)) == outcome`."""
    key, value = part.key, outcome.value
    told: dict[str, str] = {}
    if outcome.state is AnswerState.NOT_SAID:
        told[key if _one_group(part) else f"{key}.no"] = NOT_SAID if _one_group(part) else TICKED
    if outcome.kept:
        told[f"{key}.keep"] = TICKED
    if outcome.offered:
        told[f"{key}.offer"] = TICKED
    if value is None:
        return told
    match part.type:
        case PartType.LINE | PartType.CHOICE | PartType.SHORT | PartType.LONG:
            told[key] = str(value)
        case PartType.SEVERAL:
            told.update({f"{key}.{option}": TICKED for option in value})
        case PartType.RANK:
            told.update({f"{key}.{option}": str(place) for place, option in _places(value)})
        case PartType.LINES:
            told.update({f"{key}.{i}": line for i, line in enumerate(value)})
        case PartType.EXAMPLE | PartType.IF_THEN:
            told.update({f"{key}.{i}.{half}": pair[half] for i, pair in enumerate(value) for half in pair})
        case PartType.DATE:
            told.update({f"{key}.{end}": value[end] for end in ("from", "to") if value[end]})
        case PartType.GRID:
            for row, cell in value.items():
                if cell["value"] is not None:
                    told[f"{key}.{row}"] = str(cell["value"])
                told[f"{key}.{row}.note"] = cell["note"]
    return told


def handed_in(part: Part, outcome: Outcome) -> Outcome:
    """What of a draft goes to the mediator: no words beside "prefer not to say", no condition without "if".

    Nobody is to hand in what the page no longer shows or what they took back.
    """
    value = outcome.value
    if outcome.state is not AnswerState.ANSWERED:
        value = None
    elif part.type is PartType.GRID and part.scale is Scale.LIGHTS:
        value = {
            row: cell if cell["value"] in (Light.IF, None) else {**cell, "note": ""} for row, cell in value.items()
        }
    return Outcome(outcome.state, value, outcome.kept, outcome.offered)


def to_check(part: Part, outcome: Outcome) -> Outcome:
    """What of a draft its author looks at before it is handed in: what would go to the mediator, and what is begun."""
    begun = outcome.state in {AnswerState.EMPTY, AnswerState.SKIPPED}
    return outcome if begun else handed_in(part, outcome)


def to_mend(part: Part, outcome: Outcome) -> dict[str, Problem]:
    """By field name, what of a draft can't be handed in as it is. While it is typed more is kept."""
    again = fields(part, to_check(part, outcome))
    return {name: found for name, found in read(part, again).errors.items() if found in MAY_WAIT}


def may_keep(part: Part) -> bool:
    """Whether its author may keep an answer between them and the mediator: it could become joint."""
    return part.sharing in {Sharing.RECIPROCAL, Sharing.DERIVED}


def _one_group(part: Part) -> bool:
    """Whether "prefer not to say" is a radio of the same group instead of a box of its own."""
    return part.type in {PartType.LINE, PartType.CHOICE}


def show(part: Part, value: Any) -> list[str]:
    """An answer as lines of words, exactly as typed where it was typed. No value: no lines."""
    if value is None:
        return []
    match part.type:
        case PartType.LINE:
            return [_on_line(value)]
        case PartType.CHOICE:
            return [_labels(part)[value]]
        case PartType.SEVERAL:
            labels = _labels(part)
            return [labels[key] for key in value]
        case PartType.RANK:
            labels = _labels(part)
            return [f"{place}. {labels[key]}" for place, key in _places(value)]
        case PartType.LINES:
            return list(value)
        case PartType.EXAMPLE | PartType.IF_THEN:
            return [_pair(part, pair) for pair in value]
        case PartType.DATE:
            return [_period(value["from"], value["to"])]
        case PartType.GRID:
            return [_row(part, row.label, value[row.key]) for row in part.rows if row.key in value]
        case _:
            return [str(value)]


def light(value: str) -> str:
    """A light in words."""
    match Light(value):
        case Light.YES:
            return str(_("Yes"))
        case Light.IF:
            return str(_("Yes, if"))
        case Light.NO:
            return str(_("No"))


def _places(value: Any) -> list[tuple[Any, str]]:
    """What stands at which place: options by rank, or, where two were given one place, as they were given."""
    if isinstance(value, Mapping):
        return sorted((place, key) for key, place in value.items())
    return list(enumerate(value, start=1))


def _labels(part: Part) -> dict[str, str]:
    return {option.key: option.label for option in part.options}


def _on_line(value: int) -> str:
    return _of_ten(get_locale(), value)


@lru_cache(maxsize=256)
def _of_ten(_locale: Locale | None, value: int) -> str:
    """Kept per language: a grid says it of each of its rows."""
    return str(_("%(value)s of 10", value=value))


def _pair(part: Part, pair: Mapping[str, str]) -> str:
    """Both halves below their labels; a half left blank is left out."""
    first, second = PAIRS[part.type]
    labels = part.fields or (
        (_("In one sentence"), _("One example")) if part.type is PartType.EXAMPLE else (_("If"), _("then"))
    )
    halves = ((labels[0], pair[first]), (labels[1], pair[second]))
    return "\n".join(f"{label}: {text}" for label, text in halves if text)


def _period(first: str, last: str | None) -> str:
    if last is None or last == first:
        return _day(first)
    if not first:
        return str(_("Until %(last)s", last=_day(last)))
    return str(_("%(first)s to %(last)s", first=_day(first), last=_day(last)))


def _day(text: str) -> str:
    """A day as it is written here; what is none, as it was typed."""
    if not is_day(text):
        return text
    return _dated(date.fromisoformat(text), get_locale() or Locale("en"))


@lru_cache(maxsize=2048)
def _dated(day: date, locale: Locale) -> str:
    """Kept, as `core.templating` keeps dates: finding the pattern of a language takes longer than all the rest."""
    return str(format_date(day, "d MMMM y", locale=locale))


def _row(part: Part, label: str, cell: Mapping[str, Any]) -> str:
    value, note = cell["value"], cell["note"]
    if value is None:
        answer = ""
    elif part.scale is Scale.LINE:
        answer = _on_line(value)
    elif part.scale is Scale.LIGHTS:
        answer = light(value)
    else:
        answer = _labels(part)[value]
    return f"{label}: {'. '.join(filter(None, (answer, note)))}"
