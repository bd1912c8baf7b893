"""The modes of exercises as small state machines: who may do what now, what follows, and what each reads and sees.

Pure. A run is a state; an act is what one of the three does; `after` gives the next state or raises NotNow. `reads` is
the whole rule of who reads whose words, `screen` what one phone shows. Two rules hold on every path, and the tests walk
paths at random for them: nobody reads anything before its time, and what one phone shows never depends on what the
other person did alone (no progress, no order of arrival). Source: docs/practice.md, "Exercises".
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field, replace
from typing import Literal

from mediator.core.visibility import Letter
from mediator.exercises.terms import Heard, Mode, Phase, RunState, Way

MEDIATOR: Literal["mediator"] = "mediator"
#: A, B, or the mediator.
Who = Letter | Literal["mediator"]


class NotNow(ValueError):
    """The act does not fit the state: somebody else was quicker, or it is not theirs to do."""


class Do(enum.StrEnum):
    """What can be done in a run."""

    # on the whole run
    GO_ON = "go_on"  # to the next stage, or to the end
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    # where each writes
    HAND_IN = "hand_in"
    TAKE_BACK = "take_back"  # by the mediator: hand back to the author what is held for the other
    OFFER = "offer"
    KEEP = "keep"
    OPEN = "open"
    CLOSE = "close"
    # turns
    FINISHED = "finished"
    SAID_BACK = "said_back"
    HEARD = "heard"
    NEXT_TURN = "next_turn"  # the mediator passes the floor on
    # built together
    WRITE = "write"
    AGREE = "agree"
    DISAGREE = "disagree"  # take one's yes back
    # held for the receiver
    ACCEPT = "accept"  # the mediator has read it, and it may be offered
    RECEIVE = "receive"
    DECLINE = "decline"
    DELIVER = "deliver"


@dataclass(frozen=True)
class Act:
    """One act. `item` is a part's key where it is about one; `heard` the speaker's answer to what was said back.

    `rev` says which words of a text of both somebody had before them when they changed them or agreed. `author` is
    whose words it is about; for a yes that is pressed on one screen for all, whose yes it is.
    """

    who: Who
    do: Do
    item: str = ""
    author: Letter | None = None
    heard: Heard | None = None
    rev: int = 0


@dataclass(frozen=True)
class Piece:
    """What can be read: somebody's words at an item, or, without an author, what two answers have in common."""

    item: str
    author: Letter | None = None


@dataclass(frozen=True)
class Writing:
    """Each writes alone: `alone`, `offered`, `reciprocal`, `derived`.

    `mine` says that the words stay with their author: not even the mediator reads them (visibility `own`), so nothing
    of it is opened. `shown` is what was open at some time, closed again or not: whoever has read the other's words, or
    had their own read, can't take theirs back and write them anew.
    """

    mode: Mode
    items: tuple[str, ...]
    mine: bool = False
    handed_in: frozenset[Letter] = frozenset()
    offered: frozenset[Piece] = frozenset()
    kept: frozenset[Piece] = frozenset()
    opened: frozenset[Piece] = frozenset()
    shown: frozenset[Piece] = frozenset()

    def pieces(self) -> frozenset[Piece]:
        """What may be opened now, if the gates of the case let it."""
        if self.mine:
            return frozenset()
        if self.mode is Mode.OFFERED:
            return frozenset(one for one in self.offered - self.kept if one.author in self.handed_in)
        if self.mode in {Mode.RECIPROCAL, Mode.DERIVED} and self.handed_in == frozenset(Letter):
            free = {item for item in self.items if not any(Piece(item, who) in self.kept for who in Letter)}
            return frozenset(Piece(item) for item in free)
        return frozenset()

    def after(self, act: Act) -> Writing:
        """The next state. Raises NotNow."""
        who, piece = act.who, Piece(act.item, act.author)
        match act.do:
            case Do.HAND_IN if isinstance(who, Letter) and who not in self.handed_in:
                return replace(self, handed_in=self.handed_in | {who})
            case Do.TAKE_BACK if isinstance(who, Letter) and who in self.handed_in and not self._was_shown(who):
                return replace(self, handed_in=self.handed_in - {who})
            case Do.OFFER if isinstance(who, Letter) and self.mode is Mode.OFFERED and act.item in self.items:
                return replace(self, offered=self.offered | {Piece(act.item, who)})
            case Do.KEEP if isinstance(who, Letter) and act.item in self.items:
                kept = self.kept | {Piece(act.item, who)}
                gone = {Piece(act.item, who), Piece(act.item)}  # whoever tightens ends what was opened of it
                return replace(self, kept=kept, opened=self.opened - gone)
            case Do.OPEN if who == MEDIATOR and piece in self.pieces():
                return replace(self, opened=self.opened | {piece}, shown=self.shown | {piece})
            case Do.CLOSE if who == MEDIATOR and piece in self.opened:
                return replace(self, opened=self.opened - {piece})
        raise NotNow(act.do)

    def reads(self, who: Who) -> frozenset[Piece]:
        """Whose words this person reads now. One's own always; the mediator's once they are handed in."""
        open_now = frozenset(piece for one in self.opened for piece in self._as_read(one))
        if who == MEDIATOR:
            inside = frozenset(Piece(item, one) for item in self.items for one in self.handed_in)
            return open_now if self.mine else inside | open_now
        return open_now | frozenset(Piece(item, Letter(who)) for item in self.items)

    def _as_read(self, opened: Piece) -> tuple[Piece, ...]:
        """What both read of one opening: both people's words where it is reciprocal, else just what it is."""
        if self.mode is Mode.RECIPROCAL:
            return tuple(Piece(opened.item, who) for who in Letter)
        return (opened,)

    def _was_shown(self, who: Letter) -> bool:
        return any(one.author in {who, None} for one in self.opened | self.shown)


