"""The jobs process is killed again and again while it sends mail: nothing may be lost; what came twice is counted."""

from __future__ import annotations

import random
import signal
import ssl
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from flask import Flask

from benchmarks.instance import Instance, instance
from benchmarks.long.results import Result
from benchmarks.serving import end, start
from mediator.cases import door_actions
from mediator.cases.models import Case, Participant
from mediator.cases.terms import CaseState
from mediator.core import outbox
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.outbox import Message, MessageState
from tests.mailbox import Letter, Mailbox, Served, make_authority

PAIRS, KILLS = 1000, 12
#: How long after its first mail the jobs process may live at most, and how long is waited for that mail (seconds).
LONGEST, PATIENCE = 0.4, 30.0


def run(kills: int = KILLS) -> Iterator[Result]:
    """Kill it so many times, then let it finish."""
    chance = random.Random(1)
    with instance(PAIRS) as on:
        authority = make_authority(on.folder / "authority")
        server = Served(Mailbox(), starttls=authority.server)
        server.start()
        try:
            due = _put(on.app)
            told = _told(on, server, authority.file)
            inside = 0
            for _ in range(kills):
                child = start("flask", "--app", "wsgi", "jobs", environment=told)
                _first(server.mailbox)
                time.sleep(chance.uniform(0.0, LONGEST))
                end(child, signal.SIGKILL)
                inside += _lapse(on.app)
            child = start("flask", "--app", "wsgi", "jobs", environment=told)
            deadline = time.monotonic() + 300
            while _waiting(on.app) and time.monotonic() < deadline:
                time.sleep(0.5)
            end(child)
            yield _judge(due, server.mailbox.letters, kills, inside)
        finally:
            server.stop()


def _first(mailbox: Mailbox) -> None:
    """Wait until one more mail has come."""
    before, deadline = len(mailbox.letters), time.monotonic() + PATIENCE
    while len(mailbox.letters) == before and time.monotonic() < deadline:
        time.sleep(0.01)


def _told(on: Instance, server: Served, authority: Path) -> dict[str, str]:
    ssl.create_default_context(cafile=str(authority))  # says at once where the file is none
    return {**on.environment, "MAIL_SERVER": f"{server.hostname}:{server.port}", "MAIL_FROM": server.settings().sender,
            "SSL_CERT_FILE": str(authority)}  # fmt: skip


def _put(app: Flask) -> int:
    """A link for everybody of the living pairs; how many mails that are."""
    with app.app_context():
        people = db.session.scalars(
            db.select(Participant).join(Case, Case.id == Participant.case_id).where(Case.state == CaseState.ACTIVE)
        ).all()
        for person in people:
            outbox.put(door_actions.INVITATION, recipient=person.id, case=person.case_id)
        db.session.commit()
        number = len(people)
        db.session.remove()
    return number


def _lapse(app: Flask) -> int:
    """Three minutes go by: what the killed process had claimed is nobody's again. How many messages that were."""
    with app.app_context():
        rows = db.session.scalars(db.select(Message).where(Message.state == MessageState.SENDING)).all()
        for row in rows:
            row.leased_until = now() - timedelta(seconds=1)
        db.session.commit()
        db.session.remove()
    return len(rows)


def _waiting(app: Flask) -> bool:
    with app.app_context():
        open_ = db.session.scalar(db.select(Message.id).where(Message.state.in_(outbox.UNDER_WAY)).limit(1))
        db.session.remove()
    return open_ is not None


def _judge(due: int, letters: list[Letter], kills: int, inside: int) -> Result:
    came = Counter(str(letter.mail["Message-ID"]) for letter in letters)
    lost, twice = due - len(came), sum(number - 1 for number in came.values())
    found = f"{due} mails, {kills} kills ({inside} with a mail under way): {lost} lost, {twice} sent twice"
    return Result("mail, killed", found, lost == 0 and twice <= kills)
