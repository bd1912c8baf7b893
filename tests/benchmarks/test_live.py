"""What the lines of live updates and the run of phones are made of. Nothing is served and nothing timed."""

from __future__ import annotations

import socket
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import pytest

from benchmarks.following import Stream
from benchmarks.long.phones import Run, State, judged
from benchmarks.long.watched import told
from benchmarks.people import Browser
from benchmarks.room import Open, Tap, waited

FIRST = State(memory=100, files=20, pool=2, watchers=0, other=1, streams=0)
MIDDLE = State(memory=120, files=140, pool=90, watchers=1, other=1, streams=64)
GONE = State(memory=125, files=90, pool=128, watchers=0, other=1, streams=0)


def run(**happened: int) -> Run:
    return Run(port=1, begins=0, ends=60, happened=Counter(happened))


def test_a_run_of_phones_that_leaves_nothing_behind_is_fine() -> None:
    result = judged(1, run(streams=3, taps=2), FIRST, [FIRST, MIDDLE, MIDDLE], GONE)
    assert result.fine
    assert "at most 64 streams at once" in result.found
    assert "times 1.04. 3 streams, 2 taps" in result.found


@pytest.mark.parametrize(
    "left",
    [{"streams": 1}, {"watchers": 1}, {"pool": 129}, {"other": 2}, {"memory": 133}],
    ids=["a stream", "a watcher", "a thread beyond the pool", "a thread of its own", "memory"],
)
def test_it_is_broken_where_something_is_left(left: dict[str, int]) -> None:
    gone = State(**{**vars(GONE), **left})
    assert not judged(1, run(streams=3), FIRST, [FIRST, MIDDLE, MIDDLE], gone).fine


def test_it_is_broken_where_something_failed() -> None:
    assert not judged(1, run(**{"failed: page 500": 1}), FIRST, [FIRST, MIDDLE, MIDDLE], GONE).fine


def test_threads_are_told_apart_by_their_names() -> None:
    names = ("live", "ThreadPoolExecutor-0_0", "ThreadPoolExecutor-0_1", "MainThread")
    threads = [threading.Thread(name=name) for name in names]
    assert told(None, threads) == {"pool": 2, "watchers": 1, "other": 1, "streams": 0}


def test_each_tap_counts_once_for_every_other_page_of_the_pair_and_what_never_came_is_missed() -> None:
    one, another = uuid.uuid4(), uuid.uuid4()
    speaker, listener, console = (page(one, following=True) for _ in range(3))
    listener.heard = [9.0, 10.25, 20.5]
    console.heard = [10.5]
    pages = [speaker, listener, console, page(another, following=True)]
    taps = [Tap(one, speaker, begun=10.0), Tap(one, speaker, begun=20.0)]
    assert waited(taps, pages, "heard", following=True) == ([250.0, 500.0, 500.0], 1)
    assert waited(taps, pages, "heard", following=False) == ([], 0)


def test_a_stream_gives_the_newest_number_wherever_its_bytes_are_cut() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        pieces = (b"HTTP/1.1 200 OK\r\n", b"\r\nid: 4\ndata: 4\n\nid: 1", b"2\ndata: 12\n\nevent: beat\ndata: 12\n\n")
        answering = threading.Thread(target=answer, args=(server, pieces))
        answering.start()
        stream = Stream(server.getsockname()[1], "/notes/live", {"session": "one"}, 3)
        assert stream.status == 200
        assert list(numbers(stream))[-1] == 12
        answering.join()
        stream.hang_up()


def numbers(stream: Stream) -> Iterator[int]:
    """All that come until the stream is ended."""
    with suppress(ConnectionError):
        while True:
            number = stream.news(5)
            if number is not None:
                yield number


def answer(server: socket.socket, pieces: tuple[bytes, ...]) -> None:
    """Answer one client in these pieces, and hang up."""
    line, _ = server.accept()
    with line:
        asked = line.recv(4096)
        assert asked.startswith(b"GET /notes/live?since=3 HTTP/1.1\r\n")
        assert b"Cookie: session=one\r\n" in asked
        for piece in pieces:
            line.sendall(piece)


def page(case: uuid.UUID, *, following: bool) -> Open:
    return Open(case, Browser(1), "", "", following=following)
