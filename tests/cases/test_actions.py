"""Opening, correcting, recording, moving and removing a case: the rules, without pages."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest

from mediator.cases import actions, queries, state_actions, states
from mediator.cases.actions import Details, Plan
from mediator.cases.doors import DoorKind
from mediator.cases.models import Case, CaseMediator, Door, Participant
from mediator.cases.state_actions import Dates, Record
from mediator.cases.terms import (
    CaseState,
    ParticipantWord,
    Policy,
    Relation,
    Route,
    Suitability,
    participant_word,
)
from mediator.core import live, outbox, tokens
from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.core.sealed import ring_of
from mediator.core.visibility import Letter, Viewer
from mediator.practice.models import Staff
from tests.conftest import SECRET
from tests.factories import Pair, make_case, make_door, make_pair, make_participant, make_staff

PLAN = Plan(Relation.SIBLINGS, Route.REPAIR, False, "Europe/London")
ROSA = Details("Rosa", "she", "rosa@post.example")
EMIL = Details("Emil", None, "emil@post.example")


@pytest.fixture
def lead(pair: Pair) -> Staff:
    """The pair's mediator."""
    return db.session.get_one(Staff, pair.mediator)


@pytest.fixture
def case(pair: Pair) -> Iterator[Case]:
    """The pair's case, read with its mediator's ring."""
    with ring_of(Viewer.staff(pair.mediator, frozenset({pair.case}))):
        yield db.session.get_one(Case, pair.case)


def opened(lead: Staff, *people: Details, co: tuple[uuid.UUID, ...] = ()) -> Case:
    """A case opened by the action."""
    case = actions.open_case(uuid.uuid4(), lead, people, PLAN, Policy.CAUCUS, co, secret=SECRET)
    db.session.commit()
    return case


def verbs(case_id: uuid.UUID) -> list[str]:
    """What the audit holds about a case, in order."""
    return list(
        db.session.scalars(db.select(AuditEntry.verb).where(AuditEntry.case_id == case_id).order_by(AuditEntry.number))
    )


def names(case: Case) -> dict[str, str]:
    """Names by letter, in the ring of the directory."""
    with ring_of(Viewer.staff(uuid.uuid4(), frozenset())):
        return {person.letter.value: person.name for person in case.participants}


def test_letters_are_drawn_and_nothing_tells_who_was_typed_first(lead: Staff) -> None:
    """Over many cases both orders come up; rows stand A first and have the same times."""
    drawn = set()
    for _ in range(40):
        case = opened(lead, ROSA, EMIL)
        drawn.add(names(case)["A"])
        if db.engine.dialect.name == "sqlite":  # as rows lie in the file
            stored = db.text("SELECT letter FROM participants WHERE case_id = :id ORDER BY rowid")
            assert list(db.session.scalars(stored, {"id": case.id.hex})) == ["A", "B"]
        assert len({person.created_at for person in case.participants}) == 1
    assert drawn == {"Rosa", "Emil"}  # by chance alone one order: 2 in 2 ** 40


def test_a_new_case_is_an_enquiry_led_by_who_opened_it(lead: Staff) -> None:
    """State, lead, co-mediators, index of addresses, audit."""
    other = make_staff("mediator")
    case = opened(lead, ROSA, EMIL, co=(other.id, lead.id))
    assert case.state is CaseState.ENQUIRY
    assert {(row.staff_id, row.lead) for row in case.mediators} == {(lead.id, True), (other.id, False)}
    assert {person.email_index for person in case.participants} == {
        tokens.email_index(SECRET, "rosa@post.example"),
        tokens.email_index(SECRET, "EMIL@post.example"),
    }
    assert verbs(case.id) == ["case.opened"]


def test_one_person_alone_is_a(lead: Staff) -> None:
    """A case may stand with A alone."""
    assert names(opened(lead, EMIL)) == {"A": "Emil"}


def test_two_people_cannot_share_an_address_however_it_is_spelled(lead: Staff, case: Case) -> None:
    """When a case is opened, when the second is added, when somebody is corrected."""
    with pytest.raises(Refused):
        opened(lead, ROSA, Details("Emil", None, "ROSA@post.example"))
    alone = opened(lead, ROSA)
    with ring_of(Viewer.staff(lead.id, frozenset({alone.id}))), pytest.raises(Refused):
        actions.add_second(alone, uuid.uuid4(), Details("Emil", None, "Rosa@Post.example"), "UTC", secret=SECRET)
    a, b = case.participants
    with pytest.raises(Refused):
        actions.correct(b, Details("Sam", None, a.email.upper()), b.zone, actions.person_version(b), secret=SECRET)


