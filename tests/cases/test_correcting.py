"""Correcting people and plan, and who mediates."""

from __future__ import annotations

from mediator.cases.models import Participant
from mediator.cases.terms import Relation, Route
from mediator.core.db import db
from mediator.core.sealed import ring_of
from mediator.core.visibility import Viewer
from mediator.practice.models import Staff
from tests.cases.looking import fresh, people
from tests.factories import Pair
from tests.people import Person


def test_a_name_and_an_address_are_corrected(pair: Pair, mediator: Person) -> None:
    """The other person reads the corrected name too."""
    where = f"/work/cases/{pair.case}/participants/A"
    mediator.submit(mediator.get(where), {"name": "Alexandra", "email": "", "pronouns": "they"}, action=where)
    assert people(fresh(pair.case))[0] == ("A", "Alexandra", "they", None)
    with ring_of(Viewer.participant(pair.b, pair.case)):
        assert db.session.get_one(Participant, pair.a).called == "Alexandra"


def test_a_shared_address_is_refused_with_what_was_typed(pair: Pair, mediator: Person) -> None:
    """At the field, 422, the name still there."""
    where = f"/work/cases/{pair.case}/participants/B"
    shared = people(fresh(pair.case))[0][3]
    page = mediator.submit(mediator.get(where), {"name": "Samuel", "email": shared}, action=where)
    assert page.status == 422
    assert "Two people can't share one address" in page.words
    assert page.form(where).fields["name"] == "Samuel"
    assert people(fresh(pair.case))[1][1] == "Sam"


def test_a_page_from_before_overwrites_nothing(pair: Pair, mediator: Person) -> None:
    """Two windows: the second one to save is told."""
    where = f"/work/cases/{pair.case}/participants/A"
    old = mediator.get(where)
    mediator.submit(mediator.get(where), {"name": "Alexandra"}, action=where)
    page = mediator.submit(old, {"name": "Sasha"}, action=where)
    assert page.status == 409
    assert "Somebody changed this case in the meantime" in page.words
    assert people(fresh(pair.case))[0][1] == "Alexandra"


def test_route_and_words_are_changed(pair: Pair, mediator: Person) -> None:
    """Relation, route, words for ending well."""
    where = f"/work/cases/{pair.case}/plan"
    page = mediator.submit(mediator.get(where), {"relation": "friends", "route": "civil", "closure": "y"}, action=where)
    assert "Civil contact only" in page.words
    case = fresh(pair.case)
    assert (case.relation, case.route, case.closure) == (Relation.FRIENDS, Route.CIVIL, True)


def test_the_lead_adds_a_co_mediator_and_hands_over(pair: Pair, mediator: Person, other_mediator: Person) -> None:
    """From then on the other one opens the case, and leads it."""
    where = f"/work/cases/{pair.case}"
    other = db.session.scalars(db.select(Staff).where(Staff.is_mediator, Staff.id != pair.mediator)).one().id
    shown = mediator.get(where + "/mediators")
    mediator.submit(shown, {f"co.{other}": "y"}, action="/mediators")
    assert mediator.submit(shown, action="/mediators").status == 409, "their box was empty on it, and nobody emptied it"
    assert other_mediator.get(where).status == 200
    assert "Hand over" not in other_mediator.get(where + "/mediators").words
    page = mediator.submit(mediator.get(where + "/mediators"), {"to": str(other)}, action="/lead")
    assert "leads this case now" in page.words
    mine = other_mediator.get(where + "/mediators")
    other_mediator.submit(mine, {f"co.{pair.mediator}": None}, action="/mediators")
    assert mediator.look_at(where).status == 404
