"""The comparison page: what was handed in and nothing else, furthest apart first, with its privacy marks."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Sharing, Visibility
from mediator.guide.content import PartType, Scale
from mediator.questionnaires.models import Answer, Assignment, Reading
from mediator.questionnaires.terms import AnswerState, AssignmentState
from tests.counting import counted
from tests.factories import Pair
from tests.people import Page, Person
from tests.questionnaires.given import Asked, Told, make_form, part

NEAR = part("5.1.near", PartType.LINE, Sharing.CLOSED)
FAR = part("5.2.far", PartType.LINE, Sharing.RECIPROCAL)
WORDS = part("5.4.words", PartType.LONG, Sharing.OFFERED)
CHOICE = part("5.5.choice", PartType.CHOICE, Sharing.CLOSED)
SAFETY = part("5.safety.worry", PartType.CHOICE, Sharing.CLOSED, visibility=Visibility.SAFETY)
LIMITS = part("5.11.limits", PartType.GRID, Sharing.DERIVED, scale=Scale.LIGHTS)


def page_of(pair: Pair, who: Person, query: str = "") -> Page:
    page = who.get(f"/work/cases/{pair.case}/comparison{query}")
    assert page.status == 200, page.words
    return page


def order_of(page: Page, *texts: str) -> list[int]:
    return [page.words.index(text) for text in texts]


@pytest.fixture
def form(pair: Pair) -> uuid.UUID:
    return make_form(
        pair,
        [
            Asked(NEAR, Told(7), Told(6), text="The near one"),
            Asked(FAR, Told(9), Told(1), text="The far one"),
            Asked(CHOICE, Told("one"), Told(state=AnswerState.NOT_SAID), text="The unsaid one"),
            Asked(WORDS, Told("qqA wrote", offered=True), Told("qqB wrote"), text="The written one"),
            Asked(SAFETY, Told("two"), Told("one"), text="The worried one"),
        ],
    )


def test_furthest_apart_first_then_agreement_then_words_then_unanswered(
    pair: Pair, form: uuid.UUID, mediator: Person
) -> None:
    places = order_of(page_of(pair, mediator), "The far one", "The near one", "The written one", "The unsaid one")
    assert places == sorted(places)


def test_a_gap_is_distance_and_an_unsaid_answer_is_none(pair: Pair, form: uuid.UUID, mediator: Person) -> None:
    page = page_of(pair, mediator)
    assert "8 apart" in page.words
    assert "Preferred not to say" in page.words
    assert "10 apart" not in page.words


def test_each_answer_says_who_may_read_it(pair: Pair, form: uuid.UUID, mediator: Person) -> None:
    page = page_of(pair, mediator)
    assert "Both can read this once both have answered and you open it" in page.words
    assert "Sam can read this once you open it. Alex agreed" in page.words
    assert "Only you. Not offered to Alex" in page.words
    assert "kept this private" not in page.words


def test_an_answer_kept_private_reads_otherwise_than_one_that_was_only_not_offered(
    pair: Pair, mediator: Person
) -> None:
    make_form(
        pair,
        [
            Asked(FAR, Told(7, kept=True), Told(6), text="The kept one"),
            Asked(WORDS, Told("qqA wrote"), Told("qqB wrote", kept=True), text="The written one"),
        ],
    )
    words = page_of(pair, mediator).words
    assert words.count("Only you. Alex kept this private") == 1
    assert words.count("Only you. Not offered to Sam") == 1
    assert words.count("Only you. Sam kept this private") == 1


def test_safety_answers_never_stand_in_the_comparison(pair: Pair, form: uuid.UUID, mediator: Person) -> None:
    page = page_of(pair, mediator)
    assert "The worried one" not in page.text
    told = mediator.get(f"/work/cases/{pair.case}/read-first")
    assert "The worried one" in told.words
    assert "The second" in told.words


def test_drafts_and_answers_taken_back_are_not_read(pair: Pair, mediator: Person) -> None:
    make_form(pair, [Asked(WORDS, Told("qqA draft"), Told("qqB draft"))], submitted=False, days_ago=1)
    page = page_of(pair, mediator)
    assert "qqA draft" not in page.text
    assert "not handed in yet" in page.words
    make_form(pair, [Asked(WORDS, Told("qqA handed in"), Told("qqB handed in"))])
    row = db.session.scalars(
        db.select(Assignment).where(Assignment.participant_id == pair.a, Assignment.state == AssignmentState.SUBMITTED)
    ).one()
    row.state = AssignmentState.REOPENED
    for answer in row.answers:
        answer.visibility = Visibility.OWN
    db.session.commit()
    page = page_of(pair, mediator)
    assert "qqA handed in" not in page.text
    assert "qqB handed in" in page.text
    assert "taken back to be changed" in page.words


@pytest.mark.parametrize(
    ("submitted", "marked"),
    [(False, Visibility.PRIVATE), (True, Visibility.OWN)],
    ids=["a draft marked as handed in", "a handed-in form with words marked as a draft"],
)
def test_either_mark_of_a_draft_is_enough_to_keep_it_out(
    pair: Pair, mediator: Person, *, submitted: bool, marked: Visibility
) -> None:
    """The state of the form and the mark of the answer say the same; were one of them wrong, the other still holds."""
    make_form(pair, [Asked(WORDS, Told("qqA draft", offered=True), Told("qqB draft"))], submitted=submitted)
    for answer in db.session.scalars(db.select(Answer)):
        answer.visibility = marked
    db.session.commit()
    page = page_of(pair, mediator)
    assert "qqA draft" not in page.text
    assert "qqB draft" not in page.text


def test_all_steps_together_takes_the_newest_of_each_question(pair: Pair, mediator: Person) -> None:
    once = Asked(NEAR, Told(1), Told(9), text="Asked once")
    make_form(pair, [Asked(WORDS, Told("qqold"), Told("x")), once], days_ago=14)
    make_form(pair, [Asked(WORDS, Told("qqnew"), Told("y"))])
    page = page_of(pair, mediator, "?form=all&order=steps")
    assert "Asked once" in page.words
    assert "qqnew" in page.text
    assert "qqold" not in page.text


def test_all_steps_together_ask_the_database_no_oftener_than_one_form(pair: Pair, mediator: Person) -> None:
    for days in (21, 14, 7):
        make_form(pair, [Asked(WORDS, Told("qqone"), Told("qqother"))], days_ago=days)
    page_of(pair, mediator)
    with counted() as one:
        page_of(pair, mediator)
    with counted() as together:
        page_of(pair, mediator, "?form=all")
    assert len(together) == len(one)


def test_the_eight_steps_show_each_persons_latest_reading(pair: Pair, form: uuid.UUID, mediator: Person) -> None:
    for person, values in ((pair.a, (2, 8)), (pair.b, (3,))):
        for weeks, value in enumerate(values):
            at = now() - timedelta(weeks=10 - weeks)
            row = Reading(case_id=pair.case, participant_id=person, line="ready", step="5", at=at,
                          source_kind="assignment", source_id=uuid.uuid4())  # fmt: skip
            row.value = value
            db.session.add(row)
            db.session.commit()
    rows = [" ".join("".join(row.itertext()).split()) for row in page_of(pair, mediator).all("tr")]
    trust = next(row for row in rows if "Rebuild Trust" in row)
    assert trust.endswith("835")
    assert any("Communication" in row and "not answered yet" in row for row in rows)


def test_an_unknown_order_or_form_shows_the_usual_page(pair: Pair, form: uuid.UUID, mediator: Person) -> None:
    assert "The far one" in page_of(pair, mediator, "?order=upside-down&form=nonsense").words


def test_a_form_that_was_just_sent_is_not_the_first_to_be_shown(pair: Pair, mediator: Person) -> None:
    make_form(pair, [Asked(WORDS, Told("qqold"), Told("x"))], days_ago=9)
    make_form(pair, [Asked(WORDS, Told("qqlate"), None)], days_ago=5)
    assert "qqlate" in page_of(pair, mediator).text
    make_form(pair, [Asked(WORDS, None, None)], submitted=False)
    assert "qqlate" in page_of(pair, mediator).text


def test_before_anything_is_sent_the_page_says_what_will_be_here(pair: Pair, mediator: Person) -> None:
    page = page_of(pair, mediator)
    assert "side by side" in page.words
    assert any("/forms/new" in link for link in page.links())


def test_limits_are_measured_and_shown_in_words(pair: Pair, mediator: Person) -> None:
    cell = {"one": {"value": "yes", "note": ""}, "two": {"value": "no", "note": ""}}
    other = {"one": {"value": "if", "note": "qqask first"}, "two": {"value": "no", "note": ""}}
    make_form(pair, [Asked(LIMITS, Told(cell), Told(other))])
    page = page_of(pair, mediator)
    assert "3 apart" in page.words
    assert "qqask first" in page.words


def test_a_newer_form_nobody_has_answered_hides_no_older_answer(pair: Pair, mediator: Person) -> None:
    make_form(pair, [Asked(WORDS, Told("the old A"), Told("the old B"), text="Asked twice")], days_ago=5)
    make_form(pair, [Asked(WORDS, None, None, text="Asked twice")], submitted=False, days_ago=1)
    make_form(pair, [Asked(WORDS, None, Told(state=AnswerState.SKIPPED), text="Asked twice")])
    page = page_of(pair, mediator, "?form=all")
    assert "the old A" in page.words
    assert "the old B" in page.words
    make_form(pair, [Asked(WORDS, None, Told("the new B"), text="Asked twice")])
    page = page_of(pair, mediator, "?form=all")
    assert "the new B" in page.words
    assert "the old A" not in page.words, "where the newer form has an answer, it stands"
