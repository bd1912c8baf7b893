"""The list of periodic jobs, and the process that does them: a clock behind the leader lock.

APScheduler only ticks; the truth is in the tables, and every job is a scan that may be repeated. Each run has its own
application context, acts as a job, and reads directory words with its own ring (compose takes up the recipient's).
"""

from __future__ import annotations

import logging
import os
import select
import signal
import ssl
import threading
import traceback
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from secrets import randbelow
from urllib.parse import urlsplit

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask, current_app
from sqlalchemy import and_, or_

from mediator.cases import jobs as cases
from mediator.core import audit, clock, config, mail, outbox, sealed
from mediator.core.db import db
from mediator.core.delivery import Clock, Post, Sender, deliver, step
from mediator.core.leader import Leader
from mediator.core.priority import step_back
from mediator.core.visibility import Viewer
from mediator.exercises import jobs as exercises
from mediator.exercises.held import jobs as held
from mediator.practice import jobs as practice
from mediator.practice.actions import ANOTHER_PASSWORD
from mediator.questionnaires import jobs as questionnaires
from mediator.reports import jobs as reports

#: Reads directory words of every case and nothing else, like a member of staff who mediates none.
SERVICE = Viewer.staff(uuid.UUID(int=0), frozenset())
#: How often a process asks whether it leads, and how long a mail under way may take after TERM (seconds).
ASK_EVERY = 1.0
PATIENCE = 1.5
log = logging.getLogger(__name__)
_stopping = threading.Event()


@dataclass(frozen=True)
class Job:
    """One periodic scan over due rows: done twice it changes nothing the second time."""

    name: str
    seconds: int
    run: Callable[[Clock], object]


def send_mail(now: Clock) -> int:
    """Send what is due. Without a mail server nothing is claimed: messages wait for the mediator's own hand."""
    told: config.Config = current_app.extensions["mediator"]
    if told.mail is None:
        return 0
    at = now()
    ready = or_(practice.needed(), and_(cases.ready(), questionnaires.ready(at)))
    post = Post(needed=_needed(at), ready=ready, write=_write)
    sender = Sender(told.mail, ssl.create_default_context(), host_of(told.public_url))
    return deliver(sender, post, clock=now, stopping=_stopping.is_set)


def make_reports(now: Clock) -> int:
    """Make the reports that wait, with no transaction open while pages are laid out."""
    return reports.render_waiting(now, stopping=_stopping.is_set)


def clear(now: Clock) -> int:
    """Clear what nobody needs any more: links long expired, sign-ins long over, messages and drafts of what is done."""
    at = now()
    with step():
        return (
            cases.clear_doors(at)
            + exercises.clear_drafts(at)
            + practice.forget_signins(at)
            + practice.forget_links(at)
            + outbox.give_back_lapsed(at)
            + outbox.cancel_unneeded(_needed(at), at)
        )


def remind(now: Clock) -> int:
    """Put the reminders of forms into the outbox that are due."""
    told: config.Config = current_app.extensions["mediator"]
    at = now()
    with step(writes=False):
        if not questionnaires.anything_to_remind(at):
            return 0
    with step():
        return questionnaires.remind(at, randbelow, mail=told.mail is not None)


JOBS = (
    Job("mail", 1, send_mail),
    Job("clearing", 3600, clear),
    Job("reports", 1, make_reports),
    Job("reminders", 60, remind),
)


def _needed(at: datetime) -> outbox.Condition:
    return or_(practice.needed(), and_(cases.needed(), questionnaires.needed(at), held.needed()))


def _write(message_id: uuid.UUID) -> mail.Mail:
    """The mail of one message, by whoever knows its recipient."""
    template = db.session.get_one(outbox.Message, message_id).template
    return practice.write(message_id) if template == ANOTHER_PASSWORD else cases.write(message_id)


def host_of(public_url: str) -> str:
    """The host that message ids name; an address of numbers stands in brackets (RFC 5322, 3.6.4)."""
    host = urlsplit(public_url).hostname or "localhost"
    return f"[{host}]" if host.replace(".", "").isdigit() or ":" in host else host


def tick(app: Flask, job: Job, now: Clock = clock.now) -> bool:
    """Run one job once; False where it failed. An error is noted without anybody's words and stops nothing else."""
    with app.app_context(), sealed.ring_of(SERVICE):
        audit.act_as(audit.Actor("job"))
        try:
            job.run(now)
        except Exception as error:
            # The message of an error may hold what somebody wrote; its kind and place do not.
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(place.filename).name}:{place.lineno}"
            log.error("job %s failed: %s at %s", job.name, type(error).__name__, where)
            return False
        finally:
            audit.act_as(audit.NOBODY)
    return True


def _until_asked() -> Callable[[float], bool]:
    """From here on TERM and Ctrl-C end nothing by themselves: what is returned waits some seconds for either.

    An exception raised by the signal's handler would surface in whatever runs just then, and be swallowed there.
    """
    asked, tells = os.pipe()
    os.set_blocking(tells, False)
    signal.set_wakeup_fd(tells)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: None)
    return lambda seconds: bool(select.select([asked], [], [], seconds)[0])


class _Runner:
    """Runs ticks in the scheduler's threads and knows whether one is under way."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._running = 0
        self._changed = threading.Condition()

    def run(self, job: Job) -> None:
        """One tick, unless the process is about to end."""
        with self._changed:
            if _stopping.is_set():
                return
            self._running += 1
        try:
            tick(self._app, job)
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def finish(self) -> bool:
        """Begin nothing new and wait for what is under way, a moment. False where something still runs then."""
        with self._changed:
            _stopping.set()
            return self._changed.wait_for(lambda: self._running == 0, timeout=PATIENCE)


def run(app: Flask) -> None:
    """Do the jobs until TERM or Ctrl-C, while this process leads; otherwise wait until it does.

    It comes after the web server where the machine is busy: nobody waits for a PDF second by second.
    Ends within two seconds: a mail under way is waited for, and one that takes longer is left to its lease.
    """
    step_back()  # before the threads begin, which take after this one
    told: config.Config = app.extensions["mediator"]
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that outlasts its second is no news
    runner = _Runner(app)
    scheduler = _scheduler(runner)
    with app.app_context():
        leader = Leader(db.engine, told.instance)
    asked = _until_asked()
    scheduler.start(paused=True)
    _lead(leader, scheduler, asked)
    done = runner.finish()
    leader.release()
    if not done:
        logging.shutdown()
        os._exit(0)  # threads that still speak to a mail server would keep the process
    scheduler.shutdown(wait=False)


def _scheduler(runner: _Runner) -> BackgroundScheduler:
    scheduler = BackgroundScheduler(
        timezone=UTC,
        executors={"default": ThreadPoolExecutor(len(JOBS))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in JOBS:
        trigger = IntervalTrigger(seconds=job.seconds, timezone=UTC)
        scheduler.add_job(partial(runner.run, job), trigger, id=job.name, next_run_time=clock.now())
    return scheduler


def _lead(leader: Leader, scheduler: BackgroundScheduler, asked: Callable[[float], bool]) -> None:
    """Let the clock tick exactly while this process leads, until it is asked to end."""
    ticking, told = False, False
    while True:
        leads = leader.acquire()
        if leads and not ticking:
            log.info("This process does the jobs.")
            scheduler.resume()
        elif ticking and not leads:
            scheduler.pause()
        elif not leads and not told:
            log.info("Another process does the jobs. This one waits to take over.")
            told = True
        ticking = leads
        if asked(ASK_EVERY):
            return
