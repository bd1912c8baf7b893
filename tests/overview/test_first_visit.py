"""A first visit whole: the notice, how to reach somebody safely, the form of the first meeting. The same for both."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

import pytest

from mediator.cases.contact import Reply, Way, from_document
from mediator.cases.models import Case, Participant, SafeContact
from mediator.cases.terms import CaseState
from mediator.core import sealed
from mediator.core.audit import AuditEntry
from mediator.core.db import db
from mediator.core.sealed import RingClosed
from mediator.core.visibility import Sharing, Viewer, Visibility
from mediator.guide.sentences import for_participant
from mediator.questionnaires.models import Assignment
from tests.cases.test_contact import SENT
from tests.cases.ways_in import make_form
from tests.factories import Pair
from tests.people import Page, Person

NewPerson = Callable[[], Person]


@pytest.fixture(autouse=True)
def nobody_came_yet(pair: Pair) -> None:
    """Both are before their first visit."""
    db.session.execute(db.delete(SafeContact))
    for one in (pair.a, pair.b):
        db.session.get_one(Participant, one).accepted_at = None
    db.session.commit()


def arrive(new_person: NewPerson, participant: uuid.UUID) -> tuple[Person, Page]:
    """Somebody comes in and accepts the notice; the page they are led to."""
    person = new_person().come_in(participant)
    return person, person.submit(person.get("/notes/welcome"), action="/notes/welcome")


def answer(person: Person, page: Page | None = None, **changes: str | None) -> Page:
    sent: dict[str, str | None] = {**SENT, "go": "next", **changes}
    return person.submit(page or person.get("/notes/contact"), sent, action="/contact")


def kept(participant: uuid.UUID) -> Any:
    db.session.rollback()
    row = db.session.scalars(db.select(SafeContact).where(SafeContact.participant_id == participant)).one()
    with sealed.ring_of(Viewer.staff(uuid.uuid4(), frozenset({row.case_id}))):
        return from_document(row.answers)


def tags(page: Page) -> list[tuple[str, str]]:
    return [(element.tag, element.get("class", "")) for element in (page.root or Element("x")).iter()]


def test_from_the_notice_to_safe_contact_to_the_first_question(pair: Pair, new_person: NewPerson) -> None:
    person, page = arrive(new_person, pair.a)
    assert page.response.request.path == "/notes/contact"
    assert "reach you safely?" in page.words
    sentence = for_participant(Visibility.SAFETY, Sharing.CLOSED, "caucus").text
    assert sentence in page.words
    asked = answer(person, page)
    assert asked.response.request.path.startswith("/notes/questions/")
    assert asked.response.request.path.endswith("/1")
    assert "It is not shown again" not in asked.words
    assert "What you answered is not shown again." in asked.words
    said = kept(pair.a)
    assert (said.way, said.place, said.time, said.typed_in) == (Way.CALL, "555 0187", "Weekdays 9 to 15", False)
    verbs = db.session.scalars(db.select(AuditEntry.verb).where(AuditEntry.actor_id == pair.a)).all()
    assert {"contact.given", "form.came-with-first-visit"} <= set(verbs)


def test_what_was_answered_is_never_shown_again(pair: Pair, new_person: NewPerson) -> None:
    person, _ = arrive(new_person, pair.a)
    answer(person, order="yes")
    page = person.get("/notes/contact")
    assert "This is answered. What was answered is not shown again." in page.words
    form = page.form("/contact")
    assert {name for name, value in form.fields.items() if value} == {"csrf_token"}
    for path in ("/notes/", "/notes/contact", "/notes/who-sees-what"):
        assert "555 0187" not in person.get(path).text
    row = db.session.scalars(db.select(SafeContact)).one()
    with sealed.ring_of(Viewer.participant(pair.a, pair.case)), pytest.raises(RingClosed):
        _ = row.answers


def test_given_anew_it_replaces_what_was_there(pair: Pair, new_person: NewPerson) -> None:
    person, _ = arrive(new_person, pair.a)
    answer(person)
    assert answer(person, way="meeting", place="", order="yes").response.request.path.startswith("/notes")
    assert (kept(pair.a).way, kept(pair.a).place, kept(pair.a).replies["order"]) == (Way.MEETING, "", Reply.YES)
    assert len(db.session.scalars(db.select(SafeContact)).all()) == 1


@pytest.mark.parametrize("wrong", [{"way": ""}, {"place": ""}, {"speak": None}, {"time": "x" * 301}])
def test_what_is_wrong_is_told_and_everything_typed_is_kept(
    pair: Pair, new_person: NewPerson, wrong: dict[str, str | None]
) -> None:
    person, page = arrive(new_person, pair.a)
    again = answer(person, page, **wrong)
    assert again.status == 422
    assert "Please look at this again" in again.words
    fields = again.form("/contact").fields
    assert {name: fields.get(name) or None for name in SENT} == {
        name: (wrong.get(name, text) or None) for name, text in SENT.items()
    }
    assert db.session.scalars(db.select(SafeContact)).all() == []
    assert db.session.scalars(db.select(Assignment)).all() == []


def test_later_is_fine_and_leaves_it_to_do(pair: Pair, new_person: NewPerson) -> None:
    person, page = arrive(new_person, pair.a)
    home = answer(person, page, go="later")
    assert home.response.request.path == "/notes/"
    assert "/notes/contact" in home.links()
    assert "How to reach you safely" in home.words
    assert "Begin" in home.words, "the form of the first meeting is there as well"
    assert db.session.scalars(db.select(SafeContact)).all() == []
    answer(person)
    assert "How to reach you safely" not in person.get("/notes/").words


def test_both_meet_the_same_pages(pair: Pair, new_person: NewPerson) -> None:
    """Whatever the other has answered, put off or not begun."""
    a, first = arrive(new_person, pair.a)
    asked = answer(a, first, order="yes", others="yes")
    b, second = arrive(new_person, pair.b)
    assert tags(first) == tags(second)
    assert first.words == second.words
    alike = answer(b, second)
    assert tags(asked) == tags(alike)
    assert asked.words.replace("Sam", "OTHER") == alike.words.replace("Alex", "OTHER")
    assert tags(a.get("/notes/contact")) == tags(b.get("/notes/contact"))
    assert a.get("/notes/contact").words == b.get("/notes/contact").words


@pytest.mark.parametrize("hold", [False, True])
@pytest.mark.parametrize("state", [CaseState.INTAKE, CaseState.ACTIVE, CaseState.PAUSED, CaseState.CLOSED])
def test_the_page_is_there_in_every_state_and_a_break_shows_nothing_to_do(
    pair: Pair, new_person: NewPerson, state: CaseState, hold: bool
) -> None:
    case = db.session.get_one(Case, pair.case)
    case.state, case.hold = state, hold
    db.session.commit()
    person, page = arrive(new_person, pair.a)
    assert page.response.request.path == "/notes/contact"
    home = person.submit(page, {"go": "later"}, action="/contact")
    works = state is CaseState.INTAKE or (state is CaseState.ACTIVE and not hold)
    assert ("How to reach you safely" in home.words) is works
    assert ("Begin" in home.words) is works
    assert "/notes/contact" in home.links(), "to give it anew at any time"
    assert answer(person).status == 200


def test_before_the_notice_the_page_is_shut(pair: Pair, new_person: NewPerson) -> None:
    person = new_person().come_in(pair.a)
    assert person.get("/notes/contact").response.request.path == "/notes/welcome"


def test_a_handed_over_device_goes_straight_to_its_one_form(pair: Pair, mediator: Person) -> None:
    form = make_form(pair, pair.a)
    page = mediator.submit(mediator.get(f"/work/cases/{pair.case}/hand-over/A"), action="/hand-over/")
    page = mediator.submit(page, action="/notes/welcome")
    assert page.response.request.path.startswith(f"/notes/questions/{form}")
    assert mediator.look_at("/notes/contact").status == 404


def test_the_form_is_sent_as_one_and_by_no_script(pair: Pair, new_person: NewPerson) -> None:
    _, page = arrive(new_person, pair.a)
    form = next(one for one in page.all("form") if (one.get("action") or "").endswith("/contact"))
    assert not [name for name in form.attrib if name.startswith("data-autosave")]
    assert form.get("data-never-autosave") is not None
