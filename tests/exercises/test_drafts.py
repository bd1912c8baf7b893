"""What is typed on a text of both and not saved for both: kept for its writer, and noticed by nobody."""

from __future__ import annotations

import random
import uuid
from datetime import timedelta

import pytest

from mediator import jobs
from mediator.core import live, sealed
from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.sealed import RingClosed
from mediator.core.signin import SigninSession
from mediator.core.visibility import Viewer, Visibility
from mediator.exercises import actions, queries
from mediator.exercises.models import ExerciseRun, SharedText, TextDraft
from mediator.exercises.modes import MEDIATOR
from mediator.exercises.terms import Outcome, Place
from mediator.exercises.together import drafts, keeping
from tests.exercises.phones import PHONE, acting, case_is, go_on, pause, plain, run_of, start, structure
from tests.exercises.running import at, console, outside_folds
from tests.exercises.writing import agree, fill, save
from tests.factories import Pair
from tests.people import Form, Page, Person

TEXT, PATTERN, IDEAS = "E24", "E07", "E26"
WORDS = "Half a sentence, and"
QUIETLY = {"X-Requested-With": "autosave"}


def rows() -> list[TextDraft]:
    db.session.rollback()
    return list(db.session.scalars(db.select(TextDraft)))


def form_of(page: Page) -> Form:
    """The form of the words, as it stands on a page."""
    return next(Form(one) for one in page.all("form") if (one.get("action") or "").endswith("/text"))


def send(person: Person, page: Page, **given: str) -> Page:
    """What the page sends to be kept while somebody types (`who_1` is who-1)."""
    form = form_of(page)
    return person.post(f"{form.action}/draft", {**form.fields, **_named(given)}, headers=QUIETLY)


def send_plainly(person: Person, page: Page, **given: str) -> Page:
    """The same by a button, to be read as a page."""
    form = form_of(page)
    return person.post(f"{form.action}/draft", {**form.fields, **_named(given)})


def _named(given: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): one for name, one in given.items()}


def keep(person: Person, words: str = WORDS, page: Page | None = None) -> Page:
    """Type into the form of one's phone, and wait."""
    kept = send(person, page or person.get(PHONE), words=words)
    assert kept.status == 200, kept.text
    return kept


def typed(page: Page, field: str = "words") -> str:
    """What stands in a field of the form."""
    return form_of(page).fields[field]


def drop(person: Person, page: Page) -> Page:
    form = form_of(page)
    return person.post(f"{form.action}/draft", {**form.fields, "do": "drop"})


def lines() -> list[tuple[str, object]]:
    db.session.rollback()
    return [(one.verb, one.subject_id) for one in db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.number))]


# -- kept --------------------------------------------------------------------------------------------------------------


def test_what_is_typed_is_there_again_and_shows_to_nobody_else(
    pair: Pair, participant_a: Person, participant_b: Person, mediator: Person
) -> None:
    start(pair, TEXT)
    told = keep(participant_a).response.get_json()
    assert told["rev"] == rows()[0].version
    page = participant_a.get(PHONE)
    assert typed(page) == WORDS
    assert "for you alone. Not saved for both yet" in page.words
    assert "Nothing is written yet." in page.words
    assert not db.session.scalars(db.select(SharedText)).all()
    assert typed(participant_b.get(PHONE)) == ""
    keep(participant_a, f"{WORDS} more", page)
    assert len(rows()) == 1
    assert typed(participant_a.get(PHONE)) == f"{WORDS} more"


@pytest.mark.parametrize("words", [" x\n\n", "🚪" * 1600, "<b>&"], ids=["spaces", "long", "signs"])
def test_it_is_kept_exactly_as_typed_also_where_it_is_too_long_for_both(
    pair: Pair, participant_a: Person, words: str
) -> None:
    start(pair, TEXT)
    keep(participant_a, words)
    assert typed(participant_a.get(PHONE)) == words


def test_saving_for_both_removes_the_draft(pair: Pair, participant_a: Person, participant_b: Person) -> None:
    start(pair, TEXT)
    keep(participant_a)
    page = participant_a.get(PHONE)
    for _twice in range(2):
        assert save(participant_a, "A raised hand", page).status == 200
    assert rows() == []
    assert "A raised hand" in participant_b.get(PHONE).words
    assert typed(participant_a.get(PHONE)) == "A raised hand"


