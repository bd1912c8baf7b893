"""What is opened is what was looked at; an author's tightening ends it; a person who declined is absent."""

from __future__ import annotations

import threading
import uuid

import pytest
from flask import Flask

from mediator.cases.models import Case, Opening
from mediator.core import sealed
from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.visibility import Letter, Viewer
from mediator.questionnaires import comparing, opening
from mediator.questionnaires.models import Answer, Assignment
from tests.counting import counted
from tests.factories import Pair
from tests.people import Page, Person
from tests.questionnaires.answering import at
from tests.questionnaires.given import Asked, Told, make_form
from tests.questionnaires.test_opening import (
    A_SAYS,
    B_SAYS,
    BOTH_WAYS,
    LIMITS,
    OFFER,
    comparison,
    form,
    light,
    open_item,
    together,
)

__all__ = ["form"]  # the form of these tests is that of the opening tests

CHANGED = "This changed since you looked at it. Please look at the preview again."
OTHER_WORDS = "This is open already in other words. Withdraw it first."


def copy_of(who: uuid.UUID, form: uuid.UUID) -> uuid.UUID:
    """One person's own copy of the form."""
    db.session.rollback()
    found: uuid.UUID = db.session.scalars(
        db.select(Assignment.id).where(Assignment.participant_id == who, Assignment.form_id == form)
    ).one()
    return found


def openings() -> list[Opening]:
    db.session.rollback()
    return list(db.session.scalars(db.select(Opening).order_by(Opening.opened_at)))


def rewrite(person: Person, copy: uuid.UUID, number: int, changes: dict[str, str | None]) -> None:
    """Take a form back, change one question, hand it in again."""
    person.submit(person.get(at(copy, "done")), action="/change")
    assert person.submit(person.get(at(copy, number)), changes, action="/questions/").status == 200
    assert person.submit(person.get(at(copy, "check")), action="/check").status == 200


def look(mediator: Person, pair: Pair, form: uuid.UUID, key: str, more: str = "") -> Page:
    return mediator.get(f"{comparison(pair)}/{form}/open/{key}{more}")


def test_words_the_mediator_never_saw_are_not_opened(
    pair: Pair, form: uuid.UUID, mediator: Person, participant_a: Person
) -> None:
    page = look(mediator, pair, form, OFFER.key, "?author=A")
    rewrite(participant_a, copy_of(pair.a, form), 2, {OFFER.key: "words nobody looked at"})
    refused = mediator.submit(page, action="/open/")
    assert refused.status == 409
    assert CHANGED in refused.words
    assert openings() == []
    again = look(mediator, pair, form, OFFER.key, "?author=A")
    assert "words nobody looked at" in again.words
    assert mediator.submit(again, action="/open/").status == 200
    assert "words nobody looked at" in together(participant_a)


def test_a_line_that_came_in_after_the_preview_is_not_opened(
    pair: Pair, mediator: Person, participant_a: Person
) -> None:
    told = {"one": light("yes"), "two": light("yes"), "three": light("no")}
    form = make_form(pair, [Asked(LIMITS, Told({"one": light("yes")}), Told(told))])
    page = look(mediator, pair, form, LIMITS.key)
    rewrite(participant_a, copy_of(pair.a, form), 1, {f"{LIMITS.key}.two": "yes", f"{LIMITS.key}.three": "yes"})
    assert mediator.submit(page, action="/open/").status == 409
    assert openings() == []


@pytest.mark.parametrize("seen", [None, "", "0" * 64])
def test_without_the_mark_of_a_preview_nothing_opens(
    pair: Pair, form: uuid.UUID, mediator: Person, seen: str | None
) -> None:
    page = look(mediator, pair, form, BOTH_WAYS.key)
    assert mediator.submit(page, {"seen": seen}, action="/open/").status == 409
    assert openings() == []


def test_a_stricter_copy_is_not_lost_under_one_that_stands(
    pair: Pair, form: uuid.UUID, mediator: Person, participant_b: Person
) -> None:
    loose = look(mediator, pair, form, LIMITS.key)
    strict = look(mediator, pair, form, LIMITS.key, "?row.one=no&row.three=out")
    mediator.submit(loose, action="/open/")
    refused = mediator.submit(strict, action="/open/")
    assert refused.status == 409
    assert OTHER_WORDS in refused.words
    assert mediator.submit(loose, action="/open/").status == 200, "the same copy is found"
    assert len(openings()) == 1
    mediator.submit(mediator.get(f"{comparison(pair)}?form={form}"), action="/withdraw")
    assert mediator.submit(strict, action="/open/").status == 200
    words = together(participant_b)
    assert "No. The first" in words
    assert "The third" not in words


DIFFERS = "It differs from the answers as they stand now."


