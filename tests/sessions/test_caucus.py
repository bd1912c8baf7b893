"""Caucus: the room changes, the other learns nothing, and a sentence comes back only after a yes and by an act."""

from __future__ import annotations

import uuid

import pytest

from mediator.agreements.models import Agreement
from mediator.cases.models import Case
from mediator.cases.terms import Policy
from mediator.core.db import db
from mediator.sessions.models import BringBack
from mediator.sessions.terms import NoteKind, SessionState
from tests.factories import Pair
from tests.people import Page, Person
from tests.sessions.live import (
    at,
    caucus_of,
    later,
    note_form,
    press,
    ring,
    row_of,
    running,
    told,
    verbs,
    words,
    write,
)
from tests.sessions.plan import items_of


def aside(mediator: Person, pair: Pair, session: uuid.UUID, letter: str = "B") -> Page:
    return mediator.submit(mediator.get(at(pair, session, "/run")), {"letter": letter}, action="/run/caucus")


def back(mediator: Person, page: Page, changes: dict[str, str | None] | None = None) -> Page:
    """Press the button that brings everybody back: it sends the form of the sentences to an address of its own."""
    fields = {**page.form("/sentences").fields, **(changes or {})}
    (button,) = [one for one in page.all("button") if (one.get("formaction") or "").endswith("/end")]
    assert button.get("form") == "sentences"
    return mediator.post(button.get("formaction", ""), {k: v for k, v in fields.items() if v is not None})


def sentence(mediator: Person, page: Page, words: str) -> Page:
    return mediator.submit(page, {"words": words}, action="/sentences")


