"""The mediator's pages of doors: ways in, messages passed on by hand, handing over a device."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from mediator import jobs
from mediator.cases import door_actions, messages
from mediator.cases.doors import DoorKind
from mediator.cases.models import Case, Door, Participant
from mediator.cases.terms import CaseState
from mediator.core import outbox, sealed
from mediator.core.clock import now
from mediator.core.config import Config, MailServer
from mediator.core.db import db
from mediator.core.outbox import Message, MessageState
from mediator.core.visibility import Viewer
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.terms import AssignmentState
from tests.cases.ways_in import (
    address_of,
    doors_path,
    make_form,
    open_door,
    sessions,
    show_qr,
    shown,
    verbs,
    waiting,
)
from tests.factories import Pair, make_staff
from tests.mailbox import Mailbox
from tests.people import Page, Person

NewPerson = Callable[[], Person]


# ---- The mediator's page ------------------------------------------------------------------------------------


def test_a_qr_code_is_shown_once_and_opens_once(pair: Pair, mediator: Person, new_person: NewPerson) -> None:
    page = mediator.get(doors_path(pair))
    form = page.form("/qr")
    first = mediator.post(form.action, form.fields)
    link = shown(first)
    assert "<svg" in first.text
    assert "Only you can see this page" in first.words
    again = mediator.post(form.action, form.fields)
    assert again.status == 409
    assert "/d/" not in again.text
    doors = db.session.scalars(db.select(Door).where(Door.participant_id == pair.a)).all()
    assert [door.kind for door in doors] == [DoorKind.QR]
    assert doors[0].expires_at - doors[0].made_at == timedelta(minutes=15)
    assert "Waiting" in mediator.get(doors_path(pair)).words
    assert "Hello Alex" in open_door(new_person(), link.rpartition("/")[2]).words
    assert "Used" in mediator.get(doors_path(pair)).words


def test_a_new_link_stops_the_one_before(pair: Pair, mediator: Person, new_person: NewPerson) -> None:
    old, new = shown(show_qr(mediator, pair)), shown(show_qr(mediator, pair))
    assert open_door(new_person(), old.rpartition("/")[2]).status == 410
    assert open_door(new_person(), new.rpartition("/")[2]).status == 200


def test_stopping_one_link_and_everything(pair: Pair, mediator: Person, new_person: NewPerson) -> None:
    link = shown(show_qr(mediator, pair))
    page = mediator.submit(mediator.get(doors_path(pair)), action="/stop")
    assert "Stopped" in page.words
    assert "door.revoked" in verbs()
    assert open_door(new_person(), link.rpartition("/")[2]).status == 410
    inside = new_person().come_in(pair.a)
    mediator.submit(mediator.get(doors_path(pair)), action="/mail")
    mediator.submit(mediator.get(doors_path(pair)), action="/stop-all")
    assert inside.look_at("/notes/").response.headers["Location"] == "/new-link"
    assert [message.state for message in waiting(pair.a)] == [MessageState.CANCELLED]
    assert verbs().count("door.all-stopped") == 1


def test_a_link_by_mail_needs_an_address(pair: Pair, mediator: Person) -> None:
    person = db.session.get_one(Participant, pair.b)
    with sealed.ring_of(Viewer.participant(person.id, person.case_id)):
        person.email = None
    person.email_index = None
    db.session.commit()
    page = mediator.get(doors_path(pair, "B"))
    assert "Send a link by mail" not in page.words
    refused = mediator.post(doors_path(pair, "B") + "/mail", page.form("/qr").fields)
    assert refused.status == 409
    assert waiting(pair.b) == []


def test_doors_are_the_business_of_the_case_alone(
    pair: Pair, mediator: Person, other_mediator: Person, assistant: Person, owner: Person
) -> None:
    message = outbox.put("door", recipient=pair.a, case=pair.case)
    db.session.commit()
    message_id, form = message.id, mediator.get(doors_path(pair)).form("/qr").fields
    for person in (other_mediator, assistant, owner):
        own = person.get("/work/account").form().fields
        assert person.get(doors_path(pair)).status == 404
        assert person.get(f"/work/cases/{pair.case}/hand-over/A").status == 404
        for path in (f"{doors_path(pair)}/qr", f"{doors_path(pair)}/mail", f"{doors_path(pair)}/stop-all",
                     f"/work/messages/{message_id}/link", f"/work/messages/{message_id}/passed-on",
                     f"/work/cases/{pair.case}/hand-over/A"):  # fmt: skip
            assert person.post(path, {**form, "csrf_token": own["csrf_token"]}).status == 404, path
    assert "No message waits for you." in other_mediator.get("/work/messages").words
    assert mediator.get(doors_path(pair, "C")).status == 404
    assert db.session.scalars(db.select(Door).where(Door.participant_id == pair.a)).all() == []


# ---- Messages passed on by hand -----------------------------------------------------------------------------


def test_messages_wait_are_shown_once_and_passed_on(pair: Pair, mediator: Person, new_person: NewPerson) -> None:
    assert "No message waits for you." in mediator.get("/work/messages").words
    mediator.submit(mediator.get(doors_path(pair)), action="/mail")
    outbox.put("form", recipient=pair.a, case=pair.case, subject=make_form(pair, pair.a))
    outbox.put("door", recipient=pair.b, case=pair.case)
    db.session.commit()
    page = mediator.get("/work/messages")
    assert page.words.index("A Alex") < page.words.index("B Sam")
    assert len([form for form in page.all("form") if form.get("action", "").endswith("/link")]) == 2
    first = page.form("/link")
    shown_page = mediator.post(first.action, first.fields)
    assert "A message from Notes" in shown_page.words
    assert "Hello Alex," in shown_page.words
    assert "Sam" not in shown_page.words
    assert mediator.post(first.action, first.fields).status == 409
    assert "Hello Alex" in open_door(new_person(), shown(shown_page).rpartition("/")[2]).words
    after = mediator.submit(page, action=first.action.replace("/link", "/passed-on"))
    assert "Alex" not in "".join(h2.text or "" for h2 in after.all("h2"))
    assert {message.state for message in waiting(pair.a)} == {MessageState.PASSED_ON}
    assert {message.state for message in waiting(pair.b)} == {MessageState.WAITING}
    assert verbs().count("message.passed-on") == 2
    mediator.submit(page, action=first.action.replace("/link", "/passed-on"))
    assert verbs().count("message.passed-on") == 2


def test_with_a_mail_server_only_people_without_an_address_wait_here(pair: Pair, app: Flask, mediator: Person) -> None:
    server = MailServer("mail.example", 587, None, None, "notes@practice.example", True)
    app.extensions["mediator"] = replace(app.extensions["mediator"], mail=server)
    db.session.get_one(Participant, pair.b).email_index = None
    for one in (pair.a, pair.b):
        outbox.put("door", recipient=one, case=pair.case)
    db.session.commit()
    names = ["".join(heading.itertext()) for heading in mediator.get("/work/messages").all("h2")]
    assert [name.strip() for name in names] == ["B Sam"]


@pytest.mark.parametrize("template", ["door", "form"])
def test_a_message_is_neutral(pair: Pair, app: Flask, template: str) -> None:
    message = outbox.put(template, recipient=pair.a, case=pair.case)
    db.session.flush()
    link = messages.mint_for(message)
    mail = messages.compose(message, link)
    assert mail.subject == "A message from Notes"
    assert mail.text.startswith("Hello Alex,\n")
    assert link.url in mail.text
    assert "The link opens once, until " in mail.text
    for word in ("Sam", "Mediator", "mediation", "Mill Lane", "Trust"):
        assert word.lower() not in (mail.subject + mail.text).replace(link.url, "").lower()
    assert link.until - now() > timedelta(days=2, hours=23)


# ---- Handing over this device -------------------------------------------------------------------------------


def test_handing_over_ends_the_mediators_session_and_opens_one_form(pair: Pair, mediator: Person) -> None:
    chosen, another, others = make_form(pair, pair.a), make_form(pair, pair.a), make_form(pair, pair.b)
    page = mediator.get(f"/work/cases/{pair.case}/hand-over/A")
    assert str(others) not in page.text
    cookie = mediator.client.get_cookie("session")
    assert cookie is not None
    assert mediator.submit(page, {"form": str(others)}, action="/hand-over/").status == 409
    opened = mediator.submit(page, {"form": str(chosen)}, action="/hand-over/")
    assert opened.status == 200
    assert opened.response.request.path.startswith(f"/notes/questions/{chosen}")
    assert "What helps?" in opened.words
    assert "door.handed-over" in verbs()
    for path in ("/notes/", "/notes/together"):
        assert mediator.look_at(path).status == 404
    assert mediator.get("/notes/help").status == 200
    assert mediator.look_at(doors_path(pair)).status == 302
    mediator.client.set_cookie("session", cookie.value)
    assert mediator.look_at(doors_path(pair)).status == 302
    db.session.rollback()
    door = db.session.scalars(db.select(Door).where(Door.scope_id == chosen)).one()
    assert (door.kind, door.token_hash, door.used_at is None) == (DoorKind.HANDOVER, None, False)
    assert str(another) not in opened.text


def test_nothing_to_hand_over_on_a_break(pair: Pair, mediator: Person) -> None:
    form = make_form(pair, pair.a)
    page = mediator.get(f"/work/cases/{pair.case}/hand-over/A")
    db.session.get_one(Case, pair.case).hold = True
    db.session.commit()
    assert "There is no form for Alex" in mediator.get(f"/work/cases/{pair.case}/hand-over/A").words
    assert mediator.submit(page, {"form": str(form)}, action="/hand-over/").status == 409
    assert sessions(pair.a) == 0


def change(kind: type, row_id: uuid.UUID, **values: object) -> None:
    """Change a row by hand."""
    db.session.rollback()
    row: Any = db.session.get_one(kind, row_id)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.commit()


@pytest.mark.parametrize("state", [AssignmentState.STARTED, AssignmentState.REOPENED])
def test_a_form_somebody_has_begun_is_not_handed_over(pair: Pair, mediator: Person, state: AssignmentState) -> None:
    """Drafts are their author's alone: on a handed-over device the mediator would have them in hand."""
    form = make_form(pair, pair.a)
    stale = mediator.get(f"/work/cases/{pair.case}/hand-over/A")
    change(Assignment, form, state=state)
    page = mediator.get(f"/work/cases/{pair.case}/hand-over/A")
    assert "Alex has begun a form" in page.words
    assert str(form) not in page.text
    refused = mediator.submit(stale, {"form": str(form)}, action="/hand-over/")
    assert refused.status == 409
    assert "Their drafts are theirs alone" in refused.words
    assert sessions(pair.a) == 0


