"""A text of both on one screen in the room: written there, agreed to there, in the open, and on no phone."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import select

from mediator.core import live
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.visibility import Letter
from mediator.exercises import actions, queries
from mediator.exercises.models import SharedText
from mediator.exercises.modes import MEDIATOR
from mediator.exercises.together import actions as together
from tests.exercises.phones import PHONE, acting, case_is, pause, plain, structure
from tests.exercises.running import at, console, outside_folds, press, start, verbs
from tests.exercises.writing import fill
from tests.factories import Pair
from tests.people import Form, Page, Person

HOME, BOTH = "/notes/", "/notes/together"
SIGN = "Our sign is a raised hand"


@pytest.fixture
def run(pair: Pair, mediator: Person) -> uuid.UUID:
    """A text of both, just begun on one screen."""
    return start(mediator, pair, "E24", place="screen")


def screen(mediator: Person, pair: Pair, run: uuid.UUID) -> Page:
    return mediator.get(at(pair, f"/{run}/screen"))


def yes(mediator: Person, page: Page, who: str, do: str = "agree") -> Page:
    """Press somebody's yes, or take it back, on the screen as it was when it was loaded."""
    forms = [Form(one) for one in page.all("form")]
    form = next(one for one in forms if one.fields.get("who") == who)
    return mediator.post(form.action, {**form.fields, "do": do})


def stored(run: uuid.UUID) -> SharedText:
    db.session.rollback()
    return db.session.scalars(select(SharedText).where(SharedText.run_id == run)).one()


