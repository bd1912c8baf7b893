"""Who said what: a sentence that puts words or a state of mind into somebody's mouth is found, rather one too many."""

from __future__ import annotations

import string
from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mediator.core.visibility import Letter
from mediator.sessions.attribution import Attributed, attributed, sentences

A, B = Letter.A, Letter.B
CALLED = {A: "Alex", B: "Sam"}


def found(text: str, called: dict[Letter, str] = CALLED) -> list[tuple[str, str]]:
    """The sentences, and the letters of whom they name."""
    return [(one.words, "".join(one.people)) for one in attributed([text], called)]


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("Alex said he still hopes.", "A"), ("alex SAYS so", "A"), ("What ALEX thinks matters.", "A"),
        ("Sam felt left out!", "B"), ("Sam wants a day’s notice", "B"), ("Sam’s fear is the move.", "B"),
        ("For Sam's part there were worries.", "B"), ("Sam is sorry", "B"), ("Is Sam afraid?", "B"),
        ("According to Alex, May is best.", "A"), ("The move, according to Sam", "B"),
        ("Alex admitted it; Sam explained it.", "AB"), ("Alex would like to hear early.", "A"),
        ("Sam: never again", "B"), ("- Sam (quietly): never again", "B"), ("**Sam**: never again. Not once.", "B"),
        ("Sam\uff1a绝不", "B"), ("“Never again” (Sam)", "B"), ("Sam, 'never again'", "B"), ("Sam: «jamais»", "B"),
        ("He hoped for more.", ""), ("It is how she feels", ""), ("they told everything", ""),
        ("They’d want that.", ""),
        ("I still hope", ""), ("One of them said no.", ""), ("Each waited, and the other said it back.", ""),
        ("It was her wish.", ""), ("They agreed to wait.", ""), ("He: “gone”", ""),
        ("The letter hurt him deeply.", ""), ("Leaving was a relief for him.", ""), ("The worry is hers.", ""),
        ("This was a wish of mine.", ""), ("It frightened them.", ""), ("The fear was theirs.", ""),
        ("She can’t sleep.", ""), ("My stomach aches at the door.", ""), ("One of them is ill.", ""),
        ("The move keeps him away.", ""), ("Leave it to her.", ""), ("The house was sold by her in May.", ""),
        ("He did it himself.", ""), ("“Call me.”", ""), ("He rejects the plan.", ""), ("She opposes the sale.", ""),
        ("Alex rejects Sam’s plan.", "AB"), ("Alex can’t sleep because of Sam.", "AB"),
    ],
)  # fmt: skip
def test_words_and_states_of_mind_of_one_of_two_are_found(sentence: str, who: str) -> None:
    assert found(sentence) == [(sentence, who)]


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("Alex rejects the plan.", "A"), ("Sam opposes the sale.", "B"), ("Alex can't sleep because of this.", "A"),
        ("Alex brings the keys on Friday.", "A"), ("The keys are at Sam’s.", "B"), ("Without ALEX", "A"),
        ("Alex keeps to plan B.", "AB"),
    ],
)  # fmt: skip
def test_a_sentence_that_names_one_of_two_counts_whatever_it_says(sentence: str, who: str) -> None:
    assert found(sentence) == [(sentence, who)]


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("A said the house should be sold.", "A"), ("B is afraid of A.", "AB"), ("B pays.", "B"), ("It is B’s.", "B"),
        ("The keys stay with A", "A"), ("A rejects it.", "A"), ("A is out.", "A"), ("ßß A left.", "A"),
        ("A isn’t there.", "A"), ("A never came.", "A"),
        ("A, too.", "A"), ("- **A**: gone", "A"), ("A's house", "A"), ("A and B take turns.", "AB"),
        ("A left.", "A"), ("\uff22 pays.", "B"), ("A:\nGone.\nFor good.", "A"), ("A refused plan B.", "AB"),
        ("A shared calendar", "A"),
    ],
)  # fmt: skip
def test_a_letter_that_may_stand_for_a_person_counts(sentence: str, who: str) -> None:
    assert found(sentence) == [(sentence, who)]


def test_a_person_called_by_one_letter_is_who_that_letter_means() -> None:
    called = {A: "B", B: "a"}
    assert found("B pays. A pays.", called) == [("B pays.", "A"), ("A pays.", "B")]
    assert found("This is a plan. A new day was found. As before.", called) == []
    assert found("This is a plan.", {A: "Ana A.", B: "Sam"}) == [], "an initial is no name"


