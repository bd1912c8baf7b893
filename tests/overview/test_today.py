"""Today: sessions and what is ready, what waits on whom, for whom it shows what, and what it costs."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from mediator.agreements.models import Agreement
from mediator.agreements.terms import Kind, Standing, Who
from mediator.cases import door_queries
from mediator.cases.models import Case, CaseMediator, Participant, SafeContact
from mediator.cases.terms import CaseState
from mediator.core import audit, outbox
from mediator.core import clock as clocks
from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.visibility import Letter
from mediator.overview import today_page, waiting
from mediator.practice.models import Practice, Staff
from mediator.questionnaires.models import Assignment, Form
from mediator.questionnaires.terms import AssignmentState
from mediator.reports.models import Report
from mediator.reports.terms import Reader, ReportState
from mediator.sessions.models import MediationSession
from mediator.sessions.terms import SessionState
from tests.counting import counted
from tests.factories import Pair, make_case, make_door, make_pair, make_participant, make_staff
from tests.people import HTML, Page, Person
from tests.sessions.plan import make_session

LONDON = ZoneInfo("Europe/London")
#: A Thursday, six in the morning where the practice is.
MORNING = datetime(2026, 3, 12, 6, 0, tzinfo=LONDON)


@pytest.fixture(autouse=True)
def thursday(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request finds the same morning."""
    monkeypatch.setattr(today_page, "now", lambda: MORNING.astimezone(UTC))


def at(hour: int, minute: int = 0, days: int = 0) -> datetime:
    return (MORNING + timedelta(days=days)).replace(hour=hour, minute=minute).astimezone(UTC)


def page(person: Person) -> Page:
    return person.get("/work/")


def part(found: Page, heading: str, until: str | None = None) -> str:
    """The words from one heading to another."""
    words = found.words.partition(heading)[2]
    return words.partition(until)[0] if until else words


def on_you(found: Page) -> str:
    return part(found, "Waiting on you", "Waiting on clients")


def on_clients(found: Page) -> str:
    return part(found, "Waiting on clients", " Next ")


def form_for(
    case: uuid.UUID, people: dict[uuid.UUID, AssignmentState], sent: datetime = MORNING, **more: object
) -> Form:
    form = Form(case_id=case, step="5", created_at=now(), created_by=uuid.uuid4())
    form.title = "qqtitle"
    for person, state in people.items():
        submitted = sent if state is AssignmentState.SUBMITTED else None
        form.assignments.append(Assignment(case_id=case, participant_id=person, state=state, sent_at=sent,
                                           submitted_at=submitted, **more))  # fmt: skip
    db.session.add(form)
    db.session.commit()
    return form


def agree(case: uuid.UUID, kind: Kind, who: Who, standing: Standing, **values: object) -> None:
    row = Agreement(case_id=case, kind=kind, who=who, standing=standing, source_kind="session", source_id=uuid.uuid4(),
                    said_at=at(9, days=-3), **values)  # fmt: skip
    row.what = "qqwhat"
    db.session.add(row)
    db.session.commit()


def test_staff_land_on_today_and_find_it_first(
    pair: Pair, mediator: Person, assistant: Person, owner: Person, anyone: Person
) -> None:
    for who in (mediator, assistant, owner):
        found = who.get("/")
        assert found.response.request.path == "/work/"
        first = [link for link in found.links() if link.startswith("/work")][:2]
        assert first == ["/work/", "/work/"], "the mark and the first place"
    assert anyone.look_at("/work/").status == 302


