"""The main places of the workspace for one member of staff, and where they start."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from babel import Locale
from flask import current_app, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from mediator.core.permissions import Permission, StaffRole, granted
from mediator.practice.models import Staff


@dataclass(frozen=True)
class Place:
    """One entry of the main navigation. `icon` is a name `templates/workspace/layout.html` knows."""

    label: str
    url: str
    icon: str
    current: bool


@dataclass(frozen=True)
class Account:
    """What the account menu of the running head needs."""

    name: str
    details_url: str
    sign_out_url: str


#: What lies under Practice: with five places in all the bar of a phone has room for each.
_PRACTICE = (
    "workspace.staff.practice",
    "workspace.staff.people",
    "workspace.staff.person",
    "workspace.staff.audit",
    "workspace.leaving.",
)


def nav_for(staff: Staff) -> tuple[Place, ...]:
    """The places this person's roles open, in a fixed order: five at most. Only pages that exist are named."""
    return _nav(staff.roles, request.endpoint or "", request.script_root, get_locale())


@lru_cache(maxsize=1024)
def _nav(roles: tuple[StaffRole, ...], here: str, _root: str, _locale: Locale | None) -> tuple[Place, ...]:
    """The same for everybody with the same roles on the same page; addresses follow the root, labels the language."""
    places = (
        (Permission.ACCOUNT, "workspace.today.show", ("workspace.today.",), "sun", _("Today")),
        (
            Permission.DIRECTORY,
            "workspace.cases.index",
            (
                "workspace.cases.",
                "workspace.overview.",
                "workspace.doors.",
                "workspace.contact.",
                "workspace.forms.",
                "workspace.sending.",
                "workspace.intake.",
                "workspace.paper.",
                "workspace.comparison.",
                "workspace.handover.",
                "workspace.agreements.",
                "workspace.sessions.",
                "workspace.agenda.",
                "workspace.summary.",
                "workspace.reports.",
            ),
            "users",
            _("Pairs"),
        ),
        (Permission.MEDIATE, "workspace.messages.index", ("workspace.messages.",), "mail", _("Ready to send")),
        (Permission.MEDIATE, "workspace.guide.index", ("workspace.guide.", "workspace.exercises."), "book", _("Guide")),
        (Permission.PRACTICE, "workspace.staff.practice", _PRACTICE, "building", _("Practice")),
    )
    return tuple(
        Place(label, url_for(endpoint), icon, here.startswith(inside))
        for permission, endpoint, inside, icon, label in places
        if granted(roles, permission) and endpoint in current_app.view_functions
    )


def practice_places(staff: Staff) -> list[Place]:
    """The pages that lie under Practice, for the list beside each of them."""
    here = request.endpoint or ""
    places = (
        (Permission.PRACTICE, "workspace.staff.practice", ("workspace.staff.practice",), "building", _("Practice")),
        (
            Permission.PRACTICE,
            "workspace.staff.people",
            ("workspace.staff.people", "workspace.staff.person", "workspace.leaving."),
            "contact",
            _("People and roles"),
        ),
        (Permission.AUDIT, "workspace.staff.audit_log", ("workspace.staff.audit",), "audit", _("What was done")),
    )
    return [
        Place(label, url_for(endpoint), icon, here.startswith(inside))
        for permission, endpoint, inside, icon, label in places
        if staff.may(permission)
    ]


def account_for(staff: Staff) -> Account:
    """The account menu."""
    return Account(staff.name, url_for("workspace.staff.account"), url_for("workspace.staff.sign_out"))


def start_for(staff: Staff) -> str:
    """Where this person starts after signing in: Today, the first place of everybody."""
    places = nav_for(staff)
    return places[0].url if places else url_for("workspace.staff.account")