@dataclass(frozen=True)
class Turns:
    """The floor goes from one to the other. What is said is spoken only: there is nothing to read.

    `turn` counts the turns that are over, of `rounds` for each. Two answers of "not yet" in one turn ask for the
    mediator (`stuck`). With `listen_only` nothing is said back. It is over after the last turn. On one screen that
    stands before all three (`one_screen`) every act comes from there, in the mediator's name: the speaker's answer too.
    """

    rounds: int
    speaker: Letter = Letter.A
    turn: int = 0
    phase: Phase = Phase.SPEAK
    not_yet: int = 0
    one_screen: bool = False
    listen_only: bool = False

    @property
    def over(self) -> bool:
        """Whether everybody has had their turns."""
        return self.turn >= 2 * self.rounds

    @property
    def stuck(self) -> bool:
        """Whether the mediator is asked to step in: twice it did not come across."""
        return self.not_yet >= 2

    def after(self, act: Act) -> Turns:
        """The next state. Raises NotNow."""
        if self.over:
            raise NotNow(act.do)
        speaks, listens = act.who == self.speaker, act.who == self.speaker.other
        match act.do:
            case Do.FINISHED if self.phase is Phase.SPEAK and (speaks or act.who == MEDIATOR):
                return self._passed() if self.listen_only else replace(self, phase=Phase.SAY_BACK)
            case Do.SAID_BACK if self.phase is Phase.SAY_BACK and (listens or act.who == MEDIATOR):
                return replace(self, phase=Phase.CHECK)
            case Do.HEARD if self.phase is Phase.CHECK and self._answers(act.who) and act.heard is not None:
                if act.heard is Heard.GOT_IT:
                    return self._passed()
                missed = self.not_yet + (act.heard is Heard.NOT_YET)
                return replace(self, phase=Phase.SPEAK, not_yet=missed)
            case Do.NEXT_TURN if act.who == MEDIATOR:
                return self._passed()
        raise NotNow(act.do)

    def _answers(self, who: Who) -> bool:
        """Whether this is who says whether it came across: the speaker, on their phone or on the one screen."""
        return who == self.speaker or (self.one_screen and who == MEDIATOR)

    def _passed(self) -> Turns:
        return replace(self, speaker=self.speaker.other, turn=self.turn + 1, phase=Phase.SPEAK, not_yet=0)

    def reads(self, who: Who) -> frozenset[Piece]:
        """Nothing is written."""
        return frozenset()


