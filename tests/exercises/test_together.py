"""A text of both, through the pages: both change it, each says yes alone, and what becomes of it."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select

from mediator.cases.terms import CaseState
from mediator.core import live, sealed
from mediator.core.audit import AuditEntry
from mediator.core.db import db
from mediator.core.visibility import Viewer
from mediator.exercises import actions, queries
from mediator.exercises.models import SharedText
from mediator.exercises.modes import MEDIATOR
from mediator.exercises.terms import Outcome, Place
from mediator.exercises.together import actions as together
from mediator.exercises.together import queries as text_queries
from tests.exercises.phones import PHONE, act, acting, case_is, go_on, pause, plain, refusals, run_of, start, structure
from tests.exercises.running import at, console, outside_folds, press
from tests.exercises.writing import agree, fill, save
from tests.factories import Pair
from tests.people import Person

TEXT, PATTERN = "E24", "E07"
BOTH = "/notes/together"


def stored(run: uuid.UUID) -> SharedText:
    db.session.rollback()
    return db.session.scalars(select(SharedText).where(SharedText.run_id == run)).one()


def stop(pair: Pair, run: uuid.UUID) -> None:
    with acting(pair) as case:
        actions.stop(case, queries.run_of(case, run), MEDIATOR)


def settle(pair: Pair, run: uuid.UUID, outcome: Outcome) -> None:
    """To the end, and what becomes of it."""
    while run_of(run).ended_at is None:
        go_on(pair, run)
    with acting(pair) as case:
        actions.settle(case, queries.run_of(case, run), outcome)


def agreed(pair: Pair, a: Person, b: Person, words: str = "Our sign is a raised hand") -> uuid.UUID:
    """A run with a text that both said yes to."""
    run = start(pair, TEXT)
    save(a, words)
    agree(a)
    agree(b)
    return run


def test_both_write_the_same_text_and_both_read_it(
    pair: Pair, participant_a: Person, participant_b: Person, mediator: Person
) -> None:
    run = start(pair, TEXT)
    first = [one.get(PHONE) for one in (participant_a, participant_b)]
    assert all("Nothing is written yet." in one.words for one in first)
    assert structure(first[0]) == structure(first[1])
    both = live.version(pair.case, live.BOTH)
    save(participant_a, "Our sign is a raised hand")
    assert live.version(pair.case, live.BOTH) == both + 1, "a change is for both"
    assert "Our sign is a raised hand" in participant_b.get(PHONE).words
    save(participant_b, "Our sign is a raised hand. Back after half an hour")
    page = console(mediator, pair, run)
    assert "Back after half an hour" in page.words
    fill(mediator, page, words="A raised hand. Back within the hour")
    for one in (participant_a, participant_b):
        assert "A raised hand. Back within the hour" in one.get(PHONE).words
    assert stored(run).rev == 3


def test_a_yes_stands_on_its_own_phone_alone(
    pair: Pair, participant_a: Person, participant_b: Person, mediator: Person
) -> None:
    run = start(pair, TEXT)
    save(participant_b, "A raised hand")
    before, both = plain(participant_b.get(PHONE)), live.version(pair.case, live.BOTH)
    desk = live.version(pair.case, live.DESK)
    assert "You said yes to these words" in agree(participant_a).words
    assert plain(participant_b.get(PHONE)) == before, "to the last letter"
    assert (live.version(pair.case, live.BOTH), live.version(pair.case, live.DESK)) == (both, desk + 1)
    page = console(mediator, pair, run)
    assert "Alex said yes to these words" in page.words
    assert "Sam has not said yes to these words" in page.words
    assert "said yes to" not in outside_folds(page)
    agree(participant_b)
    page = console(mediator, pair, run)
    assert "Both have agreed to these words." in page.words
    assert "Both have agreed" not in outside_folds(page)
    assert "Both" not in participant_a.get(PHONE).words.partition("Written together")[2].partition("Pause")[0]


def test_a_yes_can_be_taken_back_and_nobody_else_sees_it(
    pair: Pair, participant_a: Person, participant_b: Person, mediator: Person
) -> None:
    run = agreed(pair, participant_a, participant_b)
    before = plain(participant_b.get(PHONE))
    page = participant_a.get(PHONE)
    form = page.form("/text/yes")
    assert "/notes/exercise/text/back" in {one.get("formaction") for one in page.all("button")}
    for _twice in range(2):
        participant_a.post("/notes/exercise/text/back", form.fields)
    assert "I agree to these words" in participant_a.get(PHONE).words
    assert plain(participant_b.get(PHONE)) == before
    assert "Alex has not said yes" in console(mediator, pair, run).words
    settle(pair, run, Outcome.JOINT)
    assert "raised hand" not in participant_b.get(BOTH).words


def test_every_change_asks_both_again(pair: Pair, participant_a: Person, participant_b: Person) -> None:
    run = agreed(pair, participant_a, participant_b)
    left = participant_a.get(PHONE)
    save(participant_b, "Our sign is a cup on the table")
    for one in (participant_a, participant_b):
        assert "I agree to these words" in one.get(PHONE).words
    assert actions.STALE in agree(participant_a, left).words
    assert refusals(pair.a) == 1
    assert stored(run).agreed_a == 1, "nobody agrees to what they have not read"
    settle(pair, run, Outcome.JOINT)
    assert "cup on the table" not in participant_a.get(BOTH).words


def test_two_who_write_at_once_lose_nothing(pair: Pair, participant_a: Person, participant_b: Person) -> None:
    run = start(pair, TEXT)
    left = participant_a.get(PHONE)
    save(participant_b, "A cup on the table")
    page = save(participant_a, "A raised hand", left)
    assert page.status == 409
    assert together.CHANGED in page.words
    assert "A cup on the table" in page.words
    assert "A raised hand" in page.text
    assert stored(run).rev == 1
    fill(participant_a, page)
    assert "A raised hand" in participant_b.get(PHONE).words
    assert stored(run).rev == 2


def test_the_same_words_sent_twice_change_it_once(pair: Pair, participant_a: Person) -> None:
    run = start(pair, TEXT)
    left = participant_a.get(PHONE)
    for _twice in range(2):
        assert save(participant_a, "A raised hand", left).status == 200
    assert stored(run).rev == 1


def test_too_much_or_nothing_is_said_at_the_field_and_kept(pair: Pair, participant_a: Person) -> None:
    start(pair, TEXT)
    long = "é" * 1501
    page = save(participant_a, long)
    assert page.status == 422
    assert "Up to 1,500 letters. Your words stay here" in page.words
    assert long in page.text
    assert save(participant_a, " \n ").status == 422
    assert save(participant_a, "é" * 1500).status == 200


def test_a_pattern_has_steps_of_both_in_their_order(
    pair: Pair, participant_a: Person, participant_b: Person, mediator: Person
) -> None:
    run = start(pair, PATTERN)
    go_on(pair, run)
    page = participant_a.get(PHONE)
    assert "The pattern you both know" in page.words
    fill(participant_a, page, who_1="B", line_1="Sam makes a plan", who_2="A", line_2="Alex goes quiet", line_3=" ")
    shown = participant_b.get(PHONE)
    steps = [" ".join("".join(one.itertext()).split()) for one in shown.all("ol")[1]]
    assert steps == ["BSam: Sam makes a plan", "AAlex: Alex goes quiet"]
    with sealed.ring_of(Viewer.participant(pair.a, pair.case)):
        assert stored(run).body == {"lines": [["B", "Sam makes a plan"], ["A", "Alex goes quiet"]]}
    page = fill(participant_b, shown, who_2="", line_4="x" * 301, who_4="A")
    assert page.status == 422
    assert "Choose whose step this is." in page.words
    assert "Up to 300 letters for one step" in page.words
    assert "x" * 301 in page.text
    fill(mediator, console(mediator, pair, run), line_2="Alex says nothing")
    assert "Alex says nothing" in participant_a.get(PHONE).words


def test_at_home_the_mediator_writes_and_each_reads_and_agrees(
    pair: Pair, participant_a: Person, participant_b: Person, mediator: Person
) -> None:
    """Nobody is written to by the other with nobody there."""
    run = start(pair, PATTERN, Place.HOME)
    go_on(pair, run)
    page = participant_a.get(PHONE)
    assert "writes the words down" in page.words
    assert not [one for one in page.all("form") if one.get("action") == "/notes/exercise/text"]
    sent = {**page.form("/pause").fields, "stage": "1", "words_rev": "0", "who-1": "A", "line-1": "Mine alone"}
    assert participant_a.post("/notes/exercise/text", sent).status == 409
    assert "Mine alone" not in participant_b.get(PHONE).words
    fill(mediator, console(mediator, pair, run), who_1="A", line_1="Alex waits", who_2="B", line_2="Sam waits")
    assert "Go to the exercise" in participant_b.get("/notes/").words
    for one in (participant_a, participant_b):
        assert "You said yes to these words" in agree(one).words
    settle(pair, run, Outcome.JOINT)
    assert "Alex waits" in participant_b.get(BOTH).words


def test_what_was_typed_is_kept_where_it_has_moved_on(pair: Pair, participant_a: Person) -> None:
    run = start(pair, TEXT)
    left = participant_a.get(PHONE)
    for happens in ("hold", "pause", "stop"):
        if happens == "hold":
            case_is(pair, hold=True)
        elif happens == "pause":
            pause(pair, run)
        else:
            stop(pair, run)
        page = save(participant_a, "Half a sentence", left)
        assert page.status == 409
        assert "Half a sentence" in page.text
        assert "This has moved on meanwhile" in page.words
        case_is(pair, hold=False)
    assert refusals(pair.a) == 3
    assert not db.session.scalars(select(SharedText)).all()


def test_the_mediator_who_was_too_late_reads_both(pair: Pair, participant_a: Person, mediator: Person) -> None:
    run = start(pair, TEXT)
    left = console(mediator, pair, run)
    save(participant_a, "A raised hand")
    page = fill(mediator, left, words="A cup on the table")
    assert page.status == 409
    assert "A raised hand" in page.words
    assert "A cup on the table" in page.text
    fill(mediator, page)
    assert "A cup on the table" in participant_a.get(PHONE).words
    left = console(mediator, pair, run)
    empty = fill(mediator, left, words="")
    assert (empty.status, "Write a few words first." in empty.words) == (422, True)
    settle(pair, run, Outcome.JOINT)
    page = fill(mediator, left, words="Too late")
    assert (page.status, "Too late" in page.text) == (409, True)
    assert mediator.submit(left, {"words_rev": "x"}, action=f"/{run}/text").status == 400


def test_going_on_after_the_words_changed_asks_again(
    pair: Pair, participant_a: Person, participant_b: Person, mediator: Person
) -> None:
    run = agreed(pair, participant_a, participant_b)
    left = console(mediator, pair, run)
    save(participant_b, "Something else")
    assert actions.STALE in press(mediator, left, "go_on").words
    assert run_of(run).ended_at is None


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("yes", [True, False])
def test_what_stands_for_both(
    pair: Pair, participant_a: Person, participant_b: Person, mediator: Person, outcome: Outcome, yes: bool
) -> None:
    """Only what both said yes to, and what is kept for both."""
    run = start(pair, TEXT)
    save(participant_a, "Our sign is a raised hand")
    agree(participant_a)
    if yes:
        agree(participant_b)
    assert "raised hand" not in participant_a.get(BOTH).words, "not before it is over"
    settle(pair, run, outcome)
    for one in (participant_a, participant_b):
        assert ("raised hand" in one.get(BOTH).words) is (yes and outcome is Outcome.JOINT)
    assert plain(participant_a.get(BOTH)) == plain(participant_b.get(BOTH))
    over = console(mediator, pair, run)
    assert "raised hand" in over.words
    assert ("Both have agreed to these words." in over.words) is yes


def test_what_stands_is_not_shown_while_the_case_stands_still(
    pair: Pair, participant_a: Person, participant_b: Person
) -> None:
    run = agreed(pair, participant_a, participant_b)
    settle(pair, run, Outcome.JOINT)
    for values in ({"hold": True}, {"hold": False, "state": CaseState.PAUSED}):
        case_is(pair, **values)
        assert "raised hand" not in participant_a.get(BOTH).words
    case_is(pair, state=CaseState.CLOSED)
    assert "raised hand" in participant_b.get(BOTH).words
    case_is(pair, state=CaseState.ACTIVE)
    with acting(pair) as case:
        actions.settle(case, queries.run_of(case, run), Outcome.MEDIATOR)
    assert "raised hand" not in participant_a.get(BOTH).words


def test_every_act_has_its_line_without_a_word_of_the_text(
    pair: Pair, participant_a: Person, participant_b: Person
) -> None:
    run = agreed(pair, participant_a, participant_b)
    participant_a.post("/notes/exercise/text/back", participant_a.get(PHONE).form("/text/yes").fields)
    rows = db.session.scalars(select(AuditEntry).where(AuditEntry.subject_id == run)).all()
    verbs = [row.verb for row in rows if row.verb.startswith("exercise.text")]
    assert verbs == [
        "exercise.text.changed",
        "exercise.text.agreed",
        "exercise.text.agreed",
        "exercise.text.taken-back",
    ]


def test_reading_the_drafts_needs_the_mediators_or_a_ring_of_both(
    pair: Pair, participant_a: Person, participant_b: Person
) -> None:
    run = agreed(pair, participant_a, participant_b)
    with sealed.ring_of(Viewer.participant(uuid.uuid4(), uuid.uuid4())), pytest.raises(sealed.RingClosed):
        _ = stored(run).body
    with acting(pair) as case:
        assert [one.agreed for one in text_queries.drafts(case)] == [True]
        assert text_queries.standing(case) == []


def test_where_nothing_is_written_together_no_act_changes_anything(
    pair: Pair, participant_a: Person, mediator: Person
) -> None:
    run = start(pair, "E01")
    sent = {"run": str(run), "stage": "0", "words_rev": "0", "words": "A word", "rev": "0"}
    fields = participant_a.get(PHONE).form("/turn").fields
    assert participant_a.post("/notes/exercise/text", {**fields, **sent}).status == 409
    for path in ("yes", "back"):
        participant_a.post(f"/notes/exercise/text/{path}", {**fields, **sent})
    token = mediator.get(at(pair, f"/{run}")).form("/steps").fields
    assert mediator.post(at(pair, f"/{run}/text"), {**token, **sent}).status == 409
    assert not db.session.scalars(select(SharedText)).all()


def test_what_is_on_both_phones_comes_before_a_text_at_home(
    pair: Pair, participant_a: Person, participant_b: Person
) -> None:
    home = start(pair, PATTERN, Place.HOME)
    assert "No open exercise" in participant_a.get(PHONE).words, "each writes on the form they were given"
    go_on(pair, home)
    assert "The pattern you both know" in participant_a.get(PHONE).words
    room = start(pair, "E01")
    for one in (participant_a, participant_b):
        assert "Turn 1 of 4" in one.get(PHONE).words
    stop(pair, room)
    assert "The pattern you both know" in participant_b.get(PHONE).words
    case_is(pair, hold=True)
    assert "A pause" in participant_b.get(PHONE).words
    assert plain(participant_a.get(PHONE)) == plain(participant_b.get(PHONE))


def test_words_of_each_at_a_goodbye_are_heard_and_not_said_back(
    pair: Pair, participant_a: Person, participant_b: Person
) -> None:
    run = start(pair, "E28")
    go_on(pair, run)
    go_on(pair, run)
    assert "Alex, your turn to speak" in participant_a.get(PHONE).words
    act(participant_a, do="finished")
    assert "Sam, your turn to speak" in participant_b.get(PHONE).words
    act(participant_b, do="finished")
    assert "That was the last turn" in participant_a.get(PHONE).words
