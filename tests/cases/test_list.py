"""The list of cases: who finds what, in which order, by name, a page at a time, and at what cost."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import pytest

from mediator.cases import listing_queries
from mediator.cases.labels import Group, group_of, route_order, state_word
from mediator.cases.listing import PAGE, fold, listing
from mediator.cases.models import Case, CaseMediator, Participant
from mediator.cases.terms import CaseState, Route
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.sealed import ring_of
from mediator.core.visibility import Letter, Viewer
from mediator.practice.models import Staff
from tests.counting import counted
from tests.factories import Pair, make_case, make_pair, make_participant, make_staff
from tests.people import Page, Person

DAY = date(2026, 3, 12)


def many(mediator: Staff, count: int) -> None:
    """Many small cases at once."""
    for number in range(count):
        case = Case(
            state=CaseState.ACTIVE, relation="siblings", route="repair", policy="caucus", zone="UTC",
            opened_on=DAY - timedelta(days=number), created_at=now(),
        )  # fmt: skip
        case.mediators.append(CaseMediator(case_id=case.id, staff_id=mediator.id, lead=True))
        db.session.add(case)
        for letter in Letter:
            name = f"{letter} of {number}"
            case.participants.append(
                Participant(case_id=case.id, letter=letter, zone="UTC", created_at=now(), name=name, called=name)
            )
    db.session.commit()


def rows(page: Page) -> list[str]:
    """The ids of the cases a page lists, in order."""
    return [link.rsplit("/", 1)[1] for link in page.links() if link.startswith("/work/cases/") and len(link) == 48]


def found(who: Person, typed: str) -> Page:
    """The list after searching for a name."""
    return who.submit(who.get("/work/cases"), {"q": typed}, action="/search")


@pytest.fixture
def lead(pair: Pair) -> Staff:
    """The mediator of the pair."""
    return db.session.get_one(Staff, pair.mediator)


def test_mediators_find_their_own_cases_and_assistants_all(
    pair: Pair, mediator: Person, other_mediator: Person, assistant: Person
) -> None:
    """A mediator reads no name of another mediator's case."""
    foreign = make_pair(make_staff("mediator"), a="Robin", b="Jo")
    assert rows(mediator.get("/work/cases")) == [str(pair.case)]
    assert "Robin" not in mediator.get("/work/cases").words
    assert rows(other_mediator.get("/work/cases")) == []
    assert set(rows(assistant.get("/work/cases"))) == {str(pair.case), str(foreign.case)}


def test_the_owner_has_no_list(pair: Pair, owner: Person) -> None:
    """Owning the practice opens no names."""
    assert owner.look_at("/work/cases").status == 404


def test_living_cases_come_first_then_the_newest(pair: Pair, lead: Staff, mediator: Person) -> None:
    """Closed cases go below, each part by the day it was opened."""
    old = make_pair(lead, opened_on=DAY - timedelta(days=400))
    new = make_pair(lead, opened_on=now().date() + timedelta(days=1))
    closed = make_pair(lead, opened_on=now().date() + timedelta(days=2), state=CaseState.CLOSED)
    ended = make_pair(lead, opened_on=now().date() + timedelta(days=3), state=CaseState.ENDED)
    erased = make_pair(lead, state=CaseState.ERASED)
    listed = rows(mediator.get("/work/cases"))
    assert listed == [str(one.case) for one in (new, pair, old, ended, closed)]
    assert str(erased.case) not in listed


def test_the_three_heaps(pair: Pair, lead: Staff, mediator: Person) -> None:
    """A hold lies with the breaks and reads like one; a case that is over is closed, held or not."""
    held = make_pair(lead, a="Hana", b="Ivo", hold=True)
    paused = make_pair(lead, a="Kim", b="Lou", state=CaseState.PAUSED)
    over = make_pair(lead, a="Mika", b="Nik", state=CaseState.CLOSED, hold=True)
    assert rows(mediator.get("/work/cases?show=open")) == [str(pair.case)]
    resting = mediator.get("/work/cases?show=break")
    assert set(rows(resting)) == {str(held.case), str(paused.case)}
    assert "hold" not in mediator.get("/work/cases").words.lower()
    assert rows(mediator.get("/work/cases?show=closed")) == [str(over.case)]
    assert "All 4 Open 1 On a break 2 Closed 1" in resting.words
    assert len(rows(mediator.get("/work/cases?show=nonsense"))) == 4


