"""Two lanes of moments: in order of time, A to the start and B to the end, from what is open and nothing else."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest

from mediator.core.visibility import Letter
from mediator.exercises.lanes import Lanes, lay_out
from mediator.exercises.opened import as_asked
from mediator.questionnaires.shown import Shown
from mediator.questionnaires.voices import topics
from tests.exercises.phones import structure
from tests.exercises.running import console, outside_folds, start, write
from tests.factories import Pair
from tests.people import HTML, Page, Person

FORM = uuid.uuid4()
NAMES = {Letter.A: "Alex", Letter.B: "Sam"}
ITEMS = [f"E06.{number}.{name}" for number in range(1, 7) for name in ("what", "when", "then", "now")]
AT = datetime(2026, 11, 22, tzinfo=UTC)


def shown(part: str, letter: str, *lines: str, days: list[str | None] | None = None, question: str = "") -> Shown:
    """One part of one person, opened."""
    entry: dict[str, Any] = {"letter": letter, "name": NAMES[Letter(letter)], "lines": list(lines)}
    if days is not None:
        entry["days"] = days
    asked = question or f"Question {part.rpartition('.')[0]}"
    return Shown(uuid.uuid4(), FORM, part, AT, "", asked, f"Label {part}", [entry], [])


def lanes(*ones: Shown) -> Lanes:
    return lay_out("The way here", ones, NAMES, ITEMS)


def said(found: Lanes) -> list[tuple[str, list[str], list[str]]]:
    """Each row: about when, A's titles, B's titles."""
    return [
        (
            (row.when.iso if row.when.months else row.when.years) if row.when else "",
            [" ".join(one.title) for one in row.a],
            [" ".join(one.title) for one in row.b],
        )
        for row in found.rows
    ]


def moment(number: int, letter: str, title: str, *days: str | None) -> list[Shown]:
    return [
        shown(f"E06.{number}.what", letter, title),
        *([shown(f"E06.{number}.when", letter, "a day", days=list(days))] if days else []),
    ]


def test_moments_stand_in_order_of_time_with_a_to_the_start() -> None:
    found = lanes(
        *moment(1, "B", "The flat", "2019-01-01", "2019-12-31"),
        *moment(1, "A", "The choir", "2017-01-01", "2017-12-31"),
        *moment(2, "B", "The funeral", "2021-05-20", None),
        *moment(2, "A", "He dies", "2021-05-12", None),
        *moment(3, "B", "Silence", "2022-03-01", "2024-03-01"),
        *moment(3, "A", "Once, by the sea"),
    )
    assert said(found) == [
        ("2017", ["The choir"], []),
        ("2019", [], ["The flat"]),
        ("2021-05", ["He dies"], ["The funeral"]),
        ("2022–2024", [], ["Silence"]),
        ("", ["Once, by the sea"], []),
    ]


def test_two_versions_stand_beside_each_other_and_are_never_made_one() -> None:
    one, other = moment(1, "A", "The birthday", "2025-05-01", None), moment(4, "B", "The birthday", "2025-05-01", None)
    assert said(lanes(*one, *other)) == said(lanes(*other, *one)) == [("2025-05", ["The birthday"], ["The birthday"])]


def test_only_what_is_open_stands_there() -> None:
    found = lanes(
        shown("E06.1.now", "A", "It still hurts"),
        shown("E06.1.then", "A", "Hard"),
        shown("E06.2.when", "B", "1 May 2020", days=["2020-05-01", None]),
    )
    (dated, undated) = found.rows
    assert [one.lines for one in undated.a[0].said] == [["Hard"], ["It still hurts"]], "as they are asked"
    assert undated.a[0].title == []
    assert [one.lines for one in dated.b[0].said] == [["1 May 2020"]]


@pytest.mark.parametrize(
    ("days", "iso", "years", "whole"),
    [
        (("2020-01-01", "2020-12-31"), "2020", "2020", True),
        (("2020-02-01", "2020-02-29"), "2020-02", "2020", True),
        (("2020-02-01", None), "2020-02", "2020", False),
        (("2019-12-31", "2020-01-01"), "2019", "2019–2020", False),
    ],
)
def test_about_when(days: tuple[str, str | None], iso: str, years: str, whole: bool) -> None:
    (row,) = lanes(*moment(1, "A", "Then", *days)).rows
    assert row.when is not None
    assert (row.when.iso, row.when.years, row.when.whole) == (iso, years, whole)
    assert bool(row.a[0].said) is not whole, "a day that the line does not say stands beside the moment"


def test_a_copy_without_counted_days_has_no_time() -> None:
    old = shown("E06.1.when", "A", "1 May 2020")
    (row,) = lanes(old).rows
    assert row.when is None
    assert row.a[0].said[0].lines == ["1 May 2020"]


def test_each_voice_stands_once_at_a_question_a_first() -> None:
    ones = [
        shown("E17.1.what", "B", "I call", question="Promise?"),
        shown("E17.1.seen", "A", "By evening", question="Promise?"),
        shown("E17.1.what", "A", "I write", question="Promise?"),
    ]
    (topic,) = topics(as_asked(ones, ["E17.1.what", "E17.1.when", "E17.1.seen"]))
    assert [(one.letter, [part.lines[0] for part in one.said]) for one in topic.voices] == [
        (Letter.A, ["I write", "By evening"]),
        (Letter.B, ["I call"]),
    ]
    assert topic.label == ""
    assert [part.label for part in topic.voices[0].said] == ["Label E17.1.what", "Label E17.1.seen"]
    (alone,) = topics(ones[:1])
    assert (alone.label, alone.voices[0].said[0].label) == ("Label E17.1.what", "")


# ------------------------------------------------------------------------------------------------ through the pages


def offered(**words: str) -> dict[str, str]:
    """Words of a moment, all of them offered."""
    told = {f"E06.1.{name.replace('_', '.')}": text for name, text in words.items()}
    return told | {f"E06.1.{part}.offer": "yes" for part in ("what", "when", "then", "now")}


def open_all(mediator: Person, pair: Pair, run: uuid.UUID, leave: str = "nothing at all") -> None:
    """Open one thing after the other, but for what holds `leave`."""
    while True:
        links = [one for one in console(mediator, pair, run).links() if "/open/" in one and leave not in one]
        if not links:
            return
        assert mediator.submit(mediator.get(links[0]), action="/open/").status == 200


def rows(page: Page) -> list[str]:
    """What is read of each row of the lanes, in the order of the source."""
    (found,) = [one for one in page.all("ol") if one.get("class") == "lanes"]
    return [" ".join(" ".join(row.itertext()).split()) for row in found.findall(f"{HTML}li")]


def test_both_phones_show_both_lanes(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    run = start(mediator, pair, "E06")
    write(participant_a, run, offered(what="We meet", when_from="2017-01-01", when_to="2017-12-31", now="A beginning"))
    write(participant_b, run, offered(what="The flat", when_from="2016-05-02", then="good"))
    open_all(mediator, pair, run, leave="E06.1.now")
    one, other = participant_a.get("/notes/exercise"), participant_b.get("/notes/exercise")
    assert (
        rows(one)
        == rows(other)
        == [
            "May 2016 B Sam: The flat 2 May 2016 How it was for me then: Good",
            "2017 A Alex: We meet",
        ]
    )
    assert structure(one) == structure(other)
    together = participant_a.get("/notes/together")
    assert rows(together) == rows(one)
    assert "A beginning" not in together.words
    at_desk = console(mediator, pair, run)
    assert rows(at_desk) == rows(one)
    assert "A beginning" not in outside_folds(at_desk)


def test_what_is_closed_again_leaves_the_lanes(
    pair: Pair, mediator: Person, participant_a: Person, participant_b: Person
) -> None:
    run = start(mediator, pair, "E06")
    for person, title in ((participant_a, "We meet"), (participant_b, "The flat")):
        write(person, run, offered(what=title, when_from="2017-05-01"))
    open_all(mediator, pair, run)
    page = console(mediator, pair, run)
    (item,) = [one for one in page.all("li") if one.get("id") == "item-1"]
    first = next(form.get("action", "") for form in item.iter(f"{HTML}form") if "/close/" in form.get("action", ""))
    mediator.submit(page, action=first)
    for page in (participant_b.get("/notes/exercise"), participant_b.get("/notes/together"),
                 console(mediator, pair, run)):  # fmt: skip
        assert "We meet" not in " ".join(rows(page)), "A stands first, and A’s was closed"
        assert "The flat" in " ".join(rows(page))
