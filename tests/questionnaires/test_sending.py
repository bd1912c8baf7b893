"""Sending, withdrawing, handing back and previewing forms, and who may."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from mediator.cases.models import Case, Participant
from mediator.cases.terms import CaseState
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.outbox import Message, MessageState
from mediator.core.visibility import Letter
from mediator.guide import reading
from mediator.guide.reading import guide
from mediator.practice.models import Staff
from mediator.questionnaires import workspace_forms
from mediator.questionnaires.models import Answer, Assignment, AssignmentQuestion
from mediator.questionnaires.spec import from_spec
from mediator.questionnaires.terms import AssignmentState
from tests.factories import Pair, make_case, make_pair, make_participant, make_staff
from tests.people import Page, Person
from tests.questionnaires.making import assignments, at, form_of, forms_at, make, ring, verbs

# ---- Sending


def test_sending_copies_the_questions_in_each_persons_words(mediator: Person, pair: Pair) -> None:
    make(mediator, pair, go="send")
    for assignment in assignments():
        other = "Sam" if assignment.participant_id == pair.a else "Alex"
        own = "Alex" if other == "Sam" else "Sam"
        with ring(pair):
            read = [from_spec(row.spec) for row in assignment.questions]
        texts = " ".join(question.text + question.hint for question in read)
        assert other in texts
        assert own not in texts
        assert "{" not in texts
        assert "Mediator " in next(q.text for q in read if q.key == "5.only")
        assert assignment.state is AssignmentState.SENT
        assert assignment.due_at is not None


def test_sending_twice_makes_one_copy_each(mediator: Person, pair: Pair) -> None:
    make(mediator, pair)
    page = mediator.get(at(form_of(pair)))
    for _again in range(2):
        assert mediator.submit(page, action="/send").status == 200
    assert len(assignments()) == 2
    messages = list(db.session.scalars(select(Message).where(Message.template == "form")))
    assert {message.recipient_id for message in messages} == {pair.a, pair.b}
    assert {message.subject_id for message in messages} == {row.id for row in assignments()}
    assert verbs().count("form.sent") == 2


def test_one_first_the_other_later(mediator: Person, pair: Pair) -> None:
    make(mediator, pair)
    mediator.submit(mediator.get(at(form_of(pair))), {"to.A": None}, action="/send")
    assert [row.participant_id for row in assignments()] == [pair.b]
    mediator.submit(mediator.get(at(form_of(pair))), action="/send")
    assert {row.participant_id for row in assignments()} == {pair.a, pair.b}


def test_nobody_ticked_is_said(mediator: Person, pair: Pair) -> None:
    make(mediator, pair)
    page = mediator.submit(mediator.get(at(form_of(pair))), {"to.A": None, "to.B": None}, action="/send")
    assert page.status == 422
    assert "Choose who gets the form" in page.words
    assert assignments() == []


def test_what_was_sent_stays_when_names_and_guide_change(
    mediator: Person, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(mediator, pair, go="send")
    with ring(pair):
        before = [row.spec for row in assignments()[0].questions]
    other = db.session.get_one(Participant, pair.b)
    other.name = other.called = "Robin"
    db.session.commit()
    later = dataclasses.replace(guide().step("5"), questions=())
    monkeypatch.setattr(workspace_forms, "guide", lambda: dataclasses.replace(reading.guide(), steps={"5": later}))
    assert mediator.get(at(form_of(pair))).status == 200
    with ring(pair):
        assert [row.spec for row in assignments()[0].questions] == before


def test_somebody_without_an_address_gets_no_mail_and_the_page_says_what_to_do(mediator: Person, pair: Pair) -> None:
    person = db.session.get_one(Participant, pair.b)
    person.email = person.email_index = None
    db.session.commit()
    page = make(mediator, pair, go="send")
    assert "no email address" in page.words
    assert [m.recipient_id for m in db.session.scalars(select(Message).where(Message.template == "form"))] == [pair.a]
    assert f"/work/cases/{pair.case}/doors/B" in page.links()


@pytest.mark.parametrize("absent", ["not there", "declined"])
def test_whoever_is_absent_is_left_out(absent: str, pair: Pair, new_person: Callable[[], Person]) -> None:
    staff = make_staff("mediator")
    case = make_case(staff)
    first = make_participant(case, Letter.A, "Alex", email="alone@people.example")
    if absent == "declined":
        make_participant(case, Letter.B, "Sam", declined_on=now().date())
    alone = Pair(case.id, first.id, first.id, staff.id, staff.email)
    mediator = new_person().sign_in(staff.email)
    page = mediator.get(f"{forms_at(alone)}/new?step=5")
    assert "to.B" not in page.form("/forms/new").fields
    mediator.submit(page, {"go": "send", "to.B": "yes"}, action="/forms/new")
    rows = assignments()
    assert [row.participant_id for row in rows] == [first.id]
    expected = "the other person" if absent == "not there" else "Sam"
    with ring(alone):
        assert any(expected in from_spec(row.spec).text for row in rows[0].questions)
    form = form_of(alone)
    assert mediator.get(at(form)).status == 200
    for tail in ("/preview/1?for=B", "/print/B", "/paper/B"):
        assert mediator.get(at(form, tail)).status == 404


def test_under_a_hold_and_after_the_end_nothing_is_sent(mediator: Person, pair: Pair) -> None:
    make(mediator, pair)
    page, new = mediator.get(at(form_of(pair))), mediator.get(f"{forms_at(pair)}/new")
    case = db.session.get_one(Case, pair.case)
    case.hold = True
    db.session.commit()
    refused = mediator.submit(page, action="/send")
    assert refused.status == 409
    assert "on hold" in refused.words
    case = db.session.get_one(Case, pair.case)
    case.hold, case.state = False, CaseState.CLOSED
    db.session.commit()
    assert mediator.submit(page, action="/send").status == 409
    assert mediator.submit(new, {"go": "save"}, action="/forms/new").status == 409
    assert assignments() == []


# ---- Afterwards


def test_the_due_time_moves_for_everybody_who_has_it_to_do(mediator: Person, pair: Pair) -> None:
    make(mediator, pair, go="send")
    form = form_of(pair)
    done, todo = assignments()
    done.state, old = AssignmentState.SUBMITTED, done.due_at
    todo_id, done_id = todo.id, done.id
    db.session.commit()
    day = (now() + timedelta(days=20)).date()
    page = mediator.submit(mediator.get(at(form)), {"due_date": day.isoformat(), "due_time": "08:05"}, action="/due")
    assert page.status == 200
    assert "08:05" in page.words
    expected = datetime(day.year, day.month, day.day, 8, 5, tzinfo=ZoneInfo("Europe/London")).astimezone(UTC)
    db.session.rollback()
    assert db.session.get_one(Assignment, todo_id).due_at == expected
    assert db.session.get_one(Assignment, done_id).due_at == old
    assert form_of(pair).due_at == expected
    assert verbs()[-1] == "form.due.changed"
    wrong = mediator.submit(mediator.get(at(form)), {"due_date": "2020-01-01"}, action="/due")
    assert wrong.status == 422
    assert "still to come" in wrong.words


def test_a_withdrawn_form_is_gone_for_its_reader(mediator: Person, pair: Pair, participant_a: Person) -> None:
    make(mediator, pair, go="send")
    mine = next(row for row in assignments() if row.participant_id == pair.a).id
    assert participant_a.get(f"/notes/questions/{mine}").status == 200
    page = mediator.get(at(form_of(pair)))
    for _again in range(2):
        assert mediator.submit(page, action="/withdraw/A").status == 200
    assert participant_a.get(f"/notes/questions/{mine}").status == 404
    assert str(mine) not in participant_a.get("/notes/").text
    db.session.rollback()
    row = db.session.get_one(Assignment, mine)
    assert row.state is AssignmentState.WITHDRAWN
    assert row.ended_at is not None
    states = {m.subject_id: m.state for m in db.session.scalars(select(Message).where(Message.template == "form"))}
    assert states[mine] is MessageState.CANCELLED
    assert verbs().count("form.withdrawn") == 1
    with pytest.raises(AssertionError):
        mediator.get(at(form_of(pair))).form("/withdraw/A")
    other = next(row for row in assignments() if row.participant_id == pair.b)
    assert other.state is AssignmentState.SENT


def test_what_was_handed_in_is_handed_back_and_never_withdrawn(
    mediator: Person, pair: Pair, participant_a: Person
) -> None:
    make(mediator, pair, go="send")
    mine = next(row for row in assignments() if row.participant_id == pair.a).id
    stale = mediator.get(at(form_of(pair)))
    participant_a.submit(participant_a.get(f"/notes/questions/{mine}/check"), action="/check")
    assert next(row for row in assignments() if row.id == mine).state is AssignmentState.SUBMITTED
    refused = mediator.submit(stale, action="/withdraw/A")
    assert refused.status == 409
    page = mediator.get(at(form_of(pair)))
    for _again in range(2):
        assert mediator.submit(page, action="/reopen/A").status == 200
    db.session.rollback()
    assert db.session.get_one(Assignment, mine).state is AssignmentState.REOPENED
    assert verbs().count("form.reopened") == 1
    assert participant_a.get(f"/notes/questions/{mine}/check").status == 200


# ---- Preview


def test_the_preview_reads_as_each_of_them_would_and_saves_nothing(mediator: Person, pair: Pair) -> None:
    make(mediator, pair, {"q.5.9": "yes"})
    form = form_of(pair)
    count = len(form.questions)
    for letter, other in (("A", "Sam"), ("B", "Alex")):
        words = ""
        for number in range(1, count + 1):
            page = mediator.get(at(form, f"/preview/{number}?for={letter}"))
            assert "Nothing is saved" in page.words
            assert not [f for f in page.all("form") if "sign-out" not in (f.get("action") or "")]
            words += page.words
        assert f"{other} may read this" in words
        assert "{" not in words
        assert "Only your mediator sees this" in words
    assert mediator.get(at(form, "/preview/0")).status == 404
    assert mediator.get(at(form, f"/preview/{count + 1}")).status == 404, "all about safety stands on the last page"
    assert mediator.get(at(form, "/preview/1?for=C")).status == 404
    db.session.rollback()
    assert db.session.query(Answer).count() == db.session.query(AssignmentQuestion).count() == 0


def controls(page: Page) -> list[tuple[str | None, str | None]]:
    """What can be filled in on a page, by name and value."""
    fields = [field for tag in ("input", "textarea", "select") for field in page.all(tag)]
    return [(field.get("name"), field.get("value")) for field in fields if field.get("type") != "hidden"]


def test_the_preview_is_what_the_participant_gets(mediator: Person, pair: Pair, participant_a: Person) -> None:
    """Question by question the same controls; what is about safety stands where answers are checked, as there."""
    make(mediator, pair, {"q.5.9": "yes"}, go="send")
    form = form_of(pair)
    mine = next(row.id for row in assignments() if row.participant_id == pair.a and row.form_id == form.id)
    of = sum(row.key != "5.safety" for row in form.questions)
    for number in range(1, of + 1):
        shown = mediator.get(at(form, f"/preview/{number}?for=A"))
        got = participant_a.get(f"/notes/questions/{mine}/{number}")
        assert controls(shown) == controls(got)
        assert f"Question {number} of {of}" in shown.words
        assert f"Question {number} of {of}" in got.words
    shown, got = mediator.get(at(form, f"/preview/{of + 1}?for=A")), participant_a.get(f"/notes/questions/{mine}/check")
    assert controls(shown) == controls(got) != []
    for page in (shown, got):
        assert "Check your answers" in page.words
        assert "Prefer not to say" not in page.words
        assert "This is sent only when you hand in your answers" in page.words


# ---- Who may


@pytest.mark.parametrize("who", ["assistant", "owner", "other_mediator", "participant_a", "anyone"])
def test_only_the_cases_mediators_reach_its_forms(
    who: str, mediator: Person, pair: Pair, request: pytest.FixtureRequest
) -> None:
    make(mediator, pair, go="send")
    form = form_of(pair)
    person: Person = request.getfixturevalue(who)
    gets = [at(form), at(form, "/edit"), at(form, "/preview/1"), at(form, "/print/A"), at(form, "/paper/A")]
    for path in [f"{forms_at(pair)}/new", *gets]:
        assert person.look_at(path).status in {302, 404}
    page = mediator.get(f"{forms_at(pair)}/new")
    token = page.form("/forms/new").fields["csrf_token"]
    for tail in ("/send", "/due", "/withdraw/A", "/reopen/A", "/remove", "/edit", "/paper/A"):
        assert person.post(at(form, tail), {"csrf_token": token}, follow=False).status in {400, 401, 404}
    db.session.rollback()
    assert {row.state for row in assignments()} == {AssignmentState.SENT}


def test_a_form_of_another_case_is_not_there(mediator: Person, pair: Pair) -> None:
    own = db.session.get_one(Case, pair.case).mediators[0].staff_id
    second = make_pair(db.session.get_one(Staff, own))
    make(mediator, second)
    form = form_of(second)
    for tail in ("", "/edit", "/preview/1", "/print/A", "/paper/A"):
        assert mediator.get(f"{forms_at(pair)}/{form.id}{tail}").status == 404
    page = mediator.get(f"{forms_at(pair)}/new")
    taken = mediator.submit(page, {"id": str(form.id), "go": "save"}, action="/forms/new")
    assert taken.status == 404
    assert mediator.submit(page, {"id": "no-id", "go": "save"}, action="/forms/new").status == 400
    assert mediator.get(f"{forms_at(pair)}/{uuid.uuid4()}").status == 404


def test_a_form_handed_back_tells_its_author_that_there_is_something_to_do(mediator: Person, pair: Pair) -> None:
    make(mediator, pair, go="send")
    form = db.session.scalars(select(Assignment).where(Assignment.participant_id == pair.a)).one()
    for message in db.session.scalars(select(Message)):
        db.session.delete(message)
    form.state, form.submitted_at = AssignmentState.SUBMITTED, now()
    form_id = form.form_id
    db.session.commit()
    page = mediator.get(f"/work/cases/{pair.case}/forms/{form_id}")
    mediator.submit(page, action="/reopen")
    assert [m.recipient_id for m in db.session.scalars(select(Message).where(Message.template == "form"))] == [pair.a]
