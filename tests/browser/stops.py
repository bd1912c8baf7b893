"""One stop of a tour through the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.browser.visitor import Visitor


@dataclass(frozen=True)
class Stop:
    """One page: a short name for its picture, and how to come there."""

    name: str
    path: str = ""
    act: Callable[[Visitor], None] | None = None

    def open(self, visitor: Visitor) -> None:
        """Go there."""
        if self.path:
            visitor.go(self.path)
        if self.act is not None:
            self.act(visitor)
