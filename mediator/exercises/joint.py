"""Everything of a case that both can read now, for the page of both and for papers."""

from __future__ import annotations

import uuid

from mediator.cases.models import Case
from mediator.exercises import queries
from mediator.exercises.held import queries as held_queries
from mediator.exercises.together import queries as text_queries
from mediator.questionnaires import comparing
from mediator.questionnaires.shown import Shown


def shown_to_both(case: Case) -> list[Shown]:
    """What was opened, and one line for what was received and may be known, newest first. Gates are asked now."""
    found = [*comparing.shown_to_both(case, queries.locked_forms(case)), *held_queries.received(case)]
    return sorted(found, key=lambda one: one.opened_at, reverse=True)


def ids(case: Case) -> set[uuid.UUID]:
    """The ids of all that both can read now, texts of both among it: a paper that quotes another is shown no more."""
    return {one.id for one in shown_to_both(case)} | {one.id for one in text_queries.standing(case)}
