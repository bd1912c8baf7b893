"""Answering each part type as people do: pressing words, choosing from lists, typing into fields."""

from __future__ import annotations

from typing import Any

from mediator.guide.content import Option, Part, PartType
from tests.browser.visitor import Visitor

TYPED = "A few words of mine"
#: A period of two weeks.
FROM, TO = "2026-11-02", "2026-11-15"


def press_value(visitor: Visitor, name: str, value: str) -> None:
    """Press the words of one radio or box."""
    visitor.pick(visitor.page.locator(f'label:has(input[name="{name}"][value="{value}"])'))


def field(visitor: Visitor, name: str, text: str) -> None:
    """Type into one field."""
    visitor.type_into(visitor.page.locator(f'[name="{name}"]'), text)


def unfold(visitor: Visitor, name: str) -> None:
    """Open the drawer a field lies in, if it lies in one that is closed."""
    for drawer in visitor.page.locator(f'details:not([open]):has([name="{name}"]) > summary').all():
        visitor.pick(drawer)


def given(visitor: Visitor, part: Part, value: Any = None) -> None:
    """Answer one part; without a value, with something plain that fits. Values have the shape answers are kept in."""
    key = part.key
    wanted = plain(part) if value is None else value
    match part.type:
        case PartType.LINE | PartType.CHOICE:
            press_value(visitor, key, str(wanted))
        case PartType.SEVERAL:
            for one in wanted:
                press_value(visitor, f"{key}.{one}", "yes")
        case PartType.RANK:
            for place, one in enumerate(wanted, start=1):
                visitor.count.presses += 1
                visitor.page.locator(f'select[name="{key}.{one}"]').select_option(str(place))
        case PartType.SHORT | PartType.LONG:
            field(visitor, key, wanted)
        case PartType.LINES:
            for number, line in enumerate(wanted):
                field(visitor, f"{key}.{number}", line)
        case PartType.EXAMPLE | PartType.IF_THEN:
            for number, halves in enumerate(wanted):
                for half, words in halves.items():
                    unfold(visitor, f"{key}.{number}.{half}")
                    field(visitor, f"{key}.{number}.{half}", words)
        case PartType.DATE:
            for end, day in wanted.items():
                field(visitor, f"{key}.{end}", day)
        case PartType.GRID:
            for row, told in wanted.items():
                press_value(visitor, f"{key}.{row}", str(told["value"]))
                if told.get("note"):
                    field(visitor, f"{key}.{row}.note", told["note"])


def plain(part: Part) -> Any:
    """Something plain that fits."""
    first: tuple[Option, ...] = part.options or part.rows
    match part.type:
        case PartType.LINE:
            return 7
        case PartType.CHOICE:
            return first[1].key
        case PartType.SEVERAL | PartType.RANK:
            return [option.key for option in first[:2]]
        case PartType.SHORT | PartType.LONG:
            return f"{TYPED}, {part.key}"
        case PartType.LINES:
            return [f"{TYPED}, {part.key}", "And a second line"]
        case PartType.EXAMPLE:
            return [{"statement": f"{TYPED}, {part.key}", "example": "Last Sunday, at the door"}]
        case PartType.IF_THEN:
            return [{"if": f"{TYPED}, {part.key}", "then": "I write one message"}]
        case PartType.DATE:
            return {"from": FROM, "to": TO}
        case PartType.GRID:
            values = {"lights": ("if", "no"), "cards": tuple(option.key for option in part.options)}
            chosen = values.get(str(part.scale), (3, 8))
            note = f"{TYPED}, {part.key}" if str(part.scale) == "lights" else ""
            return {
                row.key: {"value": value, "note": note if value == "if" else ""}
                for row, value in zip(part.rows, chosen, strict=False)
            }


def in_words(part: Part) -> list[str]:
    """Words of the plain answer that any page showing it must hold."""
    match part.type:
        case PartType.LINE:
            return ["7"]
        case PartType.CHOICE:
            return [part.options[1].label]
        case PartType.SEVERAL | PartType.RANK:
            return [option.label for option in part.options[:2]]
        case PartType.DATE:
            return []
        case PartType.GRID:
            return [row.label for row in part.rows[:2]]
        case _:
            return [f"{TYPED}, {part.key}"]


def fill(visitor: Visitor, answers: dict[str, str]) -> dict[str, str]:
    """Answer whatever of `answers` (values by field name) this page asks; tells what was typed into text fields."""
    typed: dict[str, str] = {}
    for name, value in answers.items():
        fields = visitor.page.locator(f'[name="{name}"]')
        if not fields.count():
            continue
        kind = fields.first.evaluate("one => one.matches('select') ? 'select' : one.type")
        if kind in {"radio", "checkbox"}:
            press_value(visitor, name, value)
        elif kind == "select":
            visitor.count.presses += 2
            fields.select_option(value)
        else:
            if not fields.is_visible():
                visitor.pick(visitor.page.locator("details", has=fields).locator("summary"))
            field(visitor, name, value)
            typed[name] = value
    return typed
