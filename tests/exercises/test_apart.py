"""With safeguards the part with both falls away, and what each does alone stays: started then, or once they came."""

from __future__ import annotations

import uuid

import pytest

from mediator.cases.terms import Suitability
from mediator.core.db import db
from mediator.exercises import locks
from mediator.exercises.models import ExerciseRun
from mediator.exercises.terms import RunState
from mediator.questionnaires.models import Form
from tests.exercises.phones import PHONE, case_is, hand_in
from tests.exercises.running import at, console, outside_folds, press, start, state, write
from tests.exercises.writing import agree, save
from tests.factories import Pair
from tests.people import Page, Person

PART = locks.SENTENCES[locks.Lock.SAFEGUARDS_PART]
TOGETHER = "/notes/together"


def safeguards(pair: Pair, *, on: bool = True) -> None:
    """The mediator recorded safeguards, or that they are not needed any more."""
    case_is(pair, suitability=Suitability.SAFEGUARDS if on else Suitability.USUAL)


def asked(run: uuid.UUID, stage: int = 0) -> list[str]:
    """The questions of the form of one stage."""
    form = db.session.get_one(Form, state(run).stages[stage].form_id)
    return [row.key for row in form.questions]


def stages(run: uuid.UUID) -> list[str]:
    return [stage.key.partition(".")[2] for stage in state(run).stages]


def opened(mediator: Person, pair: Pair, run: uuid.UUID) -> None:
    """The mediator opens the first item that may be opened."""
    way = next(link for link in console(mediator, pair, run).links() if "/open/" in link)
    mediator.submit(mediator.get(way), action="/open/")


def folded(page: Page, title: str) -> str:
    return " ".join("".join(one.itertext()) for one in page.all("details") if title in "".join(one.itertext()))


def learned(mediator: Person, pair: Pair, a: Person, b: Person, place: str = "phones") -> uuid.UUID:
    """“Which way from here” in a usual case, in its second part, with what A learned open to both."""
    run = start(mediator, pair, "E27", place=place)
    for person in (a, b):
        hand_in(person, run)
    press(mediator, console(mediator, pair, run), "go_on")
    write(a, run, {"E27.4.learned": "I go quiet", "E27.4.learned.offer": "yes"})
    write(b, run, {"E27.4.learned": "I hurry", "E27.4.learned.offer": "yes"})
    opened(mediator, pair, run)
    return run


@pytest.mark.parametrize(
    ("key", "out", "left", "questions"),
    [
        ("E27", "Left out: What I learned about myself, The way you both confirm.", ["lean"], ["E27.1"]),
        ("E28", "Left out: What I would like to say, Words of each, Closing words.", ["open"], ["E28.3"]),
    ],
)
def test_with_safeguards_it_is_started_without_the_part_with_both(
    pair: Pair,
    mediator: Person,
    participant_a: Person,
    participant_b: Person,
    key: str,
    out: str,
    left: list[str],
    questions: list[str],
) -> None:
    safeguards(pair)
    page = mediator.get(at(pair, f"/start/{key}"))
    assert [one.get("value") for one in page.all("input") if one.get("name") == "place"] == ["home", "shuttle"]
    assert out in page.words
    assert ("nobody is asked for a part of their own" in page.words) is (key == "E27")
    run = start(mediator, pair, key, place="shuttle")
    assert stages(run) == left
    assert asked(run) == questions
    seen = [" ".join(one.get(PHONE).words.replace("Alex", "Sam").split()) for one in (participant_a, participant_b)]
    assert seen[0] == seen[1]
    for person in (participant_a, participant_b):
        assert "afeguard" not in person.get(PHONE).text
        hand_in(person, run)
    over = press(mediator, console(mediator, pair, run), "go_on")
    assert state(run).state is RunState.FINISHED
    assert over.status == 200


def test_in_the_usual_case_nothing_of_it_is_left_out(pair: Pair, mediator: Person) -> None:
    assert "Left out" not in mediator.get(at(pair, "/start/E27")).words
    run = start(mediator, pair, "E27", place="home")
    assert stages(run) == ["lean", "learned", "way"]
    assert asked(run) == ["E27.1", "E27.2", "E27.3"]


