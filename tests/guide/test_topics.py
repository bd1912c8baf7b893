"""Every topic of the practice notes has its question, with the sharing the notes name; and no part shares otherwise.

Two tables by hand: what the notes ask for, and what every part does. Who changes a sharing changes a line here.
"""

from __future__ import annotations

import re

import pytest

from mediator.core.visibility import Sharing, Visibility
from mediator.guide.content import IN_WORDS, KEYS, READINGS, READY, Part, question_for
from mediator.guide.reading import guide

#: The codes of the notes: S safety · M closed · A offered · R reciprocal · O derived.
CODES = {Sharing.CLOSED: "M", Sharing.OFFERED: "A", Sharing.RECIPROCAL: "R", Sharing.DERIVED: "O"}

#: By step, the codes of topics 1, 2, 3 … as the notes have them. "-" is no question.
NOTES: dict[str, str] = {
    "0": "M M M S M S M M M M S",
    "1": "A A R A M AM M M M M",
    "2": "O R A A RM O A M M A S",
    "3": "A A A A A M M A S M M",
    "4": "A A M A A M M A A A",
    "5": "M M R A R A AO - A M",
    "6": "O M R OR A AM M M R R",
    "7": "R A R S M R A M S M M",
    "8": "O A O M S M R A O R O",
    "close": "R A R A M M",
}
#: Where the form does otherwise, and the reason.
OTHERWISE: dict[str, str] = {
    "2.6": "M",  # a list of words can't be derived: the mediator merges it, as far as each allows
    "3.1": "M",  # only a finished apology is offered, never the first words about it
    "5.7": "A",  # its other half is lights, which stand alone: 5.11
}
#: Questions beside the topics.
MORE: dict[str, str] = {"1.11": "A", "5.11": "O", "5.12": "R"}
#: What stands in a form from the start (steps.md). Step 0 and the closing meeting are short and ask everything.
TICKED: dict[str, str] = {
    "0": "1 2 3 4 5 6 7 8 9 10 11",
    "1": "1 3 4 6 7 8",
    "2": "1 2 3 5 6 9 11",
    "3": "1 2 5 6 7 9",
    "4": "1 2 4 5 8 10",
    "5": "3 4 5 6 7",
    "6": "2 3 5 7 9 10",
    "7": "1 3 4 5 6 9",
    "8": "3 5 7 8 11",
    "close": "1 2 3 4 5 6",
}
#: What is sent as a short task of its own.
TASKS = {"5.1", "5.2", "5.11", "6.1", "6.4", "8.1", "8.2"}
#: What is never measured as apart: nobody's goal, met with each person alone, or a fact about one person.
NOT_MEASURED = {
    "0.1.needs", "0.5.hope", "0.5.sure", "0.9.known", "1.7.feelings", "1.7.strength", "1.10.kind", "2.4.signs",
    "3.6.form", "3.7.letting_go", "3.7.distance", "3.7.justice", "3.7.goodwill", "3.8.means", "3.11.law",
    "4.7.support", "5.10.stays", "7.10.help", "8.4.before", "8.4.during", "8.4.after",
}  # fmt: skip
#: Every part with its code.
PARTS: dict[str, str] = {
    "0.1": "needs:M words:M",
    "0.2": "way:M",
    "0.3": "kind:M time:M",
    "0.5": "hope:M sure:M",
    "0.7": "limit:M",
    "0.8": "support:M",
    "0.9": "known:M",
    "0.10": "others:M",
    "0.4": "orders:S",
    "0.6": "free:S words:S",
    "0.11": "afraid:S watched:S control:S threats:S body:S pushed:S after:S",
    "1.1": "points:A period:A",
    "1.2": "first:A second:A third:A",
    "1.11": "leave:A",
    "1.3": "own:R",
    "1.4": "mostly:A words:A",
    "1.5": "story:M sure:M",
    "1.6": "me:A other:M",
    "1.7": "feelings:M strength:M",
    "1.8": "changed:M want:M",
    "1.9": "not_yet:M",
    "1.10": "kind:M",
    "2.1": "ways:O",
    "2.2": "helps:R",
    "2.3": "sets_off:A",
    "2.4": "signs:A calms:A",
    "2.5": "topic:R heat:M",
    "2.6": "topics:M list:M",
    "2.7": "wish:A",
    "2.8": "guess:M",
    "2.9": "heard:M listen:M",
    "2.10": "for:A",
    "2.11": "fear:S",
    "3.11": "law:M",
    "3.1": "acts:M",
    "3.2": "effect:A",
    "3.3": "done:A",
    "3.4": "offers:A",
    "3.5": "wishes:A",
    "3.6": "form:M when:M",
    "3.7": "letting_go:M distance:M justice:M goodwill:M",
    "3.8": "means:A",
    "3.9": "pushed:S whom:S",
    "3.10": "self:M",
    "4.1": "learned:A",
    "4.2": "change:A",
    "4.3": "worth:M",
    "4.4": "done:A",
    "4.5": "plan:A",
    "4.6": "obstacle:M likely:M",
    "4.7": "support:M words:M",
    "4.8": "sure:A",
    "4.9": "noticed:A",
    "4.10": "see:A",
    "5.1": "now:M",
    "5.2": "weight:M",
    "5.3": "parts:R",
    "5.4": "sign:A",
    "5.5": "promises:R until:R",
    "5.6": "cannot:A slip:A",
    "5.7": "offer:A words:A",
    "5.11": "kinds:O",
    "5.12": "how:R",
    "5.9": "break:A",
    "5.10": "stays:M",
    "6.1": "forms:O",
    "6.2": "form:M sure:M",
    "6.3": "when:R",
    "6.4": "cards:O talk:R",
    "6.5": "gone:A feels:A",
    "6.6": "likely:A best:M worst:M",
    "6.7": "then:M",
    "6.8": "others:M",
    "6.9": "well:R stop:R",
    "6.10": "trial:R time:R",
    "7.1": "expect:R not:R",
    "7.2": "before:A",
    "7.3": "fair:R",
    "7.4": "format:S",
    "7.5": "clear:M question:M",
    "7.6": "topics:R first:R",
    "7.7": "interests:A",
    "7.8": "then:M",
    "7.9": "free:S no:S",
    "7.10": "help:M",
    "7.11": "heard:M fair:M pace:M useful:M",
    "8.1": "limits:O",
    "8.2": "conditions:A",
    "8.3": "pace:O",
    "8.4": "before:M during:M after:M",
    "8.5": "crossed:S",
    "8.6": "hard:M",
    "8.7": "told:R",
    "8.8": "steps:A",
    "8.9": "know:O",
    "8.10": "written:R review:R",
    "8.11": "contact:O",
    "close.1": "changed:R",
    "close.2": "open:A",
    "close.3": "path:R",
    "close.4": "wish:A",
    "close.5": "result:M way:M heard:M fair:M",
    "close.6": "records:M",
}


