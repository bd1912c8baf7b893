"""The live page, writing down what was said, and the screen everybody sees."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from mediator.agreements.actions import today
from mediator.agreements.models import Agreement
from mediator.agreements.terms import Kind, Who
from mediator.cases.models import Case
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Visibility
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.terms import AssignmentState
from mediator.sessions.models import Attendance
from mediator.sessions.terms import NoteKind, SessionState
from tests.factories import Pair, make_pair, make_staff
from tests.people import Page, Person
from tests.questionnaires import build
from tests.sessions.live import at, begin, later, press, ring, row_of, running, verbs, write
from tests.sessions.plan import items_of, make_session

ACT = "/run/act"


def run(mediator: Person, pair: Pair, session: uuid.UUID) -> Page:
    return mediator.get(at(pair, session, "/run"))


def said(session: uuid.UUID) -> list[Agreement]:
    db.session.rollback()
    rows = db.session.scalars(db.select(Agreement).where(Agreement.source_id == session).order_by(Agreement.said_at))
    return [row for row in rows if row.removed_at is None]


def clock(page: Page) -> dict[str, str]:
    (timer,) = [one for one in page.all("div") if one.get("role") == "timer"]
    return dict(timer.attrib)


def test_the_clock_is_right_after_a_reload_and_in_two_windows(pair: Pair, mediator: Person, app: Flask) -> None:
    session = running(mediator, pair)
    later(session, 9.5)
    other = Person(app).sign_in(pair.mediator_email)
    for page in (run(mediator, pair, session), run(mediator, pair, session), run(other, pair, session)):
        told = clock(page)
        assert 570 <= int(told["data-spent"]) <= 573
        assert told["data-planned"] == "420"
        assert "data-running" in told
        assert "2 min 3" in page.words
        assert "9 min in, ends at" in page.words
    assert verbs(session) == ["session.started"], "looking changes nothing"


def test_without_script_the_times_stand_there(pair: Pair, mediator: Person) -> None:
    page = run(mediator, pair, running(mediator, pair))
    assert "planned until" in page.words


def test_the_agenda_says_when_it_will_be_over(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    assert "with 5 min to spare" in run(mediator, pair, session).words
    later(session, 20)
    page = run(mediator, pair, session)
    assert "8 min over" in page.words
    assert "Shorten all to the end time" in page.words


def test_private_things_are_folded_and_the_reason_is_among_them(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = run(mediator, pair, session)
    folds = [one for one in page.all("details") if "private" in (one.get("class") or "")]
    assert len(folds) >= 3
    assert all(one.get("open") is None for one in folds)
    inside = " ".join(" ".join(fold.itertext()) for fold in folds)
    assert "So that everybody arrives." in inside


def test_read_first_is_a_chip_and_nothing_more(pair: Pair, mediator: Person) -> None:
    form = build.send(pair.a, (build.READY, build.SAFETY), state=AssignmentState.SUBMITTED)
    db.session.get_one(Assignment, form).read_first_at = now()
    db.session.commit()
    session = running(mediator, pair)
    page = run(mediator, pair, session)
    assert page.words.count("Read first") == 1
    assert not [link for link in page.links() if "read-first" in link]


def test_who_is_here_with_a_support_person_by_name(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = run(mediator, pair, session)
    mediator.submit(page, {"with.A": " Jo Meyer ", "here.B": None}, action="/run/attendance")
    db.session.rollback()
    rows = {row.letter.value: row for row in db.session.scalars(db.select(Attendance))}
    with ring(pair):
        assert (rows["A"].present, rows["A"].with_whom) == (True, "Jo Meyer")
        assert (rows["B"].present, rows["B"].with_whom) == (False, None)
    again = mediator.submit(run(mediator, pair, session), {"with.B": "x" * 121}, action="/run/attendance")
    assert again.status == 422
    assert "x" * 121 in again.text


@pytest.mark.parametrize(
    ("kind", "fields", "who"),
    [
        (Kind.AGREEMENT, {"seen": "Both calendars", "spoken.A": "y"}, Who.BOTH),
        (Kind.COMMITMENT, {"who": "B", "otherwise": "Say so", "until": "2999-01-01"}, Who.B),
        (Kind.BOUNDARY, {"otherwise": "“Stop, line.”", "review_on": "2999-01-01"}, Who.BOTH),
    ],
)
def test_what_is_said_is_written_down_with_the_last_line_of_the_joint_note(
    pair: Pair, mediator: Person, kind: Kind, fields: dict[str, str | None], who: Who
) -> None:
    session = running(mediator, pair)
    write(mediator, run(mediator, pair, session), NoteKind.JOINT, "First line\nNo talk about the house by text\n\n")
    page = mediator.get(at(pair, session, f"/run/capture/{kind}"))
    typed = page.form("/run/capture").fields
    assert typed["what"] == "No talk about the house by text"
    for _twice in range(2):
        after = mediator.submit(page, fields, action="/run/capture")
    (row,) = said(session)
    assert (row.kind, row.who, row.visibility, row.source_kind) == (kind, who, Visibility.RECORD, "session")
    with ring(pair):
        assert (row.seen or row.otherwise) == (fields.get("seen") or fields.get("otherwise"))
    assert (row.spoken_a, row.spoken_b) == ("spoken.A" in fields, False)
    assert row.from_on == today(db.session.get_one(Case, pair.case)), "from the day it is said"
    assert "No talk about the house by text" in after.words
    assert "Written down. Undo" in after.words
    mediator.submit(after, action="/run/undo")
    assert said(session) == []


def test_what_is_written_up_afterwards_begins_on_the_day_it_was_said(pair: Pair, mediator: Person) -> None:
    held = datetime(2026, 3, 12, 23, 30, tzinfo=UTC)
    case = db.session.get_one(Case, pair.case)
    case.zone = "Europe/Berlin"
    session = make_session(pair, at=held)
    begin(mediator, pair, session, live="no")
    page = mediator.get(at(pair, session, "/run/capture/agreement"))
    assert page.form("/run/capture").fields["from_on"] == "2026-03-13", "half past midnight there"


def test_another_commitment_is_offered_for_the_other(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = mediator.get(at(pair, session, "/run/capture/commitment"))
    page = mediator.submit(page, {"what": "Reply the same day", "who": "A", "more": "1"}, action="/run/capture")
    assert page.form("/run/capture").fields["who"] == "B"


def test_an_agreement_becomes_a_commitment_with_its_words(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    form = mediator.get(at(pair, session, "/run/capture/agreement")).form("/run/capture")
    told = {**form.fields, "what": "Reply the same day", "seen": "Before midnight", "until": "tomorrow", "instead": "1"}
    page = mediator.post(at(pair, session, "/run/capture/commitment"), told)
    assert page.status == 200
    fields = page.form("/run/capture/commitment").fields
    assert (fields["what"], fields["seen"], fields["until"]) == ("Reply the same day", "Before midnight", "tomorrow")
    assert "who" not in fields, "nobody has promised anything yet"
    assert said(session) == []
    assert "Choose who promises." in mediator.submit(page, {"until": ""}, action="/run/capture").words
    mediator.submit(page, {"until": "", "who": "B"}, action="/run/capture")
    (row,) = said(session)
    assert (row.kind, row.who) == (Kind.COMMITMENT, Who.B)


def test_beside_the_words_stand_the_agenda_and_a_closed_private_note(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    write(mediator, run(mediator, pair, session), NoteKind.PRIVATE, "qqprivate")
    for kind in Kind:
        page = mediator.get(at(pair, session, f"/run/capture/{kind}"))
        assert "What was promised" in page.words
        assert at(pair, session, "/run/agenda") in page.links()
        (fold,) = [one for one in page.all("details") if one.get("id") == "own-note"]
        assert fold.get("open") is None
        assert "qqprivate" in " ".join(fold.itertext())
        assert "Ctrl+Enter writes it down, Escape goes back." in page.words


def test_the_keys_that_open_it_stand_on_the_run(pair: Pair, mediator: Person) -> None:
    page = run(mediator, pair, running(mediator, pair))
    keys = {one.get("data-key"): one.get("aria-keyshortcuts") for one in page.all("a") if one.get("data-key")}
    assert keys == {"KeyA": "Alt+A", "KeyC": "Alt+C", "KeyB": "Alt+B"}
    assert ["".join(one.itertext()) for one in page.all("kbd")] == list(keys.values())


def test_a_mistake_is_said_at_its_field_and_nothing_is_lost(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = mediator.get(at(pair, session, "/run/capture/commitment"))
    page = mediator.submit(page, {"what": "", "seen": "kept words", "until": "tomorrow"}, action="/run/capture")
    assert page.status == 422
    assert "kept words" in page.text
    page = mediator.submit(page, {"what": "", "who": "A", "until": ""}, action="/run/capture")
    assert page.status == 422
    assert "Write what was said." in page.words
    assert said(session) == []


@pytest.mark.parametrize("kind", ["promise", "Agreement"])
def test_other_kinds_are_not_there(pair: Pair, mediator: Person, kind: str) -> None:
    assert mediator.get(at(pair, running(mediator, pair), f"/run/capture/{kind}")).status == 404


def test_with_one_person_nothing_joint_is_written_down(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair, attendees="B")
    assert mediator.get(at(pair, session, "/run/capture/agreement")).status == 404
    assert "Alex" not in run(mediator, pair, session).words


def test_the_screen_everybody_sees_holds_title_prompt_and_clock(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = run(mediator, pair, session)
    for kind in (NoteKind.JOINT, NoteKind.PRIVATE, NoteKind.PROCESS):
        write(mediator, page, kind, f"qq{kind}")
    mediator.submit(page, {"with.A": "qqcompany"}, action="/run/attendance")
    shown = mediator.get(at(pair, session, "/present"))
    assert shown.title == "Together · Mediator"
    assert "Arrive and check in" in shown.words
    for word in ("qq", "Alex", "Sam", "What was promised", "So that everybody arrives"):
        assert word not in shown.text, word
    assert [one.get("role") for one in shown.all("span") if one.get("role")] == ["timer"]


def test_without_a_present_item_the_screen_everybody_sees_is_no_pause(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair, items=())
    for _again in range(2):
        shown = mediator.get(at(pair, session, "/present"))
        assert "Take your time. There is no hurry." in shown.words
        assert "A short pause" not in shown.words
        assert "The dog" not in shown.text
        (timer,) = [one for one in shown.all("span") if one.get("role") == "timer"]
        assert timer.get("data-planned") == str(90 * 60)
        mediator.submit(run(mediator, pair, session), {"title": "The dog", "minutes": "8"}, action="/run/items")
    press(mediator, run(mediator, pair, session), "pause")
    assert "A short pause" in mediator.get(at(pair, session, "/present")).words


def test_a_hold_leaves_nothing_on_the_screen_everybody_sees(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    db.session.get_one(Case, pair.case).hold = True
    db.session.commit()
    held = mediator.get(at(pair, session, "/present"))
    assert "Arrive and check in" not in held.text
    db.session.get_one(Case, pair.case).hold = False
    db.session.commit()
    press(mediator, run(mediator, pair, session), "pause")
    assert mediator.get(at(pair, session, "/present")).words == held.words, "it looks like a pause"


def test_the_state_says_what_changed_and_no_words(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = run(mediator, pair, session)
    write(mediator, page, NoteKind.JOINT, "qqjoint")
    told = mediator.get(at(pair, session, "/run/state"))
    assert told.response.json is not None
    first = items_of(session)[0]
    assert told.response.json["notes"] == {f"joint:{first}": "1"}
    assert told.response.json["rev"] == 1
    assert "qq" not in told.text


def test_nobody_else_finds_the_session(
    pair: Pair, mediator: Person, other_mediator: Person, assistant: Person, owner: Person
) -> None:
    session = running(mediator, pair)
    paths = ["/run", "/run/state", "/present", "/summary", "/run/capture/agreement", "/run/notes/move"]
    for someone in (other_mediator, assistant, owner):
        for path in paths:
            assert someone.get(at(pair, session, path)).status == 404
    for path in paths:
        assert mediator.get(at(pair, uuid.uuid4(), path)).status == 404


def test_a_session_of_another_case_of_the_same_mediator_is_not_there(pair: Pair, mediator: Person) -> None:
    lead = db.session.get_one(Case, pair.case).mediators[0].staff_id
    from mediator.practice.models import Staff

    other = make_pair(db.session.get_one(Staff, lead), a="Kim", b="Lou")
    session = make_session(other)
    assert mediator.get(at(pair, session, "/run")).status == 404
    assert mediator.get(at(other, session, "/run")).status == 200


def test_another_mediators_id_in_the_address_does_not_help(pair: Pair, app: Flask) -> None:
    stranger = make_staff("mediator")
    own = make_pair(stranger, a="Kim", b="Lou")
    session = make_session(pair)
    someone = Person(app).sign_in(stranger.email)
    assert someone.get(at(own, session, "/run")).status == 404


def test_a_cancelled_session_has_no_run(pair: Pair, mediator: Person) -> None:
    session = make_session(pair, state=SessionState.CANCELLED)
    assert run(mediator, pair, session).status == 404


def test_a_shown_item_of_another_session_is_not_there(pair: Pair, mediator: Person) -> None:
    session, other = running(mediator, pair), make_session(pair)
    item = items_of(other)[0]
    assert mediator.get(at(pair, session, f"/run?item={item}")).status == 404
    assert mediator.get(at(pair, session, "/run?item=x")).status == 400


def test_queries_do_not_grow_with_the_agenda(pair: Pair, mediator: Person) -> None:
    from sqlalchemy import event

    from tests.sessions.plan import Item

    counts = []
    for many in (3, 40):
        session = running(mediator, pair, items=tuple(Item(f"Item {n}", 3) for n in range(many)))
        page = run(mediator, pair, session)
        write(mediator, page, NoteKind.JOINT, "words")
        seen: list[str] = []

        def note(*call: object, into: list[str] = seen) -> None:
            into.append(str(call[2]))

        event.listen(db.engine, "before_cursor_execute", note)
        run(mediator, pair, session)
        event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(seen))
    assert counts[0] == counts[1] > 5


def test_every_button_of_the_page_has_a_name_and_no_clock_speaks_by_itself(pair: Pair, mediator: Person) -> None:
    page = run(mediator, pair, running(mediator, pair))
    for button in page.all("button"):
        assert " ".join("".join(button.itertext()).split()), button.attrib
    assert all(one.get("aria-live") is None for one in page.all("div") if one.get("role") == "timer")


def test_time_that_went_back_shows_nothing_negative(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    later(session, -10)
    page = run(mediator, pair, session)
    assert clock(page)["data-spent"] == "0"
    assert "-" not in clock(page)["data-spent"]
    assert row_of(session).started_at is not None
    assert (row_of(session).started_at or now()) > now() + timedelta(minutes=8)
