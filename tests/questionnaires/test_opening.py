"""Opening to both: item by item, after a preview, only where every gate holds, and gone when one closes."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from mediator.cases.models import Case, Opening, Participant
from mediator.cases.terms import CaseState, Suitability
from mediator.core.audit import AuditEntry
from mediator.core.db import db
from mediator.core.visibility import Sharing, Visibility
from mediator.guide.content import PartType, Scale
from mediator.questionnaires.models import Answer, Assignment
from tests.factories import Pair
from tests.people import Page, Person
from tests.questionnaires.given import Asked, Told, make_form, part

BOTH_WAYS = part("5.3.domains", PartType.LONG, Sharing.RECIPROCAL)
OFFER = part("5.4.smallest", PartType.LONG, Sharing.OFFERED)
LIMITS = part("5.11.limits", PartType.GRID, Sharing.DERIVED, scale=Scale.LIGHTS)
CLOSED = part("5.9.clear", PartType.LONG, Sharing.CLOSED)
SAFETY = part("5.safety.worry", PartType.CHOICE, Sharing.CLOSED, visibility=Visibility.SAFETY)

A_SAYS, B_SAYS = "qqA a small thing every day", "qqB being told a day before"


def light(value: str, note: str = "") -> dict[str, str]:
    return {"value": value, "note": note}


@pytest.fixture
def form(pair: Pair) -> uuid.UUID:
    return make_form(
        pair,
        [
            Asked(BOTH_WAYS, Told(A_SAYS), Told(B_SAYS)),
            Asked(OFFER, Told("qqA offers this", offered=True), Told("qqB offers nothing")),
            Asked(
                LIMITS,
                Told({"one": light("yes"), "two": light("if", "qqA asks first"), "three": light("yes")}),
                Told({"one": light("yes"), "two": light("no"), "three": light("yes")}),
            ),
            Asked(CLOSED, Told("qqA closed"), Told("qqB closed")),
        ],
    )


def comparison(pair: Pair) -> str:
    return f"/work/cases/{pair.case}/comparison"


def open_item(who: Person, pair: Pair, form: uuid.UUID, key: str, author: str = "") -> Page:
    address = f"{comparison(pair)}/{form}/open/{key}" + (f"?author={author}" if author else "")
    return who.submit(who.get(address), action="/open/")


def together(who: Person) -> str:
    return who.get("/notes/together").words


def test_both_read_both_answers_after_the_mediator_opens_them_and_not_before(
    pair: Pair, form: uuid.UUID, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    assert A_SAYS not in together(participant_b)
    preview = mediator.get(f"{comparison(pair)}/{form}/open/{BOTH_WAYS.key}")
    assert A_SAYS in preview.words
    assert B_SAYS in preview.words
    assert "Alex today" not in preview.words, "words that both read fit both"
    assert A_SAYS not in together(participant_b), "a preview opens nothing"
    open_item(mediator, pair, form, BOTH_WAYS.key)
    first, second = participant_a.get("/notes/together"), participant_b.get("/notes/together")
    assert first.words == second.words
    assert A_SAYS in first.words
    assert B_SAYS in first.words


def test_the_copy_is_frozen(pair: Pair, form: uuid.UUID, mediator: Person, participant_b: Person) -> None:
    open_item(mediator, pair, form, BOTH_WAYS.key)
    row = db.session.scalars(
        db.select(Answer).where(Answer.part_key == BOTH_WAYS.key, Answer.participant_id == pair.a)
    ).one()
    row.value = "something else entirely"
    db.session.commit()
    words = together(participant_b)
    assert A_SAYS in words
    assert "something else entirely" not in words


def test_an_offered_answer_opens_alone_and_only_with_its_authors_tick(
    pair: Pair, form: uuid.UUID, mediator: Person, participant_b: Person
) -> None:
    refused = mediator.get(f"{comparison(pair)}/{form}/open/{OFFER.key}?author=B")
    assert "can’t be opened today" in refused.words
    page = mediator.submit(mediator.get(f"{comparison(pair)}/{form}/open/{OFFER.key}?author=A"), action="/open/")
    assert page.status == 200
    words = together(participant_b)
    assert "qqA offers this" in words
    assert "qqB offers nothing" not in words


def test_a_derived_result_names_nobody_and_holds_no_condition(
    pair: Pair, form: uuid.UUID, mediator: Person, participant_a: Person
) -> None:
    open_item(mediator, pair, form, LIMITS.key)
    page = participant_a.get("/notes/together")
    assert "Yes. The first" in page.words
    assert "No. The second" in page.words
    assert "qqA asks first" not in page.text
    assert "Alex" not in page.words
    assert "Sam" not in page.words


def test_the_mediator_tightens_a_line_or_leaves_it_out_but_never_loosens(
    pair: Pair, form: uuid.UUID, mediator: Person, participant_a: Person
) -> None:
    address = f"{comparison(pair)}/{form}/open/{LIMITS.key}"
    assert mediator.get(f"{address}?row.two=yes").status == 404
    page = mediator.get(f"{address}?row.one=no&row.three=out")
    mediator.submit(page, action="/open/")
    words = together(participant_a)
    assert "No. The first" in words
    assert "The third" not in words


@pytest.mark.parametrize(
    "close",
    [
        lambda case: setattr(case, "hold", True),
        lambda case: setattr(case, "state", CaseState.PAUSED),
        lambda case: setattr(case, "suitability", Suitability.NOT_SUITABLE),
        lambda case: setattr(case.participants[0], "signed_on", None),
    ],
    ids=["hold", "pause", "suitability", "signature"],
)
def test_what_was_open_stops_when_a_gate_closes_and_comes_back_with_it(
    pair: Pair,
    form: uuid.UUID,
    mediator: Person,
    participant_a: Person,
    participant_b: Person,
    close: Callable[[Case], None],
) -> None:
    open_item(mediator, pair, form, BOTH_WAYS.key)
    close(db.session.get_one(Case, pair.case))
    db.session.commit()
    assert A_SAYS not in together(participant_b)
    assert together(participant_a) == together(participant_b)
    case = db.session.get_one(Case, pair.case)
    case.hold, case.state, case.suitability = False, CaseState.ACTIVE, Suitability.USUAL
    case.participants[0].signed_on = case.opened_on
    db.session.commit()
    assert A_SAYS in together(participant_b)


def test_the_flag_at_display_is_a_second_wall(
    pair: Pair, form: uuid.UUID, mediator: Person, participant_b: Person
) -> None:
    """Saving a tighter tick withdraws the opening (test_opening_seen); even without that nothing is shown."""
    open_item(mediator, pair, form, BOTH_WAYS.key)
    row = db.session.scalars(
        db.select(Answer).where(Answer.part_key == BOTH_WAYS.key, Answer.participant_id == pair.a)
    ).one()
    row.kept = True
    db.session.commit()
    assert A_SAYS not in together(participant_b)
    assert B_SAYS not in together(participant_b)


def test_a_form_taken_back_to_be_changed_does_not_make_anything_vanish(
    pair: Pair, form: uuid.UUID, mediator: Person, participant_b: Person
) -> None:
    """What vanished then would tell that somebody is writing."""
    from mediator.questionnaires.terms import AssignmentState

    open_item(mediator, pair, form, BOTH_WAYS.key)
    before = together(participant_b)
    row = db.session.scalars(db.select(Assignment).where(Assignment.participant_id == pair.a)).one()
    row.state = AssignmentState.REOPENED
    for answer in row.answers:
        answer.visibility = Visibility.OWN
    db.session.commit()
    assert together(participant_b) == before


def test_withdrawn_means_no_further_display_and_the_log_keeps_both(
    pair: Pair, form: uuid.UUID, mediator: Person, participant_b: Person
) -> None:
    open_item(mediator, pair, form, BOTH_WAYS.key)
    mediator.submit(mediator.get(f"{comparison(pair)}?form={form}"), action="/withdraw")
    assert A_SAYS not in together(participant_b)
    db.session.expire_all()
    assert db.session.scalars(db.select(Opening)).one().withdrawn_at is not None
    verbs = db.session.scalars(db.select(AuditEntry.verb).where(AuditEntry.case_id == pair.case)).all()
    assert {"opening.made", "opening.withdrawn", "openings.read"} <= set(verbs)


def test_pressed_twice_it_opens_once(pair: Pair, form: uuid.UUID, mediator: Person) -> None:
    page = mediator.get(f"{comparison(pair)}/{form}/open/{BOTH_WAYS.key}")
    mediator.submit(page, action="/open/")
    mediator.submit(page, action="/open/")
    assert len(db.session.scalars(db.select(Opening)).all()) == 1


def test_closed_and_safety_parts_have_no_way_to_be_opened(pair: Pair, mediator: Person) -> None:
    form = make_form(pair, [Asked(CLOSED, Told("x"), Told("y")), Asked(SAFETY, Told("one"), Told("two"))])
    assert "can’t be opened today" in mediator.get(f"{comparison(pair)}/{form}/open/{CLOSED.key}").words
    assert mediator.get(f"{comparison(pair)}/{form}/open/{SAFETY.key}").status == 404


def test_unread_safety_answers_stop_new_openings_but_hide_nothing(
    pair: Pair, form: uuid.UUID, mediator: Person, participant_b: Person
) -> None:
    open_item(mediator, pair, form, BOTH_WAYS.key)
    make_form(pair, [Asked(SAFETY, Told("two"), None)])
    before = together(participant_b)
    assert A_SAYS in before
    refused = mediator.get(f"{comparison(pair)}/{form}/open/{OFFER.key}?author=A")
    assert "Read first" in refused.words
    mediator.submit(mediator.get(f"/work/cases/{pair.case}/read-first"), action="/read-first")
    again = mediator.get(f"{comparison(pair)}/{form}/open/{OFFER.key}?author=A")
    assert "can’t be opened today" not in again.words


def test_a_gate_that_closed_after_the_preview_refuses_the_opening(
    pair: Pair, form: uuid.UUID, mediator: Person
) -> None:
    page = mediator.get(f"{comparison(pair)}/{form}/open/{BOTH_WAYS.key}")
    db.session.get_one(Case, pair.case).hold = True
    db.session.commit()
    assert mediator.submit(page, action="/open/").status == 409
    assert db.session.scalars(db.select(Opening)).all() == []


def test_nobody_else_compares_or_opens(
    pair: Pair, form: uuid.UUID, other_mediator: Person, owner: Person, assistant: Person
) -> None:
    for who in (other_mediator, owner, assistant):
        for path in (comparison(pair), f"{comparison(pair)}/{form}/open/{BOTH_WAYS.key}",
                     f"/work/cases/{pair.case}/read-first"):  # fmt: skip
            assert who.get(path).status == 404, path


def test_with_b_absent_the_page_stands(pair: Pair, mediator: Person) -> None:
    form = make_form(pair, [Asked(OFFER, Told("qqA offers this", offered=True), None)])
    for row in db.session.scalars(db.select(Assignment).where(Assignment.participant_id == pair.b)):
        db.session.delete(row)
    db.session.delete(db.session.get_one(Participant, pair.b))
    db.session.commit()
    page = mediator.get(f"{comparison(pair)}?form={form}")
    assert page.status == 200
    assert "qqA offers this" in page.words
