"""The mediator writes on a text of both, under the same rules as the two: with the words they had before them."""

from __future__ import annotations

import uuid

from flask import Blueprint
from flask.typing import ResponseReturnValue

from mediator.core.permissions import Permission, needs
from mediator.exercises.together import desk

pages = Blueprint("case_texts", __name__, url_prefix="/cases/<uuid:case_id>/exercises/<uuid:run_id>/text")


@pages.post("")
@needs(Permission.MEDIATE)
def write(case_id: uuid.UUID, run_id: uuid.UUID) -> ResponseReturnValue:
    """Change the words for both."""
    return desk.save(case_id, run_id, again="workspace/exercises/text_again.html", back="workspace.case_exercises.show")
