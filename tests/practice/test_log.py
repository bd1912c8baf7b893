"""The audit log as the owner reads it."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from mediator.cases.models import Participant
from mediator.core import audit, sealed
from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Viewer
from mediator.practice.log import PER_PAGE, Wanted, case_code
from mediator.practice.verbs import GROUPS, SENTENCES
from tests.factories import Pair
from tests.people import Page, Person


def note(
    verb: str,
    actor: audit.Actor = audit.NOBODY,
    *,
    at: datetime | None = None,
    case: uuid.UUID | None = None,
    subject: uuid.UUID | None = None,
) -> None:
    line = AuditEntry(at=at or now(), actor_kind=actor.kind, actor_id=actor.id, verb=verb)
    line.case_id, line.subject_id = case, subject
    db.session.add(line)
    db.session.commit()


def lines(page: Page) -> list[list[str]]:
    return [
        [" ".join("".join(cell.itertext()).split()) for cell in row][:4]
        for row in page.all("tr")
        if row[0].tag.endswith("td")
    ]


def test_participants_have_no_name_and_cases_only_a_code(owner: Person, pair: Pair) -> None:
    someone = audit.Actor("participant", pair.a)
    note("door.used", someone, case=pair.case, subject=pair.a)
    page = owner.get("/work/audit?kind=doors")
    assert [line[1:] for line in lines(page)] == [["Participant", "Came in by a link", f"Case {case_code(pair.case)}"]]
    with sealed.ring_of(Viewer.staff(pair.mediator, frozenset())):
        people = db.session.scalars(db.select(Participant)).all()
        hidden = [text for person in people for text in (person.name, person.email) if text]
    assert len(hidden) == 4
    whole = owner.get("/work/audit").words
    assert not [text for text in hidden if text in whole]
    assert str(pair.a) not in owner.get("/work/audit").text


def test_staff_have_their_name_and_an_unknown_verb_is_shown_as_it_is(owner: Person, pair: Pair) -> None:
    note("case.opened", audit.Actor("staff", pair.mediator), case=pair.case)
    note("case.something-new", audit.Actor("job"))
    note("staff.added", audit.Actor("command"), subject=pair.mediator)
    shown = lines(owner.get("/work/audit"))
    assert shown[0][1] == "The command line"
    assert shown[0][3].startswith("Mediator ")
    assert shown[1][1:3] == ["The system", "case.something-new"]
    assert shown[2][1].startswith("Mediator ")
    assert shown[2][2] == "Opened a case"


def test_pages_of_fifty_newest_first_without_gaps(owner: Person) -> None:
    for number in range(2 * PER_PAGE + 3):
        db.session.add(AuditEntry(at=now(), actor_kind="job", verb=f"case.number-{number}"))
    db.session.commit()
    page, seen = owner.get("/work/audit?kind=cases"), []
    for _ in range(3):
        seen += [line[2] for line in lines(page)]
        older = [link for link in page.links() if "before=" in link]
        if not older:
            break
        page = owner.get(older[-1])
    assert seen == [f"case.number-{number}" for number in reversed(range(2 * PER_PAGE + 3))]


def test_one_day_is_a_day_where_the_reader_is(owner: Person) -> None:
    for hour, verb in ((22, "case.before"), (23, "case.first"), (46, "case.last"), (47, "case.after")):
        note(verb, at=datetime(2026, 7, 1, tzinfo=UTC) + timedelta(hours=hour))
    shown = [line[2] for line in lines(owner.get("/work/audit?day=2026-07-02&kind="))]
    assert shown == ["case.last", "case.first"]
    assert "Nothing was noted here." in owner.get("/work/audit?day=2020-01-01").words


def test_a_day_may_have_23_or_25_hours() -> None:
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 1), 24)):
        start, end = Wanted("Europe/Berlin", day=day).hours
        assert start is not None
        assert end is not None
        assert end - start == timedelta(hours=hours)


@pytest.mark.parametrize(
    "query", ["kind=nothing", "day=yesterday", "before=x", "before=-1", "before=" + "9" * 30, "day=9999-12-31"]
)
def test_an_address_no_page_makes_opens_nothing(owner: Person, query: str) -> None:
    assert owner.get(f"/work/audit?{query}").status == 404


def test_a_kind_takes_its_nouns_and_no_others(owner: Person, pair: Pair) -> None:
    note("door.made")
    note("doors.made")
    assert [line[2] for line in lines(owner.get("/work/audit?kind=doors"))] == ["Made a link for a participant"]


def test_every_verb_with_a_sentence_belongs_to_one_kind() -> None:
    nouns = [noun for _, group in GROUPS.values() for noun in group]
    assert len(nouns) == len(set(nouns))
    assert {verb.partition(".")[0] for verb in SENTENCES} <= set(nouns)