@dataclass(frozen=True)
class Together:
    """One text of both. Every change asks both again; it stands once both have agreed to the same words.

    Whoever changes it or agrees names the words they had before them (`Act.rev`), so that nobody agrees to what they
    have not read, and nobody writes over what they have not seen. Who has agreed, and so whether it stands, is the
    mediator's to see until they go on; each phone shows its own yes. So a second yes closes nothing by itself. Whoever
    said yes may take it back as long as it is being worked on.

    On one screen that stands before all three (`one_screen`) every yes is pressed there, in the mediator's name and for
    the one who says it (`Act.author`), and everybody sees it. None comes from a phone: what somebody does alone would
    stand before all.
    """

    rev: int = 0
    agreed: frozenset[tuple[Letter, int]] = frozenset()
    one_screen: bool = False

    @property
    def stands(self) -> bool:
        """Whether both have agreed to the words as they are."""
        return self.rev > 0 and all((who, self.rev) in self.agreed for who in Letter)

    def after(self, act: Act) -> Together:
        """The next state. Raises NotNow."""
        if act.rev != self.rev:
            raise NotNow(act.do)
        match act.do:
            case Do.WRITE if act.who == MEDIATOR or not self.one_screen:
                return replace(self, rev=self.rev + 1, agreed=frozenset())
            case Do.AGREE if (whose := self._whose(act)) is not None and self.rev > 0:
                return replace(self, agreed=self.agreed | {(whose, self.rev)})
            case Do.DISAGREE if (whose := self._whose(act)) is not None and (whose, self.rev) in self.agreed:
                return replace(self, agreed=self.agreed - {(whose, self.rev)})
        raise NotNow(act.do)

    def _whose(self, act: Act) -> Letter | None:
        """Whose yes an act is about: on a phone one's own, on the one screen that of whoever is named."""
        if self.one_screen:
            return act.author if act.who == MEDIATOR else None
        return act.who if isinstance(act.who, Letter) and act.author is None else None

    def reads(self, who: Who) -> frozenset[Piece]:
        """All three read the text."""
        return frozenset({Piece("text")}) if self.rev else frozenset()


@dataclass(frozen=True)
class Held:
    """Words written for the other, who decides whether, how and when to receive them; no answer is owed.

    The author never learns from the app what the receiver decided, not even by what they may still do: that is told by
    the mediator, or not at all. So once the mediator has taken it on, only the mediator hands it back; what its author
    can do at any time, and with the same effect whatever the receiver said, is to keep something of it to themselves.
    """

    author: Letter
    items: tuple[str, ...]
    way: Way = Way.WRITING
    kept: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()

    def after(self, act: Act) -> Held:
        """The next state. Raises NotNow."""
        if act.do is Do.KEEP and act.who == self.author and act.item in self.items:
            return replace(self, kept=self.kept | {act.item})
        match self.way, act.do:
            case Way.WRITING, Do.HAND_IN if act.who == self.author:
                return replace(self, way=Way.WITH_MEDIATOR)
            case Way.WITH_MEDIATOR, Do.TAKE_BACK if act.who == self.author:
                return replace(self, way=Way.WRITING)
            case ((Way.WITH_MEDIATOR | Way.ASKED | Way.WANTED | Way.NOT_WANTED), Do.TAKE_BACK) if act.who == MEDIATOR:
                return replace(self, way=Way.WRITING)
            case Way.WITH_MEDIATOR, Do.ACCEPT if act.who == MEDIATOR:
                return replace(self, way=Way.ASKED)
            case Way.ASKED, Do.RECEIVE if act.who == self.author.other:
                return replace(self, way=Way.WANTED)
            case ((Way.ASKED | Way.WANTED), Do.DECLINE) if act.who == self.author.other:
                return replace(self, way=Way.NOT_WANTED)
            case Way.NOT_WANTED, Do.RECEIVE if act.who == self.author.other:
                return replace(self, way=Way.WANTED)
            case Way.WANTED, Do.DELIVER if act.who == MEDIATOR:
                return replace(self, way=Way.DELIVERED)
            case Way.DELIVERED, Do.CLOSE if act.who == MEDIATOR and act.item in self._open():
                return replace(self, closed=self.closed | {act.item})
        raise NotNow(act.do)

    def reads(self, who: Who) -> frozenset[Piece]:
        """The author always, the mediator once it is handed in, the receiver what is delivered and stands open."""
        words = frozenset(Piece(item, self.author) for item in self.items)
        if who == self.author:
            return words
        if who == MEDIATOR:
            return words if self.way is not Way.WRITING else frozenset()
        return frozenset(Piece(item, self.author) for item in self._open())

    def _open(self) -> frozenset[str]:
        delivered = self.items if self.way is Way.DELIVERED else ()
        return frozenset(delivered) - self.kept - self.closed