@pytest.mark.parametrize(
    "typed",
    [
        "jose",
        "JOSÉ",
        "jose\u0301",
        "josé maría",
        "maria jose",
        "".join(chr(ord(char) + 0xFEE0) for char in "JOSE"),
        "  sé   ",
    ],
)
def test_names_are_found_however_they_are_typed(pair: Pair, lead: Staff, mediator: Person, typed: str) -> None:
    """Case, accents, width and the order of names make no difference; either of the two is found."""
    wanted = make_pair(lead, a="Åsa", b="José María")
    assert rows(found(mediator, typed)) == [str(wanted.case)]


def test_a_search_finds_nothing_of_others_and_says_so(pair: Pair, mediator: Person) -> None:
    """What a mediator may not list is not found either, and the typed name stays in the field."""
    make_pair(make_staff("mediator"), a="Robin", b="Jo")
    page = found(mediator, "Robin")
    assert rows(page) == []
    assert "Nobody here has a name like “Robin”" in page.words
    assert "Robin" in [field.get("value") for field in page.all("input") if field.get("name") == "q"]


def test_names_with_script_marks_are_found(lead: Staff, mediator: Person) -> None:
    """Names in other scripts, with joiners, are found as they are."""
    wanted = make_pair(lead, a="Ελένη", b="علی‌رضا")
    for typed in ("ελενη", "علی‌رضا"):
        assert rows(found(mediator, typed)) == [str(wanted.case)]
    assert fold("ΕΛΈΝΗ") == fold("ελενη")


