"""Safe contact as plain values: what is asked of everybody, what asks to be read first, and when mail may go."""

from __future__ import annotations

import json
from dataclasses import replace
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
    loosens,
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


#: The blind index of the address in the case.
HERE = "ab"


def said(way: Way = Way.EMAIL, place: str = "", meant: str = "", **replies: Reply) -> Contact:
    """What somebody said; "no" to everything else."""
    return Contact(way, place, "", CALM | replies, meant)


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
@pytest.mark.parametrize("message", list(Reply))
@pytest.mark.parametrize("named", list(Reply))
@pytest.mark.parametrize("others", list(Reply))
def test_mail_goes_only_where_it_is_the_way_it_may_say_who_we_are_and_nobody_else_reads_it(
    way: Way, message: Reply, named: Reply, others: Reply
) -> None:
    contact = said(way, meant=HERE, message=message, named=named, others=others)
    yes = (way, message, named, others) == (Way.EMAIL, Reply.YES, Reply.YES, Reply.NO)
    assert mail_is_safe(contact, address=HERE) is yes


def test_mail_goes_to_no_other_address_than_the_one_they_meant() -> None:
    fine = said(meant=HERE, message=Reply.YES, named=Reply.YES)
    assert mail_is_safe(fine, address=HERE)
    assert not mail_is_safe(fine, address="cd"), "a corrected address was never asked about"
    assert not mail_is_safe(replace(fine, meant=""), address="")


def test_where_mail_would_go_again_the_mediator_reads_it_first() -> None:
    before = said(Way.TEXT, "555 0187")
    after = loosens(said(message=Reply.YES, named=Reply.YES), before)
    assert asks_to_be_read(after)
    assert dict(after.before) == {"way": "text", "place": "555 0187", "time": ""}


def test_a_later_no_takes_nothing_back_that_nobody_has_read() -> None:
    before = said(others=Reply.YES, order=Reply.NOT_SURE, message=Reply.YES)
    after = in_place_of(said(), before)
    assert dict(after.earlier) == {"others": Reply.YES, "order": Reply.NOT_SURE}
    assert asks_to_be_read(after)
    assert not mail_is_safe(replace(after, meant=HERE), address=HERE)
    again = in_place_of(said(order=Reply.YES), after)
    assert dict(again.earlier) == {"others": Reply.YES, "order": Reply.NOT_SURE}, "another answer hides none either"
    same = in_place_of(said(order=Reply.NOT_SURE), after)
    assert dict(same.earlier) == {"others": Reply.YES}
    assert in_place_of(said(), None).earlier == {}


@pytest.mark.parametrize("field", ["way", "place", "time", "replies", "meant", "earlier", "before", "typed_in"])
def test_everything_said_is_kept(field: str) -> None:
    replies, before = CALM | {"order": Reply.YES}, {"way": "call", "place": "3", "time": "4"}
    contact = Contact(Way.TEXT, "1", "2", replies, HERE, {"others": Reply.YES}, before, typed_in=True)
    kept: Any = getattr(from_document(to_document(contact)), field)
    assert kept == getattr(contact, field)
