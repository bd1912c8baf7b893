"""Addresses of a page that names the same endpoints many times, with other ids each time."""

from __future__ import annotations

import uuid
from typing import Any

from flask import url_for


class Links:
    """Addresses below one request: each endpoint's is built once, and only its ids are put in after that.

    Building one anew takes ten times as long, and a list has a hundred.
    """

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def to(self, endpoint: str, **ids: uuid.UUID | None) -> str:
        """The address of an endpoint that takes these ids, in its rule or after it, and nothing else."""
        if endpoint not in self._known:
            self._known[endpoint] = _pattern(endpoint, list(ids))
        return self._known[endpoint] % ids


def _pattern(endpoint: str, names: list[str]) -> str:
    stand_ins: dict[str, Any] = {name: uuid.UUID(int=number) for number, name in enumerate(names)}
    address = url_for(endpoint, **stand_ins).replace("%", "%%")
    for name, stand_in in stand_ins.items():
        address = address.replace(str(stand_in), f"%({name})s")
    return address
