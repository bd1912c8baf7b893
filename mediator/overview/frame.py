"""What the frame of every page shows beside its links: the main places, the account menu, the name of the pages."""

from __future__ import annotations

from typing import Any

from flask import Flask, g
from sqlalchemy.exc import SQLAlchemyError

from mediator.core import config, signin
from mediator.core.db import db
from mediator.practice import navigation, queries


def init_app(app: Flask) -> None:
    """Give every template its frame."""
    told: config.Config = app.extensions["mediator"]
    app.jinja_env.globals.update(practice_alias=practice_alias, neutral_url=told.exit_url, demo=told.demo)
    app.context_processor(frame)


def frame() -> dict[str, Any]:
    """The frame for whoever is signed in."""
    try:
        user = signin.anyone()
    except SQLAlchemyError:  # the page that says the database is gone must still come
        db.session.rollback()
        user = None
    if user is None:
        return {}
    if user.session.kind == signin.PARTICIPANT:
        return {"handed_over": user.session.scope_id}
    return {"nav": navigation.nav_for(user.person), "account": navigation.account_for(user.person)}


def practice_alias() -> str:
    """What participants read as the name of their pages; it came with them where somebody is signed in."""
    if "practice_alias" not in g:
        try:
            user = signin.signed_in(signin.PARTICIPANT)
            g.practice_alias = queries.alias() if user is None else user.beside
        except SQLAlchemyError:
            db.session.rollback()
            g.practice_alias = ""
    alias: str = g.practice_alias
    return alias