def test_a_text_stands_for_both_on_one_screen_and_no_phone_moves_before(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    people = (participant_a, participant_b)
    quiet = [plain(one.get(path)) for one in people for path in (PHONE, HOME, BOTH)]
    known = live.version(pair.case, live.BOTH)
    run = start(mediator, pair, "E24", place="screen")
    page = screen(mediator, pair, run)
    assert "Our pause" in page.words
    assert "Who says when it goes on" in page.words
    assert "Nothing is written yet." in page.words
    assert "says yes" not in page.words
    page = fill(mediator, page, words=SIGN)
    assert page.response.request.path == at(pair, f"/{run}/screen")
    assert SIGN in page.words
    first, second = (page.words.index(f"{name} says yes to these words") for name in ("Alex", "Sam"))
    assert first < second
    page = yes(mediator, page, "A")
    assert "Alex said yes to these words" in page.words
    assert "Sam says yes to these words" in page.words
    page = yes(mediator, page, "B")
    assert "You have both said yes to these words." in page.words
    assert [plain(one.get(path)) for one in people for path in (PHONE, HOME, BOTH)] == quiet
    assert live.version(pair.case, live.BOTH) == known
    press(mediator, console(mediator, pair, run), "go_on")
    assert "This exercise is over" in screen(mediator, pair, run).words
    over = console(mediator, pair, run)
    assert "Alex said yes to these words" in outside_folds(over)
    mediator.submit(over, {"outcome": "joint"}, action="/outcome")
    for one in people:
        assert SIGN in one.get(BOTH).words


def test_a_yes_is_taken_back_on_the_screen_and_then_it_does_not_stand(
    pair: Pair, mediator: Person, participant_b: Person, run: uuid.UUID
) -> None:
    page = fill(mediator, screen(mediator, pair, run), words=SIGN)
    for who in ("A", "B"):
        page = yes(mediator, page, who)
    page = yes(mediator, page, "A", "disagree")
    assert "Alex says yes to these words" in page.words
    assert "Sam said yes to these words" in page.words
    assert "Alex has not said yes to these words" in outside_folds(console(mediator, pair, run))
    press(mediator, console(mediator, pair, run), "go_on")
    mediator.submit(console(mediator, pair, run), {"outcome": "joint"}, action="/outcome")
    assert SIGN not in participant_b.get(BOTH).words


def test_every_change_asks_both_again_and_a_yes_to_earlier_words_is_none(
    pair: Pair, mediator: Person, run: uuid.UUID
) -> None:
    left = yes(mediator, fill(mediator, screen(mediator, pair, run), words=SIGN), "A")
    page = fill(mediator, console(mediator, pair, run), words="A cup on the table")
    assert "What you save shows on the one screen at once." in page.words
    page = screen(mediator, pair, run)
    assert "said yes" not in page.words
    assert "moved on" in yes(mediator, left, "B").words
    row = stored(run)
    assert (row.agreed_a, row.agreed_b) == (1, None)
    assert row.rev == 2


def test_a_second_tap_is_as_one(pair: Pair, mediator: Person, run: uuid.UUID) -> None:
    left = screen(mediator, pair, run)
    for _twice in range(2):
        page = fill(mediator, left, words=SIGN)
        assert (page.status, "moved on" in page.words) == (200, False)
    for do in ("agree", "disagree"):
        for _twice in range(2):
            assert "moved on" not in yes(mediator, page, "B", do).words
    done = [verb for verb in verbs(pair) if verb.startswith("exercise.text")]
    assert done == ["exercise.text.changed", "exercise.text.agreed", "exercise.text.taken-back"]


def test_whoever_writes_on_the_mediators_page_meanwhile_takes_no_word_of_the_screen(
    pair: Pair, mediator: Person, run: uuid.UUID
) -> None:
    left = screen(mediator, pair, run)
    fill(mediator, console(mediator, pair, run), words="A cup on the table")
    page = fill(mediator, left, words=SIGN)
    assert page.status == 409
    assert together.CHANGED in page.words
    assert "A cup on the table" in page.words
    assert SIGN in page.text
    assert [one.text for one in page.all("title")] == ["Together · Mediator"]
    assert "private" not in page.text.replace("data-private", "").replace("js/private.js", "")
    assert SIGN in fill(mediator, page).words
    too_long = fill(mediator, screen(mediator, pair, run), words="é" * 1501)
    assert too_long.status == 422
    assert "Your words stay here" in too_long.words
    assert "é" * 1501 in too_long.text


@pytest.mark.parametrize("how", ["pause", "hold", "stop"])
def test_what_was_typed_is_kept_where_it_has_moved_on(pair: Pair, mediator: Person, run: uuid.UUID, how: str) -> None:
    left = fill(mediator, screen(mediator, pair, run), words=SIGN)
    if how == "hold":
        case_is(pair, hold=True)
    elif how == "pause":
        pause(pair, run)
    else:
        with acting(pair) as case:
            actions.stop(case, queries.run_of(case, run), MEDIATOR)
    page = fill(mediator, left, words="Half a sentence")
    assert page.status == 409
    assert "Half a sentence" in page.text
    assert SIGN not in screen(mediator, pair, run).words
    assert "moved on" in yes(mediator, left, "A").words
    assert stored(run).agreed_a is None


def test_a_pause_and_a_lock_look_alike_over_a_text(pair: Pair, mediator: Person, run: uuid.UUID) -> None:
    fill(mediator, screen(mediator, pair, run), words=SIGN)
    case_is(pair, hold=True)
    locked = screen(mediator, pair, run)
    case_is(pair, hold=False)
    pause(pair, run)
    paused = screen(mediator, pair, run)
    assert (locked.words, structure(locked)) == (paused.words, structure(paused))


def test_no_phone_says_anybodys_yes_or_writes_on_it(
    pair: Pair, mediator: Person, participant_a: Person, run: uuid.UUID
) -> None:
    fill(mediator, screen(mediator, pair, run), words=SIGN)
    forms = [Form(one).fields for one in participant_a.get("/notes/reminders").all("form")]
    token = next(one["csrf_token"] for one in forms if "csrf_token" in one)
    sent = {"csrf_token": token, "run": str(run), "stage": "0", "words_rev": "1", "words": "Mine"}
    assert participant_a.post(f"{PHONE}/text", sent).status == 409
    for path in ("yes", "back"):
        participant_a.post(f"{PHONE}/text/{path}", sent)
    with acting(pair) as case, pytest.raises(Refused):
        together.agree(case, queries.run_of(case, run), Letter.A, 1)
    row = stored(run)
    assert (row.rev, row.agreed_a, row.agreed_b) == (1, None, None)


def test_what_nobody_sends_on_purpose_is_refused(pair: Pair, mediator: Person, run: uuid.UUID) -> None:
    page = fill(mediator, screen(mediator, pair, run), words=SIGN)
    form = next(Form(one) for one in page.all("form") if "who" in Form(one).fields)
    wrong = ({"who": "C"}, {"who": ""}, {"words_rev": "x"}, {"stage": "-1"}, {"words_rev": "9" * 30})
    for one in wrong:
        assert mediator.post(form.action, {**form.fields, "do": "agree", **one}).status == 400, one
    assert "moved on" in mediator.post(form.action, {**form.fields, "do": "agree", "stage": "3"}).words
    other = start(mediator, pair, "E13", place="home")
    sent = {**form.fields, "words": "Elsewhere"}
    assert mediator.post(at(pair, f"/{other}/screen/text"), sent).response.request.path == at(pair, f"/{other}")
    assert mediator.post(at(pair, f"/{uuid.uuid4()}/screen/text"), sent).status == 404
