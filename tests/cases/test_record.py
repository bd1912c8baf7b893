"""The record of a case, its moves, holds and its end."""

from __future__ import annotations

from datetime import timedelta

from mediator.cases.models import Case
from mediator.cases.terms import CaseState, Policy, Suitability
from mediator.core.clock import now
from mediator.core.db import db
from tests.cases.looking import enquiry, fresh
from tests.factories import Pair
from tests.people import Person


def test_a_case_goes_from_enquiry_to_active_by_the_record(pair: Pair, mediator: Person) -> None:
    """What is missing is said; once it is recorded there is a button."""
    case = enquiry(pair)
    where, today = f"/work/cases/{case.id}/record", now().date().isoformat()
    page = mediator.get(where)
    assert "Nobody has a door yet" in page.words
    mediator.submit(page, {"a_seen_alone_on": today, "suitability": "usual", "a_signed_on": today}, action="/record")
    for state in ("intake", "assessed", "agreed", "active"):
        page = mediator.get(where)
        assert mediator.submit(page, action="/move").status == 200
        assert fresh(case.id).state.value == state


def test_days_to_come_and_days_that_are_none_are_refused(pair: Pair, mediator: Person) -> None:
    """At the field, with what was typed; nothing is half saved."""
    where = f"/work/cases/{pair.case}/record"
    tomorrow = (now().date() + timedelta(days=2)).isoformat()
    page = mediator.submit(
        mediator.get(where),
        {"a_seen_alone_on": tomorrow, "b_seen_alone_on": "2026-02-31", "suitability": "safeguards"},
        action=where,
    )
    assert page.status == 422
    assert "This day has not come yet" in page.words
    assert "Write a day that exists" in page.words
    fields = page.form(where).fields
    assert (fields["a_seen_alone_on"], fields["b_seen_alone_on"]) == (tomorrow, "2026-02-31")
    assert fresh(pair.case).suitability is Suitability.USUAL


def test_the_policy_is_fixed_once_accepted(pair: Pair, mediator: Person) -> None:
    """Before, it is a choice; after, a sentence."""
    assert "Somebody has accepted it, so it stays" in mediator.get(f"/work/cases/{pair.case}/record").words
    case = enquiry(pair)
    where = f"/work/cases/{case.id}/record"
    mediator.submit(mediator.get(where), {"policy": "limited"}, action=where)
    assert fresh(case.id).policy is Policy.LIMITED


def test_a_stale_record_is_told_and_no_word_about_safety_stands_there(pair: Pair, mediator: Person) -> None:
    """Such words stand inside the private layer alone: what was chosen is chosen again on the page itself."""
    where = f"/work/cases/{pair.case}/record"
    old = mediator.get(where)
    mediator.submit(mediator.get(where), {"a_seen_alone_on": "2026-01-04"}, action=where)
    page = mediator.submit(old, {"suitability": "not_suitable", "a_seen_alone_on": "2026-01-05"}, action=where)
    assert page.status == 409
    assert "not_suitable" not in page.text
    assert fresh(pair.case).suitability is Suitability.USUAL


def test_a_stale_move_is_told(pair: Pair, mediator: Person) -> None:
    """A button from before the case moved does nothing."""
    where = f"/work/cases/{pair.case}"
    old = mediator.get(where + "/end")
    mediator.submit(mediator.get(where + "/record"), {"to": "paused"}, action="/move")
    page = mediator.submit(old, action="/move")
    assert page.status == 409
    assert fresh(pair.case).state is CaseState.PAUSED
    bad: tuple[dict[str, str | None], ...] = ({"to": "moon"}, {"to": ""}, {"was": "x"})
    for nonsense in bad:
        assert mediator.submit(mediator.get(where + "/end"), nonsense, action="/move").status == 400


def test_a_hold_stops_and_its_reason_stays_on_one_page(
    pair: Pair, mediator: Person, assistant: Person, participant_a: Person
) -> None:
    """Everywhere but in the private layer it reads like a break."""
    where = f"/work/cases/{pair.case}"
    page = mediator.submit(mediator.get(where + "/record"), {"reason": "heron waited\noutside"}, action="/hold")
    assert "To both it looks like a break" in page.words
    assert fresh(pair.case).hold
    assert "heron waited\noutside" in mediator.get(where + "/record").text
    for person, path in ((mediator, where), (mediator, "/work/cases"), (assistant, where), (participant_a, "/notes/")):
        shown = person.get(path)
        assert shown.status == 200
        assert "heron" not in shown.text
    assert "On a break" in mediator.get(where).words
    mediator.submit(mediator.get(where + "/record"), action="/lift")
    assert not fresh(pair.case).hold


def test_a_case_is_ended_after_a_page_that_says_what_it_means(pair: Pair, mediator: Person) -> None:
    """Ended: no moves, no removal, the day is noted."""
    where = f"/work/cases/{pair.case}"
    page = mediator.get(where + "/end")
    assert "It can’t be taken back" in page.words
    assert mediator.submit(page, action="/move").status == 200
    assert mediator.submit(page, action="/move").status == 200  # sent twice
    assert fresh(pair.case).state is CaseState.ENDED
    assert fresh(pair.case).ended_on is not None
    assert "The case is over" in mediator.get(where + "/record").words
    assert mediator.get(where + "/close").response.request.path == where + "/record"


def test_a_case_is_closed_from_closing(pair: Pair, mediator: Person) -> None:
    """Closing, then closed after a page of its own."""
    where = f"/work/cases/{pair.case}"
    mediator.submit(mediator.get(where + "/record"), {"to": "closing"}, action="/move")
    mediator.submit(mediator.get(where + "/close"), action="/move")
    assert fresh(pair.case).state is CaseState.CLOSED


def test_a_mistake_is_removed_and_real_cases_are_not(pair: Pair, mediator: Person) -> None:
    """An enquiry that nobody came to goes; the pair with an answer stays."""
    mistake = enquiry(pair).id
    page = mediator.submit(mediator.get(f"/work/cases/{mistake}/remove"), action="/remove")
    assert page.response.request.path == "/work/cases"
    db.session.rollback()
    db.session.expire_all()
    assert db.session.get(Case, mistake) is None
    where = f"/work/cases/{pair.case}"
    assert mediator.get(where + "/remove").response.request.path == where + "/record"
    token = mediator.get(where + "/record").form("/record").fields["csrf_token"]
    assert mediator.post(where + "/remove", {"csrf_token": token}).status == 409
    assert fresh(pair.case).state is CaseState.ACTIVE
