"""Safe contact: how one person can be reached without harm. The questions, what was sent, and what follows. Pure.

Everybody gets the same questions; each of them can be answered "not sure" (docs/practice.md, "Safe contact").
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

#: Most characters of a number, an address or a time.
LONGEST = 300


class Way(enum.StrEnum):
    """The safest way to reach somebody. Through nobody is a way, too."""

    EMAIL = "email"
    CALL = "call"
    TEXT = "text"
    LETTER = "letter"
    MEETING = "meeting"


class Reply(enum.StrEnum):
    """An answer to one question about contact."""

    YES = "yes"
    NO = "no"
    NOT_SURE = "not_sure"


WAYS: dict[Way, str] = {
    Way.EMAIL: "Email",
    Way.CALL: "Phone call",
    Way.TEXT: "Text message",
    Way.LETTER: "Letter",
    Way.MEETING: "Only when we meet",
}
REPLIES: dict[Reply, str] = {Reply.YES: "Yes", Reply.NO: "No", Reply.NOT_SURE: "Not sure"}
#: What can't be used without a number or an address. For email there may be one in the case.
NEEDS_PLACE = frozenset({Way.CALL, Way.TEXT, Way.LETTER})


@dataclass(frozen=True)
class Asked:
    """One question answered with yes, no or not sure. `first`: anything but "no" asks to be read before all else."""

    key: str
    text: str
    first: bool = False


OTHERS = "others"
#: What a mail needs a plain yes to.
ALLOWED = ("message", "named")
QUESTIONS: tuple[Asked, ...] = (
    Asked("message", "May we leave a message?"),
    Asked("named", "May a message say who we are?"),
    Asked(OTHERS, "Does anyone else read this mailbox or phone?", first=True),
    Asked("order", "Is there a court order about contact?", first=True),
    Asked("speak", "Would you like to speak with {mediator} before anything else?", first=True),
)


class Wrong(enum.StrEnum):
    """What is wrong with one field."""

    NO_WAY = "no_way"
    NO_PLACE = "no_place"
    NO_REPLY = "no_reply"
    TOO_LONG = "too_long"


SENTENCES: dict[Wrong, str] = {
    Wrong.NO_WAY: "Choose the safest way.",
    Wrong.NO_PLACE: "Write the number or address for this way.",
    Wrong.NO_REPLY: "Choose yes, no or not sure: {question}",
    Wrong.TOO_LONG: "Please use at most 300 characters.",
}


@dataclass(frozen=True)
class Contact:
    """What somebody said about reaching them, as typed.

    `meant` is the blind index (hex) of the address they meant, empty for none: a corrected one was never asked about.
    `earlier` holds replies other than "no" that were replaced before anybody read them: a later answer never takes the
    place of one nobody has read. `before` is the way, number and time of the giving that kept mail back, where this one
    would let it go. `typed_in`: a mediator wrote it down for this person.
    """

    way: Way
    place: str
    time: str
    replies: Mapping[str, Reply]
    meant: str = ""
    earlier: Mapping[str, Reply] = field(default_factory=dict)
    before: Mapping[str, str] = field(default_factory=dict)
    typed_in: bool = False


def read(sent: Mapping[str, str]) -> tuple[Contact | None, dict[str, Wrong]]:
    """What was sent, or what is wrong by field name; never both. Texts are kept as typed, blank ones are empty."""
    errors: dict[str, Wrong] = {}
    way = Way(sent["way"]) if sent.get("way") in set(Way) else None
    if way is None:
        errors["way"] = Wrong.NO_WAY
    texts = {name: text if (text := sent.get(name, "")).strip() else "" for name in ("place", "time")}
    errors |= {name: Wrong.TOO_LONG for name, text in texts.items() if len(text) > LONGEST}
    if way in NEEDS_PLACE and not texts["place"]:
        errors["place"] = Wrong.NO_PLACE
    replies = {one.key: Reply(sent[one.key]) for one in QUESTIONS if sent.get(one.key) in set(Reply)}
    errors |= {one.key: Wrong.NO_REPLY for one in QUESTIONS if one.key not in replies}
    if errors or way is None:
        return None, errors
    return Contact(way, texts["place"], texts["time"], replies), {}


def heard(contact: Contact, question: Asked) -> bool:
    """Whether this question was answered with anything but "no", now or unread before."""
    return Reply.NO is not contact.replies[question.key] or question.key in contact.earlier


def asks_to_be_read(contact: Contact) -> bool:
    """Whether the mediator is to read this first: for an order, a wish to speak, or somebody who reads along.

    And where mail that was kept back would go again: whoever holds the phone could have asked for that.
    """
    return bool(contact.before) or any(heard(contact, question) for question in QUESTIONS if question.first)


def in_place_of(contact: Contact, unread: Contact | None) -> Contact:
    """New answers with what an unread earlier giving said besides "no", so that no answer is lost unread."""
    if unread is None:
        return contact
    said = {**unread.earlier, **{key: reply for key, reply in unread.replies.items() if reply is not Reply.NO}}
    first = {question.key for question in QUESTIONS if question.first}
    kept = {key: reply for key, reply in said.items() if key in first and contact.replies[key] is not reply}
    return replace(contact, earlier=kept)


def loosens(contact: Contact, before: Contact) -> Contact:
    """New answers that would let mail go again, with the way that was safe until now: the mediator reads it first."""
    return replace(contact, before={"way": before.way.value, "place": before.place, "time": before.time})


def mail_is_safe(contact: Contact, *, address: str) -> bool:
    """Whether anything may go by itself to the address in the case, by its blind index (hex, empty for none).

    Email is the way, a message may be left and say who we are, nobody else reads it, and it is the address they meant.
    A mail says who sends it, so "no" and "not sure" to that keep it back.
    """
    nobody_else = not any(heard(contact, question) for question in QUESTIONS if question.key == OTHERS)
    allowed = all(contact.replies[key] is Reply.YES for key in ALLOWED)
    return contact.way is Way.EMAIL and allowed and nobody_else and bool(address) and contact.meant == address


def to_document(contact: Contact) -> dict[str, Any]:
    """Plain values to be kept."""
    return {
        "way": contact.way.value,
        "place": contact.place,
        "time": contact.time,
        "replies": {key: reply.value for key, reply in contact.replies.items()},
        "meant": contact.meant,
        "earlier": {key: reply.value for key, reply in contact.earlier.items()},
        "before": dict(contact.before),
        "typed_in": contact.typed_in,
    }


def from_document(kept: Mapping[str, Any]) -> Contact:
    """What was kept."""
    return Contact(
        Way(kept["way"]),
        kept["place"],
        kept["time"],
        {key: Reply(reply) for key, reply in kept["replies"].items()},
        kept["meant"],
        {key: Reply(reply) for key, reply in kept["earlier"].items()},
        kept["before"],
        kept["typed_in"],
    )