def handed_over(pair: Pair, mediator: Person) -> tuple[uuid.UUID, Page]:
    form = make_form(pair, pair.a)
    return form, mediator.submit(mediator.get(f"/work/cases/{pair.case}/hand-over/A"), action="/hand-over/")


def test_a_handed_over_device_can_be_handed_back_at_any_time(pair: Pair, mediator: Person) -> None:
    """One button on each page ends it, and the drafts stay with their author."""
    form, page = handed_over(pair, mediator)
    assert "Stop here and hand the device back" in mediator.get("/notes/help").words
    mediator.submit(page, {"5.1.one": "For me alone"}, action="/questions/")
    back = mediator.submit(mediator.get(f"/notes/questions/{form}/1"), action="/hand-back")
    assert back.status == 200
    assert "You can hand the device back." in back.words
    assert "Stop here" not in back.words
    assert sessions(pair.a) == 0
    assert mediator.look_at(f"/notes/questions/{form}/1").response.headers["Location"] == "/new-link"


def test_only_a_handed_over_device_is_handed_back(pair: Pair, participant_a: Person) -> None:
    page = participant_a.get("/notes/help")
    assert "hand the device back" not in page.words
    token = participant_a.get("/notes/together")
    assert token.status == 200
    make_form(pair, pair.a)
    fields = participant_a.get("/new-link").form("/new-link").fields
    assert participant_a.post("/notes/hand-back", fields).status == 404
    assert sessions(pair.a) == 1


