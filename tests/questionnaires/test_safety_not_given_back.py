"""What was typed about safety is given back on no page: not on a signed-out device, nor on one handed over."""

from __future__ import annotations

import uuid

import pytest

from mediator.core import signin
from mediator.core.db import db
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.terms import AssignmentState
from tests.cases.test_contact import SENT
from tests.factories import Pair
from tests.people import Page, Person
from tests.questionnaires.answering import at
from tests.questionnaires.test_safety_parts import hand_in, sent

GUN = "He has a gun"
TOLD: dict[str, str] = {"0.6.words": GUN, "0.11.body": "yes"}
REACH: dict[str, str] = {**SENT, "place": "My sister, 555 0199", "order": "yes"}
NOT_AGAIN = "What was answered about safety was not saved and is not shown again. Please answer it again."


@pytest.fixture
def intake(pair: Pair) -> uuid.UUID:
    return sent(pair, "0.7", "0.4", "0.6", "0.11")


def sign_out(kind: str, person: uuid.UUID) -> None:
    signin.end_sessions(kind, person)
    db.session.commit()


def paper_page(mediator: Person, pair: Pair, copy: uuid.UUID) -> Page:
    form = db.session.get_one(Assignment, copy).form_id
    return mediator.get(f"/work/cases/{pair.case}/forms/{form}/paper/A")


def says_nothing(page: Page, status: int) -> None:
    assert page.status == status
    assert NOT_AGAIN in page.words
    for words in (GUN, "My sister", "555 0199", "yes"):
        assert words not in page.words.replace(NOT_AGAIN, "")


def test_signed_out_at_the_check_page(intake: uuid.UUID, pair: Pair, participant_a: Person) -> None:
    check = participant_a.get(at(intake, "check"))
    sign_out(signin.PARTICIPANT, pair.a)
    says_nothing(participant_a.submit(check, dict(TOLD), action="/check"), 401)


def test_on_a_handed_over_device_that_was_left(intake: uuid.UUID, pair: Pair, mediator: Person) -> None:
    over = mediator.get(f"/work/cases/{pair.case}/hand-over/A")
    mediator.submit(over, {"form": str(intake)}, action="/hand-over")
    check = mediator.get(at(intake, "check"))
    sign_out(signin.PARTICIPANT, pair.a)
    says_nothing(mediator.submit(check, dict(TOLD), action="/check"), 401)


def test_signed_out_while_saying_how_to_be_reached(pair: Pair, participant_a: Person) -> None:
    page = participant_a.get("/notes/contact")
    sign_out(signin.PARTICIPANT, pair.a)
    says_nothing(participant_a.submit(page, {**REACH, "go": "next"}, action="/contact"), 401)


def test_signed_out_while_typing_in_how_to_reach_somebody(pair: Pair, mediator: Person) -> None:
    page = mediator.get(f"/work/cases/{pair.case}/contact/A")
    sign_out(signin.STAFF, pair.mediator)
    says_nothing(mediator.submit(page, dict(REACH), action="/contact/A"), 401)


@pytest.mark.parametrize("where", ["check", "contact"])
def test_on_a_page_that_was_open_for_too_long(intake: uuid.UUID, participant_a: Person, where: str) -> None:
    path, told = (at(intake, "check"), TOLD) if where == "check" else ("/notes/contact", REACH)
    says_nothing(participant_a.submit(participant_a.get(path), {**told, "csrf_token": "old"}, action=where), 400)


@pytest.mark.parametrize("broken", ["\x00", "\N{REPLACEMENT CHARACTER}"])
def test_with_characters_that_can_not_be_read(intake: uuid.UUID, participant_a: Person, broken: str) -> None:
    check = participant_a.get(at(intake, "check"))
    says_nothing(participant_a.submit(check, {**TOLD, "0.6.words": GUN + broken}, action="/check"), 400)


def test_with_bytes_that_can_not_be_read(intake: uuid.UUID, participant_a: Person) -> None:
    body = b"0.6.words=He+has+a+gun%ff&0.11.body=yes"
    sent_as = "application/x-www-form-urlencoded"
    answer = participant_a.client.post(at(intake, "check"), data=body, content_type=sent_as)
    says_nothing(Page(answer), 400)


def test_on_a_form_that_was_closed_meanwhile(intake: uuid.UUID, participant_a: Person) -> None:
    check = participant_a.get(at(intake, "check"))
    db.session.get_one(Assignment, intake).state = AssignmentState.WITHDRAWN
    db.session.commit()
    page = participant_a.submit(check, dict(TOLD), action="/check")
    assert page.status == 409
    assert "What you answered about safety was not sent. Please answer it again." in page.words
    assert GUN not in page.words
    assert "What you typed was not saved. Here it is" not in page.words


def test_typed_in_from_paper_the_rest_comes_back(intake: uuid.UUID, pair: Pair, mediator: Person) -> None:
    page = paper_page(mediator, pair, intake)
    sign_out(signin.STAFF, pair.mediator)
    got = mediator.submit(page, {**TOLD, "0.7.limit": "A long sentence"}, action="/paper")
    says_nothing(got, 401)
    assert "A long sentence" in got.words


def test_paper_sent_without_saying_what_is_about_safety_comes_back_not_at_all(
    intake: uuid.UUID, pair: Pair, mediator: Person
) -> None:
    page = paper_page(mediator, pair, intake)
    sign_out(signin.STAFF, pair.mediator)
    got = mediator.submit(page, {**TOLD, "0.7.limit": "A long sentence", "apart": None}, action="/paper")
    says_nothing(got, 401)
    assert "A long sentence" not in got.words


def test_typed_in_from_paper_when_it_was_handed_in_meanwhile(
    intake: uuid.UUID, pair: Pair, participant_a: Person, mediator: Person
) -> None:
    """Nothing of a long paper form is lost: it comes back on its own page, with what is about safety left out."""
    page = paper_page(mediator, pair, intake)
    hand_in(participant_a, intake, {})
    got = mediator.submit(page, {**TOLD, "0.7.limit": "A long sentence"}, action="/paper")
    assert got.status == 409
    assert "This form is handed in or has ended. Nothing can be typed in now." in got.words
    assert NOT_AGAIN in got.words
    fields = got.form("/paper/").fields
    assert fields["0.7.limit"] == "A long sentence"
    assert not fields.get("0.6.words")
    assert "0.11.body" not in fields
    assert GUN not in got.words
