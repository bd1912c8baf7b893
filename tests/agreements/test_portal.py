"""What you agreed: one page for both, alike in every state, and never a word about the other's confirmation."""

from __future__ import annotations

import uuid
from datetime import date
from xml.etree.ElementTree import Element

import pytest

from mediator.agreements import actions
from mediator.agreements.terms import Kind, Standing, Who
from mediator.cases.models import Participant
from mediator.cases.terms import CaseState, Suitability
from mediator.core.db import db
from mediator.core.visibility import Letter
from tests.agreements.saying import agreed, case_of, confirm, put, row_of, say, verbs
from tests.factories import Pair, make_pair, make_staff
from tests.people import Page, Person

PAGE = "/notes/agreements"
NOTHING = "There is nothing here at the moment. What you both agree on will stand on this page."
BUTTON = "I confirm this"
WAITS = "Something there waits for your yes."


def tags(page: Page) -> list[tuple[str, str]]:
    return [(element.tag, element.get("class", "")) for element in (page.root or Element("x")).iter()]


@pytest.mark.parametrize("hold", [False, True])
@pytest.mark.parametrize("state", [state for state in CaseState if state is not CaseState.ERASED])
def test_both_find_the_same_page_in_every_state(
    pair: Pair, participant_a: Person, participant_b: Person, state: CaseState, hold: bool
) -> None:
    say(pair, "Only said")
    first, second = agreed(pair, seen="We both see it"), agreed(pair, "No calls after nine", kind=Kind.BOUNDARY)
    confirm(pair, first, *Letter)
    put(pair, state, hold=hold)
    a, b = participant_a.get(PAGE), participant_b.get(PAGE)
    assert a.status == b.status == 200
    assert a.text == b.text
    shown = not hold and state in {CaseState.ACTIVE, CaseState.CLOSING, CaseState.CLOSED}
    assert (f"agreement-{second}" in a.text) is shown
    assert (NOTHING in a.words) is not shown
    assert (BUTTON in a.words) is (shown and state is not CaseState.CLOSED)
    assert "Only said" not in a.words


def test_commitments_mirror_each_other(pair: Pair, participant_a: Person, participant_b: Person) -> None:
    agreed(pair, "Answer within a day", Who.A)
    theirs = agreed(pair, "Answer within a day", Who.B)
    row_of(theirs).released_at = None
    db.session.commit()
    a = participant_a.get(PAGE).words
    assert a.count(BUTTON) == participant_b.get(PAGE).words.count(BUTTON) == 1
    assert a.count("Answer within a day") == 2


@pytest.mark.parametrize("who", list(Who))
def test_nothing_tells_whether_the_other_has_confirmed(
    pair: Pair, participant_a: Person, participant_b: Person, who: Who
) -> None:
    id_ = agreed(pair, who=who)
    people = {Letter.A: participant_a, Letter.B: participant_b}
    for letter, reader in people.items():
        other = letter.other
        for mine in (False, True):
            row = row_of(id_)
            if mine and who.value in {"both", letter.value}:
                actions.confirm(case_of(pair), row, letter)
                db.session.commit()
            before = reader.get(PAGE)
            row = row_of(id_)
            stood = (row.confirmed_a_at, row.confirmed_b_at, row.standing)
            if who.value in {"both", other.value}:
                actions.confirm(case_of(pair), row, other)
                db.session.commit()
            after = reader.get(PAGE)
            assert after.text == before.text
            row = row_of(id_)
            row.confirmed_a_at, row.confirmed_b_at, row.standing = stood
            db.session.commit()
        row = row_of(id_)
        row.confirmed_a_at = row.confirmed_b_at = None
        row.standing = Standing.RELEASED
        db.session.commit()


def test_confirmed_by_a_button_of_ones_own(pair: Pair, participant_a: Person, participant_b: Person) -> None:
    id_ = agreed(pair)
    page = participant_a.get(PAGE)
    shown = participant_a.submit(page, action="/confirm")
    assert "You confirmed this on" in shown.words
    assert BUTTON not in shown.words
    participant_a.submit(page, action="/confirm")
    assert verbs(pair).count("agreement.confirmed") == 1
    assert "confirmed" not in participant_b.get(PAGE).words
    assert BUTTON in participant_b.get(PAGE).words
    participant_b.submit(participant_b.get(PAGE), action="/confirm")
    assert row_of(id_).standing is Standing.IN_FORCE
    assert participant_a.get(PAGE).text == shown.text


@pytest.mark.parametrize("who", list(Who))
def test_the_start_page_says_what_waits_for_ones_own_yes_whatever_the_other_does(
    pair: Pair, participant_a: Person, participant_b: Person, who: Who
) -> None:
    people = {Letter.A: participant_a, Letter.B: participant_b}
    say(pair, "Only said", who)
    assert all(WAITS not in reader.get("/notes/").words for reader in people.values())
    id_ = agreed(pair, who=who)
    bound = [letter for letter in Letter if who.value in {"both", letter.value}]
    before = {letter: reader.get("/notes/").text for letter, reader in people.items()}
    for letter, reader in people.items():
        assert (WAITS in reader.get("/notes/").words) is (letter in bound)
        assert ("There is nothing to do now." in reader.get("/notes/").words) is (letter not in bound)
    for letter in bound:
        confirm(pair, id_, letter)
        assert WAITS not in people[letter].get("/notes/").words
        if letter is Letter.A:
            assert participant_b.get("/notes/").text == before[Letter.B], "nothing of it shows for the other"


