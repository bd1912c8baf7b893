"""Words of one for the other through the pages: written, talked through, asked about, given, or not.

A writes, B decides. Whatever B does, A's pages are the same to the letter.
"""

from __future__ import annotations

import pytest
from flask import Flask

from mediator.cases.models import Case
from mediator.cases.terms import CaseState, Suitability
from mediator.core import live
from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.exercises.models import ExerciseRun, HeldWords
from mediator.exercises.terms import Outcome, Wanted, Way
from mediator.practice.models import Staff
from mediator.questionnaires.models import Assignment
from tests.exercises import running
from tests.exercises.holding import NOS, WHAT, WISH, WORDS, YES, Three
from tests.exercises.phones import refusals
from tests.factories import Pair, make_pair
from tests.people import Person

SLIP, READ = "Your mediator has a question for you", "There is something for you to read"


@pytest.fixture
def stranger(app: Flask, pair: Pair) -> Person:
    """Somebody of another pair with the same mediator."""
    other = make_pair(db.session.get_one(Staff, pair.mediator), a="Kim", b="Lou")
    return Person(app).come_in(other.a)


@pytest.fixture
def three(pair: Pair, mediator: Person, participant_a: Person, participant_b: Person) -> Three:
    """An apology was given to A to write."""
    run = running.start(mediator, pair, "E09", place="home", only="A")
    return Three(pair, mediator, participant_a, participant_b, run)


def case_is(pair: Pair, **values: object) -> None:
    """Something happened to the case meanwhile."""
    case = db.session.get_one(Case, pair.case)
    for name, value in values.items():
        setattr(case, name, value)
    db.session.commit()


def settle(three: Three, outcome: Outcome) -> None:
    """It is over, and the mediator says what becomes of it."""
    desk = three.desk()
    if state(three).ended_at is None:
        do = "go_on" if three.way() is Way.DELIVERED else "stop"
        desk = running.press(three.mediator, desk, do)
    assert three.mediator.submit(desk, {"outcome": outcome.value}, action="/outcome").status == 200


def state(three: Three) -> ExerciseRun:
    """The run as it stands now."""
    return running.state(three.run)


# -- the whole way -----------------------------------------------------------------------------------------------------


def test_it_reaches_the_other_only_after_the_mediator_and_their_own_yes(three: Three) -> None:
    assert WHAT not in three.desk().words
    empty = three.b.get("/notes/").text
    three.write()
    desk = three.desk()
    assert WHAT in desk.words
    assert three.b.get("/notes/").text == empty
    assert three.press("accept").status == 422  # not without the author's own yes
    assert three.way() is Way.WRITING
    three.accept()
    assert three.b.get("/notes/").text == empty
    three.ask()
    home = three.b.get("/notes/")
    assert SLIP in home.words
    assert "apology" not in home.text.lower()
    question = three.question()
    assert "An apology has been offered" in question.words
    assert WHAT not in question.words
    assert [one.get("value") for one in question.all("input") if one.get("checked") is not None] == ["no"]
    answered = three.answer()
    assert SLIP not in answered.words
    assert "A question from your mediator" in answered.words
    assert three.row.wanted is Wanted.YES
    desk = three.desk()
    assert "My sister" in desk.words
    preview = three.mediator.get(three.at("/give"))
    assert WHAT in preview.words
    given = three.give()
    assert given.status == 200
    assert three.way() is Way.DELIVERED
    assert READ in three.b.get("/notes/").words
    copy = three.given()
    assert WHAT in copy.words
    assert "A wish. No answer is due" in copy.words
    assert not [form.get("action") for form in copy.all("form") if "given" in form.get("action", "")]
    assert not copy.all("textarea")


@pytest.mark.parametrize("no", NOS)
def test_every_no_is_a_full_answer_and_nothing_is_given(three: Three, no: str) -> None:
    three.until("asked")
    page = three.answer(want=no)
    assert page.status == 200
    assert SLIP not in page.words
    assert three.way() is Way.NOT_WANTED
    assert not [link for link in three.desk().links() if link.endswith("/give")]
    assert "/give" not in three.mediator.get(three.at("/give")).response.request.path
    again = three.question()
    assert three.b.submit(again, {"want": "yes", "how": "mediator"}, action="/question/").status == 200
    assert three.way() is Way.WANTED


