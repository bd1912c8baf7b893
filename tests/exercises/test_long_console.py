"""Many items on the console: what is closed is one fold, whatever was written; the words stand inside it."""

from __future__ import annotations

from mediator.exercises.console import AT_A_GLANCE
from tests.exercises.running import console, outside_folds, start, write
from tests.exercises.test_lanes import open_all
from tests.factories import Pair
from tests.people import Page, Person

MOMENT = {"E06.1.what": "A walk by the sea", "E06.1.what.offer": "yes", "E06.1.then": "very_good"}


def folded(page: Page, fold: str) -> str:
    """What stands in one fold; nothing where there is none."""
    found = [one for one in page.all("details") if one.get("id") == fold]
    return " ".join("".join("".join(one.itertext()) for one in found).split())


def items_outside(page: Page) -> str:
    """What anybody at the screen reads of the items."""
    return outside_folds(page).partition("Item by item")[2].partition("From the phones")[0]


def test_outside_the_fold_nothing_tells_what_was_written(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    run = start(mediator, pair, "E06")
    empty = items_outside(console(mediator, pair, run))
    assert "Only you: what is closed" in empty
    write(participant_a, run, MOMENT)
    assert items_outside(console(mediator, pair, run)) == empty
    write(participant_b, run, {"E06.1.what": "The flat", "E06.2.what": "A birthday"})
    assert items_outside(console(mediator, pair, run)) == empty


def test_where_nobody_wrote_is_a_list_of_its_own(pair: Pair, mediator: Person, participant_a: Person) -> None:
    run = start(mediator, pair, "E06")
    assert "Nothing is written here so far" in folded(console(mediator, pair, run), "closed-items")
    write(participant_a, run, MOMENT)
    page = console(mediator, pair, run)
    closed, bare = folded(page, "closed-items"), folded(page, "bare-items")
    items = [one.get("id") for one in page.all("li") if (one.get("id") or "").startswith("item-")]
    assert len(items) == 2, "what was written at, and nothing else"
    assert "A walk by the sea" in closed
    assert "A walk by the sea" not in bare
    assert "Where nobody wrote" in bare


def test_what_is_open_is_closed_again_one_by_one(pair: Pair, mediator: Person, participant_b: Person) -> None:
    run = start(mediator, pair, "E06")
    write(participant_b, run, MOMENT)
    open_all(mediator, pair, run)
    page = console(mediator, pair, run)
    assert "A walk by the sea" in folded(page, "open-items")
    forms = [one.get("action") or "" for one in page.all("form")]
    assert sum("/close/" in action for action in forms) == 1


def test_few_items_stand_one_under_the_other(pair: Pair, mediator: Person) -> None:
    page = console(mediator, pair, start(mediator, pair, "E13"))
    items = [one for one in page.all("li") if (one.get("id") or "").startswith("item-")]
    assert 0 < len(items) <= AT_A_GLANCE
    assert folded(page, "closed-items") == ""
