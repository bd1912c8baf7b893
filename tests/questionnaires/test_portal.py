"""The form as a participant meets it, through the real pages."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta
from typing import Any
from xml.etree.ElementTree import Element

import pytest

from mediator.cases.models import Case, Participant
from mediator.cases.terms import CaseState, Policy
from mediator.core import signin
from mediator.core.clock import now
from mediator.core.db import db
from mediator.core.signin import SigninSession
from mediator.core.visibility import Sharing, Visibility
from mediator.guide.content import PartType
from mediator.questionnaires.models import Answer, Assignment
from mediator.questionnaires.terms import AnswerState, AssignmentState
from tests.factories import Pair
from tests.people import HTML, Page, Person
from tests.questionnaires import build

WORDS = "  Ünïcode שלום 👩‍👩‍👧 e\u0301 <b>{{ 7*7 }}</b>\nSecond line  "
AUTOSAVE = {"X-Requested-With": "autosave"}


def at(form: uuid.UUID, rest: object = "") -> str:
    """The address of a form's page."""
    return f"/notes/questions/{form}" + (f"/{rest}" if rest != "" else "")


def row(form: uuid.UUID) -> Assignment:
    """The form as it stands in the database now."""
    db.session.rollback()
    return db.session.get_one(Assignment, form)


def stored(form: uuid.UUID, part: str) -> Answer | None:
    """An answer as it stands in the database now."""
    db.session.rollback()
    found: Answer | None = db.session.scalar(
        db.select(Answer).where(Answer.assignment_id == form, Answer.part_key == part)
    )
    return found


def raw(form: uuid.UUID, part: str) -> str:
    """What is stored of an answer, without a ring."""
    found = stored(form, part)
    assert found is not None
    assert found.value_bytes is not None
    return found.value_bytes[1:].decode()


def autosave(person: Person, page: Page, changes: dict[str, str]) -> Any:
    """Save what is on a page without leaving it, as autosave.js does."""
    form = page.form("/questions/")
    return person.client.post(form.action, data={**form.fields, **changes}, headers=AUTOSAVE)


def case_is(pair: Pair, **values: object) -> None:
    """Something happened to the case meanwhile."""
    case = db.session.get_one(Case, pair.case)
    for name, value in values.items():
        setattr(case, name, value)
    db.session.commit()


#: What a person fills in, by question in order, and how the check page says it.
FILLED: tuple[tuple[dict[str, str], str], ...] = (
    ({"5.ready": "7"}, "7 of 10"),
    ({"5.12.how": "money", "5.12.how.keep": "yes"}, "Money"),
    ({"5.7.open.truth": "yes", "5.7.open.family": "yes"}, "Children and family"),
    ({"5.3.parts.money": "1", "5.3.parts.truth": "2"}, "1. Money"),
    ({"5.13.one": "How we tell each other", "5.13.one.offer": "yes", "5.13.how": "not-said"}, "How we tell each other"),
    ({"5.only": WORDS}, "Second line"),
    ({"5.6.cannot.0": "Every evening"}, "Every evening"),
    ({"5.4.sign.0.statement": "A call", "5.4.sign.0.example": "On Friday"}, "A small thing: A call"),
    ({"5.5.slip.0.if": "It rains", "5.5.slip.0.then": "I call"}, "then I could: I call"),
    ({"5.14.until.from": "2026-12-01", "5.14.until.to": "2026-12-14"}, "1 December 2026 to 14 December 2026"),
    ({"5.11.kinds.truth": "if", "5.11.kinds.truth.note": "by day"}, "Telling the truth: Yes, if. by day"),
    ({"5.1.now.money": "3", "5.1.now.money.note": "Later"}, "Money: 3 of 10. Later"),
    ({"5.15.cards.truth": "some"}, "Telling the truth: Partly"),
)


def fill_in(person: Person, form: uuid.UUID) -> Page:
    """Answer every question through its page, one after the other; the check page."""
    page = person.get(at(form))
    for number, (changes, _) in enumerate(FILLED, start=1):
        assert page.response.request.path == at(form, number)
        page = person.submit(page, {**changes, "go": "next"}, action="/questions/")
        assert page.status == 200
    assert page.response.request.path == at(form, "check")
    return page