def code(part: Part) -> str:
    return "S" if part.visibility is Visibility.SAFETY else CODES[part.sharing]


def asked_for() -> dict[str, str]:
    """The codes by question that the notes and the two lists above ask for."""
    found = {
        f"{step}.{number}": codes
        for step, topics in NOTES.items()
        for number, codes in enumerate(topics.split(), start=1)
        if codes != "-"
    }
    return {**found, **OTHERWISE, **MORE}


@pytest.mark.parametrize("step", KEYS)
def test_every_topic_has_its_question_with_the_sharing_of_the_notes(step: str) -> None:
    found = {
        question.key: "".join(sorted({code(part) for part in question.parts}))
        for question in guide().step(step).questions
    }
    wanted = {key: "".join(sorted(codes)) for key, codes in asked_for().items() if key.rpartition(".")[0] == step}
    assert found == wanted


@pytest.mark.parametrize("step", KEYS)
def test_every_part_shares_as_the_table_says(step: str) -> None:
    found = {
        question.key: " ".join(f"{part.key.removeprefix(f'{question.key}.')}:{code(part)}" for part in question.parts)
        for question in guide().step(step).questions
    }
    assert found == {key: parts for key, parts in PARTS.items() if key.rpartition(".")[0] == step}


@pytest.mark.parametrize("step", KEYS)
def test_the_ticked_ones_and_the_tasks_are_those_of_the_notes(step: str) -> None:
    found = guide().step(step)
    assert {question.key for question in found.ticked} == {f"{step}.{number}" for number in TICKED[step].split()}
    assert {question.key for question in found.tasks} == {key for key in TASKS if key.rpartition(".")[0] == step}


def test_answers_are_private_or_about_safety_and_safety_stands_alone() -> None:
    for question in guide().questions.values():
        kinds = {part.visibility for part in question.parts}
        assert kinds in ({Visibility.PRIVATE}, {Visibility.SAFETY}), question.key


