"""What waits, as Today lists it: lines for the mediator with the page where each is done, and people with theirs."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from mediator.overview.today import Clock, People, together
from mediator.overview.today_queries import Part, Readiness, Someone
from mediator.overview.waiting import Kind, Waiting, Waits

#: What waits on the clients; everything else waits on the mediator.
CLIENTS = frozenset({Kind.TO_DO, Kind.CONFIRM, Kind.SIGN, Kind.FIRST_VISIT})
#: Lines of the list "Waiting on you", and people of the list "Waiting on clients".
MOST = 10


@dataclass(frozen=True)
class Line:
    """One thing that waits on the mediator: what it is, about whom, and the page where it is done (`url_for`)."""

    title: str
    words: str
    button: str
    endpoint: str
    values: Mapping[str, object]


@dataclass(frozen=True)
class Client:
    """One person something waits on, with a sentence for each thing."""

    case_id: uuid.UUID
    person: Someone
    words: tuple[str, ...]


@dataclass(frozen=True)
class More:
    """What is beyond a list: so many, or with `cut` at least so many."""

    count: int
    cut: bool = False

    def __bool__(self) -> bool:
        return self.cut or self.count > 0


def more(part: Part) -> More:
    """What is beyond the sessions of a list."""
    return More(part.found - len(part.rows))


@dataclass(frozen=True)
class Picked:
    """What is shown of all that waits: lines for the mediator, and people with what waits on each of them."""

    mine: tuple[Waits, ...]
    more_mine: More
    theirs: tuple[tuple[Waits, ...], ...]
    more_theirs: More

    @property
    def cases(self) -> frozenset[uuid.UUID]:
        """The cases these are about."""
        shown = (*self.mine, *(one for of_person in self.theirs for one in of_person))
        return frozenset(one.case_id for one in shown if one.case_id is not None)


def pick(waiting: Waiting) -> Picked:
    """The first lines of what waits on the mediator, and of the people something waits on those who wait longest."""
    mine = [one for one in waiting.found if one.kind not in CLIENTS]
    people: dict[uuid.UUID | None, list[Waits]] = {}
    theirs = [one for one in waiting.found if one.kind in CLIENTS]
    for one in sorted(theirs, key=lambda one: (one.at is None, one.at.timestamp() if one.at else 0)):
        people.setdefault(one.about, []).append(one)
    listed = list(people.values())
    return Picked(
        tuple(mine[:MOST]),
        More(max(0, len(mine) - MOST), bool(waiting.cut - CLIENTS)),
        tuple(tuple(one) for one in listed[:MOST]),
        More(max(0, len(listed) - MOST), bool(waiting.cut & CLIENTS)),
    )


def line(one: Waits, people: People, clock: Clock, ready: Readiness) -> Line:
    """One line in words. Which of the two it concerns is left to the page it leads to."""
    names = together(people.get(one.case_id, ())) if one.case_id else ""
    when = clock.day(one.at) if one.at is not None else ""
    case: dict[str, object] = {"case_id": one.case_id}
    session: dict[str, object] = {**case, "session_id": one.about}
    match one.kind:
        case Kind.READ_FIRST:
            notes = ready.read_first.get(one.case_id, 1) if one.case_id else 1
            title = ngettext("%(num)s note to read first", "%(num)s notes to read first", notes)
            said, button, endpoint, values = names, _("Read"), "workspace.comparison.read_first", case
        case Kind.PAST:
            title, button = _("Planned for %(day)s", day=when), _("Open")
            said = _("%(names)s. Neither begun nor cancelled.", names=names)
            endpoint, values = "workspace.sessions.show", session
        case Kind.WRITE_UP:
            title, button = _("Write up the session"), _("Write up")
            said, endpoint, values = _("%(names)s, %(day)s.", names=names, day=when), "workspace.summary.show", session
        case Kind.HANDED_IN:
            title, button = _("Compare what was handed in"), _("Compare")
            said = _("%(names)s. Handed in on %(day)s.", names=names, day=when)
            endpoint, values = "workspace.comparison.show", case
        case Kind.RELEASE:
            title, button = _("Release what was agreed"), _("Look at it")
            said = _("%(names)s. Said on %(day)s, for you alone so far.", names=names, day=when)
            endpoint, values = "workspace.agreements.preview", case
        case Kind.REPORTS:
            title, button = _("Check the reports"), _("Check and release")
            said = _("%(names)s, session on %(day)s. Not released yet.", names=names, day=when)
            endpoint, values = "workspace.reports.show", session
        case Kind.REVIEW:
            title, button = _("Look back at what was agreed"), _("Look back")
            said = _("%(names)s. The day for it has come.", names=names)
            endpoint, values = "workspace.agreements.show", case
        case _:
            title, button = _("Pass messages on"), _("Ready to send")
            said = ngettext("For %(num)s person.", "For %(num)s people.", one.count)
            endpoint, values = "workspace.messages.index", {}
    return Line(str(title), str(said), str(button), endpoint, values)


def clients(
    of_people: Sequence[Sequence[Waits]], people: People, clock: Clock, ready: Readiness | None = None
) -> list[Client]:
    """Whom something waits on, with a sentence for each thing. Without `ready` (for assistants) only that there is."""
    known = {one.id: one for of_case in people.values() for one in of_case}
    return [
        Client(first.case_id, known[first.about], tuple(client_words(one, clock, ready) for one in (first, *rest)))
        for first, *rest in of_people
        if first.about in known and first.case_id is not None
    ]


def client_words(one: Waits, clock: Clock, ready: Readiness | None) -> str:
    """What waits on one person, as a sentence."""
    told = {"day": clock.day(one.at) if one.at is not None else ""}
    match one.kind:
        case Kind.TO_DO if ready is None:
            said = _("Something to do, since %(day)s.", **told)
        case Kind.TO_DO:
            count = ready.to_do.get(one.about, 1) if ready is not None and one.about is not None else 1
            said = ngettext("%(num)s form to do, since %(day)s.", "%(num)s forms to do, since %(day)s.", count, **told)
        case Kind.CONFIRM:
            said = _("Something agreed to confirm, since %(day)s.", **told)
        case Kind.SIGN:
            said = _("The agreement to mediate is not signed yet.")
        case _:
            said = _("Has not been here yet. Way in made on %(day)s.", **told)
    return str(said)
