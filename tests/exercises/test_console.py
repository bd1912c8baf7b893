"""What the console, the start page and the screen for everybody show, and what they ask the database."""

from __future__ import annotations

import re
import threading
import uuid

import pytest
from flask import Flask

from mediator.cases.models import Case
from mediator.cases.queries import mediated
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.sealed import ring_of
from mediator.core.signin import SigninSession
from mediator.core.visibility import NOBODY, Letter
from mediator.exercises import console as pages
from mediator.exercises import locks, queries, starting, where
from mediator.exercises.models import ExerciseRun, WishSent
from mediator.exercises.modes import Screen
from mediator.exercises.reading import exercises
from mediator.exercises.terms import Mode, Outcome, Phase, Place, RunState, Wish
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.terms import AssignmentState
from tests.counting import counted
from tests.exercises.running import at, console, outside_folds, press, start, state, write
from tests.exercises.writing import agree, fill
from tests.factories import Pair
from tests.people import Person
from tests.sessions.live import at as session_at
from tests.sessions.live import running

THANKS = {"E13.1.first": "You waited for me", "E13.1.second": "You rang", "E13.1.third": "You laughed"}


def built(pair: Pair, run: uuid.UUID) -> pages.Console:
    """The console's values, for the mediator of the pair."""
    db.session.rollback()
    with ring_of(NOBODY):  # what `mediated` takes up ends here
        case = mediated(pair.mediator, pair.case)
        return pages.build(case, queries.run_of(case, run), now(), pair.mediator)


def test_every_screen_state_wish_and_outcome_has_words() -> None:
    assert set(pages.SCREENS) == set(Screen)
    assert set(pages.WRITING) == set(AssignmentState)
    assert set(pages.WISHES) == set(Wish)
    assert set(pages.PHASES) == set(Phase)
    assert set(where.PLACES) == set(Place)
    assert set(starting.STATES) == set(RunState)
    assert set(starting.OUTCOMES) == set(Outcome)


