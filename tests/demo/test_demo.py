"""The demo holds what PRODUCT.md lists, as the pages show it, and is as tight as a real practice."""

from __future__ import annotations

import hashlib
import re
import uuid
from datetime import timedelta

import pytest
from flask import Flask

from mediator.agreements import queries as agreed
from mediator.agreements.terms import Kind
from mediator.cases.models import Case, Door, Opening, Participant
from mediator.cases.terms import CaseState, Route
from mediator.core import sealed, tokens
from mediator.core.audit import AuditEntry
from mediator.core.db import Base, db
from mediator.core.errors import Refused
from mediator.core.outbox import Message, MessageState
from mediator.demo import answers_two, building, doors, exercises_two, meetings_two, pair_two
from mediator.demo.hands import named
from mediator.demo.people import AMARA, JONAS, MEI, NOOR, STAFF
from mediator.demo.stories import Calendar
from mediator.practice import passwords
from mediator.practice.models import Staff
from mediator.practice.verbs import SENTENCES
from mediator.questionnaires.models import Answer, Assignment
from mediator.questionnaires.terms import AssignmentState
from mediator.reports.models import Report
from mediator.reports.terms import Reader, ReportState
from mediator.sessions import queries as sessions
from mediator.sessions.models import MediationSession
from tests import papers
from tests.demo.conftest import Demo
from tests.people import Person


def rows(pair: str) -> list[MediationSession]:
    """The joint sessions of a pair, in order."""
    return list(sessions.in_order(named(pair)))


def in_words(fields: dict[str, str]) -> set[str]:
    """What somebody wrote in more than two words, without what was opened to both."""
    return {text for key, text in fields.items() if len(text.split()) > 2 and not key.startswith("2.2.")}


def everywhere(person: Person) -> str:
    """Every page and every paper somebody finds behind their first page, as one text."""
    seen, waiting, found = set(), ["/notes/"], []
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        page = person.get(path)
        assert page.status == 200, path
        found.append(" ".join(page.text.split()))
        waiting.extend(link for link in page.links() if link.startswith("/notes/"))
    assert len(seen) > 10
    return "\n".join(found)


def test_the_staff_are_an_owner_who_mediates_a_mediator_a_co_mediator_and_an_assistant(demo: Demo) -> None:
    kept = {staff.email: staff for staff in db.session.scalars(db.select(Staff))}
    assert len(kept) == 4
    assert (kept[NOOR.email].is_owner, kept[NOOR.email].is_mediator) == (True, True)
    assert all(kept[member.email].roles == ("mediator",) for member in (JONAS, AMARA))
    assert kept[MEI.email].roles == ("assistant",)
    words = demo.staff().get(demo.case("pair two")).words
    assert "Noor Haddad, lead" in words
    assert "Amara Nwosu" in words


@pytest.mark.costly_passwords
def test_everybody_signs_in_with_the_password_made_for_this_run(demo: Demo) -> None:
    assert set(demo.passwords) == {member.email for member in STAFF}
    for member in STAFF:
        page = demo.staff(member).get("/work/")
        assert "Demo. What is typed here is gone at the next start." in page.words


def test_passwords_are_strong_new_each_time_and_stored_nowhere(demo: Demo) -> None:
    assert len({building.password() for _ in range(50)}) == 50
    for password in demo.passwords.values():
        assert passwords.weakness(password, ("Mill Lane Practice", "Noor Haddad", NOOR.email)) is None
    assert all(staff.password_hash.startswith("$argon2id$") for staff in db.session.scalars(db.select(Staff)))
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(db.select(table)):
            assert not any(password in repr(row) for password in demo.passwords.values()), table.name


def test_one_demo_is_not_made_into_another(demo: Demo) -> None:
    with pytest.raises(Refused):
        building.build(demo.start)


def test_pair_one_was_invited_today_and_one_of_them_has_no_address(demo: Demo) -> None:
    case = db.session.get_one(Case, named("pair one"))
    assert case.state is CaseState.INTAKE
    assert demo.start - case.created_at < timedelta(minutes=30)
    assert sorted(person.email_index is None for person in case.participants) == [False, True]
    waiting = db.session.scalars(db.select(Message).where(Message.state == MessageState.WAITING)).all()
    assert [message.case_id for message in waiting] == [case.id]
    words = demo.staff().get(demo.case("pair one")).words
    assert words.count("Link not opened yet") == 2
    assert words.count("No address") == 1


