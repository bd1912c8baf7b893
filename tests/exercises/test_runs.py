"""Starting an exercise, taking it through its stages with both, and what becomes of it, through the pages."""

from __future__ import annotations

import contextvars
import uuid
from datetime import timedelta

import pytest
from flask import Flask

from mediator.cases.terms import Suitability
from mediator.core import live
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.signin import SigninSession
from mediator.core.visibility import Letter
from mediator.exercises import actions
from mediator.exercises.models import ExerciseRun, WishSent
from mediator.exercises.terms import Phase, RunState, Wish
from mediator.practice.models import Staff
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.terms import AssignmentState
from mediator.sessions.terms import SessionState
from tests.exercises.phones import case_is
from tests.exercises.running import (
    THANKS_A,
    THANKS_B,
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
from tests.factories import Pair, make_pair
from tests.people import Person
from tests.sessions.plan import make_session


def test_a_whole_exercise_of_thanks(pair: Pair, mediator: Person, participant_a: Person, participant_b: Person) -> None:
    run = start(mediator, pair, "E13")
    page = console(mediator, pair, run)
    assert page.all("h1")[0].text == "Thanks for three things"
    write(participant_a, run, THANKS_A)
    page = console(mediator, pair, run)
    assert "You waited" in page.words
    assert "You waited" not in outside_folds(page)
    assert not [link for link in page.links() if "/open/" in link], "nothing opens before both are in"
    assert "station" not in participant_b.get("/notes/together").words
    write(participant_b, run, THANKS_B)
    looked = mediator.get(way(console(mediator, pair, run)))
    assert "You waited" in looked.words
    assert "You called" in looked.words
    assert not standing(pair)
    page = mediator.submit(looked, action="/open/")
    assert "Opened. Both can read it now." in page.words
    assert "You waited" in outside_folds(page)
    (opening,) = standing(pair)
    for person in (participant_a, participant_b):
        words = person.get("/notes/together").words
        assert "You waited" in words
        assert "You called" in words
    page = mediator.submit(page, action=f"/close/{opening.id}")
    assert not standing(pair)
    assert "You waited" not in outside_folds(page)
    assert "You waited" not in participant_b.get("/notes/together").words
    mediator.submit(mediator.get(way(page)), action="/open/")
    page = press(mediator, console(mediator, pair, run), "go_on")
    assert state(run).state is RunState.FINISHED
    page = mediator.submit(page, {"outcome": "joint"}, action="/outcome")
    assert "In the joint record" in page.words
    assert "You waited" in participant_b.get("/notes/together").words
    assert any(f"/work/cases/{pair.case}/agreements/new/commitment" in link for link in page.links())


def test_a_whole_exercise_in_turns(pair: Pair, mediator: Person, participant_a: Person, participant_b: Person) -> None:
    run = start(mediator, pair, "E01")
    page = console(mediator, pair, run)
    assert "Turn 1 of 4" in page.words
    assert "Alex speaks, Sam listens." in page.words
    row = state(run)
    row.stages[0].since = now() - timedelta(seconds=75)
    db.session.commit()
    page = press(mediator, console(mediator, pair, run), "finished")
    assert "Sam says back" in page.words
    assert state(run).stages[0].spoke_a >= 75
    assert "1 min 1" in page.words
    assert "1 min 1" not in outside_folds(page), "how long each spoke is the mediator's"
    page = press(mediator, page, "said_back")
    assert "Alex says whether it came across." in page.words
    for _turn in range(4):
        page = press(mediator, console(mediator, pair, run), "next_turn")
    assert "Everybody has had their turns." in page.words
    page = press(mediator, page, "go_on")
    assert "What I heard" in page.words
    write(participant_a, run, {"E01.1.heard": "That the quiet is hard"})
    write(participant_b, run, {"E01.1.heard": "That it takes time"})
    page = mediator.submit(mediator.get(way(console(mediator, pair, run))), action="/open/")
    assert "That the quiet is hard" in participant_b.get("/notes/together").words
    press(mediator, page, "go_on")
    assert state(run).state is RunState.FINISHED


def test_the_hint_after_two_times_not_yet_is_folded(pair: Pair, mediator: Person) -> None:
    run = start(mediator, pair, "E01")
    state(run).stages[0].not_yet = 2
    db.session.commit()
    page = console(mediator, pair, run)
    assert "Twice it did not come across" in page.words
    assert "Twice it did not come across" not in outside_folds(page)


def test_what_was_sent_twice_is_one_run(pair: Pair, mediator: Person) -> None:
    page = mediator.get(at(pair, "/start/E13"))
    first = mediator.submit(page, action="/exercises")
    second = mediator.submit(page, action="/exercises")
    assert first.response.request.path == second.response.request.path
    assert len(db.session.scalars(db.select(ExerciseRun)).all()) == 1


def test_two_starts_at_once_make_one_run(pair: Pair, mediator: Person) -> None:
    pages = [mediator.get(at(pair, f"/start/{key}")) for key in ("E13", "E01")]
    mediator.submit(pages[0], action="/exercises")
    page = mediator.submit(pages[1], action="/exercises")
    assert actions.ONE_AT_A_TIME in page.words
    assert [run.key for run in db.session.scalars(db.select(ExerciseRun))] == ["E13"]
    assert "“Thanks for three things” is under way. On both phones." in page.words


def test_at_home_it_is_a_form_with_a_day(pair: Pair, mediator: Person, participant_a: Person) -> None:
    page = mediator.get(at(pair, "/start/E13"))
    wrong = mediator.submit(page, {"place": "home", "due_date": "2020-01-01"}, action="/exercises")
    assert wrong.status == 422
    assert "still to come" in wrong.words
    page = mediator.submit(page, {"place": "home"}, action="/exercises")
    assert "At home" in page.words
    run = db.session.scalars(db.select(ExerciseRun)).one()
    forms = db.session.scalars(db.select(Assignment).where(Assignment.form_id == run.stages[0].form_id)).all()
    assert len(forms) == 2
    assert all(one.due_at is not None for one in forms)
    assert not any("Carry on" in page.words or "Pause" in page.words for page in [console(mediator, pair, run.id)])


def test_no_place_no_start(pair: Pair, mediator: Person) -> None:
    page = mediator.submit(mediator.get(at(pair, "/start/E13")), {"place": None}, action="/exercises")
    assert page.status == 422
    assert "Choose where it is done." in page.words


def test_it_is_started_in_a_session_of_its_own_pair_or_in_none(pair: Pair, mediator: Person) -> None:
    of_others = make_session(make_pair(db.session.get_one(Staff, pair.mediator)))
    page = mediator.get(at(pair, "/start/E13"))
    bodies = set()
    for session in (of_others, uuid.uuid4()):
        told = mediator.submit(page, {"session": str(session)}, action="/exercises")
        assert told.status == 404
        bodies.add(told.text)
    assert len(bodies) == 1
    assert db.session.scalars(db.select(ExerciseRun)).all() == []
    assert state(start(mediator, pair, "E13", session=str(own := make_session(pair)))).session_id == own


def test_the_start_page_leads_on_to_a_session_with_both_of_this_pair_alone(pair: Pair, mediator: Person) -> None:
    of_others = make_session(make_pair(db.session.get_one(Staff, pair.mediator)))
    alone, cancelled = make_session(pair, "A"), make_session(pair, state=SessionState.CANCELLED)
    own = make_session(pair)
    for page in ("", "/start/E13"):
        plain = mediator.get(at(pair, page))
        for other in (of_others, alone, cancelled, uuid.uuid4(), "nonsense"):
            shown = mediator.get(at(pair, f"{page}?session={other}"))
            assert shown.status == 200
            assert shown.links() == plain.links(), other
            assert str(other) not in shown.text
        shown = mediator.get(at(pair, f"{page}?session={own}"))
        assert [link for link in shown.links() if str(own) in link]
        assert f'name="session" value="{own}"' in shown.text
    confirm = mediator.get(at(pair, "/start/E13"))
    assert mediator.submit(confirm, {"session": str(alone)}, action="/exercises").status == 404


def test_a_stale_page_changes_nothing_and_says_so(pair: Pair, mediator: Person) -> None:
    run = start(mediator, pair, "E01")
    old = console(mediator, pair, run)
    press(mediator, old, "next_turn")
    page = press(mediator, old, "next_turn")
    assert actions.STALE in page.words
    assert state(run).stages[0].turn == 1
    page = press(mediator, old, "go_on")
    assert actions.STALE in page.words
    assert state(run).at == 0


def test_a_refused_step_leaves_nothing_behind(pair: Pair, mediator: Person) -> None:
    run = start(mediator, pair, "E01")
    page = console(mediator, pair, run)
    case_is(pair, hold=True)
    before = state(run).stages[0].since
    page = press(mediator, page, "go_on")
    assert actions.NOT_NOW in page.words
    assert (state(run).at, state(run).stages[0].since) == (0, before)


def test_nothing_becomes_of_it_before_it_is_over(pair: Pair, mediator: Person) -> None:
    run = start(mediator, pair, "E13")
    token = console(mediator, pair, run).form("/steps").fields["csrf_token"]
    page = mediator.post(at(pair, f"/{run}/outcome"), {"csrf_token": token, "outcome": "joint"})
    assert "End the exercise first." in page.words
    assert state(run).outcome is None


@pytest.mark.parametrize("do", ["stop", "go_on"])
def test_what_is_over_is_asked_for_no_more_and_what_was_handed_in_stays(
    do: str, pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    run = start(mediator, pair, "E13")
    write(participant_a, run, THANKS_A)
    page = console(mediator, pair, run)
    assert "what was not handed in is asked for no more" in page.words
    page = press(mediator, page, do)
    assert state(run).state in {RunState.STOPPED, RunState.FINISHED}
    assert "There is nothing to do now." in participant_b.get("/notes").words
    states = {one.participant_id: one.state for one in db.session.scalars(db.select(Assignment))}
    assert states == {pair.a: AssignmentState.SUBMITTED, pair.b: AssignmentState.WITHDRAWN}
    assert "You waited" in page.words
    assert "You waited" not in outside_folds(page)
    assert not [link for link in page.links() if "/open/" in link] or do == "go_on"


def test_pausing_and_carrying_on(pair: Pair, mediator: Person, participant_a: Person, participant_b: Person) -> None:
    run = written(mediator, pair, participant_a, participant_b)
    looked = mediator.get(way(console(mediator, pair, run)))
    page = press(mediator, console(mediator, pair, run), "pause")
    assert "Both see a pause." in page.words
    assert actions.STALE in mediator.submit(looked, action="/open/").words
    assert not standing(pair)
    press(mediator, page, "resume")
    assert state(run).state is RunState.RUNNING
    assert "exercise.resumed" in verbs(pair)


def test_who_asked_for_a_pause_is_the_mediators_to_know(pair: Pair, mediator: Person) -> None:
    run = start(mediator, pair, "E13")
    row = state(run)
    row.state, row.asked = RunState.PAUSED, "B"
    db.session.commit()
    page = console(mediator, pair, run)
    assert "Sam asked for the pause." in page.words
    assert "Sam asked" not in outside_folds(page)


def test_what_came_from_the_phones_is_folded_and_can_be_seen(pair: Pair, mediator: Person) -> None:
    run = start(mediator, pair, "E13")
    wish = WishSent(case_id=pair.case, run_id=run, participant_id=pair.b, wish=Wish.SLOWER, at=now())
    db.session.add(wish)
    db.session.commit()
    page = console(mediator, pair, run)
    assert "Slower, please" in page.words
    assert "Slower" not in outside_folds(page)
    page = mediator.submit(page, action="/seen")
    assert "From the phones New" not in page.words
    db.session.rollback()
    assert db.session.get_one(WishSent, wish.id).seen_at is not None
    other = mediator.post(at(pair, f"/{run}/wishes/{uuid.uuid4()}/seen"), page.form("/steps").fields)
    assert other.status == 404


def test_the_console_follows_a_hand_in_and_no_phone_does(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    run = start(mediator, pair, "E13")
    both, desk = live.version(pair.case, live.BOTH), live.version(pair.case, live.DESK)
    write(participant_a, run, THANKS_A)
    db.session.rollback()
    assert live.version(pair.case, live.BOTH) == both
    assert live.version(pair.case, live.DESK) > desk
    told = mediator.client.get(f"/work/cases/{pair.case}/live/version")
    assert told.json == {"version": live.version(pair.case, live.DESK)}
    assert f'data-version="{told.json["version"]}"' in console(mediator, pair, run).text


def test_a_form_of_an_exercise_opens_nowhere_else(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    run = written(mediator, pair, participant_a, participant_b)
    form = state(run).stages[0].form_id
    address = f"/work/cases/{pair.case}/comparison/{form}/open/E13.1.first"
    assert mediator.get(address).status == 404
    token = console(mediator, pair, run).form("/steps").fields["csrf_token"]
    assert mediator.post(address, {"csrf_token": token, "seen": ""}).status == 404
    assert not standing(pair)


def test_only_a_mediator_of_the_case_finds_any_of_it(
    pair: Pair, mediator: Person, assistant: Person, other_mediator: Person
) -> None:
    run = start(mediator, pair, "E13")
    places = ("", "/start/E13", f"/{run}", f"/{run}/open/0/E13.1.first")
    for person in (assistant, other_mediator):
        for tail in places:
            assert person.get(at(pair, tail)).status == 404, tail
        for tail in ("", "/version"):
            assert person.get(f"/work/cases/{pair.case}/live{tail}").status == 404


def test_what_is_closed_is_said_in_the_same_words(pair: Pair, mediator: Person) -> None:
    case_is(pair, suitability=Suitability.SAFEGUARDS)
    page = mediator.get(at(pair))
    assert "With safeguards" in page.words
    said = outside_folds(page)
    assert "Not open today" in said
    assert "safeguards" not in said.casefold()
    assert "Not open today" in mediator.get(at(pair, "/start/E13")).words
    assert said.index("To read, and to speak about") < said.index("Here and now"), "nothing to be opened, ever"
    page = mediator.get(at(pair, "?q=thanks"))
    assert "Thanks for three things" in page.words
    assert "Speaker and listener" not in page.words


def test_the_case_lists_its_exercises_only_where_there_are_some(pair: Pair, mediator: Person) -> None:
    assert "Thanks for three things" not in mediator.get(f"/work/cases/{pair.case}").words
    run = start(mediator, pair, "E13")
    page = mediator.get(f"/work/cases/{pair.case}")
    assert at(pair, f"/{run}") in page.links()


def test_phases_of_a_turn_have_the_buttons_that_fit(pair: Pair, mediator: Person) -> None:
    run = start(mediator, pair, "E01")
    for phase, there in ((Phase.SPEAK, "finished"), (Phase.SAY_BACK, "said_back"), (Phase.CHECK, None)):
        row = state(run)
        row.stages[0].phase, row.stages[0].speaker = phase, Letter.B
        db.session.commit()
        page = console(mediator, pair, run)
        pressed = {one.get("value") for one in page.all("button") if one.get("name") == "do"}
        assert pressed & {"finished", "said_back"} == ({there} if there else set())
        (now,) = ["".join(one.itertext()) for one in page.all("p") if one.get("class") == "person"]
        letter, words = now.split(maxsplit=1)
        assert words.startswith({"A": "Alex", "B": "Sam"}[letter]), "the mark is of whoever does something now"


def test_the_stream_of_the_desk_ends_with_the_sign_in(app: Flask, pair: Pair, mediator: Person) -> None:
    address = f"/work/cases/{pair.case}/live?since=0"
    db.session.rollback()
    answer = contextvars.Context().run(mediator.client.get, address)
    assert answer.mimetype == "text/event-stream"
    heard = iter(answer.response)
    assert "retry:" in str(next(heard))
    for row in db.session.scalars(db.select(SigninSession).where(SigninSession.person_id == pair.mediator)):
        row.ended_at = now()
    live.bump(pair.case, live.DESK)
    db.session.commit()
    assert [str(one) for one in heard if "data:" in str(one)] == []
    answer.close()
