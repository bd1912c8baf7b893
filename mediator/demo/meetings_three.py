"""The seven sessions of Hana and Kit, written up afterwards, and what they answered about the ending."""

from __future__ import annotations

from mediator.agreements.terms import Kind
from mediator.demo.answers_two import NOTHING_TO_FEAR
from mediator.demo.meetings import Block, Meeting, Settled
from mediator.demo.stories import Calendar
from mediator.reports.terms import Reader
from mediator.sessions.terms import ItemKind

#: Days before today on which each session took place.
DAYS = (168, 147, 126, 105, 77, 49, 21)
#: Which questions stood in each form, by step.
ASKED: dict[str, tuple[str, ...]] = {
    "1": ("1.2", "1.11", "1.7", "1.8"),
    "3": ("3.2", "3.5", "3.6", "3.7", "3.8"),
    "8": ("8.3", "8.7", "8.8", "8.11"),
    "close": ("close.1", "close.2", "close.3", "close.4", "close.5", "close.6"),
}

HANA: dict[str, dict[str, str]] = {
    "0": {
        "0.2.way": "We asked for it together.",
        "0.3.kind": "friends",
        "0.5.hope": "closure", "0.5.sure": "8",
        "0.7.limit": "If it turned into a court.",
        "0.8.support": "My partner, and long walks.",
        "0.9.known": "no",
        "0.10.others": "Friends who bought pots from both of us.",
        **NOTHING_TO_FEAR,
    },
    "8": {
        "8.ready": "7", "8.3.pace": "right", "8.7.told": "Face to face, on the same day.",
        "8.8.steps.0": "Say so once", "8.8.steps.1": "Leave the room for an hour",
        "8.11.contact": "limits", "8.safety": "no",
    },
    "close": {
        "close.1.changed": "I can walk past the workshop without holding my breath.",
        "close.2.open": "The photos of the first years.",
        "close.3.path": "close",
        "close.4.wish": "A good room with light from the north.", "close.4.wish.offer": "yes",
        "close.5.result": "8", "close.5.way": "8", "close.5.heard": "9", "close.5.fair": "9",
        "close.6.records": "copy",
        "close.safety": "no",
    },
    "1": {
        "1.ready": "6",
        "1.2.first": "Firing the kiln at night, and the first look in the morning",
        "1.2.second": "Somebody who always told me when a glaze was too much",
        "1.11.leave": "The feeling that I have to keep us both afloat",
        "1.7.feelings.sad": "yes", "1.7.feelings.relieved": "yes", "1.7.strength": "6",
        "1.8.changed": "I signed for a smaller room of my own.",
        "1.8.want": "An ending that I can talk about in a year.",
        "1.safety": "no",
    },
    "3": {
        "3.ready": "7",
        "3.2.effect": "Kit must have read about the new room before I said it.",
        "3.5.wishes.0": "That the last market was hard for both of us",
        "3.6.form": "session",
        "3.7.letting_go": "8", "3.7.distance": "4", "3.7.justice": "3", "3.7.goodwill": "7",
        "3.8.means.let_go": "yes", "3.8.means.dont_know": "yes",
        "3.9.pushed": "no", "3.safety": "no",
    },
}  # fmt: skip
KIT: dict[str, dict[str, str]] = {
    "0": {
        "0.2.way": "Hana found the address, I made the call.",
        "0.3.kind": "friends",
        "0.5.hope": "closure", "0.5.sure": "7",
        "0.7.limit": "If old sums were read out again.",
        "0.8.support": "Swimming, three times a week.",
        "0.9.known": "no",
        "0.10.others": "My brother lent us the money for the kiln.",
        **NOTHING_TO_FEAR,
    },
    "8": {
        "8.ready": "8", "8.3.pace": "right", "8.7.told": "In a note on the table.",
        "8.8.steps.0": "Ask for a day", "8.8.steps.1": "Bring it to the next session",
        "8.11.contact": "limits", "8.safety": "no",
    },
    "1": {
        "1.ready": "5",
        "1.2.first": "Eighteen years of lunch at the same table",
        "1.2.second": "That my bowls got better next to Hana’s",
        "1.11.leave": "Doing the sums alone, and late",
        "1.7.feelings.tired": "yes", "1.7.feelings.calm": "yes", "1.7.strength": "4",
        "1.8.changed": "The lease ends in spring.",
        "1.8.want": "To pass each other at a market and say hello.",
        "1.safety": "no",
    },
    "3": {
        "3.ready": "7",
        "3.2.effect": "Hana did not know for months how the money stood.",
        "3.5.wishes.0": "That it was said to others before it was said to me",
        "3.6.form": "session",
        "3.7.letting_go": "7", "3.7.distance": "5", "3.7.justice": "2", "3.7.goodwill": "8",
        "3.8.means.let_go": "yes", "3.8.means.nothing": "yes",
        "3.9.pushed": "no", "3.safety": "no",
    },
}  # fmt: skip
ANSWERS = {"Hana": HANA, "Kit": KIT}

