"""What waits, as Today lists it: lines for the mediator with the page where each is done, and people with theirs."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mediator.core.links import Links
from mediator.core.visibility import Letter
from mediator.core.words import count as _n
from mediator.core.words import say as _
from mediator.overview.today import Clock, People, notes_to_read, together
from mediator.overview.today_queries import Part, Someone
from mediator.overview.waiting import Kind, Waiting, Waits

#: What waits on the clients; everything else waits on the mediator.
CLIENTS = frozenset({Kind.TO_DO, Kind.CONFIRM, Kind.SIGN, Kind.FIRST_VISIT})
#: Lines of the list "Waiting on you", and people of the list "Waiting on clients", until all of them are asked for.
LINES, PEOPLE = 8, 6


class Line(NamedTuple):
    """One thing that waits on the mediator: what it is, about whom, and the page where it is done."""

    title: str
    words: str
    button: str
    url: str


class Client(NamedTuple):
    """One person something waits on, with a sentence for each thing."""

    url: str
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


def pick(waiting: Waiting, *, everything: bool = False) -> Picked:
    """The first lines of what waits on the mediator, and of the people something waits on those who wait longest."""
    mine = [one for one in waiting.found if one.kind not in CLIENTS]
    people: dict[uuid.UUID | None, list[Waits]] = {}
    theirs = [one for one in waiting.found if one.kind in CLIENTS]
    for one in sorted(theirs, key=lambda one: (one.at is None, one.at.timestamp() if one.at else 0)):
        people.setdefault(one.about, []).append(one)
    listed = list(people.values())
    lines, some = (len(mine), len(listed)) if everything else (LINES, PEOPLE)
    return Picked(
        tuple(mine[:lines]),
        More(max(0, len(mine) - lines), bool(waiting.cut - CLIENTS)),
        tuple(tuple(one) for one in listed[:some]),
        More(max(0, len(listed) - some), bool(waiting.cut & CLIENTS)),
    )


def line(one: Waits, people: People, clock: Clock, links: Links) -> Line:
    """One line in words. Which of the two it concerns is left to the page it leads to."""
    pair = people.get(one.case_id, ()) if one.case_id else ()
    names, when = together(pair), clock.day(one.at) if one.at is not None else ""
    case: dict[str, uuid.UUID | None] = {"case_id": one.case_id}
    ids = case
    match one.kind:
        case Kind.READ_FIRST:
            title, button = notes_to_read(sum(person.read_first for person in pair) or 1), _("Read")
            said, endpoint = names, "workspace.comparison.read_first"
        case Kind.PAST:
            title, button = _("Planned for %(day)s", day=when), _("Open")
            said = _("%(names)s. Neither begun nor cancelled.", names=names)
            endpoint, ids = "workspace.sessions.show", {**case, "session_id": one.about}
        case Kind.WRITE_UP:
            title, button = _("Write up the session"), _("Write up")
            said = _("%(names)s, %(day)s.", names=names, day=when)
            endpoint, ids = "workspace.summary.show", {**case, "session_id": one.about}
        case Kind.HANDED_IN:
            title, button = _("Compare what was handed in"), _("Compare")
            said = _("%(names)s. Handed in on %(day)s.", names=names, day=when)
            endpoint, ids = "workspace.comparison.show", {**case, "form": one.about}
        case Kind.IN_EXERCISE:
            title, button = _("Read what was handed in for an exercise"), _("Open")
            said = _("%(names)s. Handed in on %(day)s.", names=names, day=when)
            endpoint, ids = "workspace.case_exercises.show", {**case, "run_id": one.about}
        case Kind.IN_PRIVATE:
            # The same words for all of it, and no day: whoever sees the screen learns neither what it is nor whose.
            title, button, said = _("Something to read in private"), _("Open"), _("%(names)s.", names=names)
            endpoint = "workspace.case_exercises.index"
            if one.about is not None:
                endpoint, ids = "workspace.case_exercises.show", {**case, "run_id": one.about}
        case Kind.DECIDE:
            # The same words for whatever is missing or met, and no day: nobody learns from them what was answered.
            title, button, said = _("Decide how to go on"), _("Look at it"), _("%(names)s.", names=names)
            return Line(title, said, button, links.to("workspace.overview.case", case_id=one.case_id) + "#stands")
        case Kind.RELEASE:
            title, button = _("Release what was agreed"), _("Look at it")
            said = _("%(names)s. Said on %(day)s, for you alone so far.", names=names, day=when)
            endpoint = "workspace.agreements.preview"
        case Kind.REPORTS:
            title, button = _("Check the reports"), _("Check and release")
            said = _("%(names)s, session on %(day)s. Not released yet.", names=names, day=when)
            endpoint, ids = "workspace.reports.show", {**case, "session_id": one.about}
        case Kind.REVIEW:
            title, button = _("Look back at what was agreed"), _("Look back")
            said = _("%(names)s. The day for it has come.", names=names)
            endpoint = "workspace.agreements.show"
        case _:
            title, button = _("Pass messages on"), _("Ready to send")
            said = _n("For %(num)s person.", "For %(num)s people.", one.times)
            endpoint, ids = "workspace.messages.index", {}
    return Line(title, said, button, links.to(endpoint, **ids))


def clients(
    of_people: Sequence[Sequence[Waits]], people: People, clock: Clock, links: Links, *, counted: bool = False
) -> list[Client]:
    """Whom something waits on, with a sentence for each thing: only with `counted` how many, and not for assistants.

    A pair stands where the one of the two would stand who waits longer, and A first, as everywhere.
    """
    known = {one.id: one for of_case in people.values() for one in of_case}
    places: dict[uuid.UUID, int] = {}
    found: list[tuple[int, Letter, Client]] = []
    for first, *rest in of_people:
        if first.about not in known or first.case_id is None:
            continue
        person = known[first.about]
        words = tuple(client_words(one, person.to_do if counted else None, clock) for one in (first, *rest))
        client = Client(links.to("workspace.overview.case", case_id=first.case_id), person, words)
        found.append((places.setdefault(first.case_id, len(places)), person.letter, client))
    return [client for _place, _letter, client in sorted(found, key=lambda one: one[:2])]


def client_words(one: Waits, things: int | None, clock: Clock) -> str:
    """What waits on one person, as a sentence; `things` is how many they have to do, where that is said.

    A form and a question that an exercise asks are both a thing to do: nobody tells one from the other.
    """
    told = {"day": clock.day(one.at) if one.at is not None else ""}
    match one.kind:
        case Kind.TO_DO if things is None:
            return _("Something to do, since %(day)s.", **told)
        case Kind.TO_DO:
            return _n(
                "%(num)s thing to do, since %(day)s.", "%(num)s things to do, since %(day)s.", things or 1, **told
            )
        case Kind.CONFIRM:
            return _("Something agreed to confirm, since %(day)s.", **told)
        case Kind.SIGN:
            return _("The agreement to mediate is not signed yet.")
    return _("Has not been here yet. Way in made on %(day)s.", **told)
