"""Makes one paper in a process of its own and says how much memory it took: `ours`, or WeasyPrint `alone`."""

from __future__ import annotations

import json
import sys
import uuid
from pathlib import Path


def main(arguments: list[str]) -> None:
    """Make the paper twice, as a process does that goes on living, and print the peak in MB."""
    if arguments[0] == "alone":
        from benchmarks import papers

        text = Path(arguments[1]).read_text(encoding="utf-8")
        for _ in range(2):
            papers.alone(text)
    else:
        from benchmarks import papers, rich
        from benchmarks.data import Filled
        from benchmarks.instance import Instance, settings
        from mediator.app import create_app
        from mediator.reports.terms import Reader

        folder, mediator, ids, reader, items = arguments[1:]
        app = create_app(settings(Path(folder)))
        pair = rich.Pair(**{name: uuid.UUID(value) for name, value in json.loads(ids).items()})
        on = Instance(app, Path(folder), Filled(uuid.UUID(mediator), pair))
        with app.app_context():
            for _ in range(2):
                papers.ours(on, Reader(reader), int(items))
    print(round(papers.peak(), 1))


if __name__ == "__main__":
    main(sys.argv[1:])
