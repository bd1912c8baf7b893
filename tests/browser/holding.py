"""Words of one for the other brought to a state worth looking at, through the application's own acts."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from mediator.cases.models import Case, Participant
from mediator.core import sealed
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Letter, Viewer
from mediator.exercises import actions, queries
from mediator.exercises.held import actions as held
from mediator.exercises.held import queries as held_queries
from mediator.exercises.held import rows as held_rows
from mediator.exercises.held.rows import Wishes
from mediator.exercises.models import ExerciseRun, HeldWords
from mediator.exercises.terms import How, Moment, Place, Wanted
from mediator.practice.models import Staff
from mediator.questionnaires import answering, opening
from mediator.questionnaires.models import Assignment
from tests.questionnaires import build

WORDS = {
    "E09.1.what": "I told our friends about the flat before I told you, and I let you find it out at Ana’s birthday.",
    "E09.2.effect": "I think you stood there as if you were the only one who did not know. I may see it only in part.",
    "E09.3.mine": "I chose the easy talk with them over the hard one with you.",
    "E09.4.regret": "That you had to smile through that evening.",
    "E09.6.different": "What concerns us both I tell you first, by message, before anybody else hears it.",
    "E09.7.offer.0": "I tell Ana and Ben myself how it was", "E09.7.offer.1": "Nothing, if you like that better",
    "E09.8.wish": "That we can stand in one room again, some day.",
    "E08.1.what": "I came to the meeting with the school, and you had been there a week before.",
    "E08.2.effect": "I slept badly for a month, and I stopped asking what was decided.",
    "E08.4.hear": "What was said there about me.", "E08.5.not": "No flowers, and nobody else told.",
}  # fmt: skip
YES = Wishes(Wanted.YES, How.PAPER, Moment.MY_WORD, "My sister", may_know=False)


class Holding:
    """One pair's words for the other, one run at a time."""

    def __init__(self, case: uuid.UUID) -> None:
        self.case = case
        self.run = uuid.uuid4()

    def desk(self, tail: str = "") -> str:
        """The mediator's page."""
        return f"/work/cases/{self.case}/exercises/{self.run}/held{tail}"

    def phone(self, page: str) -> str:
        """A page of the receiver: "question" or "given"."""
        with self._at_work() as (_staff, _case, _run, row):
            return f"/notes/words/{page}/{row.id}"

    def mine(self) -> str:
        """The author's page."""
        with self._at_work() as (_staff, _case, run, row):
            return f"/notes/words/mine/{held_queries.form_of(run, row).id}"

    def start(self, key: str, author: Letter) -> None:
        """Give one to somebody to write at home, who writes it and hands it in."""
        self.run = uuid.uuid4()
        db.session.rollback()
        case = db.session.get_one(Case, self.case)
        staff = next(row.staff_id for row in case.mediators)
        with sealed.ring_of(Viewer.staff(staff, frozenset({case.id}))):
            actions.start(staff, case, self.run, key, Place.HOME, only=author)
            db.session.commit()
        self._write()

    def note(self, text: str) -> None:
        """The mediator writes to the author."""
        with self._at_work() as (_staff, case, _run, row):
            held.note(case, row, held.mark(row.note), text)

    def ask(self) -> None:
        """It may be offered, and the other is asked on their phone."""
        with self._at_work() as (_staff, case, run, row):
            held.accept(case, run, row, row.rev)
            held.ask(case, run, row, row.rev)

    def answer(self) -> None:
        """They would like to read it alone."""
        with self._at_work() as (_staff, case, run, row):
            held.answer(case, run, row, YES)

    def read_first(self) -> None:
        """What waits under "Read first" is read."""
        with self._at_work() as (_staff, case, _run, _row):
            for one in db.session.scalars(db.select(Assignment).where(Assignment.case_id == case.id)):
                one.read_at = now()

    def give(self) -> None:
        """They can read it on their phone."""
        with self._at_work() as (_staff, case, run, row):
            seen = opening.digest(held_queries.copied(held_queries.words(held_queries.form_of(run, row), row.kept)))
            held.deliver(case, run, row, row.rev, seen, on_phone=True)

    def finish(self) -> None:
        """It is over."""
        with self._at_work() as (staff, case, run, _row):
            actions.go_on(staff, case, run, run.rev)

    def form(self) -> str:
        """What the author handed in."""
        with self._at_work() as (_staff, _case, run, row):
            return f"/notes/questions/{held_queries.form_of(run, row).id}/done"

    def _write(self) -> None:
        with self._at_work() as (_staff, _case, run, row):
            assignment, person_id = held_queries.form_of(run, row), row.author_id
        person = db.session.get_one(Participant, person_id)
        with sealed.ring_of(build.viewer(person)):
            for one in assignment.questions:
                told = {name: text for name, text in WORDS.items() if name.startswith(f"{one.key}.")}
                done = answering.skip(person, assignment, one, told, one.rev, since=now())
                assert isinstance(done, answering.Saved), done
            assert answering.submit(person, assignment, {}) is None
            db.session.commit()

    @contextmanager
    def _at_work(self) -> Iterator[tuple[uuid.UUID, Case, ExerciseRun, HeldWords]]:
        """As a mediator of the pair; what was done is committed."""
        db.session.rollback()
        case = db.session.get_one(Case, self.case)
        staff = next(row.staff_id for row in case.mediators)
        with sealed.ring_of(Viewer.staff(db.session.get_one(Staff, staff).id, frozenset({case.id}))):
            run = queries.run_of(case, self.run)
            yield staff, case, run, held_rows.of_run(run)
            db.session.commit()
