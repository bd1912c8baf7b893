"""How to reach somebody, for the mediators of their case: read on one page, typed in there, and marked as read."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from mediator.cases import actions
from mediator.cases.contact import Reply, Way
from mediator.cases.models import Case, Participant, SafeContact
from mediator.core import sealed, tokens
from mediator.core.audit import AuditEntry
from mediator.core.db import db
from mediator.core.visibility import Viewer
from mediator.questionnaires import comparing
from tests.cases.test_contact import CALM, SENT
from tests.conftest import SECRET
from tests.factories import Pair, safe_contact
from tests.people import Page, Person


def page_of(pair: Pair, letter: str = "A") -> str:
    return f"/work/cases/{pair.case}/contact/{letter}"


def row_of(person: uuid.UUID) -> SafeContact:
    db.session.rollback()
    row: SafeContact = db.session.scalars(db.select(SafeContact).where(SafeContact.participant_id == person)).one()
    return row


def say(person: uuid.UUID, **answers: Any) -> None:
    """What this person said, in place of what they said before."""
    db.session.delete(row_of(person))
    db.session.flush()
    db.session.add(safe_contact(db.session.get_one(Participant, person), **answers))
    db.session.commit()


def type_in(mediator: Person, pair: Pair, **changes: str | None) -> Page:
    """Fill in the page's form for somebody and send it. (Where something waits, the page has a second form.)"""
    token = mediator.get(page_of(pair)).form("/contact/A").fields["csrf_token"]
    sent = {name: value for name, value in (SENT | changes).items() if value is not None}
    return mediator.post(page_of(pair), sent | {"csrf_token": token})


def verbs() -> list[str]:
    db.session.rollback()
    lines = db.select(AuditEntry.verb).where(AuditEntry.verb.startswith("contact.")).order_by(AuditEntry.number)
    return list(db.session.scalars(lines))


def waits(pair: Pair) -> bool:
    db.session.rollback()
    return comparing.waits_to_be_read(db.session.get_one(Case, pair.case))


def test_every_answer_stands_on_the_page_and_reading_it_is_noted(pair: Pair, mediator: Person) -> None:
    say(pair.a, way=Way.CALL, place="heron 0187", time="after the ferry", replies=CALM | {"named": Reply.NOT_SURE})
    page = mediator.get(page_of(pair))
    for words in ("Phone call", "heron 0187", "after the ferry", "May a message say who we are?", "Not sure"):
        assert words in page.words
    assert verbs() == ["contact.read"]
    assert "heron" not in mediator.get(page_of(pair, "B")).words


@pytest.mark.parametrize("path", ["", "/read-first", "/comparison", "/record", "/doors/A", "/participants/A"])
def test_on_no_other_page_is_a_word_of_it(pair: Pair, mediator: Person, path: str) -> None:
    say(pair.a, way=Way.CALL, place="heron 0187", time="after the ferry", replies=CALM | {"order": Reply.YES})
    page = mediator.get(f"/work/cases/{pair.case}{path}")
    assert page.status == 200
    assert "heron" not in page.text
    assert "ferry" not in page.text
    assert "Phone call" not in page.words


def test_without_it_the_page_says_what_to_do(pair: Pair, mediator: Person) -> None:
    db.session.delete(row_of(pair.a))
    db.session.commit()
    assert "Alex has not said yet how to reach them safely." in mediator.get(page_of(pair)).words


def test_nobody_outside_the_case_finds_the_page(
    pair: Pair, other_mediator: Person, assistant: Person, owner: Person
) -> None:
    for someone in (other_mediator, assistant, owner):
        assert someone.look_at(page_of(pair)).status == 404
    assert verbs() == []


def test_typed_in_for_somebody_on_paper_and_marked_so(pair: Pair, mediator: Person) -> None:
    page = type_in(mediator, pair)
    assert "Saved for Alex, marked as typed in." in page.words
    assert "typed in by a mediator" in page.words
    assert "555 0187" in page.words
    assert "contact.typed-in" in verbs()
    assert "contact.given" not in verbs()


