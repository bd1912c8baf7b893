"""The places beside both phones: one screen for all, the mediator going between the two, and at home under a hold."""

from __future__ import annotations

import uuid

import pytest

from mediator.cases.models import Case
from mediator.cases.terms import CaseState, Suitability
from mediator.core import live
from mediator.core.db import db
from mediator.core.outbox import Message
from mediator.core.visibility import Letter
from mediator.exercises import actions, locks, queries, stage_forms, where
from mediator.exercises.models import ExerciseRun
from mediator.exercises.modes import MEDIATOR
from mediator.exercises.reading import exercises
from mediator.exercises.terms import Phase, Place, RunState
from mediator.questionnaires.models import Assignment
from tests.exercises.phones import PHONE, acting, case_is, form_of, hand_in, plain, structure
from tests.exercises.running import at, console, outside_folds, press, start, state, write
from tests.factories import Pair
from tests.people import Page, Person
from tests.sessions.live import at as session_at
from tests.sessions.live import running

HOME = "/notes/"
MESSAGE = {"E03.1.seen": "The door stood open", "E03.4.request": "Close it"}


def screen(mediator: Person, pair: Pair, run: uuid.UUID) -> Page:
    """The one screen as it stands now."""
    return mediator.get(at(pair, f"/{run}/screen"))


def tap(mediator: Person, page: Page, **pressed: str) -> Page:
    """Press a button of the one screen as it was when it was loaded."""
    if "heard" in pressed:
        form = next(form for form in page.all("form") if "answers" in (form.get("class") or "")).get("action")
        rev = page.form("/screen").fields
        assert form is not None
        return mediator.post(form, {**rev, "do": "heard", **pressed})
    return mediator.submit(page, dict(pressed), action="/screen")


# -- one screen --------------------------------------------------------------------------------------------------------


