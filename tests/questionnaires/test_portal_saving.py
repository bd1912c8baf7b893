"""Saving answers: while typing, from two devices, on a break, and once a form is closed. No word is lost."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from mediator.cases.models import Participant
from mediator.cases.terms import CaseState
from mediator.core.clock import now
from mediator.core.db import db
from mediator.questionnaires.terms import AssignmentState
from tests.factories import Pair
from tests.people import Person
from tests.questionnaires import build
from tests.questionnaires.answering import WORDS, at, autosave, case_is, fill_in, raw, row, stored


def test_saving_while_typing(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a)
    page = participant_a.get(at(form, 6))
    answer = autosave(participant_a, page, {"5.only": WORDS})
    assert answer.status_code == 200
    assert answer.json["rev"] == 1
    assert re.fullmatch(r"[0-2][0-9]:[0-5][0-9]", answer.json["saved_at"])
    assert raw(form, "5.only") == build.as_json(WORDS)
    assert row(form).state is AssignmentState.STARTED
    again = autosave(participant_a, page, {"5.only": WORDS})  # sent again after a lost answer
    assert (again.status_code, again.json["rev"]) == (200, 1)
    newer = autosave(participant_a, page, {"5.only": WORDS + "more", "rev": "1"})
    assert newer.json["rev"] == 2
    assert f"Saved at {newer.json['saved_at']}" in participant_a.get(at(form, 6)).words


def test_the_time_is_the_persons_own(pair: Pair, participant_a: Person) -> None:
    db.session.get_one(Participant, pair.a).zone = "Pacific/Kiritimati"  # UTC+14
    db.session.commit()
    answer = autosave(participant_a, participant_a.get(at(build.send(pair.a), 1)), {"5.ready": "1"})
    assert answer.json["saved_at"] in {f"{now() + timedelta(hours=14, seconds=s):%H:%M}" for s in (0, -5)}


def test_two_devices_and_both_versions(pair: Pair, participant_a: Person, new_person: Any) -> None:
    form = build.send(pair.a)
    laptop = new_person().come_in(pair.a)
    on_phone, on_laptop = participant_a.get(at(form, 6)), laptop.get(at(form, 6))
    assert autosave(participant_a, on_phone, {"5.only": "From the phone\nline two"}).status_code == 200
    late = autosave(laptop, on_laptop, {"5.only": WORDS})
    assert late.status_code == 409
    assert late.json["url"] == at(form, "6/both")
    # The button that autosave shows, and Next without JavaScript, lead to the same page.
    sent = {**on_laptop.form("/questions/").fields, "5.only": WORDS}
    for page in (laptop.post(late.json["url"], sent), laptop.post(at(form, 6), {**sent, "go": "next"})):
        assert "From the phone" in page.text
        assert "Second line" in page.words
        assert page.form("/questions/").fields["5.only"] == WORDS
        assert "Saved elsewhere at" in page.words
    assert raw(form, "5.only") == build.as_json("From the phone\nline two")
    kept = laptop.submit(page, {"go": "next"}, action="/questions/")
    assert kept.response.request.path == at(form, 7)
    assert raw(form, "5.only") == build.as_json(WORDS)
    assert laptop.get(at(form, "6/both")).response.request.path == at(form, 6)


def test_a_missing_revision_overwrites_nothing(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a)
    page = participant_a.get(at(form, 6))
    autosave(participant_a, page, {"5.only": "first"})
    for rev in ("", "x", None, "99999999999999999999"):
        answer = participant_a.submit(page, {"5.only": "second", "rev": rev}, action="/questions/")
        assert answer.status == 409
    assert raw(form, "5.only") == build.as_json("first")


@pytest.mark.parametrize("break_", [{"hold": True}, {"state": CaseState.PAUSED}, {"state": CaseState.CLOSED}])
def test_on_a_break_pages_lead_home_and_words_are_kept(
    pair: Pair, participant_a: Person, break_: dict[str, object]
) -> None:
    form = build.send(pair.a)
    page = participant_a.get(at(form, 6))
    case_is(pair, **break_)
    for path in (at(form), at(form, 6), at(form, "check")):
        assert participant_a.look_at(path).response.location == "/notes/"
    assert autosave(participant_a, page, {"5.only": WORDS}).json["rev"] == 1
    sent: dict[str, str | None] = {"5.only": WORDS + "!", "rev": "1", "go": "next"}
    onward = participant_a.submit(page, sent, action="/questions/", follow=False)
    assert onward.response.location == at(form, 7)  # the same answer as on any other day
    assert raw(form, "5.only") == build.as_json(WORDS + "!")


def test_what_is_closed_gives_the_words_back(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a)
    page = participant_a.get(at(form, 6))
    row(form).locked_at = now()
    db.session.commit()
    late = participant_a.submit(page, {"5.only": WORDS, "go": "next"}, action="/questions/")
    assert late.status == 409
    assert "Second line" in late.words
    assert autosave(participant_a, page, {"5.only": WORDS}).json["message"].startswith("This form was closed")
    assert stored(form, "5.only") is None
    assert participant_a.look_at(at(form, 6)).response.location == "/notes/"


def test_change_while_the_session_has_not_begun(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a)
    check = fill_in(participant_a, form)
    end = participant_a.submit(check, {"5.safety": "unsure"}, action="/check")
    assert participant_a.get(at(form, 3)).response.request.path == at(form, "done")
    back = participant_a.submit(end, action="/change")
    assert back.response.request.path == at(form, "check")
    assert "You have these answers back" in back.words
    assert "You have answered this" in back.words
    assert row(form).state is AssignmentState.REOPENED
    end = participant_a.submit(back, action="/check")
    row(form).locked_at = now()
    db.session.commit()
    end = participant_a.get(at(form, "done"))
    assert "Change my answers" not in end.words
    assert participant_a.submit(back, action="/check").status == 200
    forced = participant_a.post(at(form, "change"), {"csrf_token": back.form("/check").fields["csrf_token"]})
    assert forced.status == 409
