"""The small functions behind the benchmark's lines, and that its floor is the floor it says it is. Nothing is timed."""

from __future__ import annotations

import contextvars
from datetime import date
from pathlib import Path

import pytest

from benchmarks import floor
from benchmarks.__main__ import related, wanted
from benchmarks.figures import Figure, between, line, median, percentile, table
from benchmarks.long.faults import FAULTS, ROOT
from benchmarks.long.results import Result
from benchmarks.long.results import line as result_line
from benchmarks.pages import counted


def test_a_percentile_is_the_nearest_rank() -> None:
    assert percentile([3, 1, 2, 4], 0.5) == 2
    assert percentile(list(range(1, 101)), 0.95) == 95
    assert percentile([7], 0.95) == 7
    assert percentile([1, 9], 1.0) == 9


def test_nothing_measured_is_not_fast() -> None:
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 0.95)


def test_the_middle_is_not_moved_by_one_slow_answer() -> None:
    assert median([1.0, 2.0, 900.0]) == 2.0


@pytest.mark.parametrize(
    ("ours", "of_floor", "over"), [(2.5, 1.0, False), (2.51, 1.0, True), (0.0, 0.0, False), (1.0, 0.0, True)]
)
def test_a_bar_is_met_exactly_or_not(ours: float, of_floor: float, over: bool) -> None:
    assert Figure("page x", ours, of_floor, 2.5, "ms").over is over


def test_a_line_names_ours_floor_ratio_and_bar() -> None:
    assert line(Figure("page case", 3.21, 1.5, 2.5, "ms")).split() == [
        "page", "case", "3.2", "ms", "1.5", "ms", "2.14", "2.50", "ok",
    ]  # fmt: skip
    assert line(Figure("page case", 15, 12, 1.0, "queries")).split()[-1] == "OVER"
    assert result_line(Result("soak", "nothing grew", False)).split() == ["soak", "BROKEN", "nothing", "grew"]


def test_the_table_takes_the_place_of_the_old_one() -> None:
    text = table([Figure("pdf A", 2.0, 1.0, 1.25, "ms")], date(2026, 11, 22), "2 cores")
    document = between("before\n<!-- a -->\nold\n<!-- b -->\nafter", "<!-- a -->", text, "<!-- b -->")
    assert "old" not in document
    assert "| pdf A | 2.0 ms | 1.0 ms | 2.00 | 1.25 | over |" in document
    assert document.startswith("before\n") and document.endswith("\nafter")  # noqa: PT018
    with pytest.raises(ValueError, match="no place"):
        between("no marks", "<!-- a -->", text, "<!-- b -->")


def test_names_are_asked_for_by_their_beginnings() -> None:
    assert wanted([], "page case")
    assert wanted(["page"], "page case")
    assert not wanted(["pdf", "page home"], "page case")
    assert related("page", "page case")
    assert not related("pdf", "page case")


def test_the_floor_is_22_kb_one_query_and_129_links(tmp_path: Path) -> None:
    app = floor.create_app(tmp_path)
    with app.app_context():
        engine = app.extensions["sqlalchemy"].engine
    with counted(engine) as sent:
        # In a context of its own, as a server would answer: the floor says for itself that it only reads.
        page = contextvars.Context().run(app.test_client().get, "/").get_data(as_text=True)
    assert 22_000 <= len(page) < 23_000
    assert page.count('href="') == floor.LINKS == 129
    assert page.count('<li class="row"') == floor.ROWS == 20
    assert len(sent) == 1


def test_every_planted_fault_still_finds_its_line_and_its_tests() -> None:
    """A fault whose line is gone would be planted nowhere, and `script/long` would learn it months later."""
    assert len(FAULTS) > 20
    for fault in FAULTS:
        assert (ROOT / fault.file).read_text(encoding="utf-8").count(fault.old) == 1, fault.name
        assert fault.new != fault.old, fault.name
        for test in fault.tests:
            assert (ROOT / test).is_file(), fault.name
