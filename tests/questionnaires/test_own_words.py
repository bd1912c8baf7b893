"""One's own words: given back when a form closed, kept while too long or half done, read again once handed in."""

from __future__ import annotations

import uuid

import pytest

from mediator.cases.terms import CaseState
from mediator.core.clock import now
from mediator.core.db import db
from mediator.questionnaires.models import Assignment
from mediator.questionnaires.terms import AssignmentState
from tests.factories import Pair
from tests.people import Person
from tests.questionnaires import build
from tests.questionnaires.answering import AUTOSAVE, at, autosave, case_is, fill_in, raw, row, stored

ENDS = (AssignmentState.WITHDRAWN, AssignmentState.LAPSED)


def ends(form: uuid.UUID, state: AssignmentState) -> None:
    """The mediator withdrew it, or its time ran out."""
    row(form).state = state
    db.session.get_one(Assignment, form).ended_at = now()
    db.session.commit()


@pytest.mark.parametrize("state", ENDS)
def test_withdrawn_while_its_author_writes_the_words_are_given_back(
    pair: Pair, participant_a: Person, state: AssignmentState
) -> None:
    form = build.send(pair.a)
    page = participant_a.get(at(form, 6))
    ends(form, state)
    fields = {**page.form("/questions/").fields, "5.only": "typed for ten minutes"}
    for path in (at(form, 6), at(form, "6/both")):
        late = participant_a.post(path, {**fields, "go": "next"})
        assert late.status == 409
        assert "This form is closed" in late.words
        assert "typed for ten minutes" in late.words
    quiet = autosave(participant_a, page, {"5.only": "typed for ten minutes"})
    assert quiet.status_code == 409
    assert quiet.json == {"message": "This form was closed by your mediator. Your words are still on this page."}
    assert stored(form, "5.only") is None
    for rest in ("", 6, "6/both", "check", "done"):
        assert participant_a.get(at(form, rest)).status == 404
    assert participant_a.post(at(form, 99), fields).status == 404
    assert participant_a.post(at(form, "change"), fields).status == 404


NOT_SENT = "What you answered about safety was not sent. Please answer it again."


@pytest.mark.parametrize("state", ENDS)
def test_what_was_answered_on_the_check_page_is_not_shown_again_and_that_it_was_not_sent_is_said(
    pair: Pair, participant_a: Person, state: AssignmentState
) -> None:
    """Only answers about safety are typed there: they are given back nowhere."""
    form = build.send(pair.a, (build.READY, build.SAFETY))
    page = participant_a.get(at(form, "check"))
    ends(form, state)
    late = participant_a.submit(page, {"5.safety": "unsure"}, action="/check")
    assert late.status == 409
    assert "I am not sure" not in late.words
    assert NOT_SENT in late.words
    assert stored(form, "5.safety") is None
    bare = participant_a.submit(page, action="/check")
    assert bare.status == 409
    assert "Nothing was handed in" in bare.words
    assert bare.words == late.words, "whether anything was answered does not show"


def test_a_locked_form_says_so_too(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a, (build.READY, build.SAFETY))
    page = participant_a.get(at(form, "check"))
    row(form).locked_at = now()
    db.session.commit()
    late = participant_a.submit(page, {"5.safety": "unsure"}, action="/check")
    assert late.status == 409
    assert "I am not sure" not in late.words
    assert NOT_SENT in late.words


def test_another_persons_withdrawn_form_is_nobodys(pair: Pair, participant_a: Person) -> None:
    token = participant_a.get(at(build.send(pair.a), 1)).form("/questions/").fields["csrf_token"]
    theirs = build.send(pair.b, state=AssignmentState.WITHDRAWN)
    for rest in (1, "1/both", "check"):
        sent = {"csrf_token": token, "rev": "0", "5.ready": "1"}
        assert participant_a.post(at(theirs, rest), sent).status == 404
        assert participant_a.post(at(theirs, rest), sent, headers=AUTOSAVE).status == 404


