"""The first visit comes before everything else, and says the same to both."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from mediator.cases.models import Case, Participant
from mediator.cases.portal import HelpLine, help_line
from mediator.cases.terms import Policy
from mediator.core.audit import AuditEntry
from mediator.core.db import db
from mediator.guide import sentences
from mediator.practice.models import Practice, Staff
from tests.cases.ways_in import make_form
from tests.factories import Pair
from tests.people import Page, Person

NewPerson = Callable[[], Person]


def first_time(*people: uuid.UUID) -> None:
    for participant in people:
        db.session.get_one(Participant, participant).accepted_at = None
    db.session.commit()


def tags(page: Page) -> list[tuple[str, str]]:
    """The structure of a page: its elements and their classes, in order."""
    assert page.root is not None
    return [(element.tag, element.get("class", "")) for element in page.root.iter()]


def test_the_first_visit_comes_first(pair: Pair, new_person: NewPerson) -> None:
    first_time(pair.a)
    person = new_person().come_in(pair.a)
    for path in ("/notes/", "/notes/together", f"/notes/questions/{uuid.uuid4()}"):
        page = person.get(path)
        assert page.response.request.path == "/notes/welcome"
        assert page.title == "Welcome · Notes"
    for path in ("/notes/help", "/notes/who-sees-what", "/notes/exit-button"):
        assert person.get(path).response.request.path == path
    assert person.look_at("/notes/nothing-here").status == 404


def test_a_handed_over_device_begins_with_the_first_visit(pair: Pair, mediator: Person) -> None:
    first_time(pair.a)
    form = make_form(pair, pair.a)
    page = mediator.submit(mediator.get(f"/work/cases/{pair.case}/hand-over/A"), action="/hand-over/")
    assert page.response.request.path == "/notes/welcome"
    page = mediator.submit(page, action="/notes/welcome")
    assert page.response.request.path.startswith(f"/notes/questions/{form}")
    assert mediator.look_at("/notes/").status == 404


def test_reading_it_once_is_enough_and_noted(pair: Pair, new_person: NewPerson) -> None:
    first_time(pair.a)
    person = new_person().come_in(pair.a)
    page = person.get("/notes/welcome")
    assert person.submit(page, action="/notes/welcome").response.request.path == "/notes/contact"
    db.session.rollback()
    at = db.session.get_one(Participant, pair.a).accepted_at
    assert at is not None
    person.submit(page, action="/notes/welcome")
    noted = db.session.scalars(db.select(AuditEntry).where(AuditEntry.verb == "participant.accepted")).all()
    assert [(entry.actor_id, entry.subject_id) for entry in noted] == [(pair.a, pair.a)]
    assert db.session.get_one(Participant, pair.a).accepted_at == at
    assert db.session.get_one(Participant, pair.b).accepted_at is not None
    assert person.get("/notes/").response.request.path == "/notes/"


@pytest.mark.parametrize("policy", list(Policy))
def test_both_read_the_same_with_each_others_name(pair: Pair, new_person: NewPerson, policy: Policy) -> None:
    first_time(pair.a, pair.b)
    db.session.get_one(Case, pair.case).policy = policy
    db.session.commit()
    a, b = (new_person().come_in(one).get("/notes/welcome") for one in (pair.a, pair.b))
    assert tags(a) == tags(b)
    assert a.words.replace("Sam", "OTHER") == b.words.replace("Alex", "OTHER")
    assert "Sam reads exactly the same page." in a.words
    words = sentences.policy_words(policy.value).participant
    assert words.partition("{")[0] in a.words
    assert len(a.all("tr")) == len(sentences.who_sees()) + 1
    assert "{" not in a.words


def test_the_table_has_room_for_any_name_of_the_mediator(pair: Pair, participant_a: Person) -> None:
    name = "Dr. Anneliese van der Bergström-Papadopoulos"
    db.session.get_one(Staff, pair.mediator).name = name
    db.session.commit()
    page = participant_a.get("/notes/who-sees-what")
    assert name in page.words
    (table,) = page.all("table")
    words = " ".join(table.itertext())
    assert name not in words
    assert "Your mediator" in words
    assert "once your mediator opens them" in words


def test_a_case_with_one_person_alone(pair: Pair, new_person: NewPerson) -> None:
    first_time(pair.a)
    db.session.delete(db.session.get_one(Participant, pair.b))
    db.session.commit()
    page = new_person().come_in(pair.a).get("/notes/welcome")
    assert "the other person" in page.words.lower()
    assert "Sam" not in page.words


def test_help_is_text_to_copy_and_the_same_for_both(pair: Pair, participant_a: Person, participant_b: Person) -> None:
    row = db.session.get_one(Practice, 1)
    row.phone, row.help_lines = "555 0100", "116 123 When life feels too heavy\n\n555 0110 For anybody"
    db.session.commit()
    count = db.session.scalar(db.select(db.func.count()).select_from(AuditEntry))
    a, b = participant_a.get("/notes/help"), participant_b.get("/notes/help")
    assert a.words == b.words
    for words in ("555 0100", "116 123", "When life feels too heavy", "555 0110", "For anybody"):
        assert words in a.words
    assert not [link for link in a.links() if link.startswith("tel:")]
    assert db.session.scalar(db.select(db.func.count()).select_from(AuditEntry)) == count


def test_the_exit_page_promises_only_what_is_so(participant_a: Person) -> None:
    page = participant_a.get("/notes/exit-button")
    assert "Clear the history." in page.words
    assert page.words.index("It can’t") < page.words.index("Clear the history.")


@pytest.mark.parametrize(
    ("line", "number", "words"),
    [
        ("112", "112", ""),
        ("116 123 When life feels too heavy", "116 123", "When life feels too heavy"),
        ("+44 (0)20 555-0110: For anybody", "+44 (0)20 555-0110", "For anybody"),
        ("The door at 14 Mill Lane", "", "The door at 14 Mill Lane"),
        ("24h line", "", "24h line"),
    ],
)
def test_a_help_line_keeps_its_number_as_typed(line: str, number: str, words: str) -> None:
    assert help_line(f" {line} ") == HelpLine(number, words)


@pytest.mark.parametrize("left_out", [False, True])
def test_a_policy_that_changed_meanwhile_is_read_before_it_is_accepted(
    pair: Pair, new_person: NewPerson, left_out: bool
) -> None:
    """Nobody accepts words they have not read: the page is shown again, and nothing is noted."""
    first_time(pair.a)
    person = new_person().come_in(pair.a)
    page = person.get("/notes/welcome")
    case = db.session.get_one(Case, pair.case)
    case.policy = Policy.NO_SECRETS if case.policy is not Policy.NO_SECRETS else Policy.LIMITED
    db.session.commit()
    again = person.submit(page, {"policy": None} if left_out else None, action="/notes/welcome")
    assert again.status == 409
    assert "has changed since you opened it" in again.words
    db.session.rollback()
    assert db.session.get_one(Participant, pair.a).accepted_at is None
    assert person.submit(again, action="/notes/welcome").response.request.path == "/notes/contact"
