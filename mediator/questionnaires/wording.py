"""What its author reads about an answer of theirs, and what is said at a field that needs another look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from mediator.guide.content import Part
from mediator.questionnaires.fields import LONG, SHORT, Problem, names
from mediator.questionnaires.terms import AnswerState
from mediator.questionnaires.values import Outcome, show


def said(part: Part, outcome: Outcome) -> list[str]:
    """What its author reads about their own answer, given or not."""
    match outcome.state:
        case AnswerState.NOT_SAID:
            return [_("You preferred not to say")]
        case AnswerState.SKIPPED:
            return [*show(part, outcome.value), _("You skipped this")]
        case AnswerState.EMPTY:
            return [*show(part, outcome.value), _("Not answered yet")]
        case AnswerState.ANSWERED:
            return show(part, outcome.value)


def as_typed(part: Part, outcome: Outcome, sent: Mapping[str, str]) -> list[str]:
    """What was sent for a part; where it can't be stored the bare texts, so that no word is lost."""
    if not outcome.errors:
        return said(part, outcome)
    return [sent[name] for name in sorted(names(part) & sent.keys()) if sent[name].strip()]


def problem(found: Problem, part: Part) -> str:
    """What a person reads at a field: how to put it right."""
    return str(_problem(found, part))


def _problem(found: Problem, part: Part) -> Any:
    match found:
        case Problem.LONG_LINE | Problem.LONG_TEXT:
            limit = format_decimal(SHORT if found is Problem.LONG_LINE else LONG)
            return _("Please make this shorter, up to %(count)s letters. Your words are still here.", count=limit)
        case Problem.UNKNOWN:
            return _("Please choose again: this answer is not one of those offered.")
        case Problem.TOO_MANY:
            return _("Please choose %(count)s at most.", count=part.max_items)
        case Problem.SAME_PLACE:
            return _("Two things can’t stand at the same place. Choose which comes first.")
        case Problem.NOT_A_DAY:
            return _("Please give a day of the calendar, with day, month and year.")
        case Problem.NO_FIRST_DAY:
            return _("Please give the first day too.")
        case Problem.ENDS_BEFORE:
            return _("The last day lies before the first. Please look at both.")