@pytest.mark.parametrize(
    ("number", "name", "limit"),
    [(6, "5.only", "1,500"), (5, "5.13.one", "300"), (8, "5.4.sign.0.example", "300")],
)
def test_too_long_is_kept_while_typing_and_said(
    pair: Pair, participant_a: Person, number: int, name: str, limit: str
) -> None:
    form = build.send(pair.a)
    page = participant_a.get(at(form, number))
    answer = autosave(participant_a, page, {name: "x" * 10_000})
    assert answer.status_code == 200
    assert answer.json["rev"] == 1
    assert answer.json["saved_at"]
    assert f"up to {limit} letters" in answer.json["message"]
    part = ".".join(name.split(".")[:3]) if number != 6 else name
    assert "x" * 10_000 in raw(form, part)
    again = participant_a.get(at(form, number))
    assert again.form("/questions/").fields[name] == "x" * 10_000
    assert f"up to {limit} letters" in again.words, "said at the field, too"
    assert answer.json["errors"] == {name: answer.json["message"]}
    more = autosave(participant_a, again, {name: "x" * 10_001})
    assert (more.status_code, more.json["errors"]) == (422, answer.json["errors"]), "said at its field"
    next_page = participant_a.submit(again, {"go": "next"}, action="/questions/")
    assert next_page.status == 422
    assert next_page.form("/questions/").fields[name] == "x" * 10_000
    short = autosave(participant_a, again, {name: "short"})
    assert "message" not in short.json


def test_something_else_wrong_is_still_refused_while_typing(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a)
    page = participant_a.get(at(form, 5))
    assert autosave(participant_a, page, {"5.13.one": "x" * 400, "5.13.how": "11"}).status_code == 422
    assert stored(form, "5.13.one") is None


def test_too_long_is_not_handed_in_and_the_check_page_names_the_question(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a, (build.READY, build.LONG, build.SAFETY))
    autosave(participant_a, participant_a.get(at(form, 2)), {"5.only": "x" * 1501})
    check = participant_a.get(at(form, "check"))
    refused = participant_a.submit(check, {"5.safety": "unsure"}, action="/check")
    assert refused.status == 422
    for page in (check, refused):
        summary = next(one for one in page.all("div") if "error-summary" in one.get("class", ""))
        links = [one.get("href", "") for one in summary.iter() if str(one.tag).endswith("}a")]
        assert links == [f"{at(form, 2)}?from=check"]
        assert "question 5.only" in " ".join(summary.itertext())
    assert row(form).state is AssignmentState.STARTED
    assert stored(form, "5.safety") is None
    page = participant_a.get(f"{at(form, 2)}?from=check")
    check = participant_a.submit(page, {"5.only": "short enough"}, action="/questions/")
    assert participant_a.submit(check, action="/check").response.request.path == at(form, "done")


UNFINISHED = (build.question("5.5", build.LINES.parts[0], build.DATE.parts[0]), build.SHORT)


@pytest.mark.parametrize("go", ["back", "skip"])
def test_half_a_period_is_kept_says_so_at_its_field_and_blocks_neither_back_nor_skip(
    pair: Pair, participant_a: Person, go: str
) -> None:
    form = build.send(pair.a, UNFINISHED)
    page = participant_a.get(at(form, 1))
    first = autosave(participant_a, page, {"5.14.until.to": "2026-12-14"})
    assert first.status_code == 200
    assert first.json["errors"] == {"5.14.until.from": "Please give the first day too."}
    sent: dict[str, str | None] = {"5.14.until.to": "2026-12-14", "5.6.cannot.0": "Every evening", "rev": "1", "go": go}
    onward = participant_a.submit(page, sent, action="/questions/")
    assert onward.status == 200
    assert onward.response.request.path == at(form, 1 if go == "back" else 2)
    assert raw(form, "5.6.cannot") == build.as_json(["Every evening"])
    again = participant_a.get(at(form, 1))
    fields = again.form("/questions/").fields
    assert (fields["5.14.until.to"], fields["5.14.until.from"]) == ("2026-12-14", "")
    assert "Please give the first day too." in again.words
    refused = participant_a.submit(again, {"go": "next"}, action="/questions/")
    assert refused.status == 422, "what is finished goes on; this is not"


