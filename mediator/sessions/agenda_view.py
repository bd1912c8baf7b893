"""The agenda page as plain values: items with their times, the budget, the library, and what only the mediator sees."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from mediator.cases.models import Case
from mediator.guide.agendas import AgendaBlock, BlockKind
from mediator.guide.content import whole
from mediator.guide.reading import guide
from mediator.questionnaires import comparing
from mediator.sessions import agenda, budget, labels, patterns, planning, queries, steps
from mediator.sessions.drafting import Item
from mediator.sessions.models import AgendaItem, MediationSession
from mediator.sessions.terms import Attendees, ItemKind

#: What an exercise that stands in no agenda of its step takes until the mediator changes it.
EXERCISE_MINUTES = 15
#: The library's key for blocks that fit any session.
ANY = "any"


def break_key() -> str:
    """The library's key of a break."""
    return f"{ANY}|{patterns.title('break')}"


@dataclass(frozen=True)
class Row:
    """One item of the list. `begins` and `locked` are clock times in the case's zone; `minutes` is as typed."""

    id: uuid.UUID
    title: str
    kind: ItemKind
    about: str
    reason: str
    minutes: str
    begins: str
    locked: str
    late: int
    error: str


@dataclass(frozen=True)
class Block:
    """One entry of the library. `key` names it to the page that adds it."""

    key: str
    item: Item
    about: str
    there: bool


@dataclass(frozen=True)
class Shelf:
    """The blocks of one step or meeting, or those that fit any session. Only the eight have a number."""

    key: str
    number: int | None
    name: str
    blocks: tuple[Block, ...]
    open: bool


@dataclass(frozen=True)
class Sign:
    """One thing the answers say, for the mediator alone. `a` and `b` are readings to draw, or None."""

    title: str
    text: str
    a: int | None = None
    b: int | None = None


@dataclass(frozen=True)
class Suggestions:
    """The private column: whether something waits to be read, what the readings say, and the step's warning signs."""

    read_first: bool
    signs: tuple[Sign, ...]
    warnings: tuple[str, ...]
    open_agreements: int
    closed: tuple[str, ...]
    safer_apart: bool


def rows(case: Case, session: MediationSession, typed: Mapping[uuid.UUID, tuple[str, str]] | None = None) -> list[Row]:
    """The items in order. `typed` holds minutes that could not be read, with what is wrong, by item."""
    begins = budget.begins([_timed(item) for item in session.items])
    zone = ZoneInfo(case.zone)
    found = []
    for item, begin in zip(session.items, begins, strict=True):
        text, error = (typed or {}).get(item.id, (str(item.minutes), ""))
        found.append(
            Row(
                id=item.id,
                title=item.title,
                kind=item.kind,
                about=_about(item),
                reason=item.reason or "",
                minutes=text,
                begins=_clock(session, begin.at, zone),
                locked="" if item.locked_start is None else _clock(session, item.locked_start, zone),
                late=begin.late,
                error=error,
            )
        )
    return found


def bar(session: MediationSession) -> budget.Bar:
    """The budget of the agenda as it stands."""
    return budget.bar(
        [(_timed(item), item.kind, str(steps.number(item.step) or "")) for item in session.items], session.minutes
    )


def bar_words(found: budget.Bar, session: MediationSession) -> str:
    """What the bar shows, for those who can't see it."""
    spent: dict[int, int] = {}
    for item in session.items:
        number = steps.number(item.step)
        if number is not None and item.kind not in budget.PLAIN:
            spent[number] = spent.get(number, 0) + item.minutes
    said = [str(_("Time used: %(used)s of %(planned)s minutes.", used=found.used, planned=found.planned))]
    said.extend(
        str(_("Step %(number)s has %(minutes)s minutes.", number=number, minutes=minutes))
        for number, minutes in sorted(spent.items())
    )
    return " ".join(said)


def library(session: MediationSession, search: str = "") -> list[Shelf]:
    """The shelves: what fits any session, then each step the guide has. `search` keeps blocks with these words."""
    there = {item.title for item in session.items}
    together = session.attendees is Attendees.BOTH
    wanted, found, apart = search.casefold(), [], patterns.for_two()
    here = whole(session.step) if session.step in steps.ALL else ANY
    for key, number, name, items in _shelves():
        blocks = tuple(
            Block(f"{key}|{item.title}", item, _block_about(item, exercise), item.title in there)
            for item, exercise in items
            if (together or item.title not in apart) and wanted in f"{item.title} {exercise or ''} {name}".casefold()
        )
        if blocks or not wanted:
            is_open = bool(wanted) or key == (here if here in guide().steps else ANY)
            found.append(Shelf(key, number, name, blocks, is_open))
    return found


