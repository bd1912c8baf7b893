"""Live updates: a number that grows with every act, and streams that carry only this number to open pages.

An act calls `bump` in its own transaction. One thread a process reads the numbers somebody waits for, every quarter of
a second and at once after a commit in the same process, and wakes the streams of those that changed; the page then
fetches itself through its own route, with its own gates. A stream holds a thread and nothing else: no session, no
transaction. So that streams never fill the threads, they are capped at half, and each person at a few; past either cap
pages ask (`polled`).
Measured in docs/decisions/0013-live-updates.md.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextvars import Context
from functools import partial
from typing import Any

from flask import Flask, Response, current_app, jsonify, request
from sqlalchemy import String, delete, event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column
from werkzeug.exceptions import HTTPException

from mediator.core.db import Base, db, writing

log = logging.getLogger("mediator")

#: Seconds between two readings of the numbers, where no commit of this process wakes the watcher.
EVERY = 0.25
#: Seconds after which an open stream asks again whether it may go on: who signs out is out within five.
LOOK = 3.0
#: After so many looks without news a stream says that it is still there (15 s); proxies and pages count on it.
BEAT = 5
#: Seconds after which a stream ends and the page opens another: no thread is held for ever.
LONGEST = 600.0
#: Milliseconds after which a page opens a stream again that ended.
AGAIN_MS = 1000
#: How many streams one person holds at most where they follow, in all their windows: who could fill the cap alone would
#: count by what is left how many others follow.
EACH = 3
#: Where script/gunicorn.conf.py says how many threads a process has, and how many there are where nobody says it.
THREADS, USUAL_THREADS = "WEB_THREADS", 16

#: The two audiences of a case: what both participants may know of, and everything, which is the mediators' alone.
BOTH, DESK = "both", "desk"
#: What is watched: an id (of a case) and the audience that may know of its acts.
Watched = tuple[uuid.UUID, str]


class Channel(Base):
    """How many acts there were that an audience may know of. A number, never what happened."""

    __tablename__ = "live_channels"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    audience: Mapped[str] = mapped_column(String(8), primary_key=True)
    version: Mapped[int]


#: Both say "on conflict do update", each in a class of its own.
_INSERT: dict[str, Callable[..., Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
_WAKES = "live"


def bump(about: uuid.UUID, *audiences: str) -> None:
    """Count one act, in the request's transaction; after its commit the pages of these audiences follow.

    Two requests that bump the same case wait for each other until commit, which is what makes the numbers right: so
    call it last. A rollback counts nothing and wakes nobody.
    """
    session = db.session()
    rows = [{"id": about, "audience": one, "version": 1} for one in sorted(set(audiences))]  # one order: no deadlock
    put = _INSERT[session.get_bind().dialect.name](Channel).values(rows)
    keys = [Channel.id, Channel.audience]
    session.execute(put.on_conflict_do_update(index_elements=keys, set_={"version": Channel.version + 1}))
    session.info.setdefault(_WAKES, set()).add(watcher())


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    """Wake whoever watches. The end of a savepoint is no commit."""
    if _WAKES in session.info and not session.in_nested_transaction():
        for one in session.info.pop(_WAKES):
            one.wake()


@event.listens_for(Session, "after_rollback")
def _rolled_back(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(_WAKES, None)


def version(about: uuid.UUID, audience: str) -> int:
    """How many acts this audience may know of by now; 0 before the first."""
    found = db.session.scalar(select(Channel.version).where(Channel.id == about, Channel.audience == audience))
    return found or 0


def forget(about: uuid.UUID) -> None:
    """Take the numbers of what is gone along with it, in the request's transaction."""
    db.session.execute(delete(Channel).where(Channel.id == about))


def polled(about: uuid.UUID, audience: str) -> Response:
    """The number for a page that asks: JSON {"version": n}, or 304 where it names the same (`If-None-Match`)."""
    now = version(about, audience)
    response = jsonify(version=now)
    response.set_etag(str(now))
    response.make_conditional(request)
    return response


