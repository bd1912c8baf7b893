"""What may happen to words that one person writes for the other: every act is one of the machine's (`modes.Held`).

Whatever the receiver does, and that they were asked at all, moves the mediator's page alone: the author learns of it
from the mediator or not at all. What the author does moves the mediator's page alone, too; what they keep leaves what
the receiver reads at once. What does not fit the state raises Refused: somebody was quicker.
"""

from __future__ import annotations

from collections.abc import Collection

from mediator.cases.models import Case, Participant
from mediator.core import audit, live
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.exercises import actions, modes, queries
from mediator.exercises.held import mailing
from mediator.exercises.held import queries as held_queries
from mediator.exercises.held import rows as held_rows
from mediator.exercises.held.rows import Wishes
from mediator.exercises.models import ExerciseRun, HeldWords
from mediator.exercises.modes import MEDIATOR, Act, Do
from mediator.exercises.terms import UNDER_WAY, How, Wanted, Way
from mediator.questionnaires import case_forms, opening, sending
from mediator.questionnaires.models import Assignment

STALE = actions.STALE
CHANGED = "This changed since you looked at it. Please look at it again."


def mark(words: str | None) -> str:
    """The mark of a note, for the page that shows it and the act that replaces it."""
    return opening.digest({"note": words or ""})


def note(case: Case, row: HeldWords, seen: str, text: str) -> None:
    """What the mediator says to the author about the draft. Blank takes it away; the same once more changes nothing.

    `seen` marks the note that stood on the page: nobody writes over one they have not read.
    """
    words = text.strip() or None
    if row.note == words:
        return
    if mark(row.note) != seen:
        raise Refused(CHANGED)
    row.note = words
    _changed(case, row, "held.noted")


def hand_back(case: Case, run: ExerciseRun, row: HeldWords, rev: int) -> None:
    """Back to its author, to be changed: for new words everything is asked anew. Handed back twice is once."""
    assignment = _hold(run, row)
    if not held_queries.handed_in(assignment):
        return
    _same(row, rev)
    _act(case, run, Act(MEDIATOR, Do.TAKE_BACK))
    held_rows.begin_anew(row)
    mailing.call_off(row)
    sending.reopen(case, case_forms.form_of(case, assignment.form_id), _author(case, row))
    _changed(case, row, "held.handed-back")


def accept(case: Case, run: ExerciseRun, row: HeldWords, rev: int) -> None:
    """It may be offered, in these words: from here on only the mediator hands it back. Nobody is asked yet."""
    assignment = _hold(run, row)
    if held_queries.state(case, run)[1].way is Way.ASKED:
        return
    _same(row, rev)
    _act(case, run, Act(MEDIATOR, Do.ACCEPT))
    held_rows.begin_anew(row)
    row.way, row.accepted_at = Way.ASKED, now()
    assignment.locked_at = row.accepted_at
    _changed(case, row, "held.accepted")


def ask(case: Case, run: ExerciseRun, row: HeldWords, rev: int) -> None:
    """Put the question on the receiver's phone, with a message. Asked twice is asked once.

    Raises Refused while it is locked.
    """
    if row.asked_at is not None:
        return
    _same(row, rev)
    if held_queries.state(case, run)[1].way not in held_rows.ANSWERING or queries.locked(case, run):
        raise Refused(actions.NOT_NOW)
    row.asked_at, row.put_away_at = now(), None
    if row.answered_at is None:
        mailing.announce(case, row)
    _changed(case, row, "held.asked")


def answer(case: Case, run: ExerciseRun, row: HeldWords, wishes: Wishes, *, told: bool = False) -> None:
    """What the receiver would like; it may be changed until it happens. Said twice is said once.

    A yes is a yes alone: "the gist first", "not now" and "no" all mean that nothing is given. `told`: the mediator
    writes down what they said. Raises Refused once it was given, or is over: nobody is told that it was heard then.
    """
    _hold(run, row)
    whole, held = held_queries.state(case, run)
    if held.way not in held_rows.ANSWERING or run.state not in UNDER_WAY:
        raise Refused(STALE)
    if row.answered_at is not None and held_rows.wishes(row) == wishes:
        return
    wants = wishes.wanted is Wanted.YES
    if held.way is not (Way.WANTED if wants else Way.NOT_WANTED):
        _after(whole, Act(held.author.other, Do.RECEIVE if wants else Do.DECLINE))
    row.way = Way.WANTED if wants else Way.NOT_WANTED
    row.wanted, row.how, row.moment, row.may_know = wishes.wanted, wishes.how, wishes.moment, wishes.may_know
    row.beside = wishes.beside or None
    row.answered_at = now()
    mailing.call_off(row)
    _changed(case, row, "held.answer-written-down" if told else "held.answered")


