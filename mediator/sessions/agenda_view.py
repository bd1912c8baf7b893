"""The agenda page as plain values: items with their times, the budget, and what only the mediator sees."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from mediator.cases.models import Case
from mediator.core.words import say as _
from mediator.guide.content import whole
from mediator.guide.reading import guide
from mediator.questionnaires import comparing, readings
from mediator.questionnaires.readings import Comfort
from mediator.sessions import agenda, budget, labels, planning, queries, steps
from mediator.sessions.models import AgendaItem, MediationSession
from mediator.sessions.terms import Attendees, ItemKind


@dataclass(frozen=True)
class Row:
    """One item of the list. `locked` is a clock time in the case's zone; `minutes` is as typed.

    `id` is text, which stands in a row a dozen times. `was` are the minutes of a page that was out of date, where they
    are others. The last four say what its buttons and its field do.
    """

    id: str
    title: str
    is_break: bool
    about: str
    reason: str
    minutes: str
    from_when: str
    locked: str
    late: int
    error: str
    was: str
    up: str
    down: str
    remove: str
    minutes_for: str


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


def rows(
    case: Case,
    session: MediationSession,
    typed: Mapping[uuid.UUID, tuple[str, str]] | None = None,
    stale: Mapping[uuid.UUID, str] | None = None,
) -> list[Row]:
    """The items in order. `typed` holds minutes that could not be read, with what is wrong, by item; `stale` those of a
    page that was out of date.
    """
    begins = budget.begins([_timed(item) for item in session.items])
    zone, language = ZoneInfo(case.zone), labels.language()
    found = []
    for item, begin in zip(session.items, begins, strict=True):
        text, error = (typed or {}).get(item.id, (str(item.minutes), ""))
        title: str = item.title
        found.append(
            Row(
                id=str(item.id),
                title=title,
                is_break=item.kind is ItemKind.BREAK,
                about=labels.about(language, item.kind, item.step, title),
                reason=item.reason or "",
                minutes=text,
                from_when=_("From %(time)s", time=_clock(session, begin.at, zone)),
                locked="" if item.locked_start is None else _clock(session, item.locked_start, zone),
                late=begin.late,
                error=error,
                was=(stale or {}).get(item.id, ""),
                up=_("Move %(title)s up", title=title),
                down=_("Move %(title)s down", title=title),
                remove=_("Remove %(title)s", title=title),
                minutes_for=_("Minutes for %(title)s", title=title),
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
    said = [_("Time used: %(used)s of %(planned)s minutes.", used=found.used, planned=found.planned)]
    said.extend(
        _("Step %(number)s has %(minutes)s minutes.", number=number, minutes=minutes)
        for number, minutes in sorted(spent.items())
    )
    return " ".join(said)


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
    said = readings.of_case(case)
    ready = queries.readiness_of(said.ready)
    found = []
    widest = max(ready, key=lambda one: one.apart, default=None)
    names = {person.letter.value: person.name for person in case.participants}
    if widest is not None and widest.apart >= agenda.FAR:
        spent = sum(item.minutes for item in session.items if str(steps.number(item.step)) == widest.step)
        values = _("%(a)s %(one)s, %(b)s %(two)s.", a=names["A"], one=widest.a, b=names["B"], two=widest.b)
        minutes = _("You have %(count)s minutes on it.", count=spent)
        found.append(
            Sign(
                _("Furthest apart on %(step)s", step=steps.name(widest.step)),
                f"{values} {minutes}",
                widest.a,
                widest.b,
            )
        )
    for one in ready:
        if max(one.a, one.b) <= agenda.LOW:
            found.append(Sign(_("Both feel little ready for %(step)s", step=steps.name(one.step)), "", one.a, one.b))
        elif min(one.a, one.b) >= agenda.HIGH:
            words = _("A good start, whatever the session is about.")
            found.append(Sign(_("Both feel ready for %(step)s", step=steps.name(one.step)), words, one.a, one.b))
    return [*found, *_uneasy(said.comfort, names)]


def _uneasy(comfort: Iterable[Comfort], names: Mapping[str, str]) -> Iterator[Sign]:
    """Where somebody feels clearly less comfortable than the time before. A prompt: it locks and plans nothing."""
    for one in sorted((one for one in comfort if one.fell), key=lambda one: one.letter):
        values = _("%(value)s of 10, %(before)s the time before.", value=one.value, before=one.before)
        yield Sign(
            " ".join(filter(None, (_("How comfortable %(name)s feels", name=names[one.letter.value]), one.about))),
            f"{values} {_('A short time alone, the same for both.')}",
        )


def _timed(item: AgendaItem) -> budget.Timed:
    return budget.Timed(item.minutes, item.locked_start)


def _clock(session: MediationSession, minutes: int, zone: ZoneInfo) -> str:
    return f"{(session.planned_at + timedelta(minutes=minutes)).astimezone(zone):%H:%M}"
