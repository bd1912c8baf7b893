"""Public pages that belong to no feature: the front door and the health check."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from sqlalchemy import text
from werkzeug.wrappers import Response

from mediator.core import signin
from mediator.core.db import db
from mediator.practice.navigation import start_for

pages = Blueprint("front", __name__)


@pages.get("/")
def index() -> Response:
    """Send everybody to where they belong; signed out, that is the sign-in page."""
    user = signin.anyone()
    if user is None:
        return redirect(url_for("public.staff.sign_in"))
    if user.session.kind == signin.STAFF:
        return redirect(start_for(user.person))
    return redirect(url_for("portal.home.show"))


@pages.get("/healthz")
def health() -> dict[str, str]:
    """Whether the application and its database answer; no names, no counts."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ok"}
