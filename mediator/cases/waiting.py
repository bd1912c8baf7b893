"""Whether something waits under "Read first", for packages that stand left of the forms it comes from.

The application hands the question in, as it does for who signs in (`core/signin.py`). Without it nothing is released:
asking raises KeyError.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app

from mediator.cases.models import Case

_KEY = "read-first"


def init_app(app: Flask, ask: Callable[[Case], bool]) -> None:
    """Say who knows."""
    app.extensions[_KEY] = ask


def to_be_read_first(case: Case) -> bool:
    """Whether a safety answer of either person waits to be read by a mediator of the case."""
    ask: Callable[[Case], bool] = current_app.extensions[_KEY]
    return ask(case)