def test_the_second_person_is_added_once(lead: Staff) -> None:
    """The same page twice adds one; another page after it is told so."""
    case, person_id = opened(lead, ROSA), uuid.uuid4()
    with ring_of(Viewer.staff(lead.id, frozenset({case.id}))):
        first = actions.add_second(case, person_id, EMIL, "UTC", secret=SECRET)
        db.session.commit()
        assert actions.add_second(case, person_id, EMIL, "UTC", secret=SECRET) is first
        with pytest.raises(Refused):
            actions.add_second(case, uuid.uuid4(), Details("Ida"), "UTC", secret=SECRET)
    assert names(case) == {"A": "Rosa", "B": "Emil"}


def test_a_corrected_name_is_corrected_for_the_practice_and_for_the_other(pair: Pair, case: Case) -> None:
    """`name` and `called` change in one act; nothing changed writes nothing."""
    a = case.participants[0]
    actions.correct(a, Details("Alexandra", None, a.email), a.zone, actions.person_version(a), secret=SECRET)
    db.session.commit()
    assert (a.name, a.called) == ("Alexandra", "Alexandra")
    assert verbs(case.id) == ["participant.renamed"]
    assert not actions.correct(a, Details("Alexandra", None, a.email), a.zone, "old", secret=SECRET)
    with pytest.raises(Refused):
        actions.correct(a, Details("Sasha"), a.zone, "old", secret=SECRET)


def test_a_new_address_stops_links_to_the_old_one(pair: Pair, case: Case) -> None:
    """A link on its way to a wrong address must not open."""
    make_door(pair.a, DoorKind.MAIL)
    make_door(pair.b, DoorKind.MAIL)
    outbox.put("door", recipient=pair.a, case=pair.case)
    db.session.commit()
    a = case.participants[0]
    actions.correct(a, Details(a.name), a.zone, actions.person_version(a), secret=SECRET)
    db.session.commit()
    assert a.email is None
    assert a.email_index is None
    doors = {door.participant_id: door.revoked_at for door in db.session.scalars(db.select(Door))}
    assert doors[pair.a] is not None
    assert doors[pair.b] is None
    assert db.session.scalars(db.select(outbox.Message)).one().state is outbox.MessageState.CANCELLED


def test_only_the_lead_decides_who_mediates(lead: Staff, case: Case) -> None:
    """A co-mediator changes nothing; the lead is never removed; handing over swaps the two."""
    other = make_staff("mediator")
    seen = actions.team_version(case)
    assert actions.set_co_mediators(case, lead, [other.id], [other.id, lead.id], seen)
    db.session.commit()
    assert not actions.set_co_mediators(case, lead, [other.id], [other.id], seen), "sent twice"
    with pytest.raises(Refused):
        actions.set_co_mediators(case, other, [], [lead.id], actions.team_version(case))
    with pytest.raises(Refused):
        actions.hand_over_lead(case, other, make_staff("mediator"))
    with pytest.raises(Refused):
        actions.hand_over_lead(case, lead, make_staff("mediator"))
    actions.hand_over_lead(case, lead, other)
    db.session.commit()
    assert db.session.get_one(CaseMediator, (case.id, other.id)).lead
    assert not db.session.get_one(CaseMediator, (case.id, lead.id)).lead
    actions.hand_over_lead(case, lead, other)  # sent twice
    actions.set_co_mediators(case, other, [], [lead.id], actions.team_version(case))
    db.session.commit()
    assert verbs(case.id) == [
        "case.mediator.added", "case.lead.handed-over", "case.mediator.removed",
    ]  # fmt: skip


def test_an_older_page_removes_nobody_who_was_added_since(lead: Staff, case: Case) -> None:
    """It shows an empty box for them, which is no wish to remove them."""
    first, second = make_staff("mediator").id, make_staff("mediator").id
    seen = actions.team_version(case)
    actions.set_co_mediators(case, lead, [first], [first, second], seen)
    db.session.commit()
    with pytest.raises(Refused, match="Nothing was saved"):
        actions.set_co_mediators(case, lead, [second], [first, second], seen)
    assert {row.staff_id for row in case.mediators} == {lead.id, first}


def test_who_works_here_no_more_does_not_lead(lead: Staff, case: Case) -> None:
    """A stopped account leads no case."""
    gone = make_staff("mediator", active=False)
    case.mediators.append(CaseMediator(case_id=case.id, staff_id=gone.id))
    with pytest.raises(Refused):
        actions.hand_over_lead(case, lead, gone)


def test_a_plan_is_changed_and_a_stale_page_is_told(case: Case) -> None:
    """Route and words may change at any time; a page from before may not overwrite."""
    seen = actions.plan_version(case)
    assert actions.replan(case, PLAN, seen)
    assert not actions.replan(case, PLAN, seen)
    with pytest.raises(Refused):
        actions.replan(case, Plan(Relation.FRIENDS, Route.CIVIL, True, "UTC"), seen)


