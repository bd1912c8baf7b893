"""The page of one case: everything for its mediators, the directory for assistants, nothing for anybody else."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from mediator.cases.models import Case
from mediator.cases.terms import CaseState
from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Sharing, Visibility
from mediator.questionnaires.models import Answer, Assignment, Form, Reading
from mediator.questionnaires.terms import AnswerState, AssignmentState
from tests.cases.looking import enquiry, fresh, people
from tests.factories import Pair
from tests.people import Page, Person


def send_form(pair: Pair, *, a: AssignmentState, b: AssignmentState, title: str = "Before session 4") -> Form:
    """A form with both people in the given states, and an answer of A's with a canary in it."""
    form = Form(case_id=pair.case, step="5", created_at=now(), created_by=pair.mediator)
    form.title = title
    for person, state in ((pair.a, a), (pair.b, b)):
        form.assignments.append(
            Assignment(
                case_id=pair.case,
                form_id=form.id,
                participant_id=person,
                state=state,
                sent_at=now(),
                submitted_at=now() if state is AssignmentState.SUBMITTED else None,
            )
        )
    db.session.add(form)
    db.session.flush()
    answer = Answer(case_id=pair.case, participant_id=pair.a, assignment_id=form.assignments[0].id,
                    question_key="5.1", part_key="5.1.text", sharing=Sharing.CLOSED, visibility=Visibility.PRIVATE,
                    state=AnswerState.ANSWERED, saved_at=now())  # fmt: skip
    answer.value = "heron-on-the-wire"
    db.session.add(answer)
    db.session.commit()
    return form


def read_ready(pair: Pair, person: uuid.UUID, step: int, value: int, *, days_ago: int = 0) -> None:
    """One "how ready for this topic now"."""
    reading = Reading(case_id=pair.case, participant_id=person, line="ready", step=str(step),
                      at=now() - timedelta(days=days_ago), source_kind="form", source_id=uuid.uuid4())  # fmt: skip
    reading.value = value
    db.session.add(reading)
    db.session.commit()


def plot(page: Page) -> dict[str, list[str]]:
    """The numbers of the journey by step."""
    found = {}
    for row in page.all("tr"):
        cells = ["".join(cell.itertext()).strip() for cell in row]
        if len(cells) == 5 and cells[0][:1].isdigit():
            found[" ".join(cells[0].split())] = [cell[:1] for cell in cells[2:]]
    return found


def test_the_mediators_page(pair: Pair, mediator: Person) -> None:
    """Pair, state, relation, dates, people, forms, what both read; opening it is noted."""
    send_form(pair, a=AssignmentState.SUBMITTED, b=AssignmentState.STARTED)
    page = mediator.get(f"/work/cases/{pair.case}")
    assert page.title == "Pair · Mediator"
    for words in ("Active. Former partners. Case opened on", "Before session 4", "Handed in on", "Started",
                  "Seen alone on", "Signed on", "First visit done", "“In progress”"):  # fmt: skip
        assert words in page.words
    assert page.words.index("A Alex") < page.words.index("B Sam")
    assert "heron-on-the-wire" not in page.text
    db.session.rollback()
    assert "case.read" in db.session.scalars(
        db.select(AuditEntry.verb).where(AuditEntry.case_id == pair.case)
    ).all()  # fmt: skip


def test_the_journey_shows_the_latest_of_each_and_averages_nothing(pair: Pair, mediator: Person) -> None:
    """Eight rows with numbers; the widest gap is named; nobody's missing answer is a gap."""
    assert "Nobody has answered yet how ready they feel" in mediator.get(f"/work/cases/{pair.case}").words
    read_ready(pair, pair.a, 5, 3, days_ago=9)
    read_ready(pair, pair.a, 5, 8)
    read_ready(pair, pair.b, 5, 2)
    read_ready(pair, pair.a, 1, 7)
    read_ready(pair, pair.a, 2, 6)
    read_ready(pair, pair.b, 2, 7)
    page = mediator.get(f"/work/cases/{pair.case}")
    assert plot(page)["5 Rebuild Trust"] == ["8", "2", "6"]
    assert plot(page)["1 Self-Reflection"] == ["7", "–", "–"]
    assert plot(page)["2 Communication"] == ["6", "7", "1"]
    assert len(plot(page)) == 8
    assert "Furthest apart on Rebuild Trust." in page.words


