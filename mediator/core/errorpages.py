"""Error pages: ours, neutral, with a way on. The surface goes by path, so that unknown and forbidden look alike."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from flask import Flask, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from mediator.core import audit, requests
from mediator.core.db import db
from mediator.core.errors import BadRequest, Refused
from mediator.core.sealed import RingClosed

log = logging.getLogger("mediator")
OURS = Path(__file__).parent.parent

#: What an exception is told as where somebody looks at it: its kind, itself, and how it came about.
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Application(Flask):
    """A Flask that writes no address into the log.

    An error after the page is made (the commit fails, a disk is full) comes past the handlers below. Flask would note
    the path, and the path of a door, a welcome or a first set-up is the link itself, which by the rollback still opens.
    """

    def log_exception(self, exc_info: ExcInfo) -> None:
        """Note an error that no handler saw, by the name of the page."""
        if exc_info[1] is not None:
            note("a request failed", exc_info[1])


def note(what: str, error: BaseException) -> None:
    """Say in the log what failed and where. Never an address, nor an error's message: it may hold what was written.

    What a database says of itself (locked, the disk is full) holds nobody's words.
    """
    stack = traceback.extract_tb(error.__traceback__)
    ours = [one for one in stack[:-1] if Path(one.filename).is_relative_to(OURS)]
    places = " > ".join(f"{Path(one.filename).name}:{one.lineno}" for one in [*ours, *stack[-1:]])
    kind = f"{type(error).__name__} ({error.orig})" if isinstance(error, OperationalError) else type(error).__name__
    log.error("%s: %s %s, %s at %s", what, request.method, request.endpoint, kind, places)


def undo() -> None:
    """For a page that answers a refusal itself: nothing of the request is left but the line that says so.

    After it rows are read anew. Words of one's own and drafts are excused (docs/decisions/0015, 0016): their pages
    answer without raising.
    """
    db.session.rollback()
    audit.refused()


def init_app(app: Flask, surface: Callable[[str], str]) -> None:
    """Answer every error with a page of the surface the address belongs to, after rolling everything back."""

    def page(status: int, name: str, **words: str) -> tuple[str | Response, int]:
        if request.headers.get("X-Requested-With") == "autosave":
            return jsonify(message=words.get("message", "")), status
        where = surface(request.path)
        return render_template(f"{where}/errors/{name}.html", **words), status

    def http(error: HTTPException) -> tuple[str | Response, int] | Response:
        db.session.rollback()
        code = error.code or 500
        if code < 400:
            return error.get_response()
        if code == 413:
            return page(413, "bad", message="That was more text than one page can take. Please make it shorter.")
        if code == 429:
            words = requests.with_safety("Too many requests at once. Please wait a minute.")
            return page(429, "bad", message=words, text=requests.typed())
        if code >= 500:
            return page(code, "failed")
        audit.refused()
        return page(404, "missing")

    def closed(error: RingClosed) -> tuple[str | Response, int]:
        db.session.rollback()
        log.error("words outside the viewer's ring: %s", error)
        audit.refused("refused.ring")
        return page(404, "missing")

    def stale(error: CSRFError) -> tuple[str | Response, int]:
        db.session.rollback()
        audit.refused("refused.stale-page")
        words = "This page was open for too long. Open it again and send it again."
        return page(400, "bad", message=requests.with_safety(words), text=requests.typed())

    def bad(error: BadRequest) -> tuple[str | Response, int]:
        db.session.rollback()
        return page(400, "bad", message=error.message, text=error.text)

    def refused(error: Refused) -> tuple[str | Response, int]:
        undo()
        return page(409, "bad", message=requests.with_safety(error.message), text=requests.typed(ticks=False))

    def busy(error: OperationalError) -> tuple[str | Response, int]:
        db.session.rollback()
        note("the database did not answer in time", error)
        return page(503, "failed")

    def failed(error: Exception) -> tuple[str | Response, int]:
        db.session.rollback()
        note("a page failed", error)
        return page(500, "failed")

    app.register_error_handler(HTTPException, http)
    app.register_error_handler(CSRFError, stale)
    app.register_error_handler(RingClosed, closed)
    app.register_error_handler(BadRequest, bad)
    app.register_error_handler(Refused, refused)
    app.register_error_handler(OperationalError, busy)
    app.register_error_handler(Exception, failed)
