"""Who comes first when the machine is busy: whoever answers people."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

#: How far a process steps back that nobody waits for second by second (nice, 0 to 19).
NICENESS = 10
#: Linux on desktops and small machines weighs whole sessions against each other, and processes only inside of one.
SESSION = Path("/proc/self/autogroup")


def step_back() -> None:
    """From here on this process and its threads get what the others leave. There is no way back.

    A process that leads a session of its own steps back with that, too; `script/server` gives the jobs one.
    """
    os.nice(NICENESS)
    if os.getsid(0) == os.getpid():
        with suppress(OSError):
            SESSION.write_text(str(NICENESS), encoding="ascii")
