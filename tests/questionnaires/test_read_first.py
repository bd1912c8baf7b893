""" "Read first": what is marked as read is what stood on the page, and whatever waits can be read and marked."""

from __future__ import annotations

import uuid

import pytest

from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Sharing, Visibility
from mediator.guide.content import Part, PartType
from mediator.questionnaires.fields import Problem
from mediator.questionnaires.models import Answer, Assignment
from mediator.questionnaires.terms import AnswerState
from mediator.questionnaires.values import read
from tests.factories import Pair
from tests.people import Page, Person
from tests.questionnaires import build
from tests.questionnaires.answering import at


def read_first(mediator: Person, pair: Pair) -> Page:
    return mediator.get(f"/work/cases/{pair.case}/read-first")


def unread(copy: uuid.UUID) -> bool:
    db.session.rollback()
    row = db.session.get_one(Assignment, copy)
    return row.read_first_at is not None and row.read_at is None


def tell(person: Person, copy: uuid.UUID, answer: str) -> None:
    page = person.submit(person.get(at(copy, "check")), {"5.safety": answer}, action="/check")
    assert page.status == 200, page.words


def test_what_came_in_after_the_page_stays_unread(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    one, two = (build.send(who, (build.SHORT, build.SAFETY)) for who in (pair.a, pair.b))
    tell(participant_a, one, "unsure")
    page = read_first(mediator, pair)
    tell(participant_b, two, "yes")
    marked = mediator.submit(page, action="/read-first")
    assert not unread(one)
    assert unread(two)
    assert "Something newer waits to be read" in marked.words
    mediator.submit(marked, action="/read-first")
    assert not unread(two)


def test_an_answer_that_changed_since_the_page_stays_unread(
    pair: Pair, mediator: Person, participant_a: Person
) -> None:
    copy = build.send(pair.a, (build.SHORT, build.SAFETY))
    tell(participant_a, copy, "unsure")
    page = read_first(mediator, pair)
    participant_a.submit(participant_a.get(at(copy, "done")), action="/change")
    tell(participant_a, copy, "yes")
    mediator.submit(page, action="/read-first")
    assert unread(copy)
    mediator.submit(read_first(mediator, pair), action="/read-first")
    assert not unread(copy)


def test_without_the_mark_of_the_page_nothing_is_marked(pair: Pair, mediator: Person, participant_a: Person) -> None:
    copy = build.send(pair.a, (build.SHORT, build.SAFETY))
    tell(participant_a, copy, "unsure")
    page = read_first(mediator, pair)
    for mark in (None, "", "something else"):
        mediator.submit(page, {f"read.{copy}": mark}, action="/read-first")
        assert unread(copy)
    nonsense = {f"read.{copy}": None, "read.": "x", "read.none": "x", f"read.{uuid.uuid4()}": "x"}
    assert mediator.submit(page, nonsense, action="/read-first").status == 200


@pytest.mark.parametrize("with_answer", [True, False])
def test_whatever_waits_can_be_read_and_marked(pair: Pair, mediator: Person, with_answer: bool) -> None:
    """An answer "prefer not to say" from an older form, or one whose answer is gone, blocks nothing for ever."""
    copy = build.send(pair.a, (build.SHORT, build.SAFETY))
    row = db.session.get_one(Assignment, copy)
    row.submitted_at = row.read_first_at = now()
    if with_answer:
        db.session.add(
            Answer(case_id=pair.case, participant_id=pair.a, assignment_id=copy, question_key="5.safety",
                   part_key="5.safety", sharing=Sharing.CLOSED, visibility=Visibility.SAFETY,
                   state=AnswerState.NOT_SAID, saved_at=now())
        )  # fmt: skip
    db.session.commit()
    page = read_first(mediator, pair)
    assert ("Preferred not to say" in page.words) is with_answer
    mediator.submit(page, action="/read-first")
    assert not unread(copy)


def test_a_safety_part_takes_no_prefer_not_to_say(pair: Pair, mediator: Person, participant_a: Person) -> None:
    words = build.part("5.worry", PartType.LONG, visibility=Visibility.SAFETY)
    asked = (build.SHORT, build.SAFETY, build.question("5.worry", words))
    copy = build.send(pair.a, asked)
    form = db.session.get_one(Assignment, copy).form_id
    for sent in ({"5.safety": "not-said"}, {"5.worry.no": "yes"}):
        paper = mediator.get(f"/work/cases/{pair.case}/forms/{form}/paper/A")
        assert mediator.submit(paper, dict(sent), action="/paper/").status == 422
        check = participant_a.get(at(copy, "check"))
        assert participant_a.submit(check, dict(sent), action="/check").status == 422
    assert not unread(copy)


@pytest.mark.parametrize("kind", [PartType.CHOICE, PartType.LINE, PartType.SHORT, PartType.LONG, PartType.SEVERAL])
def test_reading_a_safety_part_refuses_it(kind: PartType) -> None:
    part: Part = build.part("5.s", kind, visibility=Visibility.SAFETY)
    said = {"5.s": "not-said"} if kind in {PartType.CHOICE, PartType.LINE} else {"5.s.no": "yes"}
    outcome = read(part, said)
    assert outcome.state is not AnswerState.NOT_SAID
    assert outcome.errors == {"5.s": Problem.UNKNOWN}


@pytest.mark.parametrize("way", ["paper", "print"])
def test_on_paper_a_safety_part_has_no_such_box(pair: Pair, mediator: Person, way: str) -> None:
    for questions, count in (((build.SHORT, build.SAFETY), 2), ((build.LONG,), 1)):
        copy = build.send(pair.a, questions)
        form = db.session.get_one(Assignment, copy).form_id
        page = mediator.get(f"/work/cases/{pair.case}/forms/{form}/{way}/A")
        assert page.status == 200
        assert page.words.count("Prefer not to say") == count


def test_answers_stand_in_the_order_they_were_asked_in(pair: Pair, mediator: Person, participant_a: Person) -> None:
    keys = ("5.9.zz", "5.10.yy", "5.2.xx", "5.11.aa")
    asked = (build.question(key[:-3], build.part(key, PartType.SHORT, visibility=Visibility.SAFETY)) for key in keys)
    copy = build.send(pair.a, (build.SHORT, *asked))
    said: dict[str, str | None] = {key: f"Said about {key}" for key in keys}
    participant_a.submit(participant_a.get(at(copy, "check")), said, action="/check")
    shown = read_first(mediator, pair).words
    places = [shown.index(words) for words in said.values() if words]
    assert places == sorted(places)