def test_a_safety_choice_is_calm_at_one_end_only_and_never_leaves_a_person_without_a_talk() -> None:
    """Whoever does not want to say it in writing can always choose to talk, but where only words are asked for."""
    items = [item for step in guide().steps for item in guide().standing(step)]
    for question in (*guide().questions.values(), *items):
        for part in question.parts:
            if part.visibility is Visibility.SAFETY and part.options:
                keys = [option.key for option in part.options]
                assert list(part.calm) == keys[:1], part.key
                assert keys[-1] == "talk", part.key


def test_what_is_asked_about_fear_and_harm_reads_as_a_question_and_not_as_something_told() -> None:
    """Seen over a shoulder no line says whom somebody is afraid of, or that anybody has said so."""
    asked = guide().question("0.11")
    for words in (asked.text, *(part.label for part in asked.parts)):
        assert not re.search(r"\{other\}|\b(I|me|my)\b", words), words


def test_nobody_can_shut_off_the_others_help() -> None:
    """Who may be told is what both allow, so those who help are no options: one would take them from the other."""
    options = {option.key for option in guide().question("8.9").parts[0].options}
    assert not options & {"therapist", "doctor", "lawyer", "police"}


def test_an_ordered_choice_runs_from_the_loosest_to_the_strictest() -> None:
    ordered = {
        part.key: [option.key for option in part.options]
        for question in guide().questions.values()
        for part in question.parts
        if part.ordered
    }
    assert ordered == {
        "8.3.pace": ["faster", "right", "slower"],
        "8.11.contact": ["direct", "limits", "mediator", "none"],
    }


@pytest.mark.parametrize("closure", [False, True])
@pytest.mark.parametrize("relation", ["former_partners", "partners", "siblings", "parent_child", "friends", "other"])
def test_limits_are_twelve_to_twenty_for_each_kind_of_pair(relation: str, closure: bool) -> None:
    rows = {row.key for row in question_for(guide().question("8.1"), relation, closure).parts[0].rows}
    assert 12 <= len(rows) <= 20
    special = {
        "former_partners": {"home", "touch", "new_partners", "pictures"},
        "partners": {"rooms", "money", "phones"},
        "siblings": {"parents", "young", "money", "family_days", "keys"},
        "parent_child": {"family", "young", "money", "family_days", "keys"},
        "friends": {"groups", "secrets", "lending"},
    }
    if not closure:
        assert special.get(relation, set()) <= rows


#: What the guide keeps over time beside how ready somebody is.
COMFORT = {"8.4.before": "comfort_before", "8.4.during": "comfort_during", "8.4.after": "comfort_after"}


def test_only_the_eight_steps_ask_how_ready_somebody_is() -> None:
    """The picture of eight steps is drawn from these readings, so no other form may write one."""
    for key, step in guide().steps.items():
        names = [item.key.rpartition(".")[2] for item in guide().standing(key)]
        assert names == {"0": ["only"], "close": ["only", "safety"]}.get(key, ["ready", "only", "safety"])
        lines = [part.reading for question in step.questions for part in question.parts]
        assert set(lines) <= {None, *COMFORT.values()}
        assert READY not in lines


def test_how_comfortable_contact_is_is_kept_line_by_line_and_never_measured() -> None:
    parts = [part for question in guide().questions.values() for part in question.parts if part.reading in READINGS]
    kept = {part.key: part for part in parts if part.reading != READY}
    assert {key: part.reading for key, part in kept.items()} == COMFORT
    assert {READINGS[line] for line in COMFORT.values()} == {"8"}
    assert [part.key for part in kept.values() if part.measured or part.sharing is not Sharing.CLOSED] == []


def test_what_has_no_distance_is_never_measured() -> None:
    parts = [part for question in guide().questions.values() for part in question.parts]
    assert {part.key for part in parts if not part.measured} == NOT_MEASURED


def test_forgiving_is_measured_nowhere() -> None:
    """PRODUCT.md: never required, measured as progress, or asked of the other person."""
    for question in guide().step("3").questions:
        for part in question.parts:
            if part.visibility is Visibility.PRIVATE and part.type not in IN_WORDS:
                assert not part.measured, part.key


def test_hope_is_closed_and_never_shown() -> None:
    hope, sure = guide().question("0.5").parts
    assert [option.key for option in hope.options] == ["reconnect", "another_form", "closure", "not_sure"]
    assert (hope.sharing, sure.sharing) == (Sharing.CLOSED, Sharing.CLOSED)


def test_the_first_form_asks_for_no_name_pronouns_or_contact() -> None:
    words = " ".join(
        text
        for question in guide().step("0").questions
        for text in (question.text, question.hint, *(part.label for part in question.parts))
    )
    assert not re.search(r"\b(your name|pronouns?|phone number|email|address)\b", words, re.IGNORECASE)
