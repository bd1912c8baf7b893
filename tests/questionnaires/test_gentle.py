"""Gentle checks: what is asked about words as they are written, for their author alone, and never in the way."""

from __future__ import annotations

import pytest

from mediator.core.visibility import Visibility
from mediator.guide.content import Check, PartType
from mediator.questionnaires import fields, gentle
from mediator.questionnaires.gentle import asked
from mediator.questionnaires.terms import AssignmentState
from tests.factories import Pair
from tests.people import Page, Person
from tests.questionnaires import build
from tests.questionnaires.answering import at, autosave, raw, row

REGRET = build.question(
    "5.20",
    build.part("5.20.sorry", PartType.LONG, label="I am sorry", check=Check.APOLOGY),
    build.part("5.20.word", PartType.SHORT, label="How it felt", check=Check.FEELINGS),
)
PLAIN = build.question("5.21", build.part("5.21.more", PartType.SHORT))
BUT = "You wrote “but”. It often takes back what came before."
BENEATH = "“Ignored” says what somebody else did"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I am sorry that I hurt you, but I was under strain.", "“but”"),
        ("I am sorry. BUT I was late.", "“BUT”"),
        ("If I was rude, I am sorry.", "“If”"),
        ("You made me shout.", "“You made me”"),
        ("you   made\nme shout", "“you made me”"),
        ("I’m sorry you’re upset", "“sorry you’re”"),
        ("I'm sorry that you feel hurt", "“sorry that you feel”"),
        ("Mistakes were made.", "“were made”"),
        ("You were never told about it.", "“were never told”"),
        ("The plan was quietly changed.", "“was quietly changed”"),
        ("I cried, and it was awful. I could not rest. You waited.", "how it was for them"),
    ],
)
def test_an_apology_is_asked_about(text: str, words: str) -> None:
    assert words in asked(Check.APOLOGY, text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "I changed our plans in May and did not tell you.",
        "You felt left out, and I was tired.",
        "I cut a butter gift in half for the buttery rebuttal.",  # a word is a whole word
        "I was ashamed. You cried. You were sad.",
        "Ünïcode שלום 👩‍👩‍👧 e\u0301",
    ],
)
def test_what_is_said_plainly_is_left_alone(text: str) -> None:
    assert asked(Check.APOLOGY, text) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ignored", "“Ignored” says what somebody else did"),
        ("betrayed and sad", "“betrayed” says what somebody else did"),
        ("taken for granted", "“taken for granted”"),
        ("that you do not care", "“that you” often begins a thought"),
        ("Misunderstood", "how somebody else saw you"),
    ],
)
def test_a_verdict_in_place_of_a_feeling_is_asked_about(text: str, words: str) -> None:
    assert words in asked(Check.FEELINGS, text)[0]


@pytest.mark.parametrize("text", ["sad", "afraid", "threatened", "attacked", "controlled", "unused"])
def test_feelings_and_fear_are_left_alone(text: str) -> None:
    assert asked(Check.FEELINGS, text) == ()


def test_two_things_at_once_are_enough() -> None:
    everything = "You made me do it, but if mistakes were made, I am sorry you feel that way."
    assert len(asked(Check.APOLOGY, everything)) == gentle.MOST


def test_nothing_is_asked_without_a_check_or_about_safety() -> None:
    text = build.part("5.1.x", PartType.SHORT)
    assert gentle.looks(text, "Ignored, but if") == ()
    safety = build.part("5.1.x", PartType.SHORT, visibility=Visibility.SAFETY, check=Check.FEELINGS)
    assert gentle.looks(safety, "Ignored") == ()
    lines = build.part("5.1.x", PartType.LINES, check=Check.FEELINGS)
    assert len(gentle.looks(lines, ["sad", "", "ignored"])) == 1
    assert gentle.looks(lines, None) == ()


def looks_of(page: Page) -> list[str]:
    """What the page asks about somebody's words."""
    found = [one for one in page.all("div") if one.get("class") == "callout" and "data-kind" not in one.attrib]
    return ["".join(one.itertext()).strip() for one in found]


def test_the_page_asks_once_it_is_saved_and_hands_in_all_the_same(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a, (REGRET, PLAIN))
    page = participant_a.get(at(form, 1))
    assert looks_of(page) == []
    told: dict[str, str | None] = {"5.20.sorry": "I am sorry, but I was late.", "5.20.word": "Ignored", "go": "next"}
    onward = participant_a.submit(page, told, action="/questions/")
    assert onward.response.request.path == at(form, 2), "nothing was in the way"
    for path in (at(form, 1), at(form, "check")):
        said = looks_of(participant_a.get(path))
        assert [BUT in said[0], BENEATH in said[1], len(said)] == [True, True, 2]
    done = participant_a.submit(participant_a.get(at(form, "check")), action="/check")
    assert row(form).state is AssignmentState.SUBMITTED
    assert looks_of(done) == [], "once it is handed in nothing is asked"
    assert raw(form, "5.20.word") == build.as_json("Ignored")


def test_saving_while_typing_tells_the_author_alone(pair: Pair, participant_a: Person) -> None:
    form = build.send(pair.a, (REGRET, PLAIN))
    page = participant_a.get(at(form, 1))
    answer = autosave(participant_a, page, {"5.20.sorry": "If I hurt you, I am sorry.", "5.20.word": "sad"})
    assert set(answer.json["looks"]) == {"5.20.sorry", "5.20.word"}
    assert "“If”" in answer.json["looks"]["5.20.sorry"][0]
    assert answer.json["looks"]["5.20.word"] == []
    gone = autosave(participant_a, page, {"5.20.sorry": "I hurt you.", "5.20.word": "sad", "rev": "1"})
    assert gone.json["looks"]["5.20.sorry"] == []
    other = autosave(participant_a, participant_a.get(at(form, 2)), {"5.21.more": "but if"})
    assert "looks" not in other.json


def test_no_more_is_looked_at_than_an_answer_can_have() -> None:
    longest = max(fields.LONG, build.part("5.22.lines", PartType.LINES).max_items * (fields.SHORT + 1))
    assert longest < gentle.READ
    beyond = "a " * (gentle.READ // 2)
    assert asked(Check.APOLOGY, f"{beyond}but") == ()
    assert asked(Check.APOLOGY, f"but {beyond}")
