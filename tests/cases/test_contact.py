"""Safe contact as plain values: what is asked of everybody, what asks to be read first, and when mail may go."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mediator.cases.contact import (
    LONGEST,
    QUESTIONS,
    WAYS,
    Contact,
    Reply,
    Way,
    Wrong,
    asks_to_be_read,
    from_document,
    in_place_of,
    mail_is_safe,
    read,
    to_document,
)

CALM = {one.key: Reply.NO for one in QUESTIONS}
SENT: dict[str, str] = {
    "way": "call",
    "place": "555 0187",
    "time": "Weekdays 9 to 15",
    **{one.key: "no" for one in QUESTIONS},
}
FIRST = {"others", "order", "speak"}


def said(way: Way = Way.EMAIL, place: str = "", **replies: Reply) -> Contact:
    """What somebody said; "no" to everything else."""
    return Contact(way, place, "", CALM | replies)


def test_everybody_is_asked_the_same_and_not_sure_is_always_an_answer() -> None:
    assert [one.key for one in QUESTIONS] == ["message", "named", "others", "order", "speak"]
    assert {one.key for one in QUESTIONS if one.first} == FIRST
    assert set(WAYS) == set(Way)
    for one in QUESTIONS:
        found, wrong = read(SENT | {one.key: "not_sure"})
        assert found is not None
        assert (found.replies[one.key], wrong) == (Reply.NOT_SURE, {})


@pytest.mark.parametrize("text", ["555 0187", " two  spaces ", "Straße 7\nBerlin", "שלום 12", "🕊 after nine"])
def test_texts_are_kept_as_typed(text: str) -> None:
    found, _ = read(SENT | {"place": text, "time": text})
    assert found is not None
    assert (found.place, found.time) == (text, text)
    assert from_document(json.loads(json.dumps(to_document(found)))) == found


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"way": ""}, {"way": Wrong.NO_WAY}),
        ({"way": "pigeon"}, {"way": Wrong.NO_WAY}),
        ({"place": ""}, {"place": Wrong.NO_PLACE}),
        ({"place": " \n "}, {"place": Wrong.NO_PLACE}),
        ({"way": "letter", "place": ""}, {"place": Wrong.NO_PLACE}),
        ({"place": "x" * (LONGEST + 1)}, {"place": Wrong.TOO_LONG}),
        ({"time": "x" * (LONGEST + 1)}, {"time": Wrong.TOO_LONG}),
        ({"order": ""}, {"order": Wrong.NO_REPLY}),
        ({"speak": "maybe"}, {"speak": Wrong.NO_REPLY}),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_half_read(
    changes: dict[str, str], wrong: dict[str, Wrong]
) -> None:
    assert read(SENT | changes) == (None, wrong)


def test_nothing_sent_is_wrong_everywhere() -> None:
    assert set(read({})[1]) == {"way", *CALM}


@pytest.mark.parametrize("way", [Way.EMAIL, Way.MEETING])
def test_email_and_meeting_need_no_number(way: Way) -> None:
    found, wrong = read(SENT | {"way": way.value, "place": ""})
    assert (found is not None, wrong) == (True, {})


@pytest.mark.parametrize("reply", list(Reply))
@pytest.mark.parametrize("question", list(CALM))
def test_an_order_a_wish_to_speak_and_somebody_who_reads_along_are_read_first(question: str, reply: Reply) -> None:
    """Unless the answer is "no"; "not sure" is not "no"."""
    contact = Contact(Way.EMAIL, "", "", CALM | {question: reply})
    assert asks_to_be_read(contact) is (question in FIRST and reply is not Reply.NO)


@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("others", list(Reply))
def test_mail_goes_only_where_it_is_the_way_and_nobody_else_reads_it(way: Way, others: Reply) -> None:
    may = way is Way.EMAIL and others is Reply.NO
    assert mail_is_safe(said(way, others=others), same_address=True) is may
    assert mail_is_safe(said(way, others=others), same_address=False) is may, "no address written: the one there is"


def test_mail_goes_to_no_other_address_than_the_one_they_wrote() -> None:
    assert mail_is_safe(said(place="new@people.example"), same_address=True)
    assert not mail_is_safe(said(place="new@people.example"), same_address=False)


def test_a_later_no_takes_nothing_back_that_nobody_has_read() -> None:
    before = said(others=Reply.YES, order=Reply.NOT_SURE, message=Reply.YES)
    after = in_place_of(said(), before)
    assert dict(after.earlier) == {"others": Reply.YES, "order": Reply.NOT_SURE}
    assert asks_to_be_read(after)
    assert not mail_is_safe(after, same_address=True)
    again = in_place_of(said(order=Reply.YES), after)
    assert (dict(again.earlier), again.replies["order"]) == ({"others": Reply.YES}, Reply.YES)
    assert in_place_of(said(), None).earlier == {}


@pytest.mark.parametrize("field", ["way", "place", "time", "replies", "earlier", "typed_in"])
def test_everything_said_is_kept(field: str) -> None:
    contact = Contact(Way.TEXT, "1", "2", CALM | {"order": Reply.YES}, {"others": Reply.YES}, typed_in=True)
    kept: Any = getattr(from_document(to_document(contact)), field)
    assert kept == getattr(contact, field)
