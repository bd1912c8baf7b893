"""The three sessions of Alex and Sam that lie behind them, with what was written in them."""

from __future__ import annotations

from mediator.agreements.terms import Kind
from mediator.demo import exercises_two
from mediator.demo.meetings import Aside, Block, Meeting, Settled
from mediator.demo.stories import Calendar
from mediator.reports.terms import Reader
from mediator.sessions.terms import ItemKind

_OPENING, _TALK, _EXERCISE = ItemKind.OPENING, ItemKind.TALK, ItemKind.EXERCISE
_BREAK, _CHECK, _CLOSE = ItemKind.BREAK, ItemKind.PRIVATE_CHECK, ItemKind.CLOSE


def three(calendar: Calendar) -> tuple[Meeting, Meeting, Meeting]:
    """The sessions, oldest first."""
    return first(calendar), second(calendar), third(calendar)


def first(calendar: Calendar) -> Meeting:
    """How the two want to work, and on what."""
    return Meeting(
        name="two, first",
        at=calendar.day(calendar.workday(41), 10),
        minutes=90,
        step="7a",
        process="Both came on time and stayed to the end. Next: limits for the weeks between sessions.",
        blocks=(
            Block("Arrive and settle", _OPENING, 7, 8),
            Block(
                "What each hopes for here", _TALK, 25, 27, "7a",
                joint="Both would like to talk about the house and about Pepper without dread.\n"
                "Neither wants to go over the whole past.",
                private="Alex speaks fast at first, Sam waits. Leave room before the second question.",
            ),
            Block("Break", _BREAK, 5, 6),
            Block(
                "How we work together", _EXERCISE, 20, 18, "7a",
                joint="One speaks, one listens. Either can say “pause”, and no reason is asked.\n"
                "What is said alone stays alone, unless there is a yes.",
            ),
            Block(
                "Which topics, and in which order", _TALK, 22, 20, "7a",
                joint="First how to reach each other, then how to talk, then the house.",
                private="The order came from Sam. Alex would have begun with the house and gave way easily.",
            ),
            Block("Close", _CLOSE, 6, 6),
        ),
    )  # fmt: skip


def second(calendar: Calendar) -> Meeting:
    """First limits: one boundary that holds for both."""
    return Meeting(
        name="two, second",
        at=calendar.day(calendar.workday(27), 10),
        minutes=90,
        step="8a",
        process="A calm session. The boundary was found in ten minutes, after the break.",
        blocks=(
            Block("Arrive and settle", _OPENING, 6, 6),
            Block(
                "When and how to reach each other", _TALK, 28, 30, "8a",
                joint="Pepper: at any time. The house: on weekdays, in writing.\n"
                "Both named the evenings as the time for quiet.",
            ),
            Block("Break", _BREAK, 5, 5),
            Block(
                "One limit each", _EXERCISE, 25, 24, "8a",
                joint="Each named a limit, and it was said back. The two were nearly the same.",
                private="Sam asked twice whether a no is really all right. Come back to that in step 8, second half.",
                said=(
                    Settled(
                        Kind.BOUNDARY, None, "No calls after 21:00",
                        seen="The phones stay quiet in the evening.",
                        otherwise="If Pepper is ill, a message is fine at any time.",
                    ),
                ),
            ),
            Block(
                "If a limit is crossed", _TALK, 15, 14, "8a",
                joint="Say it the next day, in one sentence. No counting.",
            ),
            Block("Close", _CLOSE, 6, 6),
        ),
    )  # fmt: skip


def third(calendar: Calendar) -> Meeting:
    """How the two talk: speaker and listener, time alone with each, and four small promises."""
    return Meeting(
        name="two, third",
        at=calendar.day(calendar.workday(12), 10),
        minutes=90,
        step="2",
        process="Speaker and listener worked at the second try. Next: trust, when both forms are in.",
        # The joint copy went out at once; each one's own copy is final and waits for the mediator's last look.
        release=frozenset({Reader.JOINT}),
        blocks=(
            Block("Arrive and settle", _OPENING, 5, 6),
            Block(
                "What became of it", _TALK, 10, 9, "8a",
                joint="Both said that quiet evenings have made the days easier.",
            ),
            Block(
                "Speaker and listener", _EXERCISE, 28, 31, "2",
                joint="Both said that late replies are where the worry starts.\n"
                "A short reply the same day would help, and so would hearing of a changed plan a day before.",
                private="Sam went quiet when the move came up. Ask again, alone, before it comes back into the room.",
                exercise=exercises_two.IN_THE_ROOM,
            ),
            Block(
                "Time alone, both", _CHECK, 14, 14,
                asides=(
                    Aside("Alex", 6, "Worried that asking is heard as pushing. Wants to try shorter questions."),
                    Aside(
                        "Sam", 6, "Needs a day before an answer about the house. Glad to be asked what may go back.",
                        back="It helps to have a day before answering about the house.",
                    ),
                ),
            ),
            Block(
                "Small promises", _EXERCISE, 18, 17, "5",
                joint="Each chose two promises for the next two weeks, small and dated.",
                said=(
                    Settled(
                        Kind.COMMITMENT, "Alex", "Say a day before if a plan will change",
                        seen="A message by eight in the evening.",
                        otherwise="A call the same morning.", days=14, review=12,
                    ),
                    Settled(
                        Kind.COMMITMENT, "Alex", "Bring Pepper to the door at seven on Sundays",
                        seen="Both are at the door; nobody has to ring twice.", days=14, review=12,
                    ),
                    Settled(
                        Kind.COMMITMENT, "Sam", "Reply “I saw it” the same day",
                        seen="Three words are enough; the answer may come later.", days=14, review=12,
                    ),
                    Settled(
                        Kind.COMMITMENT, "Sam", "Send the list of what is left in the house",
                        seen="One page, without prices.", days=14, review=12,
                    ),
                ),
            ),
            Block("Who tells our friends what", _TALK, 10, 0, "2"),
            Block("Close", _CLOSE, 5, 6),
        ),
    )  # fmt: skip
