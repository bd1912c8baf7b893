"""What the frame of every page shows: the main places, the account menu, and the participants' fixed foot."""

from __future__ import annotations

from typing import Any

from flask import Flask, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from mediator.core import config, signin
from mediator.core.db import db
from mediator.practice import navigation, queries


def init_app(app: Flask) -> None:
    """Give every template its frame."""
    told: config.Config = app.extensions["mediator"]

    @app.context_processor
    def frame() -> dict[str, Any]:
        try:
            practice, staff = queries.practice(), signin.signed_in(signin.STAFF)
            participant = signin.signed_in(signin.PARTICIPANT)
        except SQLAlchemyError:  # the page that says the database is gone must still come
            db.session.rollback()
            practice, staff, participant = None, None, None
        return {
            "practice_alias": practice.alias if practice is not None else "",
            "neutral_url": told.exit_url,
            "nav": navigation.nav_for(staff.person) if staff is not None else [],
            "account": navigation.account_for(staff.person) if staff is not None else None,
            "foot_links": foot_links(),
            "demo": told.demo,
            "handed_over": participant.session.scope_id if participant is not None else None,
        }


def foot_links() -> list[dict[str, str]]:
    """The same foot on each of a participant's pages, for both, in every state; it never changes with an answer."""
    return [
        {"label": _("Help"), "url": url_for("portal.pages.help")},
        {"label": _("Who sees what"), "url": url_for("portal.pages.who_sees_what")},
        {"label": _("Exit button"), "url": url_for("portal.pages.exit_button")},
    ]
