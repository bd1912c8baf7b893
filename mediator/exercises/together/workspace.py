"""The mediator writes on a text of both, under the same rules as the two: with the words they had before them."""

from __future__ import annotations

import uuid

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from mediator.core.permissions import Permission, needs
from mediator.exercises.together import desk

pages = Blueprint("case_texts", __name__, url_prefix="/cases/<uuid:case_id>/exercises/<uuid:run_id>/text")

AGAIN, CONSOLE = "workspace/exercises/text_again.html", "workspace.case_exercises.show"


@pages.post("")
@needs(Permission.MEDIATE)
def write(case_id: uuid.UUID, run_id: uuid.UUID) -> ResponseReturnValue:
    """Change the words for both."""
    return desk.save(case_id, run_id, again=AGAIN, back=CONSOLE, on_screen=False)


@pages.post("/draft")
@needs(Permission.MEDIATE)
def keep(case_id: uuid.UUID, run_id: uuid.UUID) -> ResponseReturnValue:
    """Keep what was typed, for this mediator alone, or throw it away, also what was left of the one screen."""
    left = request.form.get("do") == "drop" and "on_screen" in request.form
    return desk.keep(case_id, run_id, again=AGAIN, back=CONSOLE, on_screen=left)
