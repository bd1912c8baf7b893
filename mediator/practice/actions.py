"""Changing the practice and its staff. Every change writes its audit line."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import update
from werkzeug.exceptions import NotFound

from mediator.core import audit, outbox, signin, tokens
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.permissions import StaffRole
from mediator.core.seen import version
from mediator.practice import passwords, queries
from mediator.practice.models import Practice, Staff, StaffLink

#: What a page says that was changed by somebody else while it was open.
STALE = "Somebody changed this in the meantime. Nothing was saved. Open it again and look before you go on."
SET_UP_LINK_LASTS = timedelta(days=1)
WELCOME_LINK_LASTS = timedelta(days=3)
#: The outbox's name for the mail with a link to choose another password.
ANOTHER_PASSWORD = "another-password"  # noqa: S105  it is none


@dataclass(frozen=True)
class Settings:
    """What the owner says about the practice. `zone` is a name of the time zone database; one help line per line."""

    name: str
    alias: str
    zone: str
    phone: str
    help_lines: str


@dataclass(frozen=True)
class NewStaff:
    """Somebody who is to work here. `id` comes from the page, so that a page sent twice makes one person."""

    id: uuid.UUID
    name: str
    email: str


def make_set_up_link() -> str:
    """A fresh one-time token for the set-up page; older ones stop. Printed once, stored as its hash."""
    token = _new_link(None, SET_UP_LINK_LASTS)
    audit.record("practice.set-up-link.made")
    return token


def set_up(token: str, practice: Settings, owner: NewStaff, password: str, *, mediates: bool) -> Staff:
    """Make the practice and its owner at once, by a link that works once. Raises NotFound where it doesn't work."""
    if queries.set_up_link(token) is None:
        raise NotFound
    _use_link(token)
    at = now()
    db.session.add(Practice(id=1, created_at=at, **vars(practice)))
    staff = Staff(
        id=owner.id,
        name=owner.name,
        email=tokens.normal_email(owner.email),
        password_hash=passwords.hashed(password),
        is_owner=True,
        is_mediator=mediates,
        zone=practice.zone,
        created_at=at,
    )
    db.session.add(staff)
    db.session.flush()
    audit.record("practice.set-up", subject=staff.id)
    return staff


def change_settings(practice: Practice, settings: Settings, seen: str) -> bool:
    """Write what the owner changed about the practice. Returns whether anything changed.

    `seen` is the `settings_version` the page was made with. Raises Refused for a stale page.
    """
    if settings == settings_of(practice):
        return False
    if seen != settings_version(practice):
        raise Refused(STALE)
    for name, value in vars(settings).items():
        setattr(practice, name, value)
    audit.record("practice.changed")
    return True


def settings_of(practice: Practice) -> Settings:
    """What is said about the practice now."""
    return Settings(practice.name, practice.alias, practice.zone, practice.phone, practice.help_lines)


def settings_version(practice: Practice) -> str:
    """The mark of what a page about the practice showed."""
    return version(settings_of(practice))


def add_staff(person: NewStaff, roles: set[StaffRole], *, zone: str) -> tuple[Staff, str]:
    """Add somebody who has no password yet; returns them and the token of the link by which they choose one.

    The caller has looked for somebody with this id or address before. Raises Refused where the roles don't go
    together.
    """
    staff = Staff(
        id=person.id,
        name=person.name,
        email=tokens.normal_email(person.email),
        zone=zone,
        created_at=now(),
        **_flags(roles),
    )
    db.session.add(staff)
    db.session.flush()
    audit.record("staff.added", subject=staff.id)
    return staff, make_welcome_link(staff)


def make_welcome_link(staff: Staff) -> str:
    """A fresh one-time token by which somebody chooses a password; their older ones stop.

    Whoever holds it can become this person. So it is for somebody who has no password yet, and for everybody else only
    where no mail goes out (`mail_welcome_link`) and from the command line. A mail with another one that waits goes no
    more. Raises Refused for somebody who may not come in.
    """
    _link_asked_for(staff)
    outbox.cancel(recipient=staff.id)
    return _new_link(staff.id, WELCOME_LINK_LASTS)


def mail_welcome_link(staff: Staff) -> None:
    """Have a link to choose another password mailed to this person alone; their older ones stop.

    The token is made when the mail goes out (practice/jobs.py). Raises Refused for somebody who may not come in.
    """
    _link_asked_for(staff)
    _stop_links(staff.id)
    outbox.put(ANOTHER_PASSWORD, recipient=staff.id, sooner=True)


def mint_for_mail(staff_id: uuid.UUID, *, again: bool) -> str:
    """The token of a mail that goes out now. `again`: an earlier try may have arrived, and its link goes on opening."""
    return _new_link(staff_id, WELCOME_LINK_LASTS, keep_earlier=again)


