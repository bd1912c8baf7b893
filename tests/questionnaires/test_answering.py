"""Saving, skipping, handing in and taking back, by the rules of the actions."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound

from mediator.cases.models import Participant
from mediator.core import audit, outbox, sealed
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.sealed import RingClosed
from mediator.core.visibility import Viewer, Visibility, readable_rows
from mediator.guide.content import Question
from mediator.questionnaires import answering, queries, safety_answers
from mediator.questionnaires.answering import Conflict, Saved, Wrong
from mediator.questionnaires.fields import Problem
from mediator.questionnaires.models import Answer, Assignment, AssignmentQuestion, Reading
from mediator.questionnaires.terms import TO_DO, AnswerState, AssignmentState
from tests.factories import Pair
from tests.questionnaires import build

WORDS = "  Ünïcode שלום 👩‍👩‍👧 — exactly so.\nSecond line  "


class Desk:
    """A participant with one form in front of them, at the actions' side."""

    def __init__(self, participant: uuid.UUID, questions: tuple[Question, ...] = build.ALL) -> None:
        self.id = build.send(participant, questions)
        self.person = db.session.get_one(Participant, participant)
        self.since = now() - timedelta(minutes=1)

    @property
    def form(self) -> Assignment:
        return db.session.get_one(Assignment, self.id)

    def question(self, key: str) -> AssignmentQuestion:
        row: AssignmentQuestion = db.session.scalars(
            db.select(AssignmentQuestion).where(
                AssignmentQuestion.assignment_id == self.id, AssignmentQuestion.key == key
            )
        ).one()
        return row

    def save(
        self, key: str, sent: dict[str, str], rev: int | None = None, *, skip: bool = False
    ) -> Saved | Conflict | Wrong:
        row = self.question(key)
        db.session.refresh(row)
        act = answering.skip if skip else answering.save
        return act(self.person, self.form, row, sent, row.rev if rev is None else rev, since=self.since)

    def submit(self, safety: str = "") -> Wrong | None:
        return answering.submit(self.person, self.form, {"5.safety": safety})

    def answer(self, key: str) -> Answer | None:
        row: Answer | None = db.session.scalar(
            db.select(Answer).where(Answer.assignment_id == self.id, Answer.part_key == key)
        )
        return row

    def answered(self, key: str) -> Answer:
        row = self.answer(key)
        assert row is not None
        return row


@pytest.fixture
def desk(app: Flask, pair: Pair) -> Iterator[Desk]:
    """Participant A with one form of every part type, in A's own ring."""
    found = Desk(pair.a)
    audit.act_as(audit.Actor("participant", pair.a))
    with sealed.ring_of(Viewer.participant(pair.a, pair.case)):
        yield found
    audit.act_as(audit.NOBODY)


def lines(verb: str) -> int:
    """How many lines of the log say this."""
    entries = db.session.scalars(db.select(audit.AuditEntry).where(audit.AuditEntry.verb == verb))
    return len(list(entries))


def test_a_save_keeps_the_words_exactly_and_starts_the_form(desk: Desk) -> None:
    saved = desk.save("5.only", {"5.only": WORDS})
    assert isinstance(saved, Saved)
    assert saved.rev == 1
    row = desk.answered("5.only")
    assert (row.value, row.state, row.visibility) == (WORDS, AnswerState.ANSWERED, Visibility.OWN)
    assert desk.form.state is AssignmentState.STARTED
    assert desk.form.started_at is not None


def test_a_draft_is_its_authors_alone(desk: Desk, pair: Pair) -> None:
    desk.save("5.only", {"5.only": WORDS})
    row = desk.answered("5.only")
    for viewer in (
        Viewer.staff(pair.mediator, frozenset({pair.case})),
        Viewer.participant(pair.b, pair.case),
        Viewer.staff(uuid.uuid4(), frozenset()),
        Viewer.nobody(),
    ):
        with sealed.ring_of(viewer), pytest.raises(RingClosed):
            _ = row.value
        with sealed.ring_of(viewer):
            hidden = db.session.scalars(
                db.select(Answer).where(
                    readable_rows(
                        viewer, visibility=Answer.visibility, case=Answer.case_id, author=Answer.participant_id
                    )
                )
            ).all()
            assert hidden == []


