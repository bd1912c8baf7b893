"""The caucus: going aside with one person, sentences that may be brought back, and bringing everybody back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from flask import Blueprint, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mediator.core.errors import BadRequest
from mediator.core.permissions import Permission, needs
from mediator.core.requests import posted_id
from mediator.core.visibility import Letter
from mediator.sessions import caucus
from mediator.sessions import run_frame as frame
from mediator.sessions.models import Caucus, MediationSession

pages = Blueprint("caucus", __name__, url_prefix="/cases/<uuid:case_id>/sessions/<uuid:session_id>/run/caucus")


@pages.post("")
@needs(Permission.MEDIATE)
def enter(case_id: uuid.UUID, session_id: uuid.UUID) -> ResponseReturnValue:
    """Speak with one person alone."""
    _case, meeting = frame.open_(case_id, session_id, lock=True)
    try:
        letter = Letter(request.form.get("letter", ""))
    except ValueError:
        raise BadRequest("This page is out of date. Please open it again.") from None
    caucus.enter(meeting, letter)
    return frame.to_run(meeting)


@pages.post("/<uuid:caucus_id>/sentences")
@needs(Permission.MEDIATE)
def sentences(case_id: uuid.UUID, session_id: uuid.UUID, caucus_id: uuid.UUID) -> ResponseReturnValue:
    """Add a sentence, and keep to which ones the person said yes."""
    case, meeting = frame.open_(case_id, session_id, lock=True)
    alone = caucus.of(meeting, caucus_id)
    _in_time(alone, request.form)
    errors = _keep(meeting, alone, request.form)
    if errors:
        return frame.page(case, meeting, errors=errors, typed=request.form), 422
    return frame.to_run(meeting)


@pages.post("/<uuid:caucus_id>/end")
@needs(Permission.MEDIATE)
def leave(case_id: uuid.UUID, session_id: uuid.UUID, caucus_id: uuid.UUID) -> ResponseReturnValue:
    """Everybody is back in the room. What stands in the form of sentences is kept first: nobody remembers to."""
    case, meeting = frame.open_(case_id, session_id, lock=True)
    alone = caucus.of(meeting, caucus_id)
    _in_time(alone, request.form)
    if alone.ended_at is None and "words" in request.form:
        errors = _keep(meeting, alone, request.form)
        if errors:
            return frame.page(case, meeting, errors=errors, typed=request.form), 422
    caucus.leave(meeting, alone)
    return frame.to_run(meeting)


@pages.post("/<uuid:caucus_id>/bring-back")
@needs(Permission.MEDIATE)
def bring_back(case_id: uuid.UUID, session_id: uuid.UUID, caucus_id: uuid.UUID) -> ResponseReturnValue:
    """Put one sentence that its person said yes to into the joint note."""
    _case, meeting = frame.open_(case_id, session_id, lock=True)
    alone = caucus.of(meeting, caucus_id)
    caucus.bring_back(meeting, alone, frame.id_of(request.form, "sentence"))
    flash(_("It stands in the joint note now."))
    return frame.to_run(meeting)


def _in_time(alone: Caucus, given: Mapping[str, str]) -> None:
    """A sentence that comes once another window ended the caucus is given back: nobody can say yes to it."""
    words = given.get("words", "").strip()
    if alone.ended_at is not None and words and posted_id() not in {one.id for one in alone.back}:
        raise BadRequest(caucus.CLOSED, words)


def _keep(meeting: MediationSession, alone: Caucus, given: Mapping[str, str]) -> dict[str, str]:
    """Keep the yeses and the sentence typed; what is wrong with it, by field, and then nothing is kept."""
    words = given.get("words", "")
    if len(words.strip()) > caucus.SENTENCE_LENGTH:
        return {"words": str(_("Keep one sentence to %(count)s characters.", count=caucus.SENTENCE_LENGTH))}
    yes = frozenset(one.id for one in alone.back if f"yes.{one.id}" in given)
    if yes != {one.id for one in alone.back if one.said_yes_at is not None}:
        caucus.said_yes(meeting, alone, yes)
    if words.strip():
        caucus.add_sentence(meeting, alone, posted_id(), words)
    return {}
