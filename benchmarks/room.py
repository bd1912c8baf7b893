"""Many open pages on one server: they follow or ask as pages do, fetch themselves when something is new, and tap.

Every pair has a console and two phones, and an exercise in turns on both. Noted is when each page heard of a tap and
when it had fetched what is new, from the beginning of the tap. Clocks are monotonic seconds.
"""

from __future__ import annotations

import http.client
import re
import selectors
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field

from benchmarks import following
from benchmarks.following import Living, Stream
from benchmarks.instance import Instance, csrf
from benchmarks.people import Browser

#: Seconds between two questions of a page that found no stream free (live.js).
ASKS = 2.0
#: So many threads of ours fetch, ask and tap. One waits for all streams.
HANDS = 24

_VERSION, _RUN = re.compile(r'data-version="(\d+)"'), re.compile(r'name="run" value="([^"]+)"')
_REV, _DO = re.compile(r'name="rev" value="(\d+)"'), re.compile(r'name="do" value="(finished|said_back|heard)"')


@dataclass
class Open:
    """One open page: its words, and the newest number it was told.

    `heard` and `seen` say when a new number came, and when the page with it was there.
    """

    case: uuid.UUID
    browser: Browser
    screen: str
    base: str
    html: str = ""
    number: int = 0
    stream: Stream | None = None
    following: bool = False
    heard: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    using: threading.Lock = field(default_factory=threading.Lock)

    def load(self) -> None:
        """Fetch the page as it does by itself. Raises RuntimeError where it is no page that follows."""
        with self.using:
            status, html = self.ask("GET", self.screen, None)
        found = _VERSION.search(html)
        if status != 200 or found is None:
            raise RuntimeError(f"a page that follows was answered with {status}")
        self.html = html
        if not self.number:
            self.number = int(found[1])

    def ask(self, method: str, path: str, fields: dict[str, str] | None, **headers: str) -> tuple[int, str]:
        """One request, over a new line where the old one was closed."""
        try:
            return self.browser.ask(method, path, fields, **headers)
        except (OSError, http.client.HTTPException):
            self.browser.again()
            return self.browser.ask(method, path, fields, **headers)

    def follow(self) -> None:
        """Open a stream from where the page is, if there is room for one more."""
        self.stream = Stream(self.browser.port, self.base, self.browser.cookies, self.number)
        self.following = self.stream.status == 200
        if not self.following:
            self.stream.hang_up()
            self.stream = None


@dataclass(frozen=True)
class Tap:
    """One act: of which pair, by whom, and when it began."""

    case: uuid.UUID
    by: Open
    begun: float