def stream(
    about: uuid.UUID,
    audience: str,
    since: int,
    still_allowed: Callable[[], bool],
    who: uuid.UUID,
) -> Response:
    """Server-sent events: the number, at once where it is not `since` and then with every change.

    A page that connects again says by itself what it had last. `still_allowed` is asked before every event and every
    few seconds, in an application context of its own without a request, in a transaction that only reads, with nobody's
    ring: it holds ids, never rows. Where it says no, or an error, the stream ends. 204 where the cap is reached, or
    this person's own (`who`), one like the other: browsers then don't ask again, and the page polls.
    """
    last = request.headers.get("Last-Event-ID", "")
    if last.isascii() and last.isdigit() and len(last) < 19:
        since = int(last)
    line = request.environ.get("gunicorn.socket") or request.environ.get("werkzeug.socket")
    watch = watcher()
    waiting = watch.join((about, audience), since, line, who)
    if waiting is None:
        return Response(status=204)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy's own way to what it stands for
    response = Response(_events(waiting, since, partial(_allowed, app, still_allowed)), mimetype="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"  # nginx passes every event on at once
    response.call_on_close(partial(watch.leave, waiting))
    return response


def cap() -> int:
    """How many streams a process serves at most: half of its threads, so that pages always find one."""
    return int(os.environ.get(THREADS) or USUAL_THREADS) // 2


def watcher() -> Watcher:
    """The one watcher of this application in this process."""
    extensions = current_app.extensions
    found: Watcher | None = extensions.get("live")
    if found is None or found.pid != os.getpid():  # a fork takes no thread along
        found = extensions["live"] = Watcher()
    return found


def end(app: Flask) -> None:
    """End all streams of this process and begin no other: it is being stopped, and would wait for them."""
    found: Watcher | None = app.extensions.get("live")
    if found is not None:
        found.end()


class Waiting:
    """One open stream: what it waits for, the newest number known, whose it is, and the line to whoever reads it."""

    def __init__(self, watched: Watched, since: int, line: socket.socket | None, who: uuid.UUID) -> None:
        self.watched = watched
        self.who = who
        self.version = since
        self.over = False
        self._line = line
        self._news = threading.Event()

    def wait(self, seconds: float) -> int:
        """Wait for news, at most so long. The newest number."""
        if self._news.wait(seconds):
            self._news.clear()  # before the number is read: what comes now is news again
        return self.version

    def tell(self, version: int) -> None:
        """The number is this by now."""
        if version != self.version:
            self.version = version
            self._news.set()

    def end(self) -> None:
        """There is nothing more to wait for."""
        self.over = True
        self._news.set()

    def gone(self) -> bool:
        """Whether nobody is at the other end any more. A stream that says nothing would not notice by itself."""
        if self._line is None:
            return False
        try:
            return self._line.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True
        except ValueError:  # TLS without a server in front: the next heartbeat finds out
            return False


class Watcher:
    """Reads the numbers that streams of this process wait for. Its thread lives while there is a stream."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self._engine = db.engine
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._streams: set[Waiting] = set()
        self._thread: threading.Thread | None = None
        self._ending = False

    def join(self, watched: Watched, since: int, line: socket.socket | None, who: uuid.UUID) -> Waiting | None:
        """A new stream, or None where there are as many as may be. Those nobody reads any more make room."""
        with self._lock:
            if self._full(watched, who):
                self._part_with_the_gone()
            if self._ending or self._full(watched, who):
                return None
            waiting = Waiting(watched, since, line, who)
            self._streams.add(waiting)
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="live", daemon=True)
                self._thread.start()
        self.wake()
        return waiting

    def leave(self, waiting: Waiting) -> None:
        """A stream is over. After the last one nothing is read any more."""
        with self._lock:
            self._streams.discard(waiting)
        self.wake()

    def wake(self) -> None:
        """Something was committed, or who waits has changed: look now."""
        self._woken.set()

    def end(self) -> None:
        """End all streams; no new one begins."""
        with self._lock:
            self._ending = True
            for waiting in self._streams:
                waiting.end()

    def _full(self, watched: Watched, who: uuid.UUID) -> bool:
        """Whether there are as many as may be, of everybody's or of this person's here."""
        own = sum(one.who == who and one.watched == watched for one in self._streams)
        return own >= EACH or len(self._streams) >= cap()

    def _part_with_the_gone(self) -> None:
        for waiting in [one for one in self._streams if one.gone()]:
            self._streams.discard(waiting)
            waiting.end()

    def _watch(self) -> None:
        writing.set(False)
        failing = False
        while True:
            self._woken.wait(EVERY)
            self._woken.clear()
            with self._lock:
                if not self._streams:
                    self._thread = None
                    return
                streams = tuple(self._streams)
            try:
                versions = self._read({one.watched[0] for one in streams})
            except SQLAlchemyError as error:
                if not failing:
                    log.error("live updates wait for the database", exc_info=error)
                failing = True
                continue
            failing = False
            for one in streams:
                one.tell(versions.get(one.watched, 0))

    def _read(self, ids: set[uuid.UUID]) -> dict[Watched, int]:
        """All of them in one statement and a transaction of its own."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(Channel.id, Channel.audience, Channel.version).where(Channel.id.in_(ids))
            ).all()
        return {(row.id, row.audience): row.version for row in rows}


def _events(waiting: Waiting, sent: int, allowed: Callable[[], bool]) -> Iterator[str]:
    """What goes out. It begins after the request has let go of its session, and holds none while it waits."""
    until = time.monotonic() + LONGEST
    quiet = 0
    yield f"retry: {AGAIN_MS}\n\n"
    while time.monotonic() < until:
        now = waiting.wait(LOOK)
        if waiting.over or waiting.gone() or not allowed():
            return
        quiet += 1
        if now != sent:
            sent, quiet = now, 0
            yield f"id: {now}\ndata: {now}\n\n"
        elif quiet >= BEAT:
            quiet = 0
            yield f"event: beat\ndata: {now}\n\n"


def _allowed(app: Flask, still_allowed: Callable[[], bool]) -> bool:
    """The answer from a context in which nothing is left over, and of which nothing stays in this thread."""
    return Context().run(_ask, app, still_allowed)


def _ask(app: Flask, still_allowed: Callable[[], bool]) -> bool:
    writing.set(False)
    try:
        with app.app_context():
            return still_allowed()
    except HTTPException:
        return False
    except SQLAlchemyError as error:
        log.error("a stream could not ask whether it may go on", exc_info=error)
        return False
