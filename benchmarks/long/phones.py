"""Phones that come and go on live streams: what the server holds at the start, in the middle and after they are gone.

Forty phones and a few consoles, more than the cap when many of them vanish at once: they follow for seconds or minutes,
are left, break off, fall silent without closing, are reloaded, sleep and come back to where they were. On some pairs an
exercise goes on, so that taps reach others. The load is low, so that it may run for hours beside other work.
"""

from __future__ import annotations

import http.client
import json
import random
import re
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import following
from benchmarks.following import Stream
from benchmarks.instance import csrf, instance
from benchmarks.long.results import Result
from benchmarks.long.soak import MOST_GROWTH
from benchmarks.long.watched import PATH
from benchmarks.memory import family, memory
from benchmarks.people import Browser
from benchmarks.serving import answers, free_port, running, web

MINUTES = 5.0
PAIRS, BUSY = 20, 6
#: Threads of a process, as script/gunicorn.conf.py has them where nothing else is said.
POOL = 128
#: Seconds a phone follows before it goes, and stays away afterwards. Short ones are more frequent than long ones.
STAYS, AWAY = (2.0, 90.0), (0.5, 20.0)
#: Seconds until somebody whose turn it is presses, at least and at most.
TAP = (8.0, 24.0)
#: Seconds for which a phone that fell silent holds its line.
SILENT = 45.0
#: Pages past the cap ask this often, in seconds, and are told that nothing is new.
ASKS = 2.0
#: Seconds after which everybody who is there falls silent and comes back at once (in a short run sooner): more streams
#: than may be.
WAVE = 120.0
#: In so many stretches the state is looked at.
LOOKS = 20
#: Seconds the server has to notice that everybody is gone: a look and a heartbeat, and what was left behind.
TO_NOTICE = 30.0

_VERSION, _RUN = re.compile(r'data-version="(\d+)"'), re.compile(r'name="run" value="([^"]+)"')
_REV, _DO = re.compile(r'name="rev" value="(\d+)"'), re.compile(r'name="do" value="(finished|said_back|heard)"')


@dataclass(frozen=True)
class State:
    """What the server holds: memory in MB (what is shared counts by its share), open files, threads and streams."""

    memory: float
    files: int
    pool: int
    watchers: int
    other: int
    streams: int

    def __str__(self) -> str:
        """In one line."""
        return (
            f"{self.memory:.1f} MB, {self.files} files, {self.pool} threads of the pool, {self.other} other, "
            f"{self.watchers} watchers, {self.streams} streams"
        )


@dataclass
class Run:
    """What all share: until when, what happened how often, the lines nobody reads, and when the waves come."""

    port: int
    begins: float
    ends: float
    happened: Counter[str] = field(default_factory=Counter)
    silent: list[tuple[float, Stream]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str) -> None:
        """One more of these."""
        with self.lock:
            self.happened[what] += 1

    def waits(self, seconds: float) -> None:
        """Stay away, but not beyond the end."""
        time.sleep(max(0.0, min(seconds, self.ends - time.monotonic())))

    def wave(self) -> int:
        """The number of the last wave."""
        return int((time.monotonic() - self.begins) / min(WAVE, (self.ends - self.begins) / 3))

    def falls_silent(self, stream: Stream) -> None:
        """Nobody reads this stream any more, and nobody closes it for a while."""
        now = time.monotonic()
        with self.lock:
            self.silent.append((now + SILENT, stream))
            over = [one for until, one in self.silent if until < now]
            self.silent = [(until, one) for until, one in self.silent if until >= now]
        for one in over:
            one.break_off()