#: By session: its step, what was talked about, what both may read of it, and what was settled.
_TOLD: tuple[tuple[str, str, str, tuple[Settled, ...]], ...] = (
    (
        "7a", "How we work, and towards what",
        "Both want an ending that holds: the workshop, the name, the friends in common.", (),
    ),
    (
        "8a", "What goes on as long as the workshop is shared",
        "Mornings are Hana’s, afternoons are Kit’s. Orders are answered by whoever is there.", (),
    ),
    (
        "1", "What to keep, and what to leave",
        "Each named two things that were good. The lists had one in common: the table at noon.", (),
    ),
    (
        "1", "Eighteen years on one sheet of paper",
        "The two drew one line together and marked four turning points on it.", (),
    ),
    (
        "3", "What each wishes to hear",
        "Both said aloud what each had wished to be told first. It was said back, word by word.", (),
    ),
    (
        "3", "The wheel, the kiln and the name",
        "The wheel goes to Hana, the kiln to Kit. Neither goes on under the old name.",
        (
            Settled(Kind.AGREEMENT, None, "The wheel goes to Hana and the kiln to Kit",
                 seen="Both are collected by the end of the lease.", days=120),
            Settled(Kind.AGREEMENT, None, "Nobody goes on under the workshop’s old name",
                 seen="The sign is taken down together."),
        ),
    ),
    (
        "8b", "After the last day",
        "A greeting at markets is welcome. What is said to friends is one sentence, found together.",
        (
            Settled(Kind.BOUNDARY, None, "No posts about each other",
                 seen="Old pictures of pots may stay, those with faces go."),
            Settled(Kind.COMMITMENT, "Hana", "Clear the shelves on the left side", seen="The shelves are empty.",
                 days=14, review=14),
            Settled(Kind.COMMITMENT, "Kit", "Give the second key back to the landlord",
                 seen="A copy of the receipt lies on the table.", days=14, review=14),
        ),
    ),
)  # fmt: skip


def seven(calendar: Calendar) -> tuple[Meeting, ...]:
    """The sessions, oldest first."""
    return tuple(
        Meeting(
            name=f"three, {number}",
            at=calendar.day(calendar.workday(days), 14),
            minutes=75,
            step=step,
            place="Room 1, 14 Mill Lane",
            live=False,
            release=frozenset({Reader.JOINT, Reader.A, Reader.B}),
            blocks=(
                Block("Arrive and settle", ItemKind.OPENING, 8, 8),
                Block(title, ItemKind.TALK, 45, 45, step, joint=joint, said=said),
                Block("Close", ItemKind.CLOSE, 12, 12),
            ),
        )
        for number, (days, (step, title, joint, said)) in enumerate(zip(DAYS, _TOLD, strict=True), start=1)
    )