@pytest.mark.parametrize("no", NOS)
def test_the_receiver_changes_their_mind_until_it_happens(three: Three, no: str) -> None:
    three.until("wanted")
    preview = three.mediator.get(three.at("/give"))
    three.answer(want=no)
    late = three.mediator.submit(preview, {"again": "yes", "where": "phone"}, action="/give")
    assert late.status == 200
    assert three.way() is Way.NOT_WANTED
    assert three.row.copy_bytes is None
    three.answer(**{**YES, "how": "aloud"})
    stale = three.mediator.submit(preview, {"again": "yes", "where": "phone"}, action="/give")
    assert stale.status == 409
    assert three.way() is Way.WANTED


@pytest.mark.parametrize("how", ["aloud", "mediator"])
def test_what_is_read_to_them_appears_on_no_phone(three: Three, how: str) -> None:
    three.until("asked")
    three.answer(**{**YES, "how": how})
    before = three.b.get("/notes/together").text
    assert three.give(where="phone").status == 200
    assert three.way() is Way.DELIVERED
    assert three.row.copy_bytes is None
    assert "/given/" not in three.given().response.request.path
    assert three.b.get("/notes/together").text == before


def test_on_paper_nothing_appears_on_a_phone(three: Three) -> None:
    three.until("wanted")
    assert three.give(where="paper").status == 200
    assert three.row.copy_bytes is None


def test_what_they_said_in_person_is_written_down_by_the_mediator(three: Three) -> None:
    three.until("accepted")
    wrong = three.mediator.submit(three.desk(), {"want": "yes", "beside": "Somebody"}, action="/answers")
    assert wrong.status == 422
    assert "Choose how." in wrong.words
    assert wrong.form("/answers").fields["beside"] == "Somebody"
    three.mediator.submit(wrong, {"want": "yes", "how": "mediator"}, action="/answers")
    assert three.way() is Way.WANTED
    assert SLIP not in three.b.get("/notes/").words  # nobody put it on their phone
    assert three.give().status == 200


def test_the_question_can_be_put_aside_and_is_answered_all_the_same(three: Three) -> None:
    three.until("asked")
    page = three.b.submit(three.question(), {"do": "away"}, action="/aside/")
    assert SLIP not in page.words
    assert three.row.answered_at is None
    desk = three.desk()
    assert "aside" not in desk.words.lower().replace("copy on their phone, and put it aside", "")
    assert three.answer().status == 200
    assert three.way() is Way.WANTED


def test_a_copy_is_put_aside_taken_out_and_closed(three: Three) -> None:
    three.until("given")
    page = three.b.submit(three.given(), {"do": "away"}, action="/aside/")
    assert READ not in page.words
    away = three.given()
    assert WHAT not in away.words
    assert WHAT in three.b.submit(away, {"do": "out"}, action="/aside/").words
    three.mediator.post(three.at("/steps"), {**three.desk().form("/steps").fields, "do": "close"})
    assert three.row.closed_at is not None
    assert "/given/" not in three.given().response.request.path
    assert READ not in three.b.get("/notes/").words


# -- what the author learns --------------------------------------------------------------------------------------------


def test_the_authors_pages_are_the_same_whatever_the_other_does(three: Three) -> None:
    """From when the mediator has taken it on: asked, wanted, given, closed, and every change of mind."""
    three.until("accepted")
    before = three.authors_pages()
    seen = live.version(three.pair.case, live.BOTH)
    three.ask()
    assert three.authors_pages() == before
    for want in (*NOS, "yes"):
        three.answer(**{**YES, "want": want, "know": "no"})
        assert three.authors_pages() == before, want
    three.b.submit(three.question(), {"do": "away"}, action="/aside/")
    assert three.authors_pages() == before
    three.give()
    three.given()
    assert three.authors_pages() == before
    three.b.submit(three.given(), {"do": "away"}, action="/aside/")
    three.mediator.post(three.at("/steps"), {**three.desk().form("/steps").fields, "do": "close"})
    assert three.authors_pages() == before
    settle(three, Outcome.JOINT)
    assert three.authors_pages() == before
    db.session.rollback()
    assert live.version(three.pair.case, live.BOTH) == seen


@pytest.mark.parametrize("where", ["accepted", "asked", "wanted", "given"])
def test_what_the_author_can_do_is_the_same_wherever_it_stands(three: Three, where: str) -> None:
    """They may keep something at any time, and get the same answer; taking back has ended for every state alike."""
    three.until(where)
    done = three.a.get(f"/notes/questions/{three.form}/done")
    assert not [form for form in done.all("form") if "/change" in form.get("action", "")]
    change = three.a.post(f"/notes/questions/{three.form}/change", three.mine().form("/mine/").fields)
    assert change.status == 409
    page = three.keep("E09.8.wish")
    assert page.status == 200
    assert three.row.kept == ["E09.8.wish"]
    assert "Saved." in page.words


