"""A temporary instance: migrated, filled, with the real application on it and people signed in through its pages."""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade

from benchmarks import data
from mediator.app import create_app
from mediator.core.config import Config, make_secret, read_secret
from mediator.core.db import close, db

PUBLIC_URL = "http://127.0.0.1:8000"


@dataclass(frozen=True)
class Instance:
    """A running application (not served), its folder, and what stands in its database."""

    app: Flask
    folder: Path
    filled: data.Filled
    database_url: str = ""  # where it is not SQLite

    @property
    def case(self) -> str:
        """The address of the rich pair's page."""
        return f"/work/cases/{self.filled.rich.case}"

    @property
    def environment(self) -> dict[str, str]:
        """What a process is told that serves this instance."""
        return {**os.environ, "MEDIATOR_INSTANCE": str(self.folder), "PUBLIC_URL": PUBLIC_URL,
                "DATABASE_URL": self.database_url}  # fmt: skip


def settings(folder: Path, database_url: str = "") -> Config:
    """What an application on this folder is told: SQLite or what is named, no mail, no outer limit on public pages."""
    make_secret(folder)
    return Config(
        instance=folder,
        secret=read_secret(folder),
        database_url=database_url or f"sqlite:///{folder / 'mediator.db'}",
        public_url=PUBLIC_URL,
        exit_url="https://www.wikipedia.org/",
        mail=None,
        public_limit="1000000 per minute",
    )


@contextlib.contextmanager
def instance(cases: int, database_url: str = "") -> Iterator[Instance]:
    """An instance of its own with this many pairs, gone afterwards; on SQLite, or in an empty database named."""
    with tempfile.TemporaryDirectory(prefix="mediator-benchmark-") as name:
        folder = Path(name)
        told = settings(folder, database_url)
        app = create_app(told)
        with app.app_context():
            upgrade()
            filled = data.fill(cases, told.secret)
            db.session.remove()
        try:
            yield Instance(app, folder, filled, database_url)
        finally:
            with app.app_context():
                close()


def staff(app: Flask) -> FlaskClient:
    """The mediator's browser, signed in through the page."""
    client = app.test_client()
    page = client.get("/sign-in").get_data(as_text=True)
    answer = client.post("/sign-in", data={"csrf_token": csrf(page), "email": data.EMAIL, "password": data.PASSWORD})
    if answer.status_code not in {302, 303}:
        raise RuntimeError(f"signing in was answered with {answer.status_code}")
    return client


def participant(app: Flask, person: uuid.UUID, case: uuid.UUID) -> FlaskClient:
    """A participant's browser, come in through a fresh door."""
    with app.app_context():
        token = data.door(person, case)
    client = app.test_client()
    page = client.get(f"/d/{token}").get_data(as_text=True)
    answer = client.post(f"/d/{token}", data={"csrf_token": csrf(page)})
    if answer.status_code not in {302, 303}:
        raise RuntimeError(f"the door was answered with {answer.status_code}")
    return client


def csrf(page: str) -> str:
    """The token of a page's forms. Raises RuntimeError for a page without any."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    if found is None:
        raise RuntimeError("the page holds no form")
    return found[1]
