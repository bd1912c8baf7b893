"""Which exercise may be done when and where: the matrix of the trade as a table, and every lock by its own fact."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediator.cases.gates import CaseFacts
from mediator.cases.states import LIVING
from mediator.cases.terms import CaseState, Suitability
from mediator.exercises.content import Exercise, Stage, Under
from mediator.exercises.locks import SENTENCES, Facts, Lock, locks, part
from mediator.exercises.reading import exercises
from mediator.exercises.terms import Mode, Place

CASE = CaseFacts(
    CaseState.ACTIVE, hold=False, suitability=Suitability.USUAL, a_signed=True, b_signed=True, read_first=False
)
USUAL = Facts(CASE, closure=False)
SAFEGUARDS = Facts(replace(CASE, suitability=Suitability.SAFEGUARDS), closure=False)
CLOSURE = Facts(CASE, closure=True)
BOTH = Facts(SAFEGUARDS.case, closure=True)
NONE: frozenset[Lock] = frozenset()

#: The exercise × status matrix: where each exercise may be done in a usual case, with safeguards, for two who are
#: ending well, and with safeguards for two who are ending well. s: one screen, p: two phones, h: at home, g: the
#: mediator going between the two. Source: practice, "Exercise × gate matrix"; its "shuttle/async" is h and g here.
#: Where it is silent, the safer reading.
MATRIX: dict[str, tuple[str, str, str, str]] = {
    "E01": ("sp", "", "sp", ""),
    "E02": ("sp", "", "sp", ""),
    "E03": ("phg", "hg", "phg", "hg"),
    "E04": ("ph", "", "ph", ""),
    "E05": ("spg", "g", "spg", "g"),
    "E06": ("ph", "", "ph", ""),
    "E07": ("ph", "", "ph", ""),
    "E08": ("h", "h", "h", "h"),
    "E09": ("h", "", "h", ""),
    "E10": ("h", "h", "h", "h"),
    "E11": ("h", "", "h", ""),
    "E12": ("h", "h", "h", "h"),
    "E13": ("ph", "", "", ""),
    "E14": ("phg", "hg", "phg", "hg"),
    "E15": ("ph", "", "", ""),
    "E16": ("ph", "", "ph", ""),
    "E17": ("p", "", "p", ""),
    "E19": ("p", "", "", ""),
    "E20": ("phg", "hg", "phg", "hg"),
    "E21": ("phg", "hg", "phg", "hg"),
    "E22": ("phg", "hg", "phg", "hg"),
    "E23": ("phg", "hg", "phg", "hg"),
    "E24": ("spg", "g", "spg", "g"),
    "E25": ("phg", "hg", "phg", "hg"),
    "E26": ("p", "", "p", ""),
    "E27": ("phg", "hg", "", ""),
    "E28": ("phg", "hg", "phg", "hg"),
    "E29": ("ph", "h", "ph", "h"),
    "E30": ("ph", "", "ph", ""),
    "E31": ("sphg", "sphg", "sphg", "sphg"),
    "E32": ("h", "h", "h", "h"),
}
#: What is done of it where not all is: by case and place, the stages that are left and the questions not asked there.
LEFT: dict[tuple[str, bool, str], tuple[str, str]] = {
    ("E27", True, "h"): ("lean", "E27.2 E27.3"),
    ("E27", True, "g"): ("lean", "E27.2 E27.3"),
    ("E28", False, "h"): ("open words closing", ""),
    ("E28", False, "g"): ("open words closing", ""),
    ("E28", True, "h"): ("open", ""),
    ("E28", True, "g"): ("open", ""),
}
#: Exercises that are read and spoken about: nothing in them is done on phones yet.
READ_ONLY = {"E05", "E31"}
#: What each may do alone at home under a hold, on a break, before both have signed. Source: the same matrix, "Hold".
HOLD = {"E31", "E32"}
LETTERS = {Place.SCREEN: "s", Place.PHONES: "p", Place.HOME: "h", Place.SHUTTLE: "g"}

#: What closes every exercise at every place, whatever is true besides.
SHUT: dict[str, CaseFacts] = {
    "a hold": replace(CASE, hold=True),
    "a break": replace(CASE, state=CaseState.PAUSED),
    "A has not signed": replace(CASE, a_signed=False),
    "B has not signed": replace(CASE, b_signed=False),
    "not suitable": replace(CASE, suitability=Suitability.NOT_SUITABLE),
    "nothing recorded": replace(CASE, suitability=None),
    **{
        state.value: replace(CASE, state=state)
        for state in CaseState
        if state not in {CaseState.ACTIVE, CaseState.CLOSING, CaseState.PAUSED}
    },
}


def _free(exercise: Exercise, facts: Facts) -> str:
    """Where nothing but the want of stages keeps an exercise from being done."""
    return "".join(LETTERS[place] for place in Place if not locks(exercise, place, facts) - {Lock.NOTHING})


def test_every_exercise_has_its_row() -> None:
    assert set(MATRIX) == set(exercises())


@pytest.mark.parametrize("key", MATRIX)
def test_where_each_exercise_may_be_done(key: str) -> None:
    exercise = exercises()[key]
    assert tuple(_free(exercise, facts) for facts in (USUAL, SAFEGUARDS, CLOSURE, BOTH)) == MATRIX[key]
    assert (Lock.NOTHING in locks(exercise, exercise.places[0], USUAL)) is (key in READ_ONLY)


@pytest.mark.parametrize("key", MATRIX)
def test_what_is_done_of_each_exercise_is_the_whole_but_for_what_is_named(key: str) -> None:
    """With safeguards the part with both falls away, and what asks somebody for a part of their own."""
    exercise = exercises()[key]
    found = {}
    for place, facts in product(exercise.places, (USUAL, SAFEGUARDS)):
        left = exercise.left(place, safeguards=facts.safeguards)
        if locks(exercise, place, facts) or left is exercise:
            continue
        asked = {question.key for stage in left.stages for question in stage.questions}
        every = {one.key for stage in exercise.stages if stage.key in {s.key for s in left.stages}
                 for one in stage.questions}  # fmt: skip
        stages = " ".join(stage.key.partition(".")[2] for stage in left.stages)
        found[key, facts.safeguards, LETTERS[place]] = (stages, " ".join(sorted(every - asked)))
    assert found == {case: told for case, told in LEFT.items() if case[0] == key}


@pytest.mark.parametrize("key", MATRIX)
def test_a_stage_is_closed_with_safeguards_where_its_content_says_so_and_only_then(key: str) -> None:
    exercise = exercises()[key]
    shut = [stage.key.partition(".")[2] for stage in exercise.stages if part(exercise, stage.key, SAFEGUARDS)]
    assert shut == {"E27": ["learned", "way"], "E28": ["words", "say", "closing"]}.get(key, [])
    for facts, stage in product((USUAL, CLOSURE), exercise.stages):
        assert part(exercise, stage.key, facts) == NONE
    assert part(exercise, f"{key}.unheard", SAFEGUARDS) == NONE


@pytest.mark.parametrize("why", SHUT)
@pytest.mark.parametrize("key", MATRIX)
def test_nothing_is_done_while_joint_work_is_closed(key: str, why: str) -> None:
    exercise = exercises()[key]
    for place, closure in product(Place, (False, True)):
        stays = key in HOLD and place is Place.HOME and SHUT[why].state in LIVING
        assert (Lock.CASE in locks(exercise, place, Facts(SHUT[why], closure))) is not stays


@pytest.mark.parametrize("key", MATRIX)
def test_every_place_that_is_named_can_be_started_in_the_usual_case(key: str) -> None:
    exercise = exercises()[key]
    assert exercise.hold is (key in HOLD)
    for place in exercise.places:
        assert locks(exercise, place, USUAL) == ({Lock.NOTHING} if key in READ_ONLY else NONE)


# -- each lock by its own fact -----------------------------------------------------------------------------------------

STAGE = Stage("X.1", Mode.TOGETHER, "", "", 5)
ALONE = Stage("X.2", Mode.ALONE, "", "", 5)
TURNS = Stage("X.3", Mode.TURNS, "", "", 5)
ALOUD = replace(ALONE, aloud="Each says it")
ROOM = replace(TURNS, key="X.4", room=True)
SHUT_WITH = replace(ALONE, key="X.5", safeguards=Under.CLOSED)
OPEN = Exercise(
    key="X", version=1, name="", line="", steps=(), alone=0, together=0, places=tuple(Place), before=(), room=(),
    not_when=(), afterwards=(), words=(), evidence="", safeguards=Under.OPEN, closure=Under.OPEN, stages=(STAGE,),
)  # fmt: skip
TOGETHER = {Place.SCREEN, Place.PHONES}

exercise_values = st.builds(
    lambda safeguards, closure, places, stages: replace(
        OPEN, safeguards=safeguards, closure=closure, places=tuple(sorted(places)), stages=stages
    ),
    st.sampled_from(Under),
    st.sampled_from(Under),
    st.sets(st.sampled_from(Place), min_size=1),
    st.sampled_from([(), (STAGE,), *product((STAGE, ROOM, ALONE), (STAGE, SHUT_WITH, ROOM)), (SHUT_WITH,), (ROOM,)]),
)
facts_values = st.builds(
    Facts,
    st.builds(
        CaseFacts,
        state=st.sampled_from(CaseState),
        hold=st.booleans(),
        suitability=st.none() | st.sampled_from(Suitability),
        a_signed=st.booleans(),
        b_signed=st.booleans(),
        read_first=st.booleans(),
    ),
    st.booleans(),
)


@pytest.mark.parametrize("place", Place)
def test_each_fact_closes_its_own_lock(place: Place) -> None:
    together = place in TOGETHER
    assert locks(OPEN, place, USUAL) == locks(OPEN, place, BOTH) == NONE
    assert locks(OPEN, place, Facts(replace(CASE, state=CaseState.CLOSING), closure=True)) == NONE
    assert locks(replace(OPEN, stages=()), place, USUAL) == {Lock.NOTHING}
    assert locks(replace(OPEN, places=tuple(set(Place) - {place})), place, USUAL) == {Lock.PLACE}
    for case in SHUT.values():
        assert locks(OPEN, place, Facts(case, closure=False)) == {Lock.CASE}
    for closed, facts, lock in (
        (replace(OPEN, safeguards=Under.CLOSED), SAFEGUARDS, Lock.SAFEGUARDS),
        (replace(OPEN, closure=Under.CLOSED), CLOSURE, Lock.CLOSURE),
    ):
        assert locks(closed, place, facts) == {lock}
        assert locks(closed, place, USUAL) == NONE
    for apart, facts, lock in (
        (replace(OPEN, safeguards=Under.APART), SAFEGUARDS, Lock.SAFEGUARDS_TOGETHER),
        (replace(OPEN, closure=Under.APART), CLOSURE, Lock.CLOSURE_TOGETHER),
    ):
        assert locks(apart, place, facts) == ({lock} if together else NONE)
        assert locks(apart, place, USUAL) == NONE


def test_nobody_writes_alone_on_a_screen_that_all_see_and_for_turns_both_are_in_one_room() -> None:
    found = {
        (name, place): locks(replace(OPEN, stages=stages), place, USUAL)
        for name, stages in {"alone": (STAGE, ALONE), "turns": (TURNS, STAGE), "aloud": (TURNS, ALOUD)}.items()
        for place in Place
    }
    assert {case: shut for case, shut in found.items() if shut} == {
        ("alone", Place.SCREEN): {Lock.SCREEN},
        ("turns", Place.HOME): {Lock.TURNS},
        ("turns", Place.SHUTTLE): {Lock.TURNS},
        ("aloud", Place.HOME): {Lock.TURNS},
        ("aloud", Place.SHUTTLE): {Lock.TURNS},
    }
    for stage, place in product((STAGE, ALONE, TURNS, ALOUD), Place):
        assert stage.fits(place) is not bool(locks(replace(OPEN, stages=(stage,)), place, USUAL))


def test_where_no_part_is_left_the_whole_is_closed() -> None:
    for place in Place:
        apart = place in {Place.HOME, Place.SHUTTLE}
        assert locks(replace(OPEN, stages=(ROOM,)), place, USUAL) == ({Lock.PLACE} if apart else NONE)
        assert locks(replace(OPEN, stages=(ROOM, STAGE)), place, USUAL) == NONE
        if place is not Place.SCREEN:
            assert locks(replace(OPEN, stages=(SHUT_WITH,)), place, SAFEGUARDS) == {Lock.SAFEGUARDS}
            assert locks(replace(OPEN, stages=(SHUT_WITH,)), place, USUAL) == NONE
            assert locks(replace(OPEN, stages=(STAGE, SHUT_WITH)), place, SAFEGUARDS) == NONE


def test_what_is_for_one_person_never_shows_where_both_look() -> None:
    one = replace(OPEN, one=True)
    assert {place for place in Place if not locks(one, place, USUAL)} == {Place.HOME}


def test_what_stays_open_under_a_hold_asks_at_home_for_no_more_than_a_case_that_is_not_over() -> None:
    """Over every combination of the facts, A and B alike; everywhere else it is as closed as any other exercise."""
    stays = replace(OPEN, hold=True)
    for state, hold, suitability, a, b, place, closure in product(
        CaseState, (False, True), (None, *Suitability), (False, True), (False, True), Place, (False, True)
    ):
        facts = Facts(CaseFacts(state, hold, suitability, a, b, read_first=False), closure)
        usual = locks(OPEN, place, facts)
        if place is Place.HOME:
            assert locks(stays, place, facts) == (NONE if state in LIVING else {Lock.CASE})
            assert locks(stays, place, facts) <= usual
        else:
            assert locks(stays, place, facts) == usual


def test_with_both_the_stricter_of_the_two_holds() -> None:
    one = replace(OPEN, safeguards=Under.APART, closure=Under.CLOSED)
    assert locks(one, Place.PHONES, BOTH) == {Lock.SAFEGUARDS_TOGETHER, Lock.CLOSURE}
    assert locks(one, Place.HOME, BOTH) == {Lock.CLOSURE}


@given(exercise_values, st.sampled_from(Place), facts_values)
@settings(deadline=None, max_examples=200)
def test_what_makes_a_case_more_careful_never_opens_an_exercise(exercise: Exercise, place: Place, facts: Facts) -> None:
    found, case = locks(exercise, place, facts), facts.case
    assert found <= locks(exercise, place, replace(facts, closure=True))
    assert found | {Lock.CASE} == locks(exercise, place, replace(facts, case=replace(case, hold=True)))
    if case.suitability is Suitability.USUAL:
        careful = replace(case, suitability=Suitability.SAFEGUARDS)
        assert found <= locks(exercise, place, replace(facts, case=careful))


@given(exercise_values, st.sampled_from(Place), facts_values)
@settings(deadline=None, max_examples=200)
def test_a_and_b_count_alike_and_what_waits_to_be_read_is_no_lock(
    exercise: Exercise, place: Place, facts: Facts
) -> None:
    found, case = locks(exercise, place, facts), facts.case
    swapped = replace(case, a_signed=case.b_signed, b_signed=case.a_signed)
    assert locks(exercise, place, replace(facts, case=swapped)) == found
    waits = replace(case, read_first=not case.read_first)
    assert locks(exercise, place, replace(facts, case=waits)) == found


def test_every_lock_has_a_sentence_of_its_own() -> None:
    assert set(SENTENCES) == set(Lock)
    assert len(set(SENTENCES.values())) == len(Lock)
