"""Addresses of lists are those `url_for` builds, one by one."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Flask, url_for

from mediator.core.links import Links


def test_each_address_is_the_one_that_would_be_built(app: Flask) -> None:
    """With one id, with two in any order, and with none."""
    links = Links()
    with app.test_request_context("/work/"):
        for _ in range(3):
            case, session = uuid.uuid4(), uuid.uuid4()
            for endpoint, ids in (
                ("workspace.overview.case", {"case_id": case}),
                ("workspace.sessions.show", {"session_id": session, "case_id": case}),
                ("workspace.messages.index", {}),
            ):
                values: dict[str, Any] = {**ids}
                assert links.to(endpoint, **ids) == url_for(endpoint, **values)


def test_below_a_path_of_its_own_with_what_an_address_quotes(app: Flask) -> None:
    """The application may be served below a path, whatever it is called."""
    case = uuid.uuid4()
    with app.test_request_context("/work/", base_url="http://localhost/50 % {notes}"):
        built = url_for("workspace.overview.case", case_id=case)
        assert Links().to("workspace.overview.case", case_id=case) == built
        assert "notes" in built
