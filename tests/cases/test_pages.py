"""Workspace pages of a case as people meet them: opening, correcting, recording, moving on, holding, ending."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from mediator.cases import actions
from mediator.cases.models import Case, Participant
from mediator.cases.terms import CaseState, Policy, Relation, Route, Suitability
from mediator.core.audit import AuditEntry
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.sealed import ring_of
from mediator.core.visibility import Letter, Sharing, Viewer, Visibility
from mediator.practice.models import Staff
from mediator.questionnaires.models import Answer, Assignment, Form, Reading
from mediator.questionnaires.terms import AnswerState, AssignmentState
from tests.factories import Pair, make_case, make_pair, make_participant, make_staff
from tests.people import Page, Person

NEW: dict[str, str | None] = {"one_name": "Rosa", "other_name": "Emil", "relation": "siblings", "policy": "caucus"}


def fresh(case_id: uuid.UUID) -> Case:
    """A case as it is stored now."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Case, case_id)


def cases() -> list[Case]:
    """Every case, those just opened first."""
    db.session.rollback()
    newest = db.select(Case).order_by(Case.state != CaseState.ENQUIRY, Case.created_at.desc())
    return list(db.session.scalars(newest))


def people(case: Case) -> list[tuple[str, str, str | None, str | None]]:
    """Letter, name, pronouns and address of a case's people."""
    with ring_of(Viewer.staff(uuid.uuid4(), frozenset())):
        return [(one.letter.value, one.name, one.pronouns, one.email) for one in case.participants]


def lead_of(pair: Pair) -> Staff:
    """The pair's mediator."""
    return db.session.get_one(Staff, pair.mediator)


def enquiry(pair: Pair) -> Case:
    """A case with A alone that has hardly begun."""
    case = make_case(lead_of(pair), state=CaseState.ENQUIRY, suitability=None)
    make_participant(case, Letter.A, "Robin", accepted_at=None, seen_alone_on=None, signed_on=None)
    return case


def send_form(pair: Pair, *, a: AssignmentState, b: AssignmentState, title: str = "Before session 4") -> Form:
    """A form with both people in the given states, and an answer of A's with a canary in it."""
    form = Form(case_id=pair.case, step="5", created_at=now(), created_by=pair.mediator)
    form.title = title
    for person, state in ((pair.a, a), (pair.b, b)):
        form.assignments.append(
            Assignment(
                case_id=pair.case,
                form_id=form.id,
                participant_id=person,
                state=state,
                sent_at=now(),
                submitted_at=now() if state is AssignmentState.SUBMITTED else None,
            )
        )
    db.session.add(form)
    db.session.flush()
    answer = Answer(case_id=pair.case, participant_id=pair.a, assignment_id=form.assignments[0].id,
                    question_key="5.1", part_key="5.1.text", sharing=Sharing.CLOSED, visibility=Visibility.PRIVATE,
                    state=AnswerState.ANSWERED, saved_at=now())  # fmt: skip
    answer.value = "heron-on-the-wire"
    db.session.add(answer)
    db.session.commit()
    return form


def read_ready(pair: Pair, person: uuid.UUID, step: int, value: int, *, days_ago: int = 0) -> None:
    """One "how ready for this topic now"."""
    reading = Reading(case_id=pair.case, participant_id=person, line="ready", step=str(step),
                      at=now() - timedelta(days=days_ago), source_kind="form", source_id=uuid.uuid4())  # fmt: skip
    reading.value = value
    db.session.add(reading)
    db.session.commit()


def plot(page: Page) -> dict[str, list[str]]:
    """The numbers of the journey by step."""
    found = {}
    for row in page.all("tr"):
        cells = ["".join(cell.itertext()).strip() for cell in row]
        if len(cells) == 5 and cells[0][:1].isdigit():
            found[" ".join(cells[0].split())] = [cell[:1] for cell in cells[2:]]
    return found


# ---- New case