@pytest.mark.parametrize("hold", [False, True])
@pytest.mark.parametrize("state", [state for state in CaseState if state is not CaseState.ERASED])
def test_the_start_page_asks_for_a_yes_only_where_the_button_is(
    pair: Pair, participant_a: Person, state: CaseState, hold: bool
) -> None:
    agreed(pair)
    put(pair, state, hold=hold)
    assert (WAITS in participant_a.get("/notes/").words) is (BUTTON in participant_a.get(PAGE).words)


def test_a_commitment_is_confirmed_by_its_person_only(pair: Pair, participant_a: Person, participant_b: Person) -> None:
    id_ = agreed(pair, who=Who.A)
    page = participant_a.get(PAGE)
    theirs = participant_b.get(PAGE)
    assert BUTTON in page.words
    assert BUTTON not in theirs.words
    assert "Answer within a day" in theirs.words
    token = page.form("/confirm").fields["csrf_token"]
    forged = participant_b.post(f"{PAGE}/{id_}/confirm", {"csrf_token": token}, follow=False)
    assert forged.status == 400
    with participant_b.client.session_transaction() as cookie, participant_a.client.session_transaction() as own:
        cookie["csrf_token"] = own["csrf_token"]
    assert participant_b.post(f"{PAGE}/{id_}/confirm", {"csrf_token": token}).status == 404
    assert row_of(id_).standing is Standing.RELEASED


CLOSED = [
    {"state": CaseState.PAUSED},
    {"state": CaseState.ENDED},
    {"hold": True},
    {"state": CaseState.CLOSING, "hold": True},
    {"suitability": None},
    {"suitability": Suitability.NOT_SUITABLE},
]


def test_whatever_stops_it_the_page_says_the_same(pair: Pair, participant_a: Person, participant_b: Person) -> None:
    empty = participant_a.get(PAGE)
    assert NOTHING in empty.words
    id_ = agreed(pair)
    confirm(pair, id_, Letter.A)
    there = participant_a.get(PAGE)
    for closed in CLOSED:
        put(pair, **closed)  # type: ignore[arg-type]  # keywords of several types
        for person in (participant_a, participant_b):
            assert person.get(PAGE).text == empty.text, closed
        put(pair)
        assert participant_a.get(PAGE).text == there.text
    db.session.get_one(Participant, pair.b).signed_on = None
    db.session.commit()
    assert participant_a.get(PAGE).text == empty.text


def test_confirming_during_a_stop_is_refused_alike(pair: Pair, participant_a: Person) -> None:
    id_ = agreed(pair)
    page = participant_a.get(PAGE)
    answers = set()
    for closed in CLOSED:
        put(pair, **closed)  # type: ignore[arg-type]  # keywords of several types
        refused = participant_a.submit(page, action="/confirm")
        assert refused.status == 409
        assert actions.NOT_NOW in refused.words
        answers.add(refused.text)
    assert len(answers) == 1
    assert row_of(id_).confirmed_a_at is None


def test_what_is_over_is_gone_for_both(pair: Pair, participant_a: Person, participant_b: Person) -> None:
    id_ = agreed(pair)
    page = participant_a.get(PAGE)
    actions.end(case_of(pair), row_of(id_))
    db.session.commit()
    assert participant_a.submit(page, action="/confirm").status == 409
    for person in (participant_a, participant_b):
        assert NOTHING in person.get(PAGE).words


def test_what_is_not_theirs_is_missing(pair: Pair, participant_a: Person) -> None:
    agreed(pair)
    said, elsewhere = say(pair, "Only said"), agreed(make_pair(make_staff("mediator")))
    token = participant_a.get(PAGE).form("/confirm").fields["csrf_token"]
    for id_ in (said, elsewhere, uuid.uuid4()):
        page = participant_a.post(f"{PAGE}/{id_}/confirm", {"csrf_token": token})
        assert page.status == 404
    assert row_of(said).confirmed_a_at is None


def test_any_text_is_shown_as_typed(pair: Pair, participant_a: Person) -> None:
    what = "שלום <script>\n👩‍👧 e\u0301"
    agreed(pair, what, seen='"&<b>')
    page = participant_a.get(PAGE)
    assert " ".join(what.split()) in page.words
    assert '"&<b>' in page.words


def test_both_read_everything_that_was_said_and_not_who_said_yes_aloud(
    pair: Pair, participant_a: Person, participant_b: Person
) -> None:
    agreed(pair, "Reply the same day", Who.B, seen="Before midnight", otherwise="Say so that evening",
           from_on=date(2031, 3, 12), until=date(2031, 3, 26), review_on=date(2031, 3, 20))  # fmt: skip
    agreed(pair, "No calls after nine", kind=Kind.BOUNDARY, otherwise="“Stop, line.”")
    agreed(pair, "No talk about the house", spoken=frozenset({Letter.A}))
    for reader in (participant_a, participant_b):
        words = reader.get(PAGE).words
        for told in (
            "If it can’t be kept: Say so that evening", "From 12 March 2031 until 26 March 2031",
            "Look back on 20 March 2031", "If the line is crossed, this is said: “Stop, line.”",
            "Looked at again in each session",
        ):  # fmt: skip
            assert told in words, told
        assert "aloud" not in words


def test_the_titles_are_neutral_and_the_home_leads_there(pair: Pair, participant_a: Person) -> None:
    empty = participant_a.get("/notes/")
    assert PAGE in empty.links()
    confirm(pair, agreed(pair), Letter.A)
    home = participant_a.get("/notes/")
    assert home.text == empty.text, "what waits for nobody’s yes changes nothing"
    page = participant_a.get(PAGE)
    assert page.title == "Agreed · Notes"
    assert str(pair.case) not in page.text