def test_the_author_takes_it_back_until_the_mediator_has_taken_it_on(three: Three) -> None:
    three.until("written")
    three.a.submit(three.a.get(f"/notes/questions/{three.form}/done"), action="/change")
    assert WHAT not in three.desk().words
    assert "own hands" in three.desk().words
    three.write({**WORDS, "E09.1.what": "Another way to say it"})
    assert "Another way to say it" in three.desk().words


def test_what_is_kept_leaves_the_copy_at_once(three: Three) -> None:
    three.until("given")
    assert WISH in three.given().words
    three.keep("E09.8.wish")
    assert WISH not in three.given().words
    assert WHAT in three.given().words
    three.keep(*WORDS)
    assert "/given/" not in three.given().response.request.path
    assert READ not in three.b.get("/notes/").words


def test_what_is_kept_before_is_not_given_and_a_page_from_before_says_so(three: Three) -> None:
    three.until("wanted")
    preview = three.mediator.get(three.at("/give"))
    three.keep("E09.8.wish")
    assert three.mediator.submit(preview, {"again": "yes", "where": "phone"}, action="/give").status == 409
    assert three.way() is Way.WANTED
    assert three.give().status == 200
    assert WISH not in three.given().words
    assert WISH not in str(three.row.copy_bytes)


def test_nothing_is_given_where_all_of_it_is_kept(three: Three) -> None:
    three.until("wanted")
    preview = three.mediator.get(three.at("/give"))
    three.keep(*WORDS)
    late = three.mediator.submit(preview, {"again": "yes", "where": "phone"}, action="/give")
    assert late.status == 409
    assert three.way() is Way.WANTED


def test_the_note_is_the_authors_and_is_kept_when_it_is_handed_back(three: Three) -> None:
    three.until("wanted")
    stale = three.desk()
    three.mediator.submit(three.desk(), {"note": "What if the sentence ended there?"}, action="/note")
    assert "What if the sentence ended there?" in three.mine().words
    late = three.mediator.submit(stale, {"note": "Typed on an old page"}, action="/note")
    assert late.status == 409
    assert late.form("/note").fields["note"] == "Typed on an old page"
    three.press("hand_back")
    assert three.way() is Way.WRITING
    assert three.row.wanted is None
    assert WHAT not in three.desk().words
    assert "What if the sentence ended there?" in three.mine().words
    assert [link for link in three.a.get(f"/notes/questions/{three.form}/check").links() if "/words/mine/" in link]
    assert SLIP not in three.b.get("/notes/").words
    assert three.b.get(f"/notes/words/question/{three.row.id}").status == 404
    three.write({**WORDS, "E09.1.what": "Said anew"})
    three.accept()
    assert three.row.answered_at is None
    assert three.mediator.get(three.at("/give")).response.request.path == three.at()


def test_a_form_handed_back_from_its_own_page_ends_the_yes_as_well(three: Three) -> None:
    """The forms' own page hands back too; the same words handed in again are not those of the yes."""
    three.until("wanted")
    form = db.session.get_one(Assignment, three.form).form_id
    page = three.mediator.get(f"/work/cases/{three.pair.case}/forms/{form}")
    three.mediator.submit(page, action="/reopen/A")
    assert "/question/" not in three.b.get(f"/notes/words/question/{three.row.id}").response.request.path
    running.write(three.a, three.run, {})
    assert [one for one in three.desk().all("button") if one.get("value") == "accept"]
    late = three.mediator.get(three.at("/give"))
    assert late.response.request.path == three.at()


def test_in_their_own_hands_a_part_can_go_along_again(three: Three) -> None:
    three.until("accepted")
    three.keep("E09.8.wish")
    three.press("hand_back")
    three.keep()
    assert three.row.kept == []
    running.write(three.a, three.run, {})
    three.keep("E09.8.wish")
    three.keep()
    assert three.row.kept == ["E09.8.wish"]


# -- once, and stale ---------------------------------------------------------------------------------------------------