def test_a_case_is_opened_from_the_page(pair: Pair, mediator: Person) -> None:
    """Names as people wish to be called, pronouns, addresses, relation, route, policy, co-mediator, zone."""
    co = make_staff("mediator")
    page = mediator.get("/work/cases/new")
    assert "English" not in page.words
    done = mediator.submit(page, {
        **NEW, "one_pronouns": "she", "one_email": "rosa@post.example", "route": "closure",
        "policy": "no_secrets", f"co.{co.id}": "y",
    }, action="/new")  # fmt: skip
    case = cases()[0]
    assert done.response.request.path == f"/work/cases/{case.id}"
    assert "Nothing was sent to anybody" in done.words
    assert (case.state, case.relation, case.route) == (CaseState.ENQUIRY, Relation.SIBLINGS, Route.CLOSURE)
    assert (case.policy, case.closure, case.language) == (Policy.NO_SECRETS, True, "en")
    assert case.zone == "Europe/London"
    assert {row.staff_id for row in case.mediators} == {pair.mediator, co.id}
    found = {name: (pronouns, email) for _, name, pronouns, email in people(case)}
    assert found == {"Rosa": ("she", "rosa@post.example"), "Emil": (None, None)}


def test_a_double_submit_makes_one_case(mediator: Person) -> None:
    """The page sent twice leads to the same case."""
    page = mediator.get("/work/cases/new")
    first = mediator.submit(page, NEW, action="/new")
    second = mediator.submit(page, {**NEW, "one_name": "Rosa again"}, action="/new")
    assert first.response.request.path == second.response.request.path
    assert len(cases()) == 2  # with the pair of the fixture