Stage = Writing | Turns | Together | Held


@dataclass(frozen=True)
class Run:
    """A run: its stages, at which of them it is, and whether it goes on. Only the mediator goes on to the next."""

    stages: tuple[Stage, ...]
    at: int = 0
    state: RunState = RunState.RUNNING
    #: Who asked for the pause or the stop. The mediator's to know.
    asked: Who | None = field(default=None)

    @property
    def stage(self) -> Stage:
        """The stage it is at."""
        return self.stages[self.at]

    def after(self, act: Act) -> Run:
        """The next state. Pausing and stopping is everybody's, at any time; all else asks for a run that runs.

        Tightening one's own words and closing again what was opened is possible as long as anything stands open.
        Raises NotNow.
        """
        if act.do in {Do.KEEP, Do.CLOSE}:
            return self._staged(act)
        if self.state not in {RunState.RUNNING, RunState.PAUSED}:
            raise NotNow(act.do)
        match act.do:
            case Do.STOP:
                return replace(self, state=RunState.STOPPED, asked=act.who)
            case Do.PAUSE if self.state is RunState.RUNNING:
                return replace(self, state=RunState.PAUSED, asked=act.who)
            case Do.RESUME if self.state is RunState.PAUSED and act.who == MEDIATOR:
                return replace(self, state=RunState.RUNNING, asked=None)
            case Do.GO_ON if self.state is RunState.RUNNING and act.who == MEDIATOR:
                last = self.at + 1 >= len(self.stages)
                return replace(self, state=RunState.FINISHED) if last else replace(self, at=self.at + 1)
        if self.state is RunState.PAUSED:
            raise NotNow(act.do)
        return self._staged(act)

    def _staged(self, act: Act) -> Run:
        stages = list(self.stages)
        for place in [self.at] if act.do not in {Do.KEEP, Do.CLOSE} else range(self.at + 1):
            try:
                stages[place] = stages[place].after(act)
            except NotNow:
                continue
            return replace(self, stages=tuple(stages))
        raise NotNow(act.do)

    def reads(self, who: Who) -> frozenset[Piece]:
        """What this person reads now, over all stages reached so far."""
        return frozenset().union(*(stage.reads(who) for stage in self.stages[: self.at + 1]))


class Screen(enum.StrEnum):
    """What a phone shows. Both phones have the same structure at every one of them."""

    WRITE = "write"  # one's own part, alone
    DONE = "done"  # "Your part is done. Your mediator will take it from here."
    SPEAK = "speak"
    LISTEN = "listen"
    SAY_BACK = "say_back"
    LISTEN_BACK = "listen_back"
    CHECK = "check"
    WAIT = "wait"
    BUILD = "build"
    READ = "read"  # what stands open
    PAUSE = "pause"
    OVER = "over"


def screen(run: Run, letter: Letter) -> Screen:
    """What this person's phone shows. Of the other's doing it says nothing but what both do in the open."""
    if run.state is RunState.PAUSED:
        return Screen.PAUSE
    if run.state in {RunState.STOPPED, RunState.FINISHED}:
        return Screen.OVER
    stage = run.stage
    match stage:
        case Writing():
            if letter not in stage.handed_in:
                return Screen.WRITE
            return Screen.READ if stage.opened else Screen.DONE
        case Turns():
            return _turn(stage, letter)
        case Together():
            return Screen.BUILD
        case Held():
            return _held(stage, letter)


def _turn(stage: Turns, letter: Letter) -> Screen:
    if stage.over:
        return Screen.WAIT
    speaks = stage.speaker is letter
    match stage.phase:
        case Phase.SPEAK:
            return Screen.SPEAK if speaks else Screen.LISTEN
        case Phase.SAY_BACK:
            return Screen.LISTEN_BACK if speaks else Screen.SAY_BACK
        case Phase.CHECK:
            return Screen.CHECK if speaks else Screen.WAIT


def _held(stage: Held, letter: Letter) -> Screen:
    """The receiver's phone waits from the beginning, the author's from handing in: neither shows what the other did."""
    if letter is not stage.author and stage.reads(letter):
        return Screen.READ
    if stage.way is Way.WRITING and letter is stage.author:
        return Screen.WRITE
    return Screen.DONE