@pytest.mark.parametrize("why", ["hold", "break", "withdrawn", "handed in"])
def test_a_handed_over_device_ends_where_there_is_nothing_to_do(pair: Pair, mediator: Person, why: str) -> None:
    """On a break, under a hold and once the form is closed the page says so, and nothing opens later by itself."""
    form, _ = handed_over(pair, mediator)
    match why:
        case "hold":
            change(Case, pair.case, hold=True)
        case "break":
            change(Case, pair.case, state=CaseState.PAUSED)
        case "withdrawn":
            change(Assignment, form, state=AssignmentState.WITHDRAWN)
        case _:
            change(Assignment, form, state=AssignmentState.SUBMITTED, submitted_at=now())
    page = mediator.get(f"/notes/questions/{form}/1")
    assert page.status == 200
    assert "You can hand the device back." in page.words
    assert sessions(pair.a) == 0
    assert "/notes/" not in page.links()


def test_an_error_on_a_handed_over_device_leads_back_to_the_form(pair: Pair, mediator: Person) -> None:
    """The start page does not open there, so no page leads to it."""
    form, _ = handed_over(pair, mediator)
    page = mediator.get("/notes/nothing-here")
    assert page.status == 404
    assert f"/notes/questions/{form}" in page.links()
    assert "/notes/" not in page.links()