def _link_asked_for(staff: Staff) -> None:
    if not staff.active:
        raise Refused(_("This person can’t come in at present. Let them come in again first."))
    audit.record("staff.link.made-anew" if staff.password_hash else "staff.link.made", subject=staff.id)


def make_link_by_command(address: str) -> str:
    """A welcome link for anybody who may come in: the machine's administrator asks for it, where no mail arrives.

    Whoever has a password reads that it was made on the command line (practice/anew.py). Raises Refused for every
    other address, and always with the same words.
    """
    staff = queries.staff_by_email(address)
    if staff is None or not staff.active:
        raise Refused("Nobody who works here and may come in has this address.")
    return make_welcome_link(staff)


def choose_password(token: str, password: str) -> Staff:
    """Give somebody the password they chose by their link, which then stops, like any other of theirs and its mail.

    Their sessions end. Raises NotFound where the link doesn't work (any more).
    """
    staff = queries.welcomed(token)
    if staff is None:
        raise NotFound
    _use_link(token)
    _stop_links(staff.id)
    outbox.cancel(recipient=staff.id)
    staff.password_hash = passwords.hashed(password)
    signin.end_sessions(signin.STAFF, staff.id)
    audit.act_as(audit.Actor(signin.STAFF, staff.id))
    audit.record("staff.password.chosen", subject=staff.id)
    return staff


def change_roles(staff: Staff, roles: set[StaffRole], seen: str) -> bool:
    """Give somebody these roles and no others. Returns whether anything changed.

    Raises Refused for a stale page (`still_so`), for the last owner, and as `add_staff` does.
    """
    if roles == set(staff.roles):
        return False
    still_so(staff, seen)
    if staff.is_owner and StaffRole.OWNER not in roles:
        _keep_an_owner(staff)
    for flag, value in _flags(roles).items():
        setattr(staff, flag, value)
    audit.record("staff.roles.changed", subject=staff.id)
    return True


def still_so(staff: Staff, seen: str) -> None:
    """Raises Refused where somebody's roles are not those of the page any more; `seen` is its `roles_version`."""
    if seen != roles_version(staff):
        raise Refused(STALE)


def roles_version(staff: Staff) -> str:
    """The mark of what a page about somebody's roles showed."""
    return version(staff.roles)


def disable(staff: Staff) -> None:
    """Keep somebody out from now on: their sessions end, their links stop. Raises Refused for the last owner."""
    if staff.is_owner:
        _keep_an_owner(staff)
    staff.active = False
    signin.end_sessions(signin.STAFF, staff.id)
    _stop_links(staff.id)
    outbox.cancel(recipient=staff.id)
    audit.record("staff.disabled", subject=staff.id)


def enable(staff: Staff) -> None:
    """Let somebody in again, with the password they had."""
    staff.active = True
    audit.record("staff.enabled", subject=staff.id)


def _keep_an_owner(staff: Staff) -> None:
    """Refuse where no other owner could come in. The owners' rows are locked, so that two can't leave at once."""
    others = db.session.scalars(
        db.select(Staff).where(Staff.is_owner, Staff.active).order_by(Staff.id).with_for_update()
    ).all()
    if not any(other.id != staff.id and other.password_hash for other in others):
        raise Refused(_("The practice needs an owner who can sign in. Make somebody else an owner first."))


def _flags(roles: set[StaffRole]) -> dict[str, bool]:
    """Roles as the columns they are kept in. An assistant is nothing else: they never read a case."""
    if not roles:
        raise Refused(_("Choose at least one role."))
    if StaffRole.ASSISTANT in roles and len(roles) > 1:
        raise Refused(_("An assistant can’t be owner or mediator as well."))
    return {f"is_{role.value}": role in roles for role in StaffRole}


def _new_link(staff_id: uuid.UUID | None, lasts: timedelta, *, keep_earlier: bool = False) -> str:
    if not keep_earlier:
        _stop_links(staff_id)
    token, at = tokens.mint(), now()
    db.session.add(StaffLink(staff_id=staff_id, token_hash=tokens.digest(token), made_at=at, expires_at=at + lasts))
    return token


def _stop_links(staff_id: uuid.UUID | None) -> None:
    db.session.execute(
        update(StaffLink)
        .where(
            StaffLink.staff_id == staff_id if staff_id is not None else StaffLink.staff_id.is_(None),
            StaffLink.used_at.is_(None),
        )
        .values(used_at=now())
    )


def _use_link(token: str) -> None:
    """Take the link. Of two requests at once only one gets it; the other ends here with NotFound."""
    taken = db.session.scalar(
        update(StaffLink)
        .where(StaffLink.token_hash == tokens.digest(token), StaffLink.used_at.is_(None))
        .values(used_at=now())
        .returning(StaffLink.id)
    )
    if taken is None:
        raise NotFound
