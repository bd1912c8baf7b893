"""Marking the lines of a list of both: each alone, and both read only what both marked."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mediator.exercises import marks
from mediator.exercises.checks import check_exercise
from mediator.exercises.reading import exercises
from mediator.exercises.terms import Mode
from mediator.guide.reading import guide
from tests.exercises.phones import PHONE, form_of
from tests.exercises.running import at, console, outside_folds, press, start, state, way, write
from tests.exercises.writing import save
from tests.factories import Pair
from tests.people import Page, Person

LIST = "- A bell at the door\n\n- The {neighbour} comes along\n- {other} or Émile’s key\nA bell at the door"
LINES = ["A bell at the door", "The (neighbour) comes along", "(other) or Émile’s key"]
QUESTIONS = exercises()["E26"].stages[2].questions


def with_list(mediator: Person, pair: Pair, a: Person, b: Person, words: str) -> uuid.UUID:
    """“Many ideas first”, with its list written; `a` writes it on their phone."""
    run = start(mediator, pair, "E26")
    for person in (a, b):
        write(person, run, {})
    press(mediator, console(mediator, pair, run), "go_on")
    if words:
        save(a, words)
    return run


def mark(person: Person, run: uuid.UUID, *lines: str) -> Page:
    """Mark some lines, and hand it in."""
    assert person.id is not None
    page = person.get(f"/notes/questions/{form_of(run, person.id, 2)}/1")
    page = person.submit(page, {f"E26.2.marks.{line}": "on" for line in lines}, action="/questions/")
    if page.response.request.path.endswith("/check"):
        return person.submit(page, action="/check")
    return page


def test_each_marks_lines_of_the_list_and_both_read_what_both_marked(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    run = with_list(mediator, pair, participant_a, participant_b, LIST)
    press(mediator, console(mediator, pair, run), "go_on")
    assert participant_b.id is not None
    asked = participant_b.get(f"/notes/questions/{form_of(run, participant_b.id, 2)}/1")
    labels = [" ".join("".join(one.itertext()).split()) for one in asked.all("label")]
    assert [one for one in labels if one in LINES] == LINES, "as written but for dashes and braces, each once"
    mark(participant_a, run, "line1", "line3")
    mark(participant_b, run, "line3", "line2")
    page = mediator.submit(mediator.get(way(console(mediator, pair, run), "E26.2")), action="/open/")
    assert "Émile’s key" in outside_folds(page)
    for person in (participant_a, participant_b):
        words = person.get("/notes/together").words
        assert "Émile’s key" in words
        assert "A bell at the door" not in words, "marked by one alone"
        assert "neighbour" not in words
    first = next(link for link in console(mediator, pair, run).links() if "/write-down/" in link)
    assert mediator.get(first).form("/agreements/new/agreement").fields["what"] == LINES[2], "it begins one"


def test_more_marks_than_may_be_are_refused_and_kept(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    run = with_list(mediator, pair, participant_a, participant_b, "One\nTwo\nThree\nFour")
    press(mediator, console(mediator, pair, run), "go_on")
    page = mark(participant_a, run, "line1", "line2", "line3", "line4")
    assert page.status == 422
    assert len([one for one in page.all("input") if one.get("checked") is not None]) == 4


@pytest.mark.parametrize(
    "words", ["", "A bell at the door", "A bell\na BELL", "\n".join(f"Idea {n}" for n in range(25))]
)
def test_without_a_list_to_choose_from_the_run_stays_where_it_is(
    words: str, pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    run = with_list(mediator, pair, participant_a, participant_b, words)
    page = press(mediator, console(mediator, pair, run), "go_on")
    assert "Each idea is a line of its own." in page.words
    assert page.response.request.path == at(pair, f"/{run}")
    assert state(run).at == 1
    assert "The list" in participant_b.get(PHONE).words


def test_the_list_as_it_stood_is_what_is_marked(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    """What somebody has on an old page can no longer change it: the text of both has gone on."""
    run = with_list(mediator, pair, participant_a, participant_b, "One\nTwo")
    old = participant_a.get(PHONE)
    press(mediator, console(mediator, pair, run), "go_on")
    assert save(participant_a, "Three\nFour", old).status == 409
    assert participant_b.id is not None
    words = participant_b.get(f"/notes/questions/{form_of(run, participant_b.id, 2)}/1").words
    assert "One" in words
    assert "Three" not in words


@example(["- - Twice", "-\u00a0• Twice", "Once - or twice"])
@given(st.lists(st.text(st.characters(categories=["L", "N", "P", "Z"]), max_size=20), max_size=30))
def test_every_idea_is_there_once_in_its_order(lines: list[str]) -> None:
    found = marks.ideas("\n".join(lines))
    assert len({one.casefold() for one in found}) == len(found)
    assert all(one == one.strip() and one for one in found)
    assert marks.ideas("\n".join(found)) == found, "a list of ideas is itself"


def test_a_list_that_is_left_out_somewhere_takes_its_marks_along() -> None:
    whole = exercises()["E26"]
    stages = tuple(replace(one, room=True) if one.key == "E26.list" else one for one in whole.stages)
    problems: list[str] = []
    check_exercise(replace(whole, stages=stages), "E26.toml", guide().steps, problems)
    assert problems == ["E26.toml: stage E26.marks: marks: it is left out where its list is, and nowhere else"]


def test_only_options_change_and_every_one_has_a_key_of_its_own() -> None:
    asked = marks.among(QUESTIONS, ["One", "Two", "Three"])
    (part,) = asked[0].parts
    assert [(one.key, one.label) for one in part.options] == [("line1", "One"), ("line2", "Two"), ("line3", "Three")]
    assert (asked[0].text, part.max_items) == (QUESTIONS[0].text, 3)
    assert exercises()["E26"].stages[2].mode is Mode.DERIVED