class Room:
    """Everybody's open pages."""

    def __init__(self, on: Instance, port: int) -> None:
        self.on, self.port = on, port
        self.desk = following.sign_in(on, port)
        self.pages: list[Open] = []
        self.taps: list[Tap] = []
        self.failed: list[str] = []
        self.over = threading.Event()

    def enter(self, pairs: Sequence[Living]) -> list[Open]:
        """Their exercise is begun, and their three pages are open; they do not follow yet."""
        came: list[Open] = []
        for pair in pairs:
            console = following.start(self.desk, pair.case, "E01")
            desk = following.window(self.desk)
            came.append(Open(pair.case, desk, console, f"/work/cases/{pair.case}/live"))
            for person in pair.people:
                phone = following.come_in(self.on, self.port, person, pair.case)
                came.append(Open(pair.case, phone, following.SCREEN, following.FOLLOW))
        for page in came:
            page.load()
        self.pages += came
        return came

    def follow(self, pages: Sequence[Open]) -> None:
        """They follow from now on, or ask where there are as many streams as may be."""
        for page in pages:
            page.follow()

    def go_on(self, seconds: float, taps_a_second: float) -> None:
        """For so long somebody taps so often, pair after pair, and all pages are what they are."""
        self.over.clear()
        for page in self.pages:
            page.heard.clear()
            page.seen.clear()
        self.taps.clear()
        with ThreadPoolExecutor(HANDS) as hands:
            others = [threading.Thread(target=act, args=(hands,)) for act in (self._watch, self._ask)]
            for thread in others:
                thread.start()
            cases = list(dict.fromkeys(page.case for page in self.pages))
            begin = time.monotonic()
            for turn in range(int(seconds * taps_a_second)):
                time.sleep(max(0.0, begin + turn / taps_a_second - time.monotonic()))
                hands.submit(self._kept, self._tap, cases[turn % len(cases)])
            time.sleep(2 * ASKS)  # until everybody who asks has asked
            self.over.set()
            for thread in others:
                thread.join()

    def close(self) -> None:
        """Everybody leaves."""
        for page in self.pages:
            if page.stream is not None:
                page.stream.hang_up()

    def _kept(self, act: Callable[..., None], *about: object) -> None:
        """What went wrong is kept and counted."""
        try:
            act(*about)
        except (OSError, http.client.HTTPException, RuntimeError) as error:
            self.failed.append(f"{type(error).__name__}: {error}")

    def _watch(self, hands: ThreadPoolExecutor) -> None:
        """Wait for all streams at once."""
        with selectors.DefaultSelector() as waiting:
            for page in self.pages:
                if page.stream is not None:
                    waiting.register(page.stream, selectors.EVENT_READ, page)
            while not self.over.is_set():
                for key, _ in waiting.select(0.1):
                    page = key.data
                    try:
                        news = page.stream.news(5)
                    except OSError:
                        self.failed.append("a stream was ended")
                        waiting.unregister(key.fileobj)
                        continue
                    if news is not None:
                        self._news(hands, page, news)

    def _news(self, hands: ThreadPoolExecutor, page: Open, number: int) -> None:
        page.heard.append(time.monotonic())
        page.number = number
        hands.submit(self._kept, self._fetch, page)

    def _fetch(self, page: Open) -> None:
        page.load()
        page.seen.append(time.monotonic())

    def _ask(self, hands: ThreadPoolExecutor) -> None:
        """Those without a stream ask, each at a moment of their own."""
        asking = [page for page in self.pages if page.stream is None]
        begin, turn = time.monotonic(), 0
        while asking and not self.over.is_set():
            page = asking[turn % len(asking)]
            time.sleep(max(0.0, begin + turn * ASKS / len(asking) - time.monotonic()))
            hands.submit(self._kept, self._asked, hands, page)
            turn += 1

    def _asked(self, hands: ThreadPoolExecutor, page: Open) -> None:
        told = {"If-None-Match": f'"{page.number}"'}
        with page.using:
            status, body = page.ask("GET", f"{page.base}/version", None, **told)
        if status == 200:
            found = re.search(r"\d+", body)
            if found is not None and int(found[0]) > page.number:
                self._news(hands, page, int(found[0]))
        elif status != 304:
            raise RuntimeError(f"a page that asked was answered with {status}")

    def _tap(self, case: uuid.UUID) -> None:
        """Whoever has a button presses it. The turn never passes on, so that it goes round for ever."""
        for page in self.pages:
            run, rev, do = _RUN.search(page.html), _REV.search(page.html), _DO.search(page.html)
            if page.case != case or run is None or rev is None or do is None:
                continue
            told = {"csrf_token": csrf(page.html), "run": run[1], "rev": rev[1], "do": do[1], "heard": "partly"}
            with page.using:
                begun = time.monotonic()
                status, _ = page.ask("POST", "/notes/exercise/turn", told)
            if status != 303:
                raise RuntimeError(f"a tap was answered with {status}")
            self.taps.append(Tap(case, page, begun))
            page.load()
            return
        raise RuntimeError("nobody of a pair had a turn")


def waited(taps: Sequence[Tap], pages: Sequence[Open], what: str, *, following: bool) -> tuple[list[float], int]:
    """Milliseconds from the beginning of each tap to every other page of the pair, and how many never came.

    `what` is `heard` or `seen`; `following` tells whether pages are meant that follow or those that ask.
    """
    times, missed = [], 0
    for tap in taps:
        for page in pages:
            if page.case == tap.case and page is not tap.by and page.following is following:
                after = [at for at in getattr(page, what) if at >= tap.begun]
                times += [(min(after) - tap.begun) * 1000] if after else []
                missed += not after
    return times, missed


def health(port: int, over: threading.Event, took: list[float]) -> None:
    """Ask /healthz a few times a second until it is over; milliseconds, and infinite where it is not well."""
    browser = Browser(port)
    while not over.wait(0.2):
        begin = time.monotonic()
        status = 599
        with suppress(OSError, http.client.HTTPException):
            status, _ = browser.ask("GET", "/healthz")
        took.append((time.monotonic() - begin) * 1000 if status == 200 else float("inf"))