def test_the_whole_room_changes_and_the_items_clock_stands(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    write(mediator, mediator.get(at(pair, session, "/run")), NoteKind.JOINT, "qqjoint")
    page = aside(mediator, pair, session)
    assert page.all("body")[0].get("data-room") == "caucus"
    assert "Caucus: you and Sam only" in page.words
    assert "Bring Alex back" in page.words
    assert "qqjoint" not in page.words, "the joint note is closed"
    assert page.title == "Session 1 · Mediator"
    state = told(mediator, pair, session)
    assert state["running"] is False
    later(session, 7)
    page = back(mediator, mediator.get(at(pair, session, "/run")))
    assert "Sam 7 min" in page.words
    assert "Alex 0 min" in page.words
    assert row_of(session).items[0].spent <= 2
    assert verbs(session) == ["session.started", "caucus.started", "caucus.ended"]


def test_while_alone_nothing_else_moves(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    before = mediator.get(at(pair, session, "/run"))
    aside(mediator, pair, session)
    for do in ("next", "skip", "pause"):
        answer = press(mediator, before, do)
        assert answer.status == 409, do
    assert mediator.submit(before, {"letter": "A"}, action="/run/caucus").status == 409
    mediator.submit(before, {"letter": "B"}, action="/run/caucus")
    assert len(row_of(session).caucuses) == 1


def test_ending_from_another_window_ends_the_caucus_too(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    before = mediator.get(at(pair, session, "/run"))
    aside(mediator, pair, session)
    page = press(mediator, before, "end")
    assert row_of(session).state is SessionState.ENDED
    assert caucus_of(session).ended_at is not None
    mediator.submit(page, action="/run/undo")
    assert row_of(session).state is SessionState.RUNNING
    assert told(mediator, pair, session)["running"] is True


def test_the_caucus_has_a_note_of_its_own_that_stays_there(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = aside(mediator, pair, session)
    write(mediator, page, NoteKind.CAUCUS, "qqalone")
    assert words(pair, session, NoteKind.CAUCUS, caucus_of(session).id) == "qqalone"
    page = back(mediator, mediator.get(at(pair, session, "/run")))
    assert "qqalone" not in page.text
    again = aside(mediator, pair, session, "A")
    assert "qqalone" not in again.text
    assert note_form(again, NoteKind.CAUCUS).fields["text"] == ""


def test_a_sentence_comes_back_only_after_a_yes_and_by_an_act_of_its_own(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = aside(mediator, pair, session)
    page = sentence(mediator, page, "Sam would like to begin in public places")
    page = sentence(mediator, page, "Sam would like the first weeks in writing")
    assert not [one for one in page.all("input") if one.get("checked") is not None]
    with ring(pair):
        ids = {str(one.words): one.id for one in caucus_of(session).back}
    public, writing = ids["Sam would like to begin in public places"], ids["Sam would like the first weeks in writing"]
    page = mediator.submit(page, {f"yes.{public}": "on"}, action="/sentences")
    assert "Sam said yes at" in page.words
    page = back(mediator, page)
    first = items_of(session)[0]
    assert words(pair, session, NoteKind.JOINT, first) == "", "nothing comes back by itself"
    assert "first weeks in writing" not in page.text, "no yes, so it is not even offered"
    for _twice in range(2):
        mediator.submit(page, {"sentence": str(public)}, action="/bring-back")
    assert words(pair, session, NoteKind.JOINT, first) == "Sam would like to begin in public places"
    assert mediator.submit(page, {"sentence": str(writing)}, action="/bring-back").status == 404
    assert "Stands in the joint note" in mediator.get(at(pair, session, "/run")).words


def test_what_was_typed_and_not_kept_yet_is_kept_when_everybody_comes_back(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = sentence(mediator, aside(mediator, pair, session), "The first")
    (first,) = caucus_of(session).back
    long = back(mediator, page, {"words": "x" * 301})
    assert (long.status, caucus_of(session).ended_at) == (422, None)
    assert "x" * 301 in long.text
    page = back(mediator, page, {f"yes.{first.id}": "on", "words": "The second"})
    assert "The first" in page.words
    assert "The second" not in page.text, "nobody said yes to it"
    assert caucus_of(session).ended_at is not None
    with ring(pair):
        assert [(str(one.words), one.said_yes_at is not None) for one in caucus_of(session).back] == [
            ("The first", True), ("The second", False)
        ]  # fmt: skip


@pytest.mark.parametrize("action", ["/sentences", "/end"])
def test_a_sentence_that_comes_once_another_window_ended_it_is_given_back(
    pair: Pair, mediator: Person, action: str
) -> None:
    session = running(mediator, pair)
    page = aside(mediator, pair, session)
    form = page.form("/sentences")
    told = {**form.fields, "words": "Typed a moment too late"}
    kept = mediator.post(form.action.replace("/sentences", "/end"), {**form.fields, "words": "Kept"})
    assert kept.status == 200
    again = mediator.post(form.action.replace("/sentences", action), {**told, "id": str(uuid.uuid4())})
    assert again.status == 400
    assert "Typed a moment too late" in again.text
    assert mediator.post(form.action.replace("/sentences", "/end"), {**form.fields, "words": "Kept"}).status == 200
    with ring(pair):
        assert [str(one.words) for one in caucus_of(session).back] == ["Kept"]


def test_a_yes_can_be_taken_back_while_alone(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = sentence(mediator, aside(mediator, pair, session), "A sentence")
    (one,) = caucus_of(session).back
    page = mediator.submit(page, {f"yes.{one.id}": "on"}, action="/sentences")
    page = mediator.submit(page, {f"yes.{one.id}": None}, action="/sentences")
    assert db.session.get_one(BringBack, one.id).said_yes_at is None
    back(mediator, page)
    assert mediator.submit(page, {f"yes.{one.id}": "on"}, action="/sentences").status == 409


def test_a_sentence_is_there_once_and_a_long_one_is_kept_in_the_page(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    page = aside(mediator, pair, session)
    sentence(mediator, page, "Once")
    page = sentence(mediator, page, "Once")
    assert len(caucus_of(session).back) == 1
    long = sentence(mediator, page, "x" * 301)
    assert long.status == 422
    assert "x" * 301 in long.text


def test_the_screen_everybody_sees_never_tells_of_a_caucus(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    press(mediator, mediator.get(at(pair, session, "/run")), "pause")
    paused = mediator.get(at(pair, session, "/present"))
    press(mediator, mediator.get(at(pair, session, "/run")), "resume")
    page = aside(mediator, pair, session)
    write(mediator, page, NoteKind.CAUCUS, "qqalone")
    alone = mediator.get(at(pair, session, "/present"))
    assert alone.words == paused.words, "a caucus looks like a pause"
    assert alone.title == paused.title
    for word in ("Caucus", "caucus", "Sam", "Alex", "qqalone"):
        assert word not in alone.text


def test_nothing_joint_is_written_down_while_one_is_alone(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair)
    before = mediator.get(at(pair, session, "/run/capture/agreement"))
    mediator.submit(mediator.get(at(pair, session, "/run")), {"letter": "B"}, action="/caucus")
    assert mediator.get(at(pair, session, "/run/capture/agreement")).status == 409
    page = mediator.submit(before, {"what": "Said by Sam alone", "spoken.B": "yes"}, action="/capture")
    assert page.status == 422
    assert page.form("/capture/agreement").fields["what"] == "Said by Sam alone", "nothing typed is lost"
    db.session.rollback()
    assert db.session.scalars(db.select(Agreement)).all() == []


def test_participants_never_meet_a_caucus(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    session = running(mediator, pair)
    page = aside(mediator, pair, session)
    write(mediator, page, NoteKind.CAUCUS, "qqalone")
    sentence(mediator, page, "qqsentence")
    for someone in (participant_a, participant_b):
        for path in ("/notes/", "/notes/together", "/notes/agreements", "/notes/reports"):
            seen = someone.get(path)
            assert "qq" not in seen.text
            assert "aucus" not in seen.text
        for path in ("/run", "/run/state", "/present", "/summary"):
            assert someone.look_at(at(pair, session, path)).status == 302


@pytest.mark.parametrize("policy", list(Policy))
def test_the_promise_follows_the_policy(pair: Pair, mediator: Person, policy: Policy) -> None:
    db.session.get_one(Case, pair.case).policy = policy
    db.session.commit()
    page = aside(mediator, pair, running(mediator, pair))
    assert ("without a yes" in page.words) is (policy is Policy.CAUCUS)


def test_with_one_person_there_is_no_caucus(pair: Pair, mediator: Person) -> None:
    session = running(mediator, pair, attendees="A")
    page = mediator.get(at(pair, session, "/run"))
    token = page.form("/run/act").fields["csrf_token"]
    answer = mediator.post(at(pair, session, "/run/caucus"), {"csrf_token": token, "letter": "A"})
    assert answer.status == 404
    assert "Caucus" not in page.words
