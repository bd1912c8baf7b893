"""A page that follows, without a page: one stream over a socket of its own, and the people of pairs that are living."""

from __future__ import annotations

import re
import socket
import struct
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from flask.testing import FlaskClient

from benchmarks.instance import Instance, csrf, participant, staff
from benchmarks.people import HOST, Browser
from mediator.cases.models import Case, Participant
from mediator.cases.terms import CaseState
from mediator.core.db import db

#: Where phones follow, and where they ask once there are as many streams as may be.
FOLLOW, POLL, SCREEN = "/notes/live", "/notes/live/version", "/notes/exercise"
#: Seconds a stream may take until it says that it is there.
PATIENCE = 30.0

_HEAD_END = b"\r\n\r\n"
_NUMBER = re.compile(rb"id: (\d+)\n")


@dataclass(frozen=True)
class Living:
    """A pair that works together now: its id and its two people, A then B."""

    case: uuid.UUID
    people: tuple[uuid.UUID, uuid.UUID]


class Stream:
    """One open stream. `status` is what the server answered: 200, or 204 where there are as many as may be."""

    def __init__(self, port: int, path: str, cookies: Mapping[str, str], since: int) -> None:
        """Open it. Raises OSError where the server does not answer."""
        self.socket = socket.create_connection((HOST, port), PATIENCE)
        told = "; ".join(f"{name}={value}" for name, value in cookies.items())
        lines = (f"GET {path}?since={since} HTTP/1.1", f"Host: {HOST}:{port}", f"Cookie: {told}",
                 "Accept: text/event-stream", "", "")  # fmt: skip
        self.socket.sendall("\r\n".join(lines).encode())
        self._read = b""
        while _HEAD_END not in self._read:
            self._take()
        head, _, self._read = self._read.partition(_HEAD_END)
        self.status = int(head.split()[1])

    def fileno(self) -> int:
        """For whoever waits for many at once."""
        return self.socket.fileno()

    def news(self, seconds: float) -> int | None:
        """The newest number that arrives within so many seconds, as soon as one does; a heartbeat is none.

        Raises OSError where the server has ended the stream.
        """
        number = self._newest()  # it may have come with the head
        if number is None:
            self.socket.settimeout(seconds)
            try:
                self._take()
            except TimeoutError:
                return None
            number = self._newest()
        return number

    def hang_up(self) -> None:
        """Close it, as a page does that is left."""
        self.socket.close()

    def break_off(self) -> None:
        """Close it without a word of farewell: the other end gets a reset."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def _newest(self) -> int | None:
        """The newest number among what was read. What comes after it may be the beginning of the next event."""
        found = list(_NUMBER.finditer(self._read))
        self._read = self._read[found[-1].end() if found else 0 :][-64:]
        return int(found[-1][1]) if found else None

    def _take(self) -> None:
        came = self.socket.recv(4096)
        if not came:
            raise ConnectionError("the stream was ended")
        self._read += came


def living(on: Instance, number: int) -> list[Living]:
    """So many pairs that are living, other than the rich one."""
    with on.app.app_context():
        rows = db.session.execute(
            db.select(Participant.case_id, Participant.id)
            .join(Case, Case.id == Participant.case_id)
            .where(Case.state == CaseState.ACTIVE, Case.id != on.filled.rich.case)
            .order_by(Participant.case_id, Participant.letter)
            .limit(2 * number)
        ).all()
        db.session.remove()
    ids = [tuple(row) for row in rows]
    return [Living(a[0], (a[1], b[1])) for a, b in zip(ids[::2], ids[1::2], strict=True)]


def come_in(on: Instance, port: int, person: uuid.UUID, case: uuid.UUID) -> Browser:
    """A participant's phone, come in through a fresh door."""
    return _browser(port, participant(on.app, person, case))


def sign_in(on: Instance, port: int) -> Browser:
    """The mediator's browser. More windows of it are made by `window`."""
    return _browser(port, staff(on.app))


def window(browser: Browser) -> Browser:
    """Another window of the same browser, with a line of its own."""
    other = Browser(browser.port)
    other.cookies = dict(browser.cookies)
    return other


def _browser(port: int, client: FlaskClient) -> Browser:
    """Signed in beside the server, which would else count how many come in from one address in a minute."""
    browser = Browser(port)
    cookie = client.get_cookie("session")
    if cookie is None:
        raise RuntimeError("signing in left no cookie")
    browser.cookies["session"] = cookie.value
    return browser


def start(desk: Browser, case: uuid.UUID, key: str) -> str:
    """Start an exercise on both phones, as a mediator does; the address of its console."""
    base = f"/work/cases/{case}/exercises"
    _, page = desk.ask("GET", f"{base}/start/{key}")
    new = re.search(r'name="id" value="([^"]+)"', page)
    if new is None:
        raise RuntimeError(f"{key} cannot be started")
    told = {"csrf_token": csrf(page), "id": new[1], "key": key, "place": "phones"}
    status, _ = desk.ask("POST", base, told)
    if status != 303:
        raise RuntimeError(f"starting was answered with {status}")
    return f"{base}/{new[1]}"
