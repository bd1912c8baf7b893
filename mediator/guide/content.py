"""The guide's content as plain frozen values: steps, questions, parts. Pure; read from TOML by `reading`."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from mediator.core.visibility import Sharing, Visibility

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


class BlockKind(enum.StrEnum):
    """What an agenda block is. All but `reserve` become agenda items of the same kind (PRODUCT.md)."""

    OPENING = "opening"
    TALK = "talk"
    EXERCISE = "exercise"
    BREAK = "break"
    PRIVATE_CHECK = "private_check"
    CLOSE = "close"
    RESERVE = "reserve"


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
    `reading` names the line a reading is written to at submission ("ready"), or None.
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
    """

    key: str
    text: str
    parts: tuple[Part, ...]
    hint: str = ""
    minutes: float = 1.0
    ticked: bool = False
    task: bool = False
    last: bool = False
    variants: tuple[Variant, ...] = ()


@dataclass(frozen=True)
class AgendaBlock:
    """One block of a step's agenda. `minutes` are whole. `optional` blocks fall away in the short agenda.

    `title` may stand where both people see it. `exercise` is the name of one of the step's exercises.
    """

    minutes: int
    title: str
    kind: BlockKind = BlockKind.TALK
    optional: bool = False
    exercise: str | None = None


@dataclass(frozen=True)
class ReportFields:
    """What a step gives to the joint copy, to a person's own copy, and to the mediator's notes."""

    joint: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    private: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """One of the guide's eight steps, for the mediator to read and to build forms and agendas from.

    `agendas` are by length in minutes (60, 90); each ends with five minutes in reserve. `closure` says what
    the step is about for two people who are ending well, `notes` what differs by kind of relation. `retired`
    keys are never used again.
    """

    number: int
    name: str
    aim: str
    version: int
    questions: tuple[Question, ...]
    agendas: Mapping[int, tuple[AgendaBlock, ...]]
    exercises: tuple[str, ...]
    report: ReportFields
    readiness: tuple[str, ...]
    warnings: tuple[str, ...]
    closure: str
    remarks: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    retired: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The step's key in the database: its number as text."""
        return str(self.number)

    @property
    def ticked(self) -> tuple[Question, ...]:
        """The questions that stand in a new form, in the order of the step."""
        return tuple(question for question in self.questions if question.ticked)

    @property
    def tasks(self) -> tuple[Question, ...]:
        """The questions that are sent as a short form of their own."""
        return tuple(question for question in self.questions if question.task)


@dataclass(frozen=True)
class Guide:
    """The whole content as it was read at start. `version` is the sum of its files' versions."""

    version: int
    steps: Mapping[int, Step]
    questions: Mapping[str, Question]
    items: tuple[Question, ...] = ()

    def step(self, number: int) -> Step:
        """The step with this number. Raises KeyError where the guide has none."""
        return self.steps[number]

    def question(self, key: str) -> Question:
        """The question with this key, or a step's standing item ("5.ready"). Raises KeyError."""
        if key in self.questions:
            return self.questions[key]
        number = key.partition(".")[0]
        if number.isdecimal() and int(number) in self.steps:
            for item in self.standing(int(number)):
                if item.key == key:
                    return item
        raise KeyError(key)

    def standing(self, step: int) -> list[Question]:
        """The items that stand in every form of a step, with that step's keys ("5.ready").

        Those with `last` belong after the step's questions and come last. They are asked anew in each step,
        so the keys differ.
        """
        return [
            replace(
                item,
                key=_of_step(step, item.key),
                parts=tuple(replace(part, key=_of_step(step, part.key)) for part in item.parts),
            )
            for item in sorted(self.items, key=lambda item: item.last)
        ]


def _of_step(step: int, key: str) -> str:
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