def deliver(case: Case, run: ExerciseRun, row: HeldWords, rev: int, seen: str, *, on_phone: bool) -> None:
    """It was given, in the way its receiver chose; with `on_phone` they may read a copy there from now on.

    `seen` is the mark of the words the mediator had before them. Given twice is given once. Raises Refused where
    anything changed since, and while a gate is closed.
    """
    assignment = _hold(run, row)
    whole, held = held_queries.state(case, run)
    if held.way is Way.DELIVERED:
        return
    _same(row, rev)
    reasons = held_queries.closed(case, run, row, held)
    if reasons:
        raise Refused(" ".join(reasons))
    _after(whole, Act(MEDIATOR, Do.DELIVER))
    if on_phone and row.how is not How.PAPER:
        raise Refused(STALE)
    copy = held_queries.copied(held_queries.words(assignment, row.kept))
    if opening.digest(copy) != seen:
        raise Refused(CHANGED)
    row.way, row.delivered_at, row.put_away_at = Way.DELIVERED, now(), None
    mailing.call_off(row)
    if on_phone:
        row.copy = copy
        mailing.announce(case, row)
    _changed(case, row, "held.delivered")


def close(case: Case, run: ExerciseRun, row: HeldWords) -> None:
    """The receiver reads the copy no more. That it was given stays logged. Closed twice is closed once."""
    if row.closed_at is not None:
        return
    whole, held = held_queries.state(case, run)
    for piece in held.reads(held.author.other):
        whole = _after(whole, Act(MEDIATOR, Do.CLOSE, item=piece.item, author=held.author))
    row.closed_at = now()
    mailing.call_off(row)
    _changed(case, row, "held.closed")


def keep(person: Participant, run: ExerciseRun, row: HeldWords, parts: Collection[str]) -> None:
    """Its author keeps these parts between them and the mediator, at any time and always with the same answer.

    While it is in their own hands they may also let a part go along again; afterwards it only becomes less. What was
    given once never becomes more: where a form was handed back after that, the copy is closed instead.
    """
    assignment = _hold(run, row)
    whole, held = held_queries.state(person.case, run)
    wanted = {item for item in held.items if item in parts}
    if held_queries.handed_in(assignment):
        wanted |= held.kept
    for item in sorted(wanted - held.kept):
        whole = _after(whole, Act(person.letter, Do.KEEP, item=item))
    if wanted == set(row.kept):
        return
    if held.way is Way.DELIVERED and set(row.kept) - wanted:
        row.closed_at = row.closed_at or now()
        mailing.call_off(row)
    row.kept = sorted(wanted)
    _changed(person.case, row, "held.kept")


def put_away(person: Participant, row: HeldWords, *, away: bool) -> None:
    """The receiver puts it aside on their own page, or takes it out again. It is no answer."""
    if (row.put_away_at is not None) is away:
        return
    row.put_away_at = now() if away else None
    audit.record("held.put-away" if away else "held.taken-out", case=person.case_id, subject=row.id)


def _hold(run: ExerciseRun, row: HeldWords) -> Assignment:
    """Its author's form, held until the request ends: nobody takes it back while something is decided about it."""
    assignment = held_queries.form_of(run, row)
    db.session.flush()
    db.session.refresh(assignment, with_for_update=True)
    return assignment


def _author(case: Case, row: HeldWords) -> Participant:
    return next(person for person in case.participants if person.id == row.author_id)


def _same(row: HeldWords, rev: int) -> None:
    if row.rev != rev:
        raise Refused(STALE)


def _act(case: Case, run: ExerciseRun, act: Act) -> modes.Run:
    return _after(queries.state_of(case, run), act)


def _after(whole: modes.Run, act: Act) -> modes.Run:
    try:
        return whole.after(act)
    except modes.NotNow:
        raise Refused(STALE) from None


def _changed(case: Case, row: HeldWords, verb: str) -> None:
    row.rev += 1
    audit.record(verb, case=case.id, subject=row.id)
    live.bump(case.id, live.DESK)  # never both: the author's phone is not to move by what the receiver does