# ---- Mail that could not be delivered, and mail that waits ---------------------------------------------------


def with_mail(app: Flask) -> None:
    server = MailServer("mail.example", 587, None, None, "notes@practice.example", True)
    app.extensions["mediator"] = replace(app.extensions["mediator"], mail=server)


def test_a_message_that_could_not_be_delivered_stands_where_it_is_seen(
    pair: Pair, app: Flask, mediator: Person, new_person: NewPerson
) -> None:
    """The mediator reads it, can show the link, and can have it tried again."""
    with_mail(app)
    message = outbox.put("door", recipient=pair.a, case=pair.case)
    message.state, message.attempts, message.done_at = MessageState.FAILED, 5, now()
    db.session.commit()
    for path in ("/work/messages", doors_path(pair)):
        assert "could not be delivered" in mediator.get(path).words, path
    other = new_person().sign_in(make_staff("mediator").email)
    assert "could not be delivered" not in other.get("/work/messages").words
    link = shown(mediator.submit(mediator.get("/work/messages"), action="/link"))
    assert open_door(new_person(), link.rpartition("/")[2]).status == 200
    again = mediator.submit(mediator.get(doors_path(pair)), action="/again")
    assert again.status == 200
    (row,) = waiting(pair.a)
    assert (row.state, row.attempts, row.done_at) == (MessageState.WAITING, 0, None)
    assert row.due_at <= now()
    assert "could not be delivered" not in mediator.get("/work/messages").words
    change(Message, row.id, state=MessageState.FAILED, done_at=now())
    mediator.submit(mediator.get("/work/messages"), action="/passed-on")
    assert [row.state for row in waiting(pair.a)] == [MessageState.PASSED_ON]


def send_mail(app: Flask, at: datetime) -> None:
    """One round of the job that sends, at a given time."""
    assert jobs.tick(app, jobs.JOBS[0], lambda: at)


