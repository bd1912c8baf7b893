"""No byte of one person's private words reaches anybody the rule does not name, by any page as any person.

Every page is fetched as everybody with every id of the world. Tokens seen must be allowed; and every token that has a
page must really be seen by somebody, so that a walk that looks at nothing cannot pass.
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from typing import Any

import pytest
from flask import Flask

from mediator.cases.models import Opening
from mediator.core.audit import AuditEntry
from mediator.core.db import db
from mediator.core.visibility import Visibility
from mediator.questionnaires import queries
from mediator.questionnaires.models import Assignment
from tests.people import Person
from tests.rules import walk
from tests.rules.world import WHO, Canary, World, build

TOKEN = re.compile(r"qz\d+[a-z]{3}x")
#: Places whose words have no page yet in this slice, each with the reason.
UNSEEN = {
    "case.hold_reason": "shown only while a hold is on",
}


@pytest.fixture
def world(app: Flask) -> World:
    return build()


def addresses(app: Flask, world: World) -> list[str]:
    """Every address a person could try: every GET route with the ids of both people, drafts included."""
    found: list[str] = []
    for rule in walk.rules(app):
        if "GET" not in walk.methods(rule):
            continue
        for owner in ("a", "b"):
            own = world.own_values[owner]
            for assignment in own.values():
                for number in range(1, 6):
                    values: dict[str, Any] = {**world.values, "assignment_id": assignment, "number": number,
                                              "token": "x" * 43, "letter": owner.upper()}  # fmt: skip
                    found.append(walk.address(app, rule, values))
        if "session_id" in rule.arguments:
            found += [walk.address(app, rule, {**world.values, "number": 1, "token": "x" * 43, **ids})
                      for ids in world.sessions]  # fmt: skip
        if "run_id" in rule.arguments:
            found += [walk.address(app, rule, {**world.values, **run}) for run in world.runs]
        if "report_id" in rule.arguments:
            found += [walk.address(app, rule, {**world.values, **report}) for report in world.reports]
        if rule.arguments & {"form_id", "run_id", "held_run_id", "held_id", "written_id"}:
            found += [walk.address(app, rule, {**world.values, "token": "x" * 43, **held}) for held in world.held]
    return sorted(set(found))


def walk_as(someone: Person, paths: list[str]) -> set[str]:
    """Every token in every answer this person gets: body, address after redirects, and headers."""
    seen: set[str] = set()
    for path in paths:
        page = someone.get(path)
        assert page.status < 500, f"{page.status} at {path}"
        seen |= set(TOKEN.findall(page.text + page.response.request.url + str(page.response.headers)))
    return seen


def leaks(world: World, who: str, seen: set[str]) -> list[str]:
    """What this person saw and may not."""
    viewer = world.viewer(who)
    return [f"{who} read {c.place} ({c.visibility})" for c in world.canaries
            if c.token in seen and not c.allowed(viewer)]  # fmt: skip


def test_everybody_sees_only_what_the_rule_allows_and_all_of_it_is_seen(
    app: Flask, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    paths = addresses(app, world)
    assert len(paths) > 40
    by_place: dict[str, set[str]] = defaultdict(set)
    for who in WHO:
        seen = walk_as(walk.person(app, world, who), paths)
        assert leaks(world, who, seen) == []
        for canary in world.canaries:
            if canary.token in seen:
                by_place[canary.place].add(who)
    planted = {canary.place for canary in world.canaries}
    assert planted - set(by_place) - set(UNSEEN) == set(), "planted words that no page shows to anybody"
    assert TOKEN.findall(caplog.text) == [], "private words in the log"
    assert "outside the viewer's ring" not in caplog.text, "a query loaded words that only the ring held back"
    assert len(world.canaries) > 60


def test_the_walk_notices_a_wrong_visibility(app: Flask, world: World) -> None:
    """Planted fault: A's answers are stored as joint, as a wrong opening would; the walk must find them at B's."""
    for answer in db.session.scalars(db.select(Opening).where(Opening.case_id == world.case)):
        answer.copy = {"question": "", "label": "", "entries": [], "common": [leaked := "qz7777prix"]}
    world.canaries.append(Canary(leaked, "answer", Visibility.PRIVATE, world.case, world.people["a"]))
    db.session.commit()
    paths = [path for path in addresses(app, world) if path.startswith("/notes")]
    assert leaks(world, "a", walk_as(walk.person(app, world, "a"), paths)) == []
    assert leaks(world, "b", walk_as(walk.person(app, world, "b"), paths)) == ["b read answer (private)"]


def test_the_ring_stands_behind_a_wrong_query(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Planted fault: a query forgets whose form it is. The page is refused, B reads nothing, and the log says so."""
    monkeypatch.setattr(queries, "mine", lambda participant, form: db.session.get_one(Assignment, form))
    b = walk.person(app, world, "b")
    for assignment in world.own_values["a"].values():
        page = b.get(f"/notes/questions/{assignment}/1")
        assert page.status == 404
        assert TOKEN.findall(page.text) == []
    assert "outside the viewer's ring" in caplog.text
    verbs = db.session.scalars(db.select(AuditEntry.verb)).all()
    assert verbs.count("refused.ring") == len(world.own_values["a"]) == 5
