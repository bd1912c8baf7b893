"""Exercises on two phones: the mediator's acts, what each person does on theirs, and what a page looks like."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree.ElementTree import Element

from sqlalchemy import func, select

from mediator.cases.models import Case
from mediator.cases.queries import mediated
from mediator.core import sealed
from mediator.core.audit import AuditEntry
from mediator.core.db import db
from mediator.core.visibility import Letter, Viewer
from mediator.exercises import actions, queries
from mediator.exercises.models import ExerciseRun
from mediator.exercises.modes import MEDIATOR, Do
from mediator.exercises.terms import Heard, Place
from mediator.questionnaires import comparing, opening
from mediator.questionnaires.models import Assignment
from tests.factories import Pair
from tests.people import HTML, Page, Person

PHONE = "/notes/exercise"
#: Turns, then one sentence each · written, opened item by item · derived.
TURNS, WRITTEN, DERIVED = "E01", "E13", "E22"


@contextmanager
def acting(pair: Pair) -> Iterator[Case]:
    """The mediator acts; what they did is committed."""
    with sealed.ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))):
        yield mediated(pair.mediator, pair.case)
        db.session.commit()


def start(pair: Pair, key: str, place: Place = Place.PHONES) -> uuid.UUID:
    """Start an exercise with both."""
    with acting(pair) as case:
        return actions.start(pair.mediator, case, uuid.uuid4(), key, place).id


def refusals(person: uuid.UUID) -> int:
    """How many refusals of somebody's the log holds."""
    db.session.rollback()
    where = AuditEntry.verb == "refused", AuditEntry.actor_id == person
    return db.session.scalar(select(func.count()).select_from(AuditEntry).where(*where)) or 0


def run_of(run: uuid.UUID) -> ExerciseRun:
    """The run as it stands now."""
    db.session.rollback()
    return db.session.get_one(ExerciseRun, run)


def take(pair: Pair, run: uuid.UUID, *steps: tuple[Letter | str, Do, Heard | None]) -> None:
    """Acts of a turn, one after the other."""
    for who, do, heard in steps:
        with acting(pair) as case:
            row = queries.run_of(case, run)
            actions.take_turn(case, row, MEDIATOR if who == MEDIATOR else Letter(who), do, row.rev, heard)


def pause(pair: Pair, run: uuid.UUID) -> None:
    with acting(pair) as case:
        actions.pause(case, queries.run_of(case, run), MEDIATOR)


def go_on(pair: Pair, run: uuid.UUID) -> None:
    with acting(pair) as case:
        row = queries.run_of(case, run)
        actions.go_on(pair.mediator, case, row, row.rev)


def form_of(run: uuid.UUID, person: uuid.UUID, stage: int = 0) -> uuid.UUID:
    """Somebody's form of a stage."""
    form = run_of(run).stages[stage].form_id
    found = db.session.scalar(
        select(Assignment.id).where(Assignment.form_id == form, Assignment.participant_id == person)
    )
    assert found is not None
    return found


def write(person: Person, run: uuid.UUID, text: str = "They waited for me") -> None:
    """Begin: write something at the first item of one's form."""
    assert person.id is not None
    page = person.get(f"/notes/questions/{form_of(run, person.id)}")
    item = run_of(run).stages[0].key.partition(".")[0] + ".1.first"
    person.submit(page, {item: text, "go": "next"}, action="/questions/")


def hand_in(person: Person, run: uuid.UUID, stage: int = 0) -> Page:
    """Hand in one's form."""
    assert person.id is not None
    return person.submit(person.get(f"/notes/questions/{form_of(run, person.id, stage)}/check"), action="/check")


def change(person: Person, run: uuid.UUID) -> Page:
    """Take one's words back to change them, by the button on the phone."""
    assert person.id is not None
    path = f"/notes/questions/{form_of(run, person.id)}/change"
    page = person.get(PHONE)
    assert path in {one.get("formaction") for one in page.all("button")}
    return person.post(path, dict(page.form("/pause").fields))


def open_first(pair: Pair, run: uuid.UUID) -> None:
    """Open the first item of the first stage to both."""
    with acting(pair) as case:
        row = queries.run_of(case, run)
        form, item = row.stages[0].form_id, row.spec["stages"][0]["items"][0]
        assert form is not None
        made = opening.preview(case, comparing.sides(case, form), item, None, allowed=True)
        actions.open_piece(pair.mediator, case, row, form, item, None, made.seen)


def case_is(pair: Pair, **values: object) -> None:
    """Something happened to the case."""
    case = db.session.get_one(Case, pair.case)
    for name, value in values.items():
        setattr(case, name, value)
    db.session.commit()


def plain(page: Page) -> str:
    """A page without what is drawn anew for every answer."""
    return page.text


def structure(page: Page) -> list[str]:
    """Tags and classes, without texts: what somebody sees from across the room."""

    def walk(element: Element, depth: int) -> Iterator[str]:
        yield f"{depth} {element.tag.removeprefix(HTML)} {element.get('class', '')}"
        for child in element:
            yield from walk(child, depth + 1)

    return list(walk(page.all("main")[0], 0))


def act(person: Person, **pressed: str) -> Page:
    """Press a button of the page as it stands."""
    return person.submit(person.get(PHONE), dict(pressed), action="/turn")
