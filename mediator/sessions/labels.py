"""What staff read for kinds of agenda items, steps and attendees. Pages translate it."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from mediator.cases.models import Case
from mediator.core.templating import day
from mediator.core.visibility import Letter
from mediator.core.words import say as _
from mediator.guide.reading import guide
from mediator.sessions import steps
from mediator.sessions.models import MediationSession
from mediator.sessions.terms import Attendees, ItemKind

KINDS = {
    ItemKind.OPENING: _l("Opening"),
    ItemKind.TALK: _l("Talk"),
    ItemKind.EXERCISE: _l("Exercise"),
    ItemKind.BREAK: _l("Break"),
    ItemKind.PRIVATE_CHECK: _l("Private check"),
    ItemKind.CLOSE: _l("Close"),
}


def language() -> str:
    """The language of the page, for what is made once in each language and kept."""
    return str(get_locale())


def about(language: str, kind: ItemKind, step: str, title: str) -> str:
    """Kind and step of an item, such as "Talk. Step 5"; the kind not twice where it is the title."""
    words, step_words = _kind_and_step(language, kind, step)
    return step_words if words == title else f"{words}. {step_words}" if step_words else words


@lru_cache(maxsize=1024)
def _kind_and_step(_language: str, kind: ItemKind, step: str) -> tuple[str, str]:
    """Kept per language: an agenda says it of each item."""
    number = steps.number(step)
    return str(KINDS[kind]), "" if number is None else _("Step %(number)s", number=number)


def step(key: str) -> str:
    """A step in words, such as "Step 5, Rebuild Trust"; empty without one."""
    number, half = steps.number(key), guide().half(key)
    if number is None:
        return _(steps.name(key)) if key else ""
    if half is not None:
        return _("Step %(number)s, %(name)s, %(half)s", number=number, name=steps.name(key), half=half.name)
    return _("Step %(number)s, %(name)s", number=number, name=steps.name(key))


class Named(Protocol):
    """What a session is called by."""

    @property
    def number(self) -> int | None:
        """Its number in the case, where it is with both."""

    @property
    def attendees(self) -> Attendees:
        """Whom it is with."""


def title(case: Case, session: Named) -> str:
    """How staff call a session: "Session 4", or with whom it is where it is with one person."""
    if session.attendees is Attendees.BOTH:
        return _("Session %(number)s", number=session.number) if session.number else _("Session with both")
    person = case.participant(Letter(session.attendees.value))
    return _("Session with %(name)s", name=person.name if person is not None else session.attendees.value)


def heading(case: Case, session: MediationSession) -> str:
    """The heading over an agenda: "Agenda for session 4"."""
    if session.attendees is Attendees.BOTH:
        return _("Agenda for session %(number)s", number=session.number or "")
    person = case.participant(Letter(session.attendees.value))
    return _("Agenda for a session with %(name)s", name=person.name if person is not None else "")


def when(case: Case, session: MediationSession) -> str:
    """Day and time of a session in the case's zone, such as "Thursday 12 March, 10:00"."""
    local = session.planned_at.astimezone(ZoneInfo(case.zone))
    return f"{day(local.date())}, {local:%H:%M}"
