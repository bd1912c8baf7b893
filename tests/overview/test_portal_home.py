"""A participant's start page: their own things, alike for both, and nothing about the other's doing."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element

import pytest

from mediator.cases.models import Case, Participant
from mediator.cases.terms import CaseState
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Sharing, Visibility
from mediator.questionnaires.models import Answer, Assignment, AssignmentQuestion, Form
from mediator.questionnaires.terms import AnswerState, AssignmentState
from tests.counting import counted
from tests.exercises import running
from tests.factories import Pair
from tests.people import Page, Person

STATES = [state for state in CaseState if state is not CaseState.ERASED]


def send(pair: Pair, *people: uuid.UUID, state: AssignmentState = AssignmentState.SENT, questions: int = 3,
         due_at: datetime | None = None) -> list[uuid.UUID]:  # fmt: skip
    """One form of some questions of two minutes each, sent to these people."""
    form = Form(
        case_id=pair.case, step="5", title="A title for the mediator", created_at=now(), created_by=pair.mediator
    )
    db.session.add(form)
    made = []
    for person in people:
        row = Assignment(case_id=pair.case, form_id=form.id, participant_id=person, state=state, sent_at=now(),
                         due_at=due_at, submitted_at=now() if state is AssignmentState.SUBMITTED else None)  # fmt: skip
        for number in range(1, questions + 1):
            part: dict[str, Any] = {"key": f"5.{number}.p", "type": "short", "sharing": "closed",
                    "visibility": "private", "label": "", "anchors": None, "options": [], "rows": [], "scale": None,
                    "max_items": 3, "reading": None, "fields": None}  # fmt: skip
            spec = {
                "key": f"5.{number}",
                "text": "What helps?",
                "hint": "",
                "step": "5",
                "minutes": 2.0,
                "parts": [part],
            }
            row.questions.append(
                AssignmentQuestion(
                    case_id=pair.case,
                    participant_id=person,
                    assignment_id=row.id,
                    position=number,
                    key=f"5.{number}",
                    spec=spec,
                )
            )
        db.session.add(row)
        made.append(row.id)
    db.session.commit()
    return made


def answer(pair: Pair, person: uuid.UUID, assignment: uuid.UUID, number: int) -> None:
    """Answer one question and so begin the form."""
    db.session.add(
        Answer(
            case_id=pair.case,
            participant_id=person,
            assignment_id=assignment,
            question_key=f"5.{number}",
            part_key=f"5.{number}.p",
            sharing=Sharing.CLOSED,
            visibility=Visibility.OWN,
            state=AnswerState.ANSWERED,
            value="Time",
            saved_at=now(),
        )
    )
    db.session.get_one(Assignment, assignment).state = AssignmentState.STARTED
    db.session.commit()


def put_case(pair: Pair, state: CaseState, *, hold: bool = False) -> None:
    case = db.session.get_one(Case, pair.case)
    case.state, case.hold = state, hold
    db.session.commit()


def tags(page: Page) -> list[tuple[str, str]]:
    return [(element.tag, element.get("class", "")) for element in (page.root or Element("x")).iter()]


def sections(page: Page) -> list[str]:
    return ["".join(heading.itertext()) for heading in page.all("h2")]


@pytest.mark.parametrize("hold", [False, True])
@pytest.mark.parametrize("state", STATES)
def test_both_find_the_same_page_in_every_state(
    pair: Pair, participant_a: Person, participant_b: Person, state: CaseState, hold: bool
) -> None:
    send(pair, pair.a, pair.b)
    send(pair, pair.a, pair.b, state=AssignmentState.SUBMITTED)
    put_case(pair, state, hold=hold)
    a, b = participant_a.get("/notes/"), participant_b.get("/notes/")
    assert a.status == b.status == 200
    assert tags(a) == tags(b)
    assert a.words.replace("Alex", "NAME") == b.words.replace("Sam", "NAME")
    assert sections(a) == ["To do", "Handed in", "For both of you", "Your privacy"]


def test_a_hold_and_a_pause_are_one_page(pair: Pair, participant_a: Person) -> None:
    send(pair, pair.a, pair.b)
    put_case(pair, CaseState.PAUSED)
    pause = participant_a.get("/notes/").text
    assert "On a break." in pause
    assert "Begin" not in pause
    for state in (CaseState.ACTIVE, CaseState.PAUSED, CaseState.CLOSING):
        put_case(pair, state, hold=True)
        assert participant_a.get("/notes/").text == pause, state
    put_case(pair, CaseState.ACTIVE)
    assert "Begin" in participant_a.get("/notes/").words


@pytest.mark.parametrize("state", [CaseState.ENQUIRY, CaseState.INTAKE, CaseState.ASSESSED, CaseState.CLOSED])
def test_a_hold_shows_nowhere_else(pair: Pair, participant_a: Person, state: CaseState) -> None:
    send(pair, pair.a, pair.b)
    put_case(pair, state)
    before = participant_a.get("/notes/").text
    put_case(pair, state, hold=True)
    assert participant_a.get("/notes/").text == before


def test_nothing_tells_what_the_other_does(pair: Pair, participant_a: Person) -> None:
    _, theirs = send(pair, pair.a, pair.b)
    before = participant_a.get("/notes/").text
    answer(pair, pair.b, theirs, 1)
    assert participant_a.get("/notes/").text == before
    row = db.session.get_one(Assignment, theirs)
    for state in (
        AssignmentState.SUBMITTED,
        AssignmentState.REOPENED,
        AssignmentState.WITHDRAWN,
        AssignmentState.LAPSED,
    ):
        row = db.session.get_one(Assignment, theirs)
        row.state, row.submitted_at = state, now()
        db.session.commit()
        assert participant_a.get("/notes/").text == before, state
    declined = db.session.get_one(Participant, pair.b)
    declined.declined_on, declined.signed_on, declined.accepted_at = now().date(), None, None
    db.session.commit()
    assert participant_a.get("/notes/").text == before
    db.session.delete(db.session.get_one(Participant, pair.b))
    db.session.commit()
    assert participant_a.get("/notes/").text == before
    assert "Sam" not in before


def test_how_far_one_is_and_how_long_it_takes(pair: Pair, participant_a: Person) -> None:
    mine, _ = send(pair, pair.a, pair.b)
    page = participant_a.get("/notes/")
    assert "About 6 min. You can skip any question" in page.words
    assert "Begin" in page.words
    assert "A title for the mediator" not in page.words
    answer(pair, pair.a, mine, 1)
    page = participant_a.get("/notes/")
    assert "1 of 3 answered. About 4 min left." in page.words
    assert "Carry on" in page.words
    bar = page.all("progress")[0]
    assert (bar.get("value"), bar.get("max")) == ("1", "3")
    answer(pair, pair.a, mine, 2)
    answer(pair, pair.a, mine, 3)
    assert "All seen." in participant_a.get("/notes/").words


def test_due_first_in_ones_own_zone(pair: Pair, participant_a: Person) -> None:
    db.session.get_one(Participant, pair.a).zone = "Asia/Tokyo"
    late = send(pair, pair.a, due_at=datetime(2030, 3, 14, 20, 0, tzinfo=UTC))[0]
    soon = send(pair, pair.a, due_at=datetime(2030, 3, 12, 20, 0, tzinfo=UTC))[0]
    page = participant_a.get("/notes/")
    assert "By Wednesday 13 March, 05:00" in page.words
    assert page.text.index(str(soon)) < page.text.index(str(late))


def test_what_was_handed_in_can_be_found_again(pair: Pair, participant_a: Person) -> None:
    mine = send(pair, pair.a, state=AssignmentState.SUBMITTED)[0]
    page = participant_a.get("/notes/")
    assert "There is nothing to do now." in page.words
    assert re.search(r"Handed in 3 questions \w+ \d+ \w+, \d\d:\d\d", page.words)
    assert f"/notes/questions/{mine}" in page.links()


def test_forms_are_told_apart_by_their_length_and_their_days_and_never_by_their_title(
    pair: Pair, participant_a: Person
) -> None:
    send(pair, pair.a, questions=1)
    send(pair, pair.a, questions=4, due_at=datetime(2030, 3, 14, 20, 0, tzinfo=UTC))
    send(pair, pair.a, questions=2, state=AssignmentState.SUBMITTED)
    done = send(pair, pair.a, questions=5, state=AssignmentState.SUBMITTED)[0]
    page = participant_a.get("/notes/")
    to_do = ["".join(one.itertext()) for one in page.all("h3")]
    handed_in = ["".join(one.itertext()) for one in page.all("strong")]
    assert {"One question", "4 questions"} <= set(to_do)
    assert {"2 questions", "5 questions"} <= set(handed_in)
    assert "Here since" in page.words
    assert "A title for the mediator" not in page.text
    read = participant_a.get(f"/notes/questions/{done}/done")
    assert "5 questions, handed in on" in read.words
    assert read.title == "Handed in · Notes"


@pytest.mark.parametrize("state", [AssignmentState.DRAFT, AssignmentState.WITHDRAWN, AssignmentState.LAPSED])
def test_what_is_not_theirs_to_see_is_not_there(pair: Pair, participant_a: Person, state: AssignmentState) -> None:
    mine = send(pair, pair.a, state=state)[0]
    assert str(mine) not in participant_a.get("/notes/").text


def test_once_the_session_began_there_is_nothing_left_to_do(pair: Pair, participant_a: Person) -> None:
    mine = send(pair, pair.a)[0]
    db.session.get_one(Assignment, mine).locked_at = now() - timedelta(minutes=1)
    db.session.commit()
    assert "There is nothing to do now." in participant_a.get("/notes/").words


def test_every_link_of_the_page_leads_somewhere(pair: Pair, participant_a: Person) -> None:
    send(pair, pair.a)
    for link in participant_a.get("/notes/").links():
        if link.startswith("/"):
            assert participant_a.get(link).status == 200, link


def test_what_an_exercise_could_bring_is_asked_in_one_statement(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    def asked(person: Person) -> int:
        person.get("/notes/")
        with counted() as sent:
            person.get("/notes/")
        return len([one for one in sent if not one.startswith(("BEGIN", "PRAGMA"))])

    before = asked(participant_a)
    assert before == asked(participant_b) == 8  # docs/performance.md
    running.start(mediator, pair, "E09", place="home", only="A")
    running.start(mediator, pair, "E12", place="home", only="A")
    assert asked(participant_b) == before  # the other's page does not even ask otherwise