def test_pages_are_stable_and_hold_everything_once(pair: Pair, lead: Staff, mediator: Person) -> None:
    """Every case stands on one page; a page outside is the nearest there is."""
    many(lead, 2 * PAGE + 3)
    pages = [rows(mediator.get(f"/work/cases?page={number}")) for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [PAGE, PAGE, 4]
    assert len({case for page in pages for case in page}) == 2 * PAGE + 4
    assert rows(mediator.get("/work/cases?page=99")) == pages[2]
    for nonsense in ("0", "-1", "x", "1e3", "٣"):
        assert rows(mediator.get(f"/work/cases?page={quote(nonsense)}")) == pages[0]
    assert "Page 2 of 3" in mediator.get("/work/cases?page=2").words


def test_heaps_are_counted_so_far_and_no_further(
    pair: Pair, lead: Staff, mediator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond that the list says there are more; every page is there all the same, and a page outside is the nearest."""
    make_pair(lead, state=CaseState.PAUSED)
    many(lead, 2 * PAGE)
    monkeypatch.setattr(listing_queries, "COUNTED", PAGE)
    first, last = mediator.get("/work/cases"), mediator.get("/work/cases?page=3")
    assert "All 25+ Open 25+ On a break 1 Closed 0" in first.words
    assert "Page 1 Next" in first.words
    assert [len(rows(page)) for page in (first, last)] == [PAGE, 2]
    assert "Previous Page 3" in last.words
    assert "Next" not in last.words.partition("Previous")[2]
    assert rows(mediator.get("/work/cases?page=99")) == rows(last)
    assert "Page 1 of" not in mediator.get("/work/cases?show=break").words


def test_a_search_is_paged_and_kept_in_the_buttons(pair: Pair, lead: Staff, mediator: Person) -> None:
    """The second page of a search is still the search."""
    many(lead, PAGE + 5)
    page = found(mediator, "of")
    assert "Page 1 of 2" in page.words
    following = mediator.submit(page, {"q": "of", "show": "open", "page": "2"}, action="/search")
    assert len(rows(following)) == 5
    closed = mediator.submit(page, {"q": "of", "show": "closed"}, action="/search")
    assert rows(closed) == []


def test_no_name_stands_in_an_address_or_a_title(pair: Pair, mediator: Person, assistant: Person) -> None:
    """The browser keeps both, long after everybody signed out."""
    page = found(mediator, "Alex")
    assert not any("Alex" in link or "q=" in link for link in page.links())
    assert all((form.get("method") or "").lower() == "post" for form in page.all("form"))
    assert rows(mediator.get("/work/cases?q=nobody-of-this-name")) == [str(pair.case)], "an old address lists all"
    for who in (mediator, assistant):
        shown = who.get(f"/work/cases/{pair.case}")
        assert "Alex" in shown.words
        assert "Alex" not in shown.title


def test_the_list_costs_the_same_for_one_and_for_two_hundred(pair: Pair, lead: Staff, assistant: Person) -> None:
    """The number of queries does not grow with the number of cases, with and without a search."""
    viewers = (lead, db.session.scalars(db.select(Staff).where(Staff.is_assistant)).one())

    def cost() -> list[int]:
        found = []
        for viewer in viewers:
            for search in ("", "a"):
                db.session.expire_all()
                db.session.refresh(viewer)
                with counted() as sent, ring_of(Viewer.staff(viewer.id, frozenset())):
                    listing(viewer, search=search)
                found.append(len(sent))
        return found

    one = cost()
    many(lead, 199)
    assert cost() == one
    assert one == [2, 1, 2, 1]
    first = assistant.get("/work/cases")
    with counted() as sent:
        assistant.get("/work/cases")
    assert len(rows(first)) == PAGE
    assert len(sent) < 15


def test_a_case_with_one_person_lists_the_other_as_not_there(pair: Pair, lead: Staff, mediator: Person) -> None:
    """B absent is a row like any other."""
    case = make_case(lead, state=CaseState.ENQUIRY)
    make_participant(case, Letter.A, "Robin")
    page = found(mediator, "Robin")
    assert rows(page) == [str(case.id)]
    assert "A Robin B not there yet Enquiry" in page.words


def test_an_empty_list_says_what_comes_and_offers_one_button(other_mediator: Person, mediator: Person) -> None:
    """One sentence on what will be here, one on the next step, one button."""
    page = other_mediator.get("/work/cases")
    assert "Your pairs will stand here" in page.words
    assert [link for link in page.links() if link.endswith("/new")] == ["/work/cases/new"]


def test_an_assistant_is_offered_no_new_case(pair: Pair, assistant: Person) -> None:
    """What would be refused is not offered."""
    assert "/work/cases/new" not in assistant.get("/work/cases").links()
    assert assistant.look_at("/work/cases/new").status == 404


def test_words_of_states_and_routes() -> None:
    """A hold is a break until the case is over; the order of a route is the guide's."""
    assert state_word(CaseState.INTAKE, True) == "On a break"
    assert state_word(CaseState.ENDED, True) == "Ended"
    assert group_of(CaseState.RETENTION, False) is Group.CLOSED
    assert route_order(Route.SAFEGUARDS) == "8, 7, 2, 6, 8"
    assert route_order(Route.DECIDE_FIRST) == ""


def test_an_unknown_case_is_not_there(mediator: Person) -> None:
    """No id tells anything."""
    assert mediator.look_at(f"/work/cases/{uuid.uuid4()}").status == 404


def test_who_is_met_next_stands_first(pair: Pair, lead: Staff, mediator: Person, assistant: Person) -> None:
    """Living cases with a next session come first, the soonest first; one that is over has no next session."""
    new = make_pair(lead, opened_on=now().date() + timedelta(days=1))
    late = make_pair(lead, opened_on=DAY, next_session_at=datetime(2027, 3, 12, 10, tzinfo=UTC))
    soon = make_pair(lead, opened_on=DAY - timedelta(days=9), next_session_at=datetime(2027, 3, 11, 9, 30, tzinfo=UTC))
    over = make_pair(lead, state=CaseState.CLOSED, next_session_at=datetime(2027, 1, 1, tzinfo=UTC))
    for who in (mediator, assistant):
        page = who.get("/work/cases")
        assert rows(page) == [str(one.case) for one in (soon, late, new, pair, over)]
        assert "Active Thursday 11 March, 09:30" in page.words
        assert "1 January" not in page.words
    assert rows(found(mediator, "Alex"))[:2] == [str(soon.case), str(late.case)], "a search keeps the order"
