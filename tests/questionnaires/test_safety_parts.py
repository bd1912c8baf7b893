"""Questions about safety as the guide asks them: choices and words, on the check page and nowhere else."""

from __future__ import annotations

import uuid

import pytest

from mediator.core.db import db
from mediator.guide.content import question_for
from mediator.guide.reading import guide
from mediator.questionnaires.fields import SHORT
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.spec import from_spec, to_spec
from tests.factories import Pair
from tests.people import Page, Person
from tests.questionnaires import build
from tests.questionnaires.answering import at
from tests.questionnaires.test_read_first import read_first, unread

ITEMS = ("afraid", "watched", "control", "threats", "body", "pushed", "after")
CALM = {"0.4.orders": "no", "0.6.free": "yes", **{f"0.11.{item}": "no" for item in ITEMS}}


def sent(pair: Pair, *keys: str) -> uuid.UUID:
    """A form of these questions of the guide, sent to A."""
    return build.send(pair.a, tuple(question_for(guide().question(key), "friends", closure=False) for key in keys))


@pytest.fixture
def intake(pair: Pair) -> uuid.UUID:
    return sent(pair, "0.7", "0.4", "0.6", "0.11")


def hand_in(person: Person, copy: uuid.UUID, answers: dict[str, str]) -> Page:
    return person.submit(person.get(at(copy, "check")), dict(answers), action="/check")


def test_every_part_stands_on_the_check_page_and_who_reads_it_once_a_question(
    intake: uuid.UUID, participant_a: Person
) -> None:
    check = participant_a.get(at(intake, "check"))
    for key in ("0.4", "0.6", "0.11"):
        question = guide().question(key)
        assert question.text.replace("{other}", "Sam") in check.words
        for part in question.parts:
            assert part.label.replace("{other}", "Sam") in check.words
    assert check.words.count("It is kept apart and never shown to anyone else") == 3
    assert check.words.count("I would rather talk about it") == 2 + len(ITEMS)
    assert {"0.6.words", *CALM} <= check.form("/check").fields.keys() | {*CALM}
    assert participant_a.look_at(at(intake, 2)).status == 404  # only 0.7 has a page of its own


def test_calm_answers_ask_for_nothing_to_be_read_first(intake: uuid.UUID, participant_a: Person) -> None:
    assert hand_in(participant_a, intake, CALM).status == 200
    assert not unread(intake)


def test_left_empty_they_ask_for_nothing(intake: uuid.UUID, participant_a: Person) -> None:
    assert hand_in(participant_a, intake, {}).status == 200
    assert not unread(intake)


@pytest.mark.parametrize(
    ("field", "answer"),
    [
        ("0.4.orders", "unsure"),
        ("0.4.orders", "talk"),
        ("0.6.free", "partly"),
        ("0.6.free", "no"),  # here a plain no is no calm answer
        ("0.6.free", "talk"),
        ("0.6.words", "no"),  # words never are
        *((f"0.11.{item}", "sometimes") for item in ITEMS),
    ],
)
def test_one_answer_that_is_not_calm_among_calm_ones_is_read_first(
    intake: uuid.UUID, pair: Pair, participant_a: Person, mediator: Person, field: str, answer: str
) -> None:
    hand_in(participant_a, intake, {**CALM, field: answer})
    assert unread(intake)
    part = next(part for key in ("0.4", "0.6", "0.11") for part in guide().question(key).parts if part.key == field)
    page = read_first(mediator, pair)
    assert part.label.replace("{other}", "Sam") in page.words
    said = next((option.label for option in part.options if option.key == answer), answer)
    assert said in page.words


def test_words_about_safety_that_are_too_long_are_said_and_nothing_is_handed_in(
    intake: uuid.UUID, participant_a: Person
) -> None:
    page = hand_in(participant_a, intake, {**CALM, "0.6.words": "w" * (SHORT + 1)})
    assert page.status == 422
    assert page.form("/check").fields["0.6.words"] == "w" * (SHORT + 1)
    assert not unread(intake)
    assert db.session.get_one(Assignment, intake).submitted_at is None


@pytest.mark.parametrize(
    ("chosen", "first"),
    [(["room"], False), (["rooms"], True), (["room", "support"], True), (["room", "video"], True), ([], False)],
)
def test_of_several_only_calm_ones_are_calm(pair: Pair, participant_a: Person, chosen: list[str], first: bool) -> None:
    copy = sent(pair, "7.2", "7.4")
    hand_in(participant_a, copy, {f"7.4.format.{option}": "yes" for option in chosen})
    assert unread(copy) is first


def test_a_copy_keeps_what_is_calm_and_what_is_ordered() -> None:
    for key in ("0.6", "7.4", "8.3", "8.11"):
        asked = question_for(guide().question(key), "friends", closure=False)
        words = {"other": "{other}", "mediator": "{mediator}"}
        for part, copy in zip(asked.parts, from_spec(to_spec(asked, key[0], words)).parts, strict=True):
            assert (copy.calm, copy.ordered) == (part.calm, part.ordered)
    old = to_spec(guide().question("8.3"), "8", {})
    for part_copy in old["parts"]:
        del part_copy["calm"], part_copy["ordered"]
    assert not from_spec(old).parts[0].ordered
