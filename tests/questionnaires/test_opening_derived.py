"""What two answers have in common is opened from its page, whatever its type; of an ordered choice the stricter one."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from mediator.core.visibility import Sharing
from mediator.guide.content import Part, PartType, Scale
from tests.factories import Pair
from tests.people import Page, Person
from tests.questionnaires.given import Asked, Told, make_form, part
from tests.questionnaires.test_opening import comparison, together

PACE = replace(part("8.3.pace", PartType.CHOICE, Sharing.DERIVED), ordered=True)
ONE: dict[str, object] = {"one": {"value": "two", "note": ""}}
OTHER: dict[str, object] = {"one": {"value": "two", "note": ""}, "two": {"value": "one", "note": ""}}


def look(mediator: Person, pair: Pair, form: uuid.UUID, key: str, more: str = "") -> Page:
    return mediator.get(f"{comparison(pair)}/{form}/open/{key}{more}")


@pytest.mark.parametrize(
    ("asked", "a", "b", "line"),
    [
        (PACE, "one", "three", "The third"),
        (PACE, "two", "one", "The second"),
        (part("8.9.know", PartType.SEVERAL, Sharing.DERIVED), ["one", "two"], ["two"], "The second"),
        (part("6.5.rank", PartType.RANK, Sharing.DERIVED), ["two", "one"], ["two", "three"], "1. The second"),
        (part("6.4.cards", PartType.GRID, Sharing.DERIVED, scale=Scale.CARDS), ONE, OTHER, "The first: The second"),
    ],
)
def test_as_it_stands_it_is_opened_and_both_read_it(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person,
    asked: Part, a: object, b: object, line: str,
) -> None:  # fmt: skip
    form = make_form(pair, [Asked(asked, Told(a), Told(b))])
    page = look(mediator, pair, form, asked.key)
    assert mediator.submit(page, action="/open/").status == 200
    for person in (participant_a, participant_b):
        words = together(person)
        assert line in words
        assert "The first" not in words.replace(line, "")


def test_the_mediator_can_make_an_ordered_choice_stricter_and_never_looser(
    pair: Pair, mediator: Person, participant_a: Person
) -> None:
    form = make_form(pair, [Asked(PACE, Told("one"), Told("two"))])
    assert mediator.look_at(f"{comparison(pair)}/{form}/open/{PACE.key}?row.two=one").status == 404
    page = look(mediator, pair, form, PACE.key, "?row.two=three")
    assert mediator.submit(page, action="/open/").status == 200
    words = together(participant_a)
    assert "The third" in words
    assert "The second" not in words


def test_left_out_nothing_of_it_shows(pair: Pair, mediator: Person, participant_a: Person) -> None:
    several = part("8.9.know", PartType.SEVERAL, Sharing.DERIVED)
    form = make_form(pair, [Asked(several, Told(["one", "two"]), Told(["two"]))])
    page = look(mediator, pair, form, several.key, "?row.two=out")
    assert mediator.submit(page, action="/open/").status == 200
    assert "Nothing in common at the moment." in together(participant_a)


def test_an_ordered_choice_is_never_left_out(pair: Pair, mediator: Person) -> None:
    """Of such answers there is always a stricter one: "nothing in common" would be untrue."""
    form = make_form(pair, [Asked(PACE, Told("one"), Told("two"))])
    assert mediator.look_at(f"{comparison(pair)}/{form}/open/{PACE.key}?row.two=out").status == 404
    page = look(mediator, pair, form, PACE.key)
    assert "Leave out" not in page.words
    assert "leave it out" not in page.words
    assert "You can make it stricter, never looser." in page.words
    refused = mediator.submit(page, {"row.two": "out"}, action="/open/", follow=False)
    assert refused.status == 404
