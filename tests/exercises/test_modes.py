"""The modes of exercises by example: a whole E01, every mode once, and what fits when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediator.exercises.modes import (
    MEDIATOR,
    Act,
    Do,
    Held,
    NotNow,
    Piece,
    Run,
    Screen,
    Stage,
    Together,
    Turns,
    Writing,
    screen,
)
from mediator.exercises.terms import Heard, Mode, Phase, RunState
from tests.exercises.walks import A, B, fits


def _do(run: Run, *acts: Act) -> Run:
    for act in acts:
        run = run.after(act)
    return run


def _screens(run: Run) -> tuple[Screen, Screen]:
    return screen(run, A), screen(run, B)


def test_a_whole_speaker_and_listener_with_what_each_heard_opened_at_the_end() -> None:
    run = Run((Turns(rounds=1), Writing(Mode.RECIPROCAL, ("E01.heard",))))
    heard = Piece("E01.heard", A), Piece("E01.heard", B)
    steps: list[tuple[Act, tuple[Screen, Screen]]] = [
        (Act(A, Do.FINISHED), (Screen.LISTEN_BACK, Screen.SAY_BACK)),
        (Act(B, Do.SAID_BACK), (Screen.CHECK, Screen.WAIT)),
        (Act(A, Do.HEARD, heard=Heard.PARTLY), (Screen.SPEAK, Screen.LISTEN)),
        (Act(A, Do.FINISHED), (Screen.LISTEN_BACK, Screen.SAY_BACK)),
        (Act(B, Do.SAID_BACK), (Screen.CHECK, Screen.WAIT)),
        (Act(A, Do.HEARD, heard=Heard.GOT_IT), (Screen.LISTEN, Screen.SPEAK)),
        (Act(MEDIATOR, Do.FINISHED), (Screen.SAY_BACK, Screen.LISTEN_BACK)),
        (Act(B, Do.PAUSE), (Screen.PAUSE, Screen.PAUSE)),
        (Act(MEDIATOR, Do.RESUME), (Screen.SAY_BACK, Screen.LISTEN_BACK)),
        (Act(MEDIATOR, Do.SAID_BACK), (Screen.WAIT, Screen.CHECK)),
        (Act(B, Do.HEARD, heard=Heard.GOT_IT), (Screen.WAIT, Screen.WAIT)),
        (Act(MEDIATOR, Do.GO_ON), (Screen.WRITE, Screen.WRITE)),
        (Act(B, Do.HAND_IN), (Screen.WRITE, Screen.DONE)),
        (Act(A, Do.HAND_IN), (Screen.DONE, Screen.DONE)),
        (Act(MEDIATOR, Do.OPEN, "E01.heard"), (Screen.READ, Screen.READ)),
        (Act(MEDIATOR, Do.GO_ON), (Screen.OVER, Screen.OVER)),
    ]
    assert _screens(run) == (Screen.SPEAK, Screen.LISTEN)
    for act, screens in steps:
        run = run.after(act)
        assert _screens(run) == screens, act
        opened = act.do is Do.OPEN or run.state is RunState.FINISHED
        assert run.reads(A) >= {heard[1]} if opened else heard[1] not in run.reads(A)
        assert run.reads(B) >= {heard[0]} if opened else heard[0] not in run.reads(B)


def test_twice_not_yet_asks_for_the_mediator_and_the_next_turn_begins_anew() -> None:
    once = (Act(A, Do.FINISHED), Act(B, Do.SAID_BACK))
    not_yet, partly = (Act(A, Do.HEARD, heard=heard) for heard in (Heard.NOT_YET, Heard.PARTLY))
    turns = Turns(rounds=2)
    for act, stuck in ((not_yet, False), (partly, False), (not_yet, True), (partly, True)):
        for one in (*once, act):
            turns = turns.after(one)
        assert turns.stuck is stuck
    passed = turns.after(Act(MEDIATOR, Do.NEXT_TURN))
    assert (passed.speaker, passed.turn, passed.phase, passed.stuck) == (B, 1, Phase.SPEAK, False)


def test_on_one_screen_every_act_of_a_turn_comes_from_there_and_goes_the_same_way() -> None:
    from_phones, from_screen = Turns(rounds=1), Turns(rounds=1, one_screen=True)
    for heard in (Heard.PARTLY, Heard.NOT_YET, Heard.GOT_IT, Heard.GOT_IT):
        speaker = from_phones.speaker
        for who, do in ((speaker, Do.FINISHED), (speaker.other, Do.SAID_BACK), (speaker, Do.HEARD)):
            act = Act(who, do, heard=heard)
            from_phones, from_screen = from_phones.after(act), from_screen.after(replace(act, who=MEDIATOR))
            assert replace(from_screen, one_screen=False) == from_phones
    assert from_screen.over


def test_on_one_screen_a_text_stands_once_each_yes_was_pressed_there() -> None:
    text = Together(one_screen=True).after(Act(MEDIATOR, Do.WRITE))
    for who, author in ((A, None), (A, A), (A, B), (MEDIATOR, None)):
        with pytest.raises(NotNow):
            text.after(Act(who, Do.AGREE, author=author, rev=1))
    one = text.after(Act(MEDIATOR, Do.AGREE, author=A, rev=1))
    assert not one.stands
    both = one.after(Act(MEDIATOR, Do.AGREE, author=B, rev=1))
    assert both.stands
    assert not both.after(Act(MEDIATOR, Do.DISAGREE, author=A, rev=1)).stands
    changed = both.after(Act(MEDIATOR, Do.WRITE, rev=1))
    assert (changed.rev, changed.agreed, changed.one_screen) == (2, frozenset(), True)


def test_each_has_as_many_turns_as_there_are_rounds() -> None:
    turns, spoke = Turns(rounds=3, speaker=B), []
    while not turns.over:
        spoke.append(turns.speaker)
        turns = turns.after(Act(MEDIATOR, Do.NEXT_TURN))
    assert spoke == [B, A, B, A, B, A]


def test_words_held_for_the_other_are_read_only_after_a_yes_to_these_words() -> None:
    run = Run((Held(A, ("E09.text",)),))
    words = Piece("E09.text", A)
    asked = _do(run, Act(A, Do.HAND_IN), Act(MEDIATOR, Do.ACCEPT))
    assert words not in asked.reads(B)
    given_back = _do(asked, Act(B, Do.RECEIVE), Act(MEDIATOR, Do.TAKE_BACK))
    assert _screens(given_back) == (Screen.WRITE, Screen.DONE)
    assert words not in given_back.reads(MEDIATOR)
    anew = _do(given_back, Act(A, Do.HAND_IN), Act(MEDIATOR, Do.ACCEPT))
    assert not fits(anew, Act(MEDIATOR, Do.DELIVER))  # a yes to earlier words is none to these
    changed = _do(anew, Act(B, Do.DECLINE), Act(B, Do.RECEIVE))
    assert words not in changed.reads(B)
    delivered = changed.after(Act(MEDIATOR, Do.DELIVER))
    assert words in delivered.reads(B)
    assert _screens(delivered) == (Screen.DONE, Screen.READ)
    for gone in (Act(A, Do.KEEP, "E09.text"), Act(MEDIATOR, Do.CLOSE, "E09.text", A)):
        assert words not in delivered.after(gone).reads(B)
        assert _screens(delivered.after(gone)) == (Screen.DONE, Screen.DONE)


def test_where_it_is_only_listened_to_nothing_is_said_back() -> None:
    turns = Turns(rounds=1, listen_only=True).after(Act(A, Do.FINISHED))
    assert (turns.speaker, turns.turn, turns.phase) == (B, 1, Phase.SPEAK)
    assert turns.after(Act(B, Do.FINISHED)).over


def test_a_text_of_both_stands_once_both_agreed_to_the_same_words() -> None:
    text = Together().after(Act(A, Do.WRITE))
    text = text.after(Act(A, Do.AGREE, rev=1))
    assert not text.stands
    changed = text.after(Act(B, Do.WRITE, rev=1)).after(Act(B, Do.AGREE, rev=2))
    assert not changed.stands
    assert changed.after(Act(A, Do.AGREE, rev=2)).stands
    assert text.after(Act(B, Do.AGREE, rev=1)).stands
    back = text.after(Act(B, Do.AGREE, rev=1)).after(Act(A, Do.DISAGREE, rev=1))
    assert not back.stands
    assert back.agreed == {(B, 1)}


OFFERED, RECIPROCAL = (Writing(mode, ("E1.1",)) for mode in (Mode.OFFERED, Mode.RECIPROCAL))
IN = (Act(A, Do.HAND_IN), Act(B, Do.HAND_IN))
TURNS, TEXT, HELD = Turns(rounds=1), Together(), Held(A, ("E1.1",))
BACK, CHECK = (Act(A, Do.FINISHED),), (Act(A, Do.FINISHED), Act(B, Do.SAID_BACK))
ASKED = (Act(A, Do.HAND_IN), Act(MEDIATOR, Do.ACCEPT))
OPEN, WROTE = Act(MEDIATOR, Do.OPEN, "E1.1"), Act(MEDIATOR, Do.WRITE)
#: A stage, what was done in it, and what does not fit then.
NOT_NOW: list[tuple[Stage, tuple[Act, ...], Act]] = [
    # each writes alone
    (OFFERED, (), Act(MEDIATOR, Do.HAND_IN)),
    (OFFERED, IN, Act(A, Do.HAND_IN)),
    (OFFERED, (IN[1],), Act(A, Do.TAKE_BACK)),
    (RECIPROCAL, (*IN, OPEN), Act(A, Do.TAKE_BACK)),
    (RECIPROCAL, (*IN, OPEN, Act(MEDIATOR, Do.CLOSE, "E1.1")), Act(B, Do.TAKE_BACK)),
    (RECIPROCAL, (*IN, OPEN, Act(A, Do.KEEP, "E1.1")), Act(B, Do.TAKE_BACK)),
    (OFFERED, (), Act(MEDIATOR, Do.OFFER, "E1.1")),
    (OFFERED, (), Act(A, Do.OFFER, "E1.9")),
    (RECIPROCAL, (), Act(A, Do.OFFER, "E1.1")),
    (OFFERED, (), Act(MEDIATOR, Do.KEEP, "E1.1")),
    (OFFERED, (), Act(A, Do.KEEP, "E1.9")),
    (RECIPROCAL, IN[:1], OPEN),
    (RECIPROCAL, IN, Act(A, Do.OPEN, "E1.1")),
    (RECIPROCAL, IN, Act(MEDIATOR, Do.OPEN, "E1.1", A)),
    (RECIPROCAL, (*IN, Act(B, Do.KEEP, "E1.1")), OPEN),
    (OFFERED, IN, Act(MEDIATOR, Do.OPEN, "E1.1", A)),
    (OFFERED, (Act(A, Do.OFFER, "E1.1"),), Act(MEDIATOR, Do.OPEN, "E1.1", A)),
    (OFFERED, (Act(A, Do.OFFER, "E1.1"), *IN), Act(MEDIATOR, Do.OPEN, "E1.1", B)),
    (OFFERED, (Act(A, Do.OFFER, "E1.1"), *IN, Act(A, Do.KEEP, "E1.1")), Act(MEDIATOR, Do.OPEN, "E1.1", A)),
    (replace(RECIPROCAL, mine=True), IN, OPEN),
    (replace(RECIPROCAL, mode=Mode.ALONE), IN, OPEN),
    (RECIPROCAL, IN, Act(MEDIATOR, Do.CLOSE, "E1.1")),
    (RECIPROCAL, (*IN, OPEN), Act(A, Do.CLOSE, "E1.1")),
    # turns
    (TURNS, (), Act(B, Do.FINISHED)),
    (TURNS, BACK, Act(A, Do.FINISHED)),
    (TURNS, (), Act(B, Do.SAID_BACK)),
    (TURNS, BACK, Act(A, Do.SAID_BACK)),
    (TURNS, CHECK, Act(B, Do.HEARD, heard=Heard.GOT_IT)),
    (TURNS, CHECK, Act(MEDIATOR, Do.HEARD, heard=Heard.GOT_IT)),
    (TURNS, CHECK, Act(A, Do.HEARD)),
    (TURNS, BACK, Act(A, Do.HEARD, heard=Heard.GOT_IT)),
    (TURNS, (), Act(A, Do.NEXT_TURN)),
    (TURNS, (Act(MEDIATOR, Do.NEXT_TURN),) * 2, Act(MEDIATOR, Do.NEXT_TURN)),
    (TURNS, (), Act(A, Do.HAND_IN)),
    # a text of both
    (TEXT, (), Act(A, Do.AGREE)),
    (TEXT, (WROTE,), Act(MEDIATOR, Do.AGREE, rev=1)),
    (TEXT, (WROTE,), Act(A, Do.AGREE)),
    (TEXT, (WROTE,), Act(A, Do.DISAGREE, rev=1)),
    (TEXT, (WROTE, Act(A, Do.AGREE, rev=1)), Act(B, Do.DISAGREE, rev=1)),
    (TEXT, (WROTE,), Act(B, Do.WRITE)),
    # held for the other
    (HELD, (), Act(B, Do.HAND_IN)),
    (HELD, (), Act(MEDIATOR, Do.ACCEPT)),
    (HELD, (), Act(MEDIATOR, Do.TAKE_BACK)),
    (HELD, ASKED[:1], Act(B, Do.RECEIVE)),
    (HELD, ASKED[:1], Act(B, Do.TAKE_BACK)),
    (HELD, ASKED[:1], Act(A, Do.ACCEPT)),
    (HELD, ASKED, Act(A, Do.TAKE_BACK)),
    (HELD, ASKED, Act(A, Do.RECEIVE)),
    (HELD, ASKED, Act(MEDIATOR, Do.DECLINE)),
    (HELD, ASKED, Act(MEDIATOR, Do.DELIVER)),
    (HELD, (*ASKED, Act(B, Do.DECLINE)), Act(MEDIATOR, Do.DELIVER)),
    (HELD, (*ASKED, Act(B, Do.RECEIVE)), Act(A, Do.DELIVER)),
    (HELD, (*ASKED, Act(B, Do.RECEIVE), Act(MEDIATOR, Do.DELIVER)), Act(B, Do.DECLINE)),
    (HELD, (), Act(B, Do.KEEP, "E1.1")),
    (HELD, (*ASKED, Act(B, Do.RECEIVE)), Act(MEDIATOR, Do.CLOSE, "E1.1", A)),
    # the whole run
    (TEXT, (), Act(A, Do.GO_ON)),
    (TEXT, (), Act(MEDIATOR, Do.RESUME)),
    (TEXT, (Act(A, Do.PAUSE),), Act(A, Do.RESUME)),
    (TEXT, (Act(A, Do.PAUSE),), Act(B, Do.PAUSE)),
    (TEXT, (Act(A, Do.PAUSE),), Act(A, Do.WRITE)),
    (TEXT, (Act(A, Do.PAUSE),), Act(MEDIATOR, Do.GO_ON)),
    (TEXT, (Act(A, Do.STOP),), Act(B, Do.STOP)),
    (TEXT, (Act(MEDIATOR, Do.GO_ON),), Act(A, Do.STOP)),
]


@pytest.mark.parametrize(("stage", "acts", "act"), NOT_NOW)
def test_what_does_not_fit_is_refused(stage: Stage, acts: tuple[Act, ...], act: Act) -> None:
    run = _do(Run((stage,)), *acts)
    with pytest.raises(NotNow, match=act.do.value):
        run.after(act)


def test_every_act_was_seen_refused_above() -> None:
    assert {act.do for _, _, act in NOT_NOW} == set(Do)
