"""Which sections each reader gets, and that nobody's part is gathered with more than that person's ring."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from mediator.agreements.terms import Who
from mediator.cases.models import Case, Participant
from mediator.core import sealed
from mediator.core.db import db
from mediator.core.sealed import RingClosed
from mediator.core.visibility import Letter, Viewer
from mediator.questionnaires import queries
from mediator.questionnaires.models import Assignment, Form
from mediator.reports import full, gathering
from mediator.reports.content import ALONE, SECTIONS, Section, Shared
from mediator.reports.period import period_of
from mediator.reports.terms import Reader
from mediator.sessions.models import MediationSession
from tests.counting import counted
from tests.factories import Pair
from tests.reports import scene

FULL_ALONE = {Section.NOTES, Section.CAUCUS, Section.READINGS, Section.KEPT}


def words(value: Any) -> Iterator[str]:
    """Every string in plain values, however deep."""
    if isinstance(value, str):
        yield value
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from words(getattr(value, field.name))
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from words(one)


def gathered(pair: Pair, made: scene.Scene) -> tuple[Case, MediationSession]:
    db.session.expire_all()
    return db.session.get_one(Case, pair.case), db.session.get_one(MediationSession, made.session)


def test_both_personal_copies_have_the_same_sections_and_the_joint_ones_with_them() -> None:
    assert SECTIONS[Reader.A] == SECTIONS[Reader.B]
    assert set(SECTIONS[Reader.A]) - {Section.OWN} < set(SECTIONS[Reader.JOINT])
    assert Section.OWN not in SECTIONS[Reader.JOINT]


def test_what_is_the_mediators_stands_in_no_participants_copy() -> None:
    for reader in (Reader.JOINT, Reader.A, Reader.B):
        assert not FULL_ALONE & set(SECTIONS[reader])
    assert set(SECTIONS[Reader.FULL]) >= FULL_ALONE
    assert not {Section.OPENED, Section.STEPS, Section.SIGNATURES} & set(ALONE)


def test_the_shared_part_holds_what_is_released_and_nothing_else(app: Flask, pair: Pair) -> None:
    made = scene.ended(pair)
    case, session = gathered(pair, made)
    part = gathering.shared(case, session, pair.mediator).part
    found = " ".join(words(part))
    assert all(token in found for token in scene.TOGETHER)
    for token in (*scene.A_ONLY, *scene.B_ONLY, *scene.MEDIATOR_ONLY, *scene.SAFETY):
        assert token not in found, token
    assert not any("minutes" in field.name or "spent" in field.name for field in dataclasses.fields(Shared))


def test_without_a_saved_summary_the_joint_notes_stand_in_its_place_as_the_summary_page_shows_them(
    app: Flask, pair: Pair
) -> None:
    made = scene.ended(pair)
    case, session = gathered(pair, made)
    session.summary = None
    db.session.commit()
    found = " ".join(words(gathering.shared(case, session, pair.mediator).part))
    assert "zzjointnote" in found
    assert "zzprivate" not in found
    assert "zzcaucus" not in found


def test_ones_own_part_holds_ones_own_words_and_nothing_of_the_other(app: Flask, pair: Pair) -> None:
    made = scene.ended(pair)
    case, session = gathered(pair, made)
    for letter, own, other in ((Letter.A, scene.A_ONLY, scene.B_ONLY), (Letter.B, scene.B_ONLY, scene.A_ONLY)):
        person = case.participant(letter)
        assert person is not None
        part = gathering.own(case, session, person)
        found = " ".join(words(part))
        assert all(token in found for token in own)
        assert not any(token in found for token in (*other, *scene.SAFETY, *scene.MEDIATOR_ONLY))
        assert [one.value for one in part.ready] == [7 if letter is Letter.A else 2]


def test_a_paper_asks_the_database_as_often_for_many_forms_as_for_one(app: Flask, pair: Pair) -> None:
    made = scene.ended(pair)
    asked, answers = [], []
    for more in (0, 4):
        for _ in range(more):
            scene.forms(pair)
        case, session = gathered(pair, made)
        person = case.participant(Letter.A)
        assert person is not None
        with sealed.ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))), counted() as sent:
            full.record(case, session, pair.mediator)
        with counted() as own:
            found = gathering.own(case, session, person)
        asked.append((len(sent), len(own)))
        answers.append(len(found.answers))
    assert answers[1] == 5 * answers[0] > 0
    assert asked[0] == asked[1]


@pytest.mark.parametrize(("step", "there"), [("5", False), ("0", True)])
def test_intake_answers_stand_in_the_full_copy_of_a_first_meeting_and_on_no_paper_handed_out(
    app: Flask, pair: Pair, step: str, *, there: bool
) -> None:
    made = scene.ended(pair)
    db.session.execute(db.update(Form).values(step="0"))
    db.session.execute(db.update(MediationSession).values(step=step))
    case, session = gathered(pair, made)
    person = case.participant(Letter.A)
    assert person is not None
    assert gathering.own(case, session, person).answers == []
    assert bool(gathering.forms_of(case, period_of(session))) is there


def test_a_wrong_query_raises_instead_of_writing_the_others_words(
    app: Flask, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted fault: the query forgets whose forms it lists. The ring stands behind it."""
    made = scene.ended(pair)
    case, session = gathered(pair, made)
    everybodys = list(db.session.scalars(db.select(Assignment).where(Assignment.case_id == pair.case)))
    monkeypatch.setattr(queries, "sent_to", lambda _person: everybodys)
    person = db.session.get_one(Participant, pair.a)
    with pytest.raises(RingClosed):
        gathering.own(case, session, person)


def test_the_ring_for_both_opens_joint_words_alone(app: Flask, pair: Pair) -> None:
    made = scene.ended(pair)
    case, session = gathered(pair, made)
    with sealed.ring_of(gathering.joint_viewer(case.id)):
        assert case.participants[0].called == "Alex"
        for row, word in ((session, "summary"), (case.participants[0], "name"), (session.items[0], "title")):
            with pytest.raises(RingClosed):
                getattr(row, word)


def test_the_full_record_has_everything_but_the_safety_answers(app: Flask, pair: Pair) -> None:
    made = scene.ended(pair)
    case, session = gathered(pair, made)
    with sealed.ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))):
        copy = full.record(case, session, pair.mediator)
    found = " ".join(words(copy))
    for token in (*scene.TOGETHER, *scene.MEDIATOR_ONLY, "zzalong", "zzblong"):
        assert token in found or token == "zzreason", token
    assert not any(token in found for token in scene.SAFETY)
    assert copy.blocks[0].taken == 10
    assert [one.minutes for one in copy.alone] == [7]
    assert copy.readings[4].a == 7


def test_a_session_with_one_person_holds_nothing_two_people_share(app: Flask, pair: Pair) -> None:
    made = scene.ended(pair, "A")
    scene.said(pair, made.session, "zzhers not to be seen by A", Who.B)
    case, session = gathered(pair, made)
    part = gathering.shared(case, session, pair.mediator).part
    found = " ".join(words(part))
    assert [one.letter for one in part.people] == [Letter.A]
    assert part.number is None
    assert "zzhers" not in found
    assert "zzopened" not in found
    assert "Sam" not in found
    assert part.steps == []
