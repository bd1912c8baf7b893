"""What a program holds: its memory, and the processes it started."""

from __future__ import annotations

from pathlib import Path


def memory(pid: int) -> int:
    """Bytes of a program and all it started that stays; of what is shared, its share (PSS)."""
    told = "".join(Path(f"/proc/{one}/smaps_rollup").read_text() for one in family(pid))
    return sum(int(line.split()[1]) for line in told.splitlines() if line.startswith("Pss:")) * 1024


def family(pid: int) -> list[int]:
    """The program and what its first thread started: its workers. What a worker's threads start ends with a paper."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]
