"""When somebody leaves the practice, or mediates no more: the cases they lead go to a colleague in the same act.

Stands here because the practice knows no case. The owner sees how many cases there are, and none of them.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from mediator.cases import lead_actions
from mediator.core.permissions import Permission, StaffRole, needs
from mediator.practice import actions, queries
from mediator.practice.here import staff_here
from mediator.practice.models import Staff

pages = Blueprint("leaving", __name__, url_prefix="/people")


@pages.get("/<uuid:staff_id>/stop")
@needs(Permission.PRACTICE)
def show(staff_id: uuid.UUID) -> ResponseReturnValue:
    """What stopping somebody means, and who is to lead their cases."""
    return _page(_staff(staff_id))


@pages.post("/<uuid:staff_id>/stop")
@needs(Permission.PRACTICE)
def stop(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Hand their cases over and keep them out, in one act. Sent twice it is done once."""
    staff = _staff(staff_id)
    if not _handed_over(staff):
        return _page(staff, refused=True), 422
    if staff.active:
        actions.disable(staff)
    flash(_("%(name)s can’t come in any more.", name=staff.name))
    return redirect(url_for("workspace.staff.person", staff_id=staff.id))


@pages.get("/<uuid:staff_id>/mediate-no-more/<any(owner, assistant):role>")
@needs(Permission.PRACTICE)
def show_role(staff_id: uuid.UUID, role: str) -> ResponseReturnValue:
    """What it means that a mediator is to be owner or assistant alone, and who is to lead their cases."""
    staff = _staff(staff_id)
    return _page(staff, StaffRole(role)) if staff.is_mediator else _to_person(staff)


@pages.post("/<uuid:staff_id>/mediate-no-more/<any(owner, assistant):role>")
@needs(Permission.PRACTICE)
def change_role(staff_id: uuid.UUID, role: str) -> ResponseReturnValue:
    """Hand their cases over and leave them this role, in one act. Sent twice it is done once."""
    staff = _staff(staff_id)
    if not staff.is_mediator:
        return _to_person(staff)
    if not _handed_over(staff):
        return _page(staff, StaffRole(role), refused=True), 422
    actions.change_roles(staff, {StaffRole(role)}, request.form.get("seen", ""))
    flash(_("Saved."))
    return _to_person(staff)


def _handed_over(staff: Staff) -> bool:
    """Hand the cases somebody leads to whom the page chose. False where there are some and nobody was chosen."""
    led = lead_actions.led_by(staff.id)
    successor = next((one for one in _successors(staff) if str(one.id) == request.form.get("successor")), None)
    if led and successor is None:
        return False
    if successor is not None:
        lead_actions.hand_over(led, staff, successor)
    return True


def _page(staff: Staff, role: StaffRole | None = None, *, refused: bool = False) -> str:
    """The page of stopping somebody, or of leaving them one role."""
    return render_template(
        "workspace/overview/stop.html" if role is None else "workspace/overview/mediate_no_more.html",
        staff=staff,
        role=role,
        seen=request.form.get("seen") or actions.roles_version(staff),
        led=len(lead_actions.led_by(staff.id)),
        successors=_successors(staff),
        error=_("Choose who is to lead these cases.") if refused else "",
    )


def _to_person(staff: Staff) -> ResponseReturnValue:
    if not staff_here().may(Permission.PRACTICE):
        return redirect(url_for("workspace.staff.account"))  # they have just left themselves another role
    return redirect(url_for("workspace.staff.person", staff_id=staff.id))


def _staff(staff_id: uuid.UUID) -> Staff:
    staff = queries.staff(staff_id)
    if staff is None:
        raise NotFound
    return staff


def _successors(staff: Staff) -> Sequence[Staff]:
    return [one for one in queries.mediators() if one.id != staff.id]
