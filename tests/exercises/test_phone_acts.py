"""What each does on their phone in an exercise: turns, a pause, an end, a word to the mediator, and one's own form."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import select, update

from mediator.cases.models import Participant
from mediator.cases.terms import CaseState
from mediator.core import live
from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.signin import SigninSession
from mediator.core.visibility import Letter
from mediator.exercises import actions, queries
from mediator.exercises.models import WishSent
from mediator.exercises.modes import MEDIATOR, Do
from mediator.exercises.terms import Mode, Outcome, Place, RunState, Wish
from mediator.questionnaires import comparing
from mediator.questionnaires.models import Assignment
from tests.exercises.phones import (
    DERIVED,
    PHONE,
    TURNS,
    WRITTEN,
    act,
    acting,
    case_is,
    change,
    form_of,
    go_on,
    hand_in,
    open_first,
    pause,
    plain,
    refusals,
    run_of,
    start,
    structure,
    take,
    write,
)
from tests.factories import Pair
from tests.people import Person


def test_turns_go_from_phone_to_phone(pair: Pair, participant_a: Person, participant_b: Person) -> None:
    run = start(pair, TURNS)
    page = participant_a.get(PHONE)
    assert "Turn 1 of 4" in page.words
    assert "Sam is listening" in page.words
    assert "Spoken only. Nothing is recorded" in page.words
    act(participant_a, do="finished")
    assert "Sam, say back what you heard" in participant_b.get(PHONE).words
    assert "I’ve" not in participant_a.get(PHONE).words, "nothing to do for whoever is said back to"
    act(participant_b, do="said_back")
    act(participant_a, heard="partly")
    assert "Alex is speaking" in participant_b.get(PHONE).words
    act(participant_a, do="finished")
    act(participant_b, do="said_back")
    act(participant_a, heard="got_it")
    assert "Turn 2 of 4" in participant_a.get(PHONE).words
    assert "Sam, your turn to speak" in participant_b.get(PHONE).words
    take(pair, run, *[(MEDIATOR, Do.NEXT_TURN, None)] * 3)
    words = [one.get(PHONE).words for one in (participant_a, participant_b)]
    assert all("That was the last turn" in one for one in words)
    go_on(pair, run)
    assert "What I heard" in participant_a.get(PHONE).words


def test_who_is_too_late_is_shown_how_it_stands(pair: Pair, participant_a: Person, participant_b: Person) -> None:
    run = start(pair, TURNS)
    left = participant_a.get(PHONE)
    act(participant_a, do="finished")
    again = participant_a.submit(left, {"do": "finished"}, action="/turn")
    assert again.status == 200
    assert actions.STALE in again.words
    assert refusals(pair.a) == 1
    assert run_of(run).stages[0].not_yet == 0
    not_theirs = participant_a.submit(participant_a.get(PHONE), {"do": "said_back"}, action="/turn")
    assert actions.STALE in not_theirs.words, "saying it back is the listener's"
    for sent in ({"do": "next_turn"}, {"do": "go_on"}, {}):
        form = {**participant_a.get(PHONE).form("/turn").fields, **sent}
        assert participant_a.post(f"{PHONE}/turn", form).status == 404, "passing the floor on is the mediator's"
    page = participant_b.submit(participant_b.get(PHONE), {"do": "said_back", "rev": "x"}, action="/turn")
    assert actions.STALE in page.words


def test_an_act_for_another_exercise_changes_nothing(pair: Pair, participant_a: Person) -> None:
    start(pair, TURNS)
    left = participant_a.get(f"{PHONE}/stop")
    participant_a.submit(left, action="/stop")
    run = start(pair, WRITTEN)
    page = participant_a.submit(left, action="/stop")
    assert actions.STALE in page.words
    assert run_of(run).state is RunState.RUNNING


def test_a_pause_looks_like_a_hold_a_break_and_every_lock(
    pair: Pair, participant_a: Person, participant_b: Person
) -> None:
    run = start(pair, TURNS)
    left = participant_b.get(PHONE).form("/turn").fields
    act(participant_a, do="finished")
    participant_b.post(f"{PHONE}/pause", left)
    assert run_of(run).state is RunState.PAUSED, "a turn that went on meanwhile takes no pause away"
    paused = [one.get(PHONE) for one in (participant_a, participant_b)]
    assert all("A pause" in one.words for one in paused)
    assert not any("Sam" in one.words or "Alex" in one.words for one in paused), "never by whom"
    for values in ({"hold": True}, {"hold": False, "state": CaseState.PAUSED}):
        case_is(pair, **values)
        assert [plain(one.get(PHONE)) for one in (participant_a, participant_b)] == [plain(one) for one in paused]
    case_is(pair, state=CaseState.ACTIVE)
    with acting(pair) as case:
        actions.resume(case, queries.run_of(case, run))
    assert "say back" in participant_b.get(PHONE).words
    case_is(pair, hold=True)
    held = participant_a.get(PHONE)
    assert structure(held) == structure(paused[0])
    assert held.words == paused[0].words


def test_nothing_is_done_in_a_turn_while_the_case_is_held(pair: Pair, participant_a: Person) -> None:
    run = start(pair, TURNS)
    page = participant_a.get(PHONE)
    case_is(pair, hold=True)
    assert actions.STALE in participant_a.submit(page, {"do": "finished"}, action="/turn").words
    assert run_of(run).stages[0].turn == 0
    case_is(pair, hold=False)
    assert "your turn to speak" in participant_a.get(PHONE).words
    case_is(pair, hold=True)
    participant_a.submit(participant_a.get(f"{PHONE}/stop"), action="/stop")
    assert run_of(run).state is RunState.STOPPED, "stopping is everybody's at any time"
    assert "No open exercise" in participant_a.get(PHONE).words


def test_what_was_told_is_the_mediators(pair: Pair, participant_a: Person, participant_b: Person) -> None:
    run = start(pair, TURNS)
    both, desk = live.version(pair.case, live.BOTH), live.version(pair.case, live.DESK)
    page = participant_a.get(f"{PHONE}/keys")
    assert "Sam is never told who asked" in page.words
    sent = participant_a.submit(page, {"wish": "slower"}, action="/keys")
    assert "Sent." in sent.words
    assert "Sent." not in participant_b.get(f"{PHONE}/keys").words
    db.session.rollback()
    rows = db.session.scalars(select(WishSent)).all()
    assert [(row.run_id, row.participant_id, row.wish) for row in rows] == [(run, pair.a, Wish.SLOWER)]
    assert live.version(pair.case, live.BOTH) == both
    assert live.version(pair.case, live.DESK) == desk + 1
    form = participant_a.get(f"{PHONE}/keys").form("/keys").fields
    assert participant_a.post(f"{PHONE}/keys", {**form, "wish": "leave"}).status == 404


def test_a_wish_told_twice_is_one_until_it_is_seen_and_for_a_day(pair: Pair, participant_a: Person) -> None:
    """A finger comes down twice; and who is not heard today is heard tomorrow."""
    run = start(pair, TURNS)
    page = participant_a.get(f"{PHONE}/keys")

    def tell(wish: str = "slower") -> list[uuid.UUID]:
        assert "Sent." in participant_a.submit(page, {"wish": wish}, action="/keys").words
        db.session.rollback()
        return list(db.session.scalars(select(WishSent.id).order_by(WishSent.at)))

    [first] = tell()
    desk = live.version(pair.case, live.DESK)
    assert tell() == [first]
    assert live.version(pair.case, live.DESK) == desk
    assert len(tell("alone")) == 2, "another one is another"
    with acting(pair) as case:
        actions.seen(case, first)
    assert len(tell()) == 3
    db.session.execute(update(WishSent).values(at=now() - timedelta(days=1)))
    db.session.commit()
    assert len(tell()) == 4
    assert run_of(run).state is RunState.RUNNING


def test_a_form_leads_back_to_the_exercise(pair: Pair, participant_a: Person, participant_b: Person) -> None:
    run = start(pair, WRITTEN)
    form = form_of(run, pair.a)
    page = participant_a.get(f"/notes/questions/{form}")
    back = f"{PHONE}?back={form}"
    assert back in page.links()
    assert participant_a.get(back).response.request.path == PHONE
    page = hand_in(participant_a, run)
    assert page.response.request.path == PHONE
    assert "Your part is done" in page.words
    assert "Change my words" in page.words
    page = change(participant_a, run)
    assert page.response.request.path.endswith("/check")
    hand_in(participant_a, run)
    other = form_of(run, pair.b)
    for query in (f"done={other}", f"back={other}", "done=x", f"done={uuid.uuid4()}"):
        assert participant_a.get(f"{PHONE}?{query}").status == 404
    with acting(pair) as case:
        actions.stop(case, queries.run_of(case, run), MEDIATOR)
    assert participant_a.get(f"{PHONE}?done={form}").response.request.path == f"/notes/questions/{form}/done"
    assert participant_a.get(back).response.request.path == "/notes/"
    # What B had not handed in is asked for no more.
    assert participant_b.get(f"/notes/questions/{other}").status == 404


def test_what_is_done_at_home_is_on_no_phone(pair: Pair, participant_a: Person) -> None:
    run = start(pair, WRITTEN, Place.HOME)
    assert "No open exercise" in participant_a.get(PHONE).words
    home = participant_a.get("/notes/").words
    assert "An exercise is open" not in home
    assert "One question" in home
    page = hand_in(participant_a, run)
    assert page.response.request.path == f"/notes/questions/{form_of(run, pair.a)}/done"


def test_words_can_be_changed_until_something_was_open(
    pair: Pair, participant_a: Person, participant_b: Person
) -> None:
    run = start(pair, WRITTEN)
    for person, text in ((participant_a, "The soup"), (participant_b, "The letter")):
        write(person, run, text)
        hand_in(person, run)
        assert "Change my words" in person.get(PHONE).words
    open_first(pair, run)
    pages = [one.get(PHONE) for one in (participant_a, participant_b)]
    assert all("The soup" in one.words and "The letter" in one.words for one in pages)
    assert structure(pages[0]) == structure(pages[1])
    with acting(pair) as case:
        row = queries.run_of(case, run)
        form = row.stages[0].form_id
        assert form is not None
        actions.close_piece(case, row, comparing.standing(case.id, form)[0].id)
    words = participant_a.get(PHONE).words
    assert "The letter" not in words
    assert "Your part is done" in words
    assert "Change my words" not in words, "whoever has read the other's words takes none of theirs back"


def test_what_was_opened_goes_with_a_hold_and_with_what_was_not_kept(pair: Pair, participant_a: Person,
                                                                     participant_b: Person) -> None:  # fmt: skip
    run = start(pair, WRITTEN)
    for person in (participant_a, participant_b):
        write(person, run, "The soup")
        hand_in(person, run)
    open_first(pair, run)
    case_is(pair, hold=True)
    assert "The soup" not in participant_a.get(PHONE).words
    case_is(pair, hold=False)
    assert "The soup" in participant_a.get(PHONE).words
    with acting(pair) as case:
        row = queries.run_of(case, run)
        actions.stop(case, row, MEDIATOR)
        actions.settle(case, row, Outcome.DISCARDED)
    assert "The soup" not in participant_a.get("/notes/together").words


def test_before_anything_derived_stands_what_can_be_worked_out(pair: Pair, participant_a: Person,
                                                               participant_b: Person) -> None:  # fmt: skip
    run = start(pair, DERIVED)
    assert run_of(run).stages[0].mode is Mode.DERIVED
    pages = [one.get(PHONE) for one in (participant_a, participant_b)]
    for page, other in zip(pages, ("Sam", "Alex"), strict=True):
        assert "What can be worked out from this" in page.words
        assert f"{other} reads exactly the same words" in page.words
        assert "always the stricter" in page.words
        assert "I have read this. Begin" in page.words
    assert structure(pages[0]) == structure(pages[1])
    with acting(pair) as case:
        actions.stop(case, queries.run_of(case, run), MEDIATOR)
    start(pair, WRITTEN)
    assert "worked out" not in participant_a.get(PHONE).words


def test_the_start_page_says_that_an_exercise_is_open_and_no_more(pair: Pair, participant_a: Person,
                                                                  participant_b: Person) -> None:  # fmt: skip
    before = plain(participant_a.get("/notes/"))
    run = start(pair, WRITTEN)
    page = participant_a.get("/notes/")
    assert "An exercise is open" in page.words
    assert PHONE in page.links()
    assert f"/notes/questions/{form_of(run, pair.a)}" not in page.links(), "its form is found in the exercise"
    hand_in(participant_b, run)
    assert plain(participant_a.get("/notes/")) == plain(page)
    case_is(pair, hold=True)
    assert "An exercise is open" not in participant_a.get("/notes/").words
    case_is(pair, hold=False)
    with acting(pair) as case:
        actions.stop(case, queries.run_of(case, run), MEDIATOR)
    assert plain(participant_a.get("/notes/")) == before


def test_an_end_is_said_for_a_while(pair: Pair, participant_a: Person) -> None:
    run = start(pair, WRITTEN)
    with acting(pair) as case:
        actions.stop(case, queries.run_of(case, run), Letter.B)
    page = participant_a.get(PHONE)
    assert "This exercise is over" in page.words
    assert "Sam" not in page.words
    row = run_of(run)
    assert row.ended_at is not None
    row.ended_at -= timedelta(hours=3)
    db.session.commit()
    assert "No open exercise" in participant_a.get(PHONE).words


def test_a_phone_follows_by_a_number(pair: Pair, participant_a: Person, anyone: Person) -> None:
    first = participant_a.look_at("/notes/live/version").response
    run = start(pair, WRITTEN)
    second = participant_a.look_at("/notes/live/version").response
    assert second.json is not None
    assert first.json is not None
    assert second.json["version"] > first.json["version"]
    page = participant_a.get(PHONE)
    follows = next(one for one in page.all("div") if one.get("data-live"))
    assert follows.get("data-version") == str(second.json["version"])
    assert follows.get("data-live") == "/notes/live"
    assert follows.get("data-poll") == "/notes/live/version"
    assert follows.get("data-fragment") == PHONE
    pause(pair, run)
    assert participant_a.look_at("/notes/live/version").response.json != second.json
    assert anyone.look_at("/notes/live").status == 302
    assert anyone.look_at("/notes/live/version").status == 302


def test_a_stream_ends_with_the_session(pair: Pair, participant_a: Person) -> None:
    start(pair, WRITTEN)
    response = participant_a.client.get("/notes/live?since=0", buffered=False)
    events = iter(response.response)
    assert response.mimetype == "text/event-stream"
    assert b"retry" in next(events)
    assert f"data: {live.version(pair.case, live.BOTH)}".encode() in next(events)
    for row in db.session.scalars(select(SigninSession).where(SigninSession.person_id == pair.a)):
        row.ended_at = now()
    with acting(pair) as case:
        live.bump(case.id, live.BOTH)
    assert list(events) == []
    response.close()


def test_pages_name_nobody_and_hold_no_id_of_theirs(pair: Pair, participant_a: Person) -> None:
    run = start(pair, WRITTEN)
    for path in (PHONE, f"{PHONE}/keys", f"{PHONE}/stop"):
        page = participant_a.get(path)
        assert page.title == "Together · Notes"
        addresses = " ".join([*page.links(), *(one.get("action", "") for one in page.all("form"))])
        for one in (pair.case, pair.a, pair.b, run):
            assert str(one) not in addresses
    with acting(pair) as case:
        actions.stop(case, queries.run_of(case, run), MEDIATOR)
    for path in (f"{PHONE}/keys", f"{PHONE}/stop"):
        assert participant_a.get(path).response.request.path == PHONE


def test_reading_is_noted_before_words_are_shown(pair: Pair, participant_a: Person) -> None:
    def lines() -> int:
        db.session.rollback()
        return len(db.session.scalars(select(AuditEntry.number).where(AuditEntry.verb == "exercise.read")).all())

    participant_a.get(PHONE)
    assert lines() == 0
    start(pair, WRITTEN)
    participant_a.get(PHONE)
    assert lines() == 1


def test_somebody_without_a_form_waits_like_everybody(pair: Pair, participant_a: Person) -> None:
    run = start(pair, WRITTEN)
    row = db.session.get_one(Assignment, form_of(run, pair.a))
    db.session.delete(row)
    db.session.commit()
    assert "Your part is done" in participant_a.get(PHONE).words
    assert db.session.get_one(Participant, pair.a) is not None
