"""The mediator's page of a case before the work: what is there of each person, and no word of what they answered."""

from __future__ import annotations

import uuid

import pytest

from mediator.cases.contact import Reply
from mediator.cases.doors import DoorKind
from mediator.cases.models import Case, Participant, SafeContact
from mediator.cases.terms import CaseState, Suitability
from mediator.core import sealed
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Viewer
from mediator.guide.reading import guide
from mediator.questionnaires import intake
from mediator.questionnaires.terms import AssignmentState
from tests.cases.test_contact import CALM
from tests.factories import Pair, make_door, safe_contact
from tests.people import HTML, Page, Person

BEFORE = [CaseState.ENQUIRY, CaseState.INTAKE, CaseState.ASSESSED, CaseState.AGREED]


@pytest.fixture(autouse=True)
def getting_started(pair: Pair) -> None:
    """Nobody has come, been seen or signed."""
    db.session.execute(db.delete(SafeContact))
    case = db.session.get_one(Case, pair.case)
    case.state, case.suitability = CaseState.INTAKE, None
    for person in case.participants:
        person.accepted_at = person.seen_alone_on = person.signed_on = None
    db.session.commit()


def facts(page: Page, section: str) -> list[str]:
    """What a section of the page lists as there or missing."""
    found = next(one for one in page.all("section") if one.get("aria-labelledby") == section)
    return [
        " ".join("".join(item.itertext()).split())
        for group in found.iter(f"{HTML}ul")
        if group.get("class") == "ready"
        for item in group.iter(f"{HTML}li")
    ]


def case_page(mediator: Person, pair: Pair) -> Page:
    return mediator.get(f"/work/cases/{pair.case}")


def come(participant: uuid.UUID, state: AssignmentState = AssignmentState.SENT, **replies: Reply) -> None:
    """A first visit whole, with the intake form in this state."""
    person = db.session.get_one(Participant, participant)
    person.accepted_at = now()
    db.session.add(safe_contact(person, replies=CALM | replies))
    with sealed.ring_of(Viewer.participant(person.id, person.case_id)):
        form = intake.at_first_visit(person, guide())
        assert form is not None
        form.state, form.submitted_at = state, now() if state is AssignmentState.SUBMITTED else None
        db.session.commit()


def test_nothing_is_there_yet(pair: Pair, mediator: Person) -> None:
    page = case_page(mediator, pair)
    assert facts(page, "person-A") == [
        "Link not opened yet", "First visit not done yet", "How to reach Alex: not yet", "No intake form yet",
        "Not seen alone yet", "Not signed yet",
    ]  # fmt: skip
    assert facts(page, "before-joint") == [
        "Both seen alone: not yet", "Both have signed: not yet", "Suitability not recorded yet",
    ]  # fmt: skip


def test_what_is_there_is_listed_for_each(pair: Pair, mediator: Person, new_person: object) -> None:
    make_door(pair.b, DoorKind.MAIL)
    come(pair.a, AssignmentState.SUBMITTED)
    come(pair.b, AssignmentState.STARTED)
    page = case_page(mediator, pair)
    a, b = facts(page, "person-A"), facts(page, "person-B")
    assert a[1:3] == ["First visit done", "How to reach Alex is in"]
    assert a[3].startswith("Intake form is in since")
    assert b[3] == "Intake form begun"
    assert b[0] == "Link not opened yet", "a link that waits was not opened"


def test_an_opened_link_counts(pair: Pair, mediator: Person, participant_a: Person) -> None:
    assert participant_a.id == pair.a
    assert facts(case_page(mediator, pair), "person-A")[0] == "Link opened"


def test_before_anything_joint(pair: Pair, mediator: Person) -> None:
    case = db.session.get_one(Case, pair.case)
    case.suitability = Suitability.SAFEGUARDS
    for person in case.participants:
        person.seen_alone_on = now().date()
    case.participants[0].signed_on = now().date()
    db.session.commit()
    page = case_page(mediator, pair)
    assert facts(page, "before-joint") == ["Both seen alone", "Both have signed: not yet", "Suitability recorded"]


def test_with_one_person_nothing_is_joint(pair: Pair, mediator: Person) -> None:
    db.session.delete(db.session.get_one(Participant, pair.b))
    db.session.commit()
    page = case_page(mediator, pair)
    assert facts(page, "before-joint")[:2] == ["With one person, nothing is joint", "Seen alone: not yet"]


def test_answers_stand_in_no_box_only_the_way_to_them(pair: Pair, mediator: Person) -> None:
    come(pair.a, AssignmentState.SUBMITTED, order=Reply.YES)
    page = case_page(mediator, pair)
    boxes = [one for one in page.all("details") if "Only you: safety and intake answers" in "".join(one.itertext())]
    assert len(boxes) == 2
    assert all(box.get("open") is None for box in boxes)
    links = [[a.get("href") or "" for a in box.iter(f"{HTML}a")] for box in boxes]
    case = f"/work/cases/{pair.case}"
    assert f"{case}/contact/A" in links[0]
    assert f"{case}/read-first" in links[0]
    assert any(link.startswith(f"{case}/comparison?form=") for link in links[0])
    assert links[1] == [f"{case}/contact/B"]


def test_safety_answers_that_ask_for_nothing_are_found_too(pair: Pair, mediator: Person) -> None:
    come(pair.a, AssignmentState.SUBMITTED)
    page = case_page(mediator, pair)
    assert "to read first" not in page.words
    links = {a.get("href"): " ".join("".join(a.itertext()).split()) for a in page.all("a")}
    assert links[f"/work/cases/{pair.case}/read-first"] == "Safety answers of Alex"


@pytest.mark.parametrize("state", list(CaseState))
def test_it_stands_before_the_work_and_no_longer(pair: Pair, mediator: Person, state: CaseState) -> None:
    if state is CaseState.ERASED:
        return
    db.session.get_one(Case, pair.case).state = state
    db.session.commit()
    page = case_page(mediator, pair)
    before = state in BEFORE
    assert ("Before anything joint" in page.words) is before
    assert ("Decide how to go on" in page.words) is before
    assert ("First meeting, 50 min" in page.words) is before
    assert "What both read" in page.words
    assert f"/work/cases/{pair.case}/contact/A" in page.links(), "how to reach somebody is a click away in every state"