def test_a_case_moves_once_and_only_from_where_the_page_saw_it(case: Case) -> None:
    """A double submit moves once; a page that saw another state is told."""
    assert state_actions.move(case, CaseState.PAUSED, CaseState.ACTIVE)
    assert not state_actions.move(case, CaseState.PAUSED, CaseState.ACTIVE)
    with pytest.raises(Refused):
        state_actions.move(case, CaseState.CLOSING, CaseState.ACTIVE)
    assert case.state is CaseState.PAUSED
    with pytest.raises(Refused, match="does not go"):
        state_actions.move(case, CaseState.RETENTION, CaseState.PAUSED)


def test_what_is_missing_is_said_with_names(lead: Staff) -> None:
    """A move that is not possible says what is missing, and about whom."""
    case = opened(lead, ROSA, EMIL)
    case.state, case.suitability = CaseState.INTAKE, Suitability.USUAL
    with ring_of(Viewer.staff(lead.id, frozenset({case.id}))):
        by_letter = {person.letter: person for person in case.participants}
        by_letter[Letter.A].seen_alone_on = now().date()
        with pytest.raises(Refused) as refused:
            state_actions.move(case, CaseState.ASSESSED, CaseState.INTAKE)
        assert refused.value.message == (f"It is not recorded yet that {by_letter[Letter.B].name} was seen alone.")
        by_letter[Letter.B].declined_on = now().date()
        assert state_actions.move(case, CaseState.ASSESSED, CaseState.INTAKE)


def test_safety_reasons_stand_apart(case: Case) -> None:
    """A hold and "not suitable" are no plain reasons: pages fold them away."""
    case.state, case.hold, case.suitability = CaseState.AGREED, True, Suitability.NOT_SUITABLE
    begin = next(move for move in state_actions.moves(case) if move.to is CaseState.ACTIVE)
    assert begin.reasons == ()
    assert len(begin.apart) == 2
    assert not begin.possible


def test_an_ended_case_lets_nobody_in(pair: Pair, case: Case) -> None:
    """Links stop, waiting mail is dropped, the day is noted."""
    make_door(pair.a, DoorKind.MAIL)
    outbox.put("door", recipient=pair.b, case=pair.case)
    state_actions.move(case, CaseState.ENDED, CaseState.ACTIVE)
    db.session.commit()
    assert case.ended_on == state_actions.today(case)
    assert db.session.scalars(db.select(Door)).one().revoked_at is not None
    assert db.session.scalars(db.select(outbox.Message)).one().state is outbox.MessageState.CANCELLED


def test_a_hold_looks_like_a_break_and_keeps_its_reason(case: Case) -> None:
    """Set at once and never refused; two reasons written at the same time are both kept; lifting keeps them."""
    fresh = state_actions.hold_version(case)
    state_actions.put_on_hold(case, "He waited outside.", fresh)
    assert participant_word(case.state, case.hold) is ParticipantWord.ON_A_BREAK
    assert participant_word(CaseState.PAUSED, False) is ParticipantWord.ON_A_BREAK
    state_actions.put_on_hold(case, "A neighbour called.", fresh)
    state_actions.put_on_hold(case, "A neighbour called.", fresh)  # sent twice
    assert case.hold_reason == "He waited outside.\n\nA neighbour called."
    with pytest.raises(Refused):
        state_actions.lift_hold(case, fresh)
    state_actions.lift_hold(case, state_actions.hold_version(case))
    assert not case.hold
    assert case.hold_reason
    db.session.commit()
    assert verbs(case.id) == [
        "case.hold.set", "case.hold.reason.changed", "case.hold.reason.changed", "case.hold.lifted",
    ]  # fmt: skip


def test_the_record_is_saved_with_a_line_for_each_change(case: Case) -> None:
    """Days, suitability; a stale page and a day to come are refused."""
    seen, today = state_actions.record_version(case), state_actions.today(case)
    before = state_actions.record(case)
    wanted = Record(
        {Letter.A: Dates(None, before.dates[Letter.A].signed_on, None), Letter.B: before.dates[Letter.B]},
        before.policy,
        Suitability.SAFEGUARDS,
    )
    assert state_actions.save_record(case, wanted, seen, answered=False)
    assert not state_actions.save_record(case, wanted, seen, answered=False)
    db.session.commit()
    assert verbs(case.id) == ["participant.seen-alone.recorded", "case.suitability.recorded"]
    with pytest.raises(Refused):
        state_actions.save_record(case, before, seen, answered=False)
    late = Record({**wanted.dates, Letter.A: Dates(today + timedelta(days=1), None, None)}, before.policy, None)
    with pytest.raises(Refused):
        state_actions.save_record(case, late, state_actions.record_version(case), answered=False)


