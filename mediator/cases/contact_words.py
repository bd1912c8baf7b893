"""The words of safe contact for pages: the questions as they are asked, what is wrong, what somebody said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from mediator.cases import queries
from mediator.cases.contact import QUESTIONS, REPLIES, SENTENCES, WAYS, Asked, Contact, Way, Wrong
from mediator.cases.models import Participant
from mediator.guide.content import Option, fill


@dataclass(frozen=True)
class Words:
    """What the fields of the form say: ways by value, replies as options, and the questions with a name in them."""

    ways: tuple[tuple[str, str], ...]
    replies: tuple[Option, ...]
    questions: tuple[Asked, ...]


def lead(person: Participant) -> str:
    """Who leads this person's case, by name: with whom they would speak."""
    return next((staff.name for staff, leads in queries.team(person.case_id) if leads), _("your mediator"))


def words(mediator: str) -> Words:
    """The form as everybody reads it; `mediator` is the lead's name."""
    return Words(
        tuple((way.value, _(label)) for way, label in WAYS.items()),
        tuple(Option(reply.value, _(label)) for reply, label in REPLIES.items()),
        tuple(Asked(one.key, _asked(one, mediator), one.first) for one in QUESTIONS),
    )


def problems(errors: Mapping[str, Wrong], mediator: str) -> dict[str, str]:
    """What is wrong, in words by field name, in the order of the page."""
    asked = {one.key: _asked(one, mediator) for one in QUESTIONS}
    order = ["way", "place", "time", *asked]
    return {name: fill(_(SENTENCES[errors[name]]), question=asked.get(name, "")) for name in order if name in errors}


def said(contact: Contact, mediator: str) -> list[tuple[str, list[str]]]:
    """What somebody said, question by question, for a mediator of the case.

    What they had said before, and nobody had read when they changed it, stands beside it.
    """
    lines: list[tuple[str, list[str]]] = [(_("The safest way"), [_(WAYS[contact.way])])]
    lines += [
        (label, [text])
        for label, text in ((_("Number or address"), contact.place), (_("The safest time"), contact.time))
        if text
    ]
    if contact.before:
        said_before = [_(WAYS[Way(contact.before["way"])]), contact.before["place"], contact.before["time"]]
        told = _("Until now nothing went by email. Once you have read this, it does. Ask in the way safe before:")
        lines.append((told, [text for text in said_before if text]))
    for one in QUESTIONS:
        answers = [_(REPLIES[contact.replies[one.key]])]
        if one.key in contact.earlier:
            answers.append(_("Before, not read yet: %(reply)s", reply=_(REPLIES[contact.earlier[one.key]])))
        lines.append((_asked(one, mediator), answers))
    return lines


def _asked(one: Asked, mediator: str) -> str:
    return fill(_(one.text), mediator=mediator)
