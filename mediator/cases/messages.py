"""What a message to a participant says, and the link in it. Neutral: no content and no name of anybody else.

Used by the page where a mediator passes messages on by hand, and by whoever sends them as mail.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import gettext as _

from mediator.cases import door_actions
from mediator.cases.doors import DoorKind
from mediator.cases.models import Participant
from mediator.core import sealed
from mediator.core.db import db
from mediator.core.outbox import Message
from mediator.core.visibility import Viewer
from mediator.practice.queries import practice

#: The file below `templates/email/door/` that holds a message's words, by the outbox's name for it.
TEXTS = {
    door_actions.INVITATION: "invitation",
    door_actions.SOMETHING_TO_ANSWER: "something_to_answer",
    door_actions.SOMETHING_NEW: "something_to_answer",  # nobody tells from a mail whether it is about a form
    door_actions.REMINDER: "reminder",
    door_actions.REMINDER_ASKED_FOR: "reminder",
}


@dataclass(frozen=True)
class Link:
    """A fresh link, to be shown or sent now: its token is kept nowhere. `until` is in UTC."""

    url: str
    until: datetime


@dataclass(frozen=True)
class Mail:
    """One message in plain text, for one recipient."""

    subject: str
    text: str


def mint_for(message: Message, *, row: uuid.UUID | None = None) -> Link:
    """Make the door a message leads to, at the moment it is sent or shown. Raises Refused for a shut case."""
    return show(door_actions.mint(_recipient(message), DoorKind.MAIL, row=row, keep_earlier=message.attempts > 1))


def show(minted: door_actions.Minted) -> Link:
    """The address of a door just made. Built from the configured address, never from the request's host."""
    return Link(f"{current_app.extensions['mediator'].public_url}/d/{minted.token}", minted.door.expires_at)


def compose(message: Message, link: Link) -> Mail:
    """Subject and text of a message, read with the recipient's own ring: nobody else's words can come into it."""
    person = _recipient(message)
    row = practice()
    sender = (row.alias or row.name) if row is not None else ""
    with sealed.ring_of(Viewer.participant(person.id, person.case_id)):
        # Not render_template: what pages have in common (places, foot) needs a request, and a job has none.
        text = current_app.jinja_env.get_template(f"email/door/{TEXTS[message.template]}.txt").render(
            name=person.called,
            sender=sender,
            link=link.url,
            until=link.until.astimezone(ZoneInfo(person.zone)).replace(tzinfo=None),
        )
    return Mail(subject=_("A message from %(sender)s", sender=sender), text=text.strip() + "\n")


def _recipient(message: Message) -> Participant:
    return db.session.get_one(Participant, message.recipient_id)
