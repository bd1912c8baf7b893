"""Answers in pairs of fields: one pair is open, the others wait folded until they are wanted or hold words."""

from __future__ import annotations

import pytest

from mediator.core.db import db
from mediator.guide.content import PartType
from tests.factories import Pair
from tests.people import HTML, Page, Person
from tests.questionnaires import build


def drawers(page: Page) -> list[bool]:
    """Whether each further pair stands open, in order."""
    pairs = [one for one in page.all("ol") if one.get("class") == "plan"]
    return [fold.get("open") is not None for one in pairs for fold in one.iter(f"{HTML}details")]


@pytest.mark.parametrize(("kind", "half"), [(PartType.EXAMPLE, "statement"), (PartType.IF_THEN, "if")])
def test_one_pair_is_open_and_others_once_they_hold_words(
    pair: Pair, participant_a: Person, kind: PartType, half: str
) -> None:
    asked = [question for question in build.ALL if question is not build.SAFETY]
    number, part = next(
        (number, part) for number, question in enumerate(asked, start=1) for part in question.parts if part.type is kind
    )
    path = f"/notes/questions/{build.send(pair.a)}/{number}"
    db.session.commit()
    page = participant_a.get(path)
    assert drawers(page) == [False] * (part.max_items - 1)
    name = f"{part.key}.1.{half}"
    assert name in page.form(path).fields, "without a script everything is there to be sent"
    first = f"{part.key}.0.{half}"
    participant_a.submit(page, {first: "A few words", name: "A few more", "go": "next"}, action=path)
    assert drawers(participant_a.get(path))[0] is True