class Page:
    """Somebody's open page: it follows, is fetched anew after each act, and is left in one of many ways."""

    def __init__(self, run: Run, browser: Browser, screen: str, base: str, seed: int) -> None:
        self.run, self.browser, self.screen, self.base = run, browser, screen, base
        self.dice = random.Random(seed)
        self.version, self.html = 0, ""
        self.tap_at = 0.0

    def live(self) -> None:
        """Come and go until the end."""
        self.run.waits(self.dice.uniform(0, 5))
        while time.monotonic() < self.run.ends:
            try:
                self._visit()
            except (OSError, http.client.HTTPException, RuntimeError) as error:
                self.run.count(f"failed: {type(error).__name__}")
                self.run.waits(1)

    def _visit(self) -> None:
        if not self.html:
            self.load()
        stream = self._stream()
        until = min(self.run.ends, time.monotonic() + STAYS[0] * (STAYS[1] / STAYS[0]) ** self.dice.random())
        while stream is not None and time.monotonic() < until:
            stream = self._follow(stream, until)
        if stream is None:
            self._ask_until(until)
        else:
            self._leave(stream)

    def _stream(self) -> Stream | None:
        """A stream from where this page is, or None where there are as many as may be."""
        stream = Stream(self.run.port, self.base, self.browser.cookies, self.version)
        self.run.count("streams" if stream.status == 200 else "past the cap")
        if stream.status == 200:
            return stream
        stream.hang_up()
        return None

    def _follow(self, stream: Stream, until: float) -> Stream | None:
        """Follow, and act, until it is time to go or a wave comes. The stream there is then, if there is one."""
        wave = self.run.wave()
        while time.monotonic() < until and self.run.wave() == wave:
            try:
                news = stream.news(min(1.0, max(0.05, until - time.monotonic())))
            except OSError:
                stream.hang_up()
                self.run.count("ended by the server")
                return self._stream()
            if news is not None and news != self.version:
                self.run.count("news")
                self.load(live=True)
            self.act()
        if time.monotonic() >= until:
            return stream
        self.run.falls_silent(stream)
        self.run.count("silent in waves")
        return self._stream()

    def _ask_until(self, until: float) -> None:
        while time.monotonic() < until:
            self.run.waits(ASKS)
            status, _ = self.ask("GET", f"{self.base}/version", None, {"If-None-Match": f'"{self.version}"'})
            self.run.count("asked")
            if status == 200:
                self.load(live=True)
            self.act()

    def _leave(self, stream: Stream) -> None:
        way = self.dice.choice(("left", "broke off", "fell silent", "reloaded", "slept"))
        self.run.count(way)
        if way == "fell silent":
            self.run.falls_silent(stream)
        elif way == "broke off":
            stream.break_off()
        elif way == "reloaded":
            self.load()  # while the old stream is still there, as browsers do it
            stream.hang_up()
            return
        else:
            stream.hang_up()
        self.run.waits(self.dice.uniform(*AWAY))
        if way != "slept":  # a page that slept asks from where it was
            self.load()

    def load(self, *, live: bool = False) -> None:
        """Fetch the page, as a person does or as a page does by itself."""
        status, html = self.ask("GET", self.screen, None, {"X-Requested-With": "live"} if live else {})
        found = _VERSION.search(html)
        if status != 200 or found is None:
            self.run.count(f"failed: page {status}")
            return
        self.run.count("pages")
        self.version, self.html = int(found[1]), html
        self.tap_at = time.monotonic() + self.dice.uniform(*TAP)

    def act(self) -> None:
        """What is theirs to do now."""

    def ask(
        self, method: str, path: str, fields: dict[str, str] | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        """One request; once more over a new line where the server had closed the old one for being idle."""
        try:
            return self.browser.ask(method, path, fields, **(headers or {}))
        except (OSError, http.client.HTTPException):
            self.browser.again()
            return self.browser.ask(method, path, fields, **(headers or {}))


class Phone(Page):
    """A participant's phone."""

    def act(self) -> None:
        """Press what stands there, after a while: finished, said back, and now and then not yet."""
        run, rev, do = _RUN.search(self.html), _REV.search(self.html), _DO.search(self.html)
        if run is None or rev is None or do is None or time.monotonic() < self.tap_at:
            return
        told = {"csrf_token": csrf(self.html), "run": run[1], "rev": rev[1], "do": do[1]}
        if do[1] == "heard":
            told["heard"] = self.dice.choice(("got_it", "got_it", "partly", "not_yet"))
        status, _ = self.ask("POST", "/notes/exercise/turn", told)
        self.run.count("taps" if status == 303 else f"failed: tap {status}")
        self.load()


class Console(Page):
    """The mediator's console of one pair: when the turns are over, the exercise is ended and begun anew."""

    def __init__(self, run: Run, browser: Browser, case: following.Living, seed: int) -> None:
        self.case = case
        screen = following.start(browser, case.case, "E01")
        super().__init__(run, browser, screen, f"/work/cases/{case.case}/live", seed)

    def act(self) -> None:
        """Nobody has a turn any more: the next exercise."""
        if 'value="next_turn"' in self.html or time.monotonic() < self.tap_at:
            return
        rev = _REV.search(self.html)
        if rev is not None:
            told = {"csrf_token": csrf(self.html), "rev": rev[1], "do": "stop"}
            status, _ = self.ask("POST", f"{self.screen}/steps", told)
            self.run.count("exercises" if status == 303 else f"failed: end {status}")
        self.browser.again()
        self.screen = following.start(self.browser, self.case.case, "E01")
        self.load()


def run(minutes: float = MINUTES) -> Iterator[Result]:
    """Phones come and go for so many minutes; then all are gone."""
    with instance(PAIRS * 5) as on:
        port = free_port()
        with running(*web("benchmarks.long.watched:served()", port), environment=on.environment) as server:
            answers(port, "/healthz")
            pairs = following.living(on, PAIRS)
            desk = following.sign_in(on, port)
            first = state(server.pid, port)
            now = time.monotonic()
            told = Run(port, now, now + minutes * 60)
            browsers = [following.come_in(on, port, one, pair.case) for pair in pairs for one in pair.people]
            people = [Phone(told, one, following.SCREEN, following.FOLLOW, n) for n, one in enumerate(browsers)]
            consoles = [Console(told, following.window(desk), pair, 100 + n) for n, pair in enumerate(pairs[:BUSY])]
            threads = [threading.Thread(target=one.live, daemon=True) for one in (*people, *consoles)]
            for thread in threads:
                thread.start()
            states = [_state_at(told, share / LOOKS, server.pid) for share in range(1, LOOKS)]
            for thread in threads:
                thread.join()
            for _, stream in told.silent:
                stream.break_off()
            gone = _when_gone(told, server.pid)
    yield judged(minutes, told, first, states, gone)


def state(pid: int, port: int) -> State:
    """What the server holds now."""
    files = sum(len(list(Path(f"/proc/{one}/fd").iterdir())) for one in family(pid))
    _, told = Browser(port).ask("GET", PATH)
    return State(memory(pid) / 1e6, files, **json.loads(told))


def _state_at(told: Run, share: float, pid: int) -> State:
    """The same when this share of the run is over. What goes on for hours says now and then how it stands."""
    told.waits(told.begins + (told.ends - told.begins) * share - time.monotonic())
    found = state(pid, told.port)
    print(f"phones at {share:.0%}: {found}", file=sys.stderr, flush=True)
    return found


def _when_gone(told: Run, pid: int) -> State:
    """What the server holds once it has noticed that nobody is there, or after as long as that may take."""
    until = time.monotonic() + TO_NOTICE
    while (found := state(pid, told.port)).streams + found.watchers and time.monotonic() < until:
        time.sleep(0.5)
    return found


def judged(minutes: float, told: Run, first: State, states: Sequence[State], gone: State) -> Result:
    """Fine where nothing failed, nothing of the streams is left, no thread is beyond the pool, and memory stays.

    `states` are looks from the beginning to the end, evenly spread.
    """
    middle, end = states[len(states) // 2], states[-1]
    did = ", ".join(f"{number} {what}" for what, number in sorted(told.happened.items()))
    growth = max(end.memory, gone.memory) / middle.memory
    found = (
        f"{minutes:g} minutes, at most {max(one.streams for one in states)} streams at once; before anybody: {first}; "
        f"in the middle: {middle}; at the end: {end}; when all were gone: {gone}. Memory from the middle to the end "
        f"times {growth:.2f}. {did}"
    )
    failed = sum(number for what, number in told.happened.items() if what.startswith("failed"))
    left = gone.streams + gone.watchers + max(0, gone.pool - POOL) + max(0, gone.other - first.other)
    return Result("phones that come and go", found, not failed and not left and growth <= MOST_GROWTH)
