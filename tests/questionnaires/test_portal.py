"""A participant's form, page by page."""

from __future__ import annotations

import re
import uuid
from typing import Any
from xml.etree.ElementTree import Element

import pytest

from mediator.cases.models import Case, Participant
from mediator.cases.terms import Policy
from mediator.core import signin
from mediator.core.db import db
from mediator.core.signin import SigninSession
from mediator.core.visibility import Sharing, Visibility
from mediator.guide.content import PartType
from mediator.questionnaires.terms import AnswerState, AssignmentState
from tests.factories import Pair
from tests.people import HTML, Page, Person
from tests.questionnaires import build
from tests.questionnaires.answering import AUTOSAVE, FILLED, WORDS, at, autosave, case_is, fill_in, raw, row, stored


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
    again = participant_a.submit(check, {"5.safety": "no"}, action="/check")  # sent twice
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
    offered = "choose again" not in says
    assert answer.status_code == (200 if offered else 422), "what is not done yet is kept while it is typed"
    assert says in answer.json["errors"][name]


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
