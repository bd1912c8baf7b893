"""The agenda page: drafting, moving, minutes, undo, what both will see, the printed copy."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from mediator.agreements.models import Agreement
from mediator.agreements.terms import Kind, Who
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Sharing, Visibility
from mediator.guide.content import PartType
from mediator.questionnaires.models import Assignment, Reading
from mediator.questionnaires.terms import AnswerState
from mediator.sessions import agenda_page
from mediator.sessions.models import AgendaItem, MediationSession
from mediator.sessions.terms import ItemKind, ItemState, SessionState
from tests.factories import Pair, make_pair, make_staff
from tests.people import Page, Person
from tests.questionnaires.given import Asked, Told, make_form, part
from tests.sessions.agendas import at, rows, stored
from tests.sessions.plan import ITEMS, Item, items_of, make_session
from tests.sessions.test_planning import Counter, counted, verbs

__all__ = ["counted"]


def titles(pair: Pair, session_id: uuid.UUID) -> list[str]:
    return [title for title, _minutes, _kind in stored(pair, session_id)]


def press(mediator: Person, pair: Pair, session_id: uuid.UUID, **more: str) -> Page:
    """Press a button of the list, with everything in the list as it stands."""
    return mediator.submit(mediator.get(at(pair, session_id)), dict(more), action="/agenda")


def read_ready(pair: Pair, person: uuid.UUID, step: str, value: int) -> None:
    reading = Reading(case_id=pair.case, participant_id=person, line="ready", step=step, at=now(),
                      source_kind="form", source_id=uuid.uuid4())  # fmt: skip
    reading.value = value
    db.session.add(reading)
    db.session.commit()


def agree(pair: Pair, review_on: date | None = None) -> None:
    row = Agreement(case_id=pair.case, kind=Kind.AGREEMENT, who=Who.BOTH, source_kind="session",
                    source_id=uuid.uuid4(), said_at=now(), review_on=review_on)  # fmt: skip
    row.what = "heron on the wire"
    db.session.add(row)
    db.session.commit()


def draft(mediator: Person, pair: Pair, session_id: uuid.UUID) -> Page:
    return mediator.submit(mediator.get(at(pair, session_id)), action="/agenda/draft")


# ---- Drafting


def test_one_click_drafts_an_agenda(pair: Pair, mediator: Person) -> None:
    session_id = make_session(pair, items=())
    page = mediator.get(at(pair, session_id))
    assert "This session has no agenda yet" in page.words
    assert "0 of 90 minutes" in page.words
    agree(pair)
    page = draft(mediator, pair, session_id)
    assert "85 of 90 minutes" in page.words
    assert "5 minutes to spare" in page.words
    assert "One agreement is open: what became of it comes first." in page.words
    assert [minutes for _title, minutes, _kind in stored(pair, session_id)] == [7, 15, 6, 20, 15, 8, 8, 6]
    assert "agenda.drafted" in verbs(pair)


def test_what_has_a_day_of_its_own_is_looked_at_again_from_that_day_on(pair: Pair, mediator: Person) -> None:
    day = (now() + timedelta(days=10)).astimezone(ZoneInfo("Europe/London")).date()
    agree(pair, review_on=day)
    early, late = make_session(pair, items=()), make_session(pair, items=(), at=now() + timedelta(days=11))
    assert "agreement to look back at" not in mediator.get(at(pair, early)).words
    assert "One agreement to look back at" in mediator.get(at(pair, late)).words
    agree(pair)
    assert "One agreement to look back at" in mediator.get(at(pair, early)).words
    assert "2 agreements to look back at" in mediator.get(at(pair, late)).words
    closing = make_session(pair, items=(), step="close")
    assert "2 agreements to look back at" in mediator.get(at(pair, closing)).words


def test_a_draft_knows_the_answers_but_quotes_none(pair: Pair, mediator: Person) -> None:
    choice = part("5.3.parts", PartType.CHOICE, Sharing.RECIPROCAL)
    words = part("5.9.break", PartType.LONG, Sharing.CLOSED)
    safety = part("5.safety", PartType.CHOICE, Sharing.CLOSED, visibility=Visibility.SAFETY)
    make_form(pair, [
        Asked(choice, Told("one", kept=True), Told("two"), "What to work on first"),
        Asked(words, Told("heron on the wire"), Told("heron too")),
        Asked(safety, Told("one"), Told("three"), "Is it a heron?"),
    ])  # fmt: skip
    for person, value in ((pair.a, 8), (pair.b, 2)):
        read_ready(pair, person, "5", value)
    session_id = make_session(pair, items=())
    page = draft(mediator, pair, session_id)
    assert "Furthest apart: What to work on first, 10 apart." in page.words
    assert "How ready each feels for this step is 6 apart." in page.words
    assert "a short time alone, the same for both" in page.words
    assert "heron" not in page.words
    assert "The first" not in page.words  # what was chosen
    said = [(row.title, row.reason or "") for row in rows(pair, session_id)]
    assert not any("What to work on first" in title for title, _reason in said)


def test_answers_not_handed_in_are_not_looked_at(pair: Pair, mediator: Person) -> None:
    choice = part("5.3.parts", PartType.CHOICE, Sharing.RECIPROCAL)
    make_form(pair, [Asked(choice, Told("one"), Told("two"), "What to work on first")], submitted=False)
    session_id = make_session(pair, items=())
    assert "apart" not in " ".join(row.reason or "" for row in rows(pair, session_id))
    assert "Furthest apart" not in draft(mediator, pair, session_id).words


def test_a_newer_form_nobody_has_answered_hides_no_gap(pair: Pair, mediator: Person) -> None:
    """As the comparison says it: the newest form that somebody answered stands."""
    choice = part("5.3.parts", PartType.CHOICE, Sharing.RECIPROCAL)
    make_form(pair, [Asked(choice, Told("one"), Told("two"), "What to work on first")], days_ago=5)
    make_form(pair, [Asked(choice, None, None, "What to work on first")], submitted=False, days_ago=1)
    make_form(pair, [Asked(choice, None, Told(state=AnswerState.SKIPPED), "What to work on first")])
    session_id = make_session(pair, items=())
    assert "Furthest apart: What to work on first, 10 apart." in draft(mediator, pair, session_id).words
    make_form(pair, [Asked(choice, Told("one"), Told("one"), "What to work on first")])
    later = make_session(pair, items=())
    assert "Furthest apart" not in draft(mediator, pair, later).words, "where the newer form has an answer, it stands"


def test_what_was_left_last_time_comes_again(pair: Pair, mediator: Person) -> None:
    left = (
        Item("What we tell the children", 10, more=(("state", ItemState.WAITING),)),
        Item("Done with", 10, more=(("state", ItemState.DONE),)),
    )
    make_session(pair, items=left, state=SessionState.ENDED, at=now() - timedelta(days=7))
    alone = (Item("Said alone", 10),)
    make_session(pair, "A", items=alone, state=SessionState.ENDED, at=now() - timedelta(days=1))
    session_id = make_session(pair, items=())
    draft(mediator, pair, session_id)
    assert "What we tell the children" in titles(pair, session_id)
    assert not {"Done with", "Said alone"} & set(titles(pair, session_id))


def test_a_fresh_draft_asks_before_it_replaces_what_was_worked_on(pair: Pair, mediator: Person) -> None:
    session_id = make_session(pair, items=())
    draft(mediator, pair, session_id)
    made = stored(pair, session_id)
    assert draft(mediator, pair, session_id).response.request.path == at(pair, session_id)  # nothing was changed yet
    press(mediator, pair, session_id, remove=str(items_of(session_id)[2]))
    page = draft(mediator, pair, session_id)
    assert page.response.request.path == at(pair, session_id, "/agenda/draft")
    assert "Draft again?" in page.words
    assert len(stored(pair, session_id)) == len(made) - 1
    mediator.submit(page, action="/agenda/draft")
    assert stored(pair, session_id) == made


# ---- Moving, minutes, removing


def test_buttons_move_one_place_and_the_focus_stays(pair: Pair, mediator: Person) -> None:
    session_id = make_session(pair)
    third = items_of(session_id)[2]
    page = press(mediator, pair, session_id, up=str(third))
    assert titles(pair, session_id)[:3] == ["Arrive and check in", "Which part of trust", "What was promised"]
    assert "Which part of trust, now 2 of 6" in page.words
    assert [one.get("id") for one in page.all("button") if one.get("autofocus") is not None] == [f"up-{third}"]
    page = press(mediator, pair, session_id, up=str(third))
    assert [one.get("id") for one in page.all("button") if one.get("autofocus") is not None] == [f"down-{third}"]
    press(mediator, pair, session_id, up=str(third))  # the first stays the first
    press(mediator, pair, session_id, down=str(items_of(session_id)[5]))
    assert titles(pair, session_id)[0] == "Which part of trust"
    assert titles(pair, session_id)[-1] == "Close"
    assert [row.position for row in rows(pair, session_id)] == [1, 2, 3, 4, 5, 6]


def test_the_first_goes_no_higher_and_the_last_no_lower(pair: Pair, mediator: Person) -> None:
    session_id = make_session(pair)
    page = mediator.get(at(pair, session_id))
    off = [one.get("aria-label") for one in page.all("button") if one.get("disabled") is not None]
    assert off == ["Move Arrive and check in up", "Move Close down"]


def test_minutes_typed_are_saved_with_whatever_is_pressed(pair: Pair, mediator: Person) -> None:
    session_id = make_session(pair)
    ids = items_of(session_id)
    page = press(mediator, pair, session_id, **{f"minutes.{ids[1]}": "32", "save": "1"})
    assert "102 of 90 minutes" in page.words
    assert "12 minutes over" in page.words
    press(mediator, pair, session_id, **{f"minutes.{ids[1]}": "15", "down": str(ids[0])})
    assert stored(pair, session_id)[0][1] == 15
    assert "agenda.minutes.changed" in verbs(pair)


@pytest.mark.parametrize("typed", ["0", "-5", "241", "a while", "", "5.5", "\N{ARABIC-INDIC DIGIT FIVE}"])
def test_minutes_that_are_none_are_said_at_their_field_and_nothing_moves(
    pair: Pair, mediator: Person, typed: str
) -> None:
    session_id = make_session(pair)
    ids = items_of(session_id)
    page = press(
        mediator, pair, session_id, **{f"minutes.{ids[1]}": typed, f"minutes.{ids[2]}": "44", "up": str(ids[3])}
    )
    assert page.status == 422
    assert "Write whole minutes, from 1 to 240" in page.words
    fields = page.form("/agenda").fields
    assert (fields[f"minutes.{ids[1]}"], fields[f"minutes.{ids[2]}"]) == (typed, "44")
    assert stored(pair, session_id) == [(one.title, one.minutes, one.kind.value) for one in ITEMS]


def test_an_order_by_drag_is_kept_and_a_foreign_one_refused(pair: Pair, mediator: Person) -> None:
    session_id = make_session(pair)
    ids = items_of(session_id)
    turned = [ids[0], *reversed(ids[1:-1]), ids[-1]]
    page = press(mediator, pair, session_id, order=",".join(map(str, turned)), moved=str(ids[1]))
    assert items_of(session_id) == turned
    assert "What was promised, now 5 of 6" in page.words
    for wrong in (turned[:-1], [*turned[:-1], uuid.uuid4()], [*turned, turned[0]]):
        assert press(mediator, pair, session_id, order=",".join(map(str, wrong))).status == 409
    assert press(mediator, pair, session_id, order="nothing").status == 400
    assert items_of(session_id) == turned


def test_what_was_removed_is_gone_and_undo_puts_it_back_where_it_was(pair: Pair, mediator: Person) -> None:
    items = [*ITEMS[:2], Item("Which part of trust", 25, ItemKind.EXERCISE, "Why <it> is there", "5",
                              (("locked_start", 30),)), *ITEMS[3:]]  # fmt: skip
    session_id = make_session(pair, items=items)
    third = items_of(session_id)[2]
    page = press(mediator, pair, session_id, remove=str(third))
    assert page.status == 200
    assert "Removed: Which part of trust." in page.words
    assert "60 of 90 minutes" in page.words
    assert db.session.get(AgendaItem, third) is None
    assert [row.position for row in rows(pair, session_id)] == [1, 2, 3, 4, 5]
    again = mediator.submit(page, action="/put-back")
    assert "Which part of trust, now 3 of 6" in again.words
    row = rows(pair, session_id)[2]
    assert (row.id, row.minutes, row.kind, row.step, row.reason, row.locked_start) == (
        third, 25, ItemKind.EXERCISE, "5", "Why <it> is there", 30,
    )  # fmt: skip
    mediator.submit(page, action="/put-back")  # pressed twice
    assert len(stored(pair, session_id)) == 6


def test_removed_twice_is_removed_once(pair: Pair, mediator: Person) -> None:
    session_id = make_session(pair)
    page, third = mediator.get(at(pair, session_id)), str(items_of(session_id)[2])
    mediator.submit(page, {"remove": third}, action="/agenda")
    assert mediator.submit(page, {"remove": third}, action="/agenda").status == 409
    assert press(mediator, pair, session_id, remove=third).status == 200
    assert len(stored(pair, session_id)) == 5


@pytest.mark.parametrize("act", ["down", "remove", "order", "save"])
def test_a_page_that_is_out_of_date_overwrites_nothing(pair: Pair, mediator: Person, app: Flask, act: str) -> None:
    """A co-mediator set the break to 30; an older tab, which says 5, moves something else and types minutes."""
    session_id = make_session(pair)
    ids = [str(one) for one in items_of(session_id)]
    old, other = mediator.get(at(pair, session_id)), Person(app).sign_in(pair.mediator_email)
    press(other, pair, session_id, **{f"minutes.{ids[3]}": "30", "save": "1"})
    before = stored(pair, session_id)
    told = {"down": ids[0], "remove": ids[1], "order": ",".join(reversed(ids)), "save": "1"}[act]
    refused = mediator.submit(old, {f"minutes.{ids[2]}": "41", act: told}, action="/agenda")
    assert refused.status == 409
    assert stored(pair, session_id) == before
    assert str(agenda_page.STALE) in refused.words
    assert "Saved at" not in refused.words
    assert "Your page said 41." in refused.words
    assert "Your page said 5." in refused.words
    assert refused.words.count("Your page said") == 2
    fields = refused.form("/agenda").fields
    assert (fields[f"minutes.{ids[2]}"], fields[f"minutes.{ids[3]}"]) == ("25", "30")
    assert mediator.submit(refused, {f"minutes.{ids[2]}": "41", "save": "1"}, action="/agenda").status == 200
    assert [minutes for _title, minutes, _kind in stored(pair, session_id)] == [7, 15, 41, 30, 27, 6]


def test_minutes_sent_twice_are_saved_once_and_answered_as_saved(pair: Pair, mediator: Person) -> None:
    session_id = make_session(pair)
    page, ids = mediator.get(at(pair, session_id)), items_of(session_id)
    for _ in range(2):
        done = mediator.submit(page, {f"minutes.{ids[2]}": "41", "save": "1"}, action="/agenda")
        assert done.status == 200
        assert "Saved at" in done.words
    assert [minutes for _title, minutes, _kind in stored(pair, session_id)][2] == 41


def test_without_the_number_a_page_came_with_nothing_is_saved(pair: Pair, mediator: Person) -> None:
    session_id = make_session(pair)
    page, ids = mediator.get(at(pair, session_id)), items_of(session_id)
    for rev in (None, "", "nine", "-1"):
        assert mediator.submit(page, {"rev": rev, "up": str(ids[2])}, action="/agenda").status == 409
    assert items_of(session_id) == ids


# ---- One item


def test_an_item_is_changed_on_its_page_with_a_fixed_start(pair: Pair, mediator: Person) -> None:
    session_id = make_session(pair, at=now().replace(hour=10, minute=0, second=0) + timedelta(days=400))
    second = items_of(session_id)[1]
    path = at(pair, session_id, f"/agenda/items/{second}")
    start = db.session.get_one(MediationSession, session_id).planned_at
    page = mediator.get(path)
    begin = (start + timedelta(minutes=20)).astimezone(ZoneInfo("Europe/London"))
    done = mediator.submit(
        page, {"title": "Keys", "begin": f"{begin:%H:%M}", "reason": "", "step": "8"}, action=f"items/{second}"
    )
    assert f"fixed at {begin:%H:%M}" in done.words
    row = rows(pair, session_id)[1]
    assert (row.title, row.locked_start, row.reason, row.step) == ("Keys", 20, None, "8")
    assert mediator.get(path).form(f"items/{second}").fields["begin"] == f"{begin:%H:%M}"
    late = mediator.submit(page, {"begin": f"{begin - timedelta(minutes=30):%H:%M}"}, action=f"items/{second}")
    assert late.status == 422
    assert "Choose a time between the start and the end of the session" in late.words


def test_an_item_changed_elsewhere_is_not_overwritten_and_what_was_typed_stays(
    pair: Pair, mediator: Person, app: Flask
) -> None:
    session_id = make_session(pair)
    second = items_of(session_id)[1]
    path, action = at(pair, session_id, f"/agenda/items/{second}"), f"items/{second}"
    old, other = mediator.get(path), Person(app).sign_in(pair.mediator_email)
    press(other, pair, session_id, **{f"minutes.{second}": "30", "save": "1"})
    wrong = mediator.submit(old, {"title": "", "minutes": "15"}, action=action)
    assert wrong.status == 422
    refused = mediator.submit(wrong, {"title": "Keys"}, action=action)
    assert refused.status == 409
    assert "Nothing was saved; what you typed stands here." in refused.words
    assert stored(pair, session_id)[1][:2] == ("What was promised", 30)
    fields = refused.form(action).fields
    assert (fields["title"], fields["minutes"]) == ("Keys", "15")
    assert mediator.submit(refused, {"minutes": "30"}, action=action).status == 200
    assert stored(pair, session_id)[1][:2] == ("Keys", 30)
    assert mediator.submit(refused, {"minutes": "30"}, action=action).status == 200, "sent twice it is saved once"


def test_a_fixed_start_that_comes_too_early_says_how_late_it_is(pair: Pair, mediator: Person) -> None:
    items = (Item("Arrive", 20, ItemKind.OPENING), Item("With the lawyer", 10, more=(("locked_start", 15),)))
    assert "(5 minutes late)" in mediator.get(at(pair, make_session(pair, items=items))).words


# ---- What others see


def test_the_preview_and_the_copy_for_the_table_have_no_reason(pair: Pair, mediator: Person) -> None:
    session_id = make_session(pair, place="Room heron")
    page = mediator.get(at(pair, session_id))
    assert "Furthest apart: what to work on first, 8 apart." in page.words
    seen = mediator.get(at(pair, session_id, "/agenda/preview"))
    section = next(one for one in seen.all("section") if one.get("class") == "sheet seen")
    assert " ".join(" ".join(section.itertext()).split()).replace("Agenda ", "", 1) == " ".join(
        f"{number} {item.title}" for number, item in enumerate(ITEMS, start=1)
    )
    copy = mediator.get(at(pair, session_id, "/agenda/print"))
    assert copy.title == "Agenda"
    sheet = " ".join(" ".join(copy.all("article")[0].itertext()).split())
    assert all(f"{item.title} {item.minutes}" in sheet for item in ITEMS)
    for word in ("apart", "Alex", "Sam", "Room", "heron", "Session", "look back", "Exercise"):
        assert word not in sheet


# ---- The private column


def test_only_the_mediator_reads_what_the_readings_say(pair: Pair, mediator: Person) -> None:
    for step, a, b in (("5", 8, 2), ("2", 8, 9)):
        read_ready(pair, pair.a, step, a)
        read_ready(pair, pair.b, step, b)
    session_id = make_session(pair)
    page = mediator.get(at(pair, session_id))
    private = next(one for one in page.all("section") if one.get("class") == "private")
    words = " ".join(" ".join(private.itertext()).split())
    assert "Furthest apart on Rebuild Trust" in words
    assert "Alex 8, Sam 2. You have 67 minutes on it." in words
    assert "Both feel ready for Communication" in words
    assert "Tests and traps are set." in words
    assert "to read first" not in words
    with_a = mediator.get(at(pair, make_session(pair, "A")))
    assert "apart on Rebuild Trust" not in with_a.words


def test_a_note_to_read_first_is_a_link_and_no_word_of_it(pair: Pair, mediator: Person) -> None:
    form_id = make_form(pair, [Asked(part("5.9.break", PartType.LONG, Sharing.CLOSED), Told("x"), Told("y"))])
    row = db.session.scalars(db.select(Assignment).where(Assignment.form_id == form_id)).first()
    assert row is not None
    row.read_first_at = now()
    db.session.commit()
    page = mediator.get(at(pair, make_session(pair)))
    assert "A note to read first" in page.words
    assert f"/work/cases/{pair.case}/read-first" in page.links()


# ---- Who may, and when


def test_an_agenda_stands_still_once_the_session_began(pair: Pair, mediator: Person) -> None:
    session_id = make_session(pair)
    page = mediator.get(at(pair, session_id))
    row = db.session.get_one(MediationSession, session_id)
    row.state = SessionState.RUNNING
    row.started_at = row.running_since = now()
    db.session.commit()
    third = str(items_of(session_id)[2])
    acts: tuple[tuple[dict[str, str | None], str], ...] = (
        ({"up": third}, "/agenda"), ({"remove": third}, "/agenda"), ({"order": third}, "/agenda"),
        ({"save": "1"}, "/agenda"), ({"replace": "yes"}, "/agenda/draft"), ({"block": "any|Break"}, "/agenda/items"),
    )  # fmt: skip
    for sent, action in acts:
        assert mediator.submit(page, sent, action=action).status == 409, sent
    assert stored(pair, session_id) == [(one.title, one.minutes, one.kind.value) for one in ITEMS]


def test_another_pairs_session_or_item_is_not_there(pair: Pair, mediator: Person, other_mediator: Person) -> None:
    other = make_pair(make_staff("mediator"))
    theirs, mine = make_session(other), make_session(pair)
    foreign = items_of(theirs)[1]
    assert mediator.get(at(other, theirs)).status == 404
    assert mediator.get(at(pair, theirs)).status == 404
    assert mediator.get(at(pair, mine, f"/agenda/items/{foreign}")).status == 404
    assert press(mediator, pair, mine, up=str(foreign)).status == 409
    page = mediator.get(at(pair, mine))
    assert mediator.submit(page, {"id": str(foreign), "block": "any|Break"}, action="/agenda/items").status == 409
    for tail in ("", "/agenda/draft", "/agenda/preview", "/agenda/print"):
        assert other_mediator.get(at(pair, mine, tail)).status == 404


def test_reading_an_agenda_is_noted(pair: Pair, mediator: Person) -> None:
    session_id = make_session(pair)
    mediator.get(at(pair, session_id))
    assert "agenda.read" in verbs(pair)


def test_the_page_asks_the_database_as_often_for_a_hundred_items(
    pair: Pair, mediator: Person, counted: Counter
) -> None:
    few, many = make_session(pair), make_session(pair, items=[Item(f"Item {n}", 1) for n in range(100)])
    mediator.get(at(pair, few))
    counted.count = 0
    mediator.get(at(pair, few))
    asked = counted.count
    counted.count = 0
    mediator.get(at(pair, many))
    assert counted.count == asked < 25
