"""What a form is made of: chosen questions of a step, the mediator's own, and the standing items. Pure."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from mediator.cases.terms import ROUTE_STEPS, Route
from mediator.core.visibility import Sharing, Visibility
from mediator.guide.content import FIRST, Guide, Part, PartType, Question, question_for, whole
from mediator.questionnaires.spec import from_spec, to_spec

#: A form should take no longer than this, in minutes (docs/practice.md, ten minutes).
GOOD_MINUTES = 10.0
#: Most questions of the mediator's own in one form.
MOST_OWN = 5
#: The key of a mediator's own question starts with this.
OWN = "own."
#: Placeholders an own question may hold, as the guide's words do.
PLACEHOLDERS = frozenset({"other", "mediator"})
#: About how long an own question takes, in minutes.
_OWN_MINUTES = {PartType.LONG: 2.0, PartType.LINE: 0.5}


@dataclass(frozen=True)
class Own:
    """A question in the mediator's own words: a long text, or a 0 to 10 line with three anchors. Never derived."""

    number: int
    type: PartType
    text: str
    anchors: tuple[str, str, str] | None = None
    sharing: Sharing = Sharing.CLOSED


@dataclass(frozen=True)
class Draft:
    """What the mediator put together, as plain values. `keys` are questions, `tasks` are sent as forms of their own."""

    step: str
    title: str
    due_at: datetime | None
    keys: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    own: tuple[Own, ...] = ()


def next_step(guide: Guide, route: Route, asked: Iterable[str]) -> str:
    """The step a new form starts with: the one after the last that forms have asked about, in the route's order.

    `asked` are the steps of the forms sent so far, oldest first; a step that comes up twice on the route (8a, 8b) is
    asked about twice. Where the route is done its last step stands; where it has none, the guide's first. The form of
    the first meeting is sent from where the intake is (`intake`); here it is chosen by hand.
    """
    order = [step for key in ROUTE_STEPS[route] if (step := whole(key)) in guide.steps and step != FIRST]
    if not order:
        return next((key for key, step in guide.steps.items() if step.number), next(iter(guide.steps)))
    at = -1
    for key in asked:
        step = whole(key)
        if step not in order or (at >= 0 and order[at] == step):
            continue
        at = order.index(step, at + 1) if step in order[at + 1 :] else order.index(step)
    return order[min(at + 1, len(order) - 1)]


def as_asked(questions: Iterable[Question], relation: str, closure: bool) -> list[Question]:
    """The questions in the words for this pair, names still open."""
    return [question_for(question, relation, closure) for question in questions]


def compose(guide: Guide, draft: Draft, form_id: uuid.UUID, relation: str, closure: bool) -> list[Question]:
    """The questions of a form in order: readiness first, the step's in its order, own ones, then what stands last.

    Raises KeyError for a step the guide lacks. Keys that are no ticked question of the step are left out by the reader.
    """
    standing = guide.standing(draft.step)
    chosen = [question for question in guide.step(draft.step).questions if question.key in draft.keys]
    return as_asked(
        [
            *(item for item in standing if not item.last),
            *chosen,
            *(own_question(form_id, own) for own in draft.own),
            *(item for item in standing if item.last),
        ],
        relation,
        closure,
    )


def task_id(form_id: uuid.UUID, key: str) -> uuid.UUID:
    """The id of the form a task gets of its own, the same whenever the same page is sent again."""
    return uuid.uuid5(form_id, key)


def own_question(form_id: uuid.UUID, own: Own) -> Question:
    """An own question as content. Its key holds the form, so that no two own questions ever share one."""
    key = f"{OWN}{form_id.hex[:12]}.{own.number}"
    part = Part(
        key=f"{key}.answer",
        type=own.type,
        sharing=own.sharing,
        visibility=Visibility.PRIVATE,
        anchors=own.anchors,
    )
    return Question(key=key, text=own.text, parts=(part,), minutes=_OWN_MINUTES[own.type])


def own_of(question: Question) -> Own:
    """The own question that a form keeps, to be edited again."""
    part = question.parts[0]
    return Own(int(question.key.rpartition(".")[2]), part.type, question.text, part.anchors, part.sharing)


def is_own(key: str) -> bool:
    """Whether this is the key of a mediator's own question."""
    return key.startswith(OWN)


def minutes(questions: Iterable[Question]) -> float:
    """About how long these take together, in minutes."""
    return sum(question.minutes for question in questions)


def unknown_placeholders(text: str) -> list[str]:
    """What stands in curly brackets like a placeholder and is none: it could never be filled."""
    return [name for name in re.findall(r"\{([a-z]+)\}", text) if name not in PLACEHOLDERS]


def named(question: Question, words: Mapping[str, str]) -> Question:
    """The question with its open names filled in. Raises KeyError where a name has no word."""
    filled = from_spec(to_spec(question, "", words))
    return replace(filled, ticked=question.ticked, task=question.task, last=question.last)
