"""Reading a TOML table value by value: every mistake is collected with its place, none stops the reading."""

from __future__ import annotations

import enum
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

E = TypeVar("E", bound=enum.StrEnum)


class ContentError(ValueError):
    """The content cannot be used. `problems` holds one sentence for each mistake, with file and key."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(self.problems))


class Table:
    """One TOML table being read. Wrong and missing values are noted with their place and read as empty.

    `done` notes the keys nobody asked for, so that a misspelt key is never passed over.
    """

    def __init__(self, values: object, place: str, problems: list[str]) -> None:
        self.place = place
        self.problems = problems
        self.values: dict[str, object] = values if isinstance(values, dict) else {}
        self.taken: set[str] = set()
        if not isinstance(values, dict):
            self.say("must be a table")

    def say(self, problem: str) -> None:
        """Notes a mistake in this table."""
        self.problems.append(f"{self.place}: {problem}")

    def _take(self, key: str, kind: type | tuple[type, ...], words: str, required: bool) -> object | None:
        self.taken.add(key)
        value = self.values.get(key)
        if value is None:
            if required:
                self.say(f"{key} is missing")
            return None
        # TOML's true is a Python int; no number of ours is a yes or no.
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            self.say(f"{key} must be {words}")
            return None
        return value

    def text(self, key: str, *, required: bool = True) -> str:
        """A text that is not empty; "" where there is none."""
        value = self._take(key, str, "a text", required)
        if isinstance(value, str) and not value.strip():
            self.say(f"{key} is empty")
        return value if isinstance(value, str) else ""

    def whole(self, key: str, default: int | None = None, *, least: int = 1) -> int:
        """A whole number of at least `least`; 0 where it is missing and there is no default."""
        value = self._take(key, int, "a whole number", default is None)
        if isinstance(value, int) and value < least:
            self.say(f"{key} must be at least {least}")
        return value if isinstance(value, int) else default or 0

    def minutes(self, key: str) -> float:
        """Minutes, halves allowed, more than 0."""
        value = self._take(key, (int, float), "a number", required=True)
        if isinstance(value, int | float) and value <= 0:
            self.say(f"{key} must be more than 0")
        return float(value) if isinstance(value, int | float) else 0.0

    def flag(self, key: str, *, default: bool = False) -> bool:
        """true or false; the default where it is missing."""
        value = self._take(key, bool, "true or false", required=False)
        return value if isinstance(value, bool) else default

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A list of texts that are not empty."""
        value = self._take(key, list, "a list", required)
        items = value if isinstance(value, list) else []
        if any(not isinstance(item, str) or not item.strip() for item in items):
            self.say(f"{key} must be a list of texts")
        return tuple(item for item in items if isinstance(item, str))

    def items(self, key: str, *, required: bool = False) -> list[object]:
        """A list of anything, to be read further by the caller."""
        value = self._take(key, list, "a list", required)
        return list(value) if isinstance(value, list) else []

    def table(self, key: str, *, required: bool = False) -> Table | None:
        """A table within this one, or None."""
        value = self._take(key, dict, "a table", required)
        return None if value is None else Table(value, f"{self.place}: {key}", self.problems)

    def member(self, key: str, kind: type[E], default: E | None = None) -> E | None:
        """One value of an enum, by its stored value; None where it is unknown or missing without default."""
        value = self.text(key, required=default is None)
        if not value:
            return default
        if value not in [member.value for member in kind]:
            self.say(f"{key} {value!r} is not one of {', '.join(kind)}")
            return default
        return kind(value)

    def raw(self, key: str) -> object | None:
        """The value as it stands, for keys that may be one of two things."""
        self.taken.add(key)
        return self.values.get(key)

    def done(self) -> None:
        """Notes every key that was not asked for."""
        for key in self.values:
            if key not in self.taken:
                self.say(f"unknown key {key!r}")


def read_file(path: Path, problems: list[str]) -> Table | None:
    """The whole of one TOML file, or None, noted, where it is missing or is no TOML."""
    try:
        values: object = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError:
        problems.append(f"{path.name}: missing or not readable")
        return None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problems.append(f"{path.name}: is not TOML in UTF-8: {error}")
        return None
    return Table(values, path.name, problems)
