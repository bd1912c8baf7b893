"""How comfortable each of the two said they are, over time: for the mediator alone, on the page of their case.

What each answered stands for itself: nothing is averaged, and the two are not set side by side.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from mediator.cases.models import Case
from mediator.core.visibility import Letter
from mediator.questionnaires.readings import Comfort
from mediator.questionnaires.sent import SentForm

#: As many of each person's stand in the open; what is older is folded once more.
AT_A_GLANCE = 4


@dataclass(frozen=True)
class Said:
    """One 0 to 10 at one time (UTC). `about` is empty for "right now"; `before` only where it is clearly lower since.

    `path` is where it was asked, below the address of the case; empty where that is no longer there.
    """

    value: int
    about: str
    at: datetime
    title: str
    path: str
    before: int | None


@dataclass(frozen=True)
class Person:
    """What one of the two said, newest first."""

    letter: Letter
    name: str
    said: Sequence[Said]

    @property
    def latest(self) -> Sequence[Said]:
        """What stands in the open."""
        return self.said[:AT_A_GLANCE]

    @property
    def older(self) -> Sequence[Said]:
        """What is folded once more."""
        return self.said[AT_A_GLANCE:]


def gather(case: Case, comfort: Iterable[Comfort], forms: Iterable[SentForm]) -> tuple[Person, ...]:
    """Both people of the case, A first, each with what they said. `forms` are all of the case."""
    asked = {copy.id: form for form in forms for copy in form.copies}
    found = list(comfort)
    return tuple(
        Person(
            person.letter,
            str(person.called),
            [_said(one, asked.get(one.source_id)) for one in found if one.letter is person.letter],
        )
        for person in case.participants
    )


def _said(one: Comfort, form: SentForm | None) -> Said:
    return Said(
        one.value,
        one.about,
        one.at,
        form.title if form is not None else "",
        _path(form.run_id, form.id) if form is not None else "",
        one.before if one.fell else None,
    )


def _path(run_id: uuid.UUID | None, form_id: uuid.UUID) -> str:
    return f"/exercises/{run_id}" if run_id is not None else f"/forms/{form_id}"
