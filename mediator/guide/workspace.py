"""Workspace pages where a mediator reads the guide: what there is, and one step or meeting whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound

from mediator.core.permissions import Permission, needs
from mediator.guide.agendas import Agendas
from mediator.guide.content import CLOSURE, RELATIONS
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


def agenda_rows(agendas: Agendas) -> list[AgendaRow]:
    """Agendas as one table: the longest gives the order, what a shorter one has alone follows."""
    lengths = sorted(agendas, reverse=True)
    titles: list[str] = []
    for length in lengths:
        place = 0
        for block in agendas[length]:
            if block.title in titles:
                place = titles.index(block.title) + 1
            else:
                titles.insert(place, block.title)
                place += 1
    minutes: dict[str, dict[int, int]] = {title: {} for title in titles}
    exercises: dict[str, str | None] = dict.fromkeys(titles)
    for length in lengths:
        for block in agendas[length]:
            minutes[block.title][length] = minutes[block.title].get(length, 0) + block.minutes
            exercises[block.title] = exercises[block.title] or block.exercise
    return [AgendaRow(title, minutes[title], exercises[title]) for title in titles]


@pages.get("/guide")
@needs(Permission.MEDIATE)
def index() -> str:
    """The first meeting, the eight steps and the closing meeting, in the guide's order."""
    return render_template("workspace/guide/index.html", steps=list(guide().steps.values()))


@pages.get("/guide/<step_key>")
@needs(Permission.MEDIATE)
def step(step_key: str) -> str:
    """One step: aim, questions with sharing, agendas, exercises, report fields, signs, closure, words per relation."""
    found = guide().steps.get(step_key)
    if found is None:
        raise NotFound
    return render_template(
        "workspace/guide/step.html",
        step=found,
        standing=guide().standing(step_key),
        lengths=sorted(found.agendas),
        rows=agenda_rows(found.agendas),
        whole_step=[half for half in found.halves.values() if not half.agendas],
        halves=[
            (half, sorted(half.agendas), agenda_rows(half.agendas)) for half in found.halves.values() if half.agendas
        ],
        tags=TAGS,
    )
