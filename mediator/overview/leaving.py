"""When somebody leaves the practice: their cases go to a colleague first, then they can't come in any more.

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
from mediator.core.permissions import Permission, needs
from mediator.practice import actions, queries
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
    led = lead_actions.led_by(staff.id)
    successor = next((one for one in _successors(staff) if str(one.id) == request.form.get("successor")), None)
    if led and successor is None:
        return _page(staff, error=_("Choose who is to lead these cases.")), 422
    if successor is not None:
        lead_actions.hand_over(led, staff, successor)
    if staff.active:
        actions.disable(staff)
    flash(_("%(name)s can’t come in any more.", name=staff.name))
    return redirect(url_for("workspace.staff.person", staff_id=staff.id))


def _page(staff: Staff, error: str = "") -> str:
    return render_template(
        "workspace/overview/stop.html",
        staff=staff,
        led=len(lead_actions.led_by(staff.id)),
        successors=_successors(staff),
        error=error,
    )


def _staff(staff_id: uuid.UUID) -> Staff:
    staff = queries.staff(staff_id)
    if staff is None:
        raise NotFound
    return staff


def _successors(staff: Staff) -> Sequence[Staff]:
    return [one for one in queries.mediators() if one.id != staff.id]