def test_an_empty_field_and_what_stands_already_are_no_draft(pair: Pair, participant_a: Person) -> None:
    start(pair, TEXT)
    assert keep(participant_a, "").response.get_json()["rev"] == 0
    assert rows() == []
    save(participant_a, "A raised hand")
    keep(participant_a)
    for words in (" \n", "A raised hand"):
        keep(participant_a, WORDS, participant_a.get(PHONE))
        assert len(rows()) == 1
        assert keep(participant_a, words, participant_a.get(PHONE)).response.get_json()["rev"] == 0
        assert rows() == []


def test_steps_of_a_pattern_are_kept_as_they_are(pair: Pair, participant_a: Person) -> None:
    go_on(pair, start(pair, PATTERN))
    send(participant_a, participant_a.get(PHONE), who_1="B", line_1="Sam plans", line_3="nobody's yet ", who_4="A")
    page = participant_a.get(PHONE)
    found = [typed(page, name) for name in ("who-1", "line-1", "line-2", "line-3", "who-3", "who-4")]
    assert found == ["B", "Sam plans", "", "nobody's yet ", "", "A"]
    fill(participant_a, page, who_3="A")
    assert rows() == []


def test_without_a_script_the_button_alone_saves(pair: Pair, participant_a: Person) -> None:
    start(pair, TEXT)
    page = participant_a.get(PHONE)
    assert [one for one in page.all("button") if one.get("value") == "drop"], "there, and hidden"
    save(participant_a, "A raised hand", page)
    assert rows() == []


def test_what_is_too_long_and_what_is_nowhere_is_said_and_kept_in_the_page(pair: Pair, participant_a: Person) -> None:
    run = start(pair, TEXT)
    page = participant_a.get(PHONE)
    long = "x" * (drafts.MOST + 1)
    refused = send(participant_a, page, words=long)
    assert (refused.status, refused.response.get_json()["message"]) == (422, str(keeping.TOO_LONG))
    again = send_plainly(participant_a, page, words=long)
    assert (again.status, long in again.text) == (422, True)
    for wrong in ({"run": str(uuid.uuid4())}, {"stage": "7"}, {"stage": ""}):
        refused = send(participant_a, page, **{"words": WORDS, **wrong})
        assert (refused.status, refused.response.get_json()["message"]) == (409, str(keeping.NOT_HERE))
        given_back = send_plainly(participant_a, page, **{"words": WORDS, **wrong})
        assert (given_back.status, WORDS in given_back.text) == (409, True)
    assert rows() == []
    assert run_of(run).rev == 1


# -- on another page of the same person --------------------------------------------------------------------------------


def test_a_draft_from_another_device_is_never_written_over_unseen(pair: Pair, participant_a: Person) -> None:
    start(pair, TEXT)
    left = participant_a.get(PHONE)
    keep(participant_a, "On the tablet")
    refused = send(participant_a, left, words="On the phone")
    assert (refused.status, refused.response.get_json()) == (409, {"elsewhere": True})
    for page in (
        send_plainly(participant_a, left, words="On the phone"),
        save(participant_a, "On the phone", left),
    ):
        assert page.status == 409
        assert drafts.ELSEWHERE in page.words
        assert "On the tablet" in page.words
        assert typed(page) == "On the phone"
        assert typed(participant_a.get(PHONE)) == "On the tablet"
    assert drop(participant_a, left).status == 200
    assert len(rows()) == 1, "what the page did not show is not thrown away from it"
    send_plainly(participant_a, page, words="On the phone")
    assert typed(participant_a.get(PHONE)) == "On the phone"
    assert not db.session.scalars(db.select(SharedText)).all()
    assert keep(participant_a, "On the phone", left).status == 200, "the same words again are no conflict"


def test_a_draft_begun_from_older_words_shows_both_before_it_is_saved(
    pair: Pair, participant_a: Person, participant_b: Person
) -> None:
    start(pair, TEXT)
    keep(participant_a, "A cup on the table")
    save(participant_b, "A raised hand")
    page = participant_a.get(PHONE)
    assert typed(page) == "A cup on the table"
    assert "changed after you began" in page.words
    both = fill(participant_a, page)
    assert both.status == 409
    assert "A raised hand" in both.words
    assert typed(both) == "A cup on the table"
    assert typed(participant_b.get(PHONE)) == "A raised hand"
    fill(participant_a, both)
    assert "A cup on the table" in participant_b.get(PHONE).words
    assert rows() == []


