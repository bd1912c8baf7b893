"""The phones in an exercise: one structure for both at every screen, and nothing on one of what the other did alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mediator.core import live
from mediator.core.db import db
from mediator.core.visibility import Letter
from mediator.exercises.modes import MEDIATOR, Do, Screen
from mediator.exercises.terms import Mode, RunState
from mediator.practice.models import Staff
from tests.exercises.phones import (
    PHONE,
    TURNS,
    WRITTEN,
    change,
    hand_in,
    open_first,
    plain,
    run_of,
    start,
    structure,
    take,
    write,
)
from tests.factories import Pair, make_pair
from tests.people import Person

SAID = {
    Letter.A: [(Letter.A, Do.FINISHED, None), (Letter.B, Do.SAID_BACK, None)],
    Letter.B: [(Letter.B, Do.FINISHED, None), (Letter.A, Do.SAID_BACK, None)],
}


def _turn(steps: int, listens: bool) -> Callable[[Pair, Letter, dict[Letter, Person]], None]:
    """Somebody's turn as it stands after so many steps; they speak in it, or listen."""

    def make(pair: Pair, who: Letter, people: dict[Letter, Person]) -> None:
        run, speaks = start(pair, TURNS), who.other if listens else who
        if speaks is Letter.B:
            take(pair, run, (MEDIATOR, Do.NEXT_TURN, None))
        take(pair, run, *SAID[speaks][:steps])

    return make


def _write(pair: Pair, who: Letter, people: dict[Letter, Person]) -> None:
    start(pair, WRITTEN)


def _done(pair: Pair, who: Letter, people: dict[Letter, Person]) -> None:
    hand_in(people[who], start(pair, WRITTEN))


def _read(pair: Pair, who: Letter, people: dict[Letter, Person]) -> None:
    run = start(pair, WRITTEN)
    for person in people.values():
        write(person, run)
        hand_in(person, run)
    open_first(pair, run)


def _pause(pair: Pair, who: Letter, people: dict[Letter, Person]) -> None:
    run = start(pair, WRITTEN)
    people[who].submit(people[who].get(PHONE), action="/pause")
    assert run_of(run).state is RunState.PAUSED


def _over(pair: Pair, who: Letter, people: dict[Letter, Person]) -> None:
    start(pair, WRITTEN)
    people[who].submit(people[who].get(f"{PHONE}/stop"), action="/stop")


def _build(pair: Pair, who: Letter, people: dict[Letter, Person]) -> None:
    """No shipped exercise is built together yet."""
    run_of(start(pair, WRITTEN)).stages[0].mode = Mode.TOGETHER
    db.session.commit()


def _nothing(pair: Pair, who: Letter, people: dict[Letter, Person]) -> None:
    pass


#: How every screen comes about, by what stands in its heading.
SCREENS: dict[Screen | None, tuple[str, Callable[[Pair, Letter, dict[Letter, Person]], None]]] = {
    Screen.SPEAK: ("your turn to speak", _turn(0, listens=False)),
    Screen.LISTEN: ("is speaking", _turn(0, listens=True)),
    Screen.LISTEN_BACK: ("says back what was heard", _turn(1, listens=False)),
    Screen.SAY_BACK: ("say back what you heard", _turn(1, listens=True)),
    Screen.CHECK: ("did it come across?", _turn(2, listens=False)),
    Screen.WAIT: ("says whether it came across", _turn(2, listens=True)),
    Screen.WRITE: ("Thanks for three things", _write),
    Screen.DONE: ("Your part is done", _done),
    Screen.BUILD: ("Thanks for three things", _build),
    Screen.READ: ("What you can both read now", _read),
    Screen.PAUSE: ("A pause", _pause),
    Screen.OVER: ("This exercise is over", _over),
    None: ("No open exercise at the moment", _nothing),
}


@pytest.mark.parametrize("screen", SCREENS, ids=lambda one: str(one))
def test_both_phones_have_one_structure_at_every_screen(
    pair: Pair, new_person: Callable[[], Person], screen: Screen | None
) -> None:
    heading, make = SCREENS[screen]
    other = make_pair(db.session.get_one(Staff, pair.mediator))
    seen = []
    for one, who in ((pair, Letter.A), (other, Letter.B)):
        people = {Letter.A: new_person().come_in(one.a), Letter.B: new_person().come_in(one.b)}
        make(one, who, people)
        page = people[who].get(PHONE)
        assert heading.casefold() in "".join(page.all("h1")[0].itertext()).casefold()
        seen.append(structure(page))
    assert seen[0] == seen[1]
    assert len(seen[0]) > 6


def test_every_screen_of_the_machine_is_looked_at() -> None:
    assert set(SCREENS) == {*Screen, None}


@pytest.mark.parametrize("mine", ["not begun", "begun", "handed in"])
def test_a_phone_says_nothing_of_what_the_other_did(
    pair: Pair, participant_a: Person, participant_b: Person, mine: str
) -> None:
    run = start(pair, WRITTEN)
    if mine != "not begun":
        write(participant_a, run)
    if mine == "handed in":
        hand_in(participant_a, run)
    version, seen = live.version(pair.case, live.BOTH), [plain(participant_a.get(PHONE))]
    before = live.version(pair.case, live.DESK)
    participant_b.get(PHONE)
    seen.append(plain(participant_a.get(PHONE)))
    write(participant_b, run, "The soup")
    seen.append(plain(participant_a.get(PHONE)))
    assert "is done" in hand_in(participant_b, run).words
    seen.append(plain(participant_a.get(PHONE)))
    change(participant_b, run)
    seen.append(plain(participant_a.get(PHONE)))
    page = participant_b.get(f"{PHONE}/keys")
    participant_b.post(f"{PHONE}/keys", {**page.form("/keys").fields, "wish": "alone"})
    seen.append(plain(participant_a.get(PHONE)))
    assert len(set(seen)) == 1
    assert "Sam" not in participant_a.get(PHONE).words, "whoever writes alone is not told of the other"
    assert live.version(pair.case, live.BOTH) == version, "nor is the phone told to look"
    assert live.version(pair.case, live.DESK) > before