@pytest.mark.parametrize(("one", "other"), [("Rosa", ""), ("", "Rosa")])
def test_either_field_alone_makes_a(mediator: Person, one: str, other: str) -> None:
    """A case with one person: B is not there yet, whichever field was filled."""
    page = mediator.submit(
        mediator.get("/work/cases/new"), {**NEW, "one_name": one, "other_name": other}, action="/new"
    )
    assert [person[:2] for person in people(cases()[0])] == [("A", "Rosa")]
    assert "Add the second person" in page.words


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"one_name": "", "other_name": ""}, "one_name", "Write the name of at least one of the two"),
        ({"other_name": "", "other_email": "emil@post.example"}, "other_name", "Write this person’s name"),
        ({"one_email": "rosa at post"}, "one_email", "Please write an address such as name@example.org"),
        ({"one_name": "R" * 121}, "one_name", "Please use at most 120 characters"),
        ({"one_name": "Ro\x07sa"}, "one_name", "Please leave out characters that can’t be seen"),
        ({"other_email": "e" * 250 + "@x.example"}, "other_email", "Please use at most 254 characters"),
        ({"relation": None}, "relation", "Choose what they are to each other"),
        ({"policy": "none"}, "policy", "Not a valid choice"),
        ({"route": "moon"}, "route", "Not a valid choice"),
        ({"zone": "Europe/Atlantis"}, "zone", "Not a valid choice"),
        (
            {"one_email": "home@post.example", "other_email": "HOME@post.example"},
            "other_email",
            actions.ONE_ADDRESS,
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_saved_is_said_at_the_field_and_kept(
    mediator: Person, changes: dict[str, str | None], field: str, sentence: str
) -> None:
    """422, a summary that links to the field, the words still there, and no case."""
    page = mediator.submit(
        mediator.get("/work/cases/new"), {**NEW, "one_pronouns": "she / they", **changes}, action="/new"
    )
    assert page.status == 422
    assert sentence in page.words
    assert any(link in {f"#{field}", f"#{field}-0"} for link in page.links())
    assert page.form("/work/cases/new").fields["one_pronouns"] == "she / they"
    for name, value in changes.items():
        if value and name.endswith(("name", "email")) and "\x07" not in value:
            assert page.form("/work/cases/new").fields[name] == value
    assert len(cases()) == 1


def test_a_form_without_its_id_is_refused(mediator: Person) -> None:
    """A creating page carries the id of what it creates."""
    page = mediator.submit(mediator.get("/work/cases/new"), {**NEW, "id": "nonsense"}, action="/new")
    assert page.status == 400
    assert len(cases()) == 1


def test_the_id_of_a_foreign_case_opens_nothing(mediator: Person) -> None:
    """Whoever guesses an id learns nothing."""
    foreign = make_pair(make_staff("mediator"))
    page = mediator.submit(mediator.get("/work/cases/new"), {**NEW, "id": str(foreign.case)}, action="/new")
    assert page.status == 404


def test_any_name_is_kept_exactly(mediator: Person) -> None:
    """Right to left, joiners, marks, signs."""
    name = "علی‌رضا Ñandú 👩‍🦰 <b>&amp;"
    mediator.submit(mediator.get("/work/cases/new"), {**NEW, "one_name": name}, action="/new")
    assert name in [person[1] for person in people(cases()[0])]


# ---- The case page


def test_the_mediators_page(pair: Pair, mediator: Person) -> None:
    """Pair, state, relation, dates, people, forms, what both read; opening it is noted."""
    send_form(pair, a=AssignmentState.SUBMITTED, b=AssignmentState.STARTED)
    page = mediator.get(f"/work/cases/{pair.case}")
    assert page.title == "Pair · Mediator"
    for words in ("Active. Former partners. Case opened on", "Before session 4", "Handed in on", "Started",
                  "Seen alone on", "Signed on", "First visit done", "“In progress”"):  # fmt: skip
        assert words in page.words
    assert page.words.index("A Alex") < page.words.index("B Sam")
    assert "heron-on-the-wire" not in page.text
    db.session.rollback()
    assert "case.read" in db.session.scalars(
        db.select(AuditEntry.verb).where(AuditEntry.case_id == pair.case)
    ).all()  # fmt: skip


def test_the_journey_shows_the_latest_of_each_and_averages_nothing(pair: Pair, mediator: Person) -> None:
    """Eight rows with numbers; the widest gap is named; nobody's missing answer is a gap."""
    assert "Nobody has answered yet how ready they feel" in mediator.get(f"/work/cases/{pair.case}").words
    read_ready(pair, pair.a, 5, 3, days_ago=9)
    read_ready(pair, pair.a, 5, 8)
    read_ready(pair, pair.b, 5, 2)
    read_ready(pair, pair.a, 1, 7)
    read_ready(pair, pair.a, 2, 6)
    read_ready(pair, pair.b, 2, 7)
    page = mediator.get(f"/work/cases/{pair.case}")
    assert plot(page)["5 Rebuild Trust"] == ["8", "2", "6"]
    assert plot(page)["1 Self-Reflection"] == ["7", "–", "–"]
    assert plot(page)["2 Communication"] == ["6", "7", "1"]
    assert len(plot(page)) == 8
    assert "Furthest apart on Rebuild Trust." in page.words


def test_what_waits_to_be_read_first_is_a_chip(pair: Pair, mediator: Person) -> None:
    """A number and a link, no word of what was told; gone once it is read."""
    form = send_form(pair, a=AssignmentState.SUBMITTED, b=AssignmentState.SENT)
    assert "to read first" not in mediator.get(f"/work/cases/{pair.case}").words
    assignment = db.session.get_one(Assignment, form.assignments[0].id)
    assignment.read_first_at = now()
    db.session.commit()
    page = mediator.get(f"/work/cases/{pair.case}")
    assert "1 note to read first" in page.words
    assert f"/work/cases/{pair.case}/read-first" in page.links()
    db.session.get_one(Assignment, assignment.id).read_at = now()
    db.session.commit()
    assert "to read first" not in mediator.get(f"/work/cases/{pair.case}").words


def test_every_page_works_while_b_is_absent(pair: Pair, mediator: Person, assistant: Person) -> None:
    """B is not there yet; the second person is added and then stands there."""
    case = enquiry(pair)
    where = f"/work/cases/{case.id}"
    for path in ("", "/record", "/plan", "/mediators", "/participants/A", "/participants/b", "/end", "/remove"):
        assert mediator.get(where + path).status == 200, path
    assert "B Not there yet" in assistant.get(where).words
    page = mediator.submit(mediator.get(where + "/participants/B"), {"name": "Jo"}, action="/participants/")
    assert page.status == 200
    assert [person[:2] for person in people(fresh(case.id))] == [("A", "Robin"), ("B", "Jo")]


def test_adding_the_second_person_twice_adds_one(pair: Pair, mediator: Person) -> None:
    """F5 adds nobody."""
    case = enquiry(pair)
    page = mediator.get(f"/work/cases/{case.id}/participants/B")
    assert mediator.submit(page, {"name": "Jo"}, action="/participants/").status == 200
    assert mediator.submit(page, {"name": "Jo"}, action="/participants/").status == 200
    assert len(fresh(case.id).participants) == 2
    other = mediator.submit(page, {"name": "Ida", "id": str(uuid.uuid4())}, action="/participants/")
    assert other.status == 409


def test_an_assistant_sees_the_directory_and_nothing_of_the_content(pair: Pair, assistant: Person) -> None:
    """Names, contacts, dates, who still has something to do."""
    send_form(pair, a=AssignmentState.SUBMITTED, b=AssignmentState.STARTED)
    read_ready(pair, pair.a, 5, 8)
    case = db.session.get_one(Case, pair.case)
    case.hold, case.hold_reason = True, "heron-reason"
    db.session.commit()
    page = assistant.get(f"/work/cases/{pair.case}")
    assert page.status == 200
    for words in ("A Alex", "B Sam", "@people.example", "Nothing to do now", "Still has something to do", "On a break"):
        assert words in page.words
    for secret in ("heron", "Before session 4", "Rebuild Trust", "Seen alone", "Signed", "old on", "Suitab"):
        assert secret not in page.text
    for path in ("/record", "/plan", "/mediators", "/participants/A", "/end", "/remove"):
        assert assistant.look_at(f"/work/cases/{pair.case}{path}").status == 404


@pytest.mark.parametrize("path", ["", "/record", "/plan", "/mediators", "/participants/A", "/end", "/remove"])
def test_nobody_else_finds_the_case(
    pair: Pair, owner: Person, other_mediator: Person, participant_a: Person, path: str
) -> None:
    """The owner without a part in it, another mediator, a participant: as if nothing were there."""
    where = f"/work/cases/{pair.case}{path}"
    assert owner.look_at(where).status == 404
    assert other_mediator.look_at(where).status == 404
    assert participant_a.look_at(where).status in {302, 404}


@pytest.mark.parametrize(
    "path", ["record", "plan", "mediators", "lead", "move", "hold", "lift", "remove", "participants/A"]
)
def test_nobody_else_changes_the_case(pair: Pair, other_mediator: Person, assistant: Person, path: str) -> None:
    """Posting is refused like looking, with the token of one's own page."""
    for person in (other_mediator, assistant):
        form = person.get("/work/cases").form("/work/sign-out")
        data = {"csrf_token": form.fields["csrf_token"], "to": "ended", "seen": "active", "name": "X"}
        assert person.post(f"/work/cases/{pair.case}/{path}", data).status == 404
    assert fresh(pair.case).state is CaseState.ACTIVE


# ---- Correcting


def test_a_name_and_an_address_are_corrected(pair: Pair, mediator: Person) -> None:
    """The other person reads the corrected name too."""
    where = f"/work/cases/{pair.case}/participants/A"
    mediator.submit(mediator.get(where), {"name": "Alexandra", "email": "", "pronouns": "they"}, action=where)
    assert people(fresh(pair.case))[0] == ("A", "Alexandra", "they", None)
    with ring_of(Viewer.participant(pair.b, pair.case)):
        assert db.session.get_one(Participant, pair.a).called == "Alexandra"


def test_a_shared_address_is_refused_with_what_was_typed(pair: Pair, mediator: Person) -> None:
    """At the field, 422, the name still there."""
    where = f"/work/cases/{pair.case}/participants/B"
    shared = people(fresh(pair.case))[0][3]
    page = mediator.submit(mediator.get(where), {"name": "Samuel", "email": shared}, action=where)
    assert page.status == 422
    assert "Two people can't share one address" in page.words
    assert page.form(where).fields["name"] == "Samuel"
    assert people(fresh(pair.case))[1][1] == "Sam"


def test_a_page_from_before_overwrites_nothing(pair: Pair, mediator: Person) -> None:
    """Two windows: the second one to save is told."""
    where = f"/work/cases/{pair.case}/participants/A"
    old = mediator.get(where)
    mediator.submit(mediator.get(where), {"name": "Alexandra"}, action=where)
    page = mediator.submit(old, {"name": "Sasha"}, action=where)
    assert page.status == 409
    assert "Somebody changed this case in the meantime" in page.words
    assert people(fresh(pair.case))[0][1] == "Alexandra"


def test_route_and_words_are_changed(pair: Pair, mediator: Person) -> None:
    """Relation, route, words for ending well."""
    where = f"/work/cases/{pair.case}/plan"
    page = mediator.submit(mediator.get(where), {"relation": "friends", "route": "civil", "closure": "y"}, action=where)
    assert "Civil contact only" in page.words
    case = fresh(pair.case)
    assert (case.relation, case.route, case.closure) == (Relation.FRIENDS, Route.CIVIL, True)


def test_the_lead_adds_a_co_mediator_and_hands_over(pair: Pair, mediator: Person, other_mediator: Person) -> None:
    """From then on the other one opens the case, and leads it."""
    where = f"/work/cases/{pair.case}"
    other = db.session.scalars(db.select(Staff).where(Staff.is_mediator, Staff.id != pair.mediator)).one().id
    mediator.submit(mediator.get(where + "/mediators"), {f"co.{other}": "y"}, action="/mediators")
    assert other_mediator.get(where).status == 200
    assert "Hand over" not in other_mediator.get(where + "/mediators").words
    page = mediator.submit(mediator.get(where + "/mediators"), {"to": str(other)}, action="/lead")
    assert "leads this case now" in page.words
    mine = other_mediator.get(where + "/mediators")
    other_mediator.submit(mine, {f"co.{pair.mediator}": None}, action="/mediators")
    assert mediator.look_at(where).status == 404


# ---- Record, moves, hold, end


def test_a_case_goes_from_enquiry_to_active_by_the_record(pair: Pair, mediator: Person) -> None:
    """What is missing is said; once it is recorded there is a button."""
    case = enquiry(pair)
    where, today = f"/work/cases/{case.id}/record", now().date().isoformat()
    page = mediator.get(where)
    assert "Nobody has a door yet" in page.words
    mediator.submit(page, {"a_seen_alone_on": today, "suitability": "usual", "a_signed_on": today}, action="/record")
    for state in ("intake", "assessed", "agreed", "active"):
        page = mediator.get(where)
        assert mediator.submit(page, action="/move").status == 200
        assert fresh(case.id).state.value == state


def test_days_to_come_and_days_that_are_none_are_refused(pair: Pair, mediator: Person) -> None:
    """At the field, with what was typed; nothing is half saved."""
    where = f"/work/cases/{pair.case}/record"
    tomorrow = (now().date() + timedelta(days=2)).isoformat()
    page = mediator.submit(
        mediator.get(where),
        {"a_seen_alone_on": tomorrow, "b_seen_alone_on": "2026-02-31", "suitability": "safeguards"},
        action=where,
    )
    assert page.status == 422
    assert "This day has not come yet" in page.words
    assert "Write a day that exists" in page.words
    fields = page.form(where).fields
    assert (fields["a_seen_alone_on"], fields["b_seen_alone_on"]) == (tomorrow, "2026-02-31")
    assert fresh(pair.case).suitability is Suitability.USUAL


def test_the_policy_is_fixed_once_accepted(pair: Pair, mediator: Person) -> None:
    """Before, it is a choice; after, a sentence."""
    assert "Somebody has accepted it, so it stays" in mediator.get(f"/work/cases/{pair.case}/record").words
    case = enquiry(pair)
    where = f"/work/cases/{case.id}/record"
    mediator.submit(mediator.get(where), {"policy": "limited"}, action=where)
    assert fresh(case.id).policy is Policy.LIMITED


def test_a_stale_move_is_told(pair: Pair, mediator: Person) -> None:
    """A button from before the case moved does nothing."""
    where = f"/work/cases/{pair.case}"
    old = mediator.get(where + "/end")
    mediator.submit(mediator.get(where + "/record"), {"to": "paused"}, action="/move")
    page = mediator.submit(old, action="/move")
    assert page.status == 409
    assert fresh(pair.case).state is CaseState.PAUSED
    bad: tuple[dict[str, str | None], ...] = ({"to": "moon"}, {"to": ""}, {"seen": "x"})
    for nonsense in bad:
        assert mediator.submit(mediator.get(where + "/end"), nonsense, action="/move").status == 400


def test_a_hold_stops_and_its_reason_stays_on_one_page(
    pair: Pair, mediator: Person, assistant: Person, participant_a: Person
) -> None:
    """Everywhere but in the private layer it reads like a break."""
    where = f"/work/cases/{pair.case}"
    page = mediator.submit(mediator.get(where + "/record"), {"reason": "heron waited\noutside"}, action="/hold")
    assert "To both it looks like a break" in page.words
    assert fresh(pair.case).hold
    assert "heron waited\noutside" in mediator.get(where + "/record").text
    for person, path in ((mediator, where), (mediator, "/work/cases"), (assistant, where), (participant_a, "/notes/")):
        shown = person.get(path)
        assert shown.status == 200
        assert "heron" not in shown.text
    assert "On a break" in mediator.get(where).words
    mediator.submit(mediator.get(where + "/record"), action="/lift")
    assert not fresh(pair.case).hold


def test_a_case_is_ended_after_a_page_that_says_what_it_means(pair: Pair, mediator: Person) -> None:
    """Ended: no moves, no removal, the day is noted."""
    where = f"/work/cases/{pair.case}"
    page = mediator.get(where + "/end")
    assert "It can’t be taken back" in page.words
    assert mediator.submit(page, action="/move").status == 200
    assert mediator.submit(page, action="/move").status == 200  # sent twice
    assert fresh(pair.case).state is CaseState.ENDED
    assert fresh(pair.case).ended_on is not None
    assert "The case is over" in mediator.get(where + "/record").words
    assert mediator.get(where + "/close").response.request.path == where + "/record"


def test_a_case_is_closed_from_closing(pair: Pair, mediator: Person) -> None:
    """Closing, then closed after a page of its own."""
    where = f"/work/cases/{pair.case}"
    mediator.submit(mediator.get(where + "/record"), {"to": "closing"}, action="/move")
    mediator.submit(mediator.get(where + "/close"), action="/move")
    assert fresh(pair.case).state is CaseState.CLOSED


def test_a_mistake_is_removed_and_real_cases_are_not(pair: Pair, mediator: Person) -> None:
    """An enquiry that nobody came to goes; the pair with an answer stays."""
    mistake = enquiry(pair).id
    page = mediator.submit(mediator.get(f"/work/cases/{mistake}/remove"), action="/remove")
    assert page.response.request.path == "/work/cases"
    db.session.rollback()
    db.session.expire_all()
    assert db.session.get(Case, mistake) is None
    where = f"/work/cases/{pair.case}"
    assert mediator.get(where + "/remove").response.request.path == where + "/record"
    token = mediator.get(where + "/record").form("/record").fields["csrf_token"]
    assert mediator.post(where + "/remove", {"csrf_token": token}).status == 409
    assert fresh(pair.case).state is CaseState.ACTIVE
