"""What each role of the practice may do in the workspace. Every workspace route names one permission."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


class StaffRole(enum.StrEnum):
    """The roles of PRODUCT.md, "People". A person may be owner and mediator."""

    OWNER = "owner"
    MEDIATOR = "mediator"
    ASSISTANT = "assistant"


class Permission(enum.StrEnum):
    """What a workspace page needs. Content of a case needs MEDIATE and, beside it, that the case is one's own."""

    ACCOUNT = "account"  # one's own details and sessions
    DIRECTORY = "directory"  # names, contacts, dates, who still has something to do
    MEDIATE = "mediate"  # everything in one's own cases
    PRACTICE = "practice"  # settings and staff
    AUDIT = "audit"  # the audit log, without content


GRANTS: dict[StaffRole, frozenset[Permission]] = {
    StaffRole.OWNER: frozenset({Permission.ACCOUNT, Permission.PRACTICE, Permission.AUDIT}),
    StaffRole.MEDIATOR: frozenset({Permission.ACCOUNT, Permission.DIRECTORY, Permission.MEDIATE}),
    StaffRole.ASSISTANT: frozenset({Permission.ACCOUNT, Permission.DIRECTORY}),
}


def granted(roles: Iterable[StaffRole], permission: Permission) -> bool:
    """Whether any of these roles grants the permission."""
    return any(permission in GRANTS[role] for role in roles)


def needs(permission: Permission) -> Callable[[View], View]:
    """Mark a workspace view with the permission it needs. The guard reads the mark; start-up refuses without one."""

    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark
