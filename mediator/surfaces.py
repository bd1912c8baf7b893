"""The three surfaces: public (signed out), workspace (the practice's staff), portal (participants).

Each is one parent blueprint with one guard; features hang child blueprints below it. The guards go by path, before
routing decides, so that an unknown, a forbidden and somebody else's address are answered alike. `check` refuses to
start the application where a route hangs on no surface or a workspace route names no permission.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Flask, g, jsonify, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from mediator.core import audit, sealed, signin
from mediator.core.permissions import Permission
from mediator.core.visibility import Viewer
from mediator.practice.models import Staff

WORKSPACE = "/work"
PORTAL = "/notes"
SURFACES = ("public", "workspace", "portal")
#: What a handed-over tablet opens beside the one form it was handed over for.
HANDOVER_ENDPOINTS = ("portal.questionnaires.", "portal.pages.", "portal.welcome.")


class Unguarded(RuntimeError):
    """A route that no guard protects. The application does not start with one."""


def build() -> dict[str, Blueprint]:
    """Fresh parent blueprints for one application."""
    return {
        "public": Blueprint("public", __name__),
        "workspace": Blueprint("workspace", __name__, url_prefix=WORKSPACE),
        "portal": Blueprint("portal", __name__, url_prefix=PORTAL),
    }


def of_path(path: str) -> str:
    """Which surface an address belongs to, whether or not anything is there."""
    for prefix, surface in ((WORKSPACE, "workspace"), (PORTAL, "portal")):
        if path == prefix or path.startswith(prefix + "/"):
            return surface
    return "public"


def guard() -> Response | tuple[Response, int] | None:
    """Let in who belongs on this surface, take up their ring, and turn everybody else away alike."""
    g.zone = "UTC"
    sealed.hold_ring(Viewer.nobody())
    audit.act_as(audit.NOBODY)
    if request.endpoint == "static":
        return None
    user = signin.anyone()
    if user is not None:
        audit.act_as(audit.Actor(user.session.kind, user.session.person_id))
        g.zone = user.person.zone
    surface = of_path(request.path)
    if surface == "workspace":
        return _workspace()
    if surface == "portal":
        return _portal()
    return None


def _workspace() -> Response | None:
    user = signin.signed_in(signin.STAFF)
    if user is None:
        audit.refused("refused.signed-out")
        return redirect(url_for("public.staff.sign_in", next=_way_back()))
    staff: Staff = user.person
    # Staff read directory words everywhere; a case's own words only once a page has loaded it as theirs.
    sealed.hold_ring(Viewer.staff(staff.id, frozenset()))
    permission = _permission()
    if permission is not None and not staff.may(permission):
        raise NotFound
    return None


def _portal() -> Response | tuple[Response, int] | None:
    user = signin.signed_in(signin.PARTICIPANT)
    if user is None:
        if request.headers.get("X-Requested-With") == "autosave":
            return jsonify(message="This page was closed after a while. Keep it open and ask for a new link."), 401
        return redirect(url_for("public.doors.new_link"))
    person = user.person
    sealed.hold_ring(Viewer.participant(person.id, person.case_id))
    if user.session.scope_id is not None and not (request.endpoint or "").startswith(HANDOVER_ENDPOINTS):
        raise NotFound
    return None


def _permission() -> Permission | None:
    view = _app().view_functions.get(request.endpoint or "")
    return getattr(view, "permission", None)


def _app() -> Flask:
    from flask import current_app

    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]


def _way_back() -> str | None:
    """Where to go after signing in: only an address of the workspace, only for a page that was asked for."""
    if request.method != "GET" or request.endpoint is None:
        return None
    return quote(request.full_path.rstrip("?"), safe="/?=&-")


def check(app: Flask) -> None:
    """Refuse to start with a route on no surface, a route outside its surface's path, or one without permission."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        surface = rule.endpoint.partition(".")[0]
        if surface not in SURFACES:
            raise Unguarded(f"{rule.rule} hangs on no surface")
        if of_path(rule.rule) != surface:
            raise Unguarded(f"{rule.rule} lies outside the {surface} surface")
        view = app.view_functions[rule.endpoint]
        if surface == "workspace" and not isinstance(getattr(view, "permission", None), Permission):
            raise Unguarded(f"{rule.rule} names no permission")
