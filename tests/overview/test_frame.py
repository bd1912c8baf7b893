"""What every page pays for: one statement finds the session, its person and the name of their pages."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from mediator.cases.models import Participant
from mediator.cases.queries import Around, around
from mediator.core import sealed
from mediator.core.db import db
from mediator.core.visibility import Viewer
from mediator.practice.models import Practice, Staff
from tests.factories import Pair
from tests.people import Person


def test_a_page_that_shows_nothing_of_its_own_asks_once(participant_a: Person) -> None:
    participant_a.get("/notes/exit-button")
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        participant_a.get("/notes/exit-button")
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert len([one for one in sent if "signin_sessions" in one]) == 1
    assert len(sent) == 1


def test_their_pages_are_called_what_the_practice_says_signed_in_or_not(participant_a: Person, anyone: Person) -> None:
    db.session.get_one(Practice, 1).alias = "Garden notes"
    db.session.commit()
    for page in (participant_a.get("/notes/exit-button"), anyone.get("/new-link")):
        assert page.title.endswith("Garden notes")


def test_the_names_around_a_participant(pair: Pair) -> None:
    a, b = (db.session.get_one(Participant, one) for one in (pair.a, pair.b))
    lead = db.session.get_one(Staff, pair.mediator).name
    for one, other in ((a, b), (b, a)):
        with sealed.ring_of(Viewer.participant(one.id, pair.case)):
            assert around(one) == Around(other.called, lead)
    with sealed.ring_of(Viewer.nobody()), pytest.raises(sealed.RingClosed):
        around(a)


def test_nobody_has_joined_yet(pair: Pair) -> None:
    db.session.delete(db.session.get_one(Participant, pair.b))
    db.session.flush()
    a = db.session.get_one(Participant, pair.a)
    with sealed.ring_of(Viewer.participant(a.id, pair.case)):
        assert around(a).other is None