def test_it_is_thrown_away_by_one_button(pair: Pair, participant_a: Person) -> None:
    start(pair, TEXT)
    save(participant_a, "A raised hand")
    keep(participant_a)
    page = participant_a.get(PHONE)
    for _twice in range(2):
        assert "Thrown away." in drop(participant_a, page).words
    assert rows() == []
    assert typed(participant_a.get(PHONE)) == "A raised hand"


# -- the exercise goes on without it -----------------------------------------------------------------------------------


def test_a_pause_a_hold_and_a_page_that_was_open_meanwhile_lose_nothing(pair: Pair, participant_a: Person) -> None:
    run = start(pair, TEXT)
    left = participant_a.get(PHONE)
    pause(pair, run)
    keep(participant_a, WORDS, left)
    held = structure(participant_a.get(PHONE))
    assert WORDS not in participant_a.get(PHONE).text
    with acting(pair) as case:
        actions.resume(case, queries.run_of(case, run))
    case_is(pair, hold=True)
    assert structure(participant_a.get(PHONE)) == held
    assert WORDS not in participant_a.get(PHONE).text
    case_is(pair, hold=False)
    assert typed(participant_a.get(PHONE)) == WORDS


def test_after_the_stage_and_after_the_end_its_writer_reads_it_and_nobody_else(
    pair: Pair, participant_a: Person, participant_b: Person, mediator: Person
) -> None:
    run = start(pair, IDEAS)
    go_on(pair, run)
    save(participant_b, "One idea\nAnother idea")
    late = participant_a.get(PHONE)
    keep(participant_a, WORDS, late)
    go_on(pair, run)
    before = plain(participant_b.get(PHONE))
    for words in (WORDS, f"{WORDS} the rest"):
        send(participant_a, late, words=words)
        late = late if words == WORDS else participant_a.get(PHONE)
    page = participant_a.get(PHONE)
    assert "Words you did not save for both" in page.words
    assert plain(participant_b.get(PHONE)) == before
    assert WORDS not in console(mediator, pair, run).text
    with acting(pair) as case:
        actions.stop(case, queries.run_of(case, run), MEDIATOR)
    page = participant_a.get(PHONE)
    assert "This exercise is over" in page.words
    assert WORDS in page.text
    for outcome in (Outcome.JOINT, Outcome.DISCARDED):
        with acting(pair) as case:
            actions.settle(case, queries.run_of(case, run), outcome)
        assert WORDS in participant_a.get(PHONE).text
        assert WORDS not in console(mediator, pair, run).text
        assert WORDS not in participant_b.get(PHONE).text
    participant_a.submit(page, {"do": "drop"}, action="/text/draft")
    assert rows() == []
    assert "did not save" not in participant_a.get(PHONE).words


def test_an_old_page_throws_away_what_it_says(pair: Pair, participant_a: Person) -> None:
    """Another exercise has begun since; and of a run that is not theirs nothing is said to be gone."""
    run = start(pair, TEXT)
    keep(participant_a)
    with acting(pair) as case:
        actions.stop(case, queries.run_of(case, run), MEDIATOR)
    old = participant_a.get(PHONE)
    start(pair, PATTERN)
    sent = old.form("/text/draft").fields | {"do": "drop"}
    told = participant_a.post("/notes/exercise/text/draft", sent | {"run": str(uuid.uuid4())})
    assert str(keeping.NOT_HERE) in told.words
    assert len(rows()) == 1
    assert "Thrown away." in participant_a.post("/notes/exercise/text/draft", sent).words
    assert rows() == []


def test_what_ended_under_a_hold_is_still_its_writers(
    pair: Pair, participant_a: Person, participant_b: Person, mediator: Person
) -> None:
    run = start(pair, TEXT)
    keep(participant_a)
    case_is(pair, hold=True)
    with acting(pair) as case:
        actions.stop(case, queries.run_of(case, run), MEDIATOR)
    assert WORDS in participant_a.get(PHONE).text
    for other in (participant_b.get(PHONE), console(mediator, pair, run)):
        assert WORDS not in other.text
    assert "did not save" not in participant_b.get(PHONE).words