def test_pair_two_has_three_sessions_with_final_reports(demo: Demo) -> None:
    three = [row for row in rows("pair two") if row.state in sessions.OVER]
    assert [row.number for row in three] == [1, 2, 3]
    mediator = demo.staff()
    words = mediator.get(demo.case("pair two")).words
    assert all(f"Session {number}" in words for number in (1, 2, 3, 4))
    with sealed.ring_of(demo.ring("pair two")):
        for row in three:
            reports = db.session.scalars(db.select(Report).where(Report.session_id == row.id)).all()
            assert {report.reader for report in reports} == {Reader.JOINT, Reader.A, Reader.B}
            for report in reports:
                assert report.state in {ReportState.FINAL, ReportState.RELEASED}
                assert report.pdf.startswith(b"%PDF")
                assert report.sha256 == hashlib.sha256(report.pdf).hexdigest()
            assert all(report.state is ReportState.RELEASED for report in reports if report.reader is Reader.JOINT)


def test_its_fourth_session_starts_in_half_an_hour_with_an_agenda_drafted_from_both_forms(demo: Demo) -> None:
    row = next(row for row in rows("pair two") if row.id == pair_two.SESSION_4)
    assert timedelta(minutes=25) <= row.planned_at - demo.start <= timedelta(minutes=35)
    assert db.session.get_one(Case, row.case_id).next_joint_at == row.planned_at
    assert row.step == "5"
    assert len(row.items) >= 6
    assert sum(item.minutes for item in row.items) <= row.minutes
    copies = db.session.scalars(db.select(Assignment).where(Assignment.form_id == pair_two.FORM_4)).all()
    assert [copy.state for copy in copies] == [AssignmentState.SUBMITTED] * 2
    words = demo.staff().get("/work/").words
    assert "Session 4: Rebuild Trust" in words
    assert "Agenda ready" in words
    assert "Both have handed in their forms" in words


def test_one_answer_is_kept_private_one_is_offered_and_one_asks_to_be_read_first(demo: Demo) -> None:
    answers = db.session.scalars(db.select(Answer).where(Answer.case_id == named("pair two"))).all()
    assert [answer.part_key for answer in answers if answer.kept] == ["5.12.how"]
    assert [answer.part_key for answer in answers if answer.offered] == ["5.6.slip"]
    first = db.session.scalars(db.select(Assignment).where(Assignment.read_first_at.is_not(None))).all()
    assert [(copy.form_id, copy.read_at) for copy in first] == [(pair_two.FORM_4, None)]
    assert "1 note to read first" in demo.staff().get(demo.case("pair two")).words


def test_four_commitments_one_boundary_and_two_openings_stand(demo: Demo) -> None:
    stand = agreed.open_ones(named("pair two"))
    assert sorted(row.kind for row in stand) == [Kind.BOUNDARY, *[Kind.COMMITMENT] * 4]
    assert sorted(row.who for row in stand if row.kind is Kind.COMMITMENT) == ["A", "A", "B", "B"]
    opened = db.session.scalars(db.select(Opening).where(Opening.case_id == named("pair two"))).all()
    assert [opening.withdrawn_at for opening in opened] == [None, None]
    both = [demo.participant(name).get("/notes/together").words for name in ("Alex", "Sam")]
    assert all("A cup of tea on the table" in words and "One thing at a time" in words for words in both)
    assert both[0] == both[1]


def test_one_exercise_is_in_the_joint_record_and_one_is_under_way_at_home(demo: Demo) -> None:
    page = demo.staff().get(f"{demo.case('pair two')}/exercises")
    assert re.search(r"Speaker and listener [^.]+\. On both phones\. In the joint record", page.words)
    assert re.search(r"Thanks for three things [^.]+\. At home\. Under way", page.words)
    heard = [words["E01.1.heard"] for words in exercises_two.IN_THE_ROOM.words.values()]
    thanks = [text for words in exercises_two.AT_HOME.words.values() for text in words.values()]
    both = [demo.participant(name).get("/notes/together").words for name in ("Alex", "Sam")]
    assert both[0] == both[1]
    assert all(text in both[0] for text in heard)
    assert not any(text in both[0] for text in thanks)
    session = next(row for row in rows("pair two") if row.number == 3)
    with sealed.ring_of(demo.ring("pair two")):
        reports = db.session.scalars(db.select(Report).where(Report.session_id == session.id)).all()
        told = [" ".join(papers.read(report.pdf).split()) for report in reports]
    assert len(told) == 3
    assert all(text in paper for text in heard for paper in told)
    assert not any(text in paper for text in thanks for paper in told)


def test_pair_three_is_near_closing_after_seven_sessions_on_the_closure_route(demo: Demo) -> None:
    case = db.session.get_one(Case, named("pair three"))
    assert (case.state, case.route, case.closure) == (CaseState.CLOSING, Route.CLOSURE, True)
    assert len([row for row in rows("pair three") if row.state in sessions.OVER]) == 7
    assert rows("pair three")[-1].step == "close"
    words = demo.staff(JONAS).get(demo.case("pair three")).words
    assert "Session 7" in words
    assert "Closing meeting" in words