def test_how_far_each_is_stands_in_the_fold(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    run = start(mediator, pair, "E13")
    write(participant_a, run, THANKS)
    first, second = built(pair, run).phones
    assert (first.letter, first.part, second.part) == (Letter.A, "handed in", "not begun")
    assert first.handed_in_at is not None
    page = console(mediator, pair, run)
    assert "handed in at" in page.words
    assert "handed in at" not in outside_folds(page)


def test_what_anybody_sees_of_the_console_says_nothing_about_who_is_how_far(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    run = start(mediator, pair, "E13")
    before = outside_folds(console(mediator, pair, run))
    write(participant_a, run, THANKS)
    after_a = outside_folds(console(mediator, pair, run))
    write(participant_b, run, THANKS)
    assert before == after_a == outside_folds(console(mediator, pair, run))


def test_that_somebody_told_something_is_a_mark_without_whose_and_what(pair: Pair, mediator: Person) -> None:
    run = start(mediator, pair, "E13")
    said = []
    for person, wish in ((pair.a, Wish.ALONE), (pair.b, Wish.BREAK)):
        row = WishSent(case_id=pair.case, run_id=run, participant_id=person, wish=wish, at=now())
        db.session.add(row)
        db.session.commit()
        said.append(outside_folds(console(mediator, pair, run)))
        db.session.delete(row)
        db.session.commit()
    assert said[0] == said[1]
    assert "From the phones New" in said[0]


def test_when_a_phone_was_last_heard_of(pair: Pair, mediator: Person, participant_a: Person) -> None:
    run = start(mediator, pair, "E13")
    first, second = built(pair, run).phones
    assert first.seen_at is not None
    assert second.seen_at is None
    for row in db.session.scalars(db.select(SigninSession).where(SigninSession.person_id == pair.a)):
        row.ended_at = now()
    db.session.commit()
    assert built(pair, run).phones[0].seen_at is None


def test_the_console_asks_as_much_for_much_as_for_little(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    earlier = start(mediator, pair, "E13")
    with counted() as little:
        console(mediator, pair, earlier)
    press(mediator, console(mediator, pair, earlier), "stop")
    run = start(mediator, pair, "E13")
    for person in (participant_a, participant_b):
        write(person, run, THANKS)
    for _number in range(5):
        db.session.add(WishSent(case_id=pair.case, run_id=run, participant_id=pair.b, wish=Wish.SLOWER, at=now()))
    db.session.commit()
    for part in THANKS:
        link = next(link for link in console(mediator, pair, run).links() if link.endswith(part))
        mediator.submit(mediator.get(link), action="/open/")
    with counted() as much:
        page = console(mediator, pair, run)
    assert outside_folds(page).count("You waited for me") == 2
    assert len(much) <= len(little)


def test_the_start_page_asks_as_much_with_many_runs(pair: Pair, mediator: Person) -> None:
    run = start(mediator, pair, "E13")
    press(mediator, console(mediator, pair, run), "stop")
    with counted() as little:
        mediator.get(at(pair))
    for _number in range(3):
        run = start(mediator, pair, "E01")
        press(mediator, console(mediator, pair, run), "stop")
    with counted() as much:
        page = mediator.get(at(pair))
    assert page.words.count("Ended early") == 4
    assert len(much) == len(little)


def test_the_case_page_asks_once_for_its_exercises(pair: Pair, mediator: Person) -> None:
    run = start(mediator, pair, "E13")
    press(mediator, console(mediator, pair, run), "stop")
    start(mediator, pair, "E13")
    with counted() as sent:
        mediator.get(f"/work/cases/{pair.case}")
    assert sum("exercise_runs" in one for one in sent) == 1


def test_reasons_say_what_holds_and_not_that_it_is_not_made_for_a_place(pair: Pair) -> None:
    case = db.session.get_one(Case, pair.case)
    exercise = exercises()["E13"]
    open_now = starting.choice_of(exercise, queries.facts(case))
    assert (open_now.places, open_now.reasons) == ((Place.PHONES, Place.HOME), ())
    assert open_now.elsewhere == (("On one screen in the room", locks.SENTENCES[locks.Lock.SCREEN]),)
    case.hold = True
    choice = starting.choice_of(exercises()["E01"], queries.facts(case))
    assert (choice.places, choice.reasons) == ((), ("Joint work is not open as the case stands now.",))
    db.session.rollback()


def test_the_screen_for_everybody_shows_the_exercise_and_whose_turn_it_is(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = mediator.get(session_at(pair, session, "/run"))
    link = next(link for link in page.links() if f"session={session}" in link)
    assert "Start an exercise" in mediator.get(link).words
    run = start(mediator, pair, f"E01?session={session}")
    assert state(run).session_id == session
    shown = mediator.get(session_at(pair, session, "/present"))
    assert "Speaker and listener" in shown.words
    assert "One person speaks in short pieces." in shown.words
    # two minutes, of which some seconds may have gone by
    assert re.search(r"A Alex speaks B Sam listens (2:00|1:5\d)", " ".join(shown.words.split()))
    assert len([one for one in shown.all("span") if one.get("role") == "timer"]) == 1, "one clock: that of the turn"
    press(mediator, console(mediator, pair, run), "next_turn")
    assert "Sam speaks" in mediator.get(session_at(pair, session, "/present")).words
    page = console(mediator, pair, run)
    assert session_at(pair, session, "/present") in page.links()
    for _turn in range(3):
        page = press(mediator, console(mediator, pair, run), "next_turn")
    page = press(mediator, page, "go_on")
    words = mediator.get(session_at(pair, session, "/present")).words
    assert "What I heard" in words
    assert "speaks" not in words
    assert "listens" not in words
    page = press(mediator, page, "go_on")
    assert session_at(pair, session, "/run/capture/commitment") in page.links()
    assert "What I heard" not in mediator.get(session_at(pair, session, "/present")).words


@pytest.mark.parametrize("closed", ["paused", "hold"])
def test_the_screen_for_everybody_shows_nothing_of_it_in_a_pause(closed: str, pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    run = start(mediator, pair, f"E01?session={session}")
    if closed == "hold":
        db.session.get_one(Case, pair.case).hold = True
    else:
        state(run).state = RunState.PAUSED
    db.session.commit()
    words = mediator.get(session_at(pair, session, "/present")).words
    assert "Speaker and listener" not in words


def test_the_screen_for_everybody_shows_the_text_of_both_and_no_yes(
    pair: Pair, mediator: Person, participant_a: Person
) -> None:
    session = running(mediator, pair)
    run = start(mediator, pair, f"E24?session={session}")
    fill(mediator, console(mediator, pair, run), words="Our sign is a raised hand")
    before = mediator.get(session_at(pair, session, "/present"))
    assert "Our sign is a raised hand" in before.words
    assert before.title.startswith("Together")
    agree(participant_a)
    after = mediator.get(session_at(pair, session, "/present"))
    clock = re.compile(r"\d+:\d\d")
    assert clock.sub("", after.words) == clock.sub("", before.words)


def test_every_mode_that_can_be_started_is_one_the_console_knows() -> None:
    known = {Mode.ALONE, Mode.OFFERED, Mode.RECIPROCAL, Mode.DERIVED, Mode.TURNS, Mode.TOGETHER}
    known.add(Mode.HELD)  # on a page of its own (held_workspace)
    assert {stage.mode for one in exercises().values() for stage in one.stages} <= known


def test_two_starts_at_the_same_moment_make_one_run(app: Flask, pair: Pair, mediator: Person) -> None:
    forms = [mediator.get(at(pair, f"/start/{key}")).form("/exercises") for key in ("E13", "E01")]
    db.session.rollback()
    cookies = mediator.client.get_cookie("session")
    assert cookies is not None
    ready, answers = threading.Barrier(2), []

    def begin(form: dict[str, str]) -> None:
        client = app.test_client()
        client.set_cookie("session", cookies.value)
        ready.wait(60)
        answers.append(client.post(at(pair), data=form).status_code)

    threads = [threading.Thread(target=begin, args=(form.fields,)) for form in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == [303, 303]
    db.session.rollback()
    assert len(db.session.scalars(db.select(ExerciseRun)).all()) == 1


def test_a_form_of_somebody_absent_is_no_mistake(pair: Pair, mediator: Person, participant_a: Person) -> None:
    run = start(mediator, pair, "E13")
    for row in db.session.scalars(db.select(Assignment).where(Assignment.participant_id == pair.b)):
        row.state = AssignmentState.WITHDRAWN
        row.ended_at = now()
    db.session.commit()
    assert built(pair, run).phones[1].part == "not asked any more"
    assert console(mediator, pair, run).status == 200


def test_the_screen_for_everybody_says_what_each_does_and_has_no_clock_while_something_is_said_back(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    """A stands first whoever speaks, and it says no more than both phones show to both."""
    session = running(mediator, pair)
    start(mediator, pair, f"E01?session={session}")
    for who, do, said in (
        (participant_a, "finished", "A Alex listens B Sam says back what was heard"),
        (participant_b, "said_back", "A Alex says whether it came across B Sam listens"),
    ):
        who.submit(who.get("/notes/exercise"), {"do": do}, action="/turn")
        shown = mediator.get(session_at(pair, session, "/present"))
        assert said in " ".join(shown.words.split())
        assert not [one for one in shown.all("span") if one.get("role") == "timer"]