def test_it_is_deleted_once_no_phone_shows_it(pair: Pair, participant_a: Person, mediator: Person) -> None:
    run = start(pair, TEXT)
    keep(participant_a)
    send(mediator, console(mediator, pair, run), words="Of the mediator")
    jobs.clear(now)
    assert len(rows()) == 2
    with acting(pair) as case:
        actions.stop(case, queries.run_of(case, run), MEDIATOR)
    jobs.clear(now)
    assert len(rows()) == 2
    for _twice in range(2):
        jobs.clear(lambda: now() + timedelta(hours=2, seconds=1))
        assert [row.participant_id for row in rows()] == [None]
    db.session.get_one(ExerciseRun, run).ended_at = now() - timedelta(hours=3)
    db.session.commit()
    assert "Of the mediator" in console(mediator, pair, run).text


# -- the mediator's ----------------------------------------------------------------------------------------------------


def test_a_mediators_draft_is_folded_and_theirs_alone(pair: Pair, mediator: Person, participant_a: Person) -> None:
    run = start(pair, TEXT)
    before = plain(participant_a.get(PHONE))
    assert send(mediator, console(mediator, pair, run), words="Of the mediator").status == 200
    page = console(mediator, pair, run)
    assert typed(page) == "Of the mediator"
    assert "Of the mediator" not in outside_folds(page)
    assert plain(participant_a.get(PHONE)) == before
    with acting(pair) as case:
        row = queries.run_of(case, run)
        assert drafts.here(row, drafts.Writer.mediator(uuid.uuid4())) is None, "a co-mediator has one of their own"
    fill(mediator, page)
    assert rows() == []
    assert "Of the mediator" in participant_a.get(PHONE).words


def test_what_is_typed_at_the_console_never_shows_on_the_one_screen(pair: Pair, mediator: Person) -> None:
    run = start(pair, TEXT, Place.SCREEN)
    screen = at(pair, f"/{run}/screen")
    send(mediator, console(mediator, pair, run), words="At the desk")
    send(mediator, mediator.get(screen), words="Before all")
    assert typed(console(mediator, pair, run)) == "At the desk"
    page = mediator.get(screen)
    assert typed(page) == "Before all"
    assert "At the desk" not in page.text
    left = mediator.get(screen)
    send(mediator, page, words="Before all, too")
    both = send_plainly(mediator, left, words="An older tab")
    assert (both.status, "Before all, too" in both.words, "At the desk" in both.text) == (409, True, False)
    with acting(pair) as case:
        actions.stop(case, queries.run_of(case, run), MEDIATOR)
    assert not {"Before all", "At the desk"} & set(mediator.get(screen).text.split("\n"))
    over = console(mediator, pair, run)
    assert "Before all, too" in over.text
    assert "Before all, too" not in outside_folds(over)
    for count in (1, 0):
        mediator.submit(console(mediator, pair, run), {"do": "drop"}, action="/text/draft")
        assert len(rows()) == count


def test_of_an_exercise_elsewhere_nothing_is_typed_on_the_one_screen(pair: Pair, mediator: Person) -> None:
    run = start(pair, TEXT)
    fields = form_of(console(mediator, pair, run)).fields
    gone = mediator.post(at(pair, f"/{run}/screen/text/draft"), {**fields, "words": WORDS})
    assert gone.response.request.path == at(pair, f"/{run}")
    assert rows() == []


def test_at_home_a_participant_has_none(pair: Pair, participant_a: Person) -> None:
    run = start(pair, PATTERN, Place.HOME)
    go_on(pair, run)
    fields = participant_a.get(PHONE).form("/pause").fields
    sent = {**fields, "stage": "1", "words_rev": "0", "draft": "0", "who-1": "A", "line-1": "Mine alone"}
    assert participant_a.post(f"{PHONE}/text/draft", sent, headers=QUIETLY).status == 409
    assert rows() == []


# -- nobody else -------------------------------------------------------------------------------------------------------