def test_pressed_twice_is_once(three: Three) -> None:
    three.until("written")
    desk = three.desk()
    for _ in range(2):
        assert three.press("accept", desk, leave="yes").status == 200
    desk = three.desk()
    for _ in range(2):
        assert three.press("ask", desk).status == 200
    question = three.question()
    for _ in range(2):
        assert three.b.submit(question, {**YES}, action="/question/").status == 200
    preview = three.mediator.get(three.at("/give"))
    for _ in range(2):
        sent = three.mediator.submit(preview, {"again": "yes", "where": "phone"}, action="/give")
        assert sent.status == 200
    db.session.rollback()
    verbs = list(db.session.scalars(db.select(AuditEntry.verb).where(AuditEntry.case_id == three.pair.case)))
    for verb in ("held.accepted", "held.asked", "held.answered", "held.delivered"):
        assert verbs.count(verb) == 1, verb


def test_what_does_not_fit_is_said_at_its_field_and_kept(three: Three) -> None:
    three.until("asked")
    page = three.answer(want="yes", beside="x" * 201)
    assert page.status == 422
    assert "Choose how." in page.words
    assert "up to 200 letters" in page.words
    assert page.form("/question/").fields["beside"] == "x" * 201
    assert three.b.submit(three.question(), {"beside": "My sister"}, action="/question/").status == 422
    three.answer(**YES)
    page = three.give(again=None, where=None)
    assert page.status == 422
    assert "Ask once more" in page.words
    long = three.mediator.submit(three.desk(), {"note": "x" * 2001}, action="/note")
    assert long.status == 422
    assert long.form("/note").fields["note"] == "x" * 2001


def test_a_question_from_before_the_end_says_that_it_moved_on(three: Three) -> None:
    three.until("asked")
    question = three.question()
    running.press(three.mediator, three.desk(), "stop")
    for beside, status in (("", 200), (YES["beside"], 409)):
        late = three.b.submit(question, {**YES, "beside": beside}, action="/question/")
        assert (late.status, beside in late.text) == (status, True), "words are given back"
        assert "moved on" in late.words
        assert SLIP not in late.words
    assert refusals(three.pair.b) == 2
    assert three.row.answered_at is None


# -- holds, breaks, safeguards -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["written", "accepted", "asked", "wanted", "given"])
@pytest.mark.parametrize("closed", [{"hold": True}, {"state": CaseState.PAUSED}])
def test_under_a_hold_or_on_a_break_there_is_nothing_of_it(three: Three, where: str, closed: dict[str, object]) -> None:
    three.until(where)
    before = three.b.get("/notes/").text
    row, preview = three.row.id, three.mediator.get(three.at("/give")) if where == "wanted" else None
    case_is(three.pair, **closed)
    for path in (f"/notes/words/question/{row}", f"/notes/words/given/{row}"):
        page = three.b.get(path)
        assert WHAT not in page.words
        assert "An apology" not in page.words
    home = three.b.get("/notes/").words
    assert not [slip for slip in (SLIP, READ, "A question from your mediator") if slip in home]
    desk = three.desk()
    assert "Joint work is not open" in desk.words
    if where == "accepted":
        assert not [one for one in desk.all("button") if one.get("value") == "ask"]
        sent = {**desk.form("/answers").fields, "do": "ask"}
        assert three.mediator.post(three.at("/steps"), sent).status == 409
    if preview is not None:
        assert three.mediator.submit(preview, {"again": "yes", "where": "phone"}, action="/give").status == 409
        assert three.way() is Way.WANTED
    if where == "asked":
        assert three.mediator.get(three.at()).status == 200
    case_is(three.pair, hold=False, state=CaseState.ACTIVE)
    assert three.b.get("/notes/").text == before


def test_an_answer_that_was_on_its_way_when_a_hold_came_is_not_lost(three: Three) -> None:
    three.until("asked")
    question = three.question()
    case_is(three.pair, hold=True)
    assert three.b.submit(question, {"want": "no"}, action="/question/").status == 200
    assert three.row.wanted is Wanted.NO


