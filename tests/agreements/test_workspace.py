"""The mediator's pages of what was said: writing down, correcting, releasing, ending, replacing."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from mediator.agreements import actions, queries
from mediator.agreements.terms import Kind, Standing, Who
from mediator.cases.models import Participant
from mediator.cases.terms import CaseState
from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Letter
from mediator.questionnaires.models import Assignment
from tests.agreements.saying import agreed, case_of, confirm, put, reading, row_of, say, to_be_read_first, verbs
from tests.factories import Pair, make_pair, make_staff
from tests.people import Person


@pytest.fixture
def base(pair: Pair) -> str:
    return f"/work/cases/{pair.case}/agreements"


def count(pair: Pair) -> int:
    db.session.rollback()
    return len(queries.open_ones(pair.case))


def test_an_empty_list_says_what_will_stand_there(pair: Pair, mediator: Person, base: str) -> None:
    page = mediator.get(base)
    assert "Nothing is to be kept at the moment." in page.words
    assert "Nothing has ended or been replaced." in page.words
    assert f"{base}/release" not in page.links()


@pytest.mark.parametrize("kind", list(Kind))
def test_written_down_and_in_the_list(pair: Pair, mediator: Person, base: str, kind: Kind) -> None:
    page = mediator.get(f"{base}/new/{kind.value}")
    field = "otherwise" if kind is Kind.BOUNDARY else "seen"
    told = {"what": "Say a day before\r\nif a plan changes", field: "A message <b>", "until": "2031-03-12"}
    if kind is Kind.COMMITMENT:
        told["who"] = "B"
    page = mediator.submit(page, dict(told), action="/new")
    assert page.status == 200
    for words in ("Say a day before if a plan changes", "A message <b>", "12 March 2031", "Said. Only you read it"):
        assert words in page.words
    row = queries.open_ones(pair.case)[0]
    assert row.who is (Who.B if kind is Kind.COMMITMENT else Who.BOTH)
    assert reading(pair, lambda: row.what) == "Say a day before\nif a plan changes"


def test_what_is_asked_depends_on_the_kind(pair: Pair, mediator: Person, base: str) -> None:
    def asked(kind: Kind) -> set[str]:
        names = {"who", "seen", "otherwise", "spoken_a", "spoken_b", "from_on", "until", "review_on"}
        page = mediator.get(f"{base}/new/{kind}")
        return {str(one.get("name")) for one in page.all("input") if one.get("name") in names}

    days = {"from_on", "until", "review_on"}
    assert asked(Kind.AGREEMENT) == {"seen", "spoken_a", "spoken_b", *days}
    assert asked(Kind.COMMITMENT) == {"who", "seen", "otherwise", *days}
    assert asked(Kind.BOUNDARY) == {"otherwise", *days}


def test_all_that_was_said_comes_back_where_it_is_corrected(pair: Pair, mediator: Person, base: str) -> None:
    page = mediator.get(f"{base}/new/commitment")
    told = {"who": "A", "what": "Reply the same day", "seen": "Before midnight", "otherwise": "Say so that evening",
            "from_on": "2031-03-12", "until": "2031-03-26", "review_on": "2031-03-20"}  # fmt: skip
    shown = mediator.submit(page, dict(told), action="/new")
    for words in ("If it can’t be kept: Say so that evening", "12 March 2031 to 26 March 2031",
                  "Look at it again on 20 March 2031"):  # fmt: skip
        assert words in shown.words
    (row,) = queries.open_ones(pair.case)
    fields = mediator.get(f"{base}/{row.id}/edit").form("/edit").fields
    assert told.items() <= fields.items()
    mediator.submit(mediator.get(f"{base}/{row.id}/edit"), {"otherwise": "", "review_on": ""}, action="/edit")
    row = row_of(row.id)
    assert reading(pair, lambda: row.otherwise) is None
    assert row.review_on is None
    assert "Look at it again in each session" in mediator.get(base).words


def test_who_said_yes_aloud_is_recorded_and_confirms_nothing(pair: Pair, mediator: Person, base: str) -> None:
    page = mediator.get(f"{base}/new/agreement")
    shown = mediator.submit(page, {"what": "No talk about the house", "spoken_b": "y"}, action="/new")
    assert "Said yes aloud: B Sam" in shown.words
    (row,) = queries.open_ones(pair.case)
    assert (row.spoken_a, row.spoken_b) == (False, True)
    assert row.confirmed_b_at is None
    mediator.submit(mediator.get(f"{base}/{row.id}/edit"), {"spoken_a": "y"}, action="/edit")
    assert (row_of(row.id).spoken_a, row_of(row.id).spoken_b) == (True, True)
    preview = mediator.get(f"{base}/release")
    assert "aloud" not in preview.words
    mediator.submit(preview, action="/release")
    replacing = mediator.get(f"{base}/{row.id}/replace")
    assert "spoken_a" not in replacing.form("/replace").fields, "new words, nobody has said yes to them"


def test_words_that_stand_are_asked_for_even_where_the_kind_does_not(pair: Pair, mediator: Person, base: str) -> None:
    id_ = say(pair, "No calls after nine", kind=Kind.BOUNDARY, seen="The phones lie in the hall")
    page = mediator.get(f"{base}/{id_}/edit")
    mediator.submit(page, {"otherwise": "“Stop, line.”"}, action="/edit")
    row = row_of(id_)
    assert reading(pair, lambda: (row.seen, row.otherwise)) == ("The phones lie in the hall", "“Stop, line.”")


def test_sent_twice_it_is_written_down_once(pair: Pair, mediator: Person, base: str) -> None:
    page = mediator.get(f"{base}/new/agreement")
    for _ in range(2):
        assert mediator.submit(page, {"what": "Once"}, action="/new").status == 200
    assert count(pair) == 1
    assert verbs(pair) == ["agreement.said"]


@pytest.mark.parametrize(
    ("kind", "typed", "message"),
    [
        ("agreement", {"what": ""}, actions.NEEDS_WHAT),
        ("agreement", {"what": " \n "}, actions.NEEDS_WHAT),
        ("agreement", {"what": "x" * 301}, actions.TOO_LONG),
        ("agreement", {"what": "x", "seen": "y" * 301}, actions.TOO_LONG),
        ("agreement", {"what": "x", "until": "2020-01-01"}, actions.PAST),
        ("agreement", {"what": "x", "review_on": "2020-01-01"}, actions.PAST),
        ("commitment", {"what": "x", "who": "A", "otherwise": "y" * 301}, actions.TOO_LONG),
        ("agreement", {"what": "x", "from_on": "2031-03-12", "until": "2031-03-11"}, actions.BEFORE),
        ("agreement", {"what": "x", "from_on": "2031-02-30"}, "Write a day that exists"),
        ("agreement", {"what": "x", "until": "tomorrow"}, "Write a day that exists"),
        ("agreement", {"what": "x", "until": "2031-02-30"}, "Write a day that exists"),
        ("commitment", {"what": "x"}, actions.ONE_PERSON),
        ("commitment", {"what": "x", "who": "C"}, "Not a valid choice"),
        ("commitment", {"what": "x", "who": "both"}, "Not a valid choice"),
    ],
)
def test_what_does_not_fit_keeps_what_was_typed(
    pair: Pair, mediator: Person, base: str, kind: str, typed: dict[str, str], message: str
) -> None:
    page = mediator.submit(
        mediator.get(f"{base}/new/{kind}"), {**typed, "seen": typed.get("seen", "Kept as typed")}, action="/new"
    )
    assert page.status == 422
    assert message in page.words
    assert "Please look at this again" in page.words
    fields = page.form(f"{base}/new").fields
    assert fields["what"] == typed["what"]
    assert fields["seen"] == typed.get("seen", "Kept as typed")
    assert fields["until"] == typed.get("until", "")
    assert count(pair) == 0


def test_what_came_without_an_id_is_refused(pair: Pair, mediator: Person, base: str) -> None:
    page = mediator.submit(mediator.get(f"{base}/new/agreement"), {"what": "x", "id": "nonsense"}, action="/new")
    assert page.status == 400
    assert count(pair) == 0


def test_with_one_person_only_a_commitment_is_offered(pair: Pair, mediator: Person, base: str) -> None:
    db.session.delete(db.session.get_one(Participant, pair.b))
    db.session.commit()
    links = mediator.get(base).links()
    assert f"{base}/new/commitment" in links
    assert f"{base}/new/agreement" not in links
    page = mediator.submit(mediator.get(f"{base}/new/agreement"), {"what": "x"}, action="/new")
    assert page.status == 422
    assert actions.NOT_THERE in page.words


def test_nothing_is_added_once_the_case_is_over(pair: Pair, mediator: Person, base: str) -> None:
    page = mediator.get(f"{base}/new/agreement")
    put(pair, CaseState.CLOSED)
    assert mediator.submit(page, {"what": "x"}, action="/new").status == 409
    assert f"{base}/new/agreement" not in mediator.get(base).links()


# ---------------------------------------------------------------- Undo


def test_undo_is_there_for_a_moment(pair: Pair, mediator: Person, base: str) -> None:
    id_ = say(pair, "Just now")
    page = mediator.get(base)
    assert "Written down: Just now" in page.words
    again = mediator.submit(page, action="take-back")
    assert "Taken back." in again.words
    assert "Just now" not in again.words
    mediator.submit(page, action="take-back")
    assert verbs(pair) == ["agreement.said", "agreement.taken-back"]
    assert mediator.get(f"{base}/{id_}/edit").status == 404


def test_after_the_undo_it_is_too_late(pair: Pair, mediator: Person, base: str) -> None:
    id_ = say(pair)
    page = mediator.get(base)
    row_of(id_).said_at -= timedelta(minutes=2)
    db.session.commit()
    assert mediator.submit(page, action="take-back").status == 409
    assert "Undo" not in mediator.get(base).words


# ---------------------------------------------------------------- Correcting


def test_corrected_while_only_said(pair: Pair, mediator: Person, base: str) -> None:
    id_ = say(pair, "Frist", Who.A, seen="Somehow")
    page = mediator.get(f"{base}/{id_}/edit")
    fields = page.form("/edit").fields
    assert (fields["what"], fields["seen"], fields["who"]) == ("Frist", "Somehow", "A")
    shown = mediator.submit(page, {"what": "First", "who": "B"}, action="/edit")
    assert "First" in shown.words
    assert row_of(id_).who is Who.B
    assert mediator.submit(page, {"what": "From a stale tab"}, action="/edit").status == 409
    assert mediator.submit(mediator.get(f"{base}/{id_}/edit"), {"what": ""}, action="/edit").status == 422


def test_what_both_read_is_not_corrected(pair: Pair, mediator: Person, base: str) -> None:
    id_ = say(pair)
    page = mediator.get(f"{base}/{id_}/edit")
    row_of(id_).standing = Standing.RELEASED
    db.session.commit()
    assert mediator.submit(page, {"what": "Other words"}, action="/edit").status == 409
    assert mediator.get(f"{base}/{id_}/edit").title.startswith("Agreements and commitments")


# ---------------------------------------------------------------- Releasing


def test_all_that_was_said_is_released_after_a_preview(pair: Pair, mediator: Person, base: str) -> None:
    first, second, there = say(pair, "The first"), say(pair, "The second"), agreed(pair, "Long there")
    page = mediator.get(f"{base}/release")
    assert "will both read exactly this" in page.words
    assert "The first" in page.words
    assert "The second" in page.words
    assert "Long there" not in page.words
    shown = mediator.submit(page, action="/release")
    assert "Released. Both can read them now." in shown.words
    for id_ in (first, second, there):
        assert row_of(id_).standing is Standing.RELEASED
    mediator.submit(page, action="/release")
    assert verbs(pair).count("agreement.released") == 3


def test_one_of_them_is_released(pair: Pair, mediator: Person, base: str) -> None:
    first, second = say(pair, "The first"), say(pair, "The second")
    page = mediator.get(f"{base}/release?only={first}")
    assert "The second" not in page.words
    mediator.submit(page, action="/release")
    assert row_of(first).standing is Standing.RELEASED
    assert row_of(second).standing is Standing.SAID


def test_a_closed_gate_is_named_to_the_mediator_and_no_button_shown(pair: Pair, mediator: Person, base: str) -> None:
    id_ = say(pair)
    page = mediator.get(f"{base}/release")
    put(pair, hold=True)
    refused = mediator.submit(page, action="/release")
    assert refused.status == 409
    assert "The case is on hold." in refused.words
    closed = mediator.get(f"{base}/release")
    assert "This can’t be released today" in closed.words
    assert "The case is on hold." in closed.words
    assert not [form for form in closed.all("form") if form.get("action", "").endswith("/release")]
    assert row_of(id_).standing is Standing.SAID


def test_what_waits_to_be_read_first_keeps_from_releasing_and_says_so(
    pair: Pair, mediator: Person, participant_a: Person, base: str
) -> None:
    id_, read = say(pair, "Only said"), agreed(pair, "Both read this")
    page, before = mediator.get(f"{base}/release"), participant_a.get("/notes/agreements")
    waiting = to_be_read_first(pair)
    refused = mediator.submit(page, action="/release")
    assert refused.status == 409
    assert "Something waits under Read first." in refused.words
    closed = mediator.get(f"{base}/release")
    assert "Something waits under Read first." in closed.words
    assert f"/work/cases/{pair.case}/read-first" in closed.links()
    assert row_of(id_).standing is Standing.SAID
    after = participant_a.get("/notes/agreements")
    assert after.words == before.words, "a button that vanished would tell that somebody disclosed something"
    confirm(pair, read, Letter.A)
    db.session.get_one(Assignment, waiting).read_at = now()
    db.session.commit()
    mediator.submit(page, action="/release")
    assert row_of(id_).standing is Standing.RELEASED


def test_what_changed_after_the_preview_is_not_released(pair: Pair, mediator: Person, base: str) -> None:
    id_ = say(pair, "As shown", Who.A)
    page = mediator.get(f"{base}/release")
    mediator.submit(mediator.get(f"{base}/{id_}/edit"), {"what": "Not as shown"}, action="/edit")
    assert mediator.submit(page, action="/release").status == 409
    for field in ("otherwise", "from_on"):
        page = mediator.get(f"{base}/release")
        words = {"otherwise": "Say so", "from_on": "2031-01-01"}[field]
        mediator.submit(mediator.get(f"{base}/{id_}/edit"), {field: words}, action="/edit")
        assert mediator.submit(page, action="/release").status == 409
    page = mediator.get(f"{base}/release")
    mediator.submit(mediator.get(base), action="take-back")
    assert mediator.submit(page, action="/release").status == 409
    assert row_of(id_).standing is Standing.SAID


@pytest.mark.parametrize("ids", ["", "nonsense"])
def test_a_release_of_nothing_is_refused(pair: Pair, mediator: Person, base: str, ids: str) -> None:
    say(pair)
    assert mediator.submit(mediator.get(f"{base}/release"), {"ids": ids}, action="/release").status == 400


def test_nothing_of_another_case_is_released(pair: Pair, mediator: Person, base: str) -> None:
    elsewhere = say(make_pair(make_staff("mediator")))
    say(pair)
    page = mediator.get(f"{base}/release")
    assert mediator.submit(page, {"ids": str(elsewhere)}, action="/release").status == 409
    assert row_of(elsewhere).standing is Standing.SAID


def test_nothing_to_release_leads_back(pair: Pair, mediator: Person, base: str) -> None:
    assert mediator.get(f"{base}/release").title.startswith("Agreements and commitments")
    say(pair)
    assert mediator.get(f"{base}/release?only={uuid.uuid4()}").title.startswith("Agreements and commitments")


# ---------------------------------------------------------------- Standing, ending, replacing


def test_the_mediator_reads_who_has_confirmed(pair: Pair, mediator: Person, base: str) -> None:
    id_ = agreed(pair)
    confirm(pair, id_, Letter.B)
    words = mediator.get(base).words
    assert "Alex has not confirmed yet" in words
    assert "Sam confirmed on" in words
    assert "Not confirmed by all yet" in words
    confirm(pair, id_, Letter.A)
    assert "In force" in mediator.get(base).words


def test_ended_after_a_page_that_says_so(pair: Pair, mediator: Person, base: str) -> None:
    id_ = agreed(pair, "No longer")
    page = mediator.get(f"{base}/{id_}/end")
    assert "No longer" in page.words
    shown = mediator.submit(page, action="/end")
    assert "Ended on" in shown.words
    mediator.submit(page, action="/end")
    assert verbs(pair).count("agreement.ended") == 1
    assert mediator.get(f"{base}/{id_}/end").title.startswith("Agreements and commitments")


def test_replaced_by_something_new(pair: Pair, mediator: Person, base: str) -> None:
    id_ = agreed(pair, "Each day", Who.B)
    page = mediator.get(f"{base}/{id_}/replace")
    assert page.form("/replace").fields["what"] == "Each day"
    assert page.form("/replace").fields["who"] == "B"
    assert mediator.submit(page, {"what": ""}, action="/replace").status == 422
    for _ in range(2):
        shown = mediator.submit(page, {"what": "Each week"}, action="/replace")
        assert "Each week" in shown.words
        assert "Replaced on" in shown.words
    assert count(pair) == 1
    assert row_of(id_).standing is Standing.REPLACED
    assert mediator.get(f"{base}/{id_}/replace").title.startswith("Agreements and commitments")


def test_only_said_is_corrected_not_replaced(pair: Pair, mediator: Person, base: str) -> None:
    id_ = say(pair)
    assert mediator.get(f"{base}/{id_}/replace").title.startswith("Agreements and commitments")


# ---------------------------------------------------------------- Who may, and where else it shows


def test_what_is_not_there_is_missing(pair: Pair, mediator: Person, base: str) -> None:
    elsewhere = agreed(make_pair(make_staff("mediator")))
    for id_ in (elsewhere, uuid.uuid4()):
        for path in ("edit", "end", "replace"):
            assert mediator.get(f"{base}/{id_}/{path}").status == 404
    assert mediator.get(f"{base}/new/promise").status == 404


def test_strangers_find_nothing(pair: Pair, other_mediator: Person, assistant: Person, owner: Person,
                                base: str) -> None:  # fmt: skip
    id_ = agreed(pair)
    for person in (other_mediator, assistant, owner):
        for path in ("", "/new/agreement", "/release", f"/{id_}/edit", f"/{id_}/end", f"/{id_}/replace"):
            assert person.get(base + path).status == 404


def test_reading_them_is_noted(pair: Pair, mediator: Person, base: str) -> None:
    mediator.get(base)
    assert db.session.scalar(db.select(db.func.count()).where(AuditEntry.verb == "agreements.read")) == 1


def test_the_case_page_shows_what_is_to_be_kept(pair: Pair, mediator: Person, base: str) -> None:
    page = mediator.get(f"/work/cases/{pair.case}")
    assert "Agreements and commitments" in page.words
    assert base in page.links()
    say(pair, "Answer within a day")
    over = agreed(pair, "No longer")
    actions.end(case_of(pair), row_of(over))
    db.session.commit()
    words = mediator.get(f"/work/cases/{pair.case}").words
    assert "Answer within a day" in words
    assert "No longer" not in words


def test_the_case_page_tells_only_folded_away_what_is_in_force_and_who_has_confirmed(
    pair: Pair, mediator: Person
) -> None:
    """It may lie open on the table while both sit there."""
    id_ = agreed(pair)

    def read() -> tuple[str, str]:
        page = mediator.get(f"/work/cases/{pair.case}")
        texts = [" ".join(" ".join(one.itertext()).split()) for one in page.all("details")]
        (fold,) = [one for one in texts if "Only you: what is in force" in one]
        assert fold in page.words
        return page.words.replace(fold, ""), fold

    before, folded = read()
    assert "Released to both" in before
    assert "Released. Not confirmed by all yet" in folded
    assert folded.count("has not confirmed yet") == 2
    confirm(pair, id_, Letter.A)
    shown, folded = read()
    assert shown == before
    assert "Alex confirmed on" in folded
    assert "Sam has not confirmed yet" in folded
    confirm(pair, id_, Letter.B)
    shown, folded = read()
    assert shown == before
    assert "In force" in folded
    assert "Sam confirmed on" in folded