@pytest.mark.parametrize(
    "sentence",
    [
        "We met in the small room.", "Both want calmer evenings.", "The house is sold in May.", "New promises",
        "A new room was found.", "“A small step”", "1. A long, calm walk", "A request",
        "As before, the A4 pages are kept.",
        "He brings the keys on Friday.", "Her keys hang in the hall.", "They meet on Fridays.", "They sleep there.",
        "Both said that changed plans are where the worry starts.", "Sundays at five stay as they are.",
        "Either can say “pause”, and no reason is asked.", "We want calmer evenings.", "Each named a limit.",
        "Alex takes Pepper on Mondays, Sam on Fridays.",
        "Alexandra said nothing.", "Samstag is wanted.", "The same said twice.", "Then theyre wanted.", "",
        "Mornings are Alex’s, afternoons are Sam’s. Orders are answered.",
    ],
)  # fmt: skip
def test_what_both_said_and_what_is_done_is_nobodys(sentence: str) -> None:
    assert found(sentence) == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Zoë", "ZOE\u0308 said so"), ("Ελένη", "ΕΛΈΝΗ said so"), ("Олександра", "олександра’s wish"),
        ("يوسف", "«نعم» يوسف"), ("太郎", "太郎は「はい」と言った"), ("สมชาย", "ตามที่สมชายพูด “ใช่”"),
        ("Mary Ann", "mary  ann felt it"), ("Mary Ann", "Mary felt it"), ("Ana (mum)", "Ana thinks so"),
        ("Jo\u200dan", "Joan said so"), ("İpek", "i̇pek said so"), ("राम", "राम: नहीं"), ("🌊", "🌊 said so"),
        ("J", "J. said so"),
    ],
)  # fmt: skip
def test_a_name_is_found_in_any_script_and_however_it_is_written(name: str, sentence: str) -> None:
    assert found(sentence, {A: name, B: "Sam"}) == [(sentence, "A")]


def test_sentences_are_told_apart_and_a_quotation_stays_whole() -> None:
    text = """It rained. Alex said no! At 5.30 it ended?
Sam said: “No. Never. Not once.” Then tea…

Alex:
Gone.
For good.

Tea."""
    assert list(sentences(text, CALLED.values())) == [
        "It rained.", "Alex said no!", "At 5.30 it ended?", "Sam said: “No. Never. Not once.” Then tea…",
        "Alex:\nGone.\nFor good.", "Tea.",
    ]  # fmt: skip
    assert [words for words, _who in found(text)] == [
        "Alex said no!", "Sam said: “No. Never. Not once.” Then tea…", "Alex:\nGone.\nFor good.",
    ]  # fmt: skip


def test_a_sentence_stands_once_and_another_word_is_another_sentence() -> None:
    first, second = attributed(["Sam wants tea.", "Tea.\n Sam wants tea. Sam wants more tea."], CALLED)
    assert (first.words, second.words) == ("Sam wants tea.", "Sam wants more tea.")
    assert first.mark == Attributed("Sam wants tea.").mark != second.mark
    assert len(first.mark) == 64


names = st.text(alphabet=string.ascii_letters + "éøßžκжם", min_size=2, max_size=12)


around = st.lists(
    st.sampled_from(["", "It rained.", "Tea at five.", "Both were here.", "- the house", "  "]), max_size=4
)
verbs = st.sampled_from(["said so", "Wants it", "IS AFRAID of it", ", “never”"])


@given(names, names, around, around, verbs, st.sampled_from([" ", "’s ", "'s "]))
def test_whatever_the_name_and_whatever_stands_around_it(
    name: str, other: str, before: list[str], after: list[str], verb: str, between: str
) -> None:
    sentence = f"{name.swapcase()}{between}{verb}."
    text = "\n".join([*before, sentence, *after])
    assert sentence in [one.words for one in attributed([text], {A: name, B: other}) if A in one.people]


words = st.lists(st.sampled_from(["the", "keys", "stay", "on", "Fridays", "a", "of", "is", "14", "(tea)"]), max_size=5)


@given(names, names, words, words, st.sampled_from(["", "’s", "'s"]), st.sampled_from([str, str.upper, str.lower]))
def test_a_sentence_with_exactly_one_of_the_names_counts(
    name: str, other: str, before: list[str], after: list[str], end: str, form: Callable[[str], str]
) -> None:
    taken = {word.casefold() for word in (name, f"{name}s", *before, *after)}
    assume(taken.isdisjoint({other.casefold(), f"{other}s".casefold()}))
    sentence = " ".join([*before, f"{form(name)}{end}", *after])
    for letter, called in ((A, {A: name, B: other}), (B, {A: other, B: name})):
        assert found(sentence, called) == [(sentence, letter)]


@given(st.text(alphabet=st.sampled_from('Lexi Sam said “”".:?! \n«»I they'), max_size=80))
def test_no_word_is_lost_between_sentences_and_both_are_treated_alike(text: str) -> None:
    told = "".join(sentences(text, ["Lexi", "Sam"]))
    assert "".join(told.split()) == "".join(text.split())
    turned = {A: B, B: A}
    mirror = [(one.words, {turned[each] for each in one.people}) for one in attributed([text], {A: "Sam", B: "Lexi"})]
    assert mirror == [(one.words, set(one.people)) for one in attributed([text], {A: "Lexi", B: "Sam"})]


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for one in attributed([text, f"{text} said"], {A: text, B: "Sam"}):
        assert one.words.strip() == one.words != ""
