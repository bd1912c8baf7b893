"""Live updates: who waits is told after the commit and by nothing else, and nothing is left behind."""

from __future__ import annotations

import contextvars
import queue
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, has_request_context
from sqlalchemy import Pool, create_engine, event, text

from mediator.app import create_app
from mediator.core import live, sealed
from mediator.core.db import db, writing
from mediator.core.visibility import NOBODY, Viewer
from tests.conftest import config

CASE = uuid.UUID(int=3)
PATIENCE = 60.0
NEVER = 3600.0


class Phone:
    """An open page: a thread reads the stream as a server would, chunk by chunk, and closes it at the end."""

    def __init__(self, response: Response) -> None:
        self.status = response.status_code
        self._response = response
        self._heard: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        try:
            for chunk in self._response.response:
                self._heard.put(str(chunk))
                if self._left.is_set():
                    break
        finally:
            self._response.close()
            self._heard.put(None)

    def hears(self) -> str | None:
        """The next thing said beside "retry", None at the end. Raises queue.Empty where nothing comes."""
        said = self._heard.get(timeout=PATIENCE)
        return self.hears() if said is not None and said.startswith("retry:") else said

    def leave(self) -> None:
        """Go, as a server does that finds the line closed, and wait until all is put away."""
        self._left.set()
        live.watcher().end()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()


Opens = Callable[..., Phone]


@pytest.fixture
def opens(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opens]:
    """Opens pages that wait for the case. Afterwards no stream, no thread and no connection may be left.

    Nothing is read but after a wake, and nobody is asked but before an event, unless a test says so.
    """
    app.extensions.pop("live", None)  # tests share applications
    monkeypatch.setattr(live, "EVERY", NEVER)
    monkeypatch.setattr(live, "LOOK", NEVER)
    there: list[Phone] = []

    def one(
        audience: str = "both",
        since: int = 0,
        allowed: Callable[[], bool] = lambda: True,
        line: socket.socket | None = None,
        who: uuid.UUID | None = None,
        **headers: str,
    ) -> Phone:
        environ: dict[str, Any] = {"werkzeug.socket": line}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with app.test_request_context("/", headers=named, environ_overrides=environ):
            phone = Phone(live.stream(CASE, audience, since, allowed, who or uuid.uuid4()))
        there.append(phone)
        return phone

    yield one
    thread = live.watcher()._thread
    for phone in there:
        phone.leave()
    if thread is not None:
        thread.join(PATIENCE)
        assert not thread.is_alive()
    db.session.remove()
    assert connections() == 0
    app.extensions.pop("live", None)


def connections() -> int:
    """How many of the pool's connections are in use."""
    return int(db.engine.pool.checkedout())  # type: ignore[attr-defined]  # every pool of ours counts


class Held:
    """Which threads hold a connection of a pool. The watcher holds one while it reads, whenever that is."""

    def __init__(self, pool: Pool) -> None:
        self._by: dict[int, threading.Thread] = {}
        event.listen(pool, "checkout", lambda _, record, __: self._by.update({id(record): threading.current_thread()}))
        event.listen(pool, "checkin", lambda _, record: self._by.pop(id(record), None))

    def by(self, thread: threading.Thread) -> bool:
        """Whether this thread holds one now."""
        return thread in self._by.values()


def act(*audiences: str) -> None:
    """One act, committed."""
    live.bump(CASE, *audiences)
    db.session.commit()


def news(version: int) -> str:
    """How a stream says a number."""
    return f"id: {version}\ndata: {version}\n\n"


def test_a_commit_is_heard_at_once_and_by_its_audience_alone(opens: Opens) -> None:
    for _ in range(10):
        act("desk")
    desk, both = opens("desk", since=10), opens("both")
    act("desk")
    assert desk.hears() == news(11)
    act("both", "desk")
    assert desk.hears() == news(12)
    assert both.hears() == news(1), "the acts before were not for these ears"


def test_a_rollback_counts_nothing_and_wakes_nobody(opens: Opens) -> None:
    phone = opens()
    live.bump(CASE, "both")
    db.session.rollback()
    db.session.commit()
    assert live.version(CASE, "both") == 0
    act("both")
    assert phone.hears() == news(1)


