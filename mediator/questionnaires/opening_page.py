"""What the pages of an opening share: whose answer it is, the mediator's hand on a derived result, and its lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.exceptions import NotFound

from mediator.cases.models import Case
from mediator.core.visibility import Letter
from mediator.questionnaires import comparing, opening
from mediator.questionnaires.derived import Derived, Line
from mediator.questionnaires.opening import LIGHT_WORDS
from mediator.questionnaires.terms import Light


def author(given: Mapping[str, str]) -> Letter | None:
    """Whose offered answer is meant; None for what both answered. Raises NotFound for a letter there is not."""
    try:
        return Letter(given["author"]) if given.get("author") else None
    except ValueError:
        raise NotFound from None


def hand(given: Mapping[str, str]) -> tuple[dict[str, str], frozenset[str]]:
    """The mediator's hand on a derived result: `row.<key>` is a stricter light or option, or "out"."""
    chosen = {name.removeprefix("row."): value for name, value in given.items() if name.startswith("row.")}
    return (
        {key: value for key, value in chosen.items() if value not in {"", "out"}},
        frozenset(key for key, value in chosen.items() if value == "out"),
    )


def rows(case: Case, found: comparing.Sides, made: opening.Preview, chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    """The lines of a derived result with the choices the mediator has: as it is, stricter, or (`may_go`) left out."""
    whole = opening.preview(case, found, made.part.key, None).derived if made.derived is not None else None
    if whole is None:
        return []
    labels = {option.key: option.label for option in (*made.part.options, *made.part.rows)}
    return [
        {
            "key": line.key,
            "label": labels[line.key],
            "lights": [(key, labels[key]) for key in whole.order[whole.order.index(line.key) :]]
            if whole.order
            else [
                (light.value, LIGHT_WORDS[light])
                for light in Light
                if isinstance(line.value, Light) and light.strictness >= line.value.strictness
            ],
            "may_go": not whole.order,
            "chosen": chosen.get(f"row.{line.key}", _stands(line, whole)),
        }
        for line in whole.lines
    ]


def _stands(line: Line, whole: Derived) -> str:
    """What a line says before the mediator has touched it: its light or option; "" where nothing can be stricter."""
    if whole.order:
        return line.key
    return line.value.value if isinstance(line.value, Light) else ""