def test_what_is_wrong_is_told_and_what_was_typed_is_kept(pair: Pair, mediator: Person) -> None:
    before = row_of(pair.a).answers_bytes
    page = type_in(mediator, pair, order=None, way="")
    assert page.status == 422
    assert "Choose the safest way." in page.words
    assert "Choose yes, no or not sure: Is there a court order about contact?" in page.words
    assert page.form("/contact/A").fields["time"] == "Weekdays 9 to 15"
    assert row_of(pair.a).answers_bytes == before
    assert {"#f-way", "#f-order"} <= set(page.links())


def test_it_counts_under_read_first_until_it_is_marked(pair: Pair, mediator: Person) -> None:
    """On the case, at the gate and on "Read first" itself, which leads to the page."""
    case = f"/work/cases/{pair.case}"
    assert "to read first" not in mediator.get(case).words
    assert not waits(pair)
    say(pair.b, way=Way.CALL, place="1", replies=CALM | {"speak": Reply.YES})
    assert waits(pair)
    assert "1 note to read first" in mediator.get(case).words
    first = mediator.get(f"{case}/read-first")
    assert "What Sam said about reaching them asks to be read first." in first.words
    assert page_of(pair, "B") in first.links()
    page = mediator.get(page_of(pair, "B"))
    assert "not read yet" in page.words
    assert waits(pair), "to look at a page is not to have read it"
    assert "Marked as read." in mediator.submit(page, action="/contact/B/read").words
    assert not waits(pair)
    assert "to read first" not in mediator.get(case).words
    assert page_of(pair, "B") not in mediator.get(f"{case}/read-first").links()
    assert "contact.marked-read" not in verbs()


def test_what_was_given_anew_since_the_page_stays_unread(pair: Pair, mediator: Person) -> None:
    say(pair.a, replies=CALM | {"order": Reply.YES})
    page = mediator.get(page_of(pair))
    say(pair.a, replies=CALM | {"order": Reply.NOT_SURE})
    again = mediator.submit(page, action="/contact/A/read")
    assert "Please read it again" in again.words
    assert waits(pair)
    mediator.submit(again, action="/contact/A/read")
    assert not waits(pair)
    mediator.submit(again, action="/contact/A/read")
    assert "contact.marked-read" not in verbs()


def test_giving_it_anew_asks_to_be_read_again_where_it_says_so(pair: Pair, mediator: Person) -> None:
    say(pair.a, replies=CALM | {"order": Reply.YES})
    mediator.submit(mediator.get(page_of(pair)), action="/contact/A/read")
    type_in(mediator, pair, order="not_sure")
    assert waits(pair)
    mediator.submit(mediator.get(page_of(pair)), action="/contact/A/read")
    type_in(mediator, pair)
    assert not waits(pair), "read before, and nothing asks for it now"


def test_a_later_no_stands_beside_what_nobody_has_read(pair: Pair, mediator: Person) -> None:
    say(pair.a, replies=CALM | {"order": Reply.YES})
    page = type_in(mediator, pair)
    assert waits(pair)
    assert "Before, not read yet: Yes" in page.words


@pytest.mark.parametrize("place", ["", "b1@people.example"])
def test_a_corrected_address_is_asked_about_anew(pair: Pair, place: str) -> None:
    """Mail goes by itself to the address they wrote, and to no other, whatever stands in the case."""
    with sealed.ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))):
        person = db.session.get_one(Participant, pair.a)
        meant = tokens.email_index(SECRET, place or person.email or "").hex()
        say(pair.a, place=place, meant=meant)
        for address, by_mail in (("elsewhere@people.example", False), (place or person.email, True)):
            details = actions.Details(person.name, email=address)
            actions.correct(person, details, person.zone, actions.person_version(person), secret=SECRET)
            assert person.by_mail is by_mail, address