def test_from_the_first_question_to_handing_in(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a)
    check = fill_in(participant_a, form)
    for _, said in FILLED:
        assert said in check.words
    assert "You preferred not to say" in check.words
    assert "can’t see these until you press the button below" in check.words
    end = participant_a.submit(check, {"5.safety": "no"}, action="/check")
    assert end.response.request.path == at(form, "done")
    assert row(form).state is AssignmentState.SUBMITTED
    assert {answer.visibility for answer in row(form).answers} == {Visibility.PRIVATE, Visibility.SAFETY}
    again = participant_a.submit(check, {"5.safety": "yes"}, action="/check")  # sent twice
    assert again.response.request.path == at(form, "done")
    assert row(form).read_first_at is None


def test_every_answer_is_there_again_on_another_device(pair: Pair, participant_a: Person, new_person: Any) -> None:
    form = build.send(pair.a)
    fill_in(participant_a, form)
    tablet = new_person().come_in(pair.a)
    for number, (changes, _) in enumerate(FILLED, start=1):
        fields = tablet.get(at(form, number)).form("/questions/").fields
        for name, value in changes.items():
            assert fields[name] == value, name


@pytest.mark.parametrize("number", range(1, len(FILLED) + 1))
def test_every_part_says_who_will_read_it(pair: Pair, participant_a: Person, number: int) -> None:
    page = participant_a.get(at(build.send(pair.a), number))
    assert f"Question {number} of {len(FILLED)}. Rebuild Trust" in page.words
    parts = [one for tag in ("fieldset", "div") for one in page.all(tag) if one.get("class") == "part"]
    assert len(parts) == len(build.ALL[number - 1].parts)
    for part in parts:
        words = " ".join(" ".join(part.itertext()).split())
        assert re.search(r"Only your mediator sees this|Shared with Sam once|Sam never sees your answer", words)
    assert page.title.startswith(f"Question {number}")
    assert "Sam" not in page.title


def test_the_policy_changes_the_sentences(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a)
    case_is(pair, policy=Policy.NO_SECRETS)
    assert "may bring what matters into the room" in participant_a.get(at(form, 1)).words


def test_before_something_derived_one_reads_what_can_be_worked_out(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a)
    derived = [n for n, asked in enumerate(build.ALL, start=1) if asked.parts[0].sharing is Sharing.DERIVED]
    assert derived == [3, 11]
    for number in range(1, len(FILLED) + 1):
        page = participant_a.get(at(form, number))
        assert ("What can be worked out from this" in page.words) is (number in derived)


def test_back_saves_and_skip_goes_on(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a)
    page = participant_a.get(at(form, 6))
    page = participant_a.submit(page, {"5.only": WORDS, "go": "back"}, action="/questions/")
    assert page.response.request.path == at(form, 5)
    assert participant_a.get(at(form, 6)).form("/questions/").fields["5.only"] == WORDS
    page = participant_a.submit(participant_a.get(at(form, 1)), {"go": "skip"}, action="/questions/")
    assert page.response.request.path == at(form, 2)
    skipped = stored(form, "5.ready")
    assert skipped is not None
    assert skipped.state is AnswerState.SKIPPED
    assert participant_a.get(at(form)).response.request.path == at(form, 2)
    assert "You skipped this" in participant_a.get(at(form, "check")).words


def test_from_the_check_page_one_comes_back_to_it(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a)
    check = participant_a.get(at(form, "check"))
    link = next(link for link in check.links() if "/6?" in link)
    page = participant_a.submit(participant_a.get(link), {"5.only": "words", "go": "next"}, action="/questions/")
    assert page.response.request.path == at(form, "check")
    assert "words" in page.words


def test_the_minutes_left_count_what_is_open(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a)
    page = participant_a.get(at(form))
    assert "About 13 min left" in page.words
    page = participant_a.submit(page, {"5.ready": "3", "go": "next"}, action="/questions/")
    assert "About 12 min left" in page.words