def block(key: str) -> Item | None:
    """The block of the library with this key, or None."""
    for shelf, _number, _name, items in _shelves():
        for item, _exercise in items:
            if f"{shelf}|{item.title}" == key:
                return item
    return None


def _shelves() -> list[tuple[str, int | None, str, list[tuple[Item, str | None]]]]:
    own = [(_item(one, ""), None) for one in patterns.library()]
    found: list[tuple[str, int | None, str, list[tuple[Item, str | None]]]] = [
        (ANY, None, str(_("For any session")), [(item, None) for item, _none in own])
    ]
    for step in guide().steps.values():
        items: dict[str, tuple[Item, str | None]] = {}
        about = step.key if step.number else ""
        for agendas in (step.agendas, *(half.agendas for half in step.halves.values())):
            for one in (one for length in sorted(agendas, reverse=True) for one in agendas[length]):
                if one.kind not in {BlockKind.RESERVE, BlockKind.OPENING, BlockKind.CLOSE, BlockKind.PRIVATE_CHECK}:
                    items.setdefault(one.title, (_item(one, about), one.exercise))
        used = {exercise for _block, exercise in items.values()}
        for name in step.exercises:
            if name not in used:
                items.setdefault(name, (Item(name, ItemKind.EXERCISE, EXERCISE_MINUTES, about), None))
        found.append((step.key, step.number, step.name, list(items.values())))
    return found


def _item(one: AgendaBlock, step: str) -> Item:
    return Item(one.title, ItemKind(one.kind.value), one.minutes, step)


def _block_about(item: Item, exercise: str | None) -> str:
    if exercise and exercise != item.title:
        return str(_("Exercise “%(name)s”", name=exercise))
    return str(labels.KINDS[item.kind])


def suggestions(case: Case, session: MediationSession) -> Suggestions:
    """What only the mediator sees beside the agenda. For one person nothing is said of the two side by side."""
    together = session.attendees is Attendees.BOTH
    step = guide().steps.get(whole(session.step))
    return Suggestions(
        read_first=comparing.waits_to_be_read(case),
        signs=tuple(_signs(case, session)) if together else (),
        warnings=step.warnings if step is not None else (),
        open_agreements=queries.open_agreements(case, session) if together else 0,
        closed=tuple(planning.closed(case)) if together else (),
        safer_apart=together and planning.safer_apart(case),
    )


def _signs(case: Case, session: MediationSession) -> list[Sign]:
    ready = queries.readiness(case)
    found = []
    widest = max(ready, key=lambda one: one.apart, default=None)
    names = {person.letter.value: person.name for person in case.participants}
    if widest is not None and widest.apart >= agenda.FAR:
        spent = sum(item.minutes for item in session.items if str(steps.number(item.step)) == widest.step)
        values = _("%(a)s %(one)s, %(b)s %(two)s.", a=names["A"], one=widest.a, b=names["B"], two=widest.b)
        minutes = _("You have %(count)s minutes on it.", count=spent)
        found.append(
            Sign(
                str(_("Furthest apart on %(step)s", step=steps.name(widest.step))),
                f"{values} {minutes}",
                widest.a,
                widest.b,
            )
        )
    for one in ready:
        if max(one.a, one.b) <= agenda.LOW:
            found.append(
                Sign(str(_("Both feel little ready for %(step)s", step=steps.name(one.step))), "", one.a, one.b)
            )
        elif min(one.a, one.b) >= agenda.HIGH:
            said = str(_("A good start, whatever the session is about."))
            found.append(Sign(str(_("Both feel ready for %(step)s", step=steps.name(one.step))), said, one.a, one.b))
    return found


def _about(item: AgendaItem) -> str:
    """Kind and step, such as "Talk. Step 5"; the kind not twice where it is the title."""
    kind, number = str(labels.KINDS[item.kind]), steps.number(item.step)
    words = [kind if kind != item.title else "", _("Step %(number)s", number=number) if number is not None else ""]
    return ". ".join(str(word) for word in words if word)


def _timed(item: AgendaItem) -> budget.Timed:
    return budget.Timed(item.minutes, item.locked_start)


def _clock(session: MediationSession, minutes: int, zone: ZoneInfo) -> str:
    return f"{(session.planned_at + timedelta(minutes=minutes)).astimezone(zone):%H:%M}"