def test_nothing_of_it_is_noticed_elsewhere(
    pair: Pair, participant_a: Person, participant_b: Person, mediator: Person
) -> None:
    """Not by the other, nor at the console, whoever of the two types; no line in the log, and no number moves."""
    run = start(pair, TEXT)
    save(participant_a, "A raised hand")
    agree(participant_b)
    for who, other in ((participant_a, participant_b), (participant_b, participant_a)):
        page, theirs = who.get(PHONE), plain(other.get(PHONE))
        before = plain(console(mediator, pair, run))
        versions = [live.version(pair.case, one) for one in (live.BOTH, live.DESK)]
        counted, rev = lines(), run_of(run).rev
        db.session.execute(db.update(SigninSession).values(seen_at=now() - timedelta(minutes=9)))
        db.session.commit()
        keep(who, WORDS, page)
        conflict = send(who, page, words="Something else")
        assert conflict.status == 409
        send(who, page, words="x" * 20_001)
        assert (lines(), run_of(run).rev) == (counted, rev)
        assert [live.version(pair.case, one) for one in (live.BOTH, live.DESK)] == versions
        assert plain(other.get(PHONE)) == theirs
        assert plain(console(mediator, pair, run)) == before
        form = form_of(who.get(PHONE))
        counted = lines()
        who.post(f"{form.action}/draft", {**form.fields, "do": "drop"}, follow=False)
        assert lines() == counted
        assert plain(console(mediator, pair, run)) == before
        who.get(PHONE)  # takes what was told


def test_when_they_were_heard_of_last_is_not_said_afterwards_either(
    pair: Pair, participant_a: Person, participant_b: Person, mediator: Person
) -> None:
    """In a later part it would tell who typed, and an open page goes on keeping what was typed before it."""
    run = start(pair, IDEAS)
    assert "Last heard of" in console(mediator, pair, run).words
    go_on(pair, run)
    assert "Last heard of" not in console(mediator, pair, run).words
    save(participant_b, "One idea\nAnother idea")
    late = participant_a.get(PHONE)
    go_on(pair, run)
    assert send(participant_a, late, words=WORDS).status == 200
    assert "Last heard of" not in console(mediator, pair, run).words


def test_both_phones_look_alike_with_a_draft_and_with_words_left(
    pair: Pair, participant_a: Person, participant_b: Person
) -> None:
    run = start(pair, TEXT)
    for one in (participant_a, participant_b):
        keep(one)
    assert structure(participant_a.get(PHONE)) == structure(participant_b.get(PHONE))
    with acting(pair) as case:
        actions.stop(case, queries.run_of(case, run), MEDIATOR)
    assert structure(participant_a.get(PHONE)) == structure(participant_b.get(PHONE))


@pytest.mark.parametrize("seed", range(6))
def test_a_draft_never_changes_what_the_machine_shows(
    pair: Pair, participant_a: Person, participant_b: Person, mediator: Person, seed: int
) -> None:
    """Random acts with drafts between them: the state is what it was before each draft, and so is what others read."""
    draw = random.Random(seed)
    run = start(pair, TEXT)
    people = {"A": participant_a, "B": participant_b}
    for step in range(6):
        act = draw.choice(["save", "agree", "nothing"])
        who = draw.choice(["A", "B"])
        if act == "save":
            fill(people[who], people[who].get(PHONE), words=f"Words {step}")
        elif act == "agree" and run_of(run).rev > 1:
            agree(people[who])
        other = people["B" if who == "A" else "A"]
        with acting(pair) as case:
            before = queries.state_of(case, queries.run_of(case, run))
        seen = plain(other.get(PHONE)), plain(console(mediator, pair, run))
        keep(people[who], draw.choice(["", "Words 0", f"Draft {step}"]), people[who].get(PHONE))
        with acting(pair) as case:
            assert queries.state_of(case, queries.run_of(case, run)) == before
        assert (plain(other.get(PHONE)), plain(console(mediator, pair, run))) == seen


def test_no_ring_but_its_writers_opens_it(pair: Pair, participant_a: Person, mediator: Person) -> None:
    run = start(pair, TEXT)
    keep(participant_a)
    send(mediator, console(mediator, pair, run), words="Of the mediator")
    mine, theirs = sorted(rows(), key=lambda row: row.participant_id is None)
    assert (mine.visibility, theirs.visibility) == (Visibility.OWN, Visibility.WORKING)
    a, b = (Viewer.participant(one, pair.case) for one in (pair.a, pair.b))
    desk, stranger = (Viewer.staff(pair.mediator, frozenset(one)) for one in ({pair.case}, set()))
    for row, reader in ((mine, a), (theirs, desk)):
        for viewer in (a, b, desk, stranger, Viewer.nobody()):
            with sealed.ring_of(viewer):
                if viewer == reader:
                    assert row.body
                else:
                    with pytest.raises(RingClosed):
                        _ = row.body