def folds(mediator: Person, pair: Pair, form: uuid.UUID) -> list[str]:
    """What the comparison says both read, opening by opening, in the order of the page's questions."""
    page = mediator.get(f"{comparison(pair)}?form={form}&order=steps")
    return [" ".join(" ".join(one.itertext()).split()) for one in page.all("details")
            if "What both read" in "".join(one.itertext())]  # fmt: skip


def test_the_mediator_reads_what_both_read_beside_the_answers_as_they_stand(
    pair: Pair, form: uuid.UUID, mediator: Person, participant_a: Person
) -> None:
    """A frozen copy stays as it was: an answer that was changed since, and a line that was tightened, say so."""
    assert folds(mediator, pair, form) == []
    open_item(mediator, pair, form, BOTH_WAYS.key)
    open_item(mediator, pair, form, OFFER.key, "A")
    mediator.submit(look(mediator, pair, form, LIMITS.key), action="/open/")
    limits, words, offered = folds(mediator, pair, form)
    assert "No. The second" in limits
    assert (A_SAYS in words, B_SAYS in words) == (True, True)
    assert offered.startswith("What both read: Alex")
    assert ("qqA offers this" in offered, "qqB" in offered) == (True, False)
    assert DIFFERS not in limits + words + offered
    rewrite(participant_a, copy_of(pair.a, form), 1, {BOTH_WAYS.key: "something else entirely"})
    limits, words, offered = folds(mediator, pair, form)
    assert DIFFERS in words
    assert (A_SAYS in words, "something else entirely" in words) == (True, False)
    assert DIFFERS not in limits + offered
    rows = openings()
    mediator.post(f"/work/cases/{pair.case}/openings/{rows[-1].id}/withdraw", {
        "csrf_token": mediator.get(comparison(pair)).form("/withdraw").fields["csrf_token"]})  # fmt: skip
    assert len(folds(mediator, pair, form)) == 2, "what was withdrawn nobody reads any more"


def test_what_the_mediator_made_stricter_differs_from_what_two_have_in_common(
    pair: Pair, form: uuid.UUID, mediator: Person
) -> None:
    mediator.submit(look(mediator, pair, form, LIMITS.key, "?row.one=no&row.three=out"), action="/open/")
    [limits] = folds(mediator, pair, form)
    assert DIFFERS in limits
    assert "No. The first" in limits
    assert "The third" not in limits


def test_what_both_read_costs_no_query_more(pair: Pair, form: uuid.UUID, mediator: Person) -> None:
    def cost() -> int:
        with counted() as sent:
            folds(mediator, pair, form)
        return len(sent)

    folds(mediator, pair, form)
    before = cost()
    for key, author in ((BOTH_WAYS.key, ""), (OFFER.key, "A"), (LIMITS.key, "")):
        open_item(mediator, pair, form, key, author)
    assert cost() == before


def test_two_presses_at_the_same_moment_open_once(app: Flask, pair: Pair, form: uuid.UUID) -> None:
    """On PostgreSQL the form's row is held; SQLite has one writer anyway."""
    case_id, staff_id = pair.case, pair.mediator
    viewer = Viewer.staff(staff_id, frozenset({case_id}))
    ready, wrong = threading.Barrier(2), list[BaseException]()
    with sealed.ring_of(viewer):
        case = db.session.get_one(Case, case_id)
        seen = opening.preview(case, comparing.sides(case, form), BOTH_WAYS.key, None).seen
    db.session.rollback()

    def press() -> None:
        with app.app_context(), sealed.ring_of(viewer):
            try:
                case = db.session.get_one(Case, case_id)
                db.session.rollback()
                ready.wait(timeout=20)
                case = db.session.get_one(Case, case_id)
                opening.open_to_both(staff_id, case, form, BOTH_WAYS.key, None, seen)
                db.session.commit()
            except BaseException as found:
                wrong.append(found)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=30)
    assert wrong == []
    assert len(openings()) == 1


def test_the_digest_is_of_every_word() -> None:
    copy = {"question": "Q", "label": "", "entries": [{"letter": "A", "name": "Alex", "lines": ["é"]}]}
    assert opening.digest(copy) == opening.digest(dict(reversed(copy.items())))
    assert opening.digest(copy) != opening.digest({**copy, "label": " "})
    assert len(opening.digest(copy)) == 64


@pytest.mark.parametrize("letter", list(Letter))
def test_when_somebody_declines_everything_joint_stops(
    pair: Pair, form: uuid.UUID, mediator: Person, participant_a: Person, participant_b: Person, letter: Letter
) -> None:
    open_item(mediator, pair, form, BOTH_WAYS.key)
    assert B_SAYS in together(participant_a)
    person = db.session.get_one(Case, pair.case).participant(letter)
    assert person is not None
    person.declined_on = now().date()
    db.session.commit()
    for who in (participant_a, participant_b):
        assert A_SAYS not in together(who)
        assert B_SAYS not in together(who)
    assert "can’t be opened today" in look(mediator, pair, form, LIMITS.key).words


