"""An exercise brought to a state worth looking at, through the application's own acts."""

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
from mediator.exercises.models import ExerciseRun
from mediator.exercises.modes import MEDIATOR, Do
from mediator.exercises.terms import Heard, Outcome, Place, Wish
from mediator.exercises.together import actions as together
from mediator.exercises.together import queries as text_queries
from mediator.exercises.together.texts import Line, Text
from mediator.practice.models import Staff
from mediator.questionnaires import answering
from tests.questionnaires import build

THANKS = {
    Letter.A: {"E13.1.first": "You wrote before six when the train was late. I could plan the evening.",
               "E13.1.second": "The soup on Sunday."},
    Letter.B: {"E13.1.first": "You asked how the meeting went, and listened to the end.", "E13.1.second": ""},
}  # fmt: skip


#: A pattern of the two, as they might write it.
LOOP = Text(
    lines=(
        Line(Letter.B, "Sam makes a plan and waits for the right moment to tell."),
        Line(Letter.A, "Alex hears it elsewhere and goes quiet."),
        Line(Letter.B, "Sam takes the quiet for anger and tells even less."),
        Line(Letter.A, "Alex finds out last, again."),
    )
)


class Exercising:
    """One pair's exercise, one at a time."""

    def __init__(self, case: uuid.UUID) -> None:
        self.case = case
        self.run: uuid.UUID | None = None

    def console(self, tail: str = "") -> str:
        """The address of the run that goes on."""
        return f"/work/cases/{self.case}/exercises/{self.run}{tail}"

    def start(self, key: str, place: Place = Place.PHONES, session: uuid.UUID | None = None) -> None:
        """Start one on both phones, or elsewhere; what went on before is stopped."""
        with self._at_work() as (staff, case):
            going = queries.going(case.id)
            if going is not None:
                actions.stop(case, going, MEDIATOR)
            self.run = actions.start(staff, case, uuid.uuid4(), key, place, session_id=session).id

    def give(self, key: str, letter: Letter) -> uuid.UUID:
        """Give one to one person alone."""
        with self._at_work() as (staff, case):
            self.run = actions.start(staff, case, uuid.uuid4(), key, Place.HOME, only=letter).id
            return self.run

    def turn(self, *acts: tuple[Letter, Do], heard: Heard | None = None) -> None:
        """Some acts of a turn."""
        with self._at_work() as (_staff, case):
            run = queries.run_of(case, self._id())
            for who, do in acts:
                actions.take_turn(case, run, who, do, run.rev, heard if do is Do.HEARD else None)

    def write(self, letter: Letter) -> None:
        """Write one's own part and hand it in."""
        with self._at_work() as (_staff, case):
            run, person = queries.run_of(case, self._id()), case.participant(letter)
            assert person is not None
            assignment = queries.assignment_here(run, person)
            assert assignment is not None
        with sealed.ring_of(build.viewer(db.session.get_one(Participant, person.id))):
            for row in assignment.questions:
                done = answering.save(person, assignment, row, THANKS[letter], row.rev, since=now())
                assert isinstance(done, answering.Saved), done
            assert answering.submit(person, assignment, THANKS[letter]) is None
            db.session.commit()

    def go_on(self) -> None:
        """To the next part."""
        with self._at_work() as (staff, case):
            run = queries.run_of(case, self._id())
            actions.go_on(staff, case, run, run.rev)

    def together(self, text: Text, *, agreed: tuple[Letter, ...] = ()) -> None:
        """The words of both as they stand, and who has said yes to them."""
        with self._at_work() as (_staff, case):
            run = queries.run_of(case, self._id())
            row = text_queries.here(run)
            together.write(case, run, MEDIATOR, row.rev if row is not None else 0, text)
            written = text_queries.here(run)
            assert written is not None
            for letter in agreed:
                together.agree(case, run, letter, written.rev)

    def keep(self) -> None:
        """What is over is kept in the joint record."""
        with self._at_work() as (_staff, case):
            actions.settle(case, queries.run_of(case, self._id()), Outcome.JOINT)

    def stop(self) -> None:
        """Whatever is on both phones is over."""
        with self._at_work() as (_staff, case):
            going = queries.going(case.id)
            if going is not None:
                actions.stop(case, going, MEDIATOR)

    def pause(self, who: Letter) -> None:
        """A pause, asked for by one of them."""
        with self._at_work() as (_staff, case):
            actions.pause(case, queries.run_of(case, self._id()), who)

    def tell(self, letter: Letter, wish: Wish) -> None:
        """Tell the mediator something unseen."""
        with self._at_work() as (_staff, case):
            person = case.participant(letter)
            assert person is not None
            actions.tell(person, queries.run_of(case, self._id()), wish)

    def finish(self) -> None:
        """Through all parts to the end."""
        with self._at_work() as (staff, case):
            run: ExerciseRun = queries.run_of(case, self._id())
            while run.ended_at is None:
                actions.go_on(staff, case, run, run.rev)

    def _id(self) -> uuid.UUID:
        assert self.run is not None
        return self.run

    @contextmanager
    def _at_work(self) -> Iterator[tuple[uuid.UUID, Case]]:
        """As a mediator of the pair; what was done is committed."""
        db.session.rollback()
        case = db.session.get_one(Case, self.case)
        staff = next(row.staff_id for row in case.mediators)
        with sealed.ring_of(Viewer.staff(db.session.get_one(Staff, staff).id, frozenset({case.id}))):
            yield staff, case
            db.session.commit()
