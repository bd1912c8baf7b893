"""Fifty people who type: each over a connection of their own, saving once a second, each at a moment of their own."""

from __future__ import annotations

import http.client
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

HOST = "127.0.0.1"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Browser:
    """One connection that is kept, with its cookies. Raises OSError or HTTPException where the server goes away."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.line = http.client.HTTPConnection(HOST, port, timeout=30)

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None, **headers: str) -> tuple[int, str]:
        """One request: its status and its words. A redirect is not followed."""
        told = {**headers, "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields is not None:
            told |= FORM
        self.line.request(method, path, None if fields is None else urlencode(fields), told)
        answer = self.line.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, kept = value.partition(";")[0].partition("=")
                self.cookies[key] = kept
        return answer.status, answer.read().decode(errors="replace")

    def again(self) -> None:
        """A new connection, with the same cookies."""
        self.line.close()
        self.line = http.client.HTTPConnection(HOST, self.port, timeout=30)


@dataclass
class Typist:
    """Somebody who types: where to, under which name and with which fields beside the words, and what was acknowledged.

    `rev` is the revision the next save is made from, None where saves carry none (the floor). `times` holds when
    each save began (monotonic seconds) and how long it took in milliseconds.
    """

    browser: Browser
    path: str
    name: str
    fields: dict[str, str]
    rev: int | None = None
    acknowledged: list[str] = field(default_factory=list)
    times: list[tuple[float, float]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    tried: str = ""

    def save(self, words: str) -> None:
        """Send the words as autosave does, and keep what was answered."""
        self.tried = words
        sent = {**self.fields, self.name: words} | ({} if self.rev is None else {"rev": str(self.rev)})
        begin = time.monotonic()
        status, _body = self.browser.ask("POST", self.path, sent, **{"X-Requested-With": "autosave"})
        if status != 200:
            self.errors.append(f"{status}")
            return
        self.times.append((begin, (time.monotonic() - begin) * 1000))
        self.acknowledged.append(words)
        if self.rev is not None:
            self.rev += 1


def type_all(people: Sequence[Typist], seconds: float) -> None:
    """Let everybody save once a second for so long, each beginning at a moment of their own."""
    threads = [threading.Thread(target=_type, args=(one, n, seconds), daemon=True) for n, one in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _type(one: Typist, number: int, seconds: float) -> None:
    begin = time.monotonic() + random.Random(number).random()
    for turn in range(int(seconds)):
        time.sleep(max(0.0, begin + turn - time.monotonic()))
        try:
            one.save(text(number, len(one.acknowledged)))
        except (OSError, http.client.HTTPException) as error:
            one.errors.append(type(error).__name__)
            one.browser.again()


def text(number: int, turn: int) -> str:
    """What a person has typed by this turn: about 600 letters, no two alike."""
    return f"Person {number}, turn {turn}. " + "It helped to hear the plan before the weekend. " * 12