@pytest.mark.parametrize(
    ("number", "changes", "name", "says"),
    [
        (6, {"5.only": "x" * 1501}, "5.only", "up to 1,500 letters"),
        (5, {"5.13.one": "x" * 301}, "5.13.one", "up to 300 letters"),
        (7, {"5.6.cannot.0": "x" * 301}, "5.6.cannot.0", "up to 300 letters"),
        (8, {"5.4.sign.0.example": "x" * 301}, "5.4.sign.0.example", "up to 300 letters"),
        (4, {"5.3.parts.money": "1", "5.3.parts.truth": "1"}, "5.3.parts", "Two things can’t stand at the same place"),
        (10, {"5.14.until.from": "2026-12-02", "5.14.until.to": "2026-12-01"}, "5.14.until.to", "before the first"),
        (11, {"5.11.kinds.truth": "if", "5.11.kinds.truth.note": "x" * 301}, "5.11.kinds.truth.note", "up to 300"),
        (12, {"5.1.now.money": "11"}, "5.1.now.money", "choose again"),
        (1, {"5.ready": "11"}, "5.ready", "choose again"),
        (2, {"5.12.how": "planted"}, "5.12.how", "choose again"),
    ],
)
def test_what_does_not_fit_is_said_at_the_field_with_the_words_kept(
    pair: Pair, participant_a: Person, number: int, changes: dict[str, str], name: str, says: str
) -> None:
    form = build.send(pair.a)
    page = participant_a.get(at(form, number))
    refused = participant_a.submit(page, {**changes, "go": "next"}, action="/questions/")
    assert refused.status == 422
    summary = next(one for one in refused.all("div") if "error-summary" in one.get("class", ""))
    link = next(summary.iter(HTML + "a")).get("href", "")
    assert link == f"#f-{name}"
    ids = {one.get("id") for one in refused.root.iter()} if refused.root is not None else set()
    assert link[1:] in ids
    assert f"f-{name}-error" in ids
    assert says in refused.words
    fields = refused.form("/questions/").fields
    for field, value in changes.items():
        if value not in {"11", "planted"}:
            assert fields[field] == value
    assert stored(form, next(iter(changes)).split(".no")[0]) is None
    assert row(form).state is AssignmentState.SENT
    answer = autosave(participant_a, page, changes)
    too_long = any(len(value) > 300 for value in changes.values())
    assert answer.status_code == (200 if too_long else 422), "what is too long is kept while it is typed"
    assert says in answer.json["message"]


def test_saving_while_typing(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a)
    page = participant_a.get(at(form, 6))
    answer = autosave(participant_a, page, {"5.only": WORDS})
    assert answer.status_code == 200
    assert answer.json["rev"] == 1
    assert re.fullmatch(r"[0-2][0-9]:[0-5][0-9]", answer.json["saved_at"])
    assert raw(form, "5.only") == build.as_json(WORDS)
    assert row(form).state is AssignmentState.STARTED
    again = autosave(participant_a, page, {"5.only": WORDS})  # sent again after a lost answer
    assert (again.status_code, again.json["rev"]) == (200, 1)
    newer = autosave(participant_a, page, {"5.only": WORDS + "more", "rev": "1"})
    assert newer.json["rev"] == 2
    assert f"Saved at {newer.json['saved_at']}" in participant_a.get(at(form, 6)).words


def test_the_time_is_the_persons_own(pair: Pair, participant_a: Person) -> None:
    db.session.get_one(Participant, pair.a).zone = "Pacific/Kiritimati"  # UTC+14
    db.session.commit()
    answer = autosave(participant_a, participant_a.get(at(build.send(pair.a), 1)), {"5.ready": "1"})
    assert answer.json["saved_at"] in {f"{now() + timedelta(hours=14, seconds=s):%H:%M}" for s in (0, -5)}


def test_two_devices_and_both_versions(pair: Pair, participant_a: Person, new_person: Any) -> None:
    form = build.send(pair.a)
    laptop = new_person().come_in(pair.a)
    on_phone, on_laptop = participant_a.get(at(form, 6)), laptop.get(at(form, 6))
    assert autosave(participant_a, on_phone, {"5.only": "From the phone\nline two"}).status_code == 200
    late = autosave(laptop, on_laptop, {"5.only": WORDS})
    assert late.status_code == 409
    assert late.json["url"] == at(form, "6/both")
    # The button that autosave shows, and Next without JavaScript, lead to the same page.
    sent = {**on_laptop.form("/questions/").fields, "5.only": WORDS}
    for page in (laptop.post(late.json["url"], sent), laptop.post(at(form, 6), {**sent, "go": "next"})):
        assert "From the phone" in page.text
        assert "Second line" in page.words
        assert page.form("/questions/").fields["5.only"] == WORDS
        assert "Saved elsewhere at" in page.words
    assert raw(form, "5.only") == build.as_json("From the phone\nline two")
    kept = laptop.submit(page, {"go": "next"}, action="/questions/")
    assert kept.response.request.path == at(form, 7)
    assert raw(form, "5.only") == build.as_json(WORDS)
    assert laptop.get(at(form, "6/both")).response.request.path == at(form, 6)