def test_twenty_four_closed_pairs_make_search_and_paging_show(demo: Demo) -> None:
    mediator = demo.staff()
    first = mediator.get("/work/cases")
    assert "All 27" in first.words
    assert "Closed 24" in first.words
    assert "Page 1 of 2" in first.words
    assert "Page 2 of 2" in mediator.get("/work/cases?page=2").words
    found = mediator.submit(first, {"q": "zoe"}, action="search")
    assert "Zoë" in found.words
    assert "Ximena" in found.words
    assert "Wanjiru" not in found.words
    closed = db.session.scalars(db.select(Case).where(Case.state == CaseState.CLOSED)).all()
    assert len(closed) == 24
    assert all(case.ended_on and case.opened_on < case.ended_on < demo.start.date() for case in closed)


def test_neither_finds_a_private_word_of_the_other_anywhere(demo: Demo) -> None:
    words = {
        "Alex": set().union(*(in_words(fields) for fields in answers_two.ALEX.values())),
        "Sam": set().union(*(in_words(fields) for fields in answers_two.SAM.values())),
    }
    for name, thanks in exercises_two.AT_HOME.words.items():
        words[name] |= set(thanks.values())
    private = {
        text
        for meeting in meetings_two.three(Calendar(demo.start, "UTC"))
        for block in meeting.blocks
        for text in (block.private, *(aside.note for aside in block.asides), meeting.process)
        if text
    }
    for name, other in (("Alex", "Sam"), ("Sam", "Alex")):
        found = everywhere(demo.participant(name))
        own = {text for text in words[name] if text in found}
        assert len(own) > 10, "their own answers and papers were looked at"
        assert "%PDF" not in found
        assert not {text for text in words[other] if text in found}
        assert not {text for text in private if text in found}


def test_doors_are_made_for_both_each_time_anew_and_their_tokens_are_kept_nowhere(demo: Demo) -> None:
    before, after = doors.fresh(), doors.fresh()
    assert [way.letter for way in after] == ["A", "B"]
    assert {way.name for way in after} == {"Alex", "Sam"}
    stopped = [_door(way) for way in before]
    assert all(door.revoked_at is not None for door in stopped)
    assert all(_door(way).revoked_at is None for way in after)
    noted = db.session.scalars(
        db.select(AuditEntry.actor_kind).where(AuditEntry.subject_id == _door(after[0]).id)
    ).all()
    assert noted == ["command"]
    for table in Base.metadata.sorted_tables:
        for row in db.session.execute(db.select(table)):
            assert not any(_token(way) in repr(row) for way in (*before, *after)), table.name


def test_no_door_is_made_anywhere_else(app: Flask) -> None:
    with pytest.raises(Refused):
        doors.fresh()
    assert db.session.scalar(db.select(db.func.count()).select_from(Door)) == 0


def test_only_a_demo_says_that_it_is_one(mediator: Person) -> None:
    assert "Demo." not in mediator.get("/work/cases").words


def test_the_log_is_in_the_order_of_time_and_says_who_did_it(demo: Demo) -> None:
    lines = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.number)).all()
    made = [line for line in lines if line.at <= demo.start]
    assert len(made) > 500
    assert [line.at for line in made] == sorted(line.at for line in made)
    assert {line.verb for line in made} <= set(SENTENCES)
    assert {line.actor_kind for line in made} == {"command", "staff", "participant", "job"}


def test_everybody_has_been_reached_as_they_said(demo: Demo) -> None:
    people = db.session.scalars(db.select(Participant)).all()
    by_case = {uuid.UUID(str(person.case_id)) for person in people if person.accepted_at is None}
    assert by_case == {named("pair one")}
    assert all(person.by_mail for person in people if person.email_index is not None)


def test_a_demo_that_is_kept_gets_new_passwords(demo: Demo) -> None:
    old = dict(demo.passwords)
    demo.passwords.update(building.new_passwords())
    assert not set(old.values()) & set(demo.passwords.values())
    demo.staff()
    person = Person(demo.app)
    page = person.submit(person.get("/sign-in"), {"email": NOOR.email, "password": old[NOOR.email]}, action="/sign-in")
    assert page.status != 200 or "/sign-in" in page.response.request.path


def _token(way: doors.Way) -> str:
    found = re.search(r"/d/([\w-]{43})$", way.link.url)
    assert found
    return found.group(1)


def _door(way: doors.Way) -> Door:
    door: Door = db.session.scalars(db.select(Door).where(Door.token_hash == tokens.digest(_token(way)))).one()
    return door