@pytest.mark.parametrize(
    ("key", "author", "number", "tighter", "back"),
    [
        (OFFER.key, "A", 2, {f"{OFFER.key}.offer": None}, {f"{OFFER.key}.offer": "yes"}),
        (BOTH_WAYS.key, "", 1, {f"{BOTH_WAYS.key}.keep": "yes"}, {f"{BOTH_WAYS.key}.keep": None}),
        (LIMITS.key, "", 3, {f"{LIMITS.key}.keep": "yes"}, {f"{LIMITS.key}.keep": None}),
    ],
    ids=["offered", "reciprocal", "derived"],
)
def test_an_authors_tightening_is_one_way(
    pair: Pair, form: uuid.UUID, mediator: Person, participant_a: Person, participant_b: Person,
    key: str, author: str, number: int, tighter: dict[str, str | None], back: dict[str, str | None],
) -> None:  # fmt: skip
    nothing = together(participant_b)
    open_item(mediator, pair, form, key, author)
    assert together(participant_b) != nothing
    copy = copy_of(pair.a, form)
    participant_a.submit(participant_a.get(at(copy, "done")), action="/change")
    participant_a.submit(participant_a.get(at(copy, number)), tighter, action="/questions/")
    assert together(participant_b) == nothing
    [row] = openings()
    assert row.withdrawn_at is not None
    verb = db.select(AuditEntry.verb).where(AuditEntry.verb == "opening.taken-back-by-author")
    assert len(db.session.scalars(verb).all()) == 1
    participant_a.submit(participant_a.get(at(copy, number)), back, action="/questions/")
    assert together(participant_b) == nothing, "taking the tick back brings nothing back"
    participant_a.submit(participant_a.get(at(copy, "check")), action="/check")
    assert together(participant_b) == nothing
    assert open_item(mediator, pair, form, key, author).status == 200, "a new opening is the mediator’s act"
    assert together(participant_b) != nothing


def test_where_a_draft_was_replaced_an_offer_that_is_not_made_again_ends_what_was_open(
    pair: Pair, form: uuid.UUID, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    """Typing in from paper lets go of drafts: of an answer that is gone nobody knows that it was offered."""
    open_item(mediator, pair, form, OFFER.key, "A")
    copy = copy_of(pair.a, form)
    participant_a.submit(participant_a.get(at(copy, "done")), action="/change")
    db.session.execute(db.delete(Answer).where(Answer.assignment_id == copy))
    db.session.commit()
    participant_a.submit(participant_a.get(at(copy, 2)), {OFFER.key: "in other words"}, action="/questions/")
    [row] = openings()
    assert row.withdrawn_at is not None
    assert "qqA offers this" not in together(participant_b)


def test_tightening_ends_only_what_is_the_authors_to_end(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    asked = [
        Asked(OFFER, Told("qqA offers this", offered=True), Told("qqB offers too", offered=True)),
        Asked(BOTH_WAYS, Told(A_SAYS), Told(B_SAYS)),
    ]
    form, other = make_form(pair, asked), make_form(pair, asked)
    open_item(mediator, pair, form, OFFER.key, "A")
    open_item(mediator, pair, form, OFFER.key, "B")
    open_item(mediator, pair, form, BOTH_WAYS.key)
    open_item(mediator, pair, other, OFFER.key, "A")
    copy = copy_of(pair.a, form)
    participant_a.submit(participant_a.get(at(copy, "done")), action="/change")
    participant_a.submit(participant_a.get(at(copy, 1)), {f"{OFFER.key}.offer": None}, action="/questions/")
    rows = openings()
    ended = [(row.subject_id, row.part_key, row.author_id) for row in rows if row.withdrawn_at is not None]
    assert len(rows) == 4
    assert ended == [(form, OFFER.key, pair.a)]
    words = together(participant_b)
    assert words.count("qqA offers this") == 1, "the other form’s stands"
    assert "qqB offers too" in words
    assert B_SAYS in words


def test_an_answer_that_is_kept_is_never_opened_by_an_old_preview(
    pair: Pair, form: uuid.UUID, mediator: Person, participant_a: Person
) -> None:
    page = look(mediator, pair, form, BOTH_WAYS.key)
    rewrite(participant_a, copy_of(pair.a, form), 1, {f"{BOTH_WAYS.key}.keep": "yes"})
    assert mediator.submit(page, action="/open/").status == 409
    with sealed.ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))):
        case = db.session.get_one(Case, pair.case)
        seen = opening.preview(case, comparing.sides(case, form), BOTH_WAYS.key, None).seen
        with pytest.raises(Refused):
            opening.open_to_both(pair.mediator, case, form, BOTH_WAYS.key, None, seen)
    db.session.rollback()
    assert openings() == []
