"""Closed by default: the application does not start with a route that nobody guards."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from mediator import surfaces
from mediator.app import create_app
from mediator.core.permissions import Permission, needs
from mediator.practice.wayback import safe_next
from mediator.surfaces import Unguarded, check
from tests.conftest import config


@pytest.fixture
def new_app(tmp_path: Path) -> Flask:
    """An application of one's own, to add routes to. It needs no database."""
    return create_app(config(tmp_path, "sqlite://"))


def test_a_route_on_no_surface_is_refused(new_app: Flask) -> None:
    new_app.add_url_rule("/loose", "loose", lambda: "")
    with pytest.raises(Unguarded, match="no surface"):
        check(new_app)


def test_a_workspace_route_without_a_permission_is_refused(new_app: Flask) -> None:
    new_app.add_url_rule("/work/loose", "workspace.loose", lambda: "")
    with pytest.raises(Unguarded, match="no permission"):
        check(new_app)


def test_a_route_outside_its_surface_is_refused(new_app: Flask) -> None:
    new_app.add_url_rule("/loose", "workspace.loose", needs(Permission.ACCOUNT)(lambda: ""))
    with pytest.raises(Unguarded, match="outside"):
        check(new_app)


@pytest.mark.parametrize(
    "target",
    [
        "//evil.test",
        "https://evil.test",
        "/\\evil.test",
        "/work/..//evil",
        "/notes/",
        "\\\\evil",
        "",
        None,
        "/works",
    ],
)
def test_the_way_back_stays_in_the_workspace(target: str | None) -> None:
    assert safe_next(target) is None


def test_a_way_back_inside_is_kept() -> None:
    assert safe_next("/work/cases?page=2") == "/work/cases?page=2"


def test_every_surface_has_a_path_of_its_own() -> None:
    assert surfaces.of_path("/work/cases") == "workspace"
    assert surfaces.of_path("/notes/") == "portal"
    assert surfaces.of_path("/workshop") == "public"
