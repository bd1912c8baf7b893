"""The comparison page as plain values: every line with both answers in words, who may read them, and what opens."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from mediator.cases import gates
from mediator.cases.models import Case
from mediator.cases.queries import gate_facts
from mediator.core.visibility import Letter, Sharing, Visibility
from mediator.guide import sentences
from mediator.guide.content import Part, PartType
from mediator.questionnaires import comparing, opening
from mediator.questionnaires.comparing import Sides
from mediator.questionnaires.comparison import Asked, Compared, Comparison, Given, measured
from mediator.questionnaires.terms import AnswerState
from mediator.questionnaires.values import show

#: What stands where there is no answer. None of these ever counts as low.
WITHOUT = {
    AnswerState.EMPTY: "Not answered",
    AnswerState.SKIPPED: "Skipped",
    AnswerState.NOT_SAID: "Preferred not to say",
}
NOT_HANDED_IN = "Not handed in yet"
NOT_ASKED = "Not asked"


@dataclass(frozen=True)
class Side:
    """One person's half of a line: a number on a line that is drawn, or lines of words."""

    letter: Letter
    name: str
    number: int | None
    lines: tuple[str, ...]
    without: str
    privacy: str
    level: str

    @property
    def who(self) -> str:
        """The letter as stylesheets know it."""
        return self.letter.value.lower()


@dataclass(frozen=True)
class Way:
    """One thing the mediator may open, has opened, or cannot open now (with the reasons).

    What stands open has the frozen `copy` of what both then read; `differs` where the answers say something else now.
    """

    label: str
    part_key: str
    author: Letter | None
    opened: uuid.UUID | None
    opened_at: datetime | None
    reasons: tuple[str, ...]
    copy: Mapping[str, Any] | None = None
    differs: bool = False


@dataclass(frozen=True)
class Line:
    """One part of one question with both sides."""

    part_key: str
    form_id: str
    question: str
    label: str
    step: str
    apart: int | None
    sides: tuple[Side, ...]
    ways: tuple[Way, ...]
    picture: bool

    @property
    def drawn(self) -> bool:
        """Whether both have a place on the line, so that the two are drawn."""
        return self.picture and len(self.sides) == 2 and all(side.number is not None for side in self.sides)


@dataclass(frozen=True)
class Lists:
    """The four lists of the page."""

    apart: tuple[Line, ...]
    together: tuple[Line, ...]
    in_words: tuple[Line, ...]
    unanswered: tuple[Line, ...]


def lists(
    case: Case, compared: Comparison, found: Mapping[int, Sides], step_name: Callable[[str], str], *, read_first: bool
) -> Lists:
    """The whole comparison in words. `found` names the form each Asked came from, by its identity.

    `read_first`: whether something of the case waits to be read first.
    """
    names = {person.letter: str(person.called) for person in case.participants}
    facts = gate_facts(case, read_first=read_first)
    forms = {sides.form.id for sides in found.values()}
    frozen = comparing.frozen_of(case.id, forms)
    opened = {(row.subject_id, row.part_key, row.author_id): (row, copy) for row, copy in frozen}
    labels, step_names = _Labels(case, names), {key: step_name(key) for key in {s.form.step for s in found.values()}}

    def line(one: Compared) -> Line:
        asked, sides = one.asked, found[id(one.asked)]
        return Line(
            part_key=asked.part.key,
            form_id=str(sides.form.id),
            question=asked.text,
            label=asked.part.label,
            step=step_names[asked.step],
            apart=one.apart,
            sides=tuple(_side(asked, sides, letter, names, labels) for letter in Letter if letter in names),
            ways=tuple(_ways(case, asked, sides, facts, opened, names)),
            picture=_on_a_line(asked.part),
        )

    return Lists(
        apart=tuple(map(line, compared.apart)),
        together=tuple(map(line, compared.together)),
        in_words=tuple(map(line, compared.in_words)),
        unanswered=tuple(map(line, compared.unanswered)),
    )


