"""Runs the measurements and prints a line for each; ends with 1 where one is over its bar.

Names of measurements may be given, or the beginnings of names ("page", "pdf joint"). With `--markdown` the table of
docs/performance.md is written anew, which needs a whole run.
"""

from __future__ import annotations

import argparse
import logging
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from os import cpu_count, getloadavg
from pathlib import Path

from benchmarks import live, pages, papers, saving, weights
from benchmarks.figures import BEGIN, END, Figure, between, heading, line, table

DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"
#: Every group by how the names of its lines begin.
GROUPS: dict[str, Callable[[Callable[[str], bool]], Iterator[Figure]]] = {
    "weight": weights.measure,
    "page": pages.measure,
    "pdf": papers.measure,
    "save": saving.measure,
    "live": live.measure,
}


def main(arguments: list[str]) -> int:
    """Measure what is asked for, everything where nothing is."""
    parser = argparse.ArgumentParser(prog="script/benchmark", description=__doc__)
    parser.add_argument("names", nargs="*", help="names of measurements, or their beginnings")
    parser.add_argument("--markdown", action="store_true", help="write the table of docs/performance.md")
    told = parser.parse_args(arguments)
    if told.markdown and told.names:
        parser.error("the table of docs/performance.md is written from a whole run, without names")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    begun = time.monotonic()
    print(heading(), flush=True)
    found: list[Figure] = []
    for group, measure in GROUPS.items():
        if any(related(group, name) for name in told.names or [group]):
            for figure in measure(lambda name: wanted(told.names, name)):
                if wanted(told.names, figure.name):
                    print(line(figure), flush=True)
                    found.append(figure)
    if not found:
        parser.error(f"no measurement is called {' or '.join(told.names)}")
    over = [figure.name for figure in found if figure.over]
    print(f"{len(found)} measured in {time.monotonic() - begun:.0f} s, {len(over)} over: {', '.join(over) or 'none'}.")
    if told.markdown:
        text = table(found, datetime.now(UTC).date(), machine())
        DOCUMENT.write_text(between(DOCUMENT.read_text(encoding="utf-8"), BEGIN, text, END), encoding="utf-8")
    return 1 if over else 0


def wanted(names: list[str], name: str) -> bool:
    """Whether a line of this name was asked for; every one is where no name was given."""
    return not names or any(name.startswith(one) for one in names)


def related(group: str, name: str) -> bool:
    """Whether a name that was asked for may belong to a group."""
    return name.startswith(group) or group.startswith(name)


def machine() -> str:
    """What was measured and on which machine, in a few words, and how busy it was (the mean of the last minute)."""
    command = ["git", "describe", "--always", "--dirty"]
    said = subprocess.run(command, cwd=DOCUMENT.parent, capture_output=True, text=True, check=False).stdout.strip()
    return (
        f"{said or 'no commit'}, {cpu_count()} cores, Python {platform.python_version()}, "
        f"{platform.system()} {platform.release().split('-')[0]}, load {getloadavg()[0]:.1f}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