def test_a_missing_revision_overwrites_nothing(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a)
    page = participant_a.get(at(form, 6))
    autosave(participant_a, page, {"5.only": "first"})
    for rev in ("", "x", None, "99999999999999999999"):
        answer = participant_a.submit(page, {"5.only": "second", "rev": rev}, action="/questions/")
        assert answer.status == 409
    assert raw(form, "5.only") == build.as_json("first")


@pytest.mark.parametrize("break_", [{"hold": True}, {"state": CaseState.PAUSED}, {"state": CaseState.CLOSED}])
def test_on_a_break_pages_lead_home_and_words_are_kept(
    pair: Pair, participant_a: Person, break_: dict[str, object]
) -> None:
    form = build.send(pair.a)
    page = participant_a.get(at(form, 6))
    case_is(pair, **break_)
    for path in (at(form), at(form, 6), at(form, "check")):
        assert participant_a.look_at(path).response.location == "/notes/"
    assert autosave(participant_a, page, {"5.only": WORDS}).json["rev"] == 1
    sent: dict[str, str | None] = {"5.only": WORDS + "!", "rev": "1", "go": "next"}
    onward = participant_a.submit(page, sent, action="/questions/", follow=False)
    assert onward.response.location == at(form, 7)  # the same answer as on any other day
    assert raw(form, "5.only") == build.as_json(WORDS + "!")


def test_what_is_closed_gives_the_words_back(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a)
    page = participant_a.get(at(form, 6))
    row(form).locked_at = now()
    db.session.commit()
    late = participant_a.submit(page, {"5.only": WORDS, "go": "next"}, action="/questions/")
    assert late.status == 409
    assert "Second line" in late.words
    assert autosave(participant_a, page, {"5.only": WORDS}).json["message"].startswith("This form was closed")
    assert stored(form, "5.only") is None
    assert participant_a.look_at(at(form, 6)).response.location == "/notes/"


def test_change_while_the_session_has_not_begun(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a)
    check = fill_in(participant_a, form)
    end = participant_a.submit(check, {"5.safety": "unsure"}, action="/check")
    assert participant_a.get(at(form, 3)).response.request.path == at(form, "done")
    back = participant_a.submit(end, action="/change")
    assert back.response.request.path == at(form, "check")
    assert "You have these answers back" in back.words
    assert "You have answered this" in back.words
    assert row(form).state is AssignmentState.REOPENED
    end = participant_a.submit(back, action="/check")
    row(form).locked_at = now()
    db.session.commit()
    end = participant_a.get(at(form, "done"))
    assert "Change my answers" not in end.words
    assert participant_a.submit(back, action="/check").status == 200
    forced = participant_a.post(at(form, "change"), {"csrf_token": back.form("/check").fields["csrf_token"]})
    assert forced.status == 409


def test_a_safety_answer_is_never_shown_again(pair: Pair, participant_a: Person) -> None:
    canary = "canary-7f3a words about safety"
    words = build.part("5.worry", PartType.LONG, visibility=Visibility.SAFETY)
    asked = build.question("5.worry", words, text="What worries you?")
    form = build.send(pair.a, (build.READY, asked))
    check = participant_a.get(at(form, "check"))
    assert "sent only when you hand in" in check.words
    end = participant_a.submit(check, {"5.worry": canary}, action="/check")
    assert row(form).read_first_at is not None
    seen = [end]
    seen += [participant_a.get(path) for path in (at(form), at(form, 1), at(form, "check"), "/notes/")]
    seen.append(participant_a.submit(end, action="/change"))
    seen += [participant_a.get(path) for path in (at(form), at(form, 1), at(form, "check"), "/notes/")]
    seen.append(participant_a.submit(seen[-2], action="/check"))
    assert len(seen) == 11
    for page in seen:
        assert canary not in page.text
    assert raw(form, "5.worry") == build.as_json(canary)


def test_a_safety_question_has_no_page_and_no_autosave(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a, (build.READY, build.SAFETY))
    assert participant_a.get(at(form, 2)).status == 404
    check = participant_a.get(at(form, "check"))
    assert any(one.get("data-never-autosave") is not None for one in check.all("fieldset"))
    token = check.form("/check").fields["csrf_token"]
    answer = participant_a.client.post(
        at(form, 1), data={"csrf_token": token, "rev": "0", "5.safety": "yes"}, headers=AUTOSAVE
    )
    assert answer.status_code == 200
    assert stored(form, "5.safety") is None


