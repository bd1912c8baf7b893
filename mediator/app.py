"""create_app(): configuration, database, surfaces, features, error pages, checks; in that order."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Blueprint, Flask, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from mediator import cli, surfaces
from mediator.agreements import portal as agreements_portal
from mediator.agreements import workspace as agreements_workspace
from mediator.cases import contact_pages, door_pages, waiting
from mediator.cases import portal as cases_portal
from mediator.cases import public as doors_public
from mediator.cases import queries as cases
from mediator.cases import workspace as cases_workspace
from mediator.cases.models import Participant
from mediator.core import audit, config, db, errorpages, requests, sealed, signin, templating
from mediator.core.visibility import Viewer
from mediator.exercises import portal as exercises_portal
from mediator.exercises import queries as exercise_queries
from mediator.exercises import workspace as exercises_workspace
from mediator.exercises import workspace_runs, workspace_screen
from mediator.exercises.held import portal as held_portal
from mediator.exercises.held import workspace as held_workspace
from mediator.exercises.own import portal as own_portal
from mediator.exercises.reading import exercises
from mediator.exercises.together import portal as together_portal
from mediator.exercises.together import workspace as together_workspace
from mediator.guide import gentle
from mediator.guide import workspace as guide_workspace
from mediator.guide.reading import guide
from mediator.guide.sentences import sentences
from mediator.overview import first_visit, frame, handover, leaving, today_page, together
from mediator.overview import portal as overview_portal
from mediator.overview import public as overview_public
from mediator.overview import workspace as overview_workspace
from mediator.practice import public as staff_public
from mediator.practice import queries as practice
from mediator.practice import workspace as staff_workspace
from mediator.practice.models import Staff
from mediator.questionnaires import (
    comparing,
    joining,
    on_a_break,
    portal_reminders,
    printing,
    workspace_comparison,
    workspace_forms,
    workspace_intake,
    workspace_sending,
)
from mediator.questionnaires import portal as questionnaires_portal
from mediator.reports import portal as reports_portal
from mediator.reports import workspace as reports_workspace
from mediator.sessions import (
    workspace_agenda,
    workspace_capture,
    workspace_caucus,
    workspace_change,
    workspace_planning,
    workspace_run,
    workspace_summary,
)

ROOT = Path(__file__).parent.parent
csrf = CSRFProtect()
babel = Babel()


def _counted_as() -> str:
    """What the outer limit counts together: each signed-out page for itself, each other surface, and what is nowhere.

    So a page that lies open after its sign-in ended takes nothing from who wants to open a link beside it.
    """
    surface = surfaces.of_path(request.path)
    return surface if surface in surfaces.SIGNED_IN else request.endpoint or "nowhere"


#: The coarse outer limit for whoever is not signed in. Passwords and links are counted in rows, since two people in one
#: home share an address.
limiter = Limiter(
    get_remote_address,
    default_limits=[lambda: current_app.extensions["mediator"].public_limit],
    request_identifier=_counted_as,
    storage_uri="memory://",
)


@limiter.request_filter
def _unlimited() -> bool:
    """Whoever is signed in where they ask is known by name; files are free, and leaving is never refused."""
    return request.endpoint in {"static", "public.doors.leave"} or surfaces.belongs_here()


#: Which pages hang on which surface. A feature's pages come in by this list and by no other way.
FEATURES: dict[str, tuple[Blueprint, ...]] = {
    "public": (overview_public.pages, doors_public.pages, staff_public.pages),
    "workspace": (
        today_page.pages,
        cases_workspace.pages,
        overview_workspace.pages,
        door_pages.pages,
        door_pages.message_pages,
        contact_pages.pages,
        handover.pages,
        leaving.pages,
        staff_workspace.pages,
        workspace_comparison.pages,
        workspace_forms.pages,
        workspace_sending.pages,
        printing.pages,
        workspace_intake.pages,
        guide_workspace.pages,
        exercises_workspace.pages,
        workspace_runs.pages,
        workspace_runs.live_pages,
        workspace_screen.pages,
        together_workspace.pages,
        held_workspace.pages,
        agreements_workspace.pages,
        workspace_planning.pages,
        workspace_agenda.pages,
        workspace_run.pages,
        workspace_capture.pages,
        workspace_change.pages,
        workspace_caucus.pages,
        workspace_summary.pages,
        reports_workspace.pages,
    ),
    "portal": (
        cases_portal.welcome,
        cases_portal.pages,
        first_visit.pages,
        overview_portal.pages,
        questionnaires_portal.pages,
        portal_reminders.pages,
        together.pages,
        exercises_portal.pages,
        together_portal.pages,
        exercises_portal.following,
        own_portal.pages,
        held_portal.pages,
        agreements_portal.pages,
        reports_portal.pages,
    ),
}


def create_app(settings: config.Config | None = None) -> Flask:
    """Build the application. Raises ConfigError where something is missing, Unguarded where a route is."""
    told = settings or config.read(os.environ, config.instance_folder(os.environ))
    app = errorpages.Application(__name__, template_folder=str(ROOT / "templates"), instance_path=str(told.instance))
    app.jinja_environment = templating.Pages
    app.config.from_mapping(
        SECRET_KEY=told.secret,
        SQLALCHEMY_DATABASE_URI=told.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={"hide_parameters": True},  # an error's text holds nobody's words
        MIGRATIONS=ROOT / "migrations",
        MAX_CONTENT_LENGTH=config.MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=config.MAX_BODY_BYTES,
        SESSION_COOKIE_NAME="__Host-session" if told.https else "session",
        SESSION_COOKIE_SECURE=told.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # asks for a referrer, which our pages forbid; core/requests.py asks Fetch Metadata
        BABEL_DEFAULT_LOCALE="en",
        RATELIMIT_HEADERS_ENABLED=False,
    )
    app.extensions["mediator"] = told
    if told.proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]  # Flask's own way

    db.init_app(app)
    app.before_request(_begin)
    requests.init_app(app, https=told.https, exit_url=told.exit_url)
    signin.init_app(app, {
        signin.STAFF: signin.Kind(Staff, practice.may_come_in, beside=practice.ZONE),
        signin.PARTICIPANT: signin.Kind(Participant, cases.may_come_in, (cases.WITH_CASE,), practice.ALIAS),
    })  # fmt: skip
    waiting.init_app(app, comparing.waits_to_be_read)
    on_a_break.init_app(app, exercise_queries.open_on_a_break)
    joining.watch()
    limiter.init_app(app)  # before whatever leaves a line for a refusal: past the limit none is written
    app.before_request(surfaces.guard)
    csrf.init_app(app)
    babel.init_app(app, timezone_selector=lambda: g.get("zone", "UTC"))
    templating.init_app(app)
    guide()
    exercises()
    gentle.rules()
    sentences()  # content is read and checked at start, not by the first person who meets a mistake
    frame.init_app(app)

    parents = surfaces.build()
    for surface, children in FEATURES.items():
        for child in children:
            parents[surface].register_blueprint(child)
        app.register_blueprint(parents[surface])
    csrf.exempt("mediator.cases.public.leave")  # leaving must work from a page of any age

    errorpages.init_app(app, surface=surfaces.of_path)
    app.after_request(_commit)
    app.teardown_request(_leave)
    cli.init_app(app)
    surfaces.check(app)
    return app


def _begin() -> None:
    """Say what the request's transaction means to do before anything is read in it."""
    db.writing.set(request.method not in {"GET", "HEAD", "OPTIONS"})


def _commit(response: ResponseReturnValue) -> ResponseReturnValue:
    """Nobody but the request commits. What an error rolled back leaves only the line that says so.

    A request that reads has nothing to commit: what it does write (the audit line, last seen) stands already.
    """
    if db.writing.get():
        db.db.session.commit()
    return response


def _leave(error: BaseException | None) -> None:
    """Nobody's ring, nobody's name: what this thread does next starts from nothing."""
    sealed.hold_ring(Viewer.nobody())
    audit.act_as(audit.NOBODY)
    db.writing.set(True)
