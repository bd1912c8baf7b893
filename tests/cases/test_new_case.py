"""A new case: opened from one page, once, with what was typed kept."""

from __future__ import annotations

import pytest

from mediator.cases import actions
from mediator.cases.models import Case
from mediator.cases.terms import CaseState, Policy, Relation, Route
from mediator.core.db import db
from tests.cases.looking import people
from tests.factories import Pair, make_pair, make_staff
from tests.people import Person

NEW: dict[str, str | None] = {"one_name": "Rosa", "other_name": "Emil", "relation": "siblings", "policy": "caucus"}


def cases() -> list[Case]:
    """Every case, those just opened first."""
    db.session.rollback()
    newest = db.select(Case).order_by(Case.state != CaseState.ENQUIRY, Case.created_at.desc())
    return list(db.session.scalars(newest))


def test_a_case_is_opened_from_the_page(pair: Pair, mediator: Person) -> None:
    """Names as people wish to be called, pronouns, addresses, relation, route, policy, co-mediator, zone."""
    co = make_staff("mediator")
    page = mediator.get("/work/cases/new")
    assert "English" not in page.words
    done = mediator.submit(page, {
        **NEW, "one_pronouns": "she", "one_email": "rosa@post.example", "route": "closure",
        "policy": "no_secrets", f"co.{co.id}": "y",
    }, action="/new")  # fmt: skip
    case = cases()[0]
    assert done.response.request.path == f"/work/cases/{case.id}"
    assert "Nothing was sent to anybody" in done.words
    assert (case.state, case.relation, case.route) == (CaseState.ENQUIRY, Relation.SIBLINGS, Route.CLOSURE)
    assert (case.policy, case.closure, case.language) == (Policy.NO_SECRETS, True, "en")
    assert case.zone == "Europe/London"
    assert {row.staff_id for row in case.mediators} == {pair.mediator, co.id}
    found = {name: (pronouns, email) for _, name, pronouns, email in people(case)}
    assert found == {"Rosa": ("she", "rosa@post.example"), "Emil": (None, None)}


def test_a_double_submit_makes_one_case(mediator: Person) -> None:
    """The page sent twice leads to the same case."""
    page = mediator.get("/work/cases/new")
    first = mediator.submit(page, NEW, action="/new")
    second = mediator.submit(page, {**NEW, "one_name": "Rosa again"}, action="/new")
    assert first.response.request.path == second.response.request.path
    assert len(cases()) == 2  # with the pair of the fixture


@pytest.mark.parametrize(("one", "other"), [("Rosa", ""), ("", "Rosa")])
def test_either_field_alone_makes_a(mediator: Person, one: str, other: str) -> None:
    """A case with one person: B is not there yet, whichever field was filled."""
    page = mediator.submit(
        mediator.get("/work/cases/new"), {**NEW, "one_name": one, "other_name": other}, action="/new"
    )
    assert [person[:2] for person in people(cases()[0])] == [("A", "Rosa")]
    assert "Add the second person" in page.words


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"one_name": "", "other_name": ""}, "one_name", "Write the name of at least one of the two"),
        ({"other_name": "", "other_email": "emil@post.example"}, "other_name", "Write this person’s name"),
        ({"one_email": "rosa at post"}, "one_email", "Please write an address such as name@example.org"),
        ({"one_name": "R" * 121}, "one_name", "Please use at most 120 characters"),
        ({"one_name": "Ro\x07sa"}, "one_name", "Please leave out characters that can’t be seen"),
        ({"other_email": "e" * 250 + "@x.example"}, "other_email", "Please use at most 254 characters"),
        ({"relation": None}, "relation", "Choose what they are to each other"),
        ({"policy": "none"}, "policy", "Not a valid choice"),
        ({"route": "moon"}, "route", "Not a valid choice"),
        ({"zone": "Europe/Atlantis"}, "zone", "Not a valid choice"),
        (
            {"one_email": "home@post.example", "other_email": "HOME@post.example"},
            "other_email",
            actions.ONE_ADDRESS,
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_saved_is_said_at_the_field_and_kept(
    mediator: Person, changes: dict[str, str | None], field: str, sentence: str
) -> None:
    """422, a summary that links to the field, the words still there, and no case."""
    page = mediator.submit(
        mediator.get("/work/cases/new"), {**NEW, "one_pronouns": "she / they", **changes}, action="/new"
    )
    assert page.status == 422
    assert sentence in page.words
    assert any(link in {f"#{field}", f"#{field}-0"} for link in page.links())
    assert page.form("/work/cases/new").fields["one_pronouns"] == "she / they"
    for name, value in changes.items():
        if value and name.endswith(("name", "email")) and "\x07" not in value:
            assert page.form("/work/cases/new").fields[name] == value
    assert len(cases()) == 1


def test_errors_are_listed_in_the_order_of_the_page(mediator: Person) -> None:
    page = mediator.submit(
        mediator.get("/work/cases/new"),
        {"one_pronouns": "they/them", "other_email": "not an address", "relation": None},
        action="/new",
    )
    assert page.status == 422
    listed = [link.removeprefix("#") for link in page.links() if link.startswith("#") and "main" not in link]
    assert listed == ["one_name", "other_name", "other_email", "relation-0"]


def test_a_form_without_its_id_is_refused(mediator: Person) -> None:
    """A creating page carries the id of what it creates."""
    page = mediator.submit(mediator.get("/work/cases/new"), {**NEW, "id": "nonsense"}, action="/new")
    assert page.status == 400
    assert len(cases()) == 1


def test_the_id_of_a_foreign_case_opens_nothing(mediator: Person) -> None:
    """Whoever guesses an id learns nothing."""
    foreign = make_pair(make_staff("mediator"))
    page = mediator.submit(mediator.get("/work/cases/new"), {**NEW, "id": str(foreign.case)}, action="/new")
    assert page.status == 404


def test_any_name_is_kept_exactly(mediator: Person) -> None:
    """Right to left, joiners, marks, signs."""
    name = "علی‌رضا Ñandú 👩‍🦰 <b>&amp;"
    mediator.submit(mediator.get("/work/cases/new"), {**NEW, "one_name": name}, action="/new")
    assert name in [person[1] for person in people(cases()[0])]