def test_what_is_half_answered_counts_as_no_answer_and_waits_to_be_finished(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a, (build.RANK, build.DATE))
    autosave(participant_a, participant_a.get(at(form, 1)), {"5.3.parts.truth": "1", "5.3.parts.money": "1"})
    autosave(participant_a, participant_a.get(at(form, 2)), {"5.14.until.from": "soon"})
    assert participant_a.get(at(form)).response.request.path == at(form, 1), "nothing was answered yet"
    check = participant_a.get(at(form, "check"))
    for words in ("1. Telling the truth", "1. Money", "soon", "Not answered yet"):
        assert words in check.words
    refused = participant_a.submit(check, action="/check")
    assert refused.status == 422
    assert "Please look at this before you hand in" in refused.words
    assert row(form).state is AssignmentState.STARTED
    page = participant_a.get(at(form, 1))
    assert page.form("/questions/").fields["5.3.parts.money"] == "1"
    participant_a.submit(page, {"5.3.parts.money": "2", "go": "next"}, action="/questions/")
    page = participant_a.get(at(form, 2))
    check = participant_a.submit(page, {"5.14.until.from": "2026-12-01", "go": "next"}, action="/questions/")
    assert participant_a.submit(check, action="/check").response.request.path == at(form, "done")


def test_too_long_beside_prefer_not_to_say_is_no_hindrance(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a, (build.LONG,))
    autosave(participant_a, participant_a.get(at(form, 1)), {"5.only": "x" * 1501, "5.only.no": "yes"})
    end = participant_a.submit(participant_a.get(at(form, "check")), action="/check")
    assert end.response.request.path == at(form, "done")


def test_what_was_handed_in_is_there_to_read_again(pair: Pair, participant_a: Person, participant_b: Person) -> None:
    form = build.send(pair.a)
    end = participant_a.submit(fill_in(participant_a, form), {"5.safety": "unsure"}, action="/check")
    from_home = participant_a.get(next(link for link in participant_a.get("/notes/").links() if str(form) in link))
    for page in (end, from_home):
        assert page.response.request.path == at(form, "done")
        for words in ("For your mediator", "Sam may read these", "For both of you", "What you may have in common"):
            assert words in page.words
        assert "How we tell each other" in page.words
        assert "Second line" in page.words
        assert "You preferred not to say" in page.words
        assert "You answered this" in page.words
        assert "I am not sure" not in page.text
        assert not [link for link in page.links() if "from=check" in link], "to read, not to change"
    assert participant_b.get(at(form, "done")).status == 404


def test_what_was_left_open_reads_as_not_answered(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a, (build.LONG, build.SAFETY))
    page = participant_a.submit(participant_a.get(at(form, "check")), action="/check")
    assert "Not answered" in page.words
    assert "Not answered yet" not in page.words
    assert "You answered this" not in page.words


@pytest.mark.parametrize("break_", [{"hold": True}, {"state": CaseState.PAUSED}, {"state": CaseState.CLOSED}])
def test_a_break_never_hides_ones_own_words(pair: Pair, participant_a: Person, break_: dict[str, object]) -> None:
    form, open_form = build.send(pair.a, (build.LONG,)), build.send(pair.a, (build.LONG,))
    participant_a.submit(participant_a.get(at(form, 1)), {"5.only": "my own words"}, action="/questions/")
    participant_a.submit(participant_a.get(at(form, "check")), action="/check")
    case_is(pair, **break_)
    for rest in ("", 1, "check", "done"):
        page = participant_a.get(at(form, rest))
        assert page.response.request.path == at(form, "done")
        assert "my own words" in page.words
        assert "Change my answers" not in page.words
    assert participant_a.get(at(open_form, "check")).response.request.path == "/notes/"


def test_a_hold_and_a_pause_show_the_same(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a, (build.LONG,), state=AssignmentState.SENT)
    participant_a.submit(participant_a.get(at(form, "check")), action="/check")
    case_is(pair, hold=True)
    held = participant_a.get(at(form, "done")).words
    case_is(pair, hold=False, state=CaseState.PAUSED)
    assert participant_a.get(at(form, "done")).words == held
