"""What has no distance is read side by side, never measured: no gap, no number, no drawing, no reason on an agenda."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediator.cases.models import Case
from mediator.core.db import db
from mediator.core.sealed import ring_of
from mediator.core.visibility import Sharing, Viewer
from mediator.guide.content import Part, PartType, question_for
from mediator.guide.reading import guide
from mediator.questionnaires.comparison import Asked, Given, Order, apart, compare
from mediator.questionnaires.spec import PLACEHOLDERS, from_spec, to_spec
from mediator.questionnaires.terms import AnswerState
from mediator.sessions import queries
from mediator.sessions.models import MediationSession
from tests.factories import Pair
from tests.people import Person
from tests.questionnaires.given import Asked as ToBoth
from tests.questionnaires.given import Told, make_form, part
from tests.questionnaires.test_comparison import MEASURED, PAIRS, values_of
from tests.sessions.plan import make_session

LETTING_GO = replace(part("3.7.letting_go", PartType.LINE, Sharing.CLOSED), measured=False)
WISH = replace(part("3.6.form", PartType.CHOICE, Sharing.CLOSED), measured=False)
NEAR = part("5.9.near", PartType.LINE, Sharing.CLOSED)

two_answers = st.sampled_from(MEASURED).flatmap(
    lambda which: st.tuples(st.just(replace(which, measured=False)), values_of(which), values_of(which))
)


def said(value: object) -> Given:
    return Given(AnswerState.ANSWERED, value)


@given(two_answers, st.sampled_from(Order))
@settings(deadline=None)
def test_whatever_two_people_answer_it_stands_in_words_and_has_no_distance(
    answers: tuple[Part, object, object], order: Order
) -> None:
    which, a, b = answers
    assert apart(which, said(a), said(b)) is None
    found = compare([*PAIRS, Asked("3.7", "How is it?", "3", which, said(a), said(b))], order)
    assert [line.asked.question for line in found.in_words if line.asked.part is which] == ["3.7"]
    assert all(line.asked.part is not which for line in (*found.apart, *found.together, *found.unanswered))
    assert all(line.apart is None for line in found.in_words)


@given(two_answers, st.sampled_from([AnswerState.EMPTY, AnswerState.SKIPPED, AnswerState.NOT_SAID]))
@settings(deadline=None)
def test_not_answered_by_both_is_listed_as_every_other(
    answers: tuple[Part, object, object], state: AnswerState
) -> None:
    which, a, _ = answers
    for missing in (None, Given(state)):
        found = compare([Asked("3.7", "How is it?", "3", which, said(a), missing)])
        assert (len(found.unanswered), found.in_words) == (1, ())


def test_a_copy_of_the_question_keeps_it_and_an_older_copy_without_it_is_measured() -> None:
    question = question_for(guide().question("3.7"), "siblings", False)
    spec = to_spec(question, "3", PLACEHOLDERS)
    assert [one.measured for one in from_spec(spec).parts] == [False] * 4
    assert [one.measured for one in from_spec(spec, {"other": "Sam", "mediator": "Noor"}).parts] == [False] * 4
    for one in spec["parts"]:
        del one["measured"]
    assert [one.measured for one in from_spec(spec).parts] == [True] * 4


@pytest.fixture
def told(pair: Pair) -> Pair:
    make_form(
        pair,
        [
            ToBoth(LETTING_GO, Told(1), Told(9), text="The four lines"),
            ToBoth(WISH, Told("one"), Told("three"), text="The wish"),
            ToBoth(NEAR, Told(6), Told(5), text="The near one"),
        ],
    )
    return pair


def test_the_page_shows_both_answers_after_the_measured_ones_with_no_number_and_no_drawing(
    told: Pair, mediator: Person
) -> None:
    page = mediator.get(f"/work/cases/{told.case}/comparison")
    places = [page.words.index(text) for text in ("The near one", "In words", "The four lines", "The wish")]
    assert places == sorted(places)
    articles = {
        next(text for text in ("The four lines", "The wish", "The near one") if text in words): (words, one)
        for one in page.all("article")
        if (words := " ".join("".join(one.itertext()).split()))
    }
    for text, answers in (("The four lines", ("1 of 10", "9 of 10")), ("The wish", ("The first", "The third"))):
        words, article = articles[text]
        assert all(answer in words for answer in answers)
        assert "apart" not in words
        assert not [one for one in article.iter() if str(one.tag).endswith("svg") and one.get("class") == "dumbbell"]
    assert "1apart" in articles["The near one"][0]
    assert "8 apart" not in page.words
    assert "10 apart" not in page.words


def test_it_is_never_the_reason_for_a_block_of_an_agenda(told: Pair) -> None:
    session_id = make_session(told, step="3", items=())
    with ring_of(Viewer.staff(told.mediator, frozenset({told.case}))):
        case, session = db.session.get_one(Case, told.case), db.session.get_one(MediationSession, session_id)
        assert queries.facts(case, session).gaps == ()
