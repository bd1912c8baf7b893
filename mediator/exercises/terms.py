"""The words of exercises: modes, places, states of a run, and what the silent key says. Pure."""

from __future__ import annotations

import enum
from datetime import timedelta

#: How long after its end a phone says that an exercise is over; later there is just none. About as long as two meet.
OVER_FOR = timedelta(hours=2)


class Mode(enum.StrEnum):
    """How one stage of an exercise goes. Every exercise is put together from these, in its content file."""

    ALONE = "alone"  # each writes for themselves; nothing of it is ever opened
    OFFERED = "offered"  # each writes; what its author offers the mediator may open
    RECIPROCAL = "reciprocal"  # blind until both are in and the mediator opens, item by item
    DERIVED = "derived"  # both answer; the mediator opens what the two have in common, or the stricter
    TURNS = "turns"  # the floor goes from one to the other; what is said is spoken only
    TOGETHER = "together"  # one text that both work on, and both have to agree to
    HELD = "held"  # written for the other, who decides whether, when and how to receive it


#: Modes in which each writes on a form of their own.
WRITING: frozenset[Mode] = frozenset({Mode.ALONE, Mode.OFFERED, Mode.RECIPROCAL, Mode.DERIVED, Mode.HELD})


class Place(enum.StrEnum):
    """Where an exercise is done."""

    SCREEN = "screen"  # one screen in the room
    PHONES = "phones"  # two phones in the room
    HOME = "home"  # each at home, by a date
    SHUTTLE = "shuttle"  # the mediator goes from one to the other and passes on each item


#: Places at which an exercise shows on both phones while it goes on.
ON_PHONES: frozenset[Place] = frozenset({Place.PHONES, Place.SHUTTLE})


def on_phones(place: Place) -> bool:
    """Whether what is done there shows on both phones: not on one screen for all, and not at home, by a day."""
    return place in ON_PHONES


class RunState(enum.StrEnum):
    """Where a run stands. `paused` and `stopped` look alike for both; who asked is never shown to either."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"  # ended before its end
    FINISHED = "finished"


#: States in which an exercise goes on, on the phones or elsewhere.
UNDER_WAY: frozenset[RunState] = frozenset({RunState.RUNNING, RunState.PAUSED})


class Outcome(enum.StrEnum):
    """What becomes of a run when it is over: the mediator's choice, made with both."""

    JOINT = "joint"  # what was opened stays in the joint record
    MEDIATOR = "mediator"  # it stays with the mediator: nothing of it is shown any more
    DISCARDED = "discarded"  # what was opened is withdrawn, and nothing goes into a report


class Shape(enum.StrEnum):
    """What a text of both looks like."""

    TEXT = "text"
    LOOP = "loop"  # a pattern: lines one after the other, each what one of the two does, and round it goes


class Way(enum.StrEnum):
    """Where something written for the other stands."""

    WRITING = "writing"
    WITH_MEDIATOR = "with_mediator"
    ASKED = "asked"  # the receiver is asked, by the mediator, whether they want it
    WANTED = "wanted"
    NOT_WANTED = "not_wanted"
    DELIVERED = "delivered"


class Wanted(enum.StrEnum):
    """Whether somebody would like to receive what was written for them. Each is a full answer."""

    YES = "yes"
    GIST = "gist"  # the mediator tells what it is about first; then they decide
    NOT_NOW = "not_now"
    NO = "no"


class How(enum.StrEnum):
    """How somebody would like to receive it."""

    ALOUD = "aloud"  # its author reads it aloud, in a session
    PAPER = "paper"  # they read it alone
    MEDIATOR = "mediator"  # the mediator reads it to them, its author not there


class Moment(enum.StrEnum):
    """When somebody would like to receive it."""

    NEXT_SESSION = "next_session"
    MY_WORD = "my_word"  # not before they say so
    WITH_MEDIATOR = "with_mediator"  # in a meeting with the mediator alone


class Phase(enum.StrEnum):
    """Where one turn stands."""

    SPEAK = "speak"  # one speaks, the other listens
    SAY_BACK = "say_back"  # the listener says back what they heard
    CHECK = "check"  # the speaker says whether it came across


class Heard(enum.StrEnum):
    """What the speaker says to what was said back."""

    GOT_IT = "got_it"
    PARTLY = "partly"
    NOT_YET = "not_yet"


class Wish(enum.StrEnum):
    """What a participant tells the mediator unseen. Only the mediator ever learns of it, and of whose it is."""

    BREAK = "break"
    SLOWER = "slower"
    ALONE = "alone"