class _Labels:
    """Who may read an answer, in words: the same few sentences beside every line, so each is put together once."""

    def __init__(self, case: Case, names: Mapping[Letter, str]) -> None:
        self._policy = case.policy
        self._names = names
        self._said: dict[tuple[Visibility, Sharing, bool, bool, Letter], tuple[str, str]] = {}

    def of(self, part: Part, given: Given | None, letter: Letter) -> tuple[str, str]:
        """The sentence beside this person's answer, and its look."""
        kept, offered = given is not None and given.kept, given is not None and given.offered
        key = (part.visibility, part.sharing, kept, offered, letter)
        if key not in self._said:
            sentence = sentences.for_mediator(part.visibility, part.sharing, self._policy, kept=kept, offered=offered)
            other = self._names.get(letter.other, "the other person")
            a, b = self._names.get(Letter.A, other), self._names.get(Letter.B, other)
            filled = sentence.filled(name=self._names[letter], other=other, a=a, b=b)
            self._said[key] = (filled, sentence.level.value)
        return self._said[key]


def _side(asked: Asked, found: Sides, letter: Letter, names: Mapping[Letter, str], labels: _Labels) -> Side:
    given = asked.a if letter is Letter.A else asked.b
    answered = given is not None and given.state is AnswerState.ANSWERED
    privacy, level = labels.of(asked.part, given, letter)
    value = given.value if given is not None and answered else None
    number = value if _on_a_line(asked.part) and isinstance(value, int) else None
    return Side(
        letter=letter,
        name=names[letter],
        number=number,
        lines=tuple(show(asked.part, value)) if answered and number is None else (),
        without=_without(given, found, letter),
        privacy=privacy,
        level=level,
    )


def _on_a_line(part: Part) -> bool:
    """Whether two answers are drawn on one line. A drawing shows a distance, so what is not measured has none."""
    return part.type is PartType.LINE and measured(part)


def _without(given: Given | None, found: Sides, letter: Letter) -> str:
    if given is not None:
        return WITHOUT.get(given.state, "")
    copy = found.of(letter)
    if copy is None:
        return NOT_ASKED
    return WITHOUT[AnswerState.EMPTY] if comparing.handed_in(copy) else NOT_HANDED_IN


def _ways(
    case: Case,
    asked: Asked,
    found: Sides,
    facts: gates.CaseFacts,
    stands: Mapping[tuple[uuid.UUID, str, uuid.UUID | None], tuple[Row[Any], Mapping[str, Any]]],
    names: Mapping[Letter, str],
) -> Iterable[Way]:
    part = asked.part
    if part.sharing is Sharing.CLOSED:
        return
    authors = [letter for letter in Letter if letter in names] if part.sharing is Sharing.OFFERED else [None]
    for author in authors:
        person = case.participant(author) if author is not None else None
        opened, copy = stands.get((found.form.id, part.key, person.id if person is not None else None), (None, None))
        if author is not None and opened is None and not _offered(asked, author):
            continue  # an answer that nobody offered has no way to be opened, and needs no words about it
        closed = gates.opening(facts, comparing.item_facts(found, part, author))
        if opened is None and not _answered(asked, part, author):
            closed = closed | {gates.Gate.BOTH_SUBMITTED}
        yield Way(
            label=names[author] if author is not None else "",
            part_key=part.key,
            author=author,
            opened=opened.id if opened is not None else None,
            opened_at=opened.opened_at if opened is not None else None,
            reasons=() if opened is not None else tuple(gates.SENTENCES[gate] for gate in sorted(closed)),
            copy=copy,
            differs=copy is not None and opening.differs(case, found, part, author, copy),
        )


def _offered(asked: Asked, author: Letter) -> bool:
    given = asked.a if author is Letter.A else asked.b
    return given is not None and given.offered and given.state is AnswerState.ANSWERED


def _answered(asked: Asked, part: Part, author: Letter | None) -> bool:
    if part.sharing is Sharing.OFFERED and author is not None:
        return _offered(asked, author)
    return all(given is not None and given.state is AnswerState.ANSWERED for given in (asked.a, asked.b))
