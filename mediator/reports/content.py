"""What stands in a report: plain frozen values made for one reader, and the table of sections per reader. Pure.

A copy holds nothing but its fields, so a page that renders it cannot reach for more. The part that both people read is
made once (`Shared`) and put into every copy of the set: the same words by construction.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from mediator.core.visibility import Letter
from mediator.reports.terms import Reader


class Section(enum.StrEnum):
    """One stretch of a report, in the order of the pages."""

    ATTENDANCE = "attendance"
    DONE = "done"
    SAID = "said"
    NOTES = "notes"  # per item: joint and private notes, process notes
    CAUCUS = "caucus"
    OPENED = "opened"
    STEPS = "steps"
    READINGS = "readings"
    KEPT = "kept"
    SETTLED = "settled"
    NEXT = "next"
    OWN = "own"
    HELP = "help"
    SIGNATURES = "signatures"


_BOTH = (Section.ATTENDANCE, Section.DONE, Section.SAID, Section.OPENED, Section.STEPS, Section.SETTLED, Section.NEXT)
_OWN = (*_BOTH, Section.OWN, Section.HELP)
#: Which sections each reader gets. Minutes, notes, caucus and anything made from two people's answers stand in the full
#: record alone: from planned, taken and the whole, time alone with one person could be worked out.
SECTIONS: Mapping[Reader, tuple[Section, ...]] = {
    Reader.FULL: (
        Section.ATTENDANCE,
        Section.DONE,
        Section.SAID,
        Section.NOTES,
        Section.CAUCUS,
        Section.READINGS,
        Section.KEPT,
        Section.OPENED,
        Section.SETTLED,
        Section.NEXT,
        Section.SIGNATURES,
    ),
    Reader.JOINT: (*_BOTH, Section.HELP, Section.SIGNATURES),
    Reader.A: _OWN,
    Reader.B: _OWN,
}
#: The one person's copy of a session with one person: nothing that two people have together.
ALONE: tuple[Section, ...] = tuple(section for section in _OWN if section not in {Section.OPENED, Section.STEPS})


@dataclass(frozen=True)
class Named:
    """One person by letter and by the name they wish to be called."""

    letter: Letter
    called: str


@dataclass(frozen=True)
class Done:
    """One block that took place: its title and step, and nothing about minutes."""

    title: str
    step: str


@dataclass(frozen=True)
class Said:
    """What one person let the other read at one part of a question."""

    label: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Voice:
    """Everything one person let the other read at one question."""

    who: Named
    said: Sequence[Said]


@dataclass(frozen=True)
class Common:
    """What two answers have in common at one part: value and words of each line. `lights`: yes, yes if, no."""

    label: str
    lines: Sequence[tuple[str, str]]  # value, words
    lights: bool = False


@dataclass(frozen=True)
class Opened:
    """One question as both read it: voices, and what two answers have in common; or a text of both: words or steps."""

    question: str
    label: str
    voices: Sequence[Voice] = ()
    common: Sequence[Common] = ()
    words: str = ""
    steps: Sequence[tuple[Named, str]] = ()


@dataclass(frozen=True)
class Moment:
    """One moment of one person, and what else of it is open."""

    title: Sequence[str]
    said: Sequence[Said]


@dataclass(frozen=True)
class Time:
    """One time on a line of two lanes: a month (from `first`) or years; `first` None for what has no day."""

    first: date | None
    months: bool
    years: str
    a: Sequence[Moment]
    b: Sequence[Moment]


@dataclass(frozen=True)
class Lanes:
    """Moments of two people along the years, A's beside B's."""

    title: str
    people: Sequence[Named]
    times: Sequence[Time]


@dataclass(frozen=True)
class Settled:
    """One agreement, commitment or boundary. Days are days in the case's zone; without `review_on`, each session."""

    kind: str
    what: str
    who: Sequence[Named]
    seen: str
    otherwise: str
    from_on: date | None
    until: date | None
    review_on: date | None


@dataclass(frozen=True)
class Next:
    """The next meeting with the same people: a day and a time of day in the case's zone."""

    day: date
    clock: str
    place: str
    step: str


@dataclass(frozen=True)
class Shared:
    """The part with the same words in every copy of a set. `number` is None for a session with one person."""

    practice: str
    phone: str
    number: int | None
    day: date
    place: str
    mediators: Sequence[str]
    people: Sequence[Named]
    here: Sequence[Named]
    done: Sequence[Done]
    summary: str
    opened: Sequence[Opened | Lanes]
    steps: Sequence[str]
    settled: Sequence[Settled]
    next: Next | None


@dataclass(frozen=True)
class Ready:
    """One person's own latest 0 to 10 line for a step, "how ready for this topic now"."""

    number: int
    step: str
    value: int


@dataclass(frozen=True)
class Answered:
    """One own answer in words, below its question."""

    question: str
    label: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Own:
    """What one person wrote themselves: nobody else's copy has it, or says whether there is any."""

    whose: Named
    ready: Sequence[Ready]
    answers: Sequence[Answered]


@dataclass(frozen=True)
class JointCopy:
    """The one document for both."""

    shared: Shared

    @property
    def sections(self) -> tuple[Section, ...]:
        """What both get."""
        return SECTIONS[Reader.JOINT]


@dataclass(frozen=True)
class OwnCopy:
    """One person's copy: the part both read, then what they wrote themselves."""

    shared: Shared
    own: Own

    @property
    def sections(self) -> tuple[Section, ...]:
        """A session with one person has no part that two people share."""
        return ALONE if self.shared.number is None else SECTIONS[Reader.of(self.own.whose.letter)]


@dataclass(frozen=True)
class Block:
    """One agenda item as the mediator's record has it. Minutes are planned and taken; notes as written."""

    title: str
    step: str
    planned: int
    taken: int
    left_out: bool
    joint: str
    private: str
    process: str


@dataclass(frozen=True)
class Alone:
    """One caucus: with whom, when by the clock, what was written, and what may be brought back."""

    who: Named
    start: str
    end: str
    minutes: int
    note: str
    back: Sequence[str]  # the person said yes
    not_back: Sequence[str]


@dataclass(frozen=True)
class Readiness:
    """One step's two latest readings; None where nobody answered. Nothing is computed from them."""

    number: int
    step: str
    a: int | None
    b: int | None


@dataclass(frozen=True)
class Comfortable:
    """How comfortable one person said they are, once in the time of a session. `about` is empty for "right now".

    Day and clock are those of the case's zone.
    """

    who: Named
    value: int
    about: str
    day: date
    clock: str
    title: str


@dataclass(frozen=True)
class Kept:
    """One answer its author keeps between them and the mediator."""

    who: Named
    question: str
    label: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Draft:
    """A text of both that both cannot read now: not both agreed, or it was not kept for both."""

    text: Opened
    agreed: bool


@dataclass(frozen=True)
class FullCopy:
    """The mediator's own record of one session. Made on demand and never stored."""

    shared: Shared
    companions: Sequence[tuple[Named, str]]  # support person or interpreter, by name
    spoken: Sequence[tuple[str, Sequence[Named]]]  # what was agreed in this session, and who said yes aloud
    start: str
    end: str
    blocks: Sequence[Block]
    minutes: int
    private: str
    process: str
    alone: Sequence[Alone]
    readings: Sequence[Readiness]
    comfort: Sequence[Comfortable]
    kept: Sequence[Kept]
    drafts: Sequence[Draft]

    @property
    def sections(self) -> tuple[Section, ...]:
        """Everything."""
        return SECTIONS[Reader.FULL]
