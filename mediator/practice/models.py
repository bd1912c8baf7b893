"""The practice and its staff. One installation is one practice."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from mediator.core.db import Base, WithId
from mediator.core.permissions import Permission, StaffRole, granted


class Practice(Base):
    """The one row that names the practice. `alias` is what participants read as the name of their pages."""

    __tablename__ = "practice"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    name: Mapped[str] = mapped_column(String(120))
    alias: Mapped[str] = mapped_column(String(40), default="Notes")
    zone: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str] = mapped_column(String(40), default="")
    help_lines: Mapped[str] = mapped_column(String(2000), default="")
    created_at: Mapped[datetime]


class Staff(WithId, Base):
    """One person of the practice. Their name, like their address, is known to all staff."""

    __tablename__ = "staff"

    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(255))
    is_owner: Mapped[bool] = mapped_column(default=False)
    is_mediator: Mapped[bool] = mapped_column(default=False)
    is_assistant: Mapped[bool] = mapped_column(default=False)
    zone: Mapped[str] = mapped_column(String(64))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    @property
    def roles(self) -> tuple[StaffRole, ...]:
        """The roles this person holds."""
        held = {
            StaffRole.OWNER: self.is_owner,
            StaffRole.MEDIATOR: self.is_mediator,
            StaffRole.ASSISTANT: self.is_assistant,
        }
        return tuple(role for role, has in held.items() if has)

    def may(self, permission: Permission) -> bool:
        """Whether this person's roles grant the permission."""
        return granted(self.roles, permission)


class StaffLink(WithId, Base):
    """A one-time link by which somebody new chooses a password (or the owner sets up the instance)."""

    __tablename__ = "staff_links"

    staff_id: Mapped[uuid.UUID | None]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SigninTry(WithId, Base):
    """A wrong password, counted per account (by the address's keyed hash, whether the account exists or not)."""

    __tablename__ = "signin_tries"
    __table_args__ = (Index("ix_signin_tries_account", "account", "at"),)

    account: Mapped[bytes] = mapped_column(LargeBinary(32))
    at: Mapped[datetime]
