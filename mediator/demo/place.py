"""The folder a demo lives in, known by its marker file. What is not marked is never touched.

`python -m mediator.demo.place FOLDER [--keep]` makes room: an empty folder with the marker and a key of its own.
"""

from __future__ import annotations

import fcntl
import shutil
import sys
from pathlib import Path

from mediator.core.config import DEMO_FILE, ConfigError, make_secret
from mediator.core.leader import LOCK_FILE

#: What the marker says once everything is there; a demo that was interrupted while it was made says less.
_WHOLE = "Invented people, made to be looked at. Everything in this folder may be removed at any time.\n"


def make_room(folder: Path, *, keep: bool = False) -> bool:
    """Make an empty marked folder with a key; whether it has to be filled. With `keep` a whole demo stays as it is.

    Raises ConfigError, and removes nothing, where the folder holds anything that is not a demo, or one in use.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise ConfigError(f"{folder} is no plain folder. Nothing was removed.")
    if folder.exists() and any(folder.iterdir()):
        if not (folder / DEMO_FILE).is_file():
            raise ConfigError(f"{folder} holds something that is no demo. Nothing was removed. Move it away first.")
        if in_use(folder):
            raise ConfigError(f"A demo is being served from {folder}. End it first.")
        if keep and is_whole(folder):
            return False
        _empty(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / DEMO_FILE).write_text("")
    make_secret(folder)
    return True


def is_whole(folder: Path) -> bool:
    """Whether a demo stands there that was made to its end."""
    marker = folder / DEMO_FILE
    return marker.is_file() and marker.read_text() == _WHOLE


def mark_whole(folder: Path) -> None:
    """Say that everything is there."""
    (folder / DEMO_FILE).write_text(_WHOLE)


def in_use(folder: Path) -> bool:
    """Whether a jobs process works on it now (it holds the lock of `core.leader` while it lives)."""
    lock = folder / LOCK_FILE
    if not lock.exists():
        return False
    with lock.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _empty(folder: Path) -> None:
    """Remove everything but the marker, which goes on saying what this folder is if we are stopped on the way."""
    for entry in folder.iterdir():
        if entry.name == DEMO_FILE:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


if __name__ == "__main__":
    try:
        make_room(Path(sys.argv[1]), keep="--keep" in sys.argv[2:])
    except ConfigError as error:
        sys.exit(str(error))
