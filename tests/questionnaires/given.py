"""A form of two people who have handed in, for tests of what the mediator reads and opens."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Sharing, Visibility
from mediator.guide.content import Option, Part, PartType, Question, Scale
from mediator.questionnaires.models import Answer, Assignment, AssignmentQuestion, Form, FormQuestion
from mediator.questionnaires.spec import to_spec
from mediator.questionnaires.terms import AnswerState, AssignmentState
from tests.factories import Pair

OPTIONS = (Option("one", "The first"), Option("two", "The second"), Option("three", "The third"))
PLACEHOLDERS = {"other": "{other}", "mediator": "{mediator}"}


@dataclass(frozen=True)
class Told:
    """What one person answered to a part; None stands for no row at all."""

    value: Any = None
    kept: bool = False
    offered: bool = False
    state: AnswerState = AnswerState.ANSWERED


@dataclass(frozen=True)
class Asked:
    """One question of one part, and both answers."""

    part: Part
    a: Told | None = None
    b: Told | None = None
    text: str = field(default="What do you think of {other} today?")


def part(
    key: str,
    kind: PartType,
    sharing: Sharing,
    *,
    scale: Scale | None = None,
    visibility: Visibility = Visibility.PRIVATE,
) -> Part:
    """A part of this type with three options or rows."""
    rows = OPTIONS if kind is PartType.GRID else ()
    options = OPTIONS if kind in {PartType.CHOICE, PartType.SEVERAL, PartType.RANK} or scale is Scale.CARDS else ()
    anchors = ("Not at all", "Partly", "Fully") if PartType.LINE in (kind, scale) else None
    return Part(key, kind, sharing, visibility, anchors=anchors, options=options, rows=rows, scale=scale)


def make_form(pair: Pair, asked: Sequence[Asked], *, submitted: bool = True, days_ago: int = 0) -> uuid.UUID:
    """A form both have handed in (or, with `submitted` false, both still write)."""
    at = now() - timedelta(days=days_ago)
    form = Form(case_id=pair.case, step="5", created_at=at, created_by=pair.mediator)
    form.title = "Rebuild Trust"
    for position, one in enumerate(asked, start=1):
        row = FormQuestion(case_id=pair.case, form_id=form.id, position=position, key=_key(one))
        row.spec = to_spec(Question(_key(one), one.text, (one.part,)), "5", PLACEHOLDERS)
        form.questions.append(row)
    db.session.add(form)
    db.session.flush()
    for person, side in ((pair.a, "a"), (pair.b, "b")):
        _assignment(pair, form, person, [(one, getattr(one, side)) for one in asked], submitted)
    db.session.commit()
    return form.id


def _assignment(
    pair: Pair, form: Form, person: uuid.UUID, asked: Sequence[tuple[Asked, Told | None]], submitted: bool
) -> None:
    at = now()
    state = AssignmentState.SUBMITTED if submitted else AssignmentState.STARTED
    row = Assignment(case_id=pair.case, form_id=form.id, participant_id=person, state=state, sent_at=at)
    row.submitted_at = at if submitted else None
    db.session.add(row)
    for position, (one, told) in enumerate(asked, start=1):
        copy = AssignmentQuestion(case_id=pair.case, participant_id=person, assignment_id=row.id, position=position,
                                  key=_key(one))  # fmt: skip
        copy.spec = to_spec(Question(_key(one), one.text, (one.part,)), "5", {"other": "Sam", "mediator": "Noor"})
        db.session.add(copy)
        if told is None:
            continue
        visibility = one.part.visibility if submitted else Visibility.OWN
        if one.part.visibility is Visibility.SAFETY and submitted and told.value != "no":
            row.read_first_at = at
        answer = Answer(case_id=pair.case, participant_id=person, assignment_id=row.id, question_key=_key(one),
                        part_key=one.part.key, sharing=one.part.sharing, visibility=visibility, state=told.state,
                        kept=told.kept, offered=told.offered, saved_at=at)  # fmt: skip
        answer.value = told.value
        db.session.add(answer)


def _key(one: Asked) -> str:
    return one.part.key.rpartition(".")[0]
