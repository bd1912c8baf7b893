"""Exercises through the pages, for tests: starting one, writing one's part, pressing the console's buttons."""

from __future__ import annotations

import uuid
from xml.etree.ElementTree import Element

from mediator.cases.models import Opening
from mediator.core.audit import AuditEntry
from mediator.core.db import db
from mediator.exercises.models import ExerciseRun
from mediator.questionnaires.models import Assignment
from tests.factories import Pair
from tests.people import HTML, Form, Page, Person

THANKS_A = {"E13.1.first": "You waited for me at the station"}
THANKS_B = {"E13.1.first": "You called my mother"}


def at(pair: Pair, tail: str = "") -> str:
    """A page of the pair's exercises."""
    return f"/work/cases/{pair.case}/exercises{tail}"


def start(mediator: Person, pair: Pair, key: str, **given: str | None) -> uuid.UUID:
    """Start it through its page; the run's id."""
    page = mediator.submit(mediator.get(at(pair, f"/start/{key}")), given, action="/exercises")
    assert page.status == 200, page.words
    return uuid.UUID(page.response.request.path.removesuffix("/held").rsplit("/", 1)[1])


def console(mediator: Person, pair: Pair, run: uuid.UUID) -> Page:
    """The console as it stands now."""
    return mediator.get(at(pair, f"/{run}"))


def press(mediator: Person, page: Page, do: str) -> Page:
    """Press one of the buttons of the page as it was when it was loaded."""
    for element in page.all("form"):
        if any((one.get("name"), one.get("value")) == ("do", do) for one in element.iter(HTML + "button")):
            form = Form(element)
            return mediator.post(form.action, {**form.fields, "do": do})
    raise AssertionError(f"no button for {do}: {page.words}")


def write(person: Person, run: uuid.UUID, words: dict[str, str]) -> Page:
    """Write one's own part of the stage that goes on, question by question, and hand it in."""
    db.session.rollback()
    stage = db.session.get_one(ExerciseRun, run).stages[db.session.get_one(ExerciseRun, run).at]
    form = db.session.scalars(
        db.select(Assignment.id).where(Assignment.form_id == stage.form_id, Assignment.participant_id == person.id)
    ).one()
    page = person.get(f"/notes/questions/{form}/1")
    while "/check" not in page.response.request.path:
        asked = {one.get("name") for tag in ("input", "textarea", "select") for one in page.all(tag)}
        page = person.submit(page, {name: text for name, text in words.items() if name in asked}, action="/questions/")
        assert page.status == 200, page.words
    page = person.submit(page, action="/check")
    assert page.status == 200, page.words
    return page


def outside_folds(page: Page) -> str:
    """What anybody reads who looks at the mediator's screen: everything but what is folded for the mediator."""

    def read(element: Element) -> str:
        folded = element.tag == f"{HTML}details" and "private" in (element.get("class") or "")
        assert not (folded and element.get("open") is not None), "nothing private lies open by itself"
        children = [one for one in element if not folded or one.tag == f"{HTML}summary"]
        return " ".join([element.text or "", *(f"{read(one)} {one.tail or ''}" for one in children)])

    return " ".join(read(page.all("body")[0]).split())


def state(run: uuid.UUID) -> ExerciseRun:
    """The run as it stands in the database now."""
    db.session.rollback()
    return db.session.get_one(ExerciseRun, run)


def verbs(pair: Pair) -> list[str]:
    """What the log says was done in the case."""
    db.session.rollback()
    return list(
        db.session.scalars(
            db.select(AuditEntry.verb).where(AuditEntry.case_id == pair.case).order_by(AuditEntry.number)
        )
    )


def standing(pair: Pair) -> list[Opening]:
    """What stands open."""
    db.session.rollback()
    return list(
        db.session.scalars(db.select(Opening).where(Opening.case_id == pair.case, Opening.withdrawn_at.is_(None)))
    )


def written(mediator: Person, pair: Pair, a: Person, b: Person) -> uuid.UUID:
    """Thanks for three things, with both parts in."""
    run = start(mediator, pair, "E13")
    write(a, run, THANKS_A)
    write(b, run, THANKS_B)
    return run


def way(page: Page, item: str = "") -> str:
    """Where the first item that may be opened is looked at."""
    return next(link for link in page.links() if "/open/" in link and item in link)