def test_what_waits_to_be_read_first_is_a_chip(pair: Pair, mediator: Person) -> None:
    """A number and a link, no word of what was told; gone once it is read."""
    form = send_form(pair, a=AssignmentState.SUBMITTED, b=AssignmentState.SENT)
    assert "to read first" not in mediator.get(f"/work/cases/{pair.case}").words
    assignment = db.session.get_one(Assignment, form.assignments[0].id)
    assignment.read_first_at = now()
    db.session.commit()
    page = mediator.get(f"/work/cases/{pair.case}")
    assert "1 note to read first" in page.words
    assert f"/work/cases/{pair.case}/read-first" in page.links()
    db.session.get_one(Assignment, assignment.id).read_at = now()
    db.session.commit()
    assert "to read first" not in mediator.get(f"/work/cases/{pair.case}").words


def test_every_page_works_while_b_is_absent(pair: Pair, mediator: Person, assistant: Person) -> None:
    """B is not there yet; the second person is added and then stands there."""
    case = enquiry(pair)
    where = f"/work/cases/{case.id}"
    for path in ("", "/record", "/plan", "/mediators", "/participants/A", "/participants/b", "/end", "/remove"):
        assert mediator.get(where + path).status == 200, path
    assert "B Not there yet" in assistant.get(where).words
    page = mediator.submit(mediator.get(where + "/participants/B"), {"name": "Jo"}, action="/participants/")
    assert page.status == 200
    assert [person[:2] for person in people(fresh(case.id))] == [("A", "Robin"), ("B", "Jo")]


def test_adding_the_second_person_twice_adds_one(pair: Pair, mediator: Person) -> None:
    """F5 adds nobody."""
    case = enquiry(pair)
    page = mediator.get(f"/work/cases/{case.id}/participants/B")
    assert mediator.submit(page, {"name": "Jo"}, action="/participants/").status == 200
    assert mediator.submit(page, {"name": "Jo"}, action="/participants/").status == 200
    assert len(fresh(case.id).participants) == 2
    other = mediator.submit(page, {"name": "Ida", "id": str(uuid.uuid4())}, action="/participants/")
    assert other.status == 409


def test_an_assistant_sees_the_directory_and_nothing_of_the_content(pair: Pair, assistant: Person) -> None:
    """Names, contacts, dates, who still has something to do."""
    send_form(pair, a=AssignmentState.SUBMITTED, b=AssignmentState.STARTED)
    read_ready(pair, pair.a, 5, 8)
    case = db.session.get_one(Case, pair.case)
    case.hold, case.hold_reason = True, "heron-reason"
    db.session.commit()
    page = assistant.get(f"/work/cases/{pair.case}")
    assert page.status == 200
    for words in ("A Alex", "B Sam", "@people.example", "Nothing to do now", "Still has something to do", "On a break"):
        assert words in page.words
    for secret in ("heron", "Before session 4", "Rebuild Trust", "Seen alone", "Signed", "old on", "Suitab"):
        assert secret not in page.text
    for path in ("/record", "/plan", "/mediators", "/participants/A", "/end", "/remove"):
        assert assistant.look_at(f"/work/cases/{pair.case}{path}").status == 404


@pytest.mark.parametrize("path", ["", "/record", "/plan", "/mediators", "/participants/A", "/end", "/remove"])
def test_nobody_else_finds_the_case(
    pair: Pair, owner: Person, other_mediator: Person, participant_a: Person, path: str
) -> None:
    """The owner without a part in it, another mediator, a participant: as if nothing were there."""
    where = f"/work/cases/{pair.case}{path}"
    assert owner.look_at(where).status == 404
    assert other_mediator.look_at(where).status == 404
    assert participant_a.look_at(where).status in {302, 404}


@pytest.mark.parametrize(
    "path", ["record", "plan", "mediators", "lead", "move", "hold", "lift", "remove", "participants/A"]
)
def test_nobody_else_changes_the_case(pair: Pair, other_mediator: Person, assistant: Person, path: str) -> None:
    """Posting is refused like looking, with the token of one's own page."""
    for person in (other_mediator, assistant):
        form = person.get("/work/cases").form("/work/sign-out")
        data = {"csrf_token": form.fields["csrf_token"], "to": "ended", "seen": "active", "name": "X"}
        assert person.post(f"/work/cases/{pair.case}/{path}", data).status == 404
    assert fresh(pair.case).state is CaseState.ACTIVE
