"""Every route × every kind of person against the committed matrix `access.toml`.

A new route without an entry fails. Write entries with `python -m tests.rules.access` and read them before committing.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from mediator.core.permissions import Permission
from mediator.practice import workspace as staff_workspace
from tests.conftest import Databases
from tests.rules import access
from tests.rules.world import WHO

MATRIX = Path(__file__).with_name("access.toml")


@pytest.fixture
def fresh(databases: Databases, tmp_path: Path) -> access.Fresh:
    return access.fresh_worlds(databases, tmp_path)


@pytest.mark.parametrize("who", WHO)
def test_every_route_answers_every_person_as_the_matrix_says(fresh: access.Fresh, who: str) -> None:
    told = tomllib.loads(MATRIX.read_text())
    found = access.matrix(fresh, [who])
    assert set(found) == set(told), "routes without an entry, or entries without a route"
    different = {
        route: (told[route].get(who), row[who]) for route, row in found.items() if told[route].get(who) != row[who]
    }
    assert not different, f"(told, found): {different}"
    assert len(found) > 80


def test_the_walk_notices_a_route_that_lets_too_many_in(fresh: access.Fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted fault: the audit log's permission is weakened; the walk must find somebody in who was kept out."""
    told = tomllib.loads(MATRIX.read_text())["workspace.staff.audit_log GET"]
    monkeypatch.setattr(staff_workspace.audit_log, "permission", Permission.ACCOUNT)
    found = access.matrix(fresh, ["assistant"], only="workspace.staff.audit_log")
    assert told["assistant"] == "missing"
    assert found["workspace.staff.audit_log GET"]["assistant"] == "in"


def test_no_participant_reaches_the_workspace_and_no_staff_the_portal() -> None:
    """The matrix itself keeps the first rule of the house, whatever is written into it later."""
    told = tomllib.loads(MATRIX.read_text())
    for route, row in told.items():
        surface = route.partition(".")[0]
        if surface == "workspace":
            assert {row[who] for who in ("nobody", "a", "b", "c")} == {"sign-in"}, route
        if surface == "portal":
            staff = set(WHO) - {"a", "b", "c"}
            assert {row[who] for who in staff} == {"new-link"}, route
        if "case_id" in row.get("needs", ""):
            assert row["other_mediator"] == row["owner"] == "missing", route
            assert row["mediator"] == row["co_mediator"], route
        if "assignment_id" in row.get("needs", ""):
            assert row["c"] in {"missing", "sign-in"}, route
