"""Workspace pages where a mediator reads the guide: the steps there are, and one step whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound

from mediator.core.permissions import Permission, needs
from mediator.guide.content import CLOSURE, RELATIONS, Step
from mediator.guide.reading import guide

pages = Blueprint("guide", __name__)

#: Kinds of relation and closure in words, in the order of the content.
TAGS = dict(
    zip(
        (*RELATIONS, CLOSURE),
        (
            _l("Former partners"),
            _l("Partners"),
            _l("Siblings"),
            _l("Parent and adult child"),
            _l("Friends"),
            _l("Any other two people"),
            _l("If they are closing"),
        ),
        strict=True,
    )
)


@dataclass(frozen=True)
class AgendaRow:
    """One block of the agendas side by side: whole minutes by length of session; absent where it is left out."""

    title: str
    minutes: Mapping[int, int]
    exercise: str | None


def agenda_rows(step: Step) -> list[AgendaRow]:
    """The agendas of a step as one table: the longest gives the order, what a shorter one has alone follows."""
    lengths = sorted(step.agendas, reverse=True)
    titles: list[str] = []
    for length in lengths:
        place = 0
        for block in step.agendas[length]:
            if block.title in titles:
                place = titles.index(block.title) + 1
            else:
                titles.insert(place, block.title)
                place += 1
    minutes: dict[str, dict[int, int]] = {title: {} for title in titles}
    exercises: dict[str, str | None] = dict.fromkeys(titles)
    for length in lengths:
        for block in step.agendas[length]:
            minutes[block.title][length] = minutes[block.title].get(length, 0) + block.minutes
            exercises[block.title] = exercises[block.title] or block.exercise
    return [AgendaRow(title, minutes[title], exercises[title]) for title in titles]


@pages.get("/guide")
@needs(Permission.MEDIATE)
def index() -> str:
    """The steps that have content, in the guide's order."""
    return render_template("workspace/guide/index.html", steps=list(guide().steps.values()))


@pages.get("/guide/<int:step_number>")
@needs(Permission.MEDIATE)
def step(step_number: int) -> str:
    """One step: aim, questions with sharing, agendas, exercises, report fields, signs, closure, words per relation."""
    found = guide().steps.get(step_number)
    if found is None:
        raise NotFound
    return render_template(
        "workspace/guide/step.html",
        step=found,
        standing=guide().standing(step_number),
        lengths=sorted(found.agendas),
        rows=agenda_rows(found),
        tags=TAGS,
    )