def test_a_wrong_safety_answer_is_said_and_nothing_is_handed_in(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a, (build.READY, build.SAFETY))
    refused = participant_a.submit(participant_a.get(at(form, "check")), {"5.safety": "planted"}, action="/check")
    assert refused.status == 422
    assert "choose again" in refused.words
    assert row(form).state is AssignmentState.SENT


def test_unknown_foreign_and_withdrawn_forms_are_one_answer(pair: Pair, participant_a: Person) -> None:
    token = participant_a.get(at(build.send(pair.a), 1)).form("/questions/").fields["csrf_token"]
    gone = [build.send(pair.a, state=state) for state in
            (AssignmentState.WITHDRAWN, AssignmentState.LAPSED, AssignmentState.DRAFT)]  # fmt: skip
    bodies = set()
    for form in (uuid.uuid4(), build.send(pair.b), *gone):
        for rest in ("", 1, "check", "done"):
            page = participant_a.get(at(form, rest))
            assert page.status == 404
            bodies.add(page.text)
        closed = form in gone[:2]  # words typed for one's own form go back, and nothing else tells it from the rest
        for rest in (1, "1/both", "check", "change"):
            sent = {"csrf_token": token, "rev": "0", "5.ready": "1"}
            assert participant_a.post(at(form, rest), sent).status == (409 if closed and rest != "change" else 404)
    assert len(bodies) == 1
    assert participant_a.get(at(build.send(pair.a), 99)).status == 404


def test_signed_out_a_save_says_so_and_stores_nothing(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a)
    page = participant_a.get(at(form, 6))
    signin.end_sessions(signin.PARTICIPANT, pair.a)
    db.session.commit()
    answer = autosave(participant_a, page, {"5.only": WORDS})
    assert answer.status_code == 401
    assert "Keep this page open" in answer.json["message"]
    assert stored(form, "5.only") is None


def test_a_handed_over_device_ends_with_the_form(pair: Pair, participant_a: Person) -> None:
    form, second = build.send(pair.a), build.send(pair.a)
    session = db.session.scalars(db.select(SigninSession).where(SigninSession.person_id == pair.a)).one()
    session.scope_id = form
    db.session.commit()
    assert participant_a.get(at(second, 1)).status == 404
    page = participant_a.get(at(form, 1))
    assert "/notes/" not in page.links()
    check = participant_a.get(at(form, "check"))
    assert "/notes/" not in check.links()
    end = participant_a.submit(check, action="/check")
    assert "Thank you. You can hand the device back." in end.words
    assert row(form).state is AssignmentState.SUBMITTED
    assert participant_a.look_at(at(form, "done")).status == 302
    assert participant_a.look_at("/notes/").status == 302


def test_with_b_absent_every_page_works(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a)
    db.session.delete(db.session.get_one(Participant, pair.b))
    db.session.commit()
    fill_in(participant_a, form)
    page = participant_a.get(at(form, 5))
    assert "The other person may read this" in page.words
    assert "unless you tick “the other person may read this”" in page.words
    assert "The other person never sees your answer" in participant_a.get(at(form, 3)).words


def test_the_pages_are_the_same_for_both(pair: Pair, participant_a: Person, participant_b: Person) -> None:
    case = db.session.get_one(Case, pair.case)
    made = build.make_form(case)
    forms = {
        person: build.assign(made, db.session.get_one(Participant, who))
        for person, who in ((participant_a, pair.a), (participant_b, pair.b))
    }
    for step in (*range(1, len(FILLED) + 1), "check"):
        first, second = (shape(person.get(at(form, step))) for person, form in forms.items())
        assert first == second
    ends = [shape(person.submit(person.get(at(form, "check")), action="/check")) for person, form in forms.items()]
    assert ends[0] == ends[1]
    # What one did shows nowhere on the other's pages.
    before = shape(participant_b.get(at(forms[participant_b], "done")))
    participant_a.submit(participant_a.get(at(forms[participant_a], "done")), action="/change")
    assert shape(participant_b.get(at(forms[participant_b], "done"))) == before


def shape(page: Page) -> list[tuple[str, str, str]]:
    """The structure of a page: tags, classes and field names, without words and addresses."""
    assert page.root is not None
    found: list[tuple[str, str, str]] = []
    stack: list[Element] = [page.root]
    while stack:
        one = stack.pop()
        if isinstance(one.tag, str):
            found.append((one.tag, one.get("class", ""), one.get("name", "")))
        stack.extend(one)
    return found
