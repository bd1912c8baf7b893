"""What is opened of an exercise, and how, while it may be and where it is locked, through the pages."""

from __future__ import annotations

import uuid

import pytest

from mediator.cases.terms import Suitability
from mediator.exercises.reading import exercises
from mediator.exercises.terms import Outcome, RunState
from tests.exercises.phones import case_is
from tests.exercises.running import (
    at,
    console,
    outside_folds,
    press,
    standing,
    start,
    state,
    verbs,
    way,
    write,
    written,
)
from tests.factories import Pair
from tests.people import Person


def test_under_a_hold_both_see_a_pause_and_the_console_says_why(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    run = written(mediator, pair, participant_a, participant_b)
    looked = mediator.get(way(console(mediator, pair, run)))
    case_is(pair, hold=True)
    page = console(mediator, pair, run)
    assert "Both see a pause." in outside_folds(page)
    assert "Joint work is not open as the case stands now." in page.words
    assert "Joint work is not open" not in outside_folds(page)
    assert page.words.count("A pause Their part") == 2, "each phone shows it"
    assert "Go on to" not in page.words
    assert "Finish it" in page.words
    refused = mediator.submit(looked, action="/open/")
    assert "The case is on hold." in refused.words
    assert not standing(pair)
    assert "The case is on hold." in mediator.get(looked.response.request.path).words
    press(mediator, page, "stop")
    assert state(run).state is RunState.STOPPED, "it can always be ended"


def test_what_was_open_is_shown_nowhere_while_it_is_locked(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    run = written(mediator, pair, participant_a, participant_b)
    mediator.submit(mediator.get(way(console(mediator, pair, run))), action="/open/")
    case_is(pair, suitability=Suitability.SAFEGUARDS)
    assert "You waited" not in outside_folds(console(mediator, pair, run))
    for person in (participant_a, participant_b):
        assert "You waited" not in person.get("/notes/together").words


def test_what_was_looked_at_is_not_opened_once_the_exercise_is_locked(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    """Thanks can raise a hope that is not there: with the words for ending well the exercise closes at once."""
    run = written(mediator, pair, participant_a, participant_b)
    looked = mediator.get(way(console(mediator, pair, run)))
    case_is(pair, closure=True)
    page = mediator.submit(looked, action="/open/")
    assert "This exercise is locked as the case stands now." in page.words
    assert not standing(pair)
    again = mediator.get(looked.response.request.path)
    assert "This can’t be opened today" in again.words
    assert not [one for one in again.all("form") if "/open/" in (one.get("action") or "")]


@pytest.mark.parametrize("outcome", [Outcome.MEDIATOR, Outcome.DISCARDED])
def test_what_is_not_kept_for_both_is_closed(
    outcome: Outcome, pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    run = written(mediator, pair, participant_a, participant_b)
    mediator.submit(mediator.get(way(console(mediator, pair, run))), action="/open/")
    page = press(mediator, console(mediator, pair, run), "go_on")
    mediator.submit(page, {"outcome": outcome.value}, action="/outcome")
    assert not standing(pair)
    assert "You waited" not in participant_b.get("/notes/together").words
    assert state(run).outcome is outcome


def test_pressed_twice_is_as_once(pair: Pair, mediator: Person, participant_a: Person, participant_b: Person) -> None:
    run = written(mediator, pair, participant_a, participant_b)
    looked = mediator.get(way(console(mediator, pair, run)))
    mediator.submit(looked, action="/open/")
    page = mediator.submit(looked, action="/open/")
    (opening,) = standing(pair)
    for _press in range(2):
        assert "Closed again." in mediator.submit(page, action=f"/close/{opening.id}").words
    assert not standing(pair)
    assert verbs(pair).count("opening.made") == verbs(pair).count("opening.withdrawn") == 1
    other = mediator.post(at(pair, f"/{run}/close/{uuid.uuid4()}"), page.form("/steps").fields)
    assert other.status == 404


def test_nothing_is_opened_of_a_form_or_part_of_another(pair: Pair, mediator: Person, participant_a: Person) -> None:
    run = start(mediator, pair, "E13")
    for tail in (f"/{uuid.uuid4()}/open/0/E13.1.first", f"/{run}/open/1/E13.1.first",
                 f"/{run}/open/0/E13.9.none", f"/{run}/open/0/E13.1.first?author=C"):  # fmt: skip
        assert mediator.get(at(pair, tail)).status == 404, tail


def test_what_one_offers_is_opened_as_theirs(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    run = start(mediator, pair, "E03")
    write(participant_a, run, {"E03.1.seen": "The door at nine", "E03.1.seen.offer": "yes"})
    page = console(mediator, pair, run)
    assert "Open what Alex offers" in page.words
    assert "Open what Alex offers" not in outside_folds(page)
    looked = mediator.get(way(page))
    assert looked.response.request.full_path.endswith("author=A")
    page = mediator.submit(looked, action="/open/")
    assert "Both can read what Alex wrote since" in outside_folds(page)
    assert "The door at nine" in participant_b.get("/notes/together").words


def test_a_derived_line_can_be_made_stricter_or_left_out(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    run = start(mediator, pair, "E22")
    part = exercises()["E22"].stages[0].questions[0].parts[0]
    first, second = part.rows[0], part.rows[1]
    for person in (participant_a, participant_b):
        write(person, run, {f"{part.key}.{first.key}": "yes", f"{part.key}.{second.key}": "yes"})
    address = way(console(mediator, pair, run), part.key)
    page = mediator.get(f"{address}?row.{first.key}=no&row.{second.key}=out")
    assert f"No. {first.label}" in page.words
    page = mediator.submit(page, action="/open/")
    assert f"No. {first.label}" in outside_folds(page)
    words = participant_b.get("/notes/together").words
    assert f"No. {first.label}" in words
    assert f"Yes. {second.label}" not in words


def test_with_safeguards_nothing_derived_is_opened(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    run = start(mediator, pair, "E22", place="home")
    part = exercises()["E22"].stages[0].questions[0].parts[0]
    for person in (participant_a, participant_b):
        write(person, run, {f"{part.key}.{part.rows[0].key}": "yes"})
    looked = mediator.get(way(console(mediator, pair, run), part.key))
    case_is(pair, suitability=Suitability.SAFEGUARDS)
    page = console(mediator, pair, run)
    assert not [link for link in page.links() if "/open/" in link]
    assert "The suitability you recorded does not allow this." in mediator.submit(looked, action="/open/").words
    assert not standing(pair)