def test_a_savepoint_is_no_commit(opens: Opens) -> None:
    phone = opens()
    with db.session.begin_nested():
        live.bump(CASE, "both")
    with pytest.raises(ZeroDivisionError), db.session.begin_nested():
        raise ZeroDivisionError
    db.session.commit()
    assert phone.hears() == news(1), "the wake was kept until the commit"


def test_a_commit_elsewhere_is_found_by_looking(opens: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "EVERY", 0.01)
    phone = opens()
    elsewhere = create_engine(db.engine.url)
    with elsewhere.begin() as connection:
        told = {"id": CASE.hex if connection.dialect.name == "sqlite" else CASE}
        connection.execute(text("INSERT INTO live_channels (id, audience, version) VALUES (:id, 'both', 7)"), told)
    elsewhere.dispose()
    assert phone.hears() == news(7)


def test_whoever_comes_late_is_told_at_once_and_whoever_knows_is_not(opens: Opens) -> None:
    act("both")
    act("both")
    assert opens(since=1).hears() == news(2)
    assert opens(since=2, Last_Event_ID="1").hears() == news(2), "what a browser says of itself is newer than the page"
    knows = opens(since=2)
    odd = opens(since=2, Last_Event_ID="9" * 5000)
    act("both")
    assert knows.hears() == odd.hears() == news(3)


