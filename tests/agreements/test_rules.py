"""From said to in force, and every rule on the way."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import NotFound

from mediator.agreements import actions, queries
from mediator.agreements.actions import Said, Unfit
from mediator.agreements.terms import Kind, Standing, Who
from mediator.cases.models import Participant
from mediator.cases.terms import CaseState, Suitability
from mediator.core import sealed
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.sealed import RingClosed
from mediator.core.visibility import Letter, Viewer, Visibility
from tests.agreements.saying import agreed, case_of, confirm, put, reading, release, row_of, say, verbs
from tests.factories import Pair, make_pair, make_staff
from tests.people import Person


def test_said_is_the_mediators_record(pair: Pair) -> None:
    id_ = say(pair, "Answer within a day", seen="The reply is there")
    row = row_of(id_)
    assert (row.standing, row.visibility) == (Standing.SAID, Visibility.RECORD)
    assert (row.source_kind, row.source_id) == ("case", pair.case)
    assert reading(pair, lambda: (row.what, row.seen)) == ("Answer within a day", "The reply is there")
    with sealed.ring_of(Viewer.participant(pair.a, pair.case)), pytest.raises(RingClosed):
        _ = row.what
    assert verbs(pair) == ["agreement.said"]


def test_sent_twice_it_is_said_once(pair: Pair) -> None:
    id_ = uuid.uuid4()
    for _ in range(2):
        actions.say(pair.mediator, case_of(pair), id_, Said(Kind.AGREEMENT, Who.BOTH, "Once"))
        db.session.commit()
    assert len(queries.open_ones(pair.case)) == 1
    assert verbs(pair) == ["agreement.said"]


def test_only_a_mediator_of_the_case_writes_into_it(pair: Pair) -> None:
    other = make_staff("mediator")
    with pytest.raises(NotFound):
        actions.say(other.id, case_of(pair), uuid.uuid4(), Said(Kind.AGREEMENT, Who.BOTH, "No"))
    elsewhere = make_pair(other)
    mine = say(pair)
    with pytest.raises(NotFound):
        actions.say(other.id, case_of(elsewhere), mine, Said(Kind.AGREEMENT, Who.BOTH, "No"))


def test_where_it_was_said_finds_it_again(pair: Pair) -> None:
    session = uuid.uuid4()
    made = [
        actions.say(pair.mediator, case_of(pair), uuid.uuid4(), Said(Kind.COMMITMENT, Who.A, what),
                    "session", session)
        for what in ("One", "Two")
    ]  # fmt: skip
    db.session.commit()
    say(pair, "Elsewhere")
    assert {row.id for row in queries.of_source(pair.case, session)} == {row.id for row in made}
    assert queries.of_source(uuid.uuid4(), session) == []
    actions.take_back(made[0])
    db.session.commit()
    assert [row.id for row in queries.of_source(pair.case, session)] == [made[1].id]


@pytest.mark.parametrize("state", [CaseState.CLOSED, CaseState.RETENTION, CaseState.ENDED])
def test_nothing_new_is_said_once_a_case_is_over(pair: Pair, state: CaseState) -> None:
    put(pair, state)
    with pytest.raises(Refused):
        actions.say(pair.mediator, case_of(pair), uuid.uuid4(), Said(Kind.AGREEMENT, Who.BOTH, "Late"))


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        (Said(Kind.COMMITMENT, Who.BOTH, "x"), {"who"}),
        (Said(Kind.AGREEMENT, Who.A, "x"), {"who"}),
        (Said(Kind.BOUNDARY, Who.B, "x"), {"who"}),
        (Said(Kind.COMMITMENT, Who.B, ""), {"what"}),
        (Said(Kind.COMMITMENT, Who.B, " \n "), {"what"}),
        (Said(Kind.COMMITMENT, Who.B, "x" * 301), {"what"}),
        (Said(Kind.COMMITMENT, Who.B, "x" * 300, seen="x" * 300), set()),
        (Said(Kind.COMMITMENT, Who.B, "x", seen="x" * 301), {"seen"}),
        (Said(Kind.BOUNDARY, Who.BOTH, "x", otherwise="x" * 300), set()),
        (Said(Kind.BOUNDARY, Who.BOTH, "x", otherwise="x" * 301), {"otherwise"}),
        (Said(Kind.AGREEMENT, Who.BOTH, ""), {"what"}),
        (Said(Kind.AGREEMENT, Who.A, ""), {"who", "what"}),
    ],
)
def test_what_does_not_fit_is_said_by_field(pair: Pair, said: Said, fields: set[str]) -> None:
    assert set(actions.problems(case_of(pair), said)) == fields
    if fields:
        with pytest.raises(Unfit) as refused:
            actions.say(pair.mediator, case_of(pair), uuid.uuid4(), said)
        assert set(refused.value.errors) == fields
        assert queries.open_ones(pair.case) == []


def test_days_begin_today_in_the_zone_of_the_case(pair: Pair) -> None:
    case = case_of(pair)
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        case.zone = zone
        today = actions.today(case)
        yesterday = today - timedelta(days=1)
        assert actions.problems(case, Said(Kind.AGREEMENT, Who.BOTH, "x", until=today, review_on=today)) == {}
        for said, name in (
            (Said(Kind.AGREEMENT, Who.BOTH, "x", until=yesterday), "until"),
            (Said(Kind.AGREEMENT, Who.BOTH, "x", review_on=yesterday), "review_on"),
        ):
            assert set(actions.problems(case, said)) == {name}


def test_with_one_person_there_are_only_their_commitments(pair: Pair) -> None:
    db.session.delete(db.session.get_one(Participant, pair.b))
    db.session.commit()
    case = case_of(pair)
    assert actions.problems(case, Said(Kind.COMMITMENT, Who.A, "x")) == {}
    assert set(actions.problems(case, Said(Kind.COMMITMENT, Who.B, "x"))) == {"who"}
    assert set(actions.problems(case, Said(Kind.AGREEMENT, Who.BOTH, "x"))) == {"who"}


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=310))
def test_the_length_rule_is_the_same_for_any_text(text: str) -> None:
    from mediator.cases.models import Case

    case = Case(zone="Europe/London")
    case.participants = [Participant(letter=Letter.A), Participant(letter=Letter.B)]
    fits = bool(text.strip()) and len(text) <= 300
    assert (actions.problems(case, Said(Kind.AGREEMENT, Who.BOTH, text)) == {}) is fits


# ---------------------------------------------------------------- Undo


def test_taken_back_within_the_undo_and_never_shown_again(pair: Pair) -> None:
    id_ = say(pair)
    for _ in range(2):
        actions.take_back(row_of(id_))
        db.session.commit()
    assert queries.open_ones(pair.case) == []
    with pytest.raises(NotFound):
        queries.one(pair.case, id_)
    assert verbs(pair) == ["agreement.said", "agreement.taken-back"]


def test_the_undo_lasts_sixty_seconds(pair: Pair) -> None:
    row = row_of(say(pair))
    assert actions.may_take_back(row, row.said_at + timedelta(seconds=60))
    assert not actions.may_take_back(row, row.said_at + timedelta(seconds=61))
    row.said_at = now() - timedelta(seconds=61)
    with pytest.raises(Refused):
        actions.take_back(row)


def test_what_both_could_read_is_not_taken_back(pair: Pair) -> None:
    with pytest.raises(Refused):
        actions.take_back(row_of(agreed(pair)))


# ---------------------------------------------------------------- Correcting


def test_a_yes_said_aloud_was_to_the_words_that_stood(pair: Pair, mediator: Person) -> None:
    agreement = say(pair, "Answer within a day", spoken=frozenset(Letter))
    edit = f"/work/cases/{pair.case}/agreements/{agreement}/edit"
    mediator.submit(mediator.get(edit), {"what": "Answer within two days"}, action="/edit")
    row = row_of(agreement)
    assert (row.spoken_a, row.spoken_b) == (False, False)
    mediator.submit(mediator.get(edit), {"spoken_a": "y"}, action="/edit")
    row = row_of(agreement)
    assert (row.spoken_a, row.spoken_b) == (True, False)


def test_words_are_corrected_while_only_said(pair: Pair) -> None:
    id_ = say(pair, "First")

    def correct(what: str, version: str) -> bool:
        return actions.change(case_of(pair), row_of(id_), Said(Kind.AGREEMENT, Who.BOTH, what), version)

    seen = reading(pair, lambda: actions.version([row_of(id_)]))
    assert not reading(pair, lambda: correct("First", seen))
    assert reading(pair, lambda: correct("Second", seen))
    db.session.commit()
    with pytest.raises(Refused):
        reading(pair, lambda: correct("Third", seen))
    db.session.rollback()
    assert reading(pair, lambda: row_of(id_).what) == "Second"
    release(pair, id_)
    with pytest.raises(Refused):
        reading(pair, lambda: correct("Fourth", actions.version([row_of(id_)])))
    assert verbs(pair) == ["agreement.said", "agreement.changed", "agreement.released"]


def test_a_day_that_has_passed_meanwhile_may_stay(pair: Pair) -> None:
    row = row_of(say(pair))
    row.until = actions.today(case_of(pair)) - timedelta(days=3)
    db.session.commit()
    stays = Said(Kind.AGREEMENT, Who.BOTH, "x", row.until)
    assert actions.problems(case_of(pair), stays, row) == {}
    earlier = Said(Kind.AGREEMENT, Who.BOTH, "x", row.until - timedelta(days=1))
    assert set(actions.problems(case_of(pair), earlier, row)) == {"until"}


# ---------------------------------------------------------------- Releasing


def test_released_is_joint(pair: Pair) -> None:
    id_ = agreed(pair, "Both read this")
    row = row_of(id_)
    assert (row.standing, row.visibility) == (Standing.RELEASED, Visibility.JOINT)
    assert row.released_at is not None
    for person in (pair.a, pair.b):
        with sealed.ring_of(Viewer.participant(person, pair.case)):
            assert [one.what for one in queries.read_by_both(case_of(pair))] == ["Both read this"]


def test_released_twice_is_released_once(pair: Pair) -> None:
    id_ = agreed(pair)
    release(pair, id_)
    assert verbs(pair) == ["agreement.said", "agreement.released"]


CLOSED = [
    {"hold": True},
    {"suitability": None},
    {"suitability": Suitability.NOT_SUITABLE},
    *({"state": state} for state in CaseState if state not in {CaseState.ACTIVE, CaseState.CLOSING}),
]


@pytest.mark.parametrize("closed", CLOSED, ids=str)
def test_a_closed_gate_keeps_from_releasing_and_confirming(pair: Pair, closed: dict[str, object]) -> None:
    said, read = say(pair), agreed(pair)
    put(pair, **closed)  # type: ignore[arg-type]  # parametrized keywords
    with pytest.raises(Refused):
        release(pair, said)
    db.session.rollback()
    with pytest.raises(Refused) as refused:
        confirm(pair, read, Letter.A)
    assert refused.value.message == actions.NOT_NOW
    assert row_of(said).standing is Standing.SAID


@pytest.mark.parametrize("person", ["a", "b"])
def test_both_have_to_sign_before_anything_is_released(pair: Pair, person: str) -> None:
    said = say(pair)
    db.session.get_one(Participant, getattr(pair, person)).signed_on = None
    db.session.commit()
    with pytest.raises(Refused):
        release(pair, said)


@pytest.mark.parametrize("person", ["a", "b"])
def test_the_signature_of_somebody_who_declined_counts_no_more(pair: Pair, person: str) -> None:
    said, read = say(pair), agreed(pair)
    assert reading(pair, lambda: [row.id for row in queries.read_by_both(case_of(pair))]) == [read]
    db.session.get_one(Participant, getattr(pair, person)).declined_on = now().date()
    db.session.commit()
    with pytest.raises(Refused):
        release(pair, said)
    db.session.rollback()
    with pytest.raises(Refused):
        confirm(pair, read, Letter.A)
    db.session.rollback()
    assert reading(pair, lambda: list(queries.read_by_both(case_of(pair)))) == []


@pytest.mark.parametrize("state", [CaseState.ACTIVE, CaseState.CLOSING])
@pytest.mark.parametrize("suitability", [Suitability.USUAL, Suitability.SAFEGUARDS])
def test_released_where_all_gates_are_open(pair: Pair, state: CaseState, suitability: Suitability) -> None:
    put(pair, state, suitability=suitability)
    assert row_of(agreed(pair)).standing is Standing.RELEASED


def test_only_what_the_preview_showed_is_released(pair: Pair) -> None:
    id_ = say(pair, "Shown")
    seen = reading(pair, lambda: actions.version([row_of(id_)]))
    row_of(id_).what = "Changed since"
    db.session.commit()
    with pytest.raises(Refused):
        reading(pair, lambda: actions.release(case_of(pair), [row_of(id_)], seen))
    ended = say(pair)
    actions.end(case_of(pair), row_of(ended))
    db.session.commit()
    with pytest.raises(Refused):
        release(pair, ended)


# ---------------------------------------------------------------- Confirming


@pytest.mark.parametrize("kind", [Kind.AGREEMENT, Kind.BOUNDARY])
@pytest.mark.parametrize("order", [(Letter.A, Letter.B), (Letter.B, Letter.A)])
def test_in_force_once_both_confirmed(pair: Pair, kind: Kind, order: tuple[Letter, Letter]) -> None:
    id_ = agreed(pair, kind=kind)
    confirm(pair, id_, order[0], order[0])
    assert row_of(id_).standing is Standing.RELEASED
    confirm(pair, id_, order[1])
    row = row_of(id_)
    assert row.standing is Standing.IN_FORCE
    assert row.confirmed_a_at is not None
    assert row.confirmed_b_at is not None
    confirm(pair, id_, *Letter)
    assert verbs(pair).count("agreement.confirmed") == 2


@pytest.mark.parametrize("letter", list(Letter))
def test_a_commitment_binds_one_person(pair: Pair, letter: Letter) -> None:
    id_ = agreed(pair, who=Who(letter.value))
    assert queries.bound(row_of(id_)) == (letter,)
    with pytest.raises(NotFound):
        confirm(pair, id_, letter.other)
    confirm(pair, id_, letter)
    assert row_of(id_).standing is Standing.IN_FORCE


def test_nobody_confirms_what_was_only_said_or_is_over(pair: Pair) -> None:
    with pytest.raises(NotFound):
        confirm(pair, say(pair), Letter.A)
    id_ = agreed(pair)
    actions.end(case_of(pair), row_of(id_))
    db.session.commit()
    with pytest.raises(Refused):
        confirm(pair, id_, Letter.A)
