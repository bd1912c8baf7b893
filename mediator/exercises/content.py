"""An exercise as plain frozen values: what the mediator reads, and its stages. Pure; read from TOML by `reading`."""

from __future__ import annotations

import enum
from dataclasses import dataclass, replace
from functools import cached_property

from mediator.agreements.terms import Kind
from mediator.exercises.terms import WRITING, Mode, Place, Shape
from mediator.guide.content import Question

#: Places where the two are not brought together.
APART: frozenset[Place] = frozenset({Place.HOME, Place.SHUTTLE})


class Under(enum.StrEnum):
    """What may be done of an exercise while the case stands a certain way (`locks.lock`)."""

    OPEN = "open"
    APART = "apart"  # at home or by shuttle, never the two together
    CLOSED = "closed"


@dataclass(frozen=True)
class Line:
    """One line of how it goes in the room: what, how, and about how many minutes."""

    title: str
    text: str
    minutes: int


@dataclass(frozen=True)
class Turns:
    """The floor going from one to the other: `rounds` turns for each, of `seconds` at the least planned.

    With `listen_only` nothing is said back, and the next turn begins where somebody has finished.
    """

    rounds: int
    seconds: int
    speaker: tuple[str, ...]  # short lines for whoever speaks
    listener: tuple[str, ...]  # and for whoever listens
    listen_only: bool = False


@dataclass(frozen=True)
class Becomes:
    """What the mediator may write down from what was opened here, with both: a `kind`, and which part says what.

    Each is the last bit of a part's key ("what" of "E17.1.what"). Of what two have in common every line is one of its
    own. Nothing becomes anything by itself.
    """

    kind: Kind
    what: str
    days: str = ""
    seen: str = ""
    otherwise: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The bits of keys that are named."""
        return tuple(name for name in (self.what, self.days, self.seen, self.otherwise) if name)


@dataclass(frozen=True)
class Stage:
    """One stage. `title` and `lead` are read by both, in the same words.

    Writing modes have `questions` (each writes on a form of their own), turns have `turns`, a text built together
    has `asks`: what it is to say, and a `shape`. With `own` nobody but the author reads what is written, the mediator
    included: there is no form, and `asks` are lines to begin from. What is held for the other says what they are asked
    about (`offered`), and what both may read once it was received and may be known (`received`). `aloud` is what both
    do instead of writing where there is one screen for all. With `lanes` its questions are moments (parts `what` and
    `when`), read side by side along the years. With `marks`, the key of a stage before it whose text of both is a list,
    what can be marked in a run are the lines of that list; the options of its parts stand for trying it alone. With
    `safeguards` closed it is left out of what is done with safeguards, and with `room` wherever the two are not in one
    room. `key` is never used again for another stage.
    """

    key: str
    mode: Mode
    title: str
    lead: str
    minutes: int
    questions: tuple[Question, ...] = ()
    turns: Turns | None = None
    asks: tuple[str, ...] = ()
    shape: Shape = Shape.TEXT
    own: bool = False
    aloud: str = ""
    offered: str = ""
    received: str = ""
    lanes: bool = False
    marks: str = ""
    becomes: Becomes | None = None
    safeguards: Under = Under.OPEN
    room: bool = False

    @property
    def writes(self) -> bool:
        """Whether each writes on a form of their own."""
        return self.mode in WRITING and not self.own

    def fits(self, place: Place) -> bool:
        """Whether it can be done there at all.

        Nobody writes alone on a screen that all see: it is said aloud there, or not done. For turns both are in one
        room.
        """
        if place is Place.SCREEN:
            return self.mode in {Mode.TURNS, Mode.TOGETHER} or bool(self.aloud)
        return place is Place.PHONES or self.mode is not Mode.TURNS

    def left(self, place: Place, *, safeguards: bool) -> Stage | None:
        """What of it is done there: with safeguards nobody is asked for a part of their own. None: it is left out."""
        if (self.room and place in APART) or (safeguards and self.safeguards is Under.CLOSED):
            return None
        asked = tuple(one for one in self.questions if one.safeguards or not safeguards)
        if asked == self.questions:
            return self
        return replace(self, questions=asked) if asked else None


@dataclass(frozen=True)
class Exercise:
    """One exercise of the catalogue, for the mediator to read and to start.

    `steps` are the guide's steps it belongs to, `alone` and `together` minutes. `not_when` is shown before it is
    started. `safeguards` and `closure` say what may be done of it with safeguards, and with two who are ending well.
    `evidence` is what is known about it, in one honest line. With `one` it is given to one person, and the other learns
    nothing of it. With `hold` what is done at home stays open under a hold, and before both have signed.
    """

    key: str
    version: int
    name: str
    line: str
    steps: tuple[str, ...]
    alone: int
    together: int
    places: tuple[Place, ...]
    before: tuple[str, ...]
    room: tuple[Line, ...]
    not_when: tuple[str, ...]
    afterwards: tuple[str, ...]
    words: tuple[str, ...]
    evidence: str
    safeguards: Under
    closure: Under
    stages: tuple[Stage, ...]
    closure_note: str = ""
    one: bool = False
    hold: bool = False
    retired: tuple[str, ...] = ()

    @cached_property
    def derived(self) -> bool:
        """Whether something in it can be worked out by either: both read the notice before they answer."""
        return any(stage.mode is Mode.DERIVED for stage in self.stages)

    @property
    def own(self) -> bool:
        """Whether what is written in it stays with its author alone: not even the mediator reads it."""
        return any(stage.own for stage in self.stages)

    def left(self, place: Place, *, safeguards: bool) -> Exercise:
        """What is done of it there, with safeguards or without: the whole, or only some of its stages and questions."""
        stages = tuple(one for stage in self.stages if (one := stage.left(place, safeguards=safeguards)) is not None)
        return self if stages == self.stages else replace(self, stages=stages)

    def left_out(self, place: Place, *, safeguards: bool) -> tuple[str, ...]:
        """The titles of the stages that are not done there."""
        done = {stage.key for stage in self.left(place, safeguards=safeguards).stages}
        return tuple(stage.title for stage in self.stages if stage.key not in done)

    @property
    def may_start(self) -> bool:
        """Whether there is something to do on phones; a few are only read and spoken about."""
        return bool(self.stages)
