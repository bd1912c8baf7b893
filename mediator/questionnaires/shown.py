"""What was opened, as both read it. Pure."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Shown:
    """One opening as both read it: plain values, made from the frozen copy and nothing else.

    `form` and `part` say what it was opened of, `lines` are what two have in common, to be drawn
    (`opening.lines_of`).
    """

    id: uuid.UUID
    form: uuid.UUID
    part: str
    opened_at: datetime
    step: str
    question: str
    label: str
    entries: Sequence[dict[str, Any]]
    common: Sequence[str]
    lines: Sequence[dict[str, str]] = ()
