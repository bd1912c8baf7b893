"""The comparison page as plain values: every line with both answers in words, who may read them, and what opens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from mediator.cases import gates
from mediator.cases.models import Case, Opening
from mediator.core.visibility import Letter, Sharing
from mediator.guide import sentences
from mediator.guide.content import Part, PartType
from mediator.questionnaires import comparing
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
    """One person's half of a line."""

    letter: Letter
    name: str
    number: int | None
    lines: tuple[str, ...]
    without: str
    privacy: str
    level: str


@dataclass(frozen=True)
class Way:
    """One thing the mediator may open, has opened, or cannot open now (with the reasons)."""

    label: str
    part_key: str
    author: Letter | None
    opened: Opening | None
    opened_at: datetime | None
    reasons: tuple[str, ...]


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


@dataclass(frozen=True)
class Lists:
    """The four lists of the page."""

    apart: tuple[Line, ...]
    together: tuple[Line, ...]
    in_words: tuple[Line, ...]
    unanswered: tuple[Line, ...]


def lists(case: Case, compared: Comparison, found: Mapping[int, Sides], step_name: Callable[[str], str]) -> Lists:
    """The whole comparison in words. `found` names the form each Asked came from, by its identity."""
    names = {person.letter: str(person.called) for person in case.participants}
    facts = comparing.case_facts(case, read_first=comparing.waits_to_be_read(case))
    openings = {id(s): comparing.openings_of(s.form) for s in {id(s): s for s in found.values()}.values()}

    def line(one: Compared) -> Line:
        asked, sides = one.asked, found[id(one.asked)]
        return Line(
            part_key=asked.part.key,
            form_id=str(sides.form.id),
            question=asked.text,
            label=asked.part.label,
            step=step_name(asked.step),
            apart=one.apart,
            sides=tuple(_side(case, asked, sides, letter, names) for letter in Letter if letter in names),
            ways=tuple(_ways(case, asked, sides, facts, openings[id(sides)], names)),
            picture=_on_a_line(asked.part),
        )

    return Lists(
        apart=tuple(map(line, compared.apart)),
        together=tuple(map(line, compared.together)),
        in_words=tuple(map(line, compared.in_words)),
        unanswered=tuple(map(line, compared.unanswered)),
    )


def _side(case: Case, asked: Asked, found: Sides, letter: Letter, names: Mapping[Letter, str]) -> Side:
    given = asked.a if letter is Letter.A else asked.b
    answered = given is not None and given.state is AnswerState.ANSWERED
    sentence = sentences.for_mediator(
        asked.part.visibility,
        asked.part.sharing,
        case.policy,
        kept=given is not None and given.kept,
        offered=given is not None and given.offered,
    )
    other = names.get(letter.other, "the other person")
    value = given.value if given is not None and answered else None
    return Side(
        letter=letter,
        name=names[letter],
        number=value if _on_a_line(asked.part) and isinstance(value, int) else None,
        lines=tuple(show(asked.part, value)) if answered else (),
        without=_without(given, found, letter),
        privacy=sentence.filled(
            name=names[letter], other=other, a=names.get(Letter.A, other), b=names.get(Letter.B, other)
        ),
        level=sentence.level.value,
    )


def _on_a_line(part: Part) -> bool:
    """Whether two answers are drawn on one line. A drawing shows a distance, so what is not measured has none."""
    return part.type is PartType.LINE and measured(part)


def _without(given: Given | None, found: Sides, letter: Letter) -> str:
    if given is not None:
        return WITHOUT.get(given.state, "")
    assignment = found.of(letter)
    if assignment is None:
        return NOT_ASKED
    return WITHOUT[AnswerState.EMPTY] if comparing.handed_in(assignment) else NOT_HANDED_IN


def _ways(
    case: Case,
    asked: Asked,
    found: Sides,
    facts: gates.CaseFacts,
    openings: Iterable[Opening],
    names: Mapping[Letter, str],
) -> Iterable[Way]:
    part = asked.part
    if part.sharing is Sharing.CLOSED:
        return
    standing = {(row.part_key, row.author_id): row for row in openings}
    authors = [letter for letter in Letter if letter in names] if part.sharing is Sharing.OFFERED else [None]
    for author in authors:
        person = case.participant(author) if author is not None else None
        opened = standing.get((part.key, person.id if person is not None else None))
        if author is not None and opened is None and not _offered(asked, author):
            continue  # an answer that nobody offered has no way to be opened, and needs no words about it
        closed = gates.opening(facts, comparing.item_facts(found, part, author))
        if opened is None and not _answered(asked, part, author):
            closed = closed | {gates.Gate.BOTH_SUBMITTED}
        yield Way(
            label=names[author] if author is not None else "",
            part_key=part.key,
            author=author,
            opened=opened,
            opened_at=opened.opened_at if opened is not None else None,
            reasons=() if opened is not None else tuple(gates.SENTENCES[gate] for gate in sorted(closed)),
        )


def _offered(asked: Asked, author: Letter) -> bool:
    given = asked.a if author is Letter.A else asked.b
    return given is not None and given.offered and given.state is AnswerState.ANSWERED


def _answered(asked: Asked, part: Part, author: Letter | None) -> bool:
    if part.sharing is Sharing.OFFERED and author is not None:
        return _offered(asked, author)
    return all(given is not None and given.state is AnswerState.ANSWERED for given in (asked.a, asked.b))
