"""Who said what: a sentence that puts words or a state of mind into somebody's mouth is found, rather one too many."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
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
    ],
)  # fmt: skip
def test_words_and_states_of_mind_of_one_of_two_are_found(sentence: str, who: str) -> None:
    assert found(sentence) == [(sentence, who)]


@pytest.mark.parametrize(
    "sentence",
    [
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


@given(st.text(alphabet=st.sampled_from('Alex Sam said “”".:?! \n«»I they'), max_size=80))
def test_no_word_is_lost_between_sentences_and_both_are_treated_alike(text: str) -> None:
    told = "".join(sentences(text, CALLED.values()))
    assert "".join(told.split()) == "".join(text.split())
    turned = {A: B, B: A}
    mirror = [(one.words, {turned[each] for each in one.people}) for one in attributed([text], {A: "Sam", B: "Alex"})]
    assert mirror == [(one.words, set(one.people)) for one in attributed([text], CALLED)]


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    for one in attributed([text, f"{text} said"], {A: text, B: "Sam"}):
        assert one.words.strip() == one.words != ""
