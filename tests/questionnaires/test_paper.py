"""The paper way: a blank form that names nobody else, and typing in that writes what the phone would have written."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from mediator.cases.models import Participant
from mediator.cases.terms import Policy
from mediator.core import sealed
from mediator.core.audit import AuditEntry
from mediator.core.db import db
from mediator.core.outbox import Message
from mediator.core.visibility import Sharing, Viewer, Visibility
from mediator.guide import sentences
from mediator.guide.reading import guide
from mediator.questionnaires.models import Answer, Assignment, Form, Reading
from mediator.questionnaires.queries import for_safety
from mediator.questionnaires.spec import from_spec
from mediator.questionnaires.terms import AnswerState, AssignmentState
from tests.factories import Pair
from tests.people import Page, Person

#: Every part type, as it is sent from either page.
ANSWERS: dict[str, str | None] = {
    "5.ready": "7",
    "5.3.parts.truth": "2", "5.3.parts.reliable": "1", "5.3.parts.keep": "yes",
    "5.4.sign.0.statement": "A call", "5.4.sign.0.example": "On Sunday", "5.4.sign.offer": "yes",
    "5.5.promises.0": "Be on time", "5.5.until.from": "2027-03-01", "5.5.until.to": "2027-03-14",
    "5.6.cannot.no": "yes", "5.6.slip.0.if": "I am late", "5.6.slip.0.then": "I write",
    "5.7.offer.plans": "yes", "5.7.words": "مرحبا 🙂",
    "5.9.break": "Lies.\nOr silence.",
    "5.10.stays": "not-said",
    "5.12.how": "letter",
    "5.safety": "unsure",
}  # fmt: skip
MORE = {f"q.{key}": "yes" for key in ("5.9", "5.10", "5.12")}


def _form(mediator: Person, pair: Pair, more: dict[str, str] | None = None, go: str = "send") -> Form:
    page = mediator.get(f"/work/cases/{pair.case}/forms/new?step=5")
    mediator.submit(page, {**MORE, **(more or {}), "go": go}, action="/forms/new")
    db.session.rollback()
    return db.session.scalars(select(Form).where(~Form.task)).one()


def _at(form: Form, tail: str) -> str:
    return f"/work/cases/{form.case_id}/forms/{form.id}{tail}"


def _mine(person: uuid.UUID, form: Form) -> Assignment | None:
    db.session.rollback()
    return db.session.scalar(
        select(Assignment).where(Assignment.participant_id == person, Assignment.form_id == form.id)
    )


def _fields_of(question: str) -> dict[str, str | None]:
    return {name: value for name, value in ANSWERS.items() if f"{name}.".startswith(f"{question}.")}


def _answer_on_the_phone(person: Person, assignment: Assignment) -> None:
    """Every question, then the check page; what is not answered is passed over."""
    assignment_id, keys = assignment.id, [row.key for row in assignment.questions if row.key != "5.safety"]
    for number, key in enumerate(keys, start=1):
        page = person.get(f"/notes/questions/{assignment_id}/{number}")
        person.submit(page, {**_fields_of(key), "go": "skip"}, action=f"/{number}")
    page = person.get(f"/notes/questions/{assignment_id}/check")
    assert person.submit(page, _fields_of("5.safety"), action="/check").status == 200


def _rows(assignment: Assignment) -> list[tuple[Any, ...]]:
    return sorted(
        (row.question_key, row.part_key, row.sharing, row.visibility, row.state, row.kept, row.offered, str(row.value))
        for row in assignment.answers
    )


@contextmanager
def _ring(pair: Pair) -> Iterator[None]:
    with sealed.ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))):
        yield


def _type_in(mediator: Person, form: Form, letter: str, changes: dict[str, str | None] | None = None) -> Page:
    page = mediator.get(_at(form, f"/paper/{letter}"))
    return mediator.submit(page, ANSWERS if changes is None else changes, action="/paper/")


# ---- Printing


@pytest.mark.parametrize(("letter", "own", "other"), [("A", "Alex", "Sam"), ("B", "Sam", "Alex")])
def test_the_blank_form_has_every_question_and_no_name_in_its_head(
    mediator: Person, pair: Pair, letter: str, own: str, other: str
) -> None:
    form = _form(mediator, pair, go="save")
    page = mediator.get(_at(form, f"/print/{letter}"))
    assert page.title == "Questions"
    assert f"For {own}" in page.words
    assert f"For {other}" not in page.words
    with _ring(pair):
        for row in _reload(form).questions:
            question = from_spec(row.spec, {"other": other, "mediator": "M"})
            assert " ".join(question.text.split()).partition("M ")[0] in page.words
            for part in question.parts:
                for words in (part.label, *(part.anchors or ()), *(option.label for option in part.options)):
                    assert words.partition(" M")[0] in page.words
    assert f"{other} may read this" in page.words
    assert "It is kept apart and never shown to anyone else" in page.words
    assert page.words.count("Prefer not to say") >= 10
    assert not [field for field in page.all("input") if field.get("type") != "hidden"]


def _reload(form: Form) -> Form:
    db.session.rollback()
    return db.session.get_one(Form, form.id)


@pytest.mark.parametrize("key", ["8.3", "8.11"])
def test_before_something_derived_paper_and_preview_say_what_can_be_worked_out(
    mediator: Person, pair: Pair, key: str
) -> None:
    """Whoever answers on paper reads the same before as whoever answers on a phone."""
    page = mediator.get(f"/work/cases/{pair.case}/forms/new?step=8")
    mediator.submit(page, {f"q.{key}": "yes", "go": "save"}, action="/forms/new")
    db.session.rollback()
    forms = db.session.scalars(select(Form)).all()
    (form,) = (form for form in forms if key in [row.key for row in form.questions])
    questions = [guide().question(row.key) for row in form.questions]
    asked = [question for question in questions if not for_safety(question)]  # those about safety stand last there
    derived = [
        number
        for number, question in enumerate(asked, start=1)
        if any(part.sharing is Sharing.DERIVED for part in question.parts)
    ]
    printed = mediator.get(_at(form, "/print/A")).words
    assert printed.count("What can be worked out from this") == len(derived) > 0
    assert "There are only two of you" in printed or "there are only two of you" in printed
    for number in range(1, len(asked) + 2):
        shown = mediator.get(_at(form, f"/preview/{number}")).words
        assert ("What can be worked out from this" in shown) is (number in derived)


def test_tasks_print_their_rows(mediator: Person, pair: Pair) -> None:
    _form(mediator, pair, {"q.5.1": "yes", "q.5.11": "yes"}, go="save")
    db.session.rollback()
    for task in db.session.scalars(select(Form).where(Form.task)).all():
        page = mediator.get(_at(task, "/print/A"))
        rows = guide().question(task.questions[0].key).parts[0].rows
        assert sum(row.label in page.words for row in rows) > 4
        assert "Sam may read this" not in page.words


@pytest.mark.parametrize("policy", list(Policy))
def test_the_first_sheet_of_somebody_new_is_the_first_visit(
    mediator: Person, pair: Pair, new_person: Callable[[], Person], policy: Policy
) -> None:
    form = _form(mediator, pair)
    _first_time(pair.a, policy)
    sheet, visit = mediator.get(_at(form, "/print/A")), new_person().come_in(pair.a).get("/notes/welcome")
    end = sheet.words.index("I have read this")
    says = sentences.policy_words(policy).participant.rpartition("}")[2].strip()
    for words in ("2. Who sees what", "3. What stays with whom", "You can ask what is stored about you", says):
        assert words in visit.words, "so it stands at the first visit"
        assert words in sheet.words[:end], "and before the first question"
    assert "Date" in sheet.words[end:]
    assert "I have read this" not in mediator.get(_at(form, "/print/B")).words, "Sam has read it"


# ---- Typing in


def _first_time(participant: uuid.UUID, policy: Policy = Policy.CAUCUS) -> None:
    """They have not been told yet who reads what."""
    db.session.rollback()
    person = db.session.get_one(Participant, participant)
    person.accepted_at, person.case.policy = None, policy
    db.session.commit()


@pytest.mark.parametrize(
    ("day", "says"),
    [("", "Give the day on which Alex ticked"), ("soon", "Give the day on which Alex ticked"),
     ("0226-03-01", "Give a day of the calendar"), ("2999-01-01", "A day in the future can’t be recorded.")],
)  # fmt: skip
def test_the_first_paper_waits_for_the_day_on_which_the_policy_was_accepted(
    mediator: Person, pair: Pair, day: str, says: str
) -> None:
    form = _form(mediator, pair)
    _first_time(pair.a)
    page = _type_in(mediator, form, "A", {**ANSWERS, "accepted": day})
    assert page.status == 422
    assert "#f-accepted" in page.links()
    assert says in page.words
    assert page.form("/paper/").fields["5.9.break"] == ANSWERS["5.9.break"], "what was typed is kept"
    row = _mine(pair.a, form)
    assert row is not None
    assert (row.state, row.answers) == (AssignmentState.SENT, [])
    assert db.session.get_one(Participant, pair.a).accepted_at is None


def test_the_day_on_paper_stands_as_the_first_visit_does(
    mediator: Person, pair: Pair, new_person: Callable[[], Person]
) -> None:
    form = _form(mediator, pair)
    _first_time(pair.a)
    wrong = _type_in(mediator, form, "A", {**ANSWERS, "accepted": "2026-03-02", "5.ready": "11"})
    assert wrong.status == 422
    assert wrong.form("/paper/").fields["accepted"] == "2026-03-02"
    db.session.rollback()
    assert db.session.get_one(Participant, pair.a).accepted_at is None, "nothing is half saved"
    assert _type_in(mediator, form, "A", {**ANSWERS, "accepted": "2026-03-02"}).status == 200
    db.session.rollback()
    at = db.session.get_one(Participant, pair.a).accepted_at
    assert at is not None
    assert at.date() == date(2026, 3, 2)
    lines = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "participant.accepted.recorded")).all()
    assert [(line.actor_kind, line.actor_id, line.subject_id) for line in lines] == [("staff", pair.mediator, pair.a)]
    assert new_person().come_in(pair.a).get("/notes/").response.request.path == "/notes/"
    mediator.submit(mediator.get(_at(form, "")), action="/reopen/A")
    assert "accepted" not in mediator.get(_at(form, "/paper/A")).form("/paper/").fields, "asked once"


def test_paper_writes_the_same_rows_as_the_phone(mediator: Person, pair: Pair, participant_b: Person) -> None:
    form = _form(mediator, pair)
    phone = _mine(pair.b, form)
    assert phone is not None
    _answer_on_the_phone(participant_b, phone)
    page = _type_in(mediator, form, "A")
    assert page.status == 200
    assert "from paper" in page.words
    paper, phone = _mine(pair.a, form), _mine(pair.b, form)
    assert paper is not None
    assert phone is not None
    assert paper.state is phone.state is AssignmentState.SUBMITTED
    assert (paper.from_paper, phone.from_paper) == (True, False)
    assert paper.read_first_at is not None
    assert phone.read_first_at is not None
    with _ring(pair):
        assert _rows(paper) == _rows(phone)
        readings = db.session.scalars(select(Reading)).all()
        assert {(r.participant_id, r.line, r.step, r.value) for r in readings} == {
            (pair.a, "ready", "5", 7), (pair.b, "ready", "5", 7),
        }  # fmt: skip
        answers = {row.part_key: row for row in paper.answers}
        assert answers["5.7.words"].value == "مرحبا 🙂"
        assert answers["5.9.break"].value == "Lies.\nOr silence."
    assert answers["5.safety"].visibility is Visibility.SAFETY
    assert answers["5.10.stays"].state is AnswerState.NOT_SAID
    assert answers["5.only"].state is AnswerState.SKIPPED
    lines = db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "form.typed-in")).all()
    assert [(line.actor_kind, line.actor_id, line.subject_id) for line in lines] == [("staff", pair.mediator, paper.id)]


def test_paper_needs_no_sending_and_sends_nothing(mediator: Person, pair: Pair) -> None:
    form = _form(mediator, pair, go="save")
    assert _type_in(mediator, form, "B").status == 200
    paper = _mine(pair.b, form)
    assert paper is not None
    assert paper.state is AssignmentState.SUBMITTED
    assert _mine(pair.a, form) is None
    assert db.session.query(Message).count() == 0
    with _ring(pair):
        assert any("Alex" in from_spec(row.spec).text for row in paper.questions)


def test_sent_twice_it_is_handed_in_once(mediator: Person, pair: Pair) -> None:
    form = _form(mediator, pair)
    page = mediator.get(_at(form, "/paper/A"))
    assert mediator.submit(page, ANSWERS, action="/paper/").status == 200
    again = mediator.submit(page, {**ANSWERS, "5.ready": "1"}, action="/paper/")
    assert again.status == 409
    with _ring(pair):
        assert [row.value for row in db.session.scalars(select(Reading)).all()] == [7]
    shown = mediator.get(_at(form, "/paper/A"))
    assert shown.response.request.path == _at(form, "")
    assert "Nothing can be typed in now" in shown.words


def test_a_mistake_is_said_at_its_field_and_every_word_is_kept(mediator: Person, pair: Pair) -> None:
    form = _form(mediator, pair)
    wrong = {**ANSWERS, "5.5.promises.1": "x" * 301, "5.5.until.to": "2026-01-01"}
    page = _type_in(mediator, form, "A", wrong)
    assert page.status == 422
    assert {"#f-5.5.promises.1", "#f-5.5.until.to"} <= set(page.links())
    fields = page.form("/paper/").fields
    assert {name: fields.get(name) for name in wrong} == wrong
    row = _mine(pair.a, form)
    assert row is not None
    assert row.state is AssignmentState.SENT
    assert row.answers == []


def test_drafts_of_the_phone_are_never_shown_and_replaced_only_when_asked(
    mediator: Person, pair: Pair, participant_a: Person
) -> None:
    form = _form(mediator, pair)
    mine = _mine(pair.a, form)
    assert mine is not None
    mine_id = mine.id
    keys = [row.key for row in mine.questions]
    number = keys.index("5.9") + 1
    draft = participant_a.get(f"/notes/questions/{mine_id}/{number}")
    participant_a.submit(draft, {"5.9.break": "only mine qzdraft", "go": "next"}, action=f"/{number}")
    page = mediator.get(_at(form, "/paper/A"))
    assert "has begun to answer on a phone" in page.words
    assert "qzdraft" not in page.text
    asked = mediator.submit(page, ANSWERS, action="/paper/")
    assert asked.status == 422
    assert "#f-replace" in asked.links()
    assert "qzdraft" not in asked.text
    row = _mine(pair.a, form)
    assert row is not None
    assert row.state is AssignmentState.STARTED
    without = {name: value for name, value in ANSWERS.items() if name != "5.9.break"}
    done = mediator.submit(page, {**without, "replace": "yes"}, action="/paper/")
    assert done.status == 200
    row = _mine(pair.a, form)
    assert row is not None
    assert row.state is AssignmentState.SUBMITTED
    with _ring(pair):
        assert "qzdraft" not in str(_rows(row))
    late = participant_a.submit(draft, {"5.9.break": "too late", "go": "next"}, action=f"/{number}")
    assert late.status == 409
    assert "too late" in late.text


def test_handed_back_it_can_be_typed_in_again_or_answered_on_the_phone(
    mediator: Person, pair: Pair, participant_a: Person
) -> None:
    form = _form(mediator, pair)
    _type_in(mediator, form, "A")
    mediator.submit(mediator.get(_at(form, "")), action="/reopen/A")
    row = _mine(pair.a, form)
    assert row is not None
    assert row.state is AssignmentState.REOPENED
    check = participant_a.get(f"/notes/questions/{row.id}/check")
    assert check.status == 200
    participant_a.submit(check, action="/check")
    row = _mine(pair.a, form)
    assert row is not None
    assert (row.state, row.from_paper) == (AssignmentState.SUBMITTED, False)
    mediator.submit(mediator.get(_at(form, "")), action="/reopen/A")
    assert _type_in(mediator, form, "A", {**ANSWERS, "5.ready": "2", "replace": "yes"}).status == 200
    with _ring(pair):
        assert [r.value for r in db.session.scalars(select(Reading)).all()] == [2]


def test_the_log_says_who_typed_it_in(mediator: Person, pair: Pair) -> None:
    form = _form(mediator, pair)
    _type_in(mediator, form, "A")
    db.session.rollback()
    kinds = set(
        db.session.scalars(
            select(AuditEntry.actor_kind).where(AuditEntry.verb.in_(("assignment.submitted", "form.typed-in")))
        )
    )
    assert kinds == {"staff"}
    assert db.session.query(Answer).filter(Answer.visibility == Visibility.OWN).count() == 0
    assert db.session.get_one(Participant, pair.a).accepted_at is not None
