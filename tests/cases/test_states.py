"""Every pair of states, what each move asks for, and the words participants read."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediator.cases.states import LIVING, MOVES, NEXT, SENTENCES, Facts, PersonFacts, Reason, allowed, check, waits
from mediator.cases.terms import ROUTE_STEPS, CaseState, ParticipantWord, Route, Suitability, participant_word

DAY = date(2026, 11, 3)
READY = PersonFacts(door_made=True, accepted=True, seen_alone_on=DAY, signed_on=DAY)
ALL_READY = Facts(READY, READY, Suitability.USUAL)

#: Every move there is, written out by hand: 11 × 11 pairs, these and no others.
TABLE = """
enquiry    intake ended
intake     assessed ended
assessed   agreed ended
agreed     active ended
active     paused closing ended
paused     active closing ended
closing    closed active ended
closed     retention
ended      retention
retention  erased
erased
"""
EXPECTED = {
    (CaseState(state), CaseState(target))
    for state, *targets in (line.split() for line in TABLE.strip().splitlines())
    for target in targets
}

people = st.builds(
    PersonFacts,
    door_made=st.booleans(),
    accepted=st.booleans(),
    seen_alone_on=st.sampled_from([None, DAY]),
    signed_on=st.sampled_from([None, DAY]),
)
cases = st.builds(
    Facts,
    a=people,
    b=st.none() | people,
    suitability=st.none() | st.sampled_from(Suitability),
    hold=st.booleans(),
)


@pytest.mark.parametrize(("state", "target"), list(product(CaseState, CaseState)))
def test_with_everything_recorded_exactly_the_moves_of_the_table_are_allowed(
    state: CaseState, target: CaseState
) -> None:
    reasons = check(state, target, ALL_READY)
    assert reasons == ([] if (state, target) in EXPECTED else [Reason.NO_SUCH_MOVE])
    assert (target in allowed(state, ALL_READY)) is ((state, target) in EXPECTED)


def test_the_table_above_names_every_state_once() -> None:
    assert [line.split()[0] for line in TABLE.strip().splitlines()] == [
        *(state for state in CaseState if state not in {CaseState.RETENTION, CaseState.ERASED, CaseState.ENDED}),
        CaseState.ENDED,
        CaseState.RETENTION,
        CaseState.ERASED,
    ]
    assert len(EXPECTED) == 20
    assert sum(len(targets) for targets in MOVES.values()) == 20


ASKED: list[tuple[CaseState, CaseState, Facts, list[Reason]]] = [
    (CaseState.ENQUIRY, CaseState.INTAKE, Facts(), [Reason.NO_DOOR]),
    (CaseState.ENQUIRY, CaseState.INTAKE, Facts(b=PersonFacts()), [Reason.NO_DOOR]),
    (CaseState.ENQUIRY, CaseState.INTAKE, Facts(PersonFacts(door_made=True)), []),
    (CaseState.ENQUIRY, CaseState.INTAKE, Facts(PersonFacts(accepted=True)), []),
    (CaseState.ENQUIRY, CaseState.INTAKE, Facts(b=PersonFacts(door_made=True)), []),
    (
        CaseState.INTAKE,
        CaseState.ASSESSED,
        Facts(b=PersonFacts()),
        [Reason.NO_SUITABILITY, Reason.A_NOT_SEEN_ALONE, Reason.B_NOT_SEEN_ALONE],
    ),
    (
        CaseState.INTAKE,
        CaseState.ASSESSED,
        Facts(READY, PersonFacts(), Suitability.USUAL),
        [Reason.B_NOT_SEEN_ALONE],
    ),
    (CaseState.INTAKE, CaseState.ASSESSED, Facts(READY, None, Suitability.USUAL), []),
    (CaseState.INTAKE, CaseState.ASSESSED, Facts(READY, READY, Suitability.NOT_SUITABLE), []),
    (CaseState.ASSESSED, CaseState.AGREED, Facts(READY, READY, None), [Reason.NO_SUITABILITY]),
    (
        CaseState.ASSESSED,
        CaseState.AGREED,
        Facts(READY, READY, Suitability.NOT_SUITABLE),
        [Reason.NOT_SUITABLE],
    ),
    (CaseState.ASSESSED, CaseState.AGREED, Facts(READY, READY, Suitability.SAFEGUARDS), []),
    (
        CaseState.ASSESSED,
        CaseState.AGREED,
        Facts(PersonFacts(), PersonFacts(), Suitability.USUAL),
        [Reason.A_NOT_SIGNED, Reason.B_NOT_SIGNED],
    ),
    (
        CaseState.ASSESSED,
        CaseState.AGREED,
        Facts(PersonFacts(), READY, Suitability.USUAL),
        [Reason.A_NOT_SIGNED],
    ),
    (CaseState.ASSESSED, CaseState.AGREED, Facts(READY, None, Suitability.USUAL), []),
    (
        CaseState.ASSESSED,
        CaseState.AGREED,
        Facts(READY, READY, Suitability.USUAL, hold=True),
        [Reason.ON_HOLD],
    ),
    (CaseState.AGREED, CaseState.ACTIVE, Facts(READY, READY, Suitability.USUAL, hold=True), [Reason.ON_HOLD]),
    (
        CaseState.AGREED,
        CaseState.ACTIVE,
        Facts(READY, PersonFacts(), Suitability.USUAL),
        [Reason.B_NOT_SIGNED],
    ),
    (CaseState.PAUSED, CaseState.ACTIVE, Facts(READY, READY, Suitability.USUAL, hold=True), [Reason.ON_HOLD]),
    (
        CaseState.PAUSED,
        CaseState.ACTIVE,
        Facts(READY, READY, Suitability.NOT_SUITABLE),
        [Reason.NOT_SUITABLE],
    ),
    (CaseState.PAUSED, CaseState.ACTIVE, Facts(READY, PersonFacts(), Suitability.USUAL), []),
]


@pytest.mark.parametrize(("state", "target", "facts", "reasons"), ASKED)
def test_what_a_move_asks_for(state: CaseState, target: CaseState, facts: Facts, reasons: list[Reason]) -> None:
    assert check(state, target, facts) == reasons
    assert (target in allowed(state, facts)) is (not reasons)


@given(cases)
@settings(deadline=None)
def test_whatever_is_missing_a_living_case_may_end_and_one_that_is_over_may_not(facts: Facts) -> None:
    for state in CaseState:
        assert (CaseState.ENDED in allowed(state, facts)) is (state in LIVING)


@given(cases)
@settings(deadline=None)
def test_a_hold_takes_moves_away_and_never_adds_one(facts: Facts) -> None:
    held = Facts(facts.a, facts.b, facts.suitability, hold=True)
    free = Facts(facts.a, facts.b, facts.suitability, hold=False)
    for state in CaseState:
        assert allowed(state, free) - {CaseState.AGREED, CaseState.ACTIVE} == allowed(state, held)


@given(cases)
@settings(deadline=None)
def test_a_and_b_are_treated_alike(facts: Facts) -> None:
    if facts.b is None:
        return
    swapped = Facts(facts.b, facts.a, facts.suitability, facts.hold)
    names = str.maketrans("ab", "ba")
    for state, target in product(CaseState, CaseState):
        there, back = check(state, target, facts), check(state, target, swapped)
        persons = {Reason.A_NOT_SEEN_ALONE, Reason.B_NOT_SEEN_ALONE, Reason.A_NOT_SIGNED, Reason.B_NOT_SIGNED}
        assert {r[0].translate(names) + r[1:] if r in persons else r for r in there} == set(back)


def test_every_reason_has_a_sentence_that_takes_the_two_names() -> None:
    assert set(SENTENCES) == set(Reason)
    for reason, sentence in SENTENCES.items():
        said = sentence.format(a="Alex", b="Sam")
        assert ("Alex" in said) is reason.startswith("a_")
        assert ("Sam" in said) is reason.startswith("b_")
        assert said.endswith(".")


WORDS = {
    CaseState.ENQUIRY: ("getting started", "getting started"),
    CaseState.INTAKE: ("getting started", "getting started"),
    CaseState.ASSESSED: ("getting started", "getting started"),
    CaseState.AGREED: ("getting started", "getting started"),
    CaseState.ACTIVE: ("in progress", "on a break"),
    CaseState.PAUSED: ("on a break", "on a break"),
    CaseState.CLOSING: ("in progress", "on a break"),
    CaseState.CLOSED: ("finished", "finished"),
    CaseState.RETENTION: ("finished", "finished"),
    CaseState.ERASED: ("finished", "finished"),
    CaseState.ENDED: ("finished", "finished"),
}


@pytest.mark.parametrize("state", CaseState)
def test_participants_read_one_of_four_words_and_a_hold_reads_like_a_pause(state: CaseState) -> None:
    assert (participant_word(state, hold=False), participant_word(state, hold=True)) == WORDS[state]
    assert {word for words in WORDS.values() for word in words} == set(ParticipantWord)


def test_every_route_begins_with_intake_and_names_no_step_twice() -> None:
    assert set(ROUTE_STEPS) == set(Route)
    for steps in ROUTE_STEPS.values():
        assert steps[0] == "0"
        assert len(set(steps)) == len(steps)
        assert set(steps) <= {"0", "1", "2", "3", "4", "5", "6", "7", "7a", "8", "8a", "8b", "close"}
    assert ROUTE_STEPS[Route.REPAIR] == ("0", "7a", "8a", "1", "2", "3", "4", "5", "6", "8b", "close")


@pytest.mark.parametrize("state", CaseState)
def test_before_the_work_a_case_waits_for_its_mediator_where_it_may_go_on(state: CaseState) -> None:
    """Or where all was read and only the assessment is missing; never for what somebody else has to do."""
    assert waits(state, ALL_READY, read=False) == (state in NEXT)
    assert not waits(state, Facts(PersonFacts(), PersonFacts(), Suitability.USUAL), read=True)
    assessing = Facts(READY, PersonFacts(accepted=True), None)
    assert waits(state, assessing, read=True) == (state in NEXT)
    assert waits(state, assessing, read=False) == (state is CaseState.ENQUIRY), "intake may begin"