def test_acts_at_the_same_time_are_all_counted(app: Flask) -> None:
    def many() -> None:
        with app.app_context():
            for _ in range(10):
                act("both", "desk")

    threads = [threading.Thread(target=many) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert live.version(CASE, "both") == live.version(CASE, "desk") == 50


def test_whoever_may_no_longer_know_hears_nothing_more(opens: Opens) -> None:
    may = {"a": True, "b": True}
    a, b = opens(allowed=lambda: may["a"]), opens(allowed=lambda: may["b"])
    act("both")
    assert a.hears() == b.hears() == news(1)
    may["a"] = False
    act("both")
    assert a.hears() is None, "ended, without the number"
    assert b.hears() == news(2)


def test_a_stream_without_news_asks_too_and_ends(opens: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK", 0.01)
    answers = iter([True, True, False])
    assert opens(allowed=lambda: next(answers)).hears() is None


def test_an_answer_that_fails_is_a_no(opens: Opens) -> None:
    def missing() -> bool:
        db.session.execute(text("SELECT nothing FROM nowhere"))
        return True

    phone = opens(allowed=missing)
    act("both")
    assert phone.hears() is None


def test_the_question_finds_nothing_left_over_and_leaves_nothing(opens: Opens) -> None:
    found: list[tuple[Any, ...]] = []
    held = Held(db.engine.pool)

    def question() -> bool:
        found.append((sealed.viewer(), writing.get(), has_request_context(), threading.current_thread()))
        db.session.execute(text("SELECT 1"))
        assert held.by(threading.current_thread())
        sealed.hold_ring(Viewer.participant(CASE, CASE))
        return True

    phone = opens(allowed=question)
    for number in (1, 2):
        act("both")
        assert phone.hears() == news(number)
        assert not held.by(found[-1][-1]), "nothing is held between two events"
    assert [one[:3] for one in found] == [(NOBODY, False, False)] * 2


def test_a_quiet_stream_says_that_it_is_there(opens: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LOOK", 0.01)
    act("both")
    phone = opens(since=1)
    assert phone.hears() == phone.hears() == "event: beat\ndata: 1\n\n"


def test_a_stream_ends_by_itself_after_a_while(opens: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LONGEST", 0.0)
    assert opens().hears() is None


def test_past_the_cap_nobody_waits_until_somebody_leaves(opens: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_THREADS", "4")
    may = [True]
    first, second, third = opens(allowed=lambda: may[0]), opens(), opens()
    assert [first.status, second.status, third.status] == [200, 200, 204]
    may[0] = False
    act("both")
    assert first.hears() is None
    assert opens().status == 200
    assert opens().status == 204


def test_a_line_that_is_closed_makes_room(opens: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_THREADS", "2")
    with ExitStack() as stack:
        ours, phone = (stack.enter_context(one) for one in socket.socketpair())
        gone = opens(line=ours)
        assert opens().status == 204, "somebody is there"
        phone.close()
        assert opens().status == 200
        assert gone.hears() is None


def test_nobody_counts_the_others_by_filling_the_cap_alone(opens: Opens) -> None:
    """Past their own few somebody reads what everybody reads past the cap, whether or not another follows."""
    a, b = uuid.UUID(int=1), uuid.UUID(int=2)
    alone = [opens(who=a).status for _ in range(live.EACH + 2)]
    assert alone == [200] * live.EACH + [204] * 2
    assert opens(who=b).status == 200
    assert opens(who=a).status == 204
    assert opens("desk", who=a).status == 200, "a few for each pair somebody mediates"


def test_past_ones_own_cap_and_past_everybodys_is_one_answer(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(threads: str, each: int) -> tuple[int, bytes, list[tuple[str, str]]]:
        monkeypatch.setenv("WEB_THREADS", threads)
        monkeypatch.setattr(live, "EACH", each)
        with app.test_request_context("/"):
            answer = live.stream(CASE, "both", 0, lambda: True, uuid.UUID(int=1))
        return answer.status_code, answer.get_data(), list(answer.headers)

    assert refused("128", 0) == refused("0", 3) == (204, b"", [("Content-Type", "text/html; charset=utf-8")])


def test_a_closed_line_of_ones_own_makes_room_for_ones_next(opens: Opens) -> None:
    me = uuid.UUID(int=1)
    with ExitStack() as stack:
        lines = [[stack.enter_context(one) for one in socket.socketpair()] for _ in range(live.EACH)]
        for ours, _ in lines:
            opens(line=ours, who=me)
        assert opens(who=me).status == 204
        lines[0][1].close()
        assert opens(who=me).status == 200, "a page that is loaded anew waits for nothing"


def test_a_server_that_stops_ends_every_stream_and_begins_none(app: Flask, opens: Opens) -> None:
    phones = [opens("both"), opens("desk")]
    live.end(app)
    assert [phone.hears() for phone in phones] == [None, None]
    assert opens().status == 204


def test_the_watcher_ends_with_the_last_stream_and_starts_with_the_next(opens: Opens) -> None:
    may = [True]
    phone = opens(allowed=lambda: may[0])
    thread = live.watcher()._thread
    assert thread is not None
    may[0] = False
    act("both")
    assert phone.hears() is None
    thread.join(PATIENCE)
    assert not thread.is_alive()
    assert opens().hears() == news(1)


def test_whoever_asks_gets_the_number_or_that_nothing_is_new(app: Flask) -> None:
    act("desk")
    with app.test_request_context("/"):
        answer = live.polled(CASE, "desk")
        assert answer.json == {"version": 1}
        assert live.polled(CASE, "both").json == {"version": 0}
    with app.test_request_context("/", headers={"If-None-Match": answer.headers["ETag"]}):
        assert live.polled(CASE, "desk").status_code == 304
        act("desk")
        assert live.polled(CASE, "desk").json == {"version": 2}


def test_through_the_whole_application_a_stream_holds_no_session(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "EVERY", NEVER)
    whole = create_app(config(tmp_path, app.config["SQLALCHEMY_DATABASE_URI"]))

    @whole.get("/told")
    def told() -> Response:
        return live.stream(CASE, "both", live.version(CASE, "both") - 1, lambda: True, uuid.uuid4())

    with whole.app_context():
        held, engine = Held(db.engine.pool), db.engine
    # In a context of its own, as a server would answer it: the request's session ends with the request.
    with contextvars.Context().run(whole.test_client().get, "/told") as answer:
        said = iter(answer.response)
        assert answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        assert next(said) == b"retry: 1000\n\n"
        assert next(said) == news(0).encode()
        assert not held.by(threading.current_thread())
        thread = whole.extensions["live"]._thread
    thread.join(PATIENCE)
    assert not thread.is_alive()
    engine.dispose()