def test_by_letter_a_goodbye_has_all_but_what_is_said_in_the_room(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    page = mediator.get(at(pair, "/start/E28"))
    assert "At home. Left out: Words of each. Passed on by you. Left out: Words of each." in page.words
    run = start(mediator, pair, "E28", place="shuttle")
    assert stages(run) == ["open", "words", "closing"]
    for words in ({"E28.3.open.0": "The keys"}, {"E28.1.thanks": "The garden", "E28.1.thanks.offer": "yes"}):
        write(participant_a, run, dict(words))
        write(participant_b, run, {})
        last = console(mediator, pair, run)
        press(mediator, last, "go_on")
    opened_words = participant_b.get(PHONE).words
    assert "Closing words" in opened_words
    assert "The keys" not in opened_words


def test_where_safeguards_come_before_the_part_with_both_it_ends_there(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    run = start(mediator, pair, "E27", place="shuttle")
    stale = console(mediator, pair, run)
    before = {person: person.get(PHONE).words for person in (participant_a, participant_b)}
    safeguards(pair)
    assert {person: person.get(PHONE).words for person in before} == before
    page = console(mediator, pair, run)
    assert "it ends with this one" in folded(page, "Before you go on")
    assert "afeguard" not in outside_folds(page)
    assert "Go on to" not in page.words
    refused = press(mediator, stale, "go_on")  # a page from before: it said that it goes on
    assert "This has moved on meanwhile" in refused.words
    assert (state(run).at, state(run).state) == (0, RunState.RUNNING)
    press(mediator, page, "finish")
    assert state(run).state is RunState.FINISHED
    for person in before:
        assert "afeguard" not in person.get(PHONE).text


def test_a_page_that_said_it_ends_does_not_go_on(pair: Pair, mediator: Person) -> None:
    run = start(mediator, pair, "E27", place="shuttle")
    safeguards(pair)
    page = console(mediator, pair, run)
    safeguards(pair, on=False)
    assert "This has moved on meanwhile" in press(mediator, page, "finish").words
    assert (state(run).at, state(run).state) == (0, RunState.RUNNING)


@pytest.mark.parametrize("place", ["phones", "shuttle", "home"])
def test_in_the_part_with_both_safeguards_are_a_pause_and_nothing_stands_open(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person, place: str
) -> None:
    run = learned(mediator, pair, participant_a, participant_b, place)
    for person in (participant_a, participant_b):
        assert "I go quiet" in person.get(TOGETHER).words
    link = next(link for link in console(mediator, pair, run).links() if "/open/" in link)
    safeguards(pair)
    for person in (participant_a, participant_b):
        for path in (PHONE, TOGETHER, "/notes"):
            assert "I go quiet" not in person.get(path).text
            assert "afeguard" not in person.get(path).text
        if place != "home":
            assert "A pause" in person.get(PHONE).words
    page = console(mediator, pair, run)
    if place != "phones":
        assert PART in folded(page, "Why both see a pause")
    assert PART not in outside_folds(page)
    assert "Go on to" not in page.words
    assert "This can’t be opened today" in mediator.get(link).words
    safeguards(pair, on=False)
    assert "I go quiet" in participant_b.get(TOGETHER).words


def test_what_stood_open_of_it_is_hidden_while_there_are_safeguards(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    """At home, where the exercise itself stays open: its closed part does not, and a kept text of both neither."""
    run = learned(mediator, pair, participant_a, participant_b, "home")
    press(mediator, console(mediator, pair, run), "go_on")
    row = state(run)
    assert row.stages[row.at].key == "E27.way"
    save(mediator, "No decision yet, for now", console(mediator, pair, run))
    for person in (participant_a, participant_b):
        agree(person)
    over = press(mediator, console(mediator, pair, run), "go_on")
    mediator.submit(over, {"outcome": "joint"}, action="/outcome")
    for on, there in ((True, False), (False, True)):
        safeguards(pair, on=on)
        for person in (participant_a, participant_b):
            words = person.get(TOGETHER).words
            assert ("I go quiet" in words, "No decision yet, for now" in words) == (there, there)


def test_what_both_still_read_is_open_at_the_console_too_and_can_be_closed(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    """A part that stays open with safeguards, while the run stands in one that does not."""
    run = start(mediator, pair, "E28", place="shuttle")
    write(participant_a, run, {"E28.3.open.0": "The keys to the shed", "E28.3.open.offer": "yes"})
    write(participant_b, run, {})
    opened(mediator, pair, run)
    press(mediator, console(mediator, pair, run), "go_on")
    safeguards(pair)
    assert "The keys to the shed" in participant_b.get(TOGETHER).words
    page = console(mediator, pair, run)
    assert "The keys to the shed" in outside_folds(page)
    mediator.submit(page, action="/close/")
    assert "The keys to the shed" not in participant_b.get(TOGETHER).words


def test_a_run_goes_on_as_it_was_copied(pair: Pair, mediator: Person, participant_a: Person) -> None:
    """Without safeguards again, a run that was started with them stays as short as it was."""
    safeguards(pair)
    run = start(mediator, pair, "E27", place="home")
    safeguards(pair, on=False)
    assert stages(run) == ["lean"]
    assert "Finish it" in console(mediator, pair, run).words
    assert db.session.scalars(db.select(ExerciseRun)).one().version == 3
