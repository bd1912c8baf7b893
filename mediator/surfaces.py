"""The three surfaces: public (signed out), workspace (the practice's staff), portal (participants).

Each is one parent blueprint with one guard; features hang child blueprints below it. The guards go by path, before
routing decides, so that an unknown, a forbidden and somebody else's address are answered alike. `check` refuses to
start the application where a route hangs on no surface or a workspace route names no permission.
"""

from __future__ import annotations

from urllib.parse import quote

from flask import Blueprint, Flask, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from mediator.core import audit, requests, sealed, signin
from mediator.core.permissions import Permission
from mediator.core.visibility import Viewer
from mediator.overview import handover
from mediator.practice.models import Staff

WORKSPACE = "/work"
PORTAL = "/notes"
SURFACES = ("public", "workspace", "portal")
#: Who is signed in there.
SIGNED_IN = {"workspace": signin.STAFF, "portal": signin.PARTICIPANT}
#: What a handed-over tablet opens beside the one form it was handed over for.
THE_FORM = "portal.questionnaires."
HANDOVER_ENDPOINTS = (THE_FORM, "portal.pages.", "portal.welcome.")


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


def belongs_here() -> bool:
    """Whether whoever asks is signed in on the surface they ask for. On the public one nobody is."""
    kind = SIGNED_IN.get(of_path(request.path))
    return kind is not None and signin.signed_in(kind) is not None


#: What the guard answers with, where it does not let the request pass.
Answer = Response | tuple[Response | str, int] | None


def guard() -> Answer:
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


def _workspace() -> Answer:
    user = signin.signed_in(signin.STAFF)
    if user is None:
        audit.refused("refused.signed-out")
        if request.method == "POST":
            sign_in = url_for("public.staff.sign_in", next=_way_back())
            how = _("Sign in in another window, then try again.")
            return _not_saved("workspace", how, sign_in, _("Sign in again"))
        return redirect(url_for("public.staff.sign_in", next=_way_back()))
    staff: Staff = user.person
    # Staff read directory words everywhere; a case's own words only once a page has loaded it as theirs.
    sealed.hold_ring(Viewer.staff(staff.id, frozenset()))
    permission = _permission()
    if permission is not None and not staff.may(permission):
        raise NotFound
    return None


def _portal() -> Answer:
    user = signin.signed_in(signin.PARTICIPANT)
    if user is None:
        if request.method == "POST":
            how = _("Ask for a new link and open it on this device, then try again.")
            return _not_saved("portal", how, url_for("public.doors.new_link"), _("Ask for a new link"))
        return redirect(url_for("public.doors.new_link"))
    person = user.person
    sealed.hold_ring(Viewer.participant(person.id, person.case_id))
    scope, endpoint = user.session.scope_id, request.endpoint or ""
    if scope is None:
        return None
    if not endpoint.startswith(HANDOVER_ENDPOINTS):
        raise NotFound
    if request.method == "GET" and endpoint.startswith(THE_FORM) and not handover.may_go_on(person, scope):
        signin.sign_out()
        return render_template("portal/questionnaires/hand_back.html", thanks=False), 200
    return None


def _not_saved(surface: str, how: str, way_url: str, way_label: str) -> Answer:
    """Words sent by somebody who is signed out by now: not stored, but given back with the way in (401).

    Nothing about safety is given back: whoever is at the device by now is not always whoever wrote it.

    Where a page saves by itself the words still stand on it, and `how` says what to do beside it.
    """
    if request.headers.get("X-Requested-With") == "autosave":
        still = _("You were signed out after a while. Keep this page open: your words are still here.")
        return jsonify(message=f"{still} {how}"), 401
    text = requests.typed()
    message = _("You were signed out after a while.")
    if text:
        message = _("You were signed out after a while. What you typed was not saved. Here it is.")
    message = requests.with_safety(message)
    page = render_template(
        f"{surface}/errors/bad.html", message=message, text=text, way_url=way_url, way_label=way_label
    )
    return page, 401


def _permission() -> Permission | None:
    view = _app().view_functions.get(request.endpoint or "")
    return getattr(view, "permission", None)


def _app() -> Flask:
    from flask import current_app

    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]


def _way_back() -> str | None:
    """Where to go after signing in: only an address of the workspace, and only one that can be opened."""
    if request.endpoint is None or not (request.method == "GET" or _opens(request.path)):
        return None
    return quote(request.full_path.rstrip("?"), safe="/?=&-")


def _opens(path: str) -> bool:
    """Whether there is a page at the address a form was sent to."""
    try:
        _app().url_map.bind("").match(path, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True


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
