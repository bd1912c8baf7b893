"""Walking the whole application: every route with the ids of the canary world, as every kind of person."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from tests.people import Person
from tests.rules.world import World


def rules(app: Flask) -> list[Rule]:
    """Every route but the static files, in a stable order."""
    found = [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    return sorted(found, key=lambda rule: (rule.endpoint, rule.rule))


def methods(rule: Rule) -> list[str]:
    """GET or POST, as far as the route takes them."""
    return [method for method in ("GET", "POST") if method in (rule.methods or set())]


def address(app: Flask, rule: Rule, values: dict[str, Any]) -> str:
    """The route's address with ids of the world; a parameter nobody knows fails the test that asked."""
    unknown = set(rule.arguments) - set(values)
    assert not unknown, f"{rule.rule}: the canary world has no value for {sorted(unknown)}"
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        return adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments}, method=None)


def people(app: Flask, world: World) -> Iterator[tuple[str, Person]]:
    """Everybody, each signed in afresh with a browser of their own."""
    for who in ("nobody", *world.staff, "a", "b", "c"):
        yield who, person(app, world, who)


def person(app: Flask, world: World, who: str) -> Person:
    """One of the world's people, signed in."""
    someone = Person(app)
    if who in world.staff:
        return someone.sign_in(world.staff[who].email)
    if who in world.people:
        return someone.come_in(world.people[who])
    return someone