def test_a_mail_server_that_takes_nothing_is_told_and_asking_again_sends_at_once(
    pair: Pair, app: Flask, box: Mailbox, mediator: Person, new_person: NewPerson
) -> None:
    right: Config = app.extensions["mediator"]
    assert right.mail is not None
    app.extensions["mediator"] = replace(right, mail=replace(right.mail, username="notes", password="wrong"))
    page = mediator.submit(mediator.get(doors_path(pair)), action="/mail")
    assert "on its way" not in page.words
    assert "has not taken it yet" not in page.words, "nobody has tried"
    send_mail(app, now())
    page = mediator.get(doors_path(pair))
    assert "The mail server has not taken it yet." in page.words
    link = shown(mediator.submit(page, action="/link"))
    assert open_door(new_person(), link.rpartition("/")[2]).status == 200
    app.extensions["mediator"] = right
    again = mediator.submit(mediator.get(doors_path(pair)), action="/mail")
    assert "It is tried again now." in again.words
    send_mail(app, now())
    assert len(box.letters) == 1
    assert "has not taken it yet" not in mediator.get(doors_path(pair)).words


def test_while_a_break_keeps_it_back_nothing_is_said_of_the_mail_server(
    pair: Pair, app: Flask, mediator: Person
) -> None:
    with_mail(app)
    message = outbox.put("form", recipient=pair.a, case=pair.case)
    message.attempts = 1
    db.session.commit()
    assert "has not taken it yet" in mediator.get(doors_path(pair)).words
    change(Case, pair.case, hold=True)
    assert "has not taken it yet" not in mediator.get(doors_path(pair)).words


@pytest.mark.parametrize(
    ("rcpt", "tries", "why"),
    [
        ("550 No such person", 1, "Mail to this address was refused."),
        ("451 Not now", 30, "The mail server did not take it for a day."),
    ],
)
def test_what_was_given_up_says_whether_it_was_the_address_or_the_server(
    pair: Pair, app: Flask, box: Mailbox, mediator: Person, rcpt: str, tries: int, why: str
) -> None:
    message, at = outbox.put("door", recipient=pair.a, case=pair.case).id, now()
    db.session.commit()
    box.rcpt = rcpt
    for hours in range(tries):
        db.session.rollback()
        send_mail(app, at + timedelta(hours=hours))
    db.session.rollback()
    assert db.session.get_one(Message, message).state is MessageState.FAILED
    for path in ("/work/messages", doors_path(pair)):
        words = mediator.get(path).words
        assert why in words, path
        assert ("Look whether" in words) == (tries == 1), path


def test_asking_again_takes_the_place_of_what_could_not_be_delivered(pair: Pair, app: Flask) -> None:
    """One message stands for one thing, and each that is asked for counts towards three an hour."""
    message = outbox.put("door", recipient=pair.a, case=pair.case)
    message.state, message.done_at = MessageState.FAILED, now()
    db.session.commit()
    again = outbox.put("door", recipient=pair.a, case=pair.case)
    db.session.flush()
    assert (again.state, message.state) == (MessageState.WAITING, MessageState.CANCELLED)
    assert outbox.put("door", recipient=pair.a, case=pair.case) is again


def test_somebody_who_declined_gets_no_link(pair: Pair, app: Flask, mediator: Person, anyone: Person) -> None:
    """What waits is cancelled and what is out stops; neither they nor anybody else has a new one sent."""
    link = shown(show_qr(mediator, pair))
    outbox.put("door", recipient=pair.a, case=pair.case)
    person = db.session.get_one(Participant, pair.a)
    person.declined_on = now().date()
    door_actions.close_doors(person)
    db.session.commit()
    assert [row.state for row in waiting(pair.a)] == [MessageState.CANCELLED]
    assert open_door(anyone, link.rpartition("/")[2]).status == 410
    page = mediator.get(doors_path(pair))
    assert "Send a link by mail" not in page.words
    fields = page.form("/qr").fields
    assert mediator.post(f"{doors_path(pair)}/mail", fields).status == 409
    ask = anyone.get("/new-link")
    anyone.submit(ask, {"email": address_of(pair.a)}, action="/new-link")
    assert [row.state for row in waiting(pair.a)] == [MessageState.CANCELLED]