def test_handed_in_the_mediator_reads_it_and_the_other_does_not(desk: Desk, pair: Pair) -> None:
    desk.save("5.only", {"5.only": WORDS})
    desk.submit()
    row = desk.answered("5.only")
    with sealed.ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))):
        assert row.value == WORDS
        assert queries.filled([desk.form])[0].sheet(6).outcome("5.only").value == WORDS
    with sealed.ring_of(Viewer.participant(pair.b, pair.case)), pytest.raises(RingClosed):
        _ = row.value


def test_one_line_of_the_log_per_question_and_sitting(desk: Desk) -> None:
    for number in range(3):
        desk.save("5.only", {"5.only": f"words {number}"})
    desk.save("5.ready", {"5.ready": "5"})
    assert lines("answer.saved") == 2
    desk.since = now() + timedelta(seconds=1)  # a later sitting
    desk.save("5.only", {"5.only": "more words"})
    assert lines("answer.saved") == 3


def test_an_older_page_never_overwrites_a_newer_one(desk: Desk) -> None:
    desk.save("5.only", {"5.only": "from the phone"}, 0)
    late = desk.save("5.only", {"5.only": "from the laptop"}, 0)
    assert late == Conflict(1)
    assert desk.answered("5.only").value == "from the phone"
    again = desk.save("5.only", {"5.only": "from the phone"}, 0)  # what was sent twice is no conflict
    assert isinstance(again, Saved)
    assert again.rev == 1
    assert isinstance(desk.save("5.only", {"5.only": "from the laptop"}, 1), Saved)
    assert desk.answered("5.only").value == "from the laptop"


def test_the_boxes_below_an_answer_are_part_of_the_version(desk: Desk) -> None:
    desk.save("5.3", {"5.3.parts.truth": "1", "5.3.parts.keep": "yes"}, 0)
    assert desk.save("5.3", {"5.3.parts.truth": "1"}, 0) == Conflict(1)
    assert desk.answered("5.3.parts").kept


def test_nothing_is_half_saved(desk: Desk) -> None:
    wrong = desk.save("5.13", {"5.13.one": "kept?", "5.13.how": "11"})
    assert isinstance(wrong, Wrong)
    assert {name: found for name, (found, _) in wrong.errors.items()} == {"5.13.how": Problem.UNKNOWN}
    assert desk.answer("5.13.one") is None
    assert desk.question("5.13").rev == 0
    assert desk.form.state is AssignmentState.SENT


def test_skipping_keeps_what_was_typed_and_is_no_answer(desk: Desk) -> None:
    desk.save("5.13", {"5.13.one": "half of it"}, skip=True)
    assert desk.answered("5.13.one").state is AnswerState.ANSWERED
    assert desk.answered("5.13.how").state is AnswerState.SKIPPED
    desk.save("5.only", {}, skip=True)
    assert desk.answered("5.only").state is AnswerState.SKIPPED
    desk.save("5.only", {"5.only": " "})  # passed over again by the other button
    assert desk.answered("5.only").state is AnswerState.SKIPPED
    desk.save("5.only", {"5.only": "after all"})
    assert desk.answered("5.only").state is AnswerState.ANSWERED
    desk.save("5.only", {"5.only": ""})  # taken away again
    assert (desk.answered("5.only").state, desk.answered("5.only").value) == (AnswerState.EMPTY, None)


