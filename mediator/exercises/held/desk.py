"""What the mediator's page of words for the other shows, as plain values. All of it is for the mediator alone."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext as _l

from mediator.cases.models import Case, Participant
from mediator.core import live
from mediator.core.visibility import Letter, Sharing, Visibility
from mediator.core.words import say as _
from mediator.exercises.held import forms as held_forms
from mediator.exercises.held import queries as held_queries
from mediator.exercises.held import rows as held_rows
from mediator.exercises.held.actions import mark
from mediator.exercises.held.queries import Line
from mediator.exercises.models import ExerciseRun, HeldWords
from mediator.exercises.terms import UNDER_WAY, How, Moment, Outcome, Wanted, Way
from mediator.guide.sentences import for_mediator
from mediator.questionnaires import opening

#: Where it stands, in one line.
WAYS = {
    Way.WRITING: _l("With %(author)s, to be written."),
    Way.WITH_MEDIATOR: _l("With you, to be talked through with %(author)s."),
    Way.ASKED: _l("It may be offered. %(receiver)s has not answered."),
    Way.WANTED: _l("%(receiver)s would like to receive it."),
    Way.NOT_WANTED: _l("%(receiver)s has not said yes to receiving it."),
    Way.DELIVERED: _l("It was given."),
}


@dataclass(frozen=True)
class Who:
    """One of the two as the mediator's page names them."""

    letter: Letter
    called: str


@dataclass(frozen=True)
class Desk:
    """The whole page. `answers` is what the receiver said, in words; none before they said anything.

    `closed` is why it can't be given now, `locked` why the exercise is locked. `seen` marks the words as they stand,
    `note_seen` the note; `given` are the words without what their author keeps.
    """

    run: uuid.UUID
    form: uuid.UUID
    rev: int
    run_rev: int
    version: int
    name: str
    author: Who
    receiver: Who
    way: Way
    stands: str
    readers: str
    handed_in_at: datetime | None
    lines: Sequence[Line]
    given: Sequence[Line]
    seen: str
    note: str
    note_seen: str
    asked_at: datetime | None
    answers: Sequence[tuple[str, str]]
    how: How | None
    waits_for_word: bool
    closed: Sequence[str]
    locked: Sequence[str]
    delivered_at: datetime | None
    on_phone: bool
    copy_closed_at: datetime | None
    over: bool
    ended_at: datetime | None
    outcome: Outcome | None


def build(case: Case, run: ExerciseRun) -> Desk:
    """The page at this moment. Needs the ring of a mediator of the case."""
    version = live.version(case.id, live.DESK)  # before all else: what comes in between is followed
    row = held_rows.of_run(run)
    assignment = held_queries.form_of(run, row)
    held = held_queries.state(case, run)[1]
    people: dict[uuid.UUID, Participant] = {person.id: person for person in case.participants}
    author, receiver = (_who(people[one]) for one in (row.author_id, row.receiver_id))
    names = {"author": author.called, "receiver": receiver.called}
    inside = held_queries.handed_in(assignment)
    lines = held_queries.words(assignment, row.kept) if inside else []
    sentence = for_mediator(Visibility.PRIVATE, Sharing.CLOSED, case.policy, held=True)
    answering = held.way in {*held_rows.ANSWERING, Way.DELIVERED}
    return Desk(
        run=run.id,
        form=assignment.form_id,
        rev=row.rev,
        run_rev=run.rev,
        version=version,
        name=run.spec["name"],
        author=author,
        receiver=receiver,
        way=held.way,
        stands=str(WAYS[held.way]) % names,
        readers=sentence.filled(other=receiver.called, name=author.called, a=author.called, b=receiver.called),
        handed_in_at=assignment.submitted_at if inside else None,
        lines=lines,
        given=[one for one in lines if not one.kept],
        seen=opening.digest(held_queries.copied(lines)),
        note=row.note or "",
        note_seen=mark(row.note),
        asked_at=row.asked_at if answering else None,
        answers=_answers(row, names) if answering else (),
        how=row.how if answering else None,
        waits_for_word=answering and row.moment is Moment.MY_WORD,
        closed=held_queries.closed(case, run, row, held) if held.way is Way.WANTED else (),
        locked=held_queries.reasons(case, run) if run.state in UNDER_WAY else (),
        delivered_at=row.delivered_at,
        on_phone=row.copy_bytes is not None,
        copy_closed_at=row.closed_at,
        over=run.state not in UNDER_WAY,
        ended_at=run.ended_at,
        outcome=run.outcome,
    )


def _who(person: Participant) -> Who:
    return Who(person.letter, str(person.called))


def _answers(row: HeldWords, names: dict[str, str]) -> Sequence[tuple[str, str]]:
    """What the receiver said, in words. How and when only beside a yes: else they were answers to nothing."""
    said = held_rows.wishes(row)
    if said is None:
        return ()
    found = [(_("Would like to receive it"), str(held_forms.WANTED[said.wanted]))]
    if said.wanted is Wanted.YES and said.how is not None:
        found.append((_("How"), str(held_forms.HOW[said.how]) % names))
        found.append((_("When"), str(held_forms.MOMENT[said.moment]) % names))
        found.append((_("Who else is there"), said.beside or _("Nobody named")))
    know = _("Yes") if said.may_know else _("No: say nothing either way")
    found.append((_("%(author)s may know that it was received", author=names["author"]), know))
    return tuple(found)


def record(case: Case, run: ExerciseRun) -> list[tuple[Letter, str, Sequence[str]]]:
    """For the mediator's own record: the words, what the receiver said, and what was done. By whose they are."""
    desk = build(case, run)
    found: list[tuple[Letter, str, Sequence[str]]] = [(desk.author.letter, one.label, one.lines) for one in desk.lines]
    found += [(desk.receiver.letter, label, [words]) for label, words in desk.answers]
    found.append((desk.author.letter, _("How it stands"), [desk.stands]))
    return found
