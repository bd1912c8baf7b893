"""The library and items of one's own."""

from __future__ import annotations

import uuid

import pytest

from mediator.sessions import drafting
from tests.factories import Pair
from tests.people import Page, Person
from tests.sessions.agendas import at, stored
from tests.sessions.plan import ITEMS, Item, make_session


def library(page: Page) -> list[str]:
    """What the library offers to add."""
    buttons = [one for one in page.all("button") if one.get("name") == "block" and one.get("form") is None]
    return [one.get("value", "") for one in buttons]


def test_the_library_has_the_steps_blocks_and_what_fits_any_session(pair: Pair, mediator: Person) -> None:
    session_id = make_session(pair, items=())
    page = mediator.get(at(pair, session_id))
    offered = library(page)
    assert {"any|Break", "any|Time alone, both", "5|What was promised", "5|What is different now"} <= set(offered)
    assert len(set(offered)) == len(offered)
    mediator.submit(page, {"block": "5|Which part of trust"}, action="/agenda/items")
    page = mediator.get(at(pair, session_id))
    mediator.submit(page, {"block": "any|Close"}, action="/agenda/items")
    page = mediator.get(at(pair, session_id))
    done = mediator.submit(page, {"block": "any|Break"}, action="/agenda/items")
    assert stored(pair, session_id) == [
        ("Which part of trust", 20, "exercise"), ("Break", 5, "break"), ("Close", 5, "close"),
    ]  # fmt: skip
    assert "Break, now 2 of 3" in done.words
    assert "In your agenda" in done.words
    mediator.submit(page, {"block": "any|Break"}, action="/agenda/items")  # pressed twice
    assert len(stored(pair, session_id)) == 3


def test_searching_the_library_leaves_what_has_the_words(pair: Pair, mediator: Person) -> None:
    session_id = make_session(pair, items=())
    page = mediator.get(at(pair, session_id, "?q=PROMISES"))
    offered = library(page)
    assert "5|New promises, small and dated" in offered
    assert "any|Break" not in offered
    none = mediator.get(at(pair, session_id, "?q=heron"))
    assert not library(none)
    assert "Nothing in the library has these words." in none.words


def test_the_library_of_a_session_alone_has_nothing_for_two(pair: Pair, mediator: Person) -> None:
    page = mediator.get(at(pair, make_session(pair, "A", items=())))
    assert "any|Break" in library(page)
    assert not {"any|Time alone, both", "any|What each heard", "any|Look back at what was agreed"} & set(library(page))


def test_the_library_marks_what_this_agenda_has_and_no_other(pair: Pair, mediator: Person) -> None:
    with_break, without = make_session(pair, items=ITEMS), make_session(pair, items=())
    assert mediator.get(at(pair, with_break)).words.count("In your agenda") > 0
    assert "In your agenda" not in mediator.get(at(pair, without)).words
    assert mediator.get(at(pair, with_break)).words.count("In your agenda") > 0


def test_a_block_nobody_has_is_refused(pair: Pair, mediator: Person) -> None:
    session_id = make_session(pair, items=())
    page = mediator.get(at(pair, session_id))
    assert mediator.submit(page, {"block": "5|Heron"}, action="/agenda/items").status == 400
    assert stored(pair, session_id) == []


def own(mediator: Person, pair: Pair, session_id: uuid.UUID, **fields: str) -> Page:
    page = mediator.get(at(pair, session_id))
    form = next(f for f in page.all("form") if any(one.get("name") == "title" for one in f.iter()))
    sent = {one.get("name", ""): one.get("value", "") for one in form.iter() if one.get("name")}
    return mediator.post(form.get("action", ""), {**sent, "kind": "talk", "reason": "", **fields})


def test_an_item_of_ones_own_stands_before_the_close(pair: Pair, mediator: Person) -> None:
    session_id = make_session(pair)
    page = own(mediator, pair, session_id, title="  Die Schlüssel 🔑  ", minutes="12", reason="Ask early.")
    assert "Die Schlüssel 🔑, now 6 of 7" in page.words
    assert stored(pair, session_id)[5] == ("Die Schlüssel 🔑", 12, "talk")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": " "}, "Write a title"),
        ({"title": "x" * 121}, "at most 120 characters"),
        ({"title": "Keys", "minutes": "0"}, "Write whole minutes, from 1 to 240"),
        ({"title": "Keys", "kind": "game"}, "Not a valid choice"),
        ({"title": "Keys", "reason": "x" * 601}, "at most 600 characters"),
    ],
)
def test_an_own_item_that_can_not_be_keeps_what_was_typed(
    pair: Pair, mediator: Person, fields: dict[str, str], said: str
) -> None:
    session_id = make_session(pair)
    page = own(mediator, pair, session_id, **fields)
    assert page.status == 422
    assert said in page.words
    kept = next(one for one in page.all("input") if one.get("id") == "title")
    assert kept.get("value") == " ".join(fields["title"].split())
    assert len(stored(pair, session_id)) == len(ITEMS)


def test_an_agenda_holds_a_hundred_items_and_no_more(pair: Pair, mediator: Person) -> None:
    session_id = make_session(pair, items=[Item(f"Item {number}", 1) for number in range(drafting.MOST)])
    assert own(mediator, pair, session_id, title="One more", minutes="5").status == 409
    assert len(stored(pair, session_id)) == drafting.MOST
