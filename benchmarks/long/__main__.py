"""Runs what takes minutes and prints a line for each result; ends with 1 where something is broken.

Names of single runs may be given. With `--markdown` the table of docs/reliability.md is written anew (a whole run).
"""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.__main__ import machine
from benchmarks.figures import between
from benchmarks.long import crash, faults, mails, phones, soak, upgrades
from benchmarks.long.results import BEGIN, END, Result, line, table

DOCUMENT = Path(__file__).parents[2] / "docs" / "reliability.md"


def main(arguments: list[str]) -> int:
    """Run what is asked for, everything where nothing is."""
    parser = argparse.ArgumentParser(prog="script/long", description=__doc__)
    parser.add_argument("names", nargs="*", choices=["mails", "crash", "soak", "phones", "upgrades", "faults", []])
    parser.add_argument("--minutes", type=float, default=soak.MINUTES, help="how long soak and phones last")
    parser.add_argument("--markdown", action="store_true", help="write the table of docs/reliability.md")
    told = parser.parse_args(arguments)
    for talker in ("alembic", "asyncio", "mail.log"):
        logging.getLogger(talker).setLevel(logging.CRITICAL)  # they tell of every step, and of every kill
    if told.markdown and told.names:
        parser.error("the table of docs/reliability.md is written from a whole run, without names")
    runs: dict[str, Callable[[], Iterator[Result]]] = {
        "mails": mails.run,
        "crash": crash.run,
        "upgrades": upgrades.run,
        "faults": faults.run,
        "soak": partial(soak.run, told.minutes),
        "phones": partial(phones.run, told.minutes),
    }
    results = []
    for name, run in runs.items():
        if not told.names or name in told.names:
            for result in run():
                print(line(result), flush=True)
                results.append(result)
    if told.markdown:
        text = table(results, datetime.now(UTC).date(), machine())
        DOCUMENT.write_text(between(DOCUMENT.read_text(encoding="utf-8"), BEGIN, text, END), encoding="utf-8")
    return 0 if all(result.fine for result in results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
