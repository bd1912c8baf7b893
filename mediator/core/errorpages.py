"""Error pages: ours, neutral, with a way on. The surface goes by path, so that unknown and forbidden look alike."""

from __future__ import annotations

import logging
from collections.abc import Callable

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
            return page(429, "bad", message="Too many requests at once. Please wait a minute.")
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
        db.session.rollback()
        audit.refused()
        return page(409, "bad", message=requests.with_safety(error.message), text=requests.typed(ticks=False))

    def busy(error: OperationalError) -> tuple[str | Response, int]:
        db.session.rollback()
        log.error("the database did not answer in time", exc_info=error)
        return page(503, "failed")

    def failed(error: Exception) -> tuple[str | Response, int]:
        db.session.rollback()
        log.error("a page failed", exc_info=error)
        return page(500, "failed")

    app.register_error_handler(HTTPException, http)
    app.register_error_handler(CSRFError, stale)
    app.register_error_handler(RingClosed, closed)
    app.register_error_handler(BadRequest, bad)
    app.register_error_handler(Refused, refused)
    app.register_error_handler(OperationalError, busy)
    app.register_error_handler(Exception, failed)