def test_the_policy_changes_only_until_somebody_accepted_or_answered(lead: Staff) -> None:
    """Accepted on the phone or on paper, or answered: from then on it stays."""
    case = opened(lead, ROSA, EMIL)
    assert state_actions.policy_may_change(case, answered=False)
    assert not state_actions.policy_may_change(case, answered=True)
    wanted = Record(state_actions.record(case).dates, Policy.NO_SECRETS, None)
    assert state_actions.save_record(case, wanted, state_actions.record_version(case), answered=False)
    case.participants[1].accepted_at = now()
    back = Record(wanted.dates, Policy.LIMITED, None)
    with pytest.raises(Refused):
        state_actions.save_record(case, back, state_actions.record_version(case), answered=False)
    assert case.policy is Policy.NO_SECRETS


def test_an_enquiry_made_by_mistake_is_removed_whole(lead: Staff) -> None:
    """Case, people, doors, waiting mail and the numbers its pages follow go; the audit line stays."""
    case = opened(lead, ROSA, EMIL)
    case_id, person = case.id, case.participants[0].id
    make_door(person)
    outbox.put("door", recipient=person, case=case_id)
    live.bump(case_id, live.BOTH, live.DESK)
    live.bump(kept := uuid.uuid4(), live.DESK)
    db.session.commit()
    state_actions.remove(case, answered=False)
    db.session.commit()
    assert db.session.get(Case, case_id) is None
    assert list(db.session.scalars(db.select(live.Channel.id))) == [kept]
    for table in (Participant, CaseMediator, Door, outbox.Message):
        assert db.session.scalars(db.select(table).where(table.case_id == case_id)).all() == []
    assert verbs(case_id)[-1] == "case.removed"


def test_what_was_no_mistake_is_not_removed(lead: Staff, case: Case) -> None:
    """Answered, come in, accepted, seen, or further on: then it ends and is kept."""
    with pytest.raises(Refused):
        state_actions.remove(case, answered=False)
    for change in ("answered", "used", "accepted_at", "seen_alone_on", "signed_on"):
        enquiry = make_case(lead, state=CaseState.ENQUIRY)
        person = make_participant(enquiry, Letter.A, "Robin", accepted_at=None, seen_alone_on=None, signed_on=None)
        assert state_actions.may_remove(enquiry, answered=False)
        if change == "used":
            make_door(person.id)
            db.session.scalars(db.select(Door).where(Door.participant_id == person.id)).one().used_at = now()
        elif change != "answered":
            setattr(person, change, now() if change == "accepted_at" else now().date())
        db.session.commit()
        assert not state_actions.may_remove(enquiry, answered=change == "answered"), change


def test_the_day_of_a_case_is_the_day_where_it_is(lead: Staff) -> None:
    """Days are taken in the zone of the case."""
    east = make_pair(lead, zone="Pacific/Kiritimati")
    west = make_pair(lead, zone="Pacific/Pago_Pago")
    days = [state_actions.today(db.session.get_one(Case, one.case)) for one in (east, west)]
    assert days[0] - days[1] >= timedelta(days=1)


def test_whoever_declined_is_not_waited_for_whichever_letter_was_drawn(case: Case) -> None:
    case.state = CaseState.INTAKE
    for letter in Letter:
        person = case.participant(letter)
        assert person is not None
        person.seen_alone_on, person.declined_on = None, now().date()
        other = case.participant(letter.other)
        assert other is not None
        other.seen_alone_on, other.declined_on = now().date(), None
        db.session.commit()
        assert CaseState.ASSESSED in states.allowed(case.state, queries.facts(case)), letter


def test_for_the_gates_whoever_declined_has_not_signed(case: Case) -> None:
    for letter in Letter:
        person = case.participant(letter)
        assert person is not None
        person.signed_on, person.declined_on = now().date(), None
    assert (queries.gate_facts(case).a_signed, queries.gate_facts(case).b_signed) == (True, True)
    second = case.participant(Letter.B)
    assert second is not None
    second.declined_on = now().date()
    assert (queries.gate_facts(case).a_signed, queries.gate_facts(case).b_signed) == (True, False)


def test_a_stale_page_that_presses_hold_erases_no_reason(case: Case) -> None:
    stale = state_actions.hold_version(case)
    state_actions.put_on_hold(case, "bruises on her arm", stale)
    state_actions.put_on_hold(case, None, stale)
    assert case.hold
    assert case.hold_reason == "bruises on her arm"
