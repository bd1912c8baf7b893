"""One question as a form or an assignment keeps it: plain JSON values, and back to typed parts. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from mediator.core.visibility import Sharing, Visibility
from mediator.guide.content import Check, Option, Part, PartType, Question, Scale, fill

#: Words that leave a copy as open as the guide's own text.
PLACEHOLDERS: Mapping[str, str] = {"other": "{other}", "mediator": "{mediator}"}


def to_spec(question: Question, step: str, words: Mapping[str, str]) -> dict[str, Any]:
    """The copy of a question. `step` is the step's key ("5"), minutes are minutes.

    `words` fill {other} and {mediator}: for one participant their names; for the copy that serves both, the
    placeholders themselves (`PLACEHOLDERS`). The question must have been resolved for the pair
    (`content.question_for`). Raises KeyError where a placeholder has no word.
    """

    def said(text: str) -> str:
        return fill(text, **words)

    return {
        "key": question.key,
        "text": said(question.text),
        "hint": said(question.hint),
        "step": step,
        "minutes": question.minutes,
        "parts": [
            {
                "key": part.key,
                "type": part.type.value,
                "sharing": part.sharing.value,
                "visibility": part.visibility.value,
                "label": said(part.label),
                "anchors": [said(anchor) for anchor in part.anchors] if part.anchors else None,
                "options": [{"key": option.key, "label": said(option.label)} for option in part.options],
                "rows": [{"key": row.key, "label": said(row.label)} for row in part.rows],
                "scale": part.scale.value if part.scale else None,
                "max_items": part.max_items,
                "reading": part.reading,
                "fields": [said(label) for label in part.fields] if part.fields else None,
                "ordered": part.ordered,
                "calm": list(part.calm),
                "measured": part.measured,
                "held": part.held,
                "check": part.check.value if part.check else None,
            }
            for part in question.parts
        ],
    }


def from_spec(spec: Mapping[str, Any], words: Mapping[str, str] | None = None) -> Question:
    """The typed question of a copy, with placeholders filled where `words` are given.

    Raises KeyError or ValueError for a document that is no such copy.
    """
    return _question(spec, str if words is None else partial(_filled, words))


def _filled(words: Mapping[str, str], text: str) -> str:
    return fill(text, **words) if "{" in text else text


def _question(spec: Mapping[str, Any], said: Callable[[str], str]) -> Question:
    return Question(
        key=spec["key"],
        text=said(spec["text"]),
        hint=said(spec["hint"]),
        minutes=float(spec["minutes"]),
        parts=tuple(_part(part, said) for part in spec["parts"]),
    )


def _part(part: Mapping[str, Any], said: Callable[[str], str]) -> Part:
    anchors, labels, scale = part["anchors"], part.get("fields"), part["scale"]
    return Part(
        key=part["key"],
        type=PartType(part["type"]),
        sharing=Sharing(part["sharing"]),
        visibility=Visibility(part["visibility"]),
        label=said(part["label"]),
        anchors=(said(anchors[0]), said(anchors[1]), said(anchors[2])) if anchors else None,
        options=tuple(Option(option["key"], said(option["label"])) for option in part["options"]),
        rows=tuple(Option(row["key"], said(row["label"])) for row in part["rows"]),
        scale=Scale(scale) if scale else None,
        max_items=part["max_items"],
        reading=part["reading"],
        fields=(said(labels[0]), said(labels[1])) if labels else None,
        ordered=part.get("ordered", False),
        calm=tuple(part.get("calm", ())),
        measured=part.get("measured", True),
        held=part.get("held", False),
        check=Check(part["check"]) if part.get("check") else None,
    )
