"""Workspace pages of doors: one person's ways in, and the messages a mediator passes on by hand."""

from __future__ import annotations

import uuid

import segno
from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from mediator.cases import door_actions, door_queries, messages
from mediator.cases.doors import DoorKind
from mediator.cases.here import person_here
from mediator.cases.models import Door, Participant
from mediator.core import requests, signin
from mediator.core.clock import now
from mediator.core.errors import Refused
from mediator.core.outbox import UNSETTLED, Message, MessageState
from mediator.core.permissions import Permission, needs
from mediator.practice.here import staff_here

pages = Blueprint("doors", __name__)
message_pages = Blueprint("messages", __name__)

_AT = "/cases/<uuid:case_id>/doors/<letter>"


@pages.get(_AT)
@needs(Permission.MEDIATE)
def show(case_id: uuid.UUID, letter: str) -> str:
    """Every way in one person has had, and what may be done now."""
    person = person_here(case_id, letter)
    at = now()
    doors = door_queries.doors_of(person)
    messages_left = door_actions.unsettled_for(person.id)
    return render_template(
        "workspace/doors/show.html",
        case=person.case,
        person=person,
        doors=[(door, door_queries.state_of(door, at)) for door in doors],
        may=door_actions.may_have_doors(person.case),
        has_mail_server=_has_mail_server(),
        by_mail=door_actions.goes_by_mail(person),
        mail_waits=any(one.state is MessageState.WAITING for one in messages_left),
        in_vain=next((one for one in messages_left if _tried_in_vain(one, person)), None),
        failed=next((one for one in messages_left if one.state is MessageState.FAILED), None),
        open_pages=len(signin.live_sessions(signin.PARTICIPANT, person.id)),
        new_id=uuid.uuid4(),
    )


@pages.post(f"{_AT}/mail")
@needs(Permission.MEDIATE)
def send_mail(case_id: uuid.UUID, letter: str) -> Response:
    """Put a mail with a link into the outbox; its link is made when it is sent."""
    person = person_here(case_id, letter)
    message = door_actions.send_link(person)
    if _tried_in_vain(message, person):
        flash(_("The message for %(name)s was not taken yet. It is tried again now.", name=person.name), "plain")
    elif _has_mail_server() and door_actions.goes_by_mail(person):
        flash(_("A mail with a link for %(name)s goes out now. While it waits, it says so here.", name=person.name))
    else:
        flash(_("A message for %(name)s is ready. Pass it on under Ready to send.", name=person.name))
    return _back(case_id, letter)


@pages.post(f"{_AT}/qr")
@needs(Permission.MEDIATE)
def show_qr(case_id: uuid.UUID, letter: str) -> str:
    """Make a link and show it this once, in the answer to this very request: it can't be fetched again."""
    person = person_here(case_id, letter)
    link = messages.show(door_actions.mint(person, DoorKind.QR, row=requests.posted_id()))
    return render_template("workspace/doors/qr.html", case=person.case, person=person, link=link, qr=qr_code(link.url))


@pages.post(f"{_AT}/<uuid:door_id>/stop")
@needs(Permission.MEDIATE)
def stop(case_id: uuid.UUID, letter: str, door_id: uuid.UUID) -> Response:
    """Stop one link that was not opened yet."""
    door_actions.stop(_door(person_here(case_id, letter), door_id))
    flash(_("This link is stopped."))
    return _back(case_id, letter)


@pages.post(f"{_AT}/stop-all")
@needs(Permission.MEDIATE)
def stop_all(case_id: uuid.UUID, letter: str) -> Response:
    """Stop every link of a person and close the pages they have open."""
    person = person_here(case_id, letter)
    door_actions.stop_all(person)
    flash(_("Every link of %(name)s is stopped, and open pages are closed.", name=person.name))
    return _back(case_id, letter)


@message_pages.get("/messages")
@needs(Permission.MEDIATE)
def index() -> str:
    """The messages that could not be delivered, and those that wait to be passed on by hand; one for each person."""
    me, mail = staff_here().id, _has_mail_server()
    return render_template(
        "workspace/doors/messages.html",
        rows=[(message, person, uuid.uuid4()) for message, person in door_queries.waiting(me, mail=mail)],
        failed=[(message, person, uuid.uuid4()) for message, person in door_queries.failed(me)],
        has_mail_server=mail,
    )


@message_pages.post("/messages/<uuid:message_id>/link")
@needs(Permission.MEDIATE)
def show_link(message_id: uuid.UUID) -> str:
    """Make the link of a message and show subject, text, link and QR code this once."""
    message, person = door_queries.message_for(staff_here().id, message_id)
    if message.state not in UNSETTLED:
        raise Refused(_("This message was passed on already. A new link can be made on the page of doors."))
    if reason := door_actions.why_not_now(message, person):
        raise Refused(_(reason))
    link = messages.mint_for(message, row=requests.posted_id())
    return render_template(
        "workspace/doors/message.html",
        message=message,
        person=person,
        link=link,
        mail=messages.compose(message, link),
        qr=qr_code(link.url),
    )


@message_pages.post("/messages/<uuid:message_id>/passed-on")
@needs(Permission.MEDIATE)
def passed_on(message_id: uuid.UUID) -> ResponseReturnValue:
    """The mediator has passed a message on. Twice is as good as once."""
    message, person = door_queries.message_for(staff_here().id, message_id)
    door_actions.pass_on(message)
    flash(_("Noted: the message for %(name)s is passed on.", name=person.name))
    return redirect(url_for("workspace.messages.index"), 303)


@message_pages.post("/messages/<uuid:message_id>/again")
@needs(Permission.MEDIATE)
def try_again(message_id: uuid.UUID) -> ResponseReturnValue:
    """Let a message that could not be delivered go once more."""
    message, person = door_queries.message_for(staff_here().id, message_id)
    door_actions.try_again(message)
    if _has_mail_server() and door_actions.goes_by_mail(person):
        flash(_("The message for %(name)s is tried again.", name=person.name))
    else:
        flash(_("A message for %(name)s is ready. Pass it on under Ready to send.", name=person.name))
    return redirect(url_for("workspace.messages.index"), 303)


def qr_code(text: str) -> Markup:
    """A QR code drawn here as SVG, black on white in every theme, with the quiet margin scanners need."""
    drawn = segno.make(text, error="m", micro=False)
    return Markup(drawn.svg_inline(border=4, omitsize=True, light="#fff", svgclass=None, lineclass=None))  # noqa: S704  drawn by segno from squares


def _door(person: Participant, door_id: uuid.UUID) -> Door:
    door = next((door for door in door_queries.doors_of(person) if door.id == door_id), None)
    if door is None:
        raise NotFound
    return door


def _tried_in_vain(message: Message, person: Participant) -> bool:
    """Whether a message should have gone by itself, and the mail server did not take it so far."""
    return (
        message.state is MessageState.WAITING
        and message.attempts > 0
        and _has_mail_server()
        and door_actions.goes_by_mail(person)
        and not door_actions.why_not_now(message, person)
    )


def _has_mail_server() -> bool:
    return current_app.extensions["mediator"].mail is not None


def _back(case_id: uuid.UUID, letter: str) -> Response:
    return redirect(url_for("workspace.doors.show", case_id=case_id, letter=letter), 303)
