"""What a select or a group of radio buttons offers, as WTForms wants it from 3.3 on: plain tuples go with 3.4."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the published types


def choices(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """Options in this order, each a stored value and the words for it, which may be lazily translated."""
    return [SelectChoice(value, words) for value, words in pairs]
