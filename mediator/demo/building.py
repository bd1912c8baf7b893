"""Making the demo: the practice and its staff, then the stories of its pairs, told together."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from mediator.core import audit, clock
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.demo import closed, pair_one, pair_three, pair_two, people
from mediator.demo.people import Member
from mediator.demo.stories import Calendar, tell
from mediator.practice import actions, queries, zones
from mediator.practice.actions import NewStaff, Settings

#: How long the practice has been at it before its first pair of the list, in days.
_FOUNDED = 1030
#: Where the machine tells no zone of its own.
_ZONE = "Europe/London"


def build(start: datetime, say: Callable[[str], None] = lambda _line: None) -> Mapping[str, str]:
    """Make everything in an empty instance, as of `start` (UTC); the staff's passwords by address.

    They are random, exist in what is returned and nowhere else, and are the only ones. Raises Refused for an instance
    that has a practice already. `say` hears how far it is.
    """
    if queries.practice() is not None:
        raise Refused("This instance holds a practice already.")
    zone = zones.guess() if zones.guess() != "UTC" else _ZONE
    calendar = Calendar(start, zone)
    say("The practice and its staff")
    with _acting(calendar.day(_FOUNDED, 10)):
        passwords = _practice(zone)
    say(f"The pairs: {len(closed.EARLIER)} of earlier years, and three now")
    stories = [closed.story(earlier, calendar) for earlier in closed.EARLIER]
    tell([*stories, pair_one.story(calendar), pair_two.story(calendar), pair_three.story(calendar)], say)
    return passwords


def new_passwords() -> Mapping[str, str]:
    """Fresh passwords for the staff of a demo that was kept: nobody knows the earlier ones any more."""
    passwords = {}
    with _acting(clock.now()):
        for member in people.STAFF:
            staff = queries.staff(member.id)
            if staff is not None and staff.active:
                audit.act_as(audit.Actor("command"))
                passwords[staff.email] = _choose(actions.make_welcome_link(staff))
    return passwords


def _practice(zone: str) -> Mapping[str, str]:
    """The owner sets the instance up by the one-time link, and adds the others, who choose a password by theirs."""
    audit.act_as(audit.Actor("command"))
    link = actions.make_set_up_link()
    owner, *others = people.STAFF
    settings = Settings(people.PRACTICE, people.ALIAS, zone, people.PHONE, people.HELP_LINES)
    passwords = {owner.email: password()}
    actions.set_up(link, settings, _new(owner), passwords[owner.email], mediates=True)
    for member in others:
        audit.act_as(audit.Actor("staff", owner.id))
        _staff, welcome = actions.add_staff(_new(member), set(member.roles), zone=zone)
        passwords[member.email] = _choose(welcome)
    return passwords


def _choose(welcome: str) -> str:
    chosen = password()
    actions.choose_password(welcome, chosen)
    return chosen


def _new(member: Member) -> NewStaff:
    return NewStaff(member.id, member.name, member.email)


def password() -> str:
    """A random password of eight syllables, 50 bits, easy to read from one screen and type on another."""
    syllables = [secrets.choice("bdfghjklmnprstvw") + secrets.choice("aeiou") for _ in range(8)]
    return "-".join("".join(pair) for pair in zip(syllables[::2], syllables[1::2], strict=True))


@contextmanager
def _acting(moment: datetime) -> Iterator[None]:
    """One act of the practice at a moment; committed at its end."""
    try:
        with clock.as_of(moment):
            yield
            db.session.commit()
    finally:
        audit.act_as(audit.NOBODY)


def beginning() -> datetime:
    """When a demo begins: now, with a moment's grace for acts of the last minute."""
    return clock.now() - timedelta(seconds=1)
