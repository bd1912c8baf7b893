"""The guide's content as plain frozen values: steps, questions, parts. Pure; read from TOML by `reading`."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mediator.core.visibility import Sharing, Visibility
from mediator.guide.agendas import Agendas, Common, Half

#: The guide's eight names, exactly as the guide writes them.
NAMES: dict[int, str] = {
    1: "Self-Reflection",
    2: "Communication",
    3: "Apologize and Forgive",
    4: "Learn and Grow",
    5: "Rebuild Trust",
    6: "Set Realistic Expectations",
    7: "Seek Mediation",
    8: "Respect Boundaries",
}
#: What stands before and after the eight steps, by key.
FIRST, CLOSING = "0", "close"
#: Every step by its key, in the order of the guide: the first meeting, the eight, the closing meeting.
KEYS: dict[str, str] = {
    FIRST: "First meeting",
    **{str(number): name for number, name in NAMES.items()},
    CLOSING: "Closing meeting",
}
#: The halves of a step that sessions are planned for (docs/content.md, "Halves").
HALVES: dict[str, tuple[str, ...]] = {"7": ("7a", "7b"), "8": ("8a", "8b")}
#: The kinds of relation that words and rows may be written for: the values of `cases.terms.Relation`.
RELATIONS: tuple[str, ...] = (
    "former_partners",
    "partners",
    "siblings",
    "parent_child",
    "friends",
    "other",
)
#: Beside the kinds of relation: words and rows for two people who aim at ending well.
CLOSURE = "closure"


class PartType(enum.StrEnum):
    """The answer types of PRODUCT.md, "Things and their names"."""

    LINE = "line"
    CHOICE = "choice"
    SEVERAL = "several"
    RANK = "rank"
    SHORT = "short"
    LONG = "long"
    LINES = "lines"
    EXAMPLE = "example"
    IF_THEN = "if_then"
    DATE = "date"
    GRID = "grid"


class Scale(enum.StrEnum):
    """What one row of a grid is answered on."""

    LINE = "line"  # 0 to 10, as trust domains are
    LIGHTS = "lights"  # yes, yes if, no
    CARDS = "cards"  # the keys of the part's options, as in a card sort


class Check(enum.StrEnum):
    """What is looked for in words while they are written, to ask about it and never to block (`guide.gentle`)."""

    FEELINGS = "feelings"  # what somebody else did, where a feeling is asked for
    APOLOGY = "apology"  # what takes an apology back


#: The line that the picture of the eight steps is drawn from.
READY = "ready"
#: Every line that is kept as a reading, with the step it belongs to; "" is the step of the form that asks. How somebody
#: is in contact is asked before, during and after it: each is a line of its own, or a later one would look like a drop.
READINGS: dict[str, str] = {
    READY: "",
    "comfort": "8",
    "comfort_before": "8",
    "comfort_during": "8",
    "comfort_after": "8",
}
#: Answers in words: read, never measured. Everything else is, unless its part says `measured = false`.
IN_WORDS: frozenset[PartType] = frozenset(
    {PartType.SHORT, PartType.LONG, PartType.LINES, PartType.EXAMPLE, PartType.IF_THEN, PartType.DATE}
)


@dataclass(frozen=True)
class Option:
    """One thing to choose, rank or answer about. Keys are never reused; labels are words for a participant.

    `only_for` and `not_for` hold kinds of relation or "closure". Where both speak, leaving out wins.
    """

    key: str
    label: str
    only_for: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()

    def fits(self, tags: frozenset[str]) -> bool:
        """Whether a pair with these tags is shown it (its relation, and "closure" where that is the aim)."""
        if tags.intersection(self.not_for):
            return False
        return not self.only_for or bool(tags.intersection(self.only_for))


@dataclass(frozen=True)
class Part:
    """One field of a question, with its own answer type, sharing and visibility.

    `anchors` are the sentences at 0, 5 and 10 (line, and grids on a line). `options` are the choices (choice,
    several, rank) or the scale of a card sort. `rows` are a grid's rows. `max_items` bounds several, rank,
    lines, example and if_then. `fields` are the labels of the two fields of an example or an if-then pair.
    `reading` names the line a reading is written to at submission (of READINGS), or None. An `ordered` choice has its
    options from the loosest to the strictest. `calm` are the options of a safety part that ask for no talk first.
    Not `measured`: two answers are read side by side, and how far apart they are is never said. `held` is written for
    the other person, who reads it only as a whole and after a yes of their own (exercises). `check` names what its
    author is gently asked about as they write; nobody else learns that anything was asked.
    """

    key: str
    type: PartType
    sharing: Sharing
    visibility: Visibility
    label: str = ""
    anchors: tuple[str, str, str] | None = None
    options: tuple[Option, ...] = ()
    rows: tuple[Option, ...] = ()
    scale: Scale | None = None
    max_items: int = 3
    reading: str | None = None
    fields: tuple[str, str] | None = None
    ordered: bool = False
    calm: tuple[str, ...] = ()
    measured: bool = True
    held: bool = False
    check: Check | None = None

    @property
    def says(self) -> bool:
        """Whether it says more than its label to whoever answers it."""
        return bool(self.anchors or self.options or self.rows or self.fields)


@dataclass(frozen=True)
class Variant:
    """Other words of a question for one kind of relation, or for closure. Empty means: as in the question.

    `labels` and `anchors` are by part key. Types, sharing and keys never change with the words.
    """

    tag: str
    text: str = ""
    hint: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    anchors: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """One page of a form: what is asked, and its parts. `minutes` is how long it takes most people.

    `ticked` questions stand in a form from the start. A `task` (a grid) is sent as a short form of its own,
    never ticked. `last` is for standing items: they stand after the step's questions instead of before.
    `safeguards` is False where somebody who was harmed would be asked for a part of their own: with safeguards such
    a question is proposed to nobody (docs/practice.md, "Gates").
    """

    key: str
    text: str
    parts: tuple[Part, ...]
    hint: str = ""
    minutes: float = 1.0
    ticked: bool = False
    task: bool = False
    last: bool = False
    safeguards: bool = True
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True)
class ReportFields:
    """What a step gives to the joint copy, to a person's own copy, and to the mediator's notes."""

    joint: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    private: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """A step of the guide or a meeting beside it, for the mediator to read and to build forms and agendas from.

    `key` is text: "0" (first meeting), "1" to "8", "close" (closing meeting). `agendas` are by length in minutes.
    `standing` names the standing items its forms ask; None is all. `closure` says what the step is about for two
    people who are ending well, `notes` what differs by kind of relation. `retired` keys are never used again.
    """

    key: str
    name: str
    aim: str
    version: int
    questions: tuple[Question, ...]
    agendas: Agendas
    exercises: tuple[str, ...]
    report: ReportFields
    readiness: tuple[str, ...]
    warnings: tuple[str, ...]
    closure: str
    remarks: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    halves: Mapping[str, Half] = field(default_factory=dict)
    standing: tuple[str, ...] | None = None
    retired: tuple[str, ...] = ()

    @property
    def number(self) -> int | None:
        """The number of one of the eight steps; None for the first and the closing meeting."""
        return int(self.key) if self.key.isdecimal() and int(self.key) in NAMES else None

    @property
    def ticked(self) -> tuple[Question, ...]:
        """The questions that stand in a new form, in the order of the step."""
        return tuple(question for question in self.questions if question.ticked)

    def proposed(self, *, safeguards: bool) -> tuple[Question, ...]:
        """The questions that are ticked when a form is begun, for a case with safeguards or without."""
        return tuple(question for question in self.ticked if question.safeguards or not safeguards)

    @property
    def tasks(self) -> tuple[Question, ...]:
        """The questions that are sent as a short form of their own."""
        return tuple(question for question in self.questions if question.task)


@dataclass(frozen=True)
class Guide:
    """The whole content as it was read at start. `version` is the sum of its files' versions.

    `steps` are in the guide's order: the first meeting, the eight, the closing meeting.
    """

    version: int
    steps: Mapping[str, Step]
    questions: Mapping[str, Question]
    common: Common
    items: tuple[Question, ...] = ()

    def step(self, key: str) -> Step:
        """The step with this key. Raises KeyError where the guide has none."""
        return self.steps[key]

    def half(self, key: str) -> Half | None:
        """The half with this key ("7b"); None for a whole step and for what the guide does not have."""
        step = self.steps.get(whole(key))
        return step.halves.get(key) if step is not None else None

    def agendas(self, key: str) -> Agendas:
        """The agendas of a step or a half: a half without its own has its step's; empty where the guide has none."""
        step, half = self.steps.get(whole(key)), self.half(key)
        if half is not None and half.agendas:
            return half.agendas
        return step.agendas if step is not None else {}

    def question(self, key: str) -> Question:
        """The question with this key, or a step's standing item ("5.ready"). Raises KeyError."""
        if key in self.questions:
            return self.questions[key]
        step = key.partition(".")[0]
        if step in self.steps:
            for item in self.standing(step):
                if item.key == key:
                    return item
        raise KeyError(key)

    def standing(self, step: str) -> list[Question]:
        """The items that stand in every form of a step, with that step's keys ("5.ready").

        Those with `last` belong after the step's questions and come last. They are asked anew in each step,
        so the keys differ. Raises KeyError for a step the guide does not have.
        """
        asked = self.steps[step].standing
        return [
            replace(
                item,
                key=_of_step(step, item.key),
                parts=tuple(replace(part, key=_of_step(step, part.key)) for part in item.parts),
            )
            for item in sorted(self.items, key=lambda item: item.last)
            if asked is None or item.key.removeprefix("s.") in asked
        ]


