"""Who is answered how on every route: the found matrix, in words a reader can check.

`in` the page or its form's own answer · `missing` the neutral 404 · `sign-in`, `new-link` sent to the door.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from jinja2 import FileSystemBytecodeCache

from mediator.app import create_app
from mediator.core.db import close, db
from tests.people import Page, Person
from tests.rules import walk
from tests.rules.world import WHO, World, build

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Databases

#: A fresh application with a world of its own: what one person's changes do must not answer for the next.
Fresh = Callable[[], AbstractContextManager[tuple[Flask, World]]]


def matrix(fresh: Fresh, people: Iterable[str] = WHO, only: str = "") -> dict[str, dict[str, str]]:
    """Ask every route (whose endpoint begins with `only`) as each of these people.

    Changes are asked for with a right CSRF token and otherwise empty, after all pages were asked for.
    """
    found: dict[str, dict[str, str]] = {}
    for who in people:
        with fresh() as (app, world):
            asked = [
                (method, rule) for rule in walk.rules(app) for method in walk.methods(rule)
                if rule.endpoint.startswith(only)
            ]  # fmt: skip
            someone = walk.person(app, world, who)
            for method, rule in sorted(asked, key=lambda one: one[0] == "POST"):
                entry = found.setdefault(f"{rule.endpoint} {method}", {})
                if rule.arguments:
                    entry["needs"] = " ".join(sorted(rule.arguments))
                path = walk.address(app, rule, values_for(world, who))
                if method == "GET":
                    entry[who] = answer(someone.look_at(path))
                else:
                    entry[who] = answer(post(someone, path))
                    someone = walk.person(app, world, who)  # a change may have signed them out
    return found


def values_for(world: World, who: str) -> dict[str, Any]:
    """The ids a person's addresses are built with: always those of the first case, also for strangers to it."""
    own = world.own_values["b" if who == "b" else "a"]
    return {"token": "no-such-token", **world.values, **own}


def post(someone: Person, path: str) -> Page:
    """A change with nothing filled in, but with the CSRF token of this browser's own session."""
    with someone.client.session_transaction() as cookie:
        cookie["csrf_token"] = "0" * 40
    token = URLSafeTimedSerializer(someone.app.secret_key or "", salt="wtf-csrf-token").dumps("0" * 40)
    return someone.post(path, {"csrf_token": str(token)}, follow=False)


def answer(page: Page) -> str:
    """One word for how a person was answered."""
    where = page.response.headers.get("Location", "")
    if page.status in {301, 302, 303} and where.startswith("/sign-in"):
        return "sign-in"
    if page.status in {301, 302, 303} and where.startswith("/new-link"):
        return "new-link"
    if page.status == 401:  # a form sent by somebody who is signed out: the words back, and the way in
        return next(way for way in ("sign-in", "new-link") if any(link.startswith(f"/{way}") for link in page.links()))
    if page.status == 404:
        return "missing"
    assert page.status < 500, f"{page.status} at {page.response.request.path}"
    return "in"


def fresh_worlds(databases: Databases, folder: Path) -> Fresh:
    """Worlds on copies of the migrated database, each in a folder of its own."""
    from tests.conftest import config

    @contextmanager
    def fresh() -> Iterator[tuple[Flask, World]]:
        with tempfile.TemporaryDirectory(dir=folder) as place:
            url = databases.fresh(Path(place))
            app = create_app(config(Path(place), url))
            app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(databases.folder))
            with app.app_context():
                yield app, build()
                db.session.remove()
                close()
            databases.drop(url)

    return fresh


def write() -> None:
    """Print the found matrix as TOML, to be read by a person and committed."""
    from tests.conftest import Databases

    with tempfile.TemporaryDirectory() as folder:
        found = matrix(fresh_worlds(Databases(Path(folder)), Path(folder)))
        for route, row in sorted(found.items()):
            inner = ", ".join(f'{who} = "{row[who]}"' for who in ("needs", *WHO) if who in row)
            print(f'"{route}" = {{ {inner} }}')  # noqa: T201  the command's whole purpose


if __name__ == "__main__":
    write()