def test_a_session_of_the_day_with_what_is_ready(pair: Pair, mediator: Person) -> None:
    session = make_session(pair, at=at(10))
    sent = {pair.a: AssignmentState.SUBMITTED, pair.b: AssignmentState.STARTED}
    form_for(pair.case, sent)
    agree(pair.case, Kind.COMMITMENT, Who.A, Standing.IN_FORCE)
    agree(pair.case, Kind.COMMITMENT, Who.B, Standing.SAID, removed_at=now())
    found = page(mediator)
    assert "Thursday 12 March 2026 Today One session, at 10:00. One thing needs you before then." in found.words
    assert "10:00 90 minutes Room 2 A Alex B Sam Former partners. Session 1: Rebuild Trust" in found.words
    for words in ("Agenda ready, 85 of 90 minutes", "Alex has handed in every form", "Sam has 1 thing to do",
                  "1 commitment to look back at"):  # fmt: skip
        assert words in found.words
    assert f"/work/cases/{pair.case}/sessions/{session}/run" in found.links()
    assert f"/work/cases/{pair.case}" in found.links()
    assert "qq" not in found.text


def test_no_agenda_leads_to_building_one(pair: Pair, mediator: Person) -> None:
    session = make_session(pair, at=at(10), items=())
    make_session(make_pair(db.session.get_one(Staff, pair.mediator), a="Kit", b="Hana"), at=at(13, 30))
    found = page(mediator)
    assert "Two sessions, the first at 10:00. One thing needs you before then." in found.words
    assert "No agenda yet" in found.words
    assert f"/work/cases/{pair.case}/sessions/{session}" in found.links()
    assert found.text.count("btn-primary") == 1, "one main thing on a page"


def test_the_day_is_the_practices_and_the_pairs_time_is_said_where_it_differs(pair: Pair, mediator: Person) -> None:
    """Half past midnight in Auckland is the day before in London."""
    practice, case = db.session.get_one(Practice, 1), db.session.get_one(Case, pair.case)
    practice.zone, case.zone = "Pacific/Auckland", "Europe/London"
    db.session.commit()
    make_session(pair, at=datetime(2026, 3, 12, 11, 30, tzinfo=UTC))
    found = page(mediator)
    assert "Times are those of Pacific/Auckland" in found.words
    assert "No session today. The next is on Friday 13 March at 00:30." in found.words
    assert "00:30 Friday 13 March 90 minutes 11:30 in Europe/London" in found.words


def test_one_persons_session_names_them_and_their_forms_alone(pair: Pair, mediator: Person) -> None:
    make_session(pair, "A", at=at(10))
    form_for(pair.case, {pair.b: AssignmentState.SENT})
    sessions = part(page(mediator), "Today One session", "Waiting on you")
    assert "Session with Alex" in sessions
    assert "Sam has" not in sessions


def test_both_in_and_nobody_signed_are_said_alike(pair: Pair, mediator: Person) -> None:
    make_session(pair, at=at(10))
    form_for(pair.case, {pair.a: AssignmentState.SUBMITTED, pair.b: AssignmentState.SUBMITTED})
    for person in (pair.a, pair.b):
        db.session.get_one(Participant, person).signed_on = None
    case = db.session.get_one(Case, pair.case)
    case.hold = True
    db.session.commit()
    found = page(mediator)
    for words in ("Both have handed in their forms", "Alex has not signed yet", "Sam has not signed yet",
                  "The case is on a break"):  # fmt: skip
        assert words in found.words
    assert "hold" not in found.words


def test_what_began_or_ended_today_stays_and_leads_on(pair: Pair, mediator: Person) -> None:
    make_session(pair, at=at(5), state=SessionState.ENDED)
    later = make_session(pair, at=at(5, 30), state=SessionState.RUNNING, started_at=at(5, 30), running_since=at(5, 30))
    found = page(mediator)
    assert "Two sessions today." in found.words
    assert "Ended, not written up yet" in found.words
    assert "Under way" in found.words
    assert f"/work/cases/{pair.case}/sessions/{later}/run" in found.links()
    make_session(pair, at=at(5, days=-1), state=SessionState.PAUSED)
    assert "Three sessions today." in page(mediator).words, "what is under way is today's whatever its day"