def test_tightening_and_leave(desk: Desk) -> None:
    desk.save("5.13", {"5.13.one": "words", "5.13.one.offer": "yes"})
    assert desk.answered("5.13.one").offered
    desk.save("5.13", {"5.13.one": "words"})
    assert not desk.answered("5.13.one").offered
    desk.save("5.11", {"5.11.kinds.truth": "no", "5.11.kinds.keep": "yes", "5.11.kinds.offer": "yes"})
    assert (desk.answered("5.11.kinds").kept, desk.answered("5.11.kinds").offered) == (True, False)


def test_handing_in_is_one_act(desk: Desk) -> None:
    message = outbox.put("reminder", recipient=desk.person.id, case=desk.person.case_id, subject=desk.id)
    desk.save("5.ready", {"5.ready": "7"})
    desk.save("5.11", {"5.11.kinds.truth": "no", "5.11.kinds.truth.note": "taken back"})
    desk.save("5.12", {"5.12.how": "not-said"})
    assert desk.submit() is None
    assert desk.form.state is AssignmentState.SUBMITTED
    first = desk.form.submitted_at
    assert first is not None
    assert {row.visibility for row in desk.form.answers} == {Visibility.PRIVATE}
    assert desk.answered("5.11.kinds").value == {"truth": {"value": "no", "note": ""}}
    assert desk.answered("5.12.how").state is AnswerState.NOT_SAID
    reading = db.session.scalars(db.select(Reading)).one()
    assert (reading.line, reading.step, reading.value, reading.source_id) == ("ready", "5", 7, desk.id)
    assert message.state is outbox.MessageState.CANCELLED
    assert desk.submit() is None  # twice is as once
    assert lines("assignment.submitted") == 1
    assert db.session.scalars(db.select(Reading)).all() == [reading]
    assert desk.form.submitted_at == first


def test_an_unsaid_line_leaves_no_reading(desk: Desk) -> None:
    desk.save("5.ready", {"5.ready": "not-said"})
    desk.submit()
    assert db.session.scalars(db.select(Reading)).all() == []


@pytest.mark.parametrize(("answer", "first"), [("no", False), ("unsure", True), ("yes", True), ("", False)])
def test_any_safety_answer_but_no_is_read_first(desk: Desk, answer: str, first: bool) -> None:
    desk.submit(safety=answer)
    assert (desk.form.read_first_at is not None) is first
    row = desk.answer("5.safety")
    assert (row is not None) is bool(answer)
    if row is not None:
        assert row.visibility is Visibility.SAFETY
        with pytest.raises(RingClosed):  # not even its author reads it again
            _ = row.value


def test_a_wrong_safety_answer_hands_nothing_in(desk: Desk) -> None:
    desk.save("5.only", {"5.only": "words"})
    wrong = desk.submit(safety="planted")
    assert isinstance(wrong, Wrong)
    assert desk.form.state is AssignmentState.STARTED
    assert desk.answered("5.only").visibility is Visibility.OWN


def test_a_safety_question_is_never_saved_by_itself(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk.save("5.safety", {"5.safety": "yes"}, 0)


def test_taken_back_it_is_ones_own_again(desk: Desk, pair: Pair) -> None:
    desk.save("5.only", {"5.only": WORDS})
    desk.save("5.ready", {"5.ready": "7"})
    desk.submit(safety="no")
    answering.change(desk.person, desk.form)
    answering.change(desk.person, desk.form)  # twice is as once
    assert desk.form.state is AssignmentState.REOPENED
    assert lines("assignment.taken_back") == 1
    with sealed.ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))), pytest.raises(RingClosed):
        _ = desk.answered("5.only").value
    assert db.session.scalars(db.select(Reading)).all() == []
    assert desk.answered("5.only").value == WORDS
    assert desk.answered("5.safety").visibility is Visibility.SAFETY
    desk.save("5.ready", {"5.ready": "3"})
    desk.submit()
    assert db.session.scalars(db.select(Reading)).one().value == 3
    with sealed.ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))):
        assert desk.answered("5.safety").value == "no"  # left empty, the earlier one stays


