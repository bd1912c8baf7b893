"""One demo for all the tests of this folder: made once, looked at by everybody."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from flask import Flask

from mediator.app import create_app
from mediator.core.db import close, db
from mediator.core.visibility import Viewer
from mediator.demo import building, doors
from mediator.demo.hands import named
from mediator.demo.people import NOOR, Member
from tests.conftest import Databases, config
from tests.people import Person


@dataclass
class Demo:
    """The application, the passwords it printed by address, and when it began."""

    app: Flask
    passwords: dict[str, str]
    start: datetime

    def staff(self, member: Member = NOOR) -> Person:
        """Somebody of the practice, signed in with the password made for this run."""
        return Person(self.app).sign_in(member.email, self.passwords[member.email])

    def participant(self, name: str) -> Person:
        """Alex or Sam, in through the door that the command makes."""
        person = Person(self.app)
        way = next(way for way in doors.fresh() if way.name == name)
        page = person.submit(person.get(way.link.url.partition("8000")[2]), action="/d/")
        assert page.response.request.path.startswith("/notes"), page.words
        return person

    def case(self, pair: str) -> str:
        """The address of a pair's page."""
        return f"/work/cases/{named(pair)}"

    def ring(self, pair: str) -> Viewer:
        """The viewer who mediates this pair."""
        return Viewer.staff(NOOR.id, frozenset({named(pair)}))


@pytest.fixture(scope="module")
def demo(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo as it is right after it was made."""
    folder = tmp_path_factory.mktemp("demo")
    url = databases.fresh(folder)
    app = create_app(dataclasses.replace(config(folder, url), demo=True))
    with app.app_context():
        start = building.beginning()
        yield Demo(app, dict(building.build(start)), start)
        db.session.remove()
        close()
    databases.drop(url)