def test_turns_go_round_on_one_screen_and_the_phones_show_nothing_of_it(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    quiet = [plain(one.get(path)) for one in (participant_a, participant_b) for path in (PHONE, HOME)]
    known = live.version(pair.case, live.BOTH)
    run = start(mediator, pair, "E01", place="screen")
    page = screen(mediator, pair, run)
    for number in range(1, 5):
        speaker, listener = ("Alex", "Sam") if number % 2 else ("Sam", "Alex")
        assert f"Turn {number} of 4" in page.words
        assert f"{speaker} speaks" in page.words
        page = tap(mediator, page, do="finished")
        assert f"{listener}, say back what you heard" in page.words
        page = tap(mediator, page, do="said_back")
        assert f"{speaker}, did it come across?" in page.words
        if number == 2:
            page = tap(mediator, page, heard="partly")
            assert f"{speaker} speaks" in page.words
            page = tap(mediator, tap(mediator, page, do="finished"), do="said_back")
        page = tap(mediator, page, heard="got_it")
    assert "That was the last turn" in page.words
    press(mediator, console(mediator, pair, run), "go_on")
    page = screen(mediator, pair, run)
    assert "Each of you says one sentence" in page.words
    assert state(run).stages[1].form_id is None, "nobody writes alone on it"
    assert [plain(one.get(path)) for one in (participant_a, participant_b) for path in (PHONE, HOME)] == quiet
    assert live.version(pair.case, live.BOTH) == known, "no phone moves"
    press(mediator, console(mediator, pair, run), "go_on")
    assert "This exercise is over" in screen(mediator, pair, run).words
    assert [plain(one.get(path)) for one in (participant_a, participant_b) for path in (PHONE, HOME)] == quiet


def test_the_one_screen_says_when_it_has_moved_on_and_changes_nothing(pair: Pair, mediator: Person) -> None:
    run = start(mediator, pair, "E01", place="screen")
    left = screen(mediator, pair, run)
    tap(mediator, left, do="finished")
    page = tap(mediator, left, do="finished")
    assert "moved on" not in page.words, "a finger that came down twice"
    assert state(run).stages[0].phase is Phase.SAY_BACK
    tap(mediator, page, do="said_back")
    assert "This has moved on meanwhile." in tap(mediator, left, do="finished").words
    assert state(run).stages[0].phase is Phase.CHECK
    for wrong in ({"rev": "x"}, {"rev": "99999999999999"}, {"rev": None}):
        assert "moved on" in mediator.submit(screen(mediator, pair, run), {"do": "heard", **wrong}).words
    for unknown in ("next_turn", "go_on", "resume", ""):
        sent = {**screen(mediator, pair, run).form("/screen").fields, "do": unknown}
        assert mediator.post(at(pair, f"/{run}/screen"), sent).status == 400, unknown
    assert "moved on" not in console(mediator, pair, run).words, "nothing said on it waits for another page"


def test_on_one_screen_an_answer_waits_for_its_moment(pair: Pair, mediator: Person) -> None:
    run = start(mediator, pair, "E01", place="screen")
    sent = screen(mediator, pair, run).form("/screen").fields
    for heard in ("got_it", "perhaps"):
        assert "moved on" in mediator.post(at(pair, f"/{run}/screen"), {**sent, "do": "heard", "heard": heard}).words
    tap(mediator, tap(mediator, screen(mediator, pair, run), do="finished"), do="said_back")
    assert "moved on" in tap(mediator, screen(mediator, pair, run), do="heard").words
    assert state(run).stages[0].phase is Phase.CHECK


def test_a_pause_and_an_end_on_one_screen_are_for_both(pair: Pair, mediator: Person) -> None:
    run = start(mediator, pair, "E01", place="screen")
    left = screen(mediator, pair, run)
    tap(mediator, left, do="finished")
    page = tap(mediator, left, do="pause")
    assert "A pause" in page.words
    assert state(run).state is RunState.PAUSED, "a turn that went on meanwhile takes no pause away"
    assert not any(one.get("value") == "resume" for one in page.all("button")), "only the mediator ends it"
    press(mediator, console(mediator, pair, run), "resume")
    assert "say back" in screen(mediator, pair, run).words
    page = mediator.post(at(pair, f"/{run}/screen"), {**left.form("/screen").fields, "do": "stop"})
    assert "This exercise is over" in page.words
    assert state(run).state is RunState.STOPPED


@pytest.mark.parametrize("values", [{"hold": True}, {"state": CaseState.PAUSED}, {"suitability": None}])
def test_a_hold_a_break_and_every_lock_are_a_pause_on_one_screen(
    pair: Pair, mediator: Person, values: dict[str, object]
) -> None:
    run = start(mediator, pair, "E01", place="screen")
    left = screen(mediator, pair, run)
    with acting(pair) as case:
        actions.pause(case, queries.run_of(case, run), MEDIATOR)
    paused = screen(mediator, pair, run)
    with acting(pair) as case:
        actions.resume(case, queries.run_of(case, run))
    case_is(pair, **values)
    locked = screen(mediator, pair, run)
    assert locked.words == paused.words
    assert structure(locked) == structure(paused)
    assert "moved on" in tap(mediator, left, do="finished").words
    assert state(run).stages[0].phase is Phase.SPEAK


def test_the_one_screen_holds_nothing_private(pair: Pair, mediator: Person) -> None:
    """Neither the title that a browser keeps, nor what waits on other pages, nor a fold."""
    run = start(mediator, pair, "E01", place="screen")
    with acting(pair) as case:
        actions.pause(case, queries.run_of(case, run), MEDIATOR)
        actions.resume(case, queries.run_of(case, run))
    page = screen(mediator, pair, run)
    assert "private" not in page.text.replace("data-private", "").replace("js/private.js", "")
    assert [one.text for one in page.all("title")] == ["Together · Mediator"]
    for words in ("Only you", "Airtime", "Pairs", "Today"):
        assert words not in page.words
    left = [link for link in page.links() if link.startswith("/work/")]
    assert left == [at(pair, f"/{run}"), at(pair, f"/{run}/screen")]


def test_what_is_not_on_one_screen_has_none(pair: Pair, mediator: Person) -> None:
    run = start(mediator, pair, "E13")
    page = screen(mediator, pair, run)
    assert page.response.request.path == at(pair, f"/{run}")
    sent = {**page.form("/steps").fields, "do": "stop"}
    assert mediator.post(at(pair, f"/{run}/screen"), sent).response.request.path == at(pair, f"/{run}")
    assert state(run).state is RunState.RUNNING
    assert screen(mediator, pair, uuid.uuid4()).status == 404


def test_one_goes_on_at_a_time_on_the_phones_or_on_one_screen(
    pair: Pair, mediator: Person, participant_a: Person
) -> None:
    earlier = start(mediator, pair, "E01")
    left = participant_a.get(PHONE).form("/turn").fields
    press(mediator, console(mediator, pair, earlier), "stop")
    run = start(mediator, pair, "E01", place="screen")
    page = mediator.submit(mediator.get(at(pair, "/start/E13")), {"place": "phones"}, action="/exercises")
    assert actions.ONE_AT_A_TIME in page.words
    assert "“Speaker and listener” is under way. On one screen in the room." in page.words
    told = console(mediator, pair, run)
    assert at(pair, f"/{run}/screen") in told.links()
    assert "What each phone shows" not in told.words
    for act in ("/turn", "/pause", "/stop"):
        sent = {**left, "run": str(run), "rev": str(state(run).rev), "do": "finished"}
        assert actions.STALE in participant_a.post(f"{PHONE}{act}", sent).words
    assert state(run).state is RunState.RUNNING, "no phone reaches it"


# -- titles and the back list ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["phones", "screen"])
def test_no_title_says_whose_exercise_it_is_or_what_was_written(
    pair: Pair, mediator: Person, participant_a: Person, place: str
) -> None:
    """What a browser keeps of a page, in its tab and its back list, is its title and its address."""
    session = running(mediator, pair)
    run = start(mediator, pair, f"E01?session={session}", place=place)
    pages = [
        mediator.get(at(pair, f"?session={session}")),
        mediator.get(at(pair, "/start/E13")),
        console(mediator, pair, run),
        screen(mediator, pair, run),
        mediator.get(session_at(pair, session, "/present")),
    ]
    for page in pages:
        (title,) = [one.text or "" for one in page.all("title")]
        assert not any(word in title for word in ("Alex", "Sam", "Speaker", "turn")), title
        assert not any(word in page.response.request.url for word in ("Alex", "Sam"))
    shown = pages[-1]
    assert "Speaker and listener" in shown.words
    assert "private" not in shown.text.replace("data-private", "")


# -- the mediator goes from one to the other ---------------------------------------------------------------------------


def test_by_shuttle_each_writes_on_their_own_phone_without_a_message(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    sent = len(db.session.scalars(db.select(Message)).all())
    run = start(mediator, pair, "E03", place="shuttle")
    assert len(db.session.scalars(db.select(Message)).all()) == sent
    homes = [one.get(HOME) for one in (participant_a, participant_b)]
    for home in homes:
        assert "For both of you, each on your own phone." in home.words
        assert "on both phones" not in home.words
    phones = [one.get(PHONE) for one in (participant_a, participant_b)]
    assert structure(phones[0]) == structure(phones[1])
    before = plain(participant_b.get(PHONE))
    write(participant_a, run, MESSAGE)
    assert "Your part is done" in participant_a.get(PHONE).words
    assert plain(participant_b.get(PHONE)) == before
    assert "handed in" in console(mediator, pair, run).words
    for page in (*phones, participant_a.get(PHONE), participant_a.get(f"{PHONE}/stop")):
        assert "same moment" not in page.words
        assert "both phones" not in page.words


def test_with_safeguards_what_is_apart_goes_by_shuttle_and_nothing_derived_is_opened(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    case_is(pair, suitability=Suitability.SAFEGUARDS)
    page = mediator.get(at(pair, "/start/E23"))
    offered = [one.get("value") for one in page.all("input") if one.get("name") == "place"]
    assert offered == ["home", "shuttle"]
    assert str(where.NOT_DERIVED) in page.words
    assert str(where.NOT_DERIVED) not in mediator.get(at(pair, "/start/E03")).words
    run = start(mediator, pair, "E23", place="shuttle")
    for person in (participant_a, participant_b):
        write(person, run, {})
    told = console(mediator, pair, run)
    assert not [link for link in told.links() if "/open/" in link]
    assert "The suitability you recorded does not allow this." in told.words


def test_what_cant_be_done_at_a_place_is_not_offered_and_says_why(pair: Pair, mediator: Person) -> None:
    for key, place, lock in (("E13", "screen", locks.Lock.SCREEN), ("E01", "shuttle", locks.Lock.TURNS)):
        page = mediator.get(at(pair, f"/start/{key}"))
        assert place not in [one.get("value") for one in page.all("input") if one.get("name") == "place"]
        assert locks.SENTENCES[lock] in page.words
        mediator.submit(page, {"place": place}, action="/exercises")
    assert not db.session.scalars(db.select(ExerciseRun)).all()


@pytest.mark.parametrize(
    ("key", "place"),
    [(key, place) for key, one in exercises().items() if one.may_start and not one.one for place in one.places],
)
def test_every_place_that_an_exercise_names_starts(pair: Pair, mediator: Person, key: str, place: Place) -> None:
    run = start(mediator, pair, key, place=place.value)
    assert state(run).place is place


# -- at home under a hold ----------------------------------------------------------------------------------------------

BREAKS: list[dict[str, object]] = [{"hold": True}, {"state": CaseState.PAUSED}]


def _support(pair: Pair, mediator: Person) -> uuid.UUID:
    return start(mediator, pair, "E32", place="home")


@pytest.mark.parametrize("begun", ["before", "meanwhile"])
def test_what_stays_open_under_a_hold_is_answered_then_and_looks_as_on_any_break(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person, begun: str
) -> None:
    """Whether it was begun before or meanwhile, and by whichever of the two: a hold and a break differ in nothing."""
    run = _support(pair, mediator) if begun == "before" else None
    case_is(pair, hold=True)
    run = run or _support(pair, mediator)
    people = (participant_a, participant_b)
    pages: list[list[str]] = []
    for values in ({"hold": True, "state": CaseState.ACTIVE}, {"hold": False, "state": CaseState.PAUSED}):
        case_is(pair, **values)
        seen = []
        for person in people:
            assert person.id is not None
            form = f"/notes/questions/{form_of(run, person.id)}"
            home = person.get(HOME)
            assert "On a break." in home.words
            assert form in home.links()
            seen += [plain(home), plain(person.get(f"{form}/1")), plain(person.get(PHONE))]
        pages.append(seen)
    assert pages[0] == pages[1]
    case_is(pair, hold=True, state=CaseState.ACTIVE)
    before = plain(participant_b.get(HOME))
    write(participant_a, run, {"E32.2.evening": "A walk"})
    assert "A walk" in participant_a.get(f"/notes/questions/{form_of(run, pair.a)}/done").words
    assert plain(participant_b.get(HOME)) == before
    assert "A walk" in console(mediator, pair, run).words
    assert "Both see a pause." not in console(mediator, pair, run).words


@pytest.mark.parametrize("values", BREAKS)
def test_every_other_form_rests_under_a_hold_and_on_a_break(
    pair: Pair, mediator: Person, participant_a: Person, values: dict[str, object]
) -> None:
    others = [start(mediator, pair, key, place="home") for key in ("E13", "E29")]
    stays = _support(pair, mediator)
    case_is(pair, **values)
    home = participant_a.get(HOME)
    assert [link for link in home.links() if "/questions/" in link] == [f"/notes/questions/{form_of(stays, pair.a)}"]
    for run in others:
        form = form_of(run, pair.a)
        assert participant_a.get(f"/notes/questions/{form}/1").response.request.path == HOME


@pytest.mark.parametrize("values", BREAKS)
def test_no_message_goes_out_on_a_break_and_both_get_it_alike(
    pair: Pair, mediator: Person, values: dict[str, object]
) -> None:
    before = len(db.session.scalars(db.select(Message)).all())
    start(mediator, pair, "E29", place="home")
    assert len(db.session.scalars(db.select(Message)).all()) == before + 2, "as long as work goes on"
    case_is(pair, **values)
    assert "No message goes out now" in mediator.get(at(pair, "/start/E32")).words
    sent = len(db.session.scalars(db.select(Message)).all())
    run = _support(pair, mediator)
    assert len(db.session.scalars(db.select(Message)).all()) == sent
    form = state(run).stages[0].form_id
    rows = db.session.scalars(db.select(Assignment).where(Assignment.form_id == form)).all()
    assert {row.participant_id for row in rows} == {pair.a, pair.b}
    assert len({(row.due_at, row.state) for row in rows}) == 1


def test_before_both_have_signed_it_may_be_started_and_nothing_else(
    pair: Pair, mediator: Person, participant_a: Person
) -> None:
    case_is(pair, state=CaseState.INTAKE, suitability=None)
    case = db.session.get_one(Case, pair.case)
    for person in case.participants:
        person.signed_on = None
    db.session.commit()
    run = _support(pair, mediator)
    assert f"/notes/questions/{form_of(run, pair.a)}" in participant_a.get(HOME).links()
    assert "Joint work is not open as the case stands now." in mediator.get(at(pair, "/start/E29")).words


def test_once_the_case_is_over_nothing_is_answered(pair: Pair, mediator: Person, participant_a: Person) -> None:
    run = _support(pair, mediator)
    case_is(pair, state=CaseState.CLOSED)
    assert not [link for link in participant_a.get(HOME).links() if "/questions/" in link]
    form = form_of(run, pair.a)
    assert participant_a.get(f"/notes/questions/{form}/1").response.request.path == HOME
    assert "Not open today" in mediator.get(at(pair, "/start/E32")).words


def test_what_anybody_sees_of_the_console_is_the_same_whatever_was_handed_in_under_a_hold(
    pair: Pair, mediator: Person, participant_a: Person
) -> None:
    run = _support(pair, mediator)
    case_is(pair, hold=True)
    before = outside_folds(console(mediator, pair, run))
    hand_in(participant_a, run)
    assert outside_folds(console(mediator, pair, run)) == before
    assert stage_forms.people(db.session.get_one(Case, pair.case), state(run))[0].letter is Letter.A