def test_a_later_no_does_not_hide_what_nobody_has_read(desk: Desk, pair: Pair) -> None:
    staff = Viewer.staff(pair.mediator, frozenset({pair.case}))
    desk.submit(safety="yes")
    answering.change(desk.person, desk.form)
    desk.submit(safety="no")
    with sealed.ring_of(staff):
        assert safety_answers.said(desk.answered("5.safety").value) == safety_answers.Said("no", ("yes",))
    desk.form.read_at = now()
    answering.change(desk.person, desk.form)
    desk.submit(safety="no")
    with sealed.ring_of(staff):
        assert desk.answered("5.safety").value == "no"
    assert desk.form.read_at is not None
    answering.change(desk.person, desk.form)
    desk.submit(safety="unsure")
    assert desk.form.read_at is None


@pytest.mark.parametrize("state", list(AssignmentState))
@pytest.mark.parametrize("locked", [False, True])
def test_what_may_be_written_in_which_state(desk: Desk, state: AssignmentState, locked: bool) -> None:
    desk.form.state = state
    desk.form.locked_at = now() if locked else None
    db.session.flush()
    if state in TO_DO and not locked:
        assert isinstance(desk.save("5.only", {"5.only": "words"}), Saved)
        return
    with pytest.raises(Refused if state in queries.SEEN else NotFound):
        desk.save("5.only", {"5.only": "words"})
    assert desk.answer("5.only") is None
    if state is AssignmentState.SUBMITTED:
        assert desk.submit() is None
        if locked:
            with pytest.raises(Refused):
                answering.change(desk.person, desk.form)
    else:
        with pytest.raises(Refused if state in queries.SEEN else NotFound):
            desk.submit()
        with pytest.raises(Refused if state in queries.SEEN else NotFound):
            answering.change(desk.person, desk.form)


def test_the_mediator_hands_it_back_after_the_session_began(desk: Desk, pair: Pair) -> None:
    desk.save("5.only", {"5.only": WORDS})
    desk.submit()
    desk.form.locked_at = now()
    with sealed.ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))):
        answering.reopen(desk.form)
        with pytest.raises(Refused):
            answering.reopen(desk.form)
    assert queries.editable(desk.form)
    assert desk.answered("5.only").value == WORDS
    assert lines("assignment.reopened") == 1


def test_nobody_elses_form_can_be_written(desk: Desk, pair: Pair) -> None:
    b = db.session.get_one(Participant, pair.b)
    for act in (
        lambda: answering.save(b, desk.form, desk.question("5.only"), {"5.only": "x"}, 0, since=desk.since),
        lambda: answering.submit(b, desk.form, {}),
        lambda: answering.change(b, desk.form),
        lambda: queries.mine(b, desk.id),
    ):
        with pytest.raises(NotFound):
            act()
    other = Desk(pair.a)
    with pytest.raises(NotFound):
        answering.save(desk.person, desk.form, other.question("5.only"), {}, 0, since=desk.since)


def test_what_one_reads_of_a_form(desk: Desk) -> None:
    form = queries.filled([queries.mine(desk.person, desk.id)])[0]
    assert len(form.sheets) == len(build.ALL) - 1
    assert [question.key for question in form.safety] == ["5.safety"]
    assert queries.numbers([desk.form]) == {desk.id: len(form.sheets)}
    assert [one.question for one in queries.asked(desk.form)] == [sheet.question for sheet in form.sheets]
    assert form.next_open == form.sheet(1)
    assert (form.answered, form.minutes) == (0, 13.0)
    desk.save("5.ready", {"5.ready": "not-said"})
    desk.save("5.12", {}, skip=True)
    desk.save("5.7", {})
    form = queries.filled(queries.sent_to(desk.person))[0]
    assert form.next_open == form.sheet(3)
    assert (form.answered, form.minutes) == (2, 11.0)
    for number in (0, 14):
        with pytest.raises(NotFound):
            form.sheet(number)