def test_everything_that_waits_on_the_mediator_has_a_line_and_a_way(pair: Pair, mediator: Person) -> None:
    overdue = make_session(pair, at=at(10, days=-2))
    ended = make_session(pair, at=at(10, days=-3), state=SessionState.ENDED)
    reported = make_session(pair, at=at(10, days=-9), state=SessionState.WRITTEN_UP)
    for reader in (Reader.JOINT, Reader.A):
        db.session.add(Report(case_id=pair.case, session_id=reported, reader=reader, state=ReportState.FINAL,
                              wanted_at=now(), wanted_by=pair.mediator, opened=[]))  # fmt: skip
    form = form_for(pair.case, {pair.a: AssignmentState.SUBMITTED}, read_first_at=at(5)).id
    contact = db.session.scalars(db.select(SafeContact).where(SafeContact.participant_id == pair.b)).one()
    contact.read_first_at = at(5)
    agree(pair.case, Kind.AGREEMENT, Who.BOTH, Standing.SAID)
    agree(pair.case, Kind.AGREEMENT, Who.BOTH, Standing.IN_FORCE, review_on=MORNING.date())
    agree(pair.case, Kind.AGREEMENT, Who.BOTH, Standing.IN_FORCE, review_on=MORNING.date() + timedelta(days=1))
    outbox.put("invitation", recipient=pair.a, case=pair.case)
    outbox.put("something_to_answer", recipient=pair.a, case=pair.case)
    db.session.commit()
    found = page(mediator)
    at_case = f"/work/cases/{pair.case}"
    for words, link in {
        "2 notes to read first Alex and Sam": f"{at_case}/read-first",
        "Planned for Tuesday 10 March Alex and Sam. Neither begun nor cancelled.": f"{at_case}/sessions/{overdue}",
        "Write up the session Alex and Sam, Monday 9 March.": f"{at_case}/sessions/{ended}/summary",
        "Compare what was handed in Alex and Sam. Handed in on Thursday 12 March.": f"{at_case}/comparison?form={form}",
        "Release what was agreed Alex and Sam. Said on Monday 9 March": f"{at_case}/agreements/release",
        "Check the reports Alex and Sam, session on Tuesday 3 March.": f"{at_case}/sessions/{reported}/reports",
        "Look back at what was agreed Alex and Sam. The day for it has come.": f"{at_case}/agreements",
        "Pass messages on For 1 person.": "/work/messages",
    }.items():
        assert words in on_you(found)
        assert link in found.links()
    with_case = db.session.get_one(Case, pair.case)
    with_case.state = CaseState.ENDED
    db.session.commit()
    assert "Nothing waits on you." in on_you(page(mediator)), "a case that is over waits for nobody"


def test_what_was_compared_since_does_not_wait(pair: Pair, mediator: Person) -> None:
    """In the order of the log: whoever hands in, or hands in anew, right after it was read is not lost."""
    copy = form_for(pair.case, {pair.a: AssignmentState.SUBMITTED}, sent=now() - timedelta(minutes=5)).assignments[0].id
    assert "Compare" in on_you(_now(mediator))
    mediator.get(f"/work/cases/{pair.case}/comparison")
    assert "Compare" not in on_you(_now(mediator))
    audit.record("assignment.submitted", case=pair.case, subject=copy)
    db.session.commit()
    assert "Compare" in on_you(_now(mediator))
    mediator.get(f"/work/cases/{pair.case}/comparison")
    assert "Compare" not in on_you(_now(mediator))


def test_a_form_waits_until_it_was_read_itself(pair: Pair, mediator: Person) -> None:
    """An older form and a task come in after a newer form went out: one line leads from one to the next."""
    make_session(pair, at=at(10))
    compare = f"/work/cases/{pair.case}/comparison"
    late, task = (
        form_for(pair.case, {pair.a: AssignmentState.SUBMITTED}, sent=at(5, minute)).id for minute in (10, 20)
    )
    newer = form_for(pair.case, {pair.a: AssignmentState.SENT, pair.b: AssignmentState.STARTED}).id

    def leads_to() -> list[str]:
        return [link for link in page(mediator).links() if link.startswith(compare)]

    assert leads_to() == [f"{compare}?form={late}"]
    for other in (f"?form={newer}", "?form=all"):
        mediator.get(f"{compare}{other}")
    assert leads_to() == [f"{compare}?form={late}"]
    assert "One thing needs you before then." in page(mediator).words
    mediator.get(leads_to()[0])
    assert leads_to() == [f"{compare}?form={task}"]
    mediator.get(leads_to()[0])
    assert leads_to() == []
    assert "needs you" not in page(mediator).words


