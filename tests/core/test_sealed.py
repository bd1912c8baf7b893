"""Words are read only through a ring that opens them, and never stand in a query."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask

from mediator.cases.models import Participant
from mediator.core import sealed
from mediator.core.db import db
from mediator.core.sealed import RingClosed
from mediator.core.visibility import Viewer, Visibility
from mediator.questionnaires.models import Answer
from tests.factories import Pair


def test_words_open_only_in_the_right_ring(pair: Pair) -> None:
    person = db.session.get_one(Participant, pair.a)
    with pytest.raises(RingClosed):
        _ = person.name
    with sealed.ring_of(Viewer.staff(pair.mediator, frozenset())):
        assert person.name == "Alex"  # directory words: all staff
    with sealed.ring_of(Viewer.participant(pair.b, pair.case)):
        assert person.called == "Alex"  # joint
        with pytest.raises(RingClosed):
            _ = person.email


def test_words_never_stand_in_a_query(app: Flask) -> None:
    with pytest.raises(TypeError, match="cannot stand in a query"):
        db.select(Participant).where(Participant.name == "Alex")
    with pytest.raises(TypeError, match="cannot stand in a query"):
        db.select(Participant).order_by(Participant.name)


@pytest.mark.parametrize("text", ["", "שלום \u202eabc", "é é", "👩‍👩‍👧", "a\tb\nc", "İstanbul"])
def test_text_comes_back_exactly(text: str) -> None:
    person, case = uuid.uuid4(), uuid.uuid4()
    row = Answer(case_id=case, participant_id=person, visibility=Visibility.OWN)
    row.value = {"text": text}
    with sealed.ring_of(Viewer.participant(person, case)):
        assert row.value == {"text": text}


def test_words_follow_their_row_when_they_are_handed_in(pair: Pair) -> None:
    row = Answer(case_id=pair.case, participant_id=pair.a, visibility=Visibility.OWN)
    row.value = "not yet"
    mediator = Viewer.staff(pair.mediator, frozenset({pair.case}))
    with sealed.ring_of(mediator), pytest.raises(RingClosed):
        _ = row.value
    row.visibility = Visibility.PRIVATE
    with sealed.ring_of(mediator):
        assert row.value == "not yet"


def test_an_unknown_format_is_refused(pair: Pair) -> None:
    row = Answer(case_id=pair.case, participant_id=pair.a, visibility=Visibility.PRIVATE)
    row.value_bytes = b"\x07anything"
    with sealed.ring_of(Viewer.participant(pair.a, pair.case)), pytest.raises(RingClosed):
        _ = row.value
