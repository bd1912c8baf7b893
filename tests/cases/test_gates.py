"""Each gate closes exactly when its fact says so, and nothing opens past a hold."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediator.cases.gates import SENTENCES, CaseFacts, Gate, ItemFacts, Side, opening, showing
from mediator.cases.terms import CaseState, Suitability
from mediator.core.visibility import Letter, Sharing, Visibility

CASE = CaseFacts(
    CaseState.ACTIVE,
    hold=False,
    suitability=Suitability.USUAL,
    a_signed=True,
    b_signed=True,
    read_first=False,
)
DONE = Side(submitted=True)
OFFERED = ItemFacts(Sharing.OFFERED, Visibility.PRIVATE, replace(DONE, offered=True), Side(), Letter.A)
OFFERED_B = ItemFacts(Sharing.OFFERED, Visibility.PRIVATE, Side(), replace(DONE, offered=True), Letter.B)
RECIPROCAL = ItemFacts(Sharing.RECIPROCAL, Visibility.PRIVATE, DONE, DONE)
DERIVED = ItemFacts(Sharing.DERIVED, Visibility.PRIVATE, DONE, DONE)
OPEN = [OFFERED, OFFERED_B, RECIPROCAL, DERIVED]
NONE: frozenset[Gate] = frozenset()

sides = st.builds(Side, submitted=st.booleans(), offered=st.booleans(), kept=st.booleans())
maybe = st.sampled_from([None, True, False])
items = st.builds(
    ItemFacts,
    sharing=st.sampled_from(Sharing),
    visibility=st.sampled_from(Visibility),
    a=sides,
    b=sides,
    author=st.sampled_from([None, *Letter]),
    exercise_allowed=maybe,
    receiver_yes=maybe,
    withdrawn=st.booleans(),
)
cases = st.builds(
    CaseFacts,
    state=st.sampled_from(CaseState),
    hold=st.booleans(),
    suitability=st.none() | st.sampled_from(Suitability),
    a_signed=st.booleans(),
    b_signed=st.booleans(),
    read_first=st.booleans(),
)


@pytest.mark.parametrize("item", OPEN)
def test_with_every_condition_kept_the_item_may_be_opened_and_shown(item: ItemFacts) -> None:
    assert opening(CASE, item) == NONE
    assert showing(CASE, item) == NONE


#: One fact changed, the gates then closed for opening and for showing, for every kind of item alike.
CASE_TABLE: list[tuple[CaseFacts, set[Gate], set[Gate]]] = [
    (replace(CASE, a_signed=False), {Gate.BOTH_SIGNED}, {Gate.BOTH_SIGNED}),
    (replace(CASE, b_signed=False), {Gate.BOTH_SIGNED}, {Gate.BOTH_SIGNED}),
    (replace(CASE, suitability=None), {Gate.SUITABILITY}, {Gate.SUITABILITY}),
    (replace(CASE, suitability=Suitability.NOT_SUITABLE), {Gate.SUITABILITY}, {Gate.SUITABILITY}),
    (replace(CASE, hold=True), {Gate.NO_HOLD}, {Gate.NO_HOLD}),
    (replace(CASE, read_first=True), {Gate.READ_FIRST}, set()),
]


@pytest.mark.parametrize("item", OPEN)
@pytest.mark.parametrize(("facts", "to_open", "to_show"), CASE_TABLE)
def test_each_fact_of_the_case_closes_its_own_gate(
    facts: CaseFacts, to_open: set[Gate], to_show: set[Gate], item: ItemFacts
) -> None:
    assert opening(facts, item) == to_open
    assert showing(facts, item) == to_show


STATES = {
    CaseState.ACTIVE: (True, True),
    CaseState.CLOSING: (True, True),
    CaseState.CLOSED: (False, True),
}


@pytest.mark.parametrize("item", OPEN)
@pytest.mark.parametrize("state", CaseState)
def test_what_each_state_lets_be_opened_and_shown(state: CaseState, item: ItemFacts) -> None:
    may_open, may_show = STATES.get(state, (False, False))
    facts = replace(CASE, state=state)
    assert opening(facts, item) == (NONE if may_open else {Gate.STATE})
    assert showing(facts, item) == (NONE if may_show else {Gate.STATE})


def test_with_safeguards_a_derived_view_is_locked_and_the_rest_is_not() -> None:
    facts = replace(CASE, suitability=Suitability.SAFEGUARDS)
    for gates in (opening, showing):
        assert gates(facts, DERIVED) == {Gate.SUITABILITY}
        for item in (OFFERED, OFFERED_B, RECIPROCAL):
            assert gates(facts, item) == NONE


UNSUBMITTED = Side()
KEPT = Side(submitted=True, kept=True)
LEAVE, BOTH = Gate.AUTHORS_LEAVE, Gate.BOTH_SUBMITTED
#: An item, and the gates then closed for opening and for showing.
ITEM_TABLE: list[tuple[ItemFacts, set[Gate], set[Gate]]] = [
    # offered: the author's tick, on submitted words; the other's side says nothing about it
    (replace(OFFERED, a=DONE), {LEAVE}, {LEAVE}),
    (replace(OFFERED, a=Side(submitted=True, offered=True, kept=True)), {LEAVE}, {LEAVE}),
    (replace(OFFERED, a=Side(offered=True)), {LEAVE}, set()),
    (replace(OFFERED, author=None), {LEAVE}, {LEAVE}),
    (replace(OFFERED, author=Letter.B), {LEAVE}, {LEAVE}),
    (replace(OFFERED, b=KEPT), set(), set()),
    (replace(OFFERED_B, b=DONE), {LEAVE}, {LEAVE}),
    # reciprocal and derived: both submitted, neither kept; a tick is not asked for
    (replace(RECIPROCAL, a=UNSUBMITTED), {BOTH}, set()),
    (replace(RECIPROCAL, b=UNSUBMITTED), {BOTH}, set()),
    (replace(RECIPROCAL, a=KEPT), {LEAVE}, {LEAVE}),
    (replace(RECIPROCAL, b=KEPT), {LEAVE}, {LEAVE}),
    (replace(DERIVED, a=UNSUBMITTED), {BOTH}, set()),
    (replace(DERIVED, b=UNSUBMITTED), {BOTH}, set()),
    (replace(DERIVED, a=KEPT), {LEAVE}, {LEAVE}),
    (replace(DERIVED, b=KEPT), {LEAVE}, {LEAVE}),
    # closed never opens, ticked or not
    (replace(OFFERED, sharing=Sharing.CLOSED), {LEAVE}, {LEAVE}),
    (replace(RECIPROCAL, sharing=Sharing.CLOSED), {LEAVE}, {LEAVE}),
    # only private answers open
    *(
        (replace(item, visibility=visibility), {LEAVE}, {LEAVE})
        for item, visibility in product(OPEN, set(Visibility) - {Visibility.PRIVATE})
    ),
    # where an exercise asks, its answer counts
    (replace(OFFERED, exercise_allowed=True, receiver_yes=True), set(), set()),
    (replace(OFFERED, exercise_allowed=False), {Gate.EXERCISE_ALLOWED}, {Gate.EXERCISE_ALLOWED}),
    (replace(OFFERED, receiver_yes=False), {Gate.RECEIVER_YES}, {Gate.RECEIVER_YES}),
    # a withdrawn opening is not shown; opening again is an act of its own
    (replace(OFFERED, withdrawn=True), set(), {Gate.NOT_WITHDRAWN}),
    (replace(DERIVED, withdrawn=True), set(), {Gate.NOT_WITHDRAWN}),
]


@pytest.mark.parametrize(("item", "to_open", "to_show"), ITEM_TABLE)
def test_each_fact_of_the_item_closes_its_own_gate(item: ItemFacts, to_open: set[Gate], to_show: set[Gate]) -> None:
    assert opening(CASE, item) == to_open
    assert showing(CASE, item) == to_show


@given(cases, items)
@settings(deadline=None, max_examples=300)
def test_a_hold_beats_everything(facts: CaseFacts, item: ItemFacts) -> None:
    for gates in (opening, showing):
        assert Gate.NO_HOLD in gates(replace(facts, hold=True), item)
        assert Gate.NO_HOLD not in gates(replace(facts, hold=False), item)


@given(cases, items)
@settings(deadline=None, max_examples=300)
def test_safety_answers_and_closed_ones_never_open(facts: CaseFacts, item: ItemFacts) -> None:
    for gates in (opening, showing):
        assert gates(facts, replace(item, visibility=Visibility.SAFETY))
        assert gates(facts, replace(item, sharing=Sharing.CLOSED))


@given(cases, items)
@settings(deadline=None, max_examples=300)
def test_what_may_be_opened_may_be_shown_unless_it_was_withdrawn(facts: CaseFacts, item: ItemFacts) -> None:
    assert showing(facts, item) <= opening(facts, item) | {Gate.NOT_WITHDRAWN}


@given(cases, items)
@settings(deadline=None, max_examples=300)
def test_unread_answers_and_a_reopened_form_change_nothing_that_is_shown(facts: CaseFacts, item: ItemFacts) -> None:
    shown = showing(facts, item)
    assert showing(replace(facts, read_first=not facts.read_first), item) == shown
    assert showing(facts, replace(item, a=replace(item.a, submitted=not item.a.submitted))) == shown
    assert showing(facts, replace(item, b=replace(item.b, submitted=not item.b.submitted))) == shown


@given(cases, items)
@settings(deadline=None, max_examples=300)
def test_a_and_b_are_treated_alike(facts: CaseFacts, item: ItemFacts) -> None:
    swapped = replace(item, a=item.b, b=item.a, author=item.author.other if item.author else None)
    case = replace(facts, a_signed=facts.b_signed, b_signed=facts.a_signed)
    assert opening(case, swapped) == opening(facts, item)
    assert showing(case, swapped) == showing(facts, item)


def test_every_gate_has_a_sentence_and_was_seen_closed_above() -> None:
    assert set(SENTENCES) == set(Gate)
    seen = {gate for _, *tables in (*CASE_TABLE, *ITEM_TABLE) for table in tables for gate in table}
    assert seen | {Gate.STATE} == set(Gate)