def test_with_safeguards_an_apology_is_closed_and_the_other_one_is_not_read_aloud(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    case_is(pair, suitability=Suitability.SAFEGUARDS)
    assert "With safeguards this exercise stays closed" in mediator.get(running.at(pair, "/start/E09")).words
    run = running.start(mediator, pair, "E08", place="home", only="B")
    three = Three(pair, mediator, participant_b, participant_a, run)
    running.write(three.a, run, {"E08.1.what": "It was loud", "E08.5.not": "A reply"})
    three.accept()
    three.ask()
    question = three.b.get(f"/notes/words/question/{three.row.id}")
    assert "Something was written for you" in question.words
    three.b.submit(question, {"want": "yes", "how": "aloud"}, action="/question/")
    assert "With safeguards it is not read aloud" in three.desk().words
    assert not [link for link in three.desk().links() if link.endswith("/give")]
    three.b.submit(three.b.get(f"/notes/words/question/{three.row.id}"), {"how": "mediator"}, action="/question/")
    assert three.give().status == 200


def test_what_waits_under_read_first_is_read_before_anything_is_given(three: Three) -> None:
    three.until("wanted")
    db.session.get_one(Assignment, three.form).read_first_at = now()
    db.session.commit()
    assert "Something waits under Read first" in three.desk().words


# -- whose pages these are ---------------------------------------------------------------------------------------------


def test_nobody_else_finds_anything_at_these_addresses(three: Three, stranger: Person) -> None:
    three.until("accepted")
    row = three.row.id
    missing = three.b.get("/notes/words/question/00000000-0000-0000-0000-000000000000")
    assert missing.status == 404
    for person, path in (
        (three.b, f"/notes/words/question/{row}"),  # not asked yet
        (three.b, f"/notes/words/given/{row}"),
        (three.a, f"/notes/words/question/{row}"),  # its author
        (three.a, f"/notes/words/given/{row}"),
        (three.b, f"/notes/words/mine/{three.form}"),
        (stranger, f"/notes/words/question/{row}"),
        (stranger, f"/notes/words/mine/{three.form}"),
    ):
        page = person.get(path)
        assert page.status == 404
        if person is three.b:
            assert page.text == missing.text
    three.ask()
    assert three.a.get(f"/notes/words/question/{row}").status == 404


# -- what becomes of it ------------------------------------------------------------------------------------------------

LINE = "An apology was offered and received."


@pytest.mark.parametrize("know", ["yes", "no"])
@pytest.mark.parametrize("outcome", Outcome)
def test_one_line_says_that_it_was_received_where_that_may_be_known(three: Three, know: str, outcome: Outcome) -> None:
    three.until("asked")
    three.answer(**{**YES, "know": know})
    three.give()
    assert LINE not in three.a.get("/notes/together").words
    settle(three, outcome)
    there = know == "yes" and outcome is Outcome.JOINT
    for person in (three.a, three.b):
        words = person.get("/notes/together").words
        assert (LINE in words) is there
        assert WHAT not in words
    assert (WHAT in three.given().words) is (outcome is Outcome.JOINT)
    assert WHAT in three.desk().words
    case_is(three.pair, hold=True)
    assert LINE not in three.a.get("/notes/together").words


@pytest.mark.parametrize("want", ["yes", "no"])
def test_what_was_not_given_leaves_no_line(three: Three, want: str) -> None:
    three.until("asked")
    three.answer(**{**YES, "want": want})
    settle(three, Outcome.JOINT)
    assert LINE not in three.a.get("/notes/together").words


def test_pages_of_another_kind_of_run_are_not_there(three: Three) -> None:
    other = running.start(three.mediator, three.pair, "E13", place="phones")
    for tail in ("/held", "/held/give"):
        assert three.mediator.get(running.at(three.pair, f"/{other}{tail}")).status == 404
    assert three.mediator.get(running.at(three.pair, f"/{three.run}")).response.request.path == three.at()


def test_the_list_that_may_lie_open_on_the_table_does_not_say_that_it_was_given(three: Three) -> None:
    page = three.mediator.get(running.at(three.pair))
    link = running.at(three.pair, f"/{three.run}")
    assert link in page.links()
    assert "None yet." in running.outside_folds(page)
    assert "Given to one person" in page.words


def test_the_row_is_made_with_the_run_and_once(three: Three) -> None:
    db.session.rollback()
    rows = db.session.scalars(db.select(HeldWords).where(HeldWords.case_id == three.pair.case)).all()
    assert [(row.author_id, row.receiver_id) for row in rows] == [(three.pair.a, three.pair.b)]


def test_what_is_over_takes_no_other_answer(three: Three) -> None:
    three.until("wanted")
    question, desk = three.question(), three.desk()
    running.press(three.mediator, desk, "stop")
    said = three.row.how
    late = three.b.submit(question, {**YES, "how": "aloud"}, action="/question/")
    assert "You can change it until it happens" not in late.words
    assert three.mediator.submit(desk, {**YES, "how": "aloud"}, action="/answers").status == 409
    assert three.row.how is said