def _now(mediator: Person) -> Page:
    """Today at the present moment."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(today_page, "now", clocks.now)
        return page(mediator)


def test_the_way_to_read_first_is_noted_and_today_reads_no_words(pair: Pair, mediator: Person) -> None:
    make_session(pair, at=at(10))
    form_for(pair.case, {pair.a: AssignmentState.SUBMITTED}, read_first_at=at(5))
    found = page(mediator)
    assert "1 note to read first" in part(found, "Session 1", "Waiting on you")
    before = verbs()
    page(mediator)
    assert verbs() == before
    mediator.get(f"/work/cases/{pair.case}/read-first")
    assert verbs()[-1] == "safety.read"


def verbs() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(db.select(AuditEntry.verb).order_by(AuditEntry.number)))


def test_what_waits_on_clients_stands_under_each_name_once(pair: Pair, mediator: Person) -> None:
    form_for(pair.case, {pair.a: AssignmentState.SENT, pair.b: AssignmentState.REOPENED}, sent=at(9, days=-2))
    form_for(pair.case, {pair.b: AssignmentState.SENT}, sent=at(9, days=-1))
    agree(pair.case, Kind.AGREEMENT, Who.BOTH, Standing.RELEASED, released_at=at(9, days=-1), confirmed_a_at=now())
    lead = db.session.get_one(Staff, pair.mediator)
    new = make_case(lead, state=CaseState.INTAKE)
    invited = make_participant(new, Letter.A, "Kit", accepted_at=None, signed_on=None)
    make_participant(new, Letter.B, "Hana", accepted_at=None, signed_on=None)
    make_door(invited.id)
    assessed = make_case(lead, state=CaseState.ASSESSED)
    make_participant(assessed, Letter.A, "Olav", signed_on=None)
    told = on_clients(page(mediator))
    assert "A Alex 1 thing to do, since Tuesday 10 March." in told
    assert (
        "B Sam 2 things to do, since Tuesday 10 March. Something agreed to confirm, since Wednesday 11 March." in told
    )
    assert "A Kit Has not been here yet. Way in made on" in told
    assert "Hana" not in told, "nobody asked them for anything yet"
    assert "A Olav The agreement to mediate is not signed yet." in told
    db.session.get_one(Case, pair.case).state = CaseState.PAUSED
    db.session.commit()
    assert "Alex" not in on_clients(page(mediator)), "on a break there is nothing to do"


@pytest.mark.parametrize("longer", ["a", "b"])
def test_of_a_pair_a_stands_first_whoever_waits_longer(
    pair: Pair, mediator: Person, assistant: Person, longer: str
) -> None:
    lead = db.session.get_one(Staff, pair.mediator)
    between = make_pair(lead, a="Kit", b="Hana")
    days = {pair.a: -4, pair.b: -1} if longer == "a" else {pair.a: -1, pair.b: -4}
    for case_id, person, back in (*((pair.case, *one) for one in days.items()), (between.case, between.b, -2)):
        form_for(case_id, {person: AssignmentState.SENT}, sent=at(9, days=back))
    for somebody in (mediator, assistant):
        told = on_clients(page(somebody))
        assert told.index("A Alex") < told.index("B Sam") < told.index("B Hana")


def test_another_mediator_sees_none_of_it_and_a_co_mediator_all(
    pair: Pair, mediator: Person, other_mediator: Person
) -> None:
    make_session(pair, at=at(10))
    form_for(pair.case, {pair.a: AssignmentState.SUBMITTED, pair.b: AssignmentState.SENT}, read_first_at=at(5))
    empty = page(other_mediator)
    assert "Alex" not in empty.text
    assert "/work/cases/new" in empty.links()
    assert "Open a case" in empty.words
    co = db.session.scalars(db.select(Staff).where(Staff.is_mediator, Staff.id != pair.mediator)).one()
    db.session.add(CaseMediator(case_id=pair.case, staff_id=co.id))
    db.session.commit()
    head = "Thursday 12 March 2026"
    assert part(page(other_mediator), head) == part(page(mediator), head)


def test_an_assistant_sees_times_with_names_and_who_has_something_to_do(pair: Pair, assistant: Person) -> None:
    make_session(pair, at=at(10))
    make_session(pair, "B", at=at(15, days=2))
    form_for(pair.case, {pair.a: AssignmentState.SUBMITTED, pair.b: AssignmentState.SENT}, sent=at(9, days=-2),
             read_first_at=at(5))  # fmt: skip
    found = page(assistant)
    assert "10:00 90 minutes A Alex B Sam With Mediator" in found.words
    assert "15:00 Saturday 14 March 90 minutes B Sam With" in found.words
    assert "B Sam Something to do, since Tuesday 10 March." in on_clients(found)
    for kept in ("Rebuild", "Session 1", "Room 2", "agenda", "read first", "form", "Former partners", "Waiting on you"):
        assert kept not in found.words
    assert not any("/sessions/" in link or "/read-first" in link for link in found.links())


def test_an_owner_finds_the_practices_pages(pair: Pair, owner: Person) -> None:
    make_session(pair, at=at(10))
    found = page(owner)
    assert "Alex" not in found.text
    for link in ("/work/practice", "/work/people", "/work/audit"):
        assert link in found.links()


def test_no_participant_learns_of_it(participant_a: Person, pair: Pair) -> None:
    assert "/sign-in" in participant_a.get("/work/").response.request.path


def test_quiet_days_are_said_calmly(pair: Pair, mediator: Person, assistant: Person) -> None:
    found = page(mediator)
    assert "No session today, and none in the next seven days." in found.words
    assert "Nothing waits on you." in found.words
    assert "Nobody has anything to do now." in found.words
    assert "No session today." in page(assistant).words
    make_session(pair, at=at(10, days=8))
    assert "none in the next seven days" in page(mediator).words


def test_lists_end_somewhere_and_say_how_many_more(pair: Pair, mediator: Person, assistant: Person) -> None:
    lead = db.session.get_one(Staff, pair.mediator)
    for number in range(12):
        one = make_pair(lead, a=f"A{number}", b=f"B{number}")
        make_session(one, at=at(8) + timedelta(minutes=number), items=())
        make_session(one, at=at(8, days=1) + timedelta(minutes=number), items=())
        form_for(one.case, {one.a: AssignmentState.SUBMITTED, one.b: AssignmentState.SENT})
    found = page(mediator)
    assert "12 sessions, the first at 08:00." in found.words
    assert found.words.count("No agenda yet") == 13
    assert "And 2 more" in part(found, "Today 12", "Waiting on you")
    assert "And 9 more" in found.words.rpartition("Next")[2]
    assert on_you(found).count("Compare what") == 8
    assert "And more" in on_you(found)
    assert on_clients(found).count("1 thing to do") == 6
    assert "And more" in on_clients(found)
    assert "/work/?waiting=all" in found.links()
    for who, listed in ((mediator, 12), (assistant, 0)):
        everything = who.get("/work/?waiting=all")
        assert on_you(everything).count("Compare what") == listed
        assert on_clients(everything).count("to do, since") == 12
        assert "more" not in on_clients(everything)


def test_messages_wait_as_their_own_page_says(pair: Pair, app: Flask, mediator: Person) -> None:
    """The count of people is that of the page "Ready to send", with a mail server and without."""
    lead = db.session.get_one(Staff, pair.mediator)
    no_mail = make_pair(lead)
    db.session.get_one(Participant, no_mail.a).email_index = None
    db.session.get_one(Participant, no_mail.b).by_mail = False
    for one in (pair, no_mail):
        for person in (one.a, one.b):
            outbox.put("invitation", recipient=person, case=one.case)
    db.session.commit()
    for mail in (True, False):
        waits = waiting.waiting(lead.id, at=now(), begin=now(), day=now().date(), mail=mail)
        count = sum(one.times for one in waits.found if one.kind is waiting.Kind.MESSAGES)
        assert count == len(door_queries.waiting(lead.id, mail=mail))
        assert count == (2 if mail else 4)


def _busy(staff: Staff, count: int) -> None:
    """Cases each with two sessions today, a form to do and one handed in, something said, nothing ready."""
    for number in range(count):
        case = Case(state=CaseState.ACTIVE, relation="siblings", route="repair", policy="caucus", zone="UTC",
                    opened_on=MORNING.date(), created_at=now())  # fmt: skip
        case.mediators.append(CaseMediator(case_id=case.id, staff_id=staff.id, lead=True))
        people = [Participant(case_id=case.id, letter=letter, zone="UTC", created_at=now(), name=f"{letter}{number}",
                              called="x", accepted_at=now()) for letter in Letter]  # fmt: skip
        case.participants.extend(people)
        db.session.add(case)
        db.session.flush()
        for days in (0, 1):
            db.session.add(MediationSession(case_id=case.id, number=days + 1, attendees="both", minutes=60,
                                            planned_at=at(9, days=days), state=SessionState.PLANNED))  # fmt: skip
        form = Form(case_id=case.id, step="5", created_at=now(), created_by=staff.id)
        form.title = "x"
        for person, state in zip(people, (AssignmentState.SUBMITTED, AssignmentState.SENT), strict=True):
            form.assignments.append(Assignment(case_id=case.id, participant_id=person.id, state=state,
                                               sent_at=at(9, days=-1), submitted_at=at(10, days=-1)))  # fmt: skip
        db.session.add(form)
        said = Agreement(case_id=case.id, kind=Kind.AGREEMENT, who=Who.BOTH, standing=Standing.SAID,
                         source_kind="session", source_id=case.id, said_at=now())  # fmt: skip
        said.what = "x"
        db.session.add(said)
    db.session.commit()


def test_it_costs_the_same_for_one_case_and_for_two_hundred(pair: Pair, mediator: Person, assistant: Person) -> None:
    """The number of queries does not depend on the number of cases; Today itself asks eight at most."""
    lead = db.session.get_one(Staff, pair.mediator)
    _busy(lead, 1)

    def cost() -> dict[str, int]:
        found = {}
        for name, who in (("mediator", mediator), ("assistant", assistant)):
            page(who)
            for path in ("/work/", "/work/account"):
                with counted() as sent:
                    who.get(path)
                found[f"{name} {path}"] = sum(one.lstrip("( ").upper().startswith(("SELECT", "WITH")) for one in sent)
        return found

    one = cost()
    _busy(lead, 199)
    assert cost() == one
    for name in ("mediator", "assistant"):
        assert one[f"{name} /work/"] - one[f"{name} /work/account"] <= 8


def test_other_mediators_cases_are_not_counted(pair: Pair, mediator: Person) -> None:
    _busy(make_staff("mediator"), 3)
    found = page(mediator)
    assert "No session today" in found.words
    assert "Nothing waits on you." in found.words


def test_the_bar_of_a_phone_has_five_places_at_most(pair: Pair, mediator: Person) -> None:
    """Whoever owns the practice and mediates has the most: people and the log lie under Practice."""
    db.session.get_one(Staff, pair.mediator).is_owner = True
    db.session.commit()

    def places(path: str) -> list[tuple[str, bool]]:
        bar = next(one for one in mediator.get(path).all("nav") if one.get("aria-label") == "Main")
        return [("".join(one.itertext()).strip(), one.get("aria-current") == "page") for one in bar.iter(f"{HTML}a")]

    assert [name for name, _here in places("/work/")] == ["Today", "Pairs", "Ready to send", "Guide", "Practice"]
    for path in ("/work/practice", "/work/people", "/work/people/new", "/work/audit"):
        assert [name for name, here in places(path) if here] == ["Practice"], path
    listed = mediator.get("/work/practice").links()
    assert {"/work/people", "/work/audit"} <= set(listed)
