"""What the page of a new form sends, read into plain values; what is wrong is said at its field.

Names: `step`, `title`, `due_date`, `due_time`, `to.A`, `to.B`, `q.<question>` for each tick, and for own questions
`own.<number>.type`, `.text`, `.low`, `.middle`, `.high`, `.offered`. Every box has a name of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from mediator.core.clock import YEARS
from mediator.core.visibility import Letter, Sharing
from mediator.guide.content import Guide, PartType
from mediator.questionnaires.building import MOST_OWN, Draft, Own, unknown_placeholders

#: Most letters of a title, of an own question, and of an anchor.
TITLE = 120
TEXT = 200
ANCHOR = 120
TYPES = {"text": PartType.LONG, "line": PartType.LINE}
ENDS = ("low", "middle", "high")
#: The two ways a form leaves its page, and what shows the questions of another step on it.
SAVE, SEND, STEP = "save", "send", "step"

Sent = Mapping[str, str]


@dataclass(frozen=True)
class Told:
    """What was read. With errors (sentences by field name) `draft` is None and nothing may be stored."""

    draft: Draft | None
    to: tuple[Letter, ...] = ()
    send: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


def read(guide: Guide, sent: Sent, zone: str, at: datetime, present: Sequence[Letter], *, task: bool = False) -> Told:
    """The draft in what was sent. `zone` is the case's, `at` is now (UTC), `present` are those who may get it.

    A form that is a `task` keeps its question: only title, due time and people are read.
    """
    errors: dict[str, str] = {}
    step = _step(guide, sent, errors)
    title = _text(sent, "title", TITLE, _("Give the form a title. Only you and your co-mediators read it."), errors)
    due_at = read_due(sent, zone, at, errors)
    known = guide.steps[step].questions if step in guide.steps else ()
    ticked = [question for question in known if sent.get(f"q.{question.key}")]
    keys = tuple(question.key for question in ticked if not question.task)
    tasks = tuple(question.key for question in ticked if question.task)
    own = () if task else tuple(_own(sent, errors))
    if not (keys or tasks or own or task):
        errors["questions"] = _("Choose one question at least, or write one of your own.")
    send = sent.get("go") == SEND
    to = tuple(letter for letter in present if sent.get(f"to.{letter.value}"))
    if send and not to:
        errors["to"] = _("Choose who gets the form.")
    if errors or due_at is None:
        return Told(None, to, send, errors)
    return Told(Draft(step, title, due_at, keys, tasks, own), to, send)


def read_due(sent: Sent, zone: str, at: datetime, errors: dict[str, str]) -> datetime | None:
    """Due day and time, typed in the case's zone, as UTC; None where something is wrong with them."""
    day, clock = sent.get("due_date", ""), sent.get("due_time", "")
    try:
        date = datetime.strptime(day, "%Y-%m-%d").date()  # noqa: DTZ007  a day of the calendar
    except ValueError:
        date = None
    if date is None or date.year not in YEARS:
        errors["due_date"] = _("Give a day of the calendar, with day, month and year.")
        date = None
    try:
        time = datetime.strptime(clock[:5], "%H:%M").time()  # noqa: DTZ007  a time of the day
    except ValueError:
        errors["due_time"] = _("Give a time of the day, such as 18:00.")
        time = None
    if date is None or time is None:
        return None
    due_at = datetime.combine(date, time, ZoneInfo(zone)).astimezone(UTC)
    if due_at <= at:
        errors["due_date"] = _("Choose a time that is still to come.")
        return None
    return due_at


def due_fields(due_at: datetime, zone: str) -> dict[str, str]:
    """The two fields that say a due time again, in the case's zone."""
    local = due_at.astimezone(ZoneInfo(zone))
    return {"due_date": local.strftime("%Y-%m-%d"), "due_time": local.strftime("%H:%M")}


def fields(draft: Draft, zone: str, to: Sequence[Letter]) -> dict[str, str]:
    """The fields that say a draft again, for the page as it opens."""
    told = {"step": draft.step, "title": draft.title}
    told.update(due_fields(draft.due_at, zone) if draft.due_at is not None else {})
    told.update({f"to.{letter.value}": "yes" for letter in to})
    told.update({f"q.{key}": "yes" for key in (*draft.keys, *draft.tasks)})
    for number, own in enumerate(draft.own, start=1):
        name = f"own.{number}"
        told[f"{name}.type"] = next(word for word, kind in TYPES.items() if kind is own.type)
        told[f"{name}.text"] = own.text
        told.update({f"{name}.{end}": text for end, text in zip(ENDS, own.anchors or (), strict=False)})
        if own.sharing is Sharing.OFFERED:
            told[f"{name}.offered"] = "yes"
    return told


def at_step(sent: Sent, step: str, proposed: Draft, before: str) -> dict[str, str]:
    """What was sent, as the page says it again with the questions of another step. Nothing that was typed is lost.

    What is ticked stays, also for coming back; a step that had no ticks yet brings those of `proposed`. A title that is
    still the one proposed for the step `before` gives way to the new one.
    """
    told = {**sent, "step": step}
    if not any(name.startswith(f"q.{step}.") for name in sent):
        told.update({f"q.{key}": "yes" for key in proposed.keys})
    if told.get("title") == before:
        told["title"] = proposed.title
    return told


def _step(guide: Guide, sent: Sent, errors: dict[str, str]) -> str:
    key = sent.get("step", "")
    if key in guide.steps:
        return key
    errors["step"] = _("Choose a step of the guide.")
    return ""


def _own(sent: Sent, errors: dict[str, str]) -> list[Own]:
    """The own questions that have words. A row without any words is no question, whatever else is chosen in it."""
    found: list[Own] = []
    for row in range(1, MOST_OWN + 1):
        name = f"own.{row}"
        anchors = [sent.get(f"{name}.{end}", "") for end in ENDS]
        if not any(text.strip() for text in (sent.get(f"{name}.text", ""), *anchors)):
            continue
        kind = TYPES.get(sent.get(f"{name}.type", "text"))
        if kind is None:
            errors[f"{name}.type"] = _("Choose words or a line.")
            continue
        text = _words(sent, f"{name}.text", TEXT, _("Write the question."), errors)
        three: tuple[str, str, str] | None = None
        if kind is PartType.LINE:
            low, middle, high = (
                _words(sent, f"{name}.{end}", ANCHOR, _("Say what this place on the line means."), errors)
                for end in ENDS
            )
            three = (low, middle, high)
        sharing = Sharing.OFFERED if sent.get(f"{name}.offered") else Sharing.CLOSED
        found.append(Own(len(found) + 1, kind, text, three, sharing))
    return found


def _words(sent: Sent, name: str, limit: int, missing: str, errors: dict[str, str]) -> str:
    """Words a participant will read. Curly brackets may hold only what is filled in for each person."""
    text = _text(sent, name, limit, missing, errors)
    if unknown_placeholders(text):
        errors[name] = _("Only {other} and {mediator} can stand in curly brackets. Take the others out.")
    return text


def _text(sent: Sent, name: str, limit: int, missing: str, errors: dict[str, str]) -> str:
    text = sent.get(name, "").strip()
    if not text:
        errors[name] = missing
    elif len(text) > limit:
        errors[name] = _("Please make this shorter: up to %(count)s letters.", count=limit)
    return text