def whole(key: str) -> str:
    """The step that a key or one of its halves belongs to: "7b" is "7"; every other key is itself."""
    return next((step for step, halves in HALVES.items() if key in halves), key)


def _of_step(step: str, key: str) -> str:
    """A standing item's key ("s.ready") as it is stored for one step ("5.ready")."""
    return f"{step}.{key.removeprefix('s.')}"


def question_for(question: Question, relation: str, closure: bool) -> Question:
    """The question as one pair reads it: words for their relation, then for closure, and the rows that fit.

    `relation` is one of RELATIONS. Keys, types and sharing stay; the result has no variants left, so that it
    can be copied into an assignment as it is. Raises ValueError for an unknown relation.
    """
    if relation not in RELATIONS:
        raise ValueError(f"unknown relation {relation!r}")
    tags = frozenset({relation, CLOSURE} if closure else {relation})
    resolved = replace(
        question,
        variants=(),
        parts=tuple(
            replace(
                part,
                options=tuple(option for option in part.options if option.fits(tags)),
                rows=tuple(row for row in part.rows if row.fits(tags)),
            )
            for part in question.parts
        ),
    )
    for variant in sorted(question.variants, key=lambda variant: variant.tag == CLOSURE):
        if variant.tag in tags:
            resolved = replace(
                resolved,
                text=variant.text or resolved.text,
                hint=variant.hint or resolved.hint,
                parts=tuple(
                    replace(
                        part,
                        label=variant.labels.get(part.key, part.label),
                        anchors=variant.anchors.get(part.key, part.anchors),
                    )
                    for part in resolved.parts
                ),
            )
    return resolved


def fill(text: str, **names: str) -> str:
    """The text with {other}, {mediator} and the like replaced, in one pass: a name is never read as a word.

    Raises KeyError where the text holds a placeholder that no name was given for.
    """
    return re.sub(r"\{([a-z]+)\}", lambda found: names[found.group(1)], text)
