"""Exercises with words of both that were opened, for pictures: moments, promises, limits and ways to be connected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mediator.cases.models import Participant
from mediator.core import sealed
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Letter, Sharing
from mediator.exercises import actions, queries
from mediator.questionnaires import answering, comparing, opening
from mediator.questionnaires.models import Assignment
from tests.browser.exercising import Exercising
from tests.questionnaires import build


def offered(words: Mapping[str, str]) -> dict[str, str]:
    """The same words, every one of them offered."""
    parts = {name.removesuffix(".from").removesuffix(".to") for name in words}
    return {**words, **{f"{part}.offer": "yes" for part in parts}}


#: By exercise what A and what B answers.
WORDS: dict[str, dict[Letter, dict[str, str]]] = {
    "E06": {
        Letter.A: offered({
            "E06.1.what": "We meet at the choir", "E06.1.when.from": "2017-01-01", "E06.1.when.to": "2017-12-31",
            "E06.1.then": "very_good", "E06.2.what": "Alex’s father dies. Sam carries everything",
            "E06.2.when.from": "2021-05-12", "E06.2.then": "hard", "E06.2.now": "I never said thank you for it",
            "E06.3.what": "The quiet months. I start to write", "E06.3.when.from": "2025-09-01",
            "E06.3.when.to": "2025-09-30", "E06.4.what": "A walk by the sea, at some time",
        }),
        Letter.B: offered({
            "E06.1.what": "The flat with the blue door. Home", "E06.1.when.from": "2019-01-01",
            "E06.1.when.to": "2019-12-31", "E06.2.what": "The funeral. I felt close and very alone",
            "E06.2.when.from": "2021-05-20", "E06.2.then": "mixed",
            "E06.3.what": "The years in which we hardly spoke", "E06.3.when.from": "2022-03-01",
            "E06.3.when.to": "2024-03-01",
        }),
    },
    "E17": {
        Letter.A: offered({
            "E17.1.what": "I reply “I saw it” the same day", "E17.1.when.from": "2026-12-06",
            "E17.1.when.to": "2026-12-19", "E17.1.seen": "There is a short message by evening",
            "E17.1.slip": "I say so the next morning",
        }),
        Letter.B: offered({
            "E17.1.what": "I say a day before if a plan will change", "E17.1.when.from": "2026-12-06",
            "E17.1.when.to": "2026-12-19",
        }),
    },
    "E21": {
        Letter.A: {"E21.1.forms.needed": "yes", "E21.1.forms.polite": "yes", "E21.1.forms.now_and_then": "yes"},
        Letter.B: {"E21.1.forms.needed": "yes", "E21.1.forms.polite": "yes"},
    },
    "E22": {
        Letter.A: {"E22.1.limits.messages": "yes", "E22.1.limits.late": "no", "E22.1.limits.calls": "if",
                   "E22.1.limits.online": "yes"},
        Letter.B: {"E22.1.limits.messages": "yes", "E22.1.limits.late": "yes", "E22.1.limits.calls": "yes",
                   "E22.1.limits.online": "no"},
    },
}  # fmt: skip


class Opening(Exercising):
    """One pair's exercise, written by both and opened."""

    def with_words(self, key: str) -> None:
        """Start it, both hand in, and everything that may be opened is."""
        self.start(key)
        for letter in Letter:
            self._hand_in(letter, WORDS[key][letter])
        self._open()

    def _hand_in(self, letter: Letter, words: Mapping[str, str]) -> None:
        with self._at_work() as (_staff, case):
            run, person = queries.run_of(case, self._id()), case.participant(letter)
            assert person is not None
            assignment = queries.assignment_here(run, person)
            assert assignment is not None
        with sealed.ring_of(build.viewer(db.session.get_one(Participant, person.id))):
            for row in assignment.questions:
                done = answering.save(person, assignment, row, words, row.rev, since=now())
                assert isinstance(done, answering.Saved), done
            assert answering.submit(person, assignment, {}) is None
            db.session.commit()

    def _open(self) -> None:
        with self._at_work() as (staff, case):
            run = queries.run_of(case, self._id())
            form = queries.stage_here(run).form_id
            assert form is not None
            waiting = db.session.scalars(
                db.select(Assignment).where(Assignment.case_id == case.id, Assignment.read_at.is_(None))
            ).all()
            for one in waiting:
                one.read_at = now()
            found = comparing.sides(case, form)
            for part in [part for question in found.questions for part in question.parts]:
                authors: Iterable[Letter | None] = Letter if part.sharing is Sharing.OFFERED else (None,)
                for author in authors:
                    made = opening.preview(case, found, part.key, author, allowed=True)
                    if not made.closed and (made.derived is not None or "entries" in made.copy):
                        actions.open_piece(staff, case, run, form, part.key, author, made.seen)
            for one in waiting:
                one.read_at = None  # it waits to be read again
