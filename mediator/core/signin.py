"""Sign-in sessions kept at the server, for staff and participants alike; the one module that calls Flask-Login.

The cookie holds a random token whose SHA-256 is a row. Signing in starts from an empty cookie and ends whatever session
this browser had: one browser is one person at a time. Core knows no feature: the application says who the people are.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy import ColumnElement, Index, LargeBinary, String, bindparam, null, update
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.interfaces import ORMOption

from mediator.core import tokens
from mediator.core.clock import now
from mediator.core.db import Base, WithId, db, short_transaction, writing

STAFF = "staff"
PARTICIPANT = "participant"
IDLE = {STAFF: timedelta(minutes=30), PARTICIPANT: timedelta(minutes=15)}
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)


class SigninSession(WithId, Base):
    """One signed-in browser. `scope_id` binds a handed-over tablet to one assignment."""

    __tablename__ = "signin_sessions"
    __table_args__ = (Index("ix_signin_sessions_person", "kind", "person_id"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    person_id: Mapped[uuid.UUID]
    scope_id: Mapped[uuid.UUID | None]
    device: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


@dataclass
class SignedIn(UserMixin):
    """The person behind this request, the session they came with, and what was read beside them (`Kind.beside`)."""

    session: SigninSession
    person: Any
    token: str
    beside: Any = None

    def get_id(self) -> str:
        """What Flask-Login keeps in the cookie: the token, never a person's id."""
        return self.token


@dataclass(frozen=True)
class Kind:
    """Who signs in as one kind: their table, and who of them may (still) come in.

    `along` is what of theirs is loaded with them, `beside` one value that every page of theirs shows: all of it is
    the one statement that finds the session.
    """

    person: type[Any]
    may_come_in: Callable[[Any], bool]
    along: tuple[ORMOption, ...] = ()
    beside: ColumnElement[Any] = field(default_factory=null)


#: Where the cookie says which kind of person its token is for, so that session and person are one statement.
_KIND = "kind"
_manager = LoginManager()
_manager.session_protection = None  # type: ignore[assignment]  # None switches it off; the stubs say text only


def init_app(app: Flask, kinds: Mapping[str, Kind]) -> None:
    """Teach Flask-Login who signs in."""
    _manager.init_app(app)
    statements = {
        name: db.select(SigninSession, kind.person, kind.beside)
        .join(kind.person, kind.person.id == SigninSession.person_id)
        .where(SigninSession.token_hash == bindparam("token"), SigninSession.kind == name)
        .options(*kind.along)
        for name, kind in kinds.items()
    }

    @_manager.user_loader  # type: ignore[untyped-decorator]
    def load(token: str) -> SignedIn | None:
        name = session.get(_KIND)
        if name not in statements:
            return None
        found = db.session.execute(statements[name], {"token": tokens.digest(token)}).one_or_none()
        if found is None:
            return None
        row, person, beside = found
        if not (alive(row, now()) and kinds[name].may_come_in(person)):
            return None
        _touch(row)
        return SignedIn(row, person, token, beside)


def alive(row: SigninSession, at: datetime) -> bool:
    """Whether a session still opens pages: not ended, not idle for too long, not older than twelve hours.

    A clock that goes back revives nothing: what was ended stays ended.
    """
    if row.ended_at is not None:
        return False
    return at - row.seen_at < IDLE[row.kind] and at - row.started_at < LONGEST


def _touch(row: SigninSession) -> None:
    """Last seen, at most once a minute; the only thing a GET writes beside the audit line."""
    at = now()
    if at - row.seen_at < SEEN_EVERY or _follows_by_itself():
        return
    if writing.get():
        row.seen_at = at
    else:
        with short_transaction() as short:
            short.execute(update(SigninSession).where(SigninSession.id == row.id).values(seen_at=at))


def _follows_by_itself() -> bool:
    """Whether a page that lies open asks, and nobody at it (core/live.py): that keeps nobody signed in."""
    asks = request.headers
    return asks.get("X-Requested-With") == "live" or "text/event-stream" in asks.get("Accept", "")


def signed_in(kind: str) -> SignedIn | None:
    """The person behind this request if they signed in as this kind."""
    user = current_user._get_current_object()
    return user if isinstance(user, SignedIn) and user.session.kind == kind else None


def anyone() -> SignedIn | None:
    """The person behind this request, of either kind."""
    user = current_user._get_current_object()
    return user if isinstance(user, SignedIn) else None


def sign_in(kind: str, person: Any, *, scope: uuid.UUID | None = None) -> SigninSession:
    """Start a session for this person in this browser; whoever was signed in here before is signed out first."""
    sign_out()
    token, at = tokens.mint(), now()
    row = SigninSession(
        token_hash=tokens.digest(token),
        kind=kind,
        person_id=person.id,
        scope_id=scope,
        device=_device(),
        started_at=at,
        seen_at=at,
    )
    db.session.add(row)
    db.session.flush()
    session.permanent = False
    session[_KIND] = kind
    login_user(SignedIn(row, person, token))
    return row


def sign_out() -> None:
    """End this browser's session at the server and start from an empty cookie."""
    user = anyone()
    if user is not None:
        _end(user.session)
        logout_user()
    session.clear()


def _end(row: SigninSession) -> None:
    """In a request that only reads (a handed-over form that was closed meanwhile), beside it."""
    if writing.get():
        row.ended_at = now()
        return
    with short_transaction() as short:
        short.execute(update(SigninSession).where(SigninSession.id == row.id).values(ended_at=now()))


def end_sessions(kind: str, person: uuid.UUID, *, but: uuid.UUID | None = None) -> None:
    """End a person's sessions everywhere, at once; `but` is the one to keep."""
    where = [
        SigninSession.kind == kind,
        SigninSession.person_id == person,
        SigninSession.ended_at.is_(None),
    ]
    if but is not None:
        where.append(SigninSession.id != but)
    db.session.execute(update(SigninSession).where(*where).values(ended_at=now()))


def live_sessions(kind: str, person: uuid.UUID) -> list[SigninSession]:
    """A person's sessions that still open pages, newest first."""
    rows = db.session.scalars(
        db.select(SigninSession)
        .where(
            SigninSession.kind == kind,
            SigninSession.person_id == person,
            SigninSession.ended_at.is_(None),
            SigninSession.started_at > now() - LONGEST,
        )
        .order_by(SigninSession.started_at.desc())
    )
    at = now()
    return [row for row in rows if alive(row, at)]


def _device() -> str:
    """A rough word for the browser, enough to recognise one's own session; never stored whole."""
    agent = request.user_agent.string
    system = next(
        (name for sign, name in _SYSTEMS if sign in agent),
        "",
    )
    browser = next((name for sign, name in _BROWSERS if sign in agent), "Browser")
    return f"{browser}, {system}" if system else browser


_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (("Firefox", "Firefox"), ("Edg", "Edge"), ("Chrome", "Chrome"), ("Safari", "Safari"))
